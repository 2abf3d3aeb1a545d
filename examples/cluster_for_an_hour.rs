//! A cluster for an hour: it says itself when it may go, and whoever reaps deletes it, in whatever region it is.
//!
//! `cargo run --example cluster_for_an_hour`, with the options of `quickstart`.

use std::time::Duration;

use eks_core::{Cluster, ReapOptions, ReapOutcome, Result};
use examples::{Account, Args, settle_up, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Story 7. The moment is a tag on the cluster and on its foundation stack.
    let cluster = Cluster::builder().name("kubelabs-cluster").expires("1h").build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);
    println!("It expires at {}.", info.expires.as_deref().unwrap_or("?"));

    // What a CI job's schedule calls every few minutes.
    let Some(simulator) = account.simulator() else {
        println!("\nOnce that has passed, `eks.reap(ReapOptions::default())` deletes it.");
        return Ok(());
    };
    simulator.advance(Duration::from_secs(3600));
    println!("\nAn hour later. Reaping in every region.");
    let report = eks.reap(ReapOptions::default()).await?;
    for reaped in &report.clusters {
        let outcome = match &reaped.outcome {
            ReapOutcome::Deleted { report } => format!("deleted, {} things", report.deleted.len()),
            ReapOutcome::Kept { reason } => format!("kept: {reason}"),
            ReapOutcome::Failed { error } => format!("failed: {error}"),
            _ => "unknown".to_owned(),
        };
        println!("  {} in {}, expired at {}: {outcome}", reaped.name, reaped.region, reaped.expired);
    }
    settle_up(&account);
    Ok(())
}
