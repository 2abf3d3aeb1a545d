//! Repair of nodes that are not well.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings, item};

/// How EKS repairs unhealthy nodes of a group, as in
/// [`NodeRepairConfig`](https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfig.html). EKS
/// replaces a node that has been NotReady for 30 minutes, and replaces or reboots one whose accelerators have
/// been broken for 10; other conditions are told by the add-on `eks-node-monitoring-agent`. It stops while more
/// than a fifth of a group of over five nodes is unhealthy, and during a zonal shift.
// facts/aws.md §7
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRepairConfig {
    /// Whether nodes are repaired. Unset: they are, since somebody gave this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Nothing is repaired while more nodes than this are unhealthy, at least 1. Excludes the percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_node_threshold_count: Option<u32>,
    /// Nothing is repaired while more per cent of the nodes than this are unhealthy, 1 to 100. Excludes the count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_unhealthy_node_threshold_percentage: Option<u32>,
    /// How many nodes are repaired at a time, at least 1. Excludes the percentage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallel_nodes_repaired_count: Option<u32>,
    /// How many per cent of the unhealthy nodes are repaired at a time, 1 to 100. Excludes the count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_parallel_nodes_repaired_percentage: Option<u32>,
    /// Other actions and waits for certain conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_repair_config_overrides: Vec<NodeRepairOverride>,
}

/// What is done about one condition of a node, and when. EKS wants all four members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NodeRepairOverride {
    /// The condition, such as `AcceleratedHardwareReady`.
    pub node_monitoring_condition: String,
    /// The agent's reason, such as `NvidiaXID13Error`.
    pub node_unhealthy_reason: String,
    /// Minutes to wait before the action, at least 1.
    pub min_repair_wait_time_mins: u32,
    /// The action.
    pub repair_action: RepairAction,
}

/// What EKS does with an unhealthy node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum RepairAction {
    /// It is drained and a new one comes.
    #[serde(alias = "Replace")]
    Replace,
    /// It is rebooted.
    #[serde(alias = "Reboot")]
    Reboot,
    /// Nothing.
    #[serde(alias = "NoAction")]
    NoAction,
}

impl NodeRepairConfig {
    /// Repairs nodes as EKS does by itself.
    pub fn enabled() -> Self {
        Self { enabled: Some(true), ..Self::default() }
    }
}

impl Check for NodeRepairConfig {
    /// facts/aws.md §3.1.
    fn inspect(&self, findings: &mut Findings) {
        let pairs = [
            (
                ("maxUnhealthyNodeThresholdCount", self.max_unhealthy_node_threshold_count),
                ("maxUnhealthyNodeThresholdPercentage", self.max_unhealthy_node_threshold_percentage),
            ),
            (
                ("maxParallelNodesRepairedCount", self.max_parallel_nodes_repaired_count),
                ("maxParallelNodesRepairedPercentage", self.max_parallel_nodes_repaired_percentage),
            ),
        ];
        for ((counted, count), (shared, percentage)) in pairs {
            if let Some(count) = count {
                findings.require(count >= 1, counted, count, "be at least 1");
            }
            if let Some(percentage) = percentage {
                findings.require((1..=100).contains(&percentage), shared, percentage, "be 1 to 100");
                let rule = format!("be unset when `{counted}` is given");
                findings.require(count.is_none(), shared, percentage, rule);
            }
        }
        for (index, it) in self.node_repair_config_overrides.iter().enumerate() {
            findings.within(&item("nodeRepairConfigOverrides", index), |findings| {
                for (field, text) in [
                    ("nodeMonitoringCondition", &it.node_monitoring_condition),
                    ("nodeUnhealthyReason", &it.node_unhealthy_reason),
                ] {
                    findings.require(!text.is_empty(), field, text, "be given");
                }
                let wait = it.min_repair_wait_time_mins;
                findings.require(wait >= 1, "minRepairWaitTimeMins", wait, "be at least 1");
            });
        }
    }
}
