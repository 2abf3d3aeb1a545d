//! The network that a cluster lives in.

use std::collections::BTreeSet;

use bon::Builder;
use ipnet::Ipv4Net;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::check::{Check, Findings};
use super::control_plane_subnets::ControlPlaneSubnets;
use super::free_block::{free_block, overlap};
use super::syntax;
use crate::{Error, Result, Violation};

/// The network that a cluster lives in: a new VPC of its own (the default), or subnets that exist.
///
/// On the wire the keys decide which of the two is meant.
///
/// ```
/// use eks_core::spec::{GivenNetwork, Nat, Network, NewNetwork};
///
/// let new: Network = NewNetwork::builder().cidr("10.0.0.0/16").nat(Nat::PerZone).build()?.into();
/// let given: Network =
///     GivenNetwork::builder().private_subnet("subnet-1").private_subnet("subnet-2").build()?.into();
/// # Ok::<(), eks_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Network {
    /// A VPC made for the cluster, and deleted with it.
    New(NewNetwork),
    /// Subnets that exist, and are left as they are.
    Given(GivenNetwork),
}

/// A VPC made for the cluster: a public and a private subnet in each zone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct NewNetwork {
    /// Availability zones by name, two to eight. Unset: three, chosen by a hash of the cluster's name among the
    /// zones that offer every instance type, so that the same call chooses alike; eksctl draws them. (eksctl
    /// takes two in us-east-1, since one zone there hosts no control planes; it is known by its id and left out
    /// here, and three are as good there as elsewhere.)
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[builder(field)]
    pub zones: Option<Vec<String>>,
    /// AWS services that the private subnets reach without leaving the VPC, by their names in endpoints, such as
    /// `ecr.api`. With `nat` of `none` the network is private: no public subnets, no internet gateway, and the
    /// API server has its private endpoint on unless said otherwise. Default: none. See
    /// [`NewNetwork::PRIVATE_ENDPOINTS`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub endpoints: Vec<String>,
    /// IPv4 blocks that the VPC's must not overlap, such as those of VPCs that it is to be peered with. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub apart_from: Vec<String>,
    /// The VPC's IPv4 block, /16 to /24. Default `192.168.0.0/16`; where `apart_from` has something of that, the
    /// first of 10.0.0.0/16 to 10.255.0.0/16 and 172.16.0.0/16 to 172.31.0.0/16 that is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<String>,
    /// NAT gateways, which let private subnets out. Default: one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nat: Option<Nat>,
    /// Which subnets the control plane is in, `public` or `private`. Default: all of them; with Auto Mode, whose nodes
    /// go where the control plane is, the private ones. Both as with eksctl.
    // facts/eksctl.md §2.3
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane_subnets: Option<ControlPlaneSubnets>,
}

/// How many NAT gateways a new VPC has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Nat {
    /// None: private subnets reach nothing outside the VPC.
    None,
    /// One for the whole VPC: cheap, and lost with its zone.
    #[default]
    Single,
    /// One for each zone.
    PerZone,
}

/// Subnets that exist: at least two, in at least two zones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Builder)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[builder(finish_fn(name = finish_unchecked, vis = ""), on(String, into))]
pub struct GivenNetwork {
    /// Subnets without a route to an internet gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub private_subnets: Vec<String>,
    /// Subnets with a route to an internet gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub public_subnets: Vec<String>,
    /// Further security groups for the control plane, at most four.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[builder(field)]
    pub security_groups: Vec<String>,
    /// The VPC that the subnets must be in. Unset: whichever they are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// Which subnets the control plane is in: the `public` or the `private` ones, or others, which nodes then have
    /// no part in. Default: all that are given, as with eksctl.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_plane_subnets: Option<ControlPlaneSubnets>,
}

impl Network {
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The new VPC, if it is one.
    pub fn as_new(&self) -> Option<&NewNetwork> {
        match self {
            Self::New(network) => Some(network),
            Self::Given(_) => None,
        }
    }

    /// The given subnets, if it is those.
    pub fn as_given(&self) -> Option<&GivenNetwork> {
        match self {
            Self::New(_) => None,
            Self::Given(network) => Some(network),
        }
    }
}

impl GivenNetwork {
    /// The subnets that the control plane is in: all public ones, then all private ones, unless told otherwise.
    pub(crate) fn of_control_plane(&self) -> Vec<String> {
        match &self.control_plane_subnets {
            None => self.public_subnets.iter().chain(&self.private_subnets).cloned().collect(),
            Some(ControlPlaneSubnets::Public) => self.public_subnets.clone(),
            Some(ControlPlaneSubnets::Private) => self.private_subnets.clone(),
            Some(ControlPlaneSubnets::Given(ids)) => ids.clone(),
        }
    }

    /// The subnets that are the control plane's alone.
    pub(crate) fn control_plane_only(&self) -> &[String] {
        match &self.control_plane_subnets {
            Some(ControlPlaneSubnets::Given(ids)) => ids,
            _ => &[],
        }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self::New(NewNetwork::default())
    }
}

