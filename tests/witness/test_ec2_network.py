"""EC2's networks: every operation, driven by boto3, and what AWS refuses (facts/aws.md §2.9, §2.10)."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

BLOCK = "10.0.0.0/16"


def make_vpc(account: Account) -> str:
    vpc: str = account.ec2.create_vpc(CidrBlock=BLOCK)["Vpc"]["VpcId"]
    return vpc


def make_subnet(account: Account, vpc: str, block: str = "10.0.0.0/24") -> str:
    subnet = account.ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone="us-west-2a")
    made: str = subnet["Subnet"]["SubnetId"]
    return made


def make_gateway(account: Account, vpc: str) -> str:
    gateway: str = account.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    account.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return gateway


def named(kind: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": "web"}]}]


@drives(
    "ec2",
    "CreateVpc",
    "DescribeVpcs",
    "ModifyVpcAttribute",
    "DescribeVpcAttribute",
    "AssociateVpcCidrBlock",
    "DisassociateVpcCidrBlock",
    "DeleteVpc",
)
def test_a_vpc(account: Account) -> None:
    ec2 = account.ec2
    made = ec2.create_vpc(CidrBlock=BLOCK, TagSpecifications=named("vpc"))["Vpc"]
    vpc = made["VpcId"]
    assert made["Tags"] == [{"Key": "Name", "Value": "web"}]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    attribute = ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")
    assert attribute["EnableDnsHostnames"]["Value"]
    assert ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsSupport")["EnableDnsSupport"]["Value"]
    more = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.1.0.0/16")["CidrBlockAssociation"]
    six = ec2.associate_vpc_cidr_block(VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)["Ipv6CidrBlockAssociation"]
    assert six["AssociationId"]
    ec2.disassociate_vpc_cidr_block(AssociationId=more["AssociationId"])
    (found,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Vpcs"]
    assert found["VpcId"] == vpc and found["CidrBlock"] == BLOCK
    ec2.delete_vpc(VpcId=vpc)
    refusal = refused(ec2.describe_vpcs, VpcIds=[vpc])
    assert (refusal.code, refusal.status) == ("InvalidVpcID.NotFound", 400)
    assert refusal.message == f"The vpc ID '{vpc}' does not exist"


@drives("ec2", "CreateSubnet", "DescribeSubnets", "ModifySubnetAttribute", "DeleteSubnet")
def test_a_subnet(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-west-2b")["Subnet"]
    subnet = made["SubnetId"]
    # AWS keeps five addresses of each subnet.
    assert made["AvailableIpAddressCount"] == 251 and made["AvailabilityZone"] == "us-west-2b"
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    (found,) = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    assert found["MapPublicIpOnLaunch"]
    overlap = refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.0.128/25")
    assert overlap.code == "InvalidSubnet.Conflict"
    assert refused(ec2.create_subnet, VpcId=vpc, CidrBlock="10.9.0.0/24").code == "InvalidSubnet.Range"
    refusal = refused(ec2.delete_vpc, VpcId=vpc)
    assert (refusal.code, refusal.status) == ("DependencyViolation", 400)
    assert refusal.message == f"The vpc '{vpc}' has dependencies and cannot be deleted."
    ec2.delete_subnet(SubnetId=subnet)
    assert refused(ec2.delete_subnet, SubnetId=subnet).code == "InvalidSubnetID.NotFound"


@drives(
    "ec2",
    "CreateInternetGateway",
    "AttachInternetGateway",
    "DescribeInternetGateways",
    "DetachInternetGateway",
    "DeleteInternetGateway",
)
def test_an_internet_gateway(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    gateway = make_gateway(account, vpc)
    (found,) = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert [(it["VpcId"], it["State"]) for it in found["Attachments"]] == [(vpc, "available")]
    refusal = refused(ec2.delete_internet_gateway, InternetGatewayId=gateway)
    assert refusal.code == "DependencyViolation"
    assert refusal.message == f"The internetGateway '{gateway}' has dependencies and cannot be deleted."
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    refusal = refused(ec2.delete_internet_gateway, InternetGatewayId=gateway)
    assert refusal.code == "InvalidInternetGatewayID.NotFound"


@drives(
    "ec2",
    "CreateEgressOnlyInternetGateway",
    "DescribeEgressOnlyInternetGateways",
    "DeleteEgressOnlyInternetGateway",
)
def test_an_egress_only_gateway(account: Account) -> None:
    ec2 = account.ec2
    made = ec2.create_egress_only_internet_gateway(VpcId=make_vpc(account))["EgressOnlyInternetGateway"]
    gateway = made["EgressOnlyInternetGatewayId"]
    found = ec2.describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"]
    assert [it["EgressOnlyInternetGatewayId"] for it in found] == [gateway]
    ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=gateway)
    assert ec2.describe_egress_only_internet_gateways()["EgressOnlyInternetGateways"] == []


@drives(
    "ec2",
    "CreateRouteTable",
    "DescribeRouteTables",
    "AssociateRouteTable",
    "ReplaceRouteTableAssociation",
    "DisassociateRouteTable",
    "CreateRoute",
    "ReplaceRoute",
    "DeleteRoute",
    "DeleteRouteTable",
)
def test_a_route_table(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    subnet, gateway = make_subnet(account, vpc), make_gateway(account, vpc)
    one, two = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2))
    route = {"RouteTableId": one, "DestinationCidrBlock": "0.0.0.0/0"}
    assert ec2.create_route(**route, GatewayId=gateway)["Return"]
    local = {"RouteTableId": one, "DestinationCidrBlock": BLOCK}
    taken = refused(ec2.create_route, **local, GatewayId=gateway)
    assert (taken.code, taken.message) == ("RouteAlreadyExists", f"The route identified by {BLOCK} already exists.")
    ec2.replace_route(**route, GatewayId=gateway)
    association = ec2.associate_route_table(RouteTableId=one, SubnetId=subnet)["AssociationId"]
    (found,) = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["RouteTables"]
    ways = {it["DestinationCidrBlock"]: it["GatewayId"] for it in found["Routes"]}
    assert ways == {BLOCK: "local", "0.0.0.0/0": gateway}
    assert refused(ec2.delete_route_table, RouteTableId=one).code == "DependencyViolation"
    replaced = ec2.replace_route_table_association(AssociationId=association, RouteTableId=two)["NewAssociationId"]
    ec2.disassociate_route_table(AssociationId=replaced)
    ec2.delete_route(**route)
    assert refused(ec2.delete_route, **route).code == "InvalidRoute.NotFound"
    ec2.delete_route_table(RouteTableId=one)
    assert refused(ec2.delete_route_table, RouteTableId=one).code == "InvalidRouteTableID.NotFound"


@drives(
    "ec2",
    "AllocateAddress",
    "DescribeAddresses",
    "AssociateAddress",
    "DisassociateAddress",
    "ReleaseAddress",
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DeleteNetworkInterface",
)
def test_an_address_on_an_interface(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    subnet = make_subnet(account, vpc)
    gateway = make_gateway(account, vpc)
    made = ec2.create_network_interface(SubnetId=subnet, Description="web", TagSpecifications=named("network-interface"))
    interface = made["NetworkInterface"]["NetworkInterfaceId"]
    assert made["NetworkInterface"]["Status"] in ("pending", "available")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    association = ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface)["AssociationId"]
    (found,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    assert (found["NetworkInterfaceId"], found["AssociationId"]) == (interface, association)
    (shown,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])["NetworkInterfaces"]
    assert shown["Association"]["AllocationId"] == address

    refusal = refused(ec2.delete_subnet, SubnetId=subnet)
    assert refusal.code == "DependencyViolation"
    assert refusal.message == f"The subnet '{subnet}' has dependencies and cannot be deleted."
    refusal = refused(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc)
    assert refusal.code == "DependencyViolation"
    assert refusal.message == (
        f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching "
        "the gateway."
    )
    ec2.disassociate_address(AssociationId=association)
    ec2.release_address(AllocationId=address)
    assert refused(ec2.release_address, AllocationId=address).code == "InvalidAllocationID.NotFound"
    ec2.delete_network_interface(NetworkInterfaceId=interface)
    refusal = refused(ec2.delete_network_interface, NetworkInterfaceId=interface)
    assert refusal.code == "InvalidNetworkInterfaceID.NotFound"


@drives("ec2", "CreateNatGateway", "DescribeNatGateways", "DeleteNatGateway")
def test_a_nat_gateway(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    subnet = make_subnet(account, vpc)
    make_gateway(account, vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    request = {"SubnetId": subnet, "AllocationId": address, "ClientToken": "once"}
    made = ec2.create_nat_gateway(**request)["NatGateway"]
    nat = made["NatGatewayId"]
    assert made["State"] == "pending"
    # facts/aws.md §4: one token, one gateway, and always the first answer.
    assert ec2.create_nat_gateway(**request)["NatGateway"]["NatGatewayId"] == nat
    changed = refused(ec2.create_nat_gateway, **request | {"AllocationId": "eipalloc-0"})
    assert changed.code == "IdempotentParameterMismatch"
    assert changed.message == (
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s)."
    )
    account.advance(200)
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    assert found["State"] == "available" and found["NatGatewayAddresses"][0]["AllocationId"] == address
    ec2.delete_nat_gateway(NatGatewayId=nat)
    account.advance(200)
    assert ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted"
    # facts/aws.md §2.9: the address is let go of, and not released.
    (kept,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    assert "AssociationId" not in kept
    assert refused(ec2.delete_nat_gateway, NatGatewayId="nat-0123456789abcdef0").code == "NatGatewayNotFound"


def test_a_nat_gateway_that_fails(account: Account) -> None:
    ec2 = account.ec2
    subnet = make_subnet(account, make_vpc(account))
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    account.advance(200)
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"]
    # facts/aws.md §2.9: there is no internet gateway.
    assert (found["State"], found["FailureCode"]) == ("failed", "Gateway.NotAttached")


@drives(
    "ec2",
    "CreateSecurityGroup",
    "DescribeSecurityGroups",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupEgress",
    "DescribeSecurityGroupRules",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress",
    "DeleteSecurityGroup",
)
def test_a_security_group(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    one, two = (
        ec2.create_security_group(GroupName=name, Description="web", VpcId=vpc)["GroupId"] for name in ("one", "two")
    )
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    open_ = [{**https, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "all"}]}]
    among = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": two}]}]
    rules = ec2.authorize_security_group_ingress(GroupId=one, IpPermissions=open_ + among)["SecurityGroupRules"]
    assert len(rules) == 2
    again = refused(ec2.authorize_security_group_ingress, GroupId=one, IpPermissions=open_)
    assert again.code == "InvalidPermission.Duplicate"
    ec2.authorize_security_group_egress(GroupId=one, IpPermissions=open_)
    (found,) = ec2.describe_security_groups(GroupIds=[one])["SecurityGroups"]
    assert {it["IpProtocol"] for it in found["IpPermissions"]} == {"tcp", "-1"}
    listed = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [one]}])["SecurityGroupRules"]
    # Two ways in, one of ours out, and the one out that every group begins with.
    assert len(listed) == 4

    used = refused(ec2.delete_security_group, GroupId=two)
    assert (used.code, used.message) == ("DependencyViolation", f"resource {two} has a dependent object")
    ec2.revoke_security_group_ingress(GroupId=one, IpPermissions=among)
    ec2.revoke_security_group_egress(GroupId=one, IpPermissions=open_)
    for group in (one, two):
        ec2.delete_security_group(GroupId=group)
    assert refused(ec2.delete_security_group, GroupId=one).code == "InvalidGroup.NotFound"


@pytest.mark.parametrize(
    ("quota", "operation", "request_", "code"),
    [
        ("vpcs", "create_vpc", {"CidrBlock": BLOCK}, "VpcLimitExceeded"),
        ("internetGateways", "create_internet_gateway", {}, "InternetGatewayLimitExceeded"),
        ("elasticAddresses", "allocate_address", {"Domain": "vpc"}, "AddressLimitExceeded"),
    ],
)
def test_more_than_the_quota(
    account: Account, quota: str, operation: str, request_: dict[str, Any], code: str
) -> None:
    account.renew(quotas={quota: 0})
    refusal = refused(getattr(account.ec2, operation), **request_)
    assert (refusal.code, refusal.status) == (code, 400)
    assert refusal.message.startswith("The maximum number of ") and refusal.message.endswith(" has been reached.")


def test_a_missing_parameter(account: Account) -> None:
    refusal = refused(account.client("ec2", lenient=True).create_subnet, CidrBlock=BLOCK)
    assert (refusal.code, refusal.message) == ("MissingParameter", "The request must contain the parameter VpcId")


def test_a_dry_run(account: Account) -> None:
    refusal = refused(account.ec2.create_vpc, CidrBlock=BLOCK, DryRun=True)
    assert (refusal.code, refusal.status) == ("DryRunOperation", 412)
    assert account.simulator.left() == []


@drives("ec2", "CreateVpcEndpoint", "DescribeVpcEndpoints", "DeleteVpcEndpoints")
def test_vpc_endpoints(account: Account) -> None:
    ec2 = account.ec2
    vpc = make_vpc(account)
    subnet = make_subnet(account, vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    s3 = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-west-2.s3", RouteTableIds=[table])
    assert (s3["VpcEndpoint"]["VpcEndpointType"], s3["VpcEndpoint"]["State"]) == ("Gateway", "available")
    request = {
        "VpcId": vpc,
        "ServiceName": "com.amazonaws.us-west-2.sts",
        "VpcEndpointType": "Interface",
        "SubnetIds": [subnet],
    }
    # Private DNS needs host names, which a new VPC does not give.
    assert refused(ec2.create_vpc_endpoint, **request, PrivateDnsEnabled=True).code == "InvalidParameter"
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    sts = ec2.create_vpc_endpoint(**request, PrivateDnsEnabled=True)["VpcEndpoint"]
    assert sts["State"] == "pending" and len(sts["NetworkInterfaceIds"]) == 1
    assert refused(ec2.create_vpc_endpoint, **request, PrivateDnsEnabled=True).code == "InvalidParameter"
    account.advance(600)
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[sts["VpcEndpointId"]])["VpcEndpoints"]
    assert found["State"] == "available" and found["SubnetIds"] == [subnet]
    assert refused(ec2.delete_subnet, SubnetId=subnet).code == "DependencyViolation"
    unknown = "vpce-0123456789abcdef0"
    ids = [it["VpcEndpoint"]["VpcEndpointId"] for it in (s3, {"VpcEndpoint": sts})]
    gone = ec2.delete_vpc_endpoints(VpcEndpointIds=[*ids, unknown])
    assert [it["ResourceId"] for it in gone["Unsuccessful"]] == [unknown]
    account.advance(1200)
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    ec2.delete_subnet(SubnetId=subnet)
    bad = {"VpcId": vpc, "ServiceName": "com.amazonaws.us-west-2.sts"}
    assert refused(ec2.create_vpc_endpoint, **bad).code == "InvalidParameter"
