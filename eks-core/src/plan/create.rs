//! The steps to a cluster as its spec wants it.

use std::collections::BTreeMap;

use super::decide::Verdict;
use super::draft::{Draft, Stand};
use super::estimate::is_daemon_set;
use super::foundation::{self, id};
use super::recent::Recent;
use super::request::{
    CreateAccessEntry, CreateAddon, CreateCluster, CreateFargateProfile, CreateNodeGroup, CreateStack,
    DeleteStack, Request, UpdateStack,
};
use super::step::{StepKind, StepState};
use super::{names, node_group_stack, ownership, tag, valid_zones, zones};
use crate::observe::{
    AddonStatus, ClusterState, ClusterStatus, FargateProfileStatus, Issue, Look, NodeGroupStatus, Observed,
    Seen, StackState, StackStatus,
};
use crate::spec::{Cluster, FargateProfile, Network, NodeGroup, NodeSubnets, resolve};
use crate::{Error, ErrorKind, Result};

/// How long the API server of an ACTIVE cluster may stay silent before the plan does without it, in
/// milliseconds (facts/failures.md C20: up to five minutes).
const API_SERVER_BUDGET: i64 = 300_000;

/// How long an add-on may stay DEGRADED with nodes there before that is a failure, in milliseconds
/// (facts/aws.md §1.2: up to twenty minutes).
const DEGRADED_BUDGET: i64 = 1_200_000;

/// Everything that a create is about.
pub(crate) fn everything(name: &str, given: Option<&Cluster>, observed: &Observed) -> Vec<Look> {
    let known = observed.foundation.present().is_some_and(|stack| stack.spec.is_some());
    let mut looks =
        vec![Look::Foundation { name: names::foundation_stack(name), spec: !known }, Look::Cluster];
    if observed.caller.is_none() {
        looks.push(Look::Caller);
    }
    let stored = observed.foundation.present().and_then(|stack| stack.spec.as_deref());
    let stored = stored.and_then(|spec| Cluster::from_json(spec).ok());
    let Some(spec) = stored.as_ref().or(given).map(Cluster::defaulted) else { return looks };
    if observed.versions.is_none() && observed.cluster.present().is_none() {
        looks.push(Look::Versions);
    }
    looks.extend(network_look(&spec, observed));
    looks.extend(node_groups(&spec).map(|group| group_stack_look(name, group_name(group))));
    if observed.cluster.present().is_some() {
        looks.extend(inside(&spec));
        looks.push(Look::ApiServer);
    }
    looks
}

/// What must be known of zones or subnets before the network is made or taken, and is not.
fn network_look(spec: &Cluster, observed: &Observed) -> Option<Look> {
    match &spec.network {
        Network::New(_) if observed.zones.is_none() && observed.foundation.present().is_none() => {
            Some(Look::Zones { instance_types: zones::instance_types(spec).into_iter().collect() })
        }
        Network::Given(_) if observed.subnets.is_empty() => {
            let ids = named_subnets(spec).into_iter().map(|(_, id)| id.to_owned()).collect();
            Some(Look::Subnets { ids })
        }
        _ => None,
    }
}

/// What EKS keeps in a cluster, as far as the spec has any.
fn inside(spec: &Cluster) -> Vec<Look> {
    let mut looks = Vec::new();
    if node_groups(spec).next().is_some() {
        looks.push(Look::NodeGroups);
    }
    if !spec.fargate_profiles.is_empty() {
        looks.push(Look::FargateProfiles);
    }
    if spec.addons.iter().flatten().next().is_some() {
        looks.push(Look::Addons);
    }
    if !spec.access_entries.is_empty() {
        looks.push(Look::AccessEntries);
    }
    looks
}

pub(crate) fn decide(
    name: &str,
    given: Option<&Cluster>,
    observed: &Observed,
    recent: &Recent,
    now: i64,
) -> Result<Verdict> {
    if observed.foundation.is_unknown() || observed.cluster.is_unknown() || observed.caller.is_none() {
        return Ok(Verdict::Blind(everything(name, given, observed)));
    }
    let foundation = observed.foundation.present();
    let cluster = observed.cluster.present();
    refuse_foreign(name, foundation, cluster, recent)?;
    let spec = match (foundation, given) {
        (Some(stack), _) => ownership::stored_spec(name, stack, given)?,
        (None, Some(given)) => given.clone(),
        (None, None) => {
            return Err(Error::new(
                ErrorKind::NotFound,
                "no create of this name was ever begun in this region",
            )
            .with_resource(format!("cluster {name}"))
            .with_hint("Give the spec, or check the region and the account"));
        }
    };
    let wanted = spec.defaulted();
    let unseen = unseen(name, &wanted, observed);
    if !unseen.is_empty() {
        return Ok(Verdict::Blind(unseen));
    }
    let mut create =
        Create { name, given: &spec, spec: &wanted, observed, draft: Draft::new(recent, now, Some(&wanted)) };
    create.foundation()?;
    create.cluster()?;
    create.node_group_stacks();
    create.fargate_profiles();
    create.addons_before_nodes();
    create.api_server();
    create.node_groups()?;
    create.addons_on_nodes();
    create.access_entries();
    Ok(Verdict::Decided(create.draft.finish()))
}

