//! What EKS asks of EC2's network, and makes there.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::cluster::VpcConfig;
use super::error::invalid_parameter;
use crate::wire::{AwsError, Params, Service, Xml};
use crate::world::World;

/// A subnet as EC2 describes it.
#[derive(Clone, Debug)]
pub(super) struct Subnet {
    pub(super) id: String,
    pub(super) vpc: String,
    pub(super) zone: String,
    pub(super) zone_id: String,
    pub(super) public_addresses: bool,
    /// Whether it has an IPv6 block.
    pub(super) ipv6: bool,
}

/// Where a subnet's packets to the world go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Egress {
    InternetGateway,
    NatGateway,
    /// Another target, such as a transit gateway: taken to lead out.
    Other,
    None,
}

/// Asks EC2 as EKS.
pub(super) fn ec2(world: &mut World, region: &str, operation: &str, params: Params) -> Result<Xml, AwsError> {
    world
        .call_internal("eks.amazonaws.com", Service::Ec2, region, operation, params)
        .map(|answer| answer.xml())
}

/// EC2's refusal as EKS passes it on.
pub(super) fn passed_on(error: &AwsError) -> AwsError {
    invalid_parameter(format!(
        "{} (Service: AmazonEC2; Status Code: {}; Error Code: {})",
        error.message, error.status, error.code
    ))
}

/// The subnets `ids`, in that order.
pub(super) fn subnets(world: &mut World, region: &str, ids: &[String]) -> Result<Vec<Subnet>, AwsError> {
    if ids.is_empty() {
        return Err(invalid_parameter("subnetIds can't be empty"));
    }
    let answer = ec2(world, region, "DescribeSubnets", numbered("SubnetId", ids))
        .map_err(|error| passed_on(&error))?;
    let found: BTreeMap<String, Subnet> = answer
        .all("subnetSet/item")
        .into_iter()
        .map(|item| {
            let subnet = Subnet {
                id: item.at("subnetId").to_owned(),
                vpc: item.at("vpcId").to_owned(),
                zone: item.at("availabilityZone").to_owned(),
                zone_id: item.at("availabilityZoneId").to_owned(),
                public_addresses: item.at("mapPublicIpOnLaunch") == "true",
                ipv6: !item.at("ipv6CidrBlockAssociationSet/item/ipv6CidrBlock").is_empty(),
            };
            (subnet.id.clone(), subnet)
        })
        .collect();
    ids.iter()
        .map(|id| {
            found
                .get(id)
                .cloned()
                .ok_or_else(|| invalid_parameter(format!("The subnet ID '{id}' does not exist")))
        })
        .collect()
}

/// Names and ids of the region's zones.
pub(super) fn zones(world: &mut World, region: &str) -> Result<Vec<(String, String)>, AwsError> {
    let answer = ec2(world, region, "DescribeAvailabilityZones", Params::new())?;
    let zones = answer.all("availabilityZoneInfo/item").into_iter();
    Ok(zones.map(|zone| (zone.at("zoneName").to_owned(), zone.at("zoneId").to_owned())).collect())
}

pub(super) fn vpc_cidr(world: &mut World, region: &str, vpc: &str) -> Result<Option<Ipv4Net>, AwsError> {
    let answer = ec2(world, region, "DescribeVpcs", Params::new().set("VpcId.1", vpc))
        .map_err(|error| passed_on(&error))?;
    Ok(answer.at("vpcSet/item/cidrBlock").parse().ok())
}

/// The groups exist, are at most five, and in the VPC (facts/aws.md §3.1).
pub(super) fn check_security_groups(
    world: &mut World,
    region: &str,
    groups: &[String],
    vpc: &str,
) -> Result<(), AwsError> {
    if groups.is_empty() {
        return Ok(());
    }
    if groups.len() > 5 {
        return Err(invalid_parameter("The maximum number of security groups is 5"));
    }
    let answer = ec2(world, region, "DescribeSecurityGroups", numbered("GroupId", groups))
        .map_err(|error| passed_on(&error))?;
    let strangers: Vec<&str> = answer
        .all("securityGroupInfo/item")
        .into_iter()
        .filter(|group| group.at("vpcId") != vpc)
        .map(|group| group.at("groupId"))
        .collect();
    if strangers.is_empty() {
        return Ok(());
    }
    Err(invalid_parameter(format!(
        "Security group(s) [{}] are not in the same VPC as the subnets. Please specify another group which \
         is in the same VPC as the subnets.",
        strangers.join(", ")
    )))
}

