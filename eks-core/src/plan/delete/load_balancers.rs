//! Load balancers that Kubernetes made (facts/aws.md §9, facts/failures.md D1): they hold the network, and the
//! controllers that would take them away die with the nodes and the cluster.
//!
//! First Kubernetes is asked to take them away: what controllers made beside them goes along, and nobody makes them
//! anew. When the nodes are gone, and the controllers with them, what is left is found by its tags and deleted.

use super::super::draft::Stand;
use super::super::request::Request;
use super::super::step::StepKind;
use super::Delete;
use crate::observe::{ClusterState, ClusterStatus, Issue, LoadBalancers, Look, Observed};
use crate::{Error, ErrorKind};

/// How long Kubernetes is waited for, in milliseconds. Its security groups wait for the interfaces of load balancers,
/// which takes a minute (facts/aws.md §1.1); eksctl allows ten (facts/eksctl.md §5). Who has not done it in two may
/// be dead, and holds up nothing but comfort: what is left is swept.
const PATIENCE: i64 = 120_000;

/// How long the interfaces of deleted load balancers are waited for, in milliseconds: three times what one in twenty
/// takes (facts/aws.md §1.1). What is there then is named as an obstacle, if it is one.
const INTERFACES: i64 = 900_000;

/// How old a look may be that says what is deleted, in milliseconds.
const FRESH: i64 = 30_000;

/// The question, if it must be answered before anything can be said: which load balancers are there.
pub(super) fn unseen(
    name: &str,
    vpc: Option<String>,
    own_vpc: Option<String>,
    observed: &Observed,
    names: &[String],
) -> Option<Look> {
    if observed.load_balancers.is_some() || cfg!(not(feature = "ec2")) {
        return None;
    }
    let ours = own_vpc.is_some();
    let vpc = own_vpc.or(vpc)?;
    Some(Look::LoadBalancers { vpc, cluster: name.to_owned(), ours, names: names.to_vec() })
}

/// A protected load balancer is refused as a protected cluster is: whoever protected it has to say otherwise.
pub(super) fn refuse(observed: &Observed) -> Result<(), Error> {
    let ours = observed.load_balancers.iter().flat_map(|seen| &seen.ours);
    let Some(protected) = ours.into_iter().find(|it| it.protected) else { return Ok(()) };
    Err(Error::new(ErrorKind::Conflict, "the load balancer is protected against deletion")
        .with_resource(format!("load balancer {}", protected.id))
        .with_hint(
            "The cluster's Kubernetes made it, and it goes with the cluster. Switch its deletion protection off \
             (elasticloadbalancing:ModifyLoadBalancerAttributes, or the annotation that switched it on), then delete \
             again",
        ))
}

impl Delete<'_> {
    /// Has Kubernetes take away what it has load balancers for. Only in the plan of a cluster that has any.
    pub(super) fn release(&mut self) {
        let action = StepKind::ReleaseLoadBalancers;
        let sent = self.draft.recent.attempt(&action.id()).and_then(|attempt| attempt.sent);
        let any = self.observed.load_balancers.as_ref().is_some_and(|seen| !seen.ours.is_empty());
        let lives = |it: &ClusterState| matches!(it.status, ClusterStatus::Active | ClusterStatus::Updating);
        let is_there = self.cluster.is_some_and(lives);
        if sent.is_none() && !(any && is_there) {
            return;
        }
        let stand = match (&self.observed.exposed, sent) {
            _ if !is_there => Stand::Done,
            (None, _) => Stand::Running,
            (Some(exposed), _) if exposed.problem.is_some() => Stand::Skipped(format!(
                "Kubernetes was not asked to take its load balancers away: {}",
                exposed.problem.as_deref().unwrap_or_default()
            )),
            (Some(exposed), _) if exposed.objects.is_empty() => Stand::Done,
            (Some(exposed), None) => {
                let paths = exposed.objects.iter().map(|object| object.path.clone()).collect();
                Stand::Todo(Request::DeleteExposed { paths })
            }
            // What does not leave was not ours to delete.
            (Some(exposed), Some(sent)) => {
                if exposed.objects.iter().any(|it| it.leaving) && self.draft.now - sent < PATIENCE {
                    Stand::Running
                } else {
                    let names: Vec<&str> = exposed.objects.iter().map(|it| it.name.as_str()).collect();
                    Stand::Skipped(format!("Kubernetes has not let go of {}", names.join(", ")))
                }
            }
        };
        let names = &self.draft.recent.exposed;
        let resource = if names.is_empty() { "load balancers".to_owned() } else { names.join(", ") };
        let after = self.at_first();
        self.draft.step(action, resource, &after, stand, vec![Look::Exposed]);
    }

    /// Deletes what is left of them, and waits until their network interfaces are gone.
    pub(super) fn load_balancers(&mut self) {
        let Some(seen) = &self.observed.load_balancers else { return };
        let own_vpc = self.own_vpc();
        let ours = own_vpc.is_some();
        let Some(vpc) = own_vpc.or_else(|| self.given_vpc()) else { return };
        let names = self.draft.recent.load_balancers.clone();
        if names.is_empty() && !seen.has_any() && seen.unchecked.is_empty() {
            return;
        }
        let action = StepKind::DeleteLoadBalancers;
        let mut after = self.inhabitants();
        after.push(StepKind::ReleaseLoadBalancers);
        let is_open = |step: &StepKind| {
            let state = self.draft.state(&step.id());
            state.is_some_and(|state| !state.is_settled())
        };
        let free = !after.iter().any(is_open);
        let recent = self.draft.recent;
        let began =
            recent.attempt(&action.id()).and_then(|attempt| attempt.started).unwrap_or(self.draft.now);
        let cluster = self.name.to_owned();
        let look = Look::LoadBalancers { vpc, cluster, ours, names: names.clone() };
        let stand = if !free {
            Stand::Blocked
        } else if seen.has_any() {
            if self.draft.now - seen.seen_at > FRESH && !recent.just_sent(&action.id(), self.draft.now) {
                self.unseen.push(look.clone());
            }
            self.draft.todo(&action, request(seen))
        } else if !seen.interfaces.is_empty() && self.draft.now - began < INTERFACES {
            Stand::Running
        } else if seen.unchecked.is_empty() {
            Stand::Done
        } else {
            Stand::Skipped(seen.unchecked.join("; "))
        };
        let resource = match names.len() {
            0 => "load balancers".to_owned(),
            1 => format!("load balancer {}", names[0]),
            _ => format!("load balancers {}", names.join(", ")),
        };
        self.draft.step(action, resource, &after, stand, vec![look]);
    }

    /// Load balancers that are not ours and hold the network, once CloudFormation has tried in vain.
    pub(super) fn strange_load_balancers(&self) -> Vec<Issue> {
        let strangers = self.observed.load_balancers.iter().flat_map(|seen| &seen.strangers);
        let issue = |id: &String| Issue {
            code: "DependencyViolation".to_owned(),
            message: format!("load balancer {id} is in the network and was not made for this cluster"),
            resources: vec![id.clone()],
        };
        strangers.map(issue).collect()
    }
}

fn request(seen: &LoadBalancers) -> Request {
    Request::DeleteLoadBalancers {
        load_balancers: seen.ours.iter().map(|it| it.id.clone()).collect(),
        target_groups: seen.target_groups.clone(),
    }
}
