"""Stories 1 to 5, each seen by three foreign clients: boto3, the aws CLI, and kubectl as the aws CLI sets it up.

The programs are the examples, in an account of `eks-sim serve` for each. Nothing of ours is between the foreign
clients and the account: the kubeconfig is the CLI's, and so is the token.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from account import Account
from answers import Witness
from command_line import Terminal
from simulator import Simulator, built
from story import KUBECTL, SPEED, Story

pytestmark = pytest.mark.skipif(KUBECTL is None, reason="kubectl is missing, and its wheel cannot be had")


@dataclass(frozen=True)
class Told:
    """What a story makes."""

    example: str
    version: str
    # Sizes of its node groups: fewest, most, wanted.
    groups: list[tuple[int, int, int]]
    profiles: list[str]

    @property
    def nodes(self) -> int:
        return sum(wanted for _, _, wanted in self.groups)


STORIES = {
    "1 defaults": Told("quickstart", "1.36", [(2, 2, 2)], []),
    "2 named cluster": Told("named_cluster", "1.35", [(2, 2, 2)], []),
    "3 given network": Told("given_network", "1.36", [], []),
    "4 fargate": Told("fargate", "1.36", [], ["fp-default"]),
    "5 mixed": Told("group_per_application", "1.36", [(1, 4, 1), (1, 4, 1)], ["web"]),
}


@pytest.fixture
def story(nobodys_configuration: None, tmp_path: Path) -> Iterator[Story]:
    with Simulator(speed=SPEED) as simulator:
        yield Story(simulator, tmp_path)


@pytest.mark.parametrize("told", STORIES.values(), ids=STORIES.keys())
def test_three_foreign_clients_see(story: Story, told: Told) -> None:
    boto3 = Account(story.simulator, Witness())
    aws = Terminal(boto3, Witness()).line
    done = story.run(str(built(f"examples/{told.example}")), "--keep")
    assert done.returncode == 0, done.stdout + done.stderr

    # boto3: what was made is as it was told.
    [name] = boto3.eks.list_clusters()["clusters"]
    cluster = boto3.eks.describe_cluster(name=name)["cluster"]
    assert (cluster["status"], cluster["version"]) == ("ACTIVE", told.version)
    groups = [
        boto3.eks.describe_nodegroup(clusterName=name, nodegroupName=group)["nodegroup"]
        for group in boto3.eks.list_nodegroups(clusterName=name)["nodegroups"]
    ]
    sizes = [tuple(it["scalingConfig"][size] for size in ("minSize", "maxSize", "desiredSize")) for it in groups]
    assert sizes == told.groups and {it["status"] for it in groups} <= {"ACTIVE"}
    assert boto3.eks.list_fargate_profiles(clusterName=name)["fargateProfileNames"] == told.profiles
    scaled = boto3.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    assert sum(len(it["Instances"]) for it in scaled) == told.nodes

    # The aws CLI: the same cluster, and what it awaits is there.
    aws.must("eks", "wait", "cluster-active", "--name", name)
    for group in groups:
        aws.must("eks", "wait", "nodegroup-active", "--cluster-name", name, "--nodegroup-name", group["nodegroupName"])
    shown = aws.json("eks", "describe-cluster", "--name", name)["cluster"]
    assert shown["arn"] == cluster["arn"] and shown["endpoint"] == cluster["endpoint"]
    config = story.home / "of-the-cli"
    aws.must("eks", "update-kubeconfig", "--name", name, "--kubeconfig", str(config))

    # kubectl, with the CLI's kubeconfig and token.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    listed = json.loads(story.kubectl("get", "nodes", "--output", "json", KUBECONFIG=str(config), PATH=path))
    ready = [
        condition["status"]
        for node in listed["items"]
        for condition in node["status"]["conditions"]
        if condition["type"] == "Ready"
    ]
    assert ready == ["True"] * told.nodes
    taints = {taint["key"] for node in listed["items"] for taint in node["spec"].get("taints", [])}
    assert taints == ({"app"} if len(groups) > 1 else set())

    # And nothing is left that the story made.
    story.quickstart("--delete", name)
    assert aws.json("eks", "list-clusters") == {"clusters": []}
    assert boto3.eks.list_clusters()["clusters"] == []
    kinds = {it.split()[0] for it in story.simulator.left()}
    assert all(kind.startswith("AWS::EC2::") for kind in kinds) if told.example == "given_network" else not kinds
