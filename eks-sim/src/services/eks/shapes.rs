//! What the service model says of each request (facts/aws.md §3.1): required members, types, lengths,
//! ranges and enums. Rules that need to know more are with the operations.

use serde_json::Value;

use super::error::invalid_parameter;
use crate::wire::AwsError;

const ANY: usize = usize::MAX;

/// What a member may be.
enum Rule {
    /// Text of so many characters.
    Text(usize, usize),
    /// The name of a cluster.
    Name,
    /// An idempotency token: 33 to 126 characters, says the server, not the model.
    Token,
    Flag,
    Number(i64, i64),
    Choice(&'static [&'static str]),
    List(usize, usize, &'static Rule),
    /// Text to text: so many entries, keys and values of so many characters.
    Map(usize, usize, usize),
    Structure(&'static [Member]),
}

/// Name, whether it is required, rule.
struct Member(&'static str, bool, Rule);

const TEXT: Rule = Rule::Text(0, ANY);
const TEXTS: Rule = Rule::List(0, ANY, &TEXT);
const TAGS: Rule = Rule::Map(50, 128, 256);
const LABELS: Rule = Rule::Map(ANY, ANY, 63);
const ARN: Rule = Rule::Text(1, 255);
const COUNT: Rule = Rule::Number(0, i64::MAX);
const POSITIVE: Rule = Rule::Number(1, i64::MAX);
const PERCENTAGE: Rule = Rule::Number(1, 100);
const RESOLVE: Rule = Rule::Choice(&["OVERWRITE", "NONE", "PRESERVE"]);

const PAGE: [Member; 2] =
    [Member("maxResults", false, Rule::Number(1, 100)), Member("nextToken", false, TEXT)];

const CLUSTER: Member = Member("clusterName", true, TEXT);
/// Only the operations of add-ons have the pattern in the model.
const ADDON_CLUSTER: Member = Member("clusterName", true, Rule::Name);
const NODEGROUP: Member = Member("nodegroupName", true, TEXT);
const ADDON: Member = Member("addonName", true, TEXT);
const PROFILE: Member = Member("fargateProfileName", true, TEXT);
const PRINCIPAL: Member = Member("principalArn", true, TEXT);
const CLIENT_TOKEN: Member = Member("clientRequestToken", false, Rule::Token);

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
    Member("elasticLoadBalancing", false, ENABLED),
]);
const ENABLED: Rule = Rule::Structure(&[Member("enabled", false, Rule::Flag)]);
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
const OBJECT: Rule = Rule::Structure(&[]);
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
const UPDATE_CONFIG: Rule = Rule::Structure(&[
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
]);
const ASSOCIATIONS: Rule = Rule::List(
    0,
    ANY,
    &Rule::Structure(&[Member("serviceAccount", true, TEXT), Member("roleArn", true, TEXT)]),
);
const SCOPE: Rule = Rule::Structure(&[
    Member("type", false, Rule::Choice(&["cluster", "namespace"])),
    Member("namespaces", false, TEXTS),
]);

