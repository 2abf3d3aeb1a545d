"""The cluster autoscaler: its rights, and the tags by which it goes."""

import pytest

import eks

from .stage import Stage, asked, between, denied, groups, kept_out, left, writes


def cluster() -> eks.Cluster:
    group = eks.NodeGroup(
        name="orders",
        labels={"app": "orders"},
        taints=[kept_out("app", "orders")],
        scaling=between(0, 4, 1),
    )
    return eks.Cluster(name="web", autoscaling="clusterAutoscaler", node_groups=[group])


def test_groups_say_what_their_nodes_would_be_like() -> None:
    """The tags themselves are not told by this language; that they are set, and set anew, is."""
    stage = Stage()
    info = stage.create(cluster())
    assert info.pod_identity_associations[0].service_account == "cluster-autoscaler"
    assert asked(stage, "CreateOrUpdateTags") == 1
    before = len(writes(stage))
    plan = stage.plan(cluster())
    assert plan.is_empty(), str(plan)
    assert not any("nothing moves" in note for note in plan.notes)
    stage.apply(cluster())
    stage.create(cluster())
    assert len(writes(stage)) == before

    # Its tags follow labels and taints.
    [group] = groups(cluster())
    taints = [kept_out("app", "orders", "NoExecute")]
    other = cluster().replace(node_groups=[group.replace(labels={"tier": "jobs"}, taints=taints)])
    stage.apply(other)
    assert asked(stage, "CreateOrUpdateTags") == 2
    assert stage.plan(other).is_empty()
    stage.delete("web")
    assert left(stage) == []


@pytest.mark.parametrize("operation", ["CreateOrUpdateTags", "DescribeAutoScalingGroups"])
def test_without_the_right_to_tag(operation: str) -> None:
    """Who may not tag Auto Scaling groups, or look at their tags, has a cluster all the same, and is told."""
    stage = Stage()
    message = f"not authorized to perform: autoscaling:{operation}"
    stage.fault(denied("AccessDenied", message), operation=operation)
    create = stage.eks.create(cluster())
    told = any(operation in event.to_json() for event in create)
    create.result()
    assert told
    stage.sim.clear_faults()
    assert not stage.plan(cluster()).is_empty()
    # Once it may, the next call makes up for it.
    stage.create(cluster())
    assert stage.plan(cluster()).is_empty()
