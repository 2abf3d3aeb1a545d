//! Access entries: the principals that have one, and the policies of those that are to have some.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;

use super::{listed, patiently};
use crate::aws::{Class, Refusal, Service, Wire};

pub(super) async fn list(
    wire: &Wire,
    cluster: &str,
    policies_of: &[String],
) -> Result<BTreeMap<String, BTreeSet<String>>, Refusal> {
    let call = Service::Eks.read("ListAccessEntries", format!("cluster {cluster}"));
    let pages = wire.eks().list_access_entries().cluster_name(cluster).into_paginator().send();
    let principals = listed(wire.pages(&call, pages).await, |page| page.access_entries)?;
    let entries = principals.into_iter().map(async |principal| {
        let asked = policies_of.contains(&principal);
        let policies =
            if asked { patiently(|| policies(wire, cluster, &principal)).await? } else { BTreeSet::new() };
        Ok::<_, Refusal>((principal, policies))
    });
    Ok(try_join_all(entries).await?.into_iter().collect())
}

async fn policies(wire: &Wire, cluster: &str, principal: &str) -> Result<BTreeSet<String>, Refusal> {
    let call = Service::Eks.read("ListAssociatedAccessPolicies", format!("access entry {principal}"));
    let request = wire.eks().list_associated_access_policies().cluster_name(cluster).principal_arn(principal);
    let pages = match wire.pages(&call, request.into_paginator().send()).await {
        // Deleted since it was listed.
        Err(refusal) if refusal.class == Class::Gone => return Ok(BTreeSet::new()),
        pages => pages?,
    };
    let policies = pages.into_iter().filter_map(|page| page.associated_access_policies).flatten();
    Ok(policies.filter_map(|policy| policy.policy_arn).collect())
}
