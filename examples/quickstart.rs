//! From nothing to a working cluster and back to nothing.
//!
//! `cargo run --example quickstart` runs on the embedded simulator. With `AWS_ENDPOINT_URL` set it talks to that
//! endpoint, with `--aws` to AWS; `--keep` leaves the cluster standing.

use clap::Parser;
use eks_core::{Cluster, Error, ErrorKind, Result};
use examples::{Account, watch};

#[derive(Parser)]
#[command(about = "From nothing to a working cluster and back to nothing")]
struct Args {
    /// Run on AWS, with the credentials of the standard chain. This costs money.
    #[arg(long)]
    aws: bool,
    /// Leave the cluster standing.
    #[arg(long)]
    keep: bool,
    /// How many times faster than simulated time to show progress; 0: at once.
    #[arg(long, default_value_t = 240.0)]
    speed: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::parse();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;
    let speed = if account.simulator().is_some() { args.speed } else { 0.0 };

    // Story 1: no name, no options. The name is chosen here, once.
    let cluster = Cluster::builder().build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), speed).await?;

    println!(
        "\n{} runs Kubernetes {} at {}",
        info.name,
        info.version,
        info.endpoint.as_deref().unwrap_or("?")
    );
    for node in &info.nodes {
        println!("  {:<44} {:<9} {}", node.name, if node.ready { "Ready" } else { "NotReady" }, node.version);
    }
    // On a simulator the kubeconfig is written to a file of its own, never into the user's.
    let directory = tempfile::tempdir().map_err(file)?;
    let path = if account.simulator().is_some() {
        let path = directory.path().join("config");
        info.kubeconfig()?.merge_into(&path)?;
        path
    } else {
        info.kubeconfig()?.write_default()?
    };
    println!("kubeconfig: {}, context {}", path.display(), info.kubeconfig()?.context());

    if args.keep {
        println!("\nThe cluster stays. Delete it with `eks.delete({:?})`.", info.name);
        return Ok(());
    }
    println!("\nDeleting {}.", info.name);
    let report = watch(eks.delete(&info.name), speed).await?;
    println!("\nDeleted {} things.", report.deleted.len());
    for unchecked in &report.unchecked {
        println!("  not checked: {unchecked}");
    }
    if let Some(simulator) = account.simulator() {
        let ledger = simulator.ledger();
        println!(
            "{} of {} resources are left. AWS would have charged ${:.2} for control plane and network in {} minutes.",
            ledger.left().len(),
            ledger.resources.len(),
            ledger.cost(simulator.now()),
            simulator.now().since(simulator.with_world(|world| world.settings().start)).as_secs() / 60,
        );
    }
    Ok(())
}

fn file(error: std::io::Error) -> Error {
    Error::new(ErrorKind::File, "no temporary directory can be made").with_source(error)
}
