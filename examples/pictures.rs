//! A plan as pictures, for a page or a slide. On the simulator the cluster is made, too, and expected stands beside actual.
//!
//! `cargo run --example pictures` writes them into a folder of its own; `--aws` only plans, on AWS, which costs nothing.

use std::path::Path;
use std::{fs, io};

use eks_core::{Cluster, FargateProfile, NodeGroup, Scaling};
use examples::{Account, Args};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args = Args::read();
    let account = Account::choose(args.aws);
    println!("Running on {}.\n", account.describe());
    let eks = account.eks().await?;

    let web = NodeGroup::builder()
        .name("web")
        .instance_type("m5.large")
        .scaling(Scaling::between(1, 4).desired(2))
        .build()?;
    let cluster = Cluster::builder()
        .name("shop")
        .node_group(web)
        .fargate_profile(FargateProfile::builder().name("jobs").namespace("jobs").build()?)
        .build()?;
    let plan = eks.plan(&cluster).await?;

    let folder = tempfile::tempdir()?.keep();
    save(&folder, "map.svg", &plan.map_svg().unwrap_or_default())?;
    save(&folder, "map.mmd", &plan.map_mermaid().unwrap_or_default())?;
    save(&folder, "timeline.svg", &plan.timeline_svg())?;
    save(&folder, "timeline.mmd", &plan.timeline_mermaid())?;
    if matches!(account, Account::Simulated(_)) {
        let mut create = eks.create(&cluster);
        while create.next_event().await.is_some() {}
        let plan = create.plan().ok_or("an operation that has begun has a plan")?;
        create.await?;
        save(&folder, "progress.svg", &plan.progress_svg())?;
    }
    Ok(())
}

fn save(folder: &Path, name: &str, picture: &str) -> io::Result<()> {
    let path = folder.join(name);
    fs::write(&path, picture)?;
    println!("Wrote {}", path.display());
    Ok(())
}
