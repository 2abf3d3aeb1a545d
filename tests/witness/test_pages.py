"""botocore's paginators: every one whose operation is simulated, page by page."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from account import Account, refused
from scenes import SCENES
from simulator import Simulator

SERVICES = ("autoscaling", "cloudformation", "ec2", "eks", "elb", "elbv2", "iam")
QUOTAS = {"vpcs": 50, "internetGateways": 50, "elasticAddresses": 50, "natGatewaysPerZone": 50}
# A managed policy has one version here.
SINGLE = {("iam", "ListPolicyVersions")}


def paginators(service: str) -> dict[str, Any]:
    """botocore's paginators of a service, by operation."""
    loader = botocore.session.get_session().get_component("data_loader")
    found: dict[str, Any] = loader.load_service_model(service, "paginators-1")["pagination"]
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_paginator_is_tried(simulator: Simulator, service: str) -> None:
    tried = {operation for of, operation in SCENES if of == service}
    assert tried == simulator.operations(service) & set(paginators(service))


@pytest.mark.parametrize(("service", "operation"), SCENES)
def test_pages(account: Account, service: str, operation: str) -> None:
    account.renew(quotas=QUOTAS)
    request = SCENES[service, operation](account)
    client = account.client(service)
    rules = paginators(service)[operation]
    key, limit = rules["result_key"], rules.get("limit_key")
    members = client.meta.service_model.operation_model(operation).input_shape.members
    size = members[limit].metadata.get("min", 1) if limit else None
    paginator = client.get_paginator(xform_name(operation))

    pages = [page[key] for page in paginator.paginate(**request, PaginationConfig={"PageSize": size})]
    entries = [json.dumps(entry, default=str, sort_keys=True) for page in pages for entry in page]
    assert len(entries) == len(set(entries)), "an entry comes twice"
    if (service, operation) not in SINGLE:
        assert len(pages) > 1
    if size is None:
        assert [len(page) for page in pages[:-1]] == [100] * (len(pages) - 1)
        return
    # All pages but the last are full, and together they are what comes at once.
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1) and len(pages[-1]) <= size
    whole = getattr(client, xform_name(operation))(**request)[key]
    # Who names no size gets a hundred of some.
    assert entries[: len(whole)] == [json.dumps(entry, default=str, sort_keys=True) for entry in whole]
    assert len(whole) in (len(entries), 100)


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("eks", "list_clusters", {"nextToken": "nonsense!"}),
        ("ec2", "describe_vpcs", {"NextToken": "nonsense!"}),
        ("elb", "describe_load_balancers", {"Marker": "nonsense!"}),
        ("elbv2", "describe_target_groups", {"Marker": "nonsense!"}),
        ("autoscaling", "describe_tags", {"NextToken": "nonsense!"}),
        ("iam", "list_roles", {"Marker": "nonsense!"}),
        ("cloudformation", "list_stacks", {"NextToken": "nonsense!"}),
    ],
)
def test_a_token_that_nobody_gave(account: Account, service: str, operation: str, request_: dict[str, Any]) -> None:
    assert refused(getattr(account.client(service), operation), **request_).status == 400
