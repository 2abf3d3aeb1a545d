"""A spec that changes, and the cluster that follows."""

import pytest

import eks

from .stage import Stage, between, broken, calls, died, fixed, groups, kept_out, left, refused, writes


def cluster() -> eks.Cluster:
    orders = eks.NodeGroup(
        name="orders",
        scaling=between(1, 4, 2),
        labels={"team": "shop", "stage": "test"},
        taints=[kept_out("app", "orders")],
    )
    return eks.Cluster(
        name="web", node_groups=[orders, eks.NodeGroup(name="rest")], tags={"cost-center": "4711"}
    )


def changed() -> eks.Cluster:
    """The cluster with everything another that can be without new nodes."""
    orders, rest = groups(cluster())
    orders = orders.replace(
        scaling=between(2, 6, 3),
        labels={"team": "orders"},
        taints=[kept_out("app", "other"), kept_out("gpu", "yes", "NoExecute")],
        update=eks.UpdateSettings(max_unavailable=2),
        tags={"app": "orders"},
    )
    return cluster().replace(
        node_groups=[orders, rest],
        tags={"owner": "shop"},
        logging=["api", "audit"],
        endpoint_access=eks.EndpointAccess(private=True, public_cidrs=["203.0.113.0/24", "0.0.0.0/0"]),
        upgrade_policy="standard",
        deletion_protection=True,
    )


def scene() -> Stage:
    stage = Stage()
    stage.create(cluster())
    return stage


def labels_hold(stage: Stage, labels: eks.LabelChange) -> bool:
    """Whether the group has these labels, and none of those that are None."""
    return stage.eks.plan_label("web", "orders", labels).is_empty()


def test_everything_that_can_change_does_and_a_second_apply_is_empty() -> None:
    stage = scene()
    before = len(writes(stage))
    text = str(stage.plan(changed()))
    for line in ("min 1 → 2", "labels.stage test → unset", "labels.team shop → orders", "deletionProtection"):
        assert line in text, text
    assert len(writes(stage)) == before, "a plan touches nothing"
    info = stage.apply(changed())
    assert info.tags.get("owner") == "shop"
    assert "cost-center" not in info.tags

    assert labels_hold(stage, {"team": "orders", "stage": None})
    taints = eks.TaintChange(
        set=[kept_out("app", "other"), kept_out("gpu", "yes", "NoExecute")],
    )
    assert stage.eks.plan_taint("web", "orders", taints).is_empty()
    group = next(it for it in info.node_groups if it.name == "orders")
    assert (group.min, group.max, group.desired) == (2, 6, 3)
    assert sum(node.node_group == "orders" for node in info.nodes) == 3
    access = stage.eks.describe_in_full("web").endpoint_access
    assert (access.private, access.public, len(access.public_cidrs or ())) == (True, True, 2)

    before = len(writes(stage))
    assert stage.plan(changed()).is_empty()
    stage.apply(changed())
    other = stage.another_process()
    assert other.plan(changed()).is_empty()
    # Whoever goes on with the create of this name finds the spec that holds now.
    other.eks.continue_create("web").result()
    assert writes(stage)[before:] == []


def test_what_is_missing_is_made_and_what_is_spare_stays_until_it_is_pruned() -> None:
    stage = scene()
    orders, _ = groups(cluster())
    other = cluster().replace(
        node_groups=[orders, eks.NodeGroup(name="batch", scaling=fixed(1))],
        fargate_profiles=[eks.FargateProfile(name="jobs", selectors=[eks.Selector(namespace="jobs")])],
        addons=[eks.Addon(name="vpc-cni"), eks.Addon(name="coredns")],
    )

    def names() -> list[str]:
        info = stage.eks.describe("web")
        return sorted(
            [it.name for it in info.node_groups]
            + [it.name for it in info.fargate_profiles]
            + [it.name for it in info.addons]
        )

    stage.apply(other)
    assert names() == ["batch", "coredns", "jobs", "kube-proxy", "orders", "rest", "vpc-cni"]
    assert stage.plan(other).is_empty()

    prune = eks.ApplyOptions(prune=True)
    steps = stage.plan(other, prune).steps
    open_steps = [step.id for step in steps if step.state.state not in ("done", "skipped")]
    assert open_steps == ["deleteNodeGroup/rest", "deleteNodeGroupStack/rest", "deleteAddon/kube-proxy"]
    apply = stage.eks.apply(other, prune)
    done = [event.step for event in apply if isinstance(event, eks.EventStepDone)]
    apply.result()
    assert [step for step in done if step.startswith("delete")] == [
        "deleteAddon/kube-proxy",
        "deleteNodeGroup/rest",
        "deleteNodeGroupStack/rest",
    ]
    assert names() == ["batch", "coredns", "jobs", "orders", "vpc-cni"]
    stage.delete("web")
    assert left(stage) == []


