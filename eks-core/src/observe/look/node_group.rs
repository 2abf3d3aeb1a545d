//! Managed node groups.

use std::collections::BTreeMap;

use aws_sdk_eks::types::{
    CapacityTypes, NodeRepairConfig as EksRepair, Nodegroup, NodegroupUpdateConfig,
    NodegroupUpdateStrategies, RepairAction as EksAction, Taint as EksTaint, TaintEffect as Effect,
};
use futures_util::future::try_join_all;

use super::{issue, listed, patiently, seen, status};
use crate::aws::{Call, Refusal, Service, Wire};
use crate::observe::{NodeGroupState, NodeGroupStatus, Seen};
use crate::spec::{
    Capacity, NodeRepairConfig, NodeRepairOverride, RepairAction, Taint, TaintEffect, UpdateSettings,
    UpdateStrategy,
};

/// By their names.
pub(super) async fn list(wire: &Wire, cluster: &str) -> Result<BTreeMap<String, NodeGroupState>, Refusal> {
    let call = Service::Eks.read("ListNodegroups", format!("cluster {cluster}"));
    let pages = || wire.eks().list_nodegroups().cluster_name(cluster).into_paginator().send();
    let mut names = listed(wire.pages(&call, pages).await, |page| page.nodegroups)?;
    names.sort();
    let states = try_join_all(names.iter().map(|name| patiently(|| look(wire, cluster, name)))).await?;
    let mut groups = BTreeMap::new();
    for state in states {
        let Seen::Present(group) = state else { continue };
        groups.insert(group.name.clone(), group);
    }
    Ok(groups)
}

pub(super) async fn look(wire: &Wire, cluster: &str, name: &str) -> Result<Seen<NodeGroupState>, Refusal> {
    let call = Service::Eks.read("DescribeNodegroup", format!("node group {name}"));
    let request = || wire.eks().describe_nodegroup().cluster_name(cluster).nodegroup_name(name).send();
    let Seen::Present(answer) = seen(wire.send(&call, request).await)? else { return Ok(Seen::Absent) };
    let group = answer.nodegroup.ok_or_else(|| Refusal::nonsense(&call, "the answer has no node group"))?;
    state(&call, group).map(Seen::Present)
}

fn state(call: &Call, group: Nodegroup) -> Result<NodeGroupState, Refusal> {
    let status = status(call, group.status.as_ref().map(|status| status.as_str()), named)?;
    let size = |size: Option<i32>| size.and_then(count).unwrap_or_default();
    let scaling = group.scaling_config;
    let scaling = scaling.map(|it| (size(it.min_size), size(it.max_size), size(it.desired_size)));
    let issues = group.health.as_ref().map(|health| health.issues()).unwrap_or_default();
    Ok(NodeGroupState {
        name: group.nodegroup_name.unwrap_or_default(),
        arn: group.nodegroup_arn.unwrap_or_default(),
        status,
        scaling: scaling.unwrap_or_default(),
        autoscaling_groups: group
            .resources
            .and_then(|resources| resources.auto_scaling_groups)
            .into_iter()
            .flatten()
            .filter_map(|it| it.name)
            .collect(),
        version: group.version,
        release_version: group.release_version,
        instance_types: group.instance_types.unwrap_or_default(),
        ami_type: group.ami_type.map(|kind| kind.as_str().to_owned()),
        capacity: group.capacity_type.and_then(|kind| match kind {
            CapacityTypes::OnDemand => Some(Capacity::OnDemand),
            CapacityTypes::Spot => Some(Capacity::Spot),
            CapacityTypes::CapacityBlock => Some(Capacity::CapacityBlock),
            _ => None,
        }),
        subnets: group.subnets.unwrap_or_default(),
        role_arn: group.node_role,
        disk_gib: group.disk_size.and_then(count),
        ssh_key: group.remote_access.and_then(|access| access.ec2_ssh_key),
        launch_template: group.launch_template.and_then(|template| template.id.zip(template.version)),
        labels: group.labels.into_iter().flatten().collect(),
        taints: group.taints.into_iter().flatten().filter_map(taint).collect(),
        update: group.update_config.map(update_settings),
        node_repair_config: group.node_repair_config.map(node_repair_config),
        tags: group.tags.into_iter().flatten().collect(),
        issues: issue::ranked(issues.iter().map(|issue| issue::Found {
            code: issue.code().map(|code| code.as_str()),
            message: issue.message(),
            resources: issue.resource_ids(),
        })),
    })
}

/// `None` for an effect that Kubernetes does not have.
fn taint(taint: EksTaint) -> Option<Taint> {
    let effect = match taint.effect? {
        Effect::NoSchedule => TaintEffect::NoSchedule,
        Effect::NoExecute => TaintEffect::NoExecute,
        Effect::PreferNoSchedule => TaintEffect::PreferNoSchedule,
        _ => return None,
    };
    let value = taint.value.filter(|value| !value.is_empty());
    Some(Taint { key: taint.key.unwrap_or_default(), value, effect })
}

fn update_settings(update: NodegroupUpdateConfig) -> UpdateSettings {
    UpdateSettings {
        max_unavailable: update.max_unavailable.and_then(count),
        max_unavailable_percentage: update.max_unavailable_percentage.and_then(count),
        strategy: update.update_strategy.and_then(|strategy| match strategy {
            NodegroupUpdateStrategies::Default => Some(UpdateStrategy::Default),
            NodegroupUpdateStrategies::Minimal => Some(UpdateStrategy::Minimal),
            _ => None,
        }),
    }
}

fn node_repair_config(config: EksRepair) -> NodeRepairConfig {
    let overrides = config.node_repair_config_overrides.into_iter().flatten().filter_map(|it| {
        Some(NodeRepairOverride {
            node_monitoring_condition: it.node_monitoring_condition.unwrap_or_default(),
            node_unhealthy_reason: it.node_unhealthy_reason.unwrap_or_default(),
            min_repair_wait_time_mins: it.min_repair_wait_time_mins.and_then(count).unwrap_or_default(),
            repair_action: match it.repair_action? {
                EksAction::Replace => RepairAction::Replace,
                EksAction::Reboot => RepairAction::Reboot,
                EksAction::NoAction => RepairAction::NoAction,
                _ => return None,
            },
        })
    });
    NodeRepairConfig {
        enabled: config.enabled,
        max_unhealthy_node_threshold_count: config.max_unhealthy_node_threshold_count.and_then(count),
        max_unhealthy_node_threshold_percentage: config
            .max_unhealthy_node_threshold_percentage
            .and_then(count),
        max_parallel_nodes_repaired_count: config.max_parallel_nodes_repaired_count.and_then(count),
        max_parallel_nodes_repaired_percentage: config.max_parallel_nodes_repaired_percentage.and_then(count),
        node_repair_config_overrides: overrides.collect(),
    }
}

fn count(number: i32) -> Option<u32> {
    u32::try_from(number).ok()
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
