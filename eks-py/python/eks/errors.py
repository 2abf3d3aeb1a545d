"""What can go wrong."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple, TypeAlias

ErrorKind: TypeAlias = Literal[
    "invalidSpec",
    "notFound",
    "alreadyExists",
    "conflict",
    "accessDenied",
    "noCredentials",
    "credentialsExpired",
    "quotaExceeded",
    "noCapacity",
    "throttled",
    "unreachable",
    "failed",
    "timedOut",
    "cancelled",
    "unsupported",
    "file",
    "internal",
]
"""What kind of thing went wrong. Later versions may add to it."""


class Violation(NamedTuple):
    """One broken rule of a spec."""

    field: str
    """Path of the field, such as ``nodeGroups[0].scaling.min``."""
    value: str
    """The offending value."""
    rule: str
    """The rule, as a sentence that can follow "must"."""


class EksError(Exception):
    """What went wrong, to which resource, whether trying again can help, and what to do."""

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKind,
        retryable: bool = False,
        resource: str | None = None,
        operation: str | None = None,
        code: str | None = None,
        request_id: str | None = None,
        hint: str | None = None,
        violations: tuple[Violation, ...] = (),
        still_running: tuple[str, ...] = (),
        causes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.kind: ErrorKind = kind
        """What kind of thing went wrong."""
        self.retryable = retryable
        """Whether the same call can succeed later without a change by hand."""
        self.resource = resource
        """The resource concerned."""
        self.operation = operation
        """The AWS operation that failed, as ``service:Operation``."""
        self.code = code
        """AWS's error code."""
        self.request_id = request_id
        """AWS's request id, which its support asks for."""
        self.hint = hint
        """What to do next."""
        self.violations = violations
        """The broken rules, if the kind is ``"invalidSpec"``."""
        self.still_running = still_running
        """What AWS goes on with, if the kind is ``"timedOut"``."""
        self.causes = causes
        """The texts of the causes, outermost first."""

    @classmethod
    def from_json(cls, text: str) -> EksError:
        """Make one of its JSON form."""
        fields: dict[str, Any] = json.loads(text)
        return cls(
            fields["message"],
            kind=fields["kind"],
            retryable=fields["retryable"],
            resource=fields["resource"],
            operation=fields["operation"],
            code=fields["code"],
            request_id=fields["requestId"],
            hint=fields["hint"],
            violations=tuple(Violation(**violation) for violation in fields["violations"]),
            still_running=tuple(fields["stillRunning"]),
            causes=tuple(fields["causes"]),
        )

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with `args` alone, without the keywords that it asks for.
        return (_revive, (type(self), str(self), dict(vars(self))))


def _revive(kind: type[EksError], message: str, attributes: dict[str, Any]) -> EksError:
    error = kind.__new__(kind, message)
    error.__dict__.update(attributes)
    return error
