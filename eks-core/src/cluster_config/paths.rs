//! What a field of a spec is called in a ClusterConfig.

use crate::Violation;

/// Fields of specs and of ClusterConfigs. The first that fits holds; what follows it is called alike.
const PATHS: &[(&str, &str)] = &[
    ("name", "metadata.name"),
    ("region", "metadata.region"),
    ("version", "metadata.version"),
    ("tags", "metadata.tags"),
    ("upgradePolicy", "upgradePolicy.supportType"),
    ("ipFamily", "kubernetesNetworkConfig.ipFamily"),
    ("serviceCidr", "kubernetesNetworkConfig.serviceIPv4CIDR"),
    ("autoMode.nodeRoleArn", "autoModeConfig.nodeRoleARN"),
    ("autoMode", "autoModeConfig"),
    ("roleArn", "iam.serviceRoleARN"),
    ("accessEntries[].principalArn", "accessConfig.accessEntries[].principalARN"),
    ("accessEntries[].username", "accessConfig.accessEntries[].kubernetesUsername"),
    ("accessEntries[].policies[].policyArn", "accessConfig.accessEntries[].accessPolicies[].policyARN"),
    ("accessEntries[].policies[].scope", "accessConfig.accessEntries[].accessPolicies[].accessScope"),
    ("accessEntries[].policies", "accessConfig.accessEntries[].accessPolicies"),
    ("accessEntries", "accessConfig.accessEntries"),
    ("network.zones", "availabilityZones"),
    ("network.cidr", "vpc.cidr"),
    ("network.nat", "vpc.nat.gateway"),
    ("network.endpoints", "privateCluster.additionalEndpointServices"),
    ("network.vpc", "vpc.id"),
    ("network.privateSubnets", "vpc.subnets.private"),
    ("network.publicSubnets", "vpc.subnets.public"),
    ("network.securityGroups", "vpc.controlPlaneSecurityGroupIDs"),
    ("network.controlPlaneSubnets", "vpc.controlPlaneSubnetIDs"),
    ("endpointAccess.publicCidrs", "vpc.publicAccessCIDRs"),
    ("endpointAccess.public", "vpc.clusterEndpoints.publicAccess"),
    ("endpointAccess.private", "vpc.clusterEndpoints.privateAccess"),
    ("oidcProvider", "iam.withOIDC"),
    ("serviceAccountRoles[].serviceAccount", "iam.serviceAccounts[].metadata.name"),
    ("serviceAccountRoles[].namespace", "iam.serviceAccounts[].metadata.namespace"),
    ("serviceAccountRoles[].policyArns", "iam.serviceAccounts[].attachPolicyARNs"),
    ("serviceAccountRoles[].policyDocument", "iam.serviceAccounts[].attachPolicy"),
    ("serviceAccountRoles", "iam.serviceAccounts"),
    ("podIdentityAssociations[].serviceAccount", "iam.podIdentityAssociations[].serviceAccountName"),
    ("podIdentityAssociations[].policyArns", "iam.podIdentityAssociations[].permissionPolicyARNs"),
    ("podIdentityAssociations[].policyDocument", "iam.podIdentityAssociations[].permissionPolicy"),
    ("podIdentityAssociations[].roleArn", "iam.podIdentityAssociations[].roleARN"),
    ("podIdentityAssociations[].targetRoleArn", "iam.podIdentityAssociations[].targetRoleARN"),
    ("podIdentityAssociations", "iam.podIdentityAssociations"),
    (
        "addons[].podIdentityAssociations[].serviceAccount",
        "addons[].podIdentityAssociations[].serviceAccountName",
    ),
    (
        "addons[].podIdentityAssociations[].policyArns",
        "addons[].podIdentityAssociations[].permissionPolicyARNs",
    ),
    (
        "addons[].podIdentityAssociations[].policyDocument",
        "addons[].podIdentityAssociations[].permissionPolicy",
    ),
    ("addons[].podIdentityAssociations[].roleArn", "addons[].podIdentityAssociations[].roleARN"),
    ("addons[].configuration", "addons[].configurationValues"),
    ("addons[].serviceAccountRoleArn", "addons[].serviceAccountRoleARN"),
    ("nodeGroups[].subnets", "managedNodeGroups[].subnets"),
    ("nodeGroups[].securityGroups", "managedNodeGroups[].securityGroups.attachIDs"),
    ("nodeGroups[].policyArns", "managedNodeGroups[].iam.attachPolicyARNs"),
    ("nodeGroups[].roleArn", "managedNodeGroups[].iam.instanceRoleARN"),
    (
        "nodeGroups[].capacityReservationId",
        "managedNodeGroups[].capacityReservation.capacityReservationTarget.capacityReservationID",
    ),
    ("nodeGroups[].capacity", "managedNodeGroups[].spot"),
    ("nodeGroups[].scaling.min", "managedNodeGroups[].minSize"),
    ("nodeGroups[].scaling.max", "managedNodeGroups[].maxSize"),
    ("nodeGroups[].scaling.desired", "managedNodeGroups[].desiredCapacity"),
    ("nodeGroups[].disk.sizeGib", "managedNodeGroups[].volumeSize"),
    ("nodeGroups[].disk.volumeType", "managedNodeGroups[].volumeType"),
    ("nodeGroups[].disk.iops", "managedNodeGroups[].volumeIOPS"),
    ("nodeGroups[].disk.throughput", "managedNodeGroups[].volumeThroughput"),
    ("nodeGroups[].disk.encrypted", "managedNodeGroups[].volumeEncrypted"),
    ("nodeGroups[].disk.kmsKey", "managedNodeGroups[].volumeKmsKeyID"),
    ("nodeGroups[].update", "managedNodeGroups[].updateConfig"),
    ("nodeGroups", "managedNodeGroups"),
    ("fargateProfiles[].roleArn", "fargateProfiles[].podExecutionRoleARN"),
    ("logging", "cloudWatch.clusterLogging.enableTypes"),
    ("logRetentionInDays", "cloudWatch.clusterLogging.logRetentionInDays"),
    ("secretsEncryption.keyArn", "secretsEncryption.keyARN"),
    ("controlPlaneTier", "controlPlaneScalingConfig.tier"),
    ("zonalShift", "zonalShiftConfig.enabled"),
];

