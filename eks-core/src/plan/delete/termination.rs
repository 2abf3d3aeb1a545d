//! CloudFormation's termination protection, which eksctl puts on each of its stacks (facts/eksctl.md §1.4): refused before
//! the first write, or switched off before anything is deleted, when the caller asks for that.

use super::super::draft::Stand;
use super::super::goal::DeleteOptions;
use super::super::ownership;
use super::super::request::Request;
use super::super::step::StepKind;
use super::Delete;
use crate::observe::{Observed, Seen, StackState};
use crate::{Error, ErrorKind, Result};

/// Every stack that the delete is about and that is protected.
fn protected<'a>(name: &'a str, observed: &'a Observed) -> impl Iterator<Item = &'a StackState> {
    let ours = observed
        .node_group_stacks
        .values()
        .chain([&observed.identity_stack, &observed.foundation])
        .filter_map(Seen::present);
    let ours = ours.filter(move |stack| ownership::owns_stack(name, stack));
    let of_eksctl =
        observed.eksctl_stacks.iter().flat_map(|stacks| stacks.values()).filter_map(Seen::present);
    ours.chain(of_eksctl).filter(|stack| stack.protected)
}

pub(super) fn refuse(name: &str, options: &DeleteOptions, observed: &Observed) -> Result<()> {
    let names: Vec<&str> = protected(name, observed).map(|stack| stack.name.as_str()).collect();
    let (Some(first), false) = (names.first(), options.disable_deletion_protection) else { return Ok(()) };
    Err(Error::new(
        ErrorKind::Conflict,
        format!("stacks are protected against termination: {}", names.join(", ")),
    )
    .with_resource(format!("stack {first}"))
    .with_hint(
        "Set `disable_deletion_protection`, which switches their protection off first, as eksctl does with its own; or \
         switch it off yourself (cloudformation:UpdateTerminationProtection)",
    ))
}

impl Delete<'_> {
    /// Only in the plan of stacks that are protected, or were when this operation began.
    pub(super) fn termination(&mut self) {
        let mut stands: Vec<(String, Stand)> = protected(self.name, self.observed)
            .map(|stack| {
                let request = Request::DisableTerminationProtection { stack: stack.id.clone() };
                (stack.name.clone(), Stand::Todo(request))
            })
            .collect();
        let step = |stack: &str| StepKind::DisableTerminationProtection { stack: stack.to_owned() };
        let before = step("").id();
        let tried = self.draft.recent.attempts.iter().filter(|(_, attempt)| attempt.count > 0);
        let tried = tried.filter_map(|(id, _)| id.strip_prefix(&before));
        let gone: Vec<&str> = tried.filter(|name| !stands.iter().any(|(it, _)| it == name)).collect();
        stands.extend(gone.into_iter().map(|name| (name.to_owned(), Stand::Done)));
        stands.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (stack, stand) in stands {
            let before = [StepKind::MarkForDeletion, StepKind::DisableDeletionProtection];
            self.draft.step(step(&stack), format!("stack {stack}"), &before, stand, vec![]);
        }
    }
}
