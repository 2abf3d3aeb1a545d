//! Services: the API server's own, coredns's, and users'.

use serde_json::{Value, json};

use super::control_plane::uid;
use super::resource::Resource;
use super::status::Failure;
use super::{ControlPlane, table, timestamp};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    group: "",
    plural: "services",
    singular: "service",
    kind: "Service",
    short_names: &["svc"],
    namespaced: true,
    complete: Some(complete),
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
    services.extend(plane.objects.of(&RESOURCE).cloned());
    services
}

/// What the API server adds to a Service: an address of the cluster, and ports of the nodes if it is to be reached from
/// outside.
fn complete(plane: &ControlPlane, service: &mut Value) -> Result<(), Failure> {
    let name = service["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    let invalid = |breach: &str| Failure::invalid(&RESOURCE, &name, breach);
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
    if name.len() > 63 || !starts_well {
        return Err(invalid("metadata.name: Invalid value: a DNS-1035 label must begin with a letter"));
    }
    let kind = service["spec"]["type"].as_str().unwrap_or("ClusterIP").to_owned();
    if !["ClusterIP", "NodePort", "LoadBalancer"].contains(&kind.as_str()) {
        return Err(invalid(&format!("spec.type: Unsupported value: \"{kind}\"")));
    }
    // The first ones are taken; a draw by name keeps addresses and ports apart, as long as there are few.
    let number = name.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 2_000);
    let spec = &mut service["spec"];
    match spec["ports"].as_array_mut() {
        Some(ports) if !ports.is_empty() => {
            for (at, port) in (0..).zip(ports) {
                if port["port"].as_u64().is_none() {
                    return Err(invalid(&format!("spec.ports[{at}].port: Required value")));
                }
                let target = port["port"].clone();
                or(port, "protocol", json!("TCP"));
                or(port, "targetPort", target);
                if kind != "ClusterIP" {
                    or(port, "nodePort", json!(30_000 + number + at));
                }
            }
        }
        _ => return Err(invalid("spec.ports: Required value")),
    }
    let ip = plane.service_ip(100 + number);
    let family = if ip.contains(':') { "IPv6" } else { "IPv4" };
    or(spec, "type", json!(kind));
    or(spec, "clusterIP", json!(ip));
    or(spec, "clusterIPs", json!([ip]));
    or(spec, "ipFamilies", json!([family]));
    or(spec, "ipFamilyPolicy", json!("SingleStack"));
    or(spec, "internalTrafficPolicy", json!("Cluster"));
    or(spec, "sessionAffinity", json!("None"));
    if kind != "ClusterIP" {
        or(spec, "externalTrafficPolicy", json!("Cluster"));
    }
    service["status"] = json!({ "loadBalancer": {} });
    Ok(())
}

/// Sets a member that is not there.
fn or(object: &mut Value, member: &str, value: Value) {
    if object[member].is_null() {
        object[member] = value;
    }
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
        .map(|port| {
            let node = port["nodePort"].as_u64().map(|node| format!(":{node}")).unwrap_or_default();
            format!("{}{node}/{}", port["port"], port["protocol"].as_str().unwrap_or_default())
        })
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
        json!(external_ip(object)),
        json!(ports.join(",")),
        table::age(object, now),
        json!(if selector.is_empty() { "<none>".to_owned() } else { selector.join(",") }),
    ]
}

/// Where it is reached from outside, as kubectl shows it.
fn external_ip(service: &Value) -> String {
    let names = addresses(service);
    match service["spec"]["type"].as_str() {
        Some("LoadBalancer") if names.is_empty() => "<pending>".to_owned(),
        _ if names.is_empty() => "<none>".to_owned(),
        _ => names,
    }
}

/// The names of the load balancers of an object.
pub(super) fn addresses(object: &Value) -> String {
    let balancers = object["status"]["loadBalancer"]["ingress"].as_array().into_iter().flatten();
    let names: Vec<&str> = balancers.filter_map(|balancer| balancer["hostname"].as_str()).collect();
    names.join(",")
}
