"""Managed node groups: every operation, driven by boto3."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives


def describe(account: Account, cluster: str, name: str) -> Any:
    return account.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]


def instances(account: Account, cluster: str) -> list[Any]:
    """The running instances of a cluster's node groups."""
    filters = [
        {"Name": "tag:eks:cluster-name", "Values": [cluster]},
        {"Name": "instance-state-name", "Values": ["pending", "running"]},
    ]
    reservations = account.ec2.describe_instances(Filters=filters)["Reservations"]
    return [instance for reservation in reservations for instance in reservation["Instances"]]


@drives("eks", "CreateNodegroup", "DescribeNodegroup", "ListNodegroups", "DeleteNodegroup")
def test_a_group_comes_and_goes(account: Account) -> None:
    cluster = account.cluster()
    request = account.nodegroup_request(
        cluster,
        "web",
        instanceTypes=["m5.large", "m5a.large"],
        capacityType="SPOT",
        diskSize=80,
        labels={"tier": "web"},
        taints=[{"key": "app", "value": "batch", "effect": "NO_SCHEDULE"}],
        tags={"team": "blue"},
        updateConfig={"maxUnavailablePercentage": 50},
        nodeRepairConfig={"enabled": True},
    )
    made = account.eks.create_nodegroup(**request)["nodegroup"]
    assert made["status"] == "CREATING"
    account.advance(400)
    group = describe(account, cluster, "web")
    kept = ("instanceTypes", "capacityType", "diskSize", "labels", "taints", "tags", "scalingConfig", "nodeRole")
    assert {name: group[name] for name in kept} == {name: request[name] for name in kept}
    assert group["status"] == "ACTIVE" and group["health"]["issues"] == []
    assert group["version"] == "1.36" and group["releaseVersion"].startswith("1.36.")
    assert group["resources"]["autoScalingGroups"]
    assert len(instances(account, cluster)) == 2
    assert account.eks.list_nodegroups(clusterName=cluster)["nodegroups"] == ["web"]

    gone = account.eks.delete_nodegroup(clusterName=cluster, nodegroupName="web")["nodegroup"]
    assert gone["status"] == "DELETING"
    account.advance(400)
    assert account.eks.list_nodegroups(clusterName=cluster)["nodegroups"] == []
    assert instances(account, cluster) == []


def test_defaults(account: Account) -> None:
    cluster = account.cluster()
    request = account.nodegroup_request(cluster, "plain")
    del request["scalingConfig"]
    group = account.eks.create_nodegroup(**request)["nodegroup"]
    # facts/aws.md §3.1, §1.2.
    expected = {
        "instanceTypes": ["t3.medium"],
        "diskSize": 20,
        "amiType": "AL2023_x86_64_STANDARD",
        "capacityType": "ON_DEMAND",
        "labels": {},
        "taints": [],
    }
    assert {name: group[name] for name in expected} == expected
    assert group["updateConfig"]["maxUnavailable"] == 1


@pytest.mark.parametrize(
    ("ami_type", "types"),
    [
        ("AL2023_ARM_64_STANDARD", ["m6g.large"]),
        ("BOTTLEROCKET_x86_64", ["m5.large"]),
        ("WINDOWS_CORE_2022_x86_64", ["m5.large"]),
    ],
)
def test_images(account: Account, ami_type: str, types: list[str]) -> None:
    cluster = account.cluster()
    group = account.nodegroup(cluster, amiType=ami_type, instanceTypes=types)
    assert describe(account, cluster, group)["amiType"] == ami_type


def test_a_launch_template(account: Account) -> None:
    cluster = account.cluster()
    data = {"InstanceType": "m5.large", "MetadataOptions": {"HttpTokens": "required"}}
    template = account.ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)["LaunchTemplate"]
    wanted = {"name": "web", "version": "1"}
    group = account.nodegroup(cluster, launchTemplate=wanted)
    shown = describe(account, cluster, group)
    assert shown["launchTemplate"] == {**wanted, "id": template["LaunchTemplateId"]}
    # facts/aws.md §3.1: types and disk stand in exactly one place.
    assert "instanceTypes" not in shown and "diskSize" not in shown
    assert {it["InstanceType"] for it in instances(account, cluster)} == {"m5.large"}


def test_a_group_without_nodes(account: Account) -> None:
    cluster = account.cluster()
    group = account.nodegroup(cluster, scalingConfig={"minSize": 0, "maxSize": 1, "desiredSize": 0})
    assert describe(account, cluster, group)["scalingConfig"] == {"minSize": 0, "maxSize": 1, "desiredSize": 0}


