"""What came of an operation, beside what was expected of it."""

import eks

from .stage import Stage, fixed, refused

SHOP = eks.Cluster(
    name="shop", node_groups=[eks.NodeGroup(name="web", instance_types=["m5.large"], scaling=fixed(2))]
)


def test_a_finished_create_says_what_took_how_long() -> None:
    """What AWS was asked for the node group it refused three times: seen in the plan, and in its picture."""
    stage = Stage()
    stage.fault(eks.EffectThrottle(), operation="CreateNodegroup", times=3)
    create = stage.eks.create(SHOP)
    events = list(create)
    create.result()
    plan = create.plan
    assert plan is not None and plan.is_empty()
    for event in events:
        if isinstance(event, eks.EventStepDone):
            actual = plan.actual[event.step]
            assert actual.began_seconds is not None and actual.ended_seconds is not None
            assert abs(actual.ended_seconds - actual.began_seconds - event.seconds) < 0.01, event.step
            assert abs(actual.ended_seconds - event.elapsed / 1000) < 0.01, event.step
    group = plan.actual["createNodeGroup/web"]
    assert group.refusals == 3
    assert group.refused_seconds is not None and group.began_seconds is not None
    assert group.refused_seconds < group.began_seconds
    # The role of a cluster that was just made is refused, too, until all of IAM knows it.
    told = sum(isinstance(event, eks.EventRetrying) for event in events)
    assert sum(actual.refusals for actual in plan.actual.values()) == told

    svg = plan.progress_svg()
    assert svg.count(": actual from ") == len(plan.steps)
    assert "us-west-2, Kubernetes " in svg and ". Took " in svg
    assert eks.Plan.from_json(plan.to_json()).progress_svg() == svg, "the same from JSON"


def test_what_aws_never_accepted_is_shown_as_refused() -> None:
    """AWS refuses the one thing that everything waits for, until the operation gives up."""
    stage = Stage()
    stage.fault(eks.EffectThrottle(), operation="CreateCluster")
    create = stage.eks.create(SHOP, eks.CreateOptions(timeout_seconds=120))
    refused(eks.OperationTimeout, create.result)
    plan = create.plan
    assert plan is not None
    actual = plan.actual["createCluster"]
    assert (actual.began_seconds, actual.ended_seconds) == (None, None)
    assert actual.refusals > 1 and actual.refused_seconds is not None
    svg = plan.progress_svg()
    assert ">refused<" in svg and "Under way for " in svg
    assert "create the control plane: actual from " not in svg
