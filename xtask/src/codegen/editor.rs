//! `eks-node/schema.json`: the JSON Schema of a `Cluster`, with which editors complete and check a spec in JSON or YAML.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::MARK;
use super::docs::{Language, Words};
use super::schema::Types;

const ROOT: &str = "Cluster";

/// The schema, as text.
pub(crate) fn schema(document: &Value, types: &Types) -> String {
    let words = Words::new(Language::Camel, types);
    let mut names = BTreeSet::new();
    reach(document, ROOT, &mut names);
    let mut definitions: Map<String, Value> = names
        .into_iter()
        .map(|name| (name.clone(), for_editors(&document["$defs"][&name], &words)))
        .collect();
    // In YAML a version needs no quotes.
    if let Some(version) = definitions.get_mut("KubernetesVersion") {
        version["type"] = json!(["string", "number"]);
    }
    let schema = json!({
        "$comment": MARK,
        "$schema": document["$schema"],
        "title": "EKS cluster",
        "$ref": format!("#/$defs/{ROOT}"),
        "$defs": definitions,
    });
    // The first line says where it comes from.
    format!("{schema:#}\n").replacen("{\n  ", "{ ", 1)
}

/// Adds a type and all that it names.
fn reach(document: &Value, name: &str, names: &mut BTreeSet<String>) {
    if names.insert(name.to_owned()) {
        named(&document["$defs"][name], &mut |other| reach(document, other, names));
    }
}

fn named(schema: &Value, found: &mut impl FnMut(&str)) {
    match schema {
        Value::Object(members) => {
            if let Some(name) = members.get("$ref").and_then(Value::as_str) {
                found(name.trim_start_matches("#/$defs/"));
            }
            members.values().for_each(|member| named(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| named(item, found)),
        _ => {}
    }
}

/// Without what is ours, and with descriptions in words.
fn for_editors(schema: &Value, words: &Words<'_>) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, value)| match key.as_str() {
                "x-role" => false,
                // Widths of integers are no formats of JSON Schema.
                "format" => !value.is_string(),
                _ => true,
            });
            let kept = kept.map(|(key, value)| match (key.as_str(), value) {
                ("description", Value::String(text)) => {
                    (key.clone(), words.paragraphs(text).join("\n\n").into())
                }
                _ => (key.clone(), for_editors(value, words)),
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.iter().map(|item| for_editors(item, words)).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_cluster_names_is_there_and_nothing_else() {
        let document = json!({ "$schema": "s", "$defs": {
            "Cluster": { "properties": { "a": { "anyOf": [{ "$ref": "#/$defs/A" }, { "type": "null" }] } }, "x-role": "input" },
            "A": { "items": { "$ref": "#/$defs/B" }, "type": "array", "description": "As [`B`](crate::B)." },
            "B": { "type": "integer", "format": "uint32" },
            "C": { "type": "integer" },
        }});
        let types = Types::read(&document).expect("types");
        let text = schema(&document, &types);
        assert!(text.starts_with(&format!("{{ \"$comment\": \"{MARK}\",\n")), "{text}");
        let read: Value = serde_json::from_str(&text).expect("JSON");
        let names: Vec<_> = read["$defs"].as_object().expect("types").keys().collect();
        assert_eq!(names, ["A", "B", "Cluster"]);
        assert_eq!(read["$defs"]["A"]["description"], "As `B`.");
        assert_eq!(read["$defs"]["B"], json!({ "type": "integer" }));
        assert!(!text.contains("x-role"));
    }
}
