"""What clients send, and how its answers are read."""

from __future__ import annotations

from ._base import _Model, is_list
from ._models import OUTCOMES, GivenNetwork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from typing_extensions import TypeGuard


def given(value: Any) -> Any:
    """What a user gave, in JSON form."""
    if isinstance(value, _Model):
        return value.to_dict()
    if _is_dict(value):
        return {key: given(part) for key, part in value.items()}
    if is_list(value):
        return [given(item) for item in value]
    return value


def _is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def lifecycle(method: str, parts: Mapping[str, Any]) -> str:
    """A question or a lifecycle as JSON text, as `written`."""
    return written({"method": method, **{key: part for key, part in parts.items() if part is not None}}, method)


def written(value: Any, what: str) -> str:
    """What a user gave, as JSON text.

    Raises TypeError for what has no JSON form, ValueError for text that is none (lone surrogates) and numbers that are none.
    """
    from json import dumps

    try:
        text = dumps(given(value), ensure_ascii=False, allow_nan=False)
    except TypeError as error:
        raise TypeError(f"{what}: {error}") from None
    except ValueError as error:
        raise ValueError(f"{what}: {error}") from None
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"{what}: text must have no lone surrogates (U+D800 to U+DFFF), which UTF-8 does not have"
            ) from None
    return text


def outcome(text: str) -> Any:
    """What an operation came to."""
    from json import loads

    fields = loads(text)
    return OUTCOMES[fields.pop("outcome")].from_dict(fields)


class Token:
    """A bearer token for one cluster. It is a secret: ``repr`` does not show it."""

    __slots__ = ("expires_at", "text")

    def __init__(self, text: str, expires_at: datetime) -> None:
        self.text = text
        """The token itself, for an ``Authorization: Bearer`` header."""
        self.expires_at = expires_at
        """Until when it may be used."""

    @classmethod
    def from_json(cls, text: str) -> Token:
        """Reads what the native half gives."""
        from datetime import datetime
        from json import loads

        fields = loads(text)
        # Python 3.10 reads no Z.
        return cls(fields["token"], datetime.fromisoformat(fields["expiresAt"].replace("Z", "+00:00")[:19] + "+00:00"))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Token until {self.expires_at:%H:%M:%S} UTC>"


class FoundNetwork:
    """A VPC that was found, as a network for a spec."""

    __slots__ = ("cidrs", "network", "vpc")

    def __init__(self, vpc: str, cidrs: tuple[str, ...], network: GivenNetwork) -> None:
        self.vpc = vpc
        """Its id."""
        self.cidrs = cidrs
        """Its IPv4 blocks: what another VPC must be apart from to be peered with it."""
        self.network = network
        """Its subnets: public where their route table leads to an internet gateway, private elsewhere; by zone."""

    @classmethod
    def from_json(cls, text: str) -> FoundNetwork:
        """Reads what the native half gives."""
        from json import loads

        fields = loads(text)
        return cls(fields["vpc"], tuple(fields["cidrs"]), GivenNetwork.from_dict(fields["network"]))

    def __repr__(self) -> str:
        return f"FoundNetwork(vpc={self.vpc!r}, cidrs={self.cidrs!r}, network={self.network!r})"
