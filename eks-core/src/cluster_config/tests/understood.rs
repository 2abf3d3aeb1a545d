//! What a ClusterConfig becomes: eksctl's defaults, and each of its keys.

use super::super::settled::settled;
use super::read;
use crate::spec::*;

fn group(lines: &str) -> NodeGroup {
    let cluster = read(&format!("managedNodeGroups: [{{name: a, {lines}}}]"));
    cluster.node_groups.unwrap().remove(0)
}

fn addons(lines: &str) -> Vec<String> {
    read(lines).addons.unwrap().into_iter().map(|addon| addon.name).collect()
}

/// What eksctl makes of the shortest file: no nodes, but `metrics-server`.
#[test]
fn the_shortest() {
    let cluster = read("");
    let addons = ["vpc-cni", "kube-proxy", "coredns", "metrics-server"].map(Addon::named).into();
    let wanted = Cluster {
        name: Some("web".to_owned()),
        region: Some("us-west-2".to_owned()),
        node_groups: Some(Vec::new()),
        addons: Some(addons),
        ..Cluster::default()
    };
    assert_eq!(cluster, wanted);
}

/// facts/eksctl.md §1.1.
#[test]
fn the_shortest_group() {
    let cluster = read("managedNodeGroups: [{name: workers}]").defaulted();
    let group = &cluster.node_groups.unwrap()[0];
    assert_eq!(group.instance_types, ["m5.large"]);
    assert_eq!(group.scaling, Some(Scaling { min: Some(2), max: Some(2), desired: Some(2) }));
    let disk = group.disk.clone().unwrap();
    assert_eq!((disk.size_gib, disk.volume_type), (Some(80), Some(VolumeType::Gp3)));
    assert_eq!((disk.iops, disk.throughput), (Some(3000), Some(125)));
    assert_eq!(group.subnets, Some(NodeSubnets::Public));
    assert_eq!(group.own_role, Some(true));
    let labels: Vec<(&str, &str)> = group.labels.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(
        labels,
        [("alpha.eksctl.io/cluster-name", "web"), ("alpha.eksctl.io/nodegroup-name", "workers")]
    );
    assert_eq!(cluster.access_config.mode(), AuthenticationMode::ApiAndConfigMap);
    assert_eq!(cluster.network.as_new().unwrap().nat, Some(Nat::Single));
}

/// facts/eksctl.md §3, `desiredCapacity, minSize, maxSize`: what is unset follows as with eksctl.
#[test]
fn sizes() {
    for (lines, sizes) in [
        ("desiredCapacity: 3", (3, 3, 3)),
        ("desiredCapacity: 0", (0, 1, 0)),
        ("minSize: 3", (3, 3, 3)),
        ("maxSize: 5", (2, 5, 2)),
        ("minSize: 1, maxSize: 5", (1, 5, 1)),
        ("minSize: 1, desiredCapacity: 3", (1, 3, 3)),
        ("maxSize: 5, desiredCapacity: 3", (3, 5, 3)),
    ] {
        let cluster = read(&format!("managedNodeGroups: [{{name: a, {lines}}}]")).defaulted();
        let scaling = cluster.node_groups.unwrap().remove(0).scaling.unwrap();
        let wanted = Scaling { min: Some(sizes.0), max: Some(sizes.1), desired: Some(sizes.2) };
        assert_eq!(scaling, wanted, "{lines}");
    }
}

