"""The embedded AWS from Python."""

from datetime import timedelta

import pytest

import eks


def test_a_fault_by_name_and_the_ledger_that_knows_of_it(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    eks_sim.add_fault(eks.Fault(operation="CreateCluster", effect=eks.EffectThrottle(), times=2))
    assert eks_client.create(eks.Cluster(name="web")).result().status == "active"
    calls = [call for call in eks_sim.ledger().calls if call.operation == "CreateCluster"]
    refused = [call for call in calls if isinstance(call.outcome, eks.CallOutcomeRefused)]
    assert len(refused) >= 2
    assert eks_sim.cost() > 0


def test_killed_and_continued(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    eks_sim.add_fault(eks.Fault(operation="CreateNodegroup", effect=eks.EffectError(status=500, code="ServerException", message="no")))
    with pytest.raises(eks.EksError):
        eks_client.create(eks.Cluster(name="web"), eks.CreateOptions(timeout_seconds=3600)).result()
    eks_sim.clear_faults()
    assert eks_sim.client().create(eks.Cluster(name="web")).result().status == "active"
    kinds = [record.kind for record in eks_sim.left()]
    assert kinds.count("AWS::EKS::Nodegroup") == 1


def test_time_is_virtual(eks_sim: eks.sim.Simulator) -> None:
    before = eks_sim.now()
    eks_sim.advance(timedelta(hours=2))
    eks_sim.advance(60)
    assert eks_sim.now() - before == timedelta(hours=2, minutes=1)
    with pytest.raises(eks.InvalidSpecError, match="seconds"):
        eks_sim.advance(-1)


def test_settings_and_seeds() -> None:
    def seconds(seed: int) -> float:
        sim = eks.sim.Simulator(eks.Settings(seed=seed))
        began = sim.now()
        sim.client().create(eks.Cluster(name="web")).result()
        return (sim.now() - began).total_seconds()

    assert seconds(1) == seconds(1)
    assert seconds(1) > 300


def test_guards_of_a_client(eks_sim: eks.sim.Simulator) -> None:
    client = eks_sim.client(guards=eks.Guards(protected=["prod-*"]))
    client.create(eks.Cluster(name="prod-web")).result()
    with pytest.raises(eks.GuardedError, match="prod-"):
        client.delete("prod-web").result()
