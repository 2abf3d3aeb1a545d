//! Times of a plan: whatever the graph, the critical path is what the end waits for.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::plan::schedule::{critical_path, schedule};
use crate::plan::{Expected, Step, StepKind, StepState};

/// Steps in an order in which each follows what it needs.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (1u32..1000, proptest::collection::vec(any::<prop::sample::Index>(), 0..3));
    proptest::collection::vec(step, 1..20).prop_map(|drawn| {
        let mut steps: Vec<Step> = Vec::new();
        for (index, (seconds, after)) in drawn.into_iter().enumerate() {
            let after = if steps.is_empty() {
                Vec::new()
            } else {
                after.iter().map(|it| steps[it.index(steps.len())].id.clone()).collect()
            };
            let typical = f64::from(seconds);
            steps.push(Step {
                id: format!("step-{index}"),
                action: StepKind::CreateCluster,
                resource: String::new(),
                after,
                state: StepState::Blocked,
                expected: Expected { min: typical, typical, p95: typical },
            });
        }
        steps
    })
}

proptest! {
    #[test]
    fn the_end_waits_for_the_critical_path_and_the_rest_has_slack(steps in steps()) {
        let slots = schedule(&steps, &BTreeMap::new());
        let end = slots.values().map(|slot| slot.end).fold(0.0, f64::max);
        let critical = critical_path(&steps, &slots);
        prop_assert!(!critical.is_empty());
        for step in &steps {
            let slot = slots[step.id.as_str()];
            let needs = step.after.iter().map(|id| slots[id.as_str()].end).fold(0.0, f64::max);
            prop_assert!((slot.start - needs).abs() < 1e-6, "begins when what it needs is done");
            prop_assert!(slot.end + slot.slack <= end + 1e-6, "slack does not move the end");
        }
        // Some critical step ends the plan, and each begins with it or when another critical one ends.
        prop_assert!(critical.iter().any(|id| (slots[id.as_str()].end - end).abs() < 1e-6));
        for id in &critical {
            let start = slots[id.as_str()].start;
            let follows = critical.iter().any(|other| (slots[other.as_str()].end - start).abs() < 1e-6);
            prop_assert!(start == 0.0 || follows, "{id} follows nothing critical");
        }
    }
}

#[test]
fn a_running_step_has_what_is_left_of_its_time() {
    let expected = Expected { min: 1.0, typical: 100.0, p95: 200.0 };
    let step = Step {
        id: "cluster".to_owned(),
        action: StepKind::CreateCluster,
        resource: String::new(),
        after: Vec::new(),
        state: StepState::Running,
        expected,
    };
    let left = |elapsed| {
        let elapsed = BTreeMap::from([("cluster", elapsed)]);
        schedule(std::slice::from_ref(&step), &elapsed)["cluster"].end
    };
    assert_eq!(left(40.0), 60.0);
    // Late: it can end at any moment.
    assert_eq!(left(500.0), 1.0);
}
