//! Every small state that AWS can be in is done, waits on AWS, or is a typed error: nothing in between, in which
//! a loop would spin or stand still for ever (design §2).

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    AddonStatus, ClusterState, ClusterStatus, Exposed, ExposedObject, FargateProfileStatus, Leftovers,
    LoadBalancer, LoadBalancers, LogGroup, NatGatewayStatus, NodeGroupStatus, Observed, Seen, StackState,
    StackStatus, UpdateState,
};
use crate::plan::node_group_stack::{launch_hash, output, policy_hash};
use crate::plan::{
    ApplyOptions, DeleteOptions, Goal, Patch, PatchOptions, Recent, StepState, Verdict, decide, tag,
};
use crate::spec::{Addon, Cluster, LabelChange, Scaling, Taint, TaintChange, TaintKey};

const NOW: i64 = 10_000_000;
const LONG_AGO: i64 = 3_000_000;

const CLUSTER_STATUSES: [ClusterStatus; 6] = [
    ClusterStatus::Creating,
    ClusterStatus::Active,
    ClusterStatus::Updating,
    ClusterStatus::Deleting,
    ClusterStatus::Failed,
    ClusterStatus::Pending,
];
pub(super) const NODE_GROUP_STATUSES: [NodeGroupStatus; 7] = [
    NodeGroupStatus::Creating,
    NodeGroupStatus::Active,
    NodeGroupStatus::Updating,
    NodeGroupStatus::Deleting,
    NodeGroupStatus::CreateFailed,
    NodeGroupStatus::DeleteFailed,
    NodeGroupStatus::Degraded,
];
const FARGATE_PROFILE_STATUSES: [FargateProfileStatus; 5] = [
    FargateProfileStatus::Creating,
    FargateProfileStatus::Active,
    FargateProfileStatus::Deleting,
    FargateProfileStatus::CreateFailed,
    FargateProfileStatus::DeleteFailed,
];
const ADDON_STATUSES: [AddonStatus; 8] = [
    AddonStatus::Creating,
    AddonStatus::Active,
    AddonStatus::CreateFailed,
    AddonStatus::Updating,
    AddonStatus::Deleting,
    AddonStatus::DeleteFailed,
    AddonStatus::Degraded,
    AddonStatus::UpdateFailed,
];
const NAT_GATEWAY_STATUSES: [NatGatewayStatus; 5] = [
    NatGatewayStatus::Pending,
    NatGatewayStatus::Available,
    NatGatewayStatus::Failed,
    NatGatewayStatus::Deleting,
    NatGatewayStatus::Deleted,
];

/// Absent, or present in each of these states.
fn seen<S: Copy, T>(statuses: &[S], make: impl Fn(S) -> T) -> Vec<Seen<T>> {
    std::iter::once(Seen::Absent).chain(statuses.iter().map(|status| Seen::Present(make(*status)))).collect()
}

/// A stack that is not there, ours in each state with its resources and without, and somebody else's.
fn stacks(make: impl Fn(StackStatus) -> StackState) -> Vec<Seen<StackState>> {
    let mut stacks = seen(&StackStatus::ALL, &make);
    stacks.extend(StackStatus::ALL.map(|status| {
        Seen::Present(StackState { resources: BTreeMap::new(), outputs: BTreeMap::new(), ..make(status) })
    }));
    stacks.push(Seen::Present(StackState { tags: BTreeMap::new(), ..make(StackStatus::Complete) }));
    stacks
}

/// A cluster that is not there, ours in each state, marked for deletion, and somebody else's.
fn clusters() -> Vec<Seen<ClusterState>> {
    let mut clusters = seen(&CLUSTER_STATUSES, world::cluster);
    let mut marked = world::cluster(ClusterStatus::Active);
    marked.tags.insert(tag::GOAL.to_owned(), "delete".to_owned());
    let protected = ClusterState { deletion_protection: true, ..world::cluster(ClusterStatus::Active) };
    let foreign = ClusterState { tags: BTreeMap::new(), ..world::cluster(ClusterStatus::Active) };
    clusters.extend([marked, protected, foreign].map(Seen::Present));
    clusters
}

