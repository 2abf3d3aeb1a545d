//! How every example ends: the cluster is shown, then deleted, and the account told of.

use eks_core::{ClusterInfo, Eks, Result};

use crate::{Account, Args, watch};

/// Prints a cluster and its nodes.
pub fn show(info: &ClusterInfo) {
    println!(
        "\n{} runs Kubernetes {} at {}",
        info.name,
        info.version,
        info.endpoint.as_deref().unwrap_or("?")
    );
    for node in &info.nodes {
        println!("  {:<44} {:<9} {}", node.name, if node.ready { "Ready" } else { "NotReady" }, node.version);
    }
}

/// Deletes a cluster, shows it happen, and prints what came of it.
///
/// # Errors
///
/// As [`Eks::delete`].
pub async fn delete(eks: &Eks, name: &str, pace: f64) -> Result<()> {
    println!("\nDeleting {name}.");
    let report = watch(eks.delete(name), pace).await?;
    println!("\nDeleted {} things.", report.deleted.len());
    for unchecked in &report.unchecked {
        println!("  not checked: {unchecked}");
    }
    Ok(())
}

/// Deletes a cluster and settles up, unless it is to stay.
///
/// # Errors
///
/// As [`Eks::delete`].
pub async fn delete_unless_kept(eks: &Eks, info: &ClusterInfo, account: &Account, args: &Args) -> Result<()> {
    if args.keep {
        println!("\nThe cluster stays. Delete it with `eks.delete({:?})`.", info.name);
        return Ok(());
    }
    delete(eks, &info.name, args.pace(account)).await?;
    settle_up(account);
    Ok(())
}

/// Prints what is left in a simulated account, and what AWS would have charged.
pub fn settle_up(account: &Account) {
    let Some(simulator) = account.simulator() else { return };
    let ledger = simulator.ledger();
    println!(
        "{} of {} resources are left. AWS would have charged ${:.2} for control plane and network in {} minutes.",
        ledger.left().len(),
        ledger.resources.len(),
        ledger.cost(simulator.now()),
        simulator.now().since(simulator.with_world(|world| world.settings().start)).as_secs() / 60,
    );
}
