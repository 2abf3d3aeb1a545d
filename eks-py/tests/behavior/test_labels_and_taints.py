"""Labels and taints of node groups. What a group has is told by plans: one that sets what is there is empty."""

import eks

from .stage import Stage, calls, died, fixed, kept_out, refused, writes


def cluster() -> eks.Cluster:
    orders = eks.NodeGroup(
        name="orders", labels={"team": "shop"}, taints=[kept_out("app", "orders")], scaling=fixed(2)
    )
    return eks.Cluster(name="web", node_groups=[orders])


def scene() -> Stage:
    stage = Stage()
    stage.create(cluster())
    return stage


def label(stage: Stage, change: eks.LabelChange) -> eks.NodeGroupInfo:
    return stage.eks.label("web", "orders", change).result()


def taint(stage: Stage, change: eks.TaintChange) -> eks.NodeGroupInfo:
    return stage.eks.taint("web", "orders", change).result()


def labels_hold(stage: Stage, labels: eks.LabelChange) -> bool:
    return stage.eks.plan_label("web", "orders", labels).is_empty()


def taints_hold(stage: Stage, change: eks.TaintChange) -> bool:
    return stage.eks.plan_taint("web", "orders", change).is_empty()


def test_labels_come_and_go() -> None:
    stage = scene()
    change = {"tier": "web", "node.kubernetes.io/pool": "a", "team": None}
    assert not labels_hold(stage, change)
    label(stage, change)
    assert labels_hold(stage, change)
    # The same again is nothing to do, nor is what is not there.
    before = len(writes(stage))
    label(stage, {**change, "nobody": None})
    assert len(writes(stage)) == before
    # A spec that says nothing of a label leaves it alone, and says again what it says.
    plan = str(stage.plan(cluster()))
    assert "labels.team unset → shop" in plan
    assert "tier" not in plan
    stage.apply(cluster())
    assert labels_hold(stage, {"tier": "web", "node.kubernetes.io/pool": "a", "team": "shop"})


def test_taints_are_known_by_key_and_effect() -> None:
    stage = scene()
    change = eks.TaintChange(set=[kept_out("app", "orders", "NoExecute"), kept_out("app", "all")])
    plan = str(stage.eks.plan_taint("web", "orders", change))
    assert "taints.app:NoExecute unset → orders, taints.app:NoSchedule orders → all" in plan
    assert "Note: app=orders:NoExecute evicts the pods of these nodes that do not tolerate it." in plan
    taint(stage, change)
    assert taints_hold(stage, change)
    execute = eks.TaintChange(remove=[eks.TaintKey(key="app", effect="NoExecute")])
    taint(stage, execute)
    assert taints_hold(stage, execute)
    assert taints_hold(stage, eks.TaintChange(set=[kept_out("app", "all")]))
    before = len(writes(stage))
    taint(stage, eks.TaintChange(remove=[eks.TaintKey(key="batch")]))
    assert len(writes(stage)) == before
    everything = eks.TaintChange(remove=[eks.TaintKey(key="app")])
    assert not taints_hold(stage, everything)
    taint(stage, everything)
    assert taints_hold(stage, everything)


def test_bad_input_is_refused_before_the_first_call() -> None:
    stage = scene()
    before = len(calls(stage))
    labels: list[tuple[eks.LabelChange, str]] = [
        ({}, "must hold at least one label"),
        ({"a b": "c"}, "labels.a b: `a b` must be a Kubernetes key"),
        ({"kubernetes.io/role": "x"}, "must not be of `kubernetes.io` or `k8s.io`"),
        ({"ok": "not ok"}, "labels.ok: `not ok` must be a Kubernetes value"),
        ({"": None}, "labels: `` must be a Kubernetes key"),
    ]
    for change, message in labels:
        operation = stage.eks.label("web", "orders", change)
        assert message in str(refused(eks.InvalidSpecError, operation.result))
    app = eks.TaintKey(key="app")
    taints = [
        (eks.TaintChange(), "must hold at least one taint in `set` or `remove`"),
        (
            eks.TaintChange(set=[kept_out("app", "orders")], remove=[app]),
            "remove[0]: `app` must not be set by the same change, as `set[0]` does",
        ),
        (
            eks.TaintChange(set=[kept_out("a", "1"), kept_out("a", "2")]),
            "set[1]: `a` must be given once for each effect; `set[0]` has the same",
        ),
        (eks.TaintChange(remove=[eks.TaintKey(key="a b")]), "remove[0]: `a b` must be a Kubernetes key"),
    ]
    for taint_change, message in taints:
        error = refused(eks.InvalidSpecError, stage.eks.taint("web", "orders", taint_change).result)
        assert message in str(error)
    assert len(calls(stage)) == before
    # Only the group says how many it has.
    wrote = len(writes(stage))
    many = eks.TaintChange(set=[kept_out(f"k{number}", "v") for number in range(50)])
    error = refused(eks.InvalidSpecError, stage.eks.taint("web", "orders", many).result)
    assert "set: `50` must leave the group at most 50 taints; it has 1" in str(error)
    nobody = stage.eks.taint("web", "nobody", eks.TaintChange(remove=[app]))
    refused(eks.NotFoundError, nobody.result)
    assert len(writes(stage)) == wrote


def test_killed_at_every_call() -> None:
    """Killed at each call, and gone on with by the same call or from the handle: one update."""
    stage = scene()
    change = {"tier": "web"}
    first = len(calls(stage))
    label(stage, change)
    every = range(first, len(calls(stage)))
    assert len(every) >= 4, every
    for call in every:
        stage = scene()
        stage.die_at(call)
        operation = stage.eks.label("web", "orders", change)
        died(operation.result)
        stage.sim.clear_faults()
        after = stage.another_process()
        handle = operation.handle
        if call % 2 == 0 and handle is not None:
            assert isinstance(after.eks.resume(handle).result(), eks.NodeGroupInfo)
        else:
            label(after, change)
        assert labels_hold(after, {"tier": "web", "team": "shop"}), call
        assert sum(it.endswith(":UpdateNodegroupConfig") for it in writes(after)) == 1, call
