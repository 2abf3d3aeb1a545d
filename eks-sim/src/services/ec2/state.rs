//! What the service knows of one region.

use std::collections::BTreeMap;

use crate::instant::Instant;
use crate::wire::{Answer, Params};
use crate::world::World;

use super::address::Address;
use super::egress_only_internet_gateway::EgressOnlyInternetGateway;
use super::instance::Instance;
use super::internet_gateway::InternetGateway;
use super::launch_template::LaunchTemplate;
use super::nat_gateway::NatGateway;
use super::network_interface::NetworkInterface;
use super::route_table::RouteTable;
use super::security_group::SecurityGroup;
use super::subnet::Subnet;
use super::vpc::{self, Vpc};

/// Deleted NAT gateways and terminated instances are listed for about an hour (facts/aws.md §2.9).
pub(super) const VISIBLE_AFTER_DELETION: std::time::Duration = std::time::Duration::from_secs(3600);

/// Resources by id.
#[derive(Default)]
pub(crate) struct State {
    pub(super) vpcs: BTreeMap<String, Vpc>,
    pub(super) subnets: BTreeMap<String, Subnet>,
    pub(super) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(super) egress_only_internet_gateways: BTreeMap<String, EgressOnlyInternetGateway>,
    pub(super) route_tables: BTreeMap<String, RouteTable>,
    pub(super) addresses: BTreeMap<String, Address>,
    pub(super) nat_gateways: BTreeMap<String, NatGateway>,
    pub(super) security_groups: BTreeMap<String, SecurityGroup>,
    pub(super) network_interfaces: BTreeMap<String, NetworkInterface>,
    pub(super) launch_templates: BTreeMap<String, LaunchTemplate>,
    pub(super) instances: BTreeMap<String, Instance>,
    /// Tags of every kind of resource.
    pub(super) tags: BTreeMap<String, BTreeMap<String, String>>,
    /// When a resource was made, for reads that lag behind.
    pub(super) born: BTreeMap<String, Instant>,
    /// What was asked and answered under a client token, by operation and token.
    pub(super) tokens: BTreeMap<(String, String), (Params, Answer)>,
    /// Public addresses handed out so far.
    pub(super) public_addresses: u32,
    has_default_vpc: bool,
}

/// The region's state; on first use with the default VPC that every account has.
pub(super) fn of<'world>(world: &'world mut World, region: &str) -> &'world mut State {
    if !world.region(region).ec2.has_default_vpc {
        world.region(region).ec2.has_default_vpc = true;
        vpc::make_default(world, region);
    }
    &mut world.region(region).ec2
}
