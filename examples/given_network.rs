//! A control plane in a VPC that is there already.
//!
//! `cargo run --example given_network`, with the options of `quickstart`.

use eks_core::{Cluster, GivenNetwork, Result};
use examples::{Account, Args, PrivateNetwork, delete, settle_up, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Elsewhere somebody else has made this.
    let config = eks.sdk_config();
    let network = PrivateNetwork::make(&config).await?;
    println!("The VPC is {}, its subnets are {}.\n", network.vpc, network.subnets.join(" and "));

    // Story 3. No node group: what the cluster is for brings its own nodes, later.
    let cluster = Cluster::builder()
        .name("kubelabs-cluster")
        .network(
            GivenNetwork::builder()
                .private_subnet(&network.subnets[0])
                .private_subnet(&network.subnets[1])
                .build()?,
        )
        .no_node_groups()
        .build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    if args.keep {
        println!("\nThe cluster stays. Delete it with `eks.delete({:?})`.", info.name);
        return Ok(());
    }
    delete(&eks, &info.name, args.pace(&account)).await?;
    settle_up(&account);
    println!(
        "The VPC and its subnets are not ours to delete: they are still there. Deleting them as their owner."
    );
    network.delete(&config).await?;
    settle_up(&account);
    Ok(())
}
