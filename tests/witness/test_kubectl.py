"""Story 1 with the real kubectl: `eks-sim serve`, our quickstart, our exec plugin, and nothing left at the end.

The tests share one cluster and stand in the order of its life; the last one deletes it. kubectl is a foreign client
through and through: it reads the kubeconfig, runs the exec plugin, trusts the certificate authority and draws its
tables from what the API server sends. `test_python_client.py` is the other one, for where there is no kubectl.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from account import Account
from answers import Witness
from simulator import Simulator
from story import KUBECTL, SPEED, Story

pytestmark = pytest.mark.skipif(
    KUBECTL is None, reason="kubectl is missing, and its wheel cannot be had: test_python_client.py takes its place"
)

CREATOR = "arn:aws:iam::123456789012:user/simulated"


@pytest.fixture(scope="module")
def story(nobodys_configuration: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A cluster that the quickstart has made and left standing."""
    with Simulator(speed=SPEED) as simulator:
        story = Story(simulator, tmp_path_factory.mktemp("home"))
        printed = story.quickstart("--keep")
        assert f"kubeconfig: {story.kubeconfig}" in printed
        yield story


@pytest.fixture(scope="module")
def account(story: Story) -> Account:
    """The same account for boto3."""
    return Account(story.simulator, Witness())


def test_two_nodes_are_ready(story: Story) -> None:
    rows = story.rows("get", "nodes")
    assert [row[1] for row in rows] == ["Ready", "Ready"]
    for name, _, roles, _, version in rows:
        assert name.endswith(".us-west-2.compute.internal") and roles == "<none>" and version.startswith("v1.36.")


def test_the_version(story: Story) -> None:
    assert "Server Version: v1.36." in story.kubectl("version")
    server = json.loads(story.kubectl("version", "--output", "json"))["serverVersion"]
    # EKS marks its builds.
    assert "-eks-" in server["gitVersion"] and server["minor"] == "36+"


def test_nodes_in_full(story: Story) -> None:
    rows = story.rows("get", "nodes", "--output", "wide")
    assert len(rows) == 2
    for row in rows:
        internal, image, runtime = row[5], row[7], row[9]
        assert internal.startswith("192.168.") and image.startswith("Amazon Linux 2023")
        assert runtime.startswith("containerd://")


def test_nodes_as_objects(story: Story, account: Account) -> None:
    nodes = json.loads(story.kubectl("get", "nodes", "--output", "json"))["items"]
    assert len(nodes) == 2
    found = account.ec2.describe_instances(Filters=[{"Name": "tag:eks:cluster-name", "Values": [story.cluster()]}])
    instances = {it["InstanceId"]: it for one in found["Reservations"] for it in one["Instances"]}
    (group,) = account.eks.list_nodegroups(clusterName=story.cluster())["nodegroups"]
    for node in nodes:
        zone, instance = node["spec"]["providerID"].removeprefix("aws:///").split("/")
        labels = node["metadata"]["labels"]
        assert labels["topology.kubernetes.io/zone"] == zone
        assert labels["node.kubernetes.io/instance-type"] == instances[instance]["InstanceType"] == "m5.large"
        assert labels["eks.amazonaws.com/nodegroup"] == group
        conditions = {it["type"]: it["status"] for it in node["status"]["conditions"]}
        assert conditions["Ready"] == "True" and conditions["MemoryPressure"] == "False"
        addresses = {it["type"]: it["address"] for it in node["status"]["addresses"]}
        assert addresses["InternalIP"] == instances[instance]["PrivateIpAddress"]
        assert node["status"]["capacity"]["pods"] == "29"


