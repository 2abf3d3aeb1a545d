"""Networks that only an account can know to be wrong: refused after looking, before the first write."""

from typing import Any

import eks

from ..stage import Stage, broken, refused, writes

GONE = "subnet-0123456789abcdef0"


def network(stage: Stage, name: str) -> eks.FoundNetwork:
    """A network of somebody else's: another cluster's."""
    vpc = stage.create(eks.Cluster(name=name, node_groups=[], addons=[])).vpc
    assert vpc is not None
    return stage.eks.find_network(eks.VpcFilter(id=vpc))


def in_subnets(*subnets: str, **more: Any) -> eks.Cluster:
    given = eks.GivenNetwork(private_subnets=subnets, **more)
    return eks.Cluster(name="web", network=given, node_groups=[])


def rules(stage: Stage, cluster: eks.Cluster) -> list[tuple[str, str, str]]:
    """What `plan` and `create` alike refuse a spec with, without a write."""
    before = writes(stage)
    error = refused(eks.InvalidSpecError, lambda: stage.plan(cluster))
    assert str(refused(eks.InvalidSpecError, lambda: stage.create(cluster))) == str(error)
    assert writes(stage) == before
    return broken(error)


def test_subnets_that_do_not_exist() -> None:
    stage = Stage()
    there = network(stage, "one").network.private_subnets[0]
    rule = ("network", GONE, "be a subnet of this region and account")
    assert rules(stage, in_subnets(there, GONE))[0] == rule


def test_subnets_of_two_vpcs_and_of_another_vpc() -> None:
    stage = Stage()
    one, other = network(stage, "one"), network(stage, "two")
    [mine, _, _], [_, theirs, _] = one.network.private_subnets, other.network.private_subnets
    rule = f"lie in VPC {one.vpc}, and lies in {other.vpc}"
    assert ("network", theirs, rule) in rules(stage, in_subnets(mine, theirs))

    pair = one.network.private_subnets[:2]
    rule = f"lie in VPC {other.vpc}, and lies in {one.vpc}"
    assert rules(stage, in_subnets(*pair, vpc=other.vpc)) == [("network", it, rule) for it in pair]


def test_subnets_of_node_groups_and_fargate_profiles() -> None:
    """Nodes and Fargate pods may have subnets of their own: EKS would refuse them a quarter of an hour later."""
    stage = Stage()
    one, other = network(stage, "one"), network(stage, "two")
    theirs = other.network.private_subnets
    cluster = in_subnets(*one.network.private_subnets[:2]).replace(
        node_groups=[
            eks.NodeGroup(name="a", subnets=[GONE]),
            eks.NodeGroup(name="b", subnets=[theirs[0]]),
        ],
        fargate_profiles=[
            eks.FargateProfile(name="c", selectors=[eks.Selector(namespace="c")], subnets=[theirs[1]])
        ],
    )
    rule = f"lie in VPC {one.vpc}, and lies in {other.vpc}"
    assert rules(stage, cluster) == [
        ("nodeGroups[0].subnets", GONE, "be a subnet of this region and account"),
        ("nodeGroups[1].subnets", theirs[0], rule),
        ("fargateProfiles[0].subnets", theirs[1], rule),
    ]


def test_zones_that_host_no_control_plane() -> None:
    # use1-az3 is us-east-1e in the simulated account; facts/aws.md §2.2.
    given = eks.NewNetwork(zones=["us-east-1a", "us-east-1e"], nat="none")
    rule = (
        "be a zone of the region that hosts control planes: "
        "us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f"
    )
    cluster = eks.Cluster(name="web", region="us-east-1", network=given)
    assert rules(Stage(), cluster) == [("network.zones", "us-east-1e", rule)]


def test_an_instance_type_that_fewer_than_two_zones_offer() -> None:
    group = eks.NodeGroup(instance_types=["m5.large", "m5.37xlarge"])
    stage, cluster = Stage(), eks.Cluster(name="web", node_groups=[group])
    assert rules(stage, cluster) == [], "of what is there, not of the spec"
    error = refused(eks.InvalidSpecError, lambda: stage.plan(cluster))
    assert "fewer than two zones offer m5.37xlarge, m5.large: us-west-2a lacks m5.37xlarge" in str(error)
    assert error.hint == "Choose an instance type that more zones offer, or another region"
