//! What a client asks before it asks: health, version, and which resources there are.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

use super::control_plane::git_version;
use super::resource::RESOURCES;
use super::status::Failure;
use super::{ControlPlane, timestamp};

pub(super) fn is_health(path: &str) -> bool {
    matches!(path, "/healthz" | "/livez" | "/readyz")
}

/// The groups beside the core one, each in its only version, and what can be created in them.
const REVIEWS: [(&str, &[(&str, &str)]); 2] = [
    ("authentication.k8s.io", &[("selfsubjectreviews", "SelfSubjectReview")]),
    ("authorization.k8s.io", &[("selfsubjectaccessreviews", "SelfSubjectAccessReview")]),
];

/// The answer, if `path` is one of discovery's.
pub(super) fn answer(plane: &ControlPlane, path: &str) -> Option<Result<Response<Bytes>, Failure>> {
    let body = match path {
        "/healthz" | "/livez" | "/readyz" => return Some(Ok(super::text(200, "ok"))),
        "/version" => version(plane),
        "/api" => json!({
            "kind": "APIVersions",
            "versions": ["v1"],
            "serverAddressByClientCIDRs": [{ "clientCIDR": "0.0.0.0/0", "serverAddress": plane.host }],
        }),
        "/apis" => json!({
            "kind": "APIGroupList",
            "apiVersion": "v1",
            "groups": groups().map(described).collect::<Vec<_>>(),
        }),
        "/api/v1" => resource_list("", kept("")),
        _ => {
            let group = path.strip_prefix("/apis/")?;
            let (name, versioned) = match group.strip_suffix("/v1") {
                Some(name) => (name, true),
                None => (group, false),
            };
            let name = groups().find(|known| *known == name)?;
            if versioned { resource_list(name, reviews(name).chain(kept(name))) } else { group_object(name) }
        }
    };
    Some(Ok(super::json(200, &body)))
}

fn described(group: &str) -> Value {
    let version = json!({ "groupVersion": format!("{group}/v1"), "version": "v1" });
    json!({ "name": group, "versions": [version], "preferredVersion": version })
}

fn group_object(group: &str) -> Value {
    let mut object = described(group);
    object["kind"] = json!("APIGroup");
    object["apiVersion"] = json!("v1");
    object
}

/// Every group but the core one.
fn groups() -> impl Iterator<Item = &'static str> {
    let kept = RESOURCES.iter().map(|resource| resource.group).filter(|group| !group.is_empty());
    REVIEWS.iter().map(|(group, _)| *group).chain(kept)
}

fn resource_list(group: &str, resources: impl Iterator<Item = Value>) -> Value {
    json!({
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": if group.is_empty() { "v1".to_owned() } else { format!("{group}/v1") },
        "resources": resources.collect::<Vec<_>>(),
    })
}

/// The resources of a group, as far as it has objects.
fn kept(group: &'static str) -> impl Iterator<Item = Value> {
    RESOURCES.iter().filter(move |resource| resource.group == group).map(|resource| {
        let writes: &[&str] = if resource.complete.is_some() { &["create", "delete"] } else { &[] };
        let verbs: Vec<&str> = writes.iter().chain(&["get", "list", "watch"]).copied().collect();
        json!({
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": verbs,
            "shortNames": resource.short_names,
        })
    })
}

/// What can only be created: questions.
fn reviews(group: &'static str) -> impl Iterator<Item = Value> {
    let kinds = REVIEWS.iter().filter(move |(known, _)| *known == group).flat_map(|(_, kinds)| *kinds);
    kinds.map(|(plural, kind)| {
        json!({
            "name": plural,
            "singularName": kind.to_lowercase(),
            "namespaced": false,
            "kind": kind,
            "verbs": ["create"],
        })
    })
}

fn version(plane: &ControlPlane) -> Value {
    json!({
        "major": "1",
        // EKS marks its builds with a plus.
        "minor": format!("{}+", plane.minor()),
        "gitVersion": git_version(&plane.patch),
        "gitCommit": "0000000000000000000000000000000000000000",
        "gitTreeState": "clean",
        "buildDate": timestamp(plane.created),
        "goVersion": "go1.25.4",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}
