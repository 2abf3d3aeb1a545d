//! Network interfaces: those of instances, of NAT gateways, of EKS control planes, and anybody's.

use std::net::Ipv4Addr;

use crate::instant::Instant;
use crate::wire::{Answer, AwsError, Call, Xml};
use crate::world::World;

use super::data::{private_dns_name, public_dns_name};
use super::kind::Kind;
use super::listing::Listing;
use super::state::{self, State};
use super::table::Placed;
use super::vpc::done;
use super::{address, security_group, subnet, tags};

/// The type of the interfaces of a network load balancer, which may be in no security group.
const NETWORK_LOAD_BALANCER: &str = "network_load_balancer";

/// A network interface.
pub(super) struct NetworkInterface {
    pub(super) subnet: String,
    pub(super) vpc: String,
    pub(super) description: String,
    /// Private addresses; the first is the primary one.
    pub(super) addresses: Vec<Ipv4Addr>,
    pub(super) groups: Vec<String>,
    pub(super) public_address: Option<PublicAddress>,
    pub(super) attachment: Option<Attachment>,
    /// `interface`, `nat_gateway`, …
    pub(super) interface_type: &'static str,
    /// The service that made it and manages it.
    pub(super) requester: Option<String>,
    pub(super) mac_address: String,
}

/// A public address that maps to an interface.
pub(super) struct PublicAddress {
    pub(super) address: Ipv4Addr,
    /// Allocation and association of an elastic address; EC2's own addresses have none.
    pub(super) elastic: Option<(String, String)>,
}

/// What an interface is attached to.
pub(super) struct Attachment {
    pub(super) id: String,
    /// The instance; interfaces of services are attached to something of AWS's.
    pub(super) instance: Option<String>,
    pub(super) device_index: u32,
    pub(super) delete_on_termination: bool,
    pub(super) at: Instant,
}

