//! Where everything stands, kept so that a plan can be told of it at any time: most ticks nobody asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::agenda::elapsed;
use super::super::handle::Handle;
use super::Engine;
use crate::plan::{
    Actual, ClusterMap, Content, Cost, Decision, Goal, Plan, Recent, StepState, applied, cluster_map,
    contents, cost, end, last_spec, notes, patch_notes, patched, schedule, tag, tag_contents, tag_notes,
    version_of, whole_spec,
};

/// What a plan says beside its steps.
#[derive(Default)]
pub(super) struct Words {
    /// What the plan does, if the goal has another word for it.
    verb: Option<&'static str>,
    /// The zones of the network that was made when this was said.
    zones: Option<String>,
    version: Option<String>,
    contents: Vec<Content>,
    cost: Option<Cost>,
    cost_before: Option<Cost>,
    map: Option<ClusterMap>,
    notes: Vec<String>,
}

/// A decision at a moment, and what led to it.
pub(crate) struct Standing {
    at: i64,
    region: String,
    goal: Arc<Goal>,
    recent: Recent,
    decision: Arc<Decision>,
    words: Arc<Words>,
}

impl Standing {
    /// The operation as data.
    pub(crate) fn handle(&self) -> Handle {
        Handle::new(self.region.clone(), Goal::clone(&self.goal), self.recent.clone())
    }

    /// What is under way, in words.
    pub(crate) fn running(&self) -> Vec<String> {
        let running = self.decision.steps.iter().filter(|step| step.state == StepState::Running);
        running.map(|step| step.action.to_string()).collect()
    }

    /// How long it can be expected to take from then on, in seconds.
    pub(crate) fn expected_seconds(&self) -> f64 {
        end(&schedule(&self.decision.steps, &self.elapsed()))
    }

    fn elapsed(&self) -> BTreeMap<&str, f64> {
        elapsed(&self.decision.steps, &self.recent, self.at)
    }

    pub(crate) fn plan(&self) -> Plan {
        let steps = self.decision.steps.clone();
        let (verb, name) = (self.words.verb.unwrap_or_else(|| self.goal.verb()), self.goal.name());
        let mut plan = Plan::new(verb, name, &self.region, steps, &self.elapsed());
        plan.version.clone_from(&self.words.version);
        plan.contents.clone_from(&self.words.contents);
        plan.cost.clone_from(&self.words.cost);
        plan.cost_before.clone_from(&self.words.cost_before);
        plan.map.clone_from(&self.words.map);
        plan.notes.clone_from(&self.words.notes);
        plan.elapsed_seconds = self.since_it_began(self.at);
        plan.actual = self.actual();
        plan
    }

    fn since_it_began(&self, at: i64) -> f64 {
        if self.recent.began == 0 { 0.0 } else { (at - self.recent.began) as f64 / 1000.0 }
    }

    /// What came of the steps that this operation has begun with, or tried to.
    fn actual(&self) -> BTreeMap<String, Actual> {
        let since = |at: i64| self.since_it_began(at);
        let begun = self.recent.attempts.iter().filter_map(|(step, attempt)| {
            attempt.started.or(attempt.first_refused)?;
            let actual = Actual {
                began_seconds: attempt.started.map(since),
                ended_seconds: attempt.ended_at.map(since),
                refused_seconds: attempt.first_refused.map(since),
                refusals: attempt.refused,
            };
            Some((step.clone(), actual))
        });
        begun.collect()
    }
}

impl Engine {
    /// Where everything stands.
    pub(crate) fn plan(&self) -> Plan {
        self.standing().plan()
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing {
            at: self.now(),
            region: self.eyes.wire.region().to_owned(),
            goal: Arc::clone(&self.goal),
            recent: self.recent.clone(),
            decision: Arc::clone(&self.decision),
            words: Arc::clone(&self.words),
        }
    }

    /// Goes by this decision from now on. What it says in words is about what is made, not how far it is: it changes when
    /// steps come or go, or the zones turn out to be others.
    pub(super) fn stand(&mut self, decision: Decision) {
        let made = self.observed.foundation.present().and_then(|stack| stack.tags.get(tag::ZONES));
        let same_steps = decision.steps.len() == self.decision.steps.len()
            && decision.steps.iter().zip(&self.decision.steps).all(|(new, old)| new.id == old.id);
        if !(same_steps && made == self.words.zones.as_ref()) {
            self.words = Arc::new(self.words_of(made.cloned()));
        }
        self.decision = Arc::new(decision);
        if let Some(listener) = &self.listener {
            listener.stands(self.standing());
        }
    }

    fn words_of(&self, zones: Option<String>) -> Words {
        let words = match &*self.goal {
            Goal::Create { .. } => self.words_of_the_spec(),
            goal @ Goal::Apply { .. } if self.has_foundation() || self.adopts() => {
                let last = last_spec(goal, &self.observed);
                let contents = applied(goal, &self.observed);
                let words = self.words_of_the_spec();
                let cost_before = cost(last.as_ref(), self.eyes.wire.region(), &self.observed);
                let is_another = |before: &Cost| {
                    let after = words.cost.as_ref().map(Cost::known_dollars_per_hour);
                    after.is_some_and(|after| (after - before.known_dollars_per_hour()).abs() > 0.000_01)
                };
                let cost_before = cost_before.filter(is_another);
                Words { contents, cost_before, ..words }
            }
            // Where there is nothing, to apply is to create.
            Goal::Apply { .. } => Words { verb: Some("create"), ..self.words_of_the_spec() },
            Goal::Patch { group, patch, .. } => Words {
                contents: patched(group, patch, &self.observed),
                notes: patch_notes(group, patch, &self.observed),
                ..Words::default()
            },
            Goal::Tag { change, .. } => Words {
                contents: tag_contents(change),
                notes: tag_notes(change, &self.observed),
                ..Words::default()
            },
            Goal::Delete { .. } => Words::default(),
        };
        Words { zones, ..words }
    }

    /// Whether a cluster that others made is about to become ours.
    fn adopts(&self) -> bool {
        last_spec(&self.goal, &self.observed).is_some()
    }

    fn words_of_the_spec(&self) -> Words {
        let whole = whole_spec(&self.goal, &self.observed);
        let spec = whole.as_ref().or(self.goal.spec());
        Words {
            version: version_of(spec, &self.observed),
            contents: contents(spec, &self.observed),
            map: cluster_map(spec, &self.observed),
            cost: cost(spec, self.eyes.wire.region(), &self.observed),
            notes: notes(spec, &self.observed),
            ..Words::default()
        }
    }
}
