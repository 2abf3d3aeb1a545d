//! What a client's guards forbid ends before anything is written; what they allow goes on as ever.

use eks_core::simulator::SimulatorExt;
use eks_core::{Cancel, Cluster, DeleteOptions, Error, ErrorKind, Guards};
use tests::{REGION, Stage, left, said, writes};

/// The account that the simulator's credentials are of.
const ACCOUNT: &str = "123456789012";

fn guarded(stage: &Stage, guards: Guards) -> Stage {
    let eks = stage.sim.eks_builder().guards(guards).config(stage.sim.sdk_config(REGION));
    Stage { eks, sim: stage.sim.clone() }
}

fn web() -> Cluster {
    Cluster::builder().name("web").no_node_groups().build().expect("valid")
}

#[test]
fn what_is_allowed_goes_on_as_ever() -> Result<(), Error> {
    let stage = Stage::default();
    let guards = Guards::default().account(ACCOUNT).region(REGION).region("eu-west-1").protect("prod-*");
    let stage = guarded(&stage, guards);
    stage.create(&web())?;
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}

#[test]
fn another_account_is_left_alone() {
    let stage = guarded(&Stage::default(), Guards::default().account("999988887777"));
    let plan = stage.plan(&web()).expect_err("another account");
    let create = stage.create(&web()).expect_err("another account");
    let delete = stage.delete("web").expect_err("another account");
    for error in [plan, create, delete] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(said(&error), @r"
            Guarded
              resource: cluster web
              message: guard `accounts` forbids any change in account 123456789012: it allows 999988887777
              hint: Nothing was touched. The credentials are those of arn:aws:iam::123456789012:user/simulated: check AWS_PROFILE and the role
            ");
        }
    }
    let handle = stage.eks.create_handle(&web()).expect("valid");
    let eks = stage.eks.clone();
    let tick = stage.run(move || async move { eks.tick(handle).await }).expect_err("another account");
    assert_eq!(tick.kind(), ErrorKind::Guarded);
    assert_eq!(writes(&stage.sim), [""; 0]);
}

#[test]
fn another_region_is_left_alone() {
    let stage = guarded(&Stage::default(), Guards::default().region("eu-west-1").region("eu-north-1"));
    let create = stage.create(&web()).expect_err("another region");
    insta::assert_snapshot!(said(&create), @r"
    Guarded
      resource: cluster web
      message: guard `regions` forbids to create in us-west-2: it allows eu-north-1, eu-west-1
      hint: Nothing was touched. Choose an allowed region, or use a client whose guards allow this one
    ");
    assert_eq!(stage.delete("web").expect_err("another region").kind(), ErrorKind::Guarded);
    // The spec's own region is held to it, too.
    let there = Cluster { region: Some("us-east-1".to_owned()), ..web() };
    let elsewhere = Stage { eks: stage.eks.in_region("eu-west-1"), sim: stage.sim.clone() };
    assert_eq!(elsewhere.create(&there).expect_err("another region").kind(), ErrorKind::Guarded);
    assert_eq!(stage.sim.ledger().calls.len(), 0, "a region needs no call");
}

#[test]
fn a_protected_cluster_is_created_and_not_deleted() -> Result<(), Error> {
    let free = Stage::default();
    let stage = guarded(&free, Guards::default().protect("prod").protect("web*"));
    stage.create(&web())?;
    let before = (left(&stage.sim), writes(&stage.sim));
    insta::assert_snapshot!(said(&stage.delete("web").expect_err("protected")), @r"
    Guarded
      resource: cluster web
      message: guard `protected` forbids to delete it: its name matches `web*`
      hint: Nothing was touched. Check the name; to delete it all the same, use a client without this guard
    ");

    // Nor by another way to delete it.
    let handle = stage.eks.delete_handle("web", DeleteOptions::default())?;
    let eks = stage.eks.clone();
    let tick = stage.run(move || async move { eks.tick(handle).await }).expect_err("protected");
    assert_eq!(tick.kind(), ErrorKind::Guarded);
    let create = stage.eks.create(&web());
    let rollback = stage.eks.cancel(create, Cancel::RollBack).expect("an operation");
    assert_eq!(stage.run(move || rollback).expect_err("protected").kind(), ErrorKind::Guarded);
    assert_eq!((left(&stage.sim), writes(&stage.sim)), before);

    free.delete("web")?;
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}
