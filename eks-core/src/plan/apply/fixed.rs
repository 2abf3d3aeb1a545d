//! What cannot change of what is there. Whatever this file does not name as changeable is fixed, so that no field is
//! ignored.

use serde_json::{Map, Value, json};

use crate::observe::Observed;
use crate::plan::create::{group_name, node_groups};
use crate::plan::difference::{Difference, differences};
use crate::spec::{Cluster, FargateProfile, KubernetesVersion, NodeGroup};
use crate::{Error, Result, Violation};

/// Members of a cluster that have steps of their own, are held against what is there, or say which cluster it is.
const OF_CLUSTER: [&str; 22] = [
    "accessConfig",
    "accessEntries",
    "addons",
    "autoMode",
    "autoscaling",
    "deletionProtection",
    "endpointAccess",
    "fargateProfiles",
    "logRetentionInDays",
    "logging",
    "name",
    "network",
    "nodeGroups",
    "oidcProvider",
    "podIdentityAssociations",
    "region",
    "secretsEncryption",
    "serviceAccountRoles",
    "tags",
    "upgradePolicy",
    "version",
    "zonalShift",
];
const OF_NETWORK: [&str; 2] = ["controlPlaneSubnets", "securityGroups"];
const OF_NODE_GROUP: [&str; 13] = [
    "ami",
    "disk",
    "labels",
    "metadataOptions",
    "nodeRepairConfig",
    "ownRole",
    "policyArns",
    "scaling",
    "securityGroups",
    "sshKey",
    "taints",
    "tags",
    "update",
];
const OF_FARGATE_PROFILE: [&str; 1] = ["tags"];
const OF_ADDON: [&str; 5] =
    ["configuration", "podIdentityAssociations", "resolveConflicts", "serviceAccountRoleArn", "version"];
const OF_ACCESS_ENTRY: [&str; 4] = ["kubernetesGroups", "policies", "tags", "username"];
const OF_POD_IDENTITY_ASSOCIATION: [&str; 6] =
    ["disableSessionTags", "policyArns", "policyDocument", "roleArn", "tags", "targetRoleArn"];
const OF_SERVICE_ACCOUNT_ROLE: [&str; 2] = ["policyArns", "policyDocument"];

/// Refuses a spec that wants another what AWS, or this library, cannot change in place.
pub(crate) fn refuse_fixed(name: &str, last: &Cluster, spec: &Cluster, observed: &Observed) -> Result<()> {
    let (last, spec) = (&last.defaulted(), &spec.defaulted());
    let mut fixed = Vec::new();
    let rest = |spec: &Cluster| without(spec, &OF_CLUSTER);
    fixed.extend(differences("", &rest(last), &rest(spec)));
    let network = |spec: &Cluster| without(&spec.network, &OF_NETWORK);
    fixed.extend(differences("network", &network(last), &network(spec)));
    for (index, group) in node_groups(spec).enumerate() {
        let was = node_groups(last).find(|was| group_name(was) == group_name(group));
        if let Some(was) = was {
            fixed.extend(fixed_of_group(&format!("nodeGroups[{index}]"), was, group));
        }
    }
    for (index, profile) in spec.fargate_profiles.iter().enumerate() {
        if let Some(was) = last.fargate_profiles.iter().find(|was| was.name == profile.name) {
            fixed.extend(fixed_of_profile(&format!("fargateProfiles[{index}]"), was, profile));
        }
    }
    let mut compare = |path: String, one: Value, two: Value| fixed.extend(differences(&path, &one, &two));
    for (index, addon) in spec.addons.iter().flatten().enumerate() {
        if let Some(was) = last.addons.iter().flatten().find(|was| was.name == addon.name) {
            compare(format!("addons[{index}]"), without(was, &OF_ADDON), without(addon, &OF_ADDON));
        }
    }
    for (index, entry) in spec.access_entries.iter().enumerate() {
        if let Some(was) = last.access_entries.iter().find(|was| was.principal_arn == entry.principal_arn) {
            let path = format!("accessEntries[{index}]");
            compare(path, without(was, &OF_ACCESS_ENTRY), without(entry, &OF_ACCESS_ENTRY));
        }
    }
    for (index, it) in spec.pod_identity_associations.iter().enumerate() {
        if let Some(was) = last.pod_identity_associations.iter().find(|was| was.key() == it.key()) {
            let path = format!("podIdentityAssociations[{index}]");
            let members = &OF_POD_IDENTITY_ASSOCIATION;
            compare(path, without(was, members), without(it, members));
        }
    }
    for (index, it) in spec.service_account_roles.iter().enumerate() {
        if let Some(was) = last.service_account_roles.iter().find(|was| was.key() == it.key()) {
            let path = format!("serviceAccountRoles[{index}]");
            compare(path, without(was, &OF_SERVICE_ACCOUNT_ROLE), without(it, &OF_SERVICE_ACCOUNT_ROLE));
        }
    }
    fixed.extend(one_way(last, spec, observed));
    if fixed.is_empty() {
        return Ok(());
    }
    let violations = fixed
        .into_iter()
        .map(|it| Violation::new(it.field, it.is, format!("stay {}: it cannot be changed in place", it.was)));
    Err(Error::invalid(violations.collect())
        .with_resource(format!("cluster {name}"))
        .with_hint(
            "Nothing was touched. Keep these values; or have a node group or Fargate profile replaced (`allow_replace`). An \
             access entry of another kind can be made beside the old one, of another principal",
        ))
}

