"""Versions that EKS no longer offers."""

import pytest

import eks

from ..stage import Stage, broken, refused


@pytest.mark.parametrize("version", ["1.23", "1.24", "1.30", "1.99"])
def test_versions_that_are_no_longer_offered(version: str) -> None:
    # The 22nd of November 2026, the day of the facts (facts/aws.md §6).
    rule = (
        "be one that EKS offers: "
        "1.36 (standard support until 2027-08-02, $0.10 per hour), "
        "1.35 (standard support until 2027-03-27, $0.10 per hour), "
        "1.34 (standard support until 2026-12-02, $0.10 per hour), "
        "1.33 (extended support until 2027-07-29, $0.60 per hour), "
        "1.32 (extended support until 2027-03-23, $0.60 per hour), "
        "1.31 (extended support until 2026-11-26, $0.60 per hour)"
    )
    stage = Stage()
    cluster = eks.Cluster(name="web", version=version)
    for call in (lambda: stage.plan(cluster), lambda: stage.create(cluster)):
        assert broken(refused(eks.InvalidSpecError, call)) == [("version", version, rule)]
    assert stage.sim.ledger().resources == ()
