//! The keys of the network.

use super::super::eksctl::MORE_ENDPOINTS;
use super::{Key, Kind, flag, key, later, later_but, object, text, texts, word};

/// The keys of `vpc`.
pub(super) const VPC: &[Key] = &[
    text("id"),
    text("cidr"),
    later("ipv6Cidr", "the VPC's IPv6 block is one of Amazon's"),
    later("ipv6Pool", "the VPC's IPv6 block is one of Amazon's"),
    text("securityGroup"),
    object("subnets", &[key("private", Kind::Named(SUBNET)), key("public", Kind::Named(SUBNET))]),
    later("hostnameType", "nodes are named as EC2 does by itself"),
    later("extraCIDRs", "let them in by a security group of `vpc.controlPlaneSecurityGroupIDs`"),
    later("extraIPv6CIDRs", "let them in by a security group of `vpc.controlPlaneSecurityGroupIDs`"),
    later(
        "sharedNodeSecurityGroup",
        "nodes have the cluster's own group; add others by `managedNodeGroups[].securityGroups.attachIDs`",
    ),
    later_but("manageSharedNodeSecurityGroupRules", "true", "nodes have the cluster's own group"),
    later_but("autoAllocateIPv6", "false", "give the VPC a block once it is there"),
    object("nat", &[word("gateway", &["HighlyAvailable", "Single", "Disable"])]),
    object("clusterEndpoints", &[flag("privateAccess"), flag("publicAccess")]),
    texts("publicAccessCIDRs"),
    texts("controlPlaneSubnetIDs"),
    flag("controlPlaneOnPrivateSubnets"),
    texts("controlPlaneSecurityGroupIDs"),
    later("controlPlaneEgressMode", "EKS's own mode is used"),
];

const SUBNET: &[Key] = &[
    text("id"),
    later("az", "EC2 says in which zone a subnet is"),
    later("cidr", "EC2 says which block a subnet has"),
];

/// The keys of `privateCluster`.
pub(super) const PRIVATE_CLUSTER: &[Key] = &[
    flag("enabled"),
    flag("skipEndpointCreation"),
    key("additionalEndpointServices", Kind::Words(MORE_ENDPOINTS)),
];