/// What must be known before the steps can be said and is not.
fn unseen(name: &str, spec: &Cluster, observed: &Observed) -> Vec<Look> {
    let mut looks: Vec<Look> = node_groups(spec)
        .filter(|group| observed.node_group_stacks.get(group_name(group)).is_none_or(Seen::is_unknown))
        .map(|group| group_stack_look(name, group_name(group)))
        .collect();
    if observed.cluster.present().is_some() {
        looks.extend(inside(spec).into_iter().filter(|look| match look {
            Look::NodeGroups => observed.node_groups.is_none(),
            Look::FargateProfiles => observed.fargate_profiles.is_none(),
            Look::Addons => observed.addons.is_none(),
            _ => observed.access_entries.is_none(),
        }));
    }
    if observed.cluster.present().is_none() && observed.versions.is_none() {
        looks.push(Look::Versions);
    }
    // Without EC2 they stay unknown.
    if cfg!(feature = "ec2") && observed.foundation.present().is_none() {
        looks.extend(network_look(spec, observed));
    }
    looks
}

/// Nothing that is not ours is touched, and nothing that is being deleted is created.
fn refuse_foreign(
    name: &str,
    foundation: Option<&StackState>,
    cluster: Option<&ClusterState>,
    recent: &Recent,
) -> Result<()> {
    if let Some(cluster) = cluster {
        if !ownership::owns_cluster(cluster) {
            return Err(ownership::foreign_cluster(cluster, "create"));
        }
        if ownership::is_marked_for_deletion(cluster) {
            return Err(ownership::being_deleted(name));
        }
    }
    if let Some(stack) = foundation {
        if !ownership::owns_stack(name, stack) {
            return Err(ownership::foreign_stack(stack));
        }
        // A dead stack that this operation is clearing away is going, and that is as it should be.
        let cleared = recent.has_sent(&StepKind::CreateFoundation.id(), "deleteStack");
        if ownership::is_going(stack) && !cleared {
            return Err(ownership::being_deleted(name));
        }
    } else if let Some(cluster) = cluster {
        return Err(Error::new(ErrorKind::Failed, "the cluster's foundation stack is gone")
            .with_resource(format!("cluster {}", cluster.name))
            .with_hint("Delete the cluster and create it again"));
    }
    Ok(())
}

/// A create in the making: one method for each kind of step, in the order of the plan.
struct Create<'a> {
    name: &'a str,
    /// The spec as it was given: what the foundation's metadata keeps.
    given: &'a Cluster,
    /// The spec with its defaults filled in.
    spec: &'a Cluster,
    observed: &'a Observed,
    draft: Draft<'a>,
}

