"""STS: who is calling, and with what."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from account import SETTINGS, Account, refused, session

drives = pytest.mark.drives


@drives("sts", "GetCallerIdentity")
def test_who_is_calling(account: Account) -> None:
    caller = account.sts.get_caller_identity()
    assert caller["Account"] == "123456789012"
    assert caller["Arn"] == "arn:aws:iam::123456789012:user/simulated"


def test_another_caller(account: Account) -> None:
    role = "arn:aws:sts::210987654321:assumed-role/admin/me"
    account.renew(account="210987654321", caller=role)
    assert account.sts.get_caller_identity()["Arn"] == role


# facts/aws.md §2.10: each service has its own word for it.
EXPIRED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "sts": ("get_caller_identity", "ExpiredToken", {}),
    "iam": ("list_roles", "ExpiredToken", {}),
    "cloudformation": ("describe_stacks", "ExpiredToken", {}),
    "eks": ("list_clusters", "ExpiredTokenException", {}),
}


@pytest.mark.parametrize("service", EXPIRED)
def test_credentials_expire(account: Account, service: str) -> None:
    operation, code, request = EXPIRED[service]
    account.simulator.trouble(credentialsExpired=[60, 120])
    call = getattr(account.client(service), operation)
    call(**request)
    account.advance(60)
    refusal = refused(call, **request)
    assert (refusal.code, refusal.status) == (code, 403)
    assert refusal.message == "The security token included in the request is expired"
    account.advance(60)
    call(**request)


def test_no_credentials(account: Account) -> None:
    settings = Config(signature_version=UNSIGNED, **SETTINGS)
    client = session(account.simulator).client("sts", endpoint_url=account.simulator.endpoint, config=settings)
    refusal = refused(client.get_caller_identity)
    assert (refusal.code, refusal.status) == ("MissingAuthenticationToken", 403)


def test_a_signature_is_fresh_by_either_clock(account: Account) -> None:
    # Foreign clients sign by the wall clock, years away from the simulated one.
    account.advance(datetime.timedelta(days=3650).total_seconds())
    account.sts.get_caller_identity()
