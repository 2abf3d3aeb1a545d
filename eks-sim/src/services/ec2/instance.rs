//! Instances (facts/aws.md §2.9).

use std::collections::{BTreeMap, BTreeSet};

use crate::instant::Instant;
use crate::price;
use crate::services::iam;
use crate::timing::Timing;
use crate::wire::{Answer, AwsError, Call, Params, Xml};
use crate::world::World;

use super::data::{self, Zone};
use super::instance_members::{members, reservation_members};
use super::kind::Kind;
use super::listing::{Listing, in_vpc, page};
use super::network_interface::{self, NetworkInterface, PublicAddress};
use super::state;
use super::table::Placed;
use super::{
    address, capacity_block, instance_type, key_pair, launch_template, launch_template_data, security_group,
    subnet, tags, vcpu_quota, volume,
};

/// Where an instance is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InstanceState {
    Pending,
    Running,
    ShuttingDown,
    Terminated,
}

impl InstanceState {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
        }
    }

    fn code(self) -> u16 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
        }
    }

    pub(super) fn shown(self, element: &str) -> Xml {
        Xml::new(element).children([Xml::text("code", self.code()), Xml::text("name", self.name())])
    }
}

/// An instance.
pub(super) struct Instance {
    pub(super) state: InstanceState,
    pub(super) instance_type: String,
    pub(super) image: String,
    pub(super) subnet: String,
    pub(super) vpc: String,
    pub(super) zone: Zone,
    /// Its primary network interface, until it is terminated.
    pub(super) interface: String,
    /// The network interfaces that have ever been attached to it.
    pub(super) interfaces: BTreeSet<String>,
    /// The volumes that it was launched with.
    pub(super) volumes: Vec<String>,
    pub(super) launched: Instant,
    pub(super) reservation: String,
    pub(super) index: usize,
    pub(super) client_token: Option<String>,
    pub(super) profile: Option<(String, String)>,
    /// What it was launched with, launch template included.
    pub(super) data: Params,
    /// What it counts for, while it runs.
    pub(super) charge: Option<vcpu_quota::Charge>,
    pub(super) reason: &'static str,
}

impl Placed for Instance {
    fn place(&self) -> &str {
        &self.vpc
    }
}

const LISTING: Listing = Listing {
    kind: &Kind::INSTANCE,
    ids: "InstanceId",
    id: "instanceId",
    set: "instancesSet",
    filters: &[
        ("architecture", "architecture"),
        ("availability-zone", "placement/availabilityZone"),
        ("availability-zone-id", "placement/availabilityZoneId"),
        ("block-device-mapping.delete-on-termination", "blockDeviceMapping/item/ebs/deleteOnTermination"),
        ("block-device-mapping.device-name", "blockDeviceMapping/item/deviceName"),
        ("block-device-mapping.volume-id", "blockDeviceMapping/item/ebs/volumeId"),
        ("client-token", "clientToken"),
        ("dns-name", "dnsName"),
        ("iam-instance-profile.arn", "iamInstanceProfile/arn"),
        ("image-id", "imageId"),
        ("instance-id", "instanceId"),
        ("instance-lifecycle", "instanceLifecycle"),
        ("instance-state-code", "instanceState/code"),
        ("instance-state-name", "instanceState/name"),
        ("instance-type", "instanceType"),
        ("instance.group-id", "groupSet/item/groupId"),
        ("instance.group-name", "groupSet/item/groupName"),
        ("ip-address", "ipAddress"),
        ("key-name", "keyName"),
        ("network-interface.network-interface-id", "networkInterfaceSet/item/networkInterfaceId"),
        ("network-interface.subnet-id", "networkInterfaceSet/item/subnetId"),
        ("network-interface.vpc-id", "networkInterfaceSet/item/vpcId"),
        ("private-dns-name", "privateDnsName"),
        ("private-ip-address", "privateIpAddress"),
        ("subnet-id", "subnetId"),
        ("vpc-id", "vpcId"),
    ],
    page: 1000,
};

