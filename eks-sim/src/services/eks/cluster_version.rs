//! UpdateClusterVersion: one minor up, or one minor back within seven days (facts/aws.md §2.2, §6).

use std::time::Duration;

use serde_json::Value;

use super::cluster::{self, Cluster};
use super::cluster_config::{end, show_updating};
use super::conflict;
use super::error::invalid_parameter;
use super::members::text;
use super::update::{self, Owner, UpdateStatus};
use super::version::{Version, minor};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// How long after an upgrade it can be taken back.
const ROLLBACK: Duration = Duration::from_secs(7 * 24 * 3600);

/// How many minors a kubelet may lag behind the API server.
const KUBELET_SKEW: u32 = 3;

/// UpdateClusterVersion.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let name = text(input, "name");
    let now = world.now;
    let cluster = cluster::find(world, &call.region, name)?;
    if let Some(answer) = update::repeated(cluster, &Owner::Cluster, call) {
        return Ok(answer);
    }
    let wanted = text(input, "version");
    let kind = if minor(wanted) < minor(&cluster.version) && cluster.upgraded.is_some() {
        "VersionRollback"
    } else {
        "VersionUpdate"
    };
    conflict::cluster_update(cluster, kind, now)?;
    let version = check(cluster, wanted, now).map_err(|error| error.member("clusterName", name))?;
    let key = cluster.key();
    let params = vec![("Version", version.name.to_owned()), ("PlatformVersion", version.platform.to_owned())];
    let (answer, id) = update::start(world, call, name, Owner::Cluster, kind, params);
    show_updating(world, &key, &id);
    let takes =
        world.duration(Timing::ClusterVersionUpdate, &format!("{}/{name}/{}", call.region, version.name));
    world.after(takes, move |world| {
        let now = world.now;
        let Some(cluster) = key.get(world) else { return };
        cluster.version = version.name.to_owned();
        cluster.platform = version.platform.to_owned();
        cluster.upgraded = (kind == "VersionUpdate").then_some(now);
        end(cluster, &id, UpdateStatus::Successful);
        conflict::perhaps_hidden_update(world, &key.region, &key.name, version.name);
    });
    Ok(answer)
}

fn check(cluster: &Cluster, wanted: &str, now: Instant) -> Result<&'static Version, AwsError> {
    let present = cluster.version.as_str();
    if wanted == present {
        return Err(invalid_parameter(format!(
            "unsupported Kubernetes version update from the current version, {present}, to {wanted}"
        )));
    }
    let version = Version::supported(wanted, now)?;
    let step = i64::from(version.minor) - i64::from(minor(present));
    let back = step == -1 && cluster.upgraded.is_some_and(|upgraded| now.since(upgraded) <= ROLLBACK);
    if step != 1 && !back {
        return Err(invalid_parameter(format!(
            "Unsupported Kubernetes minor version update from {present} to {wanted}"
        )));
    }
    let behind = |group: u32| group + KUBELET_SKEW < version.minor || group > version.minor;
    let groups: Vec<&str> = cluster
        .nodegroups
        .values()
        .filter(|group| group.version.as_deref().is_some_and(|version| behind(minor(version))))
        .map(|group| group.name.as_str())
        .collect();
    if groups.is_empty() {
        return Ok(version);
    }
    Err(invalid_parameter(format!(
        "Nodegroups {} must be updated to match cluster version {present} before updating cluster version",
        groups.join(", ")
    )))
}
