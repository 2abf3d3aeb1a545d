"""The embedded AWS: a whole lifecycle in this process, in virtual time, without an account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypedDict, cast

from . import _native


class LeftResource(TypedDict):
    """A resource that was still there at the end."""

    kind: str
    """CloudFormation's name of its type, such as ``AWS::EC2::Subnet``."""
    id: str
    region: str
    created: int
    """When it was made, in milliseconds since the Unix epoch."""
    ready: int | None
    deleting: int | None
    deleted: int | None
    pricePerHour: float
    """What it costs in US dollars an hour."""


class Rehearsal(TypedDict):
    """What the life of a cluster came to. Keys are those of the JSON form."""

    info: dict[str, Any]
    """The cluster as it stood when its create had ended."""
    report: dict[str, Any]
    """What its delete did."""
    events: list[dict[str, Any]]
    """What happened in between, the create's events first."""
    left: list[LeftResource]
    """What was left in the account."""
    cost: float
    """What AWS would have charged, in US dollars."""
    seconds: float
    """How long AWS would have taken."""


def rehearse(spec: Mapping[str, Any] | None = None) -> Rehearsal:
    """Create a cluster on a simulator of its own, delete it, and tell what came of it.

    ``spec`` has the keys of the YAML and JSON form; without one, the cluster is what the defaults make it, under
    a generated name. The call blocks, for as long as the simulation takes to compute; it releases the GIL and
    honours Ctrl-C.

    Raises :class:`EksError`, with kind ``"invalidSpec"`` for what is no spec.
    """
    return cast(Rehearsal, json.loads(_native.rehearse(json.dumps(dict(spec or {})))))