fn one<T: Clone>(name: &str, seen: &Seen<T>) -> Option<BTreeMap<String, T>> {
    Some(seen.present().map(|it| (name.to_owned(), it.clone())).into_iter().collect())
}

/// What a loop may remember: nothing, or that it sent everything long ago.
fn memories() -> [Recent; 2] {
    let all: &[&str] = &["createStack", "updateStack", "deleteStack", "createNodeGroup", "deleteNodeGroup"];
    let steps = [
        "createFoundation",
        "createCluster",
        "createNodeGroupStack/web",
        "createNodeGroup/web",
        "createFargateProfile/jobs",
        "createAddon/coredns",
        "createAddon/vpc-cni",
        "deleteNodeGroup/web",
        "deleteFoundation",
        "deleteNodeGroupStack/web",
    ]
    .map(|step| (step, all));
    [Recent::default(), world::sent(NOW, LONG_AGO, &steps)]
}

/// The verdict is of one of the three kinds.
pub(super) fn check(goal: &Goal, observed: &Observed, recent: &Recent) {
    let at = || format!("{} with {recent:?} in {observed:#?}", goal.verb());
    match decide(goal, observed, recent, NOW) {
        Ok(Verdict::Blind(looks)) => assert!(!looks.is_empty(), "blind without a question: {}", at()),
        Ok(Verdict::Decided(decision)) => {
            let mut moves = decision.is_done();
            for step in &decision.steps {
                match &step.state {
                    StepState::Ready => {
                        assert!(
                            decision.requests.contains_key(&step.id),
                            "{} sends nothing: {}",
                            step.id,
                            at()
                        );
                        moves = true;
                    }
                    StepState::Running => {
                        let looks = decision.looks.get(&step.id).is_some_and(|looks| !looks.is_empty());
                        assert!(looks, "{} is looked at nowhere: {}", step.id, at());
                        moves = true;
                    }
                    StepState::Failed { .. } => panic!("{} failed and that is no error: {}", step.id, at()),
                    StepState::Blocked => moves |= decision.looks.contains_key(&step.id),
                    StepState::Done | StepState::Skipped { .. } => {}
                }
            }
            assert!(moves, "everything is blocked: {:#?} {}", decision.steps, at());
        }
        Err(error) => {
            assert_ne!(error.kind(), ErrorKind::Internal, "{error}: {}", at());
            assert!(error.resource().is_some(), "{error} names no resource: {}", at());
            assert!(error.hint().is_some(), "{error} gives no hint: {}", at());
        }
    }
}

fn create() -> Goal {
    Goal::Create { name: NAME.to_owned(), spec: Some(Box::new(world::spec())), options: Default::default() }
}

#[test]
fn of_stacks_and_cluster_for_a_create() {
    let gateways = || NAT_GATEWAY_STATUSES.map(|status| Some(vec![world::nat_gateway(status)]));
    for foundation in stacks(world::foundation_stack) {
        for group_stack in stacks(world::group_stack) {
            for cluster in clusters() {
                for recent in memories() {
                    let observed = Observed {
                        foundation: foundation.clone(),
                        node_group_stacks: BTreeMap::from([("web".to_owned(), group_stack.clone())]),
                        cluster: cluster.clone(),
                        ..world::everything()
                    };
                    check(&create(), &observed, &recent);
                }
            }
        }
        for nat_gateways in gateways().into_iter().chain([None]) {
            let observed = Observed { foundation: foundation.clone(), nat_gateways, ..world::everything() };
            check(&create(), &observed, &Recent::default());
        }
    }
}

