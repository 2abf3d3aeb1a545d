//! The control plane's log group, which EKS makes when there is something to write and it is not there.

use serde_json::json;

use super::cluster::ClusterKey;
use super::cluster_create::enabled_types;
use super::status::Status;
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
    let group = json!({ "logGroupName": format!("/aws/eks/{}/cluster", key.name) });
    // One that is there is taken as it is.
    drop(world.call_internal("eks.amazonaws.com", Service::Logs, &key.region, "CreateLogGroup", group));
}
