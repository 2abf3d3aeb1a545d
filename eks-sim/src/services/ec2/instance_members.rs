//! Instances as answers show them.

use crate::wire::{Params, Xml};
use crate::world::World;

use super::data::{private_dns_name, public_dns_name};
use super::network_interface::{self, NetworkInterface};
use super::state::{self, State};
use super::{instance_type, security_group, tags, volume};

pub(super) fn reservation_members(world: &World, id: &str, instances: Vec<Xml>) -> Vec<Xml> {
    vec![
        Xml::text("reservationId", id),
        Xml::text("ownerId", &world.settings.account),
        Xml::new("groupSet"),
        Xml::new("instancesSet").children(instances),
    ]
}

pub(super) fn members(world: &mut World, region: &str, id: &str) -> Vec<Xml> {
    let owner = world.settings.account.clone();
    let state: &State = state::of(world, region);
    let Some(instance) = state.instances.get(id) else { return Vec::new() };
    let data = &instance.data;
    let mut members = vec![
        Xml::text("instanceId", id),
        Xml::text("imageId", &instance.image),
        instance.state.shown("instanceState"),
        Xml::text("reason", instance.reason),
        Xml::text("amiLaunchIndex", instance.index),
        Xml::text("instanceType", &instance.instance_type),
        Xml::text("launchTime", instance.launched.iso()),
        Xml::new("placement").children([
            Xml::text("availabilityZone", &instance.zone.name),
            Xml::text("availabilityZoneId", &instance.zone.id),
            Xml::text("groupName", ""),
            Xml::text("tenancy", "default"),
        ]),
        Xml::new("monitoring").child(Xml::text(
            "state",
            if data.flag("Monitoring.Enabled") == Some(true) { "enabled" } else { "disabled" },
        )),
        Xml::text("architecture", instance_type::architecture(&instance.instance_type)),
        Xml::text("rootDeviceType", "ebs"),
        Xml::text("rootDeviceName", "/dev/xvda"),
        Xml::text("virtualizationType", "hvm"),
        Xml::text("ebsOptimized", data.flag("EbsOptimized") == Some(true)),
        Xml::text("enaSupport", true),
        volume::mappings(state, &instance.volumes),
        metadata_options(data),
        tags::set(state, id),
    ];
    members.extend(data.get("KeyName").map(|key| Xml::text("keyName", key)));
    members.extend(instance.client_token.iter().map(|token| Xml::text("clientToken", token)));
    if data.get("InstanceMarketOptions.MarketType") == Some("spot") {
        members.push(Xml::text("instanceLifecycle", "spot"));
    }
    if let Some((arn, id)) = &instance.profile {
        let profile = [Xml::text("arn", arn), Xml::text("id", id)];
        members.push(Xml::new("iamInstanceProfile").children(profile));
    }
    let interfaces: Vec<Vec<Xml>> = network_interface::of_instance(state, id)
        .map(|(interface, found, _)| interface_members(state, region, &owner, interface, found))
        .collect();
    // A terminated instance has lost its network.
    if let Some(primary) = state.network_interfaces.get(&instance.interface) {
        let private = primary.addresses[0];
        members.extend([
            Xml::text("subnetId", &instance.subnet),
            Xml::text("vpcId", &instance.vpc),
            Xml::text("privateIpAddress", private),
            Xml::text("privateDnsName", private_dns_name(region, private)),
            Xml::text("sourceDestCheck", true),
            security_group::set(state, &primary.groups),
        ]);
        if let Some(public) = &primary.public_address {
            members.push(Xml::text("ipAddress", public.address));
            let named = state.vpcs.get(&instance.vpc).is_some_and(|vpc| vpc.dns_hostnames);
            let name = if named { public_dns_name(region, public.address) } else { String::new() };
            members.push(Xml::text("dnsName", name));
        }
    }
    members.push(Xml::list("networkInterfaceSet", "item", interfaces));
    members
}

fn interface_members(
    state: &State,
    region: &str,
    owner: &str,
    id: &str,
    interface: &NetworkInterface,
) -> Vec<Xml> {
    let addresses = interface.addresses.iter().enumerate().map(|(at, address)| {
        vec![
            Xml::text("privateIpAddress", address),
            Xml::text("privateDnsName", private_dns_name(region, *address)),
            Xml::text("primary", at == 0),
        ]
    });
    let mut members = vec![
        Xml::text("networkInterfaceId", id),
        Xml::text("subnetId", &interface.subnet),
        Xml::text("vpcId", &interface.vpc),
        Xml::text("description", &interface.description),
        Xml::text("ownerId", owner),
        Xml::text("status", "in-use"),
        Xml::text("macAddress", &interface.mac_address),
        Xml::text("privateIpAddress", interface.addresses[0]),
        Xml::text("privateDnsName", private_dns_name(region, interface.addresses[0])),
        Xml::text("sourceDestCheck", true),
        Xml::text("interfaceType", interface.interface_type),
        security_group::set(state, &interface.groups),
        Xml::list("privateIpAddressesSet", "item", addresses),
    ];
    if let Some(attachment) = &interface.attachment {
        members.push(Xml::new("attachment").children([
            Xml::text("attachmentId", &attachment.id),
            Xml::text("deviceIndex", attachment.device_index),
            Xml::text("status", "attached"),
            Xml::text("attachTime", attachment.at.iso()),
            Xml::text("deleteOnTermination", attachment.delete_on_termination),
        ]));
    }
    members.extend(network_interface::association(interface, region, owner));
    members
}

fn metadata_options(data: &Params) -> Xml {
    let option = |name, default| data.get(name).unwrap_or(default).to_owned();
    Xml::new("metadataOptions").children([
        Xml::text("state", "applied"),
        Xml::text("httpTokens", option("MetadataOptions.HttpTokens", "optional")),
        Xml::text("httpPutResponseHopLimit", option("MetadataOptions.HttpPutResponseHopLimit", "1")),
        Xml::text("httpEndpoint", option("MetadataOptions.HttpEndpoint", "enabled")),
    ])
}
