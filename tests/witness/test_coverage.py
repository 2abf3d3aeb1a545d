"""Nothing that the simulator answers goes unwatched."""

from __future__ import annotations

import pytest

from conftest import FOREIGNERS
from simulator import Simulator


SERVICES = [
    "autoscaling",
    "ce",
    "cloudformation",
    "ec2",
    "eks",
    "elb",
    "elbv2",
    "iam",
    "logs",
    "pricing",
    "service-quotas",
    "ssm",
    "sts",
]


@pytest.mark.parametrize("by", FOREIGNERS)
@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_driven(
    simulator: Simulator, driven: dict[tuple[str, str], set[str]], service: str, by: str
) -> None:
    """Only the whole directory drives everything: run it without naming files."""
    assert driven[by, service] == simulator.operations(service)


def test_every_service_is_here(simulator: Simulator) -> None:
    assert set(simulator.control("GET", "operations")) == set(SERVICES)