impl Create<'_> {
    fn foundation(&mut self) -> Result<()> {
        let stack_name = names::foundation_stack(self.name);
        let looks = vec![Look::Foundation { name: stack_name.clone(), spec: false }];
        let resource = format!("stack {stack_name}");
        let action = StepKind::CreateFoundation;
        let foundation = self.observed.foundation.present();
        let stand = match foundation {
            None => {
                let request = self.create_foundation(stack_name)?;
                self.draft.todo(&action, request)
            }
            Some(stack) => {
                let usable =
                    cluster_role(self.spec, stack).is_some() && cluster_subnets(self.spec, stack).is_some();
                let lives_in_it = self.observed.cluster.present().is_some();
                match stack_stand(&self.draft, &action, stack, usable) {
                    StackStand::Usable | StackStand::Complete => Stand::Done,
                    StackStand::Moving => Stand::Running,
                    // Nothing is pulled from under a cluster.
                    StackStand::Send(Request::DeleteStack(_)) if lives_in_it => {
                        Stand::Failed(stack_issues(stack))
                    }
                    StackStand::Send(request) => Stand::Todo(request),
                    StackStand::Failed(issues) => Stand::Failed(issues),
                }
            }
        };
        self.draft.step(action, resource.clone(), &[], stand, looks.clone());
        let complete = foundation.is_some_and(|stack| stack.status == StackStatus::Complete);
        let rest = match foundation {
            Some(stack)
                if stack.status == StackStatus::CreateFailed || stack.status == StackStatus::UpdateFailed =>
            {
                Stand::Blocked
            }
            _ if complete => Stand::Done,
            _ => Stand::Running,
        };
        self.draft.step(StepKind::CompleteFoundation, resource, &[StepKind::CreateFoundation], rest, looks);
        Ok(())
    }

    fn create_foundation(&self, name: String) -> Result<Request> {
        // What only AWS knows of the spec is checked here, before the first write.
        resolve(&self.spec.version, self.observed.versions.as_deref().unwrap_or_default())?;
        let zones = match &self.spec.network {
            Network::New(network) => zones::choose(self.spec, network, self.observed.zones.as_deref())?,
            Network::Given(_) => {
                check_subnets(self.spec, self.observed)?;
                Vec::new()
            }
        };
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(self.given));
        tags.insert(tag::VERSION.to_owned(), foundation::LAYOUT.to_owned());
        if !zones.is_empty() {
            tags.insert(tag::ZONES.to_owned(), zones.join(" "));
        }
        let template = foundation::template(self.given, self.spec, &zones)?;
        Ok(Request::CreateStack(CreateStack { name, template, tags, express: false }))
    }

    /// The tags of everything of ours: the spec's and the one that says whose it is.
    fn tags(&self) -> BTreeMap<String, String> {
        let mut tags = self.spec.tags.clone();
        tags.insert(tag::CLUSTER.to_owned(), self.name.to_owned());
        tags
    }

    fn cluster(&mut self) -> Result<()> {
        let action = StepKind::CreateCluster;
        let stand = match self.observed.cluster.present() {
            None => match self.create_cluster()? {
                Some(request) => self.draft.todo(&action, Request::CreateCluster(request)),
                None => Stand::Blocked,
            },
            Some(cluster) => match cluster.status {
                ClusterStatus::Active | ClusterStatus::Updating => Stand::Done,
                ClusterStatus::Creating | ClusterStatus::Pending => Stand::Running,
                ClusterStatus::Failed | ClusterStatus::Deleting => Stand::Failed(cluster.issues.clone()),
            },
        };
        let after = [StepKind::CreateFoundation];
        self.draft.step(action, format!("cluster {}", self.name), &after, stand, vec![Look::Cluster]);
        Ok(())
    }

    fn create_cluster(&self) -> Result<Option<CreateCluster>> {
        let Some(stack) = self.observed.foundation.present() else { return Ok(None) };
        let (Some(role_arn), Some(subnets)) =
            (cluster_role(self.spec, stack), cluster_subnets(self.spec, stack))
        else {
            return Ok(None);
        };
        let subnets = match &self.draft.recent.valid_zones[..] {
            [] => subnets,
            valid => valid_zones::offered(self.spec, stack, self.observed, subnets, valid)?,
        };
        let version = resolve(&self.spec.version, self.observed.versions.as_deref().unwrap_or_default())?;
        let security_groups = match &self.spec.network {
            Network::New(_) => stack.ready(id::SECURITY_GROUP).map(str::to_owned).into_iter().collect(),
            Network::Given(network) => network.security_groups.clone(),
        };
        let mut tags = self.tags();
        tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(self.given));
        Ok(Some(CreateCluster {
            name: self.name.to_owned(),
            version,
            role_arn,
            subnets,
            security_groups,
            endpoint_access: self.spec.endpoint_access.clone(),
            service_cidr: self.spec.service_cidr.clone(),
            logging: self.spec.logging.iter().flatten().copied().collect(),
            upgrade_policy: self.spec.upgrade_policy,
            tags,
        }))
    }

    fn node_group_stacks(&mut self) {
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let stack_name = names::node_group_stack(self.name, name);
            let action = StepKind::CreateNodeGroupStack { group: name.to_owned() };
            let stack = self.observed.node_group_stacks.get(name).and_then(Seen::present);
            let stand = match stack {
                // The foundation settles whose name this is; until it is there, nothing else is made.
                None if self.observed.foundation.present().is_none() => Stand::Blocked,
                None => {
                    let mut tags = self.tags();
                    tags.extend(group.tags.clone());
                    tags.insert(tag::NODE_GROUP.to_owned(), name.to_owned());
                    let template = node_group_stack::template(self.name, group);
                    let request = CreateStack { name: stack_name.clone(), template, tags, express: false };
                    self.draft.todo(&action, Request::CreateStack(request))
                }
                Some(stack) if !ownership::owns_stack(self.name, stack) => Stand::Failed(vec![Issue {
                    code: "AlreadyExistsException".to_owned(),
                    message: format!("stack {stack_name} exists and was not made by this library"),
                    resources: vec![stack.id.clone()],
                }]),
                Some(stack) => match stack_stand(&self.draft, &action, stack, false) {
                    StackStand::Usable | StackStand::Complete => Stand::Done,
                    StackStand::Moving => Stand::Running,
                    StackStand::Send(request) => Stand::Todo(request),
                    StackStand::Failed(issues) => Stand::Failed(issues),
                },
            };
            let looks = vec![group_stack_look(self.name, name)];
            self.draft.step(action, format!("stack {stack_name}"), &[], stand, looks);
        }
    }

    /// One at a time: EKS refuses a second one while a first is being made (facts/aws.md §2.4).
    fn fargate_profiles(&mut self) {
        let none = BTreeMap::new();
        let there = self.observed.fargate_profiles.as_ref().unwrap_or(&none);
        let busy = there.values().any(|profile| {
            matches!(profile.status, FargateProfileStatus::Creating | FargateProfileStatus::Deleting)
        });
        let mut before = vec![StepKind::CreateCluster, StepKind::CompleteFoundation];
        for profile in &self.spec.fargate_profiles {
            let action = StepKind::CreateFargateProfile { profile: profile.name.clone() };
            let stand = match there.get(&profile.name) {
                None if busy => Stand::Blocked,
                None => match self.create_fargate_profile(profile) {
                    Some(request) => self.draft.todo(&action, request),
                    None => Stand::Blocked,
                },
                Some(seen) => match seen.status {
                    FargateProfileStatus::Active => Stand::Done,
                    FargateProfileStatus::Creating => Stand::Running,
                    FargateProfileStatus::Deleting
                    | FargateProfileStatus::CreateFailed
                    | FargateProfileStatus::DeleteFailed => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::FargateProfile { name: profile.name.clone() }];
            let resource = format!("Fargate profile {}", profile.name);
            self.draft.step(action.clone(), resource, &before, stand, looks);
            before = vec![action];
        }
    }

    fn create_fargate_profile(&self, profile: &FargateProfile) -> Option<Request> {
        let stack = self.observed.foundation.present()?;
        let role_arn = profile.role_arn.clone().or_else(|| role_arn(stack, id::POD_ROLE))?;
        let subnets = match &self.spec.network {
            _ if !profile.subnets.is_empty() => profile.subnets.clone(),
            Network::New(_) => new_subnets(stack, id::PRIVATE_SUBNET)?,
            Network::Given(network) => network.private_subnets.clone(),
        };
        let mut tags = self.tags();
        tags.extend(profile.tags.clone());
        Some(Request::CreateFargateProfile(CreateFargateProfile {
            cluster: self.name.to_owned(),
            spec: profile.clone(),
            role_arn,
            subnets,
            tags,
        }))
    }

    /// Add-ons of daemon sets: as soon as the control plane is there.
    fn addons_before_nodes(&mut self) {
        // The first Fargate profile goes before the add-ons, which can lock the cluster (design §4).
        let first = self.spec.fargate_profiles.first();
        let first = first.map(|profile| StepKind::CreateFargateProfile { profile: profile.name.clone() });
        let waits = first.is_some_and(|first| {
            matches!(self.draft.state(&first.id()), Some(StepState::Ready | StepState::Blocked))
        });
        self.addons(&[StepKind::CreateCluster], |addon| is_daemon_set(addon), waits);
    }

    /// Add-ons that run on nodes: when the first node is Ready, or at once on Fargate.
    fn addons_on_nodes(&mut self) {
        let waits = self.expects_nodes() && self.ready_nodes(None) == 0;
        let groups: Vec<StepKind> = if waits {
            node_groups(self.spec).map(|g| StepKind::NodesReady { group: group_name(g).to_owned() }).collect()
        } else {
            vec![StepKind::CreateCluster]
        };
        self.addons(&groups, |addon| !is_daemon_set(addon), waits);
    }

    fn addons(&mut self, after: &[StepKind], wanted: impl Fn(&str) -> bool, waits: bool) {
        let none = BTreeMap::new();
        let there = self.observed.addons.as_ref().unwrap_or(&none);
        for addon in self.spec.addons.iter().flatten().filter(|addon| wanted(&addon.name)) {
            let action = StepKind::CreateAddon { addon: addon.name.clone() };
            let stand = match there.get(&addon.name) {
                None if waits => Stand::Blocked,
                None => {
                    let request = CreateAddon {
                        cluster: self.name.to_owned(),
                        spec: addon.clone(),
                        configuration: addon.configuration_text().or_else(|| self.on_fargate(&addon.name)),
                        tags: self.tags(),
                    };
                    self.draft.todo(&action, Request::CreateAddon(request))
                }
                Some(seen) => match seen.status {
                    AddonStatus::Active => Stand::Done,
                    // Without a node it cannot become ACTIVE, and the spec wants no node (facts/aws.md §1.2).
                    AddonStatus::Creating | AddonStatus::Degraded | AddonStatus::Updating
                        if !is_daemon_set(&addon.name)
                            && !self.expects_nodes()
                            && !self.runs_on_fargate() =>
                    {
                        Stand::Skipped("it waits for nodes, and the spec has none".to_owned())
                    }
                    AddonStatus::Creating | AddonStatus::Updating => Stand::Running,
                    AddonStatus::Degraded => {
                        let began = self.draft.recent.active_since.unwrap_or(self.draft.now);
                        if self.draft.now - began > DEGRADED_BUDGET {
                            Stand::Failed(seen.issues.clone())
                        } else {
                            Stand::Running
                        }
                    }
                    AddonStatus::CreateFailed
                    | AddonStatus::UpdateFailed
                    | AddonStatus::DeleteFailed
                    | AddonStatus::Deleting => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::Addon { name: addon.name.clone() }];
            self.draft.step(action, format!("add-on {}", addon.name), after, stand, looks);
        }
    }

    /// coredns must be told to run on Fargate (facts/eksctl.md §1.3, step 7).
    fn on_fargate(&self, addon: &str) -> Option<String> {
        let alone = addon == "coredns" && !self.expects_nodes() && self.runs_on_fargate();
        alone.then(|| r#"{"computeType":"Fargate"}"#.to_owned())
    }

    fn runs_on_fargate(&self) -> bool {
        let selects = |profile: &FargateProfile| {
            profile.selectors.iter().any(|selector| selector.namespace == "kube-system")
        };
        self.spec.fargate_profiles.iter().any(selects)
    }

    fn expects_nodes(&self) -> bool {
        node_groups(self.spec).any(|group| desired(group) > 0)
    }

    fn api_server(&mut self) {
        let state = self.observed.api_server.present();
        let silent =
            self.draft.recent.active_since.is_some_and(|since| self.draft.now - since > API_SERVER_BUDGET);
        let stand = match (self.observed.cluster.present(), state) {
            (Some(cluster), _) if !cluster.public_access => {
                Stand::Skipped("the API server has no public endpoint".to_owned())
            }
            (_, Some(state)) if state.ready => Stand::Done,
            (_, Some(state)) if silent => {
                Stand::Skipped(state.problem.clone().unwrap_or_else(|| "it does not answer".to_owned()))
            }
            _ => Stand::Running,
        };
        let after = [StepKind::CreateCluster];
        self.draft.step(StepKind::ReachApiServer, "API server", &after, stand, vec![Look::ApiServer]);
    }

    fn node_groups(&mut self) -> Result<()> {
        let none = BTreeMap::new();
        let there = self.observed.node_groups.as_ref().unwrap_or(&none);
        for group in node_groups(self.spec) {
            let name = group_name(group);
            let stack_step = StepKind::CreateNodeGroupStack { group: name.to_owned() };
            let action = StepKind::CreateNodeGroup { group: name.to_owned() };
            let seen = there.get(name);
            let stand = match seen {
                None => match self.create_node_group(group)? {
                    Some(request) => self.draft.todo(&action, request),
                    None => Stand::Blocked,
                },
                Some(seen) => match seen.status {
                    NodeGroupStatus::Active | NodeGroupStatus::Updating => Stand::Done,
                    NodeGroupStatus::Creating => Stand::Running,
                    // A group that failed in an earlier call cannot be mended, only made anew
                    // (facts/failures.md C7); the caller's new call is the permission.
                    NodeGroupStatus::CreateFailed
                        if !self.draft.recent.has_sent(&action.id(), "createNodeGroup")
                            && !self.draft.recent.has_sent(&action.id(), "deleteNodeGroup") =>
                    {
                        let cluster = self.name.to_owned();
                        Stand::Todo(Request::DeleteNodeGroup { cluster, group: seen.name.clone() })
                    }
                    NodeGroupStatus::Deleting
                        if self.draft.recent.has_sent(&action.id(), "deleteNodeGroup") =>
                    {
                        Stand::Running
                    }
                    NodeGroupStatus::CreateFailed
                    | NodeGroupStatus::Deleting
                    | NodeGroupStatus::DeleteFailed
                    | NodeGroupStatus::Degraded => Stand::Failed(seen.issues.clone()),
                },
            };
            let looks = vec![Look::NodeGroup { group: name.to_owned(), name: name.to_owned() }];
            let after = [StepKind::CreateCluster, StepKind::CompleteFoundation, stack_step];
            self.draft.step(action.clone(), format!("node group {name}"), &after, stand, looks);
            self.nodes_ready(group, &action);
        }
        Ok(())
    }

    fn nodes_ready(&mut self, group: &NodeGroup, create: &StepKind) {
        let name = group_name(group);
        let active = self.draft.is_settled(&create.id());
        let unreachable =
            matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. }));
        let sent =
            !matches!(self.draft.state(&create.id()), Some(StepState::Ready | StepState::Blocked) | None);
        let stand = match (unreachable, active) {
            _ if !sent => Stand::Blocked,
            (true, true) => {
                Stand::Skipped("the API server cannot be asked; EKS says that they are".to_owned())
            }
            (false, _) if self.ready_nodes(Some(name)) >= desired(group) => Stand::Done,
            _ => Stand::Running,
        };
        let action = StepKind::NodesReady { group: name.to_owned() };
        // Nodes become Ready before their group becomes ACTIVE: this waits beside it, from the same start.
        let after = [StepKind::CreateCluster, StepKind::CompleteFoundation];
        self.draft.step(action, format!("nodes of {name}"), &after, stand, vec![Look::ApiServer]);
    }

    /// How many nodes are Ready, of one group or of all.
    fn ready_nodes(&self, group: Option<&str>) -> u32 {
        let nodes =
            self.observed.api_server.present().map(|state| state.nodes.as_slice()).unwrap_or_default();
        let counts = |node_group: &Option<String>| group.is_none() || node_group.as_deref() == group;
        let ready = nodes.iter().filter(|node| node.ready && counts(&node.node_group)).count();
        let ready = u32::try_from(ready).unwrap_or(u32::MAX);
        // Where the API server cannot be asked, EKS's word stands: a group is ACTIVE when its nodes are Ready.
        let unreachable =
            matches!(self.draft.state(&StepKind::ReachApiServer.id()), Some(StepState::Skipped { .. }));
        if !unreachable {
            return ready;
        }
        let active = self.observed.node_groups.iter().flatten().filter(|(name, seen)| {
            seen.status == NodeGroupStatus::Active && group.is_none_or(|group| group == name.as_str())
        });
        active.map(|(_, seen)| seen.scaling.2).sum()
    }

    fn create_node_group(&self, group: &NodeGroup) -> Result<Option<Request>> {
        let name = group_name(group);
        let (Some(foundation), Some(stack)) = (
            self.observed.foundation.present(),
            self.observed.node_group_stacks.get(name).and_then(Seen::present),
        ) else {
            return Ok(None);
        };
        let role_arn = group.role_arn.clone().or_else(|| role_arn(foundation, id::NODE_ROLE));
        let template = stack.ready(node_group_stack::LAUNCH_TEMPLATE);
        let subnets = node_subnets(self.spec, group, foundation);
        let (Some(role_arn), Some(template), Some(subnets)) = (role_arn, template, subnets) else {
            return Ok(None);
        };
        let version = stack.outputs.get("LaunchTemplateVersion").cloned().unwrap_or_else(|| "1".to_owned());
        let ami_type = group.ami_type().ok_or_else(|| {
            Error::new(ErrorKind::InvalidSpec, "no AMI type is known for its AMI family and instance types")
                .with_resource(format!("node group {name}"))
        })?;
        let mut tags = self.tags();
        tags.extend(group.tags.clone());
        tags.insert(tag::NODE_GROUP.to_owned(), name.to_owned());
        Ok(Some(Request::CreateNodeGroup(CreateNodeGroup {
            cluster: self.name.to_owned(),
            name: name.to_owned(),
            spec: group.clone(),
            ami_type: ami_type.to_owned(),
            role_arn,
            subnets,
            launch_template: (template.to_owned(), version),
            tags,
        })))
    }

    fn access_entries(&mut self) {
        let there = self.observed.access_entries.as_deref().unwrap_or_default();
        for entry in &self.spec.access_entries {
            let action = StepKind::CreateAccessEntry { principal: entry.principal_arn.clone() };
            let sent = self.draft.recent.has_sent(&action.id(), "createAccessEntry");
            let stand = if sent || there.contains(&entry.principal_arn) {
                Stand::Done
            } else {
                Stand::Todo(Request::CreateAccessEntry(CreateAccessEntry {
                    cluster: self.name.to_owned(),
                    spec: entry.clone(),
                    tags: self.tags(),
                }))
            };
            let resource = format!("access entry {}", entry.principal_arn);
            self.draft.step(action, resource, &[StepKind::CreateCluster], stand, vec![Look::AccessEntries]);
        }
    }
}

