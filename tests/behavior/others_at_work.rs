//! Others are at work in the account: an autoscaler that moves groups between their bounds, a person at the console.
//! What they do is theirs, and no difference to a spec that says nothing of it.

use std::time::Duration;

use aws_smithy_async::rt::sleep::AsyncSleep;
use eks_core::simulator::{Actor, Settings};
use eks_core::{Cluster, Error, NodeGroup, Scaling, Taint};
use tests::{Stage, left, writes};

/// Longer than nodes take to join, so that there are moments at which all are Ready.
const PAUSE: f64 = 400.0;

fn group(name: &str) -> Result<NodeGroup, Error> {
    let group = NodeGroup::builder().name(name).scaling(Scaling::between(1, 4).desired(2));
    group.taint(Taint::no_schedule("app", name)).build()
}

fn cluster() -> Result<Cluster, Error> {
    let cluster = Cluster::builder().name("web").node_group(group("orders")?).node_group(group("invoices")?);
    cluster.build()
}

fn with(seed: u64, actors: &[Actor]) -> Stage {
    Stage::with(Settings { seed, drawn: true, actors: actors.to_vec(), ..Settings::default() })
}

/// The desired sizes of both groups, as EKS says.
fn sizes(stage: &Stage) -> Vec<u32> {
    let eks = stage.eks.clone();
    let info = stage.run(move || async move { eks.describe("web").await }).expect("it is there");
    info.node_groups.iter().map(|group| group.desired).collect()
}

#[test]
fn an_autoscalers_sizes_are_no_differences() -> Result<(), Error> {
    let mut moved = 0;
    for seed in 0..3 {
        let stage = with(seed, &[Actor::autoscaler(PAUSE)]);
        let mut spec = cluster()?;
        stage.create(&spec)?;
        let sim = stage.sim.clone();
        stage.run(move || async move { sim.sleep_impl().sleep(Duration::from_secs(1_000)).await });
        let before = writes(&stage.sim).len();
        let plan = stage.plan(&spec)?;
        assert!(plan.is_empty(), "seed {seed}: {plan}");
        stage.apply(&spec)?;
        stage.create(&spec)?;
        assert_eq!(writes(&stage.sim).len(), before, "seed {seed}");

        // What changes of a group leaves its size to the autoscaler.
        let was = sizes(&stage);
        moved += was.iter().filter(|size| **size != 2).count();
        for group in spec.node_groups.iter_mut().flatten() {
            group.labels.insert("tier".to_owned(), "backend".to_owned());
        }
        stage.sim.with_world(|world| world.clear_actors());
        stage.apply(&spec)?;
        assert_eq!(sizes(&stage), was, "seed {seed}");
        stage.delete("web")?;
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "seed {seed}");
    }
    assert!(moved > 0, "the autoscaler did nothing");
    Ok(())
}

#[test]
fn a_person_at_the_console_stands_in_nobodys_way() -> Result<(), Error> {
    for seed in 0..3 {
        let stage = with(seed, &[Actor::console(120.0), Actor::autoscaler(PAUSE)]);
        let mut spec = cluster()?;
        stage.create(&spec)?;
        let plan = stage.plan(&spec)?;
        assert!(plan.is_empty(), "seed {seed}: {plan}");
        spec.tags.insert("cost-center".to_owned(), "4711".to_owned());
        for group in spec.node_groups.iter_mut().flatten() {
            group.labels.insert("tier".to_owned(), "backend".to_owned());
        }
        stage.apply(&spec)?;
        let plan = stage.plan(&spec)?;
        assert!(plan.is_empty(), "seed {seed}: {plan}");
        let theirs = stage.sim.with_world(|world| {
            let calls = world.ledger().calls.iter().filter(|call| call.principal.ends_with("user/console"));
            calls
                .filter(|call| call.operation.starts_with("Update") || call.operation == "TagResource")
                .count()
        });
        assert!(theirs > 3, "seed {seed}: the person did {theirs} things");
        stage.delete("web")?;
        assert_eq!(left(&stage.sim), Vec::<String>::new(), "seed {seed}");
    }
    Ok(())
}