#[test]
fn add_ons() {
    let names = |text: &str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
    for (lines, wanted) in [
        ("addons: [{name: coredns}]", "coredns vpc-cni kube-proxy metrics-server"),
        (
            "addons: [{name: aws-ebs-csi-driver}]",
            "aws-ebs-csi-driver vpc-cni kube-proxy coredns metrics-server",
        ),
        ("addons: [{name: vpc-cni}]\naddonsConfig: {disableDefaultAddons: true}", "vpc-cni"),
        ("autoModeConfig: {enabled: true}", "metrics-server"),
        ("autoModeConfig: {enabled: true}\naddons: [{name: adot}]", "adot metrics-server"),
    ] {
        assert_eq!(addons(lines), names(wanted), "{lines}");
    }
    assert_eq!(read("addonsConfig: {disableDefaultAddons: true}").addons, Some(Vec::new()));
    for (region, has) in
        [("cn-north-1", false), ("us-gov-west-1", false), ("us-iso-east-1", false), ("eu-west-1", true)]
    {
        let yaml = super::config("").replace("us-west-2", region);
        let cluster = Cluster::from_cluster_config(&yaml).unwrap();
        assert_eq!(cluster.addons.unwrap().iter().any(|it| it.name == "metrics-server"), has, "{region}");
    }
    let addon = read(
        "addons: [{name: vpc-cni, version: v1.20.1-eksbuild.1, configurationValues: '{\"a\": 1}', \
         resolveConflicts: preserve}]",
    )
    .addons
    .unwrap()
    .remove(0);
    assert_eq!(addon.configuration_text().as_deref(), Some("{\"a\": 1}"));
    assert_eq!(addon.version.as_deref(), Some("v1.20.1-eksbuild.1"));
    assert_eq!(addon.resolve_conflicts, Some(ResolveConflicts::Preserve));
}

#[test]
fn versions() {
    for (written, version) in [
        ("1.30", KubernetesVersion::Exact("1.30".into())),
        ("'1.34'", KubernetesVersion::Exact("1.34".into())),
        ("auto", KubernetesVersion::Default),
        ("''", KubernetesVersion::Default),
        ("latest", KubernetesVersion::Latest),
    ] {
        let yaml = super::config("").replace("us-west-2}", &format!("us-west-2, version: {written}}}"));
        assert_eq!(Cluster::from_cluster_config(&yaml).unwrap().version, version, "{written}");
    }
}

#[test]
fn a_group_with_everything() {
    let group = group(
        "amiFamily: bottlerocket, instanceTypes: [m5.large, m5a.large], spot: true, privateNetworking: true, \
         desiredCapacity: 2, minSize: 1, maxSize: 4, volumeSize: 100, volumeType: io1, volumeEncrypted: true, \
         volumeKmsKeyID: alias/disks, labels: {tier: web, gpu: true}, tags: {cost: 42}, \
         disableIMDSv1: false, updateConfig: {maxUnavailablePercentage: 50}, \
         taints: [{key: app, value: web, effect: NoSchedule}, {key: gpu, effect: NoExecute}], \
         nodeRepairConfig: {enabled: true, maxUnhealthyNodeThresholdCount: 2, nodeRepairConfigOverrides: \
         [{nodeMonitoringCondition: NetworkingReady, nodeUnhealthyReason: InterfaceNotUp, minRepairWaitTimeMins: 15, \
         repairAction: Reboot}]}",
    );
    insta::assert_json_snapshot!(serde_json::to_value(group).unwrap());
}

#[test]
fn both_spellings_of_taints() {
    let newer = group(
        "taints: [{key: a, value: b, effect: NoSchedule}, {key: c, effect: NoExecute}, \
         {key: d, effect: PreferNoSchedule}]",
    );
    let older = group("taints: {a: 'b:NoSchedule', c: ':NoExecute', d: PreferNoSchedule}");
    assert_eq!(newer, older);
    assert_eq!(newer.taints[0], Taint::no_schedule("a", "b"));
}

/// Those of every node are not said twice; the older policies of ECR allow what the newer one does.
#[test]
fn policies_of_nodes() {
    let arn = |name: &str| format!("'arn:aws:iam::aws:policy/{name}'");
    let needed = ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonSSMManagedInstanceCore"]
        .map(arn)
        .join(", ");
    let (pull, read_only, s3) = (
        arn("AmazonEC2ContainerRegistryPullOnly"),
        arn("AmazonEC2ContainerRegistryReadOnly"),
        arn("AmazonS3ReadOnlyAccess"),
    );
    let of = |lines: &str| group(&format!("iam: {{{lines}}}")).policy_arns;
    assert_eq!(of(&format!("attachPolicyARNs: [{needed}, {pull}]")), [""; 0]);
    assert_eq!(
        of(&format!("attachPolicyARNs: [{needed}, {pull}, {s3}]")),
        ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    );
    assert_eq!(
        of(&format!("attachPolicyARNs: [{needed}, {read_only}]")),
        ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"]
    );
    assert_eq!(
        of("withAddonPolicies: {ebs: true, imageBuilder: true, cloudWatch: true, autoScaler: false}"),
        [
            "AmazonEC2ContainerRegistryPowerUser",
            "service-role/AmazonEBSCSIDriverPolicy",
            "CloudWatchAgentServerPolicy"
        ]
        .map(|name| format!("arn:aws:iam::aws:policy/{name}"))
    );
    let given = group("iam: {instanceRoleARN: 'arn:aws:iam::111122223333:role/nodes'}");
    assert_eq!((given.has_own_role(), given.own_role), (false, None));
}

