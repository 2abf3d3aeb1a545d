//! A decision while it is being made: the same few moves for every goal.

use std::collections::BTreeMap;

use super::decide::Decision;
use super::estimate::estimate;
use super::recent::Recent;
use super::request::Request;
use super::step::{Step, StepKind, StepState};
use crate::observe::{Issue, Look};
use crate::spec::Cluster;

/// How a thing stands that a step is about.
pub(crate) enum Stand {
    /// As wanted.
    Done,
    /// AWS is at work, or the effect of a request need not be visible yet.
    Running,
    /// This must be sent.
    Todo(Request),
    /// Waits for what another step is about.
    Blocked,
    /// Waits for something that no step is about, so that this one has to look.
    Held,
    /// Left out, or given up without harm.
    Skipped(String),
    /// AWS says that it failed.
    Failed(Vec<Issue>),
}

/// How long nodes may take before their group is looked at, too, in milliseconds: most are Ready by then (facts/aws.md
/// §1.1).
const PATIENCE: i64 = 120_000;

/// A decision in the making.
pub(crate) struct Draft<'a> {
    pub(crate) recent: &'a Recent,
    pub(crate) now: i64,
    spec: Option<&'a Cluster>,
    steps: Vec<Step>,
    requests: BTreeMap<String, Request>,
    looks: BTreeMap<String, Vec<Look>>,
    /// The step that all later ones wait for that send something.
    gate: Option<String>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(recent: &'a Recent, now: i64, spec: Option<&'a Cluster>) -> Self {
        Self {
            recent,
            now,
            spec,
            steps: Vec::new(),
            requests: BTreeMap::new(),
            looks: BTreeMap::new(),
            gate: None,
        }
    }

    /// Has every later step that sends something wait for this one.
    pub(crate) fn gate(&mut self, action: &StepKind) {
        self.gate = Some(action.id());
    }

    /// Adds a step. It is ready when it has something to send and every step in `after` is done; its progress
    /// shows in `looks`.
    pub(crate) fn step(
        &mut self,
        action: StepKind,
        resource: impl Into<String>,
        after: &[StepKind],
        stand: Stand,
        looks: Vec<Look>,
    ) {
        let id = action.id();
        let gate =
            self.gate.clone().filter(|gate| !action.only_waits() && !after.iter().any(|it| it.id() == *gate));
        // What was left out of this plan holds nothing up.
        let after: Vec<String> = after
            .iter()
            .map(StepKind::id)
            .chain(gate)
            .filter(|id| self.steps.iter().any(|step| step.id == *id))
            .collect();
        let free = after.iter().all(|id| self.is_settled(id));
        let state = match stand {
            Stand::Done => StepState::Done,
            Stand::Skipped(reason) => StepState::Skipped { reason },
            Stand::Failed(issues) => StepState::Failed { issues },
            Stand::Running if action.only_waits() && !free => StepState::Blocked,
            Stand::Running => StepState::Running,
            Stand::Blocked => StepState::Blocked,
            Stand::Held => {
                if free {
                    self.looks.insert(id.clone(), looks.clone());
                }
                StepState::Blocked
            }
            Stand::Todo(_) if !free => StepState::Blocked,
            Stand::Todo(_) if self.recent.denied.contains_key(&id) => {
                StepState::Skipped { reason: self.recent.denied[&id].clone() }
            }
            Stand::Todo(request) => {
                self.requests.insert(id.clone(), request);
                StepState::Ready
            }
        };
        if state == StepState::Running || state == StepState::Ready {
            self.looks.insert(id.clone(), looks);
        }
        let expected = estimate(&action, self.spec);
        self.steps.push(Step { id, action, resource: resource.into(), after, state, expected });
    }

    /// `Todo(request)`, unless it was sent so lately that its effect need not be visible yet.
    pub(crate) fn todo(&self, action: &StepKind, request: Request) -> Stand {
        if self.recent.just_sent(&action.id(), self.now) { Stand::Running } else { Stand::Todo(request) }
    }

    /// Whether what is to be made was asked for so lately that it need not be visible yet: nothing to send, then.
    pub(crate) fn is_pending(&self, action: &StepKind) -> bool {
        let step = action.id();
        let last = self.recent.attempt(&step).and_then(|attempt| attempt.requests.last());
        let made = last.is_none_or(|kind| !kind.starts_with("delete"));
        made && self.recent.just_sent(&step, self.now)
    }

    /// `todo(request)` for what is not there and is to be made. What this step deleted is gone once it is not seen.
    pub(crate) fn make(&self, action: &StepKind, request: Request) -> Stand {
        if self.is_pending(action) { Stand::Running } else { Stand::Todo(request) }
    }

    /// What failed in an earlier call cannot be mended, only deleted and made anew (facts/failures.md C7); the
    /// caller's new call is the permission. What this call has made, or has deleted already, has failed.
    pub(crate) fn anew(&self, action: &StepKind, delete: Request, issues: &[Issue]) -> Stand {
        match self.recent.attempt(&action.id()) {
            Some(attempt) if !attempt.requests.is_empty() => Stand::Failed(issues.to_vec()),
            _ => Stand::Todo(delete),
        }
    }

    /// Whether the step is done or left out.
    pub(crate) fn is_settled(&self, id: &str) -> bool {
        self.state(id).is_some_and(StepState::is_settled)
    }

    /// Whether nodes take so long that somebody may have given their group another size meanwhile.
    pub(crate) fn is_late(&self, action: &StepKind) -> bool {
        let since = self.recent.attempt(&action.id()).and_then(|attempt| attempt.started);
        since.is_some_and(|since| self.now - since > PATIENCE)
    }

    /// What the steps so far do.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &StepKind> {
        self.steps.iter().map(|step| &step.action)
    }

    pub(crate) fn state(&self, id: &str) -> Option<&StepState> {
        self.steps.iter().find(|step| step.id == id).map(|step| &step.state)
    }

    pub(crate) fn finish(self) -> Decision {
        Decision { steps: self.steps, requests: self.requests, looks: self.looks }
    }
}
