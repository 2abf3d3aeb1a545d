"""Service Quotas: what the account may have, and that it is held to it (facts/aws.md §3.2)."""

from __future__ import annotations

import pytest

from account import Account, refused

drives = pytest.mark.drives

CLUSTERS = {"ServiceCode": "eks", "QuotaCode": "L-1194D53C"}
VCPUS = {"ServiceCode": "ec2", "QuotaCode": "L-1216C47A"}


@drives("service-quotas", "GetServiceQuota")
@drives("service-quotas", "GetAWSDefaultServiceQuota")
def test_a_quota_that_was_raised(account: Account) -> None:
    account.renew(quotas={"clusters": 200})
    quotas = account.client("service-quotas")
    applied = quotas.get_service_quota(**CLUSTERS)["Quota"]
    assert (applied["QuotaName"], applied["Value"], applied["Adjustable"]) == ("Clusters", 200.0, True)
    assert applied["QuotaArn"] == "arn:aws:servicequotas:us-west-2:123456789012:eks/L-1194D53C"
    default = quotas.get_aws_default_service_quota(**CLUSTERS)["Quota"]
    assert default["Value"] == 100.0
    assert default["QuotaArn"] == "arn:aws:servicequotas:us-west-2::eks/L-1194D53C"


@drives("service-quotas", "ListServiceQuotas")
def test_the_quotas_of_a_service(account: Account) -> None:
    quotas = account.client("service-quotas")
    of_vpc = {it["QuotaName"]: it["Value"] for it in quotas.list_service_quotas(ServiceCode="vpc")["Quotas"]}
    assert of_vpc["VPCs per Region"] == 5.0 and of_vpc["NAT gateways per Availability Zone"] == 5.0
    one = quotas.list_service_quotas(**VCPUS)["Quotas"]
    assert [it["QuotaCode"] for it in one] == ["L-1216C47A"]


def test_what_does_not_exist(account: Account) -> None:
    quotas = account.client("service-quotas")
    for request in ({"ServiceCode": "nothing", "QuotaCode": "L-1194D53C"}, {**CLUSTERS, "QuotaCode": "L-00000000"}):
        refusal = refused(quotas.get_service_quota, **request)
        assert (refusal.code, refusal.status) == ("NoSuchResourceException", 400)
        assert refused(quotas.get_aws_default_service_quota, **request).code == "NoSuchResourceException"
    refusal = refused(quotas.list_service_quotas, ServiceCode="eks", NextToken="nonsense")
    assert refusal.code == "InvalidPaginationTokenException"


def test_instances_are_held_to_their_vcpus(account: Account) -> None:
    account.renew(quotas={"standardVcpus": 4, "standardSpotVcpus": 2})
    quotas = account.client("service-quotas")
    assert quotas.get_service_quota(**VCPUS)["Quota"]["Value"] == 4.0
    launch = {"ImageId": "ami-12345678", "InstanceType": "m5.large", "MinCount": 1, "MaxCount": 1}
    spot = {**launch, "InstanceMarketOptions": {"MarketType": "spot"}}
    first = account.ec2.run_instances(**launch)["Instances"][0]["InstanceId"]
    account.ec2.run_instances(**launch)
    refusal = refused(account.ec2.run_instances, **launch)
    assert refusal.code == "VcpuLimitExceeded" and "vCPU limit of 4" in refusal.message
    account.ec2.run_instances(**spot)
    assert refused(account.ec2.run_instances, **spot).code == "MaxSpotInstanceCountExceeded"
    account.ec2.terminate_instances(InstanceIds=[first])
    account.ec2.run_instances(**launch)
