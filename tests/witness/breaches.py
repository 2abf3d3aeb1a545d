"""Requests that break the service's model, made from the model itself."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

# A length that nothing sensible would have; longer ones are not tried.
LONGEST = 5000


@dataclass(frozen=True)
class Breach:
    """One value in one place that the model does not allow there."""

    path: Path
    value: Any
    why: str

    @property
    def is_mistyped(self) -> bool:
        return " instead of " in self.why

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path))}: {self.why}"

    def applied(self, request: dict[str, Any], shape: Any) -> dict[str, Any]:
        """`request` with the value in its place, and whatever the place needs around it."""
        request = copy.deepcopy(request)
        place: Any = request
        for step, following in zip(self.path, self.path[1:], strict=False):
            shape = shape.member if isinstance(step, int) else shape.members[step]
            if isinstance(step, int):
                place = place[step]
                continue
            missing = step not in place or isinstance(following, int) and not place[step]
            if missing:
                place[step] = [sample(shape.member)] if isinstance(following, int) else sample(shape)
            place = place[step]
        if self.why == "missing":
            del place[self.path[-1]]
        else:
            place[self.path[-1]] = self.value
        return request


def sample(shape: Any) -> Any:
    """The least that the shape allows."""
    kind = shape.type_name
    if kind == "structure":
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [sample(shape.member)] * shape.metadata.get("min", 0)
    if kind == "map":
        return {}
    if kind == "string":
        return shape.enum[0] if shape.enum else "x" * max(1, shape.metadata.get("min", 1))
    if kind == "boolean":
        return True
    return shape.metadata.get("min", 1)


def of(shape: Any, path: Path = ()) -> Iterator[Breach]:
    """Every breach of the shape, one at a time, as deep as the shape goes."""
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            if location == "uri":
                continue
            in_query = location == "querystring"
            if name in shape.required_members:
                yield Breach((*path, name), None, "missing")
            for breach in of(member, (*path, name)):
                # Whatever stands in a query string is a text.
                if not (in_query and breach.is_mistyped):
                    yield breach
    elif kind == "list":
        yield from sizes(shape, path, lambda count: [sample(shape.member)] * count)
        yield Breach(path, "text", "a text instead of a list")
        yield from of(shape.member, (*path, 0))
    elif kind == "map":
        yield from sizes(shape, path, lambda count: {f"key{number}": "x" for number in range(count)})
        if shape.key.metadata.get("max", LONGEST) < LONGEST:
            yield Breach(path, {"x" * (shape.key.metadata["max"] + 1): "x"}, "a key that is too long")
        if shape.value.metadata.get("max", LONGEST) < LONGEST:
            yield Breach(path, {"key": "x" * (shape.value.metadata["max"] + 1)}, "a value that is too long")
    elif kind == "string":
        if shape.enum:
            yield Breach(path, "NOTHING", "none of the enum")
        yield from sizes(shape, path, lambda count: "x" * count)
        if path:
            yield Breach(path, 7, "a number instead of a text")
    elif kind in ("integer", "long"):
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        if least is not None:
            yield Breach(path, least - 1, "too small")
        if most is not None:
            yield Breach(path, most + 1, "too large")
        yield Breach(path, "seven", "a text instead of a number")
    elif kind == "boolean":
        yield Breach(path, "yes", "a text instead of a flag")


def sizes(shape: Any, path: Path, made: Any) -> Iterator[Breach]:
    """Breaches of the size of a string, list or map."""
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", LONGEST)
    if least > 0:
        yield Breach(path, made(least - 1), "too small")
    if most < LONGEST:
        yield Breach(path, made(most + 1), "too large")
