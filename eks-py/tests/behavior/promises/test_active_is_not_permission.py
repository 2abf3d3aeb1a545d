"""ACTIVE is not permission: a cluster can be locked by an update that no status shows (facts/failures.md, finding 1)."""

from itertools import groupby

import eks

from ..stage import Stage, calls, left, made


def longest_conflict(stage: Stage) -> float:
    """The longest time in which one operation was refused again and again as a conflict, in seconds."""
    conflict = eks.CallOutcomeRefused(refused="ResourceInUseException")
    refused = [call for call in calls(stage) if call.outcome == conflict]
    runs = [list(run) for _, run in groupby(refused, key=lambda call: call.operation)]
    return max(((run[-1].at - run[0].at) / 1000 for run in runs), default=0)


def test_hidden_updates_of_more_than_ten_minutes() -> None:
    profiles = [eks.FargateProfile(name=it, selectors=[eks.Selector(namespace=it)]) for it in "ab"]
    cluster = eks.Cluster(name="web", fargate_profiles=profiles)
    longest = 0.0
    for seed in range(4):
        trouble = eks.Trouble(hidden_update=1.0, hidden_update_seconds=1500.0)
        stage = Stage(settings=eks.Settings(seed=seed, trouble=trouble))
        assert len(stage.create(cluster).fargate_profiles) == 2
        assert made(stage)["AWS::EKS::FargateProfile"] == 2, seed
        stage.delete("web")
        assert left(stage) == [], seed
        longest = max(longest, longest_conflict(stage))
    assert longest > 600, "too easy"
