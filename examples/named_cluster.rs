//! A cluster with a name and a version, and a group of two small nodes.
//!
//! `cargo run --example named_cluster`, with the options of `quickstart`.

use eks_core::{Cluster, NodeGroup, Result, Scaling};
use examples::{Account, Args, delete_unless_kept, show, watch};

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Story 2. A t2.micro holds four pods, two of which are EKS's own: the plan's note counts them.
    let cluster = Cluster::builder()
        .name("kubelabs-cluster")
        .version("1.35")
        .node_group(
            NodeGroup::builder()
                .name("kubelabs-group")
                .instance_type("t2.micro")
                .scaling(Scaling::fixed(2))
                .build()?,
        )
        .build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    delete_unless_kept(&eks, &info, &account, &args).await
}
