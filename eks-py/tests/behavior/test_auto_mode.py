"""EKS Auto Mode: no node group, no add-on, no node to wait for; and beside node groups."""

import eks

from .stage import Stage, fixed, how, left, living, made


def test_it_is_created_without_nodes_and_leaves_nothing() -> None:
    stage = Stage()
    cluster = eks.Cluster(name="web", auto_mode=eks.AutoMode(enabled=True))
    plan = stage.plan(cluster)
    assert how(plan, "Auto Mode") == "node pools general-purpose, system"
    assert plan.notes[0].startswith("Auto Mode: nodes come with the first pod that needs one")
    assert plan.cost is not None
    assert plan.cost.by_use[0] == "Auto Mode's nodes, at the on-demand price of their types and about 12 % of it"

    info = stage.create(cluster)
    assert info.auto_mode
    assert (len(info.node_groups), len(info.addons), len(info.nodes)) == (0, 0, 0)
    assert len(info.subnets) == 3, "the private ones"
    assert "web" in info.kubeconfig()

    # facts/aws.md §11.2
    policies = {
        policy.rsplit("/")[1]
        for role in stage.eks.describe_in_full("web").roles
        if role.arn == info.role_arn
        for policy in role.attached_policies or ()
    }
    assert policies == {
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
        "AmazonEKSVPCResourceController",
    }
    assert stage.plan(cluster).is_empty()
    assert stage.create(cluster) == info
    stage.delete("web")
    assert left(stage) == []
    assert "AWS::EC2::Instance" not in made(stage)


def test_it_has_a_role_of_ones_own_or_no_pool_at_all() -> None:
    """No pool at all: a role of one's own is nothing that this language can make."""
    stage = Stage()
    stage.create(eks.Cluster(name="web", auto_mode=eks.AutoMode(enabled=True, node_pools=[])))
    assert living(stage)["AWS::IAM::Role"] == 1
    stage.delete("web")
    assert left(stage) == []


def test_node_groups_beside_it_have_the_usual_add_ons() -> None:
    stage = Stage()
    cluster = eks.Cluster(
        name="web",
        auto_mode=eks.AutoMode(enabled=True),
        network=eks.NewNetwork(control_plane_subnets="public"),
        node_groups=[eks.NodeGroup(name="batch", scaling=fixed(1))],
    )
    info = stage.create(cluster)
    assert (len(info.nodes), len(info.addons)) == (1, 3)
    assert stage.plan(cluster).is_empty()
    stage.delete("web")
    assert left(stage) == []
