//! Ingresses: users'. Their controllers are add-ons that no cluster is born with, so that nothing comes of one here
//! but what its owner writes into it.

use serde_json::{Value, json};

use super::resource::Resource;
use super::status::Failure;
use super::{ControlPlane, services, table};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    group: "networking.k8s.io",
    plural: "ingresses",
    singular: "ingress",
    kind: "Ingress",
    short_names: &["ing"],
    namespaced: true,
    complete: Some(complete),
    columns: &[
        ("Name", "string", 0),
        ("Class", "string", 0),
        ("Hosts", "string", 0),
        ("Address", "string", 0),
        ("Ports", "string", 0),
        ("Age", "string", 0),
    ],
    objects,
    cells,
};

fn objects(plane: &ControlPlane, _: Instant) -> Vec<Value> {
    plane.objects.of(&RESOURCE).cloned().collect()
}

fn complete(_: &ControlPlane, ingress: &mut Value) -> Result<(), Failure> {
    let name = ingress["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let spec = &ingress["spec"];
    if spec["rules"].is_null() && spec["defaultBackend"].is_null() {
        let breach = "spec: Invalid value: either `defaultBackend` or `rules` must be specified";
        return Err(Failure::invalid(&RESOURCE, &name, breach));
    }
    ingress["status"] = json!({ "loadBalancer": {} });
    Ok(())
}

fn cells(object: &Value, now: Instant) -> Vec<Value> {
    let spec = &object["spec"];
    let hosts: Vec<&str> = spec["rules"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|rule| rule["host"].as_str().unwrap_or("*"))
        .collect();
    vec![
        object["metadata"]["name"].clone(),
        json!(spec["ingressClassName"].as_str().unwrap_or("<none>")),
        json!(if hosts.is_empty() { "*".to_owned() } else { hosts.join(",") }),
        json!(services::addresses(object)),
        json!(if spec["tls"].is_array() { "80, 443" } else { "80" }),
        table::age(object, now),
    ]
}
