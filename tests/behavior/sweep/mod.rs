//! The kill sweep: a client that dies at every call, before or after the service accepted it, and what goes on from
//! there (facts/failures.md A7, row 3): the same call by name, a stored handle, ticks, a delete.

mod by_handle;
mod by_name;
mod by_tick;
mod other_specs;
mod stories;
mod then_delete;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::simulator::Effect;
use eks_core::{Cluster, ClusterInfo, Error, Handle, Operation, Outcome};
use tests::{Stage, is_read, left, made};

const NAME: &str = "kubelabs-cluster";

/// Story 1, with a name.
fn story_1() -> Cluster {
    Cluster::builder().name(NAME).build().expect("the defaults are valid")
}

/// What of a cluster does not depend on ids and times.
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    version: String,
    ready_nodes: usize,
    parts: Vec<String>,
}

impl Shape {
    fn of(info: &ClusterInfo) -> Self {
        let groups = info.node_groups.iter().map(|group| format!("{} {:?}", group.name, group.status));
        let profiles = info.fargate_profiles.iter().map(|it| format!("{} {:?}", it.name, it.status));
        let addons = info.addons.iter().map(|addon| format!("{} {:?}", addon.name, addon.status));
        Self {
            version: info.version.clone(),
            ready_nodes: info.nodes.iter().filter(|node| node.ready).count(),
            parts: groups.chain(profiles).chain(addons).collect(),
        }
    }
}

/// A life that nothing disturbed: what it came to, and at which calls it could be disturbed.
struct Undisturbed {
    shape: Shape,
    made: BTreeMap<String, usize>,
    /// Indices of the calls of the create, then of the delete.
    create: std::ops::Range<u64>,
    delete: std::ops::Range<u64>,
    /// Indices of the calls that only read.
    reads: BTreeSet<u64>,
}

impl Undisturbed {
    /// `prepare` makes an account with whatever the spec needs.
    fn life(prepare: impl Fn() -> (Stage, Cluster)) -> Self {
        let (stage, cluster) = prepare();
        let begins = calls(&stage);
        let info = stage.create(&cluster).expect("undisturbed");
        let (made, created) = (made(&stage.sim), calls(&stage));
        stage.delete(&info.name).expect("undisturbed");
        let deleted = calls(&stage);
        let ledger = stage.sim.ledger();
        let reads = (0..).zip(ledger.client_calls()).filter(|(_, call)| is_read(&call.operation));
        let reads = reads.map(|(index, _)| index).collect();
        Self { shape: Shape::of(&info), made, create: begins..created, delete: created..deleted, reads }
    }

    /// The ways to die at a call that are not the same: a read changes nothing, whether it is accepted or not.
    fn deaths(&self, call: u64) -> &'static [Effect] {
        if self.reads.contains(&call) { &DEATHS[..1] } else { &DEATHS }
    }

    /// Asserts that a create came to what it comes to undisturbed.
    fn check(&self, stage: &Stage, info: &ClusterInfo, case: &str) {
        assert_eq!(Shape::of(info), self.shape, "{case}");
        assert_eq!(made(&stage.sim), self.made, "{case}: made twice, or not at all");
    }
}

fn calls(stage: &Stage) -> u64 {
    stage.sim.ledger().client_calls().count() as u64
}

/// Asserts that nothing is left of what is not in `before`.
fn nothing_left(stage: &Stage, before: &[String], case: &str) {
    assert_eq!(left(&stage.sim), before, "{case}");
}

/// A handle as its keeper stores it: JSON, as it was after the last event or tick.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<String>>);

impl Store {
    fn keep(&self, handle: &Handle) {
        *self.0.lock().expect("no test panicked in between") = handle.to_json().expect("JSON");
    }

    fn handle(&self) -> Handle {
        let text = self.0.lock().expect("no test panicked in between");
        Handle::from_json(&text).expect("what was kept is a handle")
    }
}

/// Drives an operation and stores its handle after each event.
async fn keep_handles<T: Send + 'static>(mut operation: Operation<T>, store: Store) -> Result<T, Error> {
    operation.handle().iter().for_each(|handle| store.keep(handle));
    while operation.next_event().await.is_some() {
        operation.handle().iter().for_each(|handle| store.keep(handle));
    }
    operation.await
}

/// Drives a handle by ticks alone, as a workflow engine or a controller would, and stores it after each.
async fn tick_to_the_end(client: Stage, store: Store) -> Result<Outcome, Error> {
    loop {
        let tick = client.eks.tick(store.handle()).await?;
        store.keep(&tick.handle);
        let Some(next_at) = tick.next_at else { return Ok(tick.outcome.expect("done has an outcome")) };
        let wait = u64::try_from(next_at - client.sim.now().millis()).unwrap_or(0);
        client.sim.sleep_impl().sleep(Duration::from_millis(wait)).await;
    }
}

/// Both ways to die.
static DEATHS: [Effect; 2] = [Effect::DieBeforeAccept, Effect::DieAfterAccept];
