//! A node group's Auto Scaling group: what EKS makes there, and what Auto Scaling asks of the node group, whose
//! sizes and nodes are one with the group's.

use std::collections::BTreeMap;

use super::launch_template::LaunchTemplate;
use super::node::{self, Node};
use super::nodegroup::{Nodegroup, Scaling, by_arn, region};
use super::status::{Issue, Status};
use super::{network, nodegroup_config};
use crate::services::autoscaling;
use crate::world::World;

/// What Auto Scaling knows of a node group.
#[derive(Clone)]
pub(crate) struct Fleet {
    pub(crate) scaling: Scaling,
    pub(crate) subnets: Vec<String>,
    /// The names of the zones of its subnets.
    pub(crate) zones: Vec<String>,
    /// Instance types, in the order in which they are tried.
    pub(crate) types: Vec<String>,
    pub(crate) spot: bool,
    /// Id, name and version of the user's launch template.
    pub(crate) template: Option<(String, String, String)>,
    /// Instances, also those that are being terminated.
    pub(crate) members: Vec<Member>,
}

/// An instance as Auto Scaling knows it.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) instance: String,
    pub(crate) instance_type: String,
    pub(crate) zone: String,
    /// It is being terminated, or is.
    pub(crate) removed: bool,
}

impl Member {
    fn of(node: &Node) -> Self {
        Self {
            instance: node.instance.clone(),
            instance_type: node.instance_type.clone(),
            zone: node.zone.clone(),
            removed: node.removed.is_some(),
        }
    }
}

/// The node group with the ARN `arn` as Auto Scaling sees it.
pub(crate) fn fleet(world: &mut World, arn: &str) -> Option<Fleet> {
    let group = by_arn(world, arn)?;
    let named =
        |template: &LaunchTemplate| (template.id.clone(), template.name.clone(), template.version.clone());
    let mut fleet = Fleet {
        scaling: group.scaling,
        subnets: group.subnets.clone(),
        zones: Vec::new(),
        types: group.types(),
        spot: group.capacity_type == "SPOT",
        template: group.launch_template.as_ref().map(named),
        members: group.nodes.iter().map(Member::of).collect(),
    };
    let subnets = network::subnets(world, region(arn), &fleet.subnets).unwrap_or_default();
    fleet.zones = subnets.into_iter().map(|subnet| subnet.zone).collect();
    fleet.zones.sort_unstable();
    fleet.zones.dedup();
    Some(fleet)
}

/// Makes the group, with the tags that EKS gives it (facts/aws.md §10).
pub(super) fn make(world: &mut World, group: &Nodegroup) {
    let tags: BTreeMap<String, String> = [
        ("eks:cluster-name".to_owned(), group.cluster.clone()),
        ("eks:nodegroup-name".to_owned(), group.name.clone()),
        ("k8s.io/cluster-autoscaler/enabled".to_owned(), "true".to_owned()),
        (format!("k8s.io/cluster-autoscaler/{}", group.cluster), "owned".to_owned()),
        (format!("kubernetes.io/cluster/{}", group.cluster), "owned".to_owned()),
    ]
    .into();
    autoscaling::make_for_nodegroup(world, region(&group.arn), &group.autoscaling_group, &group.arn, tags);
    if let Some(group) = by_arn(world, &group.arn) {
        group.has_autoscaling_group = true;
    }
}

/// Gives the group other sizes, as an autoscaler does; EKS shows them as its own.
pub(crate) fn resize(world: &mut World, arn: &str, scaling: Scaling) {
    let Some(group) = by_arn(world, arn) else { return };
    group.scaling = scaling;
    nodegroup_config::resize(world, arn, scaling);
}

/// Takes one instance out of the group, which then has the sizes `scaling`.
pub(crate) fn take_out(world: &mut World, arn: &str, instance: &str, scaling: Scaling) {
    node::terminate(world, arn, &[instance.to_owned()]);
    resize(world, arn, scaling);
}

/// Someone has deleted the Auto Scaling group, and its instances with it.
pub(crate) fn lose_autoscaling_group(world: &mut World, arn: &str) {
    let Some(group) = by_arn(world, arn) else { return };
    let instances: Vec<String> = group.present().map(|node| node.instance.clone()).collect();
    let name = group.autoscaling_group.clone();
    if group.status != Status::Deleting {
        group.status = Status::Degraded;
        // The code's text in the user guide, "Amazon EKS troubleshooting".
        let message = "We couldn't find the Auto Scaling group associated with the managed node group. You may be \
                       able to recreate an Auto Scaling group with the same settings to recover.";
        group.issues.push(Issue::new("AutoScalingGroupNotFound", message, vec![name]));
    }
    node::terminate(world, arn, &instances);
}
