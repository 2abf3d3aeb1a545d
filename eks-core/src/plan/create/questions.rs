//! What a create asks of AWS, and when.

use super::Aim;
use super::access_entries::is_closed;
use super::autoscaling;
use super::foundation::nat_gateways_look;
use super::identity::identity_looks;
use super::launches::launch_looks;
use super::node_groups::{group_name, group_stack_look, node_groups};
use super::subnets::{named_security_groups, named_subnets};
use crate::observe::{Look, NatGatewayStatus, Observed, Part, Seen, StackStatus};
use crate::plan::apply::changes_network;
use crate::plan::found::found_looks;
use crate::plan::foundation::id;
use crate::plan::replacement::Naming;
use crate::plan::{names, ownership, zones};
use crate::spec::{AccessEntry, Cluster, Network, NodeGroup};

/// Everything that a create is about.
pub(crate) fn everything(aim: Aim<'_>, observed: &Observed) -> Vec<Look> {
    let Aim { name, given, .. } = aim;
    let by_hash = |stack| given.is_some_and(|given| ownership::has_hash(stack, given));
    let known = observed.foundation.present().is_some_and(|stack| stack.spec.is_some() || by_hash(stack));
    let mut looks =
        vec![Look::Foundation { name: names::foundation_stack(name), spec: !known }, Look::Cluster];
    if observed.caller.is_none() {
        looks.push(Look::Caller);
    }
    let stored = observed.foundation.present().and_then(|stack| stack.spec.as_deref());
    let stored = stored.and_then(|spec| Cluster::from_json(spec).ok());
    let stored_last = stored.clone().filter(|_| aim.applies);
    if aim.adoptee(observed).is_some() {
        looks.extend(found_looks(observed));
    }
    let last = if aim.applies { stored.clone().or_else(|| aim.last(observed).ok().flatten()) } else { None };
    let spec = match (last, given) {
        (Some(last), Some(given)) => Some(given.after(&last)),
        (_, given) => stored.or_else(|| given.cloned()),
    };
    let Some(spec) = spec else { return looks };
    let last = if aim.applies { aim.last(observed).ok().flatten() } else { None };
    let naming = aim.naming(last.as_ref(), &spec, observed);
    let spec = naming.names.in_aws(&spec).defaulted();
    looks.extend(identity_looks(name, &spec, stored_last.as_ref(), observed.identity_stack.present()));
    let last = last.map(|last| naming.before.in_aws(&last));
    let last = last.as_ref();
    if observed.versions.is_none() && observed.cluster.present().is_none() {
        looks.push(Look::Versions);
    }
    // An apply mostly finds a network, and asks what one can be made of when it finds none.
    let makes = !(aim.applies && observed.foundation.is_unknown()) && aim.adoptee(observed).is_none();
    looks.extend(if makes { network_looks(&spec, observed) } else { Vec::new() });
    if makes && observed.foundation.present().is_none() {
        looks.extend(launch_looks(&spec, observed));
    }
    // A gateway that was available once stays so.
    let through = observed.nat_gateways.iter().flatten().any(|it| it.status == NatGatewayStatus::Available);
    let gateways = observed.foundation.present().and_then(|stack| nat_gateways_look(&spec, stack));
    looks.extend(gateways.filter(|_| !through));
    looks.extend(node_groups(&spec).map(|group| group_stack_look(name, group_name(group))));
    looks.extend(log_group_of(name, &spec, observed).filter(|_| aim.applies));
    if observed.cluster.present().is_some() {
        if aim.prune || naming.replaces() {
            looks.extend(all_inside(&spec, last, observed));
            looks.push(Look::NodeGroupStacks { prefix: names::node_group_stack_prefix(name) });
        } else {
            looks.extend(
                inside(&spec, last, observed).into_iter().flat_map(|look| each(look, &spec, observed)),
            );
        }
        looks.extend(autoscaling::look(&spec, observed));
        looks.extend((!aim.without_kubernetes).then_some(Look::ApiServer));
    }
    looks
}

