//! UpdateStack.

use std::collections::BTreeMap;

use super::intrinsic::resolve;
use super::operation::{Manner, Phase};
use super::stack::{Blueprint, OnFailure, Stable, StackStatus};
use super::template::Template;
use super::{Key, create, existing, invalid, parameter, provision, scope, stack, tags};
use crate::wire::{Answer, AwsError, Params};
use crate::world::World;

pub(super) fn update_stack(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let disabled = params.flag("DisableRollback") == Some(true)
        || params.flag("DeploymentConfig.DisableRollback") == Some(true);
    let Some(old) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let failed = matches!(old.status, StackStatus::CreateFailed | StackStatus::UpdateFailed);
    // A stack that failed with rollback disabled is updated in the same way (facts/aws.md §2.8).
    let may = updatable(old.status) || failed && disabled;
    if !may {
        return Err(old.busy());
    }
    let (name, old) = (old.name.clone(), old.blueprint.clone());
    let template = if params.flag("UsePreviousTemplate") == Some(true) {
        Template::clone(&old.template)
    } else {
        Template::parse(create::body(params)?)?
    };
    let parameters = parameter::bind(&template.parameters, params, &old.parameters)?;
    let capabilities = create::capabilities(params);
    create::check_capabilities(&template, &capabilities)?;
    check_kinds(&old.template, &template)?;
    let tags = create::tags(params).unwrap_or_else(|| old.tags.clone());
    let draft = scope::draft(template, parameters, tags, capabilities);
    let blueprint = scope::complete(world, region, draft)?;
    if !failed && !changes(world, &key, &blueprint)? {
        return Err(invalid("No updates are to be performed."));
    }
    let token = params.get("ClientRequestToken").map(str::to_owned);
    world.region(region).cloudformation.take_token(&name, token.as_deref())?;
    let now = world.now();
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    if stack.stable.is_none() && stack.ever_complete {
        stack.stable = Some(Stable { blueprint: old, resources: stack.resources.clone() });
    }
    stack.blueprint = blueprint;
    stack.updated = Some(now);
    stack.on_failure = if disabled { OnFailure::DoNothing } else { OnFailure::Rollback };
    if let Some(retain) = params.flag("RetainExceptOnCreate") {
        stack.retain_except_on_create = retain;
    }
    if let Some(role) = params.get("RoleARN") {
        stack.role_arn = Some(role.to_owned());
    }
    let manner =
        Manner { token, express: create::express(params), rolls_back: !disabled, ..Manner::default() };
    provision::begin(world, &key, Phase::Update, manner);
    Ok(create::started(&key))
}

fn updatable(status: StackStatus) -> bool {
    matches!(
        status,
        StackStatus::CreateComplete | StackStatus::UpdateComplete | StackStatus::UpdateRollbackComplete
    )
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
fn changes(world: &mut World, key: &Key, blueprint: &Blueprint) -> Result<bool, AwsError> {
    let mut scope = scope::scope(world, key);
    scope.parameters = blueprint
        .parameters
        .iter()
        .filter_map(|(name, text)| Some((name.clone(), blueprint.template.parameters.get(name)?.value(text))))
        .collect();
    scope.mappings = blueprint.template.mappings.clone();
    scope.extended = blueprint.template.extended();
    scope.conditions = blueprint.conditions.clone();
    scope.zones = blueprint.zones.clone();
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
