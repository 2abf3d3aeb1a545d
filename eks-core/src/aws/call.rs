//! What is being called, for errors, rates and logs.

use std::fmt;

/// An AWS service that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    Eks,
    CloudFormation,
    Iam,
    Logs,
    Sts,
    Pricing,
    Quotas,
    CostExplorer,
    #[cfg(feature = "ec2")]
    Ec2,
    /// Classic load balancers.
    #[cfg(feature = "ec2")]
    Elb,
    /// Application and network load balancers.
    #[cfg(feature = "ec2")]
    ElbV2,
    #[cfg(feature = "ec2")]
    AutoScaling,
}

impl Service {
    /// Its prefix in IAM actions.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Eks => "eks",
            Self::CloudFormation => "cloudformation",
            Self::Iam => "iam",
            Self::Logs => "logs",
            Self::Sts => "sts",
            Self::Pricing => "pricing",
            Self::Quotas => "servicequotas",
            Self::CostExplorer => "ce",
            #[cfg(feature = "ec2")]
            Self::Ec2 => "ec2",
            #[cfg(feature = "ec2")]
            Self::Elb | Self::ElbV2 => "elasticloadbalancing",
            #[cfg(feature = "ec2")]
            Self::AutoScaling => "autoscaling",
        }
    }

    /// A call that changes nothing.
    pub(crate) fn read(self, operation: &'static str, resource: impl Into<String>) -> Call {
        Call { service: self, operation, access: Access::Read, resource: resource.into() }
    }

    /// A call that changes something.
    pub(crate) fn mutate(self, operation: &'static str, resource: impl Into<String>) -> Call {
        Call { service: self, operation, access: Access::Mutate, resource: resource.into() }
    }
}

/// Whether a call changes something. AWS counts the two kinds apart (facts/aws.md §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Access {
    Read,
    Mutate,
}

/// One call. It displays as an IAM action: `eks:CreateCluster`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: &'static str,
    pub(crate) access: Access,
    /// What it is about, such as `cluster kubelabs-cluster`; empty if it is about nothing in particular.
    pub(crate) resource: String,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service.prefix(), self.operation)
    }
}
