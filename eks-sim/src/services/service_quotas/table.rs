//! The quotas that the simulator holds the account to, with AWS's codes and defaults (facts/aws.md §3.2; those of
//! EC2, VPC and CloudFormation: their user guides' pages of quotas).

use crate::quota::Quotas;

/// A quota.
pub(super) struct Quota {
    /// Code and name of the service.
    pub(super) service: (&'static str, &'static str),
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// What AWS gives whoever has asked for no more.
    pub(super) default: usize,
    pub(super) adjustable: bool,
    /// What the account may have.
    pub(super) applied: fn(&Quotas) -> usize,
}

const EKS: (&str, &str) = ("eks", "Amazon Elastic Kubernetes Service (Amazon EKS)");
const VPC: (&str, &str) = ("vpc", "Amazon Virtual Private Cloud (Amazon VPC)");
const EC2: (&str, &str) = ("ec2", "Amazon Elastic Compute Cloud (Amazon EC2)");
const CLOUDFORMATION: (&str, &str) = ("cloudformation", "AWS CloudFormation");

const fn row(
    service: (&'static str, &'static str),
    code: &'static str,
    name: &'static str,
    default: usize,
    applied: fn(&Quotas) -> usize,
) -> Quota {
    Quota { service, code, name, default, adjustable: true, applied }
}

#[rustfmt::skip]
pub(super) const QUOTAS: &[Quota] = &[
    row(EKS, "L-1194D53C", "Clusters", 100, |it| it.clusters),
    row(EKS, "L-6D54EA21", "Managed node groups per cluster", 30, |it| it.nodegroups_per_cluster),
    row(EKS, "L-BD136A63", "Nodes per managed node group", 450, |it| it.nodes_per_nodegroup),
    row(EKS, "L-33415657", "Fargate profiles per cluster", 10, |it| it.fargate_profiles_per_cluster),
    row(EKS, "L-D78D8AF8", "Selectors per Fargate profile", 5, |it| it.selectors_per_fargate_profile),
    row(VPC, "L-F678F1CE", "VPCs per Region", 5, |it| it.vpcs),
    row(VPC, "L-A4707A72", "Internet gateways per Region", 5, |it| it.internet_gateways),
    row(VPC, "L-FE5A380F", "NAT gateways per Availability Zone", 5, |it| it.nat_gateways_per_zone),
    row(EC2, "L-0263D0A3", "EC2-VPC Elastic IPs", 5, |it| it.elastic_addresses),
    row(EC2, "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5,
        |it| it.standard_vcpus),
    row(EC2, "L-34B43A08", "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 5,
        |it| it.standard_spot_vcpus),
    row(CLOUDFORMATION, "L-0485CB21", "Stack count", 2000, |it| it.stacks),
];
