"""Dropping is not undoing: what AWS has started finishes, nothing new begins, and the same call goes on. A cancel says which of
the two it is. In this language an operation is driven from its beginning, so that one which nobody waits for ends, too.
"""

import pytest

import eks

from ..stage import HOUR, Stage, calls, left, made, refused

WEB = eks.Cluster(name="web")
MOMENTS = [
    (None, None),
    ("stepStarted", "createFoundation"),
    ("stepStarted", "createCluster"),
    ("stepDone", "createCluster"),
    ("stepStarted", "createNodeGroup"),
]
"""Moments in each phase of a create: before anything, network, control plane, nodes."""


def reach(operation: eks.Operation[eks.ClusterInfo], kind: str | None, step: str | None) -> None:
    """Until this has happened; None is anything."""
    for event in operation:
        if kind in (None, event.event) and (step is None or getattr(event, "step").startswith(step)):
            return
    raise AssertionError(f"{kind} {step} has not happened")


@pytest.mark.parametrize(("kind", "step"), MOMENTS)
def test_detached_and_resumed(kind: str | None, step: str | None) -> None:
    undisturbed = Stage()
    undisturbed.create(WEB)
    stage = Stage()
    create = stage.eks.create(WEB)
    reach(create, kind, step)
    handle = create.detach()
    assert handle is not None
    resumed = stage.another_process().eks.resume(handle)
    assert resumed.verb == "create"
    info = resumed.result()
    assert isinstance(info, eks.ClusterInfo)
    assert len(info.nodes) == 2
    assert made(stage) == made(undisturbed), "made twice, or not at all"


def test_cancelled_and_left() -> None:
    stage = Stage()
    create = stage.eks.create(WEB)
    reach(create, "stepStarted", "createCluster")
    assert create.cancel() is None, "there is nothing to await"
    refused(eks.OperationCancelled, create.result)
    before = len(calls(stage))
    stage.sim.advance(HOUR / 2)
    assert len(calls(stage)) == before, "nobody calls any more"
    # The control plane, which AWS had begun with, is there.
    assert stage.eks.describe("web").status == "active"
    stage.create(WEB)


@pytest.mark.parametrize(("kind", "step"), MOMENTS)
def test_cancelled_and_rolled_back(kind: str | None, step: str | None) -> None:
    stage = Stage()
    create = stage.eks.create(WEB)
    reach(create, kind, step)
    undone = create.cancel(roll_back=True)
    assert undone is not None
    report = undone.result()
    stage.sim.advance(HOUR)
    assert left(stage) == []
    assert report.found == bool(made(stage))
