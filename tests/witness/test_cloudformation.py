"""CloudFormation: every operation, driven by boto3 (facts/aws.md §2.8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

HANDLE = {"Type": "AWS::CloudFormation::WaitConditionHandle"}


def network() -> dict[str, Any]:
    """A template with what most templates have."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "a network",
        "Metadata": {"spec": {"name": "web"}},
        "Parameters": {
            "Block": {"Type": "String", "Default": "10.0.0.0/16", "Description": "of the VPC"},
            "Secret": {"Type": "String", "NoEcho": True, "Default": "hush"},
        },
        "Conditions": {"Wide": {"Fn::Equals": [{"Ref": "Block"}, "10.0.0.0/16"]}},
        "Resources": {
            "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": {"Ref": "Block"}}},
            "Subnet": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {
                    "VpcId": {"Ref": "Vpc"},
                    "CidrBlock": {"Fn::Select": [0, {"Fn::Cidr": [{"Ref": "Block"}, 4, 8]}]},
                    "AvailabilityZone": {"Fn::Select": [1, {"Fn::GetAZs": ""}]},
                    "Tags": [{"Key": "Name", "Value": {"Fn::Sub": "${AWS::StackName}/private"}}],
                },
            },
            "Group": group("10.0.0.0/8"),
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "AssumeRolePolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Principal": {"Service": "eks.amazonaws.com"},
                                "Action": "sts:AssumeRole",
                            }
                        ],
                    }
                },
            },
            "Narrow": {**HANDLE, "Condition": "Wide"},
        },
        "Outputs": {
            "Vpc": {"Value": {"Ref": "Vpc"}, "Description": "its id", "Export": {"Name": "web-vpc"}},
            "Role": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}},
        },
    }


def group(cidr: str) -> dict[str, Any]:
    return {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {
            "GroupDescription": "web",
            "VpcId": {"Ref": "Vpc"},
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": cidr}],
        },
    }


def body(template: dict[str, Any]) -> dict[str, Any]:
    return {"TemplateBody": json.dumps(template), "Capabilities": ["CAPABILITY_IAM"]}


def stack(account: Account, name: str = "web") -> Any:
    return account.cloudformation.describe_stacks(StackName=name)["Stacks"][0]


def physical(account: Account, logical: str) -> str:
    found = account.cloudformation.describe_stack_resource(StackName="web", LogicalResourceId=logical)
    made: str = found["StackResourceDetail"]["PhysicalResourceId"]
    return made


def make(account: Account, template: dict[str, Any], **more: Any) -> None:
    """Makes the stack `web`."""
    account.cloudformation.create_stack(StackName="web", **body(template), **more)
    account.advance(300)
    assert stack(account)["StackStatus"] == "CREATE_COMPLETE", events(account)


def events(account: Account) -> list[str]:
    """What happened, newest first."""
    found = account.cloudformation.describe_stack_events(StackName="web")["StackEvents"]
    return [f"{it['LogicalResourceId']} {it['ResourceStatus']} {it.get('ResourceStatusReason', '')}" for it in found]


@drives(
    "cloudformation",
    "CreateStack",
    "DescribeStacks",
    "DescribeStackEvents",
    "DescribeStackResource",
    "DescribeStackResources",
    "ListStackResources",
    "ListStacks",
    "ListExports",
    "GetTemplate",
    "GetTemplateSummary",
    "UpdateStack",
    "DeleteStack",
)
def test_a_stack_comes_changes_and_goes(account: Account) -> None:
    cloudformation = account.cloudformation
    before = account.simulator.left()
    tags = [{"Key": "team", "Value": "blue"}]
    made = cloudformation.create_stack(
        StackName="web", **body(network()), Tags=tags, ClientRequestToken="create-1", TimeoutInMinutes=30
    )
    assert made["StackId"].startswith("arn:aws:cloudformation:us-west-2:123456789012:stack/web/")
    assert stack(account)["StackStatus"] == "CREATE_IN_PROGRESS"
    account.advance(300)
    shown = stack(account)
    assert (shown["StackStatus"], shown["Tags"]) == ("CREATE_COMPLETE", tags)
    assert {it["ParameterKey"]: it["ParameterValue"] for it in shown["Parameters"]} == {
        "Block": "10.0.0.0/16",
        "Secret": "****",
    }
    assert events(account)[0].startswith("web CREATE_COMPLETE")
    vpc = physical(account, "Vpc")
    assert {it["OutputKey"]: it["OutputValue"] for it in shown["Outputs"]}["Vpc"] == vpc
    exports = cloudformation.list_exports()["Exports"]
    assert [(it["Name"], it["Value"]) for it in exports] == [("web-vpc", vpc)]

    resources = cloudformation.describe_stack_resources(StackName="web")["StackResources"]
    assert {it["LogicalResourceId"] for it in resources} == set(network()["Resources"])
    assert {it["ResourceStatus"] for it in resources} == {"CREATE_COMPLETE"}
    summaries = cloudformation.list_stack_resources(StackName="web")["StackResourceSummaries"]
    assert {it["PhysicalResourceId"] for it in summaries} == {it["PhysicalResourceId"] for it in resources}
    of_vpc = cloudformation.describe_stack_resources(PhysicalResourceId=vpc)["StackResources"]
    assert {it["StackName"] for it in of_vpc} == {"web"}
    (subnet,) = account.ec2.describe_subnets(SubnetIds=[physical(account, "Subnet")])["Subnets"]
    assert (subnet["AvailabilityZone"], subnet["CidrBlock"]) == ("us-west-2b", "10.0.0.0/24")
    assert {"Key": "Name", "Value": "web/private"} in subnet["Tags"]

    assert cloudformation.get_template(StackName="web")["TemplateBody"] == network()
    summary = cloudformation.get_template_summary(StackName="web")
    assert json.loads(summary["Metadata"]) == network()["Metadata"]
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]

    changed = network()
    changed["Resources"]["Group"] = group("172.16.0.0/12")
    del changed["Resources"]["Role"], changed["Outputs"]["Role"]
    kept = physical(account, "Group")
    cloudformation.update_stack(StackName="web", **body(changed))
    account.advance(300)
    assert stack(account)["StackStatus"] == "UPDATE_COMPLETE"
    assert physical(account, "Group") == kept
    listed = [it["StackName"] for it in cloudformation.list_stacks(StackStatusFilter=["UPDATE_COMPLETE"])["StackSummaries"]]
    assert listed == ["web"]

    cloudformation.delete_stack(StackName="web")
    account.advance(300)
    # Deleted stacks are found by id only.
    assert stack(account, made["StackId"])["StackStatus"] == "DELETE_COMPLETE"
    assert cloudformation.describe_stacks()["Stacks"] == []
    assert account.simulator.left() == before


