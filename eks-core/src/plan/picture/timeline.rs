//! The timeline as SVG.

use std::collections::BTreeMap;

use super::axis::{CHART, NARROWEST, Scale, TOP, axis};
use super::palette::{
    BACKGROUND, BAD, CRITICAL, EDGE, FAINT_INK, HEAD, INK, MARGIN, OTHER, PLACE, STRIPE, WIDTH, small,
};
use super::svg::{Svg, Type};
use super::{Plan, label, minutes};
use crate::plan::schedule::{Slot, schedule};
use crate::plan::step::{Step, StepState};

const ROW: f64 = 28.0;
const BAR: f64 = 14.0;
const FOOT: f64 = 64.0;

pub(super) fn draw(plan: &Plan) -> String {
    let slots = schedule(&plan.steps, &BTreeMap::new());
    let bottom = TOP + ROW * plan.steps.len() as f64;
    let mut svg = Svg::new(WIDTH, bottom + FOOT, &plan.title(), BACKGROUND, EDGE);
    let room = WIDTH - 2.0 * MARGIN;
    svg.text((MARGIN, 48.0), room, HEAD, &plan.head());
    // Apart from the name, which can take the whole line.
    svg.text((MARGIN, 72.0), room, PLACE, &plan.place());

    for row in (0..plan.steps.len()).step_by(2) {
        let place = [MARGIN - 12.0, TOP + ROW * row as f64, room + 24.0, ROW];
        svg.bar(place, 4.0, STRIPE, "");
    }
    let longest = |step: &Step| slots.get(step.id.as_str()).map_or(0.0, |slot| slot.start + long(step, slot));
    let scale = Scale { seconds: plan.steps.iter().map(longest).fold(1.0, f64::max) };
    if !plan.is_empty() {
        axis(&mut svg, &scale, bottom);
    }
    svg.text((WIDTH - MARGIN, TOP - 10.0), 80.0, small(FAINT_INK, "end"), "takes");
    links(&mut svg, plan, &slots, &scale);
    for (row, step) in plan.steps.iter().enumerate() {
        let slot = slots.get(step.id.as_str()).copied().unwrap_or_default();
        row_of(&mut svg, plan, step, slot, &scale, TOP + ROW * row as f64);
    }
    legend(&mut svg, bottom + 38.0);
    svg.finish()
}

/// How long the step takes when it is one of the slow ones; no less than its bar is.
fn long(step: &Step, slot: &Slot) -> f64 {
    let typical = slot.end - slot.start;
    if typical > 0.0 { step.expected.p95.max(typical) } else { 0.0 }
}

/// Joins each step that the end waits for to the one that it waits for itself.
fn links(svg: &mut Svg, plan: &Plan, slots: &BTreeMap<&str, Slot>, scale: &Scale) {
    let row = |id: &str| plan.steps.iter().position(|step| step.id == id);
    for step in plan.steps.iter().filter(|step| plan.critical_path.contains(&step.id)) {
        let Some((from, to)) = before(step, plan, slots).and_then(row).zip(row(&step.id)) else { continue };
        let middle = |row: usize| TOP + ROW * (row as f64 + 0.5);
        let x = scale.x(slots.get(step.id.as_str()).map_or(0.0, |slot| slot.start));
        svg.line(&[(x, middle(from)), (x, middle(to))], CRITICAL, 1.5);
    }
}

/// The step of the critical path that this one begins after.
fn before<'a>(step: &'a Step, plan: &Plan, slots: &BTreeMap<&str, Slot>) -> Option<&'a str> {
    let end = |id: &str| slots.get(id).map_or(0.0, |slot| slot.end);
    let waited = step.after.iter().filter(|id| plan.critical_path.contains(id));
    waited.max_by(|one, other| end(one).total_cmp(&end(other))).map(String::as_str)
}

fn row_of(svg: &mut Svg, plan: &Plan, step: &Step, slot: Slot, scale: &Scale, top: f64) {
    let critical = plan.critical_path.contains(&step.id);
    let middle = top + ROW / 2.0;
    let name = Type { size: 13.0, bold: false, color: INK, anchor: "start" };
    svg.text((MARGIN, middle + 4.5), CHART - MARGIN - 12.0, name, &label(step));

    let typical = slot.end - slot.start;
    if typical > 0.0 {
        let (start, end) = (scale.x(slot.start), scale.x(slot.end));
        let color = if critical { CRITICAL } else { OTHER };
        let late = scale.x(slot.start + long(step, &slot));
        if late > end {
            svg.line(&[(end, middle), (late, middle)], color, 1.5);
            svg.line(&[(late, middle - 4.0), (late, middle + 4.0)], color, 1.5);
        }
        let place = [start, middle - BAR / 2.0, (end - start).max(NARROWEST), BAR];
        let tip = format!("{}: from {} to {}", step.action, minutes(slot.start), minutes(slot.end));
        svg.bar(place, 3.0, color, &tip);
    }
    let (words, color) = match &step.state {
        StepState::Done => ("done".to_owned(), FAINT_INK),
        StepState::Skipped { .. } => ("left out".to_owned(), FAINT_INK),
        StepState::Failed { .. } => ("failed".to_owned(), BAD),
        StepState::Running => ("running".to_owned(), INK),
        _ => (minutes(typical), INK),
    };
    svg.text((WIDTH - MARGIN, middle + 4.5), 90.0, small(color, "end"), &words);
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = MARGIN;
    for (color, words, room) in
        [(CRITICAL, "the end waits for it", 180.0), (OTHER, "has time to spare", 160.0)]
    {
        svg.bar([x, y - 10.0, 22.0, 10.0], 3.0, color, "");
        svg.text((x + 30.0, y), room, small(FAINT_INK, "start"), words);
        x += 30.0 + room + 16.0;
    }
    svg.line(&[(x, y - 5.0), (x + 22.0, y - 5.0)], OTHER, 1.5);
    svg.line(&[(x + 22.0, y - 9.0), (x + 22.0, y - 1.0)], OTHER, 1.5);
    svg.text((x + 32.0, y), 320.0, small(FAINT_INK, "start"), "one in twenty takes longer than this");
}
