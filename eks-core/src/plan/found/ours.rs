//! A cluster of ours: the spec that was applied last, and what is another since. What it does not mention is not in it, and
//! what it had and is gone is not in it any more.

use std::collections::BTreeMap;

use super::inside::{living_addons, living_groups, living_profiles};
use crate::observe::Observed;
use crate::plan::create::{group_name, node_groups};
use crate::plan::foundation::id;
use crate::spec::{
    Addon, Cluster, EndpointAccess, KubernetesVersion, NodeGroup, NodeRepairConfig, NodeSubnets, Scaling,
    Taint, UpdateSettings, tree,
};

pub(super) fn updated(stored: &Cluster, found: &Cluster, observed: &Observed) -> Cluster {
    let mut spec = Cluster {
        version: match &stored.version {
            KubernetesVersion::Exact(_) => found.version.clone(),
            open => open.clone(),
        },
        node_groups: groups(stored, found, observed),
        addons: addons(stored, found, observed),
        endpoint_access: endpoint_access(&stored.endpoint_access, &found.endpoint_access),
        logging: stored.logging.as_ref().and(found.logging.clone()),
        upgrade_policy: stored.upgrade_policy.and(found.upgrade_policy),
        deletion_protection: stored.deletion_protection.map(|_| found.deletion_protection == Some(true)),
        zonal_shift: stored.zonal_shift.map(|_| found.zonal_shift == Some(true)),
        ..stored.clone()
    };
    spec.access_config.authentication_mode =
        stored.access_config.authentication_mode.and(found.access_config.authentication_mode);
    spec.tags = tags(&stored.tags, observed);
    let profiles: BTreeMap<_, _> = living_profiles(observed).map(|it| (it.name.as_str(), it)).collect();
    spec.fargate_profiles.retain(|profile| profiles.contains_key(profile.name.as_str()));
    for profile in &mut spec.fargate_profiles {
        keep_seen(&mut profile.tags, &profiles[profile.name.as_str()].tags);
    }
    let known: Vec<&str> = stored.fargate_profiles.iter().map(|profile| profile.name.as_str()).collect();
    let others = found.fargate_profiles.iter().filter(|profile| !known.contains(&profile.name.as_str()));
    spec.fargate_profiles.extend(others.cloned().filter_map(|mut profile| {
        if stored.network.as_new().is_some() {
            let inside = lie_in(&profile.subnets, id::PRIVATE_SUBNET, observed);
            profile.subnets = inside.then(Vec::new)?;
        }
        Some(profile)
    }));
    // Nothing tells whose an entry is: those of others are not added.
    if let Some(entries) = &observed.access_details {
        spec.access_entries.retain(|entry| entries.contains_key(&entry.principal_arn));
        for entry in &mut spec.access_entries {
            keep_seen(&mut entry.tags, &entries[&entry.principal_arn].tags);
            let seen = &entries[&entry.principal_arn].policies;
            entry.policies.retain(|policy| seen.iter().any(|it| it.policy_arn == policy.policy_arn));
        }
    }
    if let Some(there) = &observed.pod_identity_associations {
        spec.pod_identity_associations.retain(|it| there.contains_key(&it.key()));
        for it in &mut spec.pod_identity_associations {
            let seen = &there[&it.key()];
            keep_seen(&mut it.tags, &seen.tags);
            it.role_arn = it.role_arn.take().map(|_| seen.role_arn.clone());
        }
    }
    // A spec that breaks a rule with what others did is none.
    if spec.check().is_ok() { spec } else { stored.clone() }
}

/// The tags of everything: with another value where all that bear one agree, and without those that nothing bears.
fn tags(stored: &BTreeMap<String, String>, observed: &Observed) -> BTreeMap<String, String> {
    let cluster = observed.cluster.present().map(|cluster| &cluster.tags);
    let groups = living_groups(observed).map(|(_, group)| &group.tags);
    let profiles = living_profiles(observed).map(|profile| &profile.tags);
    let addons = living_addons(observed).map(|addon| &addon.tags);
    let all: Vec<_> = cluster.into_iter().chain(groups).chain(profiles).chain(addons).collect();
    let seen = |(key, value): (&String, &String)| {
        let borne: Vec<Option<&String>> = all.iter().map(|tags| tags.get(key)).collect();
        let first = borne.first()?;
        let agree = borne.iter().all(|it| it == first);
        let value = if agree { (*first)?.clone() } else { value.clone() };
        Some((key.clone(), value))
    };
    stored.iter().filter_map(seen).collect()
}

