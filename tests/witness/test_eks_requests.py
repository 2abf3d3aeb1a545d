"""The simulator refuses what breaks botocore's model of a request: every constraint of every operation.

facts/aws.md §3.1. The breaches are made from the model, so a constraint that AWS adds is tested from the next botocore
on.
"""

from __future__ import annotations

import json
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.exceptions import ClientError

import breaches
from account import Account

MODEL = botocore.session.get_session().get_service_model("eks")
ARN = "arn:aws:eks:us-west-2:123456789012:cluster/web"
# facts/aws.md §3.1: the server takes qualified labels whose keys are longer than the model's 63 characters.
LENIENT = {"labels: a key that is too long", "labels.addOrUpdateLabels: a key that is too long"}

PRINCIPAL = "arn:aws:iam::123456789012:role/pod"
KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"


def request(account: Account, operation: str) -> dict[str, Any]:
    """A request that breaks nothing."""
    made: dict[str, dict[str, Any]] = {
        "CreateCluster": account.cluster_request("other"),
        "CreateNodegroup": account.nodegroup_request("web", "other"),
        "CreateFargateProfile": account.profile_request("web", "other"),
        "CreateAddon": {"addonName": "vpc-cni"},
        "AssociateEncryptionConfig": {
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": KEY}}],
        },
        "AssociateAccessPolicy": {"policyArn": POLICY, "accessScope": {"type": "cluster"}},
        "TagResource": {"tags": {"a": "1"}},
        "UntagResource": {"tagKeys": ["a"]},
        "UpdateClusterVersion": {"version": "1.36"},
    }
    labels = {
        "name": "web",
        "clusterName": "web",
        "nodegroupName": "group",
        "fargateProfileName": "profile",
        "addonName": "kube-proxy",
        "addonVersion": "v1.35.0-eksbuild.1",
        "principalArn": PRINCIPAL,
        "policyArn": POLICY,
        "resourceArn": ARN,
        "updateId": "none",
        "namespace": "shop",
        "serviceAccount": "orders",
        "roleArn": PRINCIPAL,
        "associationId": "a-none",
    }
    shape = MODEL.operation_model(operation).input_shape
    found = made.get(operation, {})
    return found | {name: labels[name] for name in shape.required_members if name not in found}


def send(account: Account, operation: str, right: dict[str, Any], broken: dict[str, Any]) -> None:
    """Sends the broken request. Its body passes by boto3, which could not write one that is mistyped."""
    client = account.client("eks", lenient=True)
    shape = MODEL.operation_model(operation).input_shape
    places = {name: member.serialization.get("location") for name, member in shape.members.items()}
    outside = {name: value for name, value in broken.items() if places[name]}
    body = {name: value for name, value in broken.items() if not places[name]}

    def write(params: dict[str, Any], **_: Any) -> None:
        if body or params["body"]:
            params["body"] = json.dumps(body).encode()

    event = f"before-call.eks.{operation}"
    client.meta.events.register(event, write)
    try:
        getattr(client, xform_name(operation))(**{name: right[name] for name in right if not places[name]}, **outside)
    finally:
        client.meta.events.unregister(event, write)


def violations(account: Account, operation: str) -> list[str]:
    """Breaches of the model that are not refused, or refused for another reason."""
    shape = MODEL.operation_model(operation).input_shape
    right = request(account, operation)
    found = []
    for breach in breaches.of(shape):
        if str(breach) in LENIENT:
            continue
        try:
            send(account, operation, right, breach.applied(right, shape))
            found.append(f"{breach}: accepted")
        except AssertionError:
            found.append(f"{breach}: accepted, and the answer breaks the model, too")
        except ClientError as error:
            message = error.response["Error"]["Message"]
            member = next(step for step in reversed(breach.path) if isinstance(step, str))
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status != 400 or member not in message:
                found.append(f"{breach}: {message}")
    return found


def test_the_model_is_kept(account: Account) -> None:
    found = {}
    for operation in sorted(account.simulator.operations("eks")):
        account.renew()
        account.eks.create_cluster(**account.cluster_request("web"))
        account.pod_role()
        found[operation] = violations(account, operation)
    assert {operation: broken for operation, broken in found.items() if broken} == {}
