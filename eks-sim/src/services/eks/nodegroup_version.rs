//! UpdateNodegroupVersion: new nodes come, old ones go, a few at a time (facts/aws.md §1.2, §7).

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::cluster;
use super::error::invalid_parameter;
use super::launch_template::{self, LaunchTemplate};
use super::members::{sent, text};
use super::nodegroup::{self, Nodegroup, Shown, by_arn, ledger_id, region};
use super::nodegroup_config::check_active;
use super::status::{Issue, Status};
use super::update::{self, Owner, UpdateStatus};
use super::version::{Version, minor};
use super::{ami, node};
use crate::instant::Instant;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// How often EKS looks whether the new nodes are Ready.
const RETRY: Duration = Duration::from_secs(10);

/// What the group was before, to go back to.
#[derive(Clone)]
struct Former {
    version: Option<String>,
    release: Option<String>,
    image: Option<String>,
    template: Option<LaunchTemplate>,
}

/// An update under way.
#[derive(Clone)]
struct Roll {
    arn: String,
    update: String,
    former: Former,
    /// Instances that must go.
    old: Vec<String>,
    /// New nodes must be Ready by then.
    deadline: Instant,
    /// What keeps the first of the old ones from going.
    fails: Option<Issue>,
}

/// UpdateNodegroupVersion.
pub(super) fn update(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster_name, name) = (text(input, "clusterName"), text(input, "nodegroupName"));
    let error = |error: AwsError| error.member("clusterName", cluster_name).member("nodegroupName", name);
    let owner = Owner::Nodegroup(name.to_owned());
    let cluster = cluster::find(world, &call.region, cluster_name)?;
    if let Some(answer) = update::repeated(cluster, &owner, call) {
        return Ok(answer);
    }
    let cluster_version = cluster.version.clone();
    let group = nodegroup::find(world, call)?;
    check_active(group).map_err(error)?;
    let group = group.clone();
    let template = template(world, call, &group).map_err(error)?;
    let (version, release) = target(input, &group, template.as_ref(), &cluster_version).map_err(error)?;
    let params = params(version.as_deref(), release.as_deref(), template.as_ref());
    let (answer, id) = update::start(world, call, cluster_name, owner, "VersionUpdate", params);
    let image = match (&version, &release) {
        (Some(version), Some(release)) => Some(ami::image(&call.region, &group.ami_type, version, release)),
        _ => template.as_ref().and_then(|template| template.image.clone()),
    };
    let place = format!("{}/{}/{id}", call.region, ledger_id(&group.arn));
    let setup = world.duration(Timing::NodegroupUpdateSetup, &place);
    let deadline = world.now + setup + world.duration(Timing::NodegroupJoinFailure, &place);
    let former = Former {
        version: group.version.clone(),
        release: group.release.clone(),
        image: group.image.clone(),
        template: group.launch_template.clone(),
    };
    let old = group.present().map(|node| node.instance.clone()).collect();
    // With `force` a pod that cannot be evicted is deleted (facts/aws.md §7).
    let forced = |issue: &Issue| input["force"] == true && issue.code == "PodEvictionFailure";
    let fails = Issue::of_fault(call).filter(|issue| !forced(issue));
    let roll = Roll { arn: group.arn.clone(), update: id, former, old, deadline, fails };
    if let Some(group) = by_arn(world, &roll.arn) {
        group.status = Status::Updating;
        group.version = version.or(group.version.take());
        group.release = release.or(group.release.take());
        group.image = image.or(group.image.take());
        group.launch_template = template.or(group.launch_template.take());
    }
    show_former(world, &roll);
    world.after(setup, move |world| scale_up(world, roll));
    Ok(answer)
}

/// Until the update ends the group reads as it was.
fn show_former(world: &mut World, roll: &Roll) {
    if let Some(group) = by_arn(world, &roll.arn) {
        let Former { version, release, template, .. } = roll.former.clone();
        group.shown = Some(Shown { version, release, launch_template: template });
    }
}