#[test]
fn roles_for_pods() {
    let cluster = read(
        "iam:
  withOIDC: true
  serviceAccounts:
  - metadata: {name: dns}
    wellKnownPolicies: {imageBuilder: true, autoScaler: false}
    attachPolicy: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 'route53:*', Resource: '*'}]}
    roleName: dns
    roleOnly: true
  podIdentityAssociations:
  - namespace: shop
    serviceAccountName: orders
    permissionPolicyARNs: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']
    wellKnownPolicies: {ebsCSIController: true}
    targetRoleARN: arn:aws:iam::210987654321:role/far
    disableSessionTags: true
    tags: {cost: 45}
    createServiceAccount: false
addons:
- name: eks-pod-identity-agent
- name: aws-ebs-csi-driver
  podIdentityAssociations:
  - {serviceAccountName: ebs-csi-controller-sa, roleARN: 'arn:aws:iam::111122223333:role/pods'}",
    );
    assert_eq!(cluster.oidc_provider, Some(true));
    let role = &cluster.service_account_roles[0];
    assert_eq!((role.namespace.as_str(), role.service_account.as_str()), ("default", "dns"));
    assert_eq!(role.policy_arns, ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"]);
    assert_eq!(role.policy_document.as_ref().unwrap()["Version"], "2012-10-17");
    let association = &cluster.pod_identity_associations[0];
    assert_eq!(association.policy_arns.len(), 2);
    assert_eq!((association.disable_session_tags, association.tags["cost"].as_str()), (Some(true), "45"));
    let addon = cluster.addons.as_ref().unwrap()[1].pod_identity_associations.clone().unwrap();
    assert_eq!(addon[0].role_arn.as_deref(), Some("arn:aws:iam::111122223333:role/pods"));
    let again = Cluster::from_cluster_config(&cluster.to_cluster_config().unwrap()).unwrap();
    assert_eq!(again, cluster);
}

#[test]
fn capacity_blocks() {
    let group = group(
        "instanceType: p5.48xlarge, instanceMarketOptions: {marketType: capacity-block}, \
         capacityReservation: {capacityReservationTarget: {capacityReservationID: cr-1}}",
    );
    assert_eq!(group.capacity, Some(Capacity::CapacityBlock));
    assert_eq!(group.capacity_reservation_id.as_deref(), Some("cr-1"));
}

#[test]
fn metadata_of_nodes() {
    assert_eq!(group("disablePodIMDS: false, disableIMDSv1: true").metadata_options, None);
    let without_pods = group("disablePodIMDS: true, disableIMDSv1: false").metadata_options.unwrap();
    assert_eq!(without_pods.http_put_response_hop_limit, Some(1));
    assert_eq!(without_pods.http_tokens, None);
    let first = group("disableIMDSv1: false").metadata_options.unwrap();
    assert_eq!(first.http_tokens, Some(HttpTokens::Optional));
}

#[test]
fn a_network_that_is_there() {
    let cluster = read(
        "vpc:
  id: vpc-1
  controlPlaneSecurityGroupIDs: [sg-1]
  nat: {gateway: Disable}
  subnets:
    private: {us-west-2a: {id: subnet-1}, us-west-2b: {id: subnet-2}}
    public: {front: {id: subnet-3}}
managedNodeGroups:
- {name: a, subnets: [front, subnet-1], securityGroups: {attachIDs: [sg-2]}}
- {name: b, privateNetworking: true}
fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}], subnets: [us-west-2a]}]",
    );
    let network = GivenNetwork::builder()
        .private_subnet("subnet-1")
        .private_subnet("subnet-2")
        .public_subnet("subnet-3")
        .security_group("sg-1")
        .vpc("vpc-1")
        .build()
        .unwrap();
    assert_eq!(cluster.network, network.into());
    let groups = cluster.node_groups.unwrap();
    assert_eq!(groups[0].subnets, Some(NodeSubnets::Given(vec!["subnet-3".into(), "subnet-1".into()])));
    assert_eq!(groups[0].security_groups, ["sg-2"]);
    assert_eq!(groups[1].subnets, Some(NodeSubnets::Private));
    assert_eq!(cluster.fargate_profiles[0].subnets, ["subnet-1"]);
}

