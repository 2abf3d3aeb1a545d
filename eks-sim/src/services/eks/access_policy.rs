//! Access policies: what EKS offers, and which entries have them.

use serde_json::{Value, json};

use super::access_entry::{self, AccessScope, AssociatedPolicy};
use super::error::{invalid_parameter, not_found};
use super::members::{text, texts};
use super::page::page;
use crate::timing::Timing;
use crate::wire::{AwsError, Call};
use crate::world::World;

/// UG:access-policy-permissions.
const POLICIES: &[&str] = &[
    "AmazonAIOpsAssistantPolicy",
    "AmazonARCRegionSwitchScalingPolicy",
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSAutoNodePolicy",
    "AmazonEKSBlockStorageClusterPolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSClusterInsightsPolicy",
    "AmazonEKSComputeClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSEventPolicy",
    "AmazonEKSHybridPolicy",
    "AmazonEKSLoadBalancingClusterPolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingClusterPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEKSSecretReaderPolicy",
    "AmazonEKSViewPolicy",
];

/// The ARN of the policy `name`.
pub(super) fn arn(name: &str) -> String {
    format!("arn:aws:eks::aws:cluster-access-policy/{name}")
}

/// ListAccessPolicies.
pub(super) fn list(call: &Call) -> Result<Value, AwsError> {
    page(
        call.json(),
        "accessPolicies",
        POLICIES,
        |name| (**name).to_owned(),
        |name| json!({"name": name, "arn": arn(name)}),
    )
}

/// AssociateAccessPolicy; one that the entry has already gets the new scope.
pub(super) fn associate(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let (cluster, principal) = (text(input, "clusterName"), text(input, "principalArn"));
    let policy = text(input, "policyArn");
    let now = world.now;
    let place = format!("{}/{cluster}/{principal}/{policy}", call.region);
    let effective_at = now + world.duration(Timing::AccessEntryEffective, &place);
    let entry = access_entry::find(world, call)?;
    if entry.kind != "STANDARD" {
        return Err(access_entry::not_standard());
    }
    if !POLICIES.iter().any(|name| arn(name) == policy) {
        return Err(invalid_parameter("The policyArn parameter format is not valid"));
    }
    let scope = scope(&input["accessScope"])?;
    let associated = entry.policies.get(policy).map_or(now, |earlier| earlier.associated);
    let policy_of_entry = AssociatedPolicy { scope, associated, modified: now, effective_at };
    let answer = json!({
        "clusterName": cluster,
        "principalArn": principal,
        "associatedAccessPolicy": describe(policy, &policy_of_entry),
    });
    entry.policies.insert(policy.to_owned(), policy_of_entry);
    Ok(answer)
}

/// ListAssociatedAccessPolicies.
pub(super) fn list_associated(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let input = call.json();
    let entry = access_entry::find(world, call)?;
    let mut body = page(
        input,
        "associatedAccessPolicies",
        &entry.policies,
        |(arn, _)| (*arn).clone(),
        |(arn, policy)| describe(arn, policy),
    )?;
    body["clusterName"] = input["clusterName"].clone();
    body["principalArn"] = input["principalArn"].clone();
    Ok(body)
}

/// DisassociateAccessPolicy.
pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Value, AwsError> {
    let policy = text(call.json(), "policyArn");
    let entry = access_entry::find(world, call)?;
    match entry.policies.remove(policy) {
        Some(_) => Ok(json!({})),
        // The text is not recorded.
        None => {
            Err(not_found(format!("The specified policy {policy} is not associated with the access entry."))
                .member("clusterName", text(call.json(), "clusterName")))
        }
    }
}

fn scope(scope: &Value) -> Result<AccessScope, AwsError> {
    let namespaces = texts(scope, "namespaces");
    match text(scope, "type") {
        "namespace" if namespaces.is_empty() => {
            Err(invalid_parameter("The accessScope must have namespaces when its type is namespace"))
        }
        "namespace" => Ok(AccessScope::Namespaces(namespaces)),
        _ if !namespaces.is_empty() => {
            Err(invalid_parameter("The accessScope cannot have namespaces when its type is cluster"))
        }
        _ => Ok(AccessScope::Cluster),
    }
}

fn describe(arn: &str, policy: &AssociatedPolicy) -> Value {
    let (kind, namespaces) = match &policy.scope {
        AccessScope::Cluster => ("cluster", Vec::new()),
        AccessScope::Namespaces(namespaces) => ("namespace", namespaces.clone()),
    };
    json!({
        "policyArn": arn,
        "accessScope": {"type": kind, "namespaces": namespaces},
        "associatedAt": policy.associated.epoch_seconds(),
        "modifiedAt": policy.modified.epoch_seconds(),
    })
}
