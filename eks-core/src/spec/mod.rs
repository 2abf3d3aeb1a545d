//! What is wanted: plain data, builders and every rule that can be checked without a call.
//!
//! A [`Cluster`] is made by its builder, from JSON or from YAML; all three end in the same check, which
//! reports every broken rule at once. An unset field means "the default when it is created, left alone
//! afterwards"; [`Cluster::defaulted`] shows what those defaults are.
//!
//! ```
//! use eks_core::spec::{Cluster, FargateProfile, NodeGroup, Scaling, Taint};
//!
//! let cluster = Cluster::builder()
//!     .name("kubelabs-cluster")
//!     .version("1.34")
//!     .node_group(
//!         NodeGroup::builder()
//!             .name("kubelabs-group")
//!             .instance_type("t3.medium")
//!             .scaling(Scaling::between(1, 4).desired(2))
//!             .taint(Taint::no_schedule("app", "batch"))
//!             .build()?,
//!     )
//!     .fargate_profile(FargateProfile::builder().name("web").namespace("web").build()?)
//!     .build()?;
//!
//! assert_eq!(Cluster::from_yaml(&cluster.to_yaml()?)?, cluster);
//! # Ok::<(), eks_core::Error>(())
//! ```

mod access_config;
mod access_entry;
mod addon;
mod ami_family;
mod auto_mode;
mod autoscaling;
mod check;
mod cluster;
mod consistency;
mod control_plane_subnets;
mod control_plane_tier;
mod defaults;
mod disk;
mod endpoint_access;
mod endpoints;
mod expiry;
mod fargate_profile;
mod fitting;
mod free_block;
mod identity;
mod inherit;
mod instance_type;
mod ip_family;
mod label_change;
mod labels;
mod log_retention;
mod metadata_options;
mod name;
mod network;
mod node_group;
mod node_launch;
mod node_repair;
mod partition;
mod pod_identity;
mod problem;
mod role_policies;
mod scaling;
mod scheduling;
mod secrets_encryption;
mod service_account_role;
mod subnets;
mod syntax;
mod tag_change;
mod tags;
mod taint;
mod taint_change;
#[cfg(test)]
mod tests;
pub(crate) mod text;
mod update_settings;
mod version;
mod vpc_filter;

pub use access_config::{AccessConfig, AuthenticationMode};
pub use access_entry::{AccessEntry, AccessEntryBuilder, AccessEntryType, AccessPolicy, AccessScope};
pub use addon::{Addon, AddonBuilder, ResolveConflicts};
pub use ami_family::AmiFamily;
pub use auto_mode::{AutoMode, NodePool};
pub use autoscaling::Autoscaling;
pub(crate) use autoscaling::{NODE_TEMPLATE, owned_by};
pub(crate) use check::{Check, Findings, item};
pub use cluster::{Cluster, ClusterBuilder, LogType, SupportType};
pub use control_plane_subnets::ControlPlaneSubnets;
pub use control_plane_tier::ControlPlaneTier;
pub use defaults::DEFAULT_ADDONS;
pub use disk::{Disk, DiskBuilder, VolumeType};
pub use endpoint_access::EndpointAccess;
pub(crate) use endpoints::NEEDED_ENDPOINTS;
pub use expiry::Expiry;
pub(crate) use expiry::{millis, rfc3339};
pub use fargate_profile::{FargateProfile, FargateProfileBuilder, Selector};
pub use instance_type::{Accelerator, Architecture, InstanceType, pods_per_node};
pub use ip_family::IpFamily;
pub use label_change::LabelChange;
pub use metadata_options::{HttpTokens, MetadataOptions};
pub use name::{name_from, node_group_name};
pub use network::{GivenNetwork, GivenNetworkBuilder, Nat, Network, NewNetwork, NewNetworkBuilder};
pub use node_group::{Capacity, NodeGroup, NodeGroupBuilder, NodeSubnets};
pub use node_repair::{NodeRepairConfig, NodeRepairOverride, RepairAction};
pub use pod_identity::{
    AddonPodIdentityAssociation, AddonPodIdentityAssociationBuilder, PodIdentityAssociation,
    PodIdentityAssociationBuilder,
};
pub(crate) use problem::{nearest, shown};
pub(crate) use role_policies::{RolePolicies, document};
pub use scaling::Scaling;
pub use scheduling::{Scheduling, Toleration};
pub use secrets_encryption::SecretsEncryption;
pub use service_account_role::{ServiceAccountRole, ServiceAccountRoleBuilder};
pub use subnets::{SubnetPair, cut};
pub use tag_change::TagChange;
pub use tags::OWN_TAGS;
pub use taint::{Taint, TaintEffect};
pub use taint_change::{TaintChange, TaintKey};
pub(crate) use text::tree;
pub(crate) use text::{from_yaml, to_yaml};
pub use update_settings::{UpdateSettings, UpdateStrategy};
pub use version::{KubernetesVersion, VersionOffer, VersionStatus, resolve};
pub use vpc_filter::VpcFilter;