/// What of a node group only another one has. Both have their defaults.
pub(in crate::plan) fn fixed_of_group(path: &str, was: &NodeGroup, is: &NodeGroup) -> Vec<Difference> {
    let mut fixed = differences(path, &without(was, &OF_NODE_GROUP), &without(is, &OF_NODE_GROUP));
    fixed.extend(differences(path, &kind(was), &kind(is)));
    fixed
}

/// What of a Fargate profile only another one has.
pub(in crate::plan) fn fixed_of_profile(
    path: &str,
    was: &FargateProfile,
    is: &FargateProfile,
) -> Vec<Difference> {
    differences(path, &without(was, &OF_FARGATE_PROFILE), &without(is, &OF_FARGATE_PROFILE))
}

/// What only goes one way (facts/aws.md §3.1), or is another verb's.
fn one_way(last: &Cluster, spec: &Cluster, observed: &Observed) -> Vec<Difference> {
    let mut fixed = Vec::new();
    let creator = |spec: &Cluster| spec.access_config.admits_creator();
    if creator(last) != creator(spec) {
        let field = "accessConfig.bootstrapClusterCreatorAdminPermissions";
        fixed.push(Difference::new(field, creator(last), creator(spec)));
    }
    let Some(seen) = observed.cluster.present() else { return fixed };
    if let KubernetesVersion::Exact(version) = &spec.version
        && *version != seen.version
    {
        fixed.push(Difference::new("version", &seen.version, version));
    }
    let wanted = spec.access_config.authentication_mode;
    if let Some((is, was)) = wanted.zip(seen.authentication_mode)
        && is.openness() < was.openness()
    {
        fixed.push(Difference::new("accessConfig.authenticationMode", format!("{was:?}"), format!("{is:?}")));
    }
    // EKS's API reference, ComputeConfigRequest.
    let role = spec.auto_mode().and_then(|mode| mode.node_role_arn.as_ref());
    if let (true, Some(is), Some(was)) = (seen.auto_mode, role, &seen.node_pool_role)
        && is != was
    {
        fixed.push(Difference::new("autoMode.nodeRoleArn", was, is));
    }
    if let (Some(wanted), Some(key)) = (&spec.secrets_encryption, &seen.encryption_key)
        && !wanted.may_be(key)
    {
        fixed.push(Difference::new("secretsEncryption.keyArn", key, &wanted.key_arn));
    }
    fixed
}

/// What a group is that its launch template and its role can be changed within: with an image of EKS's or of one's own
/// (`amiType` cannot change), with a role of its own or not (nor can the role).
fn kind(group: &NodeGroup) -> Value {
    let image = if group.ami.is_some() { "one's own" } else { "EKS's" };
    json!({ "ami": image, "ownRole": group.has_own_role() })
}

/// A thing as data, without some of its members.
fn without(thing: &impl serde::Serialize, members: &[&str]) -> Value {
    match serde_json::to_value(thing) {
        Ok(Value::Object(all)) => {
            let kept = all.into_iter().filter(|(member, _)| !members.contains(&member.as_str()));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        other => other.unwrap_or_default(),
    }
}
