//! What of a spec is paid for.

use std::collections::BTreeSet;

use super::{Cost, CostItem, HOURS_OF_MONTH, Price, prices};
use crate::observe::{Good, ListPrice, Observed, Prices};
use crate::plan::create::{desired, node_groups};
use crate::plan::{version_of, zones};
use crate::spec::{
    Capacity, Cluster, ControlPlaneTier, Nat, Network, NewNetwork, NodeGroup, NodeSubnets, VolumeType,
};

/// Endpoints that are gateways, which cost nothing.
const GATEWAYS: [&str; 2] = ["s3", "dynamodb"];
/// Zones of a new network that nobody has chosen yet.
const ZONES: u32 = 3;

/// What AWS is to be asked the price of: what a bill without the list's prices lacks.
pub(crate) fn goods(given: &Cluster, region: &str, observed: &Observed) -> Vec<Good> {
    Bill::of(&given.defaulted(), region, observed, &Prices::new()).asked.into_iter().collect()
}

/// What a cluster of this spec costs; `None` if nobody has asked for prices.
pub(crate) fn cost(given: Option<&Cluster>, region: &str, observed: &Observed) -> Option<Cost> {
    let listed = observed.prices.as_ref()?;
    Some(Bill::of(&given?.defaulted(), region, observed, listed).cost)
}

struct Bill<'a> {
    /// With its defaults.
    spec: &'a Cluster,
    region: &'a str,
    observed: &'a Observed,
    listed: &'a Prices,
    cost: Cost,
    /// Every good whose price was needed.
    asked: BTreeSet<Good>,
}

impl<'a> Bill<'a> {
    fn of(spec: &'a Cluster, region: &'a str, observed: &'a Observed, listed: &'a Prices) -> Self {
        let mut bill = Self { spec, region, observed, listed, cost: Cost::default(), asked: BTreeSet::new() };
        bill.control_plane();
        bill.network();
        node_groups(spec).filter(|group| desired(group) > 0).for_each(|group| bill.node_group(group));
        bill.by_use();
        bill
    }

    fn add(&mut self, what: impl Into<String>, count: u32, price: Price) {
        self.cost.items.push(CostItem { what: what.into(), count, price });
    }

    /// So many of a good, by the hour.
    fn rent(&mut self, what: &str, count: u32, good: &Good) {
        if count > 0 {
            let price = self.price(good);
            self.add(what, count, price);
        }
    }

    /// The price of a good for its unit: the list's, else the one that is known of its region.
    fn price(&mut self, good: &Good) -> Price {
        self.asked.insert(good.clone());
        if let Some(ListPrice { dollars, published }) = self.listed.get(good) {
            return Price::Known { dollars_per_hour: *dollars, as_of: published.clone() };
        }
        known(prices::good(self.region, good), || {
            format!("AWS's Price List did not tell it for {}", self.region)
        })
    }

    fn control_plane(&mut self) {
        let version = version_of(Some(self.spec), self.observed);
        let offers = self.observed.versions.as_deref().unwrap_or_default();
        let offer = offers.iter().find(|offer| Some(&offer.version) == version.as_ref());
        let tier = self.spec.control_plane_tier.unwrap_or_default();
        let price = match offer {
            _ if tier != ControlPlaneTier::Standard => {
                unknown(format!("AWS's price of tier {} is not known here", tier.name()))
            }
            Some(offer) => {
                known(prices::control_plane(offer.status), || "the version has no support".to_owned())
            }
            None => unknown("EKS was not asked how it supports the version".to_owned()),
        };
        self.add("control plane", 1, price);
    }

    fn network(&mut self) {
        let mut addresses: u32 = node_groups(self.spec).filter(|it| self.is_public(it)).map(desired).sum();
        if let Network::New(network) = &self.spec.network {
            let zones = self.zones(network);
            let gateways = match network.nat.unwrap_or_default() {
                Nat::None => 0,
                Nat::Single => 1,
                Nat::PerZone => zones,
            };
            self.rent("NAT gateway", gateways, &Good::NatGateway);
            addresses += gateways;
            let endpoints =
                network.endpoints.iter().filter(|name| !GATEWAYS.contains(&name.as_str())).count();
            let endpoints = u32::try_from(endpoints).unwrap_or(u32::MAX).saturating_mul(zones);
            self.rent("interface endpoint", endpoints, &Good::InterfaceEndpoint);
        }
        if addresses > 0 {
            let price = known(Some(prices::PUBLIC_IPV4), String::new);
            self.add("public IPv4 address", addresses, price);
        }
    }

