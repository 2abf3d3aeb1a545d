//! Where the control plane's network interfaces are, and which security groups they have.

use std::collections::BTreeSet;

use super::{ClusterChange, one};
use crate::observe::{ClusterState, StackState};
use crate::plan::create::cluster_subnets;
use crate::plan::request::ClusterConfig;
use crate::spec::{Cluster, Network};

/// What the caller has changed since the last spec: EKS may have made the cluster without the subnet of a full zone,
/// and that is no difference. Of the security groups, those that others have added stay.
pub(super) fn network(
    asked: &Cluster,
    last: &Cluster,
    seen: &ClusterState,
    stack: Option<&StackState>,
) -> Option<ClusterChange> {
    if !changes(last, asked) {
        return None;
    }
    let subnets = cluster_subnets(asked, stack?)?;
    let (is, was) = (set(&subnets), set(&seen.subnets));
    let mut differences = one(is != was, "network.controlPlaneSubnets", Some(shown(&was)), shown(&is));
    let (is, was) = (groups(asked, last, seen), set(&seen.security_groups));
    differences.extend(one(is != was, "network.securityGroups", Some(shown(&was)), shown(&is)));
    Some(ClusterChange {
        setting: "network",
        differences,
        config: ClusterConfig::Network { subnets, security_groups: is.into_iter().collect() },
    })
}

/// Whether the spec wants the control plane's network to be another than the last one did.
pub(in crate::plan) fn changes(last: &Cluster, spec: &Cluster) -> bool {
    match (&last.network, &spec.network) {
        (Network::Given(last), Network::Given(spec)) => {
            set(&last.of_control_plane()) != set(&spec.of_control_plane())
                || set(&last.security_groups) != set(&spec.security_groups)
        }
        (Network::New(last), Network::New(spec)) => {
            spec.control_plane_subnets.is_some() && last.control_plane_subnets != spec.control_plane_subnets
        }
        _ => false,
    }
}

/// The security groups of a new network are its stack's.
fn groups(asked: &Cluster, last: &Cluster, seen: &ClusterState) -> BTreeSet<String> {
    let seen = set(&seen.security_groups);
    let (Network::Given(asked), Network::Given(last)) = (&asked.network, &last.network) else { return seen };
    let (asked, last) = (set(&asked.security_groups), set(&last.security_groups));
    seen.into_iter().filter(|group| !last.contains(group)).chain(asked).collect()
}

fn set(ids: &[String]) -> BTreeSet<String> {
    ids.iter().cloned().collect()
}

fn shown(ids: &BTreeSet<String>) -> String {
    if ids.is_empty() { "none".to_owned() } else { ids.iter().cloned().collect::<Vec<_>>().join(" ") }
}
