//! ListStacks, ListStackResources and ListExports; paging.

use super::describe::{listed, summary_xml};
use super::stack::{Stack, StackStatus};
use super::{REMEMBERED, described, invalid, stack};
use crate::wire::{Answer, AwsError, Params, Xml};
use crate::world::World;

/// Members on a page.
const PAGE: usize = 100;

/// One page of `members`, from the request's token on.
pub(super) fn page(
    name: &str,
    members: impl Iterator<Item = Vec<Xml>>,
    params: &Params,
) -> Result<Answer, AwsError> {
    let (page, next) = cut(members, params)?;
    Ok(Answer::Xml([Xml::list(name, "member", page)].into_iter().chain(next).collect()))
}

/// One page of `names`.
pub(super) fn names(
    name: &str,
    names: impl IntoIterator<Item = String>,
    params: &Params,
) -> Result<Answer, AwsError> {
    let (page, next) = cut(names.into_iter(), params)?;
    Ok(Answer::Xml([Xml::texts(name, "member", page)].into_iter().chain(next).collect()))
}

/// The members of the page that the request asks for, and the token of the next.
pub(super) fn cut<T>(
    members: impl Iterator<Item = T>,
    params: &Params,
) -> Result<(Vec<T>, Option<Xml>), AwsError> {
    let from = match params.get("NextToken") {
        None => 0,
        Some(token) => token.parse().map_err(|_| invalid(format!("Invalid token: {token}")))?,
    };
    let mut members = members.skip(from).peekable();
    let page = members.by_ref().take(PAGE).collect();
    Ok((page, members.peek().is_some().then(|| Xml::text("NextToken", from + PAGE))))
}

pub(super) fn list_stacks(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let filter = params.list("StackStatusFilter.member");
    if let Some(unknown) = filter.iter().find(|name| !StackStatus::is_name(name)) {
        return Err(invalid(format!(
            "1 validation error detected: Value '[{unknown}]' at 'stackStatusFilter' failed to satisfy constraint: \
             Member must satisfy constraint: [Member must satisfy enum value set]"
        )));
    }
    let now = world.now();
    let mut stacks: Vec<&Stack> = world
        .region(region)
        .cloudformation
        .stacks
        .values()
        .filter(|stack| stack.deleted.is_none_or(|deleted| now.since(deleted) < REMEMBERED))
        .filter(|stack| filter.is_empty() || filter.contains(&stack.status.name()))
        .collect();
    stacks.sort_by_key(|stack| std::cmp::Reverse(stack.created));
    page("StackSummaries", stacks.into_iter().map(stack_xml), params)
}

fn stack_xml(stack: &Stack) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("StackId", &stack.id),
        Xml::text("StackName", &stack.name),
        Xml::text("CreationTime", stack.created.iso()),
        Xml::text("StackStatus", stack.status.name()),
        Xml::new("DriftInformation").child(Xml::text("StackDriftStatus", "NOT_CHECKED")),
    ];
    let description = stack.blueprint.template.description.as_ref();
    members.extend(description.map(|text| Xml::text("TemplateDescription", text)));
    members.extend(stack.reason.as_ref().map(|reason| Xml::text("StackStatusReason", reason)));
    members.extend(stack.updated.map(|at| Xml::text("LastUpdatedTime", at.iso())));
    members.extend(stack.deleted.map(|at| Xml::text("DeletionTime", at.iso())));
    members
}

pub(super) fn list_stack_resources(
    world: &mut World,
    region: &str,
    params: &Params,
) -> Result<Answer, AwsError> {
    let key = described(world, region, params.required("StackName")?)?;
    let Some(stack) = stack(world, &key) else { return Err(invalid("the stack is gone")) };
    let resources = listed(stack).map(|resource| summary_xml(resource, "LastUpdatedTimestamp"));
    page("StackResourceSummaries", resources, params)
}

pub(super) fn list_exports(world: &mut World, region: &str, params: &Params) -> Result<Answer, AwsError> {
    let exports = world.region(region).cloudformation.exports.iter().map(|(name, export)| {
        vec![
            Xml::text("ExportingStackId", &export.stack),
            Xml::text("Name", name),
            Xml::text("Value", &export.value),
        ]
    });
    page("Exports", exports, params)
}
