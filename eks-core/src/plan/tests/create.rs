//! What a create sends, and when: one row for each stage of a cluster's birth (design §4, "Do not wait for a
//! stack when a resource will do").

use std::collections::BTreeMap;

use super::world::{self, NAME};
use crate::ErrorKind;
use crate::observe::{
    AddonStatus, ClusterStatus, FargateProfileStatus, NodeGroupStatus, Observed, Seen, StackResource,
    StackState, StackStatus,
};
use crate::plan::{Decision, Goal, Recent, Request, StepState, Verdict, decide, foundation, names, tag};
use crate::spec::{Cluster, KubernetesVersion, LogType};

const NOW: i64 = 10_000_000;

fn goal(spec: Cluster) -> Goal {
    Goal::Create { name: NAME.to_owned(), spec: Some(Box::new(spec)), options: Default::default() }
}

fn decided(observed: &Observed, recent: &Recent) -> Decision {
    match decide(&goal(world::spec()), observed, recent, NOW) {
        Ok(Verdict::Decided(decision)) => decision,
        other => panic!("not decided: {other:?}"),
    }
}

/// The ids of the steps that are sent.
fn sends(observed: &Observed) -> Vec<String> {
    decided(observed, &Recent::default()).requests.into_keys().collect()
}

fn refused(observed: &Observed) -> crate::Error {
    decide(&goal(world::spec()), observed, &Recent::default(), NOW).expect_err("refused")
}

/// A foundation of which only these resources are complete.
fn foundation_with(keep: impl Fn(&str) -> bool) -> Seen<StackState> {
    let mut stack = world::foundation_stack(StackStatus::Creating);
    let unfinished = |resource: &mut StackResource| resource.status = "CREATE_IN_PROGRESS".to_owned();
    stack.resources.iter_mut().filter(|(id, _)| !keep(id)).for_each(|(_, resource)| unfinished(resource));
    Seen::Present(stack)
}

/// A control plane that has just become ACTIVE, with nothing in it.
fn empty_cluster() -> Observed {
    Observed {
        node_groups: Some(BTreeMap::new()),
        fargate_profiles: Some(BTreeMap::new()),
        addons: Some(BTreeMap::new()),
        access_entries: Some(BTreeMap::new()),
        api_server: Seen::Unknown,
        ..world::everything()
    }
}

#[test]
fn first_the_foundation_alone_settles_whose_name_it_is() {
    assert_eq!(sends(&world::nothing()), ["createFoundation"]);
}

#[test]
fn the_stack_of_a_group_is_made_while_the_foundation_is() {
    let observed = Observed { foundation: foundation_with(|_| false), ..world::nothing() };
    assert_eq!(sends(&observed), ["createNodeGroupStack/web"]);
}

#[test]
fn the_control_plane_waits_for_its_own_subnets_group_and_role_only() {
    let of_cluster =
        |id: &str| id.starts_with("Subnet") || id == "ControlPlaneSecurityGroup" || id == "ServiceRole";
    let observed = |keep: &dyn Fn(&str) -> bool| Observed {
        foundation: foundation_with(keep),
        node_group_stacks: world::everything().node_group_stacks,
        ..world::nothing()
    };
    assert_eq!(sends(&observed(&of_cluster)), ["createCluster"]);
    for missing in
        ["ServiceRole", "ControlPlaneSecurityGroup", "SubnetPublicUSWEST2B", "SubnetPrivateUSWEST2C"]
    {
        let without = |id: &str| of_cluster(id) && id != missing;
        assert_eq!(sends(&observed(&without)), [""; 0], "without {missing}");
    }
}

