"""An operation: waited for, watched, let go of, taken up again."""

import json
import signal
import threading
from types import FrameType

import pytest

import eks


def test_it_is_waited_for_as_often_as_one_likes(eks_client: eks.Client) -> None:
    create = eks_client.create(eks.Cluster(name="web"))
    assert create.verb == "create"
    info = create.result()
    assert (info.name, info.status, len(info.nodes)) == ("web", "active", 2)
    assert create.result() == info
    assert create.done
    assert repr(create) == "<ended create>"


def test_events_are_for_everybody_and_for_latecomers(eks_client: eks.Client) -> None:
    create = eks_client.create(eks.Cluster(name="web"))
    events = list(create)
    assert isinstance(events[0], eks.EventPlanned)
    assert isinstance(events[-1], eks.EventFinished)
    assert list(create) == events
    delete = eks_client.delete("web")
    delete.result()
    assert isinstance(list(delete)[-1], eks.EventFinished)


def test_the_plan_is_there_before_and_meanwhile(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    cluster = eks.Cluster(name="web")
    plan = eks_client.plan(cluster)
    assert str(plan).startswith("Create cluster web in us-west-2")
    assert not plan.is_empty()
    assert eks_sim.left() == ()
    assert "<svg" in plan.timeline_svg() and "<svg" in (plan.map_svg() or "")
    create = eks_client.create(cluster)
    plans = [create.plan for _ in create]
    done = [sum(step.state.state == "done" for step in plan.steps) for plan in plans if plan]
    assert min(done) == 0 < max(done) and len(set(done)) > 3
    assert eks_client.plan(cluster).is_empty()


def test_a_time_that_is_over_stops_nothing(eks_client: eks.Client) -> None:
    create = eks_client.create(eks.Cluster(name="web"))
    with pytest.raises(eks.OperationTimeout, match="detach") as caught:
        create.result(timeout=0)
    assert isinstance(caught.value, TimeoutError)
    assert create.result().name == "web"
    with pytest.raises(ValueError, match="timeout"):
        create.result(timeout=float("nan"))


def test_the_librarys_own_timeout_names_what_goes_on(eks_client: eks.Client) -> None:
    # Seconds of AWS, which are virtual here.
    with pytest.raises(eks.OperationTimeout) as caught:
        eks_client.create(eks.Cluster(name="web"), eks.CreateOptions(timeout_seconds=60)).result()
    assert caught.value.still_running
    assert eks_client.create(eks.Cluster(name="web")).result().name == "web"


class Interrupted(Exception):
    """What the handler raises."""


def roomy() -> eks.Client:
    """A client of an account with room for many clusters."""
    room = 50
    quotas = eks.Quotas(
        vpcs=room, internet_gateways=room, elastic_addresses=room, nat_gateways_per_zone=room, standard_vcpus=1000
    )
    return eks.sim.Simulator(eks.Settings(quotas=quotas)).client()


def test_ctrl_c_ends_the_wait_and_says_how_to_go_on() -> None:
    client = roomy()
    # As many as keep the simulator at work for longer than it takes to interrupt.
    creates = [client.create(eks.Cluster(name=f"web-{number}")) for number in range(8)]
    main = threading.main_thread().ident
    assert main is not None
    timer = threading.Timer(0.02, signal.pthread_kill, (main, signal.SIGINT))
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt, match=r"result\(\) waits for it again.*eks\.resume"):
            for create in creates:
                create.result()
            # They had all ended before the signal: it says nothing of them.
            signal.pause()
    finally:
        timer.join()
    assert [create.result().name for create in creates] == [f"web-{number}" for number in range(8)]


def test_a_signal_handler_of_ones_own_ends_the_wait() -> None:
    client = roomy()

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    creates = [client.create(eks.Cluster(name=f"web-{number}")) for number in range(8)]
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        with pytest.raises(Interrupted):
            for create in creates:
                create.result()
            signal.pause()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert creates[-1].result().name == "web-7"


def begun(client: eks.Client, name: str) -> eks.Operation[eks.ClusterInfo]:
    """A create in the midst of its life."""
    create = client.create(eks.Cluster(name=name))
    for event in create:
        if isinstance(event, eks.EventStepDone):
            break
    return create


def test_detached_and_resumed_elsewhere(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    create = begun(eks_client, "web")
    handle = create.detach()
    assert handle is not None and json.loads(handle)["region"] == "us-west-2"
    with pytest.raises(eks.OperationCancelled, match="detached"):
        create.result()
    assert eks_sim.client().resume(handle).result().name == "web"
    # Or without any handle: the same call, or the name alone.
    shop = begun(eks_client, "shop")
    shop.cancel()
    assert eks_sim.client().continue_create("shop").result().name == "shop"
    assert eks_client.resume(handle).result() == eks_client.describe("web")


def test_a_create_is_rolled_back(eks_sim: eks.sim.Simulator, eks_client: eks.Client) -> None:
    for create in (begun(eks_client, "web"), eks_client.create(eks.Cluster(name="web"))):
        undone = create.cancel(roll_back=True)
        assert undone is not None
        assert undone.result().name == "web"
        assert eks_sim.left() == ()
        with pytest.raises(eks.UnsupportedError):
            undone.cancel(roll_back=True)


def test_it_goes_on_when_nobody_holds_it(eks_client: eks.Client) -> None:
    eks_client.create(eks.Cluster(name="web"))
    assert eks_client.create(eks.Cluster(name="web")).result().name == "web"


def test_what_users_see(eks_client: eks.Client, capsys: pytest.CaptureFixture[str]) -> None:
    create = eks_client.create(eks.Cluster(name="web"))
    info = create.show()
    lines = capsys.readouterr().out.splitlines()
    assert any("finished" in line for line in lines), lines
    assert "<svg" in create._repr_html_() and "<svg" in eks_client.plan(eks.Cluster(name="other"))._repr_html_()
    html = info._repr_html_()
    assert "2 of 2 Ready" in html and "m5.large" in html
