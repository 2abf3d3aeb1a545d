"""Clusters, node groups and access entries in stacks, as eksctl makes them (facts/eksctl.md §2): those that EKS shows."""

from __future__ import annotations

import json
from typing import Any

from account import Account

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


def make(account: Account, name: str, resources: dict[str, Any], seconds: float) -> None:
    template = json.dumps({"Resources": resources})
    tags = [{"Key": "team", "Value": "green"}]
    account.cloudformation.create_stack(StackName=name, TemplateBody=template, Tags=tags, EnableTerminationProtection=True)
    account.advance(seconds)
    assert status(account, name) == "CREATE_COMPLETE"


def status(account: Account, name: str) -> str:
    found: str = account.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    return found


def drop(account: Account, name: str, seconds: float) -> None:
    stack_id = account.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    account.cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
    account.cloudformation.delete_stack(StackName=name)
    account.advance(seconds)
    assert status(account, stack_id) == "DELETE_COMPLETE"


def test_they_come_and_go_with_their_stacks(account: Account) -> None:
    name, network = account.name("web"), account.network()
    cluster = {
        "Name": name,
        "RoleArn": account.cluster_role(),
        "AccessConfig": {"AuthenticationMode": "API_AND_CONFIG_MAP"},
        "ResourcesVpcConfig": {"SubnetIds": network.private, "EndpointPublicAccess": True},
    }
    make(account, f"{name}-cluster", {"ControlPlane": {"Type": "AWS::EKS::Cluster", "Properties": cluster}}, 1500)
    shown = account.eks.describe_cluster(name=name)["cluster"]
    assert (shown["status"], shown["tags"]["team"]) == ("ACTIVE", "green")
    assert shown["tags"]["aws:cloudformation:stack-name"] == f"{name}-cluster"

    group = {
        "ClusterName": name,
        "NodegroupName": "workers",
        "NodeRole": account.node_role(),
        "Subnets": network.private,
        "ScalingConfig": {"MinSize": 1, "MaxSize": 2, "DesiredSize": 1},
        "Labels": {"Tier": "front"},
    }
    make(account, f"{name}-workers", {"Group": {"Type": "AWS::EKS::Nodegroup", "Properties": group}}, 600)
    seen = account.eks.describe_nodegroup(clusterName=name, nodegroupName="workers")["nodegroup"]
    assert (seen["status"], seen["labels"], seen["tags"]["team"]) == ("ACTIVE", {"Tier": "front"}, "green")

    principal = account.role(account.name("viewer"), "ec2.amazonaws.com")
    policy = {"PolicyArn": VIEW, "AccessScope": {"Type": "cluster"}}
    entry = {"ClusterName": name, "PrincipalArn": principal, "AccessPolicies": [policy]}
    make(account, f"{name}-entry", {"Entry": {"Type": "AWS::EKS::AccessEntry", "Properties": entry}}, 60)
    policies = account.eks.list_associated_access_policies(clusterName=name, principalArn=principal)
    assert [it["policyArn"] for it in policies["associatedAccessPolicies"]] == [VIEW]

    drop(account, f"{name}-entry", 60)
    drop(account, f"{name}-workers", 900)
    assert account.eks.list_nodegroups(clusterName=name)["nodegroups"] == []
    drop(account, f"{name}-cluster", 900)
    assert name not in account.eks.list_clusters()["clusters"]
