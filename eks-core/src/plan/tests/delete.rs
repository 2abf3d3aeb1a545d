//! What a delete sends, and when: inhabitants, cluster, what Kubernetes left, stacks, the foundation last.

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    ClusterState, ClusterStatus, ForeignPolicies, ForeignPolicy, Hold, Leftovers, LoadBalancers, Look,
    NodeGroupStatus, Observed, Seen, StackStatus,
};
use crate::plan::{Decision, DeleteOptions, Goal, Recent, Verdict, decide, tag};

const NOW: i64 = 10_000_000;

fn verdict(observed: &Observed, recent: &Recent, adopt: bool) -> crate::Result<Verdict> {
    let options = DeleteOptions::default().adopt(adopt);
    decide(&Goal::Delete { name: NAME.to_owned(), options }, observed, recent, NOW)
}

fn decided(observed: &Observed, recent: &Recent) -> Decision {
    match verdict(observed, recent, false) {
        Ok(Verdict::Decided(decision)) => decision,
        other => panic!("not decided: {other:?}"),
    }
}

fn sends(observed: &Observed) -> Vec<String> {
    decided(observed, &Recent::default()).requests.into_keys().collect()
}

/// Everything, with the mark that the delete has begun.
fn marked() -> Observed {
    let mut cluster = world::cluster(ClusterStatus::Active);
    cluster.tags.insert(tag::GOAL.to_owned(), "delete".to_owned());
    Observed { cluster: Seen::Present(cluster), ..world::everything() }
}

/// The cluster is empty.
fn empty() -> Observed {
    Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        leftovers: Some(Leftovers::default()),
        ..marked()
    }
}

#[test]
fn the_mark_is_the_first_call() {
    assert_eq!(sends(&world::everything()), ["markForDeletion"]);
}

#[test]
fn then_groups_and_profiles_together() {
    assert_eq!(sends(&marked()), ["deleteFargateProfile/jobs", "deleteNodeGroup/web"]);
}

#[test]
fn the_cluster_goes_when_it_is_empty_and_the_stacks_of_its_groups_with_it() {
    assert_eq!(sends(&empty()), ["deleteCluster", "deleteNodeGroupStack/web"]);
}

#[test]
fn what_kubernetes_left_goes_before_the_network() {
    let left = Leftovers {
        network_interfaces: vec!["eni-1".to_owned()],
        security_groups: vec!["sg-2".to_owned()],
        ..Leftovers::default()
    };
    let observed = |leftovers| Observed {
        cluster: Seen::Absent,
        node_group_stacks: BTreeMap::new(),
        leftovers,
        ..empty()
    };
    assert_eq!(sends(&observed(Some(left))), ["deleteLeftovers"]);
    assert_eq!(sends(&observed(Some(Leftovers::default()))), ["deleteFoundation"]);
}

#[test]
fn nothing_there_is_done() {
    let nothing = Observed {
        foundation: Seen::Absent,
        cluster: Seen::Absent,
        eksctl_stacks: Some(BTreeMap::new()),
        ..Observed::default()
    };
    assert!(decided(&nothing, &Recent::default()).is_done());
}

#[test]
fn a_stack_without_its_cluster_goes_all_the_same() {
    // One that moves is waited for.
    let moves = |status: &StackStatus| matches!(status, StackStatus::Deleting | StackStatus::Updating);
    for status in StackStatus::ALL.into_iter().filter(|status| !moves(status)) {
        let observed = Observed {
            foundation: Seen::Present(world::foundation_stack(status)),
            cluster: Seen::Absent,
            leftovers: Some(Leftovers::default()),
            load_balancers: Some(LoadBalancers::default()),
            foreign_policies: world::everything().foreign_policies,
            ..Observed::default()
        };
        assert_eq!(sends(&observed), ["deleteFoundation"], "{status:?}");
    }
}

#[test]
fn what_is_not_ours_stays_unless_adopted() {
    let mut cluster = world::cluster(ClusterStatus::Active);
    cluster.tags.clear();
    let observed = Observed {
        cluster: Seen::Present(cluster),
        foundation: Seen::Absent,
        eksctl_stacks: Some(BTreeMap::new()),
        ..world::everything()
    };
    let error = verdict(&observed, &Recent::default(), false).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.hint().is_some_and(|hint| hint.contains("adopt")), "{error}");
    let Ok(Verdict::Decided(adopted)) = verdict(&observed, &Recent::default(), true) else {
        panic!("refused")
    };
    // No mark: that would change what is not ours.
    let sent: Vec<_> = adopted.requests.into_keys().collect();
    assert_eq!(sent, ["deleteFargateProfile/jobs", "deleteNodeGroup/web"]);
}

