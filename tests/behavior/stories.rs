//! The stories of the README. The names of scenarios are the same in every language.

use std::collections::BTreeMap;

use eks_core::simulator::Simulator;
use eks_core::{
    AddonStatus, Cluster, ClusterInfo, ClusterStatus, Error, EventKind, FargateProfile, FargateProfileStatus,
    GivenNetwork, NodeGroup, NodeGroupStatus, Scaling, StepState, Taint,
};
use tests::{REGION, Stage, accepted_writes, left, living, made, refused_writes, writes};

/// What is in an account, by kind.
fn kinds(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    expected.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect()
}

/// Writes that were refused, but for the control plane's while its role is still spreading: in express mode it is
/// asked for as soon as the role is there (facts/aws.md §2.3).
fn refused_but_early(sim: &Simulator) -> Vec<String> {
    let early = "eks:CreateCluster InvalidParameterException";
    refused_writes(sim).into_iter().filter(|refused| refused != early).collect()
}

/// Names and states of add-ons.
fn addons(info: &ClusterInfo) -> Vec<(&str, AddonStatus)> {
    info.addons.iter().map(|addon| (addon.name.as_str(), addon.status)).collect()
}

/// Everything that a cluster with its own network in three zones and one group of two nodes consists of.
const ALL_OF_STORY_1: &[(&str, usize)] = &[
    ("AWS::AutoScaling::AutoScalingGroup", 1),
    ("AWS::CloudFormation::Stack", 2),
    ("AWS::EC2::EIP", 1),
    ("AWS::EC2::Instance", 2),
    ("AWS::EC2::InternetGateway", 1),
    ("AWS::EC2::LaunchTemplate", 1),
    ("AWS::EC2::NatGateway", 1),
    // Three of the control plane, one of each node and of the NAT gateway.
    ("AWS::EC2::NetworkInterface", 6),
    ("AWS::EC2::RouteTable", 4),
    // Ours, and the one that EKS makes for the cluster.
    ("AWS::EC2::SecurityGroup", 2),
    ("AWS::EC2::Subnet", 6),
    ("AWS::EC2::VPC", 1),
    // The disk of each node.
    ("AWS::EC2::Volume", 2),
    ("AWS::EKS::Addon", 3),
    ("AWS::EKS::Cluster", 1),
    ("AWS::EKS::Nodegroup", 1),
    ("AWS::IAM::InstanceProfile", 1),
    ("AWS::IAM::Role", 2),
];

#[test]
fn story_1_defaults() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().build()?;
    let name = cluster.name.clone().expect("a name was chosen");

    let (events, info) = stage.watch(stage.eks.create(&cluster));
    let info = info?;
    assert_eq!(info.name, name);
    assert_eq!(info.region, REGION);
    assert_eq!(info.status, ClusterStatus::Active);
    assert_eq!(info.version, "1.36", "what EKS calls its default");
    assert_eq!(info.node_groups.len(), 1);
    let group = &info.node_groups[0];
    assert_eq!((group.status, group.min, group.max, group.desired), (NodeGroupStatus::Active, 2, 2, 2));
    assert_eq!(group.instance_types, ["m5.large"]);
    assert_eq!(info.nodes.len(), 2);
    assert!(info.nodes.iter().all(|node| node.ready && node.node_group.as_deref() == Some(&group.name)));
    assert_eq!(
        addons(&info),
        [
            ("coredns", AddonStatus::Active),
            ("kube-proxy", AddonStatus::Active),
            ("vpc-cni", AddonStatus::Active)
        ]
    );
    assert_eq!(info.subnets.len(), 6);
    assert_eq!(living(&stage.sim), kinds(ALL_OF_STORY_1));
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    assert!(matches!(events.first().map(|event| &event.kind), Some(EventKind::Planned { .. })));
    assert_eq!(events.last().map(|event| &event.kind), Some(&EventKind::Finished));

    let (events, report) = stage.watch(stage.eks.delete(&name));
    let report = report?;
    assert!(report.found);
    assert_eq!(report.name, name);
    assert_eq!(report.unchecked, Vec::<String>::new());
    let kinds: Vec<&str> = report.deleted.iter().filter_map(|what| what.split(' ').next()).collect();
    assert_eq!(kinds, ["node", "cluster", "stack", "stack"], "{:?}", report.deleted);
    assert_eq!(events.last().map(|event| &event.kind), Some(&EventKind::Finished));
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    assert_eq!(
        accepted_writes(&stage.sim),
        [
            "cloudformation:CreateStack",
            "cloudformation:CreateStack",
            "eks:CreateCluster",
            "eks:CreateAddon",
            "eks:CreateAddon",
            "eks:CreateNodegroup",
            "eks:CreateAddon",
            "eks:TagResource",
            "eks:DeleteNodegroup",
            "eks:DeleteCluster",
            "cloudformation:DeleteStack",
            "cloudformation:DeleteStack",
        ]
    );
    Ok(())
}

