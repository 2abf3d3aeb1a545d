"""What can go wrong: `EksError` is all of it, and each kind is a class of its own, which is the fitting built-in too."""

from __future__ import annotations

from ._models import ErrorKind, Violation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ._models import ErrorKindName


class EksError(Exception):
    """What went wrong, to which resource, whether trying again can help, and what to do."""

    def __init__(
        self,
        message: str,
        *,
        kind: ErrorKindName | str,
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
        self.kind: str = kind
        """What kind of thing went wrong: one of `ErrorKind`. Later versions may add to them."""
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

    def __reduce__(self) -> tuple[Any, ...]:
        # The default calls the class with `args` alone, without the keywords that it asks for.
        return (_revive, (type(self), str(self), dict(vars(self))))


class InvalidSpecError(EksError, ValueError):
    """A spec, an option or a file's content breaks a rule. Nothing was called, nothing was lost."""


class NotFoundError(EksError, LookupError):
    """What was asked for does not exist."""


class AlreadyExistsError(EksError):
    """Something of that name exists and is not ours, or is ours with another spec."""


class ConflictError(EksError):
    """Another goal is at work on the same cluster."""


class AccessDeniedError(EksError, PermissionError):
    """The credentials are valid and may not do this."""


class GuardedError(EksError, PermissionError):
    """A guard of the client forbids it. Nothing was changed."""


class NoCredentialsError(EksError, PermissionError):
    """No credentials were found in the AWS chain."""


class CredentialsExpiredError(EksError, PermissionError):
    """The credentials have expired; the operation can be resumed with fresh ones."""


class QuotaExceededError(EksError):
    """A service quota would be, or was, exceeded."""


class NoCapacityError(EksError):
    """AWS has no capacity for what was asked for."""


class ThrottledError(EksError):
    """The service kept on throttling for longer than the budget."""


class UnreachableError(EksError, ConnectionError):
    """No answer came."""


class FailedError(EksError, RuntimeError):
    """AWS began it, and it failed."""


class OperationTimeout(EksError, TimeoutError):
    """It took longer than the caller wanted to wait. What AWS has started goes on."""


class OperationCancelled(EksError):
    """It is no longer driven: it was detached, cancelled or rolled back."""


class UnsupportedError(EksError, NotImplementedError):
    """This library cannot do it."""


class FileError(EksError, OSError):
    """A file cannot be read or written."""


class InternalError(EksError, RuntimeError):
    """A mistake in this library, or in how it is used."""


_CLASSES: dict[str, type[EksError]] = {
    "invalidSpec": InvalidSpecError,
    "notFound": NotFoundError,
    "alreadyExists": AlreadyExistsError,
    "conflict": ConflictError,
    "accessDenied": AccessDeniedError,
    "guarded": GuardedError,
    "noCredentials": NoCredentialsError,
    "credentialsExpired": CredentialsExpiredError,
    "quotaExceeded": QuotaExceededError,
    "noCapacity": NoCapacityError,
    "throttled": ThrottledError,
    "unreachable": UnreachableError,
    "failed": FailedError,
    "timedOut": OperationTimeout,
    "cancelled": OperationCancelled,
    "unsupported": UnsupportedError,
    "file": FileError,
    "internal": InternalError,
}


def from_json(text: str) -> EksError:
    """The error of its JSON form, of the class of its kind; of a kind that this version does not know, `EksError`."""
    from json import loads

    fields: dict[str, Any] = loads(text)
    kind = _CLASSES.get(fields["kind"], EksError)
    return kind(
        fields["message"],
        kind=fields["kind"],
        retryable=fields["retryable"],
        resource=fields["resource"],
        operation=fields["operation"],
        code=fields["code"],
        request_id=fields["requestId"],
        hint=fields["hint"],
        violations=tuple(Violation.from_dict(violation) for violation in fields["violations"]),
        still_running=tuple(fields["stillRunning"]),
        causes=tuple(fields["causes"]),
    )


def _revive(kind: type[EksError], message: str, attributes: dict[str, Any]) -> EksError:
    error = kind.__new__(kind, message)
    error.args = (message,)
    error.__dict__.update(attributes)
    return error


__all__ = [
    "AccessDeniedError",
    "AlreadyExistsError",
    "ConflictError",
    "CredentialsExpiredError",
    "EksError",
    "ErrorKind",
    "FailedError",
    "FileError",
    "GuardedError",
    "InternalError",
    "InvalidSpecError",
    "NoCapacityError",
    "NoCredentialsError",
    "NotFoundError",
    "OperationCancelled",
    "OperationTimeout",
    "QuotaExceededError",
    "ThrottledError",
    "UnreachableError",
    "UnsupportedError",
    "Violation",
]
