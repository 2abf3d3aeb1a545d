//! Route tables: routes and associations with subnets.

use std::collections::BTreeMap;

use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::internet_gateway;
use super::kind::Kind;
use super::listing::{Listing, in_vpc};
use super::nat_gateway::NatState;
use super::state::{self, State};
use super::table::Placed;
use super::tags;
use super::vpc::done;

/// A route table.
pub(super) struct RouteTable {
    pub(super) vpc: String,
    /// Routes by destination, besides the local ones.
    pub(super) routes: BTreeMap<String, Target>,
}

/// A route table's association with a subnet; the main association has no subnet.
pub(super) struct Association {
    table: String,
    subnet: Option<String>,
}

/// Where a route leads: the element that shows it, and the id.
#[derive(Clone)]
pub(super) struct Target {
    element: &'static str,
    id: String,
}

impl Placed for Association {
    fn place(&self) -> &str {
        &self.table
    }
}

impl Placed for RouteTable {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::ROUTE_TABLE,
    ids: "RouteTableId",
    id: "routeTableId",
    set: "routeTableSet",
    filters: &[
        ("association.main", "associationSet/item/main"),
        ("association.route-table-association-id", "associationSet/item/routeTableAssociationId"),
        ("association.route-table-id", "associationSet/item/routeTableId"),
        ("association.subnet-id", "associationSet/item/subnetId"),
        ("owner-id", "ownerId"),
        ("route-table-id", "routeTableId"),
        ("route.destination-cidr-block", "routeSet/item/destinationCidrBlock"),
        ("route.destination-ipv6-cidr-block", "routeSet/item/destinationIpv6CidrBlock"),
        ("route.egress-only-internet-gateway-id", "routeSet/item/egressOnlyInternetGatewayId"),
        ("route.gateway-id", "routeSet/item/gatewayId"),
        ("route.nat-gateway-id", "routeSet/item/natGatewayId"),
        ("route.origin", "routeSet/item/origin"),
        ("route.state", "routeSet/item/state"),
        ("vpc-id", "vpcId"),
    ],
    page: 100,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let vpc = params.ec2_required("VpcId")?.to_owned();
    Kind::VPC.find(&state::of(world, &call.region).vpcs, &vpc)?;
    let id = Kind::ROUTE_TABLE.make(world, call, 0.0);
    Kind::ROUTE_TABLE.ready(world, &call.region, &id);
    let table = RouteTable { vpc, routes: BTreeMap::new() };
    state::of(world, &call.region).route_tables.insert(id.clone(), table);
    let mut answer = vec![Xml::new("routeTable").children(members(world, &call.region, &id))];
    answer.extend(params.get("ClientToken").map(|token| Xml::text("clientToken", token)));
    Ok(Answer::Xml(answer))
}

/// The main route table that a VPC is born with.
pub(super) fn make_main(world: &mut World, region: &str, vpc: &str) {
    let id = Kind::ROUTE_TABLE.make_implicit(world, region);
    let association = association_id(world);
    let state = state::of(world, region);
    state.route_tables.insert(id.clone(), RouteTable { vpc: vpc.to_owned(), routes: BTreeMap::new() });
    state.associations.insert(association, Association { table: id, subnet: None });
}

