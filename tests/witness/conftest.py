"""One simulator for all tests with boto3, a new account for each test; and what the tests together drive."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest

from account import Account
from answers import Witness
from simulator import Simulator

DRIVES = "drives(service, *operations): operations that the test makes succeed, each answer checked"
driven_by_tests: dict[str, set[str]] = defaultdict(set)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", DRIVES)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("drives"):
            driven_by_tests[marker.args[0]].update(marker.args[1:])


@pytest.fixture
def driven() -> dict[str, set[str]]:
    """The operations that the collected tests say they drive, by service."""
    return driven_by_tests


@pytest.fixture(autouse=True)
def drives_what_it_says(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is marked with an operation has seen it succeed."""
    markers = list(request.node.iter_markers("drives"))
    if not markers:
        yield
        return
    clients: Account = request.getfixturevalue("clients")
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


@pytest.fixture
def account(clients: Account) -> Account:
    """A new account."""
    clients.renew()
    clients.witness.exchanges.clear()
    return clients
