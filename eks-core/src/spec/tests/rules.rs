//! One bad spec for each rule, with what is said about it.

use std::fmt::Write;

use super::super::{AccessEntry, Cluster, Disk, NodeGroup, PodIdentityAssociation, Scaling, Taint};
use super::refusal;

/// A text with each spec and its refusal.
fn refusals(specs: &[&str]) -> String {
    specs.iter().fold(String::new(), |mut text, spec| {
        writeln!(text, "{spec}\n  {}", refusal(spec)).expect("a String takes text");
        text
    })
}

#[test]
fn cluster() {
    insta::assert_snapshot!(refusals(&[
        "name: -web",
        "name: web.example",
        "name: ''",
        "region: Oregon",
        "version: '1.034'",
        "version: v1.34",
        "version: newest",
        "roleArn: role",
        "roleArn: arn:aws:iam::1:role/x",
        "roleArn: arn:aws:iam::111122223333:user/x",
        "tags: {'aws:owner': me}",
        "tags: {'': empty}",
        "serviceCidr: 10.100.0.1/16",
        "serviceCidr: 100.64.0.0/16",
        "serviceCidr: 10.0.0.0/8",
        "serviceCidr: 10.0.0.0/25",
        "serviceCidr: 192.168.128.0/20",
        "{serviceCidr: 172.20.0.0/16, network: {cidr: 172.20.64.0/18}}",
        "secretsEncryption: {keyArn: alias/web}",
        "secretsEncryption: {keyArn: 'arn:aws:iam::111122223333:key/k'}",
        "secretsEncryption: {keyArn: 'arn:aws:kms:us-west-2:111122223333:grant/g'}",
        "{region: cn-north-1, roleArn: 'arn:aws:iam::111122223333:role/x'}",
        "{region: us-gov-west-1, autoMode: {nodeRoleArn: 'arn:aws:iam::111122223333:role/x'}}",
        "{region: eu-west-1, secretsEncryption: {keyArn: 'arn:aws:kms:us-west-2:111122223333:key/k'}}",
        "{accessConfig: {authenticationMode: configMap}, accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a'}]}",
        "accessConfig: {authenticationMode: configMap, bootstrapClusterCreatorAdminPermissions: false}",
        "controlPlaneTier: tier-3xl",
        "autoMode: {nodePools: [general-purpose, general-purpose]}",
        "autoMode: {nodePools: [gpu]}",
        "autoMode: {enabled: false, nodePools: [system]}",
        "autoMode: {nodeRoleArn: nodes}",
        "autoMode: {nodePools: [], nodeRoleArn: 'arn:aws:iam::111122223333:role/nodes'}",
        "{autoMode: {}, accessConfig: {authenticationMode: configMap}}",
        "{autoMode: {}, network: {nat: none}}",
        "expires: 30s",
        "expires: tomorrow",
        "{logging: [api], logRetentionInDays: 8}",
        "logRetentionInDays: 7",
        "{logging: [], logRetentionInDays: 7}",
        "endpointAccess: {public: false}",
        "endpointAccess: {publicCidrs: [203.0.113.7]}",
        "endpointAccess: {publicCidrs: [203.0.113.7/24, everywhere]}",
        "endpointAccess: {publicCidrs: [203.0.113.0/24, 203.0.113.0/24]}",
    ]));
}

#[test]
fn network() {
    insta::assert_snapshot!(refusals(&[
        "network: {cidr: 192.168.1.0/16}",
        "network: {cidr: 10.0.0.0/8}",
        "network: {cidr: 10.0.0.0/25}",
        "network: {cidr: 'fd00::/48'}",
        "network: {cidr: 10.0.0.0/16, apartFrom: [10.0.128.0/20]}",
        "network: {apartFrom: [0.0.0.0/0, x]}",
        "network: {zones: [us-west-2a]}",
        "network: {zones: [us-west-2a, us-west-2a]}",
        "network: {zones: [us-west-2a, West]}",
        "{region: us-east-1, network: {zones: [us-east-1a, us-west-2a]}}",
        "network: {privateSubnets: [subnet-1]}",
        "network: {privateSubnets: [subnet-1, subnet-1]}",
        "network: {privateSubnets: [subnet-1], publicSubnets: [subnet-1]}",
        "network: {privateSubnets: [subnet-1, vpc-2]}",
        "network: {publicSubnets: []}",
        "network: {vpc: vpc-1}",
        "network: {vpc: web, privateSubnets: [subnet-1, subnet-2]}",
        "network: {privateSubnets: [subnet-1, subnet-2], securityGroups: [a, sg-1, sg-1, sg-2, sg-3]}",
        "network: {cidr: 10.0.0.0/16, vpc: vpc-1}",
        "network: {controlPlaneSubnets: [subnet-1, subnet-2]}",
        "network: {controlPlaneSubnets: inner}",
        "network: {nat: none, endpoints: [ec2, ecr.api, ecr.dkr, s3, sts], controlPlaneSubnets: public}",
        "network: {privateSubnets: [subnet-1], publicSubnets: [subnet-2, subnet-3], controlPlaneSubnets: private}",
        "network: {vpc: vpc-1, controlPlaneSubnets: [subnet-1]}",
        "network: {vpc: vpc-1, controlPlaneSubnets: [subnet-1, subnet-1, x]}",
        "nodeGroups: [{securityGroups: [sg-1]}]",
    ]));
}

