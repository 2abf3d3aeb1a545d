//! DescribeStacks, DescribeStackEvents, DescribeStackResource and DescribeStackResources.

use super::list::page;
use super::stack::{Blueprint, Event, OnFailure, Resource, Stack};
use super::{described, invalid, stack};
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

/// NoEcho parameters read as this.
pub(super) const HIDDEN: &str = "****";

pub(super) fn describe_stacks(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    if let Some(name) = params.get("StackName") {
        let key = described(world, region, name)?;
        let stacks = stack(world, &key).map(|stack| xml(stack));
        return Ok(Answer::Xml(vec![Xml::list("Stacks", "member", stacks)]));
    }
    let mut stacks: Vec<&Stack> =
        world.region(region).cloudformation.stacks.values().filter(|stack| stack.deleted.is_none()).collect();
    stacks.sort_by_key(|stack| std::cmp::Reverse(stack.created));
    page("Stacks", stacks.into_iter().map(xml), params)
}

fn xml(stack: &Stack) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("StackId", &stack.id),
        Xml::text("StackName", &stack.name),
        Xml::text("CreationTime", stack.created.iso()),
        Xml::text("StackStatus", stack.status.name()),
        Xml::text("DisableRollback", stack.on_failure == OnFailure::DoNothing),
        Xml::text("EnableTerminationProtection", stack.termination_protection),
        Xml::text("RetainExceptOnCreate", stack.retain_except_on_create),
        Xml::new("DriftInformation").child(Xml::text("StackDriftStatus", "NOT_CHECKED")),
        Xml::new("RollbackConfiguration"),
        Xml::texts("NotificationARNs", "member", &stack.notification_arns),
        Xml::texts("Capabilities", "member", &stack.blueprint.capabilities),
        Xml::new("DeploymentConfig")
            .child(Xml::text("Mode", if stack.express { "EXPRESS" } else { "STANDARD" })),
    ];
    let template = &stack.blueprint.template;
    members.extend(template.description.as_ref().map(|text| Xml::text("Description", text)));
    members.extend(stack.reason.as_ref().map(|reason| Xml::text("StackStatusReason", reason)));
    members.extend(stack.detailed.map(|detailed| Xml::text("DetailedStatus", detailed)));
    members.extend(stack.updated.map(|at| Xml::text("LastUpdatedTime", at.iso())));
    members.extend(stack.deleted.map(|at| Xml::text("DeletionTime", at.iso())));
    members.extend(stack.timeout_minutes.map(|minutes| Xml::text("TimeoutInMinutes", minutes)));
    members.extend(stack.change_set.as_ref().map(|id| Xml::text("ChangeSetId", id)));
    members.extend(stack.role_arn.as_ref().map(|arn| Xml::text("RoleARN", arn)));
    members.extend(stack.deletion_mode.as_ref().map(|mode| Xml::text("DeletionMode", mode)));
    members.extend(blueprint_xml(&stack.blueprint));
    if !stack.outputs.is_empty() {
        let outputs = stack.outputs.iter().map(|output| {
            let mut members =
                vec![Xml::text("OutputKey", &output.key), Xml::text("OutputValue", &output.value)];
            members.extend(output.description.as_ref().map(|text| Xml::text("Description", text)));
            members.extend(output.export.as_ref().map(|name| Xml::text("ExportName", name)));
            members
        });
        members.push(Xml::list("Outputs", "member", outputs));
    }
    members
}

/// Parameters and tags.
pub(super) fn blueprint_xml(blueprint: &Blueprint) -> Vec<Xml> {
    let mut members = Vec::new();
    if !blueprint.parameters.is_empty() {
        let parameters = blueprint.parameters.iter().map(|(name, value)| {
            let value = if blueprint.template.hides(name) { HIDDEN } else { value };
            vec![Xml::text("ParameterKey", name), Xml::text("ParameterValue", value)]
        });
        members.push(Xml::list("Parameters", "member", parameters));
    }
    let tags = blueprint.tags.iter();
    let tags = tags.map(|(key, value)| vec![Xml::text("Key", key), Xml::text("Value", value)]);
    members.push(Xml::list("Tags", "member", tags));
    members
}

/// Newest first.
pub(super) fn describe_stack_events(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let name = params.required("StackName")?;
    // Unlike the others this operation names the stack in brackets.
    let key =
        described(world, region, name).map_err(|_| invalid(format!("Stack [{name}] does not exist")))?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    page("StackEvents", stack.events.iter().rev().map(|event| event_xml(stack, event)), params)
}

