//! Stack events: every change of a status is one.

use super::stack::{Event, ResourceStatus, StackStatus};
use super::{Key, STACK, stack};
use crate::world::World;

/// Sets the stack's status.
pub(crate) fn stack_status(world: &mut World, key: &Key, status: StackStatus, reason: Option<String>) {
    let (id, now) = (world.uuid(), world.now());
    let Some(stack) = stack(world, key) else { return };
    stack.status = status;
    stack.detailed = None;
    stack.reason.clone_from(&reason);
    let event = Event {
        id,
        logical_id: stack.name.clone(),
        physical_id: stack.id.clone(),
        kind: STACK,
        status: status.name(),
        detailed: None,
        reason,
        at: now,
        token: token(stack),
        properties: None,
    };
    stack.events.push(event);
}

/// Marks the stack as configured; its status stays.
pub(crate) fn stack_configured(world: &mut World, key: &Key) {
    let Some(stack) = stack(world, key) else { return };
    if stack.detailed.is_some() {
        return;
    }
    let (status, reason) = (stack.status, stack.reason.clone());
    stack_status(world, key, status, reason);
    if let Some(stack) = super::stack(world, key) {
        stack.detailed = Some(CONFIGURED);
        if let Some(event) = stack.events.last_mut() {
            event.detailed = stack.detailed;
        }
    }
}

const CONFIGURED: &str = "CONFIGURATION_COMPLETE";

/// Sets a resource's status.
pub(crate) fn resource_status(
    world: &mut World,
    key: &Key,
    name: &str,
    status: ResourceStatus,
    reason: Option<String>,
) {
    put(world, key, name, status, reason, None);
}

/// Says that a resource's configuration is applied, while its status stays.
pub(crate) fn resource_configured(world: &mut World, key: &Key, name: &str) {
    let Some(resource) = stack(world, key).and_then(|stack| stack.resource(name)) else { return };
    let (status, reason) = (resource.status, Some("Eventual consistency check initiated".to_owned()));
    put(world, key, name, status, reason, Some(CONFIGURED));
}

fn put(
    world: &mut World,
    key: &Key,
    name: &str,
    status: ResourceStatus,
    reason: Option<String>,
    detailed: Option<&'static str>,
) {
    let now = world.now();
    let Some(stack) = stack(world, key) else { return };
    let token = token(stack);
    let Some(resource) = stack.resource(name) else { return };
    resource.status = status;
    resource.reason.clone_from(&reason);
    resource.at = now;
    let event = Event {
        id: format!("{}-{}-{}", resource.logical_id, status.name(), now.iso()),
        logical_id: resource.logical_id.clone(),
        physical_id: resource.physical_id.clone(),
        kind: resource.kind.name,
        status: status.name(),
        detailed,
        reason,
        at: now,
        token,
        properties: (!resource.applied.properties.is_null()).then(|| resource.applied.properties.to_string()),
    };
    stack.events.push(event);
}

fn token(stack: &super::stack::Stack) -> Option<String> {
    stack.operation.as_ref().and_then(|operation| operation.manner.token.clone())
}
