"""What a client's guards forbid ends before anything is written; what they allow goes on as ever."""

import eks

from .stage import ACCOUNT, ELSEWHERE, REGION, Stage, calls, left, refused, writes

WEB = eks.Cluster(name="web", node_groups=[])


def test_what_is_allowed_goes_on_as_ever() -> None:
    stage = Stage(
        guards=eks.Guards(accounts=[ACCOUNT], regions=[REGION, ELSEWHERE], protected=["prod-*"])
    )
    stage.create(WEB)
    stage.delete("web")
    assert left(stage) == []


def test_another_account_is_left_alone() -> None:
    stage = Stage(guards=eks.Guards(accounts=["999988887777"]))
    for call in (lambda: stage.plan(WEB), lambda: stage.create(WEB), lambda: stage.delete("web")):
        error = refused(eks.GuardedError, call)
        assert isinstance(error, PermissionError)
        assert "guard `accounts` forbids any change in account 123456789012: it allows 999988887777" in str(
            error
        )
        assert "check AWS_PROFILE and the role" in (error.hint or "")
    assert writes(stage) == []


def test_another_region_is_left_alone() -> None:
    stage = Stage(guards=eks.Guards(regions=[ELSEWHERE, "eu-north-1"]))
    error = refused(eks.GuardedError, lambda: stage.create(WEB))
    assert "guard `regions` forbids to create in us-west-2: it allows eu-north-1, eu-west-1" in str(error)
    refused(eks.GuardedError, lambda: stage.delete("web"))
    # The spec's own region is held to it, too.
    there = Stage(sim=stage.sim, region=ELSEWHERE, guards=eks.Guards(regions=[ELSEWHERE, "eu-north-1"]))
    refused(eks.GuardedError, lambda: there.create(WEB.replace(region="us-east-1")))
    assert calls(stage) == [], "a region needs no call"


def test_a_protected_cluster_is_created_and_not_deleted() -> None:
    free = Stage()
    stage = free.guarded(eks.Guards(protected=["prod", "web*"]))
    create = stage.eks.create(WEB)
    create.result()
    before = (left(stage), writes(stage))
    error = refused(eks.GuardedError, lambda: stage.delete("web"))
    assert "guard `protected` forbids to delete it: its name matches `web*`" in str(error)

    # Nor by another way to delete it.
    undone = create.cancel(roll_back=True)
    assert undone is not None
    refused(eks.GuardedError, undone.result)
    assert (left(stage), writes(stage)) == before

    free.delete("web")
    assert left(stage) == []
