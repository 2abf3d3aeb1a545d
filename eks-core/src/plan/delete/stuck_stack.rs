//! Stacks that stay in DELETE_FAILED: at the caller's wish they go without what cannot be deleted (facts/aws.md §9).

use super::super::draft::Stand;
use super::super::ownership;
use super::super::recent::Recent;
use super::super::request::{DeleteStack, Request};
use super::super::step::StepKind;
use super::{Delete, TRIES};
use crate::observe::{Issue, Observed, StackState, is_eksctl_stack};

impl Delete<'_> {
    /// What comes after the last try. What is left behind can keep something else from going, such as a subnet its VPC,
    /// so there are some rounds of it.
    pub(super) fn stuck(&self, action: &StepKind, stack: &StackState, issues: Vec<Issue>) -> Stand {
        let has_failed = stack.resources.values().any(|resource| resource.status == "DELETE_FAILED");
        let request = DeleteStack { id: stack.id.clone(), retain: retainable(stack) };
        let request = Request::DeleteStack(request);
        let rounds = self.draft.recent.times_sent(&action.id(), request.kind());
        if self.options.retain_what_is_stuck && has_failed && rounds < TRIES {
            Stand::Todo(request)
        } else {
            Stand::Failed(issues)
        }
    }
}

/// What could not be deleted, and what was left behind by an earlier round: AWS refuses only what is deleted
/// (rebuy-de/aws-nuke#270).
fn retainable(stack: &StackState) -> Vec<String> {
    let stuck = stack
        .resources
        .iter()
        .filter(|(_, resource)| matches!(resource.status.as_str(), "DELETE_FAILED" | "DELETE_SKIPPED"));
    stuck.map(|(logical, _)| logical.clone()).collect()
}

/// What a request leaves behind, in words, such as `Vpc vpc-0a1b of stack eks-web-1a2b3c4d`.
pub(crate) fn retained(request: &DeleteStack, observed: &Observed) -> Vec<String> {
    let stack = stacks(observed).find(|stack| stack.id == request.id);
    stack
        .into_iter()
        .flat_map(|stack| named(stack, |logical, _| request.retain.iter().any(|it| it == logical)))
        .collect()
}

/// Keeps what stacks of ours are seen to leave behind, whoever wanted that.
pub(crate) fn remember_retained(name: &str, observed: &Observed, recent: &mut Recent) {
    let is_meant = |stack: &&StackState| ownership::owns_stack(name, stack) || is_eksctl_stack(name, stack);
    let ours = stacks(observed).filter(is_meant);
    for words in ours.flat_map(|stack| named(stack, |_, status| status == "DELETE_SKIPPED")) {
        recent.retain(words);
    }
}

fn stacks(observed: &Observed) -> impl Iterator<Item = &StackState> {
    let ours = observed.node_group_stacks.values().chain([&observed.identity_stack, &observed.foundation]);
    ours.chain(observed.eksctl_stacks.iter().flat_map(|stacks| stacks.values()))
        .filter_map(|seen| seen.present())
}

fn named(stack: &StackState, is_meant: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let meant = stack.resources.iter().filter(|(logical, resource)| is_meant(logical, &resource.status));
    let words = meant.filter_map(|(logical, resource)| {
        Some(format!("{logical} {} of stack {}", resource.physical_id.as_deref()?, stack.name))
    });
    words.collect()
}