/// Where the log group shows that is to keep its logs for so long, if the foundation has not made it: EKS may have.
fn log_group_of(name: &str, spec: &Cluster, observed: &Observed) -> Option<Look> {
    let stack = observed.foundation.present().filter(|stack| stack.status == StackStatus::Complete)?;
    let is_wanted = spec.log_retention_in_days.is_some() && observed.cluster.present().is_some();
    (is_wanted && !stack.resources.contains_key(id::LOG_GROUP)).then(|| log_group_look(name))
}

pub(in crate::plan) fn log_group_look(cluster: &str) -> Look {
    Look::LogGroup { name: names::log_group(cluster) }
}

/// What must be known of zones, subnets or security groups before the network is made or taken, and is not.
fn network_looks(spec: &Cluster, observed: &Observed) -> Vec<Look> {
    let ids = |named: Vec<(String, &str)>| named.into_iter().map(|(_, id)| id.to_owned()).collect::<Vec<_>>();
    let mut looks = Vec::new();
    match &spec.network {
        Network::New(_) if observed.zones.is_none() && observed.foundation.present().is_none() => {
            let instance_types = zones::instance_types(spec).into_iter().collect();
            looks.push(Look::Zones { instance_types });
        }
        Network::New(_) => {}
        Network::Given(_) => {
            if observed.subnets.is_empty() {
                looks.push(Look::Subnets { ids: ids(named_subnets(spec)) });
            }
            let groups = ids(named_security_groups(spec));
            if !groups.is_empty() && observed.security_groups.is_empty() {
                looks.push(Look::SecurityGroups { ids: groups });
            }
        }
    }
    looks
}

/// A list is for finding what nobody knows of: where it was asked for once, everything that the spec wants is looked
/// at by its name.
fn each(list: Look, spec: &Cluster, observed: &Observed) -> Vec<Look> {
    match (&list, &observed.node_groups, &observed.addons) {
        (Look::NodeGroups, Some(_), _) => {
            node_groups(spec).map(|group| Look::NodeGroup { name: group_name(group).to_owned() }).collect()
        }
        (Look::Addons, _, Some(_)) => {
            let wanted = spec.addons.iter().flatten();
            wanted.map(|addon| Look::Addon { name: addon.name.clone() }).collect()
        }
        _ => vec![list],
    }
}

/// What EKS keeps in a cluster, as far as the spec has any.
fn inside(spec: &Cluster, last: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let mut looks = Vec::new();
    if node_groups(spec).next().is_some() {
        looks.push(Look::NodeGroups);
    }
    if !spec.fargate_profiles.is_empty() {
        looks.push(Look::FargateProfiles);
    }
    if spec.addons.iter().flatten().next().is_some() {
        looks.push(Look::Addons);
    }
    if !spec.access_entries.is_empty() && !is_closed(observed) {
        looks.push(access_entries_look(spec, last));
    }
    if !spec.pod_identity_associations.is_empty() {
        looks.push(Look::PodIdentityAssociations);
    }
    looks
}

/// What EKS keeps in a cluster, whether the spec has any or not.
fn all_inside(spec: &Cluster, last: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let mut looks = vec![Look::NodeGroups, Look::FargateProfiles, Look::Addons];
    if !is_closed(observed) {
        looks.push(access_entries_look(spec, last));
    }
    looks.push(Look::PodIdentityAssociations);
    looks
}

/// What must be known before it can be said what the spec has no more.
pub(super) fn spare(name: &str, spec: &Cluster, last: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let mut looks = all_inside(spec, last, observed);
    looks.retain(|look| !is_seen(look, observed));
    if looks.contains(&Look::NodeGroups) {
        // A group may be gone and its stack not.
        looks.push(Look::NodeGroupStacks { prefix: names::node_group_stack_prefix(name) });
    }
    let groups = observed.node_groups.iter().flatten();
    let unknown = groups.filter(|(group, _)| !observed.node_group_stacks.contains_key(*group));
    looks.extend(unknown.map(|(group, _)| group_stack_look(name, group)));
    looks
}

