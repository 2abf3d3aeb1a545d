//! Makes a resource, or changes it to what the template says.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use super::operation::{Applied, TaskState};
use super::provision::{current, drive, operation, task};
use super::resource::{Scene, Settle};
use super::stack::{Resource, ResourceStatus};
use super::template::Retain;
use super::{Key, event, graph, intrinsic, invalid, scope, stack, tags};
use crate::timing::Timing;
use crate::wire::AwsError;
use crate::world::World;

/// How often CloudFormation looks whether a resource is ready or gone.
pub(crate) const LOOK: Duration = Duration::from_secs(5);

/// How long a resource is tried again that needs a role which has not got about yet (U).
const ROLE_PATIENCE: Duration = Duration::from_secs(90);

/// Begins the work on a resource; one that is as wanted needs none.
pub(crate) fn begin(world: &mut World, key: &Key, name: &str) {
    let (wanted, error) = work_out(world, key, name);
    if let Some(error) = error {
        let Some(stack) = stack(world, key) else { return };
        let resource = stack.resources.entry(name.to_owned()).or_insert(wanted);
        let made = resource.physical_id.is_empty();
        return fail(world, key, name, made, error.message);
    }
    let rolls_back = operation(world, key).is_some_and(|operation| operation.manner.rolls_back);
    let Some(stack) = stack(world, key) else { return };
    let change = match stack.resources.get_mut(name) {
        Some(old) if exists(old) && old.kind.name == wanted.kind.name && !unfinished(old) => {
            let same = old.applied == wanted.applied;
            if !same && old.kind.replaced_by(&old.applied.properties, &wanted.applied.properties) {
                if !rolls_back {
                    let reason = "Replacement type updates not supported on stack with disable-rollback.";
                    return fail(world, key, name, false, reason.to_owned());
                }
                replace(world, key, name, wanted);
                None
            } else {
                old.dependencies = wanted.dependencies;
                (old.retain, old.retain_replaced) = (wanted.retain, wanted.retain_replaced);
                old.metadata = wanted.metadata;
                if same && old.status.complete() {
                    return set(world, key, name, TaskState::Done);
                }
                if let Some(from) = old.failed_from.take().filter(|_| same) {
                    old.applied = from;
                }
                Some(wanted.applied)
            }
        }
        _ => {
            replace(world, key, name, wanted);
            None
        }
    };
    let status =
        if change.is_some() { ResourceStatus::UpdateInProgress } else { ResourceStatus::CreateInProgress };
    let now = world.now();
    if let Some(task) = task(world, key, name) {
        task.state = TaskState::Running;
        task.began = now;
        task.change = change;
    }
    event::resource_status(world, key, name, status, None);
    let first = half(draw(world, key, name, Timing::StackResource));
    later(world, key, name, first, perform);
}

/// There is something in AWS.
fn exists(resource: &Resource) -> bool {
    !resource.physical_id.is_empty() && !resource.status.gone()
}

/// The creation did not come to its end.
fn unfinished(resource: &Resource) -> bool {
    matches!(resource.status, ResourceStatus::CreateFailed | ResourceStatus::CreateInProgress)
}

/// Puts a new resource in the place of an old one, which is set aside.
fn replace(world: &mut World, key: &Key, name: &str, resource: Resource) {
    let Some(stack) = stack(world, key) else { return };
    if let Some(mut old) = stack.resources.insert(name.to_owned(), resource) {
        old.retain = if old.retain_replaced { Retain::Always } else { Retain::Never };
        stack.set_aside(old);
    }
}

/// The resource as the template wants it; if that cannot be told, one without properties and the reason.
fn work_out(world: &mut World, key: &Key, name: &str) -> (Resource, Option<AwsError>) {
    let now = world.now();
    let scope = scope::scope(world, key);
    let stack = stack(world, key).expect("a stack with an operation is there");
    let blueprint = stack.blueprint.clone();
    let definition = &blueprint.template.resources[name];
    let needs = graph::dependencies(&blueprint.template, name, Some(&blueprint.conditions));
    let mut resource = Resource {
        logical_id: name.to_owned(),
        kind: definition.kind,
        physical_id: String::new(),
        status: ResourceStatus::CreateInProgress,
        reason: None,
        at: now,
        applied: Applied { properties: Value::Null, tags: BTreeMap::new() },
        failed_from: None,
        attributes: BTreeMap::new(),
        dependencies: needs.into_keys().collect(),
        retain: definition.retain,
        retain_replaced: definition.retain_replaced,
        metadata: definition.metadata.clone(),
    };
    let properties = intrinsic::resolve(&definition.properties, &scope)
        .and_then(|properties| definition.kind.check(name, &properties).map(|()| properties));
    match properties {
        Ok(properties) => {
            let tags = tags::of(stack, definition.kind.tagging, name, &properties);
            resource.applied = Applied { properties, tags };
            (resource, None)
        }
        Err(error) => (resource, Some(error)),
    }
}

