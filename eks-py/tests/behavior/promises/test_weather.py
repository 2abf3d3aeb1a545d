"""Bad weather: lag, cut connections, refusals, an API server that cannot be reached. Lives go on, and nothing is made twice."""

import pytest

import eks

from ..stage import Stage, left, made, ready

WEB = eks.Cluster(name="web")
SERVER_ERROR = eks.EffectError(
    code="InternalFailure", message="An internal error has occurred", status=500
)


def life(stage: Stage) -> None:
    """A whole life: it is there, nothing was made twice, and then nothing is left."""
    undisturbed = Stage()
    undisturbed.create(WEB)
    assert ready(stage.create(WEB)) == 2
    assert made(stage) == made(undisturbed), "made twice, or not at all"
    stage.delete("web")
    assert left(stage) == []


@pytest.mark.parametrize(("seed", "seconds"), [(0, 5.0), (1, 30.0), (2, 60.0), (3, 110.0)])
def test_reads_lag_behind(seed: int, seconds: float) -> None:
    """facts/failures.md S1, S2."""
    life(Stage(settings=eks.Settings(seed=seed, trouble=eks.Trouble(read_lag_seconds=seconds))))


@pytest.mark.parametrize(
    "effect",
    [SERVER_ERROR, eks.EffectThrottle(), eks.EffectCutBeforeAccept(), eks.EffectCutAfterAccept()],
    ids=lambda it: str(it.kind),
)
def test_every_third_call(effect: eks.Effect) -> None:
    """facts/failures.md S10, S11."""
    stage = Stage()
    stage.fault(effect, every=3)
    life(stage)


@pytest.mark.parametrize("seed", range(3))
def test_everything_at_once(seed: int) -> None:
    """Everything at once, by seed, with durations that nobody knows."""
    trouble = eks.Trouble(read_lag_seconds=20.0, hidden_update=0.5, stuck_nodegroup_deletes=1)
    stage = Stage(settings=eks.Settings(seed=seed, drawn=True, trouble=trouble))
    stage.fault(SERVER_ERROR, chance=0.1)
    stage.fault(eks.EffectThrottle(), chance=0.1)
    stage.fault(eks.EffectCutBeforeAccept(), chance=0.05)
    stage.fault(eks.EffectCutAfterAccept(), chance=0.05)
    life(stage)


def test_an_api_server_that_cannot_be_reached() -> None:
    """A network that does not let one through, or a private endpoint: AWS's word stands for the nodes'."""
    stage = Stage(settings=eks.Settings(trouble=eks.Trouble(api_server_unreachable=True)))
    create = stage.eks.create(WEB)
    skipped = [event.step for event in create if isinstance(event, eks.EventStepSkipped)]
    info = create.result()
    assert info.node_groups[0].status == "active"
    assert info.nodes == (), "nobody could ask"
    assert skipped[0] == "reachApiServer"
    assert skipped[1].startswith("nodesReady/")
    stage.delete("web")
    assert left(stage) == []


def test_the_same_seed_gives_the_same_ledger() -> None:
    """Same seed, same transcript: every call at its time, every resource with its id."""

    def run(seed: int) -> tuple[str, eks.ClusterInfo]:
        trouble = eks.Trouble(read_lag_seconds=10.0, hidden_update=0.5)
        stage = Stage(settings=eks.Settings(seed=seed, drawn=True, trouble=trouble))
        stage.fault(eks.EffectThrottle(), chance=0.1)
        info = stage.create(WEB)
        stage.delete("web")
        return stage.sim.ledger().to_json(), info

    one, other = run(7), run(7)
    assert one[1] == other[1]
    assert one[0] == other[0]
    assert one[0] != run(8)[0], "another seed is another story"
