//! A cluster whose nodes come with the pods that need them: EKS Auto Mode.
//!
//! `cargo run --example auto_mode`, with the options of `quickstart`.

use eks_core::{AutoMode, Cluster, Result};
use examples::{Account, Args, delete_unless_kept, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // No node group, no add-on: EKS brings what they do. There is no node to wait for before the first pod.
    let cluster = Cluster::builder().name("auto-cluster").auto_mode(AutoMode::enabled()).build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    delete_unless_kept(&eks, &info, &account, &args).await
}
