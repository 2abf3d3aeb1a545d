//! What a reader of a plan should know and no step says.

mod given_network;

use super::create::{desired, group_name, lets_addons_in, node_groups};
use super::estimate::is_daemon_set;
use crate::observe::Observed;
use crate::spec::{
    AutoMode, Autoscaling, Cluster, KubernetesVersion, Network, NodeGroup, VersionOffer, VersionStatus,
    pods_per_node, resolve,
};

/// Pods that EKS itself puts on every node: aws-node and kube-proxy.
const PODS_ON_EVERY_NODE: u32 = 2;
/// Replicas of coredns.
const COREDNS_PODS: u32 = 2;

/// The version that the control plane has or gets.
pub(crate) fn version_of(given: Option<&Cluster>, observed: &Observed) -> Option<String> {
    match observed.cluster.present() {
        Some(cluster) => Some(cluster.version.clone()),
        None => resolve(&given?.version, observed.versions.as_deref().unwrap_or_default()).ok(),
    }
}

/// The notes of a plan that creates what the caller gave.
pub(crate) fn notes(given: Option<&Cluster>, observed: &Observed) -> Vec<String> {
    let Some(given) = given else { return Vec::new() };
    let spec = &given.defaulted();
    let mut notes = Vec::new();
    notes.extend(version_note(&spec.version, observed.versions.as_deref().unwrap_or_default()));
    notes.extend(pods_note(spec));
    if let Network::New(network) = &spec.network
        && observed.zones.is_none()
        && observed.foundation.present().is_none()
        && network.zones.is_some()
    {
        notes.push("zones are unchecked: EC2 is not compiled in".to_owned());
    }
    let given = matches!(spec.network, Network::Given(_)) && observed.cluster.present().is_none();
    if given && observed.subnets.is_empty() {
        notes.push("subnets are unchecked: EC2 is not compiled in".to_owned());
    }
    notes.extend(spec.auto_mode().map(auto_mode_note));
    let waits = spec.addons.iter().flatten().any(|addon| !is_daemon_set(&addon.name));
    let hosts = spec.auto_mode().is_some_and(AutoMode::launches_nodes);
    if spec.fargate_profiles.is_empty() && !hosts && (waits || spec.auto_mode().is_none()) {
        let mut groups = node_groups(spec).filter(|group| desired(group) > 0).peekable();
        if groups.peek().is_none() {
            notes.push("no nodes: coredns waits for the first one".to_owned());
        } else if !groups.any(lets_addons_in) {
            notes.push(
                "every group has taints or runs Windows: coredns waits for nodes that let it in".to_owned(),
            );
        }
    }
    notes.extend(node_groups(spec).filter_map(device_note));
    notes.extend(bounds_note(spec));
    if let Network::Given(network) = &spec.network {
        notes.extend(given_network::notes(spec, network, observed));
    }
    notes
}

/// EKS moves no group between its bounds: they are an autoscaler's (EKS user guide, "Scale cluster compute").
fn bounds_note(spec: &Cluster) -> Option<String> {
    if let Some(Autoscaling::ClusterAutoscaler | Autoscaling::None) = spec.autoscaling {
        return None;
    }
    let bounded = node_groups(spec).filter_map(|group| {
        let scaling = group.scaling.as_ref()?;
        let (min, max) = scaling.min.zip(scaling.max).filter(|(min, max)| min < max)?;
        Some(format!("{} ({min} to {max})", group_name(group)))
    });
    let bounded: Vec<String> = bounded.collect();
    (!bounded.is_empty()).then(|| {
        format!(
            "sizes: nothing moves {} between these bounds by itself: see `autoscaling`, or use scale",
            bounded.join(", ")
        )
    })
}

/// facts/aws.md §10
fn auto_mode_note(mode: &AutoMode) -> String {
    let nodes = if mode.launches_nodes() {
        "nodes come with the first pod that needs one, and none is waited for"
    } else {
        "nodes come once there is a node pool and a pod that needs one"
    };
    format!(
        "Auto Mode: {nodes}; EKS brings networking, DNS, disks and load balancers, and takes about 12 % of the \
         on-demand price of its instances beside that price"
    )
}

/// What pods need besides the nodes to use what the nodes have.
fn device_note(group: &NodeGroup) -> Option<String> {
    let name = group_name(group);
    let ami_type = group.ami_type()?;
    // Bottlerocket's own image has NVIDIA's plugin in it.
    if ami_type.starts_with("WINDOWS") {
        let need = "enable-windows-ipam in the config map amazon-vpc-cni";
        Some(format!("{name}: Windows pods get addresses once {need} is true; coredns needs Linux nodes"))
    } else if ami_type.starts_with("AL2") && ami_type.contains("NVIDIA") || ami_type.ends_with("GPU") {
        Some(format!("{name}: pods get GPUs once NVIDIA's device plugin is installed"))
    } else if ami_type.contains("NEURON") {
        Some(format!("{name}: pods get Neuron devices once the Neuron device plugin is installed"))
    } else {
        None
    }
}

fn version_note(version: &KubernetesVersion, offers: &[VersionOffer]) -> Option<String> {
    let resolved = resolve(version, offers).ok()?;
    let offer = offers.iter().find(|offer| offer.version == resolved)?;
    let extended = offer.status == VersionStatus::Extended;
    extended.then(|| format!("Kubernetes {offer}: extended support costs more; a newer version does not"))
}

/// How many pods fit, and how many places the cluster's own take (a `t2.micro` holds four).
fn pods_note(spec: &Cluster) -> Option<String> {
    let mut places = 0;
    let mut nodes = 0;
    let mut parts = Vec::new();
    for group in node_groups(spec).filter(|group| desired(group) > 0) {
        // The smallest of the group's types, since any of them may be launched.
        let per_node = group.instance_types.iter().map(|kind| pods_per_node(kind)).min().flatten()?;
        let count = desired(group);
        places += per_node * count;
        nodes += count;
        parts.push(format!(
            "{}: {count} × {} hold {}",
            group_name(group),
            group.instance_types.join("/"),
            per_node * count
        ));
    }
    if nodes == 0 {
        return None;
    }
    let taken = nodes * PODS_ON_EVERY_NODE + COREDNS_PODS;
    let free = places.saturating_sub(taken);
    let mut note =
        format!("pods: {}; {taken} places are taken by the cluster's own, {free} are free", parts.join(", "));
    if places < taken {
        note.push_str(": too few, choose larger instances or more of them");
    }
    Some(note)
}
