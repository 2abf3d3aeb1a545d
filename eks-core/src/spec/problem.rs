//! What serde objects to, in words that name the key and what was probably meant.

use serde_json::Value;

use crate::{Error, Violation};

/// What serde objects to.
pub(crate) enum Problem {
    /// A key or an enum's value that there is not.
    Unknown { found: String, known: Vec<String>, what: &'static str },
    /// A key that must be there.
    Missing { key: String },
    /// A value of the wrong kind.
    Wrong { expected: String },
    /// A rule of our own, which can follow "must".
    Rule { rule: String },
}

impl Problem {
    /// serde_json keeps no structure, so serde's own messages are read; a snapshot test watches them.
    pub(crate) fn of_json(error: &serde_json::Error) -> Self {
        Self::of_message(without_place(&error.to_string()))
    }

    pub(crate) fn of_yaml(error: &serde_saphyr::Error) -> Self {
        use serde_saphyr::Error as Yaml;
        let owned = |known: &[&str]| known.iter().map(|word| (*word).to_owned()).collect();
        match error.without_snippet() {
            Yaml::SerdeUnknownField { field, expected, .. } => {
                Self::Unknown { found: field.clone(), known: owned(expected), what: "key" }
            }
            Yaml::SerdeUnknownVariant { variant, expected, .. } => {
                Self::Unknown { found: variant.clone(), known: owned(expected), what: "value" }
            }
            Yaml::InvalidScalar { ty, .. } => Self::Wrong { expected: (*ty).to_owned() },
            other => Self::of_message(without_place(&other.to_string())),
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
            return Self::Missing { key: quoted(rest).concat() };
        }
        if let Some(rest) = message.strip_prefix("duplicate field ") {
            return Self::Rule { rule: format!("hold the key `{}` only once", quoted(rest).concat()) };
        }
        match message.split_once("expected ") {
            Some((found, expected)) if found.is_empty() || found.starts_with("invalid ") => {
                Self::Wrong { expected: expected.to_owned() }
            }
            _ if message.starts_with("be ") => Self::Rule { rule: message.to_owned() },
            _ => Self::Rule { rule: format!("be readable: {message}") },
        }
    }

    /// The error for this problem at a path as serde_path_to_error writes it.
    pub(crate) fn at(self, path: &str, document: &Value) -> Error {
        let path = if path == "." { "" } else { path };
        let place = if path.is_empty() { "spec" } else { path };
        let violation = match self {
            Self::Unknown { found, mut known, what } => {
                // AWS's own spellings are read, too; one spelling is enough to show.
                known.retain(|word| word.contains(|c: char| c.is_ascii_lowercase()));
                let mut rule = format!("be a known {what} ({})", known.join(", "));
                if let Some(meant) = nearest(&found, &known) {
                    rule.push_str(&format!("; did you mean `{meant}`?"));
                }
                let place = if path.is_empty() { found.clone() } else { path.to_owned() };
                Violation::new(place, found, rule)
            }
            Self::Missing { key } => {
                let place = if path.is_empty() { key } else { format!("{path}.{key}") };
                Violation::new(place, "", "be given")
            }
            Self::Wrong { expected } => {
                Violation::new(place, shown(document, path), format!("be {}", kind(&expected)))
            }
            Self::Rule { rule } => Violation::new(place, shown(document, path), rule),
        };
        Error::invalid(vec![violation])
    }
}

/// The first line of a message, without the line and column.
fn without_place(message: &str) -> &str {
    let line = message.lines().next().unwrap_or_default();
    line.rsplit_once(" at line ").map_or(line, |(message, _)| message)
}

/// The word that was probably meant.
pub(crate) fn nearest<'a>(found: &str, known: &'a [String]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let likeness = |word: &String| strsim::jaro_winkler(&plain(found), &plain(word));
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) > 0.8).then_some(best.as_str())
}

/// A kind of value in words that a reader of YAML knows.
fn kind(expected: &str) -> String {
    match expected {
        "u32" | "unsigned integer" => "a whole number from 0 to 4294967295".to_owned(),
        "a sequence" | "sequence start" => "a list".to_owned(),
        "a map" | "mapping start" => "a mapping".to_owned(),
        "string scalar" => "a string".to_owned(),
        other if other.starts_with("struct ") => "a mapping".to_owned(),
        other => other.to_owned(),
    }
}

/// The value that stands at a path, shortened.
pub(crate) fn shown(document: &Value, path: &str) -> String {
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
