//! Lag: many lives of story 1's cluster, each on an AWS whose durations the library cannot know.

mod aws;
mod bound;
mod life;
mod nodes;
mod stack;

use std::collections::BTreeSet;

use clap::Args;
use eks_core::simulator::Settings;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::Result;
use crate::statistics::{head, row};
use life::{Half, Life};

#[derive(Args)]
pub(crate) struct Options {
    /// How many seeds.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Tells of each life, too.
    #[arg(long)]
    each: bool,
}

/// Durations are drawn, and all of them are longer or shorter by a factor that is drawn, too.
fn settings(seed: u64) -> Settings {
    let scale = ChaCha8Rng::seed_from_u64(seed).random_range(0.7..1.3);
    Settings { seed, drawn: true, scale, ..Settings::default() }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut lives = Vec::new();
    let mut left = Vec::new();
    for seed in options.first..options.first + options.seeds {
        let life = Life::of(settings(seed), &format!("bench-{seed}"));
        let life = life.map_err(|error| format!("seed {seed}: {error}"))?;
        if options.each {
            println!("seed {seed}: {life}");
        }
        if life.left > 0 {
            left.push(format!("{} with seed {seed}", life.left));
        }
        lives.push(life);
    }
    report(&lives);
    println!("\n  left after the delete: {}", if left.is_empty() { "nothing, in every life" } else { "" });
    if left.is_empty() { Ok(()) } else { Err(format!("resources were left: {}", left.join(", ")).into()) }
}

fn report(lives: &[Life]) {
    println!("{} lives of a cluster with no options; durations drawn, and scaled by 0.7 to 1.3", lives.len());
    let creates: Vec<&Half> = lives.iter().map(|life| &life.create).collect();
    let deletes: Vec<&Half> = lives.iter().map(|life| &life.delete).collect();
    half("create", &creates, "p50 ≤ 10, p95 ≤ 20", "p95 ≤ 120");
    println!("  eksctl's own sleeping in a create, by its source: 180 to 210 seconds (facts/failures.md D)");
    half("delete", &deletes, "p50 ≤ 10", "");
}

fn half(title: &str, halves: &[&Half], lag: &str, calls: &str) {
    let each = |value: &dyn Fn(&Half) -> f64| halves.iter().map(|half| value(half)).collect::<Vec<f64>>();
    head(&format!("{title}, seconds"));
    row("from the call to its end", &each(&|half| half.took), "");
    row("behind what AWS allows for this plan", &each(&Half::lag), lag);
    row("behind the best plan without CloudFormation", &each(&Half::behind_without_stacks), "");
    for index in 0..halves.first().map_or(0, |half| half.gaps.len()) {
        let title = format!("  {}", halves[0].gaps[index].0);
        row(&title, &each(&|half| half.gaps[index].1), "");
    }
    row("calls", &each(&|half| half.calls), calls);
    let operations: BTreeSet<&String> = halves.iter().flat_map(|half| half.by_operation.keys()).collect();
    for operation in operations {
        let of = |half: &Half| half.by_operation.get(operation).copied().unwrap_or_default();
        row(&format!("  {operation}"), &each(&of), "");
    }
}
