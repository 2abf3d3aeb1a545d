//! What the service knows of one region.

use std::collections::{BTreeMap, BTreeSet};

use crate::instant::Instant;
use crate::wire::{Answer, Params};
use crate::world::World;

use super::address::Address;
use super::capacity_block::Block;
use super::egress_only_internet_gateway::EgressOnlyInternetGateway;
use super::instance::Instance;
use super::internet_gateway::InternetGateway;
use super::key_pair::KeyPair;
use super::launch_template::LaunchTemplate;
use super::nat_gateway::NatGateway;
use super::network_interface::NetworkInterface;
use super::route_table::{Association, RouteTable};
use super::security_group::SecurityGroup;
use super::subnet::Subnet;
use super::table::Table;
use super::volume::Volume;
use super::vpc::{self, Vpc};
use super::vpc_endpoint::VpcEndpoint;

/// Deleted NAT gateways and terminated instances are listed for about an hour (facts/aws.md §2.9).
pub(super) const VISIBLE_AFTER_DELETION: std::time::Duration = std::time::Duration::from_secs(3600);

/// Resources by id.
#[derive(Default)]
pub(crate) struct State {
    pub(super) vpcs: BTreeMap<String, Vpc>,
    pub(super) subnets: Table<Subnet>,
    pub(super) internet_gateways: BTreeMap<String, InternetGateway>,
    pub(super) egress_only_internet_gateways: Table<EgressOnlyInternetGateway>,
    pub(super) route_tables: Table<RouteTable>,
    /// Associations of route tables.
    pub(super) associations: Table<Association>,
    pub(super) addresses: BTreeMap<String, Address>,
    pub(super) nat_gateways: Table<NatGateway>,
    /// The NAT gateways that count against the quota of their zone, by the zone's id.
    pub(super) nat_gateways_in_zone: BTreeMap<String, BTreeSet<String>>,
    pub(super) vpc_endpoints: Table<VpcEndpoint>,
    pub(super) security_groups: Table<SecurityGroup>,
    pub(super) network_interfaces: Table<NetworkInterface>,
    pub(super) capacity_block_offerings: BTreeMap<String, Block>,
    /// Bought ones, by the id of their reservation.
    pub(super) capacity_blocks: BTreeMap<String, Block>,
    pub(super) key_pairs: BTreeMap<String, KeyPair>,
    pub(super) launch_templates: Table<LaunchTemplate>,
    pub(super) instances: Table<Instance>,
    pub(super) volumes: BTreeMap<String, Volume>,
    /// Tags of every kind of resource.
    pub(super) tags: BTreeMap<String, BTreeMap<String, String>>,
    /// When a resource was made, for reads that lag behind.
    pub(super) born: BTreeMap<String, Instant>,
    /// What was asked and answered under a client token, by operation and token.
    pub(super) tokens: BTreeMap<(String, String), (Params, Answer)>,
    /// Public addresses handed out so far.
    pub(super) public_addresses: u32,
    /// The default VPC, until it is deleted.
    pub(super) default_vpc: Option<String>,
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
