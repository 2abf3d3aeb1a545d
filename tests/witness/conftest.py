"""One simulator for all tests with boto3 and the aws CLI, a new account for each test; and what they together drive."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest

from account import Account
from answers import Witness
from command_line import Terminal
from simulator import Simulator

DRIVES = "drives(service, *operations): operations that the test makes succeed, each answer checked"
# Who makes the calls of a test that drives operations: boto3's clients, or command lines of the aws CLI.
FOREIGNERS = ("boto3", "aws")
driven_by_tests: dict[tuple[str, str], set[str]] = defaultdict(set)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", DRIVES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("drives"):
            params = getattr(getattr(item, "callspec", None), "params", {})
            foreigner = params.get("foreigner", FOREIGNERS[0])
            driven_by_tests[foreigner, marker.args[0]].update(marker.args[1:])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What drives an operation does so twice."""
    if "account" in metafunc.fixturenames and any(metafunc.definition.iter_markers("drives")):
        metafunc.parametrize("foreigner", FOREIGNERS)


@pytest.fixture
def foreigner() -> str:
    """Who makes the calls of a test that drives nothing."""
    return FOREIGNERS[0]


@pytest.fixture
def driven() -> dict[tuple[str, str], set[str]]:
    """The operations that the collected tests say they drive, by who makes the calls and service."""
    return driven_by_tests


@pytest.fixture(autouse=True)
def drives_what_it_says(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is marked with an operation has seen it succeed."""
    markers = list(request.node.iter_markers("drives"))
    if not markers:
        yield
        return
    clients: Account = request.getfixturevalue("account")
    yield
    for marker in markers:
        service, *operations = marker.args
        missing = [operation for operation in operations if not clients.witness.has_seen(service, operation)]
        assert not missing, f"{service} has not answered {missing} with success"


@pytest.fixture(scope="session", autouse=True)
def nobodys_configuration() -> Iterator[None]:
    """Neither the AWS configuration nor the kubeconfig of whoever runs the tests plays a part."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_") or name == "KUBECONFIG"]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session")
def simulator(nobodys_configuration: None) -> Iterator[Simulator]:
    """A simulator whose clock stands still: time passes only when a test says so."""
    with Simulator(speed=0) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def clients(simulator: Simulator) -> Account:
    """What is dear to make: boto3's clients."""
    return Account(simulator, Witness())


@pytest.fixture(scope="session")
def terminal(clients: Account) -> Terminal:
    """The aws CLI, which keeps the models that it has read."""
    return Terminal(clients, Witness())


@pytest.fixture
def account(request: pytest.FixtureRequest, foreigner: str) -> Account:
    """A new account."""
    account: Account = request.getfixturevalue("terminal" if foreigner == "aws" else "clients")
    if isinstance(account, Terminal):
        markers = request.node.iter_markers("drives")
        account.driven = {(it.args[0], operation) for it in markers for operation in it.args[1:]}
    account.renew()
    account.witness.exchanges.clear()
    return account
