//! CloudWatch Logs: log groups. What is in them is not modelled.

mod check;
mod log_group;
mod retention;
mod tags;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use log_group::LogGroup;
use serde_json::Value;

use crate::services::unknown_operation;
use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

/// The log groups of a region, by name.
#[derive(Default)]
pub(crate) struct State {
    groups: BTreeMap<String, LogGroup>,
}

type Operation = fn(&mut World, &Call) -> Result<Value, AwsError>;

const OPERATIONS: [(&str, Operation); 9] = [
    ("CreateLogGroup", log_group::create),
    ("DeleteLogGroup", log_group::delete),
    ("DeleteRetentionPolicy", retention::delete),
    ("DescribeLogGroups", log_group::describe),
    ("ListTagsForResource", tags::list),
    ("PutLogGroupDeletionProtection", log_group::protect),
    ("PutRetentionPolicy", retention::put),
    ("TagResource", tags::tag),
    ("UntagResource", tags::untag),
];

pub(crate) fn operations() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|(name, _)| *name)
}

pub(crate) fn call(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let (_, operation) =
        OPERATIONS.iter().find(|(name, _)| *name == call.operation).ok_or_else(|| unknown_operation(call))?;
    operation(world, call).map(Answer::Json)
}
