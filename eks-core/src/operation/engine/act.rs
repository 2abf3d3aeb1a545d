//! Sending what is ready, and what its answers mean.

use std::collections::BTreeSet;

use futures_util::future::join_all;

use super::super::begin::begin;
use super::super::budget::{Advice, advise};
use super::super::event::EventKind;
use super::{Engine, millis, seconds};
use crate::Result;
use crate::act::{Begun, perform};
use crate::aws::{Class, Refusal};
use crate::observe::{ForeignPolicies, Look};
use crate::plan::{Decision, Request, Step, StepKind, StepState, retained};

impl Engine {
    /// Sends every request that is ready and may be sent now, all at once. Whether anything came of it that
    /// a new decision could build on.
    pub(super) async fn act(&mut self, decision: &Decision) -> Result<bool> {
        let now = self.now();
        let ready: Vec<(&Step, &Request)> = decision
            .steps
            .iter()
            .filter(|step| step.state == StepState::Ready)
            .filter(|step| self.recent.attempt(&step.id).is_none_or(|attempt| attempt.not_before <= now))
            .filter_map(|step| Some((step, decision.requests.get(&step.id)?)))
            .collect();
        if ready.is_empty() {
            return Ok(false);
        }
        let tokens: Vec<String> = ready.iter().map(|_| self.token()).collect();
        let wire = self.eyes.wire.clone();
        // A deletion calls the API server for nothing else.
        let inside = ready.iter().any(|(_, request)| matches!(request, Request::DeleteExposed { .. }));
        let server = inside.then(|| self.eyes.server(&self.observed)).flatten();
        let server = server.as_ref();
        let calls = ready.iter().zip(&tokens).map(async |((_, request), token)| {
            match perform(&wire, server, request, token).await {
                // Once more at once: with the same token it is the same request, whatever became of it.
                Err(refusal) if refusal.class == Class::Transient => {
                    perform(&wire, server, request, token).await
                }
                answer => answer,
            }
        });
        let answers = join_all(calls).await;
        self.whole = false;
        let mut look_at = BTreeSet::new();
        let mut doubtful = Vec::new();
        let mut accepted = false;
        let mut failure = None;
        for ((step, request), answer) in ready.into_iter().zip(answers) {
            match answer {
                Ok(update) => {
                    accepted = true;
                    self.accepted(step, request, update);
                }
                Err(refusal) if is_left_out(step, refusal.class) => {
                    accepted = true;
                    let why = match step.action.is_a_tag_of_many() {
                        true => refusal.told(),
                        false => refusal.error.to_string(),
                    };
                    let reason = format!("could not {}: {why}", step.action);
                    self.recent.denied.insert(step.id.clone(), reason);
                }
                Err(refusal) => {
                    // Not to be seen yet, or gone since it was seen.
                    if refusal.error.code() == Some("ResourceNotFoundException") {
                        look_at.insert(Look::Cluster);
                    }
                    match self.refused(step, refusal) {
                        Ok(true) => {
                            look_at.extend(decision.looks.get(&step.id).cloned().unwrap_or_default());
                            doubtful.push(step.id.clone());
                        }
                        Ok(false) => {}
                        Err(error) => failure = failure.or(Some(error)),
                    }
                }
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        if !look_at.is_empty() && self.look(look_at).await.is_err() {
            // Met again at the next tick. What could not be looked for has not been missed.
            for step in &doubtful {
                let attempt = self.recent.attempts.entry(step.clone()).or_default();
                attempt.refusals = attempt.refusals.saturating_sub(1);
                attempt.unseen = attempt.unseen.saturating_sub(1);
            }
        }
        Ok(accepted)
    }

    fn accepted(&mut self, step: &Step, request: &Request, update: Begun) {
        let now = self.now();
        let attempt = self.recent.attempts.entry(step.id.clone()).or_default();
        let news = attempt.started.is_none();
        attempt.sent = Some(now);
        attempt.started = Some(now);
        attempt.looked = Some(now);
        attempt.count += 1;
        attempt.requests.push(request.kind().to_owned());
        attempt.update = update;
        attempt.refused_since = None;
        attempt.refusals = 0;
        attempt.unseen = 0;
        let mut detached = None;
        match request {
            Request::DeleteLeftovers { .. } => self.observed.leftovers = None,
            Request::DetachPolicies { stack, policies } => {
                self.observed.foreign_policies.insert(stack.clone(), ForeignPolicies::default());
                let what: Vec<String> = policies.iter().map(ToString::to_string).collect();
                self.recent.detached.extend(what.iter().cloned());
                detached = Some(EventKind::Detached { step: step.id.clone(), what });
            }
            Request::DeleteLoadBalancers { .. } => self.forget_load_balancers(),
            Request::DeleteExposed { .. } => self.observed.exposed = None,
            // A cluster that was just made has nothing in it: no need to list that.
            Request::CreateCluster(_) => {
                self.observed.node_groups.get_or_insert_default();
                self.observed.fargate_profiles.get_or_insert_default();
                self.observed.addons.get_or_insert_default();
                self.observed.access_entries.get_or_insert_default();
                self.observed.pod_identity_associations.get_or_insert_default();
            }
            // Should it fail, what was attached meanwhile is looked for.
            Request::DeleteStack(delete) => {
                for words in retained(delete, &self.observed) {
                    self.recent.retain(words);
                }
                self.observed.foreign_policies.remove(&delete.id);
                self.answered.retain(
                    |look, _| !matches!(look, Look::ForeignPolicies { stack, .. } if *stack == delete.id),
                );
                begin(&mut self.observed, request);
            }
            _ => begin(&mut self.observed, request),
        }
        if news {
            self.event(EventKind::StepStarted { step: step.id.clone(), action: step.action.to_string() });
        }
        if let Some(event) = detached {
            self.event(event);
        }
    }

    /// A request was refused. `Ok(true)`: it may have been accepted all the same, so look.
    fn refused(&mut self, step: &Step, refusal: Refusal) -> Result<bool> {
        let now = self.now();
        if !refusal.valid_zones.is_empty() && self.recent.valid_zones.is_empty() {
            // The next decision does without the others, or says why it cannot.
            self.recent.valid_zones = refusal.valid_zones;
            let what = refusal.error.operation().unwrap_or_default().to_owned();
            let error = refusal.error.to_string();
            self.event(EventKind::Retrying { what, error, delay: 0.0, attempt: 1 });
            return Ok(false);
        }
        let jitter = self.draw();
        let attempt = self.recent.attempts.entry(step.id.clone()).or_default();
        let since = *attempt.refused_since.get_or_insert(now);
        let refusals = attempt.refusals;
        attempt.refusals += 1;
        attempt.refused += 1;
        attempt.first_refused.get_or_insert(now);
        match advise(refusal.class, refusals, seconds(now - since), jitter) {
            Advice::Again(delay) => {
                attempt.not_before = now + millis(delay);
                let what = refusal.error.operation().map_or_else(|| step.action.to_string(), str::to_owned);
                let event = EventKind::Retrying {
                    what,
                    error: refusal.error.to_string(),
                    delay,
                    attempt: refusals + 1,
                };
                self.event(event);
                let refilled = refusal.class == Class::Conflict && step.action == StepKind::DeleteCluster;
                Ok(refusal.class == Class::Transient || refilled)
            }
            // What is said to be there again and again and cannot be seen is somebody else's. Refusals of another kind, as
            // while somebody else's update is under way, say nothing of that.
            Advice::Look if attempt.unseen < 20 => {
                attempt.unseen += 1;
                attempt.not_before = now + 3_000;
                Ok(true)
            }
            Advice::Look | Advice::Stop => Err(refusal.error),
        }
    }
}

/// Whether the others go on without a step that was refused so.
fn is_left_out(step: &Step, class: Class) -> bool {
    match class {
        Class::Denied => step.action.can_be_left_out(),
        // What has as many tags as it can have, or is none that this endpoint knows.
        Class::Quota | Class::Unsupported => step.action.is_a_tag_of_many(),
        _ => false,
    }
}
