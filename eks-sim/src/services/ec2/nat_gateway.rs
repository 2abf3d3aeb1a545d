//! NAT gateways (facts/aws.md §2.9).

use std::collections::BTreeSet;

use crate::instant::Instant;
use crate::price;
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::{Listing, in_vpc};
use super::network_interface::{self, NetworkInterface};
use super::state::{self, State};
use super::table::Placed;
use super::{address, internet_gateway, subnet, tags};

/// Where a NAT gateway is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NatState {
    Pending,
    Failed,
    Available,
    Deleting,
    Deleted,
}

impl NatState {
    fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

/// A NAT gateway.
pub(super) struct NatGateway {
    pub(super) vpc: String,
    pub(super) state: NatState,
    subnet: String,
    /// The id of its subnet's zone.
    zone: String,
    connectivity: String,
    /// Present until it is deleted or has failed.
    interface: Option<String>,
    /// Its elastic address, as the answer shows it also when it is gone.
    allocation: Option<String>,
    shown_address: Vec<Xml>,
    created: Instant,
    deleted: Option<Instant>,
    failure: Option<(&'static str, String)>,
}

impl Placed for NatGateway {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::NAT_GATEWAY,
    ids: "NatGatewayId",
    id: "natGatewayId",
    set: "natGatewaySet",
    filters: &[
        ("nat-gateway-id", "natGatewayId"),
        ("state", "state"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let subnet_id = params.ec2_required("SubnetId")?.to_owned();
    let connectivity = params.get("ConnectivityType").unwrap_or("public").to_owned();
    let allocation = params.get("AllocationId").map(str::to_owned);
    match (connectivity.as_str(), &allocation) {
        ("public", None) => {
            let message = "The request must include the AllocationId parameter. Add the required parameter and \
                           retry the request.";
            return Err(AwsError::new("MissingParameter", message));
        }
        ("private", Some(_)) => {
            let message = "The AllocationId parameter cannot be used with a private NAT gateway.";
            return Err(AwsError::new("InvalidParameterCombination", message));
        }
        ("public" | "private", _) => {}
        (other, _) => {
            let message = format!("Value ({other}) for parameter connectivityType is invalid.");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    let state = state::of(world, &call.region);
    let subnet = Kind::SUBNET.find(&state.subnets, &subnet_id)?;
    let (vpc, zone) = (subnet.vpc.clone(), subnet.zone.id.clone());
    let failure = failure(state, &subnet_id, &vpc, allocation.as_deref());
    let in_zone = state.nat_gateways_in_zone.get(&zone).map_or(0, BTreeSet::len);
    if in_zone >= world.settings.quotas.nat_gateways_per_zone {
        let message = "The maximum number of NAT gateways has been reached.";
        return Err(AwsError::new("NatGatewayLimitExceeded", message));
    }
    let id = Kind::NAT_GATEWAY.make(world, call, if failure.is_some() { 0.0 } else { price::NAT_GATEWAY });
    let mut gateway = NatGateway {
        vpc,
        state: NatState::Pending,
        subnet: subnet_id,
        zone,
        connectivity,
        interface: None,
        allocation,
        shown_address: Vec::new(),
        created: world.now,
        deleted: None,
        failure,
    };
    let region = call.region.clone();
    let later = id.clone();
    if gateway.failure.is_some() {
        gateway.shown_address = gateway.allocation.iter().map(|id| Xml::text("allocationId", id)).collect();
        let after = world.duration(Timing::NatGatewayFailure, &id);
        world.after(after, move |world| fail(world, &region, &later));
    } else {
        connect(world, &call.region, &id, &mut gateway, params.get("PrivateIpAddress"))?;
        let after = world.duration(Timing::NatGatewayCreate, &id);
        world.after(after, move |world| finish_create(world, &region, &later));
    }
    let state = state::of(world, &call.region);
    state.nat_gateways.insert(id.clone(), gateway);
    count(state, &id);
    let mut answer = vec![Xml::new("natGateway").children(members(state, &id))];
    answer.extend(params.get("ClientToken").map(|token| Xml::text("clientToken", token)));
    Ok(Answer::Xml(answer))
}

/// Counts a gateway against its zone's quota as long as it lives in a subnet that is there.
fn count(state: &mut State, id: &str) {
    let Some(gateway) = state.nat_gateways.get(id) else { return };
    let lives = matches!(gateway.state, NatState::Pending | NatState::Available | NatState::Deleting);
    let counted = state.nat_gateways_in_zone.entry(gateway.zone.clone()).or_default();
    if lives && state.subnets.contains_key(&gateway.subnet) {
        counted.insert(id.to_owned());
    } else {
        counted.remove(id);
    }
}

/// Only gateways without an interface are left in a subnet that is deleted: they fail, or are gone.
pub(super) fn forget_subnet(state: &mut State, vpc: &str, subnet: &str) {
    let gateways = state.nat_gateways.in_place(vpc).filter(|(_, gateway)| gateway.subnet == subnet);
    let ids: Vec<String> = gateways.map(|(id, _)| id.clone()).collect();
    for id in ids {
        count(state, &id);
    }
}

/// Why a NAT gateway will fail: codes and texts of the service model's `FailureMessage`.
fn failure(
    state: &State,
    subnet: &str,
    vpc: &str,
    allocation: Option<&str>,
) -> Option<(&'static str, String)> {
    if subnet::free_addresses(state, subnet) == 0 {
        let message = "Subnet has insufficient free addresses to create this NAT gateway";
        return Some(("InsufficientFreeAddressesInSubnet", message.to_owned()));
    }
    let allocation = allocation?;
    if internet_gateway::of_vpc(state, vpc).is_none() {
        return Some(("Gateway.NotAttached", format!("Network {vpc} has no Internet gateway attached")));
    }
    match state.addresses.get(allocation) {
        None => {
            let message =
                format!("Elastic IP address {allocation} could not be associated with this NAT gateway");
            Some(("InvalidAllocationID.NotFound", message))
        }
        Some(address) if address.association.is_some() => {
            let message = format!("Elastic IP address {allocation} is already associated");
            Some(("Resource.AlreadyAssociated", message))
        }
        Some(_) => None,
    }
}

/// Makes the gateway's interface in its subnet, with the elastic address.
fn connect(
    world: &mut World,
    region: &str,
    id: &str,
    gateway: &mut NatGateway,
    wanted: Option<&str>,
) -> Result<(), AwsError> {
    let addresses = subnet::take_addresses(state::of(world, region), &gateway.subnet, 1, wanted)?;
    let private = addresses[0];
    let interface = Kind::NETWORK_INTERFACE.make_implicit(world, region);
    let made = NetworkInterface {
        subnet: gateway.subnet.clone(),
        vpc: gateway.vpc.clone(),
        description: format!("Interface for NAT Gateway {id}"),
        addresses,
        groups: Vec::new(),
        public_address: None,
        attachment: Some(network_interface::attachment(world, None, 1, false)),
        interface_type: "nat_gateway",
        requester: Some("amazon-aws".to_owned()),
        mac_address: network_interface::mac_address(world),
    };
    state::of(world, region).network_interfaces.insert(interface.clone(), made);
    let mut shown = vec![
        Xml::text("networkInterfaceId", &interface),
        Xml::text("privateIp", private),
        Xml::text("isPrimary", true),
        Xml::text("status", "succeeded"),
    ];
    if let Some(allocation) = &gateway.allocation {
        let association = address::bind(world, region, allocation, &interface);
        shown.push(Xml::text("allocationId", allocation));
        shown.push(Xml::text("associationId", association));
        let public = state::of(world, region).addresses.get(allocation).map(|address| address.public);
        shown.extend(public.map(|public| Xml::text("publicIp", public)));
    }
    gateway.shown_address = shown;
    gateway.interface = Some(interface);
    Ok(())
}

fn finish_create(world: &mut World, region: &str, id: &str) {
    let gateways = &mut state::of(world, region).nat_gateways;
    if let Some(gateway) = gateways.get_mut(id).filter(|gateway| gateway.state == NatState::Pending) {
        gateway.state = NatState::Available;
        Kind::NAT_GATEWAY.ready(world, region, id);
    }
}

fn fail(world: &mut World, region: &str, id: &str) {
    let state = state::of(world, region);
    let gateway = state.nat_gateways.get_mut(id);
    if let Some(gateway) = gateway.filter(|gateway| gateway.state == NatState::Pending) {
        gateway.state = NatState::Failed;
        count(state, id);
        Kind::NAT_GATEWAY.deleted(world, region, id);
        vanish_later(world, region, id);
    }
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("NatGatewayId")?.to_owned();
    let state = state::of(world, &call.region);
    let gateway = Kind::NAT_GATEWAY.find_mut(&mut state.nat_gateways, &id)?;
    if matches!(gateway.state, NatState::Pending | NatState::Available | NatState::Failed) {
        gateway.state = NatState::Deleting;
        count(state, &id);
        Kind::NAT_GATEWAY.deleting(world, &call.region, &id);
        let (region, later) = (call.region.clone(), id.clone());
        let after = world.duration(Timing::NatGatewayDelete, &id);
        world.after(after, move |world| finish_delete(world, &region, &later));
    }
    Ok(Answer::Xml(vec![Xml::text("natGatewayId", id)]))
}

/// The elastic address is set free, not released (facts/aws.md §2.9).
fn finish_delete(world: &mut World, region: &str, id: &str) {
    let now = world.now;
    let state = state::of(world, region);
    let Some(gateway) = state.nat_gateways.get_mut(id) else { return };
    gateway.state = NatState::Deleted;
    gateway.deleted = Some(now);
    let interface = gateway.interface.take();
    count(state, id);
    if let Some(interface) = interface {
        network_interface::remove(world, region, &interface);
    }
    Kind::NAT_GATEWAY.deleted(world, region, id);
    vanish_later(world, region, id);
}

fn vanish_later(world: &mut World, region: &str, id: &str) {
    let (region, id) = (region.to_owned(), id.to_owned());
    world.after(state::VISIBLE_AFTER_DELETION, move |world| {
        let state = state::of(world, &region);
        if let Some(gateway) = state.nat_gateways.remove(&id)
            && let Some(counted) = state.nat_gateways_in_zone.get_mut(&gateway.zone)
        {
            counted.remove(&id);
        }
        Kind::NAT_GATEWAY.forget(world, &region, &id);
    });
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state: &State = state::of(world, &call.region);
    let gateways = &state.nat_gateways;
    let ids = LISTING.candidates(call, gateways, |filter, value| in_vpc(gateways, filter, value));
    let shown = ids.iter().map(|id| Xml::new("item").children(members(state, id))).collect();
    LISTING.answer(world, call, shown)
}

fn members(state: &State, id: &str) -> Vec<Xml> {
    let Some(gateway) = state.nat_gateways.get(id) else { return Vec::new() };
    let mut members = vec![
        Xml::text("natGatewayId", id),
        Xml::text("subnetId", &gateway.subnet),
        Xml::text("vpcId", &gateway.vpc),
        Xml::text("state", gateway.state.name()),
        Xml::text("createTime", gateway.created.iso()),
        Xml::list("natGatewayAddressSet", "item", [gateway.shown_address.clone()]),
        Xml::text("connectivityType", &gateway.connectivity),
        Xml::text("availabilityMode", "zonal"),
        tags::set(state, id),
    ];
    members.extend(gateway.deleted.map(|at| Xml::text("deleteTime", at.iso())));
    let failed = gateway.failure.as_ref().filter(|_| gateway.state != NatState::Pending);
    if let Some((code, message)) = failed {
        members.push(Xml::text("failureCode", code));
        members.push(Xml::text("failureMessage", message));
    }
    members
}
