//! Waiting between two ticks: for a moment, or for nodes to tell of themselves.

use futures_util::FutureExt;

use super::super::pulse::sleep_until;
use super::Engine;
use crate::observe::{Look, Seen, Sighting, Watch};
use crate::plan::{StepKind, StepState};

/// How long nodes are only looked at after they could not be watched, in milliseconds.
const UNWATCHED: i64 = 90_000;

impl Engine {
    /// Waits until `moment`, by the injected clock, or until there is news of nodes that are awaited. Whether there is.
    pub(crate) async fn wait_until(&mut self, moment: i64) -> bool {
        let wire = self.eyes.wire.clone();
        let due = sleep_until(&wire, moment);
        if self.watch.is_none() && !self.may_watch() {
            due.await;
            return false;
        }
        let news = async {
            if self.watch.is_none() {
                self.watch = Box::pin(Watch::begin(&self.eyes, &self.observed)).await;
            }
            match &mut self.watch {
                Some(watch) => watch.next().await,
                None => None,
            }
        };
        let news = tokio::select! {
            biased;
            news = news => news,
            () = due => return false,
        };
        match news {
            Some(sighting) => self.told(sighting),
            // Looked at from now on, and watched again from the next list.
            None => self.unwatched(),
        }
        true
    }

    /// Whether a watch has told all that there is to know of the nodes by now.
    pub(super) fn is_told(&mut self) -> bool {
        // Nobody has listened during the tick.
        while let Some(watch) = &mut self.watch {
            match watch.next().now_or_never() {
                Some(Some(sighting)) => self.told(sighting),
                Some(None) => self.unwatched(),
                None => {
                    self.answered.insert(Look::ApiServer, self.now());
                    return true;
                }
            }
        }
        false
    }

    /// Whether nodes are awaited that can be watched: those of a list that was made since they can be there.
    fn may_watch(&self) -> bool {
        let awaited = self.awaited_nodes().filter_map(|step| self.recent.attempt(step)?.started).min();
        let listed = self.answered.get(&Look::ApiServer);
        let Some((since, listed)) = awaited.zip(listed) else { return false };
        let version = self.observed.api_server.present().and_then(|server| server.version.as_ref());
        version.is_some() && *listed > since && self.now() >= self.watch_again
    }

    /// The steps that wait for nodes.
    fn awaited_nodes(&self) -> impl Iterator<Item = &str> {
        let running = self.decision.steps.iter().filter(|step| step.state == StepState::Running);
        let nodes = running.filter(|step| matches!(step.action, StepKind::NodesReady { .. }));
        nodes.map(|step| step.id.as_str())
    }

    /// What a look at the API server would have said.
    fn told(&mut self, sighting: Sighting) {
        let now = self.now();
        let awaited: Vec<String> = self.awaited_nodes().map(str::to_owned).collect();
        for step in awaited {
            self.recent.attempts.entry(step).or_default().looked = Some(now);
        }
        sighting.apply(&mut self.observed);
        self.answered.insert(Look::ApiServer, now);
    }

    fn unwatched(&mut self) {
        if self.watch.take().is_none() {
            self.watch_again = self.now() + UNWATCHED;
        }
        if let Seen::Present(server) = &mut self.observed.api_server {
            server.version = None;
        }
    }
}
