"""Errors say what to do, and the root cause comes first; once it is gone, the same call goes on."""

import pytest

import eks

from ..stage import Stage, left, made, refused

WEB = eks.Cluster(name="web")


def troubled(trouble: eks.Trouble) -> Stage:
    return Stage(settings=eks.Settings(trouble=trouble))


def told(stage: Stage, kind: type[eks.EksError]) -> str:
    """What a create ends with, twice: the cause, which is the account's, does not go. A delete leaves nothing."""
    error = refused(kind, lambda: stage.create(WEB))
    assert error.hint, error
    refused(kind, lambda: stage.create(WEB))
    stage.delete("web")
    assert left(stage) == []
    return str(error)


def test_nodes_never_join() -> None:
    stage = troubled(eks.Trouble(nodes_never_join=True))
    assert "node group" in told(stage, eks.FailedError)
    assert made(stage)["AWS::EKS::Nodegroup"] == 2, "a group that failed is made anew"


def test_no_capacity() -> None:
    assert "m5.large" in told(troubled(eks.Trouble(no_capacity=["m5.large"])), eks.NoCapacityError)


@pytest.mark.parametrize(
    "quotas",
    [
        eks.Quotas(vpcs=0),
        eks.Quotas(elastic_addresses=0),
        eks.Quotas(nat_gateways_per_zone=0),
        eks.Quotas(clusters=0),
        eks.Quotas(nodegroups_per_cluster=0),
        eks.Quotas(stacks=1),
        eks.Quotas(internet_gateways=0),
        eks.Quotas(standard_vcpus=3),
    ],
    ids=repr,
)
def test_quotas(quotas: eks.Quotas) -> None:
    assert told(Stage(settings=eks.Settings(quotas=quotas)), eks.QuotaExceededError)


def test_a_zone_without_room_for_a_control_plane_is_done_without() -> None:
    stage = troubled(eks.Trouble(zones_without_control_plane=["us-west-2a"]))
    network = eks.NewNetwork(zones=["us-west-2a", "us-west-2b", "us-west-2c"])
    create = stage.eks.create(WEB.replace(network=network))
    retried = [
        (event.what, event.error)
        for event in create
        if isinstance(event, eks.EventRetrying) and "availability zone" in event.error
    ]
    info = create.result()
    assert len(info.subnets) == 4, "two in each of the two zones that have room"
    assert len(info.nodes) == 2
    [(what, error)] = retried
    assert what == "eks:CreateCluster" and "us-west-2a" in error
    stage.delete("web")
    assert left(stage) == []


def test_too_few_zones_with_room_for_a_control_plane() -> None:
    stage = troubled(eks.Trouble(zones_without_control_plane=["us-west-2a", "us-west-2c"]))
    network = eks.NewNetwork(zones=["us-west-2a", "us-west-2b", "us-west-2c"])
    error = refused(eks.NoCapacityError, lambda: stage.create(WEB.replace(network=network)))
    assert error.hint
    stage.delete("web")
    assert left(stage) == []


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ("CreateAddon", "AWS::EKS::Addon"),
        ("CreateFargateProfile", "AWS::EKS::FargateProfile"),
        ("CreateNodegroup", "AWS::EKS::Nodegroup"),
        ("CreateCluster", "AWS::EKS::Cluster"),
    ],
)
def test_what_eks_could_not_make_is_made_anew_by_the_next_call(operation: str, kind: str) -> None:
    """What EKS accepts and then could not make ends the call with EKS's own words, and the next one makes it anew; a control
    plane is the caller's to delete.
    """
    jobs = eks.FargateProfile(name="jobs", selectors=[eks.Selector(namespace="jobs")])
    cluster = eks.Cluster(name="web", fargate_profiles=[jobs], node_groups=[eks.NodeGroup(name="workers")])
    stage = Stage()
    stage.fault(eks.EffectFail(code="InternalFailure", message="Something of ours broke"), operation=operation)
    error = refused(eks.FailedError, lambda: stage.create(cluster))
    assert error.code == "InternalFailure"
    assert ": Something of ours broke" in str(error)
    stage.sim.clear_faults()
    before = made(stage)[kind]
    again = stage.another_process()
    if kind == "AWS::EKS::Cluster":
        error = refused(eks.FailedError, lambda: again.create(cluster))
        assert "delete the cluster and create it again" in (error.hint or "")
    else:
        again.create(cluster)
        assert made(stage)[kind] > before
    stage.delete("web")
    assert left(stage) == []


def test_what_cannot_get_better_ends_at_once() -> None:
    """What one call could not do for its resource's sake ends it at once, not when the budget is used up."""
    stage = troubled(eks.Trouble(no_capacity=["m5.large"]))
    began = stage.sim.now()
    refused(eks.NoCapacityError, lambda: stage.create(WEB))
    minutes = (stage.sim.now() - began).total_seconds() / 60
    assert minutes < 15, "the group says so soon after it is asked for"
    assert made(stage)["AWS::EKS::Nodegroup"] == 1, "nothing is tried again by itself"
