//! What a delete keeps of what it has seen, since AWS stops telling.

use super::Engine;
use crate::observe::{ClusterState, StackState, StackStatus, eksctl_cluster_stack, has_eksctl_tag};
use crate::plan::{
    StepKind, eksctl_cluster, found_anything, owns_cluster, owns_stack, remember_eksctl, remember_logs,
    remember_retained,
};

/// What eksctl puts on a cluster for which it made an OIDC provider (facts/eksctl.md §2.2).
const OIDC: &str = "alpha.eksctl.io/cluster-oidc-enabled";

impl Engine {
    pub(super) fn remember_delete(&mut self, now: i64) {
        let name = self.goal.name().to_owned();
        self.found |= found_anything(&self.observed);
        let (cluster, foundation) = (self.observed.cluster.present(), self.observed.foundation.present());
        self.recent.ours |= cluster.is_some_and(owns_cluster);
        self.recent.ours |= foundation.is_some_and(|stack| owns_stack(&name, stack));
        if let Some(vpc) = cluster.and_then(|cluster| cluster.vpc.clone()) {
            self.recent.vpc = Some(vpc);
        }
        if let Some(provider) = cluster.and_then(oidc_provider) {
            self.recent.oidc_provider = Some(provider);
        }
        // Pods and controllers work until the cluster is gone, and EKS may leave its security group.
        if cluster.is_some() {
            self.swept_early |= self.observed.leftovers.is_some();
        } else if self.observed.cluster.is_absent() && std::mem::take(&mut self.swept_early) {
            self.observed.leftovers = None;
        }
        if self.observed.cluster.present().is_some() {
            for (_, group) in self.observed.node_groups.iter().flatten() {
                if !self.recent.node_groups.contains(&group.name) {
                    self.recent.node_groups.push(group.name.clone());
                }
            }
            for (name, _) in self.observed.fargate_profiles.iter().flatten() {
                if !self.recent.fargate_profiles.contains(name) {
                    self.recent.fargate_profiles.push(name.clone());
                }
            }
        }
        remember_eksctl(&self.observed, &mut self.recent);
        self.remember_load_balancers();
        remember_logs(&name, &self.observed, &mut self.recent, now);
        remember_retained(&name, &self.observed, &mut self.recent);
        self.sweep_again(&name);
    }

    /// A network that could not be deleted is held by something: look for it again.
    fn sweep_again(&mut self, name: &str) {
        let has_failed = |stack: &StackState| stack.status == StackStatus::DeleteFailed;
        let foundation = self.observed.foundation.present().is_some_and(has_failed);
        let eksctl = eksctl_cluster(name, &self.observed).is_some_and(has_failed);
        let of_eksctl = StepKind::DeleteStack { stack: eksctl_cluster_stack(name) };
        let sent = |step: StepKind| self.recent.times_sent(&step.id(), "deleteStack");
        let sent = sent(StepKind::DeleteFoundation) + sent(of_eksctl);
        if (foundation || eksctl) && self.recent.sweeps < sent {
            self.recent.sweeps = sent;
            self.observed.leftovers = None;
            self.forget_load_balancers();
        }
    }
}

/// The ARN of the provider that eksctl made for the cluster, if it did: IAM calls it after the issuer.
fn oidc_provider(cluster: &ClusterState) -> Option<String> {
    let made = has_eksctl_tag(&cluster.name, &cluster.tags);
    let made = made && cluster.tags.get(OIDC).is_some_and(|enabled| enabled == "true");
    let issuer = cluster.issuer.as_deref().filter(|_| made)?.strip_prefix("https://")?;
    let mut parts = cluster.arn.split(':').skip(1);
    let (partition, account) = (parts.next()?, parts.nth(2)?);
    Some(format!("arn:{partition}:iam::{account}:oidc-provider/{issuer}"))
}
