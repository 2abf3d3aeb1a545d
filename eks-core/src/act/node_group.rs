//! Managed node groups.

use aws_sdk_eks::operation::create_nodegroup::builders::CreateNodegroupInputBuilder;
use aws_sdk_eks::types::{
    AmiTypes, CapacityTypes, LaunchTemplateSpecification, NodeRepairConfig as EksRepair,
    NodeRepairConfigOverrides, NodegroupScalingConfig, NodegroupUpdateConfig, NodegroupUpdateStrategies,
    RepairAction as EksAction, Taint as EksTaint, TaintEffect as Effect, UpdateLabelsPayload,
    UpdateTaintsPayload,
};

use super::{Begun, begun, eks_tags};
use crate::aws::{Refusal, Service, Wire};
use crate::plan::{CreateNodeGroup, UpdateNodeGroup, UpdateNodeGroupVersion};
use crate::spec::{
    Capacity, NodeRepairConfig, RepairAction, Scaling, Taint, TaintEffect, UpdateSettings, UpdateStrategy,
};

pub(super) async fn create(wire: &Wire, request: &CreateNodeGroup, token: &str) -> Result<(), Refusal> {
    let call = Service::Eks.mutate("CreateNodegroup", format!("node group {}", request.name));
    wire.send(&call, || input(request, token).send_with(wire.eks())).await.map(drop)
}

/// Sizes, labels, taints, update settings and repair go in one request.
pub(super) async fn update(wire: &Wire, request: &UpdateNodeGroup, token: &str) -> Result<Begun, Refusal> {
    let call = Service::Eks.mutate("UpdateNodegroupConfig", format!("node group {}", request.group));
    let UpdateNodeGroup { labels, labels_gone, taints, taints_gone, .. } = request;
    let labels = (!(labels.is_empty() && labels_gone.is_empty())).then(|| {
        UpdateLabelsPayload::builder()
            .set_add_or_update_labels((!labels.is_empty()).then(|| labels.clone().into_iter().collect()))
            .set_remove_labels((!labels_gone.is_empty()).then(|| labels_gone.clone()))
            .build()
    });
    let all = |taints: &[Taint]| (!taints.is_empty()).then(|| taints.iter().map(taint).collect());
    let taints = (!(taints.is_empty() && taints_gone.is_empty())).then(|| {
        UpdateTaintsPayload::builder()
            .set_add_or_update_taints(all(taints))
            .set_remove_taints(all(taints_gone))
            .build()
    });
    let sizes = request.scaling.map(|(min, max, desired)| {
        NodegroupScalingConfig::builder()
            .min_size(count(min))
            .max_size(count(max))
            .desired_size(count(desired))
            .build()
    });
    let update = wire
        .eks()
        .update_nodegroup_config()
        .cluster_name(&request.cluster)
        .nodegroup_name(&request.group)
        .set_labels(labels)
        .set_taints(taints)
        .set_scaling_config(sizes)
        .set_update_config(request.update.as_ref().map(update_config))
        .set_node_repair_config(request.node_repair_config.as_ref().map(repair))
        .client_request_token(token);
    wire.send(&call, || update.send()).await.map(|answer| begun(answer.update))
}

/// New nodes of another version of the launch template. Version and release of Kubernetes' image stay, unless the template
/// names an image, which allows neither to be sent (facts/aws.md §7).
pub(super) async fn update_version(
    wire: &Wire,
    request: &UpdateNodeGroupVersion,
    token: &str,
) -> Result<Begun, Refusal> {
    let call = Service::Eks.mutate("UpdateNodegroupVersion", format!("node group {}", request.group));
    let (template, version) = &request.launch_template;
    let update = wire
        .eks()
        .update_nodegroup_version()
        .cluster_name(&request.cluster)
        .nodegroup_name(&request.group)
        .launch_template(LaunchTemplateSpecification::builder().id(template).version(version).build())
        .set_version(request.version.clone())
        .set_release_version(request.release_version.clone())
        .force(request.force)
        .client_request_token(token);
    wire.send(&call, || update.send()).await.map(|answer| begun(answer.update))
}

