"""A spec that wants other stacks: policies, launch templates, the foundation."""

import eks

from .stage import Stage, between, groups, left

READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"


def cluster() -> eks.Cluster:
    group = eks.NodeGroup(name="orders", scaling=between(1, 4, 2), policy_arns=[READ])
    return eks.Cluster(name="web", node_groups=[group])


def test_a_launch_template_gets_a_new_version_and_then_new_nodes() -> None:
    stage = Stage()
    nodes = {node.name for node in stage.create(cluster()).nodes}
    [group] = groups(cluster())
    bigger = cluster().replace(node_groups=[group.replace(disk=eks.Disk(size_gib=120))])
    plan = stage.plan(bigger)
    assert "80" in str(plan) and "120" in str(plan), str(plan)
    apply = stage.eks.apply(bigger)
    done = [event.step for event in apply if isinstance(event, eks.EventStepDone)]
    info = apply.result()
    assert done.index("updateNodeGroupStack/orders") < done.index("rollNodeGroup/orders")
    assert len(info.nodes) == 2
    assert not nodes & {node.name for node in info.nodes}, "all of them are new"
    assert stage.another_process().plan(bigger).is_empty()
    stage.delete("web")
    assert left(stage) == []


def test_roles_of_what_stays_stay() -> None:
    stage = Stage()
    both = [*groups(cluster()), eks.NodeGroup(name="rest")]
    stage.create(cluster().replace(node_groups=both))

    def roles() -> int:
        return sum(it.startswith("AWS::IAM::Role") for it in left(stage))

    before = roles()
    stage.apply(cluster())
    assert roles() == before
    assert stage.another_process().plan(cluster()).is_empty()
