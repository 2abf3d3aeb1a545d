//! Fargate beside nodes: each of two applications has a group of its own, which lets nobody else in.
//!
//! `cargo run --example group_per_application`, with the options of `quickstart`.

use eks_core::{Cluster, FargateProfile, NodeGroup, Result, Scaling, Taint};
use examples::{Account, Args, delete_unless_kept, show, watch};

/// One to four nodes for one application, labelled and tainted with its name.
fn group_for(application: &str) -> Result<NodeGroup> {
    NodeGroup::builder()
        .name(application)
        .label("app", application)
        .taint(Taint::no_schedule("app", application))
        .scaling(Scaling::between(1, 4).desired(1))
        .build()
}

#[tokio::main]
async fn main() -> Result<()> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    // Story 5. coredns tolerates neither taint: it runs on Fargate, like the namespace `web`.
    let groups = [group_for("orders")?, group_for("invoices")?];
    let profile = FargateProfile::builder().name("web").namespace("web").namespace("kube-system").build()?;
    let builder = Cluster::builder().name("mixed-cluster").fargate_profile(profile);
    let cluster = groups.iter().cloned().fold(builder, |cluster, group| cluster.node_group(group)).build()?;
    println!("{}\n", eks.plan(&cluster).await?);
    let info = watch(eks.create(&cluster), args.pace(&account)).await?;
    show(&info);

    for group in &groups {
        let application = group.name.as_deref().unwrap_or_default();
        print!("\nPods of {application} need this in their spec:\n\n{}", group.scheduling());
    }

    delete_unless_kept(&eks, &info, &account, &args).await
}
