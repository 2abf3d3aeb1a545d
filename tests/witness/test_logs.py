"""CloudWatch Logs: log groups, and those that EKS and CloudFormation make."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

NAME = "/aws/eks/web/cluster"
ARN = f"arn:aws:logs:us-west-2:123456789012:log-group:{NAME}"
LOGGING = {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]}


def groups(account: Account, **filters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = account.client("logs").describe_log_groups(**filters)["logGroups"]
    return found


@drives("logs", "CreateLogGroup", "DescribeLogGroups", "DeleteLogGroup")
def test_a_group(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=NAME, tags={"owner": "me"})
    [group] = groups(account)
    assert (group["logGroupName"], group["logGroupArn"], group["arn"]) == (NAME, ARN, f"{ARN}:*")
    assert (group["storedBytes"], group["metricFilterCount"], group["logGroupClass"]) == (0, 0, "STANDARD")
    assert "retentionInDays" not in group and group["creationTime"] > 1_000_000_000_000
    logs.delete_log_group(logGroupName=NAME)
    assert groups(account) == [] and account.simulator.left("AWS::Logs::LogGroup") == []


@drives("logs", "DescribeLogGroups")
def test_a_choice_of_groups(account: Account) -> None:
    for name in ("/aws/eks/a/cluster", "/aws/eks/b/cluster", "/aws/lambda/a"):
        account.client("logs").create_log_group(logGroupName=name)

    def names(**filters: Any) -> list[str]:
        return [group["logGroupName"] for group in groups(account, **filters)]

    assert names(logGroupNamePrefix="/aws/eks/") == ["/aws/eks/a/cluster", "/aws/eks/b/cluster"]
    assert names(logGroupNamePattern="/a") == ["/aws/eks/a/cluster", "/aws/eks/b/cluster", "/aws/lambda/a"]
    assert names(logGroupNamePattern="lambda") == ["/aws/lambda/a"]
    assert names(logGroupClass="INFREQUENT_ACCESS") == []


def test_pages(account: Account) -> None:
    for index in range(5):
        account.client("logs").create_log_group(logGroupName=f"group-{index}")
    pages = account.client("logs").get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["logGroups"]) for page in pages] == [2, 2, 1]


@drives("logs", "PutRetentionPolicy", "DeleteRetentionPolicy")
def test_retention(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=NAME)
    logs.put_retention_policy(logGroupName=NAME, retentionInDays=30)
    assert groups(account)[0]["retentionInDays"] == 30
    logs.delete_retention_policy(logGroupName=NAME)
    assert "retentionInDays" not in groups(account)[0]


@drives("logs", "TagResource", "UntagResource", "ListTagsForResource")
def test_tags(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=NAME, tags={"owner": "me", "team": "a"})
    logs.tag_resource(resourceArn=ARN, tags={"team": "b", "cost": "1"})
    logs.untag_resource(resourceArn=ARN, tagKeys=["owner", "nothing"])
    assert logs.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "b", "cost": "1"}


@drives("logs", "PutLogGroupDeletionProtection")
def test_protection(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=NAME)
    logs.put_log_group_deletion_protection(logGroupIdentifier=ARN, deletionProtectionEnabled=True)
    assert groups(account)[0]["deletionProtectionEnabled"] is True
    boto3 = getattr(account, "boto3", account).client("logs")
    assert refused(boto3.delete_log_group, logGroupName=NAME).code == "ValidationException"
    logs.put_log_group_deletion_protection(logGroupIdentifier=NAME, deletionProtectionEnabled=False)
    boto3.delete_log_group(logGroupName=NAME)


INVALID = "InvalidParameterException"
REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "taken": ("create_log_group", {"logGroupName": "taken"}, "ResourceAlreadyExistsException"),
    "no name": ("create_log_group", {}, INVALID),
    "an empty name": ("create_log_group", {"logGroupName": ""}, INVALID),
    "a long name": ("create_log_group", {"logGroupName": "a" * 513}, INVALID),
    "another character": ("create_log_group", {"logGroupName": "a:b"}, INVALID),
    "AWS's own": ("create_log_group", {"logGroupName": "aws/eks"}, INVALID),
    "a class": ("create_log_group", {"logGroupName": "a", "logGroupClass": "COLD"}, INVALID),
    "a tag": ("create_log_group", {"logGroupName": "a", "tags": {"k": "*"}}, INVALID),
    "nobody deleted": ("delete_log_group", {"logGroupName": "a"}, "ResourceNotFoundException"),
    "nobody kept": ("put_retention_policy", {"logGroupName": "a", "retentionInDays": 7}, "ResourceNotFoundException"),
    "eight days": ("put_retention_policy", {"logGroupName": "taken", "retentionInDays": 8}, INVALID),
    "no days": ("put_retention_policy", {"logGroupName": "taken"}, INVALID),
    "nobody unkept": ("delete_retention_policy", {"logGroupName": "a"}, "ResourceNotFoundException"),
    "a prefix and a pattern": (
        "describe_log_groups",
        {"logGroupNamePrefix": "a", "logGroupNamePattern": "a"},
        INVALID,
    ),
    "a large page": ("describe_log_groups", {"limit": 51}, INVALID),
    "another token": ("describe_log_groups", {"nextToken": "?"}, INVALID),
    "nobody listed": ("list_tags_for_resource", {"resourceArn": ARN}, "ResourceNotFoundException"),
    "no tags": ("tag_resource", {"resourceArn": ARN}, INVALID),
    "nobody tagged": ("tag_resource", {"resourceArn": ARN, "tags": {"a": "b"}}, "ResourceNotFoundException"),
    "nobody untagged": ("untag_resource", {"resourceArn": ARN, "tagKeys": ["a"]}, "ResourceNotFoundException"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    account.client("logs").create_log_group(logGroupName="taken")
    operation, request, code = REFUSALS[case]
    refusal = refused(getattr(account.client("logs", lenient=True), operation), **request)
    assert (refusal.code, refusal.status) == (code, 400)


def test_too_many_tags(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName=NAME, tags={f"k{index}": "" for index in range(50)})
    assert refused(logs.tag_resource, resourceArn=ARN, tags={"one": "more"}).code == "TooManyTagsException"


def test_eks_makes_the_group_of_a_cluster_that_writes_logs(account: Account) -> None:
    silent = account.cluster()
    assert groups(account) == []
    name = account.cluster(logging=LOGGING)
    [group] = groups(account)
    assert group["logGroupName"] == f"/aws/eks/{name}/cluster" and "retentionInDays" not in group
    account.eks.update_cluster_config(name=silent, logging=LOGGING)
    account.advance(3600)
    assert {group["logGroupName"] for group in groups(account)} == {
        f"/aws/eks/{name}/cluster",
        f"/aws/eks/{silent}/cluster",
    }
    account.eks.delete_cluster(name=name)
    account.advance(3600)
    # It outlives the cluster (facts/failures.md C13).
    assert len(groups(account)) == 2


def test_eks_takes_the_group_that_is_there(account: Account) -> None:
    logs = account.client("logs")
    logs.create_log_group(logGroupName="/aws/eks/web/cluster")
    logs.put_retention_policy(logGroupName="/aws/eks/web/cluster", retentionInDays=1)
    account.eks.create_cluster(**account.cluster_request("web", logging=LOGGING))
    account.advance(1000)
    [group] = groups(account)
    assert group["retentionInDays"] == 1


def stack(account: Account, operation: str, **properties: Any) -> None:
    template = {
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": properties}},
        "Outputs": {
            "Name": {"Value": {"Ref": "Logs"}},
            "Arn": {"Value": {"Fn::GetAtt": ["Logs", "Arn"]}},
        },
    }
    call = getattr(account.cloudformation, operation)
    call(StackName="logs", TemplateBody=json.dumps(template), Tags=[{"Key": "team", "Value": "a"}])
    account.advance(120)


def described(account: Account) -> dict[str, Any]:
    found: dict[str, Any] = account.cloudformation.describe_stacks(StackName="logs")["Stacks"][0]
    return found


def test_a_group_of_a_stack(account: Account) -> None:
    stack(account, "create_stack", LogGroupName=NAME, RetentionInDays=7, Tags=[{"Key": "own", "Value": "b"}])
    made = described(account)
    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert {it["OutputKey"]: it["OutputValue"] for it in made["Outputs"]} == {"Name": NAME, "Arn": f"{ARN}:*"}
    assert groups(account)[0]["retentionInDays"] == 7
    logs = account.client("logs")
    tags = logs.list_tags_for_resource(resourceArn=ARN)["tags"]
    assert (tags["team"], tags["own"], tags["aws:cloudformation:logical-id"]) == ("a", "b", "Logs")

    stack(account, "update_stack", LogGroupName=NAME, RetentionInDays="14")
    assert described(account)["StackStatus"] == "UPDATE_COMPLETE"
    assert groups(account)[0]["retentionInDays"] == 14
    assert "own" not in logs.list_tags_for_resource(resourceArn=ARN)["tags"]
    stack(account, "update_stack", LogGroupName=NAME)
    assert "retentionInDays" not in groups(account)[0]

    account.cloudformation.delete_stack(StackName="logs")
    account.advance(120)
    assert account.simulator.left() == []


def test_a_group_without_a_name_is_named_for_its_stack(account: Account) -> None:
    stack(account, "create_stack")
    assert groups(account)[0]["logGroupName"].startswith("logs-Logs-")


def test_a_stack_does_not_take_what_is_there(account: Account) -> None:
    account.client("logs").create_log_group(logGroupName=NAME)
    stack(account, "create_stack", LogGroupName=NAME)
    assert described(account)["StackStatus"] == "ROLLBACK_COMPLETE"
    account.cloudformation.delete_stack(StackName="logs")
    account.advance(120)
    assert [group["logGroupName"] for group in groups(account)] == [NAME]


def test_a_stack_whose_group_has_gone_is_deleted(account: Account) -> None:
    stack(account, "create_stack", LogGroupName=NAME)
    account.client("logs").delete_log_group(logGroupName=NAME)
    account.cloudformation.delete_stack(StackName="logs")
    account.advance(120)
    assert account.simulator.left() == []
