//! The work on a stack: phases, and in each phase one task for each resource.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::instant::Instant;

/// What an operation is doing to its stack just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Create,
    Rollback,
    Update,
    UpdateCleanup,
    UpdateRollback,
    UpdateRollbackCleanup,
    Delete,
}

impl Phase {
    /// Resources are made and changed, not deleted.
    pub(crate) fn applies(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::UpdateRollback)
    }
}

/// How the request wants the operation done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) token: Option<String>,
    /// `DeploymentConfig.Mode` EXPRESS: readiness is not awaited.
    pub(crate) express: bool,
    /// A failure is rolled back.
    pub(crate) rolls_back: bool,
    /// Logical ids that a delete leaves alone.
    pub(crate) retain: BTreeSet<String>,
    /// A delete leaves behind what it cannot delete.
    pub(crate) force: bool,
}

/// The running operation of a stack.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// Told by what is on the agenda, so that what an earlier phase has put there is not taken for this one's.
    pub(crate) serial: u64,
    pub(crate) phase: Phase,
    pub(crate) manner: Manner,
    /// Keys are logical ids, or those of leftovers.
    pub(crate) tasks: BTreeMap<String, Task>,
    /// What failed or was cancelled, in order.
    pub(crate) failed: Vec<String>,
    /// Why the operation fails, if it is not for a resource.
    pub(crate) failure: Option<String>,
    /// The phase is over; the end is on the agenda.
    pub(crate) closing: bool,
}

/// The work on one resource.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// The tasks before it; `true`: it waits until they are complete, not just configured.
    pub(crate) after: BTreeMap<String, bool>,
    pub(crate) state: TaskState,
    pub(crate) began: Instant,
    /// What an update in place makes of the resource; none for one that is made.
    pub(crate) change: Option<Applied>,
}

/// What a resource is made with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Applied {
    pub(crate) properties: Value,
    pub(crate) tags: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskState {
    Waiting,
    Running,
    /// The configuration is applied; readiness is awaited.
    Configured,
    Done,
    Failed,
}

impl Task {
    pub(crate) fn waiting(after: BTreeMap<String, bool>, now: Instant) -> Self {
        Self { after, state: TaskState::Waiting, began: now, change: None }
    }
}

impl Operation {
    /// A task that can begin.
    pub(crate) fn startable(&self) -> Option<String> {
        let stops = self.manner.rolls_back && matches!(self.phase, Phase::Create | Phase::Update);
        if self.failure.is_some() || stops && !self.failed.is_empty() {
            return None;
        }
        let reached = |on: &String, complete: bool| match self.tasks.get(on).map(|task| task.state) {
            None | Some(TaskState::Done) => true,
            Some(TaskState::Configured) => !complete,
            Some(_) => false,
        };
        let ready = |task: &Task| {
            task.state == TaskState::Waiting && task.after.iter().all(|(on, complete)| reached(on, *complete))
        };
        self.tasks.iter().find(|(_, task)| ready(task)).map(|(name, _)| name.clone())
    }

    pub(crate) fn busy(&self) -> bool {
        self.tasks.values().any(|task| matches!(task.state, TaskState::Running | TaskState::Configured))
    }
}
