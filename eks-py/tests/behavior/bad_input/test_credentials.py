"""Credentials that are wrong, expired, or not enough."""

from functools import partial

import pytest

import eks

from ..stage import Stage, denied, made, ready, refused, writes

WEB = eks.Cluster(name="web")


def test_keys_that_aws_does_not_know() -> None:
    stage = Stage()
    message = "The security token included in the request is invalid."
    for service in ("sts", "cloudformation", "ec2"):
        stage.fault(denied("InvalidClientTokenId", message), service=service)
    stage.fault(denied("UnrecognizedClientException", message), service="eks")
    error = refused(eks.NoCredentialsError, lambda: stage.create(WEB))
    assert "AWS does not know these keys" in (error.hint or "")
    assert writes(stage) == []


def test_expired_before_the_first_call() -> None:
    stage = Stage(settings=eks.Settings(trouble=eks.Trouble(credentials_expired=(0.0, 60.0))))
    for call in (
        lambda: stage.plan(WEB),
        lambda: stage.create(WEB),
        lambda: stage.delete("web"),
        lambda: stage.eks.plan_delete("web"),
        lambda: stage.eks.describe("web"),
        lambda: stage.eks.list(),
    ):
        error = refused(eks.CredentialsExpiredError, call)
        assert isinstance(error, PermissionError)
        assert (error.hint or "").endswith("then resume")
    # A list of several regions tells it of each.
    [failed] = stage.eks.list(eks.ListOptions(regions=["us-west-2"])).failed_regions
    assert failed.error.kind == "credentialsExpired"
    assert writes(stage) == []


def test_expired_in_mid_wait() -> None:
    """A session ends during a wait, and a new one begins ten minutes later. Rust tries every forty seconds."""
    undisturbed = Stage()
    undisturbed.create(WEB)
    for second in range(0, 760, 200):
        trouble = eks.Trouble(credentials_expired=(second, second + 600))
        stage = Stage(settings=eks.Settings(trouble=trouble))
        start = stage.sim.now()
        refused(eks.CredentialsExpiredError, partial(stage.create, WEB))
        passed = (stage.sim.now() - start).total_seconds()
        stage.sim.advance(max(0.0, second + 601 - passed))
        assert ready(stage.create(WEB)) == 2, second
        assert made(stage) == made(undisturbed), second


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("sts", "GetCallerIdentity"),
        ("eks", "DescribeClusterVersions"),
        ("ec2", "DescribeAvailabilityZones"),
        ("cloudformation", "CreateStack"),
        ("eks", "CreateCluster"),
        ("eks", "CreateAddon"),
        ("eks", "CreateNodegroup"),
    ],
)
def test_not_enough(service: str, operation: str) -> None:
    """One right is missing at a time, as when a policy is written run by run (facts/failures.md C22)."""
    stage = Stage()
    code = {"ec2": "UnauthorizedOperation", "eks": "AccessDeniedException"}.get(service, "AccessDenied")
    message = "User is not authorized to perform this"
    stage.fault(denied(code, message), service=service, operation=operation)
    error = refused(eks.AccessDeniedError, lambda: stage.create(WEB))
    assert (error.code, error.operation) == (code, f"{service}:{operation}")
    stage.sim.clear_faults()
    stage.create(WEB)
    undisturbed = Stage()
    undisturbed.create(WEB)
    assert made(stage) == made(undisturbed)
