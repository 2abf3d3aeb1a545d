"""Pod identity associations: every operation, driven by boto3, and what AWS refuses (EKS's service model)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

INVALID = "InvalidParameterException"
MISSING = "ResourceNotFoundException"


def request(account: Account, **more: Any) -> dict[str, Any]:
    role = account.role("app", "pods.eks.amazonaws.com", "AmazonS3ReadOnlyAccess")
    return {"namespace": "web", "serviceAccount": "api", "roleArn": role} | more


@drives(
    "eks",
    "CreatePodIdentityAssociation",
    "DescribePodIdentityAssociation",
    "ListPodIdentityAssociations",
    "UpdatePodIdentityAssociation",
    "DeletePodIdentityAssociation",
)
def test_an_association_comes_changes_and_goes(account: Account) -> None:
    eks = account.eks
    cluster = account.cluster()
    wanted = request(account)
    made = eks.create_pod_identity_association(clusterName=cluster, **wanted, tags={"a": "1"})["association"]
    assert {name: made[name] for name in wanted} == wanted
    assert (made["tags"], made["disableSessionTags"]) == ({"a": "1"}, False)
    named = {"clusterName": cluster, "associationId": made["associationId"]}
    assert eks.describe_pod_identity_association(**named)["association"] == made
    (listed,) = eks.list_pod_identity_associations(clusterName=cluster, serviceAccount="api")["associations"]
    assert listed == {name: made[name] for name in listed} and "roleArn" not in listed
    assert eks.list_pod_identity_associations(clusterName=cluster, namespace="other")["associations"] == []

    other = account.role("other", "pods.eks.amazonaws.com")
    changed = eks.update_pod_identity_association(
        **named, roleArn=other, targetRoleArn="arn:aws:iam::210987654321:role/far", disableSessionTags=True,
        policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )["association"]
    assert (changed["roleArn"], changed["disableSessionTags"]) == (other, True)
    assert changed["targetRoleArn"].endswith(":role/far") and changed["externalId"]
    eks.tag_resource(resourceArn=made["associationArn"], tags={"b": "2"})
    assert eks.list_tags_for_resource(resourceArn=made["associationArn"])["tags"] == {"a": "1", "b": "2"}

    gone = eks.delete_pod_identity_association(**named)["association"]
    assert gone["associationId"] == made["associationId"]
    assert eks.list_pod_identity_associations(clusterName=cluster)["associations"] == []
    assert account.simulator.left("AWS::EKS::PodIdentityAssociation") == []


def test_one_for_each_service_account(account: Account) -> None:
    cluster = account.cluster()
    made = account.eks.create_pod_identity_association(clusterName=cluster, **request(account))["association"]
    refusal = refused(account.eks.create_pod_identity_association, clusterName=cluster, **request(account))
    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert refusal.message == f"Association already exists: {made['associationId']}"


# What a request changes, and what it is refused with; the texts that are left out are not recorded.
REFUSALS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no such role": (
        {"roleArn": "arn:aws:iam::123456789012:role/nobody"},
        INVALID,
        "Role provided in the request does not exist.",
    ),
    "a policy with session tags": ({"policy": "{}"}, INVALID, ""),
    "no such cluster": ({"clusterName": "nobody"}, MISSING, "No cluster found for name: nobody."),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    change, code, message = REFUSALS[case]
    refusal = refused(
        account.eks.create_pod_identity_association,
        **({"clusterName": account.cluster()} | request(account) | change),
    )
    assert refusal.code == code and refusal.message.startswith(message), refusal


def test_a_role_that_trusts_somebody_else(account: Account) -> None:
    wanted = request(account, roleArn=account.node_role())
    refusal = refused(account.eks.create_pod_identity_association, clusterName=account.cluster(), **wanted)
    assert (refusal.code, refusal.message) == (INVALID, "Trust policy of the role provided is invalid")


@pytest.mark.parametrize("operation", ["describe", "update", "delete"])
def test_unknown(account: Account, operation: str) -> None:
    call = getattr(account.eks, f"{operation}_pod_identity_association")
    refusal = refused(call, clusterName=account.cluster(), associationId="a-nothing")
    assert (refusal.code, refusal.status) == (MISSING, 404)


def test_those_of_an_addon(account: Account) -> None:
    eks = account.eks
    addon = {"clusterName": account.cluster(), "addonName": "vpc-cni"}
    role = account.role("cni", "pods.eks.amazonaws.com")
    identity = {"podIdentityAssociations": [{"serviceAccount": "aws-node", "roleArn": role}]}
    made = eks.create_addon(**addon, **identity)["addon"]
    (listed,) = eks.list_pod_identity_associations(clusterName=addon["clusterName"])["associations"]
    assert ([listed["associationArn"]], listed["ownerArn"]) == (made["podIdentityAssociations"], made["addonArn"])
    named = {"clusterName": addon["clusterName"], "associationId": listed["associationId"]}
    assert eks.describe_pod_identity_association(**named)["association"]["roleArn"] == role
    refusal = refused(eks.delete_pod_identity_association, **named)
    assert (refusal.code, refusal.status) == ("InvalidRequestException", 400)
    account.advance(120)
    eks.update_addon(**addon, podIdentityAssociations=[])
    account.advance(400)
    assert eks.describe_addon(**addon)["addon"]["podIdentityAssociations"] == []
    assert eks.list_pod_identity_associations(clusterName=addon["clusterName"])["associations"] == []
