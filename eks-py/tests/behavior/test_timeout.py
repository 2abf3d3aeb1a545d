"""Waiting for a time: `FailedError`, `OperationTimeout`, … are different."""

import eks

from .stage import Stage, left, made, ready, refused

WEB = eks.Cluster(name="web")


def test_a_create_that_takes_longer_is_not_undone_and_goes_on() -> None:
    stage = Stage()
    began = stage.sim.now()
    create = stage.eks.create(WEB, eks.CreateOptions(timeout_seconds=300))
    error = refused(eks.OperationTimeout, create.result)
    assert isinstance(error, TimeoutError)
    assert error.retryable
    assert error.still_running == ("create the control plane",)
    assert (stage.sim.now() - began).total_seconds() == 300

    # The handle keeps its limit, counted anew each time: a few rounds see it through.
    handle, info, rounds = create.handle, None, 0
    while info is None:
        rounds += 1
        assert handle is not None
        resumed = stage.eks.resume(handle)
        try:
            info = resumed.result()
        except eks.OperationTimeout:
            handle = resumed.handle
    assert rounds == 2
    assert isinstance(info, eks.ClusterInfo)
    assert ready(info) == 2
    assert made(stage)["AWS::EKS::Cluster"] == 1


def test_a_delete_that_takes_longer_goes_on() -> None:
    stage = Stage()
    stage.create(WEB)
    error = refused(eks.OperationTimeout, lambda: stage.delete("web", eks.DeleteOptions(timeout_seconds=10)))
    assert any(step.startswith("delete node group") for step in error.still_running)
    assert stage.delete("web").found
    assert left(stage) == []


def test_the_time_is_over_in_the_middle_of_a_look() -> None:
    """Nothing that AWS is slow with keeps the caller longer than it wants to wait."""
    stage = Stage()
    stage.fault(eks.EffectThrottle())
    began = stage.sim.now()
    error = refused(eks.OperationTimeout, lambda: stage.create(WEB, eks.CreateOptions(timeout_seconds=3)))
    assert "nothing was under way" in str(error)
    assert (stage.sim.now() - began).total_seconds() == 3
