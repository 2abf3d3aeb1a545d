//! Requests that make or change managed node groups.

use super::rule::{ANY, CLIENT_TOKEN, COUNT, INTEGER, Member, PERCENTAGE, POSITIVE, Rule, TAGS, TEXT, TEXTS};
use super::{CLUSTER, NODEGROUP};

pub(super) const CREATE: &[Member] = &[
    CLUSTER,
    NODEGROUP,
    Member("subnets", true, Rule::List(1, ANY, &TEXT)),
    Member("nodeRole", true, TEXT),
    Member("scalingConfig", false, SCALING),
    Member("diskSize", false, POSITIVE),
    Member("instanceTypes", false, Rule::List(0, 20, &TEXT)),
    Member("amiType", false, Rule::Choice(super::super::ami::TYPES)),
    Member("remoteAccess", false, REMOTE_ACCESS),
    Member("labels", false, LABELS),
    Member("taints", false, TAINTS),
    Member("tags", false, TAGS),
    CLIENT_TOKEN,
    Member("launchTemplate", false, TEMPLATE),
    Member("updateConfig", false, UPDATES),
    Member("nodeRepairConfig", false, REPAIR),
    Member("capacityType", false, Rule::Choice(&["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"])),
    Member("version", false, TEXT),
    Member("releaseVersion", false, TEXT),
    Member("warmPoolConfig", false, WARM_POOL),
];

pub(super) const UPDATE_CONFIG: &[Member] = &[
    CLUSTER,
    NODEGROUP,
    Member(
        "labels",
        false,
        Rule::Structure(&[Member("addOrUpdateLabels", false, LABELS), Member("removeLabels", false, TEXTS)]),
    ),
    Member(
        "taints",
        false,
        Rule::Structure(&[Member("addOrUpdateTaints", false, TAINTS), Member("removeTaints", false, TAINTS)]),
    ),
    Member("scalingConfig", false, SCALING),
    Member("updateConfig", false, UPDATES),
    Member("nodeRepairConfig", false, REPAIR),
    Member("warmPoolConfig", false, WARM_POOL),
    CLIENT_TOKEN,
];

pub(super) const UPDATE_VERSION: &[Member] = &[
    CLUSTER,
    NODEGROUP,
    Member("version", false, TEXT),
    Member("releaseVersion", false, TEXT),
    Member("launchTemplate", false, TEMPLATE),
    Member("force", false, Rule::Flag),
    CLIENT_TOKEN,
];

/// The model's 63 characters for keys are the server's for the part behind a slash (facts/aws.md §3.1).
const LABELS: Rule = Rule::Map(0, ANY, ANY, 63);
const SCALING: Rule = Rule::Structure(&[
    Member("minSize", false, COUNT),
    Member("maxSize", false, POSITIVE),
    Member("desiredSize", false, COUNT),
]);
const TAINT: Rule = Rule::Structure(&[
    Member("key", false, Rule::Text(1, 63)),
    Member("value", false, Rule::Text(0, 63)),
    Member("effect", false, Rule::Choice(&["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"])),
]);
const TAINTS: Rule = Rule::List(0, ANY, &TAINT);
const TEMPLATE: Rule = Rule::Structure(&[
    Member("id", false, TEXT),
    Member("name", false, TEXT),
    Member("version", false, TEXT),
]);
const UPDATES: Rule = Rule::Structure(&[
    Member("maxUnavailable", false, POSITIVE),
    Member("maxUnavailablePercentage", false, PERCENTAGE),
    Member("updateStrategy", false, Rule::Choice(&["DEFAULT", "MINIMAL"])),
]);
const REPAIR: Rule = Rule::Structure(&[
    Member("enabled", false, Rule::Flag),
    Member("maxUnhealthyNodeThresholdCount", false, POSITIVE),
    Member("maxUnhealthyNodeThresholdPercentage", false, PERCENTAGE),
    Member("maxParallelNodesRepairedCount", false, POSITIVE),
    Member("maxParallelNodesRepairedPercentage", false, PERCENTAGE),
    Member("nodeRepairConfigOverrides", false, Rule::List(0, ANY, &REPAIR_OVERRIDE)),
]);
const REPAIR_OVERRIDE: Rule = Rule::Structure(&[
    Member("nodeMonitoringCondition", false, TEXT),
    Member("nodeUnhealthyReason", false, TEXT),
    Member("minRepairWaitTimeMins", false, POSITIVE),
    Member("repairAction", false, Rule::Choice(&["Replace", "Reboot", "NoAction"])),
]);
const REMOTE_ACCESS: Rule =
    Rule::Structure(&[Member("ec2SshKey", false, TEXT), Member("sourceSecurityGroups", false, TEXTS)]);
const WARM_POOL: Rule = Rule::Structure(&[
    Member("enabled", false, Rule::Flag),
    Member("minSize", false, COUNT),
    Member("maxGroupPreparedCapacity", false, INTEGER),
    Member("poolState", false, Rule::Choice(&["STOPPED", "RUNNING", "HIBERNATED"])),
    Member("reuseOnScaleIn", false, Rule::Flag),
]);
