//! A handle that was stored as JSON after each event, resumed by another process: what it remembers of requests
//! may be older than what AWS has accepted.

use eks_core::Resumed;
use eks_core::simulator::Effect;
use tests::Stage;

use super::{NAME, Store, Undisturbed, keep_handles, nothing_left, story_1};

#[test]
fn create() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.create.clone() {
        let case = format!("call {call}");
        let (stage, store) = (Stage::default(), Store::default());
        stage.die_at(call, &Effect::DieAfterAccept);
        let (operation, kept) = (stage.eks.create(&story_1()), store.clone());
        let _dead = stage.sim.run(move || keep_handles(operation, kept));
        stage.sim.clear_faults();
        let stage = stage.another_process();
        let Resumed::Create(operation) = stage.eks.resume(store.handle()) else {
            panic!("{case}: no create")
        };
        let (_, info) = stage.watch(operation);
        let info = info.unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        undisturbed.check(&stage, &info, &case);
    }
}

#[test]
fn delete() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.delete.clone() {
        let case = format!("call {call}");
        let (stage, store) = (Stage::default(), Store::default());
        stage.create(&story_1()).expect("undisturbed");
        stage.die_at(call, &Effect::DieAfterAccept);
        let (operation, kept) = (stage.eks.delete(NAME), store.clone());
        let _dead = stage.sim.run(move || keep_handles(operation, kept));
        stage.sim.clear_faults();
        let stage = stage.another_process();
        let Resumed::Delete(operation) = stage.eks.resume(store.handle()) else {
            panic!("{case}: no delete")
        };
        let (_, report) = stage.watch(operation);
        report.unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        nothing_left(&stage, &[], &case);
    }
}
