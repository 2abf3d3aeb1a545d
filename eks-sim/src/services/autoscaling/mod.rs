//! Auto Scaling: the groups that EKS makes for node groups, and those that stacks make, as their users see and change
//! them: sizes, tags, instances, activities. Sizes and instances of the former are the node group's. Schedules, policies and
//! warm pools are not modelled, nor that an instance which someone terminates is replaced.

mod activity;
mod group;
mod instance;
mod own;
mod owner;
mod page;
mod size;
mod tags;

use std::collections::BTreeMap;

use group::Group;

use crate::services::query::{Operation, invalid, run};
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

pub(crate) use activity::{launched, not_launched, terminated};
pub(crate) use group::{make_for_nodegroup, removed, removing};
pub(crate) use own::{NewGroup, create};
pub(crate) use tags::propagated;

/// The groups of a region, by name.
#[derive(Default)]
pub(crate) struct State {
    groups: BTreeMap<String, Group>,
}

impl State {
    /// The names of all groups.
    fn names(&self) -> Vec<String> {
        self.groups.keys().cloned().collect()
    }
}

const OPERATIONS: [Operation; 10] = [
    ("CreateOrUpdateTags", &["Tags"], tags::put),
    ("DeleteAutoScalingGroup", &["AutoScalingGroupName"], group::delete),
    ("DeleteTags", &["Tags"], tags::delete),
    ("DescribeAutoScalingGroups", &[], group::describe),
    ("DescribeAutoScalingInstances", &[], instance::describe),
    ("DescribeScalingActivities", &[], activity::describe),
    ("DescribeTags", &[], tags::describe),
    ("SetDesiredCapacity", &["AutoScalingGroupName", "DesiredCapacity"], size::set_desired),
    (
        "TerminateInstanceInAutoScalingGroup",
        &["InstanceId", "ShouldDecrementDesiredCapacity"],
        instance::terminate,
    ),
    ("UpdateAutoScalingGroup", &["AutoScalingGroupName"], size::update),
];

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _, _)| *name)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    run(&OPERATIONS, world, call)
}

/// The group with this name, or the error for one that is not there; its text is from memory (U).
fn find<'world>(world: &'world mut World, region: &str, name: &str) -> Result<&'world mut Group, AwsError> {
    let groups = &mut world.region(region).autoscaling.groups;
    groups
        .get_mut(name)
        .ok_or_else(|| invalid(format!("AutoScalingGroup name not found - no such group: {name}")))
}