/// The members of an operation's request; whether it is a list that comes in pages.
fn shape(operation: &str) -> (&'static [Member], bool) {
    match operation {
        "CreateCluster" => (
            &[
                Member("name", true, Rule::Name),
                Member("roleArn", true, TEXT),
                Member("resourcesVpcConfig", true, VPC_CONFIG),
                Member("version", false, TEXT),
                Member("kubernetesNetworkConfig", false, NETWORK_CONFIG),
                Member("logging", false, LOGGING),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
                Member(
                    "encryptionConfig",
                    false,
                    Rule::List(
                        0,
                        1,
                        &Rule::Structure(&[
                            Member("resources", false, Rule::List(0, 1, &Rule::Choice(&["secrets"]))),
                            Member("provider", false, Rule::Structure(&[Member("keyArn", false, TEXT)])),
                        ]),
                    ),
                ),
                Member(
                    "accessConfig",
                    false,
                    Rule::Structure(&[
                        Member("bootstrapClusterCreatorAdminPermissions", false, Rule::Flag),
                        AUTHENTICATION_MODE,
                    ]),
                ),
                Member("bootstrapSelfManagedAddons", false, Rule::Flag),
                Member("upgradePolicy", false, UPGRADE_POLICY),
                Member("zonalShiftConfig", false, ENABLED),
                Member("remoteNetworkConfig", false, REMOTE_NETWORK),
                Member("computeConfig", false, COMPUTE),
                Member("storageConfig", false, STORAGE),
                Member("deletionProtection", false, Rule::Flag),
                Member("controlPlaneScalingConfig", false, SCALING_TIER),
                Member("kubeApiServerConfig", false, OBJECT),
                Member("kubeSchedulerConfig", false, OBJECT),
                Member("kubeControllerManagerConfig", false, OBJECT),
            ],
            false,
        ),
        "UpdateClusterConfig" => (
            &[
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
                Member("kubeApiServerConfig", false, OBJECT),
                Member("kubeSchedulerConfig", false, OBJECT),
                Member("kubeControllerManagerConfig", false, OBJECT),
            ],
            false,
        ),
        "UpdateClusterVersion" => (
            &[
                Member("name", true, TEXT),
                Member("version", true, TEXT),
                CLIENT_TOKEN,
                Member("force", false, Rule::Flag),
                Member(
                    "rollbackConfig",
                    false,
                    Rule::Structure(&[Member("timeoutMinutes", false, Rule::Number(120, 10080))]),
                ),
            ],
            false,
        ),
        "ListClusters" => (&[Member("include", false, TEXTS)], true),
        "DescribeCluster" | "DeleteCluster" => (&[Member("name", true, TEXT)], false),
        "ListUpdates" => (&[Member("name", true, TEXT)], true),
        "DescribeUpdate" => (&[Member("name", true, TEXT), Member("updateId", true, TEXT)], false),
        "CreateNodegroup" => (
            &[
                CLUSTER,
                NODEGROUP,
                Member("subnets", true, Rule::List(1, ANY, &TEXT)),
                Member("nodeRole", true, TEXT),
                Member("scalingConfig", false, SCALING),
                Member("diskSize", false, POSITIVE),
                Member("instanceTypes", false, Rule::List(0, 20, &TEXT)),
                Member("amiType", false, Rule::Choice(super::ami::TYPES)),
                Member("remoteAccess", false, OBJECT),
                Member("labels", false, LABELS),
                Member("taints", false, TAINTS),
                Member("tags", false, TAGS),
                CLIENT_TOKEN,
                Member("launchTemplate", false, TEMPLATE),
                Member("updateConfig", false, UPDATE_CONFIG),
                Member("nodeRepairConfig", false, REPAIR),
                Member("capacityType", false, Rule::Choice(&["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"])),
                Member("version", false, TEXT),
                Member("releaseVersion", false, TEXT),
                Member("warmPoolConfig", false, OBJECT),
            ],
            false,
        ),
        "UpdateNodegroupConfig" => (
            &[
                CLUSTER,
                NODEGROUP,
                Member(
                    "labels",
                    false,
                    Rule::Structure(&[
                        Member("addOrUpdateLabels", false, LABELS),
                        Member("removeLabels", false, TEXTS),
                    ]),
                ),
                Member(
                    "taints",
                    false,
                    Rule::Structure(&[
                        Member("addOrUpdateTaints", false, TAINTS),
                        Member("removeTaints", false, TAINTS),
                    ]),
                ),
                Member("scalingConfig", false, SCALING),
                Member("updateConfig", false, UPDATE_CONFIG),
                Member("nodeRepairConfig", false, REPAIR),
                Member("warmPoolConfig", false, OBJECT),
                CLIENT_TOKEN,
            ],
            false,
        ),
        "UpdateNodegroupVersion" => (
            &[
                CLUSTER,
                NODEGROUP,
                Member("version", false, TEXT),
                Member("releaseVersion", false, TEXT),
                Member("launchTemplate", false, TEMPLATE),
                Member("force", false, Rule::Flag),
                CLIENT_TOKEN,
            ],
            false,
        ),
        "ListAddons" => (&[ADDON_CLUSTER], true),
        "ListNodegroups" | "ListFargateProfiles" | "ListAccessEntries" => (&[CLUSTER], true),
        "DescribeNodegroup" | "DeleteNodegroup" => (&[CLUSTER, NODEGROUP], false),
        "CreateFargateProfile" => (
            &[
                CLUSTER,
                PROFILE,
                Member("podExecutionRoleArn", true, TEXT),
                Member("subnets", false, TEXTS),
                Member(
                    "selectors",
                    false,
                    Rule::List(
                        0,
                        ANY,
                        &Rule::Structure(&[
                            Member("namespace", false, TEXT),
                            Member("labels", false, Rule::Map(ANY, ANY, ANY)),
                        ]),
                    ),
                ),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
            ],
            false,
        ),
        "DescribeFargateProfile" | "DeleteFargateProfile" => (&[CLUSTER, PROFILE], false),
        "CreateAddon" => (
            &[
                ADDON_CLUSTER,
                ADDON,
                Member("addonVersion", false, TEXT),
                Member("serviceAccountRoleArn", false, ARN),
                Member("resolveConflicts", false, RESOLVE),
                CLIENT_TOKEN,
                Member("tags", false, TAGS),
                Member("configurationValues", false, TEXT),
                Member("podIdentityAssociations", false, ASSOCIATIONS),
                Member(
                    "namespaceConfig",
                    false,
                    Rule::Structure(&[Member("namespace", false, Rule::Text(1, 63))]),
                ),
            ],
            false,
        ),
        "UpdateAddon" => (
            &[
                ADDON_CLUSTER,
                ADDON,
                Member("addonVersion", false, TEXT),
                Member("serviceAccountRoleArn", false, ARN),
                Member("resolveConflicts", false, RESOLVE),
                CLIENT_TOKEN,
                Member("configurationValues", false, TEXT),
                Member("podIdentityAssociations", false, ASSOCIATIONS),
            ],
            false,
        ),
        "DescribeAddon" | "DeleteAddon" => (&[ADDON_CLUSTER, ADDON], false),
        "CreateAccessEntry" => (
            &[
                CLUSTER,
                PRINCIPAL,
                Member("kubernetesGroups", false, TEXTS),
                Member("tags", false, TAGS),
                CLIENT_TOKEN,
                Member("username", false, TEXT),
                Member("type", false, Rule::Choice(super::access_entry::TYPES)),
            ],
            false,
        ),
        "UpdateAccessEntry" => (
            &[
                CLUSTER,
                PRINCIPAL,
                Member("kubernetesGroups", false, TEXTS),
                CLIENT_TOKEN,
                Member("username", false, TEXT),
            ],
            false,
        ),
        "DescribeAccessEntry" | "DeleteAccessEntry" => (&[CLUSTER, PRINCIPAL], false),
        "AssociateAccessPolicy" => (
            &[CLUSTER, PRINCIPAL, Member("policyArn", true, TEXT), Member("accessScope", true, SCOPE)],
            false,
        ),
        "ListAssociatedAccessPolicies" => (&[CLUSTER, PRINCIPAL], true),
        "DisassociateAccessPolicy" => (&[CLUSTER, PRINCIPAL, Member("policyArn", true, TEXT)], false),
        "DescribeClusterVersions" => (
            &[
                Member("clusterVersions", false, TEXTS),
                Member(
                    "status",
                    false,
                    Rule::Choice(&["unsupported", "standard-support", "extended-support"]),
                ),
                Member(
                    "versionStatus",
                    false,
                    Rule::Choice(&["UNSUPPORTED", "STANDARD_SUPPORT", "EXTENDED_SUPPORT"]),
                ),
            ],
            true,
        ),
        "DescribeAddonVersions" | "ListAccessPolicies" => (&[], true),
        // Tag operations have errors of their own: see `tags`.
        _ => (&[], false),
    }
}