#[test]
fn story_2_named_cluster() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder()
        .name("kubelabs-cluster")
        .version("1.35")
        .node_group(
            NodeGroup::builder()
                .name("kubelabs-group")
                .instance_type("t2.micro")
                .scaling(Scaling::fixed(2))
                .build()?,
        )
        .build()?;

    let plan = stage.plan(&cluster)?;
    assert_eq!(plan.version.as_deref(), Some("1.35"));
    // facts/aws.md has the numbers of addresses: a t2.micro holds four pods.
    assert_eq!(
        plan.notes,
        ["pods: kubelabs-group: 2 × t2.micro hold 8; 6 places are taken by the cluster's own, 2 are free"]
    );
    assert_eq!(writes(&stage.sim), Vec::<String>::new(), "a plan changes nothing");

    let info = stage.create(&cluster)?;
    assert_eq!((info.name.as_str(), info.version.as_str()), ("kubelabs-cluster", "1.35"));
    assert_eq!(info.node_groups.len(), 1);
    let group = &info.node_groups[0];
    assert_eq!((group.name.as_str(), group.physical_name.as_str()), ("kubelabs-group", "kubelabs-group"));
    assert_eq!((group.status, group.min, group.max, group.desired), (NodeGroupStatus::Active, 2, 2, 2));
    assert_eq!(group.instance_types, ["t2.micro"]);
    assert_eq!(group.version.as_deref(), Some("1.35"));
    let nodes: Vec<_> = info.nodes.iter().map(|node| (node.ready, node.node_group.as_deref())).collect();
    assert_eq!(nodes, [(true, Some("kubelabs-group")); 2]);
    assert!(info.nodes.iter().all(|node| node.version.starts_with("v1.35.")));
    assert_eq!(living(&stage.sim), kinds(ALL_OF_STORY_1), "the same things as story 1's");

    // Once more: nothing is left to do.
    let before = accepted_writes(&stage.sim).len();
    let plan = stage.plan(&cluster)?;
    assert!(plan.is_empty(), "{plan}");
    assert_eq!(stage.create(&cluster)?, info);
    assert_eq!(accepted_writes(&stage.sim).len(), before);

    let report = stage.delete("kubelabs-cluster")?;
    assert_eq!(report.deleted.len(), 4, "{:?}", report.deleted);
    assert_eq!(report.deleted[..2], ["node group kubelabs-group", "cluster kubelabs-cluster"]);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(made(&stage.sim), kinds(ALL_OF_STORY_1), "nothing was made twice");
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    Ok(())
}

