//! `decide(goal, observed, recent, now)`: the one function that says what to do.

use std::collections::BTreeMap;

use super::create::Aim;
use super::goal::Goal;
use super::recent::Recent;
use super::request::Request;
use super::step::{Step, StepKind, StepState};
use super::{change_set, create, delete, patch, tagging};
use crate::observe::{Look, Observed};
use crate::{Error, ErrorKind, Result};

/// Steps, what the ready ones send, and where the progress of those under way shows.
#[derive(Debug, Default)]
pub(crate) struct Decision {
    pub(crate) steps: Vec<Step>,
    pub(crate) requests: BTreeMap<String, Request>,
    pub(crate) looks: BTreeMap<String, Vec<Look>>,
}

impl Decision {
    /// Whether every step is done or left out.
    pub(crate) fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.state.is_settled())
    }

    /// Whether nothing is left to be sent: every step is done, left out, or AWS is at work on it.
    pub(crate) fn is_all_sent(&self) -> bool {
        self.steps.iter().all(|step| step.state.is_settled() || step.state == StepState::Running)
    }
}

/// What is to be done, or what must be looked at before that can be said.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Nothing can be said before this has been looked at.
    Blind(Vec<Look>),
    /// This is to be done.
    Decided(Decision),
}

/// Decides. The only inputs are its arguments; the same arguments give the same answer.
///
/// # Errors
///
/// What is wanted cannot be had: the spec breaks a rule that only AWS knows, the name is taken by something
/// that is not ours, another goal is at work, or a step failed.
pub(crate) fn decide(goal: &Goal, observed: &Observed, recent: &Recent, now: i64) -> Result<Verdict> {
    let verdict = match goal {
        Goal::Create { name, spec, options } => {
            create::decide(Aim::create(name, spec.as_deref(), options), observed, recent, now)?
        }
        Goal::Apply { name, spec, options } => {
            create::decide(Aim::apply(name, spec, options), observed, recent, now)?
        }
        Goal::Delete { name, options } => delete::decide(name, options, observed, recent, now)?,
        Goal::Patch { name, group, patch, options } => {
            patch::decide(name, group, patch, options, observed, recent, now)?
        }
        Goal::Tag { name, change, options } => tagging::decide(name, change, options, observed, recent, now)?,
    };
    if let Verdict::Decided(decision) = &verdict {
        fail_on_failure(decision)?;
    }
    Ok(verdict)
}

/// Everything that the goal is about: what the first look and the last one ask.
pub(crate) fn everything(goal: &Goal, observed: &Observed) -> Vec<Look> {
    match goal {
        Goal::Create { name, spec, options } => {
            create::everything(Aim::create(name, spec.as_deref(), options), observed)
        }
        Goal::Apply { name, spec, options } => create::everything(Aim::apply(name, spec, options), observed),
        Goal::Delete { name, .. } => delete::everything(name, observed),
        Goal::Patch { name, group, patch, options } => {
            patch::everything(name, group, patch, options, observed)
        }
        Goal::Tag { name, change, .. } => tagging::everything(name, change, observed),
    }
}

/// A failed step ends the operation: the root cause of the first one is the error.
fn fail_on_failure(decision: &Decision) -> Result<()> {
    let failed = decision.steps.iter().find_map(|step| match &step.state {
        StepState::Failed { issues } => Some((step, issues)),
        _ => None,
    });
    let Some((step, issues)) = failed else { return Ok(()) };
    let mut reasons = issues.iter().map(|issue| issue.message.as_str());
    let cause = reasons.next().unwrap_or("AWS gives no reason");
    let also: Vec<&str> = reasons.collect();
    let mut message = format!("could not {}: {cause}", step.action);
    if !also.is_empty() {
        message.push_str(&format!("; also: {}", also.join("; ")));
    }
    let code = issues.first().map(|issue| issue.code.clone());
    let (kind, hint) = advice(&step.action, code.as_deref().unwrap_or_default(), cause);
    let mut error = Error::new(kind, message).with_resource(step.resource.clone()).with_hint(hint);
    if let Some(code) = code.filter(|code| !code.is_empty()) {
        error = error.with_code(code);
    }
    Err(error)
}

