//! ListImports: which stacks use an export, and what they keep its stack from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::intrinsic::{Scope, resolve};
use super::stack::{Output, StackStatus};
use super::{Key, invalid, list, scope};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(super) fn list_imports(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let export = params.required("ExportName")?;
    let importers = importers(world, region, export);
    if importers.is_empty() {
        // Also for a name that nobody exports.
        return Err(invalid(format!("Export '{export}' is not imported by any stack.")));
    }
    list::names("Imports", importers, params)
}

/// The names of the stacks that import `export`, sorted.
pub(super) fn importers(world: &mut World, region: &str, export: &str) -> BTreeSet<String> {
    let live: Vec<(String, String)> = world
        .region(region)
        .cloudformation
        .live
        .iter()
        .map(|(name, id)| (name.clone(), id.clone()))
        .collect();
    let imports = |world: &mut World, id: String| {
        let key = Key { region: region.to_owned(), id };
        let scope = scope::scope(world, &key);
        let Some(stack) = super::stack(world, &key) else { return false };
        // A create that was undone has given back what it borrowed.
        if stack.status == StackStatus::RollbackComplete {
            return false;
        }
        let blueprint = &stack.blueprint;
        let template = &blueprint.template;
        blueprint.active().any(|name| uses(&template.resources[name].properties, export, &scope))
            || template
                .outputs
                .values()
                .filter(|output| blueprint.holds(&output.condition))
                .any(|output| uses(&output.value, export, &scope))
    };
    live.into_iter().filter_map(|(name, id)| imports(world, id).then_some(name)).collect()
}

/// Why the stack's present exports cannot give way to those of `outputs`, if another stack uses one that would change
/// (texts: rlister/stax#40, linz/geostore#630).
pub(super) fn in_the_way(world: &mut World, key: &Key, outputs: &[Output]) -> Option<String> {
    let present = super::stack(world, key)?.outputs.clone();
    for output in present {
        let Some(export) = output.export else { continue };
        let new = outputs.iter().find(|new| new.export.as_ref() == Some(&export));
        let change = match new {
            Some(new) if new.value == output.value => continue,
            Some(_) => "updated",
            None => "deleted",
        };
        if let Some(importer) = importers(world, &key.region, &export).first() {
            return Some(format!("Export {export} cannot be {change} as it is in use by {importer}"));
        }
    }
    None
}

/// Whether a part of a template imports `export`; of an `Fn::If`, the branch that holds.
fn uses(value: &Value, export: &str, scope: &Scope) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| uses(item, export, scope)),
        Value::Object(members) => members.iter().any(|(name, argument)| match (name.as_str(), argument) {
            ("Fn::ImportValue", _) => resolve(argument, scope).is_ok_and(|name| name == export),
            ("Fn::If", Value::Array(parts)) if parts.len() == 3 => {
                let holds = parts[0].as_str().and_then(|name| scope.conditions.get(name));
                holds.is_some_and(|holds| uses(&parts[if *holds { 1 } else { 2 }], export, scope))
            }
            _ => uses(argument, export, scope),
        }),
        _ => false,
    }
}
