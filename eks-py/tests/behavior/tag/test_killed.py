"""Dead on the way, in bad weather: the same call, or the handle, goes on."""

import pytest

import eks

from ..stage import Stage, calls, died, writes
from .scene import CHANGE, tag


def scene() -> Stage:
    """One group, logs: what is told apart by kind, and no more, since many lives are lived."""
    stage = Stage()
    stage.create(eks.Cluster(name="web", logging=["api"]))
    return stage


def is_tagged(stage: Stage, report: eks.TagReport) -> None:
    assert report.untagged == ()
    assert len(report.tagged) == 9
    before = len(writes(stage))
    tag(stage)
    assert len(writes(stage)) == before


def test_at_every_call() -> None:
    """Killed at every eleventh call, and gone on with by the same call or from the handle. Rust kills at each."""
    stage = scene()
    first = len(calls(stage))
    tag(stage)
    every = range(first, len(calls(stage)))
    assert len(every) > 20, every
    for turn, call in enumerate(every[::11]):
        stage = scene()
        stage.die_at(call, eks.EffectDieBeforeAccept() if turn % 3 == 0 else eks.EffectDieAfterAccept())
        operation = stage.eks.tag("web", CHANGE)
        died(operation.result)
        stage.sim.clear_faults()
        after = stage.another_process()
        handle = operation.handle
        if turn % 2 == 0 and handle is not None:
            report = after.eks.resume(handle).result()
            assert isinstance(report, eks.TagReport)
        else:
            report = tag(after)
        is_tagged(after, report)


@pytest.mark.parametrize(
    "effect",
    [
        eks.EffectError(code="InternalFailure", message="An internal error has occurred", status=500),
        eks.EffectThrottle(),
        eks.EffectCutBeforeAccept(),
        eks.EffectCutAfterAccept(),
    ],
)
def test_in_bad_weather(effect: eks.Effect) -> None:
    stage = scene()
    stage.fault(effect, every=3)
    report = tag(stage)
    stage.sim.clear_faults()
    is_tagged(stage, report)
