"""Story 7, a cluster for an hour: what has expired is deleted wherever it is, and nothing else."""

import eks

from .stage import (
    ELSEWHERE,
    HOUR,
    REGION,
    Stage,
    calls,
    denied,
    died,
    left,
    refused,
    writes,
)

HERE_AND_THERE = eks.ReapOptions(regions=[REGION, ELSEWHERE])


def cluster(name: str, expires: str | None) -> eks.Cluster:
    return eks.Cluster(name=name, node_groups=[], expires=expires)


def told(report: eks.ReapReport) -> list[str]:
    """Region, name and what became of it, of each."""

    def outcome(outcome: eks.ReapOutcome) -> str:
        if isinstance(outcome, eks.ReapOutcomeDeleted):
            return f"deleted, found {outcome.report.found}"
        if isinstance(outcome, eks.ReapOutcomeKept):
            return f"kept: {outcome.reason}"
        assert isinstance(outcome, eks.ReapOutcomeFailed)
        return f"failed: {outcome.error.kind}"

    return [f"{it.region} {it.name}: {outcome(it.outcome)}" for it in report.clusters]


def is_clean(report: eks.ReapReport) -> bool:
    failed = any(isinstance(it.outcome, eks.ReapOutcomeFailed) for it in report.clusters)
    return not failed and not report.failed_regions


def account() -> Stage:
    """Two that expire in an hour, in two regions; one that has a day and one that stays."""
    stage = Stage()
    there = stage.in_region(ELSEWHERE)
    stage.create(cluster("hour", "1h"))
    there.create(cluster("hour", "1h"))
    there.create(cluster("day", "1d"))
    stage.create(cluster("stays", None))
    return stage


def names(stage: Stage, region: str) -> dict[str, str | None]:
    return {it.name: it.expires for it in stage.in_region(region).eks.list().clusters}


def test_story_7_a_cluster_for_an_hour() -> None:
    stage = account()
    listed = names(stage, REGION)
    # The account's time begins at nine; the tag is drawn when the create begins.
    assert listed == {"hour": "2026-11-22T10:00:00Z", "stays": None}
    assert stage.eks.describe("hour").expires == listed["hour"]
    assert told(stage.eks.reap(HERE_AND_THERE)) == [], "nothing has expired yet"

    stage.sim.advance(HOUR)
    before = (left(stage), writes(stage))
    dry = stage.eks.reap(HERE_AND_THERE.replace(dry_run=True))
    assert told(dry) == [
        "eu-west-1 hour: kept: this is a dry run",
        "us-west-2 hour: kept: this is a dry run",
    ]
    assert (left(stage), writes(stage)) == before, "a dry run writes nothing"

    # No region is named: all that the account has enabled.
    report = stage.eks.reap()
    assert told(report) == ["eu-west-1 hour: deleted, found True", "us-west-2 hour: deleted, found True"]
    assert is_clean(report)
    assert list(names(stage, REGION)) == ["stays"]
    assert list(names(stage, ELSEWHERE)) == ["day"]

    stage.delete("stays")
    stage.sim.advance(24 * HOUR)
    assert told(stage.eks.reap(HERE_AND_THERE)) == ["eu-west-1 day: deleted, found True"]
    assert left(stage) == []


def test_what_a_dead_create_left_is_reaped_too() -> None:
    stage = Stage()
    stage.fault(eks.EffectDieBeforeAccept(), operation="CreateCluster")
    died(lambda: stage.create(cluster("hour", "1h")))
    stage.sim.clear_faults()
    assert names(stage, REGION) == {}
    assert left(stage) != []
    stage = stage.another_process()
    stage.sim.advance(HOUR)
    assert told(stage.eks.reap(HERE_AND_THERE)) == ["us-west-2 hour: deleted, found True"]
    assert left(stage) == []


def test_one_region_that_fails_stops_no_other() -> None:
    stage = account()
    stage.sim.advance(HOUR)
    stage.fault(denied("AccessDenied", "not here"), operation="DescribeStacks", times=1)
    report = stage.eks.reap(eks.ReapOptions(regions=[REGION, ELSEWHERE, "Oregon"]))
    assert len(report.clusters) == 1, told(report)
    failed = {it.region: it.error.kind for it in report.failed_regions}
    assert failed.pop("Oregon") == "invalidSpec"
    assert list(failed.values()) == ["accessDenied"]
    assert not is_clean(report)
    report = stage.eks.reap(HERE_AND_THERE)
    assert len(report.clusters) == 1, told(report)
    assert is_clean(report)


def test_one_cluster_that_fails_stops_no_other() -> None:
    stage = account()
    stage.sim.advance(25 * HOUR)
    # The regions are those of the guard.
    guarded = stage.guarded(eks.Guards(regions=[REGION, ELSEWHERE], protected=["da*"]))
    assert told(guarded.eks.reap()) == [
        "eu-west-1 day: failed: guarded",
        "eu-west-1 hour: deleted, found True",
        "us-west-2 hour: deleted, found True",
    ]
    assert list(names(stage, ELSEWHERE)) == ["day"]


def test_what_has_expired_before_it_began_is_refused() -> None:
    stage = Stage()
    late = cluster("late", "2026-11-22T08:59:59Z")
    error = refused(eks.InvalidSpecError, lambda: stage.create(late))
    assert str(error).startswith("expires: `2026-11-22T08:59:59Z` must be a moment to come")
    assert writes(stage) == []


def test_a_reap_is_killed_at_each_call() -> None:
    """A reap that dies is continued by the next one. Rust kills at each call, here it is every eleventh."""
    # As little as a cluster can be: what dies is the reap, not the delete, which has its own sweep.
    small = cluster("hour", "1h").replace(addons=[], network=eks.NewNetwork(nat="none"))

    def prepare() -> Stage:
        stage = Stage()
        stage.create(small)
        stage.in_region(ELSEWHERE).create(small)
        stage.sim.advance(HOUR)
        return stage

    stage = prepare()
    begins = len(calls(stage))
    stage.eks.reap(HERE_AND_THERE)
    deaths = (eks.EffectDieBeforeAccept(), eks.EffectDieAfterAccept())
    for turn, call in enumerate(range(begins, len(calls(stage)), 11)):
        stage = prepare()
        stage.die_at(call, deaths[turn % 2])
        # What died is told as a failure of each cluster or region that it was about.
        assert not is_clean(stage.eks.reap(HERE_AND_THERE)), call
        stage.sim.clear_faults()
        stage = stage.another_process()
        assert is_clean(stage.eks.reap(HERE_AND_THERE)), call
        assert left(stage) == [], call
