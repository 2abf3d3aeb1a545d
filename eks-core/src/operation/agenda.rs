//! Which steps are to be looked at, and when.

use std::collections::{BTreeMap, BTreeSet};

use super::pace::{LONGEST, Place, thrift, until_next_look};
use crate::observe::Look;
use crate::plan::{Decision, Expected, Recent, Slot, Step, StepKind, StepState, schedule};

/// A step that is watched, and when it is to be looked at next, in milliseconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) step: String,
    pub(super) at: i64,
}

/// Every step that is watched: those under way, and those that are blocked by what no other step is about.
/// `watched`: the nodes tell of themselves. `answered` is when a question was last answered, be it for another
/// reason: by the first look, or on behalf of another step.
pub(super) fn agenda(
    Decision { steps, looks, .. }: &Decision,
    recent: &Recent,
    now: i64,
    watched: bool,
    answered: impl Fn(&Look) -> Option<i64>,
) -> Vec<Entry> {
    let elapsed = elapsed(steps, recent, now);
    let slots = schedule(steps, &elapsed);
    let companions = companions(steps, &slots);
    let on_the_way = steps.iter().filter(|step| match step.state {
        StepState::Running => true,
        StepState::Blocked => looks.contains_key(&step.id),
        _ => false,
    });
    on_the_way
        .map(|step| {
            let asked = looks.get(&step.id).into_iter().flatten().map(&answered).min().flatten();
            let asked = asked.map_or(f64::MAX, |at| (now - at) as f64 / 1000.0);
            let since_look = since_look(recent, &step.id, now).min(asked);
            let running = elapsed.get(step.id.as_str()).copied().unwrap_or_default();
            let slack = slots.get(step.id.as_str()).map_or(0.0, |slot| slot.slack);
            let place = place(step);
            let thrift = if place == Place::Aws { thrift(recent.questions) } else { 1.0 };
            let tells = watched && matches!(step.action, StepKind::NodesReady { .. });
            let spared = tells || companions.contains(step.id.as_str());
            let wait = match herald(steps, recent, step, now) {
                _ if spared => (LONGEST - since_look).max(0.0),
                Some(Herald::Silent) => (LONGEST - since_look).max(0.0),
                Some(Herald::Told { since, expected }) => {
                    until_next_look(expected, place, since, since_look, slack, thrift)
                }
                None => until_next_look(step.expected, place, running, since_look, slack, thrift),
            };
            Entry { step: step.id.clone(), at: now + (wait * 1000.0).ceil() as i64 }
        })
        .collect()
}

fn place(step: &Step) -> Place {
    match step.action {
        StepKind::NodesReady { .. } | StepKind::ReachApiServer | StepKind::ReleaseLoadBalancers => {
            Place::Inside
        }
        _ => Place::Aws,
    }
}

/// What the same steps wait for, or the end alone, is needed together: it is enough to watch the one that is
/// likely to be the last, and to look at its companions when it is done. These are the companions.
fn companions<'a>(steps: &'a [Step], slots: &BTreeMap<&str, Slot>) -> BTreeSet<&'a str> {
    let mut together: BTreeMap<Vec<&str>, Vec<&Step>> = BTreeMap::new();
    for step in steps.iter().filter(|step| step.state == StepState::Running && place(step) == Place::Aws) {
        let waits = |other: &&Step| !other.state.is_settled() && other.after.contains(&step.id);
        let waiting = steps.iter().filter(waits).map(|other| other.id.as_str()).collect();
        together.entry(waiting).or_default().push(step);
    }
    let end = |step: &Step| slots.get(step.id.as_str()).map_or(0.0, |slot| slot.end);
    let mut companions = BTreeSet::new();
    for mut steps in together.into_values() {
        steps.sort_by(|one, other| end(one).total_cmp(&end(other)));
        steps.pop();
        companions.extend(steps.into_iter().map(|step| step.id.as_str()));
    }
    companions
}

/// How long each step has been running, in seconds.
pub(super) fn elapsed<'a>(steps: &'a [Step], recent: &Recent, now: i64) -> BTreeMap<&'a str, f64> {
    let started = |step: &Step| recent.attempt(&step.id).and_then(|attempt| attempt.started);
    let since = |step: &'a Step| Some((step.id.as_str(), (now - started(step)?) as f64 / 1000.0));
    steps.iter().filter_map(since).collect()
}

/// Seconds since a step was last looked at.
fn since_look(recent: &Recent, step: &str, now: i64) -> f64 {
    let looked = recent.attempt(step).and_then(|attempt| attempt.looked);
    looked.map_or(f64::MAX, |looked| (now - looked) as f64 / 1000.0)
}

/// What another step says of this one.
enum Herald {
    /// It cannot be done yet.
    Silent,
    /// Since so many seconds it can, and takes so long from there.
    Told { since: f64, expected: Expected },
}

