"""SSM: the public parameters that name the images of EKS's nodes (facts/aws.md §7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused
from command_line import Terminal

drives = pytest.mark.drives

STANDARD = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended"


@drives("ssm", "GetParameter")
def test_the_image_that_a_group_gets(account: Account) -> None:
    ssm = account.client("ssm")
    release = ssm.get_parameter(Name=f"{STANDARD}/release_version")["Parameter"]
    assert release["ARN"] == f"arn:aws:ssm:us-west-2::parameter{STANDARD}/release_version"
    cluster = account.cluster(version="1.35")
    group = account.nodegroup(cluster)
    made = account.eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert made["releaseVersion"] == release["Value"]

    image = ssm.get_parameter(Name=f"{STANDARD}/image_id")["Parameter"]["Value"]
    nodes = account.ec2.describe_instances(Filters=[{"Name": "tag:eks:nodegroup-name", "Values": [group]}])
    assert {it["ImageId"] for them in nodes["Reservations"] for it in them["Instances"]} == {image}
    both = json.loads(ssm.get_parameter(Name=STANDARD)["Parameter"]["Value"])
    assert (both["image_id"], both["release_version"]) == (image, release["Value"])


@drives("ssm", "GetParameters")
def test_several(account: Account) -> None:
    found = account.client("ssm").get_parameters(Names=[f"{STANDARD}/image_id", "/nothing"])
    assert [it["Name"] for it in found["Parameters"]] == [f"{STANDARD}/image_id"]
    assert found["InvalidParameters"] == ["/nothing"]


@drives("ssm", "GetParametersByPath")
def test_a_folder(account: Account) -> None:
    ssm = account.client("ssm")
    found = ssm.get_parameters_by_path(Path=STANDARD)["Parameters"]
    assert {it["Name"].rpartition("/")[2] for it in found} == {"image_id", "release_version"}
    version = {"Path": "/aws/service/eks/optimized-ami/1.35"}
    assert ssm.get_parameters_by_path(**version)["Parameters"] == []
    # Five variants of Amazon Linux 2023 with three parameters each; a page has ten at most.
    if isinstance(account, Terminal):
        # The CLI asks for all pages by itself.
        found = ssm.get_parameters_by_path(**version, Recursive=True)["Parameters"]
    else:
        pages = list(ssm.get_paginator("get_parameters_by_path").paginate(**version, Recursive=True))
        assert [len(page["Parameters"]) for page in pages] == [10, 5]
        found = [it for page in pages for it in page["Parameters"]]
    names = [it["Name"] for it in found]
    assert len(names) == len(set(names)) == 15


REFUSALS: dict[str, tuple[str, dict[str, Any], str]] = {
    "nobody": ("get_parameter", {"Name": "/aws/service/nothing"}, "ParameterNotFound"),
    "no path": ("get_parameters_by_path", {"Path": "aws"}, "ValidationException"),
    "too many": ("get_parameters", {"Names": ["/a"] * 11}, "ValidationException"),
    "a large page": ("get_parameters_by_path", {"Path": "/aws", "MaxResults": 11}, "ValidationException"),
    "another token": ("get_parameters_by_path", {"Path": "/aws", "NextToken": "?"}, "InvalidNextToken"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusals(account: Account, case: str) -> None:
    operation, request, code = REFUSALS[case]
    refusal = refused(getattr(account.client("ssm", lenient=True), operation), **request)
    assert (refusal.code, refusal.status) == (code, 400)
