//! What is said about a ClusterConfig that cannot be read.

use proptest::prelude::*;

use super::super::*;
use super::{config, refusal};

/// Each with what is said of it.
fn table(cases: &[&str]) -> String {
    cases.iter().map(|lines| format!("{lines}\n  {}\n", refusal(lines))).collect()
}

#[test]
fn misspelt_keys_and_words() {
    insta::assert_snapshot!(table(&[
        "managedNodeGroup: []",
        "vpc: {nat: {gatway: Single}}",
        "vpc: {nat: {gateway: single}}",
        "managedNodeGroups: [{name: a, desiredCapactiy: 2}]",
        "managedNodeGroups: [{name: a, amiFamily: AmazonLinux2024}]",
        "managedNodeGroups: [{name: a, amiFamily: Ubuntu2404}]",
        "managedNodeGroups: [{name: a, volumeType: st1}]",
        "managedNodeGroups: [{name: a, taints: [{key: a, effect: NoShedule}]}]",
        "managedNodeGroups: [{name: a, taints: {a: 'b:NoShedule'}}]",
        "managedNodeGroups: [{name: a, nodeRepairConfig: {nodeRepairConfigOverrides: [{repairAction: Restart}]}}]",
        "cloudWatch: {clusterLogging: {enableTypes: [audits]}}",
        "accessConfig: {authenticationMode: api}",
        "autoModeConfig: {nodePools: [systems]}",
        "controlPlaneScalingConfig: {tier: xl}",
        "upgradePolicy: {supportType: extended}",
        "deletionProtection: true",
    ]));
}

#[test]
fn values_of_the_wrong_kind() {
    insta::assert_snapshot!(table(&[
        "managedNodeGroups: {a: {}}",
        "managedNodeGroups: [3]",
        "managedNodeGroups: [{name: a, minSize: two}]",
        "managedNodeGroups: [{name: a, minSize: -1}]",
        "managedNodeGroups: [{name: a, spot: yes please}]",
        "managedNodeGroups: [{name: [a]}]",
        "managedNodeGroups: [{name: a, labels: [b]}]",
        "vpc: 10.0.0.0/16",
        "availabilityZones: us-west-2a",
    ]));
}

#[test]
fn what_a_spec_cannot_say() {
    insta::assert_snapshot!(table(&[
        "nodeGroups: [{name: a}]",
        "iam: {withOIDC: true, serviceAccounts: [{metadata: {name: a, labels: {b: c}}, roleOnly: true, \
         attachPolicyARNs: ['arn:aws:iam::aws:policy/a'], subjectPattern: '*'}]}",
        "iam: {withOIDC: true, serviceAccounts: [{metadata: {name: a}, wellKnownPolicies: {ebsCSIController: true}}]}",
        "addons: [{name: aws-ebs-csi-driver, useDefaultPodIdentityAssociations: true}]",
        "iam: {vpcResourceControllerPolicy: false}",
        "managedNodeGroups: [{name: a, preBootstrapCommands: [reboot]}]",
        "managedNodeGroups: [{name: a, ssh: {allow: true, publicKeyName: me}}]",
        "managedNodeGroups: [{name: a, iam: {withAddonPolicies: {autoScaler: true, ebs: true}}}]",
        "managedNodeGroups: [{name: a, launchTemplate: {id: lt-1}}]",
        "addons: [{name: vpc-cni, version: latest}]",
        "addons: [{name: vpc-cni, attachPolicyARNs: ['arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy']}]",
        "vpc: {extraCIDRs: [10.0.0.0/8]}",
        "karpenter: {version: '1.0'}",
    ]));
}

#[test]
fn what_eksctl_refuses() {
    insta::assert_snapshot!(table(&[
        "managedNodeGroups: [{minSize: 1}]",
        "managedNodeGroups: [{name: a, instanceType: m5.large, instanceTypes: [m5.large]}]",
        "managedNodeGroups: [{name: a_b}]",
        "managedNodeGroups: [{name: a, maxSize: 1}]",
        "cloudWatch: {clusterLogging: {enableTypes: [api], logRetentionInDays: 1096}}",
        "vpc: {subnets: {private: {a: {id: subnet-1}, b: {id: subnet-2}}}}\nmanagedNodeGroups: [{name: a}]",
        "managedNodeGroups: [{name: a, ami: ami-1}]",
        "managedNodeGroups: [{name: a, updateConfig: {}}]",
        "managedNodeGroups: [{name: a, disablePodIMDS: true, iam: {withAddonPolicies: {ebs: true}}}]",
        "managedNodeGroups: [{name: a}]\nautoModeConfig: {enabled: true}",
        "addons: [{name: coredns}]\nautoModeConfig: {enabled: true}",
        "managedNodeGroups: [{name: a}]\naddonsConfig: {disableDefaultAddons: true}",
        "managedNodeGroups: [{name: a}]\nprivateCluster: {enabled: true}",
        "privateCluster: {enabled: true}\nvpc: {clusterEndpoints: {publicAccess: true}}",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\nvpc: {nat: {gateway: Single}}",
        "kubernetesNetworkConfig: {ipFamily: IPv6}\naddons: [{name: coredns}, {name: vpc-cni}]",
        "vpc: {subnets: {private: {a: {id: subnet-1}, b: {id: subnet-2}}}}\navailabilityZones: [us-west-2a]",
        "vpc: {subnets: {private: {a: {az: us-west-2a}, b: {id: subnet-2, cidr: 10.0.0.0/24}}}}",
        "accessConfig: {accessEntries: [{principalARN: 'arn:aws:iam::111122223333:role/a', accessPolicies: \
         [{policyARN: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', accessScope: {}}]}]}",
    ]));
}

