//! Managed node groups.

use std::collections::BTreeMap;

use aws_sdk_eks::types::Nodegroup;
use futures_util::future::try_join_all;

use super::{issue, listed, patiently, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{NodeGroupState, NodeGroupStatus, Seen};
use crate::plan::tag;

/// By logical name, which is the tag's, else AWS's. Of two groups of one logical name (nodes that are being
/// replaced) the second one has AWS's name.
pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<BTreeMap<String, NodeGroupState>, Refusal> {
    let call = Service::Eks.read("ListNodegroups", format!("cluster {cluster}"));
    let pages = wire.eks().list_nodegroups().cluster_name(cluster).into_paginator().send();
    let mut names = listed(wire.pages(&call, pages).await, |page| page.nodegroups)?;
    names.sort();
    let states = try_join_all(names.iter().map(|name| patiently(|| look(wire, cluster, name)))).await?;
    let mut groups = BTreeMap::new();
    for state in states {
        let Seen::Present(group) = state else { continue };
        let logical = group.tags.get(tag::NODE_GROUP).filter(|name| !groups.contains_key(*name));
        groups.insert(logical.unwrap_or(&group.name).clone(), group);
    }
    Ok(groups)
}

pub(super) async fn look(wire: &Wire, cluster: &str, name: &str) -> Result<Seen<NodeGroupState>, Refusal> {
    let call = Service::Eks.read("DescribeNodegroup", format!("node group {name}"));
    let request = wire.eks().describe_nodegroup().cluster_name(cluster).nodegroup_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(Seen::Absent) };
    let group = answer.nodegroup.ok_or_else(|| Refusal::nonsense(&call, "the answer has no node group"))?;
    state(&call, group).map(Seen::Present)
}

fn state(call: &Call, group: Nodegroup) -> Result<NodeGroupState, Refusal> {
    let status = status(call, group.status.as_ref().map(|status| status.as_str()), named)?;
    let count = |size: Option<i32>| size.and_then(|size| u32::try_from(size).ok()).unwrap_or_default();
    let scaling = group.scaling_config;
    let scaling = scaling.map(|it| (count(it.min_size), count(it.max_size), count(it.desired_size)));
    let issues = group.health.as_ref().map(|health| health.issues()).unwrap_or_default();
    Ok(NodeGroupState {
        name: group.nodegroup_name.unwrap_or_default(),
        arn: group.nodegroup_arn.unwrap_or_default(),
        status,
        scaling: scaling.unwrap_or_default(),
        version: group.version,
        release_version: group.release_version,
        instance_types: group.instance_types.unwrap_or_default(),
        tags: group.tags.into_iter().flatten().collect(),
        issues: issue::ranked(issues.iter().map(|issue| issue::Found {
            code: issue.code().map(|code| code.as_str()),
            message: issue.message(),
            resources: issue.resource_ids(),
        })),
    })
}

fn named(name: &str) -> Option<NodeGroupStatus> {
    Some(match name {
        "CREATING" => NodeGroupStatus::Creating,
        "ACTIVE" => NodeGroupStatus::Active,
        "UPDATING" => NodeGroupStatus::Updating,
        "DELETING" => NodeGroupStatus::Deleting,
        "CREATE_FAILED" => NodeGroupStatus::CreateFailed,
        "DELETE_FAILED" => NodeGroupStatus::DeleteFailed,
        "DEGRADED" => NodeGroupStatus::Degraded,
        _ => return None,
    })
}
