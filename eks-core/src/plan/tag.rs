//! The tags by which we know our own things. Ownership is decided by these, never by a name alone.

/// On everything of ours: the cluster's name.
pub(crate) const CLUSTER: &str = "eks-lifecycle/cluster";
/// On a node group: the name that the spec knows it by. On its stack: the group's name in AWS, which is another once it was
/// replaced.
pub(crate) const NODE_GROUP: &str = "eks-lifecycle/node-group";
/// On the identity stack: the version of the template's layout.
pub(crate) const IDENTITY: &str = "eks-lifecycle/identity";
/// On the cluster: the goal that is being driven at, `delete`, set before the first delete call.
pub(crate) const GOAL: &str = "eks-lifecycle/goal";
/// On the foundation stack and the cluster: a hash of the spec as it was given.
pub(crate) const SPEC_HASH: &str = "eks-lifecycle/spec-hash";
/// On the foundation stack and the cluster: when it expires, as RFC 3339 in UTC.
pub(crate) const EXPIRES: &str = "eks-lifecycle/expires";
/// On the foundation stack: the version of the template's layout.
pub(crate) const VERSION: &str = "eks-lifecycle/version";
/// On the foundation stack: the zones of a new network, separated by spaces.
pub(crate) const ZONES: &str = "eks-lifecycle/zones";
