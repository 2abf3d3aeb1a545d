"""Our library in an account that others simulate: moto's. Where moto and AWS differ: facts/aws.md §12."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from account import REGION, SETTINGS
from simulator import built

PATIENCE = 120
KEYS = {"aws_access_key_id": "moto", "aws_secret_access_key": "moto"}


class Moto:
    """moto's server in a process of its own, and what is in its account after our stories."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.said: list[str] = []

    def wake(self) -> None:
        """It loads a service with the first call, for longer than our hurried clock waits."""
        self.client("sts").get_caller_identity()
        self.client("eks").list_clusters()
        self.client("ec2").describe_vpcs()
        self.client("iam").list_roles()
        self.client("cloudformation").list_stacks()

    def client(self, service: str) -> Any:
        """boto3's client of a service."""
        return boto3.client(
            service, region_name=REGION, endpoint_url=self.endpoint, config=Config(**SETTINGS), **KEYS
        )


def where_it_listens(server: subprocess.Popen[str]) -> str:
    """The endpoint, as the server says when it is ready."""
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"Running on (http://\S+)", line):
            return found[1]
    raise AssertionError("moto has ended: " + "".join(said))


@pytest.fixture(scope="module")
def moto(nobodys_configuration: None) -> Iterator[Moto]:
    """moto after stories 1 to 5."""
    # Without this it knows none of AWS's own policies.
    environment = os.environ | {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true"}
    program = [str(Path(sys.executable).parent / "moto_server"), "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(program, env=environment, stderr=subprocess.PIPE, text=True) as server:
        try:
            moto = Moto(where_it_listens(server))
            # It writes a line for each request, and would stop if nobody read them.
            threading.Thread(target=list, args=(server.stderr,), daemon=True).start()
            moto.wake()
            moto.said = run_stories(moto.endpoint)
            yield moto
        finally:
            server.terminate()


def run_stories(endpoint: str) -> list[str]:
    """What the stories print."""
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "moto",
        "AWS_SECRET_ACCESS_KEY": "moto",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": os.devnull,
    }
    done = subprocess.run(
        [str(built("foreign-stories"))],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_every_story_ends(moto: Moto) -> None:
    stories = [f"created story-{number}" for number in (1, 2, 4, 5, 3)]
    assert moto.said == [*stories, "deleted story-3"]


def test_what_was_created_is_there_and_what_was_deleted_is_not(moto: Moto) -> None:
    clusters = moto.client("eks").list_clusters()["clusters"]
    assert sorted(clusters) == ["story-1", "story-2", "story-4", "story-5"]
    stacks = moto.client("cloudformation").describe_stacks()["Stacks"]
    named = [tag["Value"] for stack in stacks for tag in stack["Tags"] if tag["Key"].endswith("cluster")]
    assert sorted(named) == ["story-1"] * 2 + ["story-2"] * 2 + ["story-4"] + ["story-5"] * 3


def test_the_control_plane_is_in_the_subnets_of_its_own_network(moto: Moto) -> None:
    config = moto.client("eks").describe_cluster(name="story-1")["cluster"]["resourcesVpcConfig"]
    subnets = moto.client("ec2").describe_subnets(SubnetIds=config["subnetIds"])["Subnets"]
    assert len(subnets) == 6
    assert len({subnet["VpcId"] for subnet in subnets}) == 1
    assert len({subnet["AvailabilityZone"] for subnet in subnets}) == 3


def test_node_groups_are_as_the_stories_want_them(moto: Moto) -> None:
    eks = moto.client("eks")
    group = eks.describe_nodegroup(clusterName="story-2", nodegroupName="kubelabs-group")["nodegroup"]
    assert group["instanceTypes"] == ["t2.micro"]
    assert group["scalingConfig"] == {"minSize": 2, "maxSize": 2, "desiredSize": 2}
    assert sorted(eks.list_nodegroups(clusterName="story-5")["nodegroups"]) == ["batch", "web"]
    web = eks.describe_nodegroup(clusterName="story-5", nodegroupName="web")["nodegroup"]
    assert web["labels"]["app"] == "web"
    assert web["taints"] == [{"key": "app", "value": "web", "effect": "NO_SCHEDULE"}]
    assert (web["scalingConfig"]["minSize"], web["scalingConfig"]["maxSize"]) == (1, 4)


def test_fargate_profiles_select_what_the_stories_want(moto: Moto) -> None:
    eks = moto.client("eks")
    profile = eks.describe_fargate_profile(clusterName="story-4", fargateProfileName="fp-default")
    namespaces = [selector["namespace"] for selector in profile["fargateProfile"]["selectors"]]
    assert namespaces == ["default", "kube-system"]


def test_roles_trust_the_services_that_take_them(moto: Moto) -> None:
    """Whom they let in; moto's CloudFormation attaches no policies."""
    eks, iam = moto.client("eks"), moto.client("iam")
    profile = eks.describe_fargate_profile(clusterName="story-4", fargateProfileName="fp-default")
    group = eks.describe_nodegroup(clusterName="story-2", nodegroupName="kubelabs-group")
    taken = {
        "eks": eks.describe_cluster(name="story-1")["cluster"]["roleArn"],
        "eks-fargate-pods": profile["fargateProfile"]["podExecutionRoleArn"],
        "ec2": group["nodegroup"]["nodeRole"],
    }
    for service, arn in taken.items():
        role = iam.get_role(RoleName=arn.rsplit("/", 1)[1])["Role"]
        principals = [it["Principal"] for it in role["AssumeRolePolicyDocument"]["Statement"]]
        assert principals == [{"Service": f"{service}.amazonaws.com"}]
