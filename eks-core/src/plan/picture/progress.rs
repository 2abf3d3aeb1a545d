//! What was expected beside what came of it, as SVG.

use std::collections::BTreeMap;

use super::axis::{CHART, NARROWEST, Scale, TOP, axis};
use super::palette::{
    BACKGROUND, BAD, CRITICAL, EDGE, FAINT_INK, HEAD, INK, MARGIN, OTHER, PLACE, STRIPE, WIDTH, small,
};
use super::svg::{Svg, Type};
use super::{Plan, label, minutes};
use crate::plan::outline::Actual;
use crate::plan::schedule::{Slot, end, schedule};
use crate::plan::step::{Step, StepState};

const ROW: f64 = 34.0;
const BAR: f64 = 10.0;
const FOOT: f64 = 64.0;

pub(super) fn draw(plan: &Plan) -> String {
    // As the plan was before anything began.
    let anew: Vec<Step> = plan.steps.iter().map(as_expected).collect();
    let slots = schedule(&anew, &BTreeMap::new());
    let expected = end(&slots);
    let bottom = TOP + ROW * plan.steps.len() as f64;
    let mut svg = Svg::new(WIDTH, bottom + FOOT, &plan.head(), BACKGROUND, EDGE);
    let room = WIDTH - 2.0 * MARGIN;
    svg.text((MARGIN, 48.0), room, HEAD, &plan.head());
    svg.text((MARGIN, 72.0), room, PLACE, &place(plan, expected));
    for row in (0..plan.steps.len()).step_by(2) {
        svg.bar([MARGIN - 12.0, TOP + ROW * row as f64, room + 24.0, ROW], 4.0, STRIPE, "");
    }
    let last =
        plan.actual.values().filter_map(|actual| actual.ended_seconds).fold(plan.elapsed_seconds, f64::max);
    let scale = Scale { seconds: expected.max(last).max(1.0) };
    axis(&mut svg, &scale, bottom);
    svg.text((WIDTH - MARGIN, TOP - 10.0), 80.0, small(FAINT_INK, "end"), "took");
    for (row, step) in plan.steps.iter().enumerate() {
        let slot = slots.get(step.id.as_str()).copied().unwrap_or_default();
        row_of(&mut svg, plan, step, slot, &scale, TOP + ROW * row as f64);
    }
    legend(&mut svg, bottom + 38.0);
    svg.finish()
}

/// What is left out takes no time, and was not expected to; of what failed one expected more.
fn as_expected(step: &Step) -> Step {
    let state = match &step.state {
        skipped @ StepState::Skipped { .. } => skipped.clone(),
        _ => StepState::Blocked,
    };
    Step { state, ..step.clone() }
}

fn place(plan: &Plan, expected: f64) -> String {
    let version = plan.version.iter().map(|version| format!(", Kubernetes {version}")).collect::<String>();
    let expected = minutes(expected);
    let time = match (plan.actual.is_empty(), plan.is_empty()) {
        (true, _) => format!("Nothing has begun; {expected} are expected"),
        (false, true) => format!("Took {}, and {expected} were expected", minutes(plan.elapsed_seconds)),
        (false, false) => {
            format!("Under way for {}; {expected} were expected in all", minutes(plan.elapsed_seconds))
        }
    };
    format!("{}{version}. {time}", plan.region)
}

fn row_of(svg: &mut Svg, plan: &Plan, step: &Step, slot: Slot, scale: &Scale, top: f64) {
    let middle = top + ROW / 2.0;
    let name = Type { size: 13.0, bold: false, color: INK, anchor: "start" };
    svg.text((MARGIN, middle + 4.5), CHART - MARGIN - 12.0, name, &label(step));
    let bar = |svg: &mut Svg, from: f64, to: f64, y: f64, color: &str, what: &str| {
        let (start, stop) = (scale.x(from.max(0.0)), scale.x(to.max(0.0)));
        let tip =
            format!("{}: {what} from {} to {}", step.action, minutes(from.max(0.0)), minutes(to.max(0.0)));
        svg.bar([start, y, (stop - start).max(NARROWEST), BAR], 3.0, color, &tip);
    };
    if slot.end > slot.start {
        bar(svg, slot.start, slot.end, middle - BAR - 1.0, OTHER, "expected");
    }
    let actual = plan.actual.get(&step.id);
    if let Some(Actual { began_seconds, ended_seconds, refused_seconds, .. }) = actual {
        let y = middle + 1.0;
        // What is settled and ended nobody knows when, is not drawn as if it went on: a handle of old did not say.
        let until = ended_seconds.or((!step.state.is_settled()).then_some(plan.elapsed_seconds));
        if let Some((began, until)) = began_seconds.zip(until) {
            bar(svg, began, until, y, CRITICAL, "actual");
        }
        let began = began_seconds.or(until).unwrap_or(plan.elapsed_seconds);
        if let Some(refused) = refused_seconds.filter(|refused| *refused < began || began_seconds.is_none()) {
            let (from, to) = (scale.x(refused), scale.x(began));
            svg.line(&[(from, y + BAR / 2.0), (to, y + BAR / 2.0)], BAD, 2.0);
            svg.line(&[(from, y), (from, y + BAR)], BAD, 2.0);
        }
    }
    let (words, color) = words(step, actual);
    svg.text((WIDTH - MARGIN, middle + 4.5), 90.0, small(color, "end"), &words);
}

fn words(step: &Step, actual: Option<&Actual>) -> (String, &'static str) {
    match (&step.state, actual) {
        (StepState::Skipped { .. }, _) => ("left out".to_owned(), FAINT_INK),
        (StepState::Failed { .. }, _) => ("failed".to_owned(), BAD),
        (StepState::Running, _) => ("under way".to_owned(), INK),
        (_, Some(Actual { began_seconds: Some(began), ended_seconds: Some(ended), .. })) => {
            (minutes(ended - began), INK)
        }
        (StepState::Ready | StepState::Blocked, Some(Actual { began_seconds: None, .. })) => {
            ("refused".to_owned(), BAD)
        }
        (StepState::Done, Some(Actual { began_seconds: Some(_), .. })) => ("done".to_owned(), FAINT_INK),
        (StepState::Done, _) => ("there before".to_owned(), FAINT_INK),
        _ => (String::new(), INK),
    }
}

fn legend(svg: &mut Svg, y: f64) {
    let mut x = MARGIN;
    for (color, words) in [(OTHER, "expected"), (CRITICAL, "actual")] {
        svg.bar([x, y - 10.0, 22.0, 10.0], 3.0, color, "");
        svg.text((x + 30.0, y), 100.0, small(FAINT_INK, "start"), words);
        x += 130.0;
    }
    svg.line(&[(x, y - 5.0), (x + 22.0, y - 5.0)], BAD, 2.0);
    svg.line(&[(x, y - 10.0), (x, y)], BAD, 2.0);
    svg.text((x + 30.0, y), 320.0, small(FAINT_INK, "start"), "refused by AWS, and asked again");
}
