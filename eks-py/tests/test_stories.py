"""The stories of the README. Their names are those of the Rust suite."""

import eks


def test_story_1_defaults() -> None:
    rehearsal = eks.rehearse()
    info = rehearsal.info
    assert info.status == "active"
    assert [node.ready for node in info.nodes] == [True, True]
    assert rehearsal.report.name == info.name
    assert rehearsal.report.found
    assert rehearsal.left == ()
    # Virtual time is AWS's: a control plane takes minutes, the call does not (facts/aws.md).
    assert rehearsal.seconds > 600
    assert rehearsal.cost > 0
    assert isinstance(rehearsal.events[0], eks.EventPlanned)
    assert sum(isinstance(event, eks.EventFinished) for event in rehearsal.events) == 2


def test_story_2_named_cluster() -> None:
    group = eks.NodeGroup(
        name="kubelabs-group", instance_types=["t2.micro"], scaling=eks.Scaling(min=2, max=2, desired=2)
    )
    rehearsal = eks.rehearse(eks.Cluster(name="kubelabs-cluster", node_groups=[group]))
    assert rehearsal.info.name == "kubelabs-cluster"
    groups = rehearsal.info.node_groups
    assert [(group.name, group.instance_types) for group in groups] == [("kubelabs-group", ("t2.micro",))]
    assert rehearsal.left == ()
