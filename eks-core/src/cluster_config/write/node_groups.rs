//! Managed node groups.

use serde_json::{Value, json};

use super::super::eksctl::{CLUSTER_LABEL, GROUP_LABEL, NODE_POLICIES, policy_arn};
use super::{some, texts};
use crate::spec::{
    AmiFamily, Capacity, Cluster, HttpTokens, NodeGroup, NodeRepairConfig, NodeSubnets, RepairAction,
    UpdateSettings,
};

/// The groups with their names and subnets, which eksctl wants said.
pub(super) fn node_groups(cluster: &Cluster) -> Option<Vec<Value>> {
    let groups = cluster.defaulted().node_groups.unwrap_or_default();
    let given = cluster.node_groups.clone().unwrap_or_else(|| vec![NodeGroup::default(); groups.len()]);
    some(groups.iter().zip(&given).map(|(full, group)| node_group(group, full, cluster)))
}

fn node_group(group: &NodeGroup, full: &NodeGroup, cluster: &Cluster) -> Value {
    let scaling = group.scaling.clone().unwrap_or_default();
    let disk = group.disk.clone().unwrap_or_default();
    let metadata = group.metadata_options.unwrap_or_default();
    let mut labels = group.labels.clone();
    labels.retain(|key, _| key != CLUSTER_LABEL && key != GROUP_LABEL);
    let subnets = match &full.subnets {
        Some(NodeSubnets::Given(ids)) => texts(ids),
        _ => None,
    };
    let private = full.subnets == Some(NodeSubnets::Private);
    // eksctl wants the family of an image said.
    let family = if group.ami.is_some() { full.ami_family } else { group.ami_family };
    let (one, several) = match group.instance_types.as_slice() {
        [one] => (Some(one), None),
        several => (None, texts(several)),
    };
    let block = group.capacity == Some(Capacity::CapacityBlock);
    json!({
        "name": full.name,
        "amiFamily": family.map(|family| ami_family(family, group)),
        "instanceType": one,
        "subnets": subnets,
        "desiredCapacity": scaling.desired,
        "minSize": scaling.min,
        "maxSize": scaling.max,
        // eksctl wants the size said where other keys of the disk are.
        "volumeSize": group.disk.as_ref().and_then(|_| full.disk.as_ref()?.size_gib),
        "labels": labels,
        "privateNetworking": private.then_some(true),
        "tags": group.tags,
        "iam": {
            "attachPolicyARNs": policies(group, cluster),
            "instanceRoleARN": group.role_arn,
        },
        "ami": group.ami,
        "securityGroups": { "attachIDs": texts(&group.security_groups) },
        "volumeType": disk.volume_type,
        "volumeEncrypted": disk.encrypted,
        "volumeKmsKeyID": disk.kms_key,
        "volumeIOPS": disk.iops,
        "volumeThroughput": disk.throughput,
        "disableIMDSv1": (metadata.http_tokens == Some(HttpTokens::Optional)).then_some(false),
        "disablePodIMDS": (metadata.http_put_response_hop_limit == Some(1)).then_some(true),
        "capacityReservation": {
            "capacityReservationTarget": { "capacityReservationID": group.capacity_reservation_id },
        },
        "instanceMarketOptions": { "marketType": block.then_some("capacity-block") },
        "instanceTypes": several,
        "spot": (group.capacity == Some(Capacity::Spot)).then_some(true),
        "taints": some(group.taints.iter().map(|taint| json!(taint))),
        "updateConfig": group.update.as_ref().map(update),
        "nodeRepairConfig": group.node_repair_config.as_ref().map(repair),
    })
}

/// The family without what eksctl chooses by the instance types.
fn ami_family(family: AmiFamily, group: &NodeGroup) -> AmiFamily {
    use AmiFamily::{AmazonLinux2, AmazonLinux2023, Bottlerocket, BottlerocketFips};
    let plain = [AmazonLinux2023, AmazonLinux2, Bottlerocket, BottlerocketFips];
    let with_drivers = |plain: &AmiFamily| plain.for_accelerator(group.accelerator()) == family;
    plain.into_iter().find(with_drivers).unwrap_or(family)
}

/// eksctl takes a list for all that there are.
fn policies(group: &NodeGroup, cluster: &Cluster) -> Option<Vec<String>> {
    let region = cluster.region.as_deref().unwrap_or_default();
    let every = NODE_POLICIES.into_iter().map(|name| policy_arn(name, region));
    let further = group.policy_arns.iter().cloned();
    (!group.policy_arns.is_empty()).then(|| every.chain(further).collect())
}

fn update(update: &UpdateSettings) -> Value {
    json!({
        "maxUnavailable": update.max_unavailable,
        "maxUnavailablePercentage": update.max_unavailable_percentage,
    })
}

fn repair(config: &NodeRepairConfig) -> Value {
    let overrides = config.node_repair_config_overrides.iter().map(|it| {
        let action = match it.repair_action {
            RepairAction::Replace => "Replace",
            RepairAction::Reboot => "Reboot",
            RepairAction::NoAction => "NoAction",
        };
        json!({
            "nodeMonitoringCondition": it.node_monitoring_condition,
            "nodeUnhealthyReason": it.node_unhealthy_reason,
            "minRepairWaitTimeMins": it.min_repair_wait_time_mins,
            "repairAction": action,
        })
    });
    json!({
        "enabled": config.enabled.unwrap_or(true),
        "maxUnhealthyNodeThresholdPercentage": config.max_unhealthy_node_threshold_percentage,
        "maxUnhealthyNodeThresholdCount": config.max_unhealthy_node_threshold_count,
        "maxParallelNodesRepairedPercentage": config.max_parallel_nodes_repaired_percentage,
        "maxParallelNodesRepairedCount": config.max_parallel_nodes_repaired_count,
        "nodeRepairConfigOverrides": some(overrides),
    })
}