impl From<NewNetwork> for Network {
    fn from(network: NewNetwork) -> Self {
        Self::New(network)
    }
}

impl From<GivenNetwork> for Network {
    fn from(network: GivenNetwork) -> Self {
        Self::Given(network)
    }
}

impl NewNetwork {
    /// The block of a VPC when none is asked for: eksctl's.
    // facts/eksctl.md §1.1
    pub const DEFAULT_CIDR: &str = "192.168.0.0/16";

    /// The VPC's block, the default one or the first free one if none is set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec) if it is no IPv4 block, or none is free.
    pub fn block(&self) -> Result<Ipv4Net> {
        let broken = |field: &str, value: &str, rule: &str| {
            Error::invalid(vec![Violation::new(format!("network.{field}"), value, rule)])
        };
        match &self.cidr {
            Some(cidr) => syntax::ipv4_block(cidr).map_err(|rule| broken("cidr", cidr, &rule)),
            None => free_block(&self.others())
                .ok_or_else(|| broken("apartFrom", &self.apart_from.join(", "), NO_BLOCK)),
        }
    }

    /// The blocks that the VPC's must not overlap, as far as they are blocks.
    fn others(&self) -> Vec<Ipv4Net> {
        self.apart_from.iter().filter_map(|text| syntax::ipv4_block(text).ok()).collect()
    }
}

impl<S: new_network_builder::State> NewNetworkBuilder<S> {
    /// Adds an availability zone.
    pub fn zone(mut self, zone: impl Into<String>) -> Self {
        self.zones.get_or_insert_default().push(zone.into());
        self
    }

    /// Adds an IPv4 block that the VPC's must not overlap.
    pub fn apart_from(mut self, cidr: impl Into<String>) -> Self {
        self.apart_from.push(cidr.into());
        self
    }

    /// Adds an endpoint for an AWS service, such as `ecr.api`.
    pub fn endpoint(mut self, service: impl Into<String>) -> Self {
        self.endpoints.push(service.into());
        self
    }

    /// Adds [`NewNetwork::PRIVATE_ENDPOINTS`].
    pub fn private_endpoints(mut self) -> Self {
        self.endpoints.extend(NewNetwork::PRIVATE_ENDPOINTS.map(str::to_owned));
        self
    }