#[test]
fn node_groups() {
    insta::assert_snapshot!(refusals(&[
        "nodeGroups: [{name: _a}]",
        "nodeGroups: [{name: a}, {name: b}, {name: a}]",
        "nodeGroups: [{instanceTypes: [large]}]",
        "nodeGroups: [{instanceTypes: [m5.large, m5.large]}]",
        "nodeGroups: [{instanceTypes: [m5.large, m7g.large]}]",
        "nodeGroups: [{instanceTypes: [t4g.small], amiFamily: WindowsServer2022CoreContainer}]",
        "{version: '1.33', nodeGroups: [{amiFamily: AmazonLinux2}]}",
        "{version: '1.34', nodeGroups: [{amiFamily: WindowsServer2025FullContainer}]}",
        "nodeGroups: [{scaling: {min: 3, max: 2}}]",
        "nodeGroups: [{scaling: {max: 0}}]",
        "nodeGroups: [{scaling: {min: 2, max: 4, desired: 1}}]",
        "nodeGroups: [{scaling: {max: 4, desired: 5}}]",
        "nodeGroups: [{subnets: []}]",
        "nodeGroups: [{subnets: [subnet-1, subnet-1]}]",
        "{network: {nat: none}, nodeGroups: [{subnets: private}]}",
        "{network: {privateSubnets: [subnet-1, subnet-2]}, nodeGroups: [{subnets: public}]}",
        "{network: {publicSubnets: [subnet-1, subnet-2]}, nodeGroups: [{subnets: private}]}",
        "nodeGroups: [{labels: {-key: value}}]",
        "nodeGroups: [{labels: {Example.com/key: value}}]",
        "nodeGroups: [{labels: {key: a value}}]",
        "nodeGroups: [{labels: {kubernetes.io/role: web}}]",
        "nodeGroups: [{labels: {node-role.kubernetes.io/web: 'true'}}]",
        "nodeGroups: [{taints: [{key: a/b/c, value: 'x y', effect: NoSchedule}]}]",
        "nodeGroups: [{taints: [{key: a, value: x, effect: NoSchedule}, {key: a, value: y, effect: NoSchedule}]}]",
        "nodeGroups: [{disk: {sizeGib: 0}}]",
        "nodeGroups: [{disk: {iops: 100}}]",
        "nodeGroups: [{disk: {volumeType: gp2, iops: 3000, throughput: 125}}]",
        "nodeGroups: [{disk: {volumeType: io2}}]",
        "nodeGroups: [{disk: {throughput: 2000}}]",
        "nodeGroups: [{disk: {kmsKey: alias/disks}}]",
        "nodeGroups: [{update: {maxUnavailable: 1, maxUnavailablePercentage: 50}}]",
        "nodeGroups: [{update: {maxUnavailablePercentage: 101}}]",
        "nodeGroups: [{update: {maxUnavailable: 0}}]",
        "nodeGroups: [{update: {maxUnavailable: 3}, scaling: {max: 2}}]",
        "nodeGroups: [{tags: {'AWS:a': b}}]",
    ]));
}