/// How one of our stacks stands on the way to being there.
enum StackStand {
    /// What is needed of it is there.
    Usable,
    /// It is whole.
    Complete,
    /// CloudFormation is at work.
    Moving,
    /// This mends it.
    Send(Request),
    /// It failed, and this operation has already tried to mend it.
    Failed(Vec<Issue>),
}

/// One table for every status that a stack can have (facts/aws.md §2.8).
fn stack_stand(draft: &Draft<'_>, action: &StepKind, stack: &StackState, usable: bool) -> StackStand {
    let step = action.id();
    let sent = |request| draft.recent.has_sent(&step, request);
    match stack.status {
        StackStatus::Complete => StackStand::Complete,
        StackStatus::Creating | StackStatus::Updating if usable => StackStand::Usable,
        StackStatus::Creating | StackStatus::Updating | StackStatus::RollingBack | StackStatus::Deleting => {
            StackStand::Moving
        }
        // A create that failed is mended by an update with rollback disabled: once for each call.
        StackStatus::CreateFailed | StackStatus::UpdateFailed
            if !sent("createStack") && !sent("updateStack") =>
        {
            StackStand::Send(Request::UpdateStack(UpdateStack {
                name: stack.name.clone(),
                template: None,
                tags: stack.tags.clone(),
                disable_rollback: true,
            }))
        }
        StackStatus::CreateFailed | StackStatus::UpdateFailed => StackStand::Failed(stack_issues(stack)),
        StackStatus::Stuck => StackStand::Failed(vec![Issue {
            code: stack.status_name.clone(),
            message: stack.reason.clone().unwrap_or_else(|| format!("the stack is in {}", stack.status_name)),
            resources: vec![stack.id.clone()],
        }]),
        // What was undone, or never begun, can only be deleted, and then made anew.
        StackStatus::Dead | StackStatus::DeleteFailed if !sent("deleteStack") && !sent("createStack") => {
            StackStand::Send(Request::DeleteStack(DeleteStack { id: stack.id.clone() }))
        }
        StackStatus::Dead | StackStatus::DeleteFailed => StackStand::Failed(stack_issues(stack)),
    }
}

