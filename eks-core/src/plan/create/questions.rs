//! What a create asks of AWS, and when.

use super::foundation::nat_gateways_look;
use super::node_groups::{group_name, group_stack_look, node_groups};
use super::subnets::named_subnets;
use crate::observe::{Look, Observed, Seen};
use crate::plan::{names, zones};
use crate::spec::{Cluster, Network};

/// Everything that a create is about.
pub(crate) fn everything(name: &str, given: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let known = observed.foundation.present().is_some_and(|stack| stack.spec.is_some());
    let mut looks =
        vec![Look::Foundation { name: names::foundation_stack(name), spec: !known }, Look::Cluster];
    if observed.caller.is_none() {
        looks.push(Look::Caller);
    }
    let stored = observed.foundation.present().and_then(|stack| stack.spec.as_deref());
    let stored = stored.and_then(|spec| Cluster::from_json(spec).ok());
    let Some(spec) = stored.as_ref().or(given).map(Cluster::defaulted) else { return looks };
    if observed.versions.is_none() && observed.cluster.present().is_none() {
        looks.push(Look::Versions);
    }
    looks.extend(network_look(&spec, observed));
    looks.extend(observed.foundation.present().and_then(|stack| nat_gateways_look(&spec, stack)));
    looks.extend(node_groups(&spec).map(|group| group_stack_look(name, group_name(group))));
    if observed.cluster.present().is_some() {
        looks.extend(inside(&spec).into_iter().flat_map(|look| each(look, &spec, observed)));
        looks.push(Look::ApiServer);
    }
    looks
}

/// What must be known of zones or subnets before the network is made or taken, and is not.
fn network_look(spec: &Cluster, observed: &Observed) -> Option<Look> {
    match &spec.network {
        Network::New(_) if observed.zones.is_none() && observed.foundation.present().is_none() => {
            Some(Look::Zones { instance_types: zones::instance_types(spec).into_iter().collect() })
        }
        Network::Given(_) if observed.subnets.is_empty() => {
            let ids = named_subnets(spec).into_iter().map(|(_, id)| id.to_owned()).collect();
            Some(Look::Subnets { ids })
        }
        _ => None,
    }
}

/// A list is for finding what nobody knows of: where everything that the spec wants has been seen, each is
/// looked at by its name.
fn each(list: Look, spec: &Cluster, observed: &Observed) -> Vec<Look> {
    let known: Option<Vec<Look>> = match &list {
        Look::NodeGroups => {
            let there = observed
                .node_groups
                .iter()
                .flatten()
                .map(|(group, seen)| Look::NodeGroup { group: group.clone(), name: seen.name.clone() });
            let is_there =
                |group| observed.node_groups.iter().flatten().any(|(name, _)| name == group_name(group));
            node_groups(spec).all(is_there).then(|| there.collect())
        }
        Look::Addons => {
            let there = observed.addons.iter().flatten().map(|(name, _)| Look::Addon { name: name.clone() });
            let mut wanted = spec.addons.iter().flatten();
            let is_there = |name: &String| observed.addons.iter().flatten().any(|(there, _)| there == name);
            wanted.all(|addon| is_there(&addon.name)).then(|| there.collect())
        }
        _ => None,
    };
    known.unwrap_or_else(|| vec![list])
}

/// What EKS keeps in a cluster, as far as the spec has any.
fn inside(spec: &Cluster) -> Vec<Look> {
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
    if !spec.access_entries.is_empty() {
        looks.push(Look::AccessEntries);
    }
    looks
}

/// What must be known before the steps can be said and is not.
pub(super) fn unseen(name: &str, spec: &Cluster, observed: &Observed) -> Vec<Look> {
    let mut looks: Vec<Look> = node_groups(spec)
        .filter(|group| observed.node_group_stacks.get(group_name(group)).is_none_or(Seen::is_unknown))
        .map(|group| group_stack_look(name, group_name(group)))
        .collect();
    if observed.cluster.present().is_some() {
        looks.extend(inside(spec).into_iter().filter(|look| match look {
            Look::NodeGroups => observed.node_groups.is_none(),
            Look::FargateProfiles => observed.fargate_profiles.is_none(),
            Look::Addons => observed.addons.is_none(),
            _ => observed.access_entries.is_none(),
        }));
    }
    if observed.cluster.present().is_none() && observed.versions.is_none() {
        looks.push(Look::Versions);
    }
    // Without EC2 they stay unknown.
    if cfg!(feature = "ec2") && observed.foundation.present().is_none() {
        looks.extend(network_look(spec, observed));
    }
    looks
}
