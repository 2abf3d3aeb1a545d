//! A stack that is changed: CloudFormation says first what would become of each resource, and nothing is executed that
//! would replace one or take one away.

use std::collections::BTreeMap;

use super::draft::{Draft, Stand};
use super::names;
use super::request::{ChangeSetName, CreateChangeSet, Request};
use super::stack_stand::stack_issues;
use super::step::StepKind;
use crate::observe::{
    Change, ChangeAction, ChangeSetState, ChangeSetStatus, Issue, Look, Observed, Seen, StackState,
};

/// How often a change set is made before what stays as it was counts as a failure.
const TRIES: usize = 3;

/// The code of an error that this file makes: what was refused is a replacement, or a removal.
pub(super) const REFUSED: &str = "ReplacementRefused";

/// How the change of a stack at rest stands that is not as `template` has it yet, and what shows that.
pub(super) fn stand(
    draft: &Draft<'_>,
    observed: &Observed,
    action: &StepKind,
    stack: &StackState,
    template: String,
    tags: BTreeMap<String, String>,
) -> (Stand, Vec<Look>) {
    let set = ChangeSetName { stack: stack.id.clone(), name: name(stack, &template, &tags) };
    let looks = vec![Look::ChangeSet { stack: set.stack.clone(), name: set.name.clone() }];
    let sent = |kind| draft.recent.times_sent(&action.id(), kind);
    let attempt = draft.recent.attempt(&action.id());
    let last = attempt.and_then(|attempt| attempt.requests.last()).map(String::as_str);
    let seen = observed.change_sets.get(&set.name).unwrap_or(&Seen::Unknown);
    let stand = match seen {
        // The stack shows neither that its update has begun nor what came of it.
        Seen::Present(state) if last == Some("executeChangeSet") => match state.status {
            ChangeSetStatus::Available | ChangeSetStatus::Executing => Stand::Running,
            _ => Stand::Failed(stack_issues(stack)),
        },
        Seen::Unknown | Seen::Absent if last == Some("executeChangeSet") => {
            let just_sent = draft.recent.just_sent(&action.id(), draft.now);
            if just_sent { Stand::Running } else { Stand::Failed(stack_issues(stack)) }
        }
        Seen::Unknown | Seen::Absent if last == Some("createChangeSet") => {
            draft.todo(action, Request::CreateChangeSet(CreateChangeSet { set, template, tags }))
        }
        Seen::Unknown | Seen::Absent if sent("createChangeSet") >= TRIES => {
            Stand::Failed(stack_issues(stack))
        }
        Seen::Unknown | Seen::Absent => {
            Stand::Todo(Request::CreateChangeSet(CreateChangeSet { set, template, tags }))
        }
        Seen::Present(state) => match (state.status, refusals(state)) {
            (ChangeSetStatus::Comparing | ChangeSetStatus::Executing, _) => Stand::Running,
            (ChangeSetStatus::Over, _) => Stand::Todo(Request::DeleteChangeSet(set)),
            (ChangeSetStatus::Available, refused) if refused.is_empty() => {
                Stand::Todo(Request::ExecuteChangeSet(set))
            }
            // It is of no use to anybody.
            _ if last != Some("deleteChangeSet") => Stand::Todo(Request::DeleteChangeSet(set)),
            (_, refused) => Stand::Failed(refused),
        },
    };
    (stand, looks)
}

/// A change set's name says what it holds: whoever wants the same finds it. At most 128 letters, digits and hyphens, a
/// letter first (service model).
fn name(stack: &StackState, template: &str, tags: &BTreeMap<String, String>) -> String {
    format!("eks-lifecycle-{}", names::hash(&format!("{} {template} {tags:?}", stack.id), 16))
}

/// What speaks against executing it.
fn refusals(set: &ChangeSetState) -> Vec<Issue> {
    if set.status == ChangeSetStatus::Failed {
        let message = set.reason.clone().unwrap_or_else(|| "the change set could not be made".to_owned());
        return vec![Issue { code: "FAILED".to_owned(), message, resources: Vec::new() }];
    }
    let refused = set.changes.iter().filter_map(|change| refusal(change).map(|what| (change, what))).map(
        |(change, what)| Issue {
            code: REFUSED.to_owned(),
            message: format!("{} ({}) would be {what}", change.resource, change.kind),
            resources: change.physical_id.clone().into_iter().collect(),
        },
    );
    refused.collect()
}

/// A cluster lives on what the stack has made: none of it is replaced or taken away by a change.
fn refusal(change: &Change) -> Option<&'static str> {
    match change.action {
        ChangeAction::Replace => Some("replaced by another one"),
        ChangeAction::Remove => Some("deleted"),
        ChangeAction::Add | ChangeAction::Modify => None,
    }
}