/// Why a stack failed: the resources that did, those first that did not merely follow another.
pub(super) fn stack_issues(stack: &StackState) -> Vec<Issue> {
    let failed = stack.resources.iter().filter(|(_, resource)| resource.is_failed());
    let mut issues: Vec<Issue> = failed
        .map(|(id, resource)| Issue {
            code: resource.status.clone(),
            message: format!("{id}: {}", resource.reason.as_deref().unwrap_or("no reason given")),
            resources: resource.physical_id.clone().into_iter().collect(),
        })
        .collect();
    issues.sort_by_key(|issue| issue.message.contains("cancelled"));
    if issues.is_empty() {
        issues.push(Issue {
            code: stack.status_name.clone(),
            message: stack.reason.clone().unwrap_or_else(|| format!("the stack is in {}", stack.status_name)),
            resources: vec![stack.id.clone()],
        });
    }
    issues
}

pub(super) fn node_groups(spec: &Cluster) -> impl Iterator<Item = &NodeGroup> {
    spec.node_groups.iter().flatten()
}

pub(super) fn group_name(group: &NodeGroup) -> &str {
    group.name.as_deref().unwrap_or_default()
}

/// The number of nodes that a group is made with.
pub(super) fn desired(group: &NodeGroup) -> u32 {
    let scaling = group.scaling.clone().unwrap_or_default();
    scaling.desired.or(scaling.min).unwrap_or_default()
}