    /// How many zones a new network spans.
    fn zones(&self, network: &NewNetwork) -> u32 {
        let zones = zones::known(self.spec, network, self.observed);
        zones.and_then(|zones| u32::try_from(zones.len()).ok()).unwrap_or(ZONES)
    }

    /// Whether its nodes have public addresses.
    fn is_public(&self, group: &NodeGroup) -> bool {
        match &group.subnets {
            Some(NodeSubnets::Public) => true,
            Some(NodeSubnets::Private) | None => false,
            Some(NodeSubnets::Given(ids)) => {
                self.observed.present_subnets(ids).any(|subnet| subnet.public_addresses)
            }
        }
    }

    fn node_group(&mut self, group: &NodeGroup) {
        let price = match group.capacity.unwrap_or_default() {
            Capacity::Spot => unknown("spot prices change with demand".to_owned()),
            Capacity::CapacityBlock => unknown("a capacity block is paid for when it is bought".to_owned()),
            Capacity::OnDemand if group.ami_type().is_some_and(|kind| kind.starts_with("WINDOWS")) => {
                unknown("Windows is priced apart".to_owned())
            }
            Capacity::OnDemand => self.dearest(group),
        };
        self.add(group.instance_types.join(" or "), desired(group), price);
        self.disk(group);
    }

    /// EKS takes the first type that it can get; the dearest of them is the most that it can be.
    fn dearest(&mut self, group: &NodeGroup) -> Price {
        let types = group.instance_types.iter();
        let prices: Vec<Price> = types.map(|name| self.price(&Good::Instance(name.clone()))).collect();
        // An unknown one could be dearer than all.
        let height = |price: &Price| match price {
            Price::Known { dollars_per_hour, .. } => *dollars_per_hour,
            Price::Unknown { .. } => f64::INFINITY,
        };
        let dearest = prices.into_iter().max_by(|one, other| height(one).total_cmp(&height(other)));
        dearest.unwrap_or_else(|| unknown("no instance type is named".to_owned()))
    }

    fn disk(&mut self, group: &NodeGroup) {
        let disk = group.disk.clone().unwrap_or_default();
        let kind = disk.volume_type.unwrap_or(VolumeType::Gp3);
        let size = disk.size_gib.unwrap_or_default();
        // Beyond these, operations and throughput are priced apart (aws.amazon.com/ebs/pricing).
        let plain = disk.iops.unwrap_or(3_000) <= 3_000 && disk.throughput.unwrap_or(125) <= 125;
        let price = if kind != VolumeType::Gp3 || !plain {
            unknown("only gp3 volumes with 3,000 IOPS and 125 MiB/s are counted".to_owned())
        } else {
            match self.price(&Good::Gp3) {
                Price::Known { dollars_per_hour: month, as_of } => {
                    Price::Known { dollars_per_hour: month / HOURS_OF_MONTH * f64::from(size), as_of }
                }
                unknown => unknown,
            }
        };
        self.add(format!("{size} GiB disk"), desired(group), price);
    }

    fn by_use(&mut self) {
        if !self.spec.fargate_profiles.is_empty() {
            let price = prices::fargate(self.region).map_or_else(
                || "at the region's price".to_owned(),
                |(cpu, memory)| format!("${cpu} per vCPU and ${memory} per GB an hour"),
            );
            self.cost.by_use.push(format!("Fargate pods, {price}"));
        }
        if self.spec.auto_mode().is_some() {
            // facts/aws.md §10
            let nodes = "Auto Mode's nodes, at the on-demand price of their types and about 12 % of it";
            self.cost.by_use.push(nodes.to_owned());
        }
        if self.spec.network.as_new().is_some_and(|network| network.nat != Some(Nat::None)) {
            self.cost.by_use.push("traffic through the NAT gateway".to_owned());
        }
        if self.spec.logging.as_ref().is_some_and(|logs| !logs.is_empty()) {
            self.cost.by_use.push("control-plane logs in CloudWatch".to_owned());
        }
    }
}

fn known(dollars: Option<f64>, why_not: impl FnOnce() -> String) -> Price {
    match dollars {
        Some(dollars_per_hour) => Price::Known { dollars_per_hour, as_of: prices::AS_OF.to_owned() },
        None => unknown(why_not()),
    }
}

fn unknown(reason: String) -> Price {
    Price::Unknown { reason }
}
