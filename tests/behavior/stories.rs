//! The stories of the README.

use eks_core::simulator::{Settings, SimulatorExt};
use eks_core::{Cluster, Error};
use tests::{left, run, simulator};

#[test]
fn story_1_defaults() -> Result<(), Error> {
    let sim = simulator(Settings::default());
    let eks = sim.eks();
    let cluster = Cluster::builder().build()?;
    let name = cluster.name.clone().unwrap_or_default();
    let (info, report) = run(&sim, move || async move {
        let mut create = eks.create(&cluster);
        while let Some(event) = create.next_event().await {
            println!("{:>6} {event}", event.elapsed / 1000);
        }
        let info = create.await?;
        let mut delete = eks.delete(&name);
        while let Some(event) = delete.next_event().await {
            println!("{:>6} {event}", event.elapsed / 1000);
        }
        Ok::<_, Error>((info, delete.await?))
    })?;
    for call in sim.ledger().client_calls() {
        println!("{} {}:{} {:?}", call.at.iso(), call.service, call.operation, call.outcome);
    }
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    assert!(report.found);
    assert_eq!(left(&sim), Vec::<String>::new());
    Ok(())
}
