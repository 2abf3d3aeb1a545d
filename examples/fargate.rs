//! A cluster without nodes: its own pods and those of the namespace `default` run on Fargate.
//!
//! `cargo run --example fargate`, with the options of `quickstart`.

use eks_core::{Cluster, FargateProfile, Result};
use examples::{Account, Args, delete_unless_kept, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Story 4. `kube-system` is among the selectors so that coredns has somewhere to run.
    let profile =
        FargateProfile::builder().name("fp-default").namespace("default").namespace("kube-system").build()?;
    let cluster = Cluster::builder().name("fargate-cluster").fargate_profile(profile).build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    delete_unless_kept(&eks, &info, &account, &args).await
}