def test_one_node_and_some_nodes(story: Story) -> None:
    first, second = (row[0] for row in story.rows("get", "nodes"))
    assert [row[0] for row in story.rows("get", "node", first)] == [first]
    assert story.kubectl("get", "nodes", "--output", "name", "--selector", f"kubernetes.io/hostname={second}") == (
        f"node/{second}\n"
    )
    by_field = story.kubectl("get", "nodes", "--output", "name", "--field-selector", f"metadata.name={first}")
    assert by_field == f"node/{first}\n"
    # In pages of one.
    assert len(story.rows("get", "nodes", "--chunk-size", "1")) == 2
    missing = story.try_kubectl("get", "node", "nobody")
    assert 'Error from server (NotFound): nodes "nobody" not found' in missing.stderr


def test_namespaces_pods_and_services(story: Story) -> None:
    namespaces = [row[0] for row in story.rows("get", "ns")]
    assert namespaces == ["default", "kube-node-lease", "kube-public", "kube-system"]
    pods = story.rows("get", "pods", "--all-namespaces")
    assert {row[3] for row in pods} == {"Running"}
    kinds = sorted(row[1].rsplit("-", 2 if row[1].startswith("coredns") else 1)[0] for row in pods)
    assert kinds == ["aws-node", "aws-node", "coredns", "coredns", "kube-proxy", "kube-proxy"]
    assert story.kubectl("get", "pods") == ""
    assert {row[1] for row in story.rows("get", "services", "--all-namespaces")} == {"kubernetes", "kube-dns"}


def test_discovery_and_health(story: Story) -> None:
    kinds = {row[-1] for row in story.rows("api-resources")}
    assert {"Node", "Namespace", "Pod", "Service"} <= kinds
    assert "v1" in story.kubectl("api-versions").split()
    for path in ("/readyz", "/livez", "/healthz"):
        assert story.kubectl("get", "--raw", path) == "ok"
    unknown = story.try_kubectl("get", "deployments")
    assert "the server doesn't have a resource type" in unknown.stderr


def test_who_may_what(story: Story) -> None:
    assert story.kubectl("auth", "can-i", "get", "nodes").strip() == "yes"
    me = json.loads(story.kubectl("auth", "whoami", "--output", "json"))["status"]["userInfo"]
    assert me["username"] == CREATOR and "system:authenticated" in me["groups"]
    assert me["extra"]["canonicalArn"] == [CREATOR]


def test_nodes_are_watched(story: Story, account: Account) -> None:
    """A third node registers, and is ready ten seconds later; kubectl ends after a minute, should nothing come."""
    before = {row[0] for row in story.rows("get", "nodes")}
    cluster = story.cluster()
    (group,) = account.eks.list_nodegroups(clusterName=cluster)["nodegroups"]
    sizes = {"minSize": 2, "maxSize": 3, "desiredSize": 3}
    command = [KUBECTL or "kubectl", "get", "nodes", "--watch", "--request-timeout", "60s", "--no-headers"]
    watch = subprocess.Popen(command, env=story.environment, stdout=subprocess.PIPE, text=True)
    story.simulator.control("POST", "clock", {"speed": 0})
    try:
        assert watch.stdout is not None
        assert {watch.stdout.readline().split()[0] for _ in before} == before
        account.eks.update_nodegroup_config(clusterName=cluster, nodegroupName=group, scalingConfig=sizes)
        steps = 0
        while len(story.rows("get", "nodes")) == len(before):
            story.advance(8)
            steps += 1
            assert steps < 60, "no third node after eight minutes"
        name, status, *_ = watch.stdout.readline().split()
        assert name not in before and status == "NotReady"
        story.advance(60)
        assert watch.stdout.readline().split()[:2] == [name, "Ready"]
    finally:
        story.simulator.control("POST", "clock", {"speed": SPEED})
        watch.kill()
        watch.wait()


# Who is turned away


def with_user(story: Story, name: str, change: dict[str, Any]) -> str:
    """A copy of the kubeconfig whose user is different."""
    config = story.config()
    config["users"][0]["user"] = change
    path = story.home / name
    path.write_text(json.dumps(config))
    path.chmod(0o600)
    return str(path)


