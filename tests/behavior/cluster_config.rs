//! A cluster from eksctl's ClusterConfig.

use eks_core::{AddonStatus, Cluster, Error, NodeGroupStatus};
use tests::{Stage, left};

const CONFIG: &str = "
# What eksctl's users have in their repositories.
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig

metadata:
  name: shop
  region: us-west-2
  tags: {team: shop}

vpc:
  cidr: 10.20.0.0/16
  nat: {gateway: HighlyAvailable}
  clusterEndpoints: {publicAccess: true, privateAccess: true}

managedNodeGroups:
- name: front
  minSize: 1
  maxSize: 3
  desiredCapacity: 2
  labels: {tier: front}
- name: orders
  instanceTypes: [m5.large, m5a.large]
  spot: true
  desiredCapacity: 1
  privateNetworking: true
  taints: [{key: app, value: orders, effect: NoSchedule}]
  iam: {withAddonPolicies: {cloudWatch: true}}

fargateProfiles:
- name: jobs
  selectors: [{namespace: jobs, labels: {kind: batch}}]

cloudWatch:
  clusterLogging: {enableTypes: [api, audit], logRetentionInDays: 30}
";

/// What it says is there, with what eksctl adds; nothing more is to be done; and it goes without a trace.
#[test]
fn it_is_created_and_leaves_nothing() -> Result<(), Error> {
    let stage = Stage::default();
    let before = left(&stage.sim);
    let cluster = Cluster::from_cluster_config(CONFIG)?;
    let info = stage.create(&cluster)?;
    assert!(info.node_groups.iter().all(|group| group.status == NodeGroupStatus::Active));
    let addons: Vec<&str> = info.addons.iter().map(|addon| addon.name.as_str()).collect();
    for name in ["vpc-cni", "kube-proxy", "coredns", "metrics-server"] {
        assert!(addons.contains(&name), "{addons:?}");
    }
    assert!(info.addons.iter().all(|addon| addon.status == AddonStatus::Active));

    let plan = stage.plan(&cluster)?;
    assert!(plan.is_empty(), "{plan}");
    // Written and read, it is the same cluster still.
    let again = Cluster::from_cluster_config(&cluster.to_cluster_config()?)?;
    assert_eq!(again, cluster);

    stage.delete("shop")?;
    assert_eq!(left(&stage.sim), before);
    Ok(())
}

/// As EKS says it to a client of another kind.
#[test]
fn eksctls_labels_and_roles_are_there() -> Result<(), Error> {
    let stage = Stage::default();
    stage.create(&Cluster::from_cluster_config(CONFIG)?)?;
    let mut roles = Vec::new();
    for name in ["front", "orders"] {
        let eks = stage.eks_api();
        let group = stage.run(move || async move {
            let names = eks.list_nodegroups().cluster_name("shop").send().await.expect("groups").nodegroups;
            let own = names.unwrap_or_default().into_iter().find(|own| own.contains(name)).expect("ours");
            let group = eks.describe_nodegroup().cluster_name("shop").nodegroup_name(own).send().await;
            group.expect("a group").nodegroup.expect("a group")
        });
        let labels = group.labels.expect("labels");
        let label = |key: &str| labels.get(key).map(String::as_str);
        assert_eq!(label("alpha.eksctl.io/cluster-name"), Some("shop"));
        assert_eq!(label("alpha.eksctl.io/nodegroup-name"), Some(name));
        roles.extend(group.node_role);
    }
    assert_eq!(roles.len(), 2);
    assert_ne!(roles[0], roles[1]);
    Ok(())
}