#[test]
fn of_what_is_in_a_cluster_for_a_create() {
    let groups = seen(&NODE_GROUP_STATUSES, world::node_group);
    let profiles = seen(&FARGATE_PROFILE_STATUSES, world::fargate_profile);
    let dns = seen(&ADDON_STATUSES, |status| world::addon("coredns", status));
    let cni = seen(&ADDON_STATUSES, |status| world::addon("vpc-cni", status));
    let silent = crate::observe::ApiServerState {
        problem: Some("connection refused".to_owned()),
        ..Default::default()
    };
    let servers = [Seen::Unknown, Seen::Present(silent), Seen::Present(world::api_server(0))];
    for group in &groups {
        for profile in &profiles {
            for (dns, cni) in dns.iter().zip(&cni).chain(dns.iter().map(|dns| (dns, &cni[1]))) {
                for server in servers.iter().chain([&Seen::Present(world::api_server(2))]) {
                    for recent in memories() {
                        let addons =
                            [one("coredns", dns), one("vpc-cni", cni)].into_iter().flatten().flatten();
                        let observed = Observed {
                            node_groups: one("web", group),
                            fargate_profiles: one("jobs", profile),
                            addons: Some(addons.collect()),
                            api_server: server.clone(),
                            ..world::everything()
                        };
                        let late = Recent { active_since: Some(NOW - LONG_AGO), ..recent.clone() };
                        check(&create(), &observed, &recent);
                        check(&create(), &observed, &late);
                    }
                }
            }
        }
    }
}

/// Not looked for; none; one, long ago; gone, but for interfaces; forbidden to look for.
fn load_balancers() -> Vec<Option<LoadBalancers>> {
    let one = LoadBalancer { id: "a1b2".to_owned(), protected: false };
    let none = LoadBalancers::default();
    vec![
        None,
        Some(none.clone()),
        Some(LoadBalancers { ours: vec![one], target_groups: vec!["arn:web".to_owned()], ..none.clone() }),
        Some(LoadBalancers { interfaces: vec!["eni-2".to_owned()], ..none.clone() }),
        Some(LoadBalancers { unchecked: vec!["denied".to_owned()], ..none }),
    ]
}

/// Not asked; nothing; something, leaving or not; out of reach.
fn exposed() -> Vec<Option<Exposed>> {
    let object = |leaving| ExposedObject {
        name: "Service default/shop".to_owned(),
        path: "/api/v1/namespaces/default/services/shop".to_owned(),
        leaving,
    };
    let with = |objects| Some(Exposed { objects, problem: None });
    let unreachable = Exposed { problem: Some("no answer".to_owned()), ..Exposed::default() };
    vec![None, with(vec![]), with(vec![object(false)]), with(vec![object(true)]), Some(unreachable)]
}

#[test]
fn for_a_delete() {
    let groups = seen(&NODE_GROUP_STATUSES, world::node_group);
    let profiles = seen(&FARGATE_PROFILE_STATUSES, world::fargate_profile);
    let some = Leftovers { network_interfaces: vec!["eni-1".to_owned()], ..Leftovers::default() };
    let leftovers = [None, Some(Leftovers::default()), Some(some)];
    let balancers = load_balancers();
    let exposed = exposed();
    let goals = [false, true]
        .map(|adopt| Goal::Delete { name: NAME.to_owned(), options: DeleteOptions::default().adopt(adopt) });
    let group_stacks = stacks(world::group_stack);
    let mut state = 0;
    for foundation in stacks(world::foundation_stack) {
        for cluster in clusters() {
            for (index, group) in groups.iter().enumerate() {
                for profile in &profiles {
                    for recent in memories() {
                        state += 1;
                        let observed = Observed {
                            foundation: foundation.clone(),
                            cluster: cluster.clone(),
                            node_groups: one("web", group),
                            fargate_profiles: one("jobs", profile),
                            leftovers: leftovers[index % 3].clone(),
                            load_balancers: balancers[state % balancers.len()].clone(),
                            eksctl_stacks: Some(BTreeMap::new()),
                            exposed: exposed[state / balancers.len() % exposed.len()].clone(),
                            node_group_stacks: BTreeMap::from([(
                                "web".to_owned(),
                                group_stacks[index % group_stacks.len()].clone(),
                            )]),
                            ..Observed::default()
                        };
                        goals.iter().for_each(|goal| check(goal, &observed, &recent));
                    }
                }
            }
        }
    }
}

