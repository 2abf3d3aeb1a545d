"""Awaiting what is done elsewhere, in asyncio."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Callable

    from . import _native

    Done = Callable[[str | None, BaseException | None], None]


async def later(start: Callable[[Done], _native.Waiting]) -> str | None:
    """What ``start`` tells to the function that it is given. Cancelling ends the wait."""
    from asyncio import CancelledError, get_running_loop

    loop = get_running_loop()
    future: Future[str | None] = loop.create_future()

    def settle(answer: str | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(answer)
        else:
            future.set_exception(error)

    def done(answer: str | None, error: BaseException | None) -> None:
        try:
            loop.call_soon_threadsafe(settle, answer, error)
        except RuntimeError:
            # The loop is gone, and with it whoever has waited.
            pass

    waiting = start(done)
    try:
        return await future
    except CancelledError:
        waiting.cancel()
        raise
