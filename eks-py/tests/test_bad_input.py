"""Whatever is wrong is an exception with a clear text: no panic, no hang, no core dump."""

import multiprocessing
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

import eks

CALLS: dict[str, tuple[Callable[[eks.Client], object], type[Exception], str]] = {
    "a keyword that there is not": (
        lambda client: eks.Cluster(nodegroups=()),  # type: ignore[call-arg]
        TypeError,
        "did you mean 'node_groups'",
    ),
    "a positional argument": (lambda client: eks.Cluster("web"), TypeError, "keywords only"),  # type: ignore[call-arg]
    "a type that is another": (
        lambda client: eks.Scaling(min="two"),  # type: ignore[arg-type]
        TypeError,
        "Scaling.min: 'two' must be an int",
    ),
    "a number that is none": (
        lambda client: client.scale("web", "ng", {"min": float("nan")}),
        ValueError,
        "scale",
    ),
    "a key that there is not": (
        lambda client: client.create({"nodGroups": []}),
        eks.InvalidSpecError,
        "did you mean `nodeGroups`",
    ),
    "something that has no JSON form": (lambda client: client.create({"name": object()}), TypeError, "create"),
    "a name that is none": (lambda client: client.describe("-web"), eks.InvalidSpecError, "name"),
    "a name of another type": (lambda client: client.describe(7), eks.InternalError, "no call"),  # type: ignore[arg-type]
    "lone surrogates": (lambda client: client.describe("w\ud800b"), ValueError, "surrogates"),
    "a handle that is none": (lambda client: client.resume("{}"), eks.InvalidSpecError, "no handle"),
    "a handle that is no text": (lambda client: client.resume(None), TypeError, "a handle is text"),  # type: ignore[arg-type]
    "an option that there is not": (
        lambda client: client.delete("web", {"keepLog": True}),
        eks.InvalidSpecError,
        "keepLog",
    ),
    "a cluster that there is not": (lambda client: client.describe("web"), eks.NotFoundError, "web"),
    "a taint effect that there is not": (
        lambda client: client.taint("web", "ng", {"set": [{"key": "a", "effect": "NoSchedul"}]}),
        eks.InvalidSpecError,
        "NoSchedule",
    ),
    "YAML that is none": (lambda client: eks.Cluster.from_yaml("name: [web"), eks.InvalidSpecError, "YAML"),
    "a secret without its id": (lambda client: eks.Client(aws_secret_access_key="x"), TypeError, "together"),
    "settings that there are not": (
        lambda client: eks.sim.Simulator({"sede": 1}),
        eks.InvalidSpecError,
        "sede",
    ),
}


@pytest.mark.parametrize("case", CALLS)
def test_it_is_said(case: str, eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    call, kind, text = CALLS[case]
    with pytest.raises(kind, match=text):
        call(eks_client)
    assert eks_sim.left() == ()


def test_a_closed_client_refuses_and_its_operations_go_on(eks_sim: eks.sim.Simulator) -> None:
    with eks_sim.client() as client:
        create = client.create(eks.Cluster(name="web"))
    with pytest.raises(eks.InternalError, match="the client is closed"):
        client.describe("web")
    with pytest.raises(eks.InternalError, match="the client is closed"):
        client.delete("web")
    assert create.result().name == "web"


class Team(eks.Cluster):
    """A spec of a user's own class."""

    def __init__(self, team: str) -> None:
        super().__init__(name=f"{team}-cluster", tags={"team": team})


def test_a_subclass_of_a_spec_is_a_spec(eks_client: eks.Client) -> None:
    info = eks_client.create(Team("shop")).result()
    assert (info.name, dict(info.tags)["team"]) == ("shop-cluster", "shop")


def test_two_threads_share_a_client(eks_client: eks.Client) -> None:
    infos: list[eks.ClusterInfo] = []
    calls = [
        threading.Thread(target=lambda name=name: infos.append(eks_client.create(eks.Cluster(name=name)).result()))
        for name in ("web", "shop")
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert sorted(info.name for info in infos) == ["shop", "web"]


def in_a_child(answers: Any, parent: eks.sim.Simulator) -> None:
    """Whether a forked process has a life of its own, and what it hears of its parent's account."""
    try:
        client = eks.sim.Simulator().client()
        answers.put(client.create(eks.Cluster(name="web")).result().name)
        try:
            parent.left()
        except eks.EksError as error:
            answers.put(str(error))
    except BaseException as error:  # the parent would wait for an answer for ever
        answers.put(repr(error))


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_its_own_runtime(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    # The parent's threads are at work when it forks.
    assert eks_client.create(eks.Cluster(name="web")).result().name == "web"
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=in_a_child, args=(answers, eks_sim))
    child.start()
    assert answers.get(timeout=60) == "web"
    assert "lives in the process that made it" in answers.get(timeout=60)
    child.join(60)
    assert child.exitcode == 0
    assert eks_client.describe("web").name == "web"


def test_a_process_ends_while_operations_are_under_way() -> None:
    program = """
import eks
sim = eks.sim.Simulator()
creates = [sim.client().create(eks.Cluster(name=f"web-{n}")) for n in range(20)]
print(creates[0].result().name)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "web-0\n", "")
