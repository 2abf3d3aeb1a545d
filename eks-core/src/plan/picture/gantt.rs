//! The timeline as a Mermaid gantt (mermaid.js.org/syntax/gantt.html).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Plan, label};
use crate::plan::schedule::schedule;
use crate::plan::step::{Step, StepState};

pub(super) fn write(plan: &Plan) -> String {
    let slots = schedule(&plan.steps, &BTreeMap::new());
    let mut text =
        format!("gantt\n    title {}\n    dateFormat X\n    axisFormat %M:%S\n", plain(&plan.title()));
    for (number, step) in plan.steps.iter().enumerate() {
        let slot = slots.get(step.id.as_str()).copied().unwrap_or_default();
        // Whole seconds, since `X` counts them; each bar from where the one before ends.
        let start = slot.start.round() as u64;
        let length = (slot.end.round() as u64).saturating_sub(start);
        let tags = tags(plan, step, length);
        let name = plain(&label(step));
        let _ = writeln!(text, "    {name} :{tags}s{}, {start}, {length}s", number + 1);
    }
    text
}

fn tags(plan: &Plan, step: &Step, length: u64) -> String {
    let state = match step.state {
        StepState::Done | StepState::Skipped { .. } => "done, ",
        StepState::Running => "active, ",
        _ => "",
    };
    let critical = if plan.critical_path.contains(&step.id) { "crit, " } else { "" };
    // A bar of no length is drawn as nothing.
    let milestone = if length == 0 { "milestone, " } else { "" };
    format!("{critical}{state}{milestone}")
}

/// Without the signs that end a name or begin a comment in Mermaid.
fn plain(text: &str) -> String {
    text.replace([':', ';', '#', '%'], " ")
}
