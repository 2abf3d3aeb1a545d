//! Waiting for a time (design §6: `Failed`, `TimedOut`, … are different).

use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, CreateOptions, DeleteOptions, Error, ErrorKind, Resumed};
use tests::{Stage, left};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

#[test]
fn a_create_that_takes_longer_is_not_undone_and_goes_on() -> Result<(), Error> {
    let stage = Stage::default();
    let began = stage.sim.now();
    let mut create = stage.eks.create_with(&cluster(), CreateOptions::default().timeout_seconds(300));
    let (error, mut handle) = stage.run(move || async move {
        while create.next_event().await.is_some() {}
        let handle = create.handle();
        (create.await.expect_err("it takes longer"), handle)
    });
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.is_retryable());
    assert_eq!(error.still_running(), ["create the control plane"]);
    assert_eq!(stage.sim.now().since(began).as_secs(), 300);

    // The handle keeps its limit, counted anew each time: a few rounds see it through.
    let mut rounds = 0;
    let info = loop {
        rounds += 1;
        let handed = handle.take().expect("it began");
        let Resumed::Create(mut create) = stage.eks.resume(handed) else {
            panic!("the handle of a create resumes a create")
        };
        let (result, next) = stage.run(move || async move {
            while create.next_event().await.is_some() {}
            let handle = create.handle();
            (create.await, handle)
        });
        handle = next;
        match result {
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            other => break other?,
        }
    };
    assert_eq!(rounds, 2);
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    let accepted = |kind: &str| stage.sim.ledger().resources.iter().filter(|it| it.kind == kind).count();
    assert_eq!(accepted("AWS::EKS::Cluster"), 1);
    Ok(())
}

#[test]
fn a_delete_that_takes_longer_goes_on() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    let delete = stage.eks.delete_with("web", DeleteOptions::default().timeout_seconds(10));
    let error = stage.run(move || delete).expect_err("it takes longer");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.still_running().iter().any(|step| step.starts_with("delete node group")), "{error}");
    assert!(stage.delete("web")?.found);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Nothing that AWS is slow with keeps the caller longer than it wants to wait.
#[test]
fn the_time_is_over_in_the_middle_of_a_look() {
    let stage = Stage::default();
    stage.sim.add_fault(Fault { effect: Effect::Throttle, ..Fault::default() });
    let began = stage.sim.now();
    let create = stage.eks.create_with(&cluster(), CreateOptions::default().timeout_seconds(3));
    let error = stage.run(move || create).expect_err("nothing is answered");
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.message().ends_with("nothing was under way"), "{error}");
    assert_eq!(stage.sim.now().since(began).as_secs(), 3);
}
