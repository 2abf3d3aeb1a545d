//! Elastic IP addresses.

use std::net::Ipv4Addr;

use crate::price;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::kind::Kind;
use super::listing::Listing;
use super::network_interface::PublicAddress;
use super::state::{self, State};
use super::tags;
use super::vpc::done;

/// An elastic address.
pub(super) struct Address {
    pub(super) public: Ipv4Addr,
    /// Association id and network interface.
    pub(super) association: Option<(String, String)>,
}

const LISTING: Listing = Listing {
    kind: &Kind::ADDRESS,
    ids: "AllocationId",
    id: "allocationId",
    set: "addressesSet",
    filters: &[
        ("allocation-id", "allocationId"),
        ("association-id", "associationId"),
        ("domain", "domain"),
        ("instance-id", "instanceId"),
        ("network-border-group", "networkBorderGroup"),
        ("network-interface-id", "networkInterfaceId"),
        ("network-interface-owner-id", "networkInterfaceOwnerId"),
        ("private-ip-address", "privateIpAddress"),
        ("public-ip", "publicIp"),
    ],
    page: 0,
};

pub(super) fn allocate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    if state::of(world, &call.region).addresses.len() >= world.settings.quotas.elastic_addresses {
        let message = "The maximum number of addresses has been reached.";
        return Err(AwsError::new("AddressLimitExceeded", message));
    }
    let id = Kind::ADDRESS.make(world, call, price::PUBLIC_IPV4);
    Kind::ADDRESS.ready(world, &call.region, &id);
    let public = fresh(world, &call.region);
    state::of(world, &call.region).addresses.insert(id.clone(), Address { public, association: None });
    Ok(Answer::Xml(vec![
        Xml::text("publicIp", public),
        Xml::text("domain", "vpc"),
        Xml::text("allocationId", id),
        Xml::text("publicIpv4Pool", "amazon"),
        Xml::text("networkBorderGroup", &call.region),
    ]))
}

/// A public address that nobody else has: from the block for benchmarks (RFC 2544), which is never routed.
pub(super) fn fresh(world: &mut World, region: &str) -> Ipv4Addr {
    let state = state::of(world, region);
    state.public_addresses += 1;
    Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + state.public_addresses % (1 << 17))
}

pub(super) fn release(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state = state::of(world, &call.region);
    let id = allocation(state, call.params())?;
    let address = Kind::ADDRESS.find(&state.addresses, &id)?;
    if address.association.is_some() {
        let message = format!("Address {} is in use.", address.public);
        return Err(AwsError::new("InvalidIPAddress.InUse", message));
    }
    state.addresses.remove(&id);
    Kind::ADDRESS.forget(world, &call.region, &id);
    Ok(done())
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let wanted: Vec<String> = call.params().list("PublicIp").into_iter().map(str::to_owned).collect();
    let owner = world.settings.account.clone();
    let state = state::of(world, &call.region);
    let has = |text: &str| state.addresses.values().any(|address| address.public.to_string() == text);
    if let Some(absent) = wanted.iter().find(|text| !has(text)) {
        return Err(unknown_address(absent));
    }
    let candidates = LISTING.candidates(call, &state.addresses, |_, _| None);
    let shown = candidates
        .iter()
        .filter_map(|id| state.addresses.get_key_value(id))
        .filter(|(_, address)| wanted.is_empty() || wanted.contains(&address.public.to_string()))
        .map(|(id, address)| Xml::new("item").children(members(state, &owner, &call.region, id, address)))
        .collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn associate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let allocation = allocation(state, params)?;
    let interface = match (params.get("NetworkInterfaceId"), params.get("InstanceId")) {
        (Some(interface), _) => interface.to_owned(),
        (None, Some(instance)) => Kind::INSTANCE.find(&state.instances, instance)?.interface.clone(),
        (None, None) => {
            let message = "Either the instance ID or the network interface ID must be specified";
            return Err(AwsError::new("MissingParameter", message));
        }
    };
    Kind::NETWORK_INTERFACE.find(&state.network_interfaces, &interface)?;
    let address = Kind::ADDRESS.find(&state.addresses, &allocation)?;
    if address.association.is_some() && params.flag("AllowReassociation") == Some(false) {
        let message = format!("resource {allocation} is already associated with associate-id");
        return Err(AwsError::new("Resource.AlreadyAssociated", message));
    }
    let association = bind(world, &call.region, &allocation, &interface);
    Ok(Answer::Xml(vec![Xml::text("return", true), Xml::text("associationId", association)]))
}

