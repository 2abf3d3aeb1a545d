//! Access entries in full, as a spec says them.

use std::collections::BTreeMap;

use aws_sdk_eks::types;
use futures_util::future::try_join_all;

use super::{access_entry, patiently};
use crate::aws::{Refusal, Wire};
use crate::spec::{AccessEntry, AccessEntryType, AccessPolicy};

/// Every entry, by principal. An entry of a kind that this version does not know is left out.
pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<BTreeMap<String, AccessEntry>, Refusal> {
    let principals = patiently(|| access_entry::principals(wire, cluster)).await?;
    let entries = principals.iter().map(async |principal| {
        let seen = patiently(|| access_entry::describe(wire, cluster, principal)).await?;
        let Some(mut entry) = seen.and_then(|seen| state(principal, seen)) else { return Ok(None) };
        if matches!(entry.entry_type, Some(AccessEntryType::Standard)) {
            let policies = patiently(|| access_entry::policies(wire, cluster, principal)).await?;
            let policies = policies.into_iter();
            entry.policies = policies.map(|(policy_arn, scope)| AccessPolicy { policy_arn, scope }).collect();
        }
        Ok::<_, Refusal>(Some((principal.clone(), entry)))
    });
    Ok(try_join_all(entries).await?.into_iter().flatten().collect())
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
