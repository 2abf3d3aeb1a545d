//! An apply: how far it is behind AWS, how much it asks when there is nothing to do, and its plan without I/O.

use std::time::Duration;

use aws_sdk_cloudformation::Client;
use aws_sdk_cloudformation::config::{BehaviorVersion, Config, Region};
use aws_smithy_async::rt::sleep::AsyncSleep;
use clap::Args;
use eks_core::simulator::{Instant, Quotas, Settings, Simulator, SimulatorExt};
use eks_core::{Cluster, NodeGroup, Scaling, Taint};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use crate::Result;
use crate::measure::time;
use crate::statistics::{head, median, quantile, row};

const REGION: &str = "us-west-2";
const NAME: &str = "bench";

#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// How many node groups are changed in each.
    #[arg(long, default_value_t = 5)]
    groups: usize,
    /// How many node groups the plan has that is made without I/O.
    #[arg(long, default_value_t = 30)]
    planned: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let changes: Vec<Change> = (0..options.seeds)
        .map(|seed| Change::of(seed, options.groups).map_err(|error| format!("seed {seed}: {error}").into()))
        .collect::<Result<_>>()?;
    println!(
        "{} applies of labels, taints and sizes of {} groups; durations drawn, and scaled by 0.7 to 1.3",
        options.seeds, options.groups
    );
    let each = |value: fn(&Change) -> f64| changes.iter().map(value).collect::<Vec<f64>>();
    head("seconds");
    row("from the call to its end", &each(|it| it.took), "");
    row("behind what AWS allows for this plan", &each(|it| it.took - it.bound), "p95 ≤ 15");
    row("calls", &each(|it| it.calls), "");
    // Three add-ons, no access entry.
    let most = 12 + 3 * options.groups + 3;
    row("calls of a second apply, which finds nothing to do", &each(|it| it.empty), &format!("≤ {most}"));
    planned(options.planned)
}

/// Durations are drawn, and all of them are longer or shorter by a factor that is drawn, too.
fn settings(seed: u64) -> Settings {
    let scale = ChaCha8Rng::seed_from_u64(seed).random_range(0.7..1.3);
    let quotas = Quotas { standard_vcpus: 10_000, ..Quotas::default() };
    Settings { seed, drawn: true, scale, quotas, ..Settings::default() }
}

fn cluster(groups: usize, changed: bool) -> Result<Cluster> {
    let mut cluster = Cluster::builder().name(NAME);
    for number in 0..groups {
        let group = NodeGroup::builder().name(format!("group-{number}")).label("app", format!("{changed}"));
        let size = if changed { 2 } else { 1 };
        let mut group = group.scaling(Scaling::between(1, 4).desired(size)).build()?;
        if changed {
            group.taints.push(Taint::no_schedule("app", format!("app-{number}")));
        }
        cluster = cluster.node_group(group);
    }
    Ok(cluster.build()?)
}

/// What came of one change.
struct Change {
    took: f64,
    bound: f64,
    calls: f64,
    /// Calls of the apply after that.
    empty: f64,
}

impl Change {
    fn of(seed: u64, groups: usize) -> Result<Self> {
        let simulator = Simulator::with(settings(seed));
        let create = simulator.eks().create(&cluster(groups, false)?);
        simulator.run(move || create)??;
        // An update that is still under way is not ours to wait for.
        let rest = simulator.sleep_impl();
        simulator.run(move || rest.sleep(Duration::from_secs(600)))?;
        let began = simulator.now();
        let first = calls(&simulator);
        let changed = cluster(groups, true)?;
        let apply = simulator.eks().apply(&changed);
        simulator.run(move || apply)??;
        let took = simulator.now().since(began).as_secs_f64();
        let second = calls(&simulator);
        let bound = bound(&simulator, began)?;
        if took + 0.01 < bound {
            return Err(format!("faster ({took}) than AWS allows ({bound}): the bound is wrong").into());
        }
        let third = calls(&simulator);
        let again = simulator.eks().apply(&changed);
        simulator.run(move || again)??;
        let empty = calls(&simulator) - third;
        Ok(Self { took, bound, calls: (second - first) as f64, empty: empty as f64 })
    }
}

