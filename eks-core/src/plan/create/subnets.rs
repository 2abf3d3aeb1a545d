//! What of the network and of the roles is there: made by the foundation, or given.

mod fitness;

use super::node_groups::node_groups;
use crate::observe::{Observed, Seen, StackState};
use crate::plan::foundation::id;
use crate::plan::tag;
use crate::spec::{Cluster, Network, NodeGroup, NodeSubnets};
use crate::{Error, Result};

/// The ARN of a role of the stack that is complete: CloudFormation's physical id of a role is its name.
pub(super) fn role_arn(stack: &StackState, logical_id: &str) -> Option<String> {
    let name = stack.ready(logical_id)?;
    Some(format!("arn:{}:iam::{}:role/{name}", stack.partition(), stack.account()))
}

pub(super) fn cluster_role(spec: &Cluster, stack: &StackState) -> Option<String> {
    spec.role_arn.clone().or_else(|| role_arn(stack, id::CLUSTER_ROLE))
}

/// The subnets that the control plane is told of, once every one of them and the security group are there:
/// all public ones, then all private ones, as eksctl does (facts/eksctl.md §2.3).
pub(super) fn cluster_subnets(spec: &Cluster, stack: &StackState) -> Option<Vec<String>> {
    match &spec.network {
        Network::Given(network) => {
            Some(network.public_subnets.iter().chain(&network.private_subnets).cloned().collect())
        }
        Network::New(network) => {
            stack.ready(id::SECURITY_GROUP)?;
            let mut subnets =
                if network.is_private() { Vec::new() } else { new_subnets(stack, id::PUBLIC_SUBNET)? };
            subnets.extend(new_subnets(stack, id::PRIVATE_SUBNET)?);
            Some(subnets)
        }
    }
}

/// Whether the log group is there, where one is wanted. It has to be there before the cluster, which would make one
/// without retention; the stack could then make none.
pub(super) fn log_group_there(spec: &Cluster, stack: &StackState) -> bool {
    spec.log_retention_in_days.is_none() || stack.ready(id::LOG_GROUP).is_some()
}

/// The subnets of one kind in a new network, one for each zone, once all are there.
pub(super) fn new_subnets(stack: &StackState, kind: &str) -> Option<Vec<String>> {
    let zones = stack.tags.get(tag::ZONES)?;
    zones.split(' ').map(|zone| stack.ready(&id::in_zone(kind, zone)).map(str::to_owned)).collect()
}

/// What a complete foundation should have and has not.
pub(super) fn lacking(spec: &Cluster, stack: &StackState) -> Vec<&'static str> {
    let node_role = node_groups(spec).any(NodeGroup::shares_role);
    let own_pod_role = spec.fargate_profiles.iter().any(|profile| profile.role_arn.is_none());
    [
        (id::CLUSTER_ROLE, cluster_role(spec, stack).is_some()),
        ("subnets with a security group", cluster_subnets(spec, stack).is_some()),
        (id::NODE_ROLE, !node_role || stack.ready(id::NODE_ROLE).is_some()),
        (id::POD_ROLE, !own_pod_role || stack.ready(id::POD_ROLE).is_some()),
        (id::LOG_GROUP, log_group_there(spec, stack)),
    ]
    .into_iter()
    .filter_map(|(what, there)| (!there).then_some(what))
    .collect()
}

/// Where a group's nodes live.
pub(super) fn node_subnets(spec: &Cluster, group: &NodeGroup, stack: &StackState) -> Option<Vec<String>> {
    match (group.subnets.clone()?, &spec.network) {
        (NodeSubnets::Given(subnets), _) => Some(subnets),
        (NodeSubnets::Public, Network::New(_)) => new_subnets(stack, id::PUBLIC_SUBNET),
        (NodeSubnets::Private, Network::New(_)) => new_subnets(stack, id::PRIVATE_SUBNET),
        (NodeSubnets::Public, Network::Given(network)) => Some(network.public_subnets.clone()),
        (NodeSubnets::Private, Network::Given(network)) => Some(network.private_subnets.clone()),
    }
}

/// Every subnet that the spec names, with the field that names it.
pub(super) fn named_subnets(spec: &Cluster) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    if let Network::Given(network) = &spec.network {
        let ids = network.private_subnets.iter().chain(&network.public_subnets);
        named.extend(ids.map(|id| ("network".to_owned(), id.as_str())));
    }
    for (index, group) in node_groups(spec).enumerate() {
        if let Some(NodeSubnets::Given(ids)) = &group.subnets {
            named.extend(ids.iter().map(|id| (format!("nodeGroups[{index}].subnets"), id.as_str())));
        }
    }
    for (index, profile) in spec.fargate_profiles.iter().enumerate() {
        let ids = profile.subnets.iter();
        named.extend(ids.map(|id| (format!("fargateProfiles[{index}].subnets"), id.as_str())));
    }
    named
}

/// What only AWS knows of given subnets: that they exist, lie in one VPC and in two zones, and will do.
pub(super) fn check_subnets(spec: &Cluster, observed: &Observed) -> Result<()> {
    let Network::Given(network) = &spec.network else { return Ok(()) };
    let mut seen = Vec::new();
    let mut violations = Vec::new();
    for (field, id) in named_subnets(spec) {
        match observed.subnets.get(id) {
            Some(Seen::Present(subnet)) => seen.push((field, subnet)),
            Some(Seen::Absent) => {
                violations.push(crate::Violation::new(field, id, "be a subnet of this region and account"));
            }
            // Nobody could look: EC2 is not compiled in.
            Some(Seen::Unknown) | None => {}
        }
    }
    if let Some((_, first)) = seen.first() {
        let wanted = network.vpc.as_ref().unwrap_or(&first.vpc);
        for (field, subnet) in seen.iter().filter(|(_, subnet)| subnet.vpc != *wanted) {
            let rule = format!("lie in VPC {wanted}, and lies in {}", subnet.vpc);
            violations.push(crate::Violation::new(field, &subnet.id, rule));
        }
        let control_plane: Vec<_> = seen.iter().filter(|(field, _)| field == "network").collect();
        let first_zone = &first.zone;
        if control_plane.iter().all(|(_, subnet)| subnet.zone == *first_zone) {
            let ids: Vec<&str> = control_plane.iter().map(|(_, subnet)| subnet.id.as_str()).collect();
            let rule = format!("lie in at least two zones, and all lie in {first_zone}");
            violations.push(crate::Violation::new("network", ids.join(", "), rule));
        }
    }
    if violations.is_empty() {
        violations = fitness::inspect(spec, network, observed);
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}
