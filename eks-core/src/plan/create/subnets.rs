//! What of the network and of the roles is there: made by the foundation, or given.

mod fitness;
mod security_groups;

use std::collections::BTreeSet;

pub(super) use security_groups::named_security_groups;

use super::node_groups::node_groups;
use crate::observe::{Observed, Seen, StackState};
use crate::plan::foundation::id;
use crate::plan::tag;
use crate::spec::{AutoMode, Cluster, ControlPlaneSubnets, GivenNetwork, Network, NodeGroup, NodeSubnets};
use crate::{Error, Result, Violation};

/// The ARN of a role of the stack that is complete: CloudFormation's physical id of a role is its name.
pub(in crate::plan) fn role_arn(stack: &StackState, logical_id: &str) -> Option<String> {
    let name = stack.ready(logical_id)?;
    Some(format!("arn:{}:iam::{}:role/{name}", stack.partition(), stack.account()))
}

pub(super) fn cluster_role(spec: &Cluster, stack: &StackState) -> Option<String> {
    spec.role_arn.clone().or_else(|| role_arn(stack, id::CLUSTER_ROLE))
}

/// The subnets that the control plane is told of, once every one of them and the security group are there: unless
/// told otherwise all public ones, then all private ones, as eksctl does (facts/eksctl.md §2.3).
pub(in crate::plan) fn cluster_subnets(spec: &Cluster, stack: &StackState) -> Option<Vec<String>> {
    match &spec.network {
        Network::Given(network) => Some(network.of_control_plane()),
        Network::New(network) => {
            stack.ready(id::SECURITY_GROUP)?;
            let kinds: &[&str] = match network.control_plane_subnets {
                Some(ControlPlaneSubnets::Public) => &[id::PUBLIC_SUBNET],
                Some(ControlPlaneSubnets::Private) => &[id::PRIVATE_SUBNET],
                _ if network.is_private() => &[id::PRIVATE_SUBNET],
                _ => &[id::PUBLIC_SUBNET, id::PRIVATE_SUBNET],
            };
            let subnets = kinds.iter().map(|kind| new_subnets(stack, kind)).collect::<Option<Vec<_>>>()?;
            Some(subnets.concat())
        }
    }
}

/// The role of Auto Mode's nodes, given or made; EKS takes none where it has no node pool to make.
pub(in crate::plan) fn auto_mode_role(spec: &Cluster, stack: &StackState) -> Option<String> {
    let mode = spec.auto_mode().filter(|mode| mode.launches_nodes())?;
    mode.node_role_arn.clone().or_else(|| role_arn(stack, id::AUTO_MODE_NODE_ROLE))
}

/// Whether that role is there, where one is to be made.
pub(super) fn auto_mode_role_there(spec: &Cluster, stack: &StackState) -> bool {
    !spec.auto_mode().is_some_and(AutoMode::needs_role) || stack.ready(id::AUTO_MODE_NODE_ROLE).is_some()
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
        (id::AUTO_MODE_NODE_ROLE, auto_mode_role_there(spec, stack)),
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

/// The zones that a group's nodes can be in; `zones` are those of a new network. None where nobody could look.
pub(super) fn zones_of_nodes(
    spec: &Cluster,
    group: &NodeGroup,
    zones: &[String],
    observed: &Observed,
) -> Vec<String> {
    let ids = match (&group.subnets, &spec.network) {
        (_, Network::New(_)) => return zones.to_vec(),
        (Some(NodeSubnets::Given(ids)), _) => ids,
        (Some(NodeSubnets::Public), Network::Given(network)) => &network.public_subnets,
        (_, Network::Given(network)) => &network.private_subnets,
    };
    observed
        .present_subnets(ids)
        .map(|subnet| subnet.zone.clone())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Every subnet that the spec names, with the field that names it.
pub(super) fn named_subnets(spec: &Cluster) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    if let Network::Given(network) = &spec.network {
        let ids = network.private_subnets.iter().chain(&network.public_subnets);
        named.extend(ids.map(|id| ("network".to_owned(), id.as_str())));
        let ids = network.control_plane_only().iter();
        named.extend(ids.map(|id| ("network.controlPlaneSubnets".to_owned(), id.as_str())));
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
    check_placement(spec, observed)?;
    let violations = fitness::inspect(spec, network, observed);
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// That given subnets and security groups exist and lie in one VPC, the cluster's if there is one; and that the control
/// plane's lie in two zones.
pub(super) fn check_placement(spec: &Cluster, observed: &Observed) -> Result<()> {
    let Network::Given(network) = &spec.network else { return Ok(()) };
    let mut seen = Vec::new();
    let mut violations = Vec::new();
    for (field, id) in named_subnets(spec) {
        match observed.subnets.get(id) {
            Some(Seen::Present(subnet)) => seen.push((field, subnet)),
            Some(Seen::Absent) => {
                violations.push(Violation::new(field, id, "be a subnet of this region and account"));
            }
            // Nobody could look: EC2 is not compiled in.
            Some(Seen::Unknown) | None => {}
        }
    }
    if let Some((_, first)) = seen.first() {
        let home = observed.cluster.present().and_then(|cluster| cluster.vpc.as_ref());
        let wanted = home.or(network.vpc.as_ref()).unwrap_or(&first.vpc);
        for (field, subnet) in seen.iter().filter(|(_, subnet)| subnet.vpc != *wanted) {
            let rule = format!("lie in VPC {wanted}, and lies in {}", subnet.vpc);
            violations.push(Violation::new(field, &subnet.id, rule));
        }
        violations.extend(one_zone(network, observed));
        violations.extend(security_groups::inspect(spec, wanted, observed));
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}

/// Where all of the control plane's subnets lie in one zone.
fn one_zone(network: &GivenNetwork, observed: &Observed) -> Option<Violation> {
    let ids = network.of_control_plane();
    let zones: BTreeSet<&str> = observed.present_subnets(&ids).map(|subnet| subnet.zone.as_str()).collect();
    let field =
        if network.control_plane_subnets.is_some() { "network.controlPlaneSubnets" } else { "network" };
    let zone = zones.first().filter(|_| zones.len() == 1)?;
    Some(Violation::new(field, ids.join(", "), format!("lie in at least two zones, and all lie in {zone}")))
}
