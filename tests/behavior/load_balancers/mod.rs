//! Load balancers that Kubernetes made (facts/aws.md §9, facts/failures.md A3, D1): they go with their cluster, whether
//! its API can be reached or not; other people's stay, and are named where they are in the way.

mod killed;
mod left_alone;
mod removed;

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, LoadBalancerTypeEnum, ProtocolEnum, Tag,
};
use eks_core::{Cluster, ClusterInfo};
use serde_json::json;
use tests::Stage;

const CLASSIC: &str = "AWS::ElasticLoadBalancing::LoadBalancer";
const V2: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";

fn cluster() -> Cluster {
    Cluster::builder().name("web").build().expect("the defaults are valid")
}

/// The tag of what the AWS load balancer controller makes.
fn of_controller(cluster: &str) -> [(&'static str, String); 1] {
    [("elbv2.k8s.aws/cluster", cluster.to_owned())]
}

/// A Service of type LoadBalancer `shop`, for which EKS's cloud controller has made a classic load balancer; or
/// another one, where `annotations` ask for it.
fn service(stage: &Stage, name: &str, annotations: &[(&str, &str)]) {
    let annotations: serde_json::Map<_, _> =
        annotations.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let service = json!({
        "metadata": { "name": name, "annotations": annotations },
        "spec": { "type": "LoadBalancer", "ports": [{ "port": 80 }] },
    });
    stage.keep("web", "/api/v1", "services", &service);
    stage.sim.advance(std::time::Duration::from_secs(20));
}

/// An Ingress that its controller, which is no more, would have to let go of.
fn held_ingress(stage: &Stage) {
    let ingress = json!({
        "metadata": { "name": "site", "finalizers": ["ingress.k8s.aws/resources"] },
        "spec": {
            "ingressClassName": "alb",
            "defaultBackend": { "service": { "name": "shop", "port": { "number": 80 } } },
        },
    });
    stage.keep("web", "/apis/networking.k8s.io/v1", "ingresses", &ingress);
}

fn tags(pairs: &[(&str, String)]) -> Option<Vec<Tag>> {
    let tag = |(key, value): &(&str, String)| Tag::builder().key(*key).value(value).build();
    (!pairs.is_empty()).then(|| pairs.iter().map(tag).collect())
}

/// The ARN of a load balancer in these subnets, with a target group and a listener, all of them tagged so.
fn balancer(
    stage: &Stage,
    name: &str,
    kind: LoadBalancerTypeEnum,
    (vpc, subnets): (&str, &[String]),
    pairs: &[(&str, String)],
) -> String {
    let elbv2 = stage.elbv2();
    let protocol = if kind == LoadBalancerTypeEnum::Network { ProtocolEnum::Tcp } else { ProtocolEnum::Http };
    let made = elbv2.create_load_balancer().name(name).r#type(kind).set_tags(tags(pairs));
    let made = made.scheme("internal".into()).set_subnets(Some(subnets.to_vec()));
    let group = elbv2.create_target_group().name(name).protocol(protocol.clone()).port(80).vpc_id(vpc);
    let group = group.set_tags(tags(pairs));
    let listener = elbv2.create_listener().protocol(protocol).port(80);
    stage.run(move || async move {
        let made = made.send().await.expect("made").load_balancers.unwrap_or_default();
        let arn = made[0].load_balancer_arn.clone().expect("an ARN");
        let group = group.send().await.expect("made").target_groups.unwrap_or_default();
        let group = group[0].target_group_arn.clone().expect("an ARN");
        let action = Action::builder().r#type(ActionTypeEnum::Forward).target_group_arn(group);
        let action = action.build();
        listener.load_balancer_arn(&arn).default_actions(action).send().await.expect("made");
        arn
    })
}

/// Two subnets of a cluster, in different zones.
fn place(info: &ClusterInfo) -> (&str, &[String]) {
    (info.vpc.as_deref().expect("it is in a VPC"), &info.subnets[..2])
}

/// Every accepted change to load balancers by whoever's name ends so, as operations.
fn changes(stage: &Stage, is_client: bool) -> Vec<String> {
    let ledger = stage.sim.ledger();
    let calls = ledger.calls.iter().filter(|call| call.service == "elasticloadbalancing");
    let calls = calls.filter(|call| call.index.is_some() == is_client && !tests::is_read(&call.operation));
    calls.map(|call| call.operation.clone()).collect()
}
