//! Fargate profiles.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{FargateProfile, FargateProfileSelector};
use futures_util::future::try_join_all;

use super::{issue, listed, patiently, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{FargateProfileState, FargateProfileStatus, Seen};
use crate::spec::Selector;

pub(super) async fn list(
    wire: &Wire,
    cluster: &str,
) -> Result<BTreeMap<String, FargateProfileState>, Refusal> {
    let call = Service::Eks.read("ListFargateProfiles", format!("cluster {cluster}"));
    let pages = || wire.eks().list_fargate_profiles().cluster_name(cluster).into_paginator().send();
    let names = listed(wire.pages(&call, pages).await, |page| page.fargate_profile_names)?;
    let states = try_join_all(names.iter().map(|name| patiently(|| look(wire, cluster, name)))).await?;
    let present = states.into_iter().filter_map(|state| state.present().cloned());
    Ok(present.map(|profile| (profile.name.clone(), profile)).collect())
}

pub(super) async fn look(
    wire: &Wire,
    cluster: &str,
    name: &str,
) -> Result<Seen<FargateProfileState>, Refusal> {
    let call = Service::Eks.read("DescribeFargateProfile", format!("Fargate profile {name}"));
    let request =
        || wire.eks().describe_fargate_profile().cluster_name(cluster).fargate_profile_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(Seen::Absent) };
    let profile = answer
        .fargate_profile
        .ok_or_else(|| Refusal::nonsense(&call, "the answer has no Fargate profile"))?;
    state(&call, profile).map(Seen::Present)
}

fn state(call: &Call, profile: FargateProfile) -> Result<FargateProfileState, Refusal> {
    let status = status(call, profile.status.as_ref().map(|status| status.as_str()), named)?;
    let issues = profile.health.as_ref().map(|health| health.issues()).unwrap_or_default();
    Ok(FargateProfileState {
        name: profile.fargate_profile_name.unwrap_or_default(),
        arn: profile.fargate_profile_arn.unwrap_or_default(),
        status,
        selectors: profile.selectors.into_iter().flatten().map(selector).collect(),
        subnets: profile.subnets.unwrap_or_default(),
        role_arn: profile.pod_execution_role_arn,
        tags: profile.tags.into_iter().flatten().collect(),
        issues: issue::ranked(issues.iter().map(|issue| issue::Found {
            code: issue.code().map(|code| code.as_str()),
            message: issue.message(),
            resources: issue.resource_ids(),
        })),
    })
}

fn selector(selector: FargateProfileSelector) -> Selector {
    Selector {
        namespace: selector.namespace.unwrap_or_default(),
        labels: selector.labels.into_iter().flatten().collect(),
    }
}

fn named(name: &str) -> Option<FargateProfileStatus> {
    Some(match name {
        "CREATING" => FargateProfileStatus::Creating,
        "ACTIVE" => FargateProfileStatus::Active,
        "DELETING" => FargateProfileStatus::Deleting,
        "CREATE_FAILED" => FargateProfileStatus::CreateFailed,
        "DELETE_FAILED" => FargateProfileStatus::DeleteFailed,
        _ => return None,
    })
}
