//! Roles for the pods of service accounts.

use serde_json::{Value, json};

use super::super::eksctl::{WELL_KNOWN_POLICIES, policy_arn};
use super::value::{list, pairs, text, texts};
use crate::spec::{
    AddonPodIdentityAssociation, Cluster, Findings, PodIdentityAssociation, ServiceAccountRole, item,
};

/// The provider, its roles, and the associations.
pub(super) fn identity(iam: &Value, cluster: &mut Cluster, findings: &mut Findings) {
    let region = cluster.region.clone().unwrap_or_default();
    cluster.oidc_provider = iam["withOIDC"].as_bool();
    for (index, value) in list(&iam["serviceAccounts"]).iter().enumerate() {
        findings.within(&item("iam.serviceAccounts", index), |findings| {
            // eksctl makes the service account, too.
            let alone = value["roleOnly"] == json!(true);
            findings.require(alone, "roleOnly", "false", "be `true`: the service account is yours to make");
        });
        cluster.service_account_roles.push(service_account_role(value, &region));
    }
    let lacks = !cluster.service_account_roles.is_empty() && cluster.oidc_provider.is_none();
    findings.require(!lacks, "iam.withOIDC", "", "be `true`: there are `iam.serviceAccounts`");
    let associations = list(&iam["podIdentityAssociations"]).iter();
    cluster.pod_identity_associations = associations.map(|value| association(value, &region)).collect();
}

fn service_account_role(value: &Value, region: &str) -> ServiceAccountRole {
    let metadata = &value["metadata"];
    ServiceAccountRole {
        // eksctl's, as kubectl's.
        namespace: text(&metadata["namespace"]).unwrap_or_else(|| "default".to_owned()),
        service_account: text(&metadata["name"]).unwrap_or_default(),
        policy_arns: policies(&value["attachPolicyARNs"], &value["wellKnownPolicies"], region),
        policy_document: document(&value["attachPolicy"]),
        role_name: text(&value["roleName"]),
    }
}

fn association(value: &Value, region: &str) -> PodIdentityAssociation {
    PodIdentityAssociation {
        namespace: text(&value["namespace"]).unwrap_or_default(),
        service_account: text(&value["serviceAccountName"]).unwrap_or_default(),
        policy_arns: policies(&value["permissionPolicyARNs"], &value["wellKnownPolicies"], region),
        tags: pairs(&value["tags"]),
        role_arn: text(&value["roleARN"]),
        policy_document: document(&value["permissionPolicy"]),
        target_role_arn: text(&value["targetRoleARN"]),
        disable_session_tags: value["disableSessionTags"].as_bool(),
    }
}

/// Those of an add-on; unset where there are none.
pub(super) fn of_addon(value: &Value) -> Option<Vec<AddonPodIdentityAssociation>> {
    let association = |value: &Value| AddonPodIdentityAssociation {
        service_account: text(&value["serviceAccountName"]).unwrap_or_default(),
        policy_arns: texts(&value["permissionPolicyARNs"]),
        role_arn: text(&value["roleARN"]),
        policy_document: document(&value["permissionPolicy"]),
    };
    value.as_array().map(|items| items.iter().map(association).collect())
}

/// Those that are named, and of the well-known ones those that AWS manages.
fn policies(arns: &Value, well_known: &Value, region: &str) -> Vec<String> {
    let mut arns = texts(arns);
    for (key, name) in WELL_KNOWN_POLICIES {
        let arn = policy_arn(name, region);
        if well_known[key] == json!(true) && !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    arns
}

fn document(value: &Value) -> Option<Value> {
    value.is_object().then(|| value.clone())
}