    /// The network, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<NewNetwork>
    where
        S: new_network_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl<S: given_network_builder::State> GivenNetworkBuilder<S> {
    /// Adds a private subnet.
    pub fn private_subnet(mut self, subnet: impl Into<String>) -> Self {
        self.private_subnets.push(subnet.into());
        self
    }

    /// Adds a public subnet.
    pub fn public_subnet(mut self, subnet: impl Into<String>) -> Self {
        self.public_subnets.push(subnet.into());
        self
    }

    /// Adds a security group for the control plane.
    pub fn security_group(mut self, security_group: impl Into<String>) -> Self {
        self.security_groups.push(security_group.into());
        self
    }

    /// The network, if it breaks no rule.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSpec`](crate::ErrorKind::InvalidSpec), with every rule that it breaks.
    pub fn build(self) -> Result<GivenNetwork>
    where
        S: given_network_builder::IsComplete,
    {
        self.finish_unchecked().checked()
    }
}

impl Check for Network {
    fn inspect(&self, findings: &mut Findings) {
        match self {
            Self::New(network) => network.inspect(findings),
            Self::Given(network) => network.inspect(findings),
        }
    }
}

impl Check for NewNetwork {
    fn inspect(&self, findings: &mut Findings) {
        if let Some(cidr) = &self.cidr {
            match syntax::ipv4_block(cidr) {
                // facts/eksctl.md §1.1: what can be cut into subnets that EKS can use.
                Ok(block) => findings.require(
                    (16..=24).contains(&block.prefix_len()),
                    "cidr",
                    cidr,
                    "have a prefix length of 16 to 24",
                ),
                Err(rule) => findings.require(false, "cidr", cidr, rule),
            }
        }
        let is_block = |text: &str| syntax::ipv4_block(text).is_ok();
        findings.texts("apartFrom", &self.apart_from, is_block, "be IPv4 CIDR blocks, such as `10.0.0.0/16`");
        let others = self.others();
        if let Some((cidr, block)) =
            self.cidr.as_ref().and_then(|cidr| Some((cidr, syntax::ipv4_block(cidr).ok()?)))
        {
            for other in others.iter().filter(|other| overlap(&block, other)) {
                let rule = format!("not overlap {other} of `apartFrom`");
                findings.require(false, "cidr", cidr, rule);
            }
        } else if self.cidr.is_none() {
            let free = free_block(&others).is_some();
            findings.require(free, "apartFrom", self.apart_from.join(", "), NO_BLOCK);
        }
        if let Some(zones) = &self.zones {
            let count = zones.len();
            findings.require((2..=8).contains(&count), "zones", count, "be two to eight zones");
            findings.texts("zones", zones, is_zone, "be an availability zone, such as `us-west-2a`");
            findings.distinct("zones", "", zones.iter().map(|zone| Some(zone.as_str())));
        }
        self.inspect_endpoints(findings);
        match &self.control_plane_subnets {
            Some(ControlPlaneSubnets::Given(ids)) => {
                let rule = "be `public` or `private`: the network is a new one, and these cannot be in it";
                findings.require(false, "controlPlaneSubnets", ids.join(", "), rule);
            }
            Some(ControlPlaneSubnets::Public) => {
                let rule = "be `private`: the network has no public subnet";
                findings.require(!self.is_private(), "controlPlaneSubnets", "public", rule);
            }
            Some(ControlPlaneSubnets::Private) | None => {}
        }
    }
}

const NO_BLOCK: &str = "leave one of the private /16 blocks free for the VPC; or set `cidr`";

fn is_zone(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_lowercase())
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

impl Check for GivenNetwork {
    fn inspect(&self, findings: &mut Findings) {
        let Self { private_subnets, public_subnets, security_groups, vpc, control_plane_subnets } = self;
        findings.texts("privateSubnets", private_subnets, syntax::is_subnet, syntax::SUBNET);
        findings.texts("publicSubnets", public_subnets, syntax::is_subnet, syntax::SUBNET);
        findings.texts("securityGroups", security_groups, syntax::is_security_group, syntax::SECURITY_GROUP);
        for (field, ids) in [
            ("privateSubnets", private_subnets),
            ("publicSubnets", public_subnets),
            ("securityGroups", security_groups),
        ] {
            findings.distinct(field, "", ids.iter().map(|id| Some(id.as_str())));
        }
        for subnet in public_subnets.iter().filter(|subnet| private_subnets.contains(subnet)) {
            findings.require(false, "publicSubnets", subnet, "be either private or public, not both");
        }
        if let Some(subnets) = control_plane_subnets {
            subnets.inspect(findings);
        }
        // facts/aws.md §3.1; whether they are in two zones shows only in AWS.
        let rule = "be at least two subnets, in two availability zones";
        let field = match control_plane_subnets {
            Some(ControlPlaneSubnets::Public) => "publicSubnets",
            Some(ControlPlaneSubnets::Private) => "privateSubnets",
            _ if private_subnets.is_empty() => "publicSubnets",
            _ => "privateSubnets",
        };
        let own = matches!(control_plane_subnets, Some(ControlPlaneSubnets::Given(_)));
        let subnets: BTreeSet<String> = self.of_control_plane().into_iter().collect();
        let given = subnets.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        findings.require(own || subnets.len() >= 2, field, given, rule);
        // facts/aws.md §3.2: this quota is fixed.
        let groups = security_groups.len();
        findings.require(groups <= 4, "securityGroups", groups, "be at most four security groups");
        if let Some(vpc) = vpc {
            findings.require(syntax::is_vpc(vpc), "vpc", vpc, syntax::VPC);
        }
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Keys::deserialize(deserializer)?.network().map_err(de::Error::custom)
    }
}

/// The keys of both kinds, so that a misspelt one is told from all that there are.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Keys {
    cidr: Option<String>,
    zones: Option<Vec<String>>,
    nat: Option<Nat>,
    endpoints: Option<Vec<String>>,
    apart_from: Option<Vec<String>>,
    private_subnets: Option<Vec<String>>,
    public_subnets: Option<Vec<String>>,
    security_groups: Option<Vec<String>>,
    vpc: Option<String>,
    control_plane_subnets: Option<ControlPlaneSubnets>,
}

impl Keys {
    fn network(self) -> Result<Network, &'static str> {
        let Self {
            cidr,
            zones,
            nat,
            endpoints,
            apart_from,
            private_subnets,
            public_subnets,
            security_groups,
            vpc,
            control_plane_subnets,
        } = self;
        let new =
            cidr.is_some() || zones.is_some() || nat.is_some() || endpoints.is_some() || apart_from.is_some();
        let given = private_subnets.is_some()
            || public_subnets.is_some()
            || security_groups.is_some()
            || vpc.is_some();
        match (new, given) {
            (true, true) => Err(
                "be either a new VPC (`cidr`, `zones`, `nat`, `endpoints`, `apartFrom`) or given subnets \
                                 (`privateSubnets`, `publicSubnets`, `securityGroups`, `vpc`)",
            ),
            (_, false) => Ok(Network::New(NewNetwork {
                zones,
                endpoints: endpoints.unwrap_or_default(),
                apart_from: apart_from.unwrap_or_default(),
                cidr,
                nat,
                control_plane_subnets,
            })),
            (false, true) => Ok(Network::Given(GivenNetwork {
                private_subnets: private_subnets.unwrap_or_default(),
                public_subnets: public_subnets.unwrap_or_default(),
                security_groups: security_groups.unwrap_or_default(),
                vpc,
                control_plane_subnets,
            })),
        }
    }
}
