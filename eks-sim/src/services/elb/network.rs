//! What load balancers of both generations ask EC2: where they may be, and interfaces to be there with.

use std::collections::BTreeMap;

use crate::timing::Timing;
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

/// Who asks.
const CALLER: &str = "elasticloadbalancing.amazonaws.com";

/// A subnet that a load balancer is to be in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::services) struct Subnet {
    pub(in crate::services) id: String,
    pub(in crate::services) vpc: String,
    pub(in crate::services) zone: String,
    free_addresses: usize,
}

/// Addresses that a load balancer wants free in each of its subnets, to grow (user guide of application load
/// balancers, "Subnets").
const ROOM: usize = 8;

fn ec2(world: &mut World, region: &str, operation: &str, params: Params) -> Result<Xml, AwsError> {
    world.call_internal(CALLER, Service::Ec2, region, operation, params).map(crate::wire::Answer::xml)
}

fn numbered(name: &str, values: &[&str]) -> Params {
    let numbered = values.iter().enumerate();
    numbered.fold(Params::new(), |params, (at, value)| params.set(format!("{name}.{}", at + 1), *value))
}

/// The subnets, which are there, in one VPC, in a zone each, and have room. The codes are the models', the texts from
/// memory (U).
pub(in crate::services) fn subnets(
    world: &mut World,
    region: &str,
    ids: &[&str],
) -> Result<Vec<Subnet>, AwsError> {
    let answer = ec2(world, region, "DescribeSubnets", numbered("SubnetId", ids))
        .map_err(|error| AwsError::new("SubnetNotFound", error.message))?;
    let found: BTreeMap<&str, Subnet> = answer
        .all("subnetSet/item")
        .into_iter()
        .map(|item| {
            let text = |path: &str| item.at(path).to_owned();
            let free_addresses = item.at("availableIpAddressCount").parse().unwrap_or_default();
            let subnet = Subnet {
                id: text("subnetId"),
                vpc: text("vpcId"),
                zone: text("availabilityZone"),
                free_addresses,
            };
            (item.at("subnetId"), subnet)
        })
        .collect();
    let subnets: Vec<Subnet> = ids.iter().filter_map(|id| found.get(id).cloned()).collect();
    let refuse = |message: String| Err(AwsError::new("InvalidConfigurationRequest", message));
    for (at, subnet) in subnets.iter().enumerate() {
        let before = &subnets[..at];
        if before.iter().any(|other| other.vpc != subnet.vpc) {
            return refuse("All subnets must belong to the same VPC".to_owned());
        }
        if before.iter().any(|other| other.zone == subnet.zone) {
            return refuse(format!(
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone ({})",
                subnet.zone
            ));
        }
        if subnet.free_addresses < ROOM {
            let message = format!(
                "Not enough IP space available in {}. ELB requires at least {ROOM} free IP addresses in each subnet.",
                subnet.id
            );
            return Err(AwsError::new("InvalidSubnet", message));
        }
    }
    Ok(subnets)
}

/// What faces the internet needs a way there.
pub(in crate::services) fn check_internet(
    world: &mut World,
    region: &str,
    vpc: &str,
) -> Result<(), AwsError> {
    let filter = Params::new().set("Filter.1.Name", "attachment.vpc-id").set("Filter.1.Value.1", vpc);
    let answer = ec2(world, region, "DescribeInternetGateways", filter)?;
    if answer.all("internetGatewaySet/item").is_empty() {
        return Err(AwsError::new("InvalidSubnet", format!("VPC {vpc} has no internet gateway")));
    }
    Ok(())
}

/// The groups, which are in the VPC; its default one if none is given.
pub(in crate::services) fn security_groups(
    world: &mut World,
    region: &str,
    ids: &[&str],
    vpc: &str,
) -> Result<Vec<String>, AwsError> {
    let filter = Params::new()
        .set("Filter.1.Name", "vpc-id")
        .set("Filter.1.Value.1", vpc)
        .set("Filter.2.Name", "group-name")
        .set("Filter.2.Value.1", "default");
    let params = if ids.is_empty() { filter } else { numbered("GroupId", ids) };
    let refuse = |message: String| AwsError::new("InvalidSecurityGroup", message);
    let answer =
        ec2(world, region, "DescribeSecurityGroups", params).map_err(|error| refuse(error.message))?;
    let groups = answer.all("securityGroupInfo/item");
    if let Some(stranger) = groups.iter().find(|group| group.at("vpcId") != vpc) {
        return Err(refuse(format!(
            "Security group {} does not belong to VPC {vpc}",
            stranger.at("groupId")
        )));
    }
    Ok(groups.iter().map(|group| group.at("groupId").to_owned()).collect())
}

/// How the interfaces of a load balancer are made.
pub(in crate::services) struct Interface<'a> {
    /// `ELB app/web/50dc6c495c0c9188`.
    pub(in crate::services) description: &'a str,
    pub(in crate::services) groups: &'a [String],
    /// Mapped to a public address of Amazon's.
    pub(in crate::services) public: bool,
    /// Of a network load balancer, which may be in no group.
    pub(in crate::services) network: bool,
}

/// Makes an interface in a subnet; with an elastic address if one is named. Its id.
pub(in crate::services) fn connect(
    world: &mut World,
    region: &str,
    subnet: &str,
    address: Option<&str>,
    interface: &Interface<'_>,
) -> Result<String, AwsError> {
    let groups: Vec<&str> = interface.groups.iter().map(String::as_str).collect();
    let mut params = numbered("SecurityGroupId", &groups)
        .set("SubnetId", subnet)
        .set("Description", interface.description)
        .set("Operator.Principal", "amazon-elb");
    if interface.network {
        params.insert("InterfaceType", "network_load_balancer");
    }
    if interface.public && address.is_none() {
        params.insert("AssociatePublicIpAddress", "true");
    }
    let made = ec2(world, region, "CreateNetworkInterface", params)
        .map_err(|error| AwsError::new("InvalidSubnet", error.message))?;
    let id = made.at("networkInterface/networkInterfaceId").to_owned();
    if let Some(allocation) = address {
        let params = Params::new().set("AllocationId", allocation).set("NetworkInterfaceId", &id);
        if let Err(error) = ec2(world, region, "AssociateAddress", params) {
            disconnect(world, region, &id);
            return Err(AwsError::new("AllocationIdNotFound", error.message));
        }
    }
    Ok(id)
}

fn disconnect(world: &mut World, region: &str, id: &str) {
    let _gone = ec2(world, region, "DeleteNetworkInterface", Params::new().set("NetworkInterfaceId", id));
}

/// Lets the interfaces of a load balancer that is gone go some time after it (facts/aws.md §1.1, §9).
pub(in crate::services) fn disconnect_later(
    world: &mut World,
    region: &str,
    key: &str,
    interfaces: Vec<String>,
) {
    let after = world.duration(Timing::LoadBalancerDelete, key);
    let region = region.to_owned();
    world.after(after, move |world| {
        for id in &interfaces {
            disconnect(world, &region, id);
        }
    });
}
