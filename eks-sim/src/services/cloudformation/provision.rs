//! Drives an operation: begins what can begin, and goes from phase to phase.

use std::collections::BTreeMap;

use super::operation::{Manner, Operation, Phase, Task, TaskState};
use super::stack::{OnFailure, Stable, Stack, StackStatus};
use super::{Key, STACK, apply, change_set, event, graph, output, remove, stack};
use crate::timing::Timing;
use crate::world::World;

/// Begins an operation on a stack.
pub(crate) fn begin(world: &mut World, key: &Key, phase: Phase, manner: Manner) {
    let Some(stack) = stack(world, key) else { return };
    stack.operations += 1;
    stack.express = manner.express;
    let serial = enter(world, key, phase, manner, None);
    let overhead = overhead(world, key);
    let at = key.clone();
    world.after(overhead, move |world| {
        if current(world, &at, serial) {
            drive(world, &at);
        }
    });
}

/// Half of what CloudFormation adds to an operation: it comes once at the beginning and once at the end.
fn overhead(world: &mut World, key: &Key) -> std::time::Duration {
    let name = stack(world, key).map(|stack| format!("{}/{}", stack.name, stack.operations));
    world.duration(Timing::StackOverhead, &name.unwrap_or_default()) / 2
}

/// Whether the phase that put something on the agenda still runs.
pub(crate) fn current(world: &mut World, key: &Key, serial: u64) -> bool {
    operation(world, key).is_some_and(|operation| operation.serial == serial && !operation.closing)
}

/// The running operation of a stack.
pub(crate) fn operation<'w>(world: &'w mut World, key: &Key) -> Option<&'w mut Operation> {
    stack(world, key)?.operation.as_mut()
}

/// The task called `name` of the running operation.
pub(crate) fn task<'w>(world: &'w mut World, key: &Key, name: &str) -> Option<&'w mut Task> {
    operation(world, key)?.tasks.get_mut(name)
}

/// Enters a phase; the number tells it from every other.
fn enter(world: &mut World, key: &Key, phase: Phase, manner: Manner, reason: Option<String>) -> u64 {
    let serial = world.region(&key.region).cloudformation.next_serial();
    let now = world.now();
    let Some(stack) = stack(world, key) else { return serial };
    prepare(stack, phase);
    let dependencies = if phase.applies() { applied(stack) } else { removed(stack) };
    let tasks = dependencies.into_iter().map(|(name, after)| (name, Task::waiting(after, now))).collect();
    stack.operation =
        Some(Operation { serial, phase, manner, tasks, failed: Vec::new(), failure: None, closing: false });
    event::stack_status(world, key, status(phase), reason);
    serial
}

fn status(phase: Phase) -> StackStatus {
    match phase {
        Phase::Create => StackStatus::CreateInProgress,
        Phase::Rollback => StackStatus::RollbackInProgress,
        Phase::Update => StackStatus::UpdateInProgress,
        Phase::UpdateCleanup => StackStatus::UpdateCompleteCleanupInProgress,
        Phase::UpdateRollback => StackStatus::UpdateRollbackInProgress,
        Phase::UpdateRollbackCleanup => StackStatus::UpdateRollbackCompleteCleanupInProgress,
        Phase::Delete => StackStatus::DeleteInProgress,
    }
}

/// Sorts the stack's resources for a phase.
fn prepare(stack: &mut Stack, phase: Phase) {
    match phase {
        Phase::UpdateCleanup | Phase::UpdateRollbackCleanup => {
            let active: Vec<String> = stack.blueprint.active().cloned().collect();
            let all = std::mem::take(&mut stack.resources);
            for (name, resource) in all {
                if active.contains(&name) {
                    stack.resources.insert(name, resource);
                } else {
                    stack.set_aside(resource);
                }
            }
        }
        Phase::UpdateRollback => restore(stack),
        Phase::Create | Phase::Update | Phase::Rollback | Phase::Delete => {}
    }
}