pub(super) fn run(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let asked = call.params();
    let count = |name| {
        let text = asked.ec2_required(name)?;
        text.parse::<usize>().ok().filter(|count| *count > 0).ok_or_else(|| {
            AwsError::new("InvalidParameterValue", format!("Value ({text}) for parameter {name} is invalid."))
        })
    };
    let (least, most) = (count("MinCount")?, count("MaxCount")?);
    if least > most {
        let message = "Invalid value: minCount must not be greater than maxCount";
        return Err(AwsError::new("InvalidParameterCombination", message));
    }
    let template = launch_template::for_launch(state::of(world, &call.region), asked)?;
    let (data, mut tags) = match &template {
        None => (asked.clone(), Vec::new()),
        Some((id, version, data)) => {
            let tags = vec![
                ("aws:ec2launchtemplate:id".to_owned(), id.clone()),
                ("aws:ec2launchtemplate:version".to_owned(), version.to_string()),
            ];
            (launch_template_data::merged(data.clone(), asked), tags)
        }
    };
    // A request's tags come beside its template's; of one key the request's counts
    // (docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html).
    let specified = |kind: &str| {
        let own = template.as_ref().map(|(_, _, data)| tags::specified(data, kind)).unwrap_or_default();
        own.into_iter().chain(tags::specified(asked, kind)).collect::<BTreeMap<_, _>>()
    };
    tags.extend(specified("instance"));
    let image = data.ec2_required("ImageId")?.to_owned();
    if !image.starts_with("ami-") {
        let message = format!("Invalid id: \"{image}\" (expecting \"ami-...\")");
        return Err(AwsError::new("InvalidAMIID.Malformed", message));
    }
    let interface = data.structures("NetworkInterface").into_iter().next().unwrap_or_default();
    let subnet_id = match interface.get("SubnetId").or_else(|| data.get("SubnetId")) {
        Some(subnet) => subnet.to_owned(),
        None => default_subnet(world, call, &data)?,
    };
    let name = data.get("InstanceType").unwrap_or("t2.micro").to_owned();
    let zone = Kind::SUBNET.find(&state::of(world, &call.region).subnets, &subnet_id)?.zone.clone();
    check_capacity(world, &call.region, &name, &zone)?;
    capacity_block::check_launch(world, &call.region, &data, &name, &zone, least)?;
    let charge = vcpu_quota::charge(&name, &data);
    vcpu_quota::check(world, &call.region, charge, least)?;
    let state = state::of(world, &call.region);
    key_pair::check_launch(state, &data)?;
    let groups = match interface.list("SecurityGroupId") {
        groups if groups.is_empty() => data.list("SecurityGroupId"),
        groups => groups,
    };
    let groups = security_group::checked(state, &groups, &subnet_id)?;
    let number = most.min(subnet::free_addresses(state, &subnet_id));
    if number < least {
        let message = "The specified subnet does not have enough free addresses to satisfy the request.";
        return Err(AwsError::new("InsufficientFreeAddressesInSubnet", message));
    }
    let wanted = interface.get("PrivateIpAddress").or_else(|| data.get("PrivateIpAddress"));
    subnet::take_addresses(state, &subnet_id, number, wanted.filter(|_| number == 1))?;
    let public = interface
        .flag("AssociatePublicIpAddress")
        .unwrap_or_else(|| state.subnets.get(&subnet_id).is_some_and(|subnet| subnet.map_public_ip));
    let profile = profile(world, &data)?;
    volume::of_launch(world, &data, &zone)?;
    let reservation = format!("r-{}", world.hex_id(17));
    let mut launched = Vec::new();
    for index in 0..number {
        let price = instance_type::find(&name).map_or(0.0, |known| known.price)
            + if public { price::PUBLIC_IPV4 } else { 0.0 };
        let id = Kind::INSTANCE.make(world, call, price);
        let wanted = wanted.filter(|_| number == 1);
        let interface = connect(world, &call.region, &id, &subnet_id, &groups, wanted, public)?;
        let mut volumes = Vec::new();
        for made in volume::of_launch(world, &data, &zone)? {
            volumes.push(volume::attach(world, &call.region, &id, made));
        }
        let state = state::of(world, &call.region);
        tags::put(state, &id, tags.iter().cloned().collect());
        tags::put(state, &interface, specified("network-interface"));
        volumes.iter().for_each(|volume| tags::put(state, volume, specified("volume")));
        let vpc = state.subnets.get(&subnet_id).map(|subnet| subnet.vpc.clone()).unwrap_or_default();
        let instance = Instance {
            state: InstanceState::Pending,
            instance_type: name.clone(),
            image: image.clone(),
            subnet: subnet_id.clone(),
            vpc,
            zone: zone.clone(),
            interfaces: BTreeSet::from([interface.clone()]),
            interface,
            volumes,
            launched: world.now,
            reservation: reservation.clone(),
            index,
            client_token: asked.get("ClientToken").map(str::to_owned),
            profile: profile.clone(),
            data: data.clone(),
            charge,
            reason: "",
        };
        state::of(world, &call.region).instances.insert(id.clone(), instance);
        let (region, later) = (call.region.clone(), id.clone());
        let after = world.duration(Timing::InstanceLaunch, &id);
        world.after(after, move |world| finish_launch(world, &region, &later));
        launched.push(id);
    }
    let items: Vec<Xml> =
        launched.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    Ok(Answer::Xml(reservation_members(world, &reservation, items)))
}

