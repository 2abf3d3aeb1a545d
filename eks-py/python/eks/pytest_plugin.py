"""Fixtures for tests of programs that use this package; pytest finds them by itself.

    def test_my_automation(eks_sim, eks_client):
        my_automation(eks_client)
        assert eks_sim.left() == ()
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .client import Client
    from .sim import Simulator


@pytest.fixture
def eks_sim() -> Iterator[Simulator]:
    """A simulated account of this test's own."""
    from .sim import Simulator

    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def eks_client(eks_sim: Simulator) -> Iterator[Client]:
    """A client of that account."""
    with eks_sim.client() as client:
        yield client