/// A group can only be updated to another version of the template it was made with (facts/aws.md §3.1).
fn template(world: &mut World, call: &Call, group: &Nodegroup) -> Result<Option<LaunchTemplate>, AwsError> {
    let wanted = &call.json()["launchTemplate"];
    if wanted.is_null() {
        return Ok(None);
    }
    let found = launch_template::find(world, &call.region, wanted)?;
    match &group.launch_template {
        None => Err(invalid_parameter(
            "Cannot update a node group with a launch template that was not created with one.",
        )),
        Some(present) if present.id != found.id => {
            Err(invalid_parameter("Cannot update a node group to another launch template."))
        }
        Some(_) => Ok(Some(found)),
    }
}

/// Version and release to update to. Without a version it is the cluster's, as the parameter's text says;
/// the operation's text contradicts it (facts/aws.md §7).
fn target(
    input: &Value,
    group: &Nodegroup,
    template: Option<&LaunchTemplate>,
    cluster_version: &str,
) -> Result<(Option<String>, Option<String>), AwsError> {
    let (version, release) = (sent(input, "version"), sent(input, "releaseVersion"));
    let template = template.or(group.launch_template.as_ref());
    if template.is_some_and(|template| template.image.is_some()) {
        if version.is_some() || release.is_some() {
            return Err(invalid_parameter(
                "You cannot specify the field version or releaseVersion when specifying an image id in your \
                 launch template.",
            ));
        }
        return Ok((None, None));
    }
    let version = version.unwrap_or(cluster_version);
    if minor(version) > minor(cluster_version) {
        return Err(invalid_parameter(format!(
            "Kubernetes version {version} of the node group can't be newer than the version of the cluster, \
             {cluster_version}"
        )));
    }
    let version =
        Version::find(version).ok_or_else(|| invalid_parameter("unsupported Kubernetes version"))?;
    let release = ami::release(&group.ami_type, version, release)?;
    Ok((Some(version.name.to_owned()), Some(release)))
}

fn params(
    version: Option<&str>,
    release: Option<&str>,
    template: Option<&LaunchTemplate>,
) -> Vec<(&'static str, String)> {
    let mut params = Vec::new();
    params.extend(version.map(|version| ("Version", version.to_owned())));
    params.extend(release.map(|release| ("ReleaseVersion", release.to_owned())));
    if let Some(template) = template {
        params.push(("LaunchTemplateName", template.name.clone()));
        params.push(("LaunchTemplateVersion", template.version.clone()));
    }
    params
}

fn is_minimal(group: &Nodegroup) -> bool {
    group.options.get("updateConfig").is_some_and(|config| config["updateStrategy"] == "MINIMAL")
}

/// Launches the surge: the larger of twice the zones and `maxUnavailable`, never more than what is to be
/// replaced. The MINIMAL strategy has none.
fn scale_up(world: &mut World, roll: Roll) {
    let Some(group) = by_arn(world, &roll.arn) else { return };
    let zones: BTreeSet<&str> = group.nodes.iter().map(|node| node.zone.as_str()).collect();
    let surge = (2 * zones.len()).max(group.max_unavailable() as usize);
    let count = if is_minimal(group) { 0 } else { surge.min(roll.old.len()) };
    match node::launch(world, &roll.arn, count as u32) {
        Ok(_) => wait(world, roll),
        Err(issue) => roll_back(world, &roll, &issue),
    }
}

/// Waits until new nodes are Ready; then the next batch of old ones goes.
fn wait(world: &mut World, roll: Roll) {
    let now = world.now;
    let Some(group) = by_arn(world, &roll.arn) else { return };
    let unready: Vec<String> = group
        .present()
        .filter(|node| !roll.old.contains(&node.instance) && !node.is_ready(now))
        .map(|node| node.instance.clone())
        .collect();
    if unready.is_empty() {
        return take_batch(world, roll);
    }
    if now < roll.deadline {
        return world.after(RETRY, move |world| wait(world, roll));
    }
    let message = "Couldn't proceed with upgrade process as new nodes are not joining node group";
    roll_back(world, &roll, &Issue::new("NodeCreationFailure", message, unready));
}

