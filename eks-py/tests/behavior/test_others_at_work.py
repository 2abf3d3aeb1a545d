"""Others who change the cluster at the same time: an autoscaler, a person at the console."""

import eks

from .stage import Stage, between, kept_out, left

PAUSE = 400.0
"""Longer than nodes take to join, so that there are moments at which all are Ready."""


def cluster(**more: object) -> eks.Cluster:
    def group(name: str) -> eks.NodeGroup:
        taints = [kept_out("app", name)]
        return eks.NodeGroup(name=name, scaling=between(1, 4, 2), taints=taints).replace(**more)

    return eks.Cluster(name="web", node_groups=[group("orders"), group("invoices")])


def test_a_person_at_the_console_stands_in_nobodys_way() -> None:
    for seed in range(2):
        actors = [eks.Actor(role="console", every_seconds=120.0), eks.Actor(role="autoscaler", every_seconds=PAUSE)]
        stage = Stage(settings=eks.Settings(seed=seed, drawn=True, actors=actors))
        stage.create(cluster())
        plan = stage.plan(cluster())
        assert plan.is_empty(), str(plan)
        spec = cluster(labels={"tier": "backend"}).replace(tags={"cost-center": "4711"})
        stage.apply(spec)
        plan = stage.plan(spec)
        assert plan.is_empty(), str(plan)
        theirs = [call for call in stage.sim.ledger().calls if call.principal.endswith("user/console")]
        changes = [it for it in theirs if it.operation.startswith("Update") or it.operation == "TagResource"]
        assert len(changes) > 3, seed
        stage.delete("web")
        assert left(stage) == [], seed
