"""The event stream: a story with a beginning and an end, told once, and never silent for more than 30 seconds."""

from collections.abc import Sequence

import pytest

import eks

from ..stage import Stage

WEB = eks.Cluster(name="web")
HIDDEN = eks.Settings(trouble=eks.Trouble(hidden_update=1.0, hidden_update_seconds=1500.0))


def halves_of_a_life(
    settings: eks.Settings | None, fault: eks.Fault | None
) -> list[tuple[float, list[eks.Event]]]:
    """When a create and a delete began, and their events.

    How it stands is told to whoever reads alone, and virtual time is fast: who reads from the beginning is told of the plan. A
    life of which this thread had begun to read too late does not count.
    """
    for _ in range(20):
        stage = Stage(settings=settings)
        if fault is not None:
            stage.sim.add_fault(fault)
        halves: list[tuple[float, list[eks.Event]]] = []
        for begin in (lambda: stage.eks.create(WEB), lambda: stage.eks.delete("web")):
            began = stage.sim.now().timestamp() * 1000
            operation = begin()
            halves.append((began, list(operation)))
            operation.result()
        if all(any(isinstance(event, eks.EventPlanned) for event in events) for _, events in halves):
            return halves
    raise AssertionError("never in time")


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (None, None),
        (HIDDEN, None),
        (None, eks.Fault(every=3, effect=eks.EffectThrottle())),
        # Nothing but refusals for a while, at the beginning and in the middle.
        (None, eks.Fault(times=60, effect=eks.EffectThrottle())),
        (None, eks.Fault(times=25)),
    ],
    ids=["fair", "hidden", "throttled", "storm", "cut"],
)
def test_a_heartbeat_at_least_every_thirty_seconds(
    settings: eks.Settings | None, fault: eks.Fault | None
) -> None:
    for began, events in halves_of_a_life(settings, fault):
        moments = [began, *(event.at for event in events)]
        silence, at = max((later - earlier, earlier) for earlier, later in zip(moments, moments[1:]))
        assert silence <= 30_001, f"{silence} ms of silence after {(at - began) / 1000} s"


def test_the_plan_is_there_before_the_first_write_is_answered() -> None:
    """What is sent may be answered late, or never: where the operation stands does not wait for it."""
    stage = Stage()
    stage.fault(eks.EffectDieBeforeAccept(), operation="CreateStack")
    create = stage.eks.create(WEB)
    first = next(iter(create))
    assert isinstance(first, eks.EventPlanned)
    plan = create.plan
    assert plan is not None and [step.id for step in plan.steps] == [step.id for step in first.plan.steps]
    assert create.detach() is not None


def test_time_never_goes_back() -> None:
    stage = Stage()
    stage.fault(eks.EffectThrottle(), every=3)
    create = stage.eks.create(WEB)
    events = list(create)
    create.result()
    at, elapsed = [event.at for event in events], [event.elapsed for event in events]
    assert (at, elapsed) == (sorted(at), sorted(elapsed))
    assert len({event.at - event.elapsed for event in events}) == 1, "one beginning"


def story(events: Sequence[eks.Event]) -> list[str]:
    """Kinds of events with the step that they are about, without how it stood."""
    kinds = ("stepStarted", "stepDone", "stepSkipped", "finished")
    told = [(it.event, getattr(it, "step", None)) for it in events if it.event in kinds]
    return [kind if step is None else f"{kind} {step}" for kind, step in told]


def test_a_story_is_told_once() -> None:
    """Every step is told to have started once and to have ended once, to whoever reads it, as often as it is read."""
    stage = Stage()
    create = stage.eks.create(WEB)
    events = list(create)
    told = story(events)
    assert told[-1] == "finished"
    assert create.plan is not None
    for step in create.plan.steps:
        started, done = f"stepStarted {step.id}", f"stepDone {step.id}"
        assert (told.count(started), told.count(done)) == (1, 1), step.id
        assert told.index(started) < told.index(done), step.id
    assert list(create) == events