fn event_xml(stack: &Stack, event: &Event) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("StackId", &stack.id),
        Xml::text("EventId", &event.id),
        Xml::text("StackName", &stack.name),
        Xml::text("LogicalResourceId", &event.logical_id),
        Xml::text("PhysicalResourceId", &event.physical_id),
        Xml::text("ResourceType", event.kind),
        Xml::text("Timestamp", event.at.iso()),
        Xml::text("ResourceStatus", event.status),
    ];
    members.extend(event.reason.as_ref().map(|reason| Xml::text("ResourceStatusReason", reason)));
    members.extend(event.detailed.map(|detailed| Xml::text("DetailedStatus", detailed)));
    members.extend(event.properties.as_ref().map(|text| Xml::text("ResourceProperties", text)));
    members.extend(event.token.as_ref().map(|token| Xml::text("ClientRequestToken", token)));
    members
}

pub(super) fn describe_stack_resource(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = existing_for_resource(world, region, params.required("StackName")?)?;
    let name = params.required("LogicalResourceId")?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let Some(resource) = stack.resources.get(name) else {
        return Err(invalid(format!("Resource {name} does not exist for stack {}", stack.name)));
    };
    let mut members = resource_xml(stack, resource, "LastUpdatedTimestamp");
    members.extend(resource.metadata.as_ref().map(|metadata| Xml::text("Metadata", metadata)));
    Ok(Answer::Xml(vec![Xml::new("StackResourceDetail").children(members)]))
}

fn existing_for_resource(world: &mut World, region: &str, name: &str) -> Result<super::Key, AwsError> {
    described(world, region, name).map_err(|_| invalid(format!("Stack '{name}' does not exist")))
}

pub(super) fn describe_stack_resources(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = match (params.get("StackName"), params.get("PhysicalResourceId")) {
        (Some(name), None) => described(world, region, name)?,
        (None, Some(physical_id)) => {
            let owns = |stack: &&Stack| {
                stack.deleted.is_none()
                    && stack.resources.values().any(|resource| resource.physical_id == physical_id)
            };
            let owner = world.region(region).cloudformation.stacks.values().find(owns);
            let Some(owner) = owner else {
                return Err(invalid(format!("Stack for {physical_id} does not exist")));
            };
            super::Key { region: region.to_owned(), id: owner.id.clone() }
        }
        (Some(_), Some(_)) => {
            return Err(invalid("Either StackName or PhysicalResourceId can be specified, not both"));
        }
        (None, None) => return Err(invalid("You must specify StackName or PhysicalResourceId")),
    };
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let wanted = params.get("LogicalResourceId");
    let resources = listed(stack)
        .filter(|resource| wanted.is_none_or(|name| name == resource.logical_id))
        .map(|resource| resource_xml(stack, resource, "Timestamp"))
        .collect::<Vec<_>>();
    if let Some(name) = wanted.filter(|_| resources.is_empty()) {
        return Err(invalid(format!("Resource {name} does not exist for stack {}", stack.name)));
    }
    Ok(Answer::Xml(vec![Xml::list("StackResources", "member", resources)]))
}

/// The resources that the stack has, and those that an update is removing.
pub(super) fn listed(stack: &Stack) -> impl Iterator<Item = &Resource> {
    let removed =
        stack.leftovers.values().filter(|leftover| !stack.resources.contains_key(&leftover.logical_id));
    stack.resources.values().chain(removed)
}

fn resource_xml(stack: &Stack, resource: &Resource, timestamp: &str) -> Vec<Xml> {
    let mut members = vec![Xml::text("StackName", &stack.name), Xml::text("StackId", &stack.id)];
    members.extend(summary_xml(resource, timestamp));
    members
}

pub(super) fn summary_xml(resource: &Resource, timestamp: &str) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("LogicalResourceId", &resource.logical_id),
        Xml::text("ResourceType", resource.kind.name),
        Xml::text(timestamp, resource.at.iso()),
        Xml::text("ResourceStatus", resource.status.name()),
        Xml::new("DriftInformation").child(Xml::text("StackResourceDriftStatus", "NOT_CHECKED")),
    ];
    if !resource.physical_id.is_empty() {
        members.push(Xml::text("PhysicalResourceId", &resource.physical_id));
    }
    members.extend(resource.reason.as_ref().map(|reason| Xml::text("ResourceStatusReason", reason)));
    members
}
