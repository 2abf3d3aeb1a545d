//! What eksctl made: what is sent for it, and when; and every small state that it can be in.

use std::collections::BTreeMap;

use super::every_state::{self, NODE_GROUP_STATUSES};
use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    ClusterState, ClusterStatus, FargateProfileStatus, Leftovers, Look, NodeGroupStatus, Observed, Seen,
    StackState, StackStatus,
};
use crate::plan::{DeleteOptions, Goal, Recent, Verdict, decide};

const NOW: i64 = 10_000_000;

/// One of each of eksctl's stacks but for the cluster's, whose node group is called `web`.
const PARTS: [&str; 10] = [
    "accessentry-ABC",
    "addon-iamserviceaccount-kube-system-loader",
    "addon-vpc-cni",
    "auto-mode-role",
    "capability-ABC",
    "capability-role-ABC",
    "fargate",
    "karpenter",
    "nodegroup-web",
    "podidentityrole-default-app",
];

fn goal(adopt: bool, unprotect: bool) -> Goal {
    let options = DeleteOptions::default().adopt(adopt).disable_deletion_protection(unprotect);
    Goal::Delete { name: NAME.to_owned(), options }
}

fn name(part: &str) -> String {
    format!("eksctl-{NAME}-{part}")
}

fn foreign(status: ClusterStatus) -> ClusterState {
    let tags = BTreeMap::from([("alpha.eksctl.io/cluster-name".to_owned(), NAME.to_owned())]);
    ClusterState { tags, ..world::cluster(status) }
}

/// An account with these of eksctl's stacks, and a cluster with a node group and a Fargate profile.
fn observed(stacks: impl IntoIterator<Item = StackState>) -> Observed {
    let stacks = stacks.into_iter().map(|stack| (stack.name.clone(), Seen::Present(stack)));
    Observed {
        foundation: Seen::Absent,
        node_group_stacks: BTreeMap::new(),
        cluster: Seen::Present(foreign(ClusterStatus::Active)),
        leftovers: Some(Leftovers::default()),
        eksctl_stacks: Some(stacks.collect()),
        ..world::everything()
    }
}

fn all() -> Observed {
    let parts = PARTS.iter().chain(&["cluster"]);
    observed(parts.map(|part| world::eksctl_stack(part, StackStatus::Complete)))
}

/// Those of its stacks that are called so are gone.
fn without(mut observed: Observed, parts: &[&str]) -> Observed {
    for part in parts {
        observed.eksctl_stacks.as_mut().expect("listed").insert(name(part), Seen::Absent);
    }
    observed
}

fn sends(observed: &Observed, recent: &Recent) -> Vec<String> {
    match decide(&goal(true, true), observed, recent, NOW) {
        Ok(Verdict::Decided(decision)) => decision.requests.into_keys().collect(),
        other => panic!("not decided: {other:?}"),
    }
}

fn deletes(parts: &[&str]) -> Vec<String> {
    parts.iter().map(|part| format!("deleteStack/{}", name(part))).collect()
}

#[test]
fn in_eksctls_order() {
    let none = Recent::default();
    let mut groups = deletes(&["nodegroup-web"]);
    groups.insert(0, "deleteFargateProfile/jobs".to_owned());
    assert_eq!(sends(&all(), &none), groups);

    let empty = Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        ..without(all(), &["nodegroup-web"])
    };
    let roles = [
        "accessentry-ABC",
        "addon-iamserviceaccount-kube-system-loader",
        "addon-vpc-cni",
        "capability-ABC",
        "fargate",
        "podidentityrole-default-app",
    ];
    assert_eq!(sends(&empty, &none), deletes(&roles));
    let bare = without(empty, &roles);
    assert_eq!(sends(&bare, &none), deletes(&["capability-role-ABC"]));
    let bare = without(bare, &["capability-role-ABC"]);
    assert_eq!(sends(&bare, &none), deletes(&["cluster"]));
    let gone = Observed { cluster: Seen::Absent, ..without(bare, &["cluster"]) };
    assert_eq!(sends(&gone, &none), deletes(&["auto-mode-role", "karpenter"]));
}

