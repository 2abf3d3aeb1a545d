//! Namespaces: those that every cluster is born with.

use serde_json::{Value, json};

use super::resource::Resource;
use super::{ControlPlane, control_plane::uid, table, timestamp};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    group: "",
    plural: "namespaces",
    singular: "namespace",
    kind: "Namespace",
    short_names: &["ns"],
    namespaced: false,
    complete: None,
    columns: &[("Name", "string", 0), ("Status", "string", 0), ("Age", "string", 0)],
    objects,
    cells,
};

fn objects(plane: &ControlPlane, _: Instant) -> Vec<Value> {
    ["default", "kube-node-lease", "kube-public", "kube-system"]
        .into_iter()
        .map(|name| {
            json!({
                "kind": "Namespace",
                "apiVersion": "v1",
                "metadata": {
                    "name": name,
                    "uid": uid(&[&plane.host, "namespace", name]),
                    "resourceVersion": plane.created.millis().to_string(),
                    "creationTimestamp": timestamp(plane.created),
                    "labels": { "kubernetes.io/metadata.name": name },
                },
                "spec": { "finalizers": ["kubernetes"] },
                "status": { "phase": "Active" },
            })
        })
        .collect()
}

fn cells(object: &Value, now: Instant) -> Vec<Value> {
    vec![object["metadata"]["name"].clone(), object["status"]["phase"].clone(), table::age(object, now)]
}
