//! What the Kubernetes API reads of clusters.

use super::State;
use super::cluster::Cluster;
use super::node::Node;
use super::version::Version;
use crate::instant::Instant;
use crate::world::World;

impl State {
    /// The region's clusters.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values()
    }

    /// The cluster `name`.
    pub(crate) fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.get(name)
    }
}

impl Cluster {
    /// Nodes that have registered and have not been removed; whether each is Ready, it says itself.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        let groups = self.nodegroups.values();
        groups
            .flat_map(|group| &group.nodes)
            .filter(|node| node.registered.is_some() && node.removed.is_none())
    }

    /// The version with its patch, such as `1.34.2`, that the control plane runs.
    pub(crate) fn patch_version(&self) -> &str {
        Version::find(&self.version).map_or(&self.version, |version| version.patch)
    }

    /// Whether the API server answers.
    pub(crate) fn is_reachable(&self, now: Instant) -> bool {
        self.reachable_at.is_some_and(|reachable| reachable <= now)
    }
}

/// The cluster whose endpoint has this host, or `host:port`. Upper and lower case are the same.
pub(crate) fn cluster_by_endpoint<'a>(world: &'a World, host: &str) -> Option<&'a Cluster> {
    world.regions().flat_map(|region| region.eks.clusters()).find(|cluster| {
        cluster.endpoint.as_deref().is_some_and(|endpoint| {
            let authority = endpoint.trim_start_matches("https://").trim_start_matches("http://");
            let authority = authority.split('/').next().unwrap_or_default();
            let bare = authority.split(':').next().unwrap_or_default();
            authority.eq_ignore_ascii_case(host) || bare.eq_ignore_ascii_case(host)
        })
    })
}