/// The tags or labels that are still there, with the values that they have.
fn keep_seen(wanted: &mut BTreeMap<String, String>, seen: &BTreeMap<String, String>) {
    wanted.retain(|key, value| match seen.get(key) {
        Some(is) => {
            value.clone_from(is);
            true
        }
        None => false,
    });
}

fn groups(stored: &Cluster, found: &Cluster, observed: &Observed) -> Option<Vec<NodeGroup>> {
    let living: BTreeMap<_, _> = living_groups(observed).collect();
    let named = stored.defaulted();
    let names: Vec<&str> = node_groups(&named).map(group_name).collect();
    let others = node_groups(found).filter(|group| !names.contains(&group_name(group))).cloned();
    let others: Vec<NodeGroup> = others.filter_map(|group| placed(group, stored, observed)).collect();
    let Some(groups) = &stored.node_groups else {
        // The group that is there by default, or none.
        let whole = others.is_empty() && names.iter().all(|name| living.contains_key(&(*name).to_owned()));
        return if whole { None } else { found.node_groups.clone() };
    };
    let kept = names.iter().zip(groups).filter_map(|(name, group)| {
        let seen = living.get(&(*name).to_owned())?;
        let mut group = group.clone();
        keep_seen(&mut group.labels, &seen.labels);
        keep_seen(&mut group.tags, &seen.tags);
        group.taints.retain_mut(|taint| keep_taint(taint, &seen.taints));
        group.scaling = group.scaling.map(|scaling| sizes(&scaling, seen.scaling));
        group.update = group.update.map(|update| settings(update, seen.update.as_ref()));
        group.node_repair_config =
            group.node_repair_config.map(|repair| repairs(repair, seen.node_repair_config.as_ref()));
        Some(group)
    });
    Some(kept.chain(others).collect())
}

/// A group of others in the network of a spec: one that was made has no subnets that a spec could name, but for all its
/// public or private ones. `None`: it is somewhere else, which cannot be said.
fn placed(group: NodeGroup, stored: &Cluster, observed: &Observed) -> Option<NodeGroup> {
    let Some(NodeSubnets::Given(ids)) = group.subnets.as_ref().filter(|_| stored.network.as_new().is_some())
    else {
        return Some(group);
    };
    let kinds = [(id::PUBLIC_SUBNET, NodeSubnets::Public), (id::PRIVATE_SUBNET, NodeSubnets::Private)];
    let home = kinds.into_iter().find(|(kind, _)| lie_in(ids, kind, observed));
    Some(NodeGroup { subnets: Some(home?.1), ..group })
}

/// Whether these are subnets of one kind of the network that the foundation made.
fn lie_in(ids: &[String], kind: &str, observed: &Observed) -> bool {
    let resources = observed.foundation.present().map(|stack| &stack.resources);
    let own = resources.into_iter().flatten().filter(|(logical, _)| logical.starts_with(kind));
    let own: Vec<&str> = own.filter_map(|(_, resource)| resource.physical_id.as_deref()).collect();
    ids.iter().all(|subnet| own.contains(&subnet.as_str()))
}

/// A taint is known by key and effect.
fn keep_taint(taint: &mut Taint, seen: &[Taint]) -> bool {
    let is = seen.iter().find(|is| is.key == taint.key && is.effect == taint.effect);
    let empty = |taint: &Taint| taint.value.as_deref().unwrap_or_default().to_owned();
    if let Some(is) = is
        && empty(is) != empty(taint)
    {
        taint.value.clone_from(&is.value);
    }
    is.is_some()
}

/// The bounds that it has. A desired size is an autoscaler's to move, and stays as it was asked for.
fn sizes(asked: &Scaling, (min, max, _): (u32, u32, u32)) -> Scaling {
    let desired = asked.desired.map(|desired| desired.max(min).min(max));
    Scaling { min: asked.min.map(|_| min), max: asked.max.map(|_| max), desired }
}

