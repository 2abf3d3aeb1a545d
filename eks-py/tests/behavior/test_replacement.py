"""What AWS lets nobody change of a thing that is there: another one is made beside it, where the caller lets that happen."""

import eks

from .stage import (
    Stage,
    accepted_writes,
    between,
    broken,
    calls,
    died,
    groups,
    kept_out,
    left,
    refused,
    writes,
)

ORDERS = eks.ApplyOptions(allow_replace=[eks.ReplaceableNodeGroup(node_group="orders")])
BOTH = eks.ApplyOptions(
    allow_replace=[
        eks.ReplaceableNodeGroup(node_group="orders"),
        eks.ReplaceableFargateProfile(fargate_profile="web"),
    ]
)


def of_type(instance_type: str, **changes: object) -> eks.Cluster:
    orders = eks.NodeGroup(
        name="orders",
        scaling=between(1, 4, 2),
        instance_types=[instance_type],
        taints=[kept_out("app", "orders")],
    ).replace(**changes)
    web = eks.FargateProfile(name="web", selectors=[eks.Selector(namespace="web")])
    return eks.Cluster(
        name="shop", node_groups=[orders, eks.NodeGroup(name="rest")], fargate_profiles=[web]
    )


def cluster() -> eks.Cluster:
    return of_type("m5.large")


def changed() -> eks.Cluster:
    """Another instance type, and labels on it; another namespace."""
    web = eks.FargateProfile(name="web", selectors=[eks.Selector(namespace="shop")])
    return of_type("c5.xlarge", labels={"tier": "orders"}).replace(fargate_profiles=[web])


def scene() -> Stage:
    stage = Stage()
    stage.create(cluster())
    return stage


def names(info: eks.ClusterInfo) -> list[tuple[str, str]]:
    """The names of node groups in the spec and in AWS."""
    return [(group.name, group.physical_name) for group in info.node_groups]


def things(stage: Stage) -> list[str]:
    """Groups, profiles and stacks that are there, but for the cluster's own."""
    kinds = ("AWS::EKS::Nodegroup", "AWS::EKS::FargateProfile", "AWS::CloudFormation::Stack")
    return [it for it in left(stage) if it.startswith(kinds)]


def test_what_needs_another_group_is_refused_unless_that_is_allowed_by_name() -> None:
    stage = scene()
    before = len(writes(stage))
    other = of_type("c5.xlarge")
    rest = eks.ApplyOptions(allow_replace=[eks.ReplaceableNodeGroup(node_group="rest")])
    for options in (eks.ApplyOptions(), rest):
        error = refused(eks.InvalidSpecError, stage.eks.apply(other, options).result)
        assert broken(error)[0][0] == "nodeGroups[0].instanceTypes[0]"
        assert "allow_replace" in (error.hint or "")
    asked = len(calls(stage))
    profile = eks.ReplaceableFargateProfile(fargate_profile="orders")
    options = eks.ApplyOptions(allow_replace=[profile])
    refused(eks.InvalidSpecError, lambda: stage.apply(other, options))
    assert (len(writes(stage)), len(calls(stage))) == (before, asked)


def test_another_group_and_another_profile_come_before_the_old_ones_go() -> None:
    stage = scene()
    text = str(stage.plan(changed(), BOTH))
    assert "m5.large → c5.xlarge" in text, text
    first = len(accepted_writes(stage))
    info = stage.apply(changed(), BOTH)
    (name, in_aws), rest = names(info)
    assert name == "orders" and in_aws.startswith("orders-") and len(in_aws) == 13
    assert rest == ("rest", "rest")
    assert info.node_groups[0].instance_types == ("c5.xlarge",)
    assert sum(node.node_group == in_aws for node in info.nodes) == 2
    assert all(node.ready and node.node_group != "orders" for node in info.nodes)
    sent = [it.split(":")[1] for it in accepted_writes(stage)[first:]]
    assert sent.index("CreateNodegroup") < sent.index("DeleteNodegroup")
    assert sent.index("CreateFargateProfile") < sent.index("DeleteFargateProfile")
    assert sent.count("UpdateStack") == 1, "the spec is written down"
    # A second apply is nothing, with the permission or without it; and so is a create.
    before = len(writes(stage))
    after = stage.another_process()
    assert after.plan(changed()).is_empty()
    after.apply(changed(), BOTH)
    after.create(changed())
    assert writes(stage)[before:] == []
    # Everything else goes by the name that the spec knows.
    orders, other = groups(changed())
    after.apply(changed().replace(node_groups=[orders.replace(labels={"tier": "two"}), other]))
    scaled = after.eks.scale("shop", "orders", between(1, 4, 3)).result()
    assert (scaled.name, scaled.physical_name, scaled.desired) == ("orders", in_aws, 3)
    spec = after.eks.spec_of("shop")
    assert spec.node_groups is not None
    assert (spec.node_groups[0].name, spec.fargate_profiles[0].name) == ("orders", "web")
    assert after.plan(spec).is_empty()
    stage.delete("shop")
    stage.sim.advance(600)
    assert left(stage) == []


def test_what_was_replaced_is_replaced_again() -> None:
    """A third one, and the first one's type again: each has a name that none had before."""
    stage = scene()
    seen = {"orders"}
    for instance_type in ("c5.xlarge", "m5.large", "c5.xlarge"):
        info = stage.another_process().apply(of_type(instance_type), ORDERS)
        in_aws = names(info)[0][1]
        assert in_aws not in seen
        assert info.node_groups[0].instance_types == (instance_type,)
        assert stage.another_process().plan(of_type(instance_type)).is_empty()
        seen.add(in_aws)
    # Two groups, one profile, the foundation and two stacks.
    assert len(things(stage)) == 6
    # Without the group, and with a pruning: its name is free again.
    _, rest = groups(cluster())
    without = cluster().replace(node_groups=[rest])
    stage.apply(without, eks.ApplyOptions(prune=True))
    assert stage.another_process().plan(without).is_empty()
    assert names(stage.another_process().apply(cluster()))[0] == ("orders", "orders")


def test_policies_go_to_the_one_that_is_there() -> None:
    """The policies of a group's own role are the new one's."""
    read = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    agent = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
    stage = scene()
    stage.apply(of_type("m5.large", policy_arns=[agent]), ORDERS)
    stage.eks.attach_policy("shop", "orders", read).result()
    plan = stage.another_process().plan(of_type("m5.large", policy_arns=[agent, read]))
    assert plan.is_empty(), str(plan)


def test_killed_on_the_way_to_another() -> None:
    """Killed at every thirtieth call, and gone on with by the same call: one other group, one other profile, nothing else. Rust
    kills at every third.
    """
    stage = scene()
    first = len(calls(stage))
    whole = names(stage.apply(changed(), BOTH))
    every = range(first, len(calls(stage)))
    assert len(every) > 30, every
    for call in every[::30]:
        stage = scene()
        stage.die_at(call)
        died(stage.eks.apply(changed(), BOTH).result)
        stage.sim.clear_faults()
        after = stage.another_process()
        assert names(after.apply(changed(), BOTH)) == whole, call
        assert after.plan(changed()).is_empty(), call
        assert len(things(after)) == 6, call
