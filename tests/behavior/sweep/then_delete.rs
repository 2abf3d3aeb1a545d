//! A create that dies, and a delete instead of the same call again: nothing is left, wherever it was.

use eks_core::Cluster;
use tests::{Stage, left};

use super::other_specs::{everything, given_network};
use super::{DEATHS, NAME, Undisturbed, nothing_left, story_1};

fn sweep(prepare: fn() -> (Stage, Cluster), stride: usize) {
    let undisturbed = Undisturbed::life(prepare);
    for (call, effect) in undisturbed.create.clone().step_by(stride).zip(DEATHS.iter().rev().cycle()) {
        let case = format!("call {call}, {effect:?}");
        let (stage, cluster) = prepare();
        let before = left(&stage.sim);
        stage.die_at(call, effect);
        let _dead = stage.try_create(&cluster);
        stage.sim.clear_faults();
        let stage = stage.another_process();
        stage.delete(NAME).unwrap_or_else(|error| panic!("{case}: {}", error.chain()));
        nothing_left(&stage, &before, &case);
    }
}

#[test]
fn of_story_1() {
    sweep(|| (Stage::default(), story_1()), 5);
}

#[test]
fn of_a_given_network() {
    sweep(given_network, 7);
}

#[test]
fn of_groups_profiles_and_entries() {
    sweep(everything, 7);
}
