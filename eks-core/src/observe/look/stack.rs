//! CloudFormation stacks.

use std::collections::BTreeMap;

use aws_sdk_cloudformation::types::{self, StackStatus as Status};
use futures_util::future::{try_join, try_join_all};
use serde_json::Value;

use super::{patiently, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{Observed, Seen, StackResource, StackState, StackStatus, is_eksctl_stack};
use crate::plan::tag;

/// One stack, by name or ARN. `with_spec`: also the spec in its template, unless `earlier` has it.
///
/// One call where one tells enough: of a stack that is being created its resources, until none of them is under
/// way or one tells of trouble; of any other stack itself, and its resources if they are not known.
pub(super) async fn look(
    wire: &Wire,
    name: &str,
    with_spec: bool,
    earlier: Option<&StackState>,
) -> Result<Seen<StackState>, Refusal> {
    let mut fresh = None;
    if let Some(earlier) = earlier.filter(|earlier| earlier.status == StackStatus::Creating && !with_spec) {
        let resources = resources(wire, &earlier.id).await?;
        if is_under_way(&resources) {
            return Ok(Seen::Present(StackState { resources, ..earlier.clone() }));
        }
        fresh = Some((earlier.id.clone(), resources));
    }
    // The spec of a stack that was there is asked for at the same time.
    let (stack, mut intent) = match earlier.filter(|earlier| with_spec && earlier.spec.is_none()) {
        Some(earlier) => {
            let (stack, intent) =
                try_join(patiently(|| describe(wire, name)), patiently(|| spec(wire, &earlier.id))).await?;
            (stack, intent.map(|intent| (earlier.id.clone(), intent)))
        }
        None => (describe(wire, name).await?, None),
    };
    let Some(stack) = stack else { return Ok(Seen::Absent) };
    let mut stack = match fresh {
        // The same stack, described a moment later: what was at rest then is at rest now.
        Some((id, resources)) if id == stack.id && !resources.is_empty() => StackState { resources, ..stack },
        _ => with_resources(wire, stack, earlier).await?,
    };
    // The same stack: its intent was read once.
    let read = earlier.and_then(|earlier| {
        let intent = Intent { spec: earlier.spec.clone()?, names: earlier.names.clone() };
        Some((earlier.id.clone(), intent))
    });
    intent = intent.or(read).filter(|(id, _)| *id == stack.id);
    let intent = match intent {
        Some((_, intent)) => Some(intent),
        None if with_spec => spec(wire, &stack.id).await?,
        None => None,
    };
    if let Some(Intent { spec, names }) = intent {
        (stack.spec, stack.names) = (Some(spec), names);
    }
    Ok(Seen::Present(stack))
}

/// Whether a stack with these resources is being created and nothing has gone wrong with it so far.
fn is_under_way(resources: &BTreeMap<String, StackResource>) -> bool {
    let mut states = resources.values().map(|resource| resource.status.as_str());
    states.all(|status| matches!(status, "CREATE_IN_PROGRESS" | "CREATE_COMPLETE"))
        && resources.values().any(|resource| resource.status == "CREATE_IN_PROGRESS")
}

/// Every stack of a node group of `cluster` whose name begins with `prefix`, by the group's logical name; and the one of
/// its identity.
pub(super) async fn below(
    wire: &Wire,
    prefix: &str,
    cluster: &str,
    last: &Observed,
) -> Result<(BTreeMap<String, StackState>, Seen<StackState>), Refusal> {
    let call = Service::CloudFormation.read("ListStacks", "");
    let pages = wire.cloudformation().list_stacks().set_stack_status_filter(Some(living())).into_paginator();
    let pages = wire.pages(&call, || pages.send()).await?;
    let ids = pages
        .into_iter()
        .filter_map(|page| page.stack_summaries)
        .flatten()
        .filter(|stack| stack.stack_name.as_deref().is_some_and(|name| name.starts_with(prefix)))
        .filter_map(|stack| stack.stack_id);
    let ours = try_join_all(ids.map(|id| async move {
        let Some(stack) = patiently(|| describe(wire, &id)).await? else { return Ok(None) };
        let group = stack.tags.get(tag::NODE_GROUP).cloned();
        if group.is_none() && !stack.tags.contains_key(tag::IDENTITY) {
            return Ok(None);
        }
        if stack.tags.get(tag::CLUSTER).is_none_or(|owner| owner != cluster) {
            return Ok(None);
        }
        let earlier = match &group {
            Some(group) => last.node_group_stacks.get(group).and_then(Seen::present),
            None => last.identity_stack.present(),
        };
        let stack = with_resources(wire, stack, earlier).await?;
        Ok(Some((group, stack)))
    }))
    .await?;
    let mut identity = Seen::Absent;
    let mut groups = BTreeMap::new();
    for (group, stack) in ours.into_iter().flatten() {
        match group {
            Some(group) => drop(groups.insert(group, stack)),
            None => identity = Seen::Present(stack),
        }
    }
    Ok((groups, identity))
}

/// Adds the resources: those it had, if it is at rest and was at rest like that before, or is being deleted:
/// which of them are gone already is nothing to go by.
async fn with_resources(
    wire: &Wire,
    stack: StackState,
    earlier: Option<&StackState>,
) -> Result<StackState, Refusal> {
    let unchanged = earlier.filter(|earlier| {
        // Stack and resources are two answers: a stack may have become complete between them.
        let at_rest = stack.status == StackStatus::Complete
            && stack.status_name == earlier.status_name
            && earlier.resources.values().all(StackResource::is_complete);
        let known = at_rest || stack.status == StackStatus::Deleting;
        known && stack.id == earlier.id && !earlier.resources.is_empty()
    });
    let resources = match unchanged {
        Some(earlier) => earlier.resources.clone(),
        None => patiently(|| resources(wire, &stack.id)).await?,
    };
    Ok(StackState { resources, ..stack })
}

/// A stack without its resources; `None` if it does not exist or is deleted. Described by ARN, a deleted
/// stack answers for 90 days (facts/aws.md §2.8).
async fn describe(wire: &Wire, name: &str) -> Result<Option<StackState>, Refusal> {
    let call = Service::CloudFormation.read("DescribeStacks", format!("stack {name}"));
    let pages = || wire.cloudformation().describe_stacks().stack_name(name).into_paginator().send();
    let Seen::Present(pages) = seen(wire.pages(&call, pages).await)? else { return Ok(None) };
    let Some(stack) = pages.into_iter().filter_map(|page| page.stacks).flatten().next() else {
        return Ok(None);
    };
    state(&call, stack)
}

/// Every stack that eksctl made for the cluster, by name (facts/eksctl.md §2.9).
pub(super) async fn of_eksctl(
    wire: &Wire,
    cluster: &str,
    last: &Observed,
) -> Result<BTreeMap<String, StackState>, Refusal> {
    let stacks = patiently(|| every(wire)).await?.into_iter().filter(|stack| is_eksctl_stack(cluster, stack));
    let stacks = stacks.map(|stack| async move {
        let earlier = last.eksctl_stacks.as_ref().and_then(|known| known.get(&stack.name)?.present());
        with_resources(wire, stack, earlier).await
    });
    let stacks = try_join_all(stacks).await?;
    Ok(stacks.into_iter().map(|stack| (stack.name.clone(), stack)).collect())
}

/// Every stack with our tag that is not deleted, without its resources.
pub(super) async fn all(wire: &Wire) -> Result<Vec<StackState>, Refusal> {
    let is_ours = |stack: &StackState| stack.tags.contains_key(tag::CLUSTER);
    Ok(every(wire).await?.into_iter().filter(is_ours).collect())
}

/// Every stack that is not deleted, without its resources: a list has no tags, this has.
async fn every(wire: &Wire) -> Result<Vec<StackState>, Refusal> {
    let call = Service::CloudFormation.read("DescribeStacks", "");
    let pages = wire.pages(&call, || wire.cloudformation().describe_stacks().into_paginator().send()).await?;
    let stacks = pages.into_iter().filter_map(|page| page.stacks).flatten();
    let states = stacks.map(|stack| state(&call, stack)).collect::<Result<Vec<_>, _>>()?;
    Ok(states.into_iter().flatten().collect())
}

/// `None` if it is deleted.
fn state(call: &Call, stack: types::Stack) -> Result<Option<StackState>, Refusal> {
    let status_name = stack.stack_status.as_ref().map(Status::as_str).unwrap_or_default();
    if status_name == "DELETE_COMPLETE" {
        return Ok(None);
    }
    let status = status(call, Some(status_name), StackStatus::from_name)?;
    let status_name = status_name.to_owned();
    Ok(Some(StackState {
        name: stack.stack_name.unwrap_or_default(),
        id: stack.stack_id.unwrap_or_default(),
        status,
        status_name,
        reason: stack.stack_status_reason,
        protected: stack.enable_termination_protection.unwrap_or_default(),
        tags: stack.tags.into_iter().flatten().filter_map(|tag| tag.key.zip(tag.value)).collect(),
        outputs: stack
            .outputs
            .into_iter()
            .flatten()
            .filter_map(|output| output.output_key.zip(output.output_value))
            .collect(),
        resources: BTreeMap::new(),
        spec: None,
        names: None,
        created_at: stack.creation_time.and_then(|time| time.to_millis().ok()).unwrap_or_default(),
    }))
}

/// At most 100, which is what one answer has and our largest template does not reach.
async fn resources(wire: &Wire, name: &str) -> Result<BTreeMap<String, StackResource>, Refusal> {
    let call = Service::CloudFormation.read("DescribeStackResources", format!("stack {name}"));
    let request = || wire.cloudformation().describe_stack_resources().stack_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(BTreeMap::new()) };
    Ok(answer.stack_resources.into_iter().flatten().filter_map(resource).collect())
}