#[test]
fn images_launches_and_roles_of_node_groups() {
    insta::assert_snapshot!(refusals(&[
        "nodeGroups: [{amiFamily: AmazonLinux2}]",
        "{version: latest, nodeGroups: [{amiFamily: AmazonLinux2Gpu}]}",
        "nodeGroups: [{instanceTypes: [g5.xlarge, m5.xlarge]}]",
        "nodeGroups: [{instanceTypes: [inf2.xlarge, g5.xlarge], amiFamily: Bottlerocket}]",
        "nodeGroups: [{ami: my-image}]",
        "nodeGroups: [{ami: ami-1, amiFamily: Bottlerocket}]",
        "nodeGroups: [{capacity: capacityBlock, instanceTypes: [p5.48xlarge]}]",
        "nodeGroups: [{capacity: capacityBlock, capacityReservationId: mine}]",
        "nodeGroups: [{capacityReservationId: cr-1}]",
        "nodeGroups: [{nodeRepairConfig: {maxUnhealthyNodeThresholdCount: 0}}]",
        "nodeGroups: [{nodeRepairConfig: {maxParallelNodesRepairedCount: 1, maxParallelNodesRepairedPercentage: 101}}]",
        "nodeGroups: [{nodeRepairConfig: {nodeRepairConfigOverrides: [{nodeMonitoringCondition: '', nodeUnhealthyReason: a, minRepairWaitTimeMins: 0, repairAction: reboot}]}}]",
        "nodeGroups: [{metadataOptions: {httpPutResponseHopLimit: 65}}]",
        "nodeGroups: [{securityGroups: [a, sg-1, sg-1]}]",
        "nodeGroups: [{sshKey: ''}]",
        "nodeGroups: [{sshKey: me, amiFamily: WindowsServer2022FullContainer}]",
        "nodeGroups: [{policyArns: [arn:aws:iam::111122223333:role/x]}]",
        "{region: us-west-2, nodeGroups: [{policyArns: ['arn:aws-cn:iam::aws:policy/A']}]}",
        "{region: us-west-2, nodeGroups: [{roleArn: 'arn:aws-us-gov:iam::111122223333:role/x'}]}",
        "nodeGroups: [{ownRole: false, policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/A']}]",
        "nodeGroups: [{ownRole: true, roleArn: 'arn:aws:iam::111122223333:role/x', policyArns: ['arn:aws:iam::aws:policy/A']}]",
    ]));
}

#[test]
fn fargate_profiles_addons_and_access_entries() {
    insta::assert_snapshot!(refusals(&[
        "fargateProfiles: [{name: eks-web, selectors: [{namespace: web}]}]",
        "fargateProfiles: [{name: web}]",
        "fargateProfiles: [{name: web, selectors: [{namespace: Web}]}]",
        "fargateProfiles: [{name: web, selectors: [{namespace: web}, {namespace: web}]}]",
        "fargateProfiles: [{name: web, selectors: [{namespace: web, labels: {'a b': c}}]}]",
        "fargateProfiles: [{name: a, selectors: [{namespace: a}]}, {name: a, selectors: [{namespace: b}]}]",
        "fargateProfiles: [{name: web, selectors: [{namespace: web}], subnets: [a]}]",
        "{network: {nat: none}, fargateProfiles: [{name: web, selectors: [{namespace: web}]}]}",
        "{network: {publicSubnets: [subnet-1, subnet-2]}, fargateProfiles: [{name: a, selectors: [{namespace: a}]}]}",
        "addons: [{name: ''}]",
        "addons: [{name: coredns}, {name: coredns}]",
        "addons: [{name: coredns, configuration: 3}]",
        "addons: [{name: coredns, serviceAccountRoleArn: none}]",
        "{region: us-west-2, addons: [{name: vpc-cni, serviceAccountRoleArn: 'arn:aws-cn:iam::111122223333:role/x'}]}",
        "accessEntries: [{principalArn: me}]",
        "{region: us-west-2, accessEntries: [{principalArn: 'arn:aws-cn:iam::111122223333:role/a', policies: [{policyArn: 'arn:aws-us-gov:eks::aws:cluster-access-policy/A'}]}]}",
        "accessEntries: [{principalArn: 'arn:aws:sts::111122223333:assumed-role/a/b'}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a'}, {principalArn: 'arn:aws:iam::111122223333:role/a'}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a', kubernetesGroups: ['system:masters']}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a', type: ec2Linux, username: a, kubernetesGroups: [a]}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a', type: EC2_LINUX, policies: [{policyArn: 'arn:aws:eks::aws:cluster-access-policy/A'}]}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a', policies: [{policyArn: 'arn:aws:iam::aws:policy/A'}]}]",
        "accessEntries: [{principalArn: 'arn:aws:iam::111122223333:role/a', policies: [{policyArn: 'arn:aws:eks::aws:cluster-access-policy/A', scope: {namespaces: []}}]}]",
    ]));
}

