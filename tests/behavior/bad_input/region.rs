//! The wrong region: nothing is found there, and nothing is said to have been done.

use eks_core::simulator::{Settings, Simulator, SimulatorExt};
use eks_core::{Cluster, Eks, Error, ErrorKind};
use tests::{REGION, Stage, living, writes};

use super::broken;

fn in_region(stage: &Stage, region: &str) -> Stage {
    Stage { sim: stage.sim.clone(), eks: stage.sim.eks_in(region) }
}

#[test]
fn another_region_has_no_such_cluster() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").build()?;
    stage.create(&cluster)?;
    let (there, before) = (living(&stage.sim), writes(&stage.sim));
    let elsewhere = in_region(&stage, "eu-west-1");

    let report = elsewhere.delete("web")?;
    assert_eq!(report.name, "web");
    assert!(!report.found, "which may mean another region");
    assert_eq!((report.deleted.len(), report.unchecked.len()), (0, 0));
    let eks = elsewhere.eks.clone();
    let error = elsewhere.run(move || async move { eks.describe("web").await }).expect_err("not there");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.message(), "there is no cluster of this name in eu-west-1");
    assert_eq!(error.resource(), Some("cluster web"));
    assert_eq!(error.hint(), Some("Check the region and the account"));
    let operation = elsewhere.eks.continue_create("web");
    let error = elsewhere.run(move || operation).expect_err("never begun there");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.message(), "no create of this name was ever begun in this region");
    assert_eq!(error.hint(), Some("Give the spec, or check the region and the account"));
    let eks = elsewhere.eks.clone();
    assert_eq!(elsewhere.run(move || async move { eks.list().await })?, []);

    assert_eq!(living(&stage.sim), there);
    assert_eq!(writes(&stage.sim), before, "nothing was touched");
    Ok(())
}

#[test]
fn what_is_no_region() {
    let stage = Stage::default();
    let wrong = in_region(&stage, "Oregon");
    let cluster = Cluster::builder().name("web").build().expect("the defaults are valid");
    let rule = ("region", "Oregon", "be a region, such as `us-west-2`");
    assert_eq!(broken(&wrong.create(&cluster).expect_err("no region")), [rule]);
    assert_eq!(broken(&wrong.delete("web").expect_err("no region")), [rule]);
    assert_eq!(stage.sim.ledger().calls.len(), 0);
}

/// A create has a default; whoever looks for what exists must say where.
#[test]
fn no_region() -> Result<(), Error> {
    let sim = Simulator::with(Settings::default());
    let config = sim.sdk_config(REGION).into_builder().region(None).build();
    let eks: Eks = sim.eks_builder().config(config);
    assert_eq!(eks.region(), None);
    let stage = Stage { sim, eks };
    let cluster = Cluster::builder().name("web").build()?;
    assert_eq!(stage.plan(&cluster)?.region, "us-west-2");
    let error = stage.delete("web").expect_err("nobody knows where");
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidSpec, "no region is set"));
    assert!(error.hint().is_some_and(|hint| hint.contains("AWS_REGION")));
    Ok(())
}
