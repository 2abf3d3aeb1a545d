"""What a network can be like: a cluster in it is created, needs nothing more, and leaves nothing behind."""

import pytest

import eks

from .stage import PRIVATE_ENDPOINTS, Stage, accepted_writes, fixed, left, living, made, ready, refused


def lives(stage: Stage, cluster: eks.Cluster) -> None:
    """Creates, plans to nothing."""
    info = stage.create(cluster)
    assert all(group.status == "active" for group in info.node_groups)
    assert ready(info) == sum(group.desired for group in info.node_groups)
    before = len(accepted_writes(stage))
    plan = stage.plan(cluster)
    assert plan.is_empty(), str(plan)
    assert stage.create(cluster) == info
    assert len(accepted_writes(stage)) == before


def goes(stage: Stage, name: str) -> None:
    assert stage.delete(name).found
    assert left(stage) == []


def in_network(network: eks.NewNetwork) -> eks.Cluster:
    group = eks.NodeGroup(name="web", scaling=fixed(2))
    return eks.Cluster(name="shop", network=network, node_groups=[group])


def test_a_private_cluster_has_endpoints_instead_of_nat() -> None:
    stage = Stage()
    lives(stage, in_network(eks.NewNetwork(nat="none", endpoints=PRIVATE_ENDPOINTS)))
    there = living(stage)
    assert there["AWS::EC2::VPCEndpoint"] == 10
    assert there["AWS::EC2::Subnet"] == 3
    assert not there.keys() & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP"}
    goes(stage, "shop")


def test_a_nat_gateway_for_each_zone() -> None:
    stage = Stage()
    group = eks.NodeGroup(name="web", subnets="private")
    lives(stage, eks.Cluster(name="shop", network=eks.NewNetwork(nat="perZone"), node_groups=[group]))
    assert living(stage)["AWS::EC2::NatGateway"] == 3
    goes(stage, "shop")
    assert made(stage)["AWS::EC2::NatGateway"] == 3, "nothing was made twice"


def test_an_ipv6_cluster() -> None:
    stage = Stage()
    group = eks.NodeGroup(name="web", scaling=fixed(2))
    lives(stage, eks.Cluster(name="shop", ip_family="ipv6", node_groups=[group]))
    network = stage.eks.describe_in_full("shop").network
    assert network is not None
    assert len(network.subnets) == 6
    by_ipv6 = [subnet for subnet in network.subnets if any(it.destination == "::/0" for it in subnet.routes)]
    assert len(by_ipv6) == 6, "each has a way out by IPv6"
    assert living(stage)["AWS::EC2::EgressOnlyInternetGateway"] == 1
    goes(stage, "shop")


@pytest.mark.parametrize("choice", ["public", "private"])
def test_a_control_plane_is_in_the_subnets_that_it_is_told(choice: eks.ControlPlaneSubnets) -> None:
    stage = Stage()
    lives(stage, in_network(eks.NewNetwork(control_plane_subnets=choice)))
    network = stage.eks.describe_in_full("shop").network
    assert network is not None
    public = [subnet.public for subnet in network.subnets if subnet.of_control_plane]
    assert public == [choice == "public"] * 3
    goes(stage, "shop")


def test_a_vpc_is_found_by_id_and_by_tag_with_its_subnets_sorted() -> None:
    stage = Stage()
    # Somebody else's, as far as what follows is concerned.
    shop = stage.create(eks.Cluster(name="shop", node_groups=[], tags={"team": "blue"}))
    found = stage.eks.find_network(eks.VpcFilter(tags={"team": "blue"}))
    assert found.vpc == shop.vpc
    assert found.cidrs == ("192.168.0.0/16",)
    assert (len(found.network.public_subnets), len(found.network.private_subnets)) == (3, 3)
    again = stage.eks.find_network(eks.VpcFilter(id=found.vpc))
    assert (again.vpc, again.cidrs, again.network) == (found.vpc, found.cidrs, found.network)
    inner = eks.VpcFilter(id=found.vpc, subnet_tags={"kubernetes.io/role/internal-elb": "1"})
    assert stage.eks.find_network(inner).network.public_subnets == ()

    # What was found is a network for a spec, and another VPC keeps clear of it.
    group = eks.NodeGroup(name="web", subnets="private")
    lives(stage, eks.Cluster(name="guest", network=found.network, node_groups=[group]))
    apart = eks.NewNetwork(apart_from=found.cidrs)
    lives(stage, eks.Cluster(name="peer", network=apart))
    peer = stage.eks.describe("peer").vpc
    assert peer is not None
    assert stage.eks.find_network(eks.VpcFilter(id=peer)).cidrs == ("10.0.0.0/16",)


def test_none_and_more_than_one_are_errors_that_say_so() -> None:
    stage = Stage()
    nobodys = eks.VpcFilter(tags={"Name": "nobody's"})
    refused(eks.NotFoundError, lambda: stage.eks.find_network(nobodys))
    for name in ("one", "two"):
        stage.create(eks.Cluster(name=name, node_groups=[], tags={"team": "blue"}))
    blue = eks.VpcFilter(tags={"team": "blue"})
    error = refused(eks.InvalidSpecError, lambda: stage.eks.find_network(blue))
    assert str(error).count("vpc-") == 2
