"""Access entries and policies: every operation, driven by boto3, and what AWS refuses (facts/aws.md §3.1)."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

CREATOR = "arn:aws:iam::123456789012:user/simulated"
INVALID = "InvalidParameterException"


def policy(name: str) -> str:
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"


@drives(
    "eks",
    "CreateAccessEntry",
    "DescribeAccessEntry",
    "ListAccessEntries",
    "UpdateAccessEntry",
    "DeleteAccessEntry",
    "AssociateAccessPolicy",
    "ListAssociatedAccessPolicies",
    "DisassociateAccessPolicy",
    "ListAccessPolicies",
)
def test_an_entry_comes_changes_and_goes(account: Account) -> None:
    eks = account.eks
    entry = {"clusterName": account.cluster(), "principalArn": account.pod_role()}
    made = eks.create_access_entry(**entry, kubernetesGroups=["team"], tags={"a": "1"})["accessEntry"]
    assert (made["type"], made["kubernetesGroups"], made["tags"]) == ("STANDARD", ["team"], {"a": "1"})
    assert made["username"] == "arn:aws:sts::123456789012:assumed-role/pod/{{SessionName}}"
    # facts/aws.md §3.1: the creator is an administrator unless the cluster says otherwise.
    listed = eks.list_access_entries(clusterName=entry["clusterName"])["accessEntries"]
    assert sorted(listed) == sorted([CREATOR, entry["principalArn"]])

    changed = eks.update_access_entry(**entry, kubernetesGroups=["other"], username="me")["accessEntry"]
    assert (changed["kubernetesGroups"], changed["username"]) == (["other"], "me")
    assert eks.describe_access_entry(**entry)["accessEntry"] == changed

    offered = {it["name"]: it["arn"] for it in eks.list_access_policies()["accessPolicies"]}
    view = offered["AmazonEKSViewPolicy"]
    assert view == policy("AmazonEKSViewPolicy")
    scope = {"type": "namespace", "namespaces": ["web", "web-*"]}
    associated = eks.associate_access_policy(**entry, policyArn=view, accessScope=scope)
    assert associated["associatedAccessPolicy"]["accessScope"] == scope
    edit = policy("AmazonEKSEditPolicy")
    eks.associate_access_policy(**entry, policyArn=edit, accessScope={"type": "cluster"})
    has = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert [it["policyArn"] for it in has] == [edit, view]
    only = eks.list_access_entries(clusterName=entry["clusterName"], associatedPolicyArn=view)
    assert only["accessEntries"] == [entry["principalArn"]]
    eks.disassociate_access_policy(**entry, policyArn=edit)
    has = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert [it["policyArn"] for it in has] == [view]

    eks.delete_access_entry(**entry)
    assert eks.list_access_entries(clusterName=entry["clusterName"])["accessEntries"] == [CREATOR]


@pytest.mark.parametrize(
    "kind", ["EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "EC2", "HYPERPOD_LINUX"]
)
def test_entries_of_nodes(account: Account, kind: str) -> None:
    entry = {"clusterName": account.cluster(), "principalArn": account.node_role()}
    made = account.eks.create_access_entry(**entry, type=kind)["accessEntry"]
    assert made["type"] == kind and made["username"].startswith("system:node:")
    view = {"policyArn": policy("AmazonEKSViewPolicy"), "accessScope": {"type": "cluster"}}
    refusal = refused(account.eks.associate_access_policy, **entry, **view)
    assert (refusal.code, refusal.status) == (INVALID, 400)
    assert refusal.message == (
        'This operation can only be performed on Access Entries with a type of "STANDARD".'
    )


def test_groups_and_profiles_get_entries(account: Account) -> None:
    cluster = account.cluster()
    account.nodegroup(cluster)
    account.profile(cluster)
    entries = account.eks.list_access_entries(clusterName=cluster)["accessEntries"]
    assert sorted(entries) == sorted([CREATOR, account.node_role(), account.pod_role()])


def test_a_second_entry(account: Account) -> None:
    entry = {"clusterName": account.cluster(), "principalArn": account.pod_role()}
    account.eks.create_access_entry(**entry)
    refusal = refused(account.eks.create_access_entry, **entry)
    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert refusal.message == "The specified access entry resource is already in use on this cluster."


# What a request changes, and what it is refused with; the texts that are left out are not recorded.
REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "no such principal": ({"principalArn": "arn:aws:iam::123456789012:role/nobody"}, INVALID),
    "no principal at all": ({"principalArn": "nobody"}, INVALID),
    "a reserved group": ({"kubernetesGroups": ["system:masters"]}, INVALID),
    "a group for nodes": ({"type": "EC2_LINUX", "kubernetesGroups": ["team"]}, INVALID),
    "an unknown type": ({"type": "MAINFRAME"}, INVALID),
    "no such cluster": ({"clusterName": "nobody"}, "ResourceNotFoundException"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    change, code = REFUSALS[case]
    request = {"clusterName": account.cluster(), "principalArn": account.pod_role()} | change
    assert refused(account.client("eks", lenient=True).create_access_entry, **request).code == code


@pytest.mark.parametrize("operation", ["describe_access_entry", "update_access_entry", "delete_access_entry"])
def test_unknown(account: Account, operation: str) -> None:
    entry = {"clusterName": account.cluster(), "principalArn": account.pod_role()}
    refusal = refused(getattr(account.eks, operation), **entry)
    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)


def test_entries_need_the_mode(account: Account) -> None:
    cluster = account.cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})
    refusal = refused(account.eks.create_access_entry, clusterName=cluster, principalArn=account.pod_role())
    assert (refusal.code, refusal.status) == ("InvalidRequestException", 400)


def test_an_unknown_policy(account: Account) -> None:
    entry = {"clusterName": account.cluster(), "principalArn": CREATOR}
    request = {"policyArn": policy("Nothing"), "accessScope": {"type": "cluster"}}
    assert refused(account.eks.associate_access_policy, **entry, **request).code == INVALID
    refusal = refused(account.eks.disassociate_access_policy, **entry, policyArn=policy("AmazonEKSViewPolicy"))
    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)
