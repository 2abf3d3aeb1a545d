//! What CloudFormation is given. A change of these is a change of what users have in their accounts: clusters of
//! earlier versions must still be understood (`foundation::LAYOUT`).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::world::{self, ZONES};
use crate::observe::{ClusterState, ClusterStatus};
use crate::plan::{foundation, node_group_stack};
use crate::spec::{Capacity, Cluster, GivenNetwork, LogType, Nat, NewNetwork, NodeGroup};

fn zones() -> Vec<String> {
    ZONES.map(str::to_owned).to_vec()
}

fn template(spec: &Cluster, zones: &[String]) -> Value {
    let text = foundation::template(spec, &spec.defaulted(), zones).expect("a template");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn of_the_defaults() {
    let spec = Cluster::builder().name("shop").build().expect("valid");
    insta::assert_json_snapshot!(template(&spec, &zones()));
}

#[test]
fn of_given_subnets_has_roles_only() {
    let network =
        GivenNetwork::builder().private_subnet("subnet-1").private_subnet("subnet-2").build().expect("valid");
    let spec = Cluster::builder().name("shop").network(network).no_node_groups().build().expect("valid");
    insta::assert_json_snapshot!(template(&spec, &[]));
}

#[test]
fn of_logs_that_are_kept_has_their_group_and_of_others_has_none() {
    let spec = |days: Option<u32>| Cluster {
        logging: Some([LogType::Api].into()),
        log_retention_in_days: days,
        ..Cluster::builder().name("shop").build().expect("valid")
    };
    let group = &template(&spec(Some(90)), &zones())["Resources"]["ControlPlaneLogGroup"];
    let expected = json!({ "LogGroupName": "/aws/eks/shop/cluster", "RetentionInDays": 90 });
    assert_eq!((&group["Type"], &group["Properties"]), (&json!("AWS::Logs::LogGroup"), &expected));
    assert!(template(&spec(None), &zones())["Resources"].get("ControlPlaneLogGroup").is_none());
}

#[test]
fn of_one_nat_gateway_for_each_zone_and_of_none() {
    let count = |nat, kind: &str| {
        let network = NewNetwork::builder().nat(nat).build().expect("valid");
        let spec = Cluster::builder().name("shop").network(network).build().expect("valid");
        let template = template(&spec, &zones());
        let resources = template["Resources"].as_object().expect("an object").values();
        resources.filter(|resource| resource["Type"] == kind).count()
    };
    for (nat, gateways, routes) in [(Nat::None, 0, 1), (Nat::Single, 1, 4), (Nat::PerZone, 3, 4)] {
        assert_eq!(count(nat, "AWS::EC2::NatGateway"), gateways, "{nat:?}");
        assert_eq!(count(nat, "AWS::EC2::EIP"), gateways, "{nat:?}");
        assert_eq!(count(nat, "AWS::EC2::Route"), routes, "{nat:?}");
    }
}

#[test]
fn the_spec_in_the_metadata_is_the_one_that_was_given() {
    let template = template(&world::spec(), &zones());
    let spec = &template["Metadata"]["EksLifecycle"]["spec"];
    assert_eq!(Cluster::from_json(&spec.to_string()).expect("a spec"), world::spec());
}

#[test]
fn one_that_is_too_large_is_refused_by_name_of_the_limit() {
    let group = |index: usize| {
        let group = NodeGroup::builder().name(format!("group-{index}"));
        let group = (0..40).fold(group, |group, label| group.label(format!("label-{label}"), "x".repeat(60)));
        group.build().expect("valid")
    };
    let mut spec = Cluster::builder().name("shop").build().expect("valid");
    spec.node_groups = Some((0..20).map(group).collect());
    let error = foundation::template(&spec, &spec.defaulted(), &zones()).expect_err("too large");
    assert!(error.message().contains("CloudFormation takes 51200"), "{error}");
}

#[test]
fn of_a_node_group() {
    let group = NodeGroup::builder().name("web").tag("team", "shop").build().expect("valid");
    let text = node_group_stack::template(&shop(), &group, None, None).expect("needs no cluster");
    insta::assert_json_snapshot!(serde_json::from_str::<Value>(&text).expect("JSON"));
}

#[test]
fn of_a_node_group_with_a_custom_image_and_a_role() {
    let group = NodeGroup::builder()
        .name("web")
        .ami("ami-1")
        .security_group("sg-9")
        .ssh_key("me")
        .policy_arn("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
        .build()
        .expect("valid");
    assert_eq!(node_group_stack::template(&shop(), &group, None, None), None);
    let young = world::cluster(ClusterStatus::Creating);
    let young = ClusterState { endpoint: None, ..young };
    assert_eq!(node_group_stack::template(&shop(), &group, Some(&young), None), None);

    let cluster = ClusterState {
        name: "shop".to_owned(),
        endpoint: Some("https://1.example".to_owned()),
        certificate_authority: Some("Q0E=".to_owned()),
        service_cidr: Some("10.100.0.0/16".to_owned()),
        security_group: Some("sg-cluster".to_owned()),
        ..world::cluster(ClusterStatus::Active)
    };
    let text = node_group_stack::template(&shop(), &group, Some(&cluster), None).expect("all is known");
    let template: Value = serde_json::from_str(&text).expect("JSON");
    let data = &template["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"];
    assert_eq!(data["ImageId"], "ami-1");
    assert_eq!(data["KeyName"], "me");
    assert_eq!(data["SecurityGroupIds"], json!(["sg-cluster", "sg-9"]));
    let user_data = BASE64_STANDARD.decode(data["UserData"].as_str().expect("text")).expect("base64");
    insta::assert_snapshot!(String::from_utf8(user_data).expect("UTF-8"));
    let policies = &template["Resources"]["NodeInstanceRole"]["Properties"]["ManagedPolicyArns"];
    assert_eq!(policies.as_array().map(Vec::len), Some(5));
}

#[test]
fn of_a_node_group_in_a_capacity_block() {
    let group = NodeGroup::builder()
        .name("training")
        .instance_type("p5.48xlarge")
        .capacity(Capacity::CapacityBlock)
        .capacity_reservation_id("cr-1")
        .build()
        .expect("valid");
    let text = node_group_stack::template(&shop(), &group, None, None).expect("needs no cluster");
    let template: Value = serde_json::from_str(&text).expect("JSON");
    let data = &template["Resources"]["LaunchTemplate"]["Properties"]["LaunchTemplateData"];
    assert_eq!(data["InstanceType"], "p5.48xlarge");
    assert_eq!(data["InstanceMarketOptions"], json!({ "MarketType": "capacity-block" }));
    let target = json!({ "CapacityReservationTarget": { "CapacityReservationId": "cr-1" } });
    assert_eq!(data["CapacityReservationSpecification"], target);
}

fn shop() -> Cluster {
    Cluster { name: Some("shop".to_owned()), ..Cluster::default() }
}
