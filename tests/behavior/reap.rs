//! Story 7, a cluster for an hour: what has expired is deleted wherever it is, and nothing else.

use std::collections::BTreeMap;
use std::time::Duration;

use eks_core::simulator::{Effect, Fault, SimulatorExt};
use eks_core::{
    Cluster, Eks, Error, ErrorKind, Guards, Nat, Network, NewNetwork, ReapOptions, ReapOutcome, ReapReport,
};
use tests::{REGION, Stage, left, said, writes};

/// The other region of the story.
const ELSEWHERE: &str = "eu-west-1";

const HOUR: Duration = Duration::from_secs(3600);

fn cluster(name: &str, expires: &str) -> Cluster {
    Cluster::builder().name(name).no_node_groups().expires(expires).build().expect("valid")
}

fn here_and_there() -> ReapOptions {
    ReapOptions::default().region(REGION).region(ELSEWHERE)
}

fn reap(stage: &Stage, options: ReapOptions) -> Result<ReapReport, Error> {
    let eks = stage.eks.clone();
    stage.run(move || async move { eks.reap(options).await })
}

/// Region, name and what became of it, of each.
fn told(report: &ReapReport) -> Vec<String> {
    let outcome = |outcome: &ReapOutcome| match outcome {
        ReapOutcome::Deleted { report } => format!("deleted, found {}", report.found),
        ReapOutcome::Kept { reason } => format!("kept: {reason}"),
        ReapOutcome::Failed { error } => format!("failed: {:?}", error.kind()),
        _ => "something new".to_owned(),
    };
    let clusters =
        report.clusters.iter().map(|it| format!("{} {}: {}", it.region, it.name, outcome(&it.outcome)));
    clusters.collect()
}

/// Two that expire in an hour, in two regions; one that has a day and one that stays.
fn account() -> Stage {
    let stage = Stage::default();
    let there = Stage { eks: stage.eks.in_region(ELSEWHERE), sim: stage.sim.clone() };
    stage.create(&cluster("hour", "1h")).expect("undisturbed");
    there.create(&cluster("hour", "1h")).expect("undisturbed");
    there.create(&cluster("day", "1d")).expect("undisturbed");
    stage.create(&Cluster { expires: None, ..cluster("stays", "1h") }).expect("undisturbed");
    stage
}

fn names(stage: &Stage, region: &str) -> BTreeMap<String, Option<String>> {
    let eks = stage.eks.in_region(region);
    let clusters = stage.run(move || async move { eks.list().await }).expect("a list");
    clusters.into_iter().map(|cluster| (cluster.name, cluster.expires)).collect()
}

#[test]
fn story_7_a_cluster_for_an_hour() -> Result<(), Error> {
    let stage = account();
    let listed = names(&stage, REGION);
    // The account's time begins at nine; the tag is drawn when the create begins.
    assert_eq!(listed["hour"].as_deref(), Some("2026-11-22T10:00:00Z"));
    assert_eq!(listed["stays"], None);
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("hour").await })?;
    assert_eq!(info.expires, listed["hour"]);

    let early = reap(&stage, here_and_there())?;
    assert_eq!(told(&early), [""; 0], "nothing has expired yet");

    stage.sim.advance(HOUR);
    let before = (left(&stage.sim), writes(&stage.sim));
    let dry = reap(&stage, here_and_there().dry_run(true))?;
    assert_eq!(
        told(&dry),
        ["eu-west-1 hour: kept: this is a dry run", "us-west-2 hour: kept: this is a dry run"]
    );
    assert_eq!((left(&stage.sim), writes(&stage.sim)), before, "a dry run writes nothing");

    // No region is named: all that the account has enabled.
    let report = reap(&stage, ReapOptions::default())?;
    assert_eq!(told(&report), ["eu-west-1 hour: deleted, found true", "us-west-2 hour: deleted, found true"]);
    assert!(report.is_clean());
    assert_eq!(names(&stage, REGION).into_keys().collect::<Vec<_>>(), ["stays"]);
    assert_eq!(names(&stage, ELSEWHERE).into_keys().collect::<Vec<_>>(), ["day"]);

    stage.delete("stays")?;
    stage.sim.advance(24 * HOUR);
    assert_eq!(told(&reap(&stage, here_and_there())?), ["eu-west-1 day: deleted, found true"]);
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}

#[test]
fn what_a_dead_create_left_is_reaped_too() -> Result<(), Error> {
    let stage = Stage::default();
    stage.sim.add_fault(Fault {
        operation: Some("CreateCluster".to_owned()),
        effect: Effect::DieBeforeAccept,
        ..Fault::default()
    });
    let _dead = stage.try_create(&cluster("hour", "1h"));
    stage.sim.clear_faults();
    assert_eq!(names(&stage, REGION), BTreeMap::new());
    assert_ne!(left(&stage.sim), [""; 0]);
    let stage = stage.another_process();
    stage.sim.advance(HOUR);
    assert_eq!(told(&reap(&stage, here_and_there())?), ["us-west-2 hour: deleted, found true"]);
    assert_eq!(left(&stage.sim), [""; 0]);
    Ok(())
}