@drives("cloudformation", "ValidateTemplate")
def test_a_template_is_summed_up(account: Account) -> None:
    text = json.dumps(network())
    valid = account.cloudformation.validate_template(TemplateBody=text)
    assert {it["ParameterKey"]: it["NoEcho"] for it in valid["Parameters"]} == {"Block": False, "Secret": True}
    summary = account.cloudformation.get_template_summary(TemplateBody=text)
    assert "AWS::EC2::VPC" in summary["ResourceTypes"] and summary["Version"] == "2010-09-09"


@drives("cloudformation", "UpdateTerminationProtection")
def test_protection(account: Account) -> None:
    make(account, network())
    account.cloudformation.update_termination_protection(StackName="web", EnableTerminationProtection=True)
    assert stack(account)["EnableTerminationProtection"]


@drives("cloudformation", "SignalResource")
def test_a_signal(account: Account) -> None:
    template = {
        "Resources": {
            "Handle": HANDLE,
            "Condition": {
                "Type": "AWS::CloudFormation::WaitCondition",
                "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600", "Count": 1},
            },
        }
    }
    account.cloudformation.create_stack(StackName="web", TemplateBody=json.dumps(template))
    account.advance(300)
    assert stack(account)["StackStatus"] == "CREATE_IN_PROGRESS"
    signal = {"StackName": "web", "LogicalResourceId": "Condition", "UniqueId": "1", "Status": "SUCCESS"}
    account.cloudformation.signal_resource(**signal)
    account.advance(60)
    assert stack(account)["StackStatus"] == "CREATE_COMPLETE"


@drives("cloudformation", "ListImports")
def test_what_others_import_stays(account: Account) -> None:
    cloudformation = account.cloudformation
    make(account, network())
    address = {"Fn::Sub": "${Of}-vpc"}
    borrower = {
        "Parameters": {"Of": {"Type": "String", "Default": "web"}},
        "Resources": {
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "borrower", "VpcId": {"Fn::ImportValue": address}},
            }
        },
    }
    cloudformation.create_stack(StackName="borrower", TemplateBody=json.dumps(borrower))
    account.advance(300)
    assert stack(account, "borrower")["StackStatus"] == "CREATE_COMPLETE"
    assert cloudformation.list_imports(ExportName="web-vpc")["Imports"] == ["borrower"]

    cloudformation.delete_stack(StackName="web")
    account.advance(300)
    assert events(account)[0] == "web CREATE_COMPLETE Export web-vpc cannot be deleted as it is in use by borrower"
    without = network()
    del without["Outputs"]["Vpc"]
    cloudformation.update_stack(StackName="web", **body(without))
    account.advance(300)
    assert stack(account)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any("Export web-vpc cannot be deleted as it is in use by borrower" in it for it in events(account))

    cloudformation.delete_stack(StackName="borrower")
    account.advance(300)
    refusal = refused(cloudformation.list_imports, ExportName="web-vpc")
    assert refusal.message == "Export 'web-vpc' is not imported by any stack."
    cloudformation.delete_stack(StackName="web")
    account.advance(300)
    assert cloudformation.describe_stacks()["Stacks"] == []


