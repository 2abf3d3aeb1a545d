"""Delete means gone: every resource of ours, and the name. What cannot be removed is named, with the reason."""

import pytest

import eks

from ..stage import Stage, left, refused, writes


@pytest.mark.parametrize(("times", "gone"), [(1, True), (2, True), (9, False)])
def test_a_node_group_whose_delete_fails(times: int, gone: bool) -> None:
    stage = Stage(settings=eks.Settings(trouble=eks.Trouble(stuck_nodegroup_deletes=times)))
    stage.create(eks.Cluster(name="web"))
    rounds = 0
    while True:
        try:
            stage.delete("web")
            break
        except eks.FailedError as error:
            rounds += 1
            assert (error.resource or "").startswith("node group ")
            assert error.code == "Ec2SecurityGroupDeletionFailure"
    # Each call tries again, until nothing sticks.
    assert (rounds == 0) == gone
    assert left(stage) == []


def test_a_protected_cluster_is_not_touched() -> None:
    stage = Stage()
    cluster = eks.Cluster(name="web", node_groups=[])
    stage.create(cluster)
    stage.apply(cluster.replace(deletion_protection=True))
    before = writes(stage)
    error = refused(eks.ConflictError, lambda: stage.delete("web"))
    assert error.resource == "cluster web"
    assert "the cluster is protected against deletion" in str(error)
    assert (error.hint or "").startswith("Nothing was touched.")
    assert writes(stage) == before
    stage.apply(cluster.replace(deletion_protection=False))
    stage.delete("web")
    assert left(stage) == []


def test_a_protected_cluster_goes_when_the_caller_says_so() -> None:
    stage = Stage()
    stage.create(eks.Cluster(name="web", deletion_protection=True))
    before = len(writes(stage))
    options = eks.DeleteOptions(disable_deletion_protection=True)
    # An update takes a minute.
    refused(eks.OperationTimeout, lambda: stage.delete("web", options.replace(timeout_seconds=30)))
    assert len(writes(stage)) - before == 2
    assert stage.delete("web", options).deleted.count("cluster web") == 1
    assert left(stage) == []


def test_what_never_was_is_no_error() -> None:
    stage = Stage()
    assert not stage.delete("web").found
    assert writes(stage) == []
