//! Without feature `ec2`: what still works, and what is said of the rest (README, "Without EC2").

use super::{Simulator, SimulatorExt};
use crate::operation::{ClusterInfo, DeleteReport};
use crate::spec::{Cluster, NewNetwork};
use crate::{Error, ErrorKind, Result};

/// Creates and deletes it, and gives what was noted in the plan, what came of the create and of the delete.
fn life(cluster: Cluster) -> Result<(Vec<String>, ClusterInfo, DeleteReport)> {
    let sim = Simulator::start();
    let eks = sim.eks();
    let ran = sim.run(move || async move {
        let notes = eks.plan(&cluster).await?.notes;
        let info = eks.create(&cluster).await?;
        let report = eks.delete(&info.name).await?;
        Ok::<_, Error>((notes, info, report))
    });
    assert_eq!(sim.ledger().left().len(), 0);
    assert!(sim.ledger().client_calls().all(|call| call.service != "ec2"), "EC2 was called");
    ran.expect("no wait lasts for ever")
}

#[test]
fn a_new_network_with_named_zones_lives_and_goes() -> Result<()> {
    let network = NewNetwork::builder().zone("us-west-2a").zone("us-west-2b").build()?;
    let (notes, info, report) = life(Cluster::builder().name("web").network(network).build()?)?;
    assert!(notes.iter().any(|note| note.contains("zones are unchecked")), "{notes:?}");
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    assert_eq!(report.unchecked.len(), 1, "{:?}", report.unchecked);
    assert!(report.unchecked[0].contains("EC2 is not compiled in"), "{:?}", report.unchecked);
    Ok(())
}

#[test]
fn a_new_network_needs_its_zones_named() -> Result<()> {
    let error = life(Cluster::builder().name("web").build()?).expect_err("nobody can look");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.hint().is_some_and(|hint| hint.contains("network.zones")), "{error}");
    Ok(())
}
