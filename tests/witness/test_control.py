"""`/_sim/`: looking at the account from outside and making trouble."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError

from account import Account, refused
from simulator import Simulator

CREATE = {"service": "eks", "operation": "CreateCluster"}


def now(simulator: Simulator) -> datetime.datetime:
    return datetime.datetime.fromisoformat(simulator.control("GET", "clock")["now"].replace("Z", "+00:00"))


def test_it_says_how_it_is_reached() -> None:
    with Simulator(speed=0, seed=7) as simulator:
        ready = simulator.ready
        assert ready["endpoint"] == f"http://127.0.0.1:{ready['port']}"
        assert (ready["seed"], ready["speed"]) == (7, 0)
        assert simulator.control("GET", "settings")["seed"] == 7
        assert simulator.control("GET", "clock")["start"] == ready["start"]
    assert simulator.has_ended


# Clock


def test_the_clock_stands_still_until_it_is_moved(account: Account) -> None:
    before = now(account.simulator)
    account.sts.get_caller_identity()
    assert now(account.simulator) == before
    account.advance(90.5)
    assert now(account.simulator) - before == datetime.timedelta(seconds=90.5)


@pytest.mark.parametrize(
    "change", [{"advanceSeconds": -1}, {"speed": -1}, {"speed": None, "advance": 1}, {"advanceSeconds": "a"}, [], "x"]
)
def test_the_clock_is_told_nonsense(account: Account, change: Any) -> None:
    before = now(account.simulator)
    status, answer = account.simulator.ask("POST", "clock", change)
    assert status == 400 and answer["message"]
    assert now(account.simulator) == before


def test_the_clock_runs(account: Account) -> None:
    before = now(account.simulator)
    account.simulator.control("POST", "clock", {"speed": 1_000_000})
    # A call takes some time, and that is an age now.
    account.simulator.control("POST", "clock", {"speed": 0})
    after = now(account.simulator)
    assert after > before
    assert now(account.simulator) == after


# Ledger


def test_the_ledger(account: Account) -> None:
    cluster = account.cluster()
    refused(account.eks.describe_cluster, name="nobody")
    account.advance(3600)
    ledger = account.simulator.ledger()
    calls = [it for it in ledger["calls"] if it["index"] is not None]
    assert [it["index"] for it in calls] == list(range(len(calls)))
    create = next(it for it in calls if it["operation"] == "CreateCluster")
    assert create["action"] == "eks:CreateCluster" and create["outcome"] == "accepted"
    assert (create["service"], create["region"]) == ("eks", "us-west-2")
    assert create["principal"] == "arn:aws:iam::123456789012:user/simulated"
    assert calls[-1]["outcome"] == {"refused": "ResourceNotFoundException"}
    # EKS's own calls are there, too, without an index.
    own = {it["operation"] for it in ledger["calls"] if it["index"] is None}
    assert "CreateNetworkInterface" in own

    left = {(it["kind"], it["id"]): it for it in ledger["left"]}
    record = left["AWS::EKS::Cluster", cluster]
    # facts/aws.md §10
    assert record["pricePerHour"] == pytest.approx(0.10)
    assert record["created"] < record["ready"] and record["deleted"] is None
    assert ledger["costUsd"] > 0.10

    account.eks.delete_cluster(name=cluster)
    account.advance(1000)
    ledger = account.simulator.ledger()
    assert ("AWS::EKS::Cluster", cluster) not in {(it["kind"], it["id"]) for it in ledger["left"]}
    gone = next(it for it in ledger["resources"] if it["kind"] == "AWS::EKS::Cluster")
    assert gone["ready"] < gone["deleting"] < gone["deleted"]


# Faults


@pytest.mark.parametrize(
    ("service", "operation", "code", "status"),
    [
        # facts/aws.md §2.1, §2.8, §2.10
        ("eks", "list_clusters", "TooManyRequestsException", 429),
        ("ec2", "describe_vpcs", "RequestLimitExceeded", 503),
        ("iam", "list_roles", "Throttling", 400),
        ("cloudformation", "list_stacks", "Throttling", 400),
    ],
)
def test_throttling_by_fault(account: Account, service: str, operation: str, code: str, status: int) -> None:
    account.simulator.control("POST", "faults", [{"service": service, "times": 1, "effect": {"kind": "throttle"}}])
    call = getattr(account.client(service), operation)
    refusal = refused(call)
    assert (refusal.code, refusal.status) == (code, status)
    call()


def test_throttling_by_rate(account: Account) -> None:
    account.renew(throttling=True)
    # facts/aws.md §5.1: a bucket of 100, refilled with 10 a second.
    for _ in range(100):
        account.eks.list_clusters()
    assert refused(account.eks.list_clusters).code == "TooManyRequestsException"
    account.advance(1)
    for _ in range(10):
        account.eks.list_clusters()
    assert refused(account.eks.list_clusters).code == "TooManyRequestsException"


def test_an_error_of_ones_own(account: Account) -> None:
    effect = {"kind": "error", "code": "ServerException", "message": "Oops", "status": 500}
    account.simulator.control("POST", "faults", [{**CREATE, "effect": effect}])
    refusal = refused(account.eks.create_cluster, **account.cluster_request("web"))
    assert (refusal.code, refusal.message, refusal.status) == ("ServerException", "Oops", 500)
    assert account.simulator.control("DELETE", "faults") == []
    account.eks.create_cluster(**account.cluster_request("web"))


@pytest.mark.parametrize(("kind", "is_made"), [("cutBeforeAccept", False), ("cutAfterAccept", True)])
def test_a_connection_is_cut(account: Account, kind: str, is_made: bool) -> None:
    request = account.cluster_request("web")
    account.simulator.control("POST", "faults", [{**CREATE, "times": 1, "effect": {"kind": kind}}])
    with pytest.raises((ConnectionClosedError, HTTPClientError)):
        account.eks.create_cluster(**request)
    assert account.eks.list_clusters()["clusters"] == (["web"] if is_made else [])
    outcome = next(it for it in account.simulator.ledger()["calls"] if it["operation"] == "CreateCluster")["outcome"]
    assert outcome == ("acceptedButCut" if is_made else "cut")


def test_every_third_call(account: Account) -> None:
    fault = {"operation": "ListClusters", "every": 3, "effect": {"kind": "throttle"}}
    account.simulator.control("POST", "faults", [fault])
    assert [it["every"] for it in account.simulator.control("GET", "faults")] == [3]
    for _ in range(2):
        account.eks.list_clusters()
        account.eks.list_clusters()
        refused(account.eks.list_clusters)


@pytest.mark.parametrize("faults", [[{"color": "red"}], {}, [{"effect": {"kind": "earthquake"}}], "x"])
def test_a_fault_that_is_none(account: Account, faults: Any) -> None:
    status, answer = account.simulator.ask("POST", "faults", faults)
    assert status == 400 and answer["message"]
    assert account.simulator.control("GET", "faults") == []


# Trouble, settings, reset


def test_trouble(account: Account) -> None:
    account.simulator.trouble(nodesNeverJoin=True)
    account.simulator.trouble(readLagSeconds=5)
    trouble = account.simulator.control("GET", "settings")["trouble"]
    # What is not named stays.
    assert trouble["nodesNeverJoin"] and trouble["readLagSeconds"] == 5
    status, answer = account.simulator.ask("POST", "trouble", {"nodesNeverJoined": True})
    assert status == 400 and "nodesNeverJoined" in answer["message"]


def test_reads_that_lag(account: Account) -> None:
    request = account.cluster_request("web")
    account.advance(1000)
    account.simulator.trouble(readLagSeconds=1000)
    account.eks.create_cluster(**request)
    assert refused(account.eks.describe_cluster, name="web").code == "ResourceNotFoundException"
    account.advance(1000)
    assert account.eks.describe_cluster(name="web")["cluster"]["status"] == "ACTIVE"


def test_reset(account: Account) -> None:
    account.cluster()
    account.simulator.trouble(nodesNeverJoin=True)
    settings = account.simulator.control("POST", "reset", {"seed": 7, "account": "210987654321"})
    assert (settings["seed"], settings["trouble"]["nodesNeverJoin"]) == (7, False)
    assert account.sts.get_caller_identity()["Account"] == "210987654321"
    assert account.eks.list_clusters()["clusters"] == []
    assert account.simulator.left() == []
    status, answer = account.simulator.ask("POST", "reset", {"sed": 7})
    assert status == 400 and "sed" in answer["message"]


def test_the_same_seed_is_the_same_account(account: Account) -> None:
    def life(seed: int) -> list[Any]:
        account.renew(seed=seed, drawn=True)
        account.eks.create_cluster(**account.cluster_request("web"))
        account.advance(5000)
        return [(it["kind"], it["id"], it["ready"]) for it in account.simulator.ledger()["resources"]]

    first = life(3)
    assert life(3) == first
    assert life(4) != first


@pytest.mark.parametrize(
    ("method", "what", "expected"),
    [("GET", "nothing", 404), ("DELETE", "ledger", 405), ("POST", "operations", 405), ("PUT", "faults", 405)],
)
def test_what_there_is_not(account: Account, method: str, what: str, expected: int) -> None:
    status, answer = account.simulator.ask(method, what)
    assert status == expected and what in answer["message"]


def test_an_operation_that_is_not_simulated(account: Account) -> None:
    refusal = refused(account.eks.list_capabilities, clusterName="web")
    assert (refusal.code, refusal.status) == ("UnknownOperationException", 404)
    assert refused(account.iam.list_users).code == "InvalidAction"
