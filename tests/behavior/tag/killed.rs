//! Dead on the way, in bad weather: the same call, or the handle, goes on.

use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, LogType, Resumed, TagReport};
use serde_json::json;
use tests::{Stage, writes};

use super::{Error, change, has, instances, tag, volumes};

/// One group, logs, a network load balancer: what is told apart by kind, and no more, since many lives are lived.
fn stage() -> Result<Stage, Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").logging([LogType::Api]).build()?)?;
    super::service(&stage, "api", &json!({ "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" }));
    Ok(stage)
}

fn calls(stage: &Stage) -> u64 {
    stage.sim.with_world(|world| world.ledger().client_calls().count()) as u64
}

fn is_tagged(stage: &Stage, report: &TagReport, case: &str) -> Result<(), Error> {
    assert!(report.is_whole() && report.tagged.len() == 10, "{case}: {report}");
    for (id, tags) in instances(stage).into_iter().chain(volumes(stage)) {
        assert!(has(&tags, "cost-center", "4711"), "{case}, {id}: {tags:?}");
    }
    let before = writes(&stage.sim).len();
    tag(stage, &change())?;
    assert_eq!(writes(&stage.sim).len(), before, "{case}");
    Ok(())
}

/// Killed at each call, and gone on with by the same call or from the handle.
#[test]
fn at_every_call() -> Result<(), Error> {
    let stage = stage()?;
    let first = calls(&stage);
    tag(&stage, &change())?;
    let all = first..calls(&stage);
    assert!(all.clone().count() > 30, "{all:?}");
    for call in all {
        let effect = if call % 3 == 0 { Effect::DieBeforeAccept } else { Effect::DieAfterAccept };
        let stage = self::stage()?;
        stage.die_at(call, &effect);
        let operation = stage.eks.tag("web", &change());
        let handle = operation.handle();
        let dead = stage.sim.run(move || operation);
        assert!(dead.is_err(), "call {call} is not one of these");
        stage.sim.clear_faults();
        let after = stage.another_process();
        let report = match handle.filter(|_| call % 2 == 0) {
            Some(handle) => match after.eks.resume(handle) {
                Resumed::Tag(operation) => after.run(move || operation)?,
                _ => panic!("another operation"),
            },
            None => tag(&after, &change())?,
        };
        is_tagged(&after, &report, &format!("call {call}"))?;
    }
    Ok(())
}

#[test]
fn in_bad_weather() -> Result<(), Error> {
    let error = Effect::Error {
        code: "InternalFailure".to_owned(),
        message: "An internal error has occurred".to_owned(),
        status: 500,
    };
    for effect in [error, Effect::Throttle, Effect::CutBeforeAccept, Effect::CutAfterAccept] {
        let stage = stage()?;
        stage.sim.add_fault(Fault { every: Some(3), effect: effect.clone(), ..Fault::default() });
        let report = tag(&stage, &change())?;
        stage.sim.clear_faults();
        is_tagged(&stage, &report, &format!("{effect:?}"))?;
    }
    Ok(())
}
