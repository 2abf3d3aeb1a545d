//! Nodes: the instances whose kubelet has registered.

use serde_json::{Value, json};

use super::control_plane::{Node, uid};
use super::resource::Resource;
use super::{ControlPlane, table, timestamp};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    group: "",
    plural: "nodes",
    singular: "node",
    kind: "Node",
    short_names: &["no"],
    namespaced: false,
    complete: None,
    columns: &[
        ("Name", "string", 0),
        ("Status", "string", 0),
        ("Roles", "string", 0),
        ("Age", "string", 0),
        ("Version", "string", 0),
        ("Internal-IP", "string", 1),
        ("External-IP", "string", 1),
        ("OS-Image", "string", 1),
        ("Kernel-Version", "string", 1),
        ("Container-Runtime", "string", 1),
    ],
    objects,
    cells,
};

fn objects(plane: &ControlPlane, now: Instant) -> Vec<Value> {
    let mut nodes: Vec<&Node> = plane.nodes.iter().filter(|node| node.registered <= now).collect();
    nodes.sort_by(|a, b| a.name.cmp(&b.name));
    nodes.into_iter().map(|node| object(plane, node, now)).collect()
}

fn object(plane: &ControlPlane, node: &Node, now: Instant) -> Value {
    let ready = node.ready.filter(|ready| *ready <= now);
    let changed = ready.unwrap_or(node.registered);
    let mut taints: Vec<Value> = node
        .taints
        .iter()
        .map(|(key, value, effect)| {
            let mut taint = json!({ "key": key, "effect": effect });
            if !value.is_empty() {
                taint["value"] = json!(value);
            }
            taint
        })
        .collect();
    if ready.is_none() {
        taints.push(json!({ "key": "node.kubernetes.io/not-ready", "effect": "NoSchedule" }));
    }
    let mut spec = json!({ "providerID": format!("aws:///{}/{}", node.zone, node.instance_id) });
    if !taints.is_empty() {
        spec["taints"] = json!(taints);
    }
    let mut labels = json!({
        "beta.kubernetes.io/arch": node.architecture,
        "beta.kubernetes.io/instance-type": node.instance_type,
        "beta.kubernetes.io/os": node.os,
        "failure-domain.beta.kubernetes.io/region": plane.region,
        "failure-domain.beta.kubernetes.io/zone": node.zone,
        "kubernetes.io/arch": node.architecture,
        "kubernetes.io/hostname": node.name,
        "kubernetes.io/os": node.os,
        "node.kubernetes.io/instance-type": node.instance_type,
        "topology.kubernetes.io/region": plane.region,
        "topology.kubernetes.io/zone": node.zone,
    });
    for (key, value) in &node.labels {
        labels[key] = json!(value);
    }
    let mut addresses = vec![
        json!({ "type": "InternalIP", "address": node.private_ip }),
        json!({ "type": "InternalDNS", "address": node.name }),
        json!({ "type": "Hostname", "address": node.name }),
    ];
    if let Some(public_ip) = &node.public_ip {
        addresses.insert(1, json!({ "type": "ExternalIP", "address": public_ip }));
    }
    let allocatable = json!({ "cpu": node.cpu, "memory": node.memory, "pods": node.pods.to_string() });
    json!({
        "kind": "Node",
        "apiVersion": "v1",
        "metadata": {
            "name": node.name,
            "uid": uid(&[&plane.host, "node", &node.instance_id]),
            "resourceVersion": changed.millis().to_string(),
            "creationTimestamp": timestamp(node.registered),
            "labels": labels,
            "annotations": { "node.alpha.kubernetes.io/ttl": "0" },
        },
        "spec": spec,
        "status": {
            "addresses": addresses,
            "capacity": allocatable,
            "allocatable": allocatable,
            "conditions": conditions(node, ready),
            "daemonEndpoints": { "kubeletEndpoint": { "Port": 10250 } },
            "nodeInfo": {
                "architecture": node.architecture,
                "bootID": uid(&[&plane.host, "boot", &node.instance_id]),
                "containerRuntimeVersion": node.container_runtime,
                "kernelVersion": node.kernel,
                "kubeProxyVersion": node.kubelet,
                "kubeletVersion": node.kubelet,
                "machineID": uid(&[&plane.host, "machine", &node.instance_id]).replace('-', ""),
                "operatingSystem": node.os,
                "osImage": node.os_image,
                "systemUUID": uid(&[&plane.host, "system", &node.instance_id]),
            },
        },
    })
}

fn conditions(node: &Node, ready: Option<Instant>) -> Value {
    let since =
        |at: Instant| json!({ "lastHeartbeatTime": timestamp(at), "lastTransitionTime": timestamp(at) });
    let condition = |kind: &str, status: &str, reason: &str, message: &str, at: Instant| {
        let mut condition = since(at);
        condition["type"] = json!(kind);
        condition["status"] = json!(status);
        condition["reason"] = json!(reason);
        condition["message"] = json!(message);
        condition
    };
    let at = node.registered;
    let last = match ready {
        Some(ready) => condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", ready),
        None => {
            let message = "container runtime network not ready: NetworkReady=false \
                reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized";
            condition("Ready", "False", "KubeletNotReady", message, at)
        }
    };
    let memory = "kubelet has sufficient memory available";
    json!([
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory", memory, at),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure", at),
        condition(
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
            at
        ),
        last,
    ])
}

fn cells(object: &Value, now: Instant) -> Vec<Value> {
    let status = &object["status"];
    let conditions = status["conditions"].as_array();
    let ready = conditions.and_then(|all| all.iter().find(|condition| condition["type"] == "Ready"));
    let mut state = match ready.map(|condition| condition["status"] == "True") {
        Some(true) => "Ready",
        Some(false) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if object["spec"]["unschedulable"] == true {
        state += ",SchedulingDisabled";
    }
    let address = |kind: &str| {
        let addresses = status["addresses"].as_array();
        let address = addresses.and_then(|all| all.iter().find(|address| address["type"] == kind));
        address.map_or_else(|| json!("<none>"), |address| address["address"].clone())
    };
    let info = &status["nodeInfo"];
    vec![
        object["metadata"]["name"].clone(),
        json!(state),
        json!("<none>"),
        table::age(object, now),
        info["kubeletVersion"].clone(),
        address("InternalIP"),
        address("ExternalIP"),
        info["osImage"].clone(),
        info["kernelVersion"].clone(),
        info["containerRuntimeVersion"].clone(),
    ]
}
