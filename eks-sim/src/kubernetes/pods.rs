//! Pods: those of the add-ons that every cluster has.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::control_plane::{Node, uid};
use super::resource::Resource;
use super::signature::hexadecimal;
use super::{ControlPlane, table, timestamp};
use crate::instant::Instant;

pub(super) const RESOURCE: Resource = Resource {
    group: "",
    plural: "pods",
    singular: "pod",
    kind: "Pod",
    short_names: &["po"],
    namespaced: true,
    complete: None,
    columns: &[
        ("Name", "string", 0),
        ("Ready", "string", 0),
        ("Status", "string", 0),
        ("Restarts", "string", 0),
        ("Age", "string", 0),
        ("IP", "string", 1),
        ("Node", "string", 1),
        ("Nominated Node", "string", 1),
        ("Readiness Gates", "string", 1),
    ],
    objects,
    cells,
};

/// Add-ons that are daemon sets: add-on, name of the set and label, containers.
const DAEMON_SETS: [(&str, &str, &[&str]); 3] = [
    ("eks-pod-identity-agent", "eks-pod-identity-agent", &["eks-pod-identity-agent"]),
    ("kube-proxy", "kube-proxy", &["kube-proxy"]),
    ("vpc-cni", "aws-node", &["aws-node", "aws-eks-nodeagent"]),
];

/// Containers and their repositories in EKS's registry; the others are called as their containers are.
const REPOSITORIES: [(&str, &str); 2] =
    [("aws-node", "amazon-k8s-cni"), ("aws-eks-nodeagent", "amazon/aws-network-policy-agent")];

const COREDNS_REPLICAS: usize = 2;

/// A pod to be described.
struct Pod<'a> {
    name: String,
    app: (&'a str, &'a str),
    owner: (&'a str, String),
    containers: &'a [&'a str],
    created: Instant,
    node: Option<&'a Node>,
    running: Option<Instant>,
    host_network: bool,
}

fn objects(plane: &ControlPlane, now: Instant) -> Vec<Value> {
    let mut nodes: Vec<&Node> =
        plane.nodes.iter().filter(|node| node.registered <= now && node.os == "linux").collect();
    nodes.sort_by_key(|node| (node.ready, &node.name));
    let mut pods = Vec::new();
    for (addon, name, containers) in DAEMON_SETS {
        if !plane.runs(addon) {
            continue;
        }
        for node in &nodes {
            pods.push(Pod {
                name: format!("{name}-{}", suffix(&[&plane.host, name, &node.instance_id], 5)),
                app: ("k8s-app", name),
                owner: ("DaemonSet", name.to_owned()),
                containers,
                created: node.registered,
                node: Some(node),
                running: node.ready.filter(|ready| *ready <= now),
                host_network: true,
            });
        }
    }
    // The scheduler waits for a node that is ready and that tolerates them.
    let hosts: Vec<&Node> = nodes
        .iter()
        .copied()
        .filter(|node| node.ready.is_some_and(|ready| ready <= now))
        .filter(|node| node.lets_addons_in)
        .collect();
    let replica_set = format!("coredns-{}", suffix(&[&plane.host, "coredns"], 10));
    for replica in 0..if plane.runs("coredns") { COREDNS_REPLICAS } else { 0 } {
        let node = (!hosts.is_empty()).then(|| hosts[replica % hosts.len()]);
        let number = replica.to_string();
        pods.push(Pod {
            name: format!("{replica_set}-{}", suffix(&[&plane.host, "coredns", &number], 5)),
            app: ("k8s-app", "kube-dns"),
            owner: ("ReplicaSet", replica_set.clone()),
            containers: &["coredns"],
            created: plane.created,
            node,
            running: node.and_then(|node| node.ready),
            host_network: false,
        });
    }
    pods.sort_by(|a, b| a.name.cmp(&b.name));
    pods.iter().map(|pod| object(plane, pod)).collect()
}

/// Where a container's image comes from. Its tag is left out: no add-on says which one its version has.
fn image(plane: &ControlPlane, container: &str) -> String {
    let named = REPOSITORIES.iter().find(|(name, _)| *name == container);
    let repository =
        named.map_or_else(|| format!("eks/{container}"), |(_, repository)| (*repository).to_owned());
    // The account that EKS publishes from in most regions.
    format!("602401143452.dkr.ecr.{}.amazonaws.com/{repository}", plane.region)
}

