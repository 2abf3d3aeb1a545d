//! Load balancers that Kubernetes made, and what they were made for (facts/aws.md §9).

use serde::{Deserialize, Serialize};

/// Load balancers of both generations and target groups in one VPC, as far as they concern one cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct LoadBalancers {
    /// When they were looked at, in milliseconds since the Unix epoch: what was seen long ago is not deleted unseen.
    pub(crate) seen_at: i64,
    /// Those that the cluster's controllers made, by their tags.
    pub(crate) ours: Vec<LoadBalancer>,
    /// ARNs of target groups that the cluster's controllers made.
    pub(crate) target_groups: Vec<String>,
    /// Network interfaces of those that are gone: they hold subnets and security groups for a while.
    pub(crate) interfaces: Vec<String>,
    /// What else is in a VPC of ours, by name or ARN: not ours to remove, and in the way.
    pub(crate) strangers: Vec<String>,
    /// What could not be looked at, with the reason.
    pub(crate) unchecked: Vec<String>,
}

/// A load balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoadBalancer {
    /// The name of a classic one, the ARN of another.
    pub(crate) id: String,
    /// Whether it is protected against deletion.
    pub(crate) protected: bool,
}

impl LoadBalancers {
    /// Whether there is anything that can be deleted.
    pub(crate) fn has_any(&self) -> bool {
        !self.ours.is_empty() || !self.target_groups.is_empty()
    }
}

impl LoadBalancer {
    /// What its network interfaces are called after `ELB `: `app/web/50dc6c495c0c9188`, or the name of a classic one.
    pub(crate) fn name(&self) -> &str {
        self.id.rsplit_once(":loadbalancer/").map_or(self.id.as_str(), |(_, name)| name)
    }
}

/// What the cluster's Kubernetes API says has, or may have, load balancers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Exposed {
    /// Services, Ingresses and Gateways.
    pub(crate) objects: Vec<ExposedObject>,
    /// Why they could not be listed.
    pub(crate) problem: Option<String>,
}

/// An object that has, or may have, a load balancer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ExposedObject {
    /// Such as `Service default/shop`.
    pub(crate) name: String,
    /// Where it is in the API.
    pub(crate) path: String,
    /// It is being deleted, and waits for its controller to take the load balancer away.
    pub(crate) leaving: bool,
}
