//! Requests that make or change clusters.

use super::rule::{ANY, CLIENT_TOKEN, ENABLED, INTEGER, Member, PERCENTAGE, Rule, TAGS, TEXT, TEXTS};

pub(super) const CREATE: &[Member] = &[
    Member("name", true, Rule::Name),
    Member("roleArn", true, TEXT),
    Member("resourcesVpcConfig", true, VPC_CONFIG),
    Member("version", false, TEXT),
    Member("kubernetesNetworkConfig", false, NETWORK_CONFIG),
    Member("logging", false, LOGGING),
    CLIENT_TOKEN,
    Member("tags", false, TAGS),
    Member("encryptionConfig", false, ENCRYPTION),
    Member(
        "accessConfig",
        false,
        Rule::Structure(&[
            Member("bootstrapClusterCreatorAdminPermissions", false, Rule::Flag),
            AUTHENTICATION_MODE,
        ]),
    ),
    Member("outpostConfig", false, OUTPOST),
    Member("bootstrapSelfManagedAddons", false, Rule::Flag),
    Member("upgradePolicy", false, UPGRADE_POLICY),
    Member("zonalShiftConfig", false, ENABLED),
    Member("remoteNetworkConfig", false, REMOTE_NETWORK),
    Member("computeConfig", false, COMPUTE),
    Member("storageConfig", false, STORAGE),
    Member("deletionProtection", false, Rule::Flag),
    Member("controlPlaneScalingConfig", false, SCALING_TIER),
    Member("kubeApiServerConfig", false, API_SERVER),
    Member("kubeSchedulerConfig", false, SCHEDULER),
    Member("kubeControllerManagerConfig", false, CONTROLLER_MANAGER),
];

pub(super) const UPDATE_CONFIG: &[Member] = &[
    Member("name", true, TEXT),
    Member("resourcesVpcConfig", false, VPC_CONFIG),
    Member("logging", false, LOGGING),
    CLIENT_TOKEN,
    Member("accessConfig", false, Rule::Structure(&[AUTHENTICATION_MODE])),
    Member("upgradePolicy", false, UPGRADE_POLICY),
    Member("zonalShiftConfig", false, ENABLED),
    Member("computeConfig", false, COMPUTE),
    Member("kubernetesNetworkConfig", false, NETWORK_CONFIG),
    Member("storageConfig", false, STORAGE),
    Member("remoteNetworkConfig", false, REMOTE_NETWORK),
    Member("deletionProtection", false, Rule::Flag),
    Member("controlPlaneScalingConfig", false, SCALING_TIER),
    Member("kubeApiServerConfig", false, API_SERVER),
    Member("kubeSchedulerConfig", false, SCHEDULER),
    Member("kubeControllerManagerConfig", false, CONTROLLER_MANAGER),
];

pub(super) const UPDATE_VERSION: &[Member] = &[
    Member("name", true, TEXT),
    Member("version", true, TEXT),
    CLIENT_TOKEN,
    Member("force", false, Rule::Flag),
    Member(
        "rollbackConfig",
        false,
        Rule::Structure(&[Member("timeoutMinutes", false, Rule::Number(120, 10080))]),
    ),
];

pub(super) const ASSOCIATE_ENCRYPTION: &[Member] =
    &[Member("clusterName", true, TEXT), Member("encryptionConfig", true, ENCRYPTION), CLIENT_TOKEN];

