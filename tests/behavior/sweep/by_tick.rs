//! Ticks alone: no operation is ever awaited, and every tick begins with what the last one stored as JSON.

use eks_core::simulator::Effect;
use eks_core::{DeleteOptions, Outcome};
use tests::Stage;

use super::{NAME, Store, Undisturbed, calls, nothing_left, story_1, tick_to_the_end};

/// A create by ticks, which makes other calls than an operation that remembers what it saw.
fn ticked(stage: &Stage) -> Store {
    let store = Store::default();
    store.keep(&stage.eks.create_handle(&story_1()).expect("valid"));
    store
}

#[test]
fn create() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    let (stage, store) = (Stage::default(), ticked(&Stage::default()));
    let (eks, on) = (stage.eks.clone(), stage.clone());
    let outcome = stage.run(move || tick_to_the_end(eks, on, store)).expect("undisturbed");
    let Outcome::Created(info) = outcome else { panic!("no create") };
    undisturbed.check(&stage, &info, "undisturbed");

    // A dozen deaths: a tick remembers nothing that it saw, so that a create by ticks makes some two thousand calls.
    let calls = calls(&stage);
    for call in (0..calls).step_by(usize::try_from(calls / 12).expect("few")) {
        let case = format!("call {call}");
        let stage = Stage::default();
        let store = ticked(&stage);
        stage.die_at(call, &Effect::DieBeforeAccept);
        let (eks, on, kept) = (stage.eks.clone(), stage.clone(), store.clone());
        let _dead = stage.sim.run(move || tick_to_the_end(eks, on, kept));
        stage.sim.clear_faults();
        let (eks, on) = (stage.eks.clone(), stage.clone());
        let outcome = stage.run(move || tick_to_the_end(eks, on, store));
        match outcome.unwrap_or_else(|error| panic!("{case}: {}", error.chain())) {
            Outcome::Created(info) => undisturbed.check(&stage, &info, &case),
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn delete() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.delete.clone().step_by(7) {
        let case = format!("call {call}");
        let (stage, store) = (Stage::default(), Store::default());
        stage.create(&story_1()).expect("undisturbed");
        store.keep(&stage.eks.delete_handle(NAME, DeleteOptions::default()).expect("valid"));
        stage.die_at(call, &Effect::DieBeforeAccept);
        let (eks, on, kept) = (stage.eks.clone(), stage.clone(), store.clone());
        let _dead = stage.sim.run(move || tick_to_the_end(eks, on, kept));
        stage.sim.clear_faults();
        let (eks, on) = (stage.eks.clone(), stage.clone());
        stage
            .run(move || tick_to_the_end(eks, on, store))
            .unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        nothing_left(&stage, &[], &case);
    }
}
