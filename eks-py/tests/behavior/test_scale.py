"""Node groups of other sizes: whatever dies on the way."""

from functools import partial

import eks

from .stage import Stage, between, calls, died, fixed, ready, refused, writes


def cluster() -> eks.Cluster:
    return eks.Cluster(name="web", node_groups=[eks.NodeGroup(name="orders", scaling=between(1, 4, 2))])


def scene(settings: eks.Settings | None = None, options: eks.CreateOptions | None = None) -> Stage:
    stage = Stage(settings=settings)
    stage.create(cluster(), options)
    return stage


def scale(
    stage: Stage, scaling: eks.Scaling, options: eks.PatchOptions | None = None
) -> tuple[int, int, int]:
    group = stage.eks.scale("web", "orders", scaling, options).result()
    return group.min, group.max, group.desired


def nodes(stage: Stage) -> int:
    """How many nodes Kubernetes has, all of them Ready."""
    info = stage.eks.describe("web")
    assert ready(info) == len(info.nodes)
    return len(info.nodes)


def test_it_ends_when_nodes_are_ready_or_gone() -> None:
    stage = scene()
    assert scale(stage, fixed(4)) == (4, 4, 4)
    assert nodes(stage) == 4
    assert scale(stage, between(0, 4, 1)) == (0, 4, 1)
    assert nodes(stage) == 1
    # What is not named stays; a size follows the bounds.
    assert scale(stage, eks.Scaling(max=6)) == (0, 6, 1)
    assert scale(stage, eks.Scaling(min=3)) == (3, 6, 3)
    assert nodes(stage) == 3
    # A size that somebody has changed is no difference to a create of the same spec; bounds are one to an apply.
    before = len(writes(stage))
    stage.create(cluster())
    assert len(writes(stage)) == before
    assert "min 3 → 1" in str(stage.plan(cluster()))
    stage.delete("web")


def test_a_group_that_has_the_size_is_left_alone() -> None:
    stage = scene()
    before = len(writes(stage))
    assert scale(stage, between(1, 4)) == (1, 4, 2)
    assert len(writes(stage)) == before
    plan = stage.eks.plan_scale("web", "orders", fixed(3))
    assert "node group orders  min 1 → 3, max 4 → 3, desired 2 → 3" in str(plan)
    steps = [(step.id, step.state.state == "done") for step in plan.steps]
    assert steps == [("scaleNodeGroup/orders", False), ("reachApiServer", True), ("nodesReady/orders", False)]
    assert len(writes(stage)) == before


def test_what_cannot_be_is_refused_before_the_first_write() -> None:
    stage = scene()
    before = len(writes(stage))
    for scaling, message in [
        (eks.Scaling(min=5), "scaling.min: `5` must be at most the group's `max` (4)"),
        (eks.Scaling(max=0), "scaling.max: `0` must be at least 1"),
        (eks.Scaling(desired=9), "scaling.desired: `9` must be at most the group's `max` (4)"),
        (between(3, 2), "scaling.min: `3` must be at most `max` (2)"),
    ]:
        error = refused(eks.InvalidSpecError, partial(scale, stage, scaling))
        assert message in str(error)
    for name, group in [("nobody", "orders"), ("web", "nobody")]:
        operation = stage.eks.scale(name, group, fixed(1))
        refused(eks.NotFoundError, operation.result)
    assert len(writes(stage)) == before


def test_without_kubernetes() -> None:
    """EKS is taken at its word: the operation ends with the update."""
    unreachable = eks.Settings(trouble=eks.Trouble(api_server_unreachable=True))
    stage = scene(unreachable, eks.CreateOptions(without_kubernetes=True))
    began = stage.sim.now()
    assert scale(stage, fixed(3), eks.PatchOptions(without_kubernetes=True)) == (3, 3, 3)
    assert (stage.sim.now() - began).total_seconds() < 120


def test_killed_at_every_call() -> None:
    """Killed at each call, and gone on with by the same call or from the handle: one size, and no more than one update."""
    stage = scene()
    first = len(calls(stage))
    scale(stage, fixed(3))
    every = range(first, len(calls(stage)))
    assert len(every) > 5, every
    for call in every:
        stage = scene()
        stage.die_at(call)
        operation = stage.eks.scale("web", "orders", fixed(3))
        died(operation.result)
        stage.sim.clear_faults()
        after = stage.another_process()
        handle = operation.handle
        if call % 2 == 0 and handle is not None:
            group = after.eks.resume(handle).result()
            assert isinstance(group, eks.NodeGroupInfo)
            sizes = (group.min, group.max, group.desired)
        else:
            sizes = scale(after, fixed(3))
        assert sizes == (3, 3, 3), call
        assert nodes(after) == 3, call
        assert sum(it.endswith(":UpdateNodegroupConfig") for it in writes(after)) == 1, call