/// Puts the last complete state back as what is wanted; resources made since are set aside.
fn restore(stack: &mut Stack) {
    let Some(Stable { blueprint, resources }) = stack.stable.clone() else { return };
    stack.blueprint = blueprint;
    let mut since = std::mem::take(&mut stack.resources);
    for (name, old) in resources {
        match since.remove(&name) {
            Some(same) if same.physical_id == old.physical_id => {
                stack.resources.insert(name, same);
            }
            newer => {
                stack.leftovers.retain(|_, leftover| {
                    leftover.physical_id != old.physical_id || leftover.logical_id != old.logical_id
                });
                stack.resources.insert(name, old);
                newer.into_iter().for_each(|newer| stack.set_aside(newer));
            }
        }
    }
    since.into_values().for_each(|newer| stack.set_aside(newer));
}

/// What is to be made or changed, each after what it needs.
fn applied(stack: &Stack) -> BTreeMap<String, BTreeMap<String, bool>> {
    let blueprint = &stack.blueprint;
    let needs = |name: &String| graph::dependencies(&blueprint.template, name, Some(&blueprint.conditions));
    blueprint.active().map(|name| (name.clone(), needs(name))).collect()
}

/// What is to be deleted, each after what needs it.
fn removed(stack: &Stack) -> BTreeMap<String, BTreeMap<String, bool>> {
    let cleanup =
        matches!(stack.status, StackStatus::UpdateInProgress | StackStatus::UpdateRollbackInProgress);
    let current = stack.resources.iter().filter(|_| !cleanup);
    let all: Vec<_> =
        current.chain(&stack.leftovers).filter(|(_, resource)| !resource.status.gone()).collect();
    all.iter()
        .map(|(name, resource)| {
            let users = all.iter().filter(|(_, user)| user.dependencies.contains(&resource.logical_id));
            ((*name).clone(), users.map(|(user, _)| ((*user).clone(), true)).collect())
        })
        .collect()
}

/// Begins every task that can begin; ends the phase when nothing is left to wait for.
pub(crate) fn drive(world: &mut World, key: &Key) {
    loop {
        let Some(operation) = operation(world, key).filter(|operation| !operation.closing) else { return };
        let applies = operation.phase.applies();
        match operation.startable() {
            Some(name) if applies => apply::begin(world, key, &name),
            Some(name) => remove::begin(world, key, &name),
            None => break,
        }
    }
    let Some(operation) = operation(world, key) else { return };
    if !operation.busy() {
        over(world, key);
    } else if operation.phase == Phase::Create
        && operation.tasks.values().all(|task| matches!(task.state, TaskState::Configured | TaskState::Done))
    {
        event::stack_configured(world, key);
    }
}

/// Cancels the operation on behalf of a resource, the user or a time limit.
pub(crate) fn cancel(world: &mut World, key: &Key, reason: &str) {
    let Some(operation) = operation(world, key) else { return };
    operation.failure = Some(reason.to_owned());
    apply::cancel_running(world, key);
    drive(world, key);
}

/// The phase has nothing left to do.
fn over(world: &mut World, key: &Key) {
    let works_out = operation(world, key).is_some_and(|operation| {
        matches!(operation.phase, Phase::Create | Phase::Update)
            && operation.failed.is_empty()
            && operation.failure.is_none()
    });
    if works_out {
        match output::work_out(world, key) {
            Ok(outputs) => {
                world.region(&key.region).cloudformation.put_outputs(&key.id, outputs);
            }
            Err(error) => {
                if let Some(operation) = operation(world, key) {
                    operation.failure = Some(error.message);
                }
            }
        }
    }
    let Some(stack) = stack(world, key) else { return };
    let Some(operation) = stack.operation.clone() else { return };
    let on_failure = stack.on_failure;
    let failed = !operation.failed.is_empty() || operation.failure.is_some();
    let rolls_back = operation.manner.rolls_back;
    let reason = failed.then(|| why(stack, &operation));
    let next = |world: &mut World, phase: Phase, reason: Option<String>| {
        enter(world, key, phase, operation.manner.clone(), reason);
        drive(world, key);
    };
    match (operation.phase, failed) {
        (Phase::Create, true) if rolls_back => {
            let reason = reason.map(|reason| format!("{reason}Rollback requested by user."));
            let phase = if on_failure == OnFailure::Delete { Phase::Delete } else { Phase::Rollback };
            next(world, phase, reason);
        }
        (Phase::Update, true) if rolls_back => next(world, Phase::UpdateRollback, reason),
        (Phase::Update, false) => next(world, Phase::UpdateCleanup, None),
        (Phase::UpdateRollback, false) => next(world, Phase::UpdateRollbackCleanup, None),
        (phase, failed) => close(world, key, end(phase, failed), reason),
    }
}

