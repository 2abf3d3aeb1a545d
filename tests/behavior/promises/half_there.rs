//! What is half there is deleted like the rest: a cluster that was never made, one that is gone with its stacks left, one
//! whose delete had only begun.

use std::time::Duration;

use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, DeleteOptions, Error, ErrorKind};
use tests::{Stage, left, living, writes};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// The client died when network and roles were there.
#[test]
fn a_cluster_that_was_never_made() -> Result<(), Error> {
    let stage = Stage::default();
    stage.sim.add_fault(Fault {
        operation: Some("CreateCluster".to_owned()),
        effect: Effect::DieBeforeAccept,
        ..Fault::default()
    });
    assert!(stage.try_create(&cluster()).is_err(), "the client dies");
    stage.sim.clear_faults();
    assert!(!living(&stage.sim).contains_key("AWS::EKS::Cluster"));
    let report = stage.another_process().delete("web")?;
    assert!(report.found);
    assert!(report.deleted.iter().all(|it| it.starts_with("stack eks-web-")), "{:?}", report.deleted);
    assert_eq!(report.unchecked, Vec::<String>::new());
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Somebody deleted it by EKS's own API and left its stacks, which hold network, roles and launch template.
#[test]
fn a_cluster_that_is_gone_with_its_stacks_left() -> Result<(), Error> {
    let stage = Stage::default();
    let info = stage.create(&cluster())?;
    let call = stage.eks_api().delete_nodegroup().cluster_name("web");
    let call = call.nodegroup_name(&info.node_groups[0].physical_name);
    stage.run(move || call.send()).expect("accepted");
    stage.sim.advance(Duration::from_secs(900));
    let call = stage.eks_api().delete_cluster().name("web");
    stage.run(move || call.send()).expect("accepted");
    stage.sim.advance(Duration::from_secs(900));
    assert!(!living(&stage.sim).contains_key("AWS::EKS::Cluster"));
    let stacks = living(&stage.sim)["AWS::CloudFormation::Stack"];
    assert_eq!(stacks, 2);
    let report = stage.another_process().delete("web")?;
    assert!(report.found);
    assert_eq!(report.deleted.len(), stacks, "{:?}", report.deleted);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// The mark is there when the client dies, and so is the protection. Who comes back without the option is not told that
/// nothing was touched.
#[test]
fn a_protected_cluster_that_is_marked() -> Result<(), Error> {
    let stage = Stage::default();
    let plain = Cluster::builder().name("web").no_node_groups().build()?;
    stage.create(&Cluster { deletion_protection: Some(true), ..plain })?;
    stage.sim.add_fault(Fault {
        operation: Some("UpdateClusterConfig".to_owned()),
        effect: Effect::DieBeforeAccept,
        ..Fault::default()
    });
    let options = DeleteOptions::default().disable_deletion_protection(true);
    let operation = stage.eks.delete_with("web", options.clone());
    assert!(stage.sim.run(move || operation).is_err(), "the client dies");
    stage.sim.clear_faults();
    let wrote = writes(&stage.sim);
    assert_eq!(
        wrote[wrote.len() - 2..],
        ["eks:TagResource", "eks:UpdateClusterConfig"],
        "the last one failed"
    );

    let stage = stage.another_process();
    let before = writes(&stage.sim);
    let error = stage.delete("web").expect_err("it is protected");
    assert_eq!((error.kind(), error.resource()), (ErrorKind::Conflict, Some("cluster web")));
    let hint = error.hint().unwrap_or_default();
    assert!(hint.starts_with("An earlier delete has begun, and marked the cluster."), "{hint}");
    assert!(
        hint.contains("`disable_deletion_protection`") && hint.contains("`eks-lifecycle/goal`"),
        "{hint}"
    );
    assert_eq!(writes(&stage.sim), before);

    // Without the tag it is a cluster like any other again.
    let untag = stage.eks_api().untag_resource().tag_keys("eks-lifecycle/goal");
    let arn = stage.run({
        let call = stage.eks_api().describe_cluster().name("web");
        move || call.send()
    });
    let arn = arn.expect("there").cluster.and_then(|it| it.arn).expect("an ARN");
    stage.run(move || untag.resource_arn(arn).send()).expect("untagged");
    let error = stage.delete("web").expect_err("it is protected");
    assert!(error.hint().is_some_and(|hint| hint.starts_with("Nothing was touched.")), "{error}");

    let operation = stage.eks.delete_with("web", options);
    stage.run(move || operation)?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
