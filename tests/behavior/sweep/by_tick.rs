//! Ticks alone: no operation is ever awaited, and every tick begins with what the last one stored as JSON.

use eks_core::simulator::Effect;
use eks_core::{DeleteOptions, Outcome};
use tests::Stage;

use super::{NAME, Store, Undisturbed, calls, nothing_left, story_1, tick_to_the_end};

/// The handle of a create that has not begun, stored.
fn stored_create(stage: &Stage) -> Store {
    let store = Store::default();
    store.keep(&stage.eks.create_handle(&story_1()).expect("valid"));
    store
}

fn ticked(stage: &Stage, store: &Store, case: &str) -> Outcome {
    let (client, store) = (stage.clone(), store.clone());
    stage
        .run(move || tick_to_the_end(client, store))
        .unwrap_or_else(|error| panic!("{case}: {}", error.chain()))
}

#[test]
fn create() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.create.clone().step_by(2) {
        let case = format!("call {call}");
        let stage = Stage::default();
        let store = stored_create(&stage);
        stage.die_at(call, &Effect::DieBeforeAccept);
        let (client, kept) = (stage.clone(), store.clone());
        let _dead = stage.sim.run(move || tick_to_the_end(client, kept));
        stage.sim.clear_faults();
        match ticked(&stage.another_process(), &store, &case) {
            Outcome::Created(info) => undisturbed.check(&stage, &info, &case),
            other => panic!("{case}: {other:?}"),
        }
    }
}

#[test]
fn delete() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    for call in undisturbed.delete.clone().step_by(2) {
        let case = format!("call {call}");
        let (stage, store) = (Stage::default(), Store::default());
        stage.create(&story_1()).expect("undisturbed");
        store.keep(&stage.eks.delete_handle(NAME, DeleteOptions::default()).expect("valid"));
        stage.die_at(call, &Effect::DieBeforeAccept);
        let (client, kept) = (stage.clone(), store.clone());
        let _dead = stage.sim.run(move || tick_to_the_end(client, kept));
        stage.sim.clear_faults();
        ticked(&stage.another_process(), &store, &case);
        nothing_left(&stage, &[], &case);
    }
}

/// Ticks of one client cost no more calls than an operation; a new process for each tick costs calls, and nothing
/// else.
#[test]
fn a_process_for_each_tick() {
    let undisturbed = Undisturbed::life(|| (Stage::default(), story_1()));
    let stage = Stage::default();
    let Outcome::Created(info) = ticked(&stage, &stored_create(&stage), "one process") else {
        panic!("no create")
    };
    undisturbed.check(&stage, &info, "one process");
    assert!(calls(&stage) <= undisturbed.create.end, "{} calls", calls(&stage));

    let stage = Stage::default();
    let store = stored_create(&stage);
    let mut ticks = 0;
    let outcome = loop {
        ticks += 1;
        let (process, handle) = (stage.another_process(), store.handle());
        let tick = stage.run(move || async move { process.eks.tick(handle).await }).expect("undisturbed");
        store.keep(&tick.handle);
        let Some(next_at) = tick.next_at else { break tick.outcome };
        let wait = u64::try_from(next_at - stage.sim.now().millis()).unwrap_or(0);
        stage.sim.advance(std::time::Duration::from_millis(wait));
    };
    let Some(Outcome::Created(info)) = outcome else { panic!("no create") };
    undisturbed.check(&stage, &info, "a process for each tick");
    assert!(ticks < 200, "{ticks} ticks");
}
