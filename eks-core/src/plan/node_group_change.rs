//! What is to be changed of a node group that is there: what one update carries (facts/aws.md §2.5).

use std::collections::BTreeMap;

use super::difference::Difference;
use super::request::{Request, UpdateNodeGroup};
use crate::spec::{NodeRepairConfig, Taint, UpdateSettings};

/// What is left to be changed of a group. Nothing is: it is as wanted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NodeGroupChange {
    pub(super) differences: Vec<Difference>,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) labels_gone: Vec<String>,
    pub(super) taints: Vec<Taint>,
    pub(super) taints_gone: Vec<Taint>,
    pub(super) scaling: Option<(u32, u32, u32)>,
    pub(super) update: Option<UpdateSettings>,
    pub(super) node_repair_config: Option<NodeRepairConfig>,
}

impl NodeGroupChange {
    /// Fewest, most and wanted nodes.
    pub(super) fn resize(&mut self, seen: (u32, u32, u32), wanted: (u32, u32, u32)) {
        let named = [("min", seen.0, wanted.0), ("max", seen.1, wanted.1), ("desired", seen.2, wanted.2)];
        let changed = named.iter().filter(|(_, was, is)| was != is);
        self.differences.extend(changed.map(|(size, was, is)| Difference::new(*size, was, is)));
        self.scaling = (seen != wanted).then_some(wanted);
    }

    /// The taint is to be there, with this value.
    pub(super) fn taint(&mut self, wanted: &Taint, seen: &[Taint]) {
        let was = same_taint(seen, wanted).map(value);
        if was.as_deref() != Some(value(wanted).as_str()) {
            self.differences.push(Difference::of(path(wanted), was, Some(value(wanted))));
            self.taints.push(wanted.clone());
        }
    }

    /// The taint, which is there, is to go.
    pub(super) fn untaint(&mut self, seen: &Taint) {
        self.differences.push(Difference::of(path(seen), Some(value(seen)), None));
        self.taints_gone.push(seen.clone());
    }

    /// The update that makes it so. `group`: its name in AWS.
    pub(super) fn request(&self, cluster: &str, group: &str) -> Request {
        let this = self.clone();
        Request::UpdateNodeGroup(Box::new(UpdateNodeGroup {
            cluster: cluster.to_owned(),
            group: group.to_owned(),
            labels: this.labels,
            labels_gone: this.labels_gone,
            taints: this.taints,
            taints_gone: this.taints_gone,
            scaling: this.scaling,
            update: this.update,
            node_repair_config: this.node_repair_config,
        }))
    }
}

/// The taint of the same key and effect: a node has one of each (Kubernetes).
pub(super) fn same_taint<'a>(taints: &'a [Taint], taint: &Taint) -> Option<&'a Taint> {
    taints.iter().find(|other| other.key == taint.key && other.effect == taint.effect)
}

fn value(taint: &Taint) -> String {
    taint.value.clone().unwrap_or_default()
}

fn path(taint: &Taint) -> String {
    format!("taints.{}:{:?}", taint.key, taint.effect)
}
