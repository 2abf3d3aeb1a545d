"""Auto Scaling: the groups that node groups make, as autoscalers and cost allocation see them."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives


def scene(account: Account) -> tuple[str, str, str]:
    """Names of a cluster, of a node group with two instances, and of the Auto Scaling group it has made."""
    cluster = account.cluster()
    group = account.nodegroup(cluster)
    described = account.eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    [made] = described["resources"]["autoScalingGroups"]
    return cluster, group, made["name"]


def sizes(account: Account, cluster: str, group: str) -> dict[str, int]:
    described = account.eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    found: dict[str, int] = described["scalingConfig"]
    return found


def described(account: Account, name: str) -> dict[str, Any]:
    client = account.client("autoscaling")
    [found] = client.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    group: dict[str, Any] = found
    return group


@drives("autoscaling", "DescribeAutoScalingGroups", "DescribeAutoScalingInstances", "DescribeScalingActivities")
def test_a_group(account: Account) -> None:
    client = account.client("autoscaling")
    cluster, _, name = scene(account)
    group = described(account, name)
    assert (group["MinSize"], group["DesiredCapacity"], group["MaxSize"]) == (1, 2, 3)
    assert group["VPCZoneIdentifier"].split(",") == account.network().private
    overrides = group["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"]
    assert overrides == [{"InstanceType": "t3.medium"}]
    ids = [it["InstanceId"] for it in group["Instances"]]
    assert {it["LifecycleState"] for it in group["Instances"]} == {"InService"} and len(ids) == 2
    [one] = client.describe_auto_scaling_instances(InstanceIds=[ids[0], "i-0123456789abcdef0"])["AutoScalingInstances"]
    assert (one["AutoScalingGroupName"], one["HealthStatus"]) == (name, "Healthy")
    activities = client.describe_scaling_activities(AutoScalingGroupName=name)["Activities"]
    assert {it["StatusCode"] for it in activities} == {"Successful"}
    assert {it["Description"].split()[-1] for it in activities} == set(ids)
    # As the Cluster Autoscaler finds its groups.
    owned = [{"Name": f"tag:k8s.io/cluster-autoscaler/{cluster}", "Values": ["owned"]}]
    [found] = client.describe_auto_scaling_groups(Filters=owned)["AutoScalingGroups"]
    assert found["AutoScalingGroupName"] == name
    assert client.describe_auto_scaling_groups(AutoScalingGroupNames=["nobody"])["AutoScalingGroups"] == []


@drives("autoscaling", "SetDesiredCapacity", "UpdateAutoScalingGroup", "TerminateInstanceInAutoScalingGroup")
def test_sizes(account: Account) -> None:
    client = account.client("autoscaling")
    cluster, group, name = scene(account)
    client.update_auto_scaling_group(AutoScalingGroupName=name, MaxSize=5)
    client.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=4)
    assert sizes(account, cluster, group) == {"minSize": 1, "maxSize": 5, "desiredSize": 4}
    account.advance(300)
    leaving = described(account, name)["Instances"][0]["InstanceId"]
    activity = client.terminate_instance_in_auto_scaling_group(
        InstanceId=leaving, ShouldDecrementDesiredCapacity=True
    )["Activity"]
    assert leaving in activity["Description"]
    account.advance(300)
    assert leaving not in [it["InstanceId"] for it in described(account, name)["Instances"]]
    assert sizes(account, cluster, group)["desiredSize"] == 3


@drives("autoscaling", "CreateOrUpdateTags", "DescribeTags", "DeleteTags")
def test_tags(account: Account) -> None:
    client = account.client("autoscaling")
    cluster, _, name = scene(account)
    of = {"ResourceId": name, "ResourceType": "auto-scaling-group"}
    cost = {**of, "Key": "cost", "Value": "42", "PropagateAtLaunch": True}
    client.create_or_update_tags(Tags=[cost, {**of, "Key": "note", "Value": "", "PropagateAtLaunch": False}])
    client.delete_tags(Tags=[{**of, "Key": "note"}])
    mine = {"Name": "auto-scaling-group", "Values": [name]}
    tags = {it["Key"]: it for it in client.describe_tags(Filters=[mine])["Tags"]}
    assert tags["cost"] == cost and "note" not in tags
    assert tags["eks:cluster-name"]["Value"] == cluster
    client.set_desired_capacity(AutoScalingGroupName=name, DesiredCapacity=3)
    filters = [{"Name": "tag:cost", "Values": ["42"]}, {"Name": "tag:aws:autoscaling:groupName", "Values": [name]}]
    [reservation] = account.ec2.describe_instances(Filters=filters)["Reservations"]
    assert len(reservation["Instances"]) == 1


@drives("autoscaling", "DeleteAutoScalingGroup")
def test_a_group_that_someone_deletes(account: Account) -> None:
    client = account.client("autoscaling")
    cluster, group, name = scene(account)
    boto3 = getattr(account, "boto3", account).client("autoscaling")
    assert refused(boto3.delete_auto_scaling_group, AutoScalingGroupName=name).code == "ResourceInUse"
    client.delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
    shown = account.eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert shown["health"]["issues"][0]["code"] == "AutoScalingGroupNotFound"
    account.eks.delete_nodegroup(clusterName=cluster, nodegroupName=group)
    account.advance(1000)
    assert account.simulator.left("AWS::AutoScaling::AutoScalingGroup") == []


NOBODY = {"AutoScalingGroupName": "nobody"}
TAG = {"ResourceId": "nobody", "ResourceType": "auto-scaling-group", "Key": "k", "Value": "v", "PropagateAtLaunch": True}
INVALID = "ValidationError"
REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "nobody's size": ("set_desired_capacity", NOBODY | {"DesiredCapacity": 1}, INVALID),
    "nobody's bounds": ("update_auto_scaling_group", NOBODY | {"MinSize": 1}, INVALID),
    "nobody deleted": ("delete_auto_scaling_group", NOBODY, INVALID),
    "nobody's activities": ("describe_scaling_activities", NOBODY, INVALID),
    "nobody's tags": ("create_or_update_tags", {"Tags": [TAG]}, INVALID),
    "nobody's tags deleted": ("delete_tags", {"Tags": [TAG]}, INVALID),
    "another resource's tags": ("create_or_update_tags", {"Tags": [TAG | {"ResourceType": "instance"}]}, INVALID),
    "a negative size": ("set_desired_capacity", NOBODY | {"DesiredCapacity": -1}, INVALID),
    "a member that is not simulated": ("update_auto_scaling_group", NOBODY | {"DefaultCooldown": 1}, INVALID),
    "nobody's instance": (
        "terminate_instance_in_auto_scaling_group",
        {"InstanceId": "i-0123456789abcdef0", "ShouldDecrementDesiredCapacity": True},
        INVALID,
    ),
    "a filter": ("describe_tags", {"Filters": [{"Name": "colour", "Values": ["red"]}]}, INVALID),
    "a filter of groups": ("describe_auto_scaling_groups", {"Filters": [{"Name": "key", "Values": ["a"]}]}, INVALID),
    "a large page": ("describe_auto_scaling_groups", {"MaxRecords": 101}, INVALID),
    "another token": ("describe_auto_scaling_instances", {"NextToken": "?"}, "InvalidNextToken"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    operation, request, code = REFUSALS[case]
    refusal = refused(getattr(account.client("autoscaling"), operation), **request)
    assert (refusal.code, refusal.status) == (code, 400)
