//! SignalResource: what wait conditions wait for.

use std::collections::BTreeMap;

use super::{Key, existing, invalid, stack};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(super) fn signal_resource(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let name = params.required("LogicalResourceId")?.to_owned();
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let Some(resource) = stack.resources.get(&name) else {
        return Err(invalid(format!("Resource {name} does not exist for stack {}", stack.name)));
    };
    if resource.status.complete() || resource.status.gone() {
        return Err(invalid(format!("Signal for resource {name} was received after it was completed.")));
    }
    let success = params.required("Status")? == "SUCCESS";
    let unique_id = params.required("UniqueId")?.to_owned();
    stack.signals.entry(name).or_default().entry(unique_id).or_insert(success);
    Ok(Answer::Nothing)
}

/// The signals that a resource has had, by their unique ids; `true`: success.
pub(crate) fn received(
    world: &mut World,
    region: &str,
    stack_id: &str,
    logical_id: &str,
) -> BTreeMap<String, bool> {
    let key = Key { region: region.to_owned(), id: stack_id.to_owned() };
    let signals = stack(world, &key).and_then(|stack| stack.signals.get(logical_id));
    signals.cloned().unwrap_or_default()
}
