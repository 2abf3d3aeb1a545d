//! What eksctl made goes through its stacks, in eksctl's order (facts/eksctl.md §5): node groups, then roles and access
//! entries, then the cluster with its network, then what its nodes may need to the end.
//!
//! eksctl drains self-managed groups first. Here nothing is drained that goes with its cluster: a disruption budget
//! would only hold it up (facts/failures.md, row 33).

use super::super::draft::Stand;
use super::super::goal::DeleteOptions;
use super::super::ownership;
use super::super::recent::Recent;
use super::super::request::Request;
use super::super::step::StepKind;
use super::Delete;
use crate::observe::{
    ClusterState, EksctlPart, Issue, Look, NodeGroupStatus, Observed, Seen, StackState, StackStatus,
    eksctl_cluster_stack, eksctl_node_group_stack,
};
use crate::{Error, ErrorKind, Result};

/// Where the stack of a cluster has its VPC, if eksctl made one: as a resource, and as an output that is also there for a
/// VPC that was given (facts/eksctl.md §2.3 to §2.5).
const VPC: &str = "VPC";

/// The question, if it must be answered before anything can be said: what of eksctl's is there. What is ours was not
/// made by eksctl, and is not asked about.
pub(super) fn unseen(
    cluster: Option<&ClusterState>,
    foundation: Option<&StackState>,
    observed: &Observed,
    recent: &Recent,
) -> Option<Look> {
    let ours = match cluster {
        Some(cluster) => ownership::owns_cluster(cluster),
        None => recent.ours || foundation.is_some(),
    };
    (!ours && observed.eksctl_stacks.is_none()).then_some(Look::EksctlStacks)
}

/// Stacks whose cluster is gone, or was never made, are as foreign as a cluster.
pub(super) fn refuse(name: &str, options: &DeleteOptions, observed: &Observed) -> Result<()> {
    let names: Vec<&str> = living(observed).map(|stack| stack.name.as_str()).collect();
    if options.adopt || names.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::AlreadyExists,
        format!("stacks that eksctl made for a cluster of this name are there: {}", names.join(", ")),
    )
    .with_resource(format!("cluster {name}"))
    .with_hint("Nothing was touched. To delete them all the same, set `adopt`"))
}

fn living(observed: &Observed) -> impl Iterator<Item = &StackState> {
    observed.eksctl_stacks.iter().flat_map(|stacks| stacks.values()).filter_map(Seen::present)
}

/// The stack of the cluster and its network.
pub(crate) fn eksctl_cluster<'a>(name: &str, observed: &'a Observed) -> Option<&'a StackState> {
    observed.eksctl_stacks.as_ref()?.get(&eksctl_cluster_stack(name))?.present()
}

/// The VPC that eksctl made for the cluster.
pub(super) fn own_vpc(name: &str, observed: &Observed) -> Option<String> {
    eksctl_cluster(name, observed)?.resources.get(VPC)?.physical_id.clone()
}

/// The VPC that the cluster was in, whoever made it.
pub(super) fn vpc(name: &str, observed: &Observed) -> Option<String> {
    eksctl_cluster(name, observed)?.outputs.get(VPC).cloned()
}

/// Keeps which stacks there were, so that their steps stay in the plan when they are gone.
pub(crate) fn remember_eksctl(observed: &Observed, recent: &mut Recent) {
    for stack in living(observed) {
        if !recent.eksctl_stacks.contains(&stack.name) {
            recent.eksctl_stacks.push(stack.name.clone());
        }
    }
}

