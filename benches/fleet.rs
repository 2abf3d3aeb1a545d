//! A thousand simulated creates at once: real time, and the memory of the client's side.
//!
//! Client and account share a process, so their memory must be told apart. Two processes make the same clusters in
//! the same kind of account: one all at once, one by one after another, so that in the end it holds the whole
//! account and one client at a time. The difference of their peaks is what the clients took. What the account
//! needs beside its state for a thousand conversations (the server's end of each TLS connection, answers on their
//! way) counts as the client's, which is too much rather than too little.

use std::process::Command;

use clap::{Args, ValueEnum};
use eks_core::simulator::{Quotas, Settings, Simulator, SimulatorExt};
use eks_core::{Cluster, Error};
use futures_util::future::join_all;

use crate::Result;
use crate::measure::{peak, time};

#[derive(Args)]
pub(crate) struct Options {
    /// How many clusters.
    #[arg(long, default_value_t = 1000)]
    clusters: usize,
    /// Only one of the two measurements, in this process.
    #[arg(long)]
    only: Option<Way>,
    /// Without AWS's request rates.
    #[arg(long)]
    no_throttling: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    AtOnce,
    OneByOne,
}

/// What one measurement came to.
struct Took {
    seconds: f64,
    /// Most memory of the process, in MiB.
    memory: f64,
    /// Virtual time, in seconds.
    virtual_seconds: f64,
    calls: f64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    if let Some(way) = options.only {
        let Took { seconds, memory, virtual_seconds, calls } = measure(options, way)?;
        println!("{seconds} {memory} {virtual_seconds} {calls}");
        return Ok(());
    }
    let at_once = elsewhere(options, "at-once")?;
    let one_by_one = elsewhere(options, "one-by-one")?;
    println!("{} simulated creates with all defaults at once, quotas raised", options.clusters);
    println!("  real time                     {:>9.1} s    goal 10 for 1000", at_once.seconds);
    println!(
        "  most memory, client's side    {:>9.1} MiB  goal 100 for 1000",
        at_once.memory - one_by_one.memory
    );
    println!("  most memory, both sides       {:>9.1} MiB", at_once.memory);
    println!("  most memory, one by one       {:>9.1} MiB", one_by_one.memory);
    println!("  virtual time                  {:>9.0} s", at_once.virtual_seconds);
    println!("  calls for each create         {:>9.1}", at_once.calls / options.clusters as f64);
    Ok(())
}

/// The measurement in a process of its own, for the peak of its memory.
fn elsewhere(options: &Options, way: &str) -> Result<Took> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["fleet", "--only", way, "--clusters", &options.clusters.to_string()]);
    if options.no_throttling {
        command.arg("--no-throttling");
    }
    let output = command.output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [seconds, memory, virtual_seconds, calls] => Ok(Took { seconds, memory, virtual_seconds, calls }),
        _ => Err(format!("{way}: {text}{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn measure(options: &Options, way: Way) -> Result<Took> {
    let many = options.clusters * 10;
    let quotas = Quotas {
        clusters: many,
        vpcs: many,
        internet_gateways: many,
        elastic_addresses: many,
        nat_gateways_per_zone: many,
        stacks: many,
        standard_vcpus: many,
        ..Quotas::default()
    };
    let settings = Settings { quotas, throttling: !options.no_throttling, ..Settings::default() };
    let simulator = Simulator::with(settings);
    let clusters: Vec<Cluster> = (0..options.clusters)
        .map(|number| Cluster::builder().name(format!("bench-{number}")).build())
        .collect::<eks_core::Result<_>>()?;
    let eks = simulator.eks();
    let began = simulator.now();
    let (took, made) = time(|| {
        simulator.run(move || async move {
            let create = |cluster: &Cluster| {
                let create = eks.create(cluster);
                async move { create.await.map(drop) }
            };
            if way == Way::AtOnce {
                join_all(clusters.iter().map(create)).await.into_iter().collect::<Result<(), Error>>()
            } else {
                for cluster in &clusters {
                    create(cluster).await?;
                }
                Ok(())
            }
        })
    });
    made??;
    let memory = peak()?;
    let virtual_seconds = simulator.now().since(began).as_secs_f64();
    let calls = simulator.with_world(|world| world.ledger().client_calls().count());
    Ok(Took { seconds: took.as_secs_f64(), memory, virtual_seconds, calls: calls as f64 })
}
