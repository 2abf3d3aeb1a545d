//! Bad weather: lag, cut connections, refusals, an API server that cannot be reached. Lives go on, and nothing is made
//! twice.

use eks_core::simulator::{Effect, Fault, Settings, Trouble};
use eks_core::{Cluster, EventKind};
use tests::{Stage, left, made};

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// A whole life: it is there, nothing was made twice, and then nothing is left.
fn life(stage: &Stage, case: &str) {
    let undisturbed = Stage::default();
    undisturbed.create(&cluster()).expect("undisturbed");
    let info = stage.create(&cluster()).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2, "{case}");
    assert_eq!(made(&stage.sim), made(&undisturbed.sim), "{case}: made twice, or not at all");
    stage.delete("web").unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
    assert_eq!(left(&stage.sim), Vec::<String>::new(), "{case}");
}

fn server_error() -> Effect {
    let (code, message) = ("InternalFailure".to_owned(), "An internal error has occurred".to_owned());
    Effect::Error { code, message, status: 500 }
}

/// facts/failures.md S1, S2.
#[test]
fn reads_lag_behind() {
    for (seed, read_lag_seconds) in [(0, 5.0), (1, 30.0), (2, 60.0), (3, 110.0)] {
        let trouble = Trouble { read_lag_seconds, ..Trouble::default() };
        let stage = Stage::with(Settings { seed, trouble, ..Settings::default() });
        life(&stage, &format!("{read_lag_seconds} s"));
    }
}

/// facts/failures.md S10, S11.
#[test]
fn every_third_call() {
    for effect in [server_error(), Effect::Throttle, Effect::CutBeforeAccept, Effect::CutAfterAccept] {
        let stage = Stage::default();
        stage.sim.add_fault(Fault { every: Some(3), effect: effect.clone(), ..Fault::default() });
        life(&stage, &format!("{effect:?}"));
    }
}

/// Everything at once, by seed, with durations that nobody knows.
#[test]
fn everything_at_once() {
    for seed in 0..6 {
        let trouble = Trouble {
            read_lag_seconds: 20.0,
            hidden_update: 0.5,
            stuck_nodegroup_deletes: 1,
            ..Trouble::default()
        };
        let stage = Stage::with(Settings { seed, drawn: true, trouble, ..Settings::default() });
        for (effect, chance) in [
            (server_error(), 0.1),
            (Effect::Throttle, 0.1),
            (Effect::CutBeforeAccept, 0.05),
            (Effect::CutAfterAccept, 0.05),
        ] {
            stage.sim.add_fault(Fault { chance: Some(chance), effect, ..Fault::default() });
        }
        life(&stage, &format!("seed {seed}"));
    }
}

/// A network that does not let one through, or a private endpoint: AWS's word stands for the nodes'.
#[test]
fn an_api_server_that_cannot_be_reached() {
    let trouble = Trouble { api_server_unreachable: true, ..Trouble::default() };
    let stage = Stage::with(Settings { trouble, ..Settings::default() });
    let (events, info) = stage.watch(stage.eks.create(&cluster()));
    let info = info.expect("the AWS side of it is there");
    assert_eq!(info.node_groups[0].status, eks_core::NodeGroupStatus::Active);
    assert_eq!(info.nodes, [], "nobody could ask");
    let skipped: Vec<&str> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::StepSkipped { step, .. } => Some(step.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(skipped[0], "reachApiServer", "{skipped:?}");
    assert!(skipped[1].starts_with("nodesReady/"), "{skipped:?}");
    stage.delete("web").expect("it needs nobody inside");
    assert_eq!(left(&stage.sim), Vec::<String>::new());
}

/// Same seed, same transcript: every call at its time, every resource with its id.
#[test]
fn the_same_seed_gives_the_same_ledger() {
    let run = |seed| {
        let trouble = Trouble { read_lag_seconds: 10.0, hidden_update: 0.5, ..Trouble::default() };
        let stage = Stage::with(Settings { seed, drawn: true, trouble, ..Settings::default() });
        stage.sim.add_fault(Fault { chance: Some(0.1), effect: Effect::Throttle, ..Fault::default() });
        let info = stage.create(&cluster()).expect("in the end it is there");
        stage.delete("web").expect("in the end it is gone");
        (serde_json::to_string(&stage.sim.ledger()).expect("JSON"), info)
    };
    let (one, other) = (run(7), run(7));
    assert_eq!(one.1, other.1);
    assert!(one.0 == other.0, "the ledgers differ");
    assert!(one.0 != run(8).0, "another seed is another story");
}
