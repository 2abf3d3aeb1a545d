//! Members of requests, read.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

pub(super) type Tags = BTreeMap<String, String>;

/// A text member; empty if it was not sent.
pub(super) fn text<'a>(input: &'a Value, name: &str) -> &'a str {
    input[name].as_str().unwrap_or_default()
}

/// A text member that was sent.
pub(super) fn sent<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input[name].as_str()
}

/// A list of texts; empty if it was not sent.
pub(super) fn texts(input: &Value, name: &str) -> Vec<String> {
    let list = input[name].as_array();
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A map of texts; empty if it was not sent.
pub(super) fn text_map(input: &Value, name: &str) -> BTreeMap<String, String> {
    let map = input[name].as_object();
    map.into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

/// The members of `input` that are called one of `names` and were sent.
pub(super) fn pick(input: &Value, names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .filter(|name| !input[**name].is_null())
        .map(|name| ((*name).to_owned(), input[*name].clone()))
        .collect()
}