/// What IAM says of a role that it does not delete (facts/aws.md §2.10).
const HELD_ROLE: [&str; 3] = [
    "must detach all policies first",
    "must delete policies first",
    "must remove roles from instance profile first",
];

/// What kind of failure an issue is, and what its reader should do (facts/failures.md C5, C7, C15).
fn advice(action: &StepKind, code: &str, cause: &str) -> (ErrorKind, &'static str) {
    let quota = ["LimitExceeded", "Quota", "MaximumNumber", "has been reached"];
    let capacity = ["InsufficientInstanceCapacity", "NoCapacity", "sufficient capacity"];
    let deletes_stack = matches!(
        action,
        StepKind::DeleteFoundation
            | StepKind::DeleteIdentityStack
            | StepKind::DeleteNodeGroupStack { .. }
            | StepKind::DeleteStack { .. }
    );
    let has = |marks: &[&str]| marks.iter().any(|mark| code.contains(mark) || cause.contains(mark));
    if has(&quota) {
        (ErrorKind::QuotaExceeded, "Free some, or ask AWS for a higher quota; then send the same call again")
    } else if has(&capacity) {
        (ErrorKind::NoCapacity, "Choose other instance types or zones, or send the same call again later")
    } else if has(&HELD_ROLE) {
        (
            ErrorKind::Failed,
            "Take from the role what others attached to it, or allow this identity to (iam:ListAttachedRolePolicies, \
             ListRolePolicies, ListInstanceProfilesForRole, DetachRolePolicy, DeleteRolePolicy, \
             RemoveRoleFromInstanceProfile); then delete again. Or set `retain_what_is_stuck`: then the role is left behind \
             and named",
        )
    } else if deletes_stack && matches!(code, "DependencyViolation" | "DELETE_FAILED") {
        (
            ErrorKind::Failed,
            "Remove what is in the way, or ask its owner to; then delete again. Or set `retain_what_is_stuck`: then the \
             stack goes, and what cannot be deleted is left behind and named",
        )
    } else if code == "ExportInUse" {
        let hint = "Another stack uses what this one exports: change or delete that one, then delete again";
        (ErrorKind::Failed, hint)
    } else if code == change_set::REFUSED {
        (
            ErrorKind::Conflict,
            "Nothing was changed, and the change set is deleted: the cluster lives on what would go. Keep the former values, or \
             make a cluster of the new ones beside it",
        )
    } else if code == "PodEvictionFailure" {
        (
            ErrorKind::Failed,
            "A disruption budget keeps a pod on its node; the old nodes stay. Change the budget, or apply with `force`",
        )
    } else if code == "DependencyViolation" {
        (ErrorKind::Failed, "Remove what is in the way, or ask its owner to; then delete again")
    } else if code == "AlreadyExistsException" {
        (ErrorKind::AlreadyExists, "Choose another name, or delete what has it if it is yours")
    } else if code.ends_with("ROLLBACK_FAILED") {
        let hint =
            "Continue the rollback (cloudformation:ContinueUpdateRollback), then send the same call again";
        (ErrorKind::Failed, hint)
    } else if code == "DELETE_FAILED" {
        (ErrorKind::Failed, "Remove the cause, then call delete: it goes on from here")
    } else if code == "NodeCreationFailure" {
        (
            ErrorKind::Failed,
            "Check that the nodes' subnets have a route out, that their role has the worker policies and that \
             vpc-cni is installed; then send the same call again",
        )
    } else if let StepKind::CreateAddon { .. } = action {
        let hint = "Remove the cause, then send the same call again: an add-on that could not be made is made anew, \
                    one whose update failed has to be updated or deleted";
        (ErrorKind::Failed, hint)
    } else if *action == StepKind::CreateCluster {
        let hint =
            "A control plane that failed stays so: remove the cause, delete the cluster and create it again";
        (ErrorKind::Failed, hint)
    } else {
        (ErrorKind::Failed, "Remove the cause, then send the same call again: it goes on from here")
    }
}