impl Placed for NetworkInterface {
    fn place(&self) -> &str {
        &self.subnet
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::NETWORK_INTERFACE,
    ids: "NetworkInterfaceId",
    id: "networkInterfaceId",
    set: "networkInterfaceSet",
    filters: &[
        ("addresses.association.public-ip", "association/publicIp"),
        ("addresses.primary", "privateIpAddressesSet/item/primary"),
        ("addresses.private-ip-address", "privateIpAddressesSet/item/privateIpAddress"),
        ("association.allocation-id", "association/allocationId"),
        ("association.association-id", "association/associationId"),
        ("association.ip-owner-id", "association/ipOwnerId"),
        ("association.public-dns-name", "association/publicDnsName"),
        ("association.public-ip", "association/publicIp"),
        ("attachment.attachment-id", "attachment/attachmentId"),
        ("attachment.delete-on-termination", "attachment/deleteOnTermination"),
        ("attachment.device-index", "attachment/deviceIndex"),
        ("attachment.instance-id", "attachment/instanceId"),
        ("attachment.instance-owner-id", "attachment/instanceOwnerId"),
        ("attachment.status", "attachment/status"),
        ("availability-zone", "availabilityZone"),
        ("availability-zone-id", "availabilityZoneId"),
        ("description", "description"),
        ("group-id", "groupSet/item/groupId"),
        ("group-name", "groupSet/item/groupName"),
        ("interface-type", "interfaceType"),
        ("mac-address", "macAddress"),
        ("network-interface-id", "networkInterfaceId"),
        ("owner-id", "ownerId"),
        ("private-dns-name", "privateDnsName"),
        ("private-ip-address", "privateIpAddress"),
        ("requester-id", "requesterId"),
        ("requester-managed", "requesterManaged"),
        ("source-dest-check", "sourceDestCheck"),
        ("status", "status"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn create(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let subnet_id = params.ec2_required("SubnetId")?;
    let secondary: usize = params.number("SecondaryPrivateIpAddressCount").unwrap_or(0);
    let state = state::of(world, &call.region);
    let vpc = Kind::SUBNET.find(&state.subnets, subnet_id)?.vpc.clone();
    let by_service = super::from_service(params);
    let of_network_load_balancer = by_service && params.get("InterfaceType") == Some(NETWORK_LOAD_BALANCER);
    let asked = params.list("SecurityGroupId");
    let groups = if of_network_load_balancer && asked.is_empty() {
        Vec::new()
    } else {
        security_group::checked(state, &asked, subnet_id)?
    };
    let addresses = subnet::take_addresses(state, subnet_id, 1 + secondary, params.get("PrivateIpAddress"))?;
    let is_public = by_service && params.flag("AssociatePublicIpAddress") == Some(true);
    let public = is_public.then(|| address::fresh(world, &call.region));
    let id = Kind::NETWORK_INTERFACE.make(world, call, 0.0);
    Kind::NETWORK_INTERFACE.ready(world, &call.region, &id);
    let requester = params.get("Operator.Principal").map(str::to_owned);
    let interface = NetworkInterface {
        subnet: subnet_id.to_owned(),
        vpc,
        description: params.get("Description").unwrap_or_default().to_owned(),
        addresses,
        groups,
        public_address: public.map(|address| PublicAddress { address, elastic: None }),
        // A service attaches its interfaces to machines of its own.
        attachment: requester.is_some().then(|| attachment(world, None, 1, false)),
        interface_type: if of_network_load_balancer { NETWORK_LOAD_BALANCER } else { "interface" },
        requester,
        mac_address: mac_address(world),
    };
    let state = state::of(world, &call.region);
    state.network_interfaces.insert(id.clone(), interface);
    let mut answer = vec![Xml::new("networkInterface").children(members(world, &call.region, &id))];
    answer.extend(params.get("ClientToken").map(|token| Xml::text("clientToken", token)));
    Ok(Answer::Xml(answer))
}

pub(super) fn delete(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("NetworkInterfaceId")?;
    let by_service = super::from_service(call.params());
    let interfaces = &mut state::of(world, &call.region).network_interfaces;
    let interface = Kind::NETWORK_INTERFACE.find(interfaces, id)?;
    if interface.attachment.is_some() && !(by_service && interface.requester.is_some()) {
        // The general code, as recorded (gruntwork-io/cloud-nuke#431, #1132).
        let message = format!("Network interface '{id}' is currently in use.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    remove(world, &call.region, id);
    Ok(done())
}

/// Takes an interface away, with the association of its elastic address.
pub(super) fn remove(world: &mut World, region: &str, id: &str) {
    let state = state::of(world, region);
    if let Some(interface) = state.network_interfaces.remove(id)
        && let Some((allocation, _)) = interface.public_address.and_then(|public| public.elastic)
        && let Some(address) = state.addresses.get_mut(&allocation)
    {
        address.association = None;
    }
    Kind::NETWORK_INTERFACE.forget(world, region, id);
}

/// The interfaces in the subnets of a VPC.
pub(super) fn in_vpc<'state>(
    state: &'state State,
    vpc: &str,
) -> impl Iterator<Item = (&'state String, &'state NetworkInterface)> + use<'state> {
    let subnets = state.subnets.in_place(vpc);
    subnets.flat_map(|(subnet, _)| state.network_interfaces.in_place(subnet))
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let state: &State = state::of(world, &call.region);
    let ids = LISTING.candidates(call, &state.network_interfaces, |filter, value| match filter {
        "subnet-id" => Some(state.network_interfaces.in_place(value).map(|(id, _)| id).collect()),
        "vpc-id" => Some(in_vpc(state, value).map(|(id, _)| id).collect()),
        _ => None,
    });
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    LISTING.answer(world, call, shown)
}

pub(super) fn attach(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let params = call.params();
    let (id, instance) = (params.ec2_required("NetworkInterfaceId")?, params.ec2_required("InstanceId")?);
    let index = params.number("DeviceIndex").unwrap_or(1);
    let attachment = attachment(world, Some(instance.to_owned()), index, false);
    let state = state::of(world, &call.region);
    Kind::INSTANCE.find(&state.instances, instance)?;
    if of_instance(state, instance).any(|(_, _, other)| other.device_index == index) {
        let message =
            format!("Instance '{instance}' already has an interface attached at device index '{index}'.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let interface = Kind::NETWORK_INTERFACE.find_mut(&mut state.network_interfaces, id)?;
    if interface.attachment.is_some() {
        let message = format!("Network interface '{id}' is currently in use.");
        return Err(AwsError::new("InvalidNetworkInterface.InUse", message));
    }
    let shown = Xml::text("attachmentId", &attachment.id);
    interface.attachment = Some(attachment);
    Kind::INSTANCE.find_mut(&mut state.instances, instance)?.interfaces.insert(id.to_owned());
    Ok(Answer::Xml(vec![shown]))
}

/// The interfaces that are attached to an instance, and how.
pub(super) fn of_instance<'state>(
    state: &'state State,
    instance: &'state str,
) -> impl Iterator<Item = (&'state String, &'state NetworkInterface, &'state Attachment)> {
    let ever = state.instances.get(instance).into_iter().flat_map(|instance| &instance.interfaces);
    ever.filter_map(move |id| {
        let interface = state.network_interfaces.get(id)?;
        let attachment = interface.attachment.as_ref()?;
        (attachment.instance.as_deref() == Some(instance)).then_some((id, interface, attachment))
    })
}

pub(super) fn detach(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let id = call.params().ec2_required("AttachmentId")?;
    let interfaces = &mut state::of(world, &call.region).network_interfaces;
    let attached = |(_, interface): &(&String, &NetworkInterface)| {
        interface.attachment.as_ref().is_some_and(|own| own.id == id)
    };
    let found = interfaces.iter().find(attached).map(|(id, _)| id.clone());
    let Some(interface) = found.and_then(|id| interfaces.get_mut(&id)) else {
        let message = format!("The attachment '{id}' does not exist");
        return Err(AwsError::new("InvalidAttachmentID.NotFound", message));
    };
    let primary = interface.attachment.as_ref().is_some_and(|own| own.device_index == 0);
    if interface.requester.is_some() {
        let message = "You do not have permission to access the specified resource.";
        return Err(AwsError::new("AuthFailure", message).status(403));
    }
    if primary {
        let message = "The network interface at device index 0 cannot be detached.";
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    interface.attachment = None;
    Ok(done())
}

pub(super) fn attachment(
    world: &mut World,
    instance: Option<String>,
    device_index: u32,
    delete_on_termination: bool,
) -> Attachment {
    let prefix = if instance.is_some() { "eni-attach" } else { "ela-attach" };
    let id = format!("{prefix}-{}", world.hex_id(17));
    Attachment { id, instance, device_index, delete_on_termination, at: world.now }
}

/// A locally administered address.
pub(super) fn mac_address(world: &mut World) -> String {
    let digits = world.hex_id(10);
    let pairs: Vec<&str> = (0..5).map(|pair| &digits[pair * 2..pair * 2 + 2]).collect();
    format!("02:{}", pairs.join(":"))
}

/// The elements that say which public address maps to an interface.
pub(super) fn association(interface: &NetworkInterface, region: &str, owner: &str) -> Option<Xml> {
    let public = interface.public_address.as_ref()?;
    let mut members = vec![
        Xml::text("publicIp", public.address),
        Xml::text("publicDnsName", public_dns_name(region, public.address)),
        Xml::text("ipOwnerId", if public.elastic.is_some() { owner } else { "amazon" }),
    ];
    if let Some((allocation, association)) = &public.elastic {
        members.push(Xml::text("allocationId", allocation));
        members.push(Xml::text("associationId", association));
    }
    Some(Xml::new("association").children(members))
}

fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(interface) = state.network_interfaces.get(id) else { return Vec::new() };
    let zone = state.subnets.get(&interface.subnet).map(|subnet| &subnet.zone);
    let association = association(interface, region, &owner);
    let addresses = interface.addresses.iter().enumerate().map(|(at, address)| {
        let mut members = vec![
            Xml::text("privateIpAddress", address),
            Xml::text("privateDnsName", private_dns_name(region, *address)),
            Xml::text("primary", at == 0),
        ];
        members.extend(association.clone().filter(|_| at == 0));
        members
    });
    let mut members = vec![
        Xml::text("networkInterfaceId", id),
        Xml::text("subnetId", &interface.subnet),
        Xml::text("vpcId", &interface.vpc),
        Xml::text("availabilityZone", zone.map_or("", |zone| zone.name.as_str())),
        Xml::text("availabilityZoneId", zone.map_or("", |zone| zone.id.as_str())),
        Xml::text("description", &interface.description),
        Xml::text("ownerId", &owner),
        Xml::text("requesterManaged", interface.requester.is_some()),
        Xml::text("status", if interface.attachment.is_some() { "in-use" } else { "available" }),
        Xml::text("macAddress", &interface.mac_address),
        Xml::text("privateIpAddress", interface.addresses[0]),
        Xml::text("privateDnsName", private_dns_name(region, interface.addresses[0])),
        Xml::text("sourceDestCheck", interface.interface_type != "nat_gateway"),
        Xml::text("interfaceType", interface.interface_type),
        security_group::set(state, &interface.groups),
        Xml::list("privateIpAddressesSet", "item", addresses),
        tags::set(state, id),
    ];
    members.extend(interface.requester.iter().map(|requester| Xml::text("requesterId", requester)));
    members.extend(association.clone());
    if let Some(attachment) = &interface.attachment {
        let service = interface.requester.as_deref().filter(|it| *it == "amazon-elb").unwrap_or("amazon-aws");
        let owner = if attachment.instance.is_some() { owner.as_str() } else { service };
        let mut shown = Xml::new("attachment").children([
            Xml::text("attachmentId", &attachment.id),
            Xml::text("instanceOwnerId", owner),
            Xml::text("deviceIndex", attachment.device_index),
            Xml::text("status", "attached"),
            Xml::text("attachTime", attachment.at.iso()),
            Xml::text("deleteOnTermination", attachment.delete_on_termination),
        ]);
        if let Some(instance) = &attachment.instance {
            shown = shown.child(Xml::text("instanceId", instance));
        }
        members.push(shown);
    }
    members
}