/// A subnet of the default VPC, in the zone that is asked for if one is.
fn default_subnet(world: &mut World, call: &Call, data: &Params) -> Result<String, AwsError> {
    let zone = data.get("Placement.AvailabilityZone");
    let state = state::of(world, &call.region);
    let inside = state.default_vpc.iter().flat_map(|vpc| state.subnets.in_place(vpc));
    let mut defaults: Vec<_> = inside.filter(|(_, subnet)| subnet.default_for_zone).collect();
    defaults.sort_by(|one, other| one.1.zone.name.cmp(&other.1.zone.name));
    let found = defaults.iter().find(|(_, subnet)| zone.is_none_or(|zone| zone == subnet.zone.name));
    found.map(|(id, _)| (*id).clone()).ok_or_else(|| match zone {
        None => {
            AwsError::new("MissingInput", "No subnets found for the default VPC. Please specify a subnet.")
        }
        Some(zone) => {
            let message = format!("No default subnet for availability zone: '{zone}'.");
            AwsError::new("MissingInput", message)
        }
    })
}

fn check_capacity(world: &World, region: &str, name: &str, zone: &Zone) -> Result<(), AwsError> {
    if instance_type::find(name).is_none() {
        let message = format!("Invalid value '{name}' for InstanceType.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    if !instance_type::offered(name, region, zone) {
        let zones =
            data::zones(region).into_iter().filter(|other| instance_type::offered(name, region, other));
        let others: Vec<String> = zones.map(|other| other.name).collect();
        let message = format!(
            "Your requested instance type ({name}) is not supported in your requested Availability Zone ({}). \
             Please retry your request by not specifying an Availability Zone or choosing {}.",
            zone.name,
            others.join(", ")
        );
        return Err(AwsError::new("Unsupported", message));
    }
    if world.settings.trouble.no_capacity.iter().any(|lacking| lacking == name) {
        let message = format!(
            "We currently do not have sufficient {name} capacity in the Availability Zone you requested ({}). \
             Our system will be working on provisioning additional capacity.",
            zone.name
        );
        return Err(AwsError::new("InsufficientInstanceCapacity", message).status(500));
    }
    Ok(())
}

/// Name and ARN or id of the instance profile that is asked for.
fn profile(world: &World, data: &Params) -> Result<Option<(String, String)>, AwsError> {
    let (name, member) = match (data.get("IamInstanceProfile.Arn"), data.get("IamInstanceProfile.Name")) {
        (Some(arn), _) => (arn.rsplit('/').next().unwrap_or(arn), "iamInstanceProfile.arn"),
        (None, Some(name)) => (name, "iamInstanceProfile.name"),
        (None, None) => return Ok(None),
    };
    match iam::instance_profile(world, name) {
        Some(found) => Ok(Some(found)),
        None => {
            let message = format!(
                "Value ({name}) for parameter {member} is invalid. Invalid IAM Instance Profile name"
            );
            Err(AwsError::new("InvalidParameterValue", message))
        }
    }
}

/// Makes an instance's primary interface.
fn connect(
    world: &mut World,
    region: &str,
    instance: &str,
    subnet: &str,
    groups: &[String],
    wanted: Option<&str>,
    public: bool,
) -> Result<String, AwsError> {
    let addresses = subnet::take_addresses(state::of(world, region), subnet, 1, wanted)?;
    let public = public.then(|| PublicAddress { address: address::fresh(world, region), elastic: None });
    let id = Kind::NETWORK_INTERFACE.make_implicit(world, region);
    let vpc = state::of(world, region).subnets.get(subnet).map(|subnet| subnet.vpc.clone());
    let interface = NetworkInterface {
        subnet: subnet.to_owned(),
        vpc: vpc.unwrap_or_default(),
        description: String::new(),
        addresses,
        groups: groups.to_vec(),
        public_address: public,
        attachment: Some(network_interface::attachment(world, Some(instance.to_owned()), 0, true)),
        interface_type: "interface",
        requester: None,
        mac_address: network_interface::mac_address(world),
    };
    state::of(world, region).network_interfaces.insert(id.clone(), interface);
    Ok(id)
}

fn finish_launch(world: &mut World, region: &str, id: &str) {
    let instances = &mut state::of(world, region).instances;
    let pending = |instance: &&mut Instance| instance.state == InstanceState::Pending;
    if let Some(instance) = instances.get_mut(id).filter(pending) {
        instance.state = InstanceState::Running;
        Kind::INSTANCE.ready(world, region, id);
    }
}

pub(super) fn terminate(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let ids: Vec<String> = call.params().list("InstanceId").into_iter().map(str::to_owned).collect();
    let state = state::of(world, &call.region);
    for id in &ids {
        let instance = Kind::INSTANCE.find(&state.instances, id)?;
        if instance.data.flag("DisableApiTermination") == Some(true) {
            let message = format!(
                "The instance '{id}' may not be terminated. Modify its 'disableApiTermination' instance \
                 attribute and try again."
            );
            return Err(AwsError::new("OperationNotPermitted", message));
        }
    }
    let mut changes = Vec::new();
    for id in &ids {
        let instance = Kind::INSTANCE.find_mut(&mut state::of(world, &call.region).instances, id)?;
        let before = instance.state;
        if matches!(before, InstanceState::Pending | InstanceState::Running) {
            instance.state = InstanceState::ShuttingDown;
            instance.reason = "User initiated";
            Kind::INSTANCE.deleting(world, &call.region, id);
            let (region, later) = (call.region.clone(), id.clone());
            let after = world.duration(Timing::InstanceTerminate, id);
            world.after(after, move |world| finish_terminate(world, &region, &later));
        }
        let after = Kind::INSTANCE.find(&state::of(world, &call.region).instances, id)?.state;
        let shown = [after.shown("currentState"), before.shown("previousState")];
        changes.push([vec![Xml::text("instanceId", id)], shown.to_vec()].concat());
    }
    Ok(Answer::Xml(vec![Xml::list("instancesSet", "item", changes)]))
}

/// Interfaces and volumes made with the instance go with it; others become available.
fn finish_terminate(world: &mut World, region: &str, id: &str) {
    let state = state::of(world, region);
    let Some(instance) = state.instances.get_mut(id) else { return };
    instance.state = InstanceState::Terminated;
    let volumes = instance.volumes.clone();
    let attached: Vec<(String, bool)> = network_interface::of_instance(state, id)
        .map(|(interface, _, attachment)| (interface.clone(), attachment.delete_on_termination))
        .collect();
    for (interface, doomed) in attached {
        if doomed {
            network_interface::remove(world, region, &interface);
        } else if let Some(kept) = state::of(world, region).network_interfaces.get_mut(&interface) {
            kept.attachment = None;
        }
    }
    volume::let_go(world, region, &volumes);
    Kind::INSTANCE.deleted(world, region, id);
    let (region, id) = (region.to_owned(), id.to_owned());
    world.after(state::VISIBLE_AFTER_DELETION, move |world| {
        state::of(world, &region).instances.remove(&id);
        Kind::INSTANCE.forget(world, &region, &id);
    });
}

pub(super) fn describe(world: &mut World, call: &Call) -> Result<Answer, AwsError> {
    let instances = &state::of(world, &call.region).instances;
    let ids = LISTING.candidates(call, instances, |filter, value| in_vpc(instances, filter, value));
    let shown = ids.iter().map(|id| Xml::new("item").children(members(world, &call.region, id))).collect();
    let shown = LISTING.select(world, call, shown)?;
    let (shown, token) = page(call, shown, LISTING.page)?;
    let mut reservations: Vec<(String, Vec<Xml>)> = Vec::new();
    for item in shown {
        let instance = state::of(world, &call.region).instances.get(item.at("instanceId"));
        let reservation = instance.map(|instance| instance.reservation.clone()).unwrap_or_default();
        match reservations.iter_mut().find(|(known, _)| *known == reservation) {
            Some((_, items)) => items.push(item),
            None => reservations.push((reservation, vec![item])),
        }
    }
    let items =
        reservations.into_iter().map(|(reservation, items)| reservation_members(world, &reservation, items));
    let mut answer = vec![Xml::list("reservationSet", "item", items)];
    answer.extend(token);
    Ok(Answer::Xml(answer))
}
