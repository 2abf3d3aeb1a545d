#![doc = include_str!("../README.md")]

mod act;
mod aws;
mod client;
mod cluster_config;
mod error;
pub mod guide;
pub mod kubernetes;
mod observe;
mod operation;
mod plan;
#[cfg(feature = "schema")]
pub mod schema;
#[cfg(feature = "sim")]
pub mod simulator;
pub mod spec;
/// Inputs as text.
pub mod text {
    pub use crate::spec::text::from_json;
}

#[cfg(feature = "ec2")]
pub use client::FoundNetwork;
#[cfg(feature = "sim")]
#[doc(hidden)]
pub use client::Sketch;
pub use client::{
    ClusterDetails, ClusterList, Eks, EksBuilder, FailedRegion, Guards, ListOptions, ReapOptions,
    ReapOutcome, ReapReport, Reaped, Resumed,
};
pub use error::{Error, ErrorKind, Result, Violation};
pub use observe::{
    AddonState, AddonStatus, ClusterStatus, CostTagStatus, FargateProfileState, FargateProfileStatus,
    GatewayInfo, ImageInfo, Issue, NetworkInfo, NodeGroupStatus, NodeState, PodIdentityAssociationState,
    QuotaSource, RoleInfo, RouteInfo, SecurityGroupInfo, SubnetInfo,
};
pub use operation::{
    Cancel, ClusterInfo, ClusterSummary, DeleteReport, Driver, Event, EventKind, Handle, NodeGroupInfo,
    Operation, Outcome, ServiceAccountRoleInfo, SharedDriver, Tick, Watcher, Work,
};
pub use plan::{
    Actual, ApplyOptions, AwsOwnTag, ClusterMap, Content, Cost, CostItem, CreateOptions, DeleteOptions,
    Expected, MapComputer, MapSubnet, PatchOptions, Plan, Preflight, Price, QuotaFinding, Replaceable, Step,
    StepKind, StepState, TagOptions, TagReport, TaggedThings,
};
pub use spec::{
    AccessConfig, AccessEntry, AccessEntryType, AccessPolicy, AccessScope, Addon,
    AddonPodIdentityAssociation, AmiFamily, AuthenticationMode, AutoMode, Autoscaling, Capacity, Cluster,
    ControlPlaneSubnets, ControlPlaneTier, Disk, EndpointAccess, Expiry, FargateProfile, GivenNetwork,
    HttpTokens, IpFamily, KubernetesVersion, LabelChange, LogType, MetadataOptions, Nat, Network, NewNetwork,
    NodeGroup, NodePool, NodeRepairConfig, NodeRepairOverride, NodeSubnets, PodIdentityAssociation,
    RepairAction, ResolveConflicts, Scaling, Scheduling, SecretsEncryption, Selector, ServiceAccountRole,
    SupportType, TagChange, Taint, TaintChange, TaintEffect, TaintKey, Toleration, UpdateSettings,
    UpdateStrategy, VolumeType, VpcFilter,
};
