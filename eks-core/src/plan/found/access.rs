//! Access entries as they are, without those that EKS makes itself.

use std::collections::{BTreeMap, BTreeSet};

use super::further;
use crate::observe::{ClusterState, Observed};
use crate::spec::{AccessEntry, AccessEntryType};

pub(super) fn entries(
    cluster: &ClusterState,
    observed: &Observed,
    common: &BTreeMap<String, String>,
) -> Vec<AccessEntry> {
    let roles = roles_of_nodes(cluster, observed);
    let entries = observed.access_details.iter().flatten().map(|(_, entry)| entry);
    let others = entries.filter(|entry| {
        let of_nodes = entry.entry_type.is_some_and(|kind| kind != AccessEntryType::Standard);
        // Those of nodes that EKS does not manage are somebody's.
        let of_eks = of_nodes && roles.contains(entry.principal_arn.as_str());
        !(of_eks || entry.principal_arn.contains(":role/aws-service-role/"))
    });
    let entries = others.filter_map(|entry| {
        let tags = further(&entry.tags, common);
        AccessEntry { tags, ..entry.clone() }.fitting()
    });
    entries.collect()
}

/// The roles for which EKS makes entries by itself (EKS's user guide, "Create access entries"): of managed nodes, of pods
/// on Fargate and of Auto Mode's nodes.
fn roles_of_nodes<'a>(cluster: &'a ClusterState, observed: &'a Observed) -> BTreeSet<&'a str> {
    let groups = observed.node_groups.iter().flatten().filter_map(|(_, group)| group.role_arn.as_deref());
    let profiles = observed.fargate_profiles.iter().flatten().filter_map(|(_, it)| it.role_arn.as_deref());
    let auto_mode = cluster.node_pool_role.as_deref();
    groups.chain(profiles).chain(auto_mode).collect()
}
