//! Holds a document against the keys of a ClusterConfig.

use serde_json::{Map, Value, json};

use super::keys::{Key, Kind};
use crate::spec::{Findings, item, nearest, shown};

/// What of an object can be read, in one spelling. What cannot is reported, and null; a key without a value is unset.
pub(super) fn object(value: &Value, keys: &[Key], findings: &mut Findings) -> Value {
    let Some(members) = value.as_object() else {
        wrong(value, "be a mapping", findings);
        return Value::Null;
    };
    let mut read = Map::new();
    for (name, value) in members {
        match keys.iter().find(|key| key.name == name) {
            Some(_) if value.is_null() => {}
            Some(key) => {
                read.insert(name.clone(), held(name, value, key.holds, findings));
            }
            None => unknown(name, keys, findings),
        }
    }
    Value::Object(read)
}

fn unknown(name: &str, keys: &[Key], findings: &mut Findings) {
    let can_be_read = |key: &&Key| !matches!(key.holds, Kind::Later { .. });
    let known: Vec<&str> = keys.iter().filter(can_be_read).map(|key| key.name).collect();
    let mut rule = format!("be a known key ({})", known.join(", "));
    let all: Vec<String> = keys.iter().map(|key| key.name.to_owned()).collect();
    if let Some(meant) = nearest(name, &all) {
        rule.push_str(&format!("; did you mean `{meant}`?"));
    }
    findings.require(false, name, name, rule);
}

/// What the key at `name` holds, as its kind has it.
fn held(name: &str, value: &Value, kind: Kind, findings: &mut Findings) -> Value {
    match kind {
        Kind::Texts => list(name, value, text, findings),
        Kind::Words(words) => {
            list(name, value, |item, findings| word(item, words, exact, findings), findings)
        }
        Kind::Objects(keys) => list(name, value, |item, findings| object(item, keys, findings), findings),
        Kind::Taints(keys) => {
            let value = value.as_object().map_or_else(|| value.clone(), taints);
            list(name, &value, |item, findings| object(item, keys, findings), findings)
        }
        other => {
            let mut read = Value::Null;
            findings.within(name, |findings| read = single(value, other, findings));
            read
        }
    }
}

fn single(value: &Value, kind: Kind, findings: &mut Findings) -> Value {
    match kind {
        Kind::Whole => {
            let fits = value.as_u64().is_some_and(|number| u32::try_from(number).is_ok());
            kept(value, fits, "be a whole number from 0 to 4294967295", findings)
        }
        Kind::Flag => kept(value, value.is_boolean(), "be `true` or `false`", findings),
        Kind::Word(words) => word(value, words, exact, findings),
        Kind::AnyCase(words) => word(value, words, str::eq_ignore_ascii_case, findings),
        Kind::Pairs => named(value, text, findings),
        Kind::Document => kept(value, value.is_object(), "be a mapping", findings),
        Kind::Object(keys) => object(value, keys, findings),
        Kind::Named(keys) => named(value, |item, findings| object(item, keys, findings), findings),
        Kind::Later { instead, but } => {
            let said = value.to_string();
            let says_nothing = but.is_some_and(|but| said == but) || is_empty(value);
            let rule = format!("be left out, since it is not supported yet: {instead}");
            findings.require(says_nothing, "", shown(value, ""), rule);
            Value::Null
        }
        _ => text(value, findings),
    }
}

fn exact(one: &str, other: &str) -> bool {
    one == other
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

fn kept(value: &Value, holds: bool, rule: &str, findings: &mut Findings) -> Value {
    if holds {
        return value.clone();
    }
    wrong(value, rule, findings);
    Value::Null
}

fn wrong(value: &Value, rule: &str, findings: &mut Findings) {
    findings.require(false, "", shown(value, ""), rule);
}

fn text(value: &Value, findings: &mut Findings) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Bool(flag) => Value::String(flag.to_string()),
        other => kept(other, other.is_string(), "be a text", findings),
    }
}

fn word(value: &Value, words: &[&str], same: fn(&str, &str) -> bool, findings: &mut Findings) -> Value {
    let found = value.as_str().unwrap_or_default();
    if let Some(word) = words.iter().find(|word| same(word, found)) {
        return json!(word);
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let mut rule = match quoted.as_slice() {
        [one] => format!("be {one}"),
        many => format!("be one of {}", many.join(", ")),
    };
    let owned: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    if let Some(meant) = nearest(found, &owned).filter(|_| words.len() > 1) {
        rule.push_str(&format!("; did you mean `{meant}`?"));
    }
    wrong(value, &rule, findings);
    Value::Null
}

fn list(
    name: &str,
    value: &Value,
    read: impl Fn(&Value, &mut Findings) -> Value,
    findings: &mut Findings,
) -> Value {
    let Some(items) = value.as_array() else {
        findings.require(false, name, shown(value, ""), "be a list");
        return Value::Null;
    };
    let mut all = Vec::new();
    for (index, value) in items.iter().enumerate() {
        findings.within(&item(name, index), |findings| all.push(read(value, findings)));
    }
    Value::Array(all)
}

fn named(value: &Value, item: impl Fn(&Value, &mut Findings) -> Value, findings: &mut Findings) -> Value {
    let Some(members) = value.as_object() else {
        wrong(value, "be a mapping", findings);
        return Value::Null;
    };
    let mut read = Map::new();
    for (name, value) in members {
        findings.within(name, |findings| {
            read.insert(name.clone(), item(value, findings));
        });
    }
    Value::Object(read)
}

/// The older spelling of taints, `key: "value:Effect"` or `key: "Effect"`, as the newer one.
fn taints(older: &Map<String, Value>) -> Value {
    let taint = |(key, value): (&String, &Value)| {
        let text = value.as_str().unwrap_or_default();
        match text.rsplit_once(':') {
            Some(("", effect)) => json!({ "key": key, "effect": effect }),
            Some((value, effect)) => json!({ "key": key, "value": value, "effect": effect }),
            None => {
                json!({ "key": key, "effect": if text.is_empty() { value.clone() } else { json!(text) } })
            }
        }
    };
    Value::Array(older.iter().map(taint).collect())
}