fn group_stack_look(cluster: &str, group: &str) -> Look {
    Look::NodeGroupStack { group: group.to_owned(), name: names::node_group_stack(cluster, group) }
}

/// The ARN of a role of the stack that is complete: CloudFormation's physical id of a role is its name.
fn role_arn(stack: &StackState, logical_id: &str) -> Option<String> {
    let name = stack.ready(logical_id)?;
    Some(format!("arn:{}:iam::{}:role/{name}", stack.partition(), stack.account()))
}

fn cluster_role(spec: &Cluster, stack: &StackState) -> Option<String> {
    spec.role_arn.clone().or_else(|| role_arn(stack, id::CLUSTER_ROLE))
}

/// The subnets that the control plane is told of, once every one of them and the security group are there:
/// all public ones, then all private ones, as eksctl does (facts/eksctl.md §2.3).
fn cluster_subnets(spec: &Cluster, stack: &StackState) -> Option<Vec<String>> {
    match &spec.network {
        Network::Given(network) => {
            Some(network.public_subnets.iter().chain(&network.private_subnets).cloned().collect())
        }
        Network::New(_) => {
            stack.ready(id::SECURITY_GROUP)?;
            let mut subnets = new_subnets(stack, id::PUBLIC_SUBNET)?;
            subnets.extend(new_subnets(stack, id::PRIVATE_SUBNET)?);
            Some(subnets)
        }
    }
}

