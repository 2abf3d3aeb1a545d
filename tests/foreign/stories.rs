//! Stories 1 to 5 in an account that somebody else simulates, at the endpoint in `AWS_ENDPOINT_URL`.
//!
//! Such an account has no Kubernetes behind its clusters and, like moto, neither add-ons nor a list of versions: the
//! version is given, the rest switched off. Story 3 is deleted again: the others' networks need a route table, which
//! moto cannot delete (facts/aws.md §12). `tests/witness/test_moto.py` starts the account and looks at what came of it.

mod hurried;

use eks_core::{
    Cluster, CreateOptions, Eks, FargateProfile, GivenNetwork, NodeGroup, Result, Scaling, Taint,
};
use examples::PrivateNetwork;
use hurried::Hurried;

const VERSION: &str = "1.34";

#[tokio::main]
async fn main() -> Result<()> {
    let eks = Eks::builder().time(Hurried::now(), Hurried::now()).load().await?;
    for cluster in [defaults()?, named()?, fargate()?, mixed()?] {
        create(&eks, &cluster).await?;
    }
    let config = eks.sdk_config();
    let network = PrivateNetwork::make(&config).await?;
    create(&eks, &given(&network)?).await?;
    eks.delete("story-3").await?;
    network.delete(&config).await?;
    println!("deleted story-3");
    Ok(())
}

async fn create(eks: &Eks, cluster: &Cluster) -> Result<()> {
    let options = CreateOptions::default().without_kubernetes();
    let info = eks.create_with(cluster, options.clone()).await?;
    println!("created {}", info.name);
    // Nothing is made twice.
    eks.create_with(cluster, options).await.map(drop)
}

/// The group is that of a cluster with no options.
fn defaults() -> Result<Cluster> {
    Cluster::builder().name("story-1").version(VERSION).no_addons().build()
}

fn named() -> Result<Cluster> {
    let group =
        NodeGroup::builder().name("kubelabs-group").instance_type("t2.micro").scaling(Scaling::fixed(2));
    Cluster::builder().name("story-2").version(VERSION).no_addons().node_group(group.build()?).build()
}

fn given(network: &PrivateNetwork) -> Result<Cluster> {
    let given = network.subnets.iter().fold(GivenNetwork::builder(), |given, id| given.private_subnet(id));
    let cluster = Cluster::builder().name("story-3").version(VERSION).no_addons().no_node_groups();
    cluster.network(given.build()?).build()
}

fn fargate() -> Result<Cluster> {
    let profile =
        FargateProfile::builder().name("fp-default").namespace("default").namespace("kube-system").build()?;
    Cluster::builder().name("story-4").version(VERSION).no_addons().fargate_profile(profile).build()
}

fn mixed() -> Result<Cluster> {
    let group = |app: &str| {
        NodeGroup::builder()
            .name(app)
            .scaling(Scaling::between(1, 4))
            .label("app", app)
            .taint(Taint::no_schedule("app", app))
            .build()
    };
    let profile = FargateProfile::builder().name("jobs").namespace("jobs").build()?;
    let cluster = Cluster::builder().name("story-5").version(VERSION).no_addons();
    cluster.node_group(group("web")?).node_group(group("batch")?).fargate_profile(profile).build()
}
