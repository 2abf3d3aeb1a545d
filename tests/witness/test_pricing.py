"""The Price List: what things cost by the hour, in the shape of AWS's offers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from account import Account, refused

drives = pytest.mark.drives


def matching(**attributes: str) -> list[dict[str, str]]:
    return [{"Type": "TERM_MATCH", "Field": field, "Value": value} for field, value in attributes.items()]


def dollars(offer: dict[str, Any]) -> float:
    [term] = offer["terms"]["OnDemand"].values()
    [rate] = term["priceDimensions"].values()
    assert rate["unit"] == "Hrs"
    return float(rate["pricePerUnit"]["USD"])


@drives("pricing", "GetProducts")
def test_an_instance_type_in_a_region(account: Account) -> None:
    filters = matching(
        instanceType="m5.large",
        regionCode="us-west-2",
        operatingSystem="Linux",
        preInstalledSw="NA",
        tenancy="Shared",
        capacitystatus="Used",
    )
    answer = account.client("pricing").get_products(ServiceCode="AmazonEC2", Filters=filters)
    [offer] = [json.loads(text) for text in answer["PriceList"]]
    assert offer["product"]["attributes"]["usagetype"] == "USW2-BoxUsage:m5.large"
    assert dollars(offer) == 0.096


def test_a_gateway_and_an_endpoint(account: Account) -> None:
    pricing = account.client("pricing")
    for service, family, usage in [
        ("AmazonEC2", "NAT Gateway", "EU-NatGateway-Hours"),
        ("AmazonVPC", "VpcEndpoint", "EU-VpcEndpoint-Hours"),
    ]:
        filters = matching(productFamily=family, regionCode="eu-west-1")
        [text] = pricing.get_products(ServiceCode=service, Filters=filters)["PriceList"]
        assert json.loads(text)["product"]["attributes"]["usagetype"] == usage


def test_pages_and_nothing(account: Account) -> None:
    pricing = account.client("pricing")
    request = {"ServiceCode": "AmazonEC2", "Filters": matching(regionCode="us-east-1")}
    pages = list(pricing.get_paginator("get_products").paginate(**request, PaginationConfig={"PageSize": 50}))
    assert len(pages) > 1 and all(len(page["PriceList"]) == 50 for page in pages[:-1])
    assert pricing.get_products(ServiceCode="AmazonEC2", Filters=matching(instanceType="x99.huge"))["PriceList"] == []


@drives("pricing", "DescribeServices")
def test_the_services(account: Account) -> None:
    services = account.client("pricing").describe_services(ServiceCode="AmazonEC2")["Services"]
    assert [service["ServiceCode"] for service in services] == ["AmazonEC2"]
    assert "instanceType" in services[0]["AttributeNames"]


def test_what_does_not_exist(account: Account) -> None:
    pricing = account.client("pricing")
    assert refused(pricing.get_products, ServiceCode="AmazonNothing").code == "NotFoundException"
    assert refused(pricing.get_products, ServiceCode="AmazonEC2", NextToken="nonsense").code == "InvalidNextTokenException"
