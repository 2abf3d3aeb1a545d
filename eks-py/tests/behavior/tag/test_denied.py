"""What the caller may not do: told, and no failure of the whole."""

import eks

from ..stage import refused
from .scene import counts, deny, scene, tag


def test_what_may_not_be_looked_at_is_told() -> None:
    stage = scene()
    for service in ("autoscaling", "elasticloadbalancing", "logs", "ce", "cloudformation"):
        deny(stage, service)
    deny(stage, "eks", "ListFargateProfiles")
    deny(stage, "ec2", "DescribeVolumes")
    report = tag(stage)
    assert counts(report) == {"cluster": 1, "node groups": 2, "add-ons": 3, "instances": 4}
    assert len(report.untagged) >= 6, report.untagged
    assert report.billing_problem is not None


def test_what_may_not_be_tagged_is_told() -> None:
    stage = scene()
    deny(stage, "autoscaling", "CreateOrUpdateTags")
    deny(stage, "logs", "TagResource")
    deny(stage, "cloudformation", "UpdateStack")
    deny(stage, "ec2", "CreateTags")
    report = tag(stage)
    assert counts(report) == {"cluster": 1, "node groups": 2, "Fargate profiles": 1, "add-ons": 3}
    assert any("is not authorized" in it for it in report.untagged), report.untagged
    # Once it is allowed, the same call does the rest.
    stage.sim.clear_faults()
    assert tag(stage).untagged == ()


def test_without_the_cluster_itself_it_is_a_failure() -> None:
    stage = scene()
    deny(stage, "eks", "TagResource")
    refused(eks.AccessDeniedError, lambda: tag(stage))
    stage.sim.clear_faults()
    deny(stage, "eks", "DescribeCluster")
    refused(eks.AccessDeniedError, lambda: tag(stage))
