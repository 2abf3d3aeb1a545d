"""Elastic Load Balancing v2: application and network load balancers, target groups, listeners."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

PREFIX = "arn:aws:elasticloadbalancing:us-west-2:123456789012"
CLUSTER = {"Key": "elbv2.k8s.aws/cluster", "Value": "web"}


def load_balancer(account: Account, name: str = "web", **more: Any) -> dict[str, Any]:
    """A new one: an application load balancer in the public subnets unless `more` says otherwise."""
    sent = {"Name": name, "Subnets": account.network().public} | more
    [made] = account.client("elbv2").create_load_balancer(**sent)["LoadBalancers"]
    return dict(made)


def target_group(account: Account, name: str = "web", **more: Any) -> str:
    sent = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": account.network().vpc} | more
    [made] = account.client("elbv2").create_target_group(**sent)["TargetGroups"]
    return str(made["TargetGroupArn"])


def listener(account: Account, at: str, group: str, **more: Any) -> str:
    action = {"Type": "forward", "TargetGroupArn": group}
    sent = {"LoadBalancerArn": at, "Protocol": "HTTP", "Port": 80, "DefaultActions": [action]} | more
    [made] = account.client("elbv2").create_listener(**sent)["Listeners"]
    return str(made["ListenerArn"])


@drives("elbv2", "CreateLoadBalancer", "DescribeLoadBalancers", "DeleteLoadBalancer")
def test_an_application_load_balancer(account: Account) -> None:
    elbv2, network = account.client("elbv2"), account.network()
    made = load_balancer(account)
    arn = made["LoadBalancerArn"]
    assert arn.startswith(f"{PREFIX}:loadbalancer/app/web/")
    assert (made["Type"], made["Scheme"], made["VpcId"]) == ("application", "internet-facing", network.vpc)
    assert made["State"]["Code"] == "provisioning" and len(made["SecurityGroups"]) == 1
    assert [zone["SubnetId"] for zone in made["AvailabilityZones"]] == network.public
    account.advance(300)
    [active] = elbv2.describe_load_balancers(Names=["web"])["LoadBalancers"]
    assert active["State"]["Code"] == "active"
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    # Deleting what is not there succeeds.
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []
    account.advance(600)
    assert account.simulator.left("AWS::ElasticLoadBalancingV2::LoadBalancer") == []


def test_a_network_load_balancer(account: Account) -> None:
    ec2, network = account.ec2, account.network()
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    mapping = {"SubnetId": network.public[0], "AllocationId": address}
    made = load_balancer(account, Type="network", Subnets=[], SubnetMappings=[mapping])
    assert made["LoadBalancerArn"].startswith(f"{PREFIX}:loadbalancer/net/web/") and "SecurityGroups" not in made
    own = [{"Name": "interface-type", "Values": ["network_load_balancer"]}]
    [interface] = ec2.describe_network_interfaces(Filters=own)["NetworkInterfaces"]
    assert interface["Groups"] == [] and interface["Description"].startswith("ELB net/web/")
    assert interface["Association"]["AllocationId"] == address
    assert refused(ec2.release_address, AllocationId=address).code == "InvalidIPAddress.InUse"
    account.client("elbv2").delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    account.advance(600)
    ec2.release_address(AllocationId=address)


@drives("elbv2", "CreateTargetGroup", "DescribeTargetGroups", "DeleteTargetGroup")
@drives("elbv2", "CreateListener", "DescribeListeners", "DeleteListener")
def test_a_listener_and_its_target_group(account: Account) -> None:
    elbv2 = account.client("elbv2")
    at, group = load_balancer(account)["LoadBalancerArn"], target_group(account)
    arn = listener(account, at, group)
    assert arn.startswith(f"{at.replace(':loadbalancer/', ':listener/')}/")
    [described] = elbv2.describe_listeners(LoadBalancerArn=at)["Listeners"]
    assert (described["Port"], described["DefaultActions"][0]["TargetGroupArn"]) == (80, group)
    [of] = elbv2.describe_target_groups(LoadBalancerArn=at)["TargetGroups"]
    assert (of["TargetGroupArn"], of["LoadBalancerArns"], of["TargetType"]) == (group, [at], "instance")
    boto3 = getattr(account, "boto3", account).client("elbv2")
    assert refused(boto3.delete_target_group, TargetGroupArn=group).code == "ResourceInUse"
    elbv2.delete_listener(ListenerArn=arn)
    elbv2.delete_target_group(TargetGroupArn=group)
    elbv2.delete_target_group(TargetGroupArn=group)
    assert elbv2.describe_target_groups()["TargetGroups"] == []
    for kind in ("Listener", "TargetGroup"):
        assert account.simulator.left(f"AWS::ElasticLoadBalancingV2::{kind}") == []


def test_listeners_go_with_their_load_balancer(account: Account) -> None:
    elbv2 = account.client("elbv2")
    at, group = load_balancer(account)["LoadBalancerArn"], target_group(account)
    arn = listener(account, at, group)
    elbv2.delete_load_balancer(LoadBalancerArn=at)
    assert refused(elbv2.describe_listeners, ListenerArns=[arn]).code == "ListenerNotFound"
    assert elbv2.describe_target_groups()["TargetGroups"][0]["LoadBalancerArns"] == []
    elbv2.delete_target_group(TargetGroupArn=group)


@drives("elbv2", "AddTags", "DescribeTags", "RemoveTags")
def test_tags(account: Account) -> None:
    elbv2 = account.client("elbv2")
    at = load_balancer(account, Tags=[CLUSTER])["LoadBalancerArn"]
    group = target_group(account)
    both = [at, group]
    elbv2.add_tags(ResourceArns=both, Tags=[{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": "1"}])
    elbv2.remove_tags(ResourceArns=both, TagKeys=["cost", "nothing"])
    tags = elbv2.describe_tags(ResourceArns=both)["TagDescriptions"]
    team = {"Key": "team", "Value": "a"}
    assert tags == [{"ResourceArn": at, "Tags": [CLUSTER, team]}, {"ResourceArn": group, "Tags": [team]}]


@drives("elbv2", "ModifyLoadBalancerAttributes", "DescribeLoadBalancerAttributes")
def test_deletion_protection(account: Account) -> None:
    elbv2 = account.client("elbv2")
    at = {"LoadBalancerArn": load_balancer(account)["LoadBalancerArn"]}
    key = "deletion_protection.enabled"

    def protection() -> str:
        found = elbv2.describe_load_balancer_attributes(**at)["Attributes"]
        return str(next(it["Value"] for it in found if it["Key"] == key))

    assert protection() == "false"
    elbv2.modify_load_balancer_attributes(**at, Attributes=[{"Key": key, "Value": "true"}])
    assert protection() == "true"
    boto3 = getattr(account, "boto3", account).client("elbv2")
    assert refused(boto3.delete_load_balancer, **at).code == "OperationNotPermitted"
    elbv2.modify_load_balancer_attributes(**at, Attributes=[{"Key": key, "Value": "false"}])
    boto3.delete_load_balancer(**at)


def test_the_same_again(account: Account) -> None:
    assert load_balancer(account)["LoadBalancerArn"] == load_balancer(account)["LoadBalancerArn"]
    assert target_group(account) == target_group(account)
    elbv2, network = account.client("elbv2"), account.network()
    internal = {"Name": "web", "Subnets": network.private, "Scheme": "internal"}
    assert refused(elbv2.create_load_balancer, **internal).code == "DuplicateLoadBalancerName"
    group = {"Name": "web", "Protocol": "HTTP", "Port": 81, "VpcId": network.vpc}
    assert refused(elbv2.create_target_group, **group).code == "DuplicateTargetGroupName"


INVALID = "ValidationError"
GONE = f"{PREFIX}:loadbalancer/app/gone/0123456789abcdef"
GONE_GROUP = f"{PREFIX}:targetgroup/gone/0123456789abcdef"
FORWARD = [{"Type": "forward", "TargetGroupArn": GONE_GROUP}]
TAG = {"Key": "k", "Value": "v"}
REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "no name": ("create_load_balancer", {}, INVALID),
    "a name": ("create_load_balancer", {"Name": "-a"}, INVALID),
    "AWS's own name": ("create_load_balancer", {"Name": "internal-a"}, INVALID),
    "a type": ("create_load_balancer", {"Name": "a", "Type": "classic"}, INVALID),
    "no subnets": ("create_load_balancer", {"Name": "a"}, INVALID),
    "another subnet": ("create_load_balancer", {"Name": "a", "Subnets": ["subnet-0123456789abcdef0"]}, "SubnetNotFound"),
    "nobody described": ("describe_load_balancers", {"LoadBalancerArns": [GONE]}, "LoadBalancerNotFound"),
    "nobody of the name": ("describe_load_balancers", {"Names": ["a"]}, "LoadBalancerNotFound"),
    "names and ARNs": ("describe_load_balancers", {"Names": ["a"], "LoadBalancerArns": [GONE]}, INVALID),
    "no page": ("describe_load_balancers", {"PageSize": 0}, INVALID),
    "no ARN": ("delete_load_balancer", {"LoadBalancerArn": "web"}, INVALID),
    "a group without a port": ("create_target_group", {"Name": "a", "Protocol": "HTTP", "VpcId": "vpc-0"}, INVALID),
    "a group's protocol": ("create_target_group", {"Name": "a", "Protocol": "FTP", "Port": 80}, INVALID),
    "a group's port": ("create_target_group", {"Name": "a", "Protocol": "TCP", "Port": 65536}, INVALID),
    "nobody's group": ("describe_target_groups", {"TargetGroupArns": [GONE_GROUP]}, "TargetGroupNotFound"),
    "a group of nobody": ("describe_target_groups", {"LoadBalancerArn": GONE}, "LoadBalancerNotFound"),
    "a listener of nobody": (
        "create_listener",
        {"LoadBalancerArn": GONE, "Protocol": "HTTP", "Port": 80, "DefaultActions": FORWARD},
        "LoadBalancerNotFound",
    ),
    "no action": ("create_listener", {"LoadBalancerArn": GONE, "Protocol": "HTTP", "Port": 80}, INVALID),
    "no listener": ("describe_listeners", {}, INVALID),
    "nobody's listener": ("delete_listener", {"ListenerArn": GONE}, "ListenerNotFound"),
    "nobody's tags": ("describe_tags", {"ResourceArns": [GONE]}, "LoadBalancerNotFound"),
    "many tags": ("describe_tags", {"ResourceArns": [GONE] * 21}, INVALID),
    "nobody tagged": ("add_tags", {"ResourceArns": [GONE_GROUP], "Tags": [TAG]}, "TargetGroupNotFound"),
    "a tag twice": ("add_tags", {"ResourceArns": [GONE], "Tags": [TAG, TAG]}, "DuplicateTagKeys"),
    "nobody untagged": ("remove_tags", {"ResourceArns": [GONE], "TagKeys": ["k"]}, "LoadBalancerNotFound"),
    "nobody's attributes": ("describe_load_balancer_attributes", {"LoadBalancerArn": GONE}, "LoadBalancerNotFound"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    operation, sent, code = REFUSALS[case]
    refusal = refused(getattr(account.client("elbv2", lenient=True), operation), **sent)
    assert (refusal.code, refusal.status) == (code, 400)


def test_refusals_of_what_is_there(account: Account) -> None:
    elbv2, network = account.client("elbv2"), account.network()
    one = {"Name": "one", "Subnets": network.public[:1]}
    assert "two subnets" in refused(elbv2.create_load_balancer, **one).message
    at = load_balancer(account)["LoadBalancerArn"]
    group = target_group(account)
    listener(account, at, group)
    action = [{"Type": "forward", "TargetGroupArn": group}]
    again = {"LoadBalancerArn": at, "Protocol": "HTTP", "Port": 80, "DefaultActions": action}
    assert refused(elbv2.create_listener, **again).code == "DuplicateListener"
    assert refused(elbv2.create_listener, **again | {"Port": 81, "Protocol": "TCP"}).code == INVALID
    other = again | {"LoadBalancerArn": load_balancer(account, "other")["LoadBalancerArn"]}
    assert refused(elbv2.create_listener, **other).code == "TargetGroupAssociationLimit"
    gone = again | {"Port": 81, "DefaultActions": FORWARD}
    assert refused(elbv2.create_listener, **gone).code == "TargetGroupNotFound"
    unknown = [{"Key": "nothing.enabled", "Value": "true"}]
    sent = {"LoadBalancerArn": at, "Attributes": unknown}
    assert refused(elbv2.modify_load_balancer_attributes, **sent).code == INVALID