/// The subnets of one kind in a new network, one for each zone, once all are there.
fn new_subnets(stack: &StackState, kind: &str) -> Option<Vec<String>> {
    let zones = stack.tags.get(tag::ZONES)?;
    zones
        .split(' ')
        .map(|zone| {
            stack.ready(&format!("{kind}{}", zone.replace('-', "").to_uppercase())).map(str::to_owned)
        })
        .collect()
}

/// Where a group's nodes live.
fn node_subnets(spec: &Cluster, group: &NodeGroup, stack: &StackState) -> Option<Vec<String>> {
    match (group.subnets.clone()?, &spec.network) {
        (NodeSubnets::Given(subnets), _) => Some(subnets),
        (NodeSubnets::Public, Network::New(_)) => new_subnets(stack, id::PUBLIC_SUBNET),
        (NodeSubnets::Private, Network::New(_)) => new_subnets(stack, id::PRIVATE_SUBNET),
        (NodeSubnets::Public, Network::Given(network)) => Some(network.public_subnets.clone()),
        (NodeSubnets::Private, Network::Given(network)) => Some(network.private_subnets.clone()),
    }
}

/// Every subnet that the spec names, with the field that names it.
fn named_subnets(spec: &Cluster) -> Vec<(String, &str)> {
    let mut named = Vec::new();
    if let Network::Given(network) = &spec.network {
        let ids = network.private_subnets.iter().chain(&network.public_subnets);
        named.extend(ids.map(|id| ("network".to_owned(), id.as_str())));
    }
    for (index, group) in node_groups(spec).enumerate() {
        if let Some(NodeSubnets::Given(ids)) = &group.subnets {
            named.extend(ids.iter().map(|id| (format!("nodeGroups[{index}].subnets"), id.as_str())));
        }
    }
    for (index, profile) in spec.fargate_profiles.iter().enumerate() {
        let ids = profile.subnets.iter();
        named.extend(ids.map(|id| (format!("fargateProfiles[{index}].subnets"), id.as_str())));
    }
    named
}

