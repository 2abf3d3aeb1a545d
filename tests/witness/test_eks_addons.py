"""Add-ons: every operation, driven by boto3, and what AWS refuses (facts/aws.md §2.6)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives


def describe(account: Account, cluster: str, name: str) -> Any:
    return account.eks.describe_addon(clusterName=cluster, addonName=name)["addon"]


@drives("eks", "CreateAddon", "DescribeAddon", "ListAddons", "UpdateAddon", "DeleteAddon", "DescribeAddonVersions")
def test_an_addon_comes_changes_and_goes(account: Account) -> None:
    eks = account.eks
    cluster = account.cluster()
    (offer,) = eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.36")["addons"]
    newest, older = [it["addonVersion"] for it in offer["addonVersions"]][:2]
    role = account.role("cni", "pods.eks.amazonaws.com")
    made = eks.create_addon(
        clusterName=cluster,
        addonName="vpc-cni",
        addonVersion=older,
        resolveConflicts="OVERWRITE",
        configurationValues=json.dumps({"env": {"WARM_IP_TARGET": "2"}}),
        podIdentityAssociations=[{"serviceAccount": "aws-node", "roleArn": role}],
        tags={"team": "blue"},
    )["addon"]
    assert (made["status"], made["addonVersion"], made["tags"]) == ("CREATING", older, {"team": "blue"})
    assert len(made["podIdentityAssociations"]) == 1
    account.advance(60)
    assert describe(account, cluster, "vpc-cni")["status"] == "ACTIVE"
    assert eks.list_addons(clusterName=cluster)["addons"] == ["vpc-cni"]

    update = eks.update_addon(clusterName=cluster, addonName="vpc-cni", addonVersion=newest)["update"]
    assert (update["type"], update["status"]) == ("AddonUpdate", "InProgress")
    assert describe(account, cluster, "vpc-cni")["status"] == "UPDATING"
    account.advance(120)
    found = eks.describe_update(name=cluster, updateId=update["id"], addonName="vpc-cni")["update"]
    assert found["status"] == "Successful"
    assert eks.list_updates(name=cluster, addonName="vpc-cni")["updateIds"] == [update["id"]]
    addon = describe(account, cluster, "vpc-cni")
    assert (addon["addonVersion"], addon["status"]) == (newest, "ACTIVE")
    # What the update did not speak of stays.
    assert json.loads(addon["configurationValues"]) == {"env": {"WARM_IP_TARGET": "2"}}

    gone = eks.delete_addon(clusterName=cluster, addonName="vpc-cni", preserve=True)["addon"]
    assert gone["status"] == "DELETING"
    account.advance(60)
    assert eks.list_addons(clusterName=cluster)["addons"] == []


def test_what_is_on_offer(account: Account) -> None:
    addons = account.eks.describe_addon_versions()["addons"]
    assert {"vpc-cni", "kube-proxy", "coredns"} <= {it["addonName"] for it in addons}
    for addon in addons:
        defaults = [
            compatibility["clusterVersion"]
            for version in addon["addonVersions"]
            for compatibility in version["compatibilities"]
            if compatibility["defaultVersion"]
        ]
        assert len(defaults) == len(set(defaults)), f"{addon['addonName']} has two defaults for one version"


def test_coredns_needs_nodes(account: Account) -> None:
    cluster = account.cluster()
    account.eks.create_addon(clusterName=cluster, addonName="coredns")
    account.advance(200)
    assert describe(account, cluster, "coredns")["status"] == "CREATING"
    account.advance(1200)
    addon = describe(account, cluster, "coredns")
    assert addon["status"] == "DEGRADED"
    (issue,) = addon["health"]["issues"]
    assert issue["code"] == "InsufficientNumberOfReplicas"
    assert issue["message"] == (
        "The add-on is unhealthy because it doesn't have the desired number of replicas."
    )
    account.nodegroup(cluster)
    account.advance(200)
    assert describe(account, cluster, "coredns")["status"] == "ACTIVE"


@drives("eks", "DescribeAddonConfiguration")
def test_values_are_held_against_the_schema(account: Account) -> None:
    eks = account.eks
    for addon in eks.describe_addon_versions(kubernetesVersion="1.36")["addons"]:
        name, version = addon["addonName"], addon["addonVersions"][0]["addonVersion"]
        found = eks.describe_addon_configuration(addonName=name, addonVersion=version)
        assert (found["addonName"], found["addonVersion"]) == (name, version)
        schema = json.loads(found["configurationSchema"])
        assert schema["$schema"].startswith(("http://json-schema.org/", "https://json-schema.org/"))
    found = eks.describe_addon_configuration(addonName="vpc-cni", addonVersion="v1.22.2-eksbuild.1")
    (identity,) = found["podIdentityConfiguration"]
    assert identity["serviceAccount"] == "aws-node"
    assert identity["recommendedManagedPolicies"] == ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]
    refusal = refused(eks.describe_addon_configuration, addonName="vpc-cni", addonVersion="v0.0.1-eksbuild.1")
    assert (refusal.code, refusal.status) == ("InvalidParameterException", 400)

    cluster = account.cluster()
    eks.create_addon(clusterName=cluster, addonName="vpc-cni")
    account.advance(60)
    refusal = refused(
        eks.update_addon, clusterName=cluster, addonName="vpc-cni", configurationValues='{"enableNetworkPolicy": true}'
    )
    assert refusal.message.endswith("error: [$.enableNetworkPolicy: boolean found, string expected]"), refusal


# What a request changes, and what it is refused with: code, status, text or its beginning.
REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "wrong version": (
        {"addonVersion": "v0.0.1-eksbuild.1"},
        "InvalidParameterException",
        "Addon version specified is not supported",
    ),
    "unknown add-on": (
        {"addonName": "nothing"},
        "InvalidParameterException",
        "Addon version specified is not supported",
    ),
    "values that are no object": (
        {"configurationValues": "[1]"},
        "InvalidParameterException",
        "ConfigurationValue provided in request is not supported",
    ),
    # aws/containers-roadmap#2216
    "values that the schema does not have": (
        {"configurationValues": '{"podAnnotation": {}}'},
        "InvalidParameterException",
        "ConfigurationValue provided in request is not supported: Json schema validation failed with error: "
        "[$.podAnnotation: is not defined in the schema and the schema does not allow additional properties]",
    ),
    "no such role": (
        {"serviceAccountRoleArn": "arn:aws:iam::123456789012:role/nobody"},
        "InvalidParameterException",
        "roleArn, arn:aws:iam::123456789012:role/nobody, does not exist",
    ),
    "no such cluster": (
        {"clusterName": "nobody"},
        "ResourceNotFoundException",
        "No cluster found for name: nobody.",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    change, code, message = REFUSALS[case]
    request = {"clusterName": account.cluster(), "addonName": "vpc-cni"} | change
    refusal = refused(account.eks.create_addon, **request)
    assert refusal.code == code and refusal.message.startswith(message), refusal
    assert account.simulator.left("AWS::EKS::Addon") == []


def test_a_second_time(account: Account) -> None:
    request = {"clusterName": account.cluster(), "addonName": "vpc-cni"}
    account.eks.create_addon(**request)
    refusal = refused(account.eks.create_addon, **request)
    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert refusal.members["addonName"] == "vpc-cni"


def test_a_cluster_that_is_not_there_yet(account: Account) -> None:
    account.eks.create_cluster(**account.cluster_request("young"))
    refusal = refused(account.eks.create_addon, clusterName="young", addonName="vpc-cni")
    assert (refusal.code, refusal.status) == ("InvalidRequestException", 400)


@pytest.mark.parametrize("operation", ["describe_addon", "update_addon", "delete_addon"])
def test_unknown(account: Account, operation: str) -> None:
    cluster = account.cluster()
    call = getattr(account.eks, operation)
    refusal = refused(call, clusterName=cluster, addonName="vpc-cni")
    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)
    refusal = refused(call, clusterName="nobody", addonName="vpc-cni")
    assert (refusal.code, refusal.message) == ("ResourceNotFoundException", "No cluster found for name: nobody.")


def test_a_second_update(account: Account) -> None:
    request = {"clusterName": account.cluster(), "addonName": "vpc-cni"}
    account.eks.create_addon(**request)
    account.advance(60)
    account.eks.update_addon(**request, configurationValues="{}")
    refusal = refused(account.eks.update_addon, **request, configurationValues='{"env": {}}')
    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
