"""The native half: JSON text in, JSON text out."""

from collections.abc import Callable
from typing import final

__all__ = ["Client", "Operation", "Simulator", "Waiting", "rehearse", "work"]

_Done = Callable[[str | None, BaseException | None], None]

def rehearse(spec: str) -> str:
    """Create and delete a cluster on a simulator of its own; spec and result are JSON text."""

def work(text: str) -> str:
    """What needs no account: specs read, checked and written, plans drawn (`eks_json::text::Work`)."""

@final
class Client:
    """A client: questions and lifecycles are JSON text."""

    def __new__(cls, options: str, give_credentials: Callable[[], str] | None = None) -> Client: ...
    def ask(self, question: str) -> str:
        """The answer to a question."""

    def ask_later(self, question: str, done: _Done) -> Waiting:
        """The same, told to `done(answer, failure)` on another thread."""

    def begin(self, lifecycle: str) -> Operation:
        """Begins a lifecycle, which runs from then on."""

    def close(self) -> None:
        """Refuses whatever is asked from now on."""

@final
class Operation:
    """A lifecycle on its way, which goes on whether it is waited for or not."""

    @property
    def verb(self) -> str:
        """What it does, such as `create`."""

    def is_done(self) -> bool:
        """Whether it has ended."""

    def result(self, timeout: float | None = None) -> str | None:
        """What it comes to; `None` if that is not known after so many seconds."""

    def result_later(self, done: _Done) -> Waiting:
        """The same, told to `done(answer, failure)` on another thread."""

    def event(self, number: int) -> str | None:
        """Its event of this number, from 0 on; `None` if it ended before."""

    def event_later(self, number: int, done: _Done) -> Waiting:
        """The same, told to `done(event, failure)` on another thread."""

    def plan(self) -> str | None:
        """Where everything stands; `None` before the first look."""

    def handle(self) -> str | None:
        """The operation as data; `None` before it has begun."""

    def detach(self) -> str | None:
        """Stops driving; the handle goes on from there."""

    def roll_back(self) -> Operation:
        """Stops driving and undoes it: the operation that does."""

@final
class Waiting:
    """Something that is waited for. `cancel` ends the wait, and what waits alone."""

    def cancel(self) -> None:
        """Ends the wait: `done` is not called any more, unless it has begun to be."""

@final
class Simulator:
    """A simulated account."""

    def __new__(cls, settings: str) -> Simulator: ...
    def client(self, options: str) -> Client:
        """A client of it, made of `ClientOptions`."""

    def turn(self, turn: str) -> str:
        """Asks, or has something happen (`eks_json::Turn`)."""