/// A group is not ACTIVE before its nodes are Ready, and those are looked at inside, which costs AWS nothing.
fn herald(steps: &[Step], recent: &Recent, step: &Step, now: i64) -> Option<Herald> {
    let StepKind::CreateNodeGroup { group } = &step.action else { return None };
    let nodes = StepKind::NodesReady { group: group.clone() }.id();
    let nodes = steps.iter().find(|step| step.id == nodes)?;
    let reach = StepKind::ReachApiServer.id();
    match nodes.state {
        // As long as nobody answers inside, the group itself is all there is to look at.
        StepState::Running if steps.iter().any(|step| step.id == reach && step.state == StepState::Done) => {
            Some(Herald::Silent)
        }
        StepState::Done => Some(Herald::Told {
            // A step that is done is not looked at again.
            since: since_look(recent, &nodes.id, now),
            expected: Expected {
                min: 0.0,
                typical: step.expected.typical - nodes.expected.typical,
                p95: step.expected.p95 - nodes.expected.p95,
            },
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: Expected = Expected { min: 75.0, typical: 125.0, p95: 300.0 };
    const NODES: Expected = Expected { min: 65.0, typical: 115.0, p95: 280.0 };
    const REACH: Expected = Expected { min: 1.0, typical: 20.0, p95: 90.0 };

    fn step(action: StepKind, state: StepState, expected: Expected) -> Step {
        let resource = String::new();
        Step { id: action.id(), action, resource, after: Vec::new(), state, expected }
    }

    /// Seconds from now until the group is looked at.
    fn wait(nodes: StepState, reach: StepState) -> f64 {
        waits(nodes, reach, false)[0]
    }

    /// Seconds from now until a group and its nodes are looked at, 100 seconds after they were begun, 10 after the
    /// group was last looked at and 2 after its nodes were.
    fn waits(nodes: StepState, reach: StepState, watched: bool) -> [f64; 2] {
        let group = "web".to_owned();
        let steps = [
            step(StepKind::ReachApiServer, reach, REACH),
            step(StepKind::CreateNodeGroup { group: group.clone() }, StepState::Running, GROUP),
            step(StepKind::NodesReady { group }, nodes, NODES),
        ];
        let now = 1_000_000;
        let mut recent = Recent::default();
        for (step, looked) in steps.iter().zip([0, 10, 2]) {
            let attempt = recent.attempts.entry(step.id.clone()).or_default();
            (attempt.started, attempt.looked) = (Some(now - 100_000), Some(now - looked * 1000));
        }
        let decision = Decision { steps: steps.into(), ..Decision::default() };
        let entries = agenda(&decision, &recent, now, watched, |_| None);
        [1, 2].map(|step: usize| {
            let entry = entries.iter().find(|entry| entry.step == decision.steps[step].id);
            entry.map_or(f64::INFINITY, |entry| (entry.at - now) as f64 / 1000.0)
        })
    }

    #[test]
    fn a_group_whose_nodes_are_awaited_is_looked_at_for_trouble_only() {
        assert_eq!(wait(StepState::Running, StepState::Done), LONGEST - 10.0);
    }

    #[test]
    fn nodes_that_tell_of_themselves_are_not_looked_at() {
        assert!(waits(StepState::Running, StepState::Done, false)[1] < 10.0);
        assert_eq!(waits(StepState::Running, StepState::Done, true)[1], LONGEST - 2.0);
    }

    #[test]
    fn where_nobody_answers_inside_the_group_is_all_there_is() {
        assert!(wait(StepState::Running, StepState::Running) < 10.0);
        let skipped = || StepState::Skipped { reason: "private".to_owned() };
        assert_eq!(wait(skipped(), skipped()), 0.0);
    }

    #[test]
    fn from_its_nodes_on_a_group_is_looked_at_often() {
        assert_eq!(wait(StepState::Done, StepState::Done), 0.0);
    }

    #[test]
    fn of_what_is_needed_together_the_last_is_watched() {
        let addon = |name: &str| StepKind::CreateAddon { addon: name.to_owned() };
        let (short, long) = (
            Expected { min: 5.0, typical: 30.0, p95: 120.0 },
            Expected { min: 15.0, typical: 45.0, p95: 180.0 },
        );
        let mut steps = vec![
            step(addon("kube-proxy"), StepState::Running, short),
            step(addon("coredns"), StepState::Running, long),
        ];
        let of = |steps: &[Step]| -> Vec<String> {
            let slots = schedule(steps, &BTreeMap::new());
            companions(steps, &slots).into_iter().map(str::to_owned).collect()
        };
        assert_eq!(of(&steps), ["createAddon/kube-proxy"]);
        // Somebody waits for the short one alone.
        let mut next = step(addon("metrics-server"), StepState::Blocked, short);
        next.after.push(steps[0].id.clone());
        steps.push(next);
        assert_eq!(of(&steps), Vec::<String>::new());
    }
}
