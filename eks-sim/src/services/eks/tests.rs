//! Lives of clusters, and the rules as tables.

mod autoscaling_group;
mod launches;
mod lives;
mod load_balancers;
mod logs;
mod pod_identity;
mod rules;
mod setting;
mod template_versions;
mod updates;

use super::{Cluster, Node};

impl Cluster {
    /// Nodes that have registered and have not been removed.
    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodegroups.values().flat_map(|group| group.present()).filter(|node| node.registered.is_some())
    }
}