#[test]
fn identity() {
    insta::assert_snapshot!(refusals(&[
        "podIdentityAssociations: [{namespace: web, serviceAccount: api}]",
        "podIdentityAssociations: [{namespace: Web, serviceAccount: Api, roleArn: mine}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: '', policyArns: [S3]}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, roleArn: 'arn:aws:iam::111122223333:role/a', policyArns: ['arn:aws:iam::aws:policy/A']}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, policyArns: ['arn:aws:iam::aws:policy/A', 'arn:aws:iam::aws:policy/A']}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, policyDocument: allow all}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, policyDocument: {Version: '2012-10-17'}}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, roleArn: 'arn:aws:iam::111122223333:role/a', targetRoleArn: far}]",
        "podIdentityAssociations: [{namespace: web, serviceAccount: a, roleArn: 'arn:aws:iam::111122223333:role/a'}, {namespace: web, serviceAccount: a, roleArn: 'arn:aws:iam::111122223333:role/b'}]",
        "{region: cn-north-1, podIdentityAssociations: [{namespace: web, serviceAccount: a, policyArns: ['arn:aws:iam::aws:policy/A']}]}",
        "{region: eu-west-1, podIdentityAssociations: [{namespace: web, serviceAccount: a, roleArn: 'arn:aws-us-gov:iam::111122223333:role/a'}]}",
        "{addons: [{name: vpc-cni}], podIdentityAssociations: [{namespace: web, serviceAccount: a, roleArn: 'arn:aws:iam::111122223333:role/a'}]}",
        "addons: [{name: vpc-cni, podIdentityAssociations: [{serviceAccount: aws-node, roleArn: 'arn:aws:iam::111122223333:role/a'}]}]",
        "addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, serviceAccountRoleArn: 'arn:aws:iam::111122223333:role/a', podIdentityAssociations: [{serviceAccount: aws-node, roleArn: 'arn:aws:iam::111122223333:role/a'}]}]",
        "addons: [{name: eks-pod-identity-agent}, {name: vpc-cni, podIdentityAssociations: [{serviceAccount: aws-node}, {serviceAccount: aws-node, roleArn: 'arn:aws:iam::111122223333:role/a'}]}]",
        "serviceAccountRoles: [{namespace: web, serviceAccount: api}]",
        "serviceAccountRoles: [{namespace: web, serviceAccount: api, policyArns: ['arn:aws:iam::aws:policy/A'], roleName: 'a role'}]",
        "serviceAccountRoles: [{namespace: web, serviceAccount: a, policyArns: ['arn:aws:iam::aws:policy/A'], roleName: r}, {namespace: web, serviceAccount: b, policyArns: ['arn:aws:iam::aws:policy/A'], roleName: r}]",
        "{oidcProvider: false, serviceAccountRoles: [{namespace: web, serviceAccount: api, policyArns: ['arn:aws:iam::aws:policy/A']}]}",
    ]));
}

#[test]
fn roles_of_service_accounts_fit_into_one_stack() {
    let association = |index: usize| PodIdentityAssociation {
        namespace: "web".into(),
        service_account: format!("a{index}"),
        policy_arns: vec!["arn:aws:iam::aws:policy/A".into()],
        ..PodIdentityAssociation::default()
    };
    let check = |count: usize| {
        let pod_identity_associations = (0..count).map(association).collect();
        Cluster { pod_identity_associations, ..Cluster::default() }.check().map_err(|error| error.to_string())
    };
    assert_eq!(check(99), Ok(()));
    let error = check(100).expect_err("one too many");
    assert!(error.contains("must make at most 99 roles, all of them together"), "{error}");
}