fn calls(simulator: &Simulator) -> usize {
    simulator.with_world(|world| world.ledger().client_calls().count())
}

/// When the last node can be Ready whose group was asked for at once, and after that the stack have the new spec: what
/// AWS took from accepting the last request of each kind.
fn bound(simulator: &Simulator, began: Instant) -> Result<f64> {
    let accepted = |operation: &str| -> Result<i64> {
        let ledger = simulator.ledger();
        let sent = ledger.client_calls().filter(|call| call.operation == operation && call.at >= began);
        Ok(sent.map(|call| call.at.millis()).max().ok_or("nothing was sent")?)
    };
    let nodes = (last_ready(simulator)? - accepted("UpdateNodegroupConfig")?) as f64 / 1000.0;
    let stack = (last_update(simulator)? - accepted("UpdateStack")?) as f64 / 1000.0;
    Ok(nodes.max(0.0) + stack.max(0.0))
}

/// When the last node became Ready, in milliseconds since the Unix epoch.
fn last_ready(simulator: &Simulator) -> Result<i64> {
    let request = http::Request::get("/api/v1/nodes").body(bytes::Bytes::new())?;
    let response = simulator.kubernetes(REGION, NAME, request)?;
    let list: Value = serde_json::from_slice(response.body())?;
    let conditions = list["items"].as_array().into_iter().flatten();
    let conditions =
        conditions.flat_map(|node| node["status"]["conditions"].as_array().into_iter().flatten());
    let ready = conditions.filter(|condition| condition["type"] == "Ready");
    let moments = ready.filter_map(|condition| Instant::parse(condition["lastTransitionTime"].as_str()?));
    Ok(moments.map(Instant::millis).max().ok_or("there are no nodes")?)
}

/// When the foundation's last update was complete, in milliseconds since the Unix epoch.
fn last_update(simulator: &Simulator) -> Result<i64> {
    let config = simulator.sdk_config(REGION);
    let config = Config::from(&config)
        .to_builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .build();
    let client = Client::from_conf(config);
    let ended = simulator.run(move || async move {
        let stacks = client.describe_stacks().send().await?;
        let changed = stacks.stacks().iter().filter(|stack| stack.last_updated_time.is_some());
        let id = changed.filter_map(|stack| stack.stack_id.clone()).next().unwrap_or_default();
        let events = client.describe_stack_events().stack_name(&id).send().await?;
        let whole = events.stack_events().iter().filter(|event| {
            event.physical_resource_id.as_ref() == Some(&id)
                && event.resource_status.as_ref().is_some_and(|status| status.as_str() == "UPDATE_COMPLETE")
        });
        let ended = whole.filter_map(|event| event.timestamp?.to_millis().ok()).max();
        Ok::<_, aws_sdk_cloudformation::Error>(ended)
    })??;
    Ok(ended.ok_or("no stack was updated")?)
}

/// Deciding and printing what changes of many groups, over and over, from what was seen once.
fn planned(groups: usize) -> Result<()> {
    let simulator = Simulator::with(settings(0));
    let create = simulator.eks().create(&cluster(groups, false)?);
    simulator.run(move || create)??;
    let (eks, changed) = (simulator.eks(), cluster(groups, true)?);
    let took = simulator.run(move || async move {
        let mut sketch = eks.sketch(&changed).await?;
        let draw = || {
            let (took, plan) = time(|| sketch.plan().map(|plan| plan.to_string()));
            plan.map(|_| took.as_secs_f64() * 1000.0)
        };
        std::iter::repeat_with(draw).take(1000).collect::<eks_core::Result<Vec<f64>>>()
    })??;
    println!(
        "\ndiff and plan of {groups} node groups, 1000 times, without I/O\n  deciding and printing    median {:.3} ms, 95 % \
         below {:.3}   goal 2",
        median(&took),
        quantile(&took, 0.95)
    );
    Ok(())
}