/// Lets a resource act: its scene is taken from the stack, what comes of it is kept.
pub(crate) fn act<T>(
    world: &mut World,
    key: &Key,
    name: &str,
    action: impl FnOnce(&mut Scene) -> Result<T, AwsError>,
) -> Result<T, AwsError> {
    let stack = stack(world, key).ok_or_else(|| invalid("the stack is gone"))?;
    let (stack_id, stack_name) = (stack.id.clone(), stack.name.clone());
    let resource = stack.resource(name).ok_or_else(|| invalid("the resource is gone"))?.clone();
    let mut scene = Scene {
        region: key.region.clone(),
        stack_id,
        stack_name,
        logical_id: resource.logical_id,
        physical_id: resource.physical_id,
        properties: resource.applied.properties,
        attributes: resource.attributes,
        tags: resource.applied.tags,
        world,
    };
    let outcome = action(&mut scene);
    let (physical_id, attributes) = (scene.physical_id, scene.attributes);
    if let Some(resource) = self::stack(world, key).and_then(|stack| stack.resource(name)) {
        resource.physical_id = physical_id;
        resource.attributes = attributes;
    }
    outcome
}

/// Puts the next step on the agenda, unless the phase or the task is over by then.
pub(crate) fn later(
    world: &mut World,
    key: &Key,
    name: &str,
    after: Duration,
    step: fn(&mut World, &Key, &str),
) {
    let Some(serial) = operation(world, key).map(|operation| operation.serial) else { return };
    let (key, name) = (key.clone(), name.to_owned());
    world.after(after, move |world| {
        let live = current(world, &key, serial)
            && task(world, &key, &name)
                .is_some_and(|task| matches!(task.state, TaskState::Running | TaskState::Configured));
        if live {
            step(world, &key, &name);
        }
    });
}

pub(crate) fn set(world: &mut World, key: &Key, name: &str, state: TaskState) {
    if let Some(task) = task(world, key, name) {
        task.state = state;
    }
}

/// The duration of `timing` for a resource in the present operation.
pub(crate) fn draw(world: &mut World, key: &Key, name: &str, timing: Timing) -> Duration {
    let stack =
        stack(world, key).map(|stack| format!("{}/{}", stack.name, stack.operations)).unwrap_or_default();
    world.duration(timing, &format!("{stack}/{name}"))
}

pub(crate) fn half(duration: Duration) -> Duration {
    duration / 2
}

fn perform(world: &mut World, key: &Key, name: &str) {
    let change = task(world, key, name).and_then(|task| task.change.clone());
    let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) else { return };
    let kind = resource.kind;
    let made = change.is_none();
    let before = change.map(|change| std::mem::replace(&mut resource.applied, change));
    let outcome = act(world, key, name, |scene| match &before {
        None => (kind.create)(scene),
        Some(before) => {
            if before.tags != scene.tags {
                scene.retag(kind.tagging, &before.tags)?;
            }
            if differs(&before.properties, &scene.properties) {
                (kind.update)(scene, &before.properties)?;
            }
            Ok(())
        }
    });
    if let Err(error) = outcome {
        let began = task(world, key, name).map(|task| task.began);
        if made && lacks_a_role(&error) && began.is_some_and(|began| world.now().since(began) < ROLE_PATIENCE)
        {
            return later(world, key, name, LOOK, perform);
        }
        if let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) {
            resource.failed_from = before;
        }
        let reason = reason(world, &error);
        return fail(world, key, name, made, reason);
    }
    if made {
        let initiated = Some("Resource creation Initiated".to_owned());
        event::resource_status(world, key, name, ResourceStatus::CreateInProgress, initiated);
    }
    let rest = half(draw(world, key, name, Timing::StackResource));
    later(world, key, name, rest, configured);
}

/// Whether EKS cannot assume a role, which it may when the role has got about (facts/aws.md §2.3).
fn lacks_a_role(error: &AwsError) -> bool {
    let marks = ["could not be assumed", "roleArn, "];
    error.code == "InvalidParameterException" && marks.iter().any(|mark| error.message.contains(mark))
}

