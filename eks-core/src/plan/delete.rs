//! The steps to nothing being left.

mod eksctl;
mod identity;
mod load_balancers;
mod log_group;
mod policies;
mod protection;
mod stuck_stack;
mod termination;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use eksctl::{eksctl_cluster, remember_eksctl};
pub(crate) use log_group::remember_logs;
pub(crate) use stuck_stack::{remember_retained, retained};

use super::decide::Verdict;
use super::draft::{Draft, Stand};
use super::foundation::id;
use super::goal::DeleteOptions;
use super::recent::Recent;
use super::request::{DeleteStack, Request};
use super::stack_stand::stack_issues;
use super::step::StepKind;
use super::{names, ownership, tag};
use crate::Result;
use crate::observe::{
    ClusterState, ClusterStatus, EksctlPart, FargateProfileStatus, Issue, Look, NodeGroupStatus, Observed,
    Seen, StackState, StackStatus,
};

/// How often a delete that AWS reports as failed is sent again before that counts as the end. What blocks it
/// (a leaked network interface, a load balancer on its way out) is gone after minutes, if ever
/// (facts/aws.md §9).
const TRIES: usize = 4;

/// What comes before anything is deleted.
const AT_FIRST: [StepKind; 3] =
    [StepKind::MarkForDeletion, StepKind::DisableDeletionProtection, StepKind::ReleaseLoadBalancers];

/// Everything that a delete is about.
pub(crate) fn everything(name: &str, observed: &Observed) -> Vec<Look> {
    let mut looks = vec![
        Look::Foundation { name: names::foundation_stack(name), spec: false },
        Look::Cluster,
        Look::NodeGroupStacks { prefix: names::node_group_stack_prefix(name) },
    ];
    // Without a cluster there is nothing in it; before it was looked for, all of it is asked at once.
    if !observed.cluster.is_absent() {
        looks.extend([Look::NodeGroups, Look::FargateProfiles]);
    }
    if observed.eksctl_stacks.is_some() {
        looks.push(Look::EksctlStacks);
    }
    looks
}

pub(crate) fn decide(
    name: &str,
    options: &DeleteOptions,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if observed.foundation.is_unknown() || observed.cluster.is_unknown() {
        return Ok(Verdict::Blind(everything(name, observed)));
    }
    let cluster = observed.cluster.present();
    let foundation = observed.foundation.present();
    refuse(name, options, cluster, foundation)?;
    if let Some(look) = eksctl::unseen(cluster, foundation, observed, recent) {
        return Ok(Verdict::Blind(vec![look]));
    }
    eksctl::refuse(name, options, observed)?;
    termination::refuse(name, options, observed)?;
    if cluster.is_some() {
        let mut unseen = Vec::new();
        if observed.node_groups.is_none() {
            unseen.push(Look::NodeGroups);
        }
        if observed.fargate_profiles.is_none() {
            unseen.push(Look::FargateProfiles);
        }
        if !unseen.is_empty() {
            return Ok(Verdict::Blind(unseen));
        }
    }
    let foundation = foundation.filter(|stack| ownership::owns_stack(name, stack));
    let draft = Draft::new(recent, now, None);
    let mut delete = Delete { name, options, cluster, foundation, observed, draft, unseen: Vec::new() };
    let (vpc, own_vpc) = (delete.given_vpc(), delete.own_vpc());
    if let Some(look) = load_balancers::unseen(name, vpc, own_vpc, observed, &recent.load_balancers) {
        return Ok(Verdict::Blind(vec![look]));
    }
    delete.unseen.extend(log_group::unseen(name, options, observed, recent));
    load_balancers::refuse(observed)?;
    log_group::refuse(options, foundation)?;
    delete.mark();
    delete.protection();
    delete.termination();
    delete.release();
    delete.node_groups();
    delete.fargate_profiles();
    delete.eksctl_node_groups();
    delete.load_balancers();
    delete.leftovers();
    delete.eksctl_roles();
    delete.cluster();
    delete.eksctl_cluster_and_rest();
    delete.log_group();
    delete.node_group_stacks();
    delete.identity_stack();
    delete.foundation();
    if !delete.unseen.is_empty() {
        return Ok(Verdict::Blind(delete.unseen));
    }
    Ok(Verdict::Decided(delete.draft.finish()))
}

/// What is not ours is not touched unless adopted; what is protected is not deleted.
fn refuse(
    name: &str,
    options: &DeleteOptions,
    cluster: Option<&ClusterState>,
    foundation: Option<&StackState>,
) -> Result<()> {
    if let Some(cluster) = cluster {
        if !ownership::owns_cluster(cluster) && !options.adopt {
            return Err(ownership::foreign_cluster(cluster, "delete"));
        }
        if protection::holds(cluster) && !options.disable_deletion_protection {
            return Err(protection::refusal(cluster));
        }
    } else if let Some(stack) = foundation
        && !ownership::owns_stack(name, stack)
    {
        return Err(ownership::foreign_stack(stack));
    }
    Ok(())
}

