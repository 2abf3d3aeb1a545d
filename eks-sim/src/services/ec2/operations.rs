//! Every operation: its name, the members it requires (the service model's `required`), its code.

use crate::wire::{Answer, AwsError, Call};
use crate::world::World;

use super::{
    address, capacity_block, egress_only_internet_gateway as egress_only, image, instance, instance_type,
    internet_gateway as igw, key_pair, launch_template, nat_gateway, network_interface, region, route_table,
    security_group, security_group_rule, subnet, tags, volume, vpc, vpc_endpoint,
};

pub(super) type Run = fn(&mut World, &Call) -> Result<Answer, AwsError>;

pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) required: &'static [&'static str],
    /// Whether a `ClientToken` makes it happen once (facts/aws.md §4).
    pub(super) idempotent: bool,
    pub(super) run: Run,
}

const fn operation(name: &'static str, required: &'static [&'static str], run: Run) -> Operation {
    Operation { name, required, idempotent: false, run }
}

const fn once(name: &'static str, required: &'static [&'static str], run: Run) -> Operation {
    Operation { name, required, idempotent: true, run }
}

pub(super) fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().map(|operation| operation.name)
}

pub(super) const OPERATIONS: &[Operation] = &[
    operation("CreateVpc", &[], vpc::create),
    operation("DeleteVpc", &["VpcId"], vpc::delete),
    operation("DescribeVpcs", &[], vpc::describe),
    operation("ModifyVpcAttribute", &["VpcId"], vpc::modify_attribute),
    operation("DescribeVpcAttribute", &["VpcId", "Attribute"], vpc::describe_attribute),
    operation("AssociateVpcCidrBlock", &["VpcId"], vpc::associate_cidr_block),
    operation("DisassociateVpcCidrBlock", &["AssociationId"], vpc::disassociate_cidr_block),
    operation("CreateSubnet", &["VpcId"], subnet::create),
    operation("DeleteSubnet", &["SubnetId"], subnet::delete),
    operation("DescribeSubnets", &[], subnet::describe),
    operation("ModifySubnetAttribute", &["SubnetId"], subnet::modify_attribute),
    operation("CreateInternetGateway", &[], igw::create),
    operation("DeleteInternetGateway", &["InternetGatewayId"], igw::delete),
    operation("DescribeInternetGateways", &[], igw::describe),
    operation("AttachInternetGateway", &["InternetGatewayId", "VpcId"], igw::attach),
    operation("DetachInternetGateway", &["InternetGatewayId", "VpcId"], igw::detach),
    once("CreateEgressOnlyInternetGateway", &["VpcId"], egress_only::create),
    operation("DeleteEgressOnlyInternetGateway", &["EgressOnlyInternetGatewayId"], egress_only::delete),
    operation("DescribeEgressOnlyInternetGateways", &[], egress_only::describe),
    once("CreateRouteTable", &["VpcId"], route_table::create),
    operation("DeleteRouteTable", &["RouteTableId"], route_table::delete),
    operation("DescribeRouteTables", &[], route_table::describe),
    operation("AssociateRouteTable", &["RouteTableId"], route_table::associate),
    operation("DisassociateRouteTable", &["AssociationId"], route_table::disassociate),
    operation(
        "ReplaceRouteTableAssociation",
        &["AssociationId", "RouteTableId"],
        route_table::replace_association,
    ),
    operation("CreateRoute", &["RouteTableId"], route_table::create_route),
    operation("DeleteRoute", &["RouteTableId"], route_table::delete_route),
    operation("ReplaceRoute", &["RouteTableId"], route_table::replace_route),
    operation("AllocateAddress", &[], address::allocate),
    operation("ReleaseAddress", &[], address::release),
    operation("DescribeAddresses", &[], address::describe),
    operation("AssociateAddress", &[], address::associate),
    operation("DisassociateAddress", &[], address::disassociate),
    once("CreateNatGateway", &[], nat_gateway::create),
    operation("DeleteNatGateway", &["NatGatewayId"], nat_gateway::delete),
    operation("DescribeNatGateways", &[], nat_gateway::describe),
    once("CreateVpcEndpoint", &["VpcId"], vpc_endpoint::create),
    operation("DeleteVpcEndpoints", &["VpcEndpointId"], vpc_endpoint::delete),
    operation("DescribeVpcEndpoints", &[], vpc_endpoint::describe),
    operation("CreateSecurityGroup", &["GroupDescription", "GroupName"], security_group::create),
    operation("DeleteSecurityGroup", &[], security_group::delete),
    operation("DescribeSecurityGroups", &[], security_group::describe),
    operation("AuthorizeSecurityGroupIngress", &[], security_group_rule::authorize_ingress),
    operation("AuthorizeSecurityGroupEgress", &["GroupId"], security_group_rule::authorize_egress),
    operation("RevokeSecurityGroupIngress", &[], security_group_rule::revoke_ingress),
    operation("RevokeSecurityGroupEgress", &["GroupId"], security_group_rule::revoke_egress),
    operation("DescribeSecurityGroupRules", &[], security_group_rule::describe),
    once("CreateNetworkInterface", &["SubnetId"], network_interface::create),
    operation("DeleteNetworkInterface", &["NetworkInterfaceId"], network_interface::delete),
    operation("DescribeNetworkInterfaces", &[], network_interface::describe),
    operation(
        "AttachNetworkInterface",
        &["DeviceIndex", "InstanceId", "NetworkInterfaceId"],
        network_interface::attach,
    ),
    operation("DetachNetworkInterface", &["AttachmentId"], network_interface::detach),
    once("CreateLaunchTemplate", &["LaunchTemplateName", "LaunchTemplateData"], launch_template::create),
    once("CreateLaunchTemplateVersion", &["LaunchTemplateData"], launch_template::create_version),
    operation("ModifyLaunchTemplate", &[], launch_template::modify),
    operation("DeleteLaunchTemplate", &[], launch_template::delete),
    operation("DeleteLaunchTemplateVersions", &["LaunchTemplateVersion"], launch_template::delete_versions),
    operation("DescribeLaunchTemplates", &[], launch_template::describe),
    operation("DescribeLaunchTemplateVersions", &[], launch_template::describe_versions),
    operation("CreateKeyPair", &["KeyName"], key_pair::create),
    operation("ImportKeyPair", &["KeyName", "PublicKeyMaterial"], key_pair::import),
    operation("DescribeKeyPairs", &[], key_pair::describe),
    operation("DescribeImages", &[], image::describe),
    operation("DeleteKeyPair", &[], key_pair::delete),
    operation(
        "DescribeCapacityBlockOfferings",
        &["CapacityDurationHours"],
        capacity_block::describe_offerings,
    ),
    operation(
        "PurchaseCapacityBlock",
        &["CapacityBlockOfferingId", "InstancePlatform"],
        capacity_block::purchase,
    ),
    operation("DescribeCapacityReservations", &[], capacity_block::describe),
    once("RunInstances", &["MaxCount", "MinCount"], instance::run),
    operation("TerminateInstances", &["InstanceId"], instance::terminate),
    operation("DescribeInstances", &[], instance::describe),
    once("CreateVolume", &[], volume::create),
    operation("DeleteVolume", &["VolumeId"], volume::delete),
    operation("DescribeVolumes", &[], volume::describe),
    operation("DescribeAvailabilityZones", &[], region::describe_availability_zones),
    operation("DescribeRegions", &[], region::describe_regions),
    operation("DescribeInstanceTypeOfferings", &[], instance_type::describe_offerings),
    operation("DescribeInstanceTypes", &[], instance_type::describe),
    operation("CreateTags", &["ResourceId", "Tag"], tags::create),
    operation("DeleteTags", &["ResourceId"], tags::delete),
    operation("DescribeTags", &[], tags::describe),
];
