//! What the types of EKS have in common: names of members, tags, and how a service says that it is not ready.

use serde_json::{Map, Value, json};

use super::Scene;
use super::scene::text;
use crate::services::eks::put_system_tags;
use crate::wire::AwsError;

/// Members whose own members are the user's: their names stay.
const MAPS: [&str; 2] = ["Labels", "Tags"];

/// The properties called `names` that are set, in EKS's spelling: CloudFormation begins names with a capital.
pub(super) fn input(scene: &Scene, names: &[&str]) -> Value {
    let set = names.iter().filter_map(|name| Some((*name, scene.properties.get(*name)?)));
    Value::Object(set.map(|(name, value)| (spelled(name), member(name, value))).collect())
}

fn member(name: &str, value: &Value) -> Value {
    match value {
        _ if MAPS.contains(&name) => value.clone(),
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (spelled(name), member(name, value))).collect())
        }
        Value::Array(items) => items.iter().map(|item| member("", item)).collect(),
        scalar => scalar.clone(),
    }
}

fn spelled(name: &str) -> String {
    let (first, rest) = name.split_at(name.len().min(1));
    format!("{}{rest}", first.to_lowercase())
}

/// `input` with the tags that a request may have: those of AWS's own come after it.
pub(super) fn tagged(scene: &Scene, mut input: Value) -> Value {
    let own = scene.tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
    let own: Map<String, Value> = own.map(|(key, value)| (key.clone(), json!(value))).collect();
    if !own.is_empty() {
        input["tags"] = Value::Object(own);
    }
    input
}

/// Puts CloudFormation's own tags on the resource with this ARN.
pub(super) fn own_tags(scene: &mut Scene, arn: &str) {
    let system: Vec<(String, String)> =
        scene.tags.clone().into_iter().filter(|(key, _)| key.starts_with("aws:")).collect();
    put_system_tags(scene.world, arn, system);
}

/// What a resource is at that EKS says has failed, with its issues.
pub(super) fn failed(what: &str, status: &str, health: &Value) -> AwsError {
    let issues = health["issues"].as_array();
    let issues = issues
        .into_iter()
        .flatten()
        .map(|issue| format!("{}: {}", text(issue.get("code")), text(issue.get("message"))));
    let issues: Vec<String> = issues.collect();
    AwsError::new("NotStabilized", format!("{what} is in {status} state. {}", issues.join("; ")))
}

/// Whether EKS knows it no longer.
pub(super) fn is_gone(error: &AwsError) -> bool {
    error.code == "ResourceNotFoundException"
}