/// The default VPC's route to its internet gateway.
pub(super) fn make_default_route(world: &mut World, region: &str, vpc: &str, gateway: &str) {
    let tables = &mut state::of(world, region).route_tables;
    let first = tables.in_place(vpc).next().map(|(id, _)| id.clone());
    if let Some(table) = first.and_then(|id| tables.get_mut(&id)) {
        let target = Target { element: "gatewayId", id: gateway.to_owned() };
        table.routes.insert("0.0.0.0/0".to_owned(), target);
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("RouteTableId")?;
    let state = state::of(world, &call.region);
    Kind::ROUTE_TABLE.find(&state.route_tables, id)?;
    if state.associations.in_place(id).next().is_some() {
        let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    remove(world, &call.region, id);
    Ok(done())
}

/// Takes a route table away, with its associations.
pub(super) fn remove(world: &mut World, region: &str, id: &str) {
    let state = state::of(world, region);
    state.route_tables.remove(id);
    let associations: Vec<String> = state.associations.in_place(id).map(|(id, _)| id.clone()).collect();
    for association in associations {
        state.associations.remove(&association);
    }
    Kind::ROUTE_TABLE.forget(world, region, id);
}

/// A subnet's associations go with it.
pub(super) fn forget_subnet(state: &mut State, vpc: &str, subnet: &str) {
    let associations: Vec<String> = associations_of(state, vpc, subnet).map(|(id, _)| id.clone()).collect();
    for association in associations {
        state.associations.remove(&association);
    }
}

/// The associations of a subnet of `vpc`: only tables of its own VPC can have them.
fn associations_of<'state>(
    state: &'state State,
    vpc: &str,
    subnet: &str,
) -> impl Iterator<Item = (&'state String, &'state Association)> {
    let tables = state.route_tables.in_place(vpc);
    let associations = tables.flat_map(|(table, _)| state.associations.in_place(table));
    associations.filter(move |(_, association)| association.subnet.as_deref() == Some(subnet))
}

/// Whether the table is its VPC's main one.
pub(super) fn is_main(state: &State, id: &str) -> bool {
    state.associations.in_place(id).any(|(_, association)| association.subnet.is_none())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state: &State = state::of(world, &call.region);
    let ids = LISTING.candidates(call, &state.route_tables, |filter, value| match filter {
        "association.subnet-id" => {
            let vpc = state.subnets.get(value).map_or("", |subnet| subnet.vpc.as_str());
            Some(associations_of(state, vpc, value).map(|(_, association)| &association.table).collect())
        }
        _ => in_vpc(&state.route_tables, filter, value),
    });
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (table, subnet) = (params.ec2_required("RouteTableId")?, params.ec2_required("SubnetId")?);
    let association = association_id(world);
    let state = state::of(world, &call.region);
    let vpc = &Kind::ROUTE_TABLE.find(&state.route_tables, table)?.vpc;
    if Kind::SUBNET.find(&state.subnets, subnet)?.vpc != *vpc {
        let message = format!("Route table {table} and subnet {subnet} belong to different networks");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    if associations_of(state, vpc, subnet).next().is_some() {
        let message = format!(
            "the specified association for route table {table} conflicts with an existing association"
        );
        return Err(AwsError::new("Resource.AlreadyAssociated", message));
    }
    let made = Association { table: table.to_owned(), subnet: Some(subnet.to_owned()) };
    state.associations.insert(association.clone(), made);
    Ok(Answer::Xml(vec![Xml::text("associationId", association), associated()]))
}

pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("AssociationId")?;
    let state = state::of(world, &call.region);
    if association(state, id)?.subnet.is_none() {
        let message = format!("cannot disassociate the main route table association {id}");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    state.associations.remove(id);
    Ok(done())
}

pub(super) fn replace_association(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (id, table) = (params.ec2_required("AssociationId")?, params.ec2_required("RouteTableId")?);
    let fresh = association_id(world);
    let state = state::of(world, &call.region);
    let vpc = &Kind::ROUTE_TABLE.find(&state.route_tables, table)?.vpc;
    let former = &association(state, id)?.table;
    if state.route_tables.get(former).is_none_or(|former| former.vpc != *vpc) {
        let message = format!("Route table {table} and association {id} belong to different networks");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let subnet = state.associations.remove(id).and_then(|former| former.subnet);
    state.associations.insert(fresh.clone(), Association { table: table.to_owned(), subnet });
    Ok(Answer::Xml(vec![Xml::text("newAssociationId", fresh), associated()]))
}

pub(super) fn create_route(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let (id, destination, target) = route(state, params)?;
    let table = Kind::ROUTE_TABLE.find_mut(&mut state.route_tables, &id)?;
    if let Some(existing) = table.routes.get(&destination)
        && existing.id != target.id
    {
        let message = format!("The route identified by {destination} already exists.");
        return Err(AwsError::new("RouteAlreadyExists", message));
    }
    table.routes.insert(destination, target);
    Ok(done())
}

pub(super) fn replace_route(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let (id, destination, target) = route(state, params)?;
    let table = Kind::ROUTE_TABLE.find_mut(&mut state.route_tables, &id)?;
    match table.routes.get_mut(&destination) {
        Some(existing) => *existing = target,
        None => {
            let message = format!(
                "There is no route defined for '{destination}' in the route table. Use CreateRoute instead."
            );
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    Ok(done())
}

pub(super) fn delete_route(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let id = params.ec2_required("RouteTableId")?;
    let state = state::of(world, &call.region);
    Kind::ROUTE_TABLE.find(&state.route_tables, id)?;
    let destination = destination(params)?;
    if local(state, id).contains(&destination) {
        let message = format!("cannot remove local route {destination} in route table {id}");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let table = Kind::ROUTE_TABLE.find_mut(&mut state.route_tables, id)?;
    if table.routes.remove(&destination).is_none() {
        let message = format!("no route with destination-cidr-block {destination} in route table {id}");
        return Err(AwsError::new("InvalidRoute.NotFound", message));
    }
    Ok(done())
}

fn destination(params: &Params) -> Result<String, AwsError> {
    let ipv4 =
        params.get("DestinationCidrBlock").map(|text| super::vpc::block(text).map(|net| net.to_string()));
    let ipv6 = params.get("DestinationIpv6CidrBlock").map(|text| {
        text.parse::<ipnet::Ipv6Net>().map(|net| net.trunc().to_string()).map_err(|_| {
            let message = format!("Value ({text}) for parameter destinationIpv6CidrBlock is invalid. This is not a valid IPv6 CIDR block.");
            AwsError::new("InvalidParameterValue", message)
        })
    });
    ipv4.or(ipv6).unwrap_or_else(|| {
        let message = "Missing required parameter DestinationCidrBlock or DestinationIpv6CidrBlock.";
        Err(AwsError::new("MissingParameter", message))
    })
}

/// Table, destination and target of a request, each checked.
fn route(state: &State, params: &Params) -> Result<(String, String, Target), AwsError> {
    let id = params.ec2_required("RouteTableId")?;
    let vpc = &Kind::ROUTE_TABLE.find(&state.route_tables, id)?.vpc;
    let destination = destination(params)?;
    if local(state, id).contains(&destination) {
        let message = format!("The route identified by {destination} already exists.");
        return Err(AwsError::new("RouteAlreadyExists", message));
    }
    let target = |element, id: &str| Target { element, id: id.to_owned() };
    let (target, network) = if let Some(gateway) = params.get("GatewayId") {
        let found = state.internet_gateways.get(gateway).ok_or_else(|| {
            let message = format!("The gateway ID '{gateway}' does not exist");
            AwsError::new("InvalidGatewayID.NotFound", message)
        })?;
        (target("gatewayId", gateway), found.vpc.clone())
    } else if let Some(gateway) = params.get("NatGatewayId") {
        let there = |state| matches!(state, NatState::Pending | NatState::Available);
        let found =
            state.nat_gateways.get(gateway).filter(|gateway| there(gateway.state)).ok_or_else(|| {
                let message = format!("The natGateway ID '{gateway}' does not exist");
                AwsError::new("InvalidNatGatewayID.NotFound", message)
            })?;
        (target("natGatewayId", gateway), Some(found.vpc.clone()))
    } else if let Some(gateway) = params.get("EgressOnlyInternetGatewayId") {
        let found = Kind::EGRESS_ONLY_INTERNET_GATEWAY.find(&state.egress_only_internet_gateways, gateway)?;
        (target("egressOnlyInternetGatewayId", gateway), Some(found.vpc.clone()))
    } else if let Some(interface) = params.get("NetworkInterfaceId") {
        let found = Kind::NETWORK_INTERFACE.find(&state.network_interfaces, interface)?;
        (target("networkInterfaceId", interface), Some(found.vpc.clone()))
    } else {
        let message = "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, \
                       egressOnlyInternetGatewayId";
        return Err(AwsError::new("MissingParameter", message));
    };
    if network.as_ref() != Some(vpc) {
        let message =
            format!("route table {id} and network gateway {} belong to different networks", target.id);
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    Ok((id.to_owned(), destination, target))
}

fn association_id(world: &mut World) -> String {
    format!("rtbassoc-{}", world.hex_id(17))
}

fn association<'state>(state: &'state State, id: &str) -> Result<&'state Association, AwsError> {
    state.associations.get(id).ok_or_else(|| {
        AwsError::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"))
    })
}

fn associated() -> Xml {
    Xml::new("associationState").child(Xml::text("state", "associated"))
}

/// Destinations of the local routes: the VPC's own blocks.
fn local(state: &State, id: &str) -> Vec<String> {
    let vpc = state.route_tables.get(id).and_then(|table| state.vpcs.get(&table.vpc));
    vpc.into_iter()
        .flat_map(|vpc| {
            let ipv4 = vpc.blocks.iter().map(|(_, block)| block.to_string());
            ipv4.chain(vpc.ipv6_blocks.iter().map(|(_, block)| block.to_string()))
        })
        .collect()
}

/// Whether what a route leads to is there (facts/aws.md §2.9: a deleted NAT gateway leaves blackhole routes).
fn works(state: &State, vpc: &str, target: &Target) -> bool {
    match target.element {
        "gatewayId" => internet_gateway::of_vpc(state, vpc) == Some(&target.id),
        "natGatewayId" => state
            .nat_gateways
            .get(&target.id)
            .is_some_and(|gateway| matches!(gateway.state, NatState::Pending | NatState::Available)),
        "networkInterfaceId" => {
            state.network_interfaces.get(&target.id).is_some_and(|interface| interface.attachment.is_some())
        }
        _ => state.egress_only_internet_gateways.contains_key(&target.id),
    }
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(table) = state.route_tables.get(id) else { return Vec::new() };
    let destination = |block: &str| {
        let ipv6 = block.contains(':');
        Xml::text(if ipv6 { "destinationIpv6CidrBlock" } else { "destinationCidrBlock" }, block)
    };
    let local = local(state, id).into_iter().map(|block| {
        vec![
            destination(&block),
            Xml::text("gatewayId", "local"),
            Xml::text("origin", "CreateRouteTable"),
            Xml::text("state", "active"),
        ]
    });
    let routes = table.routes.iter().map(|(block, target)| {
        vec![
            destination(block),
            Xml::text(target.element, &target.id),
            Xml::text("origin", "CreateRoute"),
            Xml::text("state", if works(state, &table.vpc, target) { "active" } else { "blackhole" }),
        ]
    });
    let associations = state.associations.in_place(id).map(|(association, Association { subnet, .. })| {
        let mut members = vec![
            Xml::text("routeTableAssociationId", association),
            Xml::text("routeTableId", id),
            Xml::text("main", subnet.is_none()),
            associated(),
        ];
        members.extend(subnet.iter().map(|subnet| Xml::text("subnetId", subnet)));
        members
    });
    vec![
        Xml::text("routeTableId", id),
        Xml::text("vpcId", &table.vpc),
        Xml::text("ownerId", owner),
        Xml::list("routeSet", "item", local.chain(routes)),
        Xml::list("associationSet", "item", associations),
        Xml::new("propagatingVgwSet"),
        tags::set(state, id),
    ]
}
