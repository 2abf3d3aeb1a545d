//! Which addresses pods and services have.

use serde::{Deserialize, Serialize};

use super::addon::Addon;
use super::check::{Findings, item};
use super::cluster::Cluster;
use super::defaults::DEFAULT_ADDONS;
use super::instance_type::InstanceType;

/// Which addresses pods and services have, spelt as in EKS. It cannot be changed later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum IpFamily {
    /// IPv4 addresses of the VPC.
    #[default]
    #[serde(alias = "IPv4")]
    Ipv4,
    /// IPv6 addresses. The VPC has both families: nodes and what is outside are still reached by IPv4.
    #[serde(alias = "IPv6")]
    Ipv6,
}

impl Cluster {
    /// Whether pods and services have IPv6 addresses.
    pub(crate) fn is_ipv6(&self) -> bool {
        self.ip_family == Some(IpFamily::Ipv6)
    }

    /// facts/aws.md §3.1 (ipFamily), facts/eksctl.md §3.3 (what IPv6 clusters need).
    pub(super) fn inspect_ip_family(&self, findings: &mut Findings) {
        if !self.is_ipv6() {
            return;
        }
        if let Some(cidr) = &self.service_cidr {
            let rule = "be left out: in an IPv6 cluster EKS chooses the block of services";
            findings.require(false, "serviceCidr", cidr, rule);
        }
        let china = self.region.as_deref().filter(|region| region.starts_with("cn-"));
        if let Some(region) = china {
            findings.require(false, "ipFamily", "ipv6", format!("be `ipv4`: {region} has no IPv6 clusters"));
        }
        if let Some(addons) = &self.addons {
            let lacks = |name: &&str| !addons.iter().any(|addon: &Addon| addon.name == *name);
            let missing: Vec<&str> = DEFAULT_ADDONS.into_iter().filter(lacks).collect();
            let rule = format!("have {}, which IPv6 clusters need", missing.join(", "));
            let given: Vec<&str> = addons.iter().map(|addon| addon.name.as_str()).collect();
            findings.require(missing.is_empty(), "addons", given.join(", "), rule);
        }
        for (index, group) in self.node_groups.iter().flatten().enumerate() {
            findings.within(&item("nodeGroups", index), |findings| {
                for kind in &group.instance_types {
                    // EKS's user guide, "Learn about IPv6 addresses to clusters, pods, and services".
                    let rule =
                        "be built on the Nitro System: pods of an IPv6 cluster get addresses by prefixes";
                    let fits = InstanceType::parse(kind).is_none_or(|kind| kind.is_nitro());
                    findings.require(fits, "instanceTypes", kind, rule);
                }
            });
        }
    }
}