/// Drains up to `maxUnavailable` old nodes, and goes on; ends when none is left.
fn take_batch(world: &mut World, mut roll: Roll) {
    let Some(group) = by_arn(world, &roll.arn) else { return };
    if roll.old.is_empty() {
        return scale_down(world, roll);
    }
    if let Some(issue) = roll.fails.clone() {
        let place = format!("{}/{}", region(&roll.arn), roll.update);
        let takes = world.duration(Timing::NodegroupUpdateFailure, &place);
        return world.after(takes, move |world| roll_back(world, &roll, &issue));
    }
    let size = (group.max_unavailable() as usize).clamp(1, roll.old.len());
    let place = format!("{}/{}/{}", region(&roll.arn), roll.update, roll.old.len());
    let takes = world.duration(Timing::NodegroupUpdateBatch, &place);
    world.after(takes, move |world| {
        let batch: Vec<String> = roll.old.drain(..size).collect();
        node::terminate(world, &roll.arn, &batch);
        let Some(group) = by_arn(world, &roll.arn) else { return };
        let missing = (group.scaling.desired as usize).saturating_sub(group.present().count());
        let place = format!("{}/{}/{}", region(&roll.arn), roll.update, roll.old.len());
        let patience = world.duration(Timing::NodegroupJoinFailure, &place);
        roll.deadline = world.now + patience;
        match node::launch(world, &roll.arn, missing as u32) {
            Ok(_) => wait(world, roll),
            Err(issue) => roll_back(world, &roll, &issue),
        }
    });
}

/// Takes surplus nodes away, one at a time, and ends the update.
fn scale_down(world: &mut World, roll: Roll) {
    let Some(group) = by_arn(world, &roll.arn) else { return };
    let present: Vec<String> = group.present().map(|node| node.instance.clone()).collect();
    if present.len() <= group.scaling.desired as usize {
        return end(world, &roll, UpdateStatus::Successful);
    }
    let place = format!("{}/{}/{}", region(&roll.arn), roll.update, present.len());
    let takes = world.duration(Timing::NodegroupUpdateScaleDown, &place);
    world.after(takes, move |world| {
        if let Some(surplus) = present.last() {
            node::terminate(world, &roll.arn, std::slice::from_ref(surplus));
        }
        scale_down(world, roll);
    });
}

/// Back to the former version: new nodes go, and the failure is only in the update (facts/aws.md §1.2).
fn roll_back(world: &mut World, roll: &Roll, issue: &Issue) {
    let Some(group) = by_arn(world, &roll.arn) else { return };
    let former = roll.former.clone();
    group.version = former.version;
    group.release = former.release;
    group.image = former.image;
    group.launch_template = former.template;
    let new: Vec<String> = group
        .present()
        .filter(|node| !roll.old.contains(&node.instance))
        .map(|node| node.instance.clone())
        .collect();
    let missing = (group.scaling.desired as usize + new.len()).saturating_sub(group.present().count());
    node::terminate(world, &roll.arn, &new);
    let _left_to_later = node::launch(world, &roll.arn, missing as u32);
    let code = match &*issue.code {
        "NodeCreationFailure" => "NodeCreationFailure",
        "PodEvictionFailure" => "PodEvictionFailure",
        "InsufficientFreeAddresses" => "InsufficientFreeAddresses",
        _ => "Unknown",
    };
    let failure = Issue::new(code, issue.message.clone(), issue.resources.clone());
    end(world, roll, UpdateStatus::Failed(failure));
}

fn end(world: &mut World, roll: &Roll, status: UpdateStatus) {
    let now = world.now;
    if let Some(group) = by_arn(world, &roll.arn) {
        group.status = Status::Active;
        group.modified = now;
        group.shown = None;
    }
    if let Some(cluster) = nodegroup::cluster(world, &roll.arn) {
        update::finish(cluster, &roll.update, status);
    }
}
