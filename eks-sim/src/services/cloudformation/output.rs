//! Outputs of a stack, and exports of a region.

use std::collections::BTreeMap;

use serde_json::Value;

use super::intrinsic::resolve;
use super::stack::Output;
use super::{Key, import, invalid, scope, stack};
use crate::wire::AwsError;
use crate::world::World;

/// What the stacks of a region export, by name: no two stacks export the same one.
pub(crate) type Exports = BTreeMap<String, Export>;

/// What a stack lends to others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Export {
    /// The id of the stack.
    pub(crate) stack: String,
    pub(crate) value: String,
}

/// The outputs as the stack's resources are now.
pub(crate) fn work_out(world: &mut World, key: &Key) -> Result<Vec<Output>, AwsError> {
    let scope = scope::scope(world, key);
    let Some(stack) = stack(world, key) else { return Ok(Vec::new()) };
    let blueprint = stack.blueprint.clone();
    let mut outputs = Vec::new();
    for (name, definition) in &blueprint.template.outputs {
        if !blueprint.holds(&definition.condition) {
            continue;
        }
        let value = match resolve(&definition.value, &scope)? {
            Value::String(text) => text,
            Value::Array(_) | Value::Object(_) | Value::Null => {
                return Err(invalid(format!(
                    "Template format error: The Value field of every Outputs member must evaluate to a String. (Output {name})"
                )));
            }
            scalar => scalar.to_string(),
        };
        let export = match &definition.export {
            Some(export) => resolve(export, &scope)?.as_str().map(str::to_owned),
            None => None,
        };
        outputs.push(Output {
            key: name.clone(),
            value,
            description: definition.description.clone(),
            export,
        });
    }
    let state = &world.region(&key.region).cloudformation;
    for export in outputs.iter().filter_map(|output| output.export.as_ref()) {
        if let Some(other) = state.other_exporter(export, &key.id) {
            return Err(invalid(format!("Export with name {export} is already exported by stack {other}.")));
        }
    }
    match import::in_the_way(world, key, &outputs) {
        Some(reason) => Err(invalid(reason)),
        None => Ok(outputs),
    }
}