/// Disks and remote access are the launch template's (facts/aws.md §2.5 refuses them here).
pub(super) fn input(request: &CreateNodeGroup, token: &str) -> CreateNodegroupInputBuilder {
    let spec = &request.spec;
    let (template, version) = &request.launch_template;
    // A capacity block's type is in the launch template, and EKS takes it in one place only.
    let in_template = spec.capacity == Some(Capacity::CapacityBlock);
    let types: &[String] = if in_template { &[] } else { &spec.instance_types };
    let labels = (!spec.labels.is_empty()).then(|| spec.labels.clone().into_iter().collect());
    CreateNodegroupInputBuilder::default()
        .cluster_name(&request.cluster)
        .nodegroup_name(&request.name)
        .node_role(&request.role_arn)
        .set_subnets(Some(request.subnets.clone()))
        .ami_type(AmiTypes::from(request.ami_type.as_str()))
        .set_instance_types((!types.is_empty()).then(|| types.to_vec()))
        .set_capacity_type(spec.capacity.map(capacity))
        .set_scaling_config(spec.scaling.as_ref().map(scaling))
        .set_labels(labels)
        .set_taints((!spec.taints.is_empty()).then(|| spec.taints.iter().map(taint).collect()))
        .set_update_config(spec.update.as_ref().map(update_config))
        .set_node_repair_config(spec.node_repair_config.as_ref().map(repair))
        .launch_template(LaunchTemplateSpecification::builder().id(template).version(version).build())
        .set_tags(eks_tags(&request.tags))
        .client_request_token(token)
}

fn capacity(capacity: Capacity) -> CapacityTypes {
    match capacity {
        Capacity::OnDemand => CapacityTypes::OnDemand,
        Capacity::Spot => CapacityTypes::Spot,
        Capacity::CapacityBlock => CapacityTypes::CapacityBlock,
    }
}

fn repair(config: &NodeRepairConfig) -> EksRepair {
    let overrides = config.node_repair_config_overrides.iter().map(|it| {
        let action = match it.repair_action {
            RepairAction::Replace => EksAction::Replace,
            RepairAction::Reboot => EksAction::Reboot,
            RepairAction::NoAction => EksAction::NoAction,
        };
        NodeRepairConfigOverrides::builder()
            .node_monitoring_condition(&it.node_monitoring_condition)
            .node_unhealthy_reason(&it.node_unhealthy_reason)
            .min_repair_wait_time_mins(count(it.min_repair_wait_time_mins))
            .repair_action(action)
            .build()
    });
    let overrides: Vec<_> = overrides.collect();
    EksRepair::builder()
        .enabled(config.enabled.unwrap_or(true))
        .set_max_unhealthy_node_threshold_count(config.max_unhealthy_node_threshold_count.map(count))
        .set_max_unhealthy_node_threshold_percentage(
            config.max_unhealthy_node_threshold_percentage.map(count),
        )
        .set_max_parallel_nodes_repaired_count(config.max_parallel_nodes_repaired_count.map(count))
        .set_max_parallel_nodes_repaired_percentage(config.max_parallel_nodes_repaired_percentage.map(count))
        .set_node_repair_config_overrides((!overrides.is_empty()).then_some(overrides))
        .build()
}

fn scaling(scaling: &Scaling) -> NodegroupScalingConfig {
    NodegroupScalingConfig::builder()
        .set_min_size(scaling.min.map(count))
        .set_max_size(scaling.max.map(count))
        .set_desired_size(scaling.desired.map(count))
        .build()
}

fn taint(taint: &Taint) -> EksTaint {
    let effect = match taint.effect {
        TaintEffect::NoSchedule => Effect::NoSchedule,
        TaintEffect::NoExecute => Effect::NoExecute,
        TaintEffect::PreferNoSchedule => Effect::PreferNoSchedule,
    };
    EksTaint::builder().key(&taint.key).set_value(taint.value.clone()).effect(effect).build()
}

fn update_config(update: &UpdateSettings) -> NodegroupUpdateConfig {
    let strategy = update.strategy.map(|strategy| match strategy {
        UpdateStrategy::Default => NodegroupUpdateStrategies::Default,
        UpdateStrategy::Minimal => NodegroupUpdateStrategies::Minimal,
    });
    NodegroupUpdateConfig::builder()
        .set_max_unavailable(update.max_unavailable.map(count))
        .set_max_unavailable_percentage(update.max_unavailable_percentage.map(count))
        .set_update_strategy(strategy)
        .build()
}

/// AWS counts in `i32`; what does not fit is more than any quota.
fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
