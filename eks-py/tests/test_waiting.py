"""A call releases the GIL and answers signals."""

import signal
import threading
from types import FrameType

import pytest

import eks

# Takes a while to simulate, also in a release build.
SPEC = {"nodeGroups": [{"name": f"group-{number}"} for number in range(5)]}


class Interrupted(Exception):
    """What the handler raises."""


def test_a_signal_ends_the_call() -> None:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    try:
        with pytest.raises(Interrupted):
            eks.rehearse(SPEC)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    # Nothing is left behind that the next call could meet.
    assert eks.rehearse().left == ()


def test_other_threads_run_meanwhile() -> None:
    results: list[eks.Rehearsal] = []
    call = threading.Thread(target=lambda: results.append(eks.rehearse()))
    call.start()
    turns = 0
    while call.is_alive():
        turns += 1
    call.join()
    # With the GIL held, this thread would have had its first turn when the call was over.
    assert turns > 1000
    assert results[0].left == ()


def test_threads_do_not_disturb_each_other() -> None:
    results: list[eks.Rehearsal] = []
    calls = [threading.Thread(target=lambda: results.append(eks.rehearse())) for _ in range(2)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert [result.left for result in results] == [(), ()]
