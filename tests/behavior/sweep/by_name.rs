//! The same call again, which knows nothing of the first one.

use eks_core::simulator::Effect;
use tests::Stage;

use super::{NAME, Undisturbed, nothing_left, story_1};

fn sweep_create(effect: &Effect) {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    let count = undisturbed.create.end;
    for call in undisturbed.create.clone() {
        let case = format!("call {call}, {effect:?}");
        let stage = Stage::default();
        stage.die_at(call, effect);
        let first = stage.try_create(&story_1());
        // The last calls look at everything once more, and may come in another order than the first run's.
        assert!(first.is_err() || call + 5 > count, "{case}: the client should have died: {first:?}");
        stage.sim.clear_faults();
        let stage = stage.another_process();
        let info = stage.create(&story_1()).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        undisturbed.check(&stage, &info, &case);
    }
}

fn sweep_delete(effect: &Effect) {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.delete.clone() {
        let case = format!("call {call}, {effect:?}");
        let stage = Stage::default();
        stage.create(&story_1()).expect("undisturbed");
        stage.die_at(call, effect);
        let first = stage.try_delete(NAME);
        assert!(first.is_err(), "{case}: the client should have died: {first:?}");
        stage.sim.clear_faults();
        let stage = stage.another_process();
        stage.delete(NAME).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        nothing_left(&stage, &[], &case);
    }
}

#[test]
fn create_dies_before_each_call_is_accepted() {
    sweep_create(&Effect::DieBeforeAccept);
}

#[test]
fn create_dies_after_each_call_is_accepted() {
    sweep_create(&Effect::DieAfterAccept);
}

#[test]
fn delete_dies_before_each_call_is_accepted() {
    sweep_delete(&Effect::DieBeforeAccept);
}

#[test]
fn delete_dies_after_each_call_is_accepted() {
    sweep_delete(&Effect::DieAfterAccept);
}
