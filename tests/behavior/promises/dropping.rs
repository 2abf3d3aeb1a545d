//! Dropping is not undoing: what AWS has started finishes, nothing new begins, and the same call goes on. A cancel
//! says which of the two it is.

use std::time::Duration;

use eks_core::{Cancel, Cluster, Error, Handle, Resumed};
use tests::{Stage, left, made};

/// Moments in each phase of a create, in seconds: before anything, network, control plane, nodes, the last add-on.
const MOMENTS: [u64; 8] = [0, 1, 11, 25, 300, 605, 660, 735];

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

fn calls(stage: &Stage) -> usize {
    stage.sim.ledger().client_calls().count()
}

#[test]
fn dropped_and_called_again() -> Result<(), Error> {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster())?;
    for moment in MOMENTS {
        let stage = Stage::default();
        let operation = stage.eks.create(&cluster());
        stage.drive(operation, Duration::from_secs(moment), |operation| async move { drop(operation) });
        let (before, there) = (calls(&stage), made(&stage.sim));
        stage.sim.advance(Duration::from_secs(1800));
        assert_eq!(calls(&stage), before, "{moment} s: nobody calls any more");
        assert!(there.values().sum::<usize>() <= made(&stage.sim).values().sum(), "{moment} s");
        let info = stage.create(&cluster())?;
        assert_eq!(info.nodes.len(), 2, "{moment} s");
        assert_eq!(made(&stage.sim), made(&undisturbed.sim), "{moment} s: made twice, or not at all");
    }
    Ok(())
}

#[test]
fn an_operation_that_is_never_polled_does_nothing() {
    let stage = Stage::default();
    drop(stage.eks.create(&cluster()));
    drop(stage.eks.delete("web"));
    stage.sim.advance(Duration::from_secs(60));
    assert_eq!(calls(&stage), 0);
}

#[test]
fn detached_and_resumed() -> Result<(), Error> {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster())?;
    for moment in MOMENTS {
        let stage = Stage::default();
        let operation = stage.eks.create(&cluster());
        let moment = Duration::from_secs(moment);
        let handle = stage.drive(operation, moment, |operation| async move { operation.detach() });
        let handle = handle.expect("a create has a handle from its beginning").to_json()?;
        let handle = Handle::from_json(&handle)?;
        assert_eq!((handle.cluster(), handle.region(), handle.goal()), ("web", "us-west-2", "create"));
        let Resumed::Create(operation) = stage.another_process().eks.resume(handle) else {
            panic!("no create")
        };
        let (_, info) = stage.watch(operation);
        assert_eq!(info?.nodes.len(), 2);
        assert_eq!(made(&stage.sim), made(&undisturbed.sim), "{moment:?}: made twice, or not at all");
    }
    Ok(())
}

#[test]
fn cancelled_and_left() -> Result<(), Error> {
    let stage = Stage::default();
    let (eks, operation) = (stage.eks.clone(), stage.eks.create(&cluster()));
    let rest = stage.drive(operation, Duration::from_secs(100), |operation| async move {
        eks.cancel(operation, Cancel::Leave)
    });
    assert!(rest.is_none(), "there is nothing to await");
    let before = calls(&stage);
    stage.sim.advance(Duration::from_secs(1800));
    assert_eq!(calls(&stage), before);
    // The control plane, which AWS had begun with, is there.
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web").await })?;
    assert_eq!(info.status, eks_core::ClusterStatus::Active);
    assert_eq!(info.node_groups.len(), 0, "nothing new began");
    Ok(())
}

#[test]
fn cancelled_and_rolled_back() -> Result<(), Error> {
    for moment in MOMENTS {
        // Whatever the moment is within a call: before it leaves, on its way, on its way back.
        for millis in [0, 30, 90, 150] {
            let stage = Stage::default();
            let (eks, operation) = (stage.eks.clone(), stage.eks.create(&cluster()));
            let moment = Duration::from_millis(moment * 1000 + millis);
            let rolled_back = stage.drive(operation, moment, |operation| async move {
                eks.cancel(operation, Cancel::RollBack).expect("it had begun").await
            });
            let report = rolled_back.unwrap_or_else(|error| panic!("{moment:?}: {}", error.chain()));
            stage.sim.advance(Duration::from_secs(3600));
            assert_eq!(left(&stage.sim), Vec::<String>::new(), "{moment:?}");
            assert_eq!(report.found, !made(&stage.sim).is_empty(), "{moment:?}");
        }
    }
    Ok(())
}
