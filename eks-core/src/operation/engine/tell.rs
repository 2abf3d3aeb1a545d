//! Saying what happens, and that the operation is alive.

use super::super::event::{Event, EventKind};
use super::super::pulse::{HEARTBEAT, Pulse};
use super::{Engine, seconds};
use crate::plan::{Step, StepKind, StepState};

impl Engine {
    /// Tells what has changed since it was last told. What was told travels in the handle, so that a tick, or
    /// another process, goes on with the story.
    pub(super) fn tell(&mut self, steps: &[Step]) {
        if !self.planned && self.listener.as_ref().is_none_or(|listener| listener.is_reading()) {
            self.planned = true;
            let plan = Box::new(self.plan());
            self.event(EventKind::Planned { plan });
        }
        if !std::mem::replace(&mut self.recent.planned, true) {
            // What was done before this operation began is no news.
            for step in steps.iter().filter(|step| step.state == StepState::Done) {
                self.recent.attempts.entry(step.id.clone()).or_default().ended = true;
            }
        }
        for step in steps {
            let now = self.now();
            let known = self.recent.attempt(&step.id);
            let (started, ended) = known.map_or((None, false), |known| (known.started, known.ended));
            let words = || (step.id.clone(), step.action.to_string());
            let event = match &step.state {
                StepState::Running if started.is_none() => {
                    let (id, action) = words();
                    let began = self.began(step).unwrap_or(now);
                    self.recent.attempts.entry(id.clone()).or_default().started = Some(began);
                    EventKind::StepStarted { step: id, action }
                }
                StepState::Done if !ended => {
                    let (id, action) = words();
                    let attempt = self.recent.attempts.entry(id.clone()).or_default();
                    (attempt.ended, attempt.ended_at) = (true, Some(now));
                    EventKind::StepDone { step: id, action, seconds: seconds(now - started.unwrap_or(now)) }
                }
                StepState::Skipped { reason } if !ended => {
                    let (id, action) = words();
                    self.recent.attempts.entry(id.clone()).or_default().ended = true;
                    // What Kubernetes did not do was done without it.
                    if step.action != StepKind::ReleaseLoadBalancers {
                        self.recent.left_out.insert(id.clone(), reason.clone());
                    }
                    EventKind::StepSkipped { step: id, action, reason: reason.clone() }
                }
                _ => continue,
            };
            self.event(event);
        }
    }

    /// When AWS began with what a step is about, where AWS says so: a resumed operation did not see it.
    fn began(&self, step: &Step) -> Option<i64> {
        match &step.action {
            StepKind::CreateCluster => self.observed.cluster.present().map(|cluster| cluster.created_at),
            StepKind::CreateFoundation | StepKind::CompleteFoundation => {
                self.observed.foundation.present().map(|stack| stack.created_at)
            }
            _ => None,
        }
    }

    pub(super) fn event(&mut self, kind: EventKind) {
        let at = self.now();
        self.last_event = at;
        let event = Event { at, elapsed: at - self.recent.began, kind };
        match &self.listener {
            Some(listener) => listener.tell(event),
            None => self.events.push(event),
        }
    }

    /// Emits a heartbeat if nothing was said for long and somebody wants to know; the moment until which one may stay
    /// silent.
    pub(crate) fn heartbeat(&mut self) -> i64 {
        if self.now() - self.last_event >= HEARTBEAT {
            self.last_event = self.now();
            if let Some(listener) = self.listener.as_ref().filter(|listener| listener.is_reading()) {
                listener.tell(self.pulse().beat(Some(&self.standing())));
            }
        }
        self.last_event + HEARTBEAT
    }

    /// What can beat while a tick is under way.
    pub(crate) fn pulse(&self) -> Pulse {
        let wire = self.eyes.wire.clone();
        Pulse { wire, began: self.recent.began, last_event: self.last_event }
    }

    /// A pulse has beaten meanwhile.
    pub(crate) fn beaten(&mut self, pulse: Pulse) {
        self.last_event = self.last_event.max(pulse.last_event);
    }
}
