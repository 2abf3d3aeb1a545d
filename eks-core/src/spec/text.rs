//! JSON and YAML, in and out, with errors that name the key and what was probably meant.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, ErrorKind, Result, Violation};

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| malformed("JSON", &error.to_string()))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        Problem::of_json(&error.into_inner()).at(&path, &document)
    })
}

pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T> {
    let document: Value = serde_saphyr::from_str(text).map_err(|error| malformed("YAML", &plain(&error)))?;
    // An empty document is a spec in which nothing is set.
    let text = if document.is_null() { "{}" } else { text };
    let mut path = String::new();
    serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            path = error.path().to_string();
            error.into_inner()
        })
    })
    .map_err(|error| Problem::of_yaml(&error).at(&path, &document))
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string_pretty(value).map_err(unwritable)
}

pub(crate) fn to_yaml<T: Serialize>(value: &T) -> Result<String> {
    serde_saphyr::to_string(value).map_err(unwritable)
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Internal, "the spec cannot be written as text").with_source(error)
}

fn malformed(format: &str, message: &str) -> Error {
    let text = message.lines().next().unwrap_or_default();
    Error::invalid(vec![Violation::new("spec", format, format!("be well-formed: {text}"))])
}

fn plain(error: &serde_saphyr::Error) -> String {
    error.without_snippet().to_string()
}

/// What serde objects to.
#[derive(Debug, PartialEq)]
enum Problem {
    /// A key or an enum's value that there is not.
    Unknown { found: String, known: Vec<String>, what: &'static str },
    /// A key that must be there.
    Missing { key: String },
    /// A value of the wrong kind.
    Wrong { expected: String },
    /// A rule of our own, which can follow "must", or a message that we do not know.
    Other { message: String },
}

impl Problem {
    /// serde_json keeps no structure, so its messages are read; they are serde's own and stable.
    fn of_json(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let message = text.rsplit_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Self::of_message(message)
    }

    fn of_yaml(error: &serde_saphyr::Error) -> Self {
        use serde_saphyr::Error as Yaml;
        let owned = |known: &[&str]| known.iter().map(|word| (*word).to_owned()).collect();
        match error.without_snippet() {
            Yaml::SerdeUnknownField { field, expected, .. } => {
                Self::Unknown { found: field.clone(), known: owned(expected), what: "key" }
            }
            Yaml::SerdeUnknownVariant { variant, expected, .. } => {
                Self::Unknown { found: variant.clone(), known: owned(expected), what: "value" }
            }
            Yaml::SerdeMissingField { field, .. } => Self::Missing { key: (*field).to_owned() },
            Yaml::SerdeInvalidType { expected, .. } | Yaml::SerdeInvalidValue { expected, .. } => {
                Self::Wrong { expected: expected.clone() }
            }
            Yaml::InvalidScalar { ty, .. } => Self::Wrong { expected: (*ty).to_owned() },
            other => {
                let text = other.to_string();
                let line = text.lines().next().unwrap_or_default();
                Self::of_message(
                    line.split_once(": ").filter(|_| line.starts_with("error")).map_or(line, |(_, m)| m),
                )
            }
        }
    }

    fn of_message(message: &str) -> Self {
        let quoted = |text: &str| -> Vec<String> {
            text.split('`').skip(1).step_by(2).map(ToOwned::to_owned).collect()
        };
        for (prefix, what) in [("unknown field ", "key"), ("unknown variant ", "value")] {
            if let Some(rest) = message.strip_prefix(prefix) {
                let mut words = quoted(rest).into_iter();
                let found = words.next().unwrap_or_default();
                return Self::Unknown { found, known: words.collect(), what };
            }
        }
        if let Some(rest) = message.strip_prefix("missing field ") {
            return Self::Missing { key: quoted(rest).into_iter().next().unwrap_or_default() };
        }
        match message.split_once(", expected ") {
            Some((found, expected)) if found.starts_with("invalid ") => {
                Self::Wrong { expected: expected.to_owned() }
            }
            _ => Self::Other { message: message.to_owned() },
        }
    }

    fn at(self, path: &str, document: &Value) -> Error {
        let path = if path == "." { "" } else { path };
        let place = if path.is_empty() { "spec" } else { path };
        let violation = match self {
            Self::Unknown { found, known, what } => {
                let place = if path.is_empty() { found.as_str() } else { path };
                let mut rule = format!("be a known {what} ({})", known.join(", "));
                if let Some(meant) = nearest(&found, &known) {
                    rule.push_str(&format!("; did you mean `{meant}`?"));
                }
                Violation::new(place, found.clone(), rule)
            }
            Self::Missing { key } => {
                let place = if path.is_empty() { key } else { format!("{path}.{key}") };
                Violation::new(place, "", "be given")
            }
            Self::Wrong { expected } => {
                Violation::new(place, shown(document, path), format!("be {}", kind(&expected)))
            }
            Self::Other { message } => Violation::new(place, shown(document, path), message),
        };
        Error::invalid(vec![violation])
    }
}

/// The word that was probably meant.
fn nearest<'a>(found: &str, known: &'a [String]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let likeness = |word: &String| strsim::jaro_winkler(&plain(found), &plain(word));
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best.as_str())
}

/// A kind of value in words that a reader of YAML knows.
fn kind(expected: &str) -> String {
    match expected {
        "u32" | "unsigned integer" => "a whole number from 0 to 4294967295".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a mapping".to_owned(),
        other if other.starts_with("struct ") => "a mapping".to_owned(),
        other => other.to_owned(),
    }
}

/// The value that stands at a path, shortened.
fn shown(document: &Value, path: &str) -> String {
    let mut value = document;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = match step.strip_suffix(']').and_then(|index| index.parse::<usize>().ok()) {
            Some(index) => value.get(index),
            None => value.get(step),
        };
        value = next.unwrap_or(&Value::Null);
    }
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
