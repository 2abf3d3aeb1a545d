//! Managed node groups.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::eksctl::{
    ADDON_POLICIES, CLUSTER_LABEL, GROUP_LABEL, IOPS, NODE_POLICIES, managed_policy, marked, policy_arn,
};
use super::network::named_subnets;
use super::value::{list, number, pairs, text, texts, word};
use super::{NAME, is_name};
use crate::spec::{
    Capacity, Cluster, Disk, Findings, HttpTokens, MetadataOptions, Network, NodeGroup, NodeRepairConfig,
    NodeRepairOverride, NodeSubnets, Scaling, Taint, UpdateSettings, VolumeType, item,
};

/// The groups; none where none are listed.
pub(super) fn node_groups(document: &Value, cluster: &Cluster, findings: &mut Findings) -> Vec<NodeGroup> {
    let mut groups = Vec::new();
    for (index, value) in list(&document["managedNodeGroups"]).iter().enumerate() {
        findings.within(&item("managedNodeGroups", index), |findings| {
            groups.push(node_group(value, document, cluster, findings));
        });
    }
    let named = Cluster { name: cluster.name.clone(), node_groups: Some(groups), ..Cluster::default() };
    marked(named).node_groups.unwrap_or_default()
}

fn node_group(value: &Value, document: &Value, cluster: &Cluster, findings: &mut Findings) -> NodeGroup {
    let name = text(&value["name"]);
    findings.require(name.is_some(), "name", "", "be given");
    let shown = name.as_deref().unwrap_or_default();
    findings.require(is_name(shown), "name", shown, NAME);
    let region = cluster.region.as_deref().unwrap_or_default();
    let target = &value["capacityReservation"]["capacityReservationTarget"];
    let group = NodeGroup {
        name,
        instance_types: instance_types(value, findings),
        subnets: subnets(value, document, &cluster.network, findings),
        labels: labels(&value["labels"]),
        taints: list(&value["taints"]).iter().filter_map(taint).collect(),
        tags: pairs(&value["tags"]),
        security_groups: texts(&value["securityGroups"]["attachIDs"]),
        policy_arns: policy_arns(&value["iam"], region, findings),
        ami_family: word(&value["amiFamily"]),
        ami: text(&value["ami"]),
        capacity: capacity(value, findings),
        capacity_reservation_id: text(&target["capacityReservationID"]),
        scaling: scaling(value, findings),
        disk: disk(value),
        update: update(&value["updateConfig"], findings),
        node_repair_config: repair(&value["nodeRepairConfig"], findings),
        metadata_options: metadata_options(value, findings),
        role_arn: text(&value["iam"]["instanceRoleARN"]),
        ..NodeGroup::default()
    };
    let named = group.ami.is_none() || value.get("amiFamily").is_some();
    findings.require(named, "amiFamily", "", "be given where `ami` is, as eksctl wants it");
    group
}

fn instance_types(value: &Value, findings: &mut Findings) -> Vec<String> {
    let mut types = texts(&value["instanceTypes"]);
    if let Some(one) = text(&value["instanceType"]) {
        let rule = "be left out where `instanceTypes` are given";
        findings.require(types.is_empty(), "instanceType", &one, rule);
        types.insert(0, one);
    }
    types
}

/// The public ones, unless told otherwise; eksctl wants that said where there are none.
fn subnets(
    value: &Value,
    document: &Value,
    network: &Network,
    findings: &mut Findings,
) -> Option<NodeSubnets> {
    let named = named_subnets(&value["subnets"], document);
    if !named.is_empty() {
        return Some(NodeSubnets::Given(named));
    }
    if value["privateNetworking"] == json!(true) {
        return Some(NodeSubnets::Private);
    }
    let none = match network {
        Network::New(new) => new.is_private(),
        Network::Given(given) => given.public_subnets.is_empty(),
    };
    let rule = "be `true`: the network has no public subnet";
    findings.require(!none, "privateNetworking", "false", rule);
    (!none).then_some(NodeSubnets::Public)
}

/// eksctl's own labels are eksctl's, whatever the file says.
fn labels(value: &Value) -> BTreeMap<String, String> {
    let mut labels = pairs(value);
    labels.retain(|key, _| key != CLUSTER_LABEL && key != GROUP_LABEL);
    labels
}

fn taint(value: &Value) -> Option<Taint> {
    let effect = word(&value["effect"])?;
    Some(Taint { key: text(&value["key"]).unwrap_or_default(), value: text(&value["value"]), effect })
}

