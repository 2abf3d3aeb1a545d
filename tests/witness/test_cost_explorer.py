"""Cost Explorer: which tag keys split the bill, and since when billing knows them."""

from __future__ import annotations

from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives

DAY = 24 * 3600


def keys(account: Account, **request: Any) -> dict[str, tuple[str, str]]:
    listed = account.client("ce").list_cost_allocation_tags(**request)["CostAllocationTags"]
    return {it["TagKey"]: (it["Type"], it["Status"]) for it in listed}


def change(key: str, status: str = "Active") -> dict[str, Any]:
    return {"CostAllocationTagsStatus": [{"TagKey": key, "Status": status}]}


@drives("ce", "ListCostAllocationTags", "UpdateCostAllocationTagsStatus")
def test_a_key_of_ones_own(account: Account) -> None:
    ce = account.client("ce")
    vpc = account.network().vpc
    account.ec2.create_tags(Resources=[vpc], Tags=[{"Key": "team", "Value": "web"}])
    assert "team" not in keys(account)
    [error] = ce.update_cost_allocation_tags_status(**change("team"))["Errors"]
    assert (error["TagKey"], error["Code"]) == ("team", "TagKeysNotFoundException")

    account.advance(DAY)
    assert keys(account, TagKeys=["team"]) == {"team": ("UserDefined", "Inactive")}
    assert not ce.update_cost_allocation_tags_status(**change("team")).get("Errors")
    assert keys(account, Status="Active") == {"team": ("UserDefined", "Active")}
    ce.update_cost_allocation_tags_status(**change("team", "Inactive"))
    assert keys(account, Status="Active") == {}


def test_awss_own_key(account: Account) -> None:
    cluster = account.cluster()
    account.nodegroup(cluster)
    account.advance(DAY)
    found = keys(account, Type="AWSGenerated")
    assert found["aws:eks:cluster-name"] == ("AWSGenerated", "Inactive")


def test_pages(account: Account) -> None:
    vpc = account.network().vpc
    account.ec2.create_tags(Resources=[vpc], Tags=[{"Key": f"key-{at}", "Value": ""} for at in range(5)])
    account.advance(DAY)
    names = [f"key-{at}" for at in range(5)]
    first = account.client("ce").list_cost_allocation_tags(TagKeys=names, MaxResults=3)
    second = account.client("ce").list_cost_allocation_tags(TagKeys=names, MaxResults=3, NextToken=first["NextToken"])
    found = [it["TagKey"] for page in (first, second) for it in page["CostAllocationTags"]]
    assert found == names and "NextToken" not in second


def test_refusals(account: Account) -> None:
    ce = account.client("ce", lenient=True)
    assert refused(ce.list_cost_allocation_tags, Status="On").code == "ValidationException"
    assert refused(ce.update_cost_allocation_tags_status, CostAllocationTagsStatus=[]).code == "ValidationException"


def test_a_member_account(account: Account) -> None:
    ce = account.client("ce")
    account.simulator.trouble(linkedAccount=True)
    for ask, request in ((ce.list_cost_allocation_tags, {}), (ce.update_cost_allocation_tags_status, change("team"))):
        error = refused(ask, **request)
        assert error.code == "AccessDeniedException"
        assert error.message.endswith("Linked account doesn't have access to cost allocation tags.")
