"""IAM: every operation, driven by boto3, and what AWS refuses (facts/aws.md §2.10)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import MANAGED, Account, refused

drives = pytest.mark.drives

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
WORKER = f"{MANAGED}/AmazonEKSWorkerNodePolicy"


def make_role(account: Account, name: str = "web", **more: Any) -> Any:
    return account.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST), **more)["Role"]


@drives(
    "iam",
    "CreateRole",
    "GetRole",
    "ListRoles",
    "UpdateRole",
    "UpdateRoleDescription",
    "UpdateAssumeRolePolicy",
    "TagRole",
    "UntagRole",
    "ListRoleTags",
    "DeleteRole",
)
def test_a_role(account: Account) -> None:
    iam = account.iam
    made = make_role(account, Path="/eks/", Description="of the web", Tags=[{"Key": "a", "Value": "1"}])
    assert made["Arn"] == "arn:aws:iam::123456789012:role/eks/web" and made["RoleId"].startswith("AROA")
    assert made["AssumeRolePolicyDocument"] == TRUST
    iam.update_role(RoleName="web", MaxSessionDuration=7200)
    assert iam.update_role_description(RoleName="web", Description="new")["Role"]["Description"] == "new"
    trust = json.loads(json.dumps(TRUST).replace("ec2", "eks"))
    iam.update_assume_role_policy(RoleName="web", PolicyDocument=json.dumps(trust))
    iam.tag_role(RoleName="web", Tags=[{"Key": "b", "Value": ""}])
    iam.untag_role(RoleName="web", TagKeys=["a"])
    assert iam.list_role_tags(RoleName="web")["Tags"] == [{"Key": "b", "Value": ""}]
    role = iam.get_role(RoleName="web")["Role"]
    assert (role["MaxSessionDuration"], role["AssumeRolePolicyDocument"]) == (7200, trust)
    assert [it["RoleName"] for it in iam.list_roles(PathPrefix="/eks/")["Roles"]] == ["web"]
    assert iam.list_roles(PathPrefix="/other/")["Roles"] == []
    iam.delete_role(RoleName="web")
    assert iam.list_roles()["Roles"] == []


@drives(
    "iam",
    "AttachRolePolicy",
    "ListAttachedRolePolicies",
    "DetachRolePolicy",
    "PutRolePolicy",
    "GetRolePolicy",
    "ListRolePolicies",
    "DeleteRolePolicy",
)
def test_policies_of_a_role(account: Account) -> None:
    iam = account.iam
    make_role(account)
    iam.attach_role_policy(RoleName="web", PolicyArn=WORKER)
    attached = iam.list_attached_role_policies(RoleName="web")["AttachedPolicies"]
    assert attached == [{"PolicyName": "AmazonEKSWorkerNodePolicy", "PolicyArn": WORKER}]
    iam.put_role_policy(RoleName="web", PolicyName="inline", PolicyDocument=json.dumps(POLICY))
    assert iam.list_role_policies(RoleName="web")["PolicyNames"] == ["inline"]
    assert iam.get_role_policy(RoleName="web", PolicyName="inline")["PolicyDocument"] == POLICY

    refusal = refused(iam.delete_role, RoleName="web")
    assert (refusal.code, refusal.status) == ("DeleteConflict", 409)
    assert refusal.message == "Cannot delete entity, must detach all policies first."
    iam.detach_role_policy(RoleName="web", PolicyArn=WORKER)
    assert refused(iam.delete_role, RoleName="web").message == "Cannot delete entity, must delete policies first."
    iam.delete_role_policy(RoleName="web", PolicyName="inline")
    iam.delete_role(RoleName="web")


@drives(
    "iam",
    "CreateInstanceProfile",
    "GetInstanceProfile",
    "ListInstanceProfiles",
    "ListInstanceProfilesForRole",
    "AddRoleToInstanceProfile",
    "RemoveRoleFromInstanceProfile",
    "DeleteInstanceProfile",
)
def test_an_instance_profile(account: Account) -> None:
    iam = account.iam
    make_role(account)
    iam.create_instance_profile(InstanceProfileName="box", Tags=[{"Key": "a", "Value": "1"}])
    iam.add_role_to_instance_profile(InstanceProfileName="box", RoleName="web")
    profile = iam.get_instance_profile(InstanceProfileName="box")["InstanceProfile"]
    assert [it["RoleName"] for it in profile["Roles"]] == ["web"]
    assert [it["InstanceProfileName"] for it in iam.list_instance_profiles()["InstanceProfiles"]] == ["box"]
    of_role = iam.list_instance_profiles_for_role(RoleName="web")["InstanceProfiles"]
    assert [it["InstanceProfileName"] for it in of_role] == ["box"]

    refusal = refused(iam.delete_role, RoleName="web")
    assert (refusal.code, refusal.status) == ("DeleteConflict", 409)
    assert refusal.message == "Cannot delete entity, must remove roles from instance profile first."
    assert refused(iam.delete_instance_profile, InstanceProfileName="box").code == "DeleteConflict"
    # A profile has one role at most.
    make_role(account, "other")
    second = refused(iam.add_role_to_instance_profile, InstanceProfileName="box", RoleName="other")
    assert (second.code, second.status) == ("LimitExceeded", 409)
    iam.remove_role_from_instance_profile(InstanceProfileName="box", RoleName="web")
    iam.delete_instance_profile(InstanceProfileName="box")
    iam.delete_role(RoleName="web")


@drives("iam", "CreatePolicy", "GetPolicy", "ListPolicies", "GetPolicyVersion", "ListPolicyVersions", "DeletePolicy")
def test_a_policy(account: Account) -> None:
    iam = account.iam
    made = iam.create_policy(PolicyName="read", PolicyDocument=json.dumps(POLICY), Description="reads")["Policy"]
    arn = made["Arn"]
    assert arn == "arn:aws:iam::123456789012:policy/read" and made["DefaultVersionId"] == "v1"
    make_role(account)
    iam.attach_role_policy(RoleName="web", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert [it["Arn"] for it in iam.list_policies(Scope="Local")["Policies"]] == [arn]
    assert [it["VersionId"] for it in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v1"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == POLICY
    assert refused(iam.delete_policy, PolicyArn=arn).code == "DeleteConflict"
    iam.detach_role_policy(RoleName="web", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    assert iam.list_policies(Scope="Local")["Policies"] == []


@pytest.mark.parametrize("name", ["AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"])
def test_policies_of_aws(account: Account, name: str) -> None:
    arn = f"{MANAGED}/{name}"
    assert account.iam.get_policy(PolicyArn=arn)["Policy"]["PolicyName"] == name
    offered = account.iam.list_policies(Scope="AWS")["Policies"]
    assert arn in {it["Arn"] for it in offered}


@drives("iam", "CreateServiceLinkedRole")
def test_a_service_linked_role(account: Account) -> None:
    role = account.iam.create_service_linked_role(AWSServiceName="eks.amazonaws.com")["Role"]
    assert role["Path"] == "/aws-service-role/eks.amazonaws.com/"
    assert role["RoleName"] == "AWSServiceRoleForAmazonEKS"
    assert refused(account.iam.create_service_linked_role, AWSServiceName="eks.amazonaws.com").code == "InvalidInput"


@drives(
    "iam",
    "CreateOpenIDConnectProvider",
    "GetOpenIDConnectProvider",
    "ListOpenIDConnectProviders",
    "TagOpenIDConnectProvider",
    "UntagOpenIDConnectProvider",
    "DeleteOpenIDConnectProvider",
)
def test_an_identity_provider(account: Account) -> None:
    iam = account.iam
    url = "https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
    made = iam.create_open_id_connect_provider(
        Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["9" * 40], Tags=[{"Key": "a", "Value": "1"}]
    )
    arn = {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}
    iam.tag_open_id_connect_provider(**arn, Tags=[{"Key": "b", "Value": "2"}])
    iam.untag_open_id_connect_provider(**arn, TagKeys=["a"])
    provider = iam.get_open_id_connect_provider(**arn)
    assert (provider["ClientIDList"], provider["Tags"]) == (["sts.amazonaws.com"], [{"Key": "b", "Value": "2"}])
    # The scheme is left out (API reference).
    assert provider["Url"] == url.removeprefix("https://")
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert listed == [{"Arn": arn["OpenIDConnectProviderArn"]}]
    assert refused(iam.create_open_id_connect_provider, Url=url).code == "EntityAlreadyExists"
    iam.delete_open_id_connect_provider(**arn)
    assert refused(iam.get_open_id_connect_provider, **arn).code == "NoSuchEntity"


def test_a_role_that_is_there_already(account: Account) -> None:
    make_role(account)
    refusal = refused(account.iam.create_role, RoleName="web", AssumeRolePolicyDocument=json.dumps(TRUST))
    assert (refusal.code, refusal.status) == ("EntityAlreadyExists", 409)
    assert refusal.message == "Role with name web already exists."


# Operation, request, code and status that it is refused with.
REFUSALS: list[tuple[str, dict[str, Any], str, int]] = [
    ("get_role", {"RoleName": "nobody"}, "NoSuchEntity", 404),
    ("delete_role", {"RoleName": "nobody"}, "NoSuchEntity", 404),
    ("attach_role_policy", {"RoleName": "web", "PolicyArn": f"{MANAGED}/Nothing"}, "NoSuchEntity", 404),
    ("detach_role_policy", {"RoleName": "web", "PolicyArn": WORKER}, "NoSuchEntity", 404),
    ("get_role_policy", {"RoleName": "web", "PolicyName": "nothing"}, "NoSuchEntity", 404),
    ("get_instance_profile", {"InstanceProfileName": "nothing"}, "NoSuchEntity", 404),
    ("get_policy", {"PolicyArn": "arn:aws:iam::123456789012:policy/nothing"}, "NoSuchEntity", 404),
    (
        "put_role_policy",
        {"RoleName": "web", "PolicyName": "broken", "PolicyDocument": "{"},
        "MalformedPolicyDocument",
        400,
    ),
    ("create_role", {"RoleName": "r", "AssumeRolePolicyDocument": "{}"}, "MalformedPolicyDocument", 400),
    ("create_role", {"RoleName": "r" * 65, "AssumeRolePolicyDocument": json.dumps(TRUST)}, "ValidationError", 400),
    ("create_role", {"RoleName": "a b", "AssumeRolePolicyDocument": json.dumps(TRUST)}, "ValidationError", 400),
    ("get_role", {}, "ValidationError", 400),
]


@pytest.mark.parametrize(("operation", "request_", "code", "status"), REFUSALS)
def test_refusals(account: Account, operation: str, request_: dict[str, Any], code: str, status: int) -> None:
    make_role(account)
    refusal = refused(getattr(account.client("iam", lenient=True), operation), **request_)
    assert (refusal.code, refusal.status) == (code, status)