fn object(plane: &ControlPlane, pod: &Pod<'_>) -> Value {
    let changed = pod.running.unwrap_or(pod.created);
    let (owner_kind, owner) = &pod.owner;
    let container = |name: &&str| json!({ "name": name, "image": image(plane, name) });
    let containers: Vec<Value> = pod.containers.iter().map(container).collect();
    let mut spec = json!({
        "containers": containers,
        "restartPolicy": "Always",
        "serviceAccountName": pod.containers[0],
        "priorityClassName": if pod.host_network { "system-node-critical" } else { "system-cluster-critical" },
    });
    let mut status = json!({ "phase": if pod.running.is_some() { "Running" } else { "Pending" } });
    if pod.host_network {
        spec["hostNetwork"] = json!(true);
    }
    if let Some(node) = pod.node {
        spec["nodeName"] = json!(node.name);
        status["hostIP"] = json!(node.private_ip);
        let ip = if pod.host_network { node.private_ip.clone() } else { pod_ip(node, &pod.name) };
        if pod.running.is_some() {
            status["podIP"] = json!(ip);
            status["podIPs"] = json!([{ "ip": ip }]);
        }
    }
    if let Some(running) = pod.running {
        let started = timestamp(running);
        status["startTime"] = json!(started);
        let state = |name: &&str| {
            let image = image(plane, name);
            let digest = hexadecimal(&Sha256::digest(&image));
            json!({
                "name": name,
                "image": image,
                "imageID": format!("{image}@sha256:{digest}"),
                "ready": true,
                "started": true,
                "restartCount": 0,
                "state": { "running": { "startedAt": started } },
            })
        };
        status["containerStatuses"] = pod.containers.iter().map(state).collect();
        status["conditions"] = ["PodScheduled", "Initialized", "ContainersReady", "Ready"]
            .into_iter()
            .map(|kind| json!({ "type": kind, "status": "True", "lastTransitionTime": started }))
            .collect();
    } else if pod.node.is_none() {
        status["conditions"] = json!([{
            "type": "PodScheduled",
            "status": "False",
            "reason": "Unschedulable",
            "message": "no nodes available to schedule pods",
            "lastTransitionTime": timestamp(pod.created),
        }]);
    }
    let (key, value) = pod.app;
    let mut labels = json!({});
    labels[key] = json!(value);
    json!({
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {
            "name": pod.name,
            "namespace": "kube-system",
            "uid": uid(&[&plane.host, "pod", &pod.name]),
            "resourceVersion": changed.millis().to_string(),
            "creationTimestamp": timestamp(pod.created),
            "labels": labels,
            "ownerReferences": [{
                "apiVersion": "apps/v1",
                "kind": owner_kind,
                "name": owner,
                "uid": uid(&[&plane.host, owner_kind, owner]),
                "controller": true,
                "blockOwnerDeletion": true,
            }],
        },
        "spec": spec,
        "status": status,
    })
}

/// An address from the node's subnet, as the VPC CNI gives it.
fn pod_ip(node: &Node, pod: &str) -> String {
    let octets: Vec<&str> = node.private_ip.split('.').collect();
    let last = 4 + Sha256::digest(format!("{}/{pod}", node.instance_id))[0] % 248;
    match octets.as_slice() {
        [a, b, c, _] => format!("{a}.{b}.{c}.{last}"),
        _ => node.private_ip.clone(),
    }
}

/// The random end of a generated name, from the letters that Kubernetes uses.
fn suffix(parts: &[&str], length: usize) -> String {
    const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
    let digest = Sha256::digest(parts.join("/"));
    digest.iter().take(length).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
}

fn cells(object: &Value, now: Instant) -> Vec<Value> {
    let status = &object["status"];
    let all = object["spec"]["containers"].as_array().map_or(0, Vec::len);
    let ready = status["containerStatuses"]
        .as_array()
        .map_or(0, |states| states.iter().filter(|state| state["ready"] == true).count());
    let or_none = |value: &Value| if value.is_null() { json!("<none>") } else { value.clone() };
    let shown = match status["phase"].as_str() {
        Some("Pending") if !object["spec"]["nodeName"].is_null() => json!("ContainerCreating"),
        _ => status["phase"].clone(),
    };
    vec![
        object["metadata"]["name"].clone(),
        json!(format!("{ready}/{all}")),
        shown,
        json!("0"),
        table::age(object, now),
        or_none(&status["podIP"]),
        or_none(&object["spec"]["nodeName"]),
        json!("<none>"),
        json!("<none>"),
    ]
}
