"""Fargate profiles: every operation, driven by boto3, and what AWS refuses (facts/aws.md §2.4)."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

IN_USE = "ResourceInUseException"
INVALID = "InvalidParameterException"


@drives("eks", "CreateFargateProfile", "DescribeFargateProfile", "ListFargateProfiles", "DeleteFargateProfile")
def test_a_profile_comes_and_goes(account: Account) -> None:
    cluster = account.cluster()
    request = account.profile_request(cluster, "web", tags={"team": "blue"})
    made = account.eks.create_fargate_profile(**request)["fargateProfile"]
    assert made["status"] == "CREATING"
    account.advance(100)
    profile = account.eks.describe_fargate_profile(clusterName=cluster, fargateProfileName="web")["fargateProfile"]
    kept = ("selectors", "subnets", "podExecutionRoleArn", "tags", "fargateProfileName", "clusterName")
    assert {name: profile[name] for name in kept} == {name: request[name] for name in kept}
    assert profile["status"] == "ACTIVE"
    assert account.eks.list_fargate_profiles(clusterName=cluster)["fargateProfileNames"] == ["web"]
    gone = account.eks.delete_fargate_profile(clusterName=cluster, fargateProfileName="web")
    assert gone["fargateProfile"]["status"] == "DELETING"
    account.advance(200)
    assert account.eks.list_fargate_profiles(clusterName=cluster)["fargateProfileNames"] == []


def test_without_subnets_it_takes_the_private_ones(account: Account) -> None:
    network = account.network()
    cluster = account.cluster(resourcesVpcConfig={"subnetIds": network.public + network.private})
    request = account.profile_request(cluster, "web")
    del request["subnets"]
    profile = account.eks.create_fargate_profile(**request)["fargateProfile"]
    assert sorted(profile["subnets"]) == sorted(network.private)


def test_one_at_a_time(account: Account) -> None:
    cluster = account.cluster()
    eks = account.eks
    account.eks.create_fargate_profile(**account.profile_request(cluster, "q"))
    busy = refused(eks.create_fargate_profile, **account.profile_request(cluster, "p"))
    assert (busy.code, busy.status) == (IN_USE, 409)
    assert busy.message == (
        f"Cannot create Fargate Profile p because cluster {cluster} currently has Fargate profile q in status CREATING"
    )
    account.advance(100)
    other = account.profile(cluster)
    eks.delete_fargate_profile(clusterName=cluster, fargateProfileName="q")
    busy = refused(eks.delete_fargate_profile, clusterName=cluster, fargateProfileName=other)
    assert (busy.code, busy.status) == (IN_USE, 409)
    assert busy.message == (
        f"Cannot Delete Fargate Profile {other} because cluster {cluster} currently has Fargate profile q in status "
        "DELETING"
    )
    busy = refused(eks.create_fargate_profile, **account.profile_request(cluster, "p"))
    assert busy.message.endswith(f"because cluster {cluster} currently has Fargate profile q in status DELETING")


def test_not_while_the_cluster_is_updated(account: Account) -> None:
    cluster = account.cluster()
    name = account.profile(cluster)
    account.eks.update_cluster_config(name=cluster, logging={"clusterLogging": [{"types": ["api"], "enabled": True}]})
    text = f"because cluster {cluster} currently has an update in progress"
    busy = refused(account.eks.delete_fargate_profile, clusterName=cluster, fargateProfileName=name)
    assert (busy.code, busy.message) == (IN_USE, f"Cannot Delete Fargate Profile {name} {text}")
    busy = refused(account.eks.create_fargate_profile, **account.profile_request(cluster, "p"))
    assert (busy.code, busy.status) == (IN_USE, 409) and busy.message.endswith(text)


def test_not_during_an_update_that_nothing_shows(account: Account) -> None:
    cluster = account.cluster()
    name = account.profile(cluster)
    account.simulator.trouble(hiddenUpdate=1)
    account.eks.create_addon(clusterName=cluster, addonName="kube-proxy")
    assert account.eks.describe_cluster(name=cluster)["cluster"]["status"] == "ACTIVE"
    busy = refused(account.eks.delete_fargate_profile, clusterName=cluster, fargateProfileName=name)
    assert busy.message == (
        f"Cannot Delete Fargate Profile {name} because cluster {cluster} currently has an update in progress"
    )


# What a request changes, and what it is refused with.
REFUSALS: dict[str, tuple[dict[str, Any], str, int, str]] = {
    "no selector": (
        {"selectors": []},
        INVALID,
        400,
        "Fargate Profile requires at least one selector.",
    ),
    "six labels": (
        {"selectors": [{"namespace": "default", "labels": {str(number): "x" for number in range(6)}}]},
        INVALID,
        400,
        "Request contains Selector with more than 5 Label pairs",
    ),
    "no such role": (
        {"podExecutionRoleArn": "arn:aws:iam::123456789012:role/nobody"},
        INVALID,
        400,
        "roleArn, arn:aws:iam::123456789012:role/nobody, does not exist",
    ),
    "no role at all": (
        {"podExecutionRoleArn": "nobody"},
        INVALID,
        400,
        "Invalid Role Arn: 'nobody'",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    change, code, status, message = REFUSALS[case]
    cluster = account.cluster()
    refusal = refused(account.eks.create_fargate_profile, **account.profile_request(cluster, "p", **change))
    assert (refusal.code, refusal.status, refusal.message) == (code, status, message)
    assert account.simulator.left("AWS::EKS::FargateProfile") == []


def test_a_public_subnet(account: Account) -> None:
    cluster = account.cluster()
    subnet = account.network().public[0]
    request = account.profile_request(cluster, "p", subnets=[subnet])
    refusal = refused(account.eks.create_fargate_profile, **request)
    assert (refusal.code, refusal.status) == (INVALID, 400)
    assert refusal.message == f"Subnet {subnet} provided in Fargate Profile is not a private subnet"


def test_a_role_for_something_else(account: Account) -> None:
    cluster = account.cluster()
    request = account.profile_request(cluster, "p", podExecutionRoleArn=account.node_role())
    refusal = refused(account.eks.create_fargate_profile, **request)
    # facts/aws.md §2.3
    assert (refusal.code, refusal.message) == (
        INVALID,
        "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal",
    )


def test_a_name_that_is_taken(account: Account) -> None:
    cluster = account.cluster()
    name = account.profile(cluster)
    refusal = refused(account.eks.create_fargate_profile, **account.profile_request(cluster, name))
    assert (refusal.code, refusal.status) == (IN_USE, 409)
    assert refusal.message == "A Fargate Profile already exists with this name in this cluster."


@pytest.mark.parametrize("operation", ["describe_fargate_profile", "delete_fargate_profile"])
def test_unknown(account: Account, operation: str) -> None:
    cluster = account.cluster()
    call = getattr(account.eks, operation)
    refusal = refused(call, clusterName=cluster, fargateProfileName="nobody")
    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)
    assert refusal.message == "No Fargate Profile found with name: nobody."
    assert refusal.members["clusterName"] == cluster and refusal.members["fargateProfileName"] == "nobody"
    refusal = refused(call, clusterName="nobody", fargateProfileName="nobody")
    assert (refusal.code, refusal.message) == ("ResourceNotFoundException", "No cluster found for name: nobody.")


def test_more_than_the_quota(account: Account) -> None:
    account.renew(quotas={"fargateProfilesPerCluster": 1})
    cluster = account.cluster()
    account.profile(cluster)
    refusal = refused(account.eks.create_fargate_profile, **account.profile_request(cluster, "p"))
    # facts/aws.md §3.2
    assert (refusal.code, refusal.status) == ("ResourceLimitExceededException", 400)
