"""CloudFormation's change sets, as eksctl, the CDK and `aws cloudformation deploy` use them (facts/eksctl.md §1.4)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
EMPTY = "The submitted information didn't contain changes. Submit different information to create a change set."


def network(block: str = "10.0.0.0/24", **more: Any) -> dict[str, Any]:
    subnet = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": block}}
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    return {"TemplateBody": json.dumps({"Resources": {"Vpc": vpc, "Subnet": subnet, **more}})}


def changes(account: Account, name: str, **more: Any) -> dict[str, dict[str, Any]]:
    """What the change set of the stack `web` would change, by logical id."""
    shown = account.cloudformation.describe_change_set(StackName="web", ChangeSetName=name, **more)
    assert shown["Status"] == "CREATE_COMPLETE", shown
    return {it["ResourceChange"]["LogicalResourceId"]: it["ResourceChange"] for it in shown["Changes"]}


def status(account: Account) -> str:
    found: str = account.cloudformation.describe_stacks(StackName="web")["Stacks"][0]["StackStatus"]
    return found


@drives("cloudformation", "CreateChangeSet", "DescribeChangeSet", "ListChangeSets", "ExecuteChangeSet", "DeleteChangeSet")
def test_a_stack_comes_and_changes_by_change_sets(account: Account) -> None:
    cloudformation = account.cloudformation
    made = cloudformation.create_change_set(
        StackName="web", ChangeSetName="first", ChangeSetType="CREATE", Description="the first", **network()
    )
    assert made["Id"].startswith("arn:aws:cloudformation:us-west-2:123456789012:changeSet/first/")
    assert status(account) == "REVIEW_IN_PROGRESS"
    account.advance(30)
    assert {name: it["Action"] for name, it in changes(account, "first").items()} == {"Vpc": "Add", "Subnet": "Add"}
    (listed,) = cloudformation.list_change_sets(StackName="web")["Summaries"]
    assert (listed["ChangeSetId"], listed["ExecutionStatus"]) == (made["Id"], "AVAILABLE")
    cloudformation.execute_change_set(StackName="web", ChangeSetName="first")
    account.advance(200)
    assert status(account) == "CREATE_COMPLETE"

    # As eksctl does it: the tags repeat.
    tags = [{"Key": "team", "Value": "blue"}] * 2
    cloudformation.create_change_set(
        StackName="web", ChangeSetName="second", ChangeSetType="UPDATE", Tags=tags, **network("10.0.1.0/24", More=HANDLE)
    )
    account.advance(30)
    found = changes(account, "second", IncludePropertyValues=True)
    assert {name: it["Action"] for name, it in found.items()} == {"Vpc": "Modify", "Subnet": "Modify", "More": "Add"}
    assert (found["Vpc"]["Replacement"], found["Vpc"]["Scope"]) == ("False", ["Tags"])
    assert found["Subnet"]["Replacement"] == "True"
    assert json.loads(found["Subnet"]["AfterContext"])["Properties"]["CidrBlock"] == "10.0.1.0/24"
    cloudformation.create_change_set(StackName="web", ChangeSetName="third", **network("10.0.2.0/24"))
    account.advance(30)
    cloudformation.delete_change_set(StackName="web", ChangeSetName="third")
    cloudformation.execute_change_set(ChangeSetName="second", StackName="web", ClientRequestToken="second")
    account.advance(200)
    assert status(account) == "UPDATE_COMPLETE"
    (subnet,) = [it for it in account.ec2.describe_subnets()["Subnets"] if it["CidrBlock"].startswith("10.0.")]
    assert subnet["CidrBlock"] == "10.0.1.0/24"
    assert cloudformation.list_change_sets(StackName="web")["Summaries"] == []


def test_the_template_of_a_change_set(account: Account) -> None:
    made = account.cloudformation.create_change_set(
        StackName="web", ChangeSetName="first", ChangeSetType="CREATE", **network()
    )
    shown = account.cloudformation.get_template(ChangeSetName=made["Id"])
    assert shown["TemplateBody"] == json.loads(network()["TemplateBody"])


def test_one_without_changes(account: Account) -> None:
    account.cloudformation.create_stack(StackName="web", **network())
    account.advance(200)
    account.cloudformation.create_change_set(StackName="web", ChangeSetName="none", **network())
    account.advance(30)
    shown = account.cloudformation.describe_change_set(StackName="web", ChangeSetName="none")
    assert (shown["Status"], shown["StatusReason"], shown["ExecutionStatus"]) == ("FAILED", EMPTY, "UNAVAILABLE")


def test_no_change_set(account: Account) -> None:
    account.cloudformation.create_stack(StackName="web", **network())
    refusal = refused(account.cloudformation.describe_change_set, StackName="web", ChangeSetName="none")
    assert (refusal.code, refusal.status, refusal.message) == (
        "ChangeSetNotFound",
        404,
        "ChangeSet [none] does not exist",
    )
    # Deleting it is no error, as long as there is the stack.
    account.cloudformation.delete_change_set(StackName="web", ChangeSetName="none")
    refusal = refused(account.cloudformation.delete_change_set, StackName="other", ChangeSetName="none")
    assert (refusal.code, refusal.message) == ("ValidationError", "Stack [other] does not exist")


def test_a_stack_that_is_there_is_not_made_again(account: Account) -> None:
    account.cloudformation.create_stack(StackName="web", **network())
    account.advance(200)
    request = {"StackName": "web", "ChangeSetName": "first", "ChangeSetType": "CREATE", **network()}
    refusal = refused(account.cloudformation.create_change_set, **request)
    text = "Stack [web] already exists and cannot be created again with the changeSet [first]."
    assert (refusal.code, refusal.message) == ("ValidationError", text)


def test_too_early(account: Account) -> None:
    request = {"StackName": "web", "ChangeSetName": "first"}
    made = account.cloudformation.create_change_set(**request, ChangeSetType="CREATE", **network())
    refusal = refused(account.cloudformation.execute_change_set, **request)
    text = f"ChangeSet [{made['Id']}] cannot be executed in its current status of [CREATE_IN_PROGRESS]"
    assert (refusal.code, refusal.status, refusal.message) == ("InvalidChangeSetStatus", 400, text)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"ChangeSetName": "1st"}, "Value '1st' at 'changeSetName' failed to satisfy constraint"),
        ({"ChangeSetType": "RENEW"}, "Value 'RENEW' at 'changeSetType' failed to satisfy constraint"),
        ({"OnStackFailure": "CRY"}, "Value 'CRY' at 'onStackFailure' failed to satisfy constraint"),
        ({"Description": "d" * 1025}, "Member must have length less than or equal to 1024"),
    ],
)
def test_bad_requests(account: Account, more: dict[str, Any], text: str) -> None:
    request = {"StackName": "web", "ChangeSetName": "first", "ChangeSetType": "CREATE", **network(), **more}
    refusal = refused(account.cloudformation.create_change_set, **request)
    assert refusal.code == "ValidationError" and text in refusal.message
