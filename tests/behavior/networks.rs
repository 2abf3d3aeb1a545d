//! Each kind of network: a cluster in it is created, needs nothing more, and leaves nothing behind.

use eks_core::{
    Cluster, ControlPlaneSubnets, Error, ErrorKind, FoundNetwork, GivenNetwork, IpFamily, Nat, NewNetwork,
    NodeGroup, NodeGroupStatus, Scaling, VpcFilter,
};
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

/// The subnets of the control plane, by what they are called.
fn of_control_plane(stage: &Stage) -> Result<Vec<String>, Error> {
    let (eks, ec2) = (stage.eks.clone(), stage.ec2());
    stage.run(move || async move {
        let ids = eks.describe("shop").await?.subnets;
        let subnets = ec2.describe_subnets().set_subnet_ids(Some(ids)).send().await.expect("subnets");
        let tags = subnets.subnets().iter().flat_map(|subnet| subnet.tags());
        let names = tags.filter(|tag| tag.key() == Some("Name")).filter_map(|tag| tag.value());
        Ok(names.filter_map(|name| name.split('/').nth(1)).map(str::to_owned).collect())
    })
}

#[test]
fn a_control_plane_is_in_the_subnets_that_it_is_told() -> Result<(), Error> {
    for (choice, kind) in
        [(ControlPlaneSubnets::Public, "SubnetPublic"), (ControlPlaneSubnets::Private, "SubnetPrivate")]
    {
        let stage = Stage::default();
        let network = NewNetwork::builder().control_plane_subnets(choice).build()?;
        lives(&stage, &in_network(network)?)?;
        let names = of_control_plane(&stage)?;
        assert_eq!(names.len(), 3);
        assert!(names.iter().all(|name| name.starts_with(kind)), "{names:?}");
        goes(&stage, "shop")?;
    }
    Ok(())
}

/// Subnets and security groups of its own, beside those that nodes are in.
#[test]
fn a_control_plane_in_subnets_that_are_its_own() -> Result<(), Error> {
    let stage = Stage::default();
    let given = stage.given_network();
    let (ec2, vpc) = (stage.ec2(), given.vpc.clone());
    let (own, group) = stage.run(move || async move {
        let mut own = Vec::new();
        for (zone, block) in [("us-west-2a", "10.20.200.0/28"), ("us-west-2b", "10.20.201.0/28")] {
            let subnet = ec2.create_subnet().vpc_id(&vpc).availability_zone(zone).cidr_block(block);
            own.extend(subnet.send().await.expect("a subnet").subnet.and_then(|it| it.subnet_id));
        }
        let group = ec2.create_security_group().vpc_id(vpc).group_name("plane").description("More");
        (own, group.send().await.expect("a group").group_id.expect("an id"))
    });
    let mut network = GivenNetwork::builder().security_group(&group).vpc(&given.vpc);
    for subnet in &given.subnets {
        network = network.private_subnet(subnet);
    }
    let network = network.control_plane_subnets(ControlPlaneSubnets::Given(own.clone())).build()?;
    let cluster = Cluster::builder().name("shop").network(network).no_node_groups().build()?;
    let plan = stage.plan(&cluster)?;
    let how = plan.contents.iter().find(|it| it.what == "control plane").map(|it| it.how.as_str());
    assert_eq!(how, Some(format!("in {}, also in {group}", own.join(", ")).as_str()));
    lives(&stage, &cluster)?;

    let call = stage.eks_api().describe_cluster().name("shop");
    let described = stage.run(move || call.send()).expect("described").cluster.expect("a cluster");
    let config = described.resources_vpc_config.expect("its network");
    assert_eq!((config.subnet_ids(), config.security_group_ids()), (&own[..], &[group][..]));
    stage.delete("shop")?;
    Ok(())
}

fn find(stage: &Stage, wanted: VpcFilter) -> Result<FoundNetwork, Error> {
    let eks = stage.eks.clone();
    stage.run(move || async move { eks.find_network(wanted).await })
}

#[test]
fn a_vpc_is_found_by_id_and_by_tag_with_its_subnets_sorted() -> Result<(), Error> {
    let stage = Stage::default();
    // Somebody else's, as far as what follows is concerned.
    stage.create(&Cluster::builder().name("shop").no_node_groups().build()?)?;
    let named = |name: &str| VpcFilter::tagged("Name", name);
    let stack = stage.run({
        let cloudformation = stage.cloudformation();
        move || cloudformation.describe_stacks().send()
    });
    let stack = stack.expect("described").stacks()[0].stack_name().unwrap_or_default().to_owned();

    let found = find(&stage, named(&format!("{stack}/VPC")))?;
    assert_eq!(found.cidrs, ["192.168.0.0/16"]);
    let counts = (found.network.public_subnets.len(), found.network.private_subnets.len());
    assert_eq!(counts, (3, 3));
    assert_eq!(find(&stage, VpcFilter::id(&found.vpc))?, found);
    let inner = VpcFilter::id(&found.vpc).subnets_tagged("kubernetes.io/role/internal-elb", "1");
    assert_eq!(find(&stage, inner)?.network.public_subnets, Vec::<String>::new());

    // What was found is a network for a spec, and another VPC keeps clear of it.
    let group = NodeGroup::builder().name("web").subnets(eks_core::NodeSubnets::Private).build()?;
    let guest = Cluster::builder().name("guest").network(found.network).node_group(group).build()?;
    lives(&stage, &guest)?;
    let apart = NewNetwork::builder().apart_from(&found.cidrs[0]).build()?;
    lives(&stage, &Cluster::builder().name("peer").network(apart).build()?)?;
    assert_eq!(find(&stage, named(&peer_vpc(&stage)))?.cidrs, ["10.0.0.0/16"]);
    Ok(())
}

/// What the VPC of the cluster `peer` is called.
fn peer_vpc(stage: &Stage) -> String {
    let ec2 = stage.ec2();
    let vpcs = stage.run(move || ec2.describe_vpcs().send()).expect("described").vpcs.unwrap_or_default();
    let tags = vpcs.iter().flat_map(|vpc| vpc.tags()).filter(|tag| tag.key() == Some("Name"));
    let names = tags.filter_map(|tag| tag.value()).find(|name| name.contains("-peer-"));
    names.expect("it has a name").to_owned()
}

#[test]
fn none_and_more_than_one_are_errors_that_say_so() -> Result<(), Error> {
    let stage = Stage::default();
    let none = find(&stage, VpcFilter::tagged("Name", "nobody's")).expect_err("there is none");
    assert_eq!(none.kind(), ErrorKind::NotFound);
    for name in ["one", "two"] {
        stage.create(&Cluster::builder().name(name).no_node_groups().tag("team", "blue").build()?)?;
    }
    let both = find(&stage, VpcFilter::tagged("team", "blue")).expect_err("there are two");
    assert_eq!(both.kind(), ErrorKind::InvalidSpec);
    assert_eq!(both.message().matches("vpc-").count(), 2, "{both}");
    Ok(())
}