/// A delete in the making: one method for each kind of step, in the order of the plan.
struct Delete<'a> {
    name: &'a str,
    options: &'a DeleteOptions,
    cluster: Option<&'a ClusterState>,
    foundation: Option<&'a StackState>,
    observed: &'a Observed,
    draft: Draft<'a>,
    /// What must be known before more can be said.
    unseen: Vec<Look>,
}

impl Delete<'_> {
    /// What comes before anything is deleted.
    fn at_first(&self) -> Vec<StepKind> {
        let unprotects = |kind: &&StepKind| matches!(kind, StepKind::DisableTerminationProtection { .. });
        AT_FIRST.into_iter().chain(self.draft.actions().filter(unprotects).cloned()).collect()
    }

    fn mark(&mut self) {
        let stand = match self.cluster {
            None => Stand::Done,
            Some(cluster) if ownership::is_marked_for_deletion(cluster) => Stand::Done,
            // A mark on what is not ours would be a change of it; its delete goes by its own state.
            Some(cluster) if !ownership::owns_cluster(cluster) => Stand::Done,
            Some(_) if self.draft.recent.has_sent(&StepKind::MarkForDeletion.id(), "tag") => Stand::Done,
            Some(cluster) => Stand::Todo(Request::Tag {
                arn: cluster.arn.clone(),
                tags: BTreeMap::from([(tag::GOAL.to_owned(), "delete".to_owned())]),
            }),
        };
        let resource = format!("cluster {}", self.name);
        self.draft.step(StepKind::MarkForDeletion, resource, &[], stand, vec![]);
    }

    fn node_groups(&mut self) {
        let none = BTreeMap::new();
        let there = self.observed.node_groups.as_ref().filter(|_| self.cluster.is_some()).unwrap_or(&none);
        let names: BTreeSet<&String> = there.keys().chain(&self.draft.recent.node_groups).collect();
        let before = self.at_first();
        for name in names {
            if self.has_eksctl_stack(name, there.contains_key(name)) {
                continue;
            }
            let action = StepKind::DeleteNodeGroup { group: name.clone() };
            let request = || Request::DeleteNodeGroup { cluster: self.name.to_owned(), group: name.clone() };
            let stand = match there.get(name) {
                None => Stand::Done,
                Some(group) => match group.status {
                    NodeGroupStatus::Deleting => Stand::Running,
                    NodeGroupStatus::DeleteFailed => {
                        self.again(&action, "deleteNodeGroup", request(), &group.issues)
                    }
                    NodeGroupStatus::Creating
                    | NodeGroupStatus::Active
                    | NodeGroupStatus::Updating
                    | NodeGroupStatus::CreateFailed
                    | NodeGroupStatus::Degraded => self.draft.todo(&action, request()),
                },
            };
            let looks = vec![Look::NodeGroup { name: name.clone() }];
            self.draft.step(action, format!("node group {name}"), &before, stand, looks);
        }
    }

    /// One at a time: EKS refuses a second one while a first is going (facts/aws.md §2.4).
    fn fargate_profiles(&mut self) {
        let none = BTreeMap::new();
        let there =
            self.observed.fargate_profiles.as_ref().filter(|_| self.cluster.is_some()).unwrap_or(&none);
        let busy = there.values().any(|profile| {
            matches!(profile.status, FargateProfileStatus::Creating | FargateProfileStatus::Deleting)
        });
        let names: BTreeSet<&str> = there
            .keys()
            .map(String::as_str)
            .chain(self.draft.recent.fargate_profiles.iter().map(String::as_str))
            .collect();
        let mut before = self.at_first();
        for name in names {
            let action = StepKind::DeleteFargateProfile { profile: name.to_owned() };
            let request =
                || Request::DeleteFargateProfile { cluster: self.name.to_owned(), profile: name.to_owned() };
            let stand = match there.get(name) {
                None => Stand::Done,
                Some(profile) => match profile.status {
                    // It is being made, or another one is made or deleted: that ends by itself.
                    FargateProfileStatus::Creating | FargateProfileStatus::Deleting => Stand::Running,
                    _ if busy => Stand::Running,
                    FargateProfileStatus::DeleteFailed => {
                        self.again(&action, "deleteFargateProfile", request(), &profile.issues)
                    }
                    FargateProfileStatus::Active | FargateProfileStatus::CreateFailed => {
                        self.draft.todo(&action, request())
                    }
                },
            };
            let looks = if busy && there.contains_key(name) {
                vec![Look::FargateProfiles]
            } else {
                vec![Look::FargateProfile { name: name.to_owned() }]
            };
            self.draft.step(action.clone(), format!("Fargate profile {name}"), &before, stand, looks);
            before = vec![action];
        }
    }

    /// What stands before the deletion of the cluster: every step so far that empties it.
    fn inhabitants(&self) -> Vec<StepKind> {
        let empties = |kind: &&StepKind| match kind {
            StepKind::DeleteNodeGroup { .. } | StepKind::DeleteFargateProfile { .. } => true,
            StepKind::DeleteStack { stack } => {
                EksctlPart::of(self.name, stack) == Some(EksctlPart::NodeGroup)
            }
            _ => false,
        };
        self.draft.actions().filter(empties).cloned().collect()
    }

    fn cluster(&mut self) {
        if self.goes_with_its_stack() {
            return;
        }
        let action = StepKind::DeleteCluster;
        let stand = match self.cluster {
            None => Stand::Done,
            Some(cluster) if cluster.status == ClusterStatus::Deleting => Stand::Running,
            Some(_) => {
                let request = Request::DeleteCluster { cluster: self.name.to_owned() };
                self.draft.todo(&action, request)
            }
        };
        let mut after = self.at_first();
        after.extend(self.inhabitants());
        after.extend(self.stack_deletes());
        // In a VPC of ours the sweep can come later: the stack remembers which it is.
        if self.own_vpc().is_none() {
            after.extend([StepKind::DeleteLoadBalancers, StepKind::DeleteLeftovers]);
        }
        // Somebody may have put something into it since that was listed.
        let mut looks = vec![Look::Cluster];
        if matches!(stand, Stand::Todo(_)) {
            looks.extend([Look::NodeGroups, Look::FargateProfiles]);
        }
        self.draft.step(action, format!("cluster {}", self.name), &after, stand, looks);
    }

    /// Network interfaces and security groups that would keep the network alive (facts/aws.md §9). They are
    /// looked for when the nodes are gone, and must be gone before the foundation goes.
    fn leftovers(&mut self) {
        let own = self.own_vpc();
        let ours = own.is_some();
        let Some(vpc) = own.or_else(|| self.given_vpc()) else { return };
        let action = StepKind::DeleteLeftovers;
        let mut after = self.inhabitants();
        // Their interfaces hold security groups.
        let balancers = self.draft.actions().filter(|kind| **kind == StepKind::DeleteLoadBalancers);
        after.extend(balancers.cloned());
        let gone = after.iter().all(|step| self.draft.is_settled(&step.id()));
        let stand = match &self.observed.leftovers {
            _ if !gone => Stand::Blocked,
            None if cfg!(not(feature = "ec2")) => Stand::Skipped(
                "EC2 is not compiled in: load balancers, leaked network interfaces and security groups were not \
                 looked for"
                    .to_owned(),
            ),
            None => Stand::Running,
            Some(leftovers) if leftovers.is_empty() => Stand::Done,
            Some(leftovers) => Stand::Todo(Request::DeleteLeftovers {
                network_interfaces: leftovers.network_interfaces.clone(),
                security_groups: leftovers.security_groups.clone(),
                referring: leftovers.referring.clone(),
            }),
        };
        let looks = vec![Look::Leftovers { vpc: vpc.clone(), cluster: self.name.to_owned(), ours }];
        self.draft.step(action, format!("leftovers in {vpc}"), &after, stand, looks);
    }

    /// The VPC that the cluster is in, or was.
    fn given_vpc(&self) -> Option<String> {
        let of_cluster = self.cluster.and_then(|cluster| cluster.vpc.clone());
        of_cluster.or_else(|| self.draft.recent.vpc.clone()).or_else(|| eksctl::vpc(self.name, self.observed))
    }

    /// The VPC that the foundation, or eksctl's stack, made. In one that was given only what is tagged as the cluster's is
    /// swept.
    fn own_vpc(&self) -> Option<String> {
        let Some(foundation) = self.foundation else { return eksctl::own_vpc(self.name, self.observed) };
        // A stack has outputs once it is complete.
        let resource = || foundation.resources.get(id::VPC)?.physical_id.clone();
        foundation.outputs.get(id::VPC).cloned().or_else(resource)
    }

    fn node_group_stacks(&mut self) {
        for (group, seen) in &self.observed.node_group_stacks {
            let action = StepKind::DeleteNodeGroupStack { group: group.clone() };
            let stack_name = names::node_group_stack(self.name, group);
            let stand = match seen {
                Seen::Unknown => continue,
                // What is gone stays in the plan: it was done.
                Seen::Absent => Stand::Done,
                Seen::Present(stack) if !ownership::owns_stack(self.name, stack) => continue,
                Seen::Present(stack) => self.delete_stack(&action, stack),
            };
            // EKS needs the launch template until the group is gone.
            let names = self.observed.node_groups.iter().flatten();
            let physical =
                names.filter(|(logical, _)| *logical == group).map(|(_, seen)| seen.name.clone()).next();
            let mut after =
                vec![StepKind::DeleteNodeGroup { group: physical.unwrap_or_else(|| group.clone()) }];
            after.extend(seen.present().and_then(|stack| self.policies(stack, &after)));
            let looks = vec![Look::NodeGroupStack { group: group.clone(), name: stack_name.clone() }];
            self.draft.step(action, format!("stack {stack_name}"), &after, stand, looks);
        }
    }

    /// The last thing to go: it carries the intent.
    fn foundation(&mut self) {
        let action = StepKind::DeleteFoundation;
        let stack_name = names::foundation_stack(self.name);
        let stand = match self.foundation {
            None => Stand::Done,
            Some(stack) => match self.obstacles(&action, stack) {
                Some(issues) => self.stuck(&action, stack, issues),
                None => self.delete_stack(&action, stack),
            },
        };
        let mut users = self.inhabitants();
        users.push(StepKind::DeleteCluster);
        let mut after =
            vec![StepKind::DeleteCluster, StepKind::DeleteLoadBalancers, StepKind::DeleteLeftovers];
        after.extend(self.foundation.and_then(|stack| self.policies(stack, &users)));
        // A stack of roles is gone before the last lines have come, and with it what says whose they were.
        if self.own_vpc().is_none() {
            after.push(StepKind::DeleteLogGroup);
        }
        let groups = self.observed.node_group_stacks.keys();
        after.extend(groups.map(|group| StepKind::DeleteNodeGroupStack { group: group.clone() }));
        after.push(StepKind::DeleteIdentityStack);
        let looks = vec![Look::Foundation { name: stack_name.clone(), spec: false }];
        self.draft.step(action, format!("stack {stack_name}"), &after, stand, looks);
    }

    fn delete_stack(&self, action: &StepKind, stack: &StackState) -> Stand {
        let request = Request::DeleteStack(DeleteStack { id: stack.id.clone(), retain: Vec::new() });
        match stack.status {
            // CloudFormation refuses to delete what it is updating.
            StackStatus::Deleting | StackStatus::Updating => Stand::Running,
            StackStatus::DeleteFailed => {
                match self.again(action, "deleteStack", request, &stack_issues(stack)) {
                    Stand::Failed(issues) => self.stuck(action, stack, issues),
                    stand => stand,
                }
            }
            _ => self.draft.todo(action, request),
        }
    }

    /// What is in the network that is not ours to remove, once CloudFormation has tried in vain for a quarter
    /// of an hour (facts/aws.md §1.1): trying again would not help.
    fn obstacles(&self, action: &StepKind, stack: &StackState) -> Option<Vec<Issue>> {
        let failed = stack.status == StackStatus::DeleteFailed
            && self.draft.recent.has_sent(&action.id(), "deleteStack");
        let obstacles = &self.observed.leftovers.as_ref().filter(|_| failed)?.obstacles;
        let balancers = self.strange_load_balancers();
        // Whose interfaces need not be named.
        let obstacles = obstacles.iter().filter(|it| balancers.is_empty() || !it.contains("(ELB "));
        let issue = |obstacle: &String| Issue {
            code: "DependencyViolation".to_owned(),
            message: format!("{obstacle} is in the network and was not made for this cluster"),
            resources: Vec::new(),
        };
        let obstacles: Vec<Issue> = balancers.iter().cloned().chain(obstacles.map(issue)).collect();
        (!obstacles.is_empty()).then(|| obstacles.into_iter().chain(stack_issues(stack)).collect())
    }

    /// AWS says that a delete failed. What blocked it may have gone since, so it is sent again, a few times.
    fn again(&self, action: &StepKind, kind: &str, request: Request, issues: &[Issue]) -> Stand {
        if self.draft.recent.times_sent(&action.id(), kind) < TRIES {
            Stand::Todo(request)
        } else {
            Stand::Failed(issues.to_vec())
        }
    }
}

/// Whether anything of the cluster was there when the delete first looked.
pub(crate) fn found_anything(observed: &Observed) -> bool {
    observed.cluster.present().is_some()
        || observed.foundation.present().is_some()
        || observed.identity_stack.present().is_some()
        || observed.node_group_stacks.values().any(|stack| matches!(stack, Seen::Present(_)))
        || observed.eksctl_stacks.iter().flatten().any(|(_, stack)| matches!(stack, Seen::Present(_)))
}
