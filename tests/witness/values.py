"""Single values against botocore's shapes: the rules that JSON and XML share."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

import unmodelled

# Whatever AWS stamps or promises today lies in here; a timestamp in the wrong unit does not.
EARLIEST = datetime.datetime(2010, 1, 1, tzinfo=datetime.timezone.utc)
LATEST = datetime.datetime(2050, 1, 1, tzinfo=datetime.timezone.utc)

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def text(shape: Any, value: str, path: str) -> Iterator[str]:
    """Breaches of a string's enum, lengths and pattern."""
    if shape.enum and value not in shape.enum and value not in unmodelled.VALUES.get(shape.name, ()):
        yield f"{path}: {value!r} is none of {shape.enum}"
    yield from size(shape, len(value), path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.match(java(pattern), value):
        yield f"{path}: {value!r} does not match {pattern}"


def number(shape: Any, value: float, path: str) -> Iterator[str]:
    """Breaches of a number's range."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least or most is not None and value > most:
        yield f"{path}: {value} is not within {least}..{most}"


def size(shape: Any, count: int, path: str) -> Iterator[str]:
    """Breaches of the size of a string, list or map."""
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and count < least or most is not None and count > most:
        yield f"{path}: size {count} is not within {least}..{most}"


def moment(value: datetime.datetime, path: str) -> Iterator[str]:
    """Breaches of plausibility."""
    if not EARLIEST < value < LATEST:
        yield f"{path}: {value} is not a time of these days"


def epoch(value: float, path: str) -> Iterator[str]:
    """Breaches of a timestamp in seconds since 1970."""
    try:
        at = datetime.datetime.fromtimestamp(value, datetime.timezone.utc)
    except (OverflowError, ValueError):
        yield f"{path}: {value} are no seconds since 1970"
    else:
        yield from moment(at, path)


def iso(value: str, path: str) -> Iterator[str]:
    """Breaches of a timestamp in ISO 8601."""
    if not ISO.fullmatch(value):
        yield f"{path}: {value!r} is no timestamp in ISO 8601"
        return
    yield from moment(datetime.datetime.fromisoformat(value.replace("Z", "+00:00")), path)


def java(pattern: str) -> str:
    """A pattern of the models, which are Java's, for Python."""
    # A letter by itself is a negated class, which cannot stand among others.
    pattern = pattern.replace("\\p{L}\\p{Z}\\p{N}_", "\\w\\s")
    # Java's strings are of UTF-16: what lies beyond the first plane is two halves there.
    pattern = pattern.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF")
    for name, python in (("\\p{L}", "^\\W\\d_"), ("\\p{Z}", "\\s"), ("\\p{N}", "\\d"), ("\\p{Print}", "\\x20-\\x7e")):
        pattern = pattern.replace(name, python)
    return pattern
