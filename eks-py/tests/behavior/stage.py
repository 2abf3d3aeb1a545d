"""What the scenarios share: an account on the embedded AWS, a client of it, and what its ledger says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest

import eks

E = TypeVar("E", bound=eks.EksError)

REGION = "us-west-2"
"""The region of every scenario that does not say otherwise."""
ELSEWHERE = "eu-west-1"
"""The other one."""
ACCOUNT = "123456789012"
"""The account that the simulator's credentials are of."""
HOUR = 3600.0
PRIVATE_ENDPOINTS = (
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "s3",
    "sts",
    "eks",
    "eks-auth",
    "logs",
    "elasticloadbalancing",
    "autoscaling",
)
"""What nodes without a way out need: Rust's `NewNetwork::PRIVATE_ENDPOINTS`."""


class Stage:
    """An account, and a client of it. Every call waits, in virtual time."""

    def __init__(
        self,
        *,
        sim: eks.sim.Simulator | None = None,
        region: str = REGION,
        guards: eks.Guards | None = None,
        settings: eks.Settings | None = None,
    ) -> None:
        self.sim = sim or eks.sim.Simulator(settings)
        self.eks = self.sim.client(region, guards=guards)

    def another_process(self) -> Stage:
        """The same account, and a client that knows nothing of this one."""
        return Stage(sim=self.sim)

    def in_region(self, region: str) -> Stage:
        return Stage(sim=self.sim, region=region)

    def guarded(self, guards: eks.Guards) -> Stage:
        return Stage(sim=self.sim, guards=guards)

    def plan(self, cluster: eks.Cluster, options: eks.ApplyOptions | None = None) -> eks.Plan:
        return self.eks.plan(cluster, options)

    def create(self, cluster: eks.Cluster, options: eks.CreateOptions | None = None) -> eks.ClusterInfo:
        return self.eks.create(cluster, options).result()

    def apply(self, cluster: eks.Cluster, options: eks.ApplyOptions | None = None) -> eks.ClusterInfo:
        return self.eks.apply(cluster, options).result()

    def delete(self, name: str, options: eks.DeleteOptions | None = None) -> eks.DeleteReport:
        return self.eks.delete(name, options).result()

    def fault(self, effect: eks.Effect | None = None, **where: Any) -> None:
        """Has calls go wrong from now on."""
        self.sim.add_fault(eks.Fault(effect=effect, **where))

    def die_at(self, call: int, effect: eks.Effect | None = None) -> None:
        """Lets the client die at the call of this index."""
        self.fault(effect or eks.EffectDieAfterAccept(), call=call)

    def seconds_of(self, what: Callable[[], object]) -> float:
        """How long that took, in virtual time."""
        began = self.sim.now()
        what()
        return (self.sim.now() - began).total_seconds()


def denied(code: str = "AccessDeniedException", message: str = "not you", status: int = 403) -> eks.EffectError:
    return eks.EffectError(code=code, message=message, status=status)


def died(operation: Callable[[], object]) -> None:
    """Whoever waits for a client that is gone for good waits for ever, which the simulator notices."""
    with pytest.raises(eks.InternalError):
        operation()


def refused(kind: type[E], call: Callable[[], object]) -> E:
    """What the call is refused with."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value


def broken(error: eks.EksError) -> list[tuple[str, str, str]]:
    """Field, value and rule of every broken rule."""
    assert isinstance(error, eks.InvalidSpecError), error
    return [(it.field, it.value, it.rule) for it in error.violations]


def calls(stage: Stage) -> list[eks.CallRecord]:
    """Every call of a client."""
    return [call for call in stage.sim.ledger().calls if call.index is not None]


def asked(stage: Stage, operation: str) -> int:
    """How often a client has called this."""
    return sum(call.operation == operation for call in calls(stage))


def _writes(stage: Stage) -> list[eks.CallRecord]:
    return [call for call in calls(stage) if not call.operation.startswith(("Describe", "List", "Get"))]


def writes(stage: Stage) -> list[str]:
    """Every call by which a client tried to change something, refused ones too, as `service:Operation`."""
    return [f"{call.service}:{call.operation}" for call in _writes(stage)]


def accepted_writes(stage: Stage) -> list[str]:
    """Every call by which a client changed something, as `service:Operation`."""
    return [f"{call.service}:{call.operation}" for call in _writes(stage) if call.outcome == "accepted"]


def refused_writes(stage: Stage) -> list[str]:
    """Every refused attempt of a client to change something, as `service:Operation Code`."""
    return [
        f"{call.service}:{call.operation} {call.outcome.refused}"
        for call in _writes(stage)
        if isinstance(call.outcome, eks.CallOutcomeRefused)
    ]


def left(stage: Stage) -> list[str]:
    """What is left of everything that was made: kinds and ids."""
    return [f"{resource.kind} {resource.id}" for resource in stage.sim.left()]


def living(stage: Stage) -> Mapping[str, int]:
    """How many resources of each kind are there."""
    return Counter(resource.kind for resource in stage.sim.left())


def made(stage: Stage) -> Mapping[str, int]:
    """How many resources of each kind were ever made."""
    return Counter(resource.kind for resource in stage.sim.ledger().resources)


def ready(info: eks.ClusterInfo) -> int:
    """How many nodes are Ready."""
    return sum(node.ready for node in info.nodes)


def hourly(cost: eks.Cost | None) -> float:
    """What it costs, of which every price is known."""
    assert cost is not None
    dollars = 0.0
    for item in cost.items:
        assert isinstance(item.price, eks.PriceKnown), item
        dollars += item.count * item.price.dollars_per_hour
    return dollars


def how(plan: eks.Plan, what: str) -> str | None:
    """What a plan says of a thing that it makes."""
    return next((it.how for it in plan.contents if it.what == what), None)


def groups(cluster: eks.Cluster) -> tuple[eks.NodeGroup, ...]:
    """Those that the spec names."""
    assert cluster.node_groups is not None
    return cluster.node_groups


def fixed(count: int) -> eks.Scaling:
    """So many nodes, no more and no fewer."""
    return eks.Scaling(min=count, max=count, desired=count)


def between(low: int, high: int, desired: int | None = None) -> eks.Scaling:
    return eks.Scaling(min=low, max=high, desired=desired)


def kept_out(key: str, value: str, effect: eks.TaintEffectName = "NoSchedule") -> eks.Taint:
    return eks.Taint(key=key, value=value, effect=effect)