@drives("eks", "UpdateNodegroupConfig")
def test_a_group_changes(account: Account) -> None:
    cluster = account.cluster()
    group = account.nodegroup(cluster, labels={"old": "1"})
    taint = {"key": "app", "value": "batch", "effect": "NO_EXECUTE"}
    update = account.eks.update_nodegroup_config(
        clusterName=cluster,
        nodegroupName=group,
        labels={"addOrUpdateLabels": {"new": "2"}, "removeLabels": ["old"]},
        taints={"addOrUpdateTaints": [taint]},
        scalingConfig={"minSize": 1, "maxSize": 4, "desiredSize": 3},
        updateConfig={"maxUnavailable": 2},
        nodeRepairConfig={"enabled": True},
    )["update"]
    assert (update["type"], update["status"]) == ("ConfigUpdate", "InProgress")
    assert describe(account, cluster, group)["status"] == "UPDATING"
    account.advance(400)
    # facts/aws.md §2.7: found only with the group's name.
    found = account.eks.describe_update(name=cluster, updateId=update["id"], nodegroupName=group)["update"]
    assert found["status"] == "Successful"
    assert account.eks.list_updates(name=cluster, nodegroupName=group)["updateIds"] == [update["id"]]
    assert account.eks.list_updates(name=cluster)["updateIds"] == []
    shown = describe(account, cluster, group)
    assert (shown["labels"], shown["taints"]) == ({"new": "2"}, [taint])
    assert shown["scalingConfig"]["desiredSize"] == 3 and shown["status"] == "ACTIVE"
    assert len(instances(account, cluster)) == 3


@drives("eks", "UpdateNodegroupVersion")
def test_a_group_is_upgraded(account: Account) -> None:
    cluster = account.cluster(version="1.34")
    group = account.nodegroup(cluster)
    before = {it["InstanceId"] for it in instances(account, cluster)}
    account.eks.update_cluster_version(name=cluster, version="1.35")
    account.advance(2000)
    update = account.eks.update_nodegroup_version(clusterName=cluster, nodegroupName=group, version="1.35")
    assert update["update"]["type"] == "VersionUpdate"
    account.advance(10_000)
    shown = describe(account, cluster, group)
    assert (shown["status"], shown["version"]) == ("ACTIVE", "1.35")
    after = {it["InstanceId"] for it in instances(account, cluster)}
    assert len(after) == 2 and not before & after


def test_an_update_that_fails_leaves_the_group_as_it_was(account: Account) -> None:
    cluster = account.cluster(version="1.34")
    group = account.nodegroup(cluster)
    account.eks.update_cluster_version(name=cluster, version="1.35")
    account.advance(2000)
    account.simulator.trouble(nodesNeverJoin=True)
    request = {"clusterName": cluster, "nodegroupName": group}
    update = account.eks.update_nodegroup_version(**request, version="1.35")["update"]
    account.advance(10_000)
    # facts/aws.md §1.2: the failure is only in the update.
    shown = describe(account, cluster, group)
    assert (shown["status"], shown["version"], shown["health"]["issues"]) == ("ACTIVE", "1.34", [])
    found = account.eks.describe_update(name=cluster, updateId=update["id"], nodegroupName=group)["update"]
    assert found["status"] == "Failed"
    assert [it["errorCode"] for it in found["errors"]] == ["NodeCreationFailure"]
    # facts/aws.md §2.7: without its name the update is not found.
    assert refused(account.eks.describe_update, name=cluster, updateId=update["id"]).status == 404


def test_nodes_that_never_join(account: Account) -> None:
    cluster = account.cluster()
    account.simulator.trouble(nodesNeverJoin=True)
    account.eks.create_nodegroup(**account.nodegroup_request(cluster, "lost"))
    account.advance(2200)
    group = describe(account, cluster, "lost")
    # facts/aws.md §2.5.
    assert group["status"] == "CREATE_FAILED"
    (issue,) = group["health"]["issues"]
    assert issue["code"] == "NodeCreationFailure"
    assert issue["message"] == "Instances failed to join the kubernetes cluster"
    assert sorted(issue["resourceIds"]) == sorted(it["InstanceId"] for it in instances(account, cluster))
    account.eks.delete_nodegroup(clusterName=cluster, nodegroupName="lost")
    account.advance(400)
    assert account.eks.list_nodegroups(clusterName=cluster)["nodegroups"] == []


def test_a_delete_that_gets_stuck(account: Account) -> None:
    cluster = account.cluster()
    group = account.nodegroup(cluster)
    account.simulator.trouble(stuckNodegroupDeletes=1)
    account.eks.delete_nodegroup(clusterName=cluster, nodegroupName=group)
    account.advance(400)
    shown = describe(account, cluster, group)
    # facts/aws.md §2.5.
    assert shown["status"] == "DELETE_FAILED"
    (issue,) = shown["health"]["issues"]
    assert issue["code"] == "Ec2SecurityGroupDeletionFailure"
    assert issue["message"] == "DependencyViolation - resource has a dependent object"
    account.eks.delete_nodegroup(clusterName=cluster, nodegroupName=group)
    account.advance(400)
    assert account.eks.list_nodegroups(clusterName=cluster)["nodegroups"] == []