/// The spec with another size, label, taint, add-on version and tag; all of it spare is pruned in the second one.
fn applies() -> [Goal; 3] {
    let mut spec = world::spec();
    spec.tags.insert("owner".to_owned(), "shop".to_owned());
    spec.zonal_shift = Some(true);
    spec.logging = Some([crate::spec::LogType::Api].into());
    let group = &mut spec.node_groups.as_mut().expect("it has one")[0];
    group.scaling = Some(Scaling::fixed(3));
    group.labels.insert("app".to_owned(), "web".to_owned());
    group.taints.push(Taint::no_schedule("app", "web"));
    group.disk = Some(crate::spec::Disk { size_gib: Some(120), ..Default::default() });
    spec.log_retention_in_days = Some(30);
    let addon = |name: &str, version: &str| Addon { version: Some(version.to_owned()), ..Addon::named(name) };
    spec.addons = Some(vec![addon("vpc-cni", "v2"), addon("coredns", "v2")]);
    let bare = Cluster { node_groups: Some(Vec::new()), ..Cluster::default() };
    let bare = Cluster { name: spec.name.clone(), addons: Some(Vec::new()), ..bare };
    let goal = |spec: &Cluster, prune| Goal::Apply {
        name: NAME.to_owned(),
        spec: Box::new(spec.clone()),
        options: ApplyOptions::default().prune(prune),
    };
    [goal(&spec, false), goal(&spec, true), goal(&bare, true)]
}

/// Nothing; everything sent once, or three times, long ago, with updates under way, done or failed.
fn memories_of_applies() -> Vec<Recent> {
    let steps = [
        ("updateNodeGroup/web", "updateNodeGroup"),
        ("updateClusterConfig/logging", "updateClusterConfig"),
        ("updateClusterConfig/zonalShift", "updateClusterConfig"),
        ("updateAddon/coredns", "updateAddon"),
        ("updateAddon/vpc-cni", "updateAddon"),
        ("tag/cluster shop", "retag"),
        ("recordSpec", "updateStack"),
        ("updateFoundation", "executeChangeSet"),
        ("updateNodeGroupStack/web", "executeChangeSet"),
        ("rollNodeGroup/web", "updateNodeGroupVersion"),
        ("putLogRetention", "putLogRetention"),
        ("deleteNodeGroup/web", "deleteNodeGroup"),
        ("deleteNodeGroupStack/web", "deleteStack"),
        ("deleteFargateProfile/jobs", "deleteFargateProfile"),
        ("deleteAddon/vpc-cni", "removeAddon"),
    ];
    let sent = |times: usize| {
        let kinds = steps.map(|(step, kind)| (step, vec![kind; times]));
        let steps: Vec<(&str, &[&str])> = kinds.iter().map(|(step, kinds)| (*step, &kinds[..])).collect();
        let mut recent = world::sent(NOW, LONG_AGO, &steps);
        recent.attempts.values_mut().for_each(|attempt| attempt.update = Some("u-1".to_owned()));
        recent
    };
    vec![Recent::default(), sent(1), sent(3)]
}

/// The group's stack as the goal's spec wants it, with a version of the launch template that the group does not launch from.
fn rolled(mut stack: Seen<StackState>, goal: &Goal) -> Seen<StackState> {
    let spec = goal.spec().map(Cluster::defaulted).unwrap_or_default();
    let group = spec.node_groups.iter().flatten().next();
    if let (Seen::Present(stack), Some(group)) = (&mut stack, group) {
        let told = [
            (output::LAUNCH_TEMPLATE_VERSION, "2".to_owned()),
            (output::LAUNCH_HASH, launch_hash(group)),
            (output::POLICY_HASH, policy_hash(group)),
        ];
        stack.outputs.extend(told.map(|(name, value)| (name.to_owned(), value)));
    }
    stack
}

