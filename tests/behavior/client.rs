//! What a client is told, and what it passes on.

use eks_core::simulator::SimulatorExt;
use eks_core::{Cluster, Error, ErrorKind};
use tests::{REGION, Stage};

/// facts/failures.md A7: a kubeconfig that lacks the profile works at create and fails later.
#[test]
fn the_profile_goes_into_the_kubeconfig() -> Result<(), Error> {
    let stage = Stage::default();
    let eks = stage.sim.eks_builder().profile("platform").config(stage.sim.sdk_config(REGION));
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    let (created, described) = stage.run(move || async move {
        let created = eks.create(&cluster).await?;
        Ok::<_, Error>((created, eks.describe("web").await?))
    })?;
    for info in [created, described] {
        let yaml = info.kubeconfig()?.to_yaml()?;
        assert!(yaml.contains("AWS_PROFILE") && yaml.contains("platform"), "{yaml}");
    }
    Ok(())
}

#[test]
fn one_client_serves_several_regions() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    let elsewhere = stage.eks.in_region("eu-central-1");
    assert_eq!(elsewhere.region(), Some("eu-central-1"));
    let (here, there) = (stage.eks.clone(), elsewhere);
    let (info, error) = stage.run(move || async move {
        let info = there.create(&cluster).await?;
        Ok::<_, Error>((info, here.describe("web").await.expect_err("it is elsewhere")))
    })?;
    assert_eq!(info.region, "eu-central-1");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.message().contains(REGION), "{error}");
    Ok(())
}

/// Where nothing names a region, a create goes to eksctl's; nothing else does, since looking for things in a region
/// that nobody named finds nothing.
#[test]
fn only_a_create_has_a_region_of_its_own() -> Result<(), Error> {
    let stage = Stage::default();
    let mut config = stage.sim.sdk_config(REGION).to_builder();
    config.set_region(None);
    let eks = stage.sim.eks_builder().config(config.build());
    assert_eq!(eks.region(), None);
    let cluster = Cluster::builder().name("web").no_node_groups().build()?;
    let (info, error) = stage.run(move || async move {
        let info = eks.create(&cluster).await?;
        Ok::<_, Error>((info, eks.delete("web").await.expect_err("no region is known")))
    })?;
    assert_eq!(info.region, "us-west-2");
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert!(error.message().contains("no region is set"), "{error}");
    Ok(())
}
