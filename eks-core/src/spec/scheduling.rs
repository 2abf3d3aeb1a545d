//! What brings a pod onto the nodes of one group.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::node_group::NodeGroup;
use super::taint::{Taint, TaintEffect};

/// The label that EKS gives to the nodes of a managed group: the group's name (facts/aws.md §2.5).
const NODE_GROUP_LABEL: &str = "eks.amazonaws.com/nodegroup";

/// The part of a pod's spec that brings it onto the nodes of one group, and that they let it in by.
///
/// It serializes as Kubernetes writes it (`nodeSelector`, `tolerations`), to be merged into a pod's spec. Displayed
/// it is YAML, to be pasted under `spec.template.spec` of a Deployment or `spec.jobTargetRef.template.spec` of a
/// KEDA ScaledJob.
///
/// ```
/// use eks_core::{NodeGroup, Taint};
///
/// let group = NodeGroup::builder()
///     .name("orders")
///     .label("app", "orders")
///     .taint(Taint::no_schedule("app", "orders"))
///     .build()?;
/// assert_eq!(
///     group.scheduling().to_string(),
///     "nodeSelector:\n  app: orders\n\
///      tolerations:\n- key: app\n  operator: Equal\n  value: orders\n  effect: NoSchedule\n",
/// );
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Scheduling {
    /// The group's labels; of a group without any, the label with its name that EKS gives to its nodes. Empty for a
    /// group that has neither label nor name.
    pub node_selector: BTreeMap<String, String>,
    /// One for each of the group's taints.
    pub tolerations: Vec<Toleration>,
}

/// What lets a pod onto nodes with a taint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Toleration {
    /// The taint's key.
    pub key: String,
    /// `Equal`; `Exists` for a taint without a value.
    pub operator: String,
    /// The taint's value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The taint's effect.
    pub effect: TaintEffect,
}

impl NodeGroup {
    /// What a pod needs to run on this group's nodes: the node selector and the tolerations to paste into a
    /// Deployment or a ScaledJob.
    pub fn scheduling(&self) -> Scheduling {
        let mut node_selector = self.labels.clone();
        if let Some(name) = self.name.as_ref().filter(|_| node_selector.is_empty()) {
            node_selector.insert(NODE_GROUP_LABEL.to_owned(), name.clone());
        }
        Scheduling { node_selector, tolerations: self.taints.iter().map(Toleration::of).collect() }
    }
}

impl Toleration {
    fn of(taint: &Taint) -> Self {
        let value = taint.value.clone().filter(|value| !value.is_empty());
        let operator = if value.is_some() { "Equal" } else { "Exists" };
        Self { key: taint.key.clone(), operator: operator.to_owned(), value, effect: taint.effect }
    }
}

impl fmt::Display for Scheduling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&super::text::to_yaml(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_without_labels_is_chosen_by_its_name() {
        let group = NodeGroup::builder().name("web").build().expect("valid");
        let scheduling = group.scheduling();
        assert_eq!(
            serde_json::to_value(&scheduling).expect("it is data"),
            serde_json::json!({
                "nodeSelector": { "eks.amazonaws.com/nodegroup": "web" },
                "tolerations": [],
            })
        );
    }

    #[test]
    fn a_taint_without_a_value_is_tolerated_whatever_its_value() {
        let taint = Taint { key: "gpu".to_owned(), value: None, effect: TaintEffect::NoExecute };
        let group = NodeGroup::builder().name("gpu").taint(taint).build().expect("valid");
        let expected = Toleration {
            key: "gpu".to_owned(),
            operator: "Exists".to_owned(),
            value: None,
            effect: TaintEffect::NoExecute,
        };
        assert_eq!(group.scheduling().tolerations, [expected]);
    }
}
