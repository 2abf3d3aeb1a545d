//! One simulated create: real time, and memory of the whole process.

use clap::Args;
use eks_core::simulator::{Simulator, SimulatorExt};
use eks_core::{Cluster, Eks};

use crate::Result;
use crate::measure::{peak, present, time};
use crate::statistics::{median, quantile};

#[derive(Args)]
pub(crate) struct Options {
    /// How many more creates follow the first one, each on an account of its own.
    #[arg(long, default_value_t = 50)]
    repeat: usize,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    // Start-up: the account with its thread, and the client. Nothing was called yet.
    let account = start();
    let before = present()?;
    let (first, made) = time(|| create(&account));
    made?;
    let most = peak()?;
    println!("one simulated create with all defaults, in real time");
    println!("  the first in its process      {:>8.1} ms   goal 50", milliseconds(first));
    println!("  most memory of the process    {most:>8.1} MiB  goal 30");
    println!("  of that, before the create    {before:>8.1} MiB");
    let mut more = Vec::new();
    for _ in 0..options.repeat {
        let account = start();
        let (took, made) = time(|| create(&account));
        made?;
        more.push(milliseconds(took));
    }
    if !more.is_empty() {
        println!(
            "  {} more: median             {:>8.1} ms, 95 % below {:.1}",
            more.len(),
            median(&more),
            quantile(&more, 0.95)
        );
    }
    Ok(())
}

fn start() -> (Simulator, Eks) {
    let simulator = Simulator::start();
    let eks = simulator.eks();
    (simulator, eks)
}

fn create((simulator, eks): &(Simulator, Eks)) -> Result<()> {
    let cluster = Cluster::builder().build()?;
    let eks = eks.clone();
    let info = simulator.run(move || async move { eks.create(&cluster).await })??;
    if info.nodes.iter().filter(|node| node.ready).count() == 2 { Ok(()) } else { Err("no two nodes".into()) }
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
