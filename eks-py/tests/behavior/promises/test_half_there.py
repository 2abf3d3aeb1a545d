"""What is half there is deleted like the rest: a cluster that was never made, one whose delete had only begun."""

import eks

from ..stage import Stage, died, left, living, refused, writes


def test_a_cluster_that_was_never_made() -> None:
    """The client died when network and roles were there."""
    stage = Stage()
    stage.fault(eks.EffectDieBeforeAccept(), operation="CreateCluster")
    died(lambda: stage.create(eks.Cluster(name="web")))
    stage.sim.clear_faults()
    assert "AWS::EKS::Cluster" not in living(stage)
    report = stage.another_process().delete("web")
    assert report.found
    assert all(it.startswith("stack eks-web-") for it in report.deleted)
    assert report.unchecked == ()
    assert left(stage) == []


def test_a_protected_cluster_that_is_marked() -> None:
    """The mark is there when the client dies, and so is the protection. Who comes back without the option is not told that
    nothing was touched.
    """
    stage = Stage()
    stage.create(eks.Cluster(name="web", node_groups=[], deletion_protection=True))
    stage.fault(eks.EffectDieBeforeAccept(), operation="UpdateClusterConfig")
    options = eks.DeleteOptions(disable_deletion_protection=True)
    died(lambda: stage.delete("web", options))
    stage.sim.clear_faults()
    assert writes(stage)[-2:] == ["eks:TagResource", "eks:UpdateClusterConfig"], "the last one failed"

    stage = stage.another_process()
    before = writes(stage)
    error = refused(eks.ConflictError, lambda: stage.delete("web"))
    assert error.resource == "cluster web"
    hint = error.hint or ""
    assert hint.startswith("An earlier delete has begun, and marked the cluster.")
    assert "`disable_deletion_protection`" in hint and "`eks-lifecycle/goal`" in hint
    assert writes(stage) == before

    stage.delete("web", options)
    assert left(stage) == []
