//! The keys at the top, and of the smaller objects below them (facts/eksctl.md §3).

use super::access::{ACCESS_CONFIG, IAM};
use super::addon::{ADDON, ADDONS_CONFIG};
use super::network::{PRIVATE_CLUSTER, VPC};
use super::node_group::MANAGED_NODE_GROUP;
use super::{Key, Kind, flag, key, later, later_but, object, objects, pairs, text, texts, whole, word};

/// The keys of a ClusterConfig.
pub(in super::super) const CLUSTER_CONFIG: &[Key] = &[
    word("apiVersion", &["eksctl.io/v1alpha5"]),
    word("kind", &["ClusterConfig"]),
    object("metadata", METADATA),
    object("upgradePolicy", &[word("supportType", &["STANDARD", "EXTENDED"])]),
    object("kubernetesNetworkConfig", KUBERNETES_NETWORK_CONFIG),
    object("autoModeConfig", AUTO_MODE_CONFIG),
    later("remoteNetworkConfig", "there are no hybrid nodes"),
    object("iam", IAM),
    later("iamIdentityMappings", "let principals in by `accessConfig.accessEntries`"),
    later("identityProviders", "associate them with eksctl or the EKS API once the cluster is there"),
    object("accessConfig", ACCESS_CONFIG),
    object("vpc", VPC),
    objects("addons", ADDON),
    object("addonsConfig", ADDONS_CONFIG),
    object("privateCluster", PRIVATE_CLUSTER),
    later("nodeGroups", "there are no self-managed nodes: use `managedNodeGroups`"),
    objects("managedNodeGroups", MANAGED_NODE_GROUP),
    objects("fargateProfiles", FARGATE_PROFILE),
    texts("availabilityZones"),
    later("localZones", "there are no subnets in local zones"),
    object("cloudWatch", &[object("clusterLogging", CLUSTER_LOGGING)]),
    object("secretsEncryption", &[text("keyARN")]),
    later("gitops", "install Flux once the cluster is there"),
    later("karpenter", "install Karpenter once the cluster is there, or use `autoModeConfig`"),
    later("outpost", "there are no clusters on Outposts"),
    object("controlPlaneScalingConfig", &[word("tier", TIERS)]),
    object("zonalShiftConfig", &[flag("enabled")]),
    later("kubeAPIServerConfig", COMPONENT),
    later("kubeSchedulerConfig", COMPONENT),
    later("kubeControllerManagerConfig", COMPONENT),
    later("capabilities", "make them with eksctl or the EKS API once the cluster is there"),
];

const COMPONENT: &str = "set it with eksctl or the EKS API once the cluster is there";

/// EKS's model, `ProvisionedControlPlaneTier`.
const TIERS: &[&str] = &["standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl"];

const METADATA: &[Key] = &[
    text("name"),
    text("region"),
    text("version"),
    later_but("forceUpdateVersion", "false", "versions are not upgraded"),
    later("rollbackConfig", "versions are not rolled back"),
    pairs("tags"),
    later("annotations", "nothing of it reaches AWS: use `metadata.tags`"),
];

const KUBERNETES_NETWORK_CONFIG: &[Key] = &[
    key("ipFamily", Kind::AnyCase(&["IPv4", "IPv6"])),
    text("serviceIPv4CIDR"),
    later("serviceIPv6CIDR", "EKS chooses it"),
];

const AUTO_MODE_CONFIG: &[Key] = &[
    flag("enabled"),
    text("nodeRoleARN"),
    later("permissionsBoundaryARN", "make the role yourself, and name it in `nodeRoleARN`"),
    key("nodePools", Kind::Words(&["general-purpose", "system"])),
];

const FARGATE_PROFILE: &[Key] = &[
    text("name"),
    text("podExecutionRoleARN"),
    objects("selectors", &[text("namespace"), pairs("labels")]),
    texts("subnets"),
    pairs("tags"),
    later("status", "it is something that eksctl says"),
];

const CLUSTER_LOGGING: &[Key] = &[key("enableTypes", Kind::Words(LOG_TYPES)), whole("logRetentionInDays")];

/// The last two mean every other one.
const LOG_TYPES: &[&str] = &["api", "audit", "authenticator", "controllerManager", "scheduler", "all", "*"];
