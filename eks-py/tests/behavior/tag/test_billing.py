"""What billing makes of the tags: it knows a key hours after its first use, and has to be told to split costs by it."""

import eks

from ..stage import HOUR, Stage, writes
from .scene import tag

ACTIVATE = eks.TagOptions(activate=True)


def scene(*, linked_account: bool) -> Stage:
    stage = Stage(settings=eks.Settings(trouble=eks.Trouble(linked_account=linked_account)))
    stage.create(eks.Cluster(name="web"))
    return stage


def activations(stage: Stage) -> int:
    return sum(it.startswith("ce:") for it in writes(stage))


def test_a_key_is_activated_once_billing_knows_it() -> None:
    stage = scene(linked_account=False)

    def all_are(status: eks.CostTagStatusName) -> dict[str, str]:
        return {"aws:eks:cluster-name": status, "cost-center": status}

    report = tag(stage, options=ACTIVATE)
    assert report.billing == all_are("unseen")
    assert report.billing_problem
    assert report.untagged == ()
    assert activations(stage) == 0

    stage.sim.advance(24 * HOUR)
    assert tag(stage).billing == all_are("inactive")
    assert activations(stage) == 0, "nobody asked for it"

    report = tag(stage, options=ACTIVATE)
    assert (report.billing, report.billing_problem) == (all_are("active"), None)
    assert activations(stage) == 1
    tag(stage, options=ACTIVATE)
    assert activations(stage) == 1


def test_a_member_account_is_told_that_billing_is_not_its_own() -> None:
    stage = scene(linked_account=True)
    report = tag(stage, options=ACTIVATE)
    assert set(report.billing.values()) == {"unchecked"}
    assert report.billing_problem
    assert report.untagged == ()
    assert "instances" in {it.kind for it in report.tagged}
    assert activations(stage) == 0