/// A refusal if the request is not what the service model says.
pub(super) fn check(operation: &str, input: &Value) -> Result<(), AwsError> {
    let (members, paged) = shape(operation);
    check_members(members, "", input)?;
    if paged { check_members(&PAGE, "", input) } else { Ok(()) }
}

fn check_members(members: &[Member], path: &str, input: &Value) -> Result<(), AwsError> {
    for Member(name, required, rule) in members {
        let at = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
        match &input[*name] {
            Value::Null if *required => {
                return Err(invalid("null", &at, "Member must not be null"));
            }
            Value::Null => {}
            value => check_value(rule, &at, value)?,
        }
    }
    Ok(())
}

fn check_value(rule: &Rule, at: &str, value: &Value) -> Result<(), AwsError> {
    match rule {
        Rule::Text(min, max) => length(at, as_text(at, value)?, *min, *max),
        Rule::Name => {
            let name = as_text(at, value)?;
            length(at, name, 1, 100)?;
            let fits = name.starts_with(|c: char| c.is_ascii_alphanumeric())
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            let pattern = "^[0-9A-Za-z][A-Za-z0-9\\-_]*";
            let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
            if fits { Ok(()) } else { Err(invalid(&quoted(name), at, &constraint)) }
        }
        Rule::Token => length(at, as_text(at, value)?, 33, 126),
        Rule::Flag => value.as_bool().map(drop).ok_or_else(|| mistyped(at, "a boolean")),
        Rule::Number(min, max) => {
            let number = value.as_i64().ok_or_else(|| mistyped(at, "an integer"))?;
            let bound = if number < *min {
                format!("Member must have value greater than or equal to {min}")
            } else if number > *max {
                format!("Member must have value less than or equal to {max}")
            } else {
                return Ok(());
            };
            Err(invalid(&quoted(&number.to_string()), at, &bound))
        }
        Rule::Choice(choices) => {
            let text = as_text(at, value)?;
            if choices.contains(&text) {
                return Ok(());
            }
            let choices = choices.join(", ");
            Err(invalid(&quoted(text), at, &format!("Member must satisfy enum value set: [{choices}]")))
        }
        Rule::List(min, max, rule) => {
            let list = value.as_array().ok_or_else(|| mistyped(at, "a list"))?;
            size(at, value, list.len(), *min, *max)?;
            let mut items = list.iter().enumerate();
            items.try_for_each(|(index, item)| check_value(rule, &format!("{at}.{}.member", index + 1), item))
        }
        Rule::Map(entries, key_length, value_length) => {
            let map = value.as_object().ok_or_else(|| mistyped(at, "a map"))?;
            size(at, value, map.len(), 0, *entries)?;
            map.iter().try_for_each(|(key, value)| {
                length(at, key, 1, *key_length)?;
                length(&format!("{at}.{key}"), as_text(at, value)?, 0, *value_length)
            })
        }
        Rule::Structure(members) => {
            if value.is_object() {
                check_members(members, at, value)
            } else {
                Err(mistyped(at, "a structure"))
            }
        }
    }
}

