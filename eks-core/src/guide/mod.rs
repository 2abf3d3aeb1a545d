//! Guides: one for each story that the library is made for, and a table of every default.
//!
//! | you want | guide |
//! |---|---|
//! | a cluster from one call, and nothing left afterwards | [`first_cluster`] |
//! | your own name, version, instance type and counts | [`named_cluster`] |
//! | a control plane in subnets that are there already | [`given_network`] |
//! | pods without nodes | [`fargate`] |
//! | nodes that come with the pods that need them | [`auto_mode`] |
//! | a node group for each application, beside Fargate | [`group_per_application`] |
//! | nodes that come and go with jobs | [`autoscaling`] |
//! | a spec that changes, and the cluster with it | [`changed_spec`] |
//! | what a ClusterConfig of eksctl says | [`eksctl_config`] |
//! | more nodes, or fewer | [`another_size`] |
//! | pods with IAM roles of their own | [`identity`] |
//! | to know what each cluster costs | [`cost_tags`] |
//! | a cluster that somebody else has made | [`made_by_others`] |
//! | a create or delete that survives its process | [`kill_and_continue`] |
//! | a cluster for an hour | [`cluster_for_an_hour`] |
//! | a cluster that eksctl made to go | [`deleting_eksctl`] |
//! | to know what happens where you say nothing | [`defaults`] |
//!
//! Each guide's code runs in the tests, on the embedded AWS of [`simulator`](crate::simulator). Against AWS it is the same
//! code with `Eks::from_env().await?` for the client.

/// More nodes, or fewer.
#[doc = include_str!("another_size.md")]
pub mod another_size {}

/// Nodes that come with the pods that need them: EKS Auto Mode.
#[doc = include_str!("auto_mode.md")]
pub mod auto_mode {}

/// Nodes that come and go with jobs: the cluster autoscaler, and KEDA.
#[doc = include_str!("autoscaling.md")]
pub mod autoscaling {}

/// A spec that changes, and the cluster with it.
#[doc = include_str!("changed_spec.md")]
pub mod changed_spec {}

/// A cluster for an hour (story 7).
#[doc = include_str!("cluster_for_an_hour.md")]
pub mod cluster_for_an_hour {}

/// Cost allocation tags on everything of a cluster.
#[doc = include_str!("cost_tags.md")]
pub mod cost_tags {}

/// Every default, beside eksctl's.
#[doc = include_str!("defaults.md")]
pub mod defaults {}

/// A cluster that eksctl made goes through its stacks.
#[doc = include_str!("deleting_eksctl.md")]
pub mod deleting_eksctl {}

/// What a ClusterConfig of eksctl says.
#[doc = include_str!("eksctl_config.md")]
pub mod eksctl_config {}

/// Pods without nodes (story 4).
#[doc = include_str!("fargate.md")]
pub mod fargate {}

/// A cluster from one call (story 1).
#[doc = include_str!("first_cluster.md")]
pub mod first_cluster {}

/// A control plane in subnets that are there already (story 3).
#[doc = include_str!("given_network.md")]
pub mod given_network {}

/// A node group for each application (story 5).
#[doc = include_str!("group_per_application.md")]
pub mod group_per_application {}

/// Pods with IAM roles of their own.
#[doc = include_str!("identity.md")]
pub mod identity {}

/// Killed and continued (story 6).
#[doc = include_str!("kill_and_continue.md")]
pub mod kill_and_continue {}

/// Clusters that others made: list, describe, `spec_of`, adopt.
#[doc = include_str!("made_by_others.md")]
pub mod made_by_others {}

/// A name, a version, an instance type (story 2).
#[doc = include_str!("named_cluster.md")]
pub mod named_cluster {}

#[cfg(test)]
mod tests;
