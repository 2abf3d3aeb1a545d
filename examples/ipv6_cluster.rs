//! A cluster whose pods and services have IPv6 addresses.
//!
//! `cargo run --example ipv6_cluster`, with the options of `quickstart`.

use eks_core::{Cluster, IpFamily, Result};
use examples::{Account, Args, delete_unless_kept, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // The VPC has both families. EKS chooses the block of services.
    let cluster = Cluster::builder().name("ipv6-cluster").ip_family(IpFamily::Ipv6).build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    delete_unless_kept(&eks, &info, &account, &args).await
}
