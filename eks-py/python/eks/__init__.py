"""Amazon EKS lifecycles as typed, in-process, resumable operations.

    import eks

    client = eks.Client()
    info = client.create(eks.Cluster(name="web")).result()
    info.write_kubeconfig()
    client.delete("web").result()

Without an account: ``eks.sim.Simulator().client()`` is the same client of an embedded AWS.
"""

from __future__ import annotations

from . import _models, errors, sim
from ._models import *  # noqa: F403
from ._question import FoundNetwork, Token
from .client import AsyncClient, Client
from .errors import *  # noqa: F403
from .operation import Operation
from .sim import rehearse


def resume(handle: str) -> Operation[object]:
    """Goes on with an operation whose handle was stored, with the credentials of the AWS chain; `Client.resume` does so with
    those of a client.
    """
    return Client().resume(handle)


__all__ = [
    "AsyncClient",
    "Client",
    "FoundNetwork",
    "Operation",
    "Token",
    "rehearse",
    "resume",
    "sim",
]
__all__ += _models.__all__
__all__ += errors.__all__
