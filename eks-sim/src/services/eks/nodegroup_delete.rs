//! DeleteNodegroup: drains, terminates, and is gone; or gets stuck.

use std::time::Duration;

use serde_json::{Value, json};

use super::access_entry::drop_automatic;
use super::error::in_use;
use super::members::text;
use super::node;
use super::nodegroup::{self, by_arn, ledger_id, region};
use super::nodegroup_create::remove_instance_profile;
use super::status::{Issue, Status};
use crate::services::autoscaling;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// Share of the deletion that goes by before instances are terminated.
const DRAINED_AT: f64 = 0.4;

/// How often EKS looks whether instances are gone.
const RETRY: Duration = Duration::from_secs(5);

/// DeleteNodegroup.
pub(super) fn delete(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let (cluster, name) = (text(call.json(), "clusterName"), text(call.json(), "nodegroupName"));
    let now = world.now;
    let group = nodegroup::find(world, call)?;
    // The code is the model's (facts/aws.md §2.5), the text is not recorded.
    if matches!(group.status, Status::Creating | Status::Updating | Status::Deleting) {
        let message =
            format!("Nodegroup cannot be deleted as it is currently in {} state", group.status.name());
        return Err(in_use(message).member("clusterName", cluster).member("nodegroupName", name));
    }
    group.status = Status::Deleting;
    group.modified = now;
    group.issues.clear();
    let answer = json!({ "nodegroup": group.describe() });
    let arn = group.arn.clone();
    world.ledger.deleting("AWS::EKS::Nodegroup", &ledger_id(&arn), &call.region, now);
    let takes = world.duration(Timing::NodegroupDelete, &format!("{}/{cluster}/{name}", call.region));
    let drained = arn.clone();
    world.after(takes.mul_f64(DRAINED_AT), move |world| drain(world, &drained));
    world.after(takes, move |world| finish(world, &arn));
    Ok(answer)
}

fn instances(world: &mut World, arn: &str) -> Vec<String> {
    let Some(group) = by_arn(world, arn) else { return Vec::new() };
    group.nodes.iter().map(|node| node.instance.clone()).collect()
}

fn drain(world: &mut World, arn: &str) {
    let instances = instances(world, arn);
    node::terminate(world, arn, &instances);
    if let Some(group) = by_arn(world, arn) {
        let name = group.autoscaling_group.clone();
        autoscaling::removing(world, region(arn), &name);
    }
}

fn finish(world: &mut World, arn: &str) {
    if by_arn(world, arn).is_none() {
        return;
    }
    let instances = instances(world, arn);
    if node::any_left(world, region(arn), &instances) {
        let arn = arn.to_owned();
        return world.after(RETRY, move |world| finish(world, &arn));
    }
    if world.settings.trouble.stuck_nodegroup_deletes > 0 {
        world.settings.trouble.stuck_nodegroup_deletes -= 1;
        return stick(world, arn);
    }
    let name = arn.split('/').nth(2).unwrap_or_default();
    let Some(cluster) = nodegroup::cluster(world, arn) else { return };
    let Some(group) = cluster.nodegroups.remove(name) else { return };
    drop_automatic(cluster, &group.role);
    autoscaling::removed(world, region(arn), &group.autoscaling_group);
    remove_instance_profile(world, &group.role, &group.instance_profile);
    world.ledger.deleted("AWS::EKS::Nodegroup", &ledger_id(arn), region(arn), world.now);
}

/// DELETE_FAILED, as when a network interface was left behind (facts/aws.md §2.5, §9).
fn stick(world: &mut World, arn: &str) {
    let now = world.now;
    let Some(group) = by_arn(world, arn) else { return };
    group.status = Status::DeleteFailed;
    group.modified = now;
    group.issues.push(Issue::new(
        "Ec2SecurityGroupDeletionFailure",
        "DependencyViolation - resource has a dependent object",
        group.security_group.clone().into_iter().collect(),
    ));
}