/// In a VPC that is there, nothing is made but an API server that is private.
#[test]
fn a_private_cluster_in_a_network_that_is_there() {
    let cluster = read(
        "privateCluster: {enabled: true, skipEndpointCreation: true}
vpc: {id: vpc-1, subnets: {private: {a: {id: subnet-1}, b: {id: subnet-2}}}}
managedNodeGroups: [{name: a, privateNetworking: true}]",
    );
    assert_eq!(cluster.network.as_given().unwrap().private_subnets, ["subnet-1", "subnet-2"]);
    assert_eq!(cluster.endpoint_access, EndpointAccess::private_only());
}

/// A private cluster has eksctl's endpoints, that for logs where there are any, and an API server that is private.
#[test]
fn a_private_cluster() {
    let cluster = read(
        "privateCluster: {enabled: true, additionalEndpointServices: [autoscaling]}
cloudWatch: {clusterLogging: {enableTypes: ['*'], logRetentionInDays: 7}}
managedNodeGroups: [{name: a, privateNetworking: true}]",
    );
    let network = cluster.network.as_new().unwrap();
    assert_eq!(network.endpoints, ["ec2", "ecr.api", "ecr.dkr", "s3", "sts", "autoscaling", "logs"]);
    assert_eq!(network.nat, Some(Nat::None));
    assert_eq!(cluster.endpoint_access, EndpointAccess::private_only());
    assert_eq!(cluster.logging.unwrap().len(), 5);
}

#[test]
fn the_control_plane() {
    let cluster = read(
        "upgradePolicy: {supportType: STANDARD}
kubernetesNetworkConfig: {ipFamily: ipv4, serviceIPv4CIDR: 172.20.0.0/16}
accessConfig:
  authenticationMode: API
  bootstrapClusterCreatorAdminPermissions: false
  accessEntries:
  - principalARN: arn:aws:iam::111122223333:role/readers
    type: STANDARD
    kubernetesGroups: [readers]
    kubernetesUsername: reader
    accessPolicies:
    - policyARN: arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy
      accessScope: {type: namespace, namespaces: [web, 'dev-*']}
iam: {serviceRoleARN: 'arn:aws:iam::111122223333:role/plane', withOIDC: false, vpcResourceControllerPolicy: true}
vpc:
  cidr: 10.0.0.0/16
  nat: {gateway: HighlyAvailable}
  clusterEndpoints: {publicAccess: true, privateAccess: true}
  publicAccessCIDRs: [203.0.113.0/24]
  controlPlaneOnPrivateSubnets: true
  autoAllocateIPv6: false
availabilityZones: [us-west-2a, us-west-2b]
cloudWatch: {clusterLogging: {enableTypes: [api, audit], logRetentionInDays: 30}}
secretsEncryption: {keyARN: 'arn:aws:kms:us-west-2:111122223333:key/k'}
controlPlaneScalingConfig: {tier: tier-xl}
zonalShiftConfig: {enabled: true}
fargateProfiles: [{name: web, podExecutionRoleARN: 'arn:aws:iam::111122223333:role/pods', tags: {a: b}, \
 selectors: [{namespace: web, labels: {app: front}}]}]",
    );
    insta::assert_snapshot!(cluster.to_yaml().unwrap());
}

#[test]
fn one_role_for_all_profiles() {
    let cluster = read(
        "iam: {fargatePodExecutionRoleARN: 'arn:aws:iam::111122223333:role/pods'}\n\
         fargateProfiles: [{name: a, selectors: [{namespace: a}]}]",
    );
    assert_eq!(cluster.fargate_profiles[0].role_arn.as_deref(), Some("arn:aws:iam::111122223333:role/pods"));
}

