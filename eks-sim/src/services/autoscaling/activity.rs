//! Scaling activities: what a group has done, and what came of it. They go with their group; AWS keeps them for
//! six weeks.

use std::time::Duration;

use super::find;
use super::group::Group;
use super::page::page;
use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

/// How many activities a page has by default, and at most (service model: MaxRecords).
const PAGE: (i64, i64) = (100, 100);

/// How long an activity that succeeds is under way (E).
const TAKES: Duration = Duration::from_secs(30);

/// Why instances are launched, in AWS's words.
const STARTED: &str = "was started in response to a difference between desired and actual capacity";

/// The longest StatusMessage (service model).
const LONGEST_MESSAGE: usize = 255;

#[derive(Clone, Debug)]
pub(super) struct Activity {
    pub(super) id: String,
    description: String,
    cause: String,
    start: Instant,
    end: Instant,
    /// EC2's refusal, if that is what came of it.
    refusal: Option<String>,
}

impl Activity {
    pub(super) fn members(&self, group: &Group, now: Instant) -> Vec<Xml> {
        let (status, progress) = match &self.refusal {
            Some(_) => ("Failed", 100),
            None if now < self.end => ("InProgress", 50),
            None => ("Successful", 100),
        };
        let mut members = vec![
            Xml::text("ActivityId", &self.id),
            Xml::text("AutoScalingGroupName", &group.name),
            Xml::text("Description", &self.description),
            Xml::text("Cause", &self.cause),
            Xml::text("StartTime", self.start.iso()),
            Xml::text("StatusCode", status),
            Xml::text("Progress", progress),
            Xml::text("AutoScalingGroupARN", &group.arn),
        ];
        if status != "InProgress" {
            members.push(Xml::text("EndTime", self.end.iso()));
        }
        if let Some(refusal) = &self.refusal {
            members
                .push(Xml::text("StatusMessage", refusal.chars().take(LONGEST_MESSAGE).collect::<String>()));
        }
        members
    }
}

/// The group called `name` has launched an instance.
pub(crate) fn launched(world: &mut World, region: &str, name: &str, instance: &str) {
    let description = format!("Launching a new EC2 instance: {instance}");
    record(world, region, name, description, STARTED, None);
}

/// EC2 has refused to launch an instance of the group.
pub(crate) fn not_launched(world: &mut World, region: &str, name: &str, refusal: &AwsError) {
    let message = format!("{} Launching EC2 instance failed.", refusal.message);
    let description = format!("Launching a new EC2 instance.  Status Reason: {message}");
    record(world, region, name, description, STARTED, Some(message));
}

/// An instance of the group is being terminated.
pub(crate) fn terminated(world: &mut World, region: &str, name: &str, instance: &str) {
    let description = format!("Terminating EC2 instance: {instance}");
    record(world, region, name, description, "was taken out of service in response to a user request", None);
}

fn record(
    world: &mut World,
    region: &str,
    name: &str,
    description: String,
    because: &str,
    refusal: Option<String>,
) {
    let (id, now) = (world.uuid(), world.now);
    let Ok(group) = find(world, region, name) else { return };
    let cause = format!("At {} an instance {because}.", now.iso());
    let end = if refusal.is_some() { now } else { now + TAKES };
    group.activities.push(Activity { id, description, cause, start: now, end, refusal });
}

/// DescribeScalingActivities: of a group or of all, newest first.
pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let (params, now) = (call.params(), world.now);
    let named = params.get("AutoScalingGroupName");
    if let Some(name) = named {
        find(world, &call.region, name)?;
    }
    let ids = params.list("ActivityIds.member");
    let groups = &world.region(&call.region).autoscaling.groups;
    let of = groups.values().filter(|group| named.is_none_or(|name| name == group.name));
    let mut found: Vec<(&Group, &Activity)> =
        of.flat_map(|group| group.activities.iter().map(move |activity| (group, activity))).collect();
    found.retain(|(_, activity)| ids.is_empty() || ids.contains(&activity.id.as_str()));
    found.sort_by_key(|(_, activity)| std::cmp::Reverse(activity.start));
    let shown = found.iter().map(|(group, activity)| activity.members(group, now)).collect();
    page(params, "Activities", shown, PAGE)
}