#[test]
fn for_an_apply() {
    let group_stacks: Vec<_> = stacks(world::group_stack).into_iter().collect();
    let updates = [
        None,
        Some(UpdateState::InProgress),
        Some(UpdateState::Successful),
        Some(UpdateState::Failed(vec![world::issue("Unknown", "It broke")])),
    ];
    let mut state = 0;
    for goal in applies() {
        for foundation in stacks(world::foundation_stack) {
            for cluster in clusters() {
                for group in seen(&NODE_GROUP_STATUSES, world::node_group) {
                    // Coprime, so that every status meets most others.
                    state += 1;
                    let addon = ADDON_STATUSES[state % ADDON_STATUSES.len()];
                    let profile = FARGATE_PROFILE_STATUSES[state % FARGATE_PROFILE_STATUSES.len()];
                    let profile = Seen::Present(world::fargate_profile(profile));
                    let update = &updates[state / 3 % updates.len()];
                    let addons =
                        ["vpc-cni", "coredns"].map(|name| (name.to_owned(), world::addon(name, addon)));
                    let made = (state % 2 == 0).then_some(1);
                    let log_group = LogGroup { created_at: made, ..LogGroup::default() };
                    let stack = group_stacks[state % group_stacks.len()].clone();
                    let stack = if state % 3 == 0 { rolled(stack, &goal) } else { stack };
                    let observed = Observed {
                        foundation: foundation.clone(),
                        cluster: cluster.clone(),
                        node_groups: one("web", &group),
                        node_group_stacks: [("web".to_owned(), stack)].into(),
                        log_group: Some(log_group),
                        fargate_profiles: one("jobs", &profile),
                        addons: Some(addons.into()),
                        updates: update.iter().map(|it| ("u-1".to_owned(), it.clone())).collect(),
                        ..world::everything()
                    };
                    for recent in memories_of_applies() {
                        check(&goal, &observed, &recent);
                    }
                }
            }
        }
    }
}

/// A cluster of others in each state, with foundations of every kind, and what it has inside in each.
#[test]
fn for_an_adoption() {
    let goals = applies().map(|goal| match goal {
        Goal::Apply { name, spec, options } => Goal::Apply { name, spec, options: options.adopt(true) },
        other => other,
    });
    let bare = Cluster { name: Some(NAME.to_owned()), ..Cluster::default() };
    let bare = Goal::Apply {
        name: NAME.to_owned(),
        spec: Box::new(bare),
        options: ApplyOptions::default().adopt(true),
    };
    let subnets = vec!["subnet-1".to_owned(), "subnet-2".to_owned()];
    let theirs = |cluster: &Seen<ClusterState>| match cluster {
        Seen::Present(cluster) => {
            let plain = cluster.tags.keys().all(|key| key == tag::CLUSTER);
            let tags = if plain { BTreeMap::new() } else { cluster.tags.clone() };
            Seen::Present(ClusterState { tags, subnets: subnets.clone(), ..cluster.clone() })
        }
        other => other.clone(),
    };
    let mut state = 0;
    for goal in goals.iter().chain([&bare]) {
        for foundation in stacks(world::foundation_stack) {
            for cluster in clusters() {
                for group in seen(&NODE_GROUP_STATUSES, world::node_group) {
                    state += 1;
                    let addon = ADDON_STATUSES[state % ADDON_STATUSES.len()];
                    let profile = FARGATE_PROFILE_STATUSES[state % FARGATE_PROFILE_STATUSES.len()];
                    let profile = Seen::Present(world::fargate_profile(profile));
                    let addons =
                        ["vpc-cni", "coredns"].map(|name| (name.to_owned(), world::addon(name, addon)));
                    let observed = Observed {
                        foundation: foundation.clone(),
                        cluster: theirs(&cluster),
                        node_groups: one("web", &group),
                        node_group_stacks: BTreeMap::from([("web".to_owned(), Seen::Absent)]),
                        fargate_profiles: one("jobs", &profile),
                        addons: Some(addons.into()),
                        access_details: Some(BTreeMap::new()),
                        pod_identity_associations: Some(BTreeMap::new()),
                        ways: Some(BTreeMap::new()),
                        ..world::everything()
                    };
                    for recent in memories_of_applies() {
                        check(goal, &observed, &recent);
                    }
                    // Nobody has looked inside yet.
                    let outside = Observed {
                        node_groups: None,
                        addons: None,
                        fargate_profiles: None,
                        access_details: None,
                        ways: None,
                        ..observed
                    };
                    check(goal, &outside, &Recent::default());
                }
            }
        }
    }
    // What no spec can describe is a typed error.
    let cluster =
        Seen::Present(ClusterState { tags: BTreeMap::new(), ..world::cluster(ClusterStatus::Active) });
    let observed = Observed {
        foundation: Seen::Absent,
        cluster,
        access_details: Some(BTreeMap::new()),
        pod_identity_associations: Some(BTreeMap::new()),
        ways: Some(BTreeMap::new()),
        ..world::everything()
    };
    check(&bare, &observed, &Recent::default());
}

