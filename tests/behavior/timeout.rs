//! Waiting for a time (design §6: "`Failed`, `TimedOut { still_running }`, … are different").

use eks_core::simulator::{Settings, SimulatorExt};
use eks_core::{Cluster, CreateOptions, DeleteOptions, Error, ErrorKind};
use tests::{left, run, simulator};

#[test]
fn a_create_that_takes_longer_is_not_undone_and_goes_on() -> Result<(), Error> {
    let sim = simulator(Settings::default());
    let eks = sim.eks();
    let cluster = Cluster::builder().name("web").build()?;
    let began = sim.now();
    let (error, handle) = run(&sim, {
        let (eks, cluster) = (eks.clone(), cluster.clone());
        move || async move {
            let mut create = eks.create_with(&cluster, CreateOptions::default().timeout_seconds(300));
            while create.next_event().await.is_some() {}
            let handle = create.handle();
            (create.await.unwrap_err(), handle)
        }
    });
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.is_retryable());
    assert_eq!(error.still_running(), ["create the control plane"]);
    assert_eq!(sim.now().since(began).as_secs(), 300);
    let calls = |sim: &eks_core::simulator::Simulator| {
        sim.ledger().client_calls().filter(|call| call.operation == "CreateCluster").count()
    };
    assert_eq!(calls(&sim), 1);

    // The handle keeps its limit, counted anew: two more rounds see it through.
    let mut handle = handle;
    let info = run(&sim, move || async move {
        loop {
            let eks_core::Resumed::Create(mut create) = eks.resume(handle.take().expect("it began")) else {
                panic!("the handle of a create resumes a create")
            };
            while create.next_event().await.is_some() {}
            handle = create.handle();
            match create.await {
                Err(error) if error.kind() == ErrorKind::TimedOut => {}
                other => return other,
            }
        }
    })?;
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    assert_eq!(calls(&sim), 1);
    Ok(())
}

#[test]
fn a_delete_that_takes_longer_goes_on() -> Result<(), Error> {
    let sim = simulator(Settings::default());
    let eks = sim.eks();
    let cluster = Cluster::builder().name("web").build()?;
    let (error, report) = run(&sim, move || async move {
        eks.create(&cluster).await?;
        let options = DeleteOptions::default().timeout_seconds(10);
        let error = eks.delete_with("web", options).await.unwrap_err();
        Ok::<_, Error>((error, eks.delete("web").await?))
    })?;
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    assert!(error.still_running().iter().any(|step| step.starts_with("delete node group")), "{error}");
    assert!(report.found);
    assert_eq!(left(&sim), Vec::<String>::new());
    Ok(())
}