/// Where the subnet's default route leads.
pub(super) fn egress(world: &mut World, region: &str, subnet: &Subnet) -> Result<Egress, AwsError> {
    let table = |world: &mut World, filters: &[(&str, &str)]| {
        let mut params = Params::new();
        for (index, (name, value)) in filters.iter().enumerate() {
            params.insert(format!("Filter.{}.Name", index + 1), *name);
            params.insert(format!("Filter.{}.Value.1", index + 1), *value);
        }
        ec2(world, region, "DescribeRouteTables", params)
    };
    let own = table(world, &[("association.subnet-id", &subnet.id)])?;
    let answer = if own.all("routeTableSet/item").is_empty() {
        table(world, &[("vpc-id", &subnet.vpc), ("association.main", "true")])?
    } else {
        own
    };
    let routes = answer.all("routeTableSet/item/routeSet/item");
    let default = routes.into_iter().find(|route| {
        (route.at("destinationCidrBlock") == "0.0.0.0/0" || route.at("destinationIpv6CidrBlock") == "::/0")
            && route.at("state") != "blackhole"
    });
    Ok(match default {
        None => Egress::None,
        Some(route) if route.at("gatewayId").starts_with("igw-") => Egress::InternetGateway,
        Some(route) if !route.at("natGatewayId").is_empty() => Egress::NatGateway,
        Some(_) => Egress::Other,
    })
}

/// Whether the VPC has the interface endpoints that a node without a way out needs (UG: private-clusters).
pub(super) fn has_node_endpoints(world: &mut World, region: &str, vpc: &str) -> bool {
    let params = Params::new().set("Filter.1.Name", "vpc-id").set("Filter.1.Value.1", vpc);
    let Ok(answer) = ec2(world, region, "DescribeVpcEndpoints", params) else { return false };
    let endpoints = answer.all("vpcEndpointSet/item");
    ["ec2", "ecr.api", "ecr.dkr", "s3", "sts"].iter().all(|service| {
        let name = format!("com.amazonaws.{region}.{service}");
        endpoints
            .iter()
            .any(|endpoint| endpoint.at("serviceName") == name && endpoint.at("state") == "available")
    })
}

/// Whether security groups let an instance talk to the API server: its own groups out of it, and, where the private
/// endpoint is on and its name leads there, those of the control plane in. (EKS's user guide, "Amazon EKS security group
/// requirements and considerations")
pub(super) fn lets_in(
    world: &mut World,
    region: &str,
    vpc: &VpcConfig,
    instance: &str,
    address: &str,
) -> bool {
    let Ok(found) = ec2(world, region, "DescribeInstances", Params::new().set("InstanceId.1", instance))
    else {
        return false;
    };
    let path = "reservationSet/item/instancesSet/item/groupSet/item/groupId";
    let own: Vec<String> = found.all(path).iter().map(|id| id.value().to_owned()).collect();
    let plane: Vec<String> = vpc.security_groups.iter().chain(&vpc.cluster_security_group).cloned().collect();
    let open = |world: &mut World, groups: &[String], direction: &str, peers: &[String], peer: Ipv4Addr| {
        let groups = ec2(world, region, "DescribeSecurityGroups", numbered("GroupId", groups));
        groups.is_ok_and(|groups| {
            let permissions = groups.all(&format!("securityGroupInfo/item/{direction}/item"));
            permissions.into_iter().any(|permission| takes_https(permission, peers, peer))
        })
    };
    if !vpc.private_access {
        return open(world, &own, "ipPermissionsEgress", &[], SOMEWHERE);
    }
    let Ok(address) = address.parse() else { return false };
    // The interfaces' addresses are in the same VPC, next to the node's.
    open(world, &own, "ipPermissionsEgress", &plane, address)
        && open(world, &plane, "ipPermissions", &own, address)
}

/// Any address of the internet (RFC 5737).
const SOMEWHERE: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 1);

