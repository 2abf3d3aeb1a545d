//! Roles for the pods of service accounts.

use serde_json::{Value, json};

use super::{some, texts};
use crate::spec::{AddonPodIdentityAssociation, Cluster, PodIdentityAssociation, ServiceAccountRole, tree};

/// The keys of `iam`.
pub(super) fn iam(cluster: &Cluster) -> Value {
    json!({
        "serviceRoleARN": cluster.role_arn,
        // eksctl wants it said where there are roles.
        "withOIDC": cluster.has_oidc_provider().then_some(true),
        "serviceAccounts": some(cluster.service_account_roles.iter().map(service_account)),
        "podIdentityAssociations": some(cluster.pod_identity_associations.iter().map(association)),
    })
}

fn service_account(role: &ServiceAccountRole) -> Value {
    json!({
        "metadata": { "name": role.service_account, "namespace": role.namespace },
        "attachPolicyARNs": texts(&role.policy_arns),
        "attachPolicy": document(role.policy_document.as_ref()),
        "roleName": role.role_name,
        "roleOnly": true,
    })
}

fn association(association: &PodIdentityAssociation) -> Value {
    json!({
        "namespace": association.namespace,
        "serviceAccountName": association.service_account,
        "roleARN": association.role_arn,
        "permissionPolicyARNs": texts(&association.policy_arns),
        "permissionPolicy": document(association.policy_document.as_ref()),
        "tags": association.tags,
        "targetRoleARN": association.target_role_arn,
        "disableSessionTags": association.disable_session_tags,
    })
}

/// Those of an add-on.
pub(super) fn of_addon(associations: &[AddonPodIdentityAssociation]) -> Vec<Value> {
    let association = |association: &AddonPodIdentityAssociation| {
        json!({
            "serviceAccountName": association.service_account,
            "roleARN": association.role_arn,
            "permissionPolicyARNs": texts(&association.policy_arns),
            "permissionPolicy": document(association.policy_document.as_ref()),
        })
    };
    associations.iter().map(association).collect()
}

/// As a mapping; the spec takes the text of one, too.
fn document(document: Option<&Value>) -> Option<Value> {
    match document? {
        Value::String(text) => tree(text),
        object => Some(object.clone()),
    }
}
