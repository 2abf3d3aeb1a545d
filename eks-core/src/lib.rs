//! Amazon EKS lifecycles as typed, in-process, resumable futures.

mod error;
mod observe;
mod plan;
pub mod kubernetes;
pub mod spec;

pub use error::{Error, ErrorKind, Result, Violation};
pub use spec::{
    AccessEntry, AccessEntryType, AccessPolicy, AccessScope, Addon, AmiFamily, Capacity, Cluster, Disk,
    EndpointAccess, FargateProfile, GivenNetwork, KubernetesVersion, LogType, Nat, Network, NewNetwork,
    NodeGroup, NodeSubnets, ResolveConflicts, Scaling, Selector, SupportType, Taint, TaintEffect,
    UpdateSettings, UpdateStrategy, VolumeType,
};
