//! What is another in one thing than in another: field by field.

use std::fmt;

use serde_json::Value;

/// A field as it is and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Its path, such as `nodeGroups[0].labels.app`.
    pub(super) field: String,
    /// What it is; `unset` if it is nothing.
    pub(super) was: String,
    /// What it is to be.
    pub(super) is: String,
}

impl Difference {
    pub(super) fn new(field: impl Into<String>, was: impl ToString, is: impl ToString) -> Self {
        Self { field: field.into(), was: was.to_string(), is: is.to_string() }
    }

    /// Of what may be nothing.
    pub(super) fn of<T: ToString>(field: impl Into<String>, was: Option<T>, is: Option<T>) -> Self {
        let shown = |value: Option<T>| value.map_or_else(|| UNSET.to_owned(), |value| value.to_string());
        Self { field: field.into(), was: shown(was), is: shown(is) }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} → {}", self.field, self.was, self.is)
    }
}

const UNSET: &str = "unset";

/// The differences of two trees, in the order of their paths. Lists of equal length are compared member by member.
pub(super) fn differences(path: &str, one: &Value, two: &Value) -> Vec<Difference> {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match (one, two) {
        _ if one == two => Vec::new(),
        (Value::Object(a), Value::Object(b)) => {
            let missing = Value::Null;
            let added = b.keys().filter(|key| !a.contains_key(*key));
            a.keys()
                .chain(added)
                .flat_map(|key| {
                    let of =
                        |tree: &serde_json::Map<String, Value>| tree.get(key).unwrap_or(&missing).clone();
                    differences(&below(key), &of(a), &of(b))
                })
                .collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.flat_map(|(index, (a, b))| differences(&format!("{path}[{index}]"), a, b)).collect()
        }
        _ if path.split(['.', '[']).any(|member| member == SECRETIVE) => {
            vec![Difference::new(path, hidden(one, "a value"), hidden(two, "another value"))]
        }
        _ => vec![Difference::new(path, shown(one), shown(two))],
    }
}

/// The member whose values are nobody's to read: add-on configurations can hold passwords.
const SECRETIVE: &str = "configuration";

fn hidden(value: &Value, word: &str) -> String {
    if value.is_null() { UNSET.to_owned() } else { word.to_owned() }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => UNSET.to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