fn end(phase: Phase, failed: bool) -> StackStatus {
    match (phase, failed) {
        (Phase::Create, false) => StackStatus::CreateComplete,
        (Phase::Create, true) => StackStatus::CreateFailed,
        (Phase::Rollback, false) => StackStatus::RollbackComplete,
        (Phase::Rollback, true) => StackStatus::RollbackFailed,
        (Phase::Update, true) => StackStatus::UpdateFailed,
        (Phase::UpdateRollback, true) => StackStatus::UpdateRollbackFailed,
        // What the cleanup cannot delete stays, and the stack is complete all the same.
        (Phase::Update | Phase::UpdateCleanup, _) => StackStatus::UpdateComplete,
        (Phase::UpdateRollback | Phase::UpdateRollbackCleanup, _) => StackStatus::UpdateRollbackComplete,
        (Phase::Delete, false) => StackStatus::DeleteComplete,
        (Phase::Delete, true) => StackStatus::DeleteFailed,
    }
}

fn why(stack: &mut Stack, operation: &Operation) -> String {
    if let Some(failure) = &operation.failure {
        return format!("{failure} ");
    }
    let mut reason = String::new();
    for verb in ["create", "update", "delete"] {
        let status = format!("{}_FAILED", verb.to_uppercase());
        let names: Vec<String> = operation
            .failed
            .iter()
            .filter_map(|name| {
                let resource = stack.resource(name)?;
                (resource.status.name() == status).then(|| resource.logical_id.clone())
            })
            .collect();
        if !names.is_empty() {
            reason.push_str(&format!("The following resource(s) failed to {verb}: [{}]. ", names.join(", ")));
        }
    }
    reason
}

/// Puts the end of the operation on the agenda.
fn close(world: &mut World, key: &Key, status: StackStatus, reason: Option<String>) {
    let Some(operation) = operation(world, key) else { return };
    operation.closing = true;
    let serial = operation.serial;
    let overhead = overhead(world, key);
    let at = key.clone();
    world.after(overhead, move |world| {
        if operation_is(world, &at, serial) {
            finish(world, &at, status, reason);
        }
    });
}

fn operation_is(world: &mut World, key: &Key, serial: u64) -> bool {
    operation(world, key).is_some_and(|operation| operation.serial == serial)
}

fn finish(world: &mut World, key: &Key, status: StackStatus, reason: Option<String>) {
    event::stack_status(world, key, status, reason);
    change_set::over(world, key, status);
    let now = world.now();
    let Some(stack) = stack(world, key) else { return };
    stack.operation = None;
    match status {
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::UpdateRollbackComplete => {
            stack.ever_complete = true;
            stack.stable = None;
            world.ledger.ready(STACK, &key.id, &key.region, now);
        }
        StackStatus::DeleteComplete => {
            stack.deleted = Some(now);
            let name = stack.name.clone();
            let state = &mut world.region(&key.region).cloudformation;
            state.put_outputs(&key.id, Vec::new());
            state.free(&name);
            world.ledger.deleted(STACK, &key.id, &key.region, now);
        }
        _ => {}
    }
}
