//! Everything around a cluster, whoever made it.

use eks_core::simulator::{Effect, Fault};
use eks_core::{Cluster, ClusterDetails, Error, ErrorKind, NodeGroup};
use tests::{Stage, THEIRS, writes};

fn describe(stage: &Stage, name: &'static str) -> Result<ClusterDetails, Error> {
    let eks = stage.eks.clone();
    stage.run(move || async move { eks.describe_in_full(name).await })
}

#[test]
fn everything_around_it() -> Result<(), Error> {
    let stage = Stage::default();
    let theirs = stage.made_by_others();
    let (calls, wrote) = (stage.sim.ledger().client_calls().count(), writes(&stage.sim).len());
    let details = describe(&stage, THEIRS)?;
    // The caller, the cluster, pod identity associations, their stack, three lists, two groups, a profile and three add-ons; the version, three roles of two calls,
    // seven of the network, one kind of image. The API server costs AWS nothing.
    let made = stage.sim.ledger().client_calls().count() - calls;
    assert_eq!(made, 4 + (3 + 2 + 1 + 3) + 1 + 3 * 2 + 7 + 1);
    assert_eq!(writes(&stage.sim).len(), wrote);
    assert_eq!(details.unknown, [""; 0]);
    assert!(!details.ours);

    let support = details.support.as_ref().expect("EKS says it");
    assert_eq!((&support.version, support.end_of_standard.is_some()), (&details.cluster.version, true));
    let workers = details.images.iter().find(|image| image.node_group == "workers").expect("it has an image");
    assert_eq!((workers.releases_behind, workers.days_behind), (Some(0), Some(0)));
    assert!(
        workers
            .newest
            .as_ref()
            .is_some_and(|name| name.starts_with("amazon-eks-node-al2023-x86_64-standard-"))
    );
    let nodes = details.roles.iter().find(|role| role.arn == theirs.node_role).expect("nodes have a role");
    assert_eq!(nodes.used_by, ["node group batch", "node group workers"]);
    let attached = nodes.attached_policies.as_ref().expect("they may be read");
    assert!(attached.iter().any(|arn| arn.ends_with("/AmazonEKS_CNI_Policy")), "{attached:?}");
    let network = details.network.as_ref().expect("it may be read");
    assert_eq!((&network.vpc, &network.cidrs[..]), (&theirs.vpc, &["10.30.0.0/16".to_owned()][..]));
    assert_eq!(network.subnets.len(), 4);
    for subnet in &network.subnets {
        assert_eq!(subnet.public, theirs.public.contains(&subnet.id), "{subnet:?}");
        assert!(
            subnet.of_control_plane && subnet.free_addresses > 200 && subnet.route_table.is_some(),
            "{subnet:?}"
        );
    }
    assert_eq!(network.security_groups.len(), 2, "EKS's own and theirs");
    assert!(
        network.gateways.iter().all(|gateway| gateway.id.starts_with("igw-")) && network.gateways.len() == 1
    );
    // As JSON and back, but for configurations of add-ons, which nobody is told.
    let json = serde_json::to_string(&details).expect("JSON");
    assert!(!json.contains("replicaCount"));
    let read: ClusterDetails = serde_json::from_str(&json).expect("as it was");
    assert_eq!(serde_json::to_string(&read).expect("JSON"), json);

    let text = details.to_string();
    for part in [
        "cluster theirs in us-west-2: Active, made by others",
        "workers: 2 × t3.large (1 to 4), Active, AL2023_x86_64_STANDARD",
        "the newest",
        "coredns",
        "AmazonEKSClusterPolicy",
        "10.30.0.0/24, public",
        "0.0.0.0/0 → igw-",
        "leads nowhere",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    Ok(())
}

#[test]
fn images_that_are_behind() -> Result<(), Error> {
    let stage = Stage::default();
    let group = NodeGroup::builder().name("old").build()?;
    stage.create(&Cluster::builder().name("web").node_group(group).build()?)?;
    let api = stage.eks_api();
    stage.run(move || async move {
        let group = api.describe_nodegroup().cluster_name("web").nodegroup_name("old").send().await;
        let group = group.expect("there").nodegroup.expect("there");
        let release = group.release_version.unwrap_or_default().replace("20261112", "20261015");
        let other =
            api.create_nodegroup().cluster_name("web").nodegroup_name("older").release_version(release);
        let other = other.node_role(group.node_role.unwrap_or_default()).set_subnets(group.subnets);
        other.send().await.expect("a group with the release before");
    });
    stage.sim.advance(std::time::Duration::from_secs(300));
    let details = describe(&stage, "web")?;
    let behind = |name: &str| {
        let image = details.images.iter().find(|image| image.node_group == name).expect("it has an image");
        (image.releases_behind, image.days_behind)
    };
    assert_eq!((behind("old"), behind("older")), ((Some(0), Some(0)), (Some(1), Some(28))));
    assert!(details.to_string().contains("1 release and 28 days behind"), "{details}");
    assert!(details.ours);
    Ok(())
}

#[test]
fn what_may_not_be_read_is_unknown_and_no_failure() -> Result<(), Error> {
    let stage = Stage::default();
    stage.made_by_others();
    let deny = |service: &str, operation: Option<&str>| {
        let (code, message) = ("AccessDenied", "User: x is not authorized to perform: this");
        let effect = Effect::Error { code: code.to_owned(), message: message.to_owned(), status: 403 };
        let operation = operation.map(str::to_owned);
        stage.sim.add_fault(Fault {
            service: Some(service.to_owned()),
            operation,
            effect,
            ..Fault::default()
        });
    };
    deny("ec2", None);
    deny("iam", None);
    deny("eks", Some("DescribeClusterVersions"));
    deny("eks", Some("ListAddons"));
    let details = describe(&stage, THEIRS)?;
    assert_eq!((details.support.is_none(), details.network.is_none()), (true, true));
    assert_eq!(details.cluster.node_groups.len(), 2, "what may be read is");
    assert!(details.images.iter().all(|image| image.release.is_some() && image.releases_behind.is_none()));
    assert!(details.roles.iter().all(|role| role.attached_policies.is_none()));
    let known: Vec<&str> = details.unknown.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(
        known,
        ["add-ons", "network", "newest images", "policies of roles", "support of the version"],
        "{:?}",
        details.unknown
    );
    deny("eks", Some("DescribeCluster"));
    assert_eq!(describe(&stage, THEIRS).expect_err("nothing may").kind(), ErrorKind::AccessDenied);
    Ok(())
}