/// Maps an elastic address to an interface; answers the association's id.
pub(super) fn bind(world: &mut World, region: &str, allocation: &str, interface: &str) -> String {
    let association = format!("eipassoc-{}", world.hex_id(17));
    unbind(world, region, allocation);
    let state = state::of(world, region);
    if let (Some(address), Some(found)) =
        (state.addresses.get_mut(allocation), state.network_interfaces.get_mut(interface))
    {
        address.association = Some((association.clone(), interface.to_owned()));
        let elastic = Some((allocation.to_owned(), association.clone()));
        found.public_address = Some(PublicAddress { address: address.public, elastic });
    }
    association
}

fn unbind(world: &mut World, region: &str, allocation: &str) {
    let state = state::of(world, region);
    let former = state.addresses.get_mut(allocation).and_then(|address| address.association.take());
    if let Some(interface) = former.and_then(|(_, id)| state.network_interfaces.get_mut(&id)) {
        interface.public_address = None;
    }
}

pub(super) fn disassociate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let state = state::of(world, &call.region);
    let wanted = params.get("AssociationId");
    let public = params.get("PublicIp");
    let found = state.addresses.iter().find_map(|(id, address)| {
        let (association, interface) = address.association.as_ref()?;
        let named =
            Some(association.as_str()) == wanted || Some(address.public.to_string().as_str()) == public;
        named.then(|| (id.clone(), interface.clone()))
    });
    let Some((allocation, interface)) = found else {
        let name = wanted.or(public).unwrap_or_default();
        let message = format!("The association ID '{name}' does not exist");
        return Err(AwsError::new("InvalidAssociationID.NotFound", message));
    };
    if state.network_interfaces.get(&interface).is_some_and(|interface| interface.requester.is_some()) {
        let message = "You do not have permission to access the specified resource.";
        return Err(AwsError::new("AuthFailure", message).status(403));
    }
    unbind(world, &call.region, &allocation);
    Ok(done())
}

/// The allocation that a request names by its id or by its public address.
fn allocation(state: &State, params: &Params) -> Result<String, AwsError> {
    if let Some(id) = params.get("AllocationId") {
        Kind::ADDRESS.find(&state.addresses, id)?;
        return Ok(id.to_owned());
    }
    let Some(public) = params.get("PublicIp") else {
        let message = "Either public IP or allocation id must be specified";
        return Err(AwsError::new("MissingParameter", message));
    };
    let mut addresses = state.addresses.iter();
    let found = addresses.find(|(_, address)| address.public.to_string() == public);
    found.map(|(id, _)| id.clone()).ok_or_else(|| unknown_address(public))
}

fn unknown_address(public: &str) -> AwsError {
    AwsError::new("InvalidAddress.NotFound", format!("Address '{public}' not found."))
}

fn members(state: &State, owner: &str, region: &str, id: &str, address: &Address) -> Vec<Xml> {
    let mut members = vec![
        Xml::text("allocationId", id),
        Xml::text("publicIp", address.public),
        Xml::text("domain", "vpc"),
        Xml::text("publicIpv4Pool", "amazon"),
        Xml::text("networkBorderGroup", region),
        tags::set(state, id),
    ];
    if let Some((association, interface)) = &address.association {
        members.push(Xml::text("associationId", association));
        members.push(Xml::text("networkInterfaceId", interface));
        members.push(Xml::text("networkInterfaceOwnerId", owner));
        if let Some(found) = state.network_interfaces.get(interface) {
            members.push(Xml::text("privateIpAddress", found.addresses[0]));
            let attachment = found.attachment.as_ref();
            let instance = attachment.and_then(|attachment| attachment.instance.as_deref());
            members.extend(instance.map(|instance| Xml::text("instanceId", instance)));
        }
    }
    members
}
