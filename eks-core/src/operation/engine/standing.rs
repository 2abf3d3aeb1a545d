//! Where everything stands, kept so that a plan can be told of it at any time: most ticks nobody asks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::agenda::elapsed;
use super::Engine;
use crate::plan::{Content, Decision, Goal, Plan, contents, notes, version_of};

/// What a plan says beside its steps.
#[derive(Default)]
pub(super) struct Words {
    version: Option<String>,
    contents: Vec<Content>,
    notes: Vec<String>,
}

/// A decision at a moment.
pub(crate) struct Standing {
    verb: &'static str,
    name: String,
    region: String,
    decision: Arc<Decision>,
    words: Arc<Words>,
    elapsed: BTreeMap<String, f64>,
}

impl Standing {
    pub(crate) fn plan(&self) -> Plan {
        let steps = self.decision.steps.clone();
        let mut plan = Plan::new(self.verb, &self.name, &self.region, steps, &self.elapsed);
        plan.version.clone_from(&self.words.version);
        plan.contents.clone_from(&self.words.contents);
        plan.notes.clone_from(&self.words.notes);
        plan
    }
}

impl Engine {
    /// Where everything stands.
    pub(crate) fn plan(&self) -> Plan {
        self.standing().plan()
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing {
            verb: self.goal.verb(),
            name: self.goal.name().to_owned(),
            region: self.eyes.wire.region().to_owned(),
            decision: Arc::clone(&self.decision),
            words: Arc::clone(&self.words),
            elapsed: elapsed(&self.decision.steps, &self.recent, self.now()),
        }
    }

    /// Goes by this decision from now on. What it says in words changes no oftener than its steps.
    pub(super) fn stand(&mut self, decision: Decision) {
        if decision.steps != self.decision.steps
            && let Goal::Create { spec, .. } = &self.goal
        {
            self.words = Arc::new(Words {
                version: version_of(spec.as_deref(), &self.observed),
                contents: contents(spec.as_deref(), &self.observed),
                notes: notes(spec.as_deref(), &self.observed),
            });
        }
        self.decision = Arc::new(decision);
    }
}