fn resource(resource: types::StackResource) -> Option<(String, StackResource)> {
    let state = StackResource {
        physical_id: resource.physical_resource_id.filter(|id| !id.is_empty()),
        status: resource.resource_status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
        reason: resource.resource_status_reason,
    };
    Some((resource.logical_resource_id?, state))
}

async fn spec(wire: &Wire, name: &str) -> Result<Option<Intent>, Refusal> {
    Ok(template(wire, name).await?.as_deref().and_then(intent_in))
}

/// The template as it was given; `None` if there is no such stack.
pub(super) async fn template(wire: &Wire, name: &str) -> Result<Option<String>, Refusal> {
    let call = Service::CloudFormation.read("GetTemplate", format!("stack {name}"));
    let request = || wire.cloudformation().get_template().stack_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(None) };
    Ok(answer.template_body)
}

/// What the metadata of a template of ours says that it was made for, as JSON text.
#[derive(Debug, PartialEq)]
pub(super) struct Intent {
    pub(super) spec: String,
    /// The names of what was replaced, if anything was.
    pub(super) names: Option<String>,
}

/// The intent in a template's metadata; `None` if the template is not ours.
pub(super) fn intent_in(template: &str) -> Option<Intent> {
    let template: Value = serde_json::from_str(template).ok()?;
    let metadata = template.get("Metadata")?.get("EksLifecycle")?;
    let text = |member: &str| {
        Some(match metadata.get(member)? {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        })
    };
    Some(Intent { spec: text("spec")?, names: text("names") })
}

/// Every status but `DELETE_COMPLETE`, whose stacks are listed for 90 days.
pub(super) fn living() -> Vec<Status> {
    Status::values()
        .iter()
        .filter(|name| **name != "DELETE_COMPLETE")
        .map(|name| Status::from(*name))
        .collect()
}