#[test]
fn the_control_plane_waits_for_its_log_group_where_logs_are_to_be_kept() {
    let spec =
        Cluster { logging: Some([LogType::Api].into()), log_retention_in_days: Some(7), ..world::spec() };
    let sends = |status: Option<&str>| {
        let mut stack = world::foundation_stack(StackStatus::Creating);
        stack.spec = Some(serde_json::to_string(&spec).expect("JSON"));
        stack.tags.insert(tag::SPEC_HASH.to_owned(), names::spec_hash(&spec));
        let group = |status: &str| StackResource {
            physical_id: Some("/aws/eks/shop/cluster".to_owned()),
            status: status.to_owned(),
            reason: None,
        };
        stack.resources.extend(status.map(|status| (foundation::id::LOG_GROUP.to_owned(), group(status))));
        let observed = Observed {
            foundation: Seen::Present(stack),
            node_group_stacks: world::everything().node_group_stacks,
            ..world::nothing()
        };
        match decide(&goal(spec.clone()), &observed, &Recent::default(), NOW) {
            Ok(Verdict::Decided(decision)) => decision.requests.into_keys().collect::<Vec<_>>(),
            other => panic!("not decided: {other:?}"),
        }
    };
    assert_eq!(sends(None), [""; 0]);
    assert_eq!(sends(Some("CREATE_IN_PROGRESS")), [""; 0]);
    assert_eq!(sends(Some("CREATE_COMPLETE")), ["createCluster"]);
}

#[test]
fn once_active_everything_that_needs_no_node_goes_at_once_but_add_ons_after_the_first_profile() {
    assert_eq!(
        sends(&empty_cluster()),
        [
            "createAccessEntry/arn:aws:iam::111122223333:role/admin",
            "createFargateProfile/jobs",
            "createNodeGroup/web"
        ]
    );
    let profile = world::fargate_profile(FargateProfileStatus::Creating);
    let sent = Observed {
        fargate_profiles: Some(BTreeMap::from([("jobs".to_owned(), profile)])),
        access_entries: world::everything().access_entries,
        node_groups: world::everything().node_groups,
        ..empty_cluster()
    };
    assert_eq!(sends(&sent), ["createAddon/kube-proxy", "createAddon/vpc-cni"]);
}

#[test]
fn coredns_waits_for_the_first_node_and_for_no_other() {
    let observed = |ready| Observed {
        addons: Some(
            ["vpc-cni", "kube-proxy"]
                .map(|name| (name.to_owned(), world::addon(name, AddonStatus::Active)))
                .into(),
        ),
        node_groups: Some(BTreeMap::from([("web".to_owned(), world::node_group(NodeGroupStatus::Creating))])),
        api_server: Seen::Present(world::api_server(ready)),
        ..world::everything()
    };
    assert_eq!(sends(&observed(0)), [""; 0]);
    assert_eq!(sends(&observed(1)), ["createAddon/coredns"]);
}

/// In express mode, which needs EC2 to look at what CloudFormation does not wait for.
#[cfg(feature = "ec2")]
#[test]
fn nodes_wait_for_their_way_out() {
    use crate::observe::NatGatewayStatus;
    let pending = world::nat_gateway(NatGatewayStatus::Pending);
    let observed = Observed { nat_gateways: Some(vec![pending]), ..empty_cluster() };
    assert_eq!(sends(&observed), ["createAccessEntry/arn:aws:iam::111122223333:role/admin"]);
    let failed = world::nat_gateway(NatGatewayStatus::Failed);
    let error = refused(&Observed { nat_gateways: Some(vec![failed]), ..empty_cluster() });
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("Gateway.NotAttached")));
    assert!(error.message().contains("no Internet gateway attached"), "{error}");
}

#[test]
fn what_was_just_sent_is_not_sent_again_before_it_can_be_seen() {
    let recent = |ago| world::sent(NOW, ago, &[("createFoundation", &["createStack"])]);
    let just = decided(&world::nothing(), &recent(60_000));
    assert!(just.requests.is_empty());
    assert_eq!(just.steps[0].state, StepState::Running);
    // Nothing shows after two minutes: the create never happened.
    assert!(decided(&world::nothing(), &recent(180_000)).requests.contains_key("createFoundation"));
}

#[test]
fn whatever_is_as_wanted_leaves_nothing_to_do() {
    let decision = decided(&world::everything(), &Recent::default());
    assert!(decision.is_done(), "{:#?}", decision.steps);
}

