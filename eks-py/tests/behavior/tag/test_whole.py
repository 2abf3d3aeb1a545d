"""What carries the tags in the end, and what becomes of things that are made later."""

from collections import Counter

import eks

from ..stage import Stage, calls, fixed, refused, writes
from .scene import CHANGE, cluster, counts, scene, tag


def since(stage: Stage, before: int) -> Counter[str]:
    return Counter(writes(stage)[before:])


def test_everything_carries_them() -> None:
    """As the report says it: this language has no client of EC2 that would."""
    stage = scene()
    report = tag(stage)
    assert report.untagged == ()
    assert counts(report) == {
        "cluster": 1,
        "node groups": 2,
        "Fargate profiles": 1,
        "add-ons": 3,
        "Auto Scaling groups": 2,
        "launch templates": 2,
        "instances": 4,
        "volumes": 4,
        "log group": 1,
        "stacks": 3,
    }
    info = stage.eks.describe("web")
    assert (info.tags["cost-center"], info.tags["eks-lifecycle/cluster"]) == ("4711", "web")
    assert all(addon.tags["cost-center"] == "4711" for addon in info.addons)
    assert info.fargate_profiles[0].tags["cost-center"] == "4711"


def test_a_second_call_sends_nothing() -> None:
    stage = scene()
    first = tag(stage)
    before = len(writes(stage))
    assert tag(stage) == first
    plan = stage.eks.plan_tag("web", CHANGE)
    assert plan.is_empty(), str(plan)
    assert since(stage, before) == {}


def test_a_plan_says_what_and_in_which_order() -> None:
    stage = scene()
    before = len(writes(stage))
    plan = stage.eks.plan_tag("web", {**CHANGE, "team": None})
    text = str(plan)
    assert text.startswith("Tag cluster web in us-west-2"), text
    assert "cost-center" in text and "team" in text
    assert len([step for step in plan.steps if step.state.state != "done"]) > 5
    assert since(stage, before) == {}


def test_other_values_are_set_and_what_is_to_go_goes() -> None:
    stage = scene()
    tag(stage, {**CHANGE, "owner": "ada"})
    report = tag(stage, {"cost-center": "4712", "owner": None, "team": None})
    assert report.untagged == ()
    info = stage.eks.describe("web")
    for tags in (info.tags, *(addon.tags for addon in info.addons)):
        assert tags["cost-center"] == "4712"
        assert not tags.keys() & {"owner", "team"}
    assert list(report.billing) == ["aws:eks:cluster-name", "cost-center"]


def test_what_comes_later() -> None:
    """Auto Scaling groups hand the tags on to instances, nobody does to their volumes."""
    stage = scene()
    tag(stage)
    stage.eks.scale("web", "web", fixed(3)).result()
    before = len(writes(stage))
    report = tag(stage)
    assert report.untagged == ()
    assert (counts(report)["instances"], counts(report)["volumes"]) == (5, 5)
    assert since(stage, before) == {"ec2:CreateTags": 1}


def test_an_apply_leaves_them() -> None:
    """A later apply leaves what its spec does not know, and goes on knowing its own."""
    stage = scene()
    tag(stage)
    assert stage.plan(cluster()).is_empty()
    stage.apply(cluster().replace(tags={"owner": "ada"}))
    before = len(writes(stage))
    assert tag(stage).untagged == ()
    assert since(stage, before) == {}
    stage.delete("web")


def test_what_cannot_be_is_refused_before_the_first_call() -> None:
    stage = scene()
    before = len(calls(stage))
    changes: list[eks.TagChange] = [
        {},
        {"aws:team": "web"},
        {"kubernetes.io/cluster/web": None},
        {"eks-lifecycle/cluster": "other"},
        {"team": "web, orders"},
    ]
    for change in changes:
        error = refused(eks.InvalidSpecError, stage.eks.tag("web", change).result)
        assert error.violations, change
    assert len(calls(stage)) == before
    refused(eks.NotFoundError, stage.eks.tag("nobody", CHANGE).result)
    stage.delete("web")
