//! From a spec to a ClusterConfig.

mod addons;
mod identity;
mod network;
mod node_groups;

use serde_json::{Map, Value, json};

use super::order::Ordered;
use super::{differences, paths, read};
use crate::spec::{
    AccessEntry, AccessEntryType, AccessScope, AuthenticationMode, AutoMode, Cluster, FargateProfile,
    Findings, IpFamily, KubernetesVersion, SupportType, to_yaml,
};
use crate::{Error, Result};

/// The ClusterConfig that means the same as the spec. It is read again and compared, so that nothing is lost.
pub(super) fn cluster_config(cluster: &Cluster) -> Result<String> {
    cluster.check()?;
    Findings::of(|findings| {
        for (field, given) in [("name", &cluster.name), ("region", &cluster.region)] {
            findings.require(given.is_some(), field, "", "be given: eksctl wants it");
        }
    })?;
    let text = to_yaml(&Ordered(&document(cluster)))?;
    let said = read::cluster(&text).map_err(|error| {
        let violations = error.violations().iter().map(paths::in_spec).collect();
        Error::invalid(violations)
    })?;
    Findings::of(|findings| differences::report(cluster, &said, findings))?;
    Ok(text)
}

fn document(cluster: &Cluster) -> Value {
    let version = match &cluster.version {
        KubernetesVersion::Default => Value::Null,
        other => json!(other),
    };
    let access = cluster.access_config;
    let mut document = json!({
        "apiVersion": "eksctl.io/v1alpha5",
        "kind": "ClusterConfig",
        "metadata": {
            "name": cluster.name,
            "region": cluster.region,
            "version": version,
            "tags": cluster.tags,
        },
        "upgradePolicy": { "supportType": cluster.upgrade_policy.map(|policy| match policy {
            SupportType::Standard => "STANDARD",
            SupportType::Extended => "EXTENDED",
        }) },
        "kubernetesNetworkConfig": {
            "ipFamily": cluster.ip_family.map(|family| match family {
                IpFamily::Ipv4 => "IPv4",
                IpFamily::Ipv6 => "IPv6",
            }),
            "serviceIPv4CIDR": cluster.service_cidr,
        },
        "autoModeConfig": cluster.auto_mode.as_ref().map(auto_mode),
        "iam": identity::iam(cluster),
        "accessConfig": {
            "authenticationMode": access.authentication_mode.map(|mode| match mode {
                AuthenticationMode::Api => "API",
                AuthenticationMode::ApiAndConfigMap => "API_AND_CONFIG_MAP",
                AuthenticationMode::ConfigMap => "CONFIG_MAP",
            }),
            "bootstrapClusterCreatorAdminPermissions": access.bootstrap_cluster_creator_admin_permissions,
            "accessEntries": some(cluster.access_entries.iter().map(access_entry)),
        },
        "managedNodeGroups": node_groups::node_groups(cluster),
        "fargateProfiles": some(cluster.fargate_profiles.iter().map(fargate_profile)),
        "cloudWatch": { "clusterLogging": {
            "enableTypes": some(cluster.logging.iter().flatten().map(|kind| json!(kind))),
            "logRetentionInDays": cluster.log_retention_in_days,
        } },
        "secretsEncryption": { "keyARN": cluster.secrets_encryption.as_ref().map(|it| &it.key_arn) },
        "controlPlaneScalingConfig": { "tier": cluster.control_plane_tier },
        "zonalShiftConfig": { "enabled": cluster.zonal_shift },
    });
    if let Some(document) = document.as_object_mut() {
        document.extend(network::network(cluster));
        document.extend(addons::addons(cluster));
    }
    pruned(document)
}

fn auto_mode(mode: &AutoMode) -> Value {
    json!({ "enabled": mode.is_on(), "nodePools": mode.node_pools, "nodeRoleARN": mode.node_role_arn })
}

fn access_entry(entry: &AccessEntry) -> Value {
    let scope = |scope: &AccessScope| match scope {
        AccessScope::Cluster => json!({ "type": "cluster" }),
        AccessScope::Namespaces(namespaces) => json!({ "type": "namespace", "namespaces": namespaces }),
    };
    let policies = entry
        .policies
        .iter()
        .map(|policy| json!({ "policyARN": policy.policy_arn, "accessScope": scope(&policy.scope) }));
    json!({
        "principalARN": entry.principal_arn,
        "type": entry.entry_type.map(|kind| match kind {
            AccessEntryType::Standard => "STANDARD",
            AccessEntryType::Ec2 => "EC2",
            AccessEntryType::Ec2Linux => "EC2_LINUX",
            AccessEntryType::Ec2Windows => "EC2_WINDOWS",
            AccessEntryType::FargateLinux => "FARGATE_LINUX",
            AccessEntryType::HybridLinux => "HYBRID_LINUX",
            // eksctl does not know it.
            AccessEntryType::HyperpodLinux => "HYPERPOD_LINUX",
        }),
        "kubernetesGroups": texts(&entry.kubernetes_groups),
        "kubernetesUsername": entry.username,
        "accessPolicies": some(policies),
    })
}

fn fargate_profile(profile: &FargateProfile) -> Value {
    json!({
        "name": profile.name,
        "podExecutionRoleARN": profile.role_arn,
        "selectors": profile.selectors,
        "subnets": texts(&profile.subnets),
        "tags": profile.tags,
    })
}

/// A list, unset if it is empty.
fn some(items: impl Iterator<Item = Value>) -> Option<Vec<Value>> {
    let items: Vec<Value> = items.collect();
    (!items.is_empty()).then_some(items)
}

fn texts(texts: &[String]) -> Option<&[String]> {
    (!texts.is_empty()).then_some(texts)
}

/// Without what is unset, and without objects that say nothing.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.into_iter().map(|(key, value)| (key, pruned(value)));
            let says = |value: &Value| !value.is_null() && value.as_object().is_none_or(|it| !it.is_empty());
            Value::Object(kept.filter(|(_, value)| says(value)).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        other => other,
    }
}
