"""Elastic Load Balancing: classic load balancers, and how they hold their network."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

LISTENER = {"Protocol": "TCP", "LoadBalancerPort": 80, "InstanceProtocol": "TCP", "InstancePort": 30080}
OWNED = {"Key": "kubernetes.io/cluster/web", "Value": "owned"}


def request(account: Account, name: str = "web", **more: Any) -> dict[str, Any]:
    """A request for a load balancer that is all right but for what `more` says."""
    return {"LoadBalancerName": name, "Listeners": [LISTENER], "Subnets": account.network().public} | more


def described(account: Account, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("elb").describe_load_balancers(**filters)["LoadBalancerDescriptions"]
    return found


@drives("elb", "CreateLoadBalancer", "DescribeLoadBalancers", "DeleteLoadBalancer")
def test_a_load_balancer(account: Account) -> None:
    elb, network = account.client("elb"), account.network()
    name = elb.create_load_balancer(**request(account))["DNSName"]
    [made] = described(account, LoadBalancerNames=["web"])
    assert made["DNSName"] == name and name.endswith(".us-west-2.elb.amazonaws.com")
    assert (made["VPCId"], made["Subnets"], made["Scheme"]) == (network.vpc, network.public, "internet-facing")
    assert made["ListenerDescriptions"][0]["Listener"] == LISTENER
    assert len(made["SecurityGroups"]) == 1, "the VPC's default one"
    elb.delete_load_balancer(LoadBalancerName="web")
    # Deleting what is not there succeeds.
    elb.delete_load_balancer(LoadBalancerName="web")
    assert described(account) == []
    account.advance(600)
    assert account.simulator.left("AWS::ElasticLoadBalancing::LoadBalancer") == []


def interfaces(account: Account) -> list[dict[str, Any]]:
    own = [{"Name": "description", "Values": ["ELB *"]}]
    found: list[dict[str, Any]] = account.ec2.describe_network_interfaces(Filters=own)["NetworkInterfaces"]
    return found


def test_it_holds_its_network_until_its_interfaces_are_gone(account: Account) -> None:
    ec2, elb, network = account.ec2, account.client("elb"), account.network()
    group = ec2.create_security_group(GroupName="k8s-elb-web", Description="d", VpcId=network.vpc)["GroupId"]
    elb.create_load_balancer(**request(account, SecurityGroups=[group]))
    assert len(interfaces(account)) == 3
    first = interfaces(account)[0]
    assert first["RequesterManaged"] is True and first["Description"] == "ELB web"
    assert first["Attachment"]["InstanceOwnerId"] == "amazon-elb" and "PublicIp" in first["Association"]
    assert refused(ec2.delete_network_interface, NetworkInterfaceId=first["NetworkInterfaceId"]).status == 400
    elb.delete_load_balancer(LoadBalancerName="web")

    gateway = ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [network.vpc]}])
    gateway = gateway["InternetGateways"][0]["InternetGatewayId"]
    for held, named in (
        (ec2.delete_subnet, {"SubnetId": network.public[1]}),
        (ec2.delete_security_group, {"GroupId": group}),
        (ec2.detach_internet_gateway, {"InternetGatewayId": gateway, "VpcId": network.vpc}),
    ):
        refusal = refused(held, **named)
        assert refusal.code == "DependencyViolation"
    assert "mapped public address" in refusal.message
    account.advance(60)
    assert interfaces(account) == []
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=network.public[1])


@drives("elb", "AddTags", "DescribeTags", "RemoveTags")
def test_tags(account: Account) -> None:
    elb = account.client("elb")
    elb.create_load_balancer(**request(account, Tags=[OWNED]))
    elb.add_tags(LoadBalancerNames=["web"], Tags=[{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "1"}])
    elb.remove_tags(LoadBalancerNames=["web"], Tags=[{"Key": "cost"}])
    [tags] = elb.describe_tags(LoadBalancerNames=["web"])["TagDescriptions"]
    assert tags == {"LoadBalancerName": "web", "Tags": [OWNED, {"Key": "team", "Value": "a"}]}


def test_the_same_again(account: Account) -> None:
    elb = account.client("elb")
    first = elb.create_load_balancer(**request(account))["DNSName"]
    assert elb.create_load_balancer(**request(account))["DNSName"] == first
    other = request(account, Listeners=[LISTENER | {"LoadBalancerPort": 81}])
    assert refused(elb.create_load_balancer, **other).code == "DuplicateLoadBalancerName"


INVALID = "ValidationError"
TAG = {"Key": "k", "Value": "v"}
REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no listeners": ("create_load_balancer", {"LoadBalancerName": "a", "Subnets": ["subnet-0"]}, INVALID),
    "no subnets": ("create_load_balancer", {"LoadBalancerName": "a", "Listeners": [LISTENER]}, INVALID),
    "a name": ("create_load_balancer", {"LoadBalancerName": "a_b", "Listeners": [LISTENER]}, INVALID),
    "a long name": ("create_load_balancer", {"LoadBalancerName": "a" * 33, "Listeners": [LISTENER]}, INVALID),
    "a scheme": (
        "create_load_balancer",
        {"LoadBalancerName": "a", "Listeners": [LISTENER], "Scheme": "mine"},
        "InvalidScheme",
    ),
    "a protocol": (
        "create_load_balancer",
        {"LoadBalancerName": "a", "Listeners": [LISTENER | {"Protocol": "UDP"}]},
        "UnsupportedProtocol",
    ),
    "another subnet": (
        "create_load_balancer",
        {"LoadBalancerName": "a", "Listeners": [LISTENER], "Subnets": ["subnet-0123456789abcdef0"]},
        "SubnetNotFound",
    ),
    "nobody described": ("describe_load_balancers", {"LoadBalancerNames": ["a"]}, "LoadBalancerNotFound"),
    "a large page": ("describe_load_balancers", {"PageSize": 401}, INVALID),
    "another marker": ("describe_load_balancers", {"Marker": "?"}, INVALID),
    "nobody's tags": ("describe_tags", {"LoadBalancerNames": ["a"]}, "LoadBalancerNotFound"),
    "many tags": ("describe_tags", {"LoadBalancerNames": ["a"] * 21}, INVALID),
    "nobody tagged": ("add_tags", {"LoadBalancerNames": ["a"], "Tags": [TAG]}, "LoadBalancerNotFound"),
    "a tag twice": ("add_tags", {"LoadBalancerNames": ["a"], "Tags": [TAG, TAG]}, "DuplicateTagKeys"),
    "nobody untagged": ("remove_tags", {"LoadBalancerNames": ["a"], "Tags": [{"Key": "k"}]}, "LoadBalancerNotFound"),
    "nobody deleted": ("delete_load_balancer", {}, INVALID),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    operation, sent, code = REFUSALS[case]
    refusal = refused(getattr(account.client("elb", lenient=True), operation), **sent)
    assert (refusal.code, refusal.status) == (code, 400)


def test_what_faces_the_internet_needs_a_way_there(account: Account) -> None:
    ec2, elb = account.ec2, account.client("elb")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    assert refused(elb.create_load_balancer, **request(account, Subnets=[subnet])).code == "InvalidSubnet"
    elb.create_load_balancer(**request(account, Subnets=[subnet], Scheme="internal"))
    assert all("Association" not in interface for interface in interfaces(account))
    foreign = account.network().public[:1]
    group = described(account)[0]["SecurityGroups"]
    sent = request(account, "other", Subnets=foreign, SecurityGroups=group)
    assert refused(elb.create_load_balancer, **sent).code == "InvalidSecurityGroup"
