"""The embedded AWS, for tests and rehearsals: an account in this process, in virtual time, which costs nothing.

    with eks.sim.Simulator() as sim:
        client = sim.client()
        info = client.create(eks.Cluster(name="web")).result()
        client.delete("web").result()
        assert sim.left() == ()
"""

from __future__ import annotations

from . import _native
from ._models import Fault, Ledger, Rehearsal, ResourceRecord, Settings
from ._question import lifecycle, written
from .client import AsyncClient, Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from typing import Any

    from typing_extensions import Self

    from ._models import Cluster, Guards


class Simulator:
    """A simulated account, with its own clock. It lives in the process that made it, and ends with its last client."""

    __slots__ = ("_native",)

    def __init__(self, settings: Settings | Mapping[str, Any] | None = None) -> None:
        """settings: seed, durations, quotas, request rates, troubles; default: an account where all goes well.

        Raises `InvalidSpecError` for settings that are none.
        """
        self._native = _native.Simulator("" if settings is None else written(settings, "Simulator"))

    def client(self, region: str = "us-west-2", *, guards: Guards | Mapping[str, Any] | None = None) -> Client:
        """A client of this account."""
        return Client._of(self._client(region, guards))

    def async_client(
        self, region: str = "us-west-2", *, guards: Guards | Mapping[str, Any] | None = None
    ) -> AsyncClient:
        """A client of this account, for asyncio."""
        return AsyncClient._of(self._client(region, guards))

    def _client(self, region: str, guards: Guards | Mapping[str, Any] | None) -> _native.Client:
        options = {"region": region, **({} if guards is None else {"guards": guards})}
        return self._native.client(written(options, "client"))

    def ledger(self) -> Ledger:
        """Every call, with how it ended, and every resource that there was."""
        return Ledger.from_dict(self._turn("ledger"))

    def left(self) -> tuple[ResourceRecord, ...]:
        """The resources that are there."""
        return tuple(ResourceRecord.from_dict(record) for record in self._turn("left"))

    def cost(self) -> float:
        """What AWS would have charged so far, in US dollars."""
        dollars: float = self._turn("cost")
        return dollars

    def now(self) -> datetime:
        """The virtual time."""
        from datetime import datetime, timezone

        return datetime.fromtimestamp(self._turn("now"), timezone.utc)

    def advance(self, time: timedelta | float) -> None:
        """Lets virtual time pass: seconds, or a ``timedelta``. It also passes while an operation is waited for."""
        seconds = time if isinstance(time, (int, float)) else time.total_seconds()
        self._turn("advance", seconds=seconds)

    def add_fault(self, fault: Fault | Mapping[str, Any]) -> None:
        """Has calls go wrong from now on."""
        self._turn("addFault", fault=fault)

    def clear_faults(self) -> None:
        """Has all go well again."""
        self._turn("clearFaults")

    def _turn(self, method: str, **parts: Any) -> Any:
        from json import loads

        return loads(self._native.turn(lifecycle(method, parts)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end: the account is gone once nobody holds it or a client of it."""


def rehearse(spec: Cluster | Mapping[str, Any] | None = None) -> Rehearsal:
    """Create a cluster on a simulator of its own, delete it, and tell what came of it: events, time, cost, what was left.

    ``spec``: default: a cluster with two m5.large, under a generated name. The call blocks, for as long as the simulation
    takes to compute; it releases the GIL and honours Ctrl-C.

    Raises `InvalidSpecError` for what is no spec.
    """
    return Rehearsal.from_json(_native.rehearse(written(spec or {}, "rehearse")))
