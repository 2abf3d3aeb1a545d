"""A lifecycle on its way."""

from __future__ import annotations

from ._later import later
from ._models import Event, Plan
from ._question import outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator
    from typing import Any, Generic, TypeVar

    from . import _native
    from ._models import DeleteReport

    T = TypeVar("T")
else:
    # Type checkers know those of `typing`, whose import would take half of the time that importing this package takes.
    T = None

    class Generic:
        __slots__ = ()

        def __class_getitem__(cls, of: object) -> type:
            return cls


class Operation(Generic[T]):
    """A lifecycle on its way, from the moment on when it was begun, whether anybody waits for it or not.

    Wait for it with ``op.result()``, or with ``await op``; see what happens with ``for event in op``, or with
    ``async for event in op``. All of these can be done again, and by several at once. Whoever stops waiting (Ctrl-C, a
    timeout, the cancellation of a task) stops nothing: `detach` and `cancel` do.
    """

    __slots__ = ("__weakref__", "_native")

    def __init__(self, native: _native.Operation) -> None:
        self._native = native

    @property
    def verb(self) -> str:
        """What it does, such as ``"create"``."""
        return self._native.verb

    @property
    def done(self) -> bool:
        """Whether it has ended, well or badly."""
        return self._native.is_done()

    @property
    def plan(self) -> Plan | None:
        """Where everything stands; None until the first look at AWS is over."""
        plan = self._native.plan()
        return None if plan is None else Plan.from_json(plan)

    @property
    def handle(self) -> str | None:
        """The operation as text, to be stored and given to `eks.resume` on whatever machine; None until it has begun."""
        return self._native.handle()

    def result(self, timeout: float | None = None) -> T:
        """What it comes to. Other threads run meanwhile, and Ctrl-C ends the wait at once.

        ``timeout``: how long to wait, in seconds of the clock on the wall; default: as long as it takes.

        Raises `OperationTimeout` when the time is over, and the `EksError` that ended the operation.
        """
        try:
            answer = self._native.result(timeout)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._goes_on()) from None
        if answer is None:
            from .errors import OperationTimeout

            raise OperationTimeout(
                f"the {self.verb} has not ended within {timeout} s. {self._goes_on()}",
                kind="timedOut",
                retryable=True,
                hint=self._goes_on(),
            )
        result: T = outcome(answer)
        return result

    def _goes_on(self) -> str:
        return (
            f"The {self.verb} goes on in this process: result() waits for it again; detach() stops driving it and gives a"
            " handle, with which eks.resume() goes on in any process"
        )

    def __await__(self) -> Generator[Any, None, T]:
        return self._result().__await__()

    async def _result(self) -> T:
        result: T = outcome(str(await later(self._native.result_later)))
        return result

    def __iter__(self) -> Iterator[Event]:
        """What has happened, from its beginning, and what happens, until it ends. A failure is told by `result`."""
        number = 0
        try:
            while (event := self._native.event(number)) is not None:
                yield Event.from_json(event)
                number += 1
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._goes_on()) from None

    async def __aiter__(self) -> AsyncIterator[Event]:
        number = 0
        while True:
            at = number
            event = await later(lambda done: self._native.event_later(at, done))
            if event is None:
                return
            yield Event.from_json(event)
            number += 1

    def detach(self) -> str | None:
        """Stops driving, and gives the handle. What AWS has started finishes, and nothing new begins until it is resumed."""
        return self._native.detach()

    def cancel(self, *, roll_back: bool = False) -> Operation[DeleteReport] | None:
        """Ends it. By default it is left as it is: what AWS has started finishes, and nothing new begins.

        ``roll_back``: of a create, gives the operation that deletes what was made.

        Raises `UnsupportedError` for what cannot be rolled back.
        """
        if not roll_back:
            self._native.detach()
            return None
        return Operation(self._native.roll_back())

    def show(self) -> T:
        """Shows its progress until it ends, and gives what it came to: a picture that follows it in a notebook, a bar of
        ``tqdm`` where that is installed, plain lines elsewhere.
        """
        from .notebook import show

        return show(self)

    def __repr__(self) -> str:
        return f"<{'ended' if self.done else 'running'} {self.verb}>"

    def _repr_html_(self) -> str:
        from .notebook import operation_html

        return operation_html(self)
