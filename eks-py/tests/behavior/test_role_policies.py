"""Policies of the roles of node groups: one more, or one less."""

import eks

from .stage import Stage, accepted_writes, calls, died, fixed, refused

READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
LOGS = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"


def cluster(*arns: str) -> eks.Cluster:
    orders = eks.NodeGroup(name="orders", scaling=fixed(1), policy_arns=arns)
    return eks.Cluster(name="web", node_groups=[orders, eks.NodeGroup(name="rest", scaling=fixed(1))])


def scene() -> Stage:
    stage = Stage()
    stage.create(cluster(READ))
    return stage


def policies(stage: Stage) -> set[str]:
    """Those of the role's policies that nodes do not need."""
    roles = stage.eks.describe_in_full("web").roles
    [role] = [it for it in roles if "node group orders" in it.used_by]
    return set(role.attached_policies or ()) & {READ, LOGS}


def test_one_more_and_one_less() -> None:
    stage = scene()
    plan = stage.eks.plan_attach_policy("web", "orders", LOGS)
    assert "CloudWatchAgentServerPolicy" in str(plan)
    assert stage.eks.attach_policy("web", "orders", LOGS).result().name == "orders"
    assert policies(stage) == {READ, LOGS}
    # What is attached already is no change.
    before = len(accepted_writes(stage))
    stage.another_process().eks.attach_policy("web", "orders", LOGS).result()
    assert len(accepted_writes(stage)) == before
    # The next apply knows of it: the same spec has nothing to do, the old one says what it would undo.
    assert stage.another_process().plan(cluster(READ, LOGS)).is_empty()
    undone = str(stage.plan(cluster(READ)))
    assert "policyArns.CloudWatchAgentServerPolicy attached → unset" in undone

    for arn in (READ, LOGS):
        stage.eks.detach_policy("web", "orders", arn).result()
    assert policies(stage) == set()
    plan = stage.eks.plan_detach_policy("web", "orders", READ)
    assert plan.is_empty() and plan.contents == ()
    stage.delete("web")


def test_what_is_no_policy_or_no_such_group_is_refused() -> None:
    stage = scene()
    before, wrote = len(calls(stage)), len(accepted_writes(stage))
    bucket = stage.eks.attach_policy("web", "orders", "arn:aws:s3:::bucket")
    assert "policyArn" in str(refused(eks.InvalidSpecError, bucket.result))
    assert len(calls(stage)) == before, "nobody was asked"
    chinese = stage.eks.attach_policy("web", "orders", "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert "policyArn" in str(refused(eks.InvalidSpecError, chinese.result))
    # The nodes of this one share a role with others.
    refused(eks.EksError, stage.eks.attach_policy("web", "rest", LOGS).result)
    refused(eks.NotFoundError, stage.eks.attach_policy("web", "other", LOGS).result)
    assert len(accepted_writes(stage)) == wrote


def test_killed_on_the_way() -> None:
    """Killed at every ninth call: the same call goes on, and the spec that is kept says what is there. Rust kills at each."""
    stage = scene()
    first = len(calls(stage))
    stage.eks.attach_policy("web", "orders", LOGS).result()
    for call in range(first, len(calls(stage)), 9):
        stage = scene()
        stage.die_at(call)
        died(stage.eks.attach_policy("web", "orders", LOGS).result)
        stage.sim.clear_faults()
        after = stage.another_process()
        after.eks.attach_policy("web", "orders", LOGS).result()
        assert policies(after) == {READ, LOGS}, call
        assert after.plan(cluster(READ, LOGS)).is_empty(), call
