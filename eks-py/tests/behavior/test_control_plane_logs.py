"""Logs of the control plane: kept as long as was asked for, in a log group that goes with the cluster, and so do the last lines,
which come late; without a retention the group is EKS's, and goes as well.
"""

import pytest

import eks

from .stage import Stage, asked, calls, denied, died, left, living, refused, writes

GROUP = "AWS::Logs::LogGroup /aws/eks/web/cluster"
PLAIN = eks.Cluster(name="web", logging=["api"], node_groups=[])
"""A control plane alone, that writes logs."""
KEEPING = eks.DeleteOptions(keep_logs=True)


def makers(stage: Stage) -> list[tuple[str, bool]]:
    """Who made a log group, or tried to, and whether they did, in order."""
    made = [call for call in stage.sim.ledger().calls if call.operation == "CreateLogGroup"]
    return [(call.principal, call.outcome == "accepted") for call in made]


def kept(stage: Stage) -> bool:
    """Whether CloudFormation has given a group a retention."""
    put = [call for call in stage.sim.ledger().calls if call.operation == "PutRetentionPolicy"]
    return any(call.outcome == "accepted" for call in put)


def test_kept_for_days_the_group_is_of_the_foundation_and_goes_with_it() -> None:
    stage = Stage()
    cluster = eks.Cluster(name="web", logging=["api"], log_retention_in_days=30)
    plan = stage.plan(cluster)
    assert [it.how for it in plan.contents if it.what == "control plane"] == ["logs kept for 30 days"]

    stage.create(cluster)
    # EKS has come second, and takes what is there.
    assert makers(stage) == [("cloudformation.amazonaws.com", True), ("eks.amazonaws.com", False)]
    assert kept(stage)
    assert stage.plan(cluster).is_empty()

    other = cluster.replace(log_retention_in_days=60)
    error = refused(eks.AlreadyExistsError, lambda: stage.create(other))
    assert "logRetentionInDays was 30 and is now 60" in str(error)

    report = stage.delete("web")
    assert "log group /aws/eks/web/cluster" in report.deleted
    assert report.unchecked == ()
    # CloudFormation had deleted it; lines that came late made it again, and that went, too.
    assert makers(stage)[2:] == [("eks.amazonaws.com", True)]
    stage.sim.advance(600)
    assert left(stage) == []


def test_without_a_retention_the_group_is_eks_own_and_goes_too() -> None:
    stage = Stage()
    stage.create(PLAIN)
    assert makers(stage) == [("eks.amazonaws.com", True)]
    assert not kept(stage)
    stage.delete("web")
    # One look, and one call when no more lines come.
    assert asked(stage, "DescribeLogGroups") == 1
    assert asked(stage, "DeleteLogGroup") == 1
    stage.sim.advance(600)
    assert left(stage) == []


def test_logs_are_kept_for_who_says_so() -> None:
    stage = Stage()
    stage.create(PLAIN)
    stage.delete("web", KEEPING)
    assert asked(stage, "DescribeLogGroups") == 0
    assert left(stage) == [GROUP]


def test_a_group_of_the_foundation_cannot_be_kept() -> None:
    """What is part of a stack goes with it: whoever wants it kept is told so before anything is gone."""
    stage = Stage()
    stage.create(PLAIN.replace(log_retention_in_days=7))
    before = writes(stage)
    error = refused(eks.ConflictError, lambda: stage.delete("web", KEEPING))
    assert "`logRetentionInDays` was set" in str(error)
    assert writes(stage) == before
    stage.delete("web")
    assert left(stage) == []


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("DescribeLogGroups", "was not looked for"),
        ("DeleteLogGroup", "could not delete the log group of the control plane: log group"),
    ],
)
def test_logs_that_nobody_may_touch_keep_nothing_else(operation: str, said: str) -> None:
    """Who may not look for it, or not delete it, goes on, and says so."""
    stage = Stage()
    stage.create(PLAIN)
    message = f"User: ada is not authorized to perform: logs:{operation}"
    stage.fault(denied(message=message, status=400), service="logs", operation=operation)
    [unchecked] = stage.delete("web").unchecked
    for part in ("log group /aws/eks/web/cluster", said, "User: ada is not authorized"):
        assert part in unchecked
    assert left(stage) == [GROUP]


def test_a_delete_that_dies_leaves_no_logs() -> None:
    """Wherever a delete dies: the foundation, which says that it was ours, is there until the last lines are gone. Rust lets it
    die at each call, here it is every sixth.
    """

    def scene() -> Stage:
        stage = Stage()
        stage.create(PLAIN.replace(addons=[]))
        return stage

    undisturbed = scene()
    began = len(calls(undisturbed))
    undisturbed.delete("web")
    deaths = (eks.EffectDieAfterAccept(), eks.EffectDieBeforeAccept())
    for turn, call in enumerate(range(began, len(calls(undisturbed)), 6)):
        stage = scene()
        stage.die_at(call, deaths[turn % 2])
        died(stage.eks.delete("web").result)
        stage.sim.clear_faults()
        # Somebody comes back when the last lines are written, or at once.
        stage.sim.advance(0 if turn % 4 < 2 else 300)
        stage = stage.another_process()
        stage.delete("web")
        stage.sim.advance(600)
        assert left(stage) == [], call


def test_without_logs_there_is_no_group() -> None:
    stage = Stage()
    stage.create(eks.Cluster(name="web", node_groups=[]))
    assert makers(stage) == []
    assert "AWS::Logs::LogGroup" not in living(stage)


def test_a_client_that_dies_leaves_nothing_that_the_next_one_does_not_know() -> None:
    cluster = PLAIN.replace(log_retention_in_days=7)
    stage = Stage()
    stage.fault(eks.EffectDieBeforeAccept(), operation="CreateCluster")
    died(lambda: stage.create(cluster))
    stage.sim.clear_faults()
    following = stage.another_process()
    following.create(cluster)
    assert kept(following)
    following.delete("web")
    assert left(following) == []


def test_a_group_of_an_earlier_cluster_is_nobodys_to_take() -> None:
    stage = Stage()
    stage.create(PLAIN)
    stage.delete("web", KEEPING)
    assert left(stage) == [GROUP]
    error = refused(eks.EksError, lambda: stage.create(PLAIN.replace(log_retention_in_days=7)))
    assert "ControlPlaneLogGroup" in str(error) and "already exists" in str(error)
    stage.delete("web")
    assert left(stage) == [GROUP], "what was there before is there still"

    # A cluster that has written into it makes it no more its own.
    stage.create(PLAIN)
    report = stage.delete("web")
    assert report.unchecked == ("log group /aws/eks/web/cluster is older than the cluster and was left",)
    assert left(stage) == [GROUP]