/// Groups that are replaced may be gone while their stacks are not.
pub(super) fn replaced(name: &str, naming: &Naming, observed: &Observed) -> Vec<Look> {
    let unknown = naming.old_groups().filter(|group| !observed.node_group_stacks.contains_key(*group));
    unknown.map(|group| group_stack_look(name, group)).collect()
}

fn is_seen(look: &Look, observed: &Observed) -> bool {
    match look {
        Look::NodeGroups => observed.node_groups.is_some(),
        Look::FargateProfiles => observed.fargate_profiles.is_some(),
        Look::Addons => observed.addons.is_some(),
        Look::PodIdentityAssociations => observed.pod_identity_associations.is_some(),
        _ => observed.access_entries.is_some(),
    }
}

/// An entry whose maker died before its policies were there is not done; one that had policies or groups by the last
/// spec, which an apply has, may have them still.
pub(in crate::plan) fn access_entries_look(spec: &Cluster, last: Option<&Cluster>) -> Look {
    let was = |principal: &str| {
        last.into_iter().flat_map(|last| &last.access_entries).find(|was| was.principal_arn == principal)
    };
    let of = |concerns: &dyn Fn(&AccessEntry) -> bool| -> Vec<String> {
        let wanted = spec.access_entries.iter();
        let concerned =
            wanted.filter(|entry| concerns(entry) || was(&entry.principal_arn).is_some_and(concerns));
        concerned.map(|entry| entry.principal_arn.clone()).collect()
    };
    Look::AccessEntries {
        policies_of: of(&|entry| !entry.policies.is_empty()),
        // For who they are to Kubernetes, and for their tags.
        described: match last {
            Some(_) => of(&|_| true),
            None => Vec::new(),
        },
    }
}

/// Groups of a spec whose launches name other things of the user's than the last spec's.
fn launched_otherwise(spec: &Cluster, last: &Cluster) -> Cluster {
    let named = |group: &NodeGroup| (group.ssh_key.clone(), group.capacity_reservation_id.clone());
    let before = |group: &NodeGroup| node_groups(last).find(|was| group_name(was) == group_name(group));
    let others = node_groups(spec).filter(|group| before(group).map(named) != Some(named(group)));
    Cluster { node_groups: Some(others.cloned().collect()), ..Cluster::default() }
}

/// What must be known before the steps can be said and is not.
pub(super) fn unseen(aim: Aim<'_>, spec: &Cluster, last: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let name = aim.name;
    let mut looks: Vec<Look> = node_groups(spec)
        .filter(|group| observed.node_group_stacks.get(group_name(group)).is_none_or(Seen::is_unknown))
        .map(|group| group_stack_look(name, group_name(group)))
        .collect();
    if observed.identity_stack.is_unknown() {
        looks.extend(identity_looks(name, spec, last, None));
    }
    if observed.cluster.present().is_some() {
        looks.extend(inside(spec, last, observed).into_iter().filter(|look| !is_seen(look, observed)));
    }
    if observed.cluster.present().is_some() && !observed.tagged.contains_key(&Part::AutoScalingGroups) {
        looks.extend(autoscaling::look(spec, observed));
    }
    if aim.applies && observed.log_group.is_none() {
        looks.extend(log_group_of(name, spec, observed));
    }
    if observed.cluster.present().is_none() && observed.versions.is_none() {
        looks.push(Look::Versions);
    }
    if let Some(last) = last.filter(|_| cfg!(feature = "ec2")) {
        looks.extend(launch_looks(&launched_otherwise(spec, &last.defaulted()), observed));
    }
    // Without EC2 they stay unknown.
    if cfg!(feature = "ec2") && last.is_some_and(|last| changes_network(last, spec)) {
        looks.extend(network_looks(spec, observed));
    }
    if cfg!(feature = "ec2")
        && observed.foundation.present().is_none()
        && observed.cluster.present().is_none()
    {
        looks.extend(network_looks(spec, observed));
        looks.extend(launch_looks(spec, observed));
    }
    looks
}