#[test]
fn lengths_and_counts() {
    let tags = |from: usize, to: usize| {
        (from..to)
            .map(|index| (format!("key{index}"), String::new()))
            .collect::<std::collections::BTreeMap<_, _>>()
    };
    let group = NodeGroup::default();
    let cluster = |change: &dyn Fn(&mut Cluster)| {
        let mut cluster = Cluster::default();
        change(&mut cluster);
        cluster.check().map_err(|error| error.to_string())
    };
    let group_with = |change: &dyn Fn(&mut NodeGroup)| {
        let mut group = group.clone();
        change(&mut group);
        cluster(&|cluster| cluster.node_groups = Some(vec![group.clone()]))
    };

    assert_eq!(cluster(&|c| c.name = Some("x".repeat(100))), Ok(()));
    assert!(cluster(&|c| c.name = Some("x".repeat(101))).is_err());
    assert_eq!(group_with(&|g| g.name = Some("x".repeat(63))), Ok(()));
    assert!(group_with(&|g| g.name = Some("x".repeat(64))).is_err());

    assert_eq!(cluster(&|c| c.tags = tags(0, 45)), Ok(()));
    assert_eq!(
        cluster(&|c| c.tags = tags(0, 46)).unwrap_err(),
        "tags: `46` must be at most 45 tags (AWS allows 50, 5 are used for ownership)"
    );
    let together = cluster(&|c| {
        c.tags = tags(0, 30);
        c.node_groups = Some(vec![NodeGroup { tags: tags(20, 46), ..group.clone() }]);
    });
    assert_eq!(
        together.unwrap_err(),
        "nodeGroups[0].tags: `46` must be at most 45 tags together with those of the cluster"
    );
    let together = cluster(&|c| {
        c.tags = tags(0, 30);
        let principal_arn = "arn:aws:iam::111122223333:role/a".to_owned();
        c.access_entries.push(AccessEntry { principal_arn, tags: tags(20, 46), ..AccessEntry::default() });
    });
    assert_eq!(
        together.unwrap_err(),
        "accessEntries[0].tags: `46` must be at most 45 tags together with those of the cluster"
    );
    assert_eq!(cluster(&|c| drop(c.tags.insert("k".repeat(128), "v".repeat(256)))), Ok(()));
    assert!(cluster(&|c| drop(c.tags.insert("k".repeat(129), String::new()))).is_err());
    assert!(cluster(&|c| drop(c.tags.insert("k".into(), "v".repeat(257)))).is_err());

    let taints =
        |count: usize| (0..count).map(|i| Taint::no_schedule(format!("t{i}"), "")).collect::<Vec<_>>();
    assert_eq!(group_with(&|g| g.taints = taints(50)), Ok(()));
    assert_eq!(
        group_with(&|g| g.taints = taints(51)).unwrap_err(),
        "nodeGroups[0].taints: `51` must be at most 50 taints"
    );

    let types = |count: usize| (0..count).map(|i| format!("m5.{}xlarge", i + 2)).collect::<Vec<_>>();
    assert_eq!(group_with(&|g| g.instance_types = types(20)), Ok(()));
    assert!(group_with(&|g| g.instance_types = types(21)).is_err());

    let label =
        |key: &str, value: &str| group_with(&|g| drop(g.labels.insert(key.to_owned(), value.to_owned())));
    assert_eq!(label(&"k".repeat(63), &"v".repeat(63)), Ok(()));
    assert_eq!(label(&format!("example.com/{}", "k".repeat(63)), ""), Ok(()));
    assert_eq!(label("node.kubernetes.io/pool", "web"), Ok(()));
    assert_eq!(label("topology.kubernetes.io/zone", "us-west-2a"), Ok(()));
    assert!(label(&"k".repeat(64), "").is_err());
    assert!(label("k", &"v".repeat(64)).is_err());

    let cidrs = |count: u8| Some((0..count).map(|i| format!("10.0.{i}.0/24")).collect::<Vec<_>>());
    assert_eq!(cluster(&|c| c.endpoint_access.public_cidrs = cidrs(40)), Ok(()));
    assert_eq!(
        cluster(&|c| c.endpoint_access.public_cidrs = cidrs(41)).unwrap_err(),
        "endpointAccess.publicCidrs: `41` must be at most 40 CIDR blocks"
    );
}

#[test]
fn every_broken_rule_is_reported_at_once() {
    let cluster = Cluster {
        name: Some("_".into()),
        node_groups: Some(vec![NodeGroup {
            scaling: Some(Scaling::between(5, 0)),
            disk: Some(Disk::gib(0)),
            ..NodeGroup::default()
        }]),
        ..Cluster::default()
    };
    let error = cluster.check().unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::InvalidSpec);
    let fields: Vec<_> = error.violations().iter().map(|violation| violation.field.as_str()).collect();
    assert_eq!(
        fields,
        ["name", "nodeGroups[0].scaling.max", "nodeGroups[0].scaling.min", "nodeGroups[0].disk.sizeGib"]
    );
}
