//! How a stack of ours stands on the way to being there: one table for create and delete.

use super::draft::{Draft, Stand};
use super::request::{DeleteStack, Request, UpdateStack};
use super::step::StepKind;
use crate::observe::{Issue, StackResource, StackState, StackStatus};

/// One table for every status that a stack can have (facts/aws.md §2.8). `usable`: what is wanted of one that is
/// not whole yet is there; `lacking`: what is wanted of a whole one and is not there.
pub(super) fn stack_stand(
    draft: &Draft<'_>,
    action: &StepKind,
    stack: &StackState,
    usable: bool,
    lacking: &[&str],
) -> Stand {
    let step = action.id();
    let sent = |request| draft.recent.has_sent(&step, request);
    match stack.status {
        StackStatus::Complete if lacking.is_empty() => Stand::Done,
        // Its resources were seen at an earlier moment than its status.
        StackStatus::Complete if !stack.resources.values().all(StackResource::is_complete) => Stand::Running,
        StackStatus::Complete => Stand::Failed(vec![Issue {
            code: stack.status_name.clone(),
            message: format!("the stack is complete and has no {}", lacking.join(", no ")),
            resources: vec![stack.id.clone()],
        }]),
        StackStatus::Creating | StackStatus::Updating if usable => Stand::Done,
        StackStatus::Creating | StackStatus::Updating | StackStatus::RollingBack | StackStatus::Deleting => {
            Stand::Running
        }
        // A create that failed is mended by an update with rollback disabled: once for each call.
        StackStatus::CreateFailed | StackStatus::UpdateFailed
            if !sent("createStack") && !sent("updateStack") =>
        {
            Stand::Todo(Request::UpdateStack(UpdateStack {
                name: stack.name.clone(),
                template: None,
                tags: stack.tags.clone(),
                disable_rollback: true,
            }))
        }
        StackStatus::CreateFailed | StackStatus::UpdateFailed => Stand::Failed(stack_issues(stack)),
        StackStatus::Stuck => Stand::Failed(vec![Issue {
            code: stack.status_name.clone(),
            message: stack.reason.clone().unwrap_or_else(|| format!("the stack is in {}", stack.status_name)),
            resources: vec![stack.id.clone()],
        }]),
        // What was undone, or never begun, can only be deleted, and then made anew.
        StackStatus::Dead | StackStatus::DeleteFailed if !sent("deleteStack") && !sent("createStack") => {
            Stand::Todo(Request::DeleteStack(DeleteStack { id: stack.id.clone(), retain: Vec::new() }))
        }
        StackStatus::Dead | StackStatus::DeleteFailed => Stand::Failed(stack_issues(stack)),
    }
}

/// Why a stack failed: the resources that did, those first that did not merely follow another.
pub(super) fn stack_issues(stack: &StackState) -> Vec<Issue> {
    let failed = stack.resources.iter().filter(|(_, resource)| resource.is_failed());
    let mut issues: Vec<Issue> = failed
        .map(|(id, resource)| Issue {
            code: resource.status.clone(),
            message: format!("{id}: {}", resource.reason.as_deref().unwrap_or("no reason given")),
            resources: resource.physical_id.clone().into_iter().collect(),
        })
        .collect();
    issues.sort_by_key(|issue| issue.message.contains("cancelled"));
    if issues.is_empty() {
        issues.push(Issue {
            code: stack.status_name.clone(),
            message: stack.reason.clone().unwrap_or_else(|| format!("the stack is in {}", stack.status_name)),
            resources: vec![stack.id.clone()],
        });
    }
    issues
}