/// facts/aws.md §2.8; one row for each thing that a stack of ours can ask for.
#[test]
fn a_stack_in_each_state_asks_for_one_thing() {
    for (status, expected) in [
        (StackStatus::Creating, "waits"),
        (StackStatus::Updating, "waits"),
        (StackStatus::RollingBack, "waits"),
        (StackStatus::CreateFailed, "updateStack"),
        (StackStatus::UpdateFailed, "updateStack"),
        (StackStatus::Dead, "deleteStack"),
    ] {
        let stack = StackState { resources: BTreeMap::new(), ..world::foundation_stack(status) };
        let observed = Observed { foundation: Seen::Present(stack), ..world::nothing() };
        let decision = decided(&observed, &Recent::default());
        let got = decision.requests.get("createFoundation").map_or("waits", Request::kind);
        assert_eq!(got, expected, "{status:?}");
    }
    for status in [StackStatus::Deleting, StackStatus::DeleteFailed] {
        let stack = Seen::Present(world::foundation_stack(status));
        let error = refused(&Observed { foundation: stack, ..world::nothing() });
        assert_eq!(error.kind(), ErrorKind::Conflict, "{status:?}");
    }
}

#[test]
fn a_repair_is_not_tried_twice_by_one_operation() {
    let mut stack = world::foundation_stack(StackStatus::CreateFailed);
    stack.resources.insert(
        "NATIP".to_owned(),
        StackResource {
            physical_id: None,
            status: "CREATE_FAILED".to_owned(),
            reason: Some("The maximum number of addresses has been reached.".to_owned()),
        },
    );
    let observed = Observed { foundation: Seen::Present(stack), ..world::nothing() };
    let recent = world::sent(NOW, 1_000_000, &[("createFoundation", &["createStack"])]);
    let error = decide(&goal(world::spec()), &observed, &recent, NOW).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::QuotaExceeded);
    assert!(error.message().contains("NATIP: The maximum number of addresses"), "{error}");
}

#[test]
fn what_is_not_ours_is_refused_before_anything_is_sent() {
    let mut foreign = world::cluster(ClusterStatus::Active);
    foreign.tags.clear();
    let error = refused(&Observed { cluster: Seen::Present(foreign), ..world::nothing() });
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    let mut stack = world::foundation_stack(StackStatus::Complete);
    stack.tags.clear();
    let error = refused(&Observed { foundation: Seen::Present(stack), ..world::nothing() });
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
}

#[test]
fn another_spec_under_the_same_name_is_an_error_that_names_the_field() {
    let mut other = world::spec();
    other.version = KubernetesVersion::Exact("1.35".to_owned());
    let error = decide(&goal(other), &world::everything(), &Recent::default(), NOW).expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.message().contains("version was unset and is now 1.35"), "{error}");
}

#[test]
fn a_name_alone_recovers_the_create() {
    let goal = Goal::Create { name: NAME.to_owned(), spec: None, options: Default::default() };
    let Ok(Verdict::Decided(decision)) = decide(&goal, &empty_cluster(), &Recent::default(), NOW) else {
        panic!("not decided")
    };
    assert!(decision.requests.contains_key("createNodeGroup/web"));
    let nothing = decide(&goal, &world::nothing(), &Recent::default(), NOW).expect_err("refused");
    assert_eq!(nothing.kind(), ErrorKind::NotFound);
}

/// facts/failures.md C7: a failed group cannot be mended, and the caller's new call is the permission to make it
/// anew; within one operation it is an error with the root cause.
#[test]
fn a_failed_group_is_made_anew_by_the_next_call_only() {
    let failed = world::node_group(NodeGroupStatus::CreateFailed);
    let observed = Observed {
        node_groups: Some(BTreeMap::from([("web".to_owned(), failed)])),
        api_server: Seen::Present(world::api_server(0)),
        ..world::everything()
    };
    let next_call = decided(&observed, &Recent::default());
    assert_eq!(next_call.requests.get("createNodeGroup/web").map(Request::kind), Some("deleteNodeGroup"));
    let same_call = world::sent(NOW, 1_500_000, &[("createNodeGroup/web", &["createNodeGroup"])]);
    let error = decide(&goal(world::spec()), &observed, &same_call, NOW).expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("NodeCreationFailure")));
    assert_eq!(error.resource(), Some("node group web"));
}