def test_a_failed_create_rolls_back(account: Account) -> None:
    account.renew(quotas={"elasticAddresses": 0})
    template = network()
    template["Resources"]["Address"] = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}, "DependsOn": "Group"}
    account.cloudformation.create_stack(StackName="web", **body(template))
    account.advance(300)
    assert stack(account)["StackStatus"] == "ROLLBACK_COMPLETE"
    happened = events(account)
    failed = next(it for it in happened if it.startswith("Address CREATE_FAILED"))
    assert "The maximum number of addresses has been reached." in failed
    assert any(it.startswith("web ROLLBACK_IN_PROGRESS") for it in happened)
    assert account.simulator.left("AWS::EC2::VPC") == []


@drives("cloudformation", "RollbackStack")
def test_without_rollback_what_is_there_stays(account: Account) -> None:
    account.renew(quotas={"elasticAddresses": 0})
    template = network()
    template["Resources"]["Address"] = {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}}
    account.cloudformation.create_stack(StackName="web", DisableRollback=True, **body(template))
    account.advance(300)
    assert stack(account)["StackStatus"] == "CREATE_FAILED"
    resources = account.cloudformation.describe_stack_resources(StackName="web")["StackResources"]
    by_name = {it["LogicalResourceId"]: it["ResourceStatus"] for it in resources}
    # Independent branches run on to their end.
    assert by_name.pop("Address") == "CREATE_FAILED" and set(by_name.values()) == {"CREATE_COMPLETE"}
    account.cloudformation.rollback_stack(StackName="web")
    account.advance(300)
    assert account.simulator.left("AWS::EC2::VPC") == []


def slow(template: dict[str, Any]) -> dict[str, Any]:
    """The template with something that fails after a minute, when the group has been changed."""
    template["Resources"]["Group"] = group("172.16.0.0/12")
    template["Resources"]["Handle"] = HANDLE
    template["Resources"]["Condition"] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "60"},
        "DependsOn": "Group",
    }
    return template


@drives("cloudformation", "CancelUpdateStack")
def test_an_update_is_cancelled(account: Account) -> None:
    make(account, network())
    account.cloudformation.update_stack(StackName="web", **body(slow(network())))
    account.advance(30)
    account.cloudformation.cancel_update_stack(StackName="web")
    account.advance(300)
    assert stack(account)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


@drives("cloudformation", "ContinueUpdateRollback")
def test_a_rollback_that_fails_goes_on(account: Account) -> None:
    make(account, network())
    account.cloudformation.update_stack(StackName="web", **body(slow(network())))
    account.advance(40)
    # Somebody takes the group away, so that it cannot be changed back.
    account.ec2.delete_security_group(GroupId=physical(account, "Group"))
    account.advance(300)
    assert stack(account)["StackStatus"] == "UPDATE_ROLLBACK_FAILED", events(account)
    account.cloudformation.continue_update_rollback(StackName="web", ResourcesToSkip=["Group"])
    account.advance(300)
    assert stack(account)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_express_mode_waits_for_nothing(account: Account) -> None:
    template = network()
    template["Resources"] |= {
        "Gateway": {"Type": "AWS::EC2::InternetGateway"},
        "Attachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        },
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}, "DependsOn": "Attachment"},
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": {
                "SubnetId": {"Ref": "Subnet"},
                "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]},
            },
        },
    }
    mode = {"Mode": "EXPRESS", "DisableRollback": True}
    account.cloudformation.create_stack(StackName="web", DeploymentConfig=mode, **body(template))
    account.advance(60)
    assert stack(account)["StackStatus"] == "CREATE_COMPLETE"
    (nat,) = account.ec2.describe_nat_gateways(NatGatewayIds=[physical(account, "Nat")])["NatGateways"]
    assert nat["State"] == "pending"


def test_a_delete_that_something_blocks(account: Account) -> None:
    make(account, network())
    vpc = physical(account, "Vpc")
    group_id = account.ec2.create_security_group(GroupName="mine", Description="d", VpcId=vpc)["GroupId"]
    account.cloudformation.delete_stack(StackName="web")
    account.advance(3000)
    shown = stack(account)
    assert shown["StackStatus"] == "DELETE_FAILED" and "[Vpc]" in shown["StackStatusReason"]
    assert any(
        f"The vpc '{vpc}' has dependencies and cannot be deleted." in it for it in events(account)
    )
    resources = account.cloudformation.describe_stack_resources(StackName="web")["StackResources"]
    gone = next(it for it in resources if it["ResourceStatus"] == "DELETE_COMPLETE")
    refusal = refused(
        account.cloudformation.delete_stack, StackName="web", RetainResources=[gone["LogicalResourceId"]]
    )
    assert refusal.code == "ValidationError" and "must be in a valid state" in refusal.message
    account.cloudformation.delete_stack(StackName="web", RetainResources=["Vpc"])
    account.advance(300)
    assert account.cloudformation.describe_stacks()["Stacks"] == []
    account.ec2.delete_security_group(GroupId=group_id)
    account.ec2.delete_vpc(VpcId=vpc)
