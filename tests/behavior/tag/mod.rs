//! Cost allocation tags on everything of a cluster: whoever made it, whatever dies or is denied on the way.

mod billing;
mod denied;
mod killed;
mod whole;

use std::collections::BTreeMap;

use eks_core::{Cluster, Error, FargateProfile, LogType, NodeGroup, Scaling, TagChange, TagReport};
use serde_json::json;
use tests::Stage;

type Tags = BTreeMap<String, String>;

/// Two groups, one of them with a tag of its own, a Fargate profile, logs.
fn cluster() -> Cluster {
    let group = |name: &str| NodeGroup::builder().name(name).scaling(Scaling::between(1, 4).desired(2));
    let web = group("web").build().expect("valid");
    let orders = group("orders").tag("team", "orders").build().expect("valid");
    let jobs = FargateProfile::builder().name("jobs").namespace("jobs").build().expect("valid");
    let cluster = Cluster::builder().name("web").node_group(web).node_group(orders).fargate_profile(jobs);
    cluster.logging([LogType::Api]).build().expect("valid")
}

/// The cluster, with a classic load balancer and a network one that its Kubernetes has made.
fn stage() -> Result<Stage, Error> {
    let stage = Stage::default();
    stage.create(&cluster())?;
    service(&stage, "shop", &json!({}));
    service(&stage, "api", &json!({ "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" }));
    Ok(stage)
}

/// A Service of type LoadBalancer, for which EKS's cloud controller has made a load balancer.
fn service(stage: &Stage, name: &str, annotations: &serde_json::Value) {
    let service = json!({
        "metadata": { "name": name, "annotations": annotations },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
    });
    stage.keep("web", "/api/v1", "services", &service);
    stage.sim.advance(std::time::Duration::from_secs(20));
}

fn change() -> TagChange {
    TagChange::set("cost-center", "4711")
}

fn tag(stage: &Stage, change: &TagChange) -> Result<TagReport, Error> {
    let tag = stage.eks.tag("web", change);
    stage.run(move || tag)
}

/// What the report says of each kind: how many carry the tags.
fn counts(report: &TagReport) -> Vec<(&str, usize)> {
    report.tagged.iter().map(|things| (things.kind.as_str(), things.names.len())).collect()
}

fn map(tags: Vec<aws_sdk_ec2::types::Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).collect()
}

/// The tags of all instances that are not on their way out.
fn instances(stage: &Stage) -> BTreeMap<String, Tags> {
    let ec2 = stage.ec2();
    stage.run(move || async move {
        let seen = ec2.describe_instances().send().await.expect("described").reservations.unwrap_or_default();
        let all = seen.into_iter().flat_map(|it| it.instances.unwrap_or_default());
        let name = |it: &aws_sdk_ec2::types::Instance| {
            it.state().and_then(|state| state.name()).map(|name| name.as_str().to_owned())
        };
        all.filter(|it| name(it).is_some_and(|name| name == "running" || name == "pending"))
            .map(|it| (it.instance_id.unwrap_or_default(), map(it.tags.unwrap_or_default())))
            .collect()
    })
}

/// The tags of all volumes.
fn volumes(stage: &Stage) -> BTreeMap<String, Tags> {
    let ec2 = stage.ec2();
    stage.run(move || async move {
        let seen = ec2.describe_volumes().send().await.expect("described").volumes.unwrap_or_default();
        seen.into_iter()
            .map(|it| (it.volume_id.unwrap_or_default(), map(it.tags.unwrap_or_default())))
            .collect()
    })
}

fn has(tags: &Tags, key: &str, value: &str) -> bool {
    tags.get(key).is_some_and(|it| it == value)
}
