//! Amazon EKS lifecycles as typed, in-process, resumable futures.

#[allow(dead_code, reason = "operation/, which calls it, is on another branch")]
mod act;
#[allow(dead_code, reason = "operation/, which calls it, is on another branch")]
mod aws;
mod error;
pub mod kubernetes;
#[allow(dead_code, reason = "operation/, which calls it, is on another branch")]
pub mod observe;
#[allow(dead_code, reason = "operation/, which calls it, is on another branch")]
pub mod plan;
pub mod spec;

pub use error::{Error, ErrorKind, Result, Violation};
pub use spec::{
    AccessEntry, AccessEntryType, AccessPolicy, AccessScope, Addon, AmiFamily, Capacity, Cluster, Disk,
    EndpointAccess, FargateProfile, GivenNetwork, KubernetesVersion, LogType, Nat, Network, NewNetwork,
    NodeGroup, NodeSubnets, ResolveConflicts, Scaling, Selector, SupportType, Taint, TaintEffect,
    UpdateSettings, UpdateStrategy, VolumeType,
};
