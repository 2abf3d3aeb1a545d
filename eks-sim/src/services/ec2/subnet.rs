//! Subnets and the private addresses in them.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::data::{self, Zone};
use super::kind::Kind;
use super::listing::{Listing, in_vpc};
use super::state::{self, State};
use super::table::Placed;
use super::vpc::{self, done};
use super::{nat_gateway, route_table, tags};

/// Addresses that EC2 keeps of each subnet: the first four and the last (VPC user guide, "Subnet sizing").
const RESERVED: u32 = 5;
/// Subnets in a VPC (facts/aws.md §3.2).
const MOST: usize = 200;

/// A subnet.
pub(super) struct Subnet {
    pub(super) vpc: String,
    pub(super) zone: Zone,
    pub(super) block: Ipv4Net,
    /// Association id and IPv6 block.
    pub(super) ipv6: Option<(String, Ipv6Net)>,
    pub(super) map_public_ip: bool,
    pub(super) default_for_zone: bool,
    assign_ipv6: bool,
    dns64: bool,
    resource_names: bool,
    dns_a_record: bool,
    dns_aaaa_record: bool,
}

impl Placed for Subnet {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::SUBNET,
    ids: "SubnetId",
    id: "subnetId",
    set: "subnetSet",
    filters: &[
        ("availability-zone", "availabilityZone"),
        ("availabilityZone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("availabilityZoneId", "availabilityZoneId"),
        ("available-ip-address-count", "availableIpAddressCount"),
        ("cidr", "cidrBlock"),
        ("cidr-block", "cidrBlock"),
        ("cidrBlock", "cidrBlock"),
        ("default-for-az", "defaultForAz"),
        ("defaultForAz", "defaultForAz"),
        ("ipv6-cidr-block-association.ipv6-cidr-block", "ipv6CidrBlockAssociationSet/item/ipv6CidrBlock"),
        ("ipv6-native", "ipv6Native"),
        ("map-public-ip-on-launch", "mapPublicIpOnLaunch"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("subnet-arn", "subnetArn"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let vpc = params.ec2_required("VpcId")?.to_owned();
    let state = state::of(world, &call.region);
    let network = Kind::VPC.find(&state.vpcs, &vpc)?;
    let block = vpc::block(params.ec2_required("CidrBlock")?)?;
    if !(16..=28).contains(&block.prefix_len()) || !network.blocks.iter().any(|(_, own)| own.contains(&block))
    {
        return Err(AwsError::new("InvalidSubnet.Range", format!("The CIDR '{block}' is invalid.")));
    }
    let siblings = || state.subnets.in_place(&vpc).map(|(_, subnet)| subnet);
    if siblings().any(|other| other.block.contains(&block) || block.contains(&other.block)) {
        let message = format!("The CIDR '{block}' conflicts with another subnet");
        return Err(AwsError::new("InvalidSubnet.Conflict", message));
    }
    if siblings().count() >= MOST {
        return Err(AwsError::new("SubnetLimitExceeded", "The maximum number of subnets has been reached."));
    }
    let ipv6 = match params.get("Ipv6CidrBlock") {
        None => None,
        Some(text) => {
            let block = text.parse::<Ipv6Net>().ok().filter(|block| {
                block.prefix_len() == 64
                    && network.ipv6_blocks.iter().any(|(_, own)| own.contains(block))
                    && !siblings().any(|other| other.ipv6.as_ref().is_some_and(|(_, own)| own == block))
            });
            let refused = || AwsError::new("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid."));
            Some(block.ok_or_else(refused)?)
        }
    };
    let zone = zone(call)?;
    let id = Kind::SUBNET.make(world, call, 0.0);
    Kind::SUBNET.ready(world, &call.region, &id);
    let ipv6 = ipv6.map(|block| (format!("subnet-cidr-assoc-{}", world.hex_id(17)), block));
    state::of(world, &call.region)
        .subnets
        .insert(id.clone(), Subnet { ipv6, ..subnet(vpc, zone, block, false) });
    Ok(Answer::Xml(vec![Xml::new("subnet").children(members(world, &call.region, &id))]))
}

pub(super) fn make_default(world: &mut World, region: &str, vpc: &str, zone: Zone, block: Ipv4Net) {
    let id = Kind::SUBNET.make_implicit(world, region);
    let subnet = subnet(vpc.to_owned(), zone, block, true);
    state::of(world, region).subnets.insert(id, subnet);
}

fn subnet(vpc: String, zone: Zone, block: Ipv4Net, is_default: bool) -> Subnet {
    Subnet {
        vpc,
        zone,
        block,
        ipv6: None,
        map_public_ip: is_default,
        default_for_zone: is_default,
        assign_ipv6: false,
        dns64: false,
        resource_names: false,
        dns_a_record: false,
        dns_aaaa_record: false,
    }
}

/// The zone that a request names, or the region's first.
fn zone(call: &Call) -> Result<Zone, AwsError> {
    let zones = data::zones(&call.region);
    let params = call.params();
    let (found, name, member) = match (params.get("AvailabilityZone"), params.get("AvailabilityZoneId")) {
        (Some(name), _) => (zones.iter().find(|zone| zone.name == name), name, "availabilityZone"),
        (None, Some(id)) => (zones.iter().find(|zone| zone.id == id), id, "availabilityZoneId"),
        (None, None) => (zones.first(), "", ""),
    };
    found.cloned().ok_or_else(|| {
        let known: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
        let message = format!(
            "Value ({name}) for parameter {member} is invalid. Subnets can currently only be created in the \
             following availability zones: {}.",
            known.join(", ")
        );
        AwsError::new("InvalidParameterValue", message)
    })
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("SubnetId")?;
    let state = state::of(world, &call.region);
    let vpc = Kind::SUBNET.find(&state.subnets, id)?.vpc.clone();
    if state.network_interfaces.in_place(id).next().is_some() {
        let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.subnets.remove(id);
    route_table::forget_subnet(state, &vpc, id);
    nat_gateway::forget_subnet(state, &vpc, id);
    Kind::SUBNET.forget(world, &call.region, id);
    Ok(done())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let subnets = &state::of(world, &call.region).subnets;
    let ids = LISTING.candidates(call, subnets, |filter, value| in_vpc(subnets, filter, value));
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn modify_attribute(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let subnets = &mut state::of(world, &call.region).subnets;
    let subnet = Kind::SUBNET.find_mut(subnets, params.ec2_required("SubnetId")?)?;
    for (name, attribute) in [
        ("MapPublicIpOnLaunch.Value", &mut subnet.map_public_ip),
        ("AssignIpv6AddressOnCreation.Value", &mut subnet.assign_ipv6),
        ("EnableDns64.Value", &mut subnet.dns64),
        ("EnableResourceNameDnsARecordOnLaunch.Value", &mut subnet.dns_a_record),
        ("EnableResourceNameDnsAAAARecordOnLaunch.Value", &mut subnet.dns_aaaa_record),
    ] {
        if let Some(value) = params.flag(name) {
            *attribute = value;
        }
    }
    match params.get("PrivateDnsHostnameTypeOnLaunch") {
        Some("ip-name") => subnet.resource_names = false,
        Some("resource-name") => subnet.resource_names = true,
        Some(other) => {
            let message = format!("Value ({other}) for parameter privateDnsHostnameTypeOnLaunch is invalid.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        None => {}
    }
    Ok(done())
}

fn used(state: &State, id: &str) -> BTreeSet<Ipv4Addr> {
    let inside = state.network_interfaces.in_place(id);
    inside.flat_map(|(_, interface)| interface.addresses.iter().copied()).collect()
}

fn free(state: &State, id: &str, block: &Ipv4Net) -> usize {
    let all = 1_u32 << (32 - block.prefix_len());
    (all - RESERVED) as usize - used(state, id).len()
}

/// How many addresses of the subnet are free.
pub(super) fn free_addresses(state: &State, id: &str) -> usize {
    state.subnets.get(id).map_or(0, |subnet| free(state, id, &subnet.block))
}

/// The next `count` free addresses of a subnet, `wanted` first if it is free.
pub(super) fn take_addresses(
    state: &State,
    id: &str,
    count: usize,
    wanted: Option<&str>,
) -> Result<Vec<Ipv4Addr>, AwsError> {
    let subnet = Kind::SUBNET.find(&state.subnets, id)?;
    let used = used(state, id);
    let first = u32::from(subnet.block.network()) + RESERVED - 1;
    let last = u32::from(subnet.block.broadcast()) - 1;
    let mut taken = Vec::new();
    if let Some(text) = wanted {
        let address =
            text.parse::<Ipv4Addr>().ok().filter(|address| (first..=last).contains(&u32::from(*address)));
        let Some(address) = address else {
            let message = format!("Address does not fall within the subnet's address range: {text}");
            return Err(AwsError::new("InvalidParameterValue", message));
        };
        if used.contains(&address) {
            let message = format!("Address {address} is in use.");
            return Err(AwsError::new("InvalidIPAddress.InUse", message));
        }
        taken.push(address);
    }
    let more = (first..=last).map(Ipv4Addr::from).filter(|address| !used.contains(address));
    let more: Vec<Ipv4Addr> =
        more.filter(|address| !taken.contains(address)).take(count - taken.len()).collect();
    taken.extend(more);
    if taken.len() < count {
        let message = "The specified subnet does not have enough free addresses to satisfy the request.";
        return Err(AwsError::new("InsufficientFreeAddressesInSubnet", message));
    }
    Ok(taken)
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(subnet) = state.subnets.get(id) else { return Vec::new() };
    vec![
        Xml::text("subnetId", id),
        Xml::text("subnetArn", format!("arn:aws:ec2:{region}:{owner}:subnet/{id}")),
        Xml::text("state", "available"),
        Xml::text("ownerId", owner),
        Xml::text("vpcId", &subnet.vpc),
        Xml::text("cidrBlock", subnet.block),
        Xml::list(
            "ipv6CidrBlockAssociationSet",
            "item",
            subnet.ipv6.iter().map(|(association, block)| {
                vec![
                    Xml::text("associationId", association),
                    Xml::text("ipv6CidrBlock", block),
                    Xml::new("ipv6CidrBlockState").child(Xml::text("state", "associated")),
                ]
            }),
        ),
        Xml::text("availableIpAddressCount", free(state, id, &subnet.block)),
        Xml::text("availabilityZone", &subnet.zone.name),
        Xml::text("availabilityZoneId", &subnet.zone.id),
        Xml::text("defaultForAz", subnet.default_for_zone),
        Xml::text("mapPublicIpOnLaunch", subnet.map_public_ip),
        Xml::text("mapCustomerOwnedIpOnLaunch", false),
        Xml::text("assignIpv6AddressOnCreation", subnet.assign_ipv6),
        Xml::text("enableDns64", subnet.dns64),
        Xml::text("ipv6Native", false),
        Xml::new("privateDnsNameOptionsOnLaunch").children([
            Xml::text("hostnameType", if subnet.resource_names { "resource-name" } else { "ip-name" }),
            Xml::text("enableResourceNameDnsARecord", subnet.dns_a_record),
            Xml::text("enableResourceNameDnsAAAARecord", subnet.dns_aaaa_record),
        ]),
        tags::set(state, id),
    ]
}
