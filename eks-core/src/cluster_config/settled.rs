//! A spec with every default filled in, those of EKS and eksctl among them: two that mean the same are equal.

use serde_json::Value;

use super::eksctl::marked;
use crate::spec::{
    Addon, AutoMode, Cluster, ControlPlaneTier, HttpTokens, IpFamily, Network, NodeGroup, NodeRepairConfig,
    ResolveConflicts, SupportType, tree,
};

pub(super) fn settled(cluster: &Cluster) -> Cluster {
    let mut cluster = marked(cluster.defaulted());
    cluster.upgrade_policy.get_or_insert(SupportType::Extended);
    cluster.ip_family.get_or_insert(IpFamily::Ipv4);
    cluster.control_plane_tier.get_or_insert(ControlPlaneTier::Standard);
    cluster.deletion_protection.get_or_insert(false);
    cluster.zonal_shift.get_or_insert(false);
    let off = AutoMode { enabled: Some(false), node_pools: Some(Vec::new()), node_role_arn: None };
    cluster.auto_mode.get_or_insert(off);
    let access = &mut cluster.access_config;
    access.authentication_mode.get_or_insert_default();
    access.bootstrap_cluster_creator_admin_permissions.get_or_insert(true);
    match &mut cluster.network {
        Network::New(network) => network.endpoints.sort(),
        Network::Given(network) => {
            network.private_subnets.sort();
            network.public_subnets.sort();
        }
    }
    for group in cluster.node_groups.iter_mut().flatten() {
        settle_node_group(group);
    }
    for addon in cluster.addons.iter_mut().flatten() {
        settle_addon(addon);
    }
    for association in &mut cluster.pod_identity_associations {
        association.policy_document = association.policy_document.take().map(object);
        association.disable_session_tags.get_or_insert(false);
    }
    for role in &mut cluster.service_account_roles {
        role.policy_document = role.policy_document.take().map(object);
    }
    if let Some(addons) = &mut cluster.addons {
        addons.sort_by(|one, other| one.name.cmp(&other.name));
    }
    cluster
}

fn settle_node_group(group: &mut NodeGroup) {
    let accelerator = group.accelerator();
    group.ami_family = group.ami_family.map(|family| family.for_accelerator(accelerator));
    group.policy_arns.sort();
    if group.role_arn.is_some() {
        group.own_role = None;
    }
    for taint in &mut group.taints {
        taint.value.get_or_insert_default();
    }
    let repair = group
        .node_repair_config
        .get_or_insert(NodeRepairConfig { enabled: Some(false), ..NodeRepairConfig::default() });
    repair.enabled.get_or_insert(true);
    let metadata = group.metadata_options.get_or_insert_default();
    metadata.http_tokens.get_or_insert(HttpTokens::Required);
    metadata.http_put_response_hop_limit.get_or_insert(2);
    metadata.instance_metadata_tags.get_or_insert(false);
}

fn settle_addon(addon: &mut Addon) {
    addon.resolve_conflicts.get_or_insert(ResolveConflicts::None);
    addon.configuration = addon.configuration.take().map(object);
    for association in addon.pod_identity_associations.get_or_insert_default() {
        association.policy_document = association.policy_document.take().map(object);
    }
}

/// Settings and policies are the same as an object and as the text of one.
fn object(value: Value) -> Value {
    match value.as_str().and_then(tree) {
        Some(object) if object.is_object() => object,
        _ => value,
    }
}
