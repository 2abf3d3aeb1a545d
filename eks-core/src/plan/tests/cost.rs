//! What of a spec is paid for, and what is not known.

use super::world;
use crate::observe::{Good, ListPrice, Observed, Prices};
use crate::plan::{Cost, cost};
use crate::spec::{
    Capacity, Cluster, ControlPlaneTier, FargateProfile, Nat, NewNetwork, NodeGroup, NodeSubnets, Scaling,
};

const REGION: &str = "us-west-2";

fn listed() -> Prices {
    let price = |dollars: f64| ListPrice { dollars, published: "2026-01-19".to_owned() };
    [
        (Good::NatGateway, price(0.045)),
        (Good::InterfaceEndpoint, price(0.01)),
        (Good::Gp3, price(0.08)),
        (Good::Instance("m5.large".to_owned()), price(0.096)),
        (Good::Instance("m5a.large".to_owned()), price(0.086)),
    ]
    .into()
}

fn of(spec: &Cluster, region: &str, prices: Prices) -> Cost {
    cost(Some(spec), region, &Observed { prices: Some(prices), ..world::nothing() })
        .expect("prices were asked for")
}

fn cluster(group: NodeGroup) -> Cluster {
    Cluster::builder().name("web").node_group(group).build().expect("valid")
}

fn group() -> NodeGroup {
    NodeGroup::builder()
        .name("web")
        .instance_type("m5.large")
        .scaling(Scaling::fixed(2))
        .build()
        .expect("valid")
}

#[test]
fn of_the_defaults() {
    let cost = of(&Cluster { name: Some("web".to_owned()), ..Cluster::default() }, REGION, listed());
    insta::assert_snapshot!(cost.to_string(), @"$0.37 an hour, $270 a month (list prices, the oldest of 2026-01-19): control plane $0.100, NAT gateway $0.045, 3 × public IPv4 address $0.015, 2 × m5.large $0.192, 2 × 80 GiB disk $0.018");
    let items: f64 = [0.10, 0.045, 3.0 * 0.005, 2.0 * 0.096, 2.0 * 80.0 * 0.08 / 730.0].iter().sum();
    assert!((cost.dollars_per_hour().expect("all is known") - items).abs() < 1e-9);
    assert!((cost.dollars_per_month().expect("all is known") - items * 730.0).abs() < 1e-6);
    assert_eq!(cost.as_of(), Some("2026-01-19"));
}

/// In the region of the data without a Price List, and elsewhere.
#[test]
fn what_nobody_told_is_unknown_and_no_sum_is_made() {
    let spec = cluster(group());
    for (region, unknown) in [
        ("us-east-1", &["2 × m5.large", "2 × 80 GiB disk"][..]),
        (REGION, &["NAT gateway", "2 × m5.large", "2 × 80 GiB disk"]),
    ] {
        let cost = of(&spec, region, Prices::new());
        assert_eq!(cost.unknown().map(ToString::to_string).collect::<Vec<_>>(), unknown, "{region}");
        assert_eq!((cost.dollars_per_hour(), cost.dollars_per_month()), (None, None));
        assert!(cost.known_dollars_per_hour() > 0.1);
        assert!(cost.to_string().starts_with("at least $"), "{cost}");
    }
    assert_eq!(cost(Some(&spec), REGION, &world::nothing()), None, "nobody asked");
}

#[test]
fn the_dearest_of_several_types_is_counted() {
    let either = NodeGroup { instance_types: vec!["m5a.large".into(), "m5.large".into()], ..group() };
    let cost = of(&cluster(either.clone()), REGION, listed());
    let nodes = cost.items.iter().find(|item| item.what == "m5a.large or m5.large").expect("an item");
    assert_eq!(nodes.dollars_per_hour(), Some(2.0 * 0.096));
    let stranger = NodeGroup { instance_types: vec!["m5.large".into(), "m9.large".into()], ..either };
    let cost = of(&cluster(stranger), REGION, listed());
    assert_eq!(cost.unknown().map(ToString::to_string).collect::<Vec<_>>(), ["2 × m5.large or m9.large"]);
}

#[test]
fn what_has_no_list_price_is_unknown() {
    let spot = NodeGroup { capacity: Some(Capacity::Spot), ..group() };
    let spec = Cluster { control_plane_tier: Some(ControlPlaneTier::Xl), ..cluster(spot) };
    let cost = of(&spec, REGION, listed());
    assert_eq!(
        cost.unknown().map(ToString::to_string).collect::<Vec<_>>(),
        ["control plane", "2 × m5.large"]
    );
}

#[test]
fn of_networks() {
    let new = |builder: NewNetwork| {
        Cluster::builder().name("web").network(builder).no_node_groups().build().expect("valid")
    };
    let said = |spec: &Cluster| {
        let cost = of(spec, REGION, listed());
        cost.items.iter().skip(1).map(ToString::to_string).collect::<Vec<_>>()
    };
    let per_zone = new(NewNetwork::builder().nat(Nat::PerZone).build().expect("valid"));
    assert_eq!(said(&per_zone), ["3 × NAT gateway $0.135", "3 × public IPv4 address $0.015"]);
    let private = new(NewNetwork::builder().nat(Nat::None).private_endpoints().build().expect("valid"));
    // Nine that are interfaces, in three zones; S3's is a gateway.
    assert_eq!(said(&private), ["27 × interface endpoint $0.270"]);
}

/// Nodes in public subnets have addresses of their own, those in private ones have not.
#[test]
fn of_addresses() {
    let addresses = |subnets: NodeSubnets| {
        let cost = of(&cluster(NodeGroup { subnets: Some(subnets), ..group() }), REGION, listed());
        cost.items.iter().find(|item| item.what == "public IPv4 address").map_or(0, |item| item.count)
    };
    assert_eq!((addresses(NodeSubnets::Public), addresses(NodeSubnets::Private)), (3, 1));
}

#[test]
fn what_is_paid_for_by_use_is_in_no_sum() {
    let profile = FargateProfile::builder().name("fp").namespace("default").build().expect("valid");
    let spec = Cluster::builder().name("web").fargate_profile(profile).build().expect("valid");
    let cost = of(&spec, "us-east-1", listed());
    assert_eq!(
        cost.by_use,
        ["Fargate pods, $0.04048 per vCPU and $0.004445 per GB an hour", "traffic through the NAT gateway"]
    );
    assert!(cost.dollars_per_hour().is_some());
}
