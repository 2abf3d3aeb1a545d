//! Services: the API server's own, and coredns's.

use serde_json::{Value, json};

use super::control_plane::uid;
use super::resource::Resource;
use super::{ControlPlane, table, timestamp};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    plural: "services",
    singular: "service",
    kind: "Service",
    short_names: &["svc"],
    namespaced: true,
    columns: &[
        ("Name", "string", 0),
        ("Type", "string", 0),
        ("Cluster-IP", "string", 0),
        ("External-IP", "string", 0),
        ("Port(s)", "string", 0),
        ("Age", "string", 0),
        ("Selector", "string", 1),
    ],
    objects,
    cells,
};

fn objects(plane: &ControlPlane, _: Instant) -> Vec<Value> {
    let mut services = vec![object(
        plane,
        ("default", "kubernetes"),
        1,
        json!({ "component": "apiserver", "provider": "kubernetes" }),
        json!([{ "name": "https", "protocol": "TCP", "port": 443, "targetPort": 443 }]),
        Value::Null,
    )];
    if plane.runs("coredns") {
        services.push(object(
            plane,
            ("kube-system", "kube-dns"),
            10,
            json!({
                "k8s-app": "kube-dns",
                "kubernetes.io/cluster-service": "true",
                "kubernetes.io/name": "CoreDNS",
            }),
            json!([
                { "name": "dns", "protocol": "UDP", "port": 53, "targetPort": 53 },
                { "name": "dns-tcp", "protocol": "TCP", "port": 53, "targetPort": 53 },
                { "name": "metrics", "protocol": "TCP", "port": 9153, "targetPort": 9153 },
            ]),
            json!({ "k8s-app": "kube-dns" }),
        ));
    }
    services
}

fn object(
    plane: &ControlPlane,
    (namespace, name): (&str, &str),
    number: u32,
    labels: Value,
    ports: Value,
    selector: Value,
) -> Value {
    let ip = plane.service_ip(number);
    let mut spec = json!({
        "type": "ClusterIP",
        "clusterIP": ip,
        "clusterIPs": [ip],
        "ipFamilies": [if ip.contains(':') { "IPv6" } else { "IPv4" }],
        "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
        "sessionAffinity": "None",
        "ports": ports,
    });
    if !selector.is_null() {
        spec["selector"] = selector;
    }
    json!({
        "kind": "Service",
        "apiVersion": "v1",
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": uid(&[&plane.host, "service", namespace, name]),
            "resourceVersion": plane.created.millis().to_string(),
            "creationTimestamp": timestamp(plane.created),
            "labels": labels,
        },
        "spec": spec,
        "status": { "loadBalancer": {} },
    })
}

fn cells(object: &Value, now: Instant) -> Vec<Value> {
    let spec = &object["spec"];
    let ports: Vec<String> = spec["ports"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|port| format!("{}/{}", port["port"], port["protocol"].as_str().unwrap_or_default()))
        .collect();
    let selector: Vec<String> = spec["selector"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    vec![
        object["metadata"]["name"].clone(),
        spec["type"].clone(),
        spec["clusterIP"].clone(),
        json!("<none>"),
        json!(ports.join(",")),
        table::age(object, now),
        json!(if selector.is_empty() { "<none>".to_owned() } else { selector.join(",") }),
    ]
}
