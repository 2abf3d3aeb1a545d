"""The validators themselves: what they must not let pass."""

from __future__ import annotations

import copy
import json
from typing import Any

import botocore.session
import pytest

from answers import Answer

SESSION = botocore.session.get_session()

CLUSTER: dict[str, Any] = {
    "cluster": {
        "name": "web",
        "status": "ACTIVE",
        "createdAt": 1_790_000_000.5,
        "deletionProtection": False,
        "tags": {"a": "1"},
        "resourcesVpcConfig": {"subnetIds": ["subnet-1"], "endpointPublicAccess": True},
        "kubeControllerManagerConfig": None,
    }
}


def breaches(service: str, operation: str, status: int, body: str, **headers: str) -> list[str]:
    """What is wrong with an answer."""
    kind = "application/json" if service == "eks" else "text/xml"
    sent = {"content-type": kind, "x-amzn-requestid": "1"} | {name.replace("_", "-"): it for name, it in headers.items()}
    model = SESSION.get_service_model(service).operation_model(operation)
    return list(Answer(model, {"status_code": status, "headers": sent, "body": body.encode()}).breaches())


def described(change: Any) -> list[str]:
    """What is wrong with a DescribeCluster whose cluster has been changed."""
    body = copy.deepcopy(CLUSTER)
    change(body["cluster"])
    return breaches("eks", "DescribeCluster", 200, json.dumps(body))


def test_what_is_right_passes() -> None:
    assert described(lambda _: None) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda it: it.update(color="red"), "cluster.color: the model of Cluster has no such member"),
        (lambda it: it["resourcesVpcConfig"].update(x=1), "resourcesVpcConfig.x: the model of"),
        (lambda it: it.update(status="HAPPY"), "cluster.status: 'HAPPY' is none of"),
        (lambda it: it.update(createdAt="2026-11-22T09:00:00Z"), "cluster.createdAt: '2026-"),
        (lambda it: it.update(createdAt=1_790_000_000_500), "cluster.createdAt: "),
        (lambda it: it.update(deletionProtection="no"), "cluster.deletionProtection: 'no' is not a boolean"),
        (lambda it: it.update(name=7), "cluster.name: 7 is not a string"),
        (lambda it: it.update(tags=["a"]), "cluster.tags: ['a'] is not a map"),
        (lambda it: it.update(tags={"k" * 129: ""}), "cluster.tags key: size 129"),
        (lambda it: it.update(tags={"a": None}), "cluster.tags['a']: null"),
        (lambda it: it["resourcesVpcConfig"].update(subnetIds="a"), "subnetIds: 'a' is not a list"),
        (lambda it: it["resourcesVpcConfig"].update(subnetIds=[None]), "subnetIds[0]: null"),
    ],
)
def test_json(change: Any, expected: str) -> None:
    (found,) = described(change)
    assert expected in found


def test_numbers_and_ranges() -> None:
    def group(**scaling: Any) -> list[str]:
        body = json.dumps({"nodegroup": {"scalingConfig": scaling}})
        return breaches("eks", "DescribeNodegroup", 200, body)

    assert group(minSize=0, maxSize=1) == []
    assert "-1 is not within" in group(minSize=-1)[0]
    assert "not a number" in group(minSize=1.5)[0]
    assert "not a number" in group(minSize=True)[0]


ERROR = json.dumps({"message": "No cluster found for name: web.", "clusterName": "web"})


@pytest.mark.parametrize(
    ("operation", "status", "code", "body", "expected"),
    [
        ("DescribeCluster", 404, "ResourceNotFoundException", ERROR, None),
        ("DescribeCluster", 400, "ResourceNotFoundException", ERROR, "with status 400 instead of 404"),
        ("DescribeCluster", 409, "ResourceInUseException", ERROR, "does not model ResourceInUseException"),
        # facts/aws.md §2.1: seen without being modelled.
        ("DeleteFargateProfile", 409, "ResourceInUseException", ERROR, None),
        ("DescribeCluster", 429, "TooManyRequestsException", '{"message": "Too Many Requests"}', None),
        ("DescribeCluster", 404, "ResourceNotFoundException", '{"clusterName": "web"}', "no message"),
        (
            "DescribeCluster",
            404,
            "ResourceNotFoundException",
            '{"message": "m", "fish": 1}',
            "ResourceNotFoundException.fish: the model of ResourceNotFoundException has no such member",
        ),
        ("DescribeCluster", 404, "", ERROR, "no x-amzn-ErrorType"),
    ],
)
def test_errors_of_eks(operation: str, status: int, code: str, body: str, expected: str | None) -> None:
    headers = {"x_amzn_errortype": code} if code else {}
    found = breaches("eks", operation, status, body, **headers)
    assert (found == []) if expected is None else any(expected in it for it in found)


