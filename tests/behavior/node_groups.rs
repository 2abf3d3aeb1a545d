//! What a node group can have beside a size: each gets to AWS, needs nothing more, and leaves nothing behind.

use aws_sdk_ec2::types::Instance;
use eks_core::{
    Capacity, Cluster, Error, ErrorKind, HttpTokens, MetadataOptions, NewNetwork, NodeGroup, NodeGroupStatus,
    NodeRepairConfig, Scaling,
};
use tests::{Stage, left, writes};

/// Creates a cluster with this group, plans to nothing, and gives the group and one of its instances.
fn life(stage: &Stage, group: NodeGroup) -> Result<(aws_sdk_eks::types::Nodegroup, Option<Instance>), Error> {
    let name = group.name.clone().unwrap_or_default();
    let cluster = Cluster::builder().name("shop").node_group(group).build()?;
    let info = stage.create(&cluster)?;
    assert_eq!(info.node_groups[0].status, NodeGroupStatus::Active);
    let plan = stage.plan(&cluster)?;
    assert!(plan.is_empty(), "{plan}");
    let call = stage.eks_api().describe_nodegroup().cluster_name("shop").nodegroup_name(name);
    let group = stage.run(move || call.send()).expect("described").nodegroup.expect("a group");
    let call = stage.ec2().describe_instances();
    let instances = stage.run(move || call.send()).expect("described");
    let instance = instances.reservations().iter().flat_map(|it| it.instances()).next().cloned();
    Ok((group, instance))
}

fn goes(stage: &Stage) -> Result<(), Error> {
    stage.delete("shop")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn accelerators_choose_the_image() -> Result<(), Error> {
    for (instance_type, image) in [
        ("g5.xlarge", "AL2023_x86_64_NVIDIA"),
        ("m6g.large", "AL2023_ARM_64_STANDARD"),
        ("m5.large", "AL2023_x86_64_STANDARD"),
    ] {
        let stage = Stage::default();
        let group = NodeGroup::builder().name("web").instance_type(instance_type).scaling(Scaling::fixed(1));
        let (group, _) = life(&stage, group.build()?)?;
        assert_eq!(group.ami_type().map(|it| it.as_str()), Some(image), "{instance_type}");
        goes(&stage)?;
    }
    Ok(())
}

#[test]
fn a_launch_template_has_what_the_group_asks_for() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder()
        .name("web")
        .scaling(Scaling::fixed(1))
        .metadata_options(MetadataOptions {
            http_tokens: Some(HttpTokens::Required),
            http_put_response_hop_limit: Some(1),
            ..MetadataOptions::default()
        })
        .node_repair_config(NodeRepairConfig { enabled: Some(true), ..NodeRepairConfig::default() })
        .own_role(true)
        .tag("team", "blue");
    let (group, instance) = life(&stage, group.build()?)?;
    assert_eq!(group.node_repair_config().and_then(|it| it.enabled()), Some(true));
    let instance = instance.expect("a node");
    let options = instance.metadata_options().expect("options");
    assert_eq!(options.http_put_response_hop_limit(), Some(1));
    let tags: Vec<_> = instance.tags().iter().filter_map(|tag| tag.key().zip(tag.value())).collect();
    assert!(tags.contains(&("team", "blue")), "{tags:?}");
    let role = group.node_role().unwrap_or_default();
    assert!(role.contains("web"), "its own stack's role: {role}");
    goes(&stage)
}

#[test]
fn an_image_of_ones_own_is_told_of_its_cluster() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("web").scaling(Scaling::fixed(1)).ami("ami-0123456789abcdef0");
    let (group, _) = life(&stage, group.build()?)?;
    assert_eq!(group.ami_type().map(|it| it.as_str()), Some("CUSTOM"));
    goes(&stage)
}

#[test]
fn spot_is_spot() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("web").instance_type("m5.large").instance_type("m5a.large");
    let (group, _) = life(&stage, group.capacity(Capacity::Spot).build()?)?;
    assert_eq!(group.capacity_type().map(|it| it.as_str()), Some("SPOT"));
    goes(&stage)
}

#[test]
fn an_ssh_key_that_is_not_there_is_refused_before_the_first_write() -> Result<(), Error> {
    let stage = Stage::default();
    let group = || NodeGroup::builder().name("web").scaling(Scaling::fixed(1)).ssh_key("me");
    let cluster = Cluster::builder().name("shop").node_group(group().build()?).build()?;
    let error = stage.create(&cluster).expect_err("refused");
    let said = "nodeGroups[0].sshKey: `me` must be an EC2 key pair of this region and account";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidSpec, said));
    assert_eq!(writes(&stage.sim), Vec::<String>::new());

    let call = stage.ec2().create_key_pair().key_name("me");
    stage.run(move || call.send()).expect("a key pair");
    let (_, instance) = life(&stage, group().build()?)?;
    assert_eq!(instance.expect("a node").key_name(), Some("me"));
    stage.delete("shop")?;
    assert_eq!(left(&stage.sim).len(), 1, "the key pair");
    Ok(())
}

#[test]
fn a_capacity_block_is_one_that_is_there_and_fits() -> Result<(), Error> {
    let stage = Stage::default();
    let (block, zone) = stage.capacity_block("p5.48xlarge", 2);
    let group = |kind: &str, count: u32, id: &str| {
        let group = NodeGroup::builder().name("web").instance_type(kind).scaling(Scaling::fixed(count));
        group.capacity(Capacity::CapacityBlock).capacity_reservation_id(id).build()
    };
    let in_zones = |zones: [&str; 2]| NewNetwork::builder().zone(zones[0]).zone(zones[1]).build();
    let here = [zone.as_str(), "us-west-2b"];
    let elsewhere =
        format!("lie in a zone of the group's subnets (us-west-2b, us-west-2c), and lies in {zone}");
    for (group, zones, rule) in [
        (
            group("p5.48xlarge", 1, "cr-0123456789abcdef0")?,
            here,
            "be a capacity reservation of this region and account",
        ),
        (group("p4d.24xlarge", 1, &block)?, here, "have instances of p4d.24xlarge, and has p5.48xlarge"),
        (group("p5.48xlarge", 3, &block)?, here, "have 3 instances, and has 2"),
        (group("p5.48xlarge", 1, &block)?, ["us-west-2b", "us-west-2c"], elsewhere.as_str()),
    ] {
        let cluster = Cluster::builder().name("shop").network(in_zones(zones)?).node_group(group).build()?;
        let error = stage.plan(&cluster).expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::InvalidSpec, "{error}");
        let broken = &error.violations()[0];
        assert_eq!(
            (broken.field.as_str(), broken.rule.as_str()),
            ("nodeGroups[0].capacityReservationId", rule)
        );
    }
    let cluster = Cluster::builder().name("shop").network(in_zones(here)?);
    let cluster = cluster.node_group(group("p5.48xlarge", 2, &block)?).build()?;
    let info = stage.create(&cluster)?;
    assert_eq!((info.node_groups[0].status, info.nodes.len()), (NodeGroupStatus::Active, 2));
    assert!(stage.plan(&cluster)?.is_empty());
    stage.delete("shop")?;
    assert_eq!(left(&stage.sim), [format!("AWS::EC2::CapacityReservation {block}")]);
    Ok(())
}
