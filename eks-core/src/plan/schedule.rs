//! When steps can be expected to end, which of them the end waits for, and how much time the others have.

use std::collections::BTreeMap;

use super::step::{Step, StepState};

/// What the schedule says of one step, in seconds from now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Slot {
    pub(crate) start: f64,
    pub(crate) end: f64,
    /// How much later it could end without delaying the plan.
    pub(crate) slack: f64,
}

/// Schedules what is left to do. `elapsed` is how long each running step has been running, in seconds.
pub(crate) fn schedule<'a>(steps: &'a [Step], elapsed: &BTreeMap<&str, f64>) -> BTreeMap<&'a str, Slot> {
    let mut slots: BTreeMap<&str, Slot> = BTreeMap::new();
    // Steps stand in an order in which each follows what it needs.
    for step in steps {
        let start = step
            .after
            .iter()
            .filter_map(|id| slots.get(id.as_str()))
            .map(|slot| slot.end)
            .fold(0.0, f64::max);
        let left = match step.state {
            StepState::Done | StepState::Skipped { .. } | StepState::Failed { .. } => 0.0,
            StepState::Running => {
                let elapsed = elapsed.get(step.id.as_str()).copied().unwrap_or_default();
                // What has passed its typical time can end at any moment.
                (step.expected.typical - elapsed).max(1.0)
            }
            StepState::Ready | StepState::Blocked => step.expected.typical,
        };
        slots.insert(&step.id, Slot { start, end: start + left, slack: 0.0 });
    }
    let end = end(&slots);
    let mut latest: BTreeMap<&str, f64> = BTreeMap::new();
    for step in steps.iter().rev() {
        let late = latest.get(step.id.as_str()).copied().unwrap_or(end);
        let Some(slot) = slots.get_mut(step.id.as_str()) else { continue };
        slot.slack = (late - slot.end).max(0.0);
        let must_start = late - (slot.end - slot.start);
        for id in &step.after {
            let limit = latest.entry(id.as_str()).or_insert(end);
            *limit = limit.min(must_start);
        }
    }
    slots
}

/// When all of it can be expected to be done, in seconds from now.
pub(crate) fn end(slots: &BTreeMap<&str, Slot>) -> f64 {
    slots.values().map(|slot| slot.end).fold(0.0, f64::max)
}

/// The ids of the steps that the end waits for, in order.
pub(crate) fn critical_path(steps: &[Step], slots: &BTreeMap<&str, Slot>) -> Vec<String> {
    let length = |id: &str| slots.get(id).map_or(0.0, |slot| slot.end - slot.start);
    steps
        .iter()
        .filter(|step| length(&step.id) > 0.0)
        .filter(|step| slots.get(step.id.as_str()).is_some_and(|slot| slot.slack < 0.001))
        .map(|step| step.id.clone())
        .collect()
}
