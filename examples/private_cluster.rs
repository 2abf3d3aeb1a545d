//! A cluster that nothing leads out of: endpoints for AWS's services instead of NAT gateways.
//!
//! `cargo run --example private_cluster`, with the options of `quickstart`.

use eks_core::{Cluster, Nat, NewNetwork, Result};
use examples::{Account, Args, delete_unless_kept, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // No public subnets, no internet gateway. The API server has its public endpoint besides the private one, so
    // that this program sees the nodes; `endpoint_access` turns it off.
    let network = NewNetwork::builder().nat(Nat::None).private_endpoints().build()?;
    let cluster = Cluster::builder().name("private-cluster").network(network).build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    delete_unless_kept(&eks, &info, &account, &args).await
}