fn patches() -> [Goal; 3] {
    let taint = TaintChange::set(Taint::no_schedule("app", "web")).and_remove(TaintKey::all("batch"));
    let patches = [
        Patch::Scaling(Scaling::fixed(3)),
        Patch::Labels(LabelChange::set("a", "b").and_remove("c")),
        Patch::Taints(taint),
    ];
    patches.map(|patch| {
        let (name, group) = (NAME.to_owned(), "web".to_owned());
        Goal::Patch { name, group, patch, options: PatchOptions::default() }
    })
}

#[test]
fn for_a_patch() {
    let silent = crate::observe::ApiServerState {
        problem: Some("connection refused".to_owned()),
        ..Default::default()
    };
    let servers = [Seen::Unknown, Seen::Present(silent), Seen::Present(world::api_server(3))];
    let sent = |times| {
        let sent = ["updateNodeGroup"; 3];
        let steps = ["scaleNodeGroup/web", "updateNodeGroup/web"].map(|step| (step, &sent[..times]));
        world::sent(NOW, LONG_AGO, &steps)
    };
    let sizes = [(1, 4, 2), (3, 3, 3)];
    for cluster in clusters() {
        for group in seen(&NODE_GROUP_STATUSES, world::node_group) {
            for scaling in sizes {
                for server in &servers {
                    for recent in [Recent::default(), sent(1), sent(3)] {
                        let mut groups = one("web", &group);
                        groups.iter_mut().flatten().for_each(|(_, group)| group.scaling = scaling);
                        let observed = Observed {
                            cluster: cluster.clone(),
                            node_groups: groups,
                            api_server: server.clone(),
                            ..Observed::default()
                        };
                        let late = Recent { active_since: Some(NOW - LONG_AGO), ..recent.clone() };
                        for patch in patches() {
                            check(&patch, &observed, &recent);
                            check(&patch, &observed, &late);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn of_the_unknown() {
    let delete = Goal::Delete { name: NAME.to_owned(), options: DeleteOptions::default() };
    for goal in [create(), delete].into_iter().chain(patches()).chain(applies()) {
        check(&goal, &Observed::default(), &Recent::default());
        check(&goal, &Observed { foundation: Seen::Absent, ..Observed::default() }, &Recent::default());
        check(&goal, &Observed { cluster: Seen::Absent, ..Observed::default() }, &Recent::default());
    }
}
