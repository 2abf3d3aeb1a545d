"""What a plan says of money, and a client that must not spend more than it is allowed to."""

import pytest

import eks

from .stage import Stage, denied, hourly, left, refused, writes

WEB = eks.Cluster(name="web")


def deny_prices(stage: Stage) -> None:
    message = "User is not authorized to perform: pricing:GetProducts"
    stage.fault(denied(message=message, status=400), service="pricing")


def test_a_plan_has_the_prices_of_its_region() -> None:
    plan = Stage().plan(WEB)
    assert hourly(plan.cost) == pytest.approx(0.3695, abs=1e-3)
    text = str(plan)
    assert "cost                    $0.37 an hour, $270 a month (list prices, the oldest of 2026-01-19)" in text
    assert "control plane $0.100, NAT gateway $0.045, 3 × public IPv4 address $0.015, 2 × m5.large $0.192" in text
    assert "and by use: traffic through the NAT gateway" in text


def test_what_is_charged_is_what_was_said() -> None:
    """What the ledger charges for an hour of control plane, gateway, addresses, nodes and disks is what the plan had said."""
    stage = Stage()
    plan = stage.plan(WEB)
    stage.create(WEB)
    before = stage.sim.cost()
    stage.sim.advance(3600)
    assert stage.sim.cost() - before == pytest.approx(hourly(plan.cost), abs=1e-6)


def test_who_may_not_ask_for_prices_has_a_plan_without_them() -> None:
    """A plan does not fail for want of prices."""
    stage = Stage()
    deny_prices(stage)
    plan = stage.plan(WEB)
    assert plan.cost is not None
    unknown = [it.what for it in plan.cost.items if isinstance(it.price, eks.PriceUnknown)]
    assert unknown == ["NAT gateway", "m5.large", "80 GiB disk"]
    assert "at least $0.12 an hour, $84 a month" in str(plan)


def test_prices_are_asked_for_by_who_reads_them_alone() -> None:
    stage = Stage()
    stage.create(WEB)
    assert not any(call.service == "pricing" for call in stage.sim.ledger().calls)


def test_too_dear_a_cluster_is_not_begun() -> None:
    stage = Stage(guards=eks.Guards(highest_dollars_per_hour=0.3))
    error = refused(eks.GuardedError, lambda: stage.create(WEB))
    assert "guard `highestDollarsPerHour` forbids to create it: it costs $0.370 an hour, and $0.3 is allowed" in (
        str(error)
    )
    assert (error.hint or "").startswith("Nothing was touched. Choose fewer or smaller nodes")
    assert writes(stage) == []
    stage.create(WEB.replace(node_groups=[]), eks.CreateOptions(preflight=True))
    stage.delete("web")
    assert left(stage) == []


def test_what_has_no_known_price_is_not_begun_unless_that_is_allowed() -> None:
    stage = Stage()
    deny_prices(stage)
    careful = stage.guarded(eks.Guards(highest_dollars_per_hour=1.0))
    error = refused(eks.GuardedError, lambda: careful.create(WEB))
    assert "these prices are unknown: NAT gateway" in str(error)
    assert "`allowUnknownPrices`" in (error.hint or "")
    assert writes(stage) == []
    stage.guarded(eks.Guards(highest_dollars_per_hour=1.0, allow_unknown_prices=True)).create(WEB)