/// Whether anything but the tags has changed.
fn differs(before: &Value, after: &Value) -> bool {
    let without_tags = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().map(|members| members.remove("Tags"));
        value
    };
    without_tags(before) != without_tags(after)
}

/// The configuration is applied: what refers to the resource may begin (optimistic stabilization,
/// facts/aws.md §1.2).
fn configured(world: &mut World, key: &Key, name: &str) {
    let express = operation(world, key).is_some_and(|operation| operation.manner.express);
    let made = task(world, key, name).is_some_and(|task| task.change.is_none());
    let ready = stack(world, key).and_then(|stack| stack.resource(name)).map(|resource| resource.kind.ready);
    let at_once = matches!(ready, Some(Settle::AtOnce) | None);
    if express || !made || at_once {
        return complete(world, key, name);
    }
    set(world, key, name, TaskState::Configured);
    event::resource_configured(world, key, name);
    settle(world, key, name);
    drive(world, key);
}

fn settle(world: &mut World, key: &Key, name: &str) {
    let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) else { return };
    match resource.kind.ready {
        Settle::AtOnce => complete(world, key, name),
        Settle::After(timing) => {
            let ends = task(world, key, name).map(|task| task.began);
            let ends = ends.map(|began| began + draw(world, key, name, timing));
            let left = ends.map(|ends| ends.since(world.now())).unwrap_or_default();
            later(world, key, name, left, complete);
        }
        Settle::When(ready) => match act(world, key, name, ready) {
            Ok(true) => complete(world, key, name),
            Ok(false) => later(world, key, name, LOOK, settle),
            Err(error) => {
                let reason = reason(world, &error);
                fail(world, key, name, true, reason);
            }
        },
    }
}

fn complete(world: &mut World, key: &Key, name: &str) {
    let made = task(world, key, name).is_some_and(|task| task.change.is_none());
    let status = if made { ResourceStatus::CreateComplete } else { ResourceStatus::UpdateComplete };
    event::resource_status(world, key, name, status, None);
    set(world, key, name, TaskState::Done);
    drive(world, key);
}

fn fail(world: &mut World, key: &Key, name: &str, create: bool, reason: String) {
    let status = if create { ResourceStatus::CreateFailed } else { ResourceStatus::UpdateFailed };
    event::resource_status(world, key, name, status, Some(reason));
    let Some(operation) = operation(world, key) else { return };
    operation.failed.push(name.to_owned());
    if let Some(task) = operation.tasks.get_mut(name) {
        task.state = TaskState::Failed;
    }
    if operation.manner.rolls_back {
        cancel_running(world, key);
    }
    drive(world, key);
}

/// Cancels what is under way.
pub(crate) fn cancel_running(world: &mut World, key: &Key) {
    let Some(operation) = operation(world, key) else { return };
    let running: Vec<(String, bool)> = operation
        .tasks
        .iter()
        .filter(|(_, task)| matches!(task.state, TaskState::Running | TaskState::Configured))
        .map(|(name, task)| (name.clone(), task.change.is_none()))
        .collect();
    for (name, made) in running {
        let (status, what) = if made {
            (ResourceStatus::CreateFailed, "Resource creation cancelled")
        } else {
            (ResourceStatus::UpdateFailed, "Resource update cancelled")
        };
        event::resource_status(world, key, &name, status, Some(what.to_owned()));
        set(world, key, &name, TaskState::Failed);
        if let Some(operation) = self::operation(world, key) {
            operation.failed.push(name);
        }
    }
}

/// A service's refusal as a resource handler reports it.
pub(crate) fn reason(world: &mut World, error: &AwsError) -> String {
    if error.code == "NotStabilized" {
        return format!(
            "Resource handler returned message: \"{}\" (HandlerErrorCode: NotStabilized)",
            error.message
        );
    }
    let code = match error.code.as_str() {
        code if code.ends_with("LimitExceeded") => "ServiceLimitExceeded",
        code if code.ends_with("AlreadyExists") || code.ends_with("Duplicate") => "AlreadyExists",
        code if code.ends_with("NotFound") || code == "NoSuchEntity" => "NotFound",
        "UnauthorizedOperation" | "AccessDenied" => "AccessDenied",
        _ if error.status >= 500 => "ServiceInternalError",
        _ => "InvalidRequest",
    };
    let (request, token) = (world.uuid(), world.uuid());
    format!(
        "Resource handler returned message: \"{} (Service: {}, Status Code: {}, Request ID: {request})\" \
         (RequestToken: {token}, HandlerErrorCode: {code})",
        error.message, error.code, error.status
    )
}
