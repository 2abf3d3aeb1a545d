"""A raw JSON body against botocore's shapes. botocore's own parser drops what it does not know; this does not."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import values

NUMBERS = ("integer", "long", "float", "double")


def check(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Breaches of `shape` by `value`, each with the path to it."""
    kind = shape.type_name
    if kind == "structure":
        yield from structure(shape, value, path)
    elif kind == "list":
        yield from listed(shape, value, path)
    elif kind == "map":
        yield from mapped(shape, value, path)
    elif kind == "string":
        if isinstance(value, str):
            yield from values.text(shape, value, path)
        else:
            yield mistyped(path, value, "a string")
    elif kind == "boolean":
        if not isinstance(value, bool):
            yield mistyped(path, value, "a boolean")
    elif kind in NUMBERS:
        yield from numeric(shape, value, path)
    elif kind == "timestamp":
        yield from timestamp(shape, value, path)
    elif kind == "blob":
        yield from blob(value, path)
    else:
        yield f"{path}: the validator does not know {kind}"


def structure(shape: Any, value: Any, path: str) -> Iterator[str]:
    """Known members only, all required ones, each as its shape says; null is as good as absent."""
    if getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, dict):
        yield mistyped(path, value, "an object")
        return
    members = {serialized(name, member): (name, member) for name, member in shape.members.items()}
    for key, item in value.items():
        if key not in members:
            yield f"{path}.{key}: the model of {shape.name} has no such member"
        elif item is not None:
            yield from check(members[key][1], item, f"{path}.{key}")
    for key, (name, _) in members.items():
        if name in shape.required_members and value.get(key) is None:
            yield f"{path}.{key}: missing, and required in {shape.name}"


def serialized(name: str, member: Any) -> str:
    """The key under which a member travels."""
    key: str = member.serialization.get("name", name)
    return key


def listed(shape: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield mistyped(path, value, "a list")
        return
    yield from values.size(shape, len(value), path)
    for index, item in enumerate(value):
        if item is None:
            yield f"{path}[{index}]: null"
        else:
            yield from check(shape.member, item, f"{path}[{index}]")


def mapped(shape: Any, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield mistyped(path, value, "a map")
        return
    # Answers show maps as they are: one that may not be sent empty can still be empty.
    if value:
        yield from values.size(shape, len(value), path)
    for key, item in value.items():
        yield from values.text(shape.key, key, f"{path} key")
        if item is None:
            yield f"{path}[{key!r}]: null"
        else:
            yield from check(shape.value, item, f"{path}[{key!r}]")


def numeric(shape: Any, value: Any, path: str) -> Iterator[str]:
    whole = shape.type_name in ("integer", "long")
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        yield mistyped(path, value, f"a number ({shape.type_name})")
    else:
        yield from values.number(shape, value, path)


def timestamp(shape: Any, value: Any, path: str) -> Iterator[str]:
    """rest-json writes seconds since 1970 unless the shape says otherwise."""
    wanted = shape.serialization.get("timestampFormat", "unixTimestamp")
    if wanted == "iso8601":
        if isinstance(value, str):
            yield from values.iso(value, path)
        else:
            yield mistyped(path, value, "a timestamp in ISO 8601")
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        yield mistyped(path, value, "seconds since 1970")
    else:
        yield from values.epoch(value, path)


def blob(value: Any, path: str) -> Iterator[str]:
    try:
        base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        yield mistyped(path, value, "base64")


def mistyped(path: str, value: Any, wanted: str) -> str:
    return f"{path}: {value!r} is not {wanted}"