/// The rules are those of specs, the paths eksctl's.
#[test]
fn what_a_spec_refuses() {
    insta::assert_snapshot!(table(&[
        "managedNodeGroups: [{name: a, minSize: 3, maxSize: 2}]",
        "managedNodeGroups: [{name: a, instanceTypes: [m5.large, m6g.large]}]",
        "managedNodeGroups: [{name: a, volumeIOPS: 1}]",
        "managedNodeGroups: [{name: a, volumeKmsKeyID: alias/a}]",
        "managedNodeGroups: [{name: a, maxSize: 2, updateConfig: {maxUnavailable: 3}}]",
        "managedNodeGroups: [{name: a, iam: {instanceRoleARN: 'arn:aws:iam::111122223333:role/a', \
         withAddonPolicies: {ebs: true}}}]",
        "accessConfig: {authenticationMode: CONFIG_MAP, accessEntries: [{principalARN: \
         'arn:aws:iam::111122223333:role/a', type: EC2_LINUX, kubernetesUsername: a}]}",
        "managedNodeGroups: [{name: a, labels: {kubernetes.io/a: b}}]",
        "managedNodeGroups: [{name: a, iam: {attachPolicyARNs: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']}}]",
        "managedNodeGroups: [{name: a}, {name: a}]",
        "managedNodeGroups: [{name: a, privateNetworking: true}]\nvpc: {nat: {gateway: Disable}}",
        "fargateProfiles: [{name: eks-a}]",
        "iam: {serviceAccounts: [{metadata: {name: a}, roleOnly: true}]}",
        "iam: {podIdentityAssociations: [{namespace: a, serviceAccountName: b}]}",
        "vpc: {cidr: 10.0.0.1/16}",
        "vpc: {publicAccessCIDRs: [10.0.0.1/8]}",
        "vpc: {controlPlaneSubnetIDs: [subnet-1, subnet-2]}",
        "vpc: {controlPlaneSecurityGroupIDs: [sg-1]}",
        "secretsEncryption: {}",
        "secretsEncryption: {keyARN: key}",
        "cloudWatch: {clusterLogging: {logRetentionInDays: 8}}",
        "availabilityZones: [eu-west-1a, eu-west-1b]",
    ]));
}

#[test]
fn heads() {
    let cases = [
        "",
        "- a",
        "apiVersion:\nkind:\nmetadata: {name:, region:}",
        "a: [",
        "apiVersion: eksctl.io/v1alpha4\nkind: Cluster\nmetadata: {}",
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a_b, region: us-west-2}",
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a, region: us-west-2, version: default}",
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n\
         metadata: {name: a, region: us-west-2, annotations: {a: b}}",
    ];
    let said = |yaml: &str| Cluster::from_cluster_config(yaml).expect_err("refused").to_string();
    let all: String = cases.iter().map(|yaml| format!("{yaml}\n  {}\n", said(yaml))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let error = Cluster::from_cluster_config(&config(
        "nodeGroups: [{name: old}]\nmanagedNodeGroups: [{name: a, minSize: 3, maxSize: 2, efaEnabled: true, typo: 1}]\n\
         vpc: {cidr: 10.0.0.0/8, nat: {gateway: Singel}}",
    ))
    .unwrap_err();
    let fields: Vec<&str> = error.violations().iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "managedNodeGroups[0].efaEnabled",
            "managedNodeGroups[0].typo",
            "nodeGroups",
            "vpc.nat.gateway",
            "managedNodeGroups[0].minSize",
            "vpc.cidr"
        ]
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
        let _ = Cluster::from_cluster_config(&text);
        let _ = Cluster::from_cluster_config(&config(&text));
    }
}
