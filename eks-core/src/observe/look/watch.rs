//! A watch of the cluster's nodes, so that nobody has to look at them again and again.

use super::api_server::node_state;
use super::{Eyes, Sighting};
use crate::kubernetes::{NodeEvent, NodeWatch};
use crate::observe::{ApiServerState, NodeState, Observed, Seen};

/// An open watch. What it says is what a look at the API server would.
#[derive(Debug)]
pub(crate) struct Watch {
    events: NodeWatch,
    nodes: Vec<NodeState>,
}

impl Watch {
    /// Watches the nodes from where they were last listed. `None` where that is not possible: nobody is inside, or the
    /// server refuses. Looking is always possible.
    pub(crate) async fn begin(eyes: &Eyes, last: &Observed) -> Option<Self> {
        let inside = eyes.inside.as_ref()?;
        let cluster = last.cluster.present()?;
        let (endpoint, authority) = (cluster.endpoint.as_ref()?, cluster.certificate_authority.as_ref()?);
        let listed = last.api_server.present()?;
        let server = inside.server(endpoint, authority, &eyes.wire).ok()?;
        let events = server.watch_nodes(listed.version.as_ref()?).await.ok()?;
        Some(Self { events, nodes: listed.nodes.clone() })
    }

    /// What there is when something about the nodes has changed; `None` when the watch is over. Dropping the future loses
    /// nothing.
    pub(crate) async fn next(&mut self) -> Option<Sighting> {
        loop {
            let event = self.events.next().await?;
            if self.apply(event) {
                return Some(Sighting::ApiServer(Seen::Present(ApiServerState {
                    ready: true,
                    nodes: self.nodes.clone(),
                    ..Default::default()
                })));
            }
        }
    }

    /// Whether it changes anything: a kubelet reports more than what matters here.
    fn apply(&mut self, event: NodeEvent) -> bool {
        match event {
            NodeEvent::Present(node) => {
                let node = node_state(node);
                match self.nodes.iter_mut().find(|known| known.name == node.name) {
                    Some(known) if *known == node => return false,
                    Some(known) => *known = node,
                    None => self.nodes.push(node),
                }
                true
            }
            NodeEvent::Gone(name) => {
                let before = self.nodes.len();
                self.nodes.retain(|known| known.name != name);
                self.nodes.len() < before
            }
        }
    }
}