#[test]
fn story_3_given_network() -> Result<(), Error> {
    let stage = Stage::default();
    let network = stage.given_network();
    let owners = living(&stage.sim);
    let owners_writes = accepted_writes(&stage.sim).len();
    assert_eq!(owners, kinds(&[("AWS::EC2::Subnet", 2), ("AWS::EC2::VPC", 1)]));

    let [one, other] = [&network.subnets[0], &network.subnets[1]];
    let cluster = Cluster::builder()
        .name("kubelabs-cluster")
        .network(GivenNetwork::builder().private_subnet(one).private_subnet(other).build()?)
        .no_node_groups()
        .build()?;
    let plan = stage.plan(&cluster)?;
    let untagged = format!(
        "{one}, {other}: internal load balancers are put there once tagged `kubernetes.io/role/internal-elb=1`"
    );
    assert_eq!(plan.notes, ["no nodes: coredns waits for the first one", &untagged]);
    assert!(plan.step("createNodeGroup/ng").is_none());

    let (events, info) = stage.watch(stage.eks.create(&cluster));
    let info = info?;
    assert_eq!(info.vpc.as_deref(), Some(network.vpc.as_str()));
    assert_eq!(info.subnets, network.subnets);
    assert_eq!((info.node_groups.len(), info.nodes.len()), (0, 0));
    // coredns is there and waits: without a node it cannot become ACTIVE (facts/aws.md §1.2).
    assert_eq!(
        addons(&info),
        [
            ("coredns", AddonStatus::Creating),
            ("kube-proxy", AddonStatus::Active),
            ("vpc-cni", AddonStatus::Active)
        ]
    );
    let skipped: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::StepSkipped { step, reason, .. } => Some((step.as_str(), reason.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(skipped, [("createAddon/coredns", "it waits for nodes, and the spec has none")]);
    let ours = kinds(&[
        ("AWS::CloudFormation::Stack", 1),
        ("AWS::EC2::NetworkInterface", 2),
        ("AWS::EC2::SecurityGroup", 1),
        ("AWS::EC2::Subnet", 2),
        ("AWS::EC2::VPC", 1),
        ("AWS::EKS::Addon", 3),
        ("AWS::EKS::Cluster", 1),
        ("AWS::IAM::Role", 1),
    ]);
    assert_eq!(living(&stage.sim), ours, "no network of ours, no role for nodes");

    let report = stage.delete("kubelabs-cluster")?;
    assert_eq!(report.deleted.len(), 2, "{:?}", report.deleted);
    assert_eq!(living(&stage.sim), owners, "the network is its owner's");
    assert!(stage.sim.ledger().find("AWS::EC2::VPC", &network.vpc).is_some_and(|vpc| vpc.deleting.is_none()));
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    let writes = accepted_writes(&stage.sim).split_off(owners_writes);

    assert_eq!(
        writes,
        [
            "cloudformation:CreateStack",
            "eks:CreateCluster",
            "eks:CreateAddon",
            "eks:CreateAddon",
            "eks:CreateAddon",
            "eks:TagResource",
            "eks:DeleteCluster",
            "cloudformation:DeleteStack",
        ]
    );

    // Nothing that is left keeps the owner from deleting it.
    let config = stage.sdk();
    stage.run(move || async move { network.delete(&config).await })?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert!(plan.steps.iter().all(|step| step.state != StepState::Done), "the first plan had all to do");
    Ok(())
}

#[test]
fn story_4_fargate() -> Result<(), Error> {
    let stage = Stage::default();
    let profile =
        FargateProfile::builder().name("fp-default").namespace("default").namespace("kube-system").build()?;
    let cluster = Cluster::builder().name("web").fargate_profile(profile).build()?;
    let plan = stage.plan(&cluster)?;
    assert_eq!(plan.notes, Vec::<String>::new(), "coredns has a place");
    let coredns = plan.step("createAddon/coredns").expect("it is in the plan");
    assert_eq!(coredns.after, ["createFargateProfile/fp-default"]);

    let info = stage.create(&cluster)?;
    assert_eq!((info.node_groups.len(), info.nodes.len()), (0, 0));
    let profiles: Vec<_> = info.fargate_profiles.iter().map(|it| (it.name.as_str(), it.status)).collect();
    assert_eq!(profiles, [("fp-default", FargateProfileStatus::Active)]);
    assert!(addons(&info).iter().all(|(_, status)| *status == AddonStatus::Active), "{:?}", info.addons);
    let made = made(&stage.sim);
    assert_eq!(made.get("AWS::EC2::Instance"), None);
    assert_eq!(made["AWS::EKS::FargateProfile"], 1);

    let report = stage.delete("web")?;
    assert_eq!(report.deleted[..2], ["Fargate profile fp-default", "cluster web"]);
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// One to four nodes for one application, which let nobody else in.
fn group_for(application: &str) -> Result<NodeGroup, Error> {
    NodeGroup::builder()
        .name(application)
        .label("app", application)
        .taint(Taint::no_schedule("app", application))
        .scaling(Scaling::between(1, 4).desired(1))
        .build()
}

#[test]
fn story_5_mixed() -> Result<(), Error> {
    let stage = Stage::default();
    let profile = FargateProfile::builder().name("web").namespace("web").namespace("kube-system").build()?;
    let cluster = Cluster::builder()
        .name("web")
        .fargate_profile(profile)
        .node_group(group_for("orders")?)
        .node_group(group_for("invoices")?)
        .build()?;
    let info = stage.create(&cluster)?;
    let groups: Vec<_> =
        info.node_groups.iter().map(|it| (it.name.as_str(), it.min, it.max, it.desired)).collect();
    assert_eq!(groups, [("invoices", 1, 4, 1), ("orders", 1, 4, 1)]);
    assert_eq!(info.nodes.iter().filter(|node| node.ready).count(), 2);
    // It tolerates neither taint, so it runs on Fargate.
    assert_eq!(addons(&info)[0], ("coredns", AddonStatus::Active));

    // EKS gives the nodes what `scheduling` says that pods need.
    let eks = stage.eks_api();
    let described = stage.run(move || async move {
        eks.describe_nodegroup().cluster_name("web").nodegroup_name("orders").send().await
    });
    let group = described.expect("it is there").nodegroup.expect("it is there");
    let scheduling = cluster.node_groups.as_ref().expect("two").first().expect("orders").scheduling();
    let labels: BTreeMap<String, String> = group.labels.clone().unwrap_or_default().into_iter().collect();
    assert_eq!(scheduling.node_selector, labels);
    let taints: Vec<_> = group.taints().iter().map(|taint| (taint.key(), taint.value())).collect();
    let tolerations = scheduling.tolerations.iter();
    assert_eq!(
        tolerations.map(|it| (Some(it.key.as_str()), it.value.as_deref())).collect::<Vec<_>>(),
        taints
    );

    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    assert_eq!(refused_but_early(&stage.sim), Vec::<String>::new());
    Ok(())
}

/// Where every group has taints and nothing runs on Fargate, coredns is asked for and not waited for.
#[test]
fn story_5_without_fargate() -> Result<(), Error> {
    let stage = Stage::default();
    let cluster = Cluster::builder().name("web").node_group(group_for("orders")?).build()?;
    let note = "every group has taints or runs Windows: coredns waits for nodes that let it in";
    assert!(stage.plan(&cluster)?.notes.iter().any(|it| it == note));
    let info = stage.create(&cluster)?;
    assert_eq!(info.nodes.len(), 1);
    assert_eq!(addons(&info)[0], ("coredns", AddonStatus::Creating));
    stage.delete("web")?;
    assert_eq!(left(&stage.sim), Vec::<String>::new());
    Ok(())
}
