//! The cluster's own API server: is it ready, and which nodes joined.

use super::Inside;
use crate::aws::{Refusal, Wire};
use crate::kubernetes::{ApiServer, Node};
use crate::observe::{ApiServerState, NodeState, Observed, Seen};
use crate::{ErrorKind, Result};

/// The label that EKS gives to the nodes of a managed group.
const NODE_GROUP_LABEL: &str = "eks.amazonaws.com/nodegroup";

/// A server that does not answer is a state, not a refusal: `ACTIVE` comes before the server is reachable,
/// and before access entries are honoured (facts/failures.md, finding 2). Missing credentials are a refusal.
pub(super) async fn look(
    wire: &Wire,
    inside: &Inside,
    last: &Observed,
) -> Result<Seen<ApiServerState>, Refusal> {
    let Some(cluster) = last.cluster.present() else { return Ok(Seen::Absent) };
    let (Some(endpoint), Some(authority)) = (&cluster.endpoint, &cluster.certificate_authority) else {
        return Ok(Seen::Absent);
    };
    let was_ready = last.api_server.present().is_some_and(|server| server.ready);
    let answer = match inside.server(endpoint, authority, wire) {
        Ok(server) => ask(&server, was_ready).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok((nodes, version)) => {
            let version = Some(version).filter(|version| !version.is_empty());
            Ok(Seen::Present(ApiServerState { ready: true, problem: None, nodes, version }))
        }
        Err(error) if matches!(error.kind(), ErrorKind::CredentialsExpired | ErrorKind::NoCredentials) => {
            Err(Refusal::from_error(error))
        }
        Err(error) => {
            let problem = Some(error.chain());
            Ok(Seen::Present(ApiServerState { ready: false, problem, nodes: Vec::new(), version: None }))
        }
    }
}

/// A server that was ready and lists its nodes still is.
async fn ask(server: &ApiServer, was_ready: bool) -> Result<(Vec<NodeState>, String)> {
    if !was_ready {
        server.readyz().await?;
    }
    let (nodes, version) = server.nodes_at("").await?;
    Ok((nodes.into_iter().map(node_state).collect(), version))
}

/// A node as the API server tells of it.
pub(super) fn node_state(node: Node) -> NodeState {
    NodeState {
        node_group: node.labels.get(NODE_GROUP_LABEL).cloned(),
        name: node.name,
        ready: node.ready,
        version: node.kubelet_version,
    }
}
