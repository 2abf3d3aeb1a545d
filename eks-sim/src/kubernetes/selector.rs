//! Label and field selectors.

use serde_json::Value;

use super::status::Failure;

/// One requirement on an object.
#[derive(Clone, Debug, PartialEq)]
enum Requirement {
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Exists(String),
    DoesNotExist(String),
}

/// What objects must be like.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<Requirement>,
}

impl Selector {
    pub(super) fn read(labels: &str, fields: &str) -> Result<Self, Failure> {
        let labels = split(labels).map(label).collect::<Result<_, _>>()?;
        let fields = split(fields).map(field).collect::<Result<_, _>>()?;
        Ok(Self { labels, fields })
    }

    pub(super) fn fits(&self, object: &Value) -> bool {
        let label = |key: &str| object["metadata"]["labels"][key].as_str();
        let field = |path: &str| {
            let value = path.split('.').fold(object, |value, part| &value[part]);
            match value {
                Value::Bool(value) => Some(if *value { "true" } else { "false" }),
                Value::Null if path == "spec.unschedulable" => Some("false"),
                value => Some(value.as_str().unwrap_or_default()),
            }
        };
        self.labels.iter().all(|requirement| requirement.holds(label))
            && self.fields.iter().all(|requirement| requirement.holds(field))
    }
}

impl Requirement {
    fn holds<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> bool {
        let is_one = |key: &str, wanted: &[String]| {
            value(key).is_some_and(|value| wanted.iter().any(|wanted| wanted == value))
        };
        match self {
            Self::In(key, wanted) => is_one(key, wanted),
            Self::NotIn(key, wanted) => !is_one(key, wanted),
            Self::Exists(key) => value(key).is_some(),
            Self::DoesNotExist(key) => value(key).is_none(),
        }
    }
}

/// The requirements of a selector: separated by commas, but not by those in parentheses.
fn split(selector: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    selector
        .split(move |c| {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            c == ',' && depth == 0
        })
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn label(text: &str) -> Result<Requirement, Failure> {
    let unreadable = || {
        Failure::bad_request(format!("unable to parse requirement: found '{text}', expected a requirement"))
    };
    if let Some((head, rest)) = text.split_once('(') {
        let values = rest.strip_suffix(')').ok_or_else(unreadable)?;
        let values = values.split(',').map(|value| value.trim().to_owned()).collect();
        let words: Vec<&str> = head.split_whitespace().collect();
        return match words.as_slice() {
            [key, "in"] => Ok(Requirement::In((*key).to_owned(), values)),
            [key, "notin"] => Ok(Requirement::NotIn((*key).to_owned(), values)),
            _ => Err(unreadable()),
        };
    }
    if let Some(requirement) = equality(text) {
        return Ok(requirement);
    }
    let is_key =
        |key: &str| !key.is_empty() && !key.contains(|c: char| c.is_whitespace() || "!=()".contains(c));
    match text.strip_prefix('!').map(str::trim) {
        Some(key) if is_key(key) => Ok(Requirement::DoesNotExist(key.to_owned())),
        None if is_key(text) => Ok(Requirement::Exists(text.to_owned())),
        _ => Err(unreadable()),
    }
}

/// Fields that objects can be selected by.
const FIELDS: [&str; 6] = [
    "metadata.name",
    "metadata.namespace",
    "spec.nodeName",
    "spec.unschedulable",
    "status.phase",
    "status.podIP",
];

fn field(text: &str) -> Result<Requirement, Failure> {
    let invalid = || Failure::bad_request(format!("invalid selector: '{text}'; can't understand '{text}'"));
    let requirement = equality(text).ok_or_else(invalid)?;
    let (Requirement::In(key, _) | Requirement::NotIn(key, _)) = &requirement else { return Err(invalid()) };
    if FIELDS.contains(&key.as_str()) {
        Ok(requirement)
    } else {
        Err(Failure::bad_request(format!("field label not supported: {key}")))
    }
}

/// Reads `key=value`, `key==value` or `key!=value`.
fn equality(text: &str) -> Option<Requirement> {
    let of = |key: &str, value: &str| (key.trim().to_owned(), vec![value.trim().to_owned()]);
    if let Some((key, value)) = text.split_once("!=") {
        let (key, values) = of(key, value);
        return (!key.is_empty()).then_some(Requirement::NotIn(key, values));
    }
    let (key, value) = text.split_once("==").or_else(|| text.split_once('='))?;
    let (key, values) = of(key, value);
    (!key.is_empty()).then_some(Requirement::In(key, values))
}