impl Delete<'_> {
    fn eksctl_stack(&self, stack: &str) -> Option<&StackState> {
        self.observed.eksctl_stacks.as_ref()?.get(stack)?.present()
    }

    /// The names of all stacks that there are or were, each with what it is for.
    fn eksctl_parts(&self) -> Vec<(EksctlPart, String)> {
        let there = living(self.observed).map(|stack| &stack.name);
        let names = there.chain(&self.draft.recent.eksctl_stacks);
        let parts = names.filter_map(|stack| Some((EksctlPart::of(self.name, stack)?, stack.clone())));
        let mut parts: Vec<_> = parts.collect();
        parts.sort();
        parts.dedup();
        parts
    }

    /// Whether the node group of this name goes, or has gone, with a stack of its own.
    pub(super) fn has_eksctl_stack(&self, group: &str, is_there: bool) -> bool {
        let stack = eksctl_node_group_stack(self.name, group);
        let known = || self.eksctl_parts().iter().any(|(_, name)| *name == stack);
        self.eksctl_stack(&stack).is_some() || !is_there && known()
    }

    /// Whether the control plane goes with its stack. CloudFormation does not wait until EKS lets it go (facts/aws.md
    /// §2.8); EKS itself is asked then.
    pub(super) fn goes_with_its_stack(&self) -> bool {
        let stack = eksctl_cluster_stack(self.name);
        let known = self.eksctl_parts().iter().any(|(_, name)| *name == stack);
        let failed = self.eksctl_stack(&stack).is_some_and(|it| it.status == StackStatus::DeleteFailed);
        let gone = self.eksctl_stack(&stack).is_none();
        let left = self.cluster.is_some() && (failed || gone);
        known && !left && self.draft.recent.attempt(&StepKind::DeleteCluster.id()).is_none()
    }

    pub(super) fn eksctl_node_groups(&mut self) {
        let before = self.at_first();
        self.eksctl_steps(|part| part == EksctlPart::NodeGroup, &before);
    }

    /// Roles of what runs on the nodes, which may need them as long as they are there: to detach volumes, or to take load
    /// balancers away.
    pub(super) fn eksctl_roles(&mut self) {
        let mut before = self.at_first();
        before.extend(self.inhabitants());
        let inner = EksctlPart::ServiceAccountRole..EksctlPart::Cluster;
        self.eksctl_steps(|part| part != EksctlPart::CapabilityRole && inner.contains(&part), &before);
        before.extend(self.stack_deletes());
        self.eksctl_steps(|part| part == EksctlPart::CapabilityRole, &before);
        self.eksctl_oidc_provider();
    }

    /// It is in no stack: eksctl makes it through IAM, once the issuer is known, and deletes it after the roles that trust
    /// it. Nobody else's cluster has this issuer.
    fn eksctl_oidc_provider(&mut self) {
        let recent = self.draft.recent;
        let seen = |part| self.eksctl_parts().iter().any(|(it, _)| *it == part);
        let (Some(arn), true) = (&recent.oidc_provider, seen(EksctlPart::Cluster)) else { return };
        let action = StepKind::DeleteOidcProvider;
        let request = Request::DeleteOidcProvider { arn: arn.clone() };
        let stand =
            if recent.has_sent(&action.id(), request.kind()) { Stand::Done } else { Stand::Todo(request) };
        let mut before = self.at_first();
        before.extend(self.inhabitants());
        before.extend(self.stack_deletes());
        self.draft.step(action, format!("OIDC provider {arn}"), &before, stand, vec![]);
    }

    /// The stack of the control plane and its network, and then what is needed until it is gone.
    pub(super) fn eksctl_cluster_and_rest(&mut self) {
        let mut before = self.at_first();
        before.extend(self.stack_deletes());
        before.extend([
            StepKind::DeleteOidcProvider,
            StepKind::DeleteLoadBalancers,
            StepKind::DeleteLeftovers,
            StepKind::DeleteCluster,
        ]);
        before.extend(self.inhabitants());
        self.eksctl_steps(|part| part == EksctlPart::Cluster, &before);
        before.extend(self.stack_deletes());
        self.eksctl_steps(|part| part > EksctlPart::Cluster, &before);
    }

    pub(super) fn stack_deletes(&self) -> Vec<StepKind> {
        let deletes = |kind: &&StepKind| matches!(kind, StepKind::DeleteStack { .. });
        self.draft.actions().filter(deletes).cloned().collect()
    }

    fn eksctl_steps(&mut self, wanted: impl Fn(EksctlPart) -> bool, before: &[StepKind]) {
        for (part, name) in self.eksctl_parts().into_iter().filter(|(part, _)| wanted(*part)) {
            let action = StepKind::DeleteStack { stack: name.clone() };
            let mut looks = vec![Look::EksctlStack { name: name.clone() }];
            let mut after = before.to_vec();
            let stand = match self.eksctl_stack(&name).cloned() {
                None => Stand::Done,
                Some(stack) => {
                    if stack.status == StackStatus::DeleteFailed {
                        after.extend(self.policies(&stack, before));
                    }
                    match part {
                        EksctlPart::NodeGroup => self.eksctl_node_group(&action, &stack, &mut looks),
                        EksctlPart::Cluster => self.eksctl_cluster(&action, &stack, &mut looks),
                        _ => self.eksctl_stand(&action, &stack),
                    }
                }
            };
            self.draft.step(action, format!("stack {name}"), &after, stand, looks);
        }
    }

    /// EKS deletes no group that it is changing, and CloudFormation does not wait for that (facts/aws.md §2.8).
    fn eksctl_node_group(&self, action: &StepKind, stack: &StackState, looks: &mut Vec<Look>) -> Stand {
        let groups = self.observed.node_groups.iter().flatten().filter(|_| self.cluster.is_some());
        let mut of_stack =
            groups.filter(|(_, group)| eksctl_node_group_stack(self.name, &group.name) == stack.name);
        let stand = self.eksctl_stand(action, stack);
        // Self-managed nodes are in no group of EKS's.
        let Some((name, group)) = of_stack.next() else { return stand };
        looks.push(Look::NodeGroup { name: name.clone() });
        let busy = matches!(group.status, NodeGroupStatus::Creating | NodeGroupStatus::Updating);
        if busy && matches!(stand, Stand::Todo(_)) { Stand::Running } else { stand }
    }

    /// As long as it goes on, the network may be held by what nodes and controllers left, which is swept once more when
    /// the control plane is gone.
    fn eksctl_cluster(&self, action: &StepKind, stack: &StackState, looks: &mut Vec<Look>) -> Stand {
        if self.cluster.is_some() {
            looks.push(Look::Cluster);
        }
        match self.obstacles(action, stack) {
            Some(issues) => self.stuck(action, stack, issues),
            None => self.eksctl_stand(action, stack),
        }
    }

    fn eksctl_stand(&self, action: &StepKind, stack: &StackState) -> Stand {
        let asked = self.draft.recent.has_sent(&action.id(), "deleteStack");
        let held = stack.reason.as_deref().filter(|reason| reason.contains("as it is in use by"));
        match held {
            // The request was accepted, and the stack stays as it is (facts/eksctl.md §2.4).
            Some(reason) if asked && !ownership::is_going(stack) => Stand::Failed(vec![Issue {
                code: "ExportInUse".to_owned(),
                message: reason.to_owned(),
                resources: vec![stack.id.clone()],
            }]),
            _ => self.delete_stack(action, stack),
        }
    }
}
