"""What the classes of `_models.py` are made of.

An object is made by keywords and never changes: ``replace`` makes a changed copy. It is equal to another of the same
kind with the same fields, can be hashed, pickled and copied, and its ``repr`` makes it again.

Lists are held as tuples and maps as `Map`, a ``dict`` that refuses to be changed: what a getter gave cannot be changed
without effect, since it cannot be changed at all. ``None`` means "not set".

Only names and types are checked here; Rust checks the rest when the object is used. An `Input`, which users write,
refuses keys that it does not know; an `Output`, which a newer library may have written, leaves them out.

Nothing is imported before it is needed: ``import eks`` has to be quick.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from inspect import Signature
    from typing import Any, ClassVar, NoReturn

    from typing_extensions import Self, TypeGuard, dataclass_transform

    Convert = Callable[[Any, str], Any]
else:

    def dataclass_transform(**_):
        return lambda made: made


class Map(dict["str", "Any"]):
    """A map that cannot be changed. ``{**map, "key": "value"}`` makes a changed ``dict`` of it."""

    __slots__ = ()

    def _read_only(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this map is read-only: {**map} makes a dict of it")

    if not TYPE_CHECKING:
        __setitem__ = __delitem__ = __ior__ = _read_only
        clear = pop = popitem = setdefault = update = _read_only

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Map, (dict(self),)


EMPTY = Map()
"""No entries."""


class _Signature:
    """What ``help`` shows: the keywords, and not what `_Model.__new__` looks at."""

    def __get__(self, made: object, kind: type) -> Signature:
        from inspect import signature

        whole = signature(getattr(kind, "__init__"))
        return whole.replace(parameters=list(whole.parameters.values())[1:])


@dataclass_transform(kw_only_default=True, frozen_default=True)
class _Model:
    """A thing with fields."""

    __slots__ = ()

    _fields: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """Of each field its key in JSON and the rule of its value, in the notation of `_rule`."""
    _kind: ClassVar[type[_Model]]
    """The generated class: that of a user's subclass, too."""
    _tag: ClassVar[str | None] = None
    """The key in JSON that says which variant it is."""
    _variants: ClassVar[dict[str, type[_Model]]]
    """Of a base its variants: by what the tag says, or by name."""

    if not TYPE_CHECKING:
        __signature__ = _Signature()

        def __setattr__(self, name, value):
            raise AttributeError(f"{_title(self)} cannot be changed: replace({name}=...) makes a changed copy")

        def __delattr__(self, name):
            raise AttributeError(f"{_title(self)} cannot be changed: {name} cannot be taken away")

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if "_fields" not in cls.__dict__:
            return
        cls._kind = cls
        cls._variants = {}
        _KINDS[cls.__name__] = cls
        base = cls.__bases__[0]
        if issubclass(base, _Model) and base is not _Model and _Model not in base.__bases__:
            word = cls.__dict__[str(_attribute(base))] if base._tag else cls.__name__
            base._variants[word] = cls

    def __new__(cls, *positional: Any, **keywords: Any) -> Self:
        if positional or not keywords.keys() <= cls._fields.keys():
            _refuse(cls, positional, keywords)
        if cls._variants and cls._tag is None:
            raise TypeError(f"{cls.__name__} is made as one of {', '.join(sorted(cls._variants))}")
        return object.__new__(cls)

    def _fill(self, values: Mapping[str, Any]) -> None:
        """Sets every field, once."""
        kind = self._kind
        for name, convert in _converters(kind).items():
            object.__setattr__(self, name, convert(values[name], f"{kind.__name__}.{name}"))

    def _values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._kind._fields}

    def replace(self, **changes: Any) -> Self:
        """A copy in which these fields are others."""
        if not changes.keys() <= self._fields.keys():
            _refuse_keywords(type(self), changes)
        made: Self = _made(type(self), {**self._values(), **changes}, getattr(self, "__dict__", None))
        return made

    # What `copy.replace` of Python 3.13 calls.
    __replace__ = replace

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: a new ``dict`` with keys such as ``nodeGroups``. Keys of labels and tags are as they are.

        Fields of an input that are as they are by default are left out. Those of an output are all there but for a few,
        which Rust leaves out, too.
        """
        kind = self._kind
        given: dict[str, Any] = {}
        word = _word(kind)
        if word is not None:
            given[str(kind._tag)] = word
        defaults = _defaults(kind)
        for name, (key, rule) in kind._fields.items():
            value = getattr(self, name)
            can_go = name in defaults and (rule[0] == "~" or issubclass(kind, Input))
            if not can_go or value != defaults[name]:
                given[key] = _plain(value)
        return given

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Reads the JSON form: a mapping with keys such as ``nodeGroups``.

        Raises TypeError for an unknown key of an input, a missing key and a value of the wrong type.
        """
        if not _is_mapping(data):
            raise TypeError(f"{cls.__name__}: {_shown(data)} must be a mapping in JSON form")
        made = _variant(cls, data)
        kind = made._kind
        keys = {key: name for name, (key, _) in kind._fields.items()}
        values = dict(_defaults(kind))
        for key, value in data.items():
            if key in keys:
                values[keys[key]] = value
            elif key != kind._tag and issubclass(kind, Input):
                known = _known(cls, keys)
                raise TypeError(f"{cls.__name__}: unknown key {_shown(key)}{_meant(str(key), known)}")
        for key, name in keys.items():
            if name not in values:
                raise TypeError(f"{made.__name__}: the key {key!r} is missing")
        read: Self = _made(made, values)
        return read

    def to_json(self, *, indent: int | None = None) -> str:
        """The JSON form, as text."""
        from json import dumps

        return dumps(self.to_dict(), indent=indent, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Reads the JSON form from text. Raises ValueError for what is no JSON, else as `from_dict`."""
        from json import loads

        return cls.from_dict(loads(text))

    def __repr__(self) -> str:
        kind = self._kind
        defaults = _defaults(kind)
        values = self._values().items()
        given = [
            f"{name}={value!r}" for name, value in values if name not in defaults or value != defaults[name]
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Model):
            return NotImplemented
        return self._kind is other._kind and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self._kind.__name__, *self._values().values()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self._values(), getattr(self, "__dict__", None))


_KINDS: dict[str, type[_Model]] = {}
_CONVERTERS: dict[type[_Model], dict[str, Convert]] = {}


class Input(_Model):
    """What users write: unknown keys are refused."""

    __slots__ = ()
    _fields = {}


class Output(_Model):
    """What the library writes: unknown keys, as of a newer one, are left out."""

    __slots__ = ()
    _fields = {}


def _title(model: _Model) -> str:
    return f"this {type(model).__name__}"


def _attribute(base: type[_Model]) -> str | None:
    """The attribute of the tag."""
    return next((name for name, (key, _) in base._fields.items() if key == base._tag), None)


def _word(kind: type[_Model]) -> str | None:
    """What the tag of a variant says."""
    base = kind.__bases__[0]
    name = _attribute(base) if issubclass(base, _Model) and base._tag else None
    return None if name is None or name in kind._fields else getattr(kind, name)


def _variant(cls: type[_Model], data: Mapping[str, Any]) -> type[_Model]:
    """The class of this JSON form."""
    if not cls._variants:
        return cls
    if cls._tag is None:
        # Whose keys these are; if nobody's, the first one says what is wrong.
        variants = list(cls._variants.values())
        known = ({key for key, _ in it._fields.values()} for it in variants)
        fitting = (it for it, keys in zip(variants, known) if data.keys() <= keys)
        return next(fitting, min(variants, key=lambda it: len(data.keys() - {key for key, _ in it._fields.values()})))
    word = data.get(cls._tag)
    if word in cls._variants:
        return cls._variants[word]
    if issubclass(cls, Input):
        raise TypeError(f"{cls.__name__}.{cls._tag}: {_shown(word)} must be one of {', '.join(cls._variants)}")
    return cls


def _known(cls: type[_Model], keys: Iterable[str]) -> list[str]:
    """The keys that can have been meant."""
    if cls._tag is None and cls._variants:
        return [key for it in cls._variants.values() for key, _ in it._fields.values()]
    return list(keys)


def _made(
    cls: type[Any], values: Mapping[str, Any], beside: Mapping[str, Any] | None = None
) -> Any:
    """An object of that class, whatever its constructor takes: a subclass may have one of its own."""
    made = object.__new__(cls)
    made._fill(values)
    if beside:
        made.__dict__.update(beside)
    return made


def _restored(cls: type[Any], values: Mapping[str, Any], beside: Mapping[str, Any] | None) -> Any:
    """What was pickled, also by another version."""
    return _made(cls, {**_defaults(cls._kind), **values}, beside)


def _defaults(kind: type[_Model]) -> Mapping[str, Any]:
    """What the keywords are when they are not given."""
    return getattr(kind.__init__, "__kwdefaults__", None) or {}


def _refuse(cls: type[_Model], positional: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
    """Says what is wrong with a call, unless it is that of a user's own constructor."""
    owner = next(it for it in cls.__mro__ if "__init__" in it.__dict__)
    if "_fields" not in owner.__dict__:
        return
    if positional:
        first = next(iter(cls._fields), "name")
        raise TypeError(f"{cls.__name__} takes keywords only, such as {cls.__name__}({first}=...)")
    _refuse_keywords(cls, keywords)


def _refuse_keywords(cls: type[_Model], keywords: Iterable[str]) -> None:
    for name in keywords:
        if name not in cls._fields:
            raise TypeError(f"{cls.__name__}: unexpected keyword {name!r}{_meant(name, cls._fields)}")


def _meant(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant."""
    from difflib import get_close_matches

    known = list(known)
    bare = {it.replace("_", "").lower(): it for it in known}
    near = bare.get(name.replace("_", "").lower()) or next(iter(get_close_matches(name, known, 1, 0.5)), None)
    return f"; did you mean {near!r}?" if near else f"; there are {', '.join(known)}" if known else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether it is a list or a tuple."""
    return isinstance(value, (list, tuple))


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict) or (hasattr(value, "keys") and hasattr(value, "__getitem__"))


def _plain(value: Any) -> Any:
    """The JSON form of a field."""
    if isinstance(value, _Model):
        return value.to_dict()
    if is_list(value):
        return [_plain(item) for item in value]
    if isinstance(value, Map):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _wrong(where: str, value: object, rule: str) -> NoReturn:
    raise TypeError(f"{where}: {_shown(value)} must be {rule}")


def _converters(kind: type[_Model]) -> dict[str, Convert]:
    """Of each field what checks it and makes it immutable; made when the first object is."""
    made = _CONVERTERS.get(kind)
    if made is None:
        made = _CONVERTERS[kind] = {name: _rule(rule)[0] for name, (_, rule) in kind._fields.items()}
    return made


def _rule(rule: str) -> tuple[Convert, str]:
    """What a rule does, and how it is said.

    ``str``, ``int``, ``float``, ``bool``, ``json``; ``[rule]`` is a list, ``{rule}`` a map, ``(rule,rule)`` a tuple,
    ``?rule`` may be None, ``~rule`` need not be there in an output, ``rule|rule`` is either; anything else is a class
    of this package.
    """
    if rule[0] == "~":
        return _rule(rule[1:])
    if rule[0] == "?":
        return _nullable(*_rule(rule[1:]))
    parts = _split(rule, "|")
    if len(parts) > 1:
        return _either(parts)
    if rule[0] == "[":
        return _list(*_rule(rule[1:-1]))
    if rule[0] == "{":
        return _map(*_rule(rule[1:-1]))
    if rule[0] == "(":
        return _tuple([_rule(part) for part in _split(rule[1:-1], ",")])
    return _SIMPLE.get(rule) or _class(rule)


def _split(rule: str, mark: str) -> list[str]:
    parts, depth = [""], 0
    for letter in rule:
        depth += (letter in "[{(") - (letter in "]})")
        if letter == mark and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _nullable(convert: Convert, said: str) -> tuple[Convert, str]:
    return (lambda value, where: None if value is None else convert(value, where)), f"{said}, or None"


def _either(parts: list[str]) -> tuple[Convert, str]:
    rules = [_rule(part) for part in parts]
    said = ", or ".join(it for _, it in rules)

    def convert(value: Any, where: str) -> Any:
        for part, (each, _) in zip(parts, rules):
            if isinstance(value, str) == (part == "str"):
                try:
                    return each(value, where)
                except TypeError as error:
                    # What is wrong within the value is said; the value itself may be something else.
                    if not str(error).startswith(f"{where}: "):
                        raise
        _wrong(where, value, said)

    return convert, said


def _list(each: Convert, said: str) -> tuple[Convert, str]:
    rule = f"a list or tuple, each item {said}"

    def convert(value: Any, where: str) -> tuple[Any, ...]:
        if isinstance(value, (str, bytes)) or _is_mapping(value) or not hasattr(value, "__iter__"):
            _wrong(where, value, rule)
        return tuple(each(item, f"{where}[{index}]") for index, item in enumerate(value))

    return convert, rule


def _tuple(rules: list[tuple[Convert, str]]) -> tuple[Convert, str]:
    rule = f"{len(rules)} values in a list or tuple"

    def convert(value: Any, where: str) -> tuple[Any, ...]:
        if not is_list(value) or len(value) != len(rules):
            _wrong(where, value, rule)
        return tuple(each(item, f"{where}[{index}]") for index, ((each, _), item) in enumerate(zip(rules, value)))

    return convert, rule


def _map(each: Convert, said: str) -> tuple[Convert, str]:
    rule = f"a mapping from str, each value {said}"

    def convert(value: Any, where: str) -> Map:
        if not _is_mapping(value):
            _wrong(where, value, rule)
        return Map({_str(key, f"{where}: a key"): each(value[key], f"{where}[{key!r}]") for key in value.keys()})

    return convert, rule


def _class(name: str) -> tuple[Convert, str]:
    kind = _KINDS[name]
    rule = f"{'an' if name[0] in 'AEIOU' else 'a'} {name}, or a mapping in its JSON form"

    def convert(value: Any, where: str) -> _Model:
        if isinstance(value, kind):
            return value
        if isinstance(value, _Model) or not _is_mapping(value):
            _wrong(where, value, rule)
        return kind.from_dict(value)

    return convert, rule


def _str(value: Any, where: str) -> str:
    if not isinstance(value, str):
        _wrong(where, value, "a str")
    # Of an enum that is a str: what it says, not its name.
    text = value if type(value) is str else str.__str__(value)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{where}: {_shown(text)} must be text without lone surrogates (U+D800 to U+DFFF), which UTF-8 does not have"
            ) from None
    return text


def _int(value: Any, where: str) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        _wrong(where, value, "an int")
    return int(value.__index__())


def _float(value: Any, where: str) -> float:
    if isinstance(value, bool) or not (isinstance(value, float) or hasattr(value, "__index__")):
        _wrong(where, value, "a float")
    number = float(value)
    if number - number != 0.0:
        raise ValueError(f"{where}: {value!r} must be a finite number: JSON has no other")
    return number


def _bool(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        _wrong(where, value, "a bool")
    return value


def _json(value: Any, where: str) -> Any:
    """Any JSON, made immutable."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _str(value, where)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return _float(value, where)
    if is_list(value):
        return tuple(_json(item, f"{where}[{index}]") for index, item in enumerate(value))
    if _is_mapping(value):
        return Map({_str(key, f"{where}: a key"): _json(value[key], f"{where}[{key!r}]") for key in value.keys()})
    _wrong(where, value, "JSON: a mapping from str, list, str, int, float, bool or None")


_SIMPLE: dict[str, tuple[Convert, str]] = {
    "str": (_str, "a str"),
    "int": (_int, "an int"),
    "float": (_float, "a float"),
    "bool": (_bool, "a bool"),
    "json": (_json, "JSON"),
}