const ENCRYPTION: Rule = Rule::List(
    0,
    1,
    &Rule::Structure(&[
        Member("resources", false, Rule::List(0, 1, &Rule::Choice(&["secrets"]))),
        Member("provider", false, Rule::Structure(&[Member("keyArn", false, TEXT)])),
    ]),
);
const VPC_CONFIG: Rule = Rule::Structure(&[
    Member("subnetIds", false, TEXTS),
    Member("securityGroupIds", false, TEXTS),
    Member("endpointPublicAccess", false, Rule::Flag),
    Member("endpointPrivateAccess", false, Rule::Flag),
    Member("publicAccessCidrs", false, TEXTS),
    Member(
        "controlPlaneEgressMode",
        false,
        Rule::Choice(&["AWS_MANAGED", "CUSTOMER_ROUTED", "CUSTOMER_ISOLATED"]),
    ),
]);
const NETWORK_CONFIG: Rule = Rule::Structure(&[
    Member("serviceIpv4Cidr", false, TEXT),
    Member("ipFamily", false, Rule::Choice(&["ipv4", "ipv6"])),
    Member("elasticLoadBalancing", false, BALANCING),
]);
const LOGGING: Rule = Rule::Structure(&[Member(
    "clusterLogging",
    false,
    Rule::List(
        0,
        ANY,
        &Rule::Structure(&[
            Member(
                "types",
                false,
                Rule::List(
                    0,
                    ANY,
                    &Rule::Choice(&["api", "audit", "authenticator", "controllerManager", "scheduler"]),
                ),
            ),
            Member("enabled", false, Rule::Flag),
        ]),
    ),
)]);
const AUTHENTICATION_MODE: Member =
    Member("authenticationMode", false, Rule::Choice(&["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"]));
const UPGRADE_POLICY: Rule =
    Rule::Structure(&[Member("supportType", false, Rule::Choice(&["STANDARD", "EXTENDED"]))]);
const COMPUTE: Rule = Rule::Structure(&[
    Member("enabled", false, Rule::Flag),
    Member("nodePools", false, TEXTS),
    Member("nodeRoleArn", false, TEXT),
]);
const STORAGE: Rule = Rule::Structure(&[Member("blockStorage", false, ENABLED)]);
const CIDRS: Rule = Rule::List(0, 1, &Rule::Structure(&[Member("cidrs", false, Rule::List(0, 15, &TEXT))]));
const REMOTE_NETWORK: Rule =
    Rule::Structure(&[Member("remoteNodeNetworks", false, CIDRS), Member("remotePodNetworks", false, CIDRS)]);
const SCALING_TIER: Rule = Rule::Structure(&[Member(
    "tier",
    false,
    Rule::Choice(&["standard", "tier-xl", "tier-2xl", "tier-4xl", "tier-8xl"]),
)]);
const BALANCING: Rule = Rule::Structure(&[
    Member("enabled", false, Rule::Flag),
    Member(
        "gatewayApi",
        false,
        Rule::Structure(&[Member("crds", false, Rule::Structure(&[Member("managed", false, Rule::Flag)]))]),
    ),
]);
const SPREAD: Member = Member("spreadLevel", false, Rule::Choice(&["host", "rack"]));
const OUTPOST: Rule = Rule::Structure(&[
    Member("outpostArns", true, TEXTS),
    Member("controlPlaneInstanceType", true, TEXT),
    Member("controlPlanePlacement", false, Rule::Structure(&[Member("groupName", false, TEXT), SPREAD])),
    Member("etcdInstanceType", false, TEXT),
    Member("etcdPlacement", false, Rule::Structure(&[SPREAD])),
]);
const API_SERVER: Rule = Rule::Structure(&[
    Member("eventTtl", false, TEXT),
    Member(
        "serviceNodePortRange",
        false,
        Rule::Structure(&[Member("minPort", false, INTEGER), Member("maxPort", false, INTEGER)]),
    ),
]);
const WEIGHT: Rule =
    Rule::Structure(&[Member("name", false, Rule::Text(1, 253)), Member("weight", false, PERCENTAGE)]);
const SCORING: Rule = Rule::Structure(&[
    Member("type", false, Rule::Choice(&["LeastAllocated", "MostAllocated"])),
    Member("resources", false, Rule::List(0, 100, &WEIGHT)),
]);
const SCHEDULER: Rule = Rule::Structure(&[Member(
    "nodeResourcesFit",
    false,
    Rule::Structure(&[Member("scoringStrategy", false, SCORING)]),
)]);
const CONTROLLER_MANAGER: Rule = Rule::Structure(&[
    Member(
        "podGcControllerConfig",
        false,
        Rule::Structure(&[Member("terminatedPodGcThreshold", false, Rule::Number(1, 1_000_000))]),
    ),
    Member(
        "horizontalPodAutoscalerControllerConfig",
        false,
        Rule::Structure(&[Member("horizontalPodAutoscalerSyncPeriod", false, TEXT)]),
    ),
]);
