//! What excludes what: updates that hold a cluster's lock, seen and hidden ones.

use std::time::Duration;

use super::cluster::Cluster;
use super::error::{in_use, invalid_request};
use super::status::Status;
use crate::instant::Instant;
use crate::wire::AwsError;
use crate::world::World;

/// A refusal if `cluster` cannot take an update of type `kind` now.
pub(super) fn cluster_update(cluster: &Cluster, kind: &str, now: Instant) -> Result<(), AwsError> {
    let name = &cluster.name;
    // facts/aws.md §2.2
    let busy = |message: String| Err(in_use(message).member("clusterName", name.as_str()));
    if let Some(update) = cluster.update_in_progress() {
        return busy(format!(
            "Cannot {kind} because cluster {name} currently has update {} in progress",
            update.id
        ));
    }
    if cluster.hidden_update(now) {
        return busy(format!("Cannot {kind} because cluster {name} currently has an update in progress"));
    }
    match cluster.status {
        Status::Active => Ok(()),
        // The text of an update to a cluster that is being made or deleted is not recorded.
        status => busy(format!("Cannot {kind} because cluster {name} is in {} status", status.name())),
    }
}

/// A refusal if an update, seen or hidden, stands in the way of `action`, such as `Cannot delete`.
pub(super) fn any_update(cluster: &Cluster, action: &str, now: Instant) -> Result<(), AwsError> {
    if cluster.update_in_progress().is_none() && !cluster.hidden_update(now) {
        return Ok(());
    }
    let name = &cluster.name;
    Err(in_use(format!("{action} because cluster {name} currently has an update in progress"))
        .member("clusterName", name.as_str()))
}

/// A refusal unless `cluster` is ACTIVE (facts/aws.md §2.5).
pub(super) fn active(cluster: &Cluster) -> Result<(), AwsError> {
    if cluster.status == Status::Active {
        return Ok(());
    }
    Err(not_active(cluster))
}

/// A refusal unless `cluster` has a control plane that works: ACTIVE, or on its way to another such state.
pub(super) fn running(cluster: &Cluster) -> Result<(), AwsError> {
    if matches!(cluster.status, Status::Active | Status::Updating) {
        return Ok(());
    }
    Err(not_active(cluster))
}

fn not_active(cluster: &Cluster) -> AwsError {
    invalid_request(format!("Cluster '{}' is not in ACTIVE status", cluster.name))
        .member("clusterName", cluster.name.as_str())
}

/// After `cause` the cluster may be locked although it reads ACTIVE (facts/aws.md §1.2, failures.md C24).
pub(super) fn perhaps_hidden_update(world: &mut World, region: &str, cluster: &str, cause: &str) {
    let trouble = &world.settings.trouble;
    let (share, longest) = (trouble.hidden_update, trouble.hidden_update_seconds);
    let key = format!("hidden-update/{region}/{cluster}/{cause}");
    if world.chance(&key) >= share {
        return;
    }
    let seconds = longest * world.chance(&format!("{key}/length")) * world.settings.scale;
    let until = world.now + Duration::from_secs_f64(seconds);
    if let Some(cluster) = world.region(region).eks.cluster_mut(cluster) {
        cluster.hidden_until = Some(cluster.hidden_until.map_or(until, |earlier| earlier.max(until)));
    }
}
