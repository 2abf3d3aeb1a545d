//! Amazon EKS lifecycles as typed, in-process, resumable futures.

#[allow(dead_code, reason = "the loop and the client, which use and export it, are not there yet")]
mod act;
#[allow(dead_code, reason = "the loop and the client, which use and export it, are not there yet")]
mod aws;
mod error;
pub mod kubernetes;
#[allow(dead_code, unreachable_pub, unused_imports, reason = "the loop and the client, which use and export it, are not there yet")]
mod observe;
#[allow(dead_code, unreachable_pub, unused_imports, reason = "the loop and the client, which use and export it, are not there yet")]
mod plan;
pub mod spec;

pub use error::{Error, ErrorKind, Result, Violation};
pub use spec::{
    AccessEntry, AccessEntryType, AccessPolicy, AccessScope, Addon, AmiFamily, Capacity, Cluster, Disk,
    EndpointAccess, FargateProfile, GivenNetwork, KubernetesVersion, LogType, Nat, Network, NewNetwork,
    NodeGroup, NodeSubnets, ResolveConflicts, Scaling, Selector, SupportType, Taint, TaintEffect,
    UpdateSettings, UpdateStrategy, VolumeType,
};
