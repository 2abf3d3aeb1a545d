//! UpdateStack.

use std::collections::BTreeMap;

use super::intrinsic::resolve;
use super::operation::{Manner, Phase};
use super::stack::{Blueprint, OnFailure, Stable};
use super::template::Template;
use super::{Key, change_set, create, existing, invalid, parameter, provision, scope, stack, tags};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(super) fn update_stack(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let disabled = create::rollback_disabled(params);
    let Some(old) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let failed = old.status.failed();
    // A stack that failed with rollback disabled is updated in the same way (facts/aws.md §2.8).
    let may = old.status.updatable() || failed && disabled;
    if !may {
        return Err(old.busy());
    }
    let (name, old) = (old.name.clone(), old.blueprint.clone());
    let blueprint = proposed(world, region, &old, params, create::check_capabilities)?;
    if !failed && !changes(world, &key, &blueprint)? {
        return Err(invalid("No updates are to be performed."));
    }
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(region).cloudformation.take_token(&name, token.as_deref())?;
    change_set::outdate(world, &key);
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    if let Some(role) = params.get("RoleARN") {
        stack.role_arn = Some(role.to_owned());
    }
    if let Some(retain) = params.flag("RetainExceptOnCreate") {
        stack.retain_except_on_create = retain;
    }
    let manner =
        Manner { token, express: create::express(params), rolls_back: !disabled, ..Manner::default() };
    start(world, &key, blueprint, manner);
    Ok(create::started(&key))
}

/// The blueprint that a request makes of `old`, which is the stack's.
pub(super) fn proposed(
    world: &mut World,
    region: &str,
    old: &Blueprint,
    params: &Params,
    check: fn(&Template, &[String]) -> Result<(), AwsError>,
) -> Result<Blueprint, AwsError> {
    let template = if params.flag("UsePreviousTemplate") == Some(true) {
        Template::clone(&old.template)
    } else {
        Template::parse(create::body(params)?)?
    };
    let parameters = parameter::bind(&template.parameters, params, &old.parameters)?;
    let capabilities = create::capabilities(params);
    check(&template, &capabilities)?;
    check_kinds(&old.template, &template)?;
    let tags = create::tags(params).unwrap_or_else(|| old.tags.clone());
    let draft = scope::draft(template, parameters, tags, capabilities);
    scope::complete(world, region, draft)
}

/// Begins to make the stack what `blueprint` says.
pub(super) fn start(world: &mut World, key: &Key, blueprint: Blueprint, manner: Manner) {
    let now = world.now();
    let Some(stack) = stack(world, key) else { return };
    let old = std::mem::replace(&mut stack.blueprint, blueprint);
    if stack.stable.is_none() && stack.ever_complete {
        stack.stable = Some(Stable { blueprint: old, resources: stack.resources.clone() });
    }
    stack.updated = Some(now);
    stack.on_failure = if manner.rolls_back { OnFailure::Rollback } else { OnFailure::DoNothing };
    provision::begin(world, key, Phase::Update, manner);
}

/// A logical id keeps its type.
fn check_kinds(old: &Template, new: &Template) -> Result<(), AwsError> {
    let changed: Vec<&str> = new
        .resources
        .iter()
        .filter(|(name, definition)| {
            old.resources.get(*name).is_some_and(|old| old.kind.name != definition.kind.name)
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let names = changed.join(", ");
    Err(invalid(format!(
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [{names}]"
    )))
}

/// Whether the blueprint asks for anything that the stack is not. Metadata and descriptions alone do not
/// count: CloudFormation takes them along only with a change of a resource, an output or a tag.
pub(super) fn changes(world: &mut World, key: &Key, blueprint: &Blueprint) -> Result<bool, AwsError> {
    let scope = scope::of(world, key, blueprint);
    let Some(stack) = stack(world, key) else { return Ok(false) };
    if stack.blueprint.tags != blueprint.tags {
        return Ok(true);
    }
    let active: Vec<&String> = blueprint.active().collect();
    if stack.resources.len() != active.len() {
        return Ok(true);
    }
    let existing: BTreeMap<_, _> = stack.resources.clone();
    for name in active {
        let definition = &blueprint.template.resources[name];
        let Some(resource) = existing.get(name) else { return Ok(true) };
        // What refers to a resource that is not there yet is a change.
        let Ok(properties) = resolve(&definition.properties, &scope) else { return Ok(true) };
        let tags = tags::of(stack, definition.kind.tagging, name, &properties);
        if resource.applied.properties != properties || resource.applied.tags != tags {
            return Ok(true);
        }
        if (resource.retain, resource.retain_replaced) != (definition.retain, definition.retain_replaced) {
            return Ok(true);
        }
    }
    let outputs = &blueprint.template.outputs;
    let wanted = outputs.iter().filter(|(_, output)| blueprint.holds(&output.condition));
    let mut kept = 0;
    for (name, definition) in wanted {
        let Some(old) = stack.outputs.iter().find(|old| old.key == *name) else { return Ok(true) };
        let value = resolve(&definition.value, &scope).ok();
        let same =
            value.is_some_and(|value| value.as_str().map_or(value.to_string(), str::to_owned) == old.value);
        if !same || definition.export.is_some() != old.export.is_some() {
            return Ok(true);
        }
        kept += 1;
    }
    Ok(kept != stack.outputs.len())
}
