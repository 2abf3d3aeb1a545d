//! DescribeChangeSet and ListChangeSets.

use super::compare::{Action, Change, Replacement};
use super::property::Detail;
use super::{ChangeSet, Status, named};
use crate::services::cloudformation::stack::OnFailure;
use crate::services::cloudformation::{describe, existing, list};
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

pub(in crate::services::cloudformation) fn describe_change_set(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let values = params.flag("IncludePropertyValues") == Some(true);
    let set = named(world, region, params)?;
    let told = set.status == Status::CreateComplete;
    let changes = set.outcome.iter().flatten().filter(|_| told);
    let (page, next) = list::cut(changes.map(|change| change_xml(change, values)), params)?;
    let mut members = summary_xml(set);
    members.push(Xml::list("Changes", "member", page));
    members.extend(next);
    members.extend(describe::blueprint_xml(&set.blueprint));
    members.push(Xml::new("RollbackConfiguration"));
    members.push(Xml::texts("NotificationARNs", "member", set.wish.notification_arns.iter().flatten()));
    members.push(Xml::texts("Capabilities", "member", &set.blueprint.capabilities));
    members.extend(set.wish.on_failure.map(|wish| {
        let name = match wish {
            OnFailure::Rollback => "ROLLBACK",
            OnFailure::Delete => "DELETE",
            OnFailure::DoNothing => "DO_NOTHING",
        };
        Xml::text("OnStackFailure", name)
    }));
    Ok(Answer::Xml(members))
}

/// Oldest first (U).
pub(in crate::services::cloudformation) fn list_change_sets(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = existing(world, region, params.required("StackName")?)?;
    let sets = world.region(region).cloudformation.change_sets.values();
    let mut sets: Vec<&ChangeSet> =
        sets.filter(|set| set.stack == key.id && !set.execution.begun()).collect();
    sets.sort_by_key(|set| (set.created, &set.name));
    list::page("Summaries", sets.into_iter().map(summary_xml), params)
}

fn summary_xml(set: &ChangeSet) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("ChangeSetName", &set.name),
        Xml::text("ChangeSetId", &set.id),
        Xml::text("StackId", &set.stack),
        Xml::text("StackName", &set.stack_name),
        Xml::text("CreationTime", set.created.iso()),
        Xml::text("ExecutionStatus", set.execution.name()),
        Xml::text("Status", set.status.name()),
        Xml::text("IncludeNestedStacks", set.wish.nested),
        Xml::text("ImportExistingResources", set.wish.imports),
    ];
    members.extend(set.description.as_ref().map(|text| Xml::text("Description", text)));
    if let (Status::Failed, Err(reason)) = (set.status, &set.outcome) {
        members.push(Xml::text("StatusReason", reason));
    }
    members
}

fn change_xml(change: &Change, values: bool) -> Vec<Xml> {
    let action = match change.action {
        Action::Add => "Add",
        Action::Modify => "Modify",
        Action::Remove => "Remove",
    };
    let mut members = vec![
        Xml::text("Action", action),
        Xml::text("LogicalResourceId", &change.logical_id),
        Xml::text("ResourceType", change.kind),
        Xml::texts("Scope", "member", change.scope()),
        Xml::list("Details", "member", change.details.iter().map(|detail| detail_xml(detail, values))),
    ];
    if !change.physical_id.is_empty() {
        members.push(Xml::text("PhysicalResourceId", &change.physical_id));
    }
    members.extend(change.policy.map(|policy| Xml::text("PolicyAction", policy)));
    members.extend(change.replacement.map(|replacement| {
        let name = match replacement {
            Replacement::True => "True",
            Replacement::False => "False",
            Replacement::Conditional => "Conditional",
        };
        Xml::text("Replacement", name)
    }));
    if values {
        members.extend(change.before.as_ref().map(|context| Xml::text("BeforeContext", context)));
        members.extend(change.after.as_ref().map(|context| Xml::text("AfterContext", context)));
    }
    vec![Xml::text("Type", "Resource"), Xml::new("ResourceChange").children(members)]
}

fn detail_xml(detail: &Detail, values: bool) -> Vec<Xml> {
    let mut target = vec![
        Xml::text("Attribute", detail.attribute),
        Xml::text("RequiresRecreation", if detail.recreates { "Always" } else { "Never" }),
    ];
    target.extend(detail.name.as_ref().map(|name| Xml::text("Name", name)));
    if values {
        if let Some(name) = &detail.name {
            target.push(Xml::text("Path", format!("/Properties/{name}")));
        }
        let kind = match (&detail.before, &detail.after) {
            (None, Some(_)) => "Add",
            (Some(_), None) => "Remove",
            _ => "Modify",
        };
        target.push(Xml::text("AttributeChangeType", kind));
        target.extend(detail.before.as_ref().map(|value| Xml::text("BeforeValue", value)));
        target.extend(detail.after.as_ref().map(|value| Xml::text("AfterValue", value)));
    }
    let mut members = vec![
        Xml::new("Target").children(target),
        Xml::text("Evaluation", if detail.dynamic { "Dynamic" } else { "Static" }),
        Xml::text("ChangeSource", detail.source),
    ];
    members.extend(detail.cause.as_ref().map(|cause| Xml::text("CausingEntity", cause)));
    members
}