fn takes_https(permission: &Xml, peers: &[String], peer: Ipv4Addr) -> bool {
    let port = |name: &str| permission.at(name).parse::<u16>();
    let https = match permission.at("ipProtocol") {
        "-1" => true,
        "tcp" | "6" => port("fromPort").is_ok_and(|it| it <= 443) && port("toPort").is_ok_and(|it| it >= 443),
        _ => false,
    };
    let groups = permission.all("groups/item/groupId");
    let blocks = permission.all("ipRanges/item/cidrIp");
    https
        && (groups.iter().any(|group| peers.iter().any(|peer| group.value() == peer))
            || blocks.iter().any(|it| it.value().parse::<Ipv4Net>().is_ok_and(|block| block.contains(&peer))))
}

/// `eks-cluster-sg-<name>-<n>`: its members reach each other.
pub(super) fn create_cluster_security_group(
    world: &mut World,
    region: &str,
    cluster: &str,
    vpc: &str,
) -> Result<String, AwsError> {
    let number = (world.chance(&format!("cluster-security-group/{region}/{cluster}")) * 1e10) as u64;
    let name = format!("eks-cluster-sg-{cluster}-{number}");
    let params = tagged(
        Params::new()
            .set("GroupName", &name)
            .set(
                "GroupDescription",
                "EKS created security group applied to ENI that is attached to EKS Control Plane master \
                 nodes, as well as any managed workloads.",
            )
            .set("VpcId", vpc),
        "security-group",
        &[
            ("Name", name.as_str()),
            ("aws:eks:cluster-name", cluster),
            (&format!("kubernetes.io/cluster/{cluster}"), "owned"),
        ],
    );
    let group = ec2(world, region, "CreateSecurityGroup", params)?.at("groupId").to_owned();
    let rule = Params::new()
        .set("GroupId", &group)
        .set("IpPermissions.1.IpProtocol", "-1")
        .set("IpPermissions.1.Groups.1.GroupId", &group);
    ec2(world, region, "AuthorizeSecurityGroupIngress", rule)?;
    Ok(group)
}

/// A network interface of the control plane (facts/aws.md §9).
pub(super) fn create_interface(
    world: &mut World,
    region: &str,
    cluster: &str,
    subnet: &str,
    groups: &[String],
) -> Result<String, AwsError> {
    let mut params = Params::new()
        .set("SubnetId", subnet)
        .set("Description", format!("Amazon EKS {cluster}"))
        // Requester-managed: in use, and nobody but EKS deletes it.
        .set("Operator.Principal", "eks.amazonaws.com");
    for (index, group) in groups.iter().enumerate() {
        params.insert(format!("SecurityGroupId.{}", index + 1), group);
    }
    let answer = ec2(world, region, "CreateNetworkInterface", params)?;
    Ok(answer.at("networkInterface/networkInterfaceId").to_owned())
}

/// Deletes an interface of the control plane; one that is gone is as good.
pub(super) fn delete_interface(world: &mut World, region: &str, id: &str) {
    let params = Params::new().set("NetworkInterfaceId", id);
    let _gone = ec2(world, region, "DeleteNetworkInterface", params);
}

/// Deletes the cluster's security group; EKS leaves one that others still use.
pub(super) fn delete_security_group(world: &mut World, region: &str, id: &str) {
    let _left = ec2(world, region, "DeleteSecurityGroup", Params::new().set("GroupId", id));
}

/// `<name>.1`, `<name>.2`, …
pub(super) fn numbered(name: &str, values: &[String]) -> Params {
    values
        .iter()
        .enumerate()
        .fold(Params::new(), |params, (index, value)| params.set(format!("{name}.{}", index + 1), value))
}

/// Adds tags for the resource that is made.
pub(super) fn tagged(params: Params, kind: &str, tags: &[(&str, &str)]) -> Params {
    let mut params = params.set("TagSpecification.1.ResourceType", kind);
    for (index, (key, value)) in tags.iter().enumerate() {
        params.insert(format!("TagSpecification.1.Tag.{}.Key", index + 1), *key);
        params.insert(format!("TagSpecification.1.Tag.{}.Value", index + 1), *value);
    }
    params
}
