//! What stands in the way of eksctl's stacks.

use std::time::Duration;

use aws_sdk_cloudformation::types::StackStatus;
use eks_core::{Error, ErrorKind, EventKind};
use serde_json::json;
use tests::{Eksctl, Stage, accepted_writes, left};

use super::{allowed, delete};

/// A stack whose output is another one's.
fn importer(stage: &Stage, export: &str) {
    let template = json!({
        "Resources": { "Handle": { "Type": "AWS::CloudFormation::WaitConditionHandle" } },
        "Outputs": { "Theirs": { "Value": { "Fn::ImportValue": export } } },
    });
    let call =
        stage.cloudformation().create_stack().stack_name("database").template_body(template.to_string());
    stage.run(move || call.send()).expect("a stack");
    stage.sim.advance(Duration::from_secs(60));
}

/// CloudFormation takes the request and does nothing (facts/eksctl.md §2.4): that is an end, and what is in the way is
/// named.
#[test]
fn an_export_that_somebody_uses() -> Result<(), Error> {
    let stage = Stage::default();
    Eksctl::create(&stage, "web", false);
    importer(&stage, "eksctl-web-cluster::VPC");
    let error = delete(&stage, allowed()).expect_err("it is in use");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Failed, Some("ExportInUse")));
    assert!(error.message().contains("in use by database"), "{error}");
    let call = stage.cloudformation().delete_stack().stack_name("database");
    stage.run(move || call.send()).expect("deleted");
    stage.sim.advance(Duration::from_secs(60));
    delete(&stage, allowed())?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// An update that no status shows: the stack ends in DELETE_FAILED at once (eksctl#4979), and EKS itself is asked until it
/// lets the cluster go.
#[test]
fn an_update_that_nobody_sees() -> Result<(), Error> {
    let stage = Stage::default();
    Eksctl::create(&stage, "web", false).fargate_profile("jobs");
    // The profile leaves the cluster locked when it is gone.
    stage.sim.with_world(|world| {
        world.trouble().hidden_update = 1.0;
        world.trouble().hidden_update_seconds = 1_800.0;
    });
    delete(&stage, allowed())?;
    assert!(accepted_writes(&stage.sim).contains(&"eks:DeleteCluster".to_owned()), "EKS was asked");
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Somebody's policy on the role of a node group: the stack fails on it, and it is taken away and told.
#[test]
fn a_role_with_somebody_elses_policy() -> Result<(), Error> {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    let stack = eksctl.pod_identity_role("default", "app");
    let call =
        stage.cloudformation().describe_stack_resource().stack_name(&stack).logical_resource_id("Role1");
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    stage.run(move || async move {
        let role = call.send().await.expect("there").stack_resource_detail.expect("there");
        let role = role.physical_resource_id.expect("a name");
        let policy = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
        iam.attach_role_policy().role_name(role).policy_arn(policy).send().await.expect("attached");
    });
    let (events, report) = stage.watch(stage.eks.delete_with("web", allowed()));
    let report = report?;
    assert_eq!(report.detached.len(), 1, "{report:?}");
    assert!(report.detached[0].contains("AmazonSSMManagedInstanceCore"), "{report:?}");
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::Detached { .. })));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// What somebody put into the network holds it. It is named; if the caller wants that, the rest goes without it.
#[test]
fn a_stranger_in_the_network() -> Result<(), Error> {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    let subnet = eksctl.public_subnets().remove(0);
    let call = stage.ec2().create_network_interface().subnet_id(subnet).description("somebody's");
    stage.run(move || call.send()).expect("made");
    let error = delete(&stage, allowed()).expect_err("it is in the way");
    assert_eq!(error.kind(), ErrorKind::Failed);
    assert!(error.message().contains("(somebody's) is in the network"), "{error}");
    assert_eq!(stage.stack_status("eksctl-web-cluster"), Some(StackStatus::DeleteFailed));
    let report = delete(&stage, allowed().retain_what_is_stuck(true))?;
    assert!(report.retained.iter().any(|what| what.starts_with("VPC vpc-")), "{report:?}");
    assert_eq!(stage.stack_status("eksctl-web-cluster"), None);
    Ok(())
}

/// A stack of our own that somebody protects is refused like one of eksctl's, before the first write.
#[test]
fn a_stack_of_ours_that_is_protected() -> Result<(), Error> {
    let stage = Stage::default();
    let spec = eks_core::Cluster::builder().name("web").no_node_groups().no_addons().build()?;
    stage.create(&spec)?;
    let call = stage.cloudformation().update_termination_protection().enable_termination_protection(true);
    let foundation = stage.stack_of("web");
    let call = call.stack_name(foundation);
    stage.run(move || call.send()).expect("protected");
    let before = accepted_writes(&stage.sim).len();
    let error = stage.delete("web").expect_err("it is protected");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("protected against termination"), "{error}");
    assert_eq!(accepted_writes(&stage.sim).len(), before);
    delete(&stage, eks_core::DeleteOptions::default().disable_deletion_protection(true))?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
