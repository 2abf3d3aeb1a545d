//! Create-or-continue: the same call, from wherever, ends in the same state with nothing made twice. The kill sweeps
//! are in `sweep/`.

use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::{Cluster, ClusterInfo, DeleteReport, Error, ErrorKind, NodeGroup, Operation, Scaling};
use tests::{Stage, left, made, writes};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// Runs two operations, the second of which begins later.
fn side_by_side<A: Send + 'static, B: Send + 'static>(
    stage: &Stage,
    one: Operation<A>,
    other: Operation<B>,
    later: Duration,
) -> (Result<A, Error>, Result<B, Error>) {
    let sim = stage.sim.clone();
    stage.run(move || async move {
        tokio::join!(one, async move {
            sim.sleep_impl().sleep(later).await;
            other.await
        })
    })
}

#[test]
fn two_processes_make_one_cluster() {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster()).expect("undisturbed");
    // At the same moment, within one call's time, and in the middle of each phase.
    for later in [0, 20, 90, 200, 1_000, 15_000, 22_200, 30_000, 300_000, 602_600, 640_000, 720_000] {
        let stage = Stage::default();
        let (one, other) = (stage.other_client(1), stage.other_client(2));
        let (one, other) = (one.eks.create(&cluster()), other.eks.create(&cluster()));
        let (one, other) = side_by_side(&stage, one, other, Duration::from_millis(later));
        let one = one.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        let other = other.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        assert_eq!((&one.arn, one.nodes.len()), (&other.arn, other.nodes.len()), "{later} ms");
        assert_eq!(made(&stage.sim), made(&undisturbed.sim), "{later} ms: made twice, or not at all");
    }
}

#[test]
fn two_processes_delete_one_cluster() {
    for later in [0, 20, 200, 1_000, 60_000, 200_500, 300_000, 400_000] {
        let stage = Stage::default();
        stage.create(&cluster()).expect("undisturbed");
        let (one, other) = (stage.other_client(1), stage.other_client(2));
        let (one, other) = (one.eks.delete("web"), other.eks.delete("web"));
        let (one, other) = side_by_side(&stage, one, other, Duration::from_millis(later));
        one.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        other.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{later} ms");
    }
}

/// A delete wins over a create, which says so; nothing is left, and then the name is free.
#[test]
fn opposing_goals() {
    for later in [5_000, 12_000, 22_300, 30_000, 200_000, 603_000, 650_000, 690_000] {
        let stage = Stage::default();
        let (one, other) = (stage.other_client(1), stage.other_client(2));
        let (create, delete): (Operation<ClusterInfo>, Operation<DeleteReport>) =
            (one.eks.create(&cluster()), other.eks.delete("web"));
        let (created, deleted) = side_by_side(&stage, create, delete, Duration::from_millis(later));
        let report = deleted.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        assert!(report.found, "{later} ms");
        let error = created.expect_err(&format!("{later} ms: the delete won"));
        assert_eq!(error.kind(), ErrorKind::Conflict, "{later} ms: {}", error.chain());
        // A stack that had hardly begun can be gone before the create looks again.
        let known =
            ["this cluster is being deleted", "the foundation stack was deleted while it was being created"];
        assert!(known.contains(&error.message()), "{later} ms: {error}");
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{later} ms");
    }
}

#[test]
fn a_create_meets_a_delete() -> Result<(), Error> {
    for later in [200, 1_000, 60_000, 201_000, 300_000, 385_000] {
        let stage = Stage::default();
        stage.create(&cluster())?;
        let (one, other) = (stage.other_client(1), stage.other_client(2));
        let (delete, create) = (one.eks.delete("web"), other.eks.create(&cluster()));
        let (deleted, created) = side_by_side(&stage, delete, create, Duration::from_millis(later));
        deleted.unwrap_or_else(|error| panic!("{later} ms: {}", error.chain()));
        let error = created.expect_err("it is being deleted");
        assert_eq!(error.kind(), ErrorKind::Conflict, "{later} ms: {}", error.chain());
        assert!(error.is_retryable());
        assert_eq!(error.hint(), Some("Call delete to finish that, then create it again"));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{later} ms");
    }
    Ok(())
}

#[test]
fn a_name_alone_goes_on() -> Result<(), Error> {
    let stage = Stage::default();
    let spec = Cluster::builder().name("web").version("1.34").tag("team", "labs").build()?;
    stage.drive(
        stage.eks.create(&spec),
        Duration::from_secs(100),
        |operation| async move { drop(operation) },
    );
    let continued = stage.another_process().eks.continue_create("web");
    let info = stage.run(move || continued)?;
    assert_eq!(info.version, "1.34");
    assert_eq!(info.tags.get("team").map(String::as_str), Some("labs"));
    assert_eq!(info.nodes.len(), 2);
    Ok(())
}

#[test]
fn another_spec_is_an_error_that_names_the_field() -> Result<(), Error> {
    let stage = Stage::default();
    let group = |max| NodeGroup::builder().name("a").scaling(Scaling::between(1, max)).build();
    let spec = |max| Cluster::builder().name("web").node_group(group(max)?).build();
    stage.create(&spec(2)?)?;
    let before = writes(&stage.sim);
    let (stage, wanted) = (stage.another_process(), spec(3)?);
    let error = stage.create(&wanted).expect_err("another spec");
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(error.resource(), Some("cluster web"));
    assert_eq!(
        error.message(),
        "this cluster was begun with another spec: nodeGroups[0].scaling.max was 2 and is now 3"
    );
    assert!(error.hint().is_some_and(|hint| hint.contains("`apply` this one to it")), "{error}");
    // To apply it is allowed, and that is what a plan is about.
    assert!(stage.plan(&wanted)?.to_string().contains("max 2 → 3"));
    assert_eq!(writes(&stage.sim), before);
    Ok(())
}

/// A name can be used again, by the same client and by others.
#[test]
fn again_and_again() -> Result<(), Error> {
    let stage = Stage::default();
    for round in 0..3 {
        let stage = if round == 2 { stage.another_process() } else { stage.clone() };
        stage.create(&cluster())?;
        stage.delete("web")?;
        assert_eq!(left(&stage.sim), Vec::<String>::new());
    }
    let report = stage.delete("web")?;
    assert!(!report.found, "a third time");
    Ok(())
}
