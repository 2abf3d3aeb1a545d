"""An access entry is made by one call, and each of its policies by another."""

import pytest

import eks

from .stage import Stage, calls, died

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
EDIT = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
BARE = eks.Cluster(name="web", node_groups=[])


def role(stage: Stage) -> str:
    """A role that has nothing to do with the cluster: another one's."""
    return stage.create(BARE.replace(name="other", addons=[])).role_arn


def associated(stage: Stage) -> int:
    """How many policies EKS has taken."""
    of = [call for call in calls(stage) if call.operation == "AssociateAccessPolicy"]
    return sum(call.outcome in ("accepted", "acceptedButCut") for call in of)


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("effect", [eks.EffectDieBeforeAccept(), eks.EffectDieAfterAccept()])
def test_a_death_before_its_policies_are_there_is_mended(nth: int, effect: eks.Effect) -> None:
    """A client that dies between the entry and its first policy, or the first and the second, leaves an entry that is not whole:
    the next call of the same create mends it.
    """
    stage = Stage()
    policies = [eks.AccessPolicy(policy_arn=VIEW), eks.AccessPolicy(policy_arn=EDIT)]
    entry = eks.AccessEntry(principal_arn=role(stage), policies=policies)
    cluster = BARE.replace(access_entries=[entry])
    stage.fault(effect, operation="AssociateAccessPolicy", every=nth)
    died(lambda: stage.create(cluster))
    stage.sim.clear_faults()
    assert associated(stage) == nth - isinstance(effect, eks.EffectDieBeforeAccept)

    stage = stage.another_process()
    stage.create(cluster)
    assert associated(stage) >= 2
    plan = stage.plan(cluster)
    assert plan.is_empty(), str(plan)


def test_its_tags_follow() -> None:
    """Tags of an entry, and those of the cluster that it has, too."""
    stage = Stage()
    principal = role(stage)

    def tagged(cluster: dict[str, str], entry: dict[str, str]) -> eks.Cluster:
        entries = [eks.AccessEntry(principal_arn=principal, tags=entry)]
        return BARE.replace(tags=cluster, access_entries=entries)

    stage.create(tagged({"owner": "shop"}, {"team": "a", "old": "1"}))
    changed = tagged({"owner": "web"}, {"team": "b"})
    plan = str(stage.plan(changed))
    assert "tags.team a → b" in plan and "tags.old 1 → unset" in plan
    stage.apply(changed)
    plan = str(stage.another_process().plan(tagged({"owner": "web"}, {"team": "c"})))
    assert "tags.team b → c" in plan and "tags.old" not in plan
    assert stage.another_process().plan(changed).is_empty()
