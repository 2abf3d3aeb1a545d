"""Nothing that the simulator answers goes unwatched."""

from __future__ import annotations

import pytest

from simulator import Simulator


SERVICES = [
    "autoscaling",
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


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_driven(simulator: Simulator, driven: dict[str, set[str]], service: str) -> None:
    """Only the whole directory drives everything: run it without naming files."""
    assert driven[service] == simulator.operations(service)


def test_every_service_is_here(simulator: Simulator) -> None:
    assert set(simulator.control("GET", "operations")) == set(SERVICES)
