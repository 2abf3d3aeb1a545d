//! A plan without I/O: everything was looked at once, and it is decided and printed over and over.

use clap::Args;
use eks_core::simulator::{Simulator, SimulatorExt};
use eks_core::{Cluster, NodeGroup, Sketch};

use crate::Result;
use crate::measure::time;
use crate::statistics::{median, quantile};

#[derive(Args)]
pub(crate) struct Options {
    /// How many node groups.
    #[arg(long, default_value_t = 10)]
    groups: usize,
    /// How often.
    #[arg(long, default_value_t = 1000)]
    times: usize,
}

/// The parts of one plan, in milliseconds.
struct Took {
    decide: f64,
    text: f64,
    json: f64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut cluster = Cluster::builder().name("bench");
    for number in 0..options.groups {
        let group = NodeGroup::builder().name(format!("group-{number}"));
        cluster = cluster.node_group(group.instance_type("m5.large").build()?);
    }
    let cluster = cluster.build()?;
    let simulator = Simulator::start();
    let eks = simulator.eks();
    let times = options.times;
    let took = simulator.run(move || async move {
        let mut sketch = eks.sketch(&cluster).await?;
        (0..times).map(|_| draw(&mut sketch)).collect::<eks_core::Result<Vec<Took>>>()
    })??;
    println!("a plan with {} node groups, {} times, without I/O", options.groups, options.times);
    let part = |title: &str, part: fn(&Took) -> f64, goal: &str| {
        let values: Vec<f64> = took.iter().map(part).collect();
        println!(
            "  {title:<24} median {:>7.3} ms, 95 % below {:.3}  {goal}",
            median(&values),
            quantile(&values, 0.95)
        );
    };
    part("deciding", |it| it.decide, "");
    part("printing as text", |it| it.text, "");
    part("printing as JSON", |it| it.json, "");
    part("all of it", |it| it.decide + it.text + it.json, " goal 1");
    Ok(())
}

fn draw(sketch: &mut Sketch) -> eks_core::Result<Took> {
    let (decide, plan) = time(|| sketch.plan());
    let plan = plan?;
    let (text, printed) = time(|| plan.to_string());
    let (json, written) = time(|| serde_json::to_string(&plan));
    // What is not used need not be computed.
    std::hint::black_box((printed, written.is_ok()));
    let milliseconds = |duration: std::time::Duration| duration.as_secs_f64() * 1000.0;
    Ok(Took { decide: milliseconds(decide), text: milliseconds(text), json: milliseconds(json) })
}
