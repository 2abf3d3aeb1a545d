"""What the account has no room for is told before the first write."""

import eks

from .stage import PRIVATE_ENDPOINTS, Stage, denied, fixed, refused, writes

WEB = eks.Cluster(name="web")
PREFLIGHT = eks.CreateOptions(preflight=True)


def scene(**quotas: int) -> Stage:
    return Stage(settings=eks.Settings(quotas=eks.Quotas().replace(**quotas)))


def exceeded(report: eks.Preflight) -> list[str]:
    """What there is no room for, as far as it is known what is in use."""
    return [it.code for it in report.quotas if it.in_use is not None and it.in_use + it.needed > it.quota]


def found(report: eks.Preflight, code: str) -> eks.QuotaFinding:
    return next(it for it in report.quotas if it.code == code)


def test_an_empty_account_has_room() -> None:
    stage = Stage()
    report = stage.eks.preflight(WEB)
    # The default VPC with its gateway is one of each.
    assert [(it.what, it.needed, it.in_use, it.quota) for it in report.quotas] == [
        ("EKS clusters", 1, 0, 100),
        ("node groups of a cluster", 1, 0, 30),
        ("nodes of a node group", 2, 0, 450),
        ("VPCs", 1, 1, 5),
        ("internet gateways", 1, 1, 5),
        ("elastic IP addresses", 1, 0, 5),
        ("NAT gateways of a zone", 1, 0, 5),
        ("vCPUs of standard on-demand instances (A, C, D, H, I, M, R, T, Z)", 4, 0, 1152),
        ("CloudFormation stacks", 2, 0, 2000),
    ]
    assert exceeded(report) == []
    assert writes(stage) == []
    stage.create(WEB, PREFLIGHT)
    # What is there is not needed once more.
    there = stage.eks.preflight(WEB)
    assert exceeded(there) == []
    assert not {it.what for it in there.quotas} & {"VPCs", "EKS clusters"}


def test_a_private_network_needs_no_way_out() -> None:
    stage = scene(internet_gateways=0, elastic_addresses=0)
    cluster = WEB.replace(network=eks.NewNetwork(nat="none", endpoints=PRIVATE_ENDPOINTS))
    assert exceeded(stage.eks.preflight(cluster)) == []
    stage.create(cluster, PREFLIGHT)


def test_everything_that_is_exceeded_is_in_one_error() -> None:
    stage = scene(vpcs=1, elastic_addresses=0, standard_vcpus=3, clusters=0)
    error = refused(eks.QuotaExceededError, lambda: stage.create(WEB, PREFLIGHT))
    for part in (
        "the account has no room for it: EKS clusters: 1 needed, 0 of 0 in use",
        "VPCs: 1 needed, 1 of 1 in use",
        "elastic IP addresses: 1 needed, 0 of 0 in use",
        "4 needed, 0 of 3 in use",
    ):
        assert part in str(error)
    hint = error.hint or ""
    assert hint.startswith("Nothing was touched. Free some, or ask AWS for more: aws service-quotas")
    assert hint.count("request-service-quota-increase") == 4
    assert writes(stage) == []


def test_spot_and_on_demand_are_counted_apart() -> None:
    on_demand = eks.NodeGroup(
        name="a", capacity="onDemand", scaling=fixed(3), instance_types=["m5.xlarge", "m5.large"]
    )
    groups = [on_demand, on_demand.replace(name="b", capacity="spot")]
    stage = scene(standard_spot_vcpus=5)
    report = stage.eks.preflight(eks.Cluster(name="web", node_groups=groups))
    # Three of the smallest type that each may have.
    assert (found(report, "L-1216C47A").needed, found(report, "L-34B43A08").needed) == (6, 6)
    assert exceeded(report) == ["L-34B43A08"]


def test_what_is_in_use_is_counted() -> None:
    """What runs already is counted, with what has other quotas left out."""
    stage = scene(standard_vcpus=7)
    stage.create(WEB)
    report = stage.eks.preflight(eks.Cluster(name="other"))
    vcpus = found(report, "L-1216C47A")
    assert (vcpus.needed, vcpus.in_use, vcpus.quota) == (4, 4, 7)
    assert exceeded(report) == ["L-1216C47A"]
    assert found(report, "L-1194D53C").in_use == 1
    assert found(report, "L-0485CB21").in_use == 2
    assert found(report, "L-0263D0A3").in_use == 1


def test_nat_gateways_are_counted_zone_by_zone() -> None:
    """NAT gateways are counted in the zones that the network will have."""
    stage = scene(nat_gateways_per_zone=1)
    first = eks.Cluster(name="first", network=eks.NewNetwork(nat="single"), node_groups=[])
    plan = stage.plan(first)
    assert plan.map is not None
    stage.create(first)
    full, b, c = (subnet.zone for subnet in plan.map.public_subnets)
    cases: list[tuple[eks.NatName, list[str], int, bool]] = [
        ("perZone", [full, b], 1, True),
        ("perZone", [b, c], 0, False),
        ("single", [b, c], 0, False),
        ("single", [full, c], 1, True),
    ]
    for nat, zones, in_use, is_exceeded in cases:
        network = eks.NewNetwork(nat=nat, zones=zones)
        report = stage.eks.preflight(eks.Cluster(name="second", network=network, node_groups=[]))
        assert found(report, "L-FE5A380F").in_use == in_use, (nat, zones)
        assert ("L-FE5A380F" in exceeded(report)) == is_exceeded, (nat, zones)
        assert found(report, "L-0263D0A3").needed == (2 if nat == "perZone" else 1)


def test_without_rights_defaults_are_assumed_and_what_is_unknown_is_named() -> None:
    stage = scene(clusters=200)
    stage.fault(denied(), service="servicequotas")
    stage.fault(denied("UnauthorizedOperation"), service="ec2", operation="DescribeInstances")
    report = stage.eks.preflight(WEB)
    clusters = found(report, "L-1194D53C")
    assert (clusters.quota, clusters.source) == (100, "assumed")
    assert any("node group" in it for it in report.unchecked)
    assert any("DescribeInstances" in it for it in report.unchecked)
    assert exceeded(report) == []