def test_the_frame_of_json() -> None:
    body = json.dumps(CLUSTER)
    assert breaches("eks", "DescribeCluster", 201, body) == ["status 201 instead of 200"]
    assert breaches("eks", "DescribeCluster", 200, body, x_amzn_requestid="") == ["no x-amzn-RequestId"]
    assert "content-type" in breaches("eks", "DescribeCluster", 200, body, content_type="text/html")[0]
    assert "no JSON" in breaches("eks", "DescribeCluster", 200, "<html/>")[0]


def vpcs(item: str, frame: str = "<requestId>1</requestId>") -> list[str]:
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    body = f'<DescribeVpcsResponse xmlns="{namespace}">{frame}<vpcSet>{item}</vpcSet></DescribeVpcsResponse>'
    return breaches("ec2", "DescribeVpcs", 200, body)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<item><vpcId>vpc-1</vpcId><isDefault>false</isDefault></item>", None),
        ("<item><vpcid>vpc-1</vpcid></item>", "vpcid: the model of Vpc has no such member"),
        ("<member><vpcId>vpc-1</vpcId></member>", "entries of VpcList are called item"),
        ("<item><isDefault>no</isDefault></item>", "'no' is neither true nor false"),
        ("<item><state>broken</state></item>", "'broken' is none of"),
        ("<item><vpcId>vpc-1</vpcId><vpcId>vpc-2</vpcId></item>", "vpcId: comes 2 times"),
        ("<item><vpcId><id>vpc-1</id></vpcId></item>", "vpcId: has children"),
    ],
)
def test_xml_of_ec2(item: str, expected: str | None) -> None:
    found = vpcs(item)
    assert (found == []) if expected is None else any(expected in it for it in found)


def test_the_frame_of_ec2() -> None:
    assert vpcs("", frame="") == ["no requestId, or several"]
    namespace = "http://ec2.amazonaws.com/doc/2016-11-15/"
    empty = f'<DeleteVpcResponse xmlns="{namespace}"><requestId>1</requestId></DeleteVpcResponse>'
    assert "only <return>true</return>" in breaches("ec2", "DeleteVpc", 200, empty)[0]
    wrong = "<Response><Errors><Error><Code>X</Code></Error></Errors><RequestID>1</RequestID></Response>"
    assert "Code and Message" in breaches("ec2", "DescribeVpcs", 400, wrong)[0]


IAM = "https://iam.amazonaws.com/doc/2010-05-08/"
METADATA = "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>"


@pytest.mark.parametrize(
    ("operation", "inner", "expected"),
    [
        ("DeleteRole", METADATA, None),
        ("DeleteRole", f"<DeleteRoleResult/>{METADATA}", "DeleteRoleResult: the model of DeleteRole has no such element"),
        ("GetRole", METADATA, "no GetRoleResult"),
        ("GetRole", f"<GetRoleResult/>{METADATA}", "GetRoleResult/Role: missing, and required"),
        ("DeleteRole", "", "no ResponseMetadata with a RequestId"),
    ],
)
def test_xml_of_the_query_services(operation: str, inner: str, expected: str | None) -> None:
    found = breaches("iam", operation, 200, f'<{operation}Response xmlns="{IAM}">{inner}</{operation}Response>')
    assert (found == []) if expected is None else any(expected in it for it in found)


@pytest.mark.parametrize(
    ("status", "kind", "code", "expected"),
    [
        (404, "Sender", "NoSuchEntity", None),
        (400, "Sender", "NoSuchEntity", "with status 400 instead of 404"),
        (404, "Receiver", "NoSuchEntity", "Type Receiver with status 404"),
        (400, "Sender", "EntityAlreadyExists", "GetRole does not model EntityAlreadyExists"),
    ],
)
def test_errors_of_the_query_services(status: int, kind: str, code: str, expected: str | None) -> None:
    error = f"<Error><Type>{kind}</Type><Code>{code}</Code><Message>m</Message></Error><RequestId>1</RequestId>"
    found = breaches("iam", "GetRole", status, f'<ErrorResponse xmlns="{IAM}">{error}</ErrorResponse>')
    assert (found == []) if expected is None else any(expected in it for it in found)
