//! Each kind of network: a cluster in it is created, needs nothing more, and leaves nothing behind.

use eks_core::{Cluster, Error, IpFamily, Nat, NewNetwork, NodeGroup, NodeGroupStatus, Scaling};
use tests::{Stage, accepted_writes, left, living, made};

/// Creates, plans to nothing, deletes to an empty account.
fn lives(stage: &Stage, cluster: &Cluster) -> Result<(), Error> {
    let info = stage.create(cluster)?;
    for group in &info.node_groups {
        assert_eq!(group.status, NodeGroupStatus::Active, "{}", group.name);
    }
    let wanted: usize = info.node_groups.iter().map(|group| group.desired as usize).sum();
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), wanted);
    let before = accepted_writes(&stage.sim).len();
    let plan = stage.plan(cluster)?;
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(stage.create(cluster)?, info);
    assert_eq!(accepted_writes(&stage.sim).len(), before);
    Ok(())
}

fn goes(stage: &Stage, name: &str) -> Result<(), Error> {
    let report = stage.delete(name)?;
    assert!(report.found);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

fn in_network(network: NewNetwork) -> Result<Cluster, Error> {
    let group = NodeGroup::builder().name("web").scaling(Scaling::fixed(2));
    Cluster::builder().name("shop").network(network).node_group(group.build()?).build()
}

#[test]
fn a_private_cluster_has_endpoints_instead_of_nat() -> Result<(), Error> {
    let stage = Stage::default();
    let network = NewNetwork::builder().nat(Nat::None).private_endpoints().build()?;
    lives(&stage, &in_network(network)?)?;
    let there = living(&stage.sim);
    assert_eq!(there.get("AWS::EC2::VPCEndpoint"), Some(&10));
    assert_eq!(there.get("AWS::EC2::Subnet"), Some(&3));
    for kind in ["AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP"] {
        assert_eq!(there.get(kind), None, "{kind}");
    }
    goes(&stage, "shop")
}

#[test]
fn a_nat_gateway_for_each_zone() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("web").subnets(eks_core::NodeSubnets::Private);
    let network = NewNetwork::builder().nat(Nat::PerZone).build()?;
    let cluster = Cluster::builder().name("shop").network(network).node_group(group.build()?).build()?;
    lives(&stage, &cluster)?;
    assert_eq!(living(&stage.sim).get("AWS::EC2::NatGateway"), Some(&3));
    goes(&stage, "shop")?;
    assert_eq!(made(&stage.sim).get("AWS::EC2::NatGateway"), Some(&3), "nothing was made twice");
    Ok(())
}

#[test]
fn an_ipv6_cluster() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("web").scaling(Scaling::fixed(2)).build()?;
    let cluster = Cluster::builder().name("shop").ip_family(IpFamily::Ipv6).node_group(group).build()?;
    lives(&stage, &cluster)?;
    let (eks, ec2) = (stage.eks_api(), stage.ec2());
    let (config, blocks) = stage.run(move || async move {
        let cluster = eks.describe_cluster().name("shop").send().await.expect("the cluster").cluster;
        let cluster = cluster.expect("the cluster");
        let ids = cluster.resources_vpc_config().expect("its network").subnet_ids().to_vec();
        let subnets = ec2.describe_subnets().set_subnet_ids(Some(ids)).send().await.expect("subnets");
        let blocks: std::collections::BTreeSet<String> = subnets
            .subnets()
            .iter()
            .flat_map(|subnet| subnet.ipv6_cidr_block_association_set())
            .filter_map(|it| it.ipv6_cidr_block().map(str::to_owned))
            .collect();
        (cluster.kubernetes_network_config, blocks)
    });
    let config = config.expect("a network");
    assert_eq!(config.ip_family().map(|it| it.as_str()), Some("ipv6"));
    assert!(config.service_ipv6_cidr().is_some_and(|cidr| cidr.starts_with("fd")));
    assert_eq!(blocks.len(), 6, "a /64 for each subnet: {blocks:?}");
    assert_eq!(living(&stage.sim).get("AWS::EC2::EgressOnlyInternetGateway"), Some(&1));
    goes(&stage, "shop")
}
