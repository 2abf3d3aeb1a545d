//! Add-ons.

use std::collections::BTreeMap;

use aws_sdk_eks::types::Addon;
use futures_util::future::try_join_all;

use super::{issue, listed, patiently, pod_identity, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{AddonState, AddonStatus, Configuration, Seen};

pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<BTreeMap<String, AddonState>, Refusal> {
    let call = Service::Eks.read("ListAddons", format!("cluster {cluster}"));
    let pages = || wire.eks().list_addons().cluster_name(cluster).into_paginator().send();
    let names = listed(wire.pages(&call, pages).await, |page| page.addons)?;
    let states = try_join_all(names.iter().map(|name| patiently(|| look(wire, cluster, name)))).await?;
    let present = states.into_iter().filter_map(|state| state.present().cloned());
    Ok(present.map(|addon| (addon.name.clone(), addon)).collect())
}

pub(super) async fn look(wire: &Wire, cluster: &str, name: &str) -> Result<Seen<AddonState>, Refusal> {
    let call = Service::Eks.read("DescribeAddon", format!("add-on {name}"));
    let request = || wire.eks().describe_addon().cluster_name(cluster).addon_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(Seen::Absent) };
    let addon = answer.addon.ok_or_else(|| Refusal::nonsense(&call, "the answer has no add-on"))?;
    let associations = addon.pod_identity_associations().to_vec();
    let mut state = state(&call, addon)?;
    // The add-on names its associations alone.
    if !associations.is_empty() {
        state.pod_identity_roles = pod_identity::roles(wire, cluster, &associations).await?;
    }
    Ok(Seen::Present(state))
}

fn state(call: &Call, addon: Addon) -> Result<AddonState, Refusal> {
    let status = status(call, addon.status.as_ref().map(|status| status.as_str()), named)?;
    let issues = addon.health.as_ref().map(|health| health.issues()).unwrap_or_default();
    Ok(AddonState {
        name: addon.addon_name.unwrap_or_default(),
        arn: addon.addon_arn.unwrap_or_default(),
        version: addon.addon_version.unwrap_or_default(),
        status,
        configuration: Configuration(addon.configuration_values.filter(|values| !values.is_empty())),
        service_account_role_arn: addon.service_account_role_arn,
        pod_identity_roles: BTreeMap::new(),
        tags: addon.tags.into_iter().flatten().collect(),
        issues: issue::ranked(issues.iter().map(|issue| issue::Found {
            code: issue.code().map(|code| code.as_str()),
            message: issue.message(),
            resources: issue.resource_ids(),
        })),
    })
}

fn named(name: &str) -> Option<AddonStatus> {
    Some(match name {
        "CREATING" => AddonStatus::Creating,
        "ACTIVE" => AddonStatus::Active,
        "CREATE_FAILED" => AddonStatus::CreateFailed,
        "UPDATING" => AddonStatus::Updating,
        "DELETING" => AddonStatus::Deleting,
        "DELETE_FAILED" => AddonStatus::DeleteFailed,
        "DEGRADED" => AddonStatus::Degraded,
        "UPDATE_FAILED" => AddonStatus::UpdateFailed,
        _ => return None,
    })
}
