//! What an account has of what is counted, and how much it may have.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A thing that AWS counts and limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Counted {
    Clusters,
    NodeGroups,
    NodesOfGroup,
    FargateProfiles,
    Vpcs,
    InternetGateways,
    ElasticAddresses,
    NatGateways,
    StandardVcpus,
    StandardSpotVcpus,
    Stacks,
}

impl Counted {
    /// What is counted, Service Quotas' codes of the service and of the quota, and AWS's default.
    // facts/aws.md §3.2; those of EC2, VPC and CloudFormation: their user guides' pages of quotas.
    fn row(self) -> (&'static str, &'static str, &'static str, u64) {
        match self {
            Self::Clusters => ("EKS clusters", "eks", "L-1194D53C", 100),
            Self::NodeGroups => ("node groups of a cluster", "eks", "L-6D54EA21", 30),
            Self::NodesOfGroup => ("nodes of a node group", "eks", "L-BD136A63", 450),
            Self::FargateProfiles => ("Fargate profiles of a cluster", "eks", "L-33415657", 10),
            Self::Vpcs => ("VPCs", "vpc", "L-F678F1CE", 5),
            Self::InternetGateways => ("internet gateways", "vpc", "L-A4707A72", 5),
            Self::ElasticAddresses => ("elastic IP addresses", "ec2", "L-0263D0A3", 5),
            Self::NatGateways => ("NAT gateways of a zone", "vpc", "L-FE5A380F", 5),
            Self::StandardVcpus => {
                ("vCPUs of standard on-demand instances (A, C, D, H, I, M, R, T, Z)", "ec2", "L-1216C47A", 5)
            }
            Self::StandardSpotVcpus => {
                ("vCPUs of standard spot instances (A, C, D, H, I, M, R, T, Z)", "ec2", "L-34B43A08", 5)
            }
            Self::Stacks => ("CloudFormation stacks", "cloudformation", "L-0485CB21", 2000),
        }
    }

    /// In words.
    pub(crate) fn what(self) -> &'static str {
        self.row().0
    }

    /// Service Quotas' code of the service.
    pub(crate) fn service(self) -> &'static str {
        self.row().1
    }

    /// Service Quotas' code of the quota.
    pub(crate) fn code(self) -> &'static str {
        self.row().2
    }

    /// What AWS gives whoever has asked for no more.
    pub(crate) fn default_quota(self) -> u64 {
        self.row().3
    }
}

/// Where a quota's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum QuotaSource {
    /// Service Quotas says so of this account.
    Account,
    /// Service Quotas says that it is AWS's default, and nothing of this account.
    Default,
    /// Service Quotas could not be asked: AWS's default as this library knows it. The account may have more.
    Assumed,
}

/// How much of something an account may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limit {
    pub(crate) value: u64,
    /// Whether AWS gives more to who asks.
    pub(crate) adjustable: bool,
    pub(crate) source: QuotaSource,
}

/// What the account has in the region; what could not be counted is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) counts: BTreeMap<Counted, u64>,
    /// The vCPUs of instance types.
    pub(crate) vcpus: BTreeMap<String, u64>,
    /// What could not be counted, and why.
    pub(crate) unknown: BTreeSet<String>,
}

/// Families whose vCPUs are counted together as standard (EC2 user guide, "Amazon EC2 instance type quotas").
const STANDARD: [&str; 11] = ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"];

/// Whether instances of this family, such as `m`, count as standard.
pub(crate) fn is_standard(family: &str) -> bool {
    STANDARD.contains(&family)
}
