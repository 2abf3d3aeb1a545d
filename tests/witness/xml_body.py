"""A raw XML body against botocore's shapes, for the query protocol and EC2's dialect of it."""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import values

SCALARS = ("string", "boolean", "integer", "long", "float", "double", "timestamp", "blob")


def local(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def check(shape: Any, element: Element, path: str) -> Iterator[str]:
    """Breaches of `shape` by `element`, each with the path to it."""
    kind = shape.type_name
    if kind == "structure":
        yield from structure(shape, list(element), path)
    elif kind == "list":
        wanted = shape.member.serialization.get("name", "member")
        yield from listed(shape, list(element), wanted, path)
    elif kind == "map":
        yield from mapped(shape, list(element), path)
    elif kind in SCALARS:
        if len(element):
            yield f"{path}: has children, and should be a {kind}"
        yield from scalar(shape, element.text or "", path)
    else:
        yield f"{path}: the validator does not know {kind}"


def structure(shape: Any, children: list[Element], path: str) -> Iterator[str]:
    """Known members only, all required ones, none twice, each as its shape says."""
    members = {serialized(name, member): (name, member) for name, member in shape.members.items()}
    groups: dict[str, list[Element]] = {}
    for child in children:
        groups.setdefault(local(child), []).append(child)
    for key, found in groups.items():
        if key not in members:
            yield f"{path}/{key}: the model of {shape.name} has no such member"
            continue
        member = members[key][1]
        if is_flattened(member):
            yield from listed(member, found, key, f"{path}/{key}")
            continue
        if len(found) > 1:
            yield f"{path}/{key}: comes {len(found)} times"
        yield from check(member, found[0], f"{path}/{key}")
    for key, (name, _) in members.items():
        if name in shape.required_members and key not in groups:
            yield f"{path}/{key}: missing, and required in {shape.name}"


def is_flattened(shape: Any) -> bool:
    return bool(shape.serialization.get("flattened"))


def serialized(name: str, member: Any) -> str:
    """The name of the element in which a member travels."""
    if member.type_name == "list" and is_flattened(member):
        inner = member.member.serialization.get("name")
        if inner is not None:
            return str(inner)
    return str(member.serialization.get("name", name))


def listed(shape: Any, items: list[Element], wanted: str, path: str) -> Iterator[str]:
    yield from values.size(shape, len(items), path)
    for index, item in enumerate(items):
        if local(item) != wanted:
            yield f"{path}/{local(item)}: entries of {shape.name} are called {wanted}"
        yield from check(shape.member, item, f"{path}[{index}]")


def mapped(shape: Any, entries: list[Element], path: str) -> Iterator[str]:
    names = Counter((shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")))
    for index, entry in enumerate(entries):
        if Counter(local(child) for child in entry) != names:
            yield f"{path}[{index}]: an entry has {sorted(names)}"


def scalar(shape: Any, text: str, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "string":
        yield from values.text(shape, text, path)
    elif kind == "boolean":
        if text not in ("true", "false"):
            yield f"{path}: {text!r} is neither true nor false"
    elif kind == "timestamp":
        yield from values.iso(text, path)
    elif kind == "blob":
        try:
            base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            yield f"{path}: not base64"
    else:
        yield from numeric(shape, text, path)


def numeric(shape: Any, text: str, path: str) -> Iterator[str]:
    try:
        value = int(text) if shape.type_name in ("integer", "long") else float(text)
    except ValueError:
        yield f"{path}: {text!r} is not a number ({shape.type_name})"
    else:
        yield from values.number(shape, value, path)
