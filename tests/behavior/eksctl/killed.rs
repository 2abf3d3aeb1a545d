//! A delete of what eksctl made that dies at every third call, and the same call again.

use eks_core::simulator::Effect;
use tests::{Eksctl, Stage, left};

use super::{allowed, delete};

fn stage() -> Stage {
    let stage = Stage::default();
    let eksctl = Eksctl::create(&stage, "web", false);
    eksctl.managed_group("ng-1");
    eksctl.pod_identity_role("default", "app");
    stage
}

fn calls(stage: &Stage) -> u64 {
    stage.sim.ledger().client_calls().count() as u64
}

#[test]
fn at_every_third_call() {
    let undisturbed = stage();
    let began = calls(&undisturbed);
    delete(&undisturbed, allowed()).expect("undisturbed");
    let deaths = [Effect::DieAfterAccept, Effect::DieBeforeAccept];
    for (call, effect) in (began..calls(&undisturbed)).step_by(3).zip(deaths.iter().cycle()) {
        let case = format!("call {call}, {effect:?}");
        let stage = stage();
        stage.die_at(call, effect);
        let operation = stage.eks.delete_with("web", allowed());
        let _dead = stage.sim.run(move || operation);
        stage.sim.clear_faults();
        let stage = stage.another_process();
        delete(&stage, allowed()).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "{case}");
    }
}