#[test]
fn protection_goes_before_anything_is_deleted() {
    let protect =
        |part: &str| StackState { protected: true, ..world::eksctl_stack(part, StackStatus::Complete) };
    let observed = observed([protect("cluster"), protect("nodegroup-web")]);
    let off = |part: &str| format!("disableTerminationProtection/{}", name(part));
    assert_eq!(sends(&observed, &Recent::default()), [off("cluster"), off("nodegroup-web")]);
    let refused = decide(&goal(true, false), &observed, &Recent::default(), NOW).expect_err("protected");
    assert_eq!(refused.kind(), ErrorKind::Conflict);
}

/// What is ours costs no question; what is not, or not there, costs one.
#[test]
fn it_is_asked_only_where_nothing_of_ours_is() {
    let blind = |observed: &Observed, recent: &Recent| match decide(&goal(true, true), observed, recent, NOW)
    {
        Ok(Verdict::Blind(looks)) => looks.contains(&Look::EksctlStacks),
        _ => false,
    };
    let none = Recent::default();
    let unasked = Observed { eksctl_stacks: None, ..all() };
    assert!(blind(&unasked, &none));
    let nothing = Observed { cluster: Seen::Absent, ..unasked.clone() };
    assert!(blind(&nothing, &none));
    assert!(!blind(&nothing, &Recent { ours: true, ..Recent::default() }));
    assert!(!blind(&world::everything(), &none));
}

/// CloudFormation gives up at once on a cluster that EKS does not let go: EKS is asked then, and the stack again after it.
#[test]
fn a_cluster_that_its_stack_cannot_delete_is_deleted_by_eks() {
    let stack = world::eksctl_stack("cluster", StackStatus::DeleteFailed);
    let empty = Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        foreign_policies: BTreeMap::from([(stack.id.clone(), Default::default())]),
        ..observed([stack])
    };
    let sent = world::sent(NOW, 1_000_000, &[("deleteStack/eksctl-shop-cluster", &["deleteStack"])]);
    assert_eq!(sends(&empty, &sent), ["deleteCluster"]);
    let gone = Observed { cluster: Seen::Absent, ..empty };
    assert_eq!(sends(&gone, &sent), deletes(&["cluster"]));
}

#[test]
fn a_group_that_eks_changes_is_waited_for() {
    for (status, waits) in [
        (NodeGroupStatus::Creating, true),
        (NodeGroupStatus::Updating, true),
        (NodeGroupStatus::Active, false),
        (NodeGroupStatus::Degraded, false),
    ] {
        let groups = BTreeMap::from([("web".to_owned(), world::node_group(status))]);
        let stack = world::eksctl_stack("nodegroup-web", StackStatus::Complete);
        let observed = Observed {
            node_groups: Some(groups),
            fargate_profiles: Some(BTreeMap::new()),
            ..observed([stack])
        };
        let expected = if waits { Vec::new() } else { deletes(&["nodegroup-web"]) };
        assert_eq!(sends(&observed, &Recent::default()), expected, "{status:?}");
    }
}

/// A group without a stack, in a cluster with one; and stacks beside a cluster that eksctl did not make.
#[test]
fn what_has_no_stack_goes_by_eks() {
    let cluster = world::eksctl_stack("cluster", StackStatus::Complete);
    let sent = sends(&observed([cluster]), &Recent::default());
    assert_eq!(sent, ["deleteFargateProfile/jobs", "deleteNodeGroup/web"]);
    let empty = Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        ..observed([world::eksctl_stack("addon-vpc-cni", StackStatus::Complete)])
    };
    assert_eq!(sends(&empty, &Recent::default()), deletes(&["addon-vpc-cni"]));
    assert_eq!(sends(&without(empty, &["addon-vpc-cni"]), &Recent::default()), ["deleteCluster"]);
}