def exec_user(story: Story, **change: Any) -> dict[str, Any]:
    """The user of the kubeconfig, with its exec plugin told something else."""
    plugin = story.config()["users"][0]["user"]["exec"]
    return {"exec": plugin | change}


def assert_unauthorized(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode != 0
    # kubectl's words for 401.
    assert "You must be logged in to the server" in done.stderr, done.stderr


@pytest.mark.parametrize("token", ["nonsense", "k8s-aws-v1.nonsense", "k8s-aws-v1.aHR0cHM6Ly9leGFtcGxlLmNvbS8"])
def test_a_wrong_token(story: Story, token: str) -> None:
    path = with_user(story, "wrong-token", {"token": token})
    assert_unauthorized(story.try_kubectl("get", "nodes", KUBECONFIG=path))


def test_another_cluster_s_token(story: Story) -> None:
    args = ["--cluster-name", "another", "--region", "us-west-2"]
    path = with_user(story, "another-cluster", exec_user(story, args=args))
    assert_unauthorized(story.try_kubectl("get", "nodes", KUBECONFIG=path))


def test_a_wrong_secret(story: Story) -> None:
    assert_unauthorized(story.try_kubectl("get", "nodes", AWS_SECRET_ACCESS_KEY="wrong"))


def test_no_credentials(story: Story) -> None:
    done = story.try_kubectl("get", "nodes", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert done.returncode != 0 and "eks-token" in done.stderr, done.stderr


def test_nobody(story: Story) -> None:
    path = with_user(story, "nobody", {})
    # Since 1.32 EKS answers strangers with 401.
    done = story.try_kubectl("get", "nodes", KUBECONFIG=path)
    assert done.returncode != 0 and "Please enter Username" in done.stdout + done.stderr, done


def test_a_principal_without_an_entry(story: Story, account: Account) -> None:
    entry = {"clusterName": story.cluster(), "principalArn": CREATOR}
    account.eks.delete_access_entry(**entry)
    try:
        assert_unauthorized(story.try_kubectl("get", "nodes"))
        # facts/aws.md §1.1: a new entry takes up to half a minute to be honoured.
        account.eks.create_access_entry(**entry)
        story.advance(60)
        done = story.try_kubectl("get", "nodes")
        assert (
            f'Error from server (Forbidden): nodes is forbidden: User "{CREATOR}" cannot list resource "nodes" in API '
            'group "" at the cluster scope'
        ) in done.stderr
        view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
        account.eks.associate_access_policy(**entry, policyArn=view, accessScope={"type": "cluster"})
        story.advance(60)
        # Its reader sees pods, and no nodes.
        assert story.rows("get", "pods", "--all-namespaces")
        assert story.try_kubectl("auth", "can-i", "get", "nodes").stdout.strip() == "no"
    finally:
        admin = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
        account.eks.associate_access_policy(**entry, policyArn=admin, accessScope={"type": "cluster"})
        story.advance(60)
    assert story.rows("get", "nodes")


def test_another_authority(story: Story) -> None:
    """The certificate is checked: with another cluster's authority kubectl trusts nobody."""
    config = story.config()
    del config["clusters"][0]["cluster"]["certificate-authority-data"]
    path: Path = story.home / "no-authority"
    path.write_text(json.dumps(config))
    done = story.try_kubectl("get", "nodes", KUBECONFIG=str(path))
    assert done.returncode != 0 and "certificate" in done.stderr


# The end


def test_and_back_to_nothing(story: Story) -> None:
    name = story.cluster()
    story.quickstart("--delete", name)
    assert story.simulator.left() == []
    # The cluster is out of the kubeconfig, too.
    assert story.config()["clusters"] is None
    ledger = story.simulator.ledger()
    assert {it["kind"] for it in ledger["resources"]} >= {"AWS::EKS::Cluster", "AWS::EKS::Nodegroup", "AWS::EC2::VPC"}
    assert ledger["costUsd"] > 0
