//! VPCs, with the default one that every region has.

use std::net::Ipv6Addr;

use ipnet::{Ipv4Net, Ipv6Net};

use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::data;
use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::{internet_gateway, route_table, security_group, subnet, tags};

/// A virtual network.
pub(super) struct Vpc {
    /// Association ids and blocks; the first is the primary one.
    pub(super) blocks: Vec<(String, Ipv4Net)>,
    /// Association ids and IPv6 blocks.
    pub(super) ipv6_blocks: Vec<(String, Ipv6Net)>,
    pub(super) is_default: bool,
    /// What is attached to it.
    pub(super) internet_gateway: Option<String>,
    tenancy: String,
    dhcp_options: String,
    pub(super) dns_support: bool,
    pub(super) dns_hostnames: bool,
    address_usage_metrics: bool,
}

const LISTING: Listing = Listing {
    kind: &Kind::VPC,
    ids: "VpcId",
    id: "vpcId",
    set: "vpcSet",
    filters: &[
        ("cidr", "cidrBlock"),
        ("cidr-block-association.association-id", "cidrBlockAssociationSet/item/associationId"),
        ("cidr-block-association.cidr-block", "cidrBlockAssociationSet/item/cidrBlock"),
        ("cidr-block-association.state", "cidrBlockAssociationSet/item/cidrBlockState/state"),
        ("dhcp-options-id", "dhcpOptionsId"),
        ("ipv6-cidr-block-association.association-id", "ipv6CidrBlockAssociationSet/item/associationId"),
        ("ipv6-cidr-block-association.ipv6-cidr-block", "ipv6CidrBlockAssociationSet/item/ipv6CidrBlock"),
        ("is-default", "isDefault"),
        ("owner-id", "ownerId"),
        ("state", "state"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let block = block(params.ec2_required("CidrBlock")?)?;
    if !(16..=28).contains(&block.prefix_len()) {
        return Err(AwsError::new("InvalidVpc.Range", format!("The CIDR '{block}' is invalid.")));
    }
    let tenancy = params.get("InstanceTenancy").unwrap_or("default").to_owned();
    if !["default", "dedicated"].contains(&tenancy.as_str()) {
        let message = format!("Value ({tenancy}) for parameter instanceTenancy is invalid.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    if state::of(world, &call.region).vpcs.len() >= world.settings.quotas.vpcs {
        return Err(AwsError::new("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }
    let id = Kind::VPC.make(world, call, 0.0);
    Kind::VPC.ready(world, &call.region, &id);
    add(world, &call.region, &id, block, false, tenancy);
    if params.flag("AmazonProvidedIpv6CidrBlock") == Some(true) {
        associate_ipv6(world, &call.region, &id);
    }
    let shown = Xml::new("vpc").children(members(world, &call.region, &id));
    Ok(Answer::Xml(vec![shown]))
}

/// The default VPC, with a subnet in each zone that routes to an internet gateway.
pub(super) fn make_default(world: &mut World, region: &str) {
    let id = Kind::VPC.make_implicit(world, region);
    let block = Ipv4Net::new_assert([172, 31, 0, 0].into(), 16);
    add(world, region, &id, block, true, "default".to_owned());
    state::of(world, region).default_vpc = Some(id.clone());
    let gateway = internet_gateway::make_default(world, region, &id);
    route_table::make_default_route(world, region, &id, &gateway);
    for (zone, third) in data::zones(region).into_iter().zip((0..).step_by(16)) {
        let block = Ipv4Net::new_assert([172, 31, third, 0].into(), 20);
        subnet::make_default(world, region, &id, zone, block);
    }
}

fn add(world: &mut World, region: &str, id: &str, block: Ipv4Net, is_default: bool, tenancy: String) {
    let association = format!("vpc-cidr-assoc-{}", world.hex_id(17));
    let dhcp_options = format!("dopt-{}", &data::digest(region)[..17]);
    let vpc = Vpc {
        blocks: vec![(association, block)],
        ipv6_blocks: Vec::new(),
        is_default,
        internet_gateway: None,
        tenancy,
        dhcp_options,
        dns_support: true,
        dns_hostnames: is_default,
        address_usage_metrics: false,
    };
    state::of(world, region).vpcs.insert(id.to_owned(), vpc);
    route_table::make_main(world, region, id);
    security_group::make_default(world, region, id);
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("VpcId")?;
    let state = state::of(world, &call.region);
    Kind::VPC.find(&state.vpcs, id)?;
    // facts/aws.md §2.10, §12: everything but what the VPC was born with keeps it from going.
    let depended_on = state.subnets.in_place(id).next().is_some()
        || internet_gateway::of_vpc(state, id).is_some()
        || state.egress_only_internet_gateways.in_place(id).next().is_some()
        || state.vpc_endpoints.in_place(id).next().is_some()
        || state.security_groups.in_place(id).any(|(_, group)| group.name != "default")
        || state.route_tables.in_place(id).any(|(table, _)| !route_table::is_main(state, table));
    if depended_on {
        let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.vpcs.remove(id);
    state.default_vpc.take_if(|default| default == id);
    let tables: Vec<String> = state.route_tables.in_place(id).map(|(id, _)| id.clone()).collect();
    let groups: Vec<String> = state.security_groups.in_place(id).map(|(id, _)| id.clone()).collect();
    for table in tables {
        route_table::remove(world, &call.region, &table);
    }
    for group in groups {
        state::of(world, &call.region).security_groups.remove(&group);
        Kind::SECURITY_GROUP.forget(world, &call.region, &group);
    }
    Kind::VPC.forget(world, &call.region, id);
    Ok(done())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let ids = LISTING.candidates(call, &state::of(world, &call.region).vpcs, |_, _| None);
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn modify_attribute(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let vpc = Kind::VPC.find_mut(&mut state::of(world, &call.region).vpcs, params.ec2_required("VpcId")?)?;
    let sent = [
        ("EnableDnsSupport.Value", &mut vpc.dns_support),
        ("EnableDnsHostnames.Value", &mut vpc.dns_hostnames),
        ("EnableNetworkAddressUsageMetrics.Value", &mut vpc.address_usage_metrics),
    ];
    let mut set = sent.into_iter().filter_map(|(name, attribute)| Some((params.flag(name)?, attribute)));
    match (set.next(), set.next()) {
        (Some((value, attribute)), None) => *attribute = value,
        (None, _) => {
            let message = "The request must contain exactly one attribute to modify";
            return Err(AwsError::new("MissingParameter", message));
        }
        _ => {
            let message = "Fields for multiple attribute types specified: only one can be modified at a time";
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
    }
    Ok(done())
}

pub(super) fn describe_attribute(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let id = params.ec2_required("VpcId")?;
    let vpc = Kind::VPC.find(&state::of(world, &call.region).vpcs, id)?;
    let name = params.ec2_required("Attribute")?;
    let value = match name {
        "enableDnsSupport" => vpc.dns_support,
        "enableDnsHostnames" => vpc.dns_hostnames,
        "enableNetworkAddressUsageMetrics" => vpc.address_usage_metrics,
        _ => {
            let message = format!("Value ({name}) for parameter attribute is invalid. Unknown attribute.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    };
    Ok(Answer::Xml(vec![Xml::text("vpcId", id), Xml::new(name).child(Xml::text("value", value))]))
}

pub(super) fn associate_cidr_block(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let id = params.ec2_required("VpcId")?;
    let vpc = Kind::VPC.find(&state::of(world, &call.region).vpcs, id)?;
    if params.flag("AmazonProvidedIpv6CidrBlock") == Some(true) {
        if !vpc.ipv6_blocks.is_empty() {
            let message = format!("The vpc {id} already has an IPv6 CIDR block associated");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
        let (association, block) = associate_ipv6(world, &call.region, id);
        let shown =
            Xml::new("ipv6CidrBlockAssociation").children(ipv6_association(&association, &block, true));
        return Ok(Answer::Xml(vec![shown, Xml::text("vpcId", id)]));
    }
    let block = block(params.ec2_required("CidrBlock")?)?;
    let overlaps = vpc.blocks.iter().any(|(_, own)| own.contains(&block) || block.contains(own));
    if overlaps || !(16..=28).contains(&block.prefix_len()) {
        return Err(AwsError::new("InvalidVpc.Range", format!("The CIDR '{block}' is invalid.")));
    }
    let association = format!("vpc-cidr-assoc-{}", world.hex_id(17));
    let vpc = Kind::VPC.find_mut(&mut state::of(world, &call.region).vpcs, id)?;
    vpc.blocks.push((association.clone(), block));
    let shown = Xml::new("cidrBlockAssociation").children(association_members(&association, &block));
    Ok(Answer::Xml(vec![shown, Xml::text("vpcId", id)]))
}

pub(super) fn disassociate_cidr_block(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let wanted = call.params().ec2_required("AssociationId")?;
    let state = state::of(world, &call.region);
    for (id, vpc) in &mut state.vpcs {
        if let Some(at) = vpc.blocks.iter().position(|(association, _)| association == wanted) {
            let block = vpc.blocks[at].1;
            let used = state.subnets.in_place(id).any(|(_, subnet)| block.contains(&subnet.block));
            if at == 0 {
                let message = format!(
                    "The vpc CIDR block with association ID {wanted} may not be disassociated. It is the primary IPv4 CIDR block of the VPC"
                );
                return Err(AwsError::new("OperationNotPermitted", message));
            }
            if used {
                return Err(in_use(wanted));
            }
            vpc.blocks.remove(at);
            let shown = Xml::new("cidrBlockAssociation").children(association_members(wanted, &block));
            return Ok(Answer::Xml(vec![shown, Xml::text("vpcId", id)]));
        }
        if let Some(at) = vpc.ipv6_blocks.iter().position(|(association, _)| association == wanted) {
            if state.subnets.in_place(id).any(|(_, subnet)| subnet.ipv6.is_some()) {
                return Err(in_use(wanted));
            }
            let (_, block) = vpc.ipv6_blocks.remove(at);
            let shown =
                Xml::new("ipv6CidrBlockAssociation").children(ipv6_association(wanted, &block, false));
            return Ok(Answer::Xml(vec![shown, Xml::text("vpcId", id)]));
        }
    }
    let message = format!("The vpc CIDR block with association ID {wanted} does not exist");
    Err(AwsError::new("InvalidVpcCidrBlockAssociationID.NotFound", message))
}

fn in_use(association: &str) -> AwsError {
    let message = format!(
        "The vpc CIDR block with association ID {association} may not be disassociated. One or more subnets are using it"
    );
    AwsError::new("InvalidCidrBlock.InUse", message)
}

fn associate_ipv6(world: &mut World, region: &str, id: &str) -> (String, Ipv6Net) {
    let association = format!("vpc-cidr-assoc-{}", world.hex_id(17));
    // Of the range for documentation (RFC 9637), so that no simulated address is anybody's: 3fff::/20.
    let bits = u128::from(u32::from_str_radix(&world.hex_id(8), 16).unwrap_or(0));
    let block = Ipv6Net::new_assert(Ipv6Addr::from((0x3fff_u128 << 112) | (bits << 72)), 56);
    if let Some(vpc) = state::of(world, region).vpcs.get_mut(id) {
        vpc.ipv6_blocks.push((association.clone(), block));
    }
    (association, block)
}

/// Reads an IPv4 block; host bits are dropped as EC2 does.
pub(super) fn block(text: &str) -> Result<Ipv4Net, AwsError> {
    text.parse::<Ipv4Net>().map(|net| net.trunc()).map_err(|_| {
        let message =
            format!("Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.");
        AwsError::new("InvalidParameterValue", message)
    })
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(vpc) = state.vpcs.get(id) else { return Vec::new() };
    vec![
        Xml::text("vpcId", id),
        Xml::text("ownerId", owner),
        Xml::text("state", "available"),
        Xml::text("cidrBlock", vpc.blocks[0].1),
        Xml::list(
            "cidrBlockAssociationSet",
            "item",
            vpc.blocks.iter().map(|(association, block)| association_members(association, block)),
        ),
        Xml::list(
            "ipv6CidrBlockAssociationSet",
            "item",
            vpc.ipv6_blocks.iter().map(|(association, block)| ipv6_association(association, block, true)),
        ),
        Xml::text("dhcpOptionsId", &vpc.dhcp_options),
        Xml::text("instanceTenancy", &vpc.tenancy),
        Xml::text("isDefault", vpc.is_default),
        tags::set(state, id),
    ]
}

fn association_members(association: &str, block: &Ipv4Net) -> Vec<Xml> {
    vec![
        Xml::text("associationId", association),
        Xml::text("cidrBlock", block),
        Xml::new("cidrBlockState").child(Xml::text("state", "associated")),
    ]
}

fn ipv6_association(association: &str, block: &Ipv6Net, there: bool) -> Vec<Xml> {
    vec![
        Xml::text("associationId", association),
        Xml::text("ipv6CidrBlock", block),
        Xml::new("ipv6CidrBlockState")
            .child(Xml::text("state", if there { "associated" } else { "disassociated" })),
        Xml::text("ipv6Pool", "Amazon"),
    ]
}

/// What operations answer that have nothing to say.
pub(super) fn done() -> Answer {
    Answer::Xml(vec![Xml::text("return", true)])
}
