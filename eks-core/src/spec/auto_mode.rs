//! EKS Auto Mode: nodes, load balancers and disks that EKS runs itself.

use serde::{Deserialize, Serialize};

use super::check::{Check, Findings};
use super::syntax;

/// [EKS Auto Mode](https://docs.aws.amazon.com/eks/latest/userguide/automode.html): EKS launches nodes for pods that
/// wait for one, and takes them away again; it brings load balancers, disks, pod networking, the service proxy and DNS,
/// so that no add-on has to. There is no node until a pod needs one. It costs about 12 % of the on-demand price of its
/// instances, on top of that price.
// facts/aws.md §10
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AutoMode {
    /// Whether it is on. Unset: it is, since somebody gave this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Which of EKS's node pools there are. Unset: both, as with eksctl; an empty list: none, for those who make node
    /// pools of their own.
    // facts/eksctl.md §3
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_pools: Option<Vec<NodePool>>,
    /// The role of those pools' nodes. Unset: one is made, unless there is no pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_role_arn: Option<String>,
}

/// A node pool that EKS brings, spelt as in EKS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NodePool {
    /// On-demand x86-64 instances for any pod.
    GeneralPurpose,
    /// On-demand instances, x86-64 or ARM, for pods that tolerate `CriticalAddonsOnly`.
    System,
}

impl NodePool {
    /// Every pool that there is.
    pub const ALL: [Self; 2] = [Self::GeneralPurpose, Self::System];

    /// EKS's name of the pool.
    pub fn name(self) -> &'static str {
        match self {
            Self::GeneralPurpose => "general-purpose",
            Self::System => "system",
        }
    }
}

impl AutoMode {
    /// Auto Mode with both of EKS's node pools.
    pub fn enabled() -> Self {
        Self { enabled: Some(true), ..Self::default() }
    }

    /// With this pool, and no other that is not added, too.
    #[must_use]
    pub fn node_pool(mut self, pool: NodePool) -> Self {
        self.node_pools.get_or_insert_default().push(pool);
        self
    }

    /// With none of EKS's pools.
    #[must_use]
    pub fn no_node_pools(mut self) -> Self {
        self.node_pools = Some(Vec::new());
        self
    }

    /// With nodes of this role.
    #[must_use]
    pub fn node_role_arn(mut self, arn: impl Into<String>) -> Self {
        self.node_role_arn = Some(arn.into());
        self
    }

    pub(crate) fn is_on(&self) -> bool {
        self.enabled.unwrap_or(true)
    }

    /// The pools that there are.
    pub(crate) fn pools(&self) -> &[NodePool] {
        match &self.node_pools {
            _ if !self.is_on() => &[],
            Some(pools) => pools,
            None => &NodePool::ALL,
        }
    }

    /// Whether it launches nodes for pods that wait for one.
    pub(crate) fn launches_nodes(&self) -> bool {
        !self.pools().is_empty()
    }

    /// Whether a role is to be made for the pools' nodes.
    pub(crate) fn needs_role(&self) -> bool {
        self.node_role_arn.is_none() && self.launches_nodes()
    }

    pub(super) fn defaulted(&self) -> Self {
        Self {
            enabled: Some(self.is_on()),
            node_pools: Some(self.pools().to_vec()),
            node_role_arn: self.node_role_arn.clone(),
        }
    }
}

impl Check for AutoMode {
    fn inspect(&self, findings: &mut Findings) {
        let Self { node_pools, node_role_arn, .. } = self;
        findings.distinct("nodePools", "", node_pools.iter().flatten().map(|pool| Some(pool.name())));
        if let Some(arn) = node_role_arn {
            findings.require(syntax::is_role_arn(arn), "nodeRoleArn", arn, syntax::ROLE_ARN);
        }
        let rule = "be left out: `enabled` is `false`";
        let names: Vec<&str> = node_pools.iter().flatten().map(|pool| pool.name()).collect();
        findings.require(self.is_on() || names.is_empty(), "nodePools", names.join(", "), rule);
        // EKS refuses the one without the other (terraform-aws-modules/terraform-aws-eks#3238).
        let useless = node_role_arn.as_ref().filter(|_| !self.launches_nodes());
        let rule = "be left out: there is no node pool for it";
        findings.require(useless.is_none(), "nodeRoleArn", useless.map_or("", String::as_str), rule);
    }
}