def test_what_cannot_change_is_refused_before_the_first_write() -> None:
    stage = scene()
    before = len(writes(stage))
    orders, rest = groups(cluster())
    other = cluster().replace(
        version="1.30",
        service_cidr="10.96.0.0/12",
        node_groups=[orders.replace(instance_types=["m5.xlarge"]), rest.replace(ssh_key="mine")],
    )
    error = refused(eks.InvalidSpecError, lambda: stage.apply(other))
    fields = {field for field, _, _ in broken(error)}
    assert {"version", "serviceCidr", "nodeGroups[0].instanceTypes[0]"} <= fields, fields
    assert str(refused(eks.InvalidSpecError, lambda: stage.plan(other))) == str(error)
    assert len(writes(stage)) == before


def test_killed_on_the_way() -> None:
    """Killed at every sixtieth call, and gone on with by the same call or from the handle: everything as the new spec wants it,
    nothing of the old one left. Rust kills at every third.
    """
    stage = scene()
    first = len(calls(stage))
    stage.apply(changed())
    every = range(first, len(calls(stage)))
    assert len(every) > 20, every
    for turn, call in enumerate(every[::60]):
        stage = scene()
        stage.die_at(call)
        operation = stage.eks.apply(changed())
        died(operation.result)
        stage.sim.clear_faults()
        after = stage.another_process()
        handle = operation.handle
        if turn % 2 and handle is not None:
            after.eks.resume(handle).result()
        else:
            after.apply(changed())
        assert after.plan(changed()).is_empty(), call
        assert labels_hold(after, {"stage": None}), call


@pytest.mark.parametrize("operation", ["UpdateNodegroupConfig", "UpdateClusterConfig", "UpdateAddon"])
def test_an_update_that_fails_is_told_in_ekss_words(operation: str) -> None:
    """What EKS could not change ends the call with EKS's own words, soon; the next call tries again."""
    orders, rest = groups(cluster())
    wanted = {
        "UpdateNodegroupConfig": cluster().replace(
            node_groups=[orders.replace(labels={**orders.labels, "a": "b"}), rest]
        ),
        "UpdateClusterConfig": cluster().replace(zonal_shift=True),
        "UpdateAddon": cluster().replace(
            addons=[eks.Addon(name="coredns", configuration={"replicaCount": 3})]
        ),
    }[operation]
    stage = scene()
    fail = eks.EffectFail(code="OperationNotPermitted", message="Something of yours is in the way")
    stage.fault(fail, operation=operation)
    error = refused(eks.FailedError, lambda: stage.apply(wanted))
    assert error.code == "OperationNotPermitted"
    assert ": Something of yours is in the way" in str(error)
    assert sum(it.endswith(operation) for it in writes(stage)) == 1
    stage.sim.clear_faults()
    stage.another_process().apply(wanted)
    assert stage.plan(wanted).is_empty()


@pytest.mark.parametrize(
    ("effect", "every"),
    [(eks.EffectThrottle(), 3), (eks.EffectCutBeforeAccept(), 5), (eks.EffectCutAfterAccept(), 5)],
)
def test_in_bad_weather(effect: eks.Effect, every: int) -> None:
    stage = scene()
    stage.fault(effect, every=every)
    stage.apply(changed())
    stage.sim.clear_faults()
    assert stage.another_process().plan(changed()).is_empty()


def test_two_at_once() -> None:
    stage = scene()
    one = stage.another_process().eks.apply(changed())
    other = stage.another_process().eks.apply(changed())
    one.result()
    other.result()
    assert stage.plan(changed()).is_empty()
