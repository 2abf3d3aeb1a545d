"""The simulated account as boto3 sees it, and the scenery that most tests want: a network, roles, a cluster."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from answers import Witness
from simulator import Simulator

REGION = "us-west-2"
# What AWS serves from a few regions for all of them.
HOMES = {"ce": "us-east-1", "pricing": "us-east-1"}
ZONES = ("us-west-2a", "us-west-2b", "us-west-2c")
MANAGED = "arn:aws:iam::aws:policy"

# One attempt: what a test sees is what the service answered. No proxy: nothing leaves the machine.
SETTINGS: dict[str, Any] = {
    "retries": {"total_max_attempts": 1},
    "proxies": {},
    "connect_timeout": 5,
    "read_timeout": 30,
}


@dataclass(frozen=True)
class Refusal:
    """An error as boto3 raises it."""

    code: str
    message: str
    status: int
    members: dict[str, Any]


@dataclass(frozen=True)
class Network:
    """A VPC with subnets in three zones: public ones, and private ones behind a NAT gateway."""

    vpc: str
    public: list[str]
    private: list[str]


@dataclass
class Account:
    """One account, new for each test that asks for it."""

    simulator: Simulator
    witness: Witness
    _clients: dict[tuple[str, bool], Any] = field(default_factory=dict)
    _network: Network | None = None
    _roles: dict[str, str] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def client(self, service: str, lenient: bool = False) -> Any:
        """A client whose every answer is checked; `lenient` ones let the simulator do the checking of requests."""
        key = (service, lenient)
        if key not in self._clients:
            client = session(self.simulator).client(
                service,
                region_name=HOMES.get(service, REGION),
                endpoint_url=self.simulator.endpoint,
                config=Config(parameter_validation=not lenient, **SETTINGS),
            )
            self.witness.watch(client)
            self._clients[key] = client
        return self._clients[key]

    @property
    def eks(self) -> Any:
        return self.client("eks")

    @property
    def ec2(self) -> Any:
        return self.client("ec2")

    @property
    def iam(self) -> Any:
        return self.client("iam")

    @property
    def cloudformation(self) -> Any:
        return self.client("cloudformation")

    @property
    def sts(self) -> Any:
        return self.client("sts")

    def renew(self, **settings: Any) -> None:
        """Another account with these settings; clients stay."""
        self.simulator.reset(**settings)
        self._network = None
        self._roles.clear()

    def advance(self, seconds: float) -> None:
        self.simulator.advance(seconds)

    def name(self, stem: str) -> str:
        """A name that nothing has yet."""
        return f"{stem}-{next(self._numbers)}"

    # Scenery

    def network(self) -> Network:
        """The account's network, made when first asked for."""
        if self._network is None:
            self._network = make_network(self)
        return self._network

    def role(self, name: str, principal: str, *policies: str) -> str:
        """The ARN of a role, made when first asked for; it can be assumed at once."""
        if name not in self._roles:
            trust = {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
                ],
            }
            role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
            for policy in policies:
                self.iam.attach_role_policy(RoleName=name, PolicyArn=f"{MANAGED}/{policy}")
            # facts/aws.md §1.1: a new role takes up to 30 s to get about.
            self.advance(60)
            self._roles[name] = role["Role"]["Arn"]
        return self._roles[name]

    def cluster_role(self) -> str:
        return self.role("cluster", "eks.amazonaws.com", "AmazonEKSClusterPolicy")

    def node_role(self) -> str:
        policies = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy")
        return self.role("node", "ec2.amazonaws.com", *policies)

    def pod_role(self) -> str:
        return self.role("pod", "eks-fargate-pods.amazonaws.com", "AmazonEKSFargatePodExecutionRolePolicy")

    def cluster_request(self, name: str, **more: Any) -> dict[str, Any]:
        """A request for a cluster that is all right but for what `more` says."""
        request = {
            "name": name,
            "roleArn": self.cluster_role(),
            "resourcesVpcConfig": {"subnetIds": self.network().private},
            "accessConfig": {"authenticationMode": "API_AND_CONFIG_MAP"},
        }
        return request | more

    def nodegroup_request(self, cluster: str, name: str, **more: Any) -> dict[str, Any]:
        request = {
            "clusterName": cluster,
            "nodegroupName": name,
            "subnets": self.network().private,
            "nodeRole": self.node_role(),
            "scalingConfig": {"minSize": 1, "maxSize": 3, "desiredSize": 2},
        }
        return request | more

    def profile_request(self, cluster: str, name: str, **more: Any) -> dict[str, Any]:
        request = {
            "clusterName": cluster,
            "fargateProfileName": name,
            "podExecutionRoleArn": self.pod_role(),
            "subnets": self.network().private,
            "selectors": [{"namespace": "default", "labels": {"app": "web"}}],
        }
        return request | more

    def cluster(self, **more: Any) -> str:
        """The name of a new cluster that is ACTIVE."""
        name = self.name("cluster")
        self.eks.create_cluster(**self.cluster_request(name, **more))
        self.advance(1000)
        assert self.eks.describe_cluster(name=name)["cluster"]["status"] == "ACTIVE"
        return name

    def nodegroup(self, cluster: str, **more: Any) -> str:
        """The name of a new node group that is ACTIVE."""
        name = self.name("group")
        self.eks.create_nodegroup(**self.nodegroup_request(cluster, name, **more))
        self.advance(400)
        group = self.eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        assert group["status"] == "ACTIVE", group
        return name

    def profile(self, cluster: str, **more: Any) -> str:
        """The name of a new Fargate profile that is ACTIVE."""
        name = self.name("profile")
        self.eks.create_fargate_profile(**self.profile_request(cluster, name, **more))
        self.advance(100)
        profile = self.eks.describe_fargate_profile(clusterName=cluster, fargateProfileName=name)
        assert profile["fargateProfile"]["status"] == "ACTIVE", profile
        return name


def session(simulator: Simulator) -> Any:
    """A boto3 session that knows nothing of whoever runs the tests."""
    return boto3.Session(
        aws_access_key_id=simulator.access_key,
        aws_secret_access_key=simulator.secret_key,
        region_name=REGION,
    )


def refused(call: Callable[..., Any], /, **request: Any) -> Refusal:
    """What the service refuses the request with."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    response: dict[str, Any] = dict(caught.value.response)
    error = response["Error"]
    known = ("Error", "ResponseMetadata", "message", "Message")
    members = {name: value for name, value in response.items() if name not in known}
    return Refusal(error["Code"], error["Message"], response["ResponseMetadata"]["HTTPStatusCode"], members)


def make_network(account: Account) -> Network:
    ec2 = account.ec2
    vpc = ec2.create_vpc(CidrBlock="192.168.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)

    def subnets(first: int, table: str) -> list[str]:
        made = []
        for index, zone in enumerate(ZONES):
            block = f"192.168.{32 * (first + index)}.0/19"
            subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)
            made.append(subnet["Subnet"]["SubnetId"])
            ec2.associate_route_table(RouteTableId=table, SubnetId=made[-1])
        return made

    def table(**target: str) -> str:
        made: str = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        if target:
            ec2.create_route(RouteTableId=made, DestinationCidrBlock="0.0.0.0/0", **target)
        return made

    public = subnets(0, table(GatewayId=gateway))
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=public[0], AllocationId=address)["NatGateway"]["NatGatewayId"]
    account.advance(200)
    return Network(vpc, public, subnets(3, table(NatGatewayId=nat)))
