"""What AWS refuses of managed node groups, with its very texts (facts/aws.md §2.5, §3.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from account import Account, refused

INVALID = "InvalidParameterException"
REQUEST = "InvalidRequestException"
IN_USE = "ResourceInUseException"
NOT_FOUND = "ResourceNotFoundException"


def sizes(least: int, most: int, desired: int) -> dict[str, Any]:
    return {"scalingConfig": {"minSize": least, "maxSize": most, "desiredSize": desired}}


def template(account: Account, **data: Any) -> dict[str, Any]:
    """A launch template, as a node group names it."""
    request = {"LaunchTemplateName": "web", "LaunchTemplateData": data or {"EbsOptimized": True}}
    made = account.ec2.create_launch_template(**request)["LaunchTemplate"]
    return {"id": made["LaunchTemplateId"], "version": "1"}


Change = Callable[[Account], dict[str, Any]]

# What a CreateNodegroup changes, and code and text that it is refused with; … stands for what is not recorded.
CREATES: dict[str, tuple[Change, str, str]] = {
    "64 characters": (
        lambda _: {"nodegroupName": "n" * 64},
        INVALID,
        "nodeGroupName can't be longer than 63 characters!",
    ),
    "min over desired": (
        lambda _: sizes(3, 4, 2),
        INVALID,
        "minSize can't be greater than desiredSize",
    ),
    "desired over max": (
        lambda _: sizes(1, 2, 3),
        INVALID,
        "desiredSize can't be greater than maxSize",
    ),
    "a label": (
        lambda _: {"labels": {"-team": "blue"}},
        INVALID,
        "Invalid value: …field must consist of alphanumeric characters…",
    ),
    "a label's value": (
        lambda _: {"labels": {"team": "light blue"}},
        INVALID,
        "Invalid value: …field must consist of alphanumeric characters…",
    ),
    "a taint": (
        lambda _: {"taints": [{"key": "-app", "effect": "NO_SCHEDULE"}]},
        INVALID,
        "Invalid value: …field must consist of alphanumeric characters…",
    ),
    "another version's release": (
        lambda _: {"releaseVersion": "1.35.5-20261112"},
        REQUEST,
        "Requested release version 1.35.5-20261112 is not valid for kubernetes version 1.34.",
    ),
    "no such release": (
        lambda _: {"releaseVersion": "1.34.0-20200101"},
        INVALID,
        "Requested Nodegroup release version 1.34.0-20200101 is invalid. Allowed release version is …",
    ),
    "another version": (
        lambda _: {"version": "1.33"},
        INVALID,
        "…",
    ),
    "a disk besides a template": (
        lambda account: {"launchTemplate": template(account), "diskSize": 50},
        INVALID,
        "Disk size must be specified within the launch template.",
    ),
    "remote access besides a template": (
        lambda account: {"launchTemplate": template(account), "remoteAccess": {"ec2SshKey": "key"}},
        INVALID,
        "Remote access configuration cannot be specified with a launch template.",
    ),
    "a template without a name": (
        lambda _: {"launchTemplate": {"version": "1"}},
        INVALID,
        "Either provide launch template ID or launch template name in the request.",
    ),
    "a template with both names": (
        lambda account: {"launchTemplate": {**template(account), "name": "web"}},
        INVALID,
        "Either provide launch template ID or launch template name in the request.",
    ),
    "types in two places": (
        lambda account: {
            "launchTemplate": template(account, InstanceType="m5.large"),
            "instanceTypes": ["m5.large"],
        },
        REQUEST,
        "Cannot specify instance types in launch template and API request",
    ),
    "an SSH key that is not there": (
        lambda _: {"remoteAccess": {"ec2SshKey": "hers"}},
        INVALID,
        "KeyPair hers not found",
    ),
    "a template's own image and a version": (
        lambda account: {"launchTemplate": template(account, ImageId="ami-0123456789abcdef0"), "version": "1.34"},
        INVALID,
        "…",
    ),
    "a template with a subnet": (
        lambda account: {
            "launchTemplate": template(
                account, NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": account.network().private[0]}]
            )
        },
        INVALID,
        "…",
    ),
    "a template with an instance profile": (
        lambda account: {"launchTemplate": template(account, IamInstanceProfile={"Name": "node"})},
        INVALID,
        "…",
    ),
    "both measures of an update": (
        lambda _: {"updateConfig": {"maxUnavailable": 1, "maxUnavailablePercentage": 10}},
        INVALID,
        "…",
    ),
    "101 nodes at once": (
        lambda _: {"updateConfig": {"maxUnavailable": 101}},
        INVALID,
        "…",
    ),
    "a count and its percentage": (
        lambda _: {
            "nodeRepairConfig": {
                "enabled": True,
                "maxUnhealthyNodeThresholdCount": 1,
                "maxUnhealthyNodeThresholdPercentage": 10,
            }
        },
        INVALID,
        "…",
    ),
    "no such role": (
        lambda _: {"nodeRole": "arn:aws:iam::123456789012:role/nobody"},
        INVALID,
        "roleArn, arn:aws:iam::123456789012:role/nobody, does not exist",
    ),
    "no role at all": (
        lambda _: {"nodeRole": "nobody"},
        INVALID,
        "Invalid Role Arn: 'nobody'",
    ),
    "a reserved tag": (
        lambda _: {"tags": {"aws:team": "blue"}},
        INVALID,
        "…",
    ),
    "the wrong architecture": (
        lambda _: {"amiType": "AL2023_x86_64_STANDARD", "instanceTypes": ["m6g.large"]},
        INVALID,
        "…",
    ),
}


def fits(pattern: str, text: str) -> bool:
    """Whether `text` is `pattern`, in which … stands for anything."""
    position = 0
    *parts, last = pattern.split("…")
    for index, part in enumerate(parts):
        found = text.find(part, position)
        if found < 0 or index == 0 and found > 0:
            return False
        position = found + len(part)
    return text == last if not parts else text[position:].endswith(last)


@pytest.mark.parametrize("case", CREATES)
def test_a_group_cannot_be_made(account: Account, case: str) -> None:
    change, code, message = CREATES[case]
    cluster = account.cluster(version="1.34")
    request = account.nodegroup_request(cluster, "web", **change(account))
    refusal = refused(account.eks.create_nodegroup, **request)
    assert (refusal.code, refusal.status) == (code, 400) and fits(message, refusal.message), refusal
    assert refusal.members["clusterName"] == cluster
    assert refusal.members["nodegroupName"] == request["nodegroupName"]
    assert account.simulator.left("AWS::EKS::Nodegroup") == []


def test_a_name_that_is_taken(account: Account) -> None:
    cluster = account.cluster()
    account.eks.create_nodegroup(**account.nodegroup_request(cluster, "web"))
    refusal = refused(account.eks.create_nodegroup, **account.nodegroup_request(cluster, "web"))
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == f"NodeGroup already exists with name web and cluster name {cluster}"
    assert refusal.members == {"clusterName": cluster, "nodegroupName": "web"}


@pytest.mark.parametrize(
    "operation", ["describe_nodegroup", "delete_nodegroup", "update_nodegroup_config", "update_nodegroup_version"]
)
def test_unknown(account: Account, operation: str) -> None:
    cluster = account.cluster()
    call = getattr(account.eks, operation)
    refusal = refused(call, clusterName=cluster, nodegroupName="nobody")
    assert (refusal.code, refusal.status) == (NOT_FOUND, 404)
    assert refusal.message == "No node group found for name: nobody."
    assert refusal.members == {"clusterName": cluster, "nodegroupName": "nobody"}
    refusal = refused(call, clusterName="nobody", nodegroupName="nobody")
    assert (refusal.code, refusal.message) == (NOT_FOUND, "No cluster found for name: nobody.")


def test_a_cluster_that_is_not_active(account: Account) -> None:
    account.eks.create_cluster(**account.cluster_request("young"))
    refusal = refused(account.eks.create_nodegroup, **account.nodegroup_request("young", "web"))
    assert (refusal.code, refusal.status) == (REQUEST, 400)
    assert refusal.message == "Cluster 'young' is not in ACTIVE status"


@pytest.mark.parametrize("state", ["CREATING", "UPDATING", "DELETING"])
@pytest.mark.parametrize("operation", ["update_nodegroup_config", "update_nodegroup_version"])
def test_a_group_that_is_not_active(account: Account, state: str, operation: str) -> None:
    cluster = account.cluster()
    group = {"clusterName": cluster, "nodegroupName": "web"}
    account.eks.create_nodegroup(**account.nodegroup_request(cluster, "web"))
    if state != "CREATING":
        account.advance(400)
    if state == "UPDATING":
        account.eks.update_nodegroup_config(**group, labels={"addOrUpdateLabels": {"a": "1"}})
    elif state == "DELETING":
        account.eks.delete_nodegroup(**group)
    change = {"labels": {"addOrUpdateLabels": {"b": "2"}}} if operation == "update_nodegroup_config" else {}
    refusal = refused(getattr(account.eks, operation), **group, **change)
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == "Nodegroup cannot be updated as it is currently not in Active State"


def test_not_deleted_during_an_update(account: Account) -> None:
    cluster = account.cluster()
    group = {"clusterName": cluster, "nodegroupName": account.nodegroup(cluster)}
    account.eks.update_nodegroup_config(**group, labels={"addOrUpdateLabels": {"a": "1"}})
    refusal = refused(account.eks.delete_nodegroup, **group)
    assert (refusal.code, refusal.status) == (IN_USE, 409)


def test_sizes_that_do_not_fit_the_present_ones(account: Account) -> None:
    cluster = account.cluster()
    group = {"clusterName": cluster, "nodegroupName": account.nodegroup(cluster, **sizes(1, 10, 4))}
    refusal = refused(account.eks.update_nodegroup_config, **group, scalingConfig={"minSize": 8})
    assert (refusal.code, refusal.status) == (INVALID, 400)
    assert refusal.message == "Minimum capacity 8 can't be greater than desired size 4"
    refusal = refused(account.eks.update_nodegroup_config, **group, scalingConfig={"desiredSize": 11})
    assert refusal.message == "desiredSize can't be greater than maxSize"


def test_another_template_than_its_own(account: Account) -> None:
    cluster = account.cluster()
    without = account.nodegroup(cluster)
    wanted = template(account)
    call = account.eks.update_nodegroup_version
    assert refused(call, clusterName=cluster, nodegroupName=without, launchTemplate=wanted).code == INVALID
    having = account.nodegroup(cluster, launchTemplate=wanted)
    data = {"EbsOptimized": True}
    other = account.ec2.create_launch_template(LaunchTemplateName="other", LaunchTemplateData=data)["LaunchTemplate"]
    change = {"id": other["LaunchTemplateId"], "version": "1"}
    assert refused(call, clusterName=cluster, nodegroupName=having, launchTemplate=change).code == INVALID


def test_newer_than_the_cluster(account: Account) -> None:
    cluster = account.cluster(version="1.34")
    group = {"clusterName": cluster, "nodegroupName": account.nodegroup(cluster)}
    assert refused(account.eks.update_nodegroup_version, **group, version="1.35").code == INVALID


def test_groups_that_are_too_old(account: Account) -> None:
    cluster = account.cluster(version="1.31")
    group = account.nodegroup(cluster)
    for version in ("1.32", "1.33", "1.34"):
        account.eks.update_cluster_version(name=cluster, version=version)
        account.advance(2000)
    # facts/aws.md §6: a kubelet may be three minors behind; §2.2 has the text.
    refusal = refused(account.eks.update_cluster_version, name=cluster, version="1.35")
    assert refusal.code == INVALID
    assert refusal.message == (
        f"Nodegroups {group} must be updated to match cluster version 1.34 before updating cluster version"
    )


@pytest.mark.parametrize(
    ("quotas", "change"),
    [({"nodegroupsPerCluster": 0}, {}), ({"nodesPerNodegroup": 2}, sizes(1, 3, 2))],
)
def test_more_than_the_quota(account: Account, quotas: dict[str, int], change: dict[str, Any]) -> None:
    account.renew(quotas=quotas)
    request = account.nodegroup_request(account.cluster(), "web", **change)
    refusal = refused(account.eks.create_nodegroup, **request)
    assert (refusal.code, refusal.status) == ("ResourceLimitExceededException", 400)