#[test]
fn what_is_protected_is_refused_before_the_mark() {
    let cluster = ClusterState { deletion_protection: true, ..world::cluster(ClusterStatus::Active) };
    let observed = Observed { cluster: Seen::Present(cluster), ..world::everything() };
    let error = verdict(&observed, &Recent::default(), false).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    // An update ends in ACTIVE: the node groups of a protected cluster must not be gone by then.
    let updating = ClusterState { deletion_protection: true, ..world::cluster(ClusterStatus::Updating) };
    let observed = Observed { cluster: Seen::Present(updating), ..world::everything() };
    assert!(verdict(&observed, &Recent::default(), false).is_err());
}

fn unprotecting(observed: &Observed, recent: &Recent) -> crate::Result<Vec<String>> {
    let options = DeleteOptions::default().disable_deletion_protection(true);
    match decide(&Goal::Delete { name: NAME.to_owned(), options }, observed, recent, NOW)? {
        Verdict::Decided(decision) => Ok(decision.requests.into_keys().collect()),
        other => panic!("not decided: {other:?}"),
    }
}

#[test]
fn protection_goes_after_the_mark_and_before_anything_is_deleted() {
    let protected = |status, marked: bool| {
        let mut cluster = ClusterState { deletion_protection: true, ..world::cluster(status) };
        if marked {
            cluster.tags.insert(tag::GOAL.to_owned(), "delete".to_owned());
        }
        Observed { cluster: Seen::Present(cluster), ..world::everything() }
    };
    let sends = |observed: &Observed| unprotecting(observed, &Recent::default()).expect("not refused");
    assert_eq!(sends(&protected(ClusterStatus::Active, false)), ["markForDeletion"]);
    assert_eq!(sends(&protected(ClusterStatus::Active, true)), ["disableDeletionProtection"]);
    assert_eq!(sends(&protected(ClusterStatus::Updating, true)), Vec::<String>::new());
    assert_eq!(sends(&marked()), ["deleteFargateProfile/jobs", "deleteNodeGroup/web"]);
}

#[test]
fn protection_that_stays_on_is_an_error_after_a_few_updates() {
    let mut observed = marked();
    if let Seen::Present(cluster) = &mut observed.cluster {
        cluster.deletion_protection = true;
    }
    let sent = |times| {
        let kinds = vec!["disableDeletionProtection"; times];
        world::sent(NOW, 1_000_000, &[("disableDeletionProtection", &kinds)])
    };
    assert_eq!(unprotecting(&observed, &sent(3)).expect("again"), ["disableDeletionProtection"]);
    let error = unprotecting(&observed, &sent(4)).expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("DeletionProtectionUpdate")));
}

#[test]
fn a_delete_that_failed_is_sent_again_a_few_times_and_then_an_error_with_the_cause() {
    let mut group = world::node_group(NodeGroupStatus::DeleteFailed);
    group.issues = vec![world::issue("Ec2SecurityGroupDeletionFailure", "DependencyViolation - sg-1")];
    let observed = Observed { node_groups: Some(BTreeMap::from([("web".to_owned(), group)])), ..marked() };
    let sent = |times| {
        let kinds = vec!["deleteNodeGroup"; times];
        world::sent(NOW, 1_000_000, &[("deleteNodeGroup/web", &kinds)])
    };
    assert!(decided(&observed, &sent(3)).requests.contains_key("deleteNodeGroup/web"));
    let error = verdict(&observed, &sent(4), false).expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("Ec2SecurityGroupDeletionFailure")));
}

/// What others hung on a role goes when nobody needs the role any more, and before its stack, which would fail for it.
#[test]
fn what_others_hung_on_roles_goes_before_their_stack() {
    let alone = Observed { cluster: Seen::Absent, node_group_stacks: BTreeMap::new(), ..empty() };
    let unseen = Observed { foreign_policies: BTreeMap::new(), ..alone.clone() };
    let Ok(Verdict::Blind(looks)) = verdict(&unseen, &Recent::default(), false) else {
        panic!("not looked for")
    };
    assert!(matches!(&looks[..], [Look::ForeignPolicies { roles, .. }] if roles.len() == 3), "{looks:?}");

    let policy = ForeignPolicy { role: "node-role".to_owned(), hold: Hold::Inline("watch".to_owned()) };
    let hung = |problem: Option<&str>, found: Vec<ForeignPolicy>| {
        let policies = ForeignPolicies { found, problem: problem.map(str::to_owned) };
        let stack = alone.foundation.present().expect("there").id.clone();
        Observed { foreign_policies: BTreeMap::from([(stack, policies)]), ..alone.clone() }
    };
    assert_eq!(sends(&hung(None, vec![policy])), ["detachPolicies/eks-shop-8d9001d3"]);
    assert_eq!(sends(&hung(None, vec![])), ["deleteFoundation"]);
    // Nobody may look: CloudFormation will say what holds a role.
    assert_eq!(sends(&hung(Some("denied"), vec![])), ["deleteFoundation"]);
}
