//! Deletes a resource.

use std::time::Duration;

use super::apply::{LOOK, act, draw, half, later, reason, set};
use super::operation::{Phase, TaskState};
use super::provision::{drive, operation, task};
use super::resource::Settle;
use super::stack::ResourceStatus;
use super::template::Retain;
use super::{Key, event, stack};
use crate::timing::Timing;
use crate::wire::AwsError;
use crate::world::World;

/// How long CloudFormation waits before it tries a refused deletion again.
const AGAIN: Duration = Duration::from_secs(15);

/// Begins the deletion of a resource; what was never made needs none.
pub(crate) fn begin(world: &mut World, key: &Key, name: &str) {
    let Some(operation) = operation(world, key) else { return };
    let (phase, manner) = (operation.phase, operation.manner.clone());
    let Some(stack) = stack(world, key) else { return };
    let born_here = matches!(phase, Phase::Rollback | Phase::UpdateRollbackCleanup);
    let except_on_create = stack.retain_except_on_create && born_here;
    let Some(resource) = stack.resource(name) else { return };
    let retained = match resource.retain {
        Retain::Never => false,
        Retain::Always => !except_on_create,
        Retain::ExceptOnCreate => !born_here,
    };
    if resource.physical_id.is_empty() {
        return complete(world, key, name);
    }
    if retained || manner.retain.contains(&resource.logical_id) {
        return skip(world, key, name);
    }
    let timing = resource.kind.delete_timing;
    let now = world.now();
    if let Some(task) = task(world, key, name) {
        task.state = TaskState::Running;
        task.began = now;
    }
    event::resource_status(world, key, name, ResourceStatus::DeleteInProgress, None);
    let first = half(draw(world, key, name, timing));
    later(world, key, name, first, perform);
}

fn perform(world: &mut World, key: &Key, name: &str) {
    let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) else { return };
    let kind = resource.kind;
    match act(world, key, name, kind.delete) {
        Ok(()) => {
            let rest = half(draw(world, key, name, kind.delete_timing));
            later(world, key, name, rest, settle);
        }
        Err(error) if already_gone(&error) => complete(world, key, name),
        Err(error) if in_use(&error) => {
            let window = draw(world, key, name, Timing::StackDeleteRetry);
            let began = task(world, key, name).map(|task| task.began);
            if began.is_some_and(|began| world.now().since(began) + AGAIN < window) {
                later(world, key, name, AGAIN, perform);
            } else {
                fail(world, key, name, &error);
            }
        }
        Err(error) => fail(world, key, name, &error),
    }
}

/// What is gone counts as deleted.
fn already_gone(error: &AwsError) -> bool {
    error.code.ends_with("NotFound")
        || ["NoSuchEntity", "Gateway.NotAttached", "ResourceNotFoundException"].contains(&error.code.as_str())
}

/// Somebody else still uses it: CloudFormation tries for 17 to 18 minutes (facts/aws.md §1.1).
fn in_use(error: &AwsError) -> bool {
    ["DependencyViolation", "InvalidIPAddress.InUse", "AuthFailure", "InvalidGroup.InUse"]
        .contains(&error.code.as_str())
}

fn settle(world: &mut World, key: &Key, name: &str) {
    let express = operation(world, key).is_some_and(|operation| operation.manner.express);
    let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) else { return };
    match resource.kind.gone {
        _ if express => complete(world, key, name),
        Settle::AtOnce => complete(world, key, name),
        Settle::After(timing) => {
            let left = draw(world, key, name, timing);
            later(world, key, name, left, complete);
        }
        Settle::When(gone) => match act(world, key, name, gone) {
            Ok(true) => complete(world, key, name),
            Ok(false) => later(world, key, name, LOOK, settle),
            Err(error) => fail(world, key, name, &error),
        },
    }
}

fn complete(world: &mut World, key: &Key, name: &str) {
    event::resource_status(world, key, name, ResourceStatus::DeleteComplete, None);
    done(world, key, name);
}

fn skip(world: &mut World, key: &Key, name: &str) {
    event::resource_status(world, key, name, ResourceStatus::DeleteSkipped, None);
    done(world, key, name);
}

fn done(world: &mut World, key: &Key, name: &str) {
    set(world, key, name, TaskState::Done);
    if let Some(stack) = stack(world, key) {
        stack.leftovers.remove(name);
    }
    drive(world, key);
}

fn fail(world: &mut World, key: &Key, name: &str, error: &AwsError) {
    let reason = reason(world, error);
    event::resource_status(world, key, name, ResourceStatus::DeleteFailed, Some(reason));
    let Some(operation) = operation(world, key) else { return };
    if operation.manner.force {
        return skip(world, key, name);
    }
    operation.failed.push(name.to_owned());
    set(world, key, name, TaskState::Failed);
    drive(world, key);
}
