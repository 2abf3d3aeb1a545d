//! The loop's short memory. Losing it costs calls, never correctness.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was sent for a step, and what came of it. Times are milliseconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Attempt {
    /// When a request was last accepted, or may have been.
    pub(crate) sent: Option<i64>,
    /// How many requests were accepted, or may have been.
    pub(crate) count: u32,
    /// The kinds of requests that were accepted: a repair is not sent twice.
    pub(crate) requests: Vec<String>,
    /// The id of the update that was last begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) update: Option<String>,
    /// When AWS first refused in the present run of refusals.
    pub(crate) refused_since: Option<i64>,
    /// How many refusals the present run has.
    pub(crate) refusals: u32,
    /// How often in the present run AWS said that it was there already, and it was not seen.
    pub(crate) unseen: u32,
    /// Not to be sent again before this.
    pub(crate) not_before: i64,
    /// When it was first seen running or done.
    pub(crate) started: Option<i64>,
    /// When it was last looked at.
    pub(crate) looked: Option<i64>,
    /// Whether its end was told.
    pub(crate) ended: bool,
    /// When its end was told, if that was news.
    pub(crate) ended_at: Option<i64>,
    /// When AWS first refused it, and how often it did in all.
    pub(crate) first_refused: Option<i64>,
    pub(crate) refused: u32,
}

/// The loop's short memory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Recent {
    /// When the operation began.
    pub(crate) began: i64,
    /// Whether the plan was told.
    pub(crate) planned: bool,
    /// What was sent, by the id of the step; in boxes, since a map has room for eleven from its first on.
    pub(crate) attempts: BTreeMap<String, Box<Attempt>>,
    /// Whether a create has seen its foundation: one that is gone then was deleted.
    pub(crate) seen_foundation: bool,
    /// Whether a create has seen its cluster.
    pub(crate) seen_cluster: bool,
    /// When the cluster was first seen ACTIVE.
    pub(crate) active_since: Option<i64>,
    /// Node groups that were seen, so that their steps stay in the plan when they are gone.
    pub(crate) node_groups: Vec<String>,
    /// Fargate profiles that were seen, likewise.
    pub(crate) fargate_profiles: Vec<String>,
    /// What load balancers are called that were seen, likewise; their network interfaces are named after them.
    pub(crate) load_balancers: Vec<String>,
    /// What Kubernetes has load balancers for, likewise.
    pub(crate) exposed: Vec<String>,
    /// The zones that AWS named when one of ours could not host the control plane.
    pub(crate) valid_zones: Vec<String>,
    /// The VPC of the cluster that is being deleted: its API server knows it no longer when it is gone.
    pub(crate) vpc: Option<String>,
    /// When the cluster that is being deleted began to be made, if it is ours, as far as is known, in milliseconds
    /// since the Unix epoch: log groups that were there before are not its own.
    pub(crate) born: Option<i64>,
    /// Whether the cluster that is being deleted is ours: then nobody looks for what others made.
    pub(crate) ours: bool,
    /// The stacks of eksctl's that were seen, so that their steps stay in the plan when they are gone.
    pub(crate) eksctl_stacks: Vec<String>,
    /// The ARN of the OIDC provider that eksctl made for the cluster, which is gone before it is.
    pub(crate) oidc_provider: Option<String>,
    /// Whether the cluster that is being deleted is not ours.
    pub(crate) adopted: bool,
    /// Whether the control plane of the cluster that is being deleted has written logs.
    pub(crate) writes_logs: bool,
    /// How many questions a create has asked AWS, which is why it pauses longer and longer. A delete goes on at its
    /// pace.
    pub(crate) questions: u32,
    /// What AWS denied of steps that others need not wait for, by their ids: they are left out.
    pub(crate) denied: BTreeMap<String, String>,
    /// Why steps were left out, by their ids: a step goes with what it is about.
    pub(crate) left_out: BTreeMap<String, String>,
    /// What of others a delete has taken from roles, in words.
    pub(crate) detached: Vec<String>,
    /// What was left behind of stacks, in words.
    pub(crate) retained: Vec<String>,
    /// How many failed deletes of the foundation were followed by a new look for what blocks it.
    pub(crate) sweeps: usize,
}

/// How long a resource may stay invisible after AWS accepted its creation (facts/failures.md S1).
const READ_LAG: i64 = 120_000;

impl Recent {
    pub(crate) fn attempt(&self, step: &str) -> Option<&Attempt> {
        self.attempts.get(step).map(Box::as_ref)
    }

    /// Whether the step was sent so lately that its effect need not be visible yet, or nobody has looked for it
    /// since it had to be.
    pub(crate) fn just_sent(&self, step: &str, now: i64) -> bool {
        let Some(attempt) = self.attempt(step) else { return false };
        attempt.sent.is_some_and(|sent| attempt.looked.unwrap_or(now).min(now) - sent < READ_LAG)
    }

    /// Whether this operation has had a request of this kind accepted for the step.
    pub(crate) fn has_sent(&self, step: &str, request: &str) -> bool {
        self.attempt(step).is_some_and(|attempt| attempt.requests.iter().any(|sent| sent == request))
    }

    /// Notes that something is left behind.
    pub(crate) fn retain(&mut self, words: String) {
        if !self.retained.contains(&words) {
            self.retained.push(words);
        }
    }

    /// How often this operation has had a request of this kind accepted for the step.
    pub(crate) fn times_sent(&self, step: &str, request: &str) -> usize {
        self.attempt(step)
            .map_or(0, |attempt| attempt.requests.iter().filter(|sent| *sent == request).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_looked_for_is_not_sent_again() {
        let now = 1_000_000;
        let just_sent = |looked: Option<i64>| {
            let mut recent = Recent::default();
            let attempt = Attempt { sent: Some(now - 200_000), looked, ..Attempt::default() };
            recent.attempts.insert("createCluster".to_owned(), Box::new(attempt));
            recent.just_sent("createCluster", now)
        };
        assert!(just_sent(Some(now - 200_000)), "not since it was sent");
        assert!(just_sent(Some(now - 81_000)), "not since it had to be visible");
        assert!(!just_sent(Some(now)));
        assert!(!just_sent(None), "of an operation that was resumed nobody knows better");
    }
}