#[test]
fn one_region_that_fails_stops_no_other() -> Result<(), Error> {
    let stage = account();
    stage.sim.advance(HOUR);
    stage.sim.add_fault(Fault {
        operation: Some("DescribeStacks".to_owned()),
        times: Some(1),
        effect: Effect::Error {
            code: "AccessDenied".to_owned(),
            message: "not here".to_owned(),
            status: 403,
        },
        ..Fault::default()
    });
    let report = reap(&stage, here_and_there().region("Oregon"))?;
    assert_eq!(report.clusters.len(), 1, "{:?}", told(&report));
    let failed = report.failed_regions.iter().map(|it| (it.region.as_str(), it.error.kind()));
    let failed: BTreeMap<_, _> = failed.collect();
    assert_eq!(failed.get("Oregon"), Some(&ErrorKind::InvalidSpec));
    let denied = failed.values().filter(|kind| **kind == ErrorKind::AccessDenied).count();
    assert_eq!((failed.len(), denied), (2, 1));
    assert!(!report.is_clean());
    let report = reap(&stage, here_and_there())?;
    assert_eq!(report.clusters.len(), 1, "{:?}", told(&report));
    assert!(report.is_clean());
    Ok(())
}

#[test]
fn one_cluster_that_fails_stops_no_other() -> Result<(), Error> {
    let stage = account();
    stage.sim.advance(HOUR);
    let guards = Guards::default().region(REGION).region(ELSEWHERE).protect("da*");
    let eks: Eks = stage.sim.eks_builder().guards(guards).config(stage.sim.sdk_config(REGION));
    let stage = Stage { eks, sim: stage.sim.clone() };
    stage.sim.advance(24 * HOUR);
    // The regions are those of the guard.
    let report = reap(&stage, ReapOptions::default())?;
    assert_eq!(
        told(&report),
        [
            "eu-west-1 day: failed: Guarded",
            "eu-west-1 hour: deleted, found true",
            "us-west-2 hour: deleted, found true"
        ]
    );
    assert_eq!(names(&stage, ELSEWHERE).into_keys().collect::<Vec<_>>(), ["day"]);
    Ok(())
}

/// Whoever needs a cluster for longer says so on the cluster, where it is seen.
#[test]
fn the_tag_of_the_cluster_rules() -> Result<(), Error> {
    let stage = account();
    let api = aws_sdk_eks::Client::new(&stage.sim.sdk_config(REGION));
    let eks = stage.eks.clone();
    let arn = stage.run(move || async move { eks.describe("hour").await })?.arn;
    let key = "eks-lifecycle/expires";
    let longer = api.tag_resource().resource_arn(&arn).tags(key, "2026-11-22T12:00:00Z");
    stage.run(move || longer.send()).expect("a tag");
    stage.sim.advance(HOUR);
    let only_here = || ReapOptions::default().region(REGION);
    assert_eq!(told(&reap(&stage, only_here())?), [""; 0]);
    let never = api.untag_resource().resource_arn(&arn).tag_keys(key);
    stage.run(move || never.send()).expect("no tag");
    let kept = ["us-west-2 hour: kept: the mark of its expiry was taken off the cluster"];
    assert_eq!(told(&reap(&stage, only_here())?), kept);
    Ok(())
}

#[test]
fn what_has_expired_before_it_began_is_refused() {
    let stage = Stage::default();
    let error = stage.create(&cluster("late", "2026-11-22T08:59:59Z")).expect_err("it is nine");
    insta::assert_snapshot!(said(&error), @r"
    InvalidSpec
      message: expires: `2026-11-22T08:59:59Z` must be a moment to come
    ");
    assert_eq!(error.kind(), ErrorKind::InvalidSpec);
    assert_eq!(writes(&stage.sim), [""; 0]);
}

/// A reap that dies at any call is continued by the next one.
#[test]
fn a_reap_is_killed_at_each_call() {
    // As little as a cluster can be: what dies is the reap, not the delete, which has its own sweep.
    let network = NewNetwork { nat: Some(Nat::None), ..NewNetwork::default() };
    let small = Cluster { addons: Some(Vec::new()), network: Network::New(network), ..cluster("hour", "1h") };
    let prepare = || {
        let stage = Stage::default();
        let there = Stage { eks: stage.eks.in_region(ELSEWHERE), sim: stage.sim.clone() };
        stage.create(&small).expect("undisturbed");
        there.create(&small).expect("undisturbed");
        stage.sim.advance(HOUR);
        stage
    };
    let calls = |stage: &Stage| stage.sim.ledger().client_calls().count() as u64;
    let stage = prepare();
    let begins = calls(&stage);
    reap(&stage, here_and_there()).expect("undisturbed");
    // By turns before and after it is accepted.
    let deaths = [Effect::DieBeforeAccept, Effect::DieAfterAccept];
    for (call, effect) in (begins..calls(&stage)).zip(deaths.iter().cycle()) {
        let case = format!("call {call}, {effect:?}");
        let stage = prepare();
        stage.die_at(call, effect);
        let (eks, options) = (stage.eks.clone(), here_and_there());
        let _dead = stage.sim.run(move || async move { eks.reap(options).await });
        stage.sim.clear_faults();
        let stage = stage.another_process();
        let report = reap(&stage, here_and_there()).unwrap_or_else(|error| panic!("{case}: {error}"));
        assert!(report.is_clean(), "{case}: {:?}", told(&report));
        assert_eq!(left(&stage.sim), [""; 0], "{case}");
    }
}