/// Words of specs about who may enter, and those of ClusterConfigs.
const WORDS: &[(&str, &str)] = &[
    ("configMap", "CONFIG_MAP"),
    ("apiAndConfigMap", "API_AND_CONFIG_MAP"),
    ("api", "API"),
    ("standard", "STANDARD"),
    ("ec2", "EC2"),
];

/// The violation of a spec's rule, at the field of the ClusterConfig.
pub(super) fn in_config(violation: &Violation) -> Violation {
    let field = match violation.value.as_str() {
        // Which half of the network is said by another key than which of its subnets.
        "public" | "private" => renamed(&violation.field, "nodeGroups[].subnets", PRIVATE_NETWORKING),
        _ => None,
    };
    let quoted = |(index, part): (usize, &str)| {
        // Every other part is between backticks.
        let other = if index % 2 == 1 { said_in_config(part, &violation.field) } else { None };
        other.unwrap_or_else(|| part.to_owned())
    };
    let rule: Vec<String> = violation.rule.split('`').enumerate().map(quoted).collect();
    let field = field.or_else(|| config_path(&violation.field));
    let value = said_of_access(&violation.value, &violation.field).unwrap_or_else(|| violation.value.clone());
    Violation { rule: rule.join("`"), value, ..at(violation, field) }
}

fn config_path(field: &str) -> Option<String> {
    PATHS.iter().find_map(|(spec, config)| renamed(field, spec, config))
}

/// What a ClusterConfig calls the field that a rule names, as seen from `field`: one beside it, beside what it is in,
/// or at the top. `None` for words that are called alike, and for those that are no fields.
fn said_in_config(word: &str, field: &str) -> Option<String> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let ends = field.char_indices().rev().filter(|(_, c)| *c == '.').map(|(end, _)| &field[..end]);
    let beside = |around: &str| config_path(&format!("{around}.{word}")).map(|path| last(&path));
    let mut near = ends.filter_map(beside);
    let other = near.find(|name| *name != last(word));
    other.or_else(|| config_path(word)).or_else(|| said_of_access(word, field))
}

fn said_of_access(word: &str, field: &str) -> Option<String> {
    let found = WORDS.iter().find(|(spec, _)| *spec == word && field.starts_with("access"));
    found.map(|(_, config)| (*config).to_owned())
}

const PRIVATE_NETWORKING: &str = "managedNodeGroups[].privateNetworking";

/// The violation of a ClusterConfig's rule, at the field of the spec.
pub(super) fn in_spec(violation: &Violation) -> Violation {
    let field = PATHS.iter().find_map(|(spec, config)| renamed(&violation.field, config, spec));
    at(violation, field)
}

fn at(violation: &Violation, field: Option<String>) -> Violation {
    Violation { field: field.unwrap_or_else(|| violation.field.clone()), ..violation.clone() }
}

/// The path with its beginning `from` called `to`; the places of lists, `[]`, stay.
fn renamed(path: &str, from: &str, to: &str) -> Option<String> {
    let mut rest = path;
    let mut places = Vec::new();
    for (index, part) in from.split("[]").enumerate() {
        if index > 0 {
            let (place, after) = rest.strip_prefix('[')?.split_once(']')?;
            places.push(place);
            rest = after;
        }
        rest = rest.strip_prefix(part)?;
    }
    if !(rest.is_empty() || rest.starts_with(['.', '['])) {
        return None;
    }
    let mut renamed = String::new();
    for (index, part) in to.split("[]").enumerate() {
        if index > 0 {
            renamed.push_str(&format!("[{}]", places.get(index - 1)?));
        }
        renamed.push_str(part);
    }
    Some(renamed + rest)
}