/// What was mentioned, as it is.
fn settings(asked: UpdateSettings, seen: Option<&UpdateSettings>) -> UpdateSettings {
    let seen = seen.cloned().unwrap_or_default();
    UpdateSettings {
        max_unavailable: asked.max_unavailable.and(seen.max_unavailable),
        max_unavailable_percentage: asked.max_unavailable_percentage.and(seen.max_unavailable_percentage),
        strategy: asked.strategy.and(seen.strategy),
    }
}

/// A configuration that is mentioned is on unless it says otherwise; EKS says nothing of one that is off.
fn repairs(asked: NodeRepairConfig, seen: Option<&NodeRepairConfig>) -> NodeRepairConfig {
    let seen = seen.cloned().unwrap_or_default();
    let on = seen.enabled.unwrap_or_default();
    let (is, old) = (&seen.node_repair_config_overrides, &asked.node_repair_config_overrides);
    let same = old.is_empty() || is.len() == old.len() && is.iter().all(|one| old.contains(one));
    NodeRepairConfig {
        enabled: if asked.enabled.unwrap_or(true) == on { asked.enabled } else { Some(on) },
        max_unhealthy_node_threshold_count: asked
            .max_unhealthy_node_threshold_count
            .and(seen.max_unhealthy_node_threshold_count),
        max_unhealthy_node_threshold_percentage: asked
            .max_unhealthy_node_threshold_percentage
            .and(seen.max_unhealthy_node_threshold_percentage),
        max_parallel_nodes_repaired_count: asked
            .max_parallel_nodes_repaired_count
            .and(seen.max_parallel_nodes_repaired_count),
        max_parallel_nodes_repaired_percentage: asked
            .max_parallel_nodes_repaired_percentage
            .and(seen.max_parallel_nodes_repaired_percentage),
        node_repair_config_overrides: if same {
            asked.node_repair_config_overrides
        } else {
            seen.node_repair_config_overrides
        },
    }
}

fn addons(stored: &Cluster, found: &Cluster, observed: &Observed) -> Option<Vec<Addon>> {
    let there: Vec<&str> = living_addons(observed).map(|addon| addon.name.as_str()).collect();
    let named = stored.defaulted();
    let names: Vec<&str> = named.addons.iter().flatten().map(|addon| addon.name.as_str()).collect();
    let is = |name: &str| found.addons.iter().flatten().find(|addon| addon.name == name);
    let others = found.addons.iter().flatten().filter(|addon| !names.contains(&addon.name.as_str()));
    let others: Vec<Addon> = others.cloned().collect();
    let Some(addons) = &stored.addons else {
        let whole = others.is_empty() && names.iter().all(|name| there.contains(name));
        return if whole { None } else { found.addons.clone() };
    };
    let kept = addons.iter().filter_map(|addon| {
        let is = is(&addon.name)?;
        let mut addon = addon.clone();
        addon.version = addon.version.and(is.version.clone());
        let same = |one: &Option<String>, two: &Option<String>| {
            one.as_deref().and_then(tree) == two.as_deref().and_then(tree)
        };
        if addon.configuration.is_some() && !same(&addon.configuration_text(), &is.configuration_text()) {
            addon.configuration.clone_from(&is.configuration);
        }
        let role = addon.service_account_role_arn.take();
        addon.service_account_role_arn = role.and(is.service_account_role_arn.clone());
        Some(addon)
    });
    Some(kept.chain(others).collect())
}

/// What was mentioned, as it is; blocks in another order are the same.
fn endpoint_access(stored: &EndpointAccess, found: &EndpointAccess) -> EndpointAccess {
    let sorted = |cidrs: &Vec<String>| {
        let mut cidrs = cidrs.clone();
        cidrs.sort();
        cidrs
    };
    let same = stored.public_cidrs.as_ref().map(sorted) == found.public_cidrs.as_ref().map(sorted);
    EndpointAccess {
        public: stored.public.and(found.public),
        private: stored.private.and(found.private),
        public_cidrs: match (&stored.public_cidrs, &found.public_cidrs) {
            (Some(stored), _) if same => Some(stored.clone()),
            (Some(_), Some(found)) => Some(found.clone()),
            // The endpoint is off, and EKS keeps no blocks for it.
            (Some(stored), None) => Some(stored.clone()),
            (None, _) => None,
        },
    }
}
