//! The control plane's log group, which EKS makes when there is something to write and it is not there.

use serde_json::{Value, json};

use super::cluster::ClusterKey;
use super::cluster_create::enabled_types;
use super::status::Status;
use crate::timing::Timing;
use crate::wire::Service;
use crate::world::World;

/// Makes the group of a cluster that runs and writes logs: without retention, and nobody's but the account's. It
/// outlives the cluster (facts/aws.md §9, facts/failures.md C13).
pub(super) fn for_logs(world: &mut World, key: &ClusterKey) {
    let Some(cluster) = key.get(world) else { return };
    let runs = matches!(cluster.status, Status::Active | Status::Updating);
    if !runs || enabled_types(&cluster.logging).is_empty() {
        return;
    }
    make(world, key);
}

/// What a cluster wrote at its end comes late, and makes the group again if that was deleted (facts/aws.md §9,
/// facts/failures.md D15). `logging`: what the cluster that is gone wrote.
pub(super) fn for_late_lines(world: &mut World, key: &ClusterKey, logging: &Value) {
    if enabled_types(logging).is_empty() {
        return;
    }
    let late = world.duration(Timing::LateLogLines, &format!("{}/{}", key.region, key.name));
    let key = key.clone();
    world.after(late, move |world| make(world, &key));
}

/// One that is there is taken as it is.
fn make(world: &mut World, key: &ClusterKey) {
    let group = json!({ "logGroupName": format!("/aws/eks/{}/cluster", key.name) });
    drop(world.call_internal("eks.amazonaws.com", Service::Logs, &key.region, "CreateLogGroup", group));
}
