//! Who may enter.

use serde_json::Value;

use super::value::{list, text, texts, word};
use crate::spec::{AccessConfig, AccessEntry, AccessPolicy, AccessScope, Findings, item};

pub(super) fn config(value: &Value) -> AccessConfig {
    AccessConfig {
        authentication_mode: word(&value["authenticationMode"]),
        bootstrap_cluster_creator_admin_permissions: value["bootstrapClusterCreatorAdminPermissions"]
            .as_bool(),
    }
}

pub(super) fn entries(value: &Value, findings: &mut Findings) -> Vec<AccessEntry> {
    let mut entries = Vec::new();
    for (index, value) in list(value).iter().enumerate() {
        findings.within(&item("accessConfig.accessEntries", index), |findings| {
            entries.push(AccessEntry {
                principal_arn: text(&value["principalARN"]).unwrap_or_default(),
                kubernetes_groups: texts(&value["kubernetesGroups"]),
                policies: policies(&value["accessPolicies"], findings),
                entry_type: word(&value["type"]),
                username: text(&value["kubernetesUsername"]),
                ..AccessEntry::default()
            });
        });
    }
    entries
}

fn policies(value: &Value, findings: &mut Findings) -> Vec<AccessPolicy> {
    let mut policies = Vec::new();
    for (index, value) in list(value).iter().enumerate() {
        let scope = &value["accessScope"];
        findings.within(&item("accessPolicies", index), |findings| {
            let policy_arn = text(&value["policyARN"]).unwrap_or_default();
            policies.push(AccessPolicy { policy_arn, scope: of_type(scope, findings) });
        });
    }
    policies
}

/// eksctl wants the type said, and namespaces with one of the two alone.
fn of_type(scope: &Value, findings: &mut Findings) -> AccessScope {
    let namespaces = texts(&scope["namespaces"]);
    match scope["type"].as_str() {
        Some("namespace") => return AccessScope::Namespaces(namespaces),
        Some(_) => {
            let rule = "be left out: `type` is `cluster`";
            let none = namespaces.is_empty();
            findings.require(none, "accessScope.namespaces", namespaces.join(", "), rule);
        }
        None => {
            // A misspelt one has been reported.
            let given = scope.get("type").is_some();
            findings.require(given, "accessScope.type", "", "be `cluster` or `namespace`");
        }
    }
    AccessScope::Cluster
}
