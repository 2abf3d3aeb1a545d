//! Service quotas (facts/aws.md §3.2).

use serde::{Deserialize, Serialize};

/// Quotas of the account, each with AWS's default.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Quotas {
    /// EKS clusters in a region (L-1194D53C).
    pub clusters: usize,
    /// Managed node groups in a cluster (L-6D54EA21).
    pub nodegroups_per_cluster: usize,
    /// Nodes in a managed node group (L-BD136A63).
    pub nodes_per_nodegroup: usize,
    /// Fargate profiles in a cluster (L-33415657).
    pub fargate_profiles_per_cluster: usize,
    /// Selectors in a Fargate profile (L-D78D8AF8).
    pub selectors_per_fargate_profile: usize,
    /// VPCs in a region.
    pub vpcs: usize,
    /// Internet gateways in a region (L-A4707A72).
    pub internet_gateways: usize,
    /// Elastic IP addresses in a region.
    pub elastic_addresses: usize,
    /// NAT gateways in a zone.
    pub nat_gateways_per_zone: usize,
    /// CloudFormation stacks in a region.
    pub stacks: usize,
    /// vCPUs of running on-demand instances of the standard families, A, C, D, H, I, M, R, T and Z, in a region
    /// (L-1216C47A). A new account has 5; default 1,152, our estimate for an account in use.
    pub standard_vcpus: usize,
    /// The same of spot instances (L-34B43A08).
    pub standard_spot_vcpus: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            clusters: 100,
            nodegroups_per_cluster: 30,
            nodes_per_nodegroup: 450,
            fargate_profiles_per_cluster: 10,
            selectors_per_fargate_profile: 5,
            vpcs: 5,
            internet_gateways: 5,
            elastic_addresses: 5,
            nat_gateways_per_zone: 5,
            stacks: 2000,
            standard_vcpus: 1_152,
            standard_spot_vcpus: 1_152,
        }
    }
}
