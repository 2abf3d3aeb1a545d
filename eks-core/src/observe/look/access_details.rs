//! Access entries in full, as a spec says them.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{self, AccessScopeType};
use futures_util::future::try_join_all;

use super::{listed, patiently, seen};
use crate::aws::{Class, Refusal, Service, Wire};
use crate::observe::Seen;
use crate::spec::{AccessEntry, AccessEntryType, AccessPolicy, AccessScope};

/// Every entry, by principal. An entry of a kind that this version does not know is left out.
pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<BTreeMap<String, AccessEntry>, Refusal> {
    let call = Service::Eks.read("ListAccessEntries", format!("cluster {cluster}"));
    let pages = patiently(|| {
        wire.pages(&call, wire.eks().list_access_entries().cluster_name(cluster).into_paginator().send())
    });
    let principals = listed(pages.await, |page| page.access_entries)?;
    let entries = principals.iter().map(async |principal| {
        let Some(mut entry) = patiently(|| describe(wire, cluster, principal)).await? else {
            return Ok(None);
        };
        if matches!(entry.entry_type, Some(AccessEntryType::Standard)) {
            entry.policies = patiently(|| policies(wire, cluster, principal)).await?;
        }
        Ok::<_, Refusal>(Some((principal.clone(), entry)))
    });
    Ok(try_join_all(entries).await?.into_iter().flatten().collect())
}

async fn describe(wire: &Wire, cluster: &str, principal: &str) -> Result<Option<AccessEntry>, Refusal> {
    let call = Service::Eks.read("DescribeAccessEntry", format!("access entry {principal}"));
    let request = wire.eks().describe_access_entry().cluster_name(cluster).principal_arn(principal).send();
    // Deleted since it was listed.
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(None) };
    let entry =
        answer.access_entry.ok_or_else(|| Refusal::nonsense(&call, "the answer has no access entry"))?;
    Ok(state(principal, entry))
}

fn state(principal: &str, entry: types::AccessEntry) -> Option<AccessEntry> {
    let entry_type = match entry.r#type.as_deref().unwrap_or("STANDARD") {
        "STANDARD" => AccessEntryType::Standard,
        "EC2" => AccessEntryType::Ec2,
        "EC2_LINUX" => AccessEntryType::Ec2Linux,
        "EC2_WINDOWS" => AccessEntryType::Ec2Windows,
        "FARGATE_LINUX" => AccessEntryType::FargateLinux,
        "HYBRID_LINUX" => AccessEntryType::HybridLinux,
        "HYPERPOD_LINUX" => AccessEntryType::HyperpodLinux,
        _ => return None,
    };
    // Nodes have the names and groups that their type brings.
    let own = entry_type == AccessEntryType::Standard;
    let username = entry.username.filter(|name| own && *name != derived_name(principal));
    Some(AccessEntry {
        principal_arn: principal.to_owned(),
        kubernetes_groups: entry.kubernetes_groups.filter(|_| own).unwrap_or_default(),
        policies: Vec::new(),
        tags: entry.tags.into_iter().flatten().collect(),
        entry_type: Some(entry_type),
        username,
    })
}

/// The name that EKS gives where none is asked for: that of a user, or of a role's sessions (EKS's user guide, "Create
/// access entries").
fn derived_name(principal: &str) -> String {
    let (partition, account) = {
        let mut parts = principal.split(':');
        (parts.nth(1).unwrap_or_default(), parts.nth(2).unwrap_or_default())
    };
    let name = principal.rsplit('/').next().unwrap_or_default();
    if principal.contains(":role/") {
        format!("arn:{partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}")
    } else {
        principal.to_owned()
    }
}

async fn policies(wire: &Wire, cluster: &str, principal: &str) -> Result<Vec<AccessPolicy>, Refusal> {
    let call = Service::Eks.read("ListAssociatedAccessPolicies", format!("access entry {principal}"));
    let request = wire.eks().list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
    let pages = match wire.pages(&call, request.into_paginator().send()).await {
        Err(refusal) if refusal.class == Class::Gone => return Ok(Vec::new()),
        pages => pages?,
    };
    let policies = pages.into_iter().filter_map(|page| page.associated_access_policies).flatten();
    let mut policies: Vec<AccessPolicy> = policies
        .filter_map(|policy| {
            let scope = match policy.access_scope {
                Some(scope) if scope.r#type == Some(AccessScopeType::Namespace) => {
                    AccessScope::Namespaces(scope.namespaces.unwrap_or_default())
                }
                _ => AccessScope::Cluster,
            };
            Some(AccessPolicy { policy_arn: policy.policy_arn?, scope })
        })
        .collect();
    policies.sort_by(|one, two| one.policy_arn.cmp(&two.policy_arn));
    Ok(policies)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_eks_derives_is_nobodys_wish() {
        let entry = |kind: &str, name: &str| {
            types::AccessEntry::builder().r#type(kind).username(name).kubernetes_groups("readers").build()
        };
        let role = "arn:aws:iam::111122223333:role/team/readers";
        let derived = "arn:aws:sts::111122223333:assumed-role/readers/{{SessionName}}";
        let seen = state(role, entry("STANDARD", derived)).expect("a known kind");
        assert_eq!((seen.username, seen.kubernetes_groups), (None, vec!["readers".to_owned()]));
        assert_eq!(state(role, entry("STANDARD", "ada")).expect("known").username.as_deref(), Some("ada"));
        let node = state(role, entry("EC2_LINUX", "system:node:{{EC2PrivateDNSName}}")).expect("known");
        assert_eq!((node.username, node.kubernetes_groups.len()), (None, 0));
        assert_eq!(state(role, entry("SOMETHING_NEW", "x")), None);
    }
}
