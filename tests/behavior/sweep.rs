//! The kill sweep: a client that dies at every call, before or after the service accepted it, and the same
//! call again (facts/failures.md A7, row 3).

use std::collections::BTreeMap;

use eks_core::simulator::{Effect, Fault, Settings, Simulator, SimulatorExt};
use eks_core::{Cluster, ClusterInfo, DeleteReport, Error};
use tests::left;

const NAME: &str = "kubelabs-cluster";

fn cluster() -> Cluster {
    Cluster::builder().name(NAME).build().expect("the defaults are valid")
}

/// One attempt; `None` if the client died on the way.
fn create(sim: &Simulator) -> Option<Result<ClusterInfo, Error>> {
    let eks = sim.eks();
    sim.run(move || async move { eks.create(&cluster()).await }).ok()
}

fn delete(sim: &Simulator) -> Option<Result<DeleteReport, Error>> {
    let eks = sim.eks();
    sim.run(move || async move { eks.delete(NAME).await }).ok()
}

fn calls(sim: &Simulator) -> u64 {
    sim.ledger().client_calls().count() as u64
}

/// How many resources of each kind were ever made.
fn made(sim: &Simulator) -> BTreeMap<String, usize> {
    let mut made = BTreeMap::new();
    for resource in sim.ledger().resources {
        *made.entry(resource.kind).or_insert(0) += 1;
    }
    made
}

fn die(sim: &Simulator, call: u64, effect: &Effect) {
    sim.add_fault(Fault { call: Some(call), effect: effect.clone(), ..Fault::default() });
}

/// What of a cluster does not depend on ids and times.
fn shape(info: &ClusterInfo) -> (String, usize, Vec<String>, Vec<String>) {
    (
        info.version.clone(),
        info.nodes.iter().filter(|node| node.ready).count(),
        info.node_groups.iter().map(|group| format!("{} {:?}", group.name, group.status)).collect(),
        info.addons.iter().map(|addon| format!("{} {:?}", addon.name, addon.status)).collect(),
    )
}

fn sweep_create(effect: &Effect) {
    let undisturbed = Simulator::with(Settings::default());
    let wanted = shape(&create(&undisturbed).expect("alive").expect("undisturbed"));
    let wanted_made = made(&undisturbed);
    let count = calls(&undisturbed);
    for call in 0..count {
        let sim = Simulator::with(Settings::default());
        die(&sim, call, effect);
        let first = create(&sim);
        // A restart makes other calls than the first run did: the later faults may not be met.
        assert!(first.is_none() || call + 5 > count, "call {call}: the client should have died: {first:?}");
        sim.clear_faults();
        let info =
            create(&sim).expect("alive").unwrap_or_else(|error| panic!("call {call}, {effect:?}: {error}"));
        assert_eq!(shape(&info), wanted, "call {call}, {effect:?}");
        assert_eq!(made(&sim), wanted_made, "call {call}, {effect:?}: made twice, or not at all");
    }
}

fn sweep_delete(effect: &Effect) {
    let undisturbed = Simulator::with(Settings::default());
    create(&undisturbed).expect("alive").expect("undisturbed");
    let before = calls(&undisturbed);
    delete(&undisturbed).expect("alive").expect("undisturbed");
    assert_eq!(left(&undisturbed), Vec::<String>::new());
    let after = calls(&undisturbed);
    for call in before..after {
        let sim = Simulator::with(Settings::default());
        create(&sim).expect("alive").expect("undisturbed");
        die(&sim, call, effect);
        let first = delete(&sim);
        assert!(first.is_none(), "call {call}: the client should have died: {first:?}");
        sim.clear_faults();
        delete(&sim).expect("alive").unwrap_or_else(|error| panic!("call {call}, {effect:?}: {error}"));
        assert_eq!(left(&sim), Vec::<String>::new(), "call {call}, {effect:?}");
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
