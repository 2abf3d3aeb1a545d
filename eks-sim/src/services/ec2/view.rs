//! What other services may read of EC2 without a call.

use std::collections::BTreeMap;

use crate::instant::Instant;
use crate::world::World;

use super::data::{self, private_dns_name};
use super::{instance_type as types, route_table, state, subnet as subnets};

/// A subnet as other services see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SubnetView {
    pub(crate) id: String,
    pub(crate) vpc: String,
    /// Such as `us-east-1e`.
    pub(crate) zone: String,
    /// Such as `use1-az3`.
    pub(crate) zone_id: String,
    pub(crate) cidr: ipnet::Ipv4Net,
    pub(crate) free_addresses: usize,
    pub(crate) has_ipv6: bool,
    pub(crate) map_public_ip: bool,
    pub(crate) tags: BTreeMap<String, String>,
}

/// An instance as other services see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct InstanceView {
    pub(crate) id: String,
    /// `pending`, `running`, `shutting-down` or `terminated`.
    pub(crate) state: &'static str,
    pub(crate) instance_type: String,
    pub(crate) image: String,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) zone: String,
    pub(crate) zone_id: String,
    /// Empty once it is terminated.
    pub(crate) private_ip: String,
    /// Such as `ip-10-0-1-5.ec2.internal`; empty once it is terminated.
    pub(crate) private_dns_name: String,
    pub(crate) public_ip: Option<String>,
    pub(crate) launched: Instant,
    pub(crate) tags: BTreeMap<String, String>,
}

/// A network interface as other services see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NetworkInterfaceView {
    pub(crate) id: String,
    pub(crate) description: String,
    pub(crate) subnet: String,
    pub(crate) vpc: String,
    pub(crate) groups: Vec<String>,
    pub(crate) in_use: bool,
}

/// The subnet called `id`.
pub(crate) fn subnet(world: &mut World, region: &str, id: &str) -> Option<SubnetView> {
    let state = state::of(world, region);
    let subnet = state.subnets.get(id)?;
    Some(SubnetView {
        id: id.to_owned(),
        vpc: subnet.vpc.clone(),
        zone: subnet.zone.name.clone(),
        zone_id: subnet.zone.id.clone(),
        cidr: subnet.block,
        free_addresses: subnets::free_addresses(state, id),
        has_ipv6: subnet.ipv6.is_some(),
        map_public_ip: subnet.map_public_ip,
        tags: state.tags.get(id).cloned().unwrap_or_default(),
    })
}

/// Whether a subnet routes to an internet gateway.
pub(crate) fn is_public(world: &mut World, region: &str, subnet: &str) -> bool {
    route_table::is_public(state::of(world, region), subnet)
}

/// The instance called `id`, up to an hour after its end.
pub(crate) fn instance(world: &mut World, region: &str, id: &str) -> Option<InstanceView> {
    let state = state::of(world, region);
    let instance = state.instances.get(id)?;
    let interface = state.network_interfaces.get(&instance.interface);
    let private = interface.map(|interface| interface.addresses[0]);
    let public = interface.and_then(|interface| interface.public_address.as_ref());
    Some(InstanceView {
        id: id.to_owned(),
        state: instance.state.name(),
        instance_type: instance.instance_type.clone(),
        image: instance.image.clone(),
        subnet: instance.subnet.clone(),
        vpc: instance.vpc.clone(),
        zone: instance.zone.name.clone(),
        zone_id: instance.zone.id.clone(),
        private_ip: private.map(|address| address.to_string()).unwrap_or_default(),
        private_dns_name: private.map(|address| private_dns_name(region, address)).unwrap_or_default(),
        public_ip: public.map(|public| public.address.to_string()),
        launched: instance.launched,
        tags: state.tags.get(id).cloned().unwrap_or_default(),
    })
}

/// The interfaces in a VPC.
pub(crate) fn network_interfaces(world: &mut World, region: &str, vpc: &str) -> Vec<NetworkInterfaceView> {
    let interfaces = state::of(world, region).network_interfaces.iter();
    interfaces
        .filter(|(_, interface)| interface.vpc == vpc)
        .map(|(id, interface)| NetworkInterfaceView {
            id: id.clone(),
            description: interface.description.clone(),
            subnet: interface.subnet.clone(),
            vpc: interface.vpc.clone(),
            groups: interface.groups.clone(),
            in_use: interface.attachment.is_some(),
        })
        .collect()
}

/// The VPC of a security group.
pub(crate) fn security_group_vpc(world: &mut World, region: &str, id: &str) -> Option<String> {
    state::of(world, region).security_groups.get(id).map(|group| group.vpc.clone())
}

/// The id of a zone, such as `use1-az3` of `us-east-1e`.
pub(crate) fn zone_id(region: &str, name: &str) -> Option<String> {
    data::zones(region).into_iter().find(|zone| zone.name == name).map(|zone| zone.id)
}

/// What EC2 knows of an instance type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct InstanceTypeView {
    /// `x86_64` or `arm64`.
    pub(crate) architecture: &'static str,
    pub(crate) vcpus: u32,
    pub(crate) memory_gib: f64,
    pub(crate) gpus: u32,
    /// Network interfaces at most.
    pub(crate) interfaces: u32,
    /// IPv4 addresses of an interface at most.
    pub(crate) addresses_per_interface: u32,
}

/// The instance type called `name`.
pub(crate) fn instance_type(name: &str) -> Option<InstanceTypeView> {
    types::find(name).map(|known| InstanceTypeView {
        architecture: types::architecture(name),
        vcpus: known.vcpus,
        memory_gib: known.memory,
        gpus: known.gpus,
        interfaces: known.interfaces,
        addresses_per_interface: known.addresses,
    })
}

/// Whether a zone (by name) has an instance type.
pub(crate) fn is_offered(region: &str, zone: &str, instance_type: &str) -> bool {
    let zones = data::zones(region);
    zones.iter().any(|own| own.name == zone && types::offered(instance_type, region, own))
}
