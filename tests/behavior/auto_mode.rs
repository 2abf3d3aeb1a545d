//! EKS Auto Mode: no node group, no add-on, no node to wait for; and beside node groups.

use eks_core::{AutoMode, Cluster, Error, NewNetwork, NodeGroup, NodePool, Scaling};
use tests::{Stage, left, living, made};

fn described(stage: &Stage) -> aws_sdk_eks::types::Cluster {
    let call = stage.eks_api().describe_cluster().name("web");
    stage.run(move || call.send()).expect("described").cluster.expect("a cluster")
}

/// What the attached policies of the role at the end of this ARN are called.
fn policies(stage: &Stage, role_arn: &str) -> Vec<String> {
    let name = role_arn.rsplit('/').next().unwrap_or_default().to_owned();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let attached = stage.run(move || iam.list_attached_role_policies().role_name(name).send());
    let attached = attached.expect("listed").attached_policies.unwrap_or_default();
    let mut names: Vec<String> = attached.into_iter().filter_map(|policy| policy.policy_name).collect();
    names.sort();
    names
}

#[test]
fn it_is_created_without_nodes_and_leaves_nothing() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").auto_mode(AutoMode::enabled()).build()?;
    let plan = stage.plan(&cluster)?;
    let content = plan.contents.iter().find(|it| it.what == "Auto Mode").map(|it| it.how.as_str());
    assert_eq!(content, Some("node pools general-purpose, system"));
    let said = "Auto Mode: nodes come with the first pod that needs one, and none is waited for; EKS brings \
                networking, DNS, disks and load balancers, and takes about 12 % of the on-demand price of its \
                instances beside that price";
    assert_eq!(plan.notes, [said]);

    let nodes = "Auto Mode's nodes, at the on-demand price of their types and about 12 % of it";
    assert!(plan.cost.as_ref().is_some_and(|cost| cost.by_use[0] == nodes), "{:?}", plan.cost);

    let info = stage.create(&cluster)?;
    assert!(info.auto_mode);
    assert_eq!((info.node_groups.len(), info.addons.len(), info.nodes.len()), (0, 0, 0));
    assert_eq!(info.subnets.len(), 3, "the private ones");
    info.kubeconfig()?;

    let described = described(&stage);
    let compute = described.compute_config().expect("compute");
    assert_eq!((compute.enabled(), compute.node_pools().len()), (Some(true), 2));
    let disks = described.storage_config().and_then(|storage| storage.block_storage());
    assert_eq!(disks.and_then(|disks| disks.enabled()), Some(true));
    let network = described.kubernetes_network_config().expect("a network");
    assert_eq!(network.elastic_load_balancing().and_then(|it| it.enabled()), Some(true));
    // facts/aws.md §11.2
    assert_eq!(
        policies(&stage, &info.role_arn),
        [
            "AmazonEKSBlockStoragePolicy",
            "AmazonEKSClusterPolicy",
            "AmazonEKSComputePolicy",
            "AmazonEKSLoadBalancingPolicy",
            "AmazonEKSNetworkingPolicy",
            "AmazonEKSVPCResourceController"
        ]
    );
    let nodes = compute.node_role_arn().expect("a role");
    assert_eq!(
        policies(&stage, nodes),
        ["AmazonEC2ContainerRegistryPullOnly", "AmazonEKSWorkerNodeMinimalPolicy"]
    );

    assert!(stage.plan(&cluster)?.is_empty());
    assert_eq!(stage.create(&cluster)?, info);
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(made(&stage.sim).get("AWS::EC2::Instance"), None);
    Ok(())
}

#[test]
fn it_has_a_role_of_ones_own_or_no_pool_at_all() -> Result<(), Error> {
    let stage = Stage::default();
    let bare = Cluster::builder().name("web").auto_mode(AutoMode::enabled().no_node_pools()).build()?;
    stage.create(&bare)?;
    let compute = described(&stage).compute_config.expect("compute");
    assert_eq!((compute.node_pools(), compute.node_role_arn()), (&[][..], None));
    assert_eq!(living(&stage.sim).get("AWS::IAM::Role"), Some(&1));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());

    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": "ec2.amazonaws.com"}}]}"#;
    let made =
        stage.run(move || iam.create_role().role_name("mine").assume_role_policy_document(trust).send());
    let arn = made.expect("a role").role.expect("a role").arn;
    let mode = AutoMode::enabled().node_pool(NodePool::System).node_role_arn(&arn);
    stage.create(&Cluster::builder().name("web").auto_mode(mode).build()?)?;
    let compute = described(&stage).compute_config.expect("compute");
    assert_eq!(
        (compute.node_pools(), compute.node_role_arn()),
        (&["system".to_owned()][..], Some(arn.as_str()))
    );
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), ["AWS::IAM::Role mine"]);
    Ok(())
}

#[test]
fn node_groups_beside_it_have_the_usual_add_ons() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("batch").scaling(Scaling::fixed(1)).build()?;
    let network =
        NewNetwork::builder().control_plane_subnets(eks_core::ControlPlaneSubnets::Public).build()?;
    let cluster = Cluster::builder().name("web").auto_mode(AutoMode::enabled()).network(network);
    let cluster = cluster.node_group(group).build()?;
    let info = stage.create(&cluster)?;
    assert_eq!((info.nodes.len(), info.addons.len()), (1, 3));
    assert!(stage.plan(&cluster)?.is_empty());
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// A policy that others attached to the role of its nodes would stop the foundation's deletion (facts/aws.md §2.8).
#[test]
fn what_others_hung_on_its_role_is_taken_from_it() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::builder().name("web").auto_mode(AutoMode::enabled()).build()?)?;
    let compute = described(&stage).compute_config.expect("compute");
    let role = compute.node_role_arn().and_then(|arn| arn.rsplit('/').next()).expect("a role").to_owned();
    let iam = aws_sdk_iam::Client::new(&stage.sdk());
    let arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    stage.run(move || iam.attach_role_policy().role_name(role).policy_arn(arn).send()).expect("attached");
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
