//! Where the control plane's network interfaces are.

use serde::{Deserialize, Serialize};

use super::check::Findings;
use super::node_group::NodeSubnets;
use super::syntax;

/// Which subnets EKS puts the control plane's network interfaces into. Written `public`, `private` or a list of subnet
/// ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "NodeSubnets", into = "NodeSubnets")]
pub enum ControlPlaneSubnets {
    /// The public subnets of the cluster's network.
    Public,
    /// The private subnets of the cluster's network.
    Private,
    /// These subnets: at least two, in at least two zones.
    Given(Vec<String>),
}

// Both are spelt alike, and misspelt alike.
impl From<NodeSubnets> for ControlPlaneSubnets {
    fn from(subnets: NodeSubnets) -> Self {
        match subnets {
            NodeSubnets::Public => Self::Public,
            NodeSubnets::Private => Self::Private,
            NodeSubnets::Given(ids) => Self::Given(ids),
        }
    }
}

impl From<ControlPlaneSubnets> for NodeSubnets {
    fn from(subnets: ControlPlaneSubnets) -> Self {
        match subnets {
            ControlPlaneSubnets::Public => Self::Public,
            ControlPlaneSubnets::Private => Self::Private,
            ControlPlaneSubnets::Given(ids) => Self::Given(ids),
        }
    }
}

impl ControlPlaneSubnets {
    /// The rules of a list of ids, at the field `controlPlaneSubnets`.
    pub(super) fn inspect(&self, findings: &mut Findings) {
        let Self::Given(ids) = self else { return };
        let field = "controlPlaneSubnets";
        findings.texts(field, ids, syntax::is_subnet, syntax::SUBNET);
        findings.distinct(field, "", ids.iter().map(|id| Some(id.as_str())));
        // facts/aws.md §3.1; whether they are in two zones shows only in AWS.
        let rule = "be at least two subnets, in two availability zones";
        findings.require(ids.len() >= 2, field, ids.join(", "), rule);
    }
}
