"""What AWS refuses of clusters, with its very texts (facts/aws.md §2.2, §2.3, §3.1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from account import MANAGED, Account, refused

INVALID = "InvalidParameterException"
IN_USE = "ResourceInUseException"
NOT_FOUND = "ResourceNotFoundException"
NOBODY = "arn:aws:iam::123456789012:role/nobody"

LOGGING = {"logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]}}
PRIVATE = {"resourcesVpcConfig": {"endpointPrivateAccess": True}}
API = {"accessConfig": {"authenticationMode": "API"}}

Change = Callable[[Account], dict[str, Any]]

# What a CreateCluster changes, and the text that it is refused with as InvalidParameterException.
CREATES: dict[str, tuple[Change, str]] = {
    "unknown version": (
        lambda _: {"version": "1.23"},
        "unsupported Kubernetes version",
    ),
    "one zone": (
        lambda account: {
            "resourcesVpcConfig": {"subnetIds": [account.network().public[0], account.network().private[0]]}
        },
        "Subnets specified must be in at least two different AZs",
    ),
    "no such role": (
        lambda _: {"roleArn": NOBODY},
        f"roleArn, {NOBODY}, does not exist",
    ),
    "no role at all": (
        lambda _: {"roleArn": "nobody"},
        "Invalid Role Arn: 'nobody'",
    ),
    "a role for something else": (
        lambda account: {"roleArn": account.pod_role()},
        "Role could not be assumed because the trusted entity is not correct",
    ),
    "a role without policies": (
        lambda account: {"roleArn": account.role("bare", "eks.amazonaws.com")},
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please ensure the "
        "following policy is attached: AmazonEKSClusterPolicy",
    ),
}


@pytest.mark.parametrize("case", CREATES)
def test_a_cluster_cannot_be_made(account: Account, case: str) -> None:
    change, message = CREATES[case]
    refusal = refused(account.eks.create_cluster, **account.cluster_request("c", **change(account)))
    assert (refusal.code, refusal.status, refusal.message) == (INVALID, 400, message)
    assert account.simulator.left("AWS::EKS::Cluster") == []


# What facts/aws.md has as a rule without the text.
RULES: dict[str, Change] = {
    "services overlap the VPC": lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "192.168.64.0/18"}},
    "services outside of private ranges": lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "8.8.0.0/16"}},
    "too many addresses for services": lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.0.0.0/8"}},
    "too few addresses for services": lambda _: {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "10.0.0.0/25"}},
    "six security groups": lambda account: {
        "resourcesVpcConfig": {
            "subnetIds": account.network().private,
            "securityGroupIds": [f"sg-{number:017x}" for number in range(6)],
        }
    },
    "no such subnet": lambda _: {"resourcesVpcConfig": {"subnetIds": ["subnet-0", "subnet-1"]}},
    "closed to everyone": lambda account: {
        "resourcesVpcConfig": {"subnetIds": account.network().private, "endpointPublicAccess": False}
    },
    "a reserved tag": lambda _: {"tags": {"aws:team": "blue"}},
    "half of Auto Mode": lambda _: {"computeConfig": {"enabled": True}},
    "41 ranges": lambda account: {
        "resourcesVpcConfig": {
            "subnetIds": account.network().private,
            "publicAccessCidrs": [f"203.0.113.{number}/32" for number in range(41)],
        }
    },
}


@pytest.mark.parametrize("case", RULES)
def test_rules_without_a_recorded_text(account: Account, case: str) -> None:
    refusal = refused(account.eks.create_cluster, **account.cluster_request("c", **RULES[case](account)))
    assert (refusal.code, refusal.status) == (INVALID, 400)
    assert account.simulator.left("AWS::EKS::Cluster") == []


def test_a_role_that_has_not_got_about(account: Account) -> None:
    request = account.cluster_request("web")
    trust = account.iam.get_role(RoleName="cluster")["Role"]["AssumeRolePolicyDocument"]
    fresh = account.iam.create_role(RoleName="fresh", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    account.iam.attach_role_policy(RoleName="fresh", PolicyArn=f"{MANAGED}/AmazonEKSClusterPolicy")
    request["roleArn"] = fresh
    refusal = refused(account.eks.create_cluster, **request)
    assert (refusal.code, refusal.status) == (INVALID, 400)
    assert refusal.message == (
        f"Role with arn: {fresh}, could not be assumed because it does not exist or the trusted entity is not correct"
    )
    account.advance(60)
    account.eks.create_cluster(**request)


def test_a_name_that_is_taken(account: Account) -> None:
    account.eks.create_cluster(**account.cluster_request("web"))
    refusal = refused(account.eks.create_cluster, **account.cluster_request("web"))
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == "Cluster already exists with name: web"
    assert refusal.members["clusterName"] == "web"


def test_a_repeated_request(account: Account) -> None:
    # facts/aws.md §4: one token, one cluster.
    request = account.cluster_request("web", clientRequestToken="t" * 36)
    first = account.eks.create_cluster(**request)["cluster"]
    assert account.eks.create_cluster(**request)["cluster"]["arn"] == first["arn"]


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("describe_cluster", {}),
        ("delete_cluster", {}),
        ("update_cluster_config", LOGGING),
        ("update_cluster_version", {"version": "1.36"}),
        ("list_updates", {}),
        ("describe_update", {"updateId": "none"}),
    ],
)
def test_unknown(account: Account, operation: str, more: dict[str, Any]) -> None:
    refusal = refused(getattr(account.eks, operation), name="nobody", **more)
    assert (refusal.code, refusal.status) == (NOT_FOUND, 404)
    assert refusal.message == "No cluster found for name: nobody."
    assert refusal.members["clusterName"] == "nobody"


def test_an_unknown_update(account: Account) -> None:
    refusal = refused(account.eks.describe_update, name=account.cluster(), updateId="none")
    assert (refusal.code, refusal.status) == (NOT_FOUND, 404)


def test_a_zone_without_capacity(account: Account) -> None:
    account.simulator.trouble(zonesWithoutControlPlane=["us-west-2b"])
    refusal = refused(account.eks.create_cluster, **account.cluster_request("web"))
    assert (refusal.code, refusal.status) == ("UnsupportedAvailabilityZoneException", 400)
    assert refusal.message == (
        "Cannot create cluster 'web' because us-west-2b, the targeted availability zone, does not currently have "
        "sufficient capacity to support the cluster. Retry and choose from these availability zones: us-west-2a, "
        "us-west-2c, us-west-2d"
    )
    assert refusal.members == {"clusterName": "web", "validZones": ["us-west-2a", "us-west-2c", "us-west-2d"]}


def test_more_than_the_quota(account: Account) -> None:
    account.renew(quotas={"clusters": 1})
    account.eks.create_cluster(**account.cluster_request("one"))
    refusal = refused(account.eks.create_cluster, **account.cluster_request("two"))
    assert (refusal.code, refusal.status) == ("ResourceLimitExceededException", 400)


# Updates


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        (LOGGING, PRIVATE, "EndpointAccessUpdate"),
        (LOGGING, API, "AccessConfigUpdate"),
        (PRIVATE, LOGGING, "LoggingUpdate"),
        (LOGGING, {"version": "1.35"}, "VersionUpdate"),
    ],
)
def test_a_second_update(account: Account, first: dict[str, Any], second: dict[str, Any], kind: str) -> None:
    name = account.cluster(version="1.34")
    update = account.eks.update_cluster_config(name=name, **first)["update"]["id"]
    call = account.eks.update_cluster_version if "version" in second else account.eks.update_cluster_config
    refusal = refused(call, name=name, **second)
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == f"Cannot {kind} because cluster {name} currently has update {update} in progress"


def test_an_update_that_nothing_shows(account: Account) -> None:
    name = account.cluster(version="1.34")
    account.simulator.trouble(hiddenUpdate=1)
    account.eks.create_addon(clusterName=name, addonName="kube-proxy")
    assert account.eks.describe_cluster(name=name)["cluster"]["status"] == "ACTIVE"
    refusal = refused(account.eks.update_cluster_version, name=name, version="1.35")
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == f"Cannot VersionUpdate because cluster {name} currently has an update in progress"
    refusal = refused(account.eks.delete_cluster, name=name)
    assert refusal.message == f"Cannot delete because cluster {name} currently has an update in progress"


def test_two_changes_at_once(account: Account) -> None:
    refusal = refused(account.eks.update_cluster_config, name=account.cluster(), **LOGGING, **PRIVATE)
    assert (refusal.code, refusal.message) == (INVALID, "Only one type of update can be allowed.")


def test_no_difference(account: Account) -> None:
    config = {"endpointPrivateAccess": False, "endpointPublicAccess": True}
    refusal = refused(account.eks.update_cluster_config, name=account.cluster(), resourcesVpcConfig=config)
    assert refusal.code == INVALID
    # With the space before the comma.
    assert refusal.message.startswith(
        "Cluster is already at the desired configuration with endpointPrivateAccess: false , endpointPublicAccess: true"
    )


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ("1.35", "Unsupported Kubernetes minor version update from 1.33 to 1.35"),
        ("1.32", "Unsupported Kubernetes minor version update from 1.33 to 1.32"),
        ("1.33", "unsupported Kubernetes version update from the current version, 1.33, to 1.33"),
        ("1.99", "unsupported Kubernetes version"),
    ],
)
def test_versions_that_cannot_be_next(account: Account, wanted: str, message: str) -> None:
    name = account.cluster(version="1.33")
    refusal = refused(account.eks.update_cluster_version, name=name, version=wanted)
    assert (refusal.code, refusal.status, refusal.message) == (INVALID, 400, message)


@pytest.mark.parametrize(
    ("present", "wanted"), [("CONFIG_MAP", "API"), ("API", "API_AND_CONFIG_MAP"), ("API", "API"), ("API", "CONFIG_MAP")]
)
def test_the_mode_goes_one_way(account: Account, present: str, wanted: str) -> None:
    name = account.cluster(accessConfig={"authenticationMode": present})
    change = {"accessConfig": {"authenticationMode": wanted}}
    assert refused(account.eks.update_cluster_config, name=name, **change).code == INVALID


def test_customer_routed_stays(account: Account) -> None:
    name = account.cluster()
    for mode in ("CUSTOMER_ROUTED", "AWS_MANAGED"):
        change = {"resourcesVpcConfig": {"controlPlaneEgressMode": mode}}
        if mode == "AWS_MANAGED":
            assert refused(account.eks.update_cluster_config, name=name, **change).code == INVALID
        else:
            account.eks.update_cluster_config(name=name, **change)
            account.advance(1000)


# Deletes


def attach_group(account: Account, cluster: str) -> str:
    account.nodegroup(cluster)
    return "Cluster has nodegroups attached"


def attach_profile(account: Account, cluster: str) -> str:
    account.profile(cluster)
    return "Cluster has Fargate Profiles in ACTIVE/CREATING state"


def delete_profile(account: Account, cluster: str) -> str:
    profile = account.profile(cluster)
    account.eks.delete_fargate_profile(clusterName=cluster, fargateProfileName=profile)
    return f"Cannot delete because cluster {cluster} currently has Fargate profile {profile} in status DELETING"


def begin_update(account: Account, cluster: str) -> str:
    account.eks.update_cluster_config(name=cluster, **LOGGING)
    return f"Cannot delete because cluster {cluster} currently has an update in progress"


@pytest.mark.parametrize("obstacle", [attach_group, attach_profile, delete_profile, begin_update])
def test_what_stands_in_the_way_of_a_delete(account: Account, obstacle: Callable[[Account, str], str]) -> None:
    name = account.cluster()
    message = obstacle(account, name)
    refusal = refused(account.eks.delete_cluster, name=name)
    assert (refusal.code, refusal.status, refusal.message) == (IN_USE, 409, message)
    assert refusal.members["clusterName"] == name


def test_addons_and_entries_go_along(account: Account) -> None:
    name = account.cluster()
    account.eks.create_addon(clusterName=name, addonName="vpc-cni")
    account.eks.create_access_entry(clusterName=name, principalArn=account.pod_role())
    account.eks.delete_cluster(name=name)
    account.advance(1000)
    assert [it for it in account.simulator.left() if "EKS" in it] == []


def test_protection(account: Account) -> None:
    account.eks.create_cluster(**account.cluster_request("young", deletionProtection=True))
    # It applies to ACTIVE only.
    account.eks.delete_cluster(name="young")
    name = account.cluster(deletionProtection=True)
    refusal = refused(account.eks.delete_cluster, name=name)
    assert (refusal.code, refusal.status) == ("InvalidRequestException", 400)
    account.eks.update_cluster_config(name=name, deletionProtection=False)
    account.advance(1000)
    account.eks.delete_cluster(name=name)


# Tags have errors of their own.


@pytest.mark.parametrize(
    ("arn", "tags", "code", "status"),
    [
        ("nothing", {"a": "1"}, "BadRequestException", 400),
        ("arn:aws:eks:us-west-2:123456789012:cluster/nobody", {"a": "1"}, "NotFoundException", 404),
        (None, {"aws:a": "1"}, "BadRequestException", 400),
        (None, {str(number): "" for number in range(51)}, "BadRequestException", 400),
        (None, {"a" * 129: ""}, "BadRequestException", 400),
        (None, {"a": "b" * 257}, "BadRequestException", 400),
    ],
)
def test_tags(account: Account, arn: str | None, tags: dict[str, str], code: str, status: int) -> None:
    own = account.eks.describe_cluster(name=account.cluster())["cluster"]["arn"]
    call = account.client("eks", lenient=True).tag_resource
    refusal = refused(call, resourceArn=arn or own, tags=tags)
    assert (refusal.code, refusal.status) == (code, status)
