//! The keys of managed node groups.

use super::{Key, Kind, flag, key, later, later_but, object, objects, pairs, text, texts, whole, word};

/// The keys of each of `managedNodeGroups`.
pub(super) const MANAGED_NODE_GROUP: &[Key] = &[
    text("name"),
    key("amiFamily", Kind::AnyCase(AMI_FAMILIES)),
    text("instanceType"),
    later("availabilityZones", "name the subnets in `subnets`"),
    texts("subnets"),
    later("instancePrefix", "nodes are called `<cluster>-<group>-Node`"),
    later("instanceName", "nodes are called `<cluster>-<group>-Node`"),
    whole("desiredCapacity"),
    whole("minSize"),
    whole("maxSize"),
    whole("volumeSize"),
    object("ssh", SSH),
    pairs("labels"),
    flag("privateNetworking"),
    pairs("tags"),
    object("iam", IAM),
    text("ami"),
    object("securityGroups", SECURITY_GROUPS),
    later_but("maxPodsPerNode", "0", "EKS reckons it from the instance type"),
    later("asgSuspendProcesses", "EKS runs the Auto Scaling group"),
    later("ebsOptimized", "EC2 decides it by the instance type"),
    word("volumeType", &["gp2", "gp3", "io1", "io2"]),
    later("volumeName", "the device follows from the image"),
    flag("volumeEncrypted"),
    text("volumeKmsKeyID"),
    whole("volumeIOPS"),
    whole("volumeThroughput"),
    later("additionalVolumes", "nodes have one disk"),
    later("preBootstrapCommands", BOOTSTRAP),
    later("overrideBootstrapCommand", BOOTSTRAP),
    later_but("propagateASGTags", "false", "tag the Auto Scaling group once it is there"),
    flag("disableIMDSv1"),
    flag("disablePodIMDS"),
    later("placement", "EC2 places nodes"),
    later_but("efaEnabled", "false", "nodes have no Elastic Fabric Adapter"),
    later("instanceSelector", "name the types in `instanceTypes`"),
    later("bottlerocket", "Bottlerocket keeps its own settings"),
    later_but("enableDetailedMonitoring", "false", "nodes have EC2's basic monitoring"),
    object("capacityReservation", CAPACITY_RESERVATION),
    object("instanceMarketOptions", &[word("marketType", &["capacity-block"])]),
    later("outpostARN", "there are no nodes on Outposts"),
    texts("instanceTypes"),
    flag("spot"),
    key("taints", Kind::Taints(TAINT)),
    object("updateConfig", &[whole("maxUnavailable"), whole("maxUnavailablePercentage")]),
    later("launchTemplate", "the group's launch template is made from its other keys"),
    later("releaseVersion", "EKS's newest image of the family is used"),
    object("nodeRepairConfig", NODE_REPAIR_CONFIG),
];

const BOOTSTRAP: &str = "bring an image in `ami`, or do it in a DaemonSet";

/// Those of eksctl that EKS has images of.
const AMI_FAMILIES: &[&str] = &[
    "AmazonLinux2023",
    "AmazonLinux2",
    "Bottlerocket",
    "BottlerocketFips",
    "WindowsServer2019CoreContainer",
    "WindowsServer2019FullContainer",
    "WindowsServer2022CoreContainer",
    "WindowsServer2022FullContainer",
    "WindowsServer2025CoreContainer",
    "WindowsServer2025FullContainer",
];

/// eksctl opens port 22 together with a key; a spec's `sshKey` opens none.
const SSH: &[Key] = &[
    later_but("allow", "false", NO_SSH),
    later("publicKeyPath", NO_SSH),
    later("publicKey", NO_SSH),
    later("publicKeyName", NO_SSH),
    later("sourceSecurityGroupIds", NO_SSH),
    // It always is.
    later_but("enableSsm", "true", "nodes can be reached by Session Manager"),
];

const NO_SSH: &str =
    "use Session Manager, or set the spec's `sshKey` and a security group that opens port 22";

const IAM: &[Key] = &[
    later("attachPolicy", "make it a policy of its own, and name it in `attachPolicyARNs`"),
    texts("attachPolicyARNs"),
    later("instanceProfileARN", "EKS makes it: name the role in `instanceRoleARN`"),
    text("instanceRoleARN"),
    later("instanceRoleName", "CloudFormation names the role"),
    later("instanceRolePermissionsBoundary", "make the role yourself, and name it in `instanceRoleARN`"),
    object("withAddonPolicies", WITH_ADDON_POLICIES),
];

const WITH_ADDON_POLICIES: &[Key] = &[
    flag("imageBuilder"),
    later_but("autoScaler", "false", INLINE),
    later_but("externalDNS", "false", INLINE),
    later_but("certManager", "false", INLINE),
    later_but("appMesh", "false", INLINE),
    later_but("appMeshPreview", "false", INLINE),
    flag("ebs"),
    later_but("fsx", "false", INLINE),
    later_but("efs", "false", INLINE),
    later_but("awsLoadBalancerController", "false", INLINE),
    later_but("albIngress", "false", INLINE),
    later_but("xRay", "false", INLINE),
    flag("cloudWatch"),
];

const INLINE: &str = "make its statements a policy, and name it in `iam.attachPolicyARNs`";

const SECURITY_GROUPS: &[Key] = &[
    texts("attachIDs"),
    // eksctl has no such groups for managed nodes.
    later_but("withShared", "false", "managed nodes have the cluster's own group"),
    later_but("withLocal", "false", "managed nodes have the cluster's own group"),
];

const CAPACITY_RESERVATION: &[Key] = &[
    later("capacityReservationPreference", "EC2's own preference, `open`, is used"),
    object("capacityReservationTarget", CAPACITY_RESERVATION_TARGET),
];

const CAPACITY_RESERVATION_TARGET: &[Key] = &[
    text("capacityReservationID"),
    later("capacityReservationResourceGroupARN", "name a reservation in `capacityReservationID`"),
];

const TAINT: &[Key] =
    &[text("key"), text("value"), word("effect", &["NoSchedule", "PreferNoSchedule", "NoExecute"])];

const NODE_REPAIR_CONFIG: &[Key] = &[
    flag("enabled"),
    whole("maxUnhealthyNodeThresholdPercentage"),
    whole("maxUnhealthyNodeThresholdCount"),
    whole("maxParallelNodesRepairedPercentage"),
    whole("maxParallelNodesRepairedCount"),
    objects("nodeRepairConfigOverrides", NODE_REPAIR_OVERRIDE),
];

const NODE_REPAIR_OVERRIDE: &[Key] = &[
    text("nodeMonitoringCondition"),
    text("nodeUnhealthyReason"),
    whole("minRepairWaitTimeMins"),
    word("repairAction", &["Replace", "Reboot", "NoAction"]),
];