/// Policies beside those that every node has. eksctl takes a list for all that there are (facts/eksctl.md §1.1): one
/// that has not those of every node would mean nodes that may do less than ours.
fn policy_arns(iam: &Value, region: &str, findings: &mut Findings) -> Vec<String> {
    let mut arns = texts(&iam["attachPolicyARNs"]);
    if !arns.is_empty() {
        let missing: Vec<&str> = NODE_POLICIES.into_iter().filter(|name| !covers(&arns, name)).collect();
        let rule = format!("hold {}, which every node has here", missing.join(", "));
        findings.require(missing.is_empty(), "iam.attachPolicyARNs", arns.join(", "), rule);
    }
    for (key, name) in ADDON_POLICIES {
        let arn = policy_arn(name, region);
        if iam["withAddonPolicies"][key] == json!(true) && !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    arns.retain(|arn| managed_policy(arn).is_none_or(|name| !NODE_POLICIES.contains(&name)));
    arns
}

/// Whether the policies allow what the one does. The older policies of ECR allow more than that of every node.
fn covers(arns: &[String], name: &str) -> bool {
    let has = |name: &str| arns.iter().any(|arn| managed_policy(arn) == Some(name));
    let wider = ["ReadOnly", "PowerUser"].map(|kind| format!("AmazonEC2ContainerRegistry{kind}"));
    has(name) || (name == "AmazonEC2ContainerRegistryPullOnly" && wider.iter().any(|name| has(name)))
}

fn capacity(value: &Value, findings: &mut Findings) -> Option<Capacity> {
    let spot = value["spot"] == json!(true);
    if value["instanceMarketOptions"]["marketType"].is_string() {
        let rule = "be left out where `instanceMarketOptions.marketType` is given";
        findings.require(!spot, "spot", "true", rule);
        return Some(Capacity::CapacityBlock);
    }
    spot.then_some(Capacity::Spot)
}

/// What is unset follows from the rest as with eksctl, but that a small `maxSize` alone pulls no bound down there.
fn scaling(value: &Value, findings: &mut Findings) -> Option<Scaling> {
    let scaling = Scaling {
        min: number(&value["minSize"]),
        max: number(&value["maxSize"]),
        desired: number(&value["desiredCapacity"]),
    };
    if let (None, None, Some(max)) = (scaling.min, scaling.desired, scaling.max) {
        findings.require(
            max >= 2,
            "maxSize",
            max,
            "be at least 2 unless `minSize` or `desiredCapacity` is given",
        );
    }
    (scaling != Scaling::default()).then_some(scaling)
}

fn disk(value: &Value) -> Option<Disk> {
    let volume_type = word(&value["volumeType"]);
    let provisioned = matches!(volume_type, Some(VolumeType::Io1 | VolumeType::Io2));
    let disk = Disk {
        size_gib: number(&value["volumeSize"]),
        volume_type,
        iops: number(&value["volumeIOPS"]).or(provisioned.then_some(IOPS)),
        throughput: number(&value["volumeThroughput"]),
        encrypted: value["volumeEncrypted"].as_bool(),
        kms_key: text(&value["volumeKmsKeyID"]),
    };
    (disk != Disk::default()).then_some(disk)
}

fn update(value: &Value, findings: &mut Findings) -> Option<UpdateSettings> {
    let (nodes, percentage) = (number(&value["maxUnavailable"]), number(&value["maxUnavailablePercentage"]));
    let empty = value.as_object().is_some_and(|members| members.values().all(Value::is_null));
    findings.require(!empty, "updateConfig", "", "hold `maxUnavailable` or `maxUnavailablePercentage`");
    value.is_object().then(|| UpdateSettings {
        max_unavailable: nodes,
        max_unavailable_percentage: percentage,
        ..UpdateSettings::default()
    })
}

/// EKS repairs nothing unless it is told to.
fn repair(value: &Value, findings: &mut Findings) -> Option<NodeRepairConfig> {
    let mut overrides = Vec::new();
    for (index, value) in list(&value["nodeRepairConfigOverrides"]).iter().enumerate() {
        let place = format!("nodeRepairConfig.{}", item("nodeRepairConfigOverrides", index));
        findings.within(&place, |findings| overrides.extend(repair_override(value, findings)));
    }
    value.is_object().then(|| NodeRepairConfig {
        enabled: Some(value["enabled"].as_bool().unwrap_or(false)),
        max_unhealthy_node_threshold_count: number(&value["maxUnhealthyNodeThresholdCount"]),
        max_unhealthy_node_threshold_percentage: number(&value["maxUnhealthyNodeThresholdPercentage"]),
        max_parallel_nodes_repaired_count: number(&value["maxParallelNodesRepairedCount"]),
        max_parallel_nodes_repaired_percentage: number(&value["maxParallelNodesRepairedPercentage"]),
        node_repair_config_overrides: overrides,
    })
}

fn repair_override(value: &Value, findings: &mut Findings) -> Option<NodeRepairOverride> {
    for key in ["nodeMonitoringCondition", "nodeUnhealthyReason", "minRepairWaitTimeMins", "repairAction"] {
        findings.require(value.get(key).is_some(), key, "", "be given");
    }
    Some(NodeRepairOverride {
        node_monitoring_condition: text(&value["nodeMonitoringCondition"])?,
        node_unhealthy_reason: text(&value["nodeUnhealthyReason"])?,
        min_repair_wait_time_mins: number(&value["minRepairWaitTimeMins"])?,
        repair_action: word(&value["repairAction"])?,
    })
}

/// facts/eksctl.md §1.1, "IMDS": keeping pods out needs IMDSv2.
fn metadata_options(value: &Value, findings: &mut Findings) -> Option<MetadataOptions> {
    let without_pods = value["disablePodIMDS"] == json!(true);
    if without_pods {
        for (key, _) in ADDON_POLICIES {
            let used = value["iam"]["withAddonPolicies"][key] == json!(true);
            let rule = "be left out where `disablePodIMDS` is `true`: no pod could use it";
            findings.require(!used, &format!("iam.withAddonPolicies.{key}"), "true", rule);
        }
    }
    match (value["disableIMDSv1"].as_bool(), without_pods) {
        (_, true) => {
            Some(MetadataOptions { http_put_response_hop_limit: Some(1), ..MetadataOptions::default() })
        }
        (Some(false), false) => {
            Some(MetadataOptions { http_tokens: Some(HttpTokens::Optional), ..MetadataOptions::default() })
        }
        _ => None,
    }
}
