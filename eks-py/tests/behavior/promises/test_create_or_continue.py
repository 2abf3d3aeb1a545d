"""Create-or-continue: the same call, from wherever, ends in the same state with nothing made twice."""

from collections.abc import Callable

import pytest

import eks

from ..stage import Stage, between, died, left, made, refused, writes

WEB = eks.Cluster(name="web")
Begin = Callable[[eks.Operation[eks.ClusterInfo]], None]


def at_once(operation: eks.Operation[eks.ClusterInfo]) -> None:
    """The other one begins at the same moment."""


def once(kind: str, step: str) -> Begin:
    """The other one begins when this has happened to a step."""

    def begin(operation: eks.Operation[eks.ClusterInfo]) -> None:
        next(it for it in operation if it.event == kind and getattr(it, "step") == step)

    begin.__name__ = f"{kind}-{step}"
    return begin


MOMENTS = [
    at_once,
    once("stepStarted", "createFoundation"),
    once("stepStarted", "createCluster"),
    once("stepDone", "createCluster"),
    once("stepDone", "createAddon/vpc-cni"),
]


@pytest.mark.parametrize("begin", MOMENTS, ids=lambda it: str(it.__name__))
def test_two_processes_make_one_cluster(begin: Begin) -> None:
    undisturbed = Stage()
    undisturbed.create(WEB)
    stage = Stage()
    one = stage.another_process().eks.create(WEB)
    begin(one)
    other = stage.another_process().eks.create(WEB)
    first, second = one.result(), other.result()
    assert (first.arn, len(first.nodes)) == (second.arn, len(second.nodes))
    assert made(stage) == made(undisturbed), "made twice, or not at all"


def test_two_processes_delete_one_cluster() -> None:
    stage = Stage()
    stage.create(WEB)
    one = stage.another_process().eks.delete("web")
    other = stage.another_process().eks.delete("web")
    one.result()
    other.result()
    assert left(stage) == []


@pytest.mark.parametrize("begin", MOMENTS[2:], ids=lambda it: str(it.__name__))
def test_opposing_goals(begin: Begin) -> None:
    """A delete wins over a create, which says so; nothing is left, and then the name is free."""
    stage = Stage()
    # The other one is begun in time also where this machine is slow: the create has the longest of its waits before it.
    create = stage.another_process().eks.create(WEB)
    begin(create)
    report = stage.another_process().delete("web")
    assert report.found
    try:
        create.result()
    except eks.ConflictError as error:
        assert any(
            known in str(error)
            for known in (
                "this cluster is being deleted",
                "the foundation stack was deleted while it was being created",
            )
        )
    assert left(stage) == []
    stage.create(WEB)


def test_a_name_alone_goes_on() -> None:
    stage = Stage()
    spec = eks.Cluster(name="web", version="1.34", tags={"team": "labs"})
    stage.fault(eks.EffectDieAfterAccept(), operation="CreateCluster")
    died(lambda: stage.create(spec))
    stage.sim.clear_faults()
    info = stage.another_process().eks.continue_create("web").result()
    assert (info.version, info.tags["team"], len(info.nodes)) == ("1.34", "labs", 2)


def test_another_spec_is_an_error_that_names_the_field() -> None:
    def spec(most: int) -> eks.Cluster:
        return eks.Cluster(name="web", node_groups=[eks.NodeGroup(name="a", scaling=between(1, most))])

    stage = Stage()
    stage.create(spec(2))
    before = writes(stage)
    stage = stage.another_process()
    error = refused(eks.AlreadyExistsError, lambda: stage.create(spec(3)))
    assert error.resource == "cluster web"
    message = "this cluster was begun with another spec: nodeGroups[0].scaling.max was 2 and is now 3"
    assert message in str(error)
    assert "`apply` this one to it" in (error.hint or "")
    # To apply it is allowed, and that is what a plan is about.
    assert "max 2 → 3" in str(stage.plan(spec(3)))
    assert writes(stage) == before


def test_again_and_again() -> None:
    """A name can be used again, by the same client and by others."""
    stage = Stage()
    for each in (stage, stage, stage.another_process()):
        each.create(WEB)
        each.delete("web")
        assert left(stage) == []
    assert not stage.delete("web").found, "a third time"
