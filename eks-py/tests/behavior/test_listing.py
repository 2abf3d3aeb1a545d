"""The clusters of many regions: what one of them refuses hides no other."""

import eks

from .stage import ELSEWHERE, REGION, Stage, calls, denied, refused, writes

CLOSED = "eu-south-1"
"""A region that nobody has enabled."""


def account() -> Stage:
    """A cluster here, and one of the same name elsewhere."""
    stage = Stage()
    cluster = eks.Cluster(name="web", node_groups=[], addons=[], network=eks.NewNetwork(nat="none"))
    stage.create(cluster)
    stage.in_region(ELSEWHERE).create(cluster)
    return stage


def places(found: eks.ClusterList) -> list[tuple[str, str]]:
    return [(it.region, it.name) for it in found.clusters]


def test_all_regions_at_once() -> None:
    stage = account()
    asked, wrote = len(calls(stage)), len(writes(stage))
    everywhere = stage.eks.list(eks.ListOptions(all_regions=True))
    assert places(everywhere) == [(ELSEWHERE, "web"), (REGION, "web")]
    assert everywhere.failed_regions == ()
    assert all(it.ours and it.status == "active" for it in everywhere.clusters)
    # One for the regions, one for each of the seventeen that need no opting in, one for each cluster.
    assert len(calls(stage)) - asked == 1 + 17 + 2
    assert len(writes(stage)) == wrote, "a list changes nothing"
    # Unasked it is the client's own region.
    assert places(stage.eks.list()) == [(REGION, "web")]


def test_a_region_that_cannot_be_asked_is_named_with_the_reason() -> None:
    stage = account()
    found = stage.eks.list(eks.ListOptions(regions=[REGION, CLOSED, "Oregon"]))
    assert places(found) == [(REGION, "web")]
    failed = {it.region: it.error for it in found.failed_regions}
    assert {region: error.kind for region, error in failed.items()} == {
        "Oregon": "invalidSpec",
        CLOSED: "noCredentials",
    }
    assert "eu-south-1 is probably not enabled in this account" in (failed[CLOSED].hint or "")

    # A policy that closes a region, in the middle of the answer.
    stage.fault(denied(), operation="DescribeCluster", times=1)
    found = stage.eks.list(eks.ListOptions(regions=[REGION, ELSEWHERE]))
    assert (len(found.clusters), len(found.failed_regions)) == (1, 1)
    assert found.failed_regions[0].error.kind == "accessDenied"

    # Where no region answers the keys may be wrong after all.
    nowhere = stage.eks.list(eks.ListOptions(regions=[CLOSED]))
    assert "AWS does not know these keys" in (nowhere.failed_regions[0].error.hint or "")


def test_regions_that_are_not_known_are_an_error() -> None:
    stage = account()
    stage.fault(denied("UnauthorizedOperation"), operation="DescribeRegions")
    refused(eks.AccessDeniedError, lambda: stage.eks.list(eks.ListOptions(all_regions=True)))
    assert stage.eks.list(eks.ListOptions(regions=[ELSEWHERE])).failed_regions == ()


def test_a_list_in_bad_weather() -> None:
    """Throttled now and then, as in a large account: every region comes in the end."""
    stage = account()
    stage.fault(eks.EffectThrottle(), every=3)
    found = stage.eks.list(eks.ListOptions(all_regions=True))
    assert places(found) == [(ELSEWHERE, "web"), (REGION, "web")]
    assert found.failed_regions == ()
