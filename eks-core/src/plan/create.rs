//! The steps to a cluster as its spec wants it: one file of `create/` for each kind of thing.

mod access_entries;
mod addons;
mod cluster;
mod fargate_profiles;
mod foundation;
mod node_groups;
mod subnets;

use std::collections::BTreeMap;

use super::decide::Verdict;
use super::draft::Draft;
use super::recent::Recent;
use super::step::StepKind;
use super::{names, ownership, tag, zones};
use crate::observe::{ClusterState, Look, Observed, Seen, StackState};
use crate::spec::{Cluster, Network};
use crate::{Error, ErrorKind, Result};

use foundation::nat_gateways_look;
use node_groups::group_stack_look;
pub(super) use node_groups::{desired, group_name, node_groups};
use subnets::named_subnets;

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

pub(crate) fn decide(
    name: &str,
    given: Option<&Cluster>,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if observed.foundation.is_unknown() || observed.cluster.is_unknown() || observed.caller.is_none() {
        return Ok(Verdict::Blind(everything(name, given, observed)));
    }
    let foundation = observed.foundation.present();
    let cluster = observed.cluster.present();
    refuse_foreign(name, foundation, cluster, recent)?;
    let spec = match (foundation, given) {
        (Some(stack), _) => ownership::stored_spec(name, stack, given)?,
        (None, Some(given)) => given.clone(),
        (None, None) => {
            return Err(Error::new(
                ErrorKind::NotFound,
                "no create of this name was ever begun in this region",
            )
            .with_resource(format!("cluster {name}"))
            .with_hint("Give the spec, or check the region and the account"));
        }
    };
    let wanted = spec.defaulted();
    let unseen = unseen(name, &wanted, observed);
    if !unseen.is_empty() {
        return Ok(Verdict::Blind(unseen));
    }
    let mut create =
        Create { name, given: &spec, spec: &wanted, observed, draft: Draft::new(recent, now, Some(&wanted)) };
    create.foundation()?;
    create.cluster()?;
    create.node_group_stacks();
    create.fargate_profiles();
    create.addons_before_nodes();
    create.api_server();
    create.node_groups()?;
    create.addons_on_nodes();
    create.access_entries();
    Ok(Verdict::Decided(create.draft.finish()))
}

/// What must be known before the steps can be said and is not.
fn unseen(name: &str, spec: &Cluster, observed: &Observed) -> Vec<Look> {
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

/// Nothing that is not ours is touched, and nothing that is being deleted is created.
fn refuse_foreign(
    name: &str,
    foundation: Option<&StackState>,
    cluster: Option<&ClusterState>,
    recent: &Recent,
) -> Result<()> {
    if let Some(cluster) = cluster {
        if !ownership::owns_cluster(cluster) {
            return Err(ownership::foreign_cluster(cluster, "create"));
        }
        if ownership::is_marked_for_deletion(cluster) {
            return Err(ownership::being_deleted(name));
        }
    }
    if let Some(stack) = foundation {
        if !ownership::owns_stack(name, stack) {
            return Err(ownership::foreign_stack(stack));
        }
        // A dead stack that this operation is clearing away is going, and that is as it should be.
        let cleared = recent.has_sent(&StepKind::CreateFoundation.id(), "deleteStack");
        if ownership::is_going(stack) && !cleared {
            return Err(ownership::being_deleted(name));
        }
    } else if let Some(cluster) = cluster {
        return Err(Error::new(ErrorKind::Failed, "the cluster's foundation stack is gone")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again"));
    }
    Ok(())
}

/// A create in the making: one method for each kind of step, in the order of the plan.
struct Create<'a> {
    name: &'a str,
    /// The spec as it was given: what the foundation's metadata keeps.
    given: &'a Cluster,
    /// The spec with its defaults filled in.
    spec: &'a Cluster,
    observed: &'a Observed,
    draft: Draft<'a>,
}

impl Create<'_> {
    /// The tags of everything of ours: the spec's and the one that says whose it is.
    fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.spec.tags.clone();
        tags.insert(tag::CLUSTER.to_owned(), self.name.to_owned());
        tags
    }
}
