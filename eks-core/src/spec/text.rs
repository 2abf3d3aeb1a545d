//! JSON and YAML, in and out.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::check::item;
use super::problem::Problem;
use crate::{Error, ErrorKind, Result, Violation};

/// Reads an input type strictly.
///
/// # Errors
///
/// [`ErrorKind::InvalidSpec`] with the path of what is wrong, its value, and the rule that it breaks.
pub fn from_json<T: DeserializeOwned + Serialize>(text: &str) -> Result<T> {
    let document: Value =
        serde_json::from_str(text).map_err(|error| malformed("JSON", &error.to_string()))?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        Problem::of_json(&error.into_inner()).at(&path, &document)
    })?;
    let written = serde_json::to_value(&value).map_err(unwritable)?;
    match list_for_mapping("", &document, &written) {
        Some(path) => Err(Problem::Wrong { expected: "a map".to_owned() }.at(&path, &document)),
        None => Ok(value),
    }
}

pub(crate) fn from_yaml<T: DeserializeOwned>(text: &str) -> Result<T> {
    let document = serde_saphyr::from_str::<Value>(text);
    // An empty document is a spec in which nothing is set.
    let text = if matches!(document, Ok(Value::Null)) { "{}" } else { text };
    let mut path = String::new();
    let read = serde_saphyr::with_deserializer_from_str(text, |deserializer| {
        serde_path_to_error::deserialize(deserializer).map_err(|error| {
            path = error.path().to_string();
            error.into_inner()
        })
    });
    read.map_err(|error| match &document {
        Ok(document) => Problem::of_yaml(&error).at(&path, document),
        Err(error) => malformed_yaml(error.without_snippet()),
    })
}

/// JSON or YAML as data; `None` if it is neither.
pub(crate) fn tree(text: &str) -> Option<Value> {
    serde_saphyr::from_str(text).ok()
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

fn malformed_yaml(error: &serde_saphyr::Error) -> Error {
    let text = error.to_string();
    // Two of the texts end in advice for the programmer.
    let advice = [", set DuplicateKeyPolicy in Options if acceptable", "; use from_str_multiple"];
    let cut = advice.iter().find_map(|advice| text.split_once(advice)).map(|(message, _)| message);
    match (cut, error.location()) {
        (Some(message), Some(place)) => {
            malformed("YAML", &format!("{message} at line {}, column {}", place.line(), place.column()))
        }
        _ => malformed("YAML", &text),
    }
}

fn malformed(format: &str, message: &str) -> Error {
    let line = message.lines().next().unwrap_or_default();
    Error::invalid(vec![Violation::new("spec", format, format!("be well-formed: {line}"))])
}

/// Where a list was read as a mapping: serde takes one for the values of a struct's fields in their order,
/// which nobody means who writes a spec.
fn list_for_mapping(path: &str, document: &Value, written: &Value) -> Option<String> {
    match (document, written) {
        (Value::Array(_), Value::Object(_)) => Some(path.to_owned()),
        (Value::Array(items), Value::Array(others)) => items
            .iter()
            .zip(others)
            .enumerate()
            .find_map(|(index, (value, other))| list_for_mapping(&item(path, index), value, other)),
        (Value::Object(fields), Value::Object(others)) => fields.iter().find_map(|(key, value)| {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            list_for_mapping(&path, value, others.get(key)?)
        }),
        _ => None,
    }
}
