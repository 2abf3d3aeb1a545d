"""What CloudFormation refuses, with its very texts (facts/aws.md §2.8, §3.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

INVALID = "ValidationError"
HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
SMALL = json.dumps({"Resources": {"Handle": HANDLE}})
TWO = json.dumps({"Resources": {"Handle": HANDLE, "Other": HANDLE}})


def make(account: Account, **more: Any) -> str:
    """Makes the stack `web` and says its id."""
    made: str = account.cloudformation.create_stack(StackName="web", TemplateBody=SMALL, **more)["StackId"]
    account.advance(60)
    return made


def test_a_name_that_is_taken(account: Account) -> None:
    make(account)
    refusal = refused(account.cloudformation.create_stack, StackName="web", TemplateBody=SMALL)
    assert (refusal.code, refusal.status) == ("AlreadyExistsException", 400)
    assert refusal.message == "Stack [web] already exists"


def test_a_name_that_a_failed_stack_has(account: Account) -> None:
    account.renew(quotas={"elasticAddresses": 0})
    template = json.dumps({"Resources": {"Address": {"Type": "AWS::EC2::EIP"}}})
    stack_id = account.cloudformation.create_stack(StackName="web", TemplateBody=template)["StackId"]
    account.advance(60)
    refusal = refused(account.cloudformation.create_stack, StackName="web", TemplateBody=SMALL)
    assert refusal.code == "AlreadyExistsException"
    refusal = refused(account.cloudformation.update_stack, StackName="web", TemplateBody=SMALL)
    assert (refusal.code, refusal.message) == (
        INVALID,
        f"Stack:{stack_id} is in ROLLBACK_COMPLETE state and can not be updated.",
    )


# Operation, and the text about a stack that is not there.
UNKNOWN: dict[str, tuple[dict[str, Any], str]] = {
    "describe_stacks": ({}, "Stack with id web does not exist"),
    "update_stack": ({"TemplateBody": SMALL}, "Stack [web] does not exist"),
    "rollback_stack": ({}, "Stack [web] does not exist"),
    "update_termination_protection": ({"EnableTerminationProtection": True}, "Stack [web] does not exist"),
}


@pytest.mark.parametrize("operation", UNKNOWN)
def test_unknown(account: Account, operation: str) -> None:
    more, message = UNKNOWN[operation]
    refusal = refused(getattr(account.cloudformation, operation), StackName="web", **more)
    assert (refusal.code, refusal.status, refusal.message) == (INVALID, 400, message)


def test_deleting_what_is_not_there(account: Account) -> None:
    account.cloudformation.delete_stack(StackName="web")


def test_a_deleted_stack_has_no_name(account: Account) -> None:
    stack_id = make(account)
    account.cloudformation.delete_stack(StackName="web")
    account.advance(60)
    refusal = refused(account.cloudformation.describe_stacks, StackName="web")
    assert refusal.message == "Stack with id web does not exist"
    (shown,) = account.cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
    assert shown["StackStatus"] == "DELETE_COMPLETE"


def test_no_difference(account: Account) -> None:
    make(account)
    refusal = refused(account.cloudformation.update_stack, StackName="web", TemplateBody=SMALL)
    assert (refusal.code, refusal.message) == (INVALID, "No updates are to be performed.")


@pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"])
def test_a_stack_that_is_busy(account: Account, state: str) -> None:
    stack_id = account.cloudformation.create_stack(StackName="web", TemplateBody=SMALL)["StackId"]
    if state == "UPDATE_IN_PROGRESS":
        account.advance(60)
        account.cloudformation.update_stack(StackName="web", TemplateBody=TWO)
    refusal = refused(account.cloudformation.update_stack, StackName="web", TemplateBody=SMALL)
    assert (refusal.code, refusal.message) == (INVALID, f"Stack:{stack_id} is in {state} state and can not be updated.")


@pytest.mark.parametrize(
    ("properties", "given", "needed"),
    [
        ({"RoleName": "mine"}, [], "CAPABILITY_NAMED_IAM"),
        ({"RoleName": "mine"}, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
        ({}, [], "CAPABILITY_IAM"),
    ],
)
def test_a_capability_is_missing(
    account: Account, properties: dict[str, str], given: list[str], needed: str
) -> None:
    trust = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}
    template = json.dumps({"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": trust | properties}}})
    request = {"StackName": "web", "TemplateBody": template, "Capabilities": given}
    refusal = refused(account.cloudformation.create_stack, **request)
    assert (refusal.code, refusal.status) == ("InsufficientCapabilitiesException", 400)
    assert refusal.message == f"Requires capabilities : [{needed}]"


def test_a_token_twice(account: Account) -> None:
    make(account, ClientRequestToken="once")
    account.cloudformation.delete_stack(StackName="web")
    account.advance(60)
    # Also when the stack has been deleted.
    request = {"StackName": "web", "TemplateBody": SMALL, "ClientRequestToken": "once"}
    refusal = refused(account.cloudformation.create_stack, **request)
    assert (refusal.code, refusal.status) == ("TokenAlreadyExistsException", 400)
    assert refusal.message == (
        "The client request token once has already been used for this stack. Retry the request with a different "
        "client request token"
    )


def test_protection(account: Account) -> None:
    stack_id = make(account, EnableTerminationProtection=True)
    refusal = refused(account.cloudformation.delete_stack, StackName="web")
    assert (refusal.code, refusal.message) == (
        INVALID,
        f"Stack [{stack_id}] cannot be deleted while TerminationProtection is enabled",
    )


@pytest.mark.parametrize("more", [{"RetainResources": ["Handle"]}, {"DeletionMode": "FORCE_DELETE_STACK"}])
def test_only_after_a_failed_delete(account: Account, more: dict[str, Any]) -> None:
    make(account)
    assert refused(account.cloudformation.delete_stack, StackName="web", **more).code == INVALID


def test_more_than_the_quota(account: Account) -> None:
    account.renew(quotas={"stacks": 0})
    refusal = refused(account.cloudformation.create_stack, StackName="web", TemplateBody=SMALL)
    assert (refusal.code, refusal.status) == ("LimitExceededException", 400)


# What a CreateStack says that the model or the language does not allow.
BROKEN: dict[str, dict[str, Any]] = {
    "a name with a space": {"StackName": "a b"},
    "a name that begins with a digit": {"StackName": "1a"},
    "129 characters": {"StackName": "a" * 129},
    "no template": {"TemplateBody": None},
    "no JSON": {"TemplateBody": "{"},
    "no resources": {"TemplateBody": "{}"},
    "an unknown type": {"TemplateBody": json.dumps({"Resources": {"X": {"Type": "AWS::X::Y"}}})},
    "an unknown reference": {
        "TemplateBody": json.dumps({"Resources": {"X": {**HANDLE, "DependsOn": "Nothing"}}})
    },
    "a circle": {
        "TemplateBody": json.dumps(
            {"Resources": {"X": {**HANDLE, "DependsOn": "Y"}, "Y": {**HANDLE, "DependsOn": "X"}}}
        )
    },
    "too long a template": {"TemplateBody": json.dumps({"Description": "x" * 52_000, "Resources": {"X": HANDLE}})},
    "a token with a space": {"ClientRequestToken": "a b"},
    "51 tags": {"Tags": [{"Key": str(number), "Value": ""} for number in range(51)]},
    "an unknown parameter": {"Parameters": [{"ParameterKey": "X", "ParameterValue": "1"}]},
    "no time": {"TimeoutInMinutes": 0},
    "two ways to fail": {"DisableRollback": True, "OnFailure": "DELETE"},
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_requests(account: Account, case: str) -> None:
    request = {"StackName": "web", "TemplateBody": SMALL} | BROKEN[case]
    sent = {name: value for name, value in request.items() if value is not None}
    refusal = refused(account.client("cloudformation", lenient=True).create_stack, **sent)
    assert (refusal.code, refusal.status) == (INVALID, 400), refusal
    assert account.simulator.left() == []