/// eksctl's Auto Mode is off until it is switched on; beside it there are no node groups.
#[test]
fn auto_mode() {
    let off = read("autoModeConfig: {}\nmanagedNodeGroups: [{name: a}]");
    assert!(off.auto_mode().is_none());
    let on = read("autoModeConfig: {enabled: true, nodePools: [system]}");
    assert_eq!(on.auto_mode().unwrap().node_pools, Some(vec![NodePool::System]));
    let bare = read("autoModeConfig: {enabled: true, nodePools: []}");
    assert_eq!(bare.auto_mode().unwrap().node_pools, Some(vec![]));
}

#[test]
fn ipv6() {
    let cluster = read("kubernetesNetworkConfig: {ipFamily: IPv6}\naddons: [{name: coredns}]");
    assert_eq!(cluster.ip_family, Some(IpFamily::Ipv6));
}

#[test]
fn json_and_empty_keys() {
    let json = r#"{"apiVersion": "eksctl.io/v1alpha5", "kind": "ClusterConfig",
        "metadata": {"name": "web", "region": "us-west-2"}}"#;
    assert_eq!(Cluster::from_cluster_config(json).unwrap(), read(""));
    assert_eq!(
        read(
            "vpc:\nnodeGroups: []\niam: {serviceAccounts: [], vpcResourceControllerPolicy: true}\nkarpenter:"
        ),
        read("")
    );
}

/// What eksctl prints with `--dry-run` has its defaults in it; it is the shortest one with one group, in three zones.
/// (U: from memory of its output.)
#[test]
fn every_default_written_out() {
    let cluster = read(
        "accessConfig: {authenticationMode: API_AND_CONFIG_MAP}
addonsConfig: {}
availabilityZones: [us-west-2a, us-west-2b, us-west-2c]
cloudWatch: {clusterLogging: {}}
iam: {vpcResourceControllerPolicy: true, withOIDC: false}
kubernetesNetworkConfig: {ipFamily: IPv4}
managedNodeGroups:
- amiFamily: AmazonLinux2023
  desiredCapacity: 2
  disableIMDSv1: true
  disablePodIMDS: false
  iam:
    withAddonPolicies:
      albIngress: false
      appMesh: null
      appMeshPreview: null
      autoScaler: false
      awsLoadBalancerController: false
      certManager: false
      cloudWatch: false
      ebs: false
      efs: false
      externalDNS: false
      fsx: false
      imageBuilder: false
      xRay: false
  instanceSelector: {}
  instanceType: m5.large
  labels: {alpha.eksctl.io/cluster-name: web, alpha.eksctl.io/nodegroup-name: workers}
  maxSize: 2
  minSize: 2
  name: workers
  privateNetworking: false
  releaseVersion: ''
  securityGroups: {withLocal: null, withShared: null}
  ssh: {allow: false, publicKeyPath: ''}
  volumeIOPS: 3000
  volumeSize: 80
  volumeThroughput: 125
  volumeType: gp3
privateCluster: {enabled: false, skipEndpointCreation: false}
vpc:
  autoAllocateIPv6: false
  cidr: 192.168.0.0/16
  clusterEndpoints: {privateAccess: false, publicAccess: true}
  manageSharedNodeSecurityGroupRules: true
  nat: {gateway: Single}",
    );
    let short =
        read("managedNodeGroups: [{name: workers}]\navailabilityZones: [us-west-2a, us-west-2b, us-west-2c]");
    assert_eq!(settled(&cluster), settled(&short));
}

/// What eksctl's users have in their repositories.
#[test]
fn a_file_with_anchors_and_documents_marks() {
    let yaml = "# A cluster\n---\napiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n\nmetadata:\n  name: web\n  \
                region: us-west-2\n  tags: &tags\n    team: labs\n\nmanagedNodeGroups:\n  - name: a\n    tags: *tags\n";
    let cluster = Cluster::from_cluster_config(yaml).unwrap();
    assert_eq!(cluster.tags, cluster.node_groups.unwrap()[0].tags);
    let merged = read("managedNodeGroups:\n- &a\n  name: a\n  volumeSize: 100\n- <<: *a\n  name: b");
    let sizes =
        merged.node_groups.unwrap().into_iter().map(|group| group.disk.and_then(|disk| disk.size_gib));
    assert_eq!(sizes.collect::<Vec<_>>(), [Some(100), Some(100)]);
}
