"""``python -m eks token`` and ``eks-token``."""

import json
import os
import subprocess
import sys

import pytest

import eks
from eks.__main__ import main, token

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-west-2"}


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "eks", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **KEYS, **environment},
    )


def test_it_prints_what_kubectl_wants() -> None:
    done = run("token", "--cluster-name", "web", "--region=eu-central-1")
    assert (done.returncode, done.stderr) == (0, "")
    credential = json.loads(done.stdout)
    assert credential["kind"] == "ExecCredential"
    assert credential["apiVersion"] == "client.authentication.k8s.io/v1beta1"
    assert credential["status"]["token"].startswith("k8s-aws-v1.")
    asked = '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}'
    done = run("token", "--cluster-name", "web", KUBERNETES_EXEC_INFO=asked)
    assert json.loads(done.stdout)["apiVersion"] == "client.authentication.k8s.io/v1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["token"], "--cluster-name is missing"),
        (["token", "--clustername", "web"], "unknown option '--clustername'"),
        (["tokn"], "unknown command 'tokn'"),
    ],
)
def test_what_is_wrong_is_said(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.out == ""


def test_a_name_that_is_none_is_no_crash(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    assert token(["--cluster-name", "-"]) == 1
    assert capsys.readouterr().err.startswith("eks-token: name")


def test_a_token_is_a_secret(eks_client: eks.Client) -> None:
    made = eks_client.token("web")
    assert str(made).startswith("k8s-aws-v1.")
    assert "k8s" not in repr(made)


class Frozen:
    access_key, secret_key, token = "AKIDEXAMPLE", "secret", None


class Credentials:
    """As botocore has them, and counting how often they are asked for."""

    asked = 0

    def get_frozen_credentials(self) -> Frozen:
        Credentials.asked += 1
        return Frozen()


class Session:
    """As ``boto3.Session`` is."""

    region_name = "eu-central-1"

    def get_credentials(self) -> Credentials:
        return Credentials()


def test_credentials_of_a_boto3_session() -> None:
    client = eks.Client.from_boto3(Session())
    assert client.token("web").text.startswith("k8s-aws-v1.")
    assert Credentials.asked == 1
    with pytest.raises(TypeError, match="profile"):
        eks.Client.from_boto3(Session(), profile="x")


class Broken(Session):
    def get_credentials(self) -> Credentials:
        class Refusing(Credentials):
            def get_frozen_credentials(self) -> Frozen:
                raise RuntimeError("the device is locked")

        return Refusing()


def test_credentials_that_cannot_be_had() -> None:
    with pytest.raises(eks.EksError) as caught:
        eks.Client.from_boto3(Broken()).token("web")
    assert "the device is locked" in "\n".join((str(caught.value), *caught.value.causes))
