//! VPC endpoints of a new network: how subnets that lead nowhere reach AWS.

use super::check::Findings;
use super::network::{Nat, NewNetwork};

/// What nodes and Fargate pods cannot do without where there is no NAT gateway: instance data, images, their
/// layers in S3, and credentials (facts/eksctl.md §2.4, fully private).
pub(crate) const NEEDED_ENDPOINTS: [&str; 5] = ["ec2", "ecr.api", "ecr.dkr", "s3", "sts"];

impl NewNetwork {
    /// The services that a private cluster has endpoints for when none are named: what nodes need, EKS itself and
    /// pod identity, logs, load balancers and the cluster autoscaler. S3's is a gateway endpoint, which costs
    /// nothing; an interface endpoint costs about a cent for each hour and zone.
    pub const PRIVATE_ENDPOINTS: [&str; 10] = [
        "ec2",
        "ecr.api",
        "ecr.dkr",
        "s3",
        "sts",
        "eks",
        "eks-auth",
        "logs",
        "elasticloadbalancing",
        "autoscaling",
    ];

    /// Whether nothing in it leads to the internet: no NAT gateway, and endpoints instead. Such a network has no
    /// public subnets and no internet gateway.
    ///
    /// ```
    /// use eks_core::spec::{Nat, NewNetwork};
    ///
    /// let network = NewNetwork::builder().nat(Nat::None).private_endpoints().build()?;
    /// assert!(network.is_private());
    /// # Ok::<(), eks_core::Error>(())
    /// ```
    pub fn is_private(&self) -> bool {
        self.nat == Some(Nat::None) && !self.endpoints.is_empty()
    }

    pub(super) fn inspect_endpoints(&self, findings: &mut Findings) {
        let rule = "be the name of an AWS service as its endpoints have it, such as `ecr.api`";
        findings.texts("endpoints", &self.endpoints, is_service, rule);
        findings.distinct("endpoints", "", self.endpoints.iter().map(|name| Some(name.as_str())));
        let missing: Vec<&str> = NEEDED_ENDPOINTS
            .into_iter()
            .filter(|name| !self.endpoints.iter().any(|own| own == name))
            .collect();
        if self.is_private() {
            let rule = format!("have {}, without which no node joins: `nat` is `none`", missing.join(", "));
            findings.require(missing.is_empty(), "endpoints", self.endpoints.join(", "), rule);
        }
    }
}

fn is_service(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    !text.is_empty() && text.len() <= 64 && text.chars().all(fits) && !text.starts_with("com.")
}
