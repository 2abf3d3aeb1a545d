//! A cluster that eksctl made, whole.

use std::time::Duration;

use eks_core::{DeleteOptions, Error, ErrorKind};
use serde_json::json;
use tests::{Eksctl, Stage, accepted_writes, left, living, refused_writes, writes};

use super::{allowed, delete};

/// Everything that eksctl makes: two managed groups, an OIDC provider, roles of pods, an access entry, two Fargate
/// profiles.
fn everything(stage: &Stage) -> Eksctl {
    let eksctl = Eksctl::create(stage, "web", true);
    eksctl.managed_group("ng-1");
    eksctl.managed_group("ng-2");
    eksctl.service_account("kube-system", "loader");
    eksctl.pod_identity_role("default", "app");
    eksctl.access_entry("ada");
    eksctl.fargate_profile("jobs");
    eksctl.fargate_profile("web");
    eksctl
}

/// What was changed since then, in order, without repeats of the same kind.
fn since(stage: &Stage, before: usize) -> Vec<String> {
    let mut since = accepted_writes(&stage.sim).split_off(before);
    since.dedup();
    since
}

#[test]
fn it_goes_through_its_stacks_in_order_and_nothing_is_left() -> Result<(), Error> {
    let stage = Stage::default();
    everything(&stage);
    let before = accepted_writes(&stage.sim).len();
    let report = delete(&stage, allowed())?;
    assert_eq!(
        report.deleted,
        [
            "Fargate profile jobs",
            "Fargate profile web",
            "stack eksctl-web-nodegroup-ng-1",
            "stack eksctl-web-nodegroup-ng-2",
            "stack eksctl-web-addon-iamserviceaccount-kube-system-loader",
            "stack eksctl-web-podidentityrole-default-app",
            "stack eksctl-web-accessentry-W5QPPM3JVQNPIRHZ6CXDMSDSYIAKFZGJ",
            "stack eksctl-web-fargate",
            &report.deleted[8],
            "stack eksctl-web-cluster",
        ]
    );
    assert!(report.deleted[8].starts_with("OIDC provider arn:aws:iam::"), "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(refused_writes(&stage.sim), Vec::<String>::new());
    let since = since(&stage, before);
    assert_eq!(since[0], "cloudformation:UpdateTerminationProtection");
    assert_eq!(since.last().map(String::as_str), Some("cloudformation:DeleteStack"));
    // Neither cluster nor groups are taken from under their stacks.
    assert!(
        !since.iter().any(|call| call == "eks:DeleteCluster" || call == "eks:DeleteNodegroup"),
        "{since:?}"
    );
    Ok(())
}

#[test]
fn without_leave_nothing_is_touched() -> Result<(), Error> {
    let stage = Stage::default();
    Eksctl::create(&stage, "web", false).managed_group("ng-1");
    let eks = stage.eks.clone();
    let listed = stage.run(move || async move { eks.list().await })?;
    assert_eq!(listed.iter().map(|it| (it.ours, it.eksctl)).collect::<Vec<_>>(), [(false, true)]);
    let (there, before) = (living(&stage.sim), writes(&stage.sim));
    let foreign = delete(&stage, DeleteOptions::default()).expect_err("it is eksctl's");
    assert_eq!(foreign.kind(), ErrorKind::AlreadyExists);
    assert!(foreign.hint().is_some_and(|hint| hint.contains("`adopt`")), "{foreign}");
    let protected =
        delete(&stage, DeleteOptions::default().adopt(true)).expect_err("its stacks are protected");
    assert_eq!(protected.kind(), ErrorKind::Conflict);
    assert_eq!(
        protected.message(),
        "stacks are protected against termination: eksctl-web-cluster, eksctl-web-nodegroup-ng-1"
    );
    assert!(
        protected.hint().is_some_and(|hint| hint.contains("`disable_deletion_protection`")),
        "{protected}"
    );
    assert_eq!(living(&stage.sim), there);
    assert_eq!(writes(&stage.sim), before);
    Ok(())
}

/// A Service's load balancer holds the network, and who would take it away dies with the nodes.
#[test]
fn what_kubernetes_made_goes_first() -> Result<(), Error> {
    let stage = Stage::default();
    Eksctl::create(&stage, "web", false).managed_group("ng-1");
    let service = json!({
        "metadata": { "name": "shop" },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
    });
    stage.keep("web", "/api/v1", "services", &service);
    stage.sim.advance(Duration::from_secs(20));
    assert_eq!(living(&stage.sim).get("AWS::ElasticLoadBalancing::LoadBalancer"), Some(&1));
    delete(&stage, allowed())?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Nodes that EKS does not know: their Auto Scaling group is in the stack, and nothing is drained that goes with its
/// cluster.
#[test]
fn a_self_managed_group_goes_with_its_stack() -> Result<(), Error> {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    let stack = eksctl.self_managed_group("own");
    let there = living(&stage.sim);
    assert_eq!((there["AWS::AutoScaling::AutoScalingGroup"], there["AWS::EC2::Instance"]), (1, 2));
    let report = delete(&stage, allowed())?;
    assert_eq!(report.deleted, [format!("stack {stack}"), "stack eksctl-web-cluster".to_owned()]);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Their names begin alike; the tags tell (facts/eksctl.md §2.11).
#[test]
fn another_cluster_with_a_similar_name_is_untouched() -> Result<(), Error> {
    let stage = Stage::default();
    Eksctl::create(&stage, "web-2", false).managed_group("ng-1");
    let others = living(&stage.sim);
    Eksctl::create(&stage, "web", false).managed_group("ng-1");
    delete(&stage, allowed())?;
    assert_eq!(living(&stage.sim), others);
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web-2").await })?;
    assert_eq!(info.node_groups.len(), 1);
    Ok(())
}

/// eksctl leaves groups that it did not make, and its stack of the cluster then fails (facts/eksctl.md §5).
#[test]
fn a_group_that_eksctl_did_not_make_goes_too() -> Result<(), Error> {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    eksctl.managed_group("ng-1");
    let api = stage.eks_api();
    let subnets = eksctl.public_subnets();
    stage.run(move || async move {
        let seen = api.describe_nodegroup().cluster_name("web").nodegroup_name("ng-1").send().await;
        let role = seen.expect("there").nodegroup.expect("there").node_role.expect("one");
        let made = api.create_nodegroup().cluster_name("web").nodegroup_name("console").node_role(role);
        made.set_subnets(Some(subnets)).send().await.expect("made");
    });
    stage.sim.advance(Duration::from_secs(600));
    let report = delete(&stage, allowed())?;
    assert!(report.deleted.contains(&"node group console".to_owned()), "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
