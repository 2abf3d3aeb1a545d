//! Node groups, Fargate profiles, add-ons and pod identity associations as they are. What is going or could not be made is left out: there is nothing
//! that a plan could leave as it is.

use std::collections::BTreeMap;

use super::further;
use crate::observe::{
    AddonState, AddonStatus, FargateProfileState, FargateProfileStatus, NodeGroupState, NodeGroupStatus,
    Observed,
};
use crate::spec::{
    Addon, AddonPodIdentityAssociation, AmiFamily, Capacity, Disk, FargateProfile, NodeGroup, NodeSubnets,
    PodIdentityAssociation, Scaling, tree,
};

pub(super) fn living_groups(observed: &Observed) -> impl Iterator<Item = (&String, &NodeGroupState)> {
    use NodeGroupStatus::{Active, Creating, Degraded, Updating};
    let there = observed.node_groups.iter().flatten();
    there.filter(|(_, group)| matches!(group.status, Active | Creating | Degraded | Updating))
}

pub(super) fn living_profiles(observed: &Observed) -> impl Iterator<Item = &FargateProfileState> {
    use FargateProfileStatus::{Active, Creating};
    let there = observed.fargate_profiles.iter().flatten().map(|(_, profile)| profile);
    there.filter(|profile| matches!(profile.status, Active | Creating))
}

pub(super) fn living_addons(observed: &Observed) -> impl Iterator<Item = &AddonState> {
    use AddonStatus::{CreateFailed, DeleteFailed, Deleting};
    let there = observed.addons.iter().flatten().map(|(_, addon)| addon);
    there.filter(|addon| !matches!(addon.status, CreateFailed | DeleteFailed | Deleting))
}

pub(super) fn node_groups(observed: &Observed, common: &BTreeMap<String, String>) -> Vec<NodeGroup> {
    living_groups(observed).filter_map(|(name, seen)| node_group(name, seen, common)).collect()
}

fn node_group(name: &str, seen: &NodeGroupState, common: &BTreeMap<String, String>) -> Option<NodeGroup> {
    let (min, max, desired) = seen.scaling;
    // What a launch template says is not the group's own.
    let plain = seen.launch_template.is_none();
    let group = NodeGroup {
        name: Some(name.to_owned()),
        instance_types: seen.instance_types.clone(),
        subnets: Some(NodeSubnets::Given(seen.subnets.clone())),
        labels: seen.labels.clone(),
        taints: seen.taints.clone(),
        tags: further(&seen.tags, common),
        ami_family: seen.ami_type.as_deref().and_then(AmiFamily::of_ami_type),
        // A capacity block is named in the launch template alone.
        capacity: seen.capacity.filter(|capacity| *capacity != Capacity::CapacityBlock),
        scaling: Some(Scaling { min: Some(min), max: Some(max), desired: Some(desired) }),
        disk: seen.disk_gib.filter(|_| plain).map(Disk::gib),
        update: seen.update.clone(),
        node_repair_config: seen.node_repair_config.clone().filter(|repair| repair.enabled == Some(true)),
        ssh_key: seen.ssh_key.clone().filter(|_| plain),
        role_arn: seen.role_arn.clone(),
        ..NodeGroup::default()
    };
    group.fitting()
}

pub(super) fn fargate_profiles(
    observed: &Observed,
    common: &BTreeMap<String, String>,
) -> Vec<FargateProfile> {
    let profiles = living_profiles(observed).filter_map(|seen| {
        let profile = FargateProfile {
            name: seen.name.clone(),
            selectors: seen.selectors.clone(),
            subnets: seen.subnets.clone(),
            tags: further(&seen.tags, common),
            role_arn: seen.role_arn.clone(),
        };
        profile.fitting()
    });
    profiles.collect()
}

pub(super) fn addons(observed: &Observed) -> Vec<Addon> {
    let addons = living_addons(observed).map(|seen| Addon {
        version: Some(seen.version.clone()),
        configuration: seen.configuration.0.as_deref().map(|text| {
            // As data, which reads better; order and spaces are no differences.
            tree(text).filter(serde_json::Value::is_object).unwrap_or_else(|| text.into())
        }),
        service_account_role_arn: seen.service_account_role_arn.clone(),
        pod_identity_associations: identities_of(seen),
        ..Addon::named(&seen.name)
    });
    addons.collect()
}

fn identities_of(addon: &AddonState) -> Option<Vec<AddonPodIdentityAssociation>> {
    let roles = addon.pod_identity_roles.iter().map(|(account, role)| AddonPodIdentityAssociation {
        service_account: account.clone(),
        role_arn: Some(role.clone()),
        ..AddonPodIdentityAssociation::default()
    });
    let roles: Vec<_> = roles.collect();
    (!roles.is_empty()).then_some(roles)
}

pub(super) fn pod_identity_associations(
    observed: &Observed,
    common: &BTreeMap<String, String>,
) -> Vec<PodIdentityAssociation> {
    let there = observed.pod_identity_associations.iter().flatten().map(|(_, seen)| seen);
    let associations = there.map(|seen| PodIdentityAssociation {
        namespace: seen.namespace.clone(),
        service_account: seen.service_account.clone(),
        tags: further(&seen.tags, common),
        role_arn: Some(seen.role_arn.clone()),
        target_role_arn: seen.target_role_arn.clone(),
        disable_session_tags: seen.disable_session_tags.then_some(true),
        ..PodIdentityAssociation::default()
    });
    associations.collect()
}
