//! DeleteCluster: what stands in its way, and what goes along (facts/aws.md §2.2).

use serde_json::{Value, json};

use super::cluster::{self, Cluster, ClusterKey};
use super::error::{in_use, invalid_request};
use super::members::text;
use super::status::Status;
use super::{conflict, log_group, network, pod_identity};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// DeleteCluster.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let name = text(call.json(), "name");
    let now = world.now;
    let cluster = cluster::find(world, &call.region, name)?;
    check(cluster, now)?;
    cluster.status = Status::Deleting;
    let answer = json!({ "cluster": cluster.describe() });
    let key = cluster.key();
    world.ledger.deleting("AWS::EKS::Cluster", name, &call.region, now);
    let takes = world.duration(Timing::ClusterDelete, &format!("{}/{name}", call.region));
    world.after(takes, move |world| remove(world, &key));
    Ok(answer)
}

fn check(cluster: &Cluster, now: Instant) -> Result<(), AwsError> {
    let name = cluster.name.as_str();
    let refuse = |message: String| Err(in_use(message).member("clusterName", name));
    if cluster.status == Status::Deleting {
        // Whether AWS refuses here is not recorded; the text is not either.
        return refuse(format!("Cannot delete because cluster {name} is currently in DELETING status"));
    }
    if cluster.status == Status::Active && cluster.deletion_protection {
        // The exception is the model's, the text is not recorded.
        return Err(invalid_request(format!(
            "Cannot delete cluster {name} because deletion protection is enabled"
        ))
        .member("clusterName", name));
    }
    if !cluster.nodegroups.is_empty() {
        return refuse("Cluster has nodegroups attached".to_owned());
    }
    let mut profiles = cluster.fargate_profiles.values();
    if let Some(profile) = profiles.find(|profile| profile.status == Status::Deleting) {
        return refuse(format!(
            "Cannot delete because cluster {name} currently has Fargate profile {} in status DELETING",
            profile.name
        ));
    }
    if !cluster.fargate_profiles.is_empty() {
        return refuse("Cluster has Fargate Profiles in ACTIVE/CREATING state".to_owned());
    }
    conflict::any_update(cluster, "Cannot delete", now)
}

/// The end: add-ons, access entries and pod identity associations go along, then interfaces and the cluster's security group.
fn remove(world: &mut World, key: &ClusterKey) {
    if key.get(world).is_none() {
        return;
    }
    let Some(cluster) = world.region(&key.region).eks.remove(&key.name) else { return };
    log_group::for_late_lines(world, key, &cluster.logging);
    for interface in &cluster.interfaces {
        network::delete_interface(world, &key.region, interface);
    }
    if let Some(group) = &cluster.vpc.cluster_security_group {
        network::delete_security_group(world, &key.region, group);
    }
    let now = world.now;
    for addon in cluster.addons.keys() {
        world.ledger.deleted("AWS::EKS::Addon", &format!("{}|{addon}", key.name), &key.region, now);
    }
    for principal in cluster.access_entries.keys() {
        world.ledger.deleted("AWS::EKS::AccessEntry", &format!("{}|{principal}", key.name), &key.region, now);
    }
    pod_identity::gone_with(world, &cluster);
    world.ledger.deleted("AWS::EKS::Cluster", &key.name, &key.region, now);
}
