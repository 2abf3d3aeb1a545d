//! Access entries: the principals that have one, and of those that the spec has its say about, policies and identity.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{AccessEntry, AccessScope as Scope, AccessScopeType};
use futures_util::future::{try_join, try_join_all};

use super::{listed, patiently, seen};
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::{AccessEntryState, KubernetesIdentity, Seen};
use crate::spec::AccessScope;

pub(super) async fn list(
    wire: &Wire,
    cluster: &str,
    policies_of: &[String],
    described: &[String],
) -> Result<BTreeMap<String, AccessEntryState>, Refusal> {
    let entries = principals(wire, cluster).await?.into_iter().map(async |principal| {
        let policies = async {
            match policies_of.contains(&principal) {
                true => patiently(|| policies(wire, cluster, &principal)).await,
                false => Ok(BTreeMap::new()),
            }
        };
        let described = async {
            match described.contains(&principal) {
                true => patiently(|| details(wire, cluster, &principal)).await,
                false => Ok(None),
            }
        };
        let (policies, described) = try_join(policies, described).await?;
        let (identity, tagged) = described.unzip();
        Ok::<_, Refusal>((principal, AccessEntryState { policies, identity, tagged }))
    });
    Ok(try_join_all(entries).await?.into_iter().collect())
}

/// Everybody who has an entry.
pub(super) async fn principals(wire: &Wire, cluster: &str) -> Result<Vec<String>, Refusal> {
    let call = Service::Eks.read("ListAccessEntries", format!("cluster {cluster}"));
    let pages = || wire.eks().list_access_entries().cluster_name(cluster).into_paginator().send();
    listed(wire.pages(&call, pages).await, |page| page.access_entries)
}

/// Where each policy of an entry holds, by the policy's ARN.
pub(super) async fn policies(
    wire: &Wire,
    cluster: &str,
    principal: &str,
) -> Result<BTreeMap<String, AccessScope>, Refusal> {
    let call = Service::Eks.read("ListAssociatedAccessPolicies", format!("access entry {principal}"));
    let request = wire.eks().list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
    let pages = match wire.pages(&call, || request.into_paginator().send()).await {
        // Deleted since it was listed.
        Err(refusal) if refusal.class == Class::Gone => return Ok(BTreeMap::new()),
        pages => pages?,
    };
    let policies = pages.into_iter().filter_map(|page| page.associated_access_policies).flatten();
    Ok(policies.filter_map(|policy| Some((policy.policy_arn?, scope(policy.access_scope)))).collect())
}

fn scope(scope: Option<Scope>) -> AccessScope {
    match scope {
        Some(scope) if scope.r#type == Some(AccessScopeType::Namespace) => {
            AccessScope::Namespaces(scope.namespaces.unwrap_or_default())
        }
        _ => AccessScope::Cluster,
    }
}

/// Who its principal is to Kubernetes, and its ARN with its tags.
async fn details(
    wire: &Wire,
    cluster: &str,
    principal: &str,
) -> Result<Option<(KubernetesIdentity, (String, BTreeMap<String, String>))>, Refusal> {
    let entry = describe(wire, cluster, principal).await?;
    Ok(entry.map(|AccessEntry { username, kubernetes_groups, access_entry_arn, tags, .. }| {
        let identity = KubernetesIdentity {
            username: username.unwrap_or_default(),
            groups: kubernetes_groups.into_iter().flatten().collect(),
        };
        (identity, (access_entry_arn.unwrap_or_default(), tags.into_iter().flatten().collect()))
    }))
}

/// An entry as EKS has it; none if it was deleted since it was listed.
pub(super) async fn describe(
    wire: &Wire,
    cluster: &str,
    principal: &str,
) -> Result<Option<AccessEntry>, Refusal> {
    let call = Service::Eks.read("DescribeAccessEntry", format!("access entry {principal}"));
    let request = || wire.eks().describe_access_entry().cluster_name(cluster).principal_arn(principal).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(None) };
    let entry = answer.access_entry;
    entry.ok_or_else(|| Refusal::nonsense(&call, "the answer has no access entry")).map(Some)
}