#[test]
fn what_another_stack_uses_is_an_error_once_it_was_tried() {
    let mut stack = world::eksctl_stack("cluster", StackStatus::Complete);
    stack.reason =
        Some("Export eksctl-shop-cluster::VPC cannot be deleted as it is in use by database".to_owned());
    let observed = Observed { cluster: Seen::Absent, ..observed([stack]) };
    assert_eq!(sends(&observed, &Recent::default()), deletes(&["cluster"]));
    let sent = world::sent(NOW, 1_000_000, &[("deleteStack/eksctl-shop-cluster", &["deleteStack"])]);
    let error = decide(&goal(true, true), &observed, &sent, NOW).expect_err("in use");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("ExportInUse")));
}

#[test]
fn every_state_is_done_or_waits_or_is_an_error() {
    let seen = |part: &str| {
        let present = StackStatus::ALL.map(|status| {
            let stack = world::eksctl_stack(part, status);
            let bare = StackState { resources: BTreeMap::new(), ..stack.clone() };
            [Seen::Present(stack), Seen::Present(bare)]
        });
        std::iter::once(Seen::Absent).chain(present.into_iter().flatten()).collect::<Vec<_>>()
    };
    let (cluster_stacks, group_stacks, roles) =
        (seen("cluster"), seen("nodegroup-web"), seen("addon-vpc-cni"));
    let statuses =
        [ClusterStatus::Creating, ClusterStatus::Active, ClusterStatus::Deleting, ClusterStatus::Failed];
    let clusters: Vec<Seen<ClusterState>> =
        std::iter::once(Seen::Absent).chain(statuses.map(|status| Seen::Present(foreign(status)))).collect();
    let kinds: &[&str] = &["deleteStack", "deleteStack", "deleteStack", "deleteStack"];
    let steps: [(&str, &[&str]); 4] = [
        ("deleteStack/eksctl-shop-cluster", kinds),
        ("deleteStack/eksctl-shop-nodegroup-web", kinds),
        ("deleteStack/eksctl-shop-addon-vpc-cni", kinds),
        ("deleteCluster", &["deleteCluster"]),
    ];
    let mut memories = [Recent::default(), world::sent(NOW, 3_000_000, &steps)];
    memories[1].eksctl_stacks = ["cluster", "nodegroup-web", "addon-vpc-cni"].map(name).to_vec();
    let goals = [goal(false, false), goal(true, false), goal(true, true)];
    let mut state = 0;
    for cluster_stack in &cluster_stacks {
        for group_stack in &group_stacks {
            for cluster in &clusters {
                state += 1;
                let role = &roles[state % roles.len()];
                let group = state % (NODE_GROUP_STATUSES.len() + 1);
                let group = NODE_GROUP_STATUSES.get(group).map(|status| world::node_group(*status));
                let profile = world::fargate_profile(FargateProfileStatus::Active);
                let mut stacks = BTreeMap::new();
                for (part, stack) in
                    [("cluster", cluster_stack), ("nodegroup-web", group_stack), ("addon-vpc-cni", role)]
                {
                    stacks.insert(name(part), stack.clone());
                }
                let observed = Observed {
                    cluster: cluster.clone(),
                    node_groups: Some(group.map(|group| ("web".to_owned(), group)).into_iter().collect()),
                    fargate_profiles: Some(
                        (state % 2 == 0).then(|| ("jobs".to_owned(), profile)).into_iter().collect(),
                    ),
                    leftovers: [None, Some(Leftovers::default())][state % 2].clone(),
                    eksctl_stacks: Some(stacks),
                    ..observed([])
                };
                for recent in &memories {
                    goals.iter().for_each(|goal| every_state::check(goal, &observed, recent));
                }
            }
        }
    }
}
