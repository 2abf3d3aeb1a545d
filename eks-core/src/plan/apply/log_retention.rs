//! How long the logs of the control plane are kept, where EKS has made their group: CloudFormation makes none that is there
//! already (`AlreadyExists`), so the group stays outside the foundation, and is told directly. A group that is part of
//! the foundation changes with that.

use crate::observe::{LogGroup, Look, Observed, StackState};
use crate::plan::create::{Create, log_group_look};
use crate::plan::difference::Difference;
use crate::plan::foundation::id;
use crate::plan::request::Request;
use crate::plan::step::StepKind;
use crate::spec::Cluster;

impl Create<'_> {
    /// Whether the log group is there, and the stack has not made it.
    pub(in crate::plan) fn has_log_group_outside(&self, stack: &StackState) -> bool {
        outside(self.observed, stack).is_some()
    }

    pub(super) fn put_log_retention(&mut self) {
        let Some(stack) = self.observed.foundation.present() else { return };
        let (Some(days), Some(seen)) = (self.asked.log_retention_in_days, outside(self.observed, stack))
        else {
            return;
        };
        let differences = difference(days, seen);
        let action = StepKind::PutLogRetention;
        if !self.concerns(&action, &differences) {
            return;
        }
        let Look::LogGroup { name } = log_group_look(self.name) else { return };
        let request = || Request::PutLogRetention { name: name.clone(), days };
        let (stand, _) = self.changed(&action, &differences, true, None, request);
        let looks = vec![log_group_look(self.name)];
        self.draft.step(action, format!("log group {name}"), &[StepKind::CreateCluster], stand, looks);
    }
}

fn outside<'a>(observed: &'a Observed, stack: &StackState) -> Option<&'a LogGroup> {
    let group = observed.log_group.as_ref().filter(|group| group.created_at.is_some())?;
    (!stack.resources.contains_key(id::LOG_GROUP)).then_some(group)
}

/// What changes of it: as the group is, or, where it is part of the foundation, as the last spec had it.
pub(super) fn changes(asked: &Cluster, last: &Cluster, observed: &Observed) -> Vec<Difference> {
    let Some(days) = asked.log_retention_in_days else { return Vec::new() };
    let stack = observed.foundation.present();
    match stack.and_then(|stack| outside(observed, stack)) {
        Some(seen) => difference(days, seen),
        None => {
            let was = last.log_retention_in_days;
            (was != Some(days)).then(|| of(was, days)).into_iter().collect()
        }
    }
}

fn difference(days: u32, seen: &LogGroup) -> Vec<Difference> {
    if seen.retention == Some(days) { Vec::new() } else { vec![of(seen.retention, days)] }
}

fn of(was: Option<u32>, days: u32) -> Difference {
    Difference::of("logRetentionInDays", was, Some(days))
}