/// What only AWS knows of given subnets: that they exist, lie in one VPC and in two zones.
fn check_subnets(spec: &Cluster, observed: &Observed) -> Result<()> {
    let Network::Given(network) = &spec.network else { return Ok(()) };
    let mut seen = Vec::new();
    let mut violations = Vec::new();
    for (field, id) in named_subnets(spec) {
        match observed.subnets.get(id) {
            Some(Seen::Present(subnet)) => seen.push((field, subnet)),
            Some(Seen::Absent) => {
                violations.push(crate::Violation::new(field, id, "be a subnet of this region and account"));
            }
            // Nobody could look: EC2 is not compiled in.
            Some(Seen::Unknown) | None => {}
        }
    }
    if let Some((_, first)) = seen.first() {
        let wanted = network.vpc.as_ref().unwrap_or(&first.vpc);
        for (field, subnet) in seen.iter().filter(|(_, subnet)| subnet.vpc != *wanted) {
            let rule = format!("lie in VPC {wanted}, and lies in {}", subnet.vpc);
            violations.push(crate::Violation::new(field, &subnet.id, rule));
        }
        let control_plane: Vec<_> = seen.iter().filter(|(field, _)| field == "network").collect();
        let first_zone = &first.zone;
        if control_plane.iter().all(|(_, subnet)| subnet.zone == *first_zone) {
            let ids: Vec<&str> = control_plane.iter().map(|(_, subnet)| subnet.id.as_str()).collect();
            let rule = format!("lie in at least two zones, and all lie in {first_zone}");
            violations.push(crate::Violation::new("network", ids.join(", "), rule));
        }
    }
    if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
}