fn length(at: &str, text: &str, min: usize, max: usize) -> Result<(), AwsError> {
    let bound = match text.chars().count() {
        count if count < min => format!("Member must have length greater than or equal to {min}"),
        count if count > max => format!("Member must have length less than or equal to {max}"),
        _ => return Ok(()),
    };
    Err(invalid(&quoted(text), at, &bound))
}

fn size(at: &str, value: &Value, count: usize, min: usize, max: usize) -> Result<(), AwsError> {
    let bound = if count < min {
        format!("Member must have length greater than or equal to {min}")
    } else if count > max {
        format!("Member must have length less than or equal to {max}")
    } else {
        return Ok(());
    };
    Err(invalid(&quoted(&value.to_string()), at, &bound))
}

fn as_text<'a>(at: &str, value: &'a Value) -> Result<&'a str, AwsError> {
    value.as_str().ok_or_else(|| mistyped(at, "a string"))
}

fn quoted(text: &str) -> String {
    format!("'{text}'")
}

fn mistyped(at: &str, kind: &str) -> AwsError {
    AwsError::new("SerializationException", format!("The member '{at}' must be {kind}"))
}

fn invalid(value: &str, at: &str, constraint: &str) -> AwsError {
    invalid_parameter(format!(
        "1 validation error detected: Value {value} at '{at}' failed to satisfy constraint: {constraint}"
    ))
}
