"""What the aws CLI has of its own above the services' operations, and `aws` as a program.

Every single operation is driven by it too: whatever is marked `drives` runs with boto3 and with the CLI.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import botocore.waiter
import pytest
import yaml

from account import REGION, Account
from command_line import Terminal, environment

AWS = shutil.which("aws", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@pytest.fixture
def shell(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A new account; the CLI's waiters move its clock instead of sleeping."""
    terminal.renew()
    terminal.boto3.renew()
    terminal.driven = set()

    def sleep(seconds: float) -> None:
        terminal.advance(seconds)

    monkeypatch.setattr(botocore.waiter, "time", SimpleNamespace(sleep=sleep))
    return terminal


def aws(account: Account, *words: str) -> subprocess.CompletedProcess[str]:
    """The program itself."""
    assert AWS is not None
    bare = {"PATH": os.environ["PATH"], "HOME": os.devnull} | environment(account.simulator)
    return subprocess.run([AWS, *words], env=bare, capture_output=True, text=True, timeout=60, check=False)


def test_a_cluster_by_hand(shell: Terminal) -> None:
    """As the user guide has it: shorthand, waiters, kubeconfig, a token."""
    private = ",".join(shell.network().private)
    role = shell.cluster_role()
    # fmt: off
    made = shell.line.json(
        "eks", "create-cluster", "--name", "web", "--kubernetes-version", "1.35", "--role-arn", role,
        "--resources-vpc-config", f"subnetIds={private},endpointPrivateAccess=true",
        "--access-config", "authenticationMode=API", "--tags", "team=blue",
    )
    # fmt: on
    assert (made["cluster"]["status"], made["cluster"]["tags"]) == ("CREATING", {"team": "blue"})
    shell.line.must("eks", "wait", "cluster-active", "--name", "web")
    query = ("--query", "cluster.[status,resourcesVpcConfig.endpointPrivateAccess]")
    assert shell.line.must("eks", "describe-cluster", "--name", "web", *query, "--output", "text").split() == ["ACTIVE", "True"]

    # fmt: off
    shell.line.must(
        "eks", "create-nodegroup", "--cluster-name", "web", "--nodegroup-name", "group", "--node-role", shell.node_role(),
        "--subnets", *shell.network().private, "--scaling-config", "minSize=1,maxSize=3,desiredSize=2",
        "--taints", "key=app,value=batch,effect=NO_SCHEDULE", "--labels", "app=batch",
    )
    # fmt: on
    shell.line.must("eks", "wait", "nodegroup-active", "--cluster-name", "web", "--nodegroup-name", "group")
    listed = shell.line.json("ec2", "describe-instances", "--filters", "Name=tag:eks:nodegroup-name,Values=group")
    assert sum(len(it["Instances"]) for it in listed["Reservations"]) == 2

    shell.line.must("eks", "delete-nodegroup", "--cluster-name", "web", "--nodegroup-name", "group")
    shell.line.must("eks", "wait", "nodegroup-deleted", "--cluster-name", "web", "--nodegroup-name", "group")
    shell.line.must("eks", "delete-cluster", "--name", "web")
    shell.line.must("eks", "wait", "cluster-deleted", "--name", "web")
    assert shell.line.json("eks", "list-clusters") == {"clusters": []}


def test_kubeconfig(shell: Terminal, tmp_path: Path) -> None:
    name = shell.cluster()
    path = tmp_path / "config"
    shell.line.must("eks", "update-kubeconfig", "--name", name, "--kubeconfig", str(path))
    config = yaml.safe_load(path.read_text())
    cluster = shell.line.json("eks", "describe-cluster", "--name", name)["cluster"]
    (written,) = config["clusters"]
    assert written["name"] == cluster["arn"]
    assert written["cluster"]["server"] == cluster["endpoint"]
    assert written["cluster"]["certificate-authority-data"] == cluster["certificateAuthority"]["data"]
    (user,) = config["users"]
    plugin = user["user"]["exec"]
    assert (plugin["command"], plugin["apiVersion"]) == ("aws", "client.authentication.k8s.io/v1beta1")
    # What kubectl would run is a command line that works.
    credential = json.loads(shell.line.must(*plugin["args"]))
    assert credential["apiVersion"] == plugin["apiVersion"]


def test_token(shell: Terminal) -> None:
    """A token is a signed question to STS, good for a minute's use."""
    name = shell.cluster()
    credential = json.loads(shell.line.must("eks", "get-token", "--cluster-name", name))
    token = credential["status"]["token"]
    assert credential["kind"] == "ExecCredential" and token.startswith("k8s-aws-v1.")
    padded = token.removeprefix("k8s-aws-v1.") + "=="
    url = urlsplit(base64.urlsafe_b64decode(padded).decode())
    assert parse_qs(url.query)["X-Amz-Expires"] == ["60"]


def test_refusals_reach_the_user(shell: Terminal) -> None:
    printed = shell.line.run("eks", "describe-cluster", "--name", "nobody")
    assert printed.status == 255 and printed.out == ""
    assert "(ResourceNotFoundException)" in printed.err and "No cluster found for name: nobody." in printed.err


def test_stacks_are_awaited(shell: Terminal, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    template.write_text(json.dumps({"Resources": {"Vpc": vpc}}))
    shell.line.must("cloudformation", "validate-template", "--template-body", f"file://{template}")
    shell.line.must("cloudformation", "create-stack", "--stack-name", "web", "--template-body", f"file://{template}")
    shell.line.must("cloudformation", "wait", "stack-create-complete", "--stack-name", "web")
    shell.line.must("cloudformation", "delete-stack", "--stack-name", "web")
    shell.line.must("cloudformation", "wait", "stack-delete-complete", "--stack-name", "web")


def test_stacks_are_deployed(shell: Terminal, tmp_path: Path) -> None:
    """`deploy` makes change sets, first of a new stack, then of one that is there."""
    template = tmp_path / "template.json"
    deploy = ("cloudformation", "deploy", "--stack-name", "web", "--template-file", str(template))
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    gateway = {"Type": "AWS::EC2::InternetGateway"}
    for resources in ({"Vpc": vpc}, {"Vpc": vpc, "Gateway": gateway}):
        template.write_text(json.dumps({"Resources": resources}))
        shell.line.must(*deploy)
    again = shell.line.must(*deploy, "--no-fail-on-empty-changeset")
    assert "No changes to deploy" in again


@pytest.mark.skipif(AWS is None, reason="there is no aws")
def test_the_program(shell: Terminal) -> None:
    who = aws(shell, "sts", "get-caller-identity", "--query", "Account", "--output", "text")
    assert (who.returncode, who.stdout.strip()) == (0, "123456789012"), who.stderr
    zones = aws(shell, "ec2", "describe-availability-zones", "--region", REGION, "--output", "json")
    assert {it["RegionName"] for it in json.loads(zones.stdout)["AvailabilityZones"]} == {REGION}, zones.stderr
    missing = aws(shell, "eks", "describe-cluster", "--name", "nobody")
    assert missing.returncode == 255 and "ResourceNotFoundException" in missing.stderr
