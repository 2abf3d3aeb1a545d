"""Amazon EKS lifecycles as typed, in-process, resumable operations."""

from .errors import EksError, ErrorKind, Violation
from .simulator import LeftResource, Rehearsal, rehearse

__all__ = ["EksError", "ErrorKind", "LeftResource", "Rehearsal", "Violation", "rehearse"]
