"""What the scenarios of tags begin with."""

import eks

from ..stage import Stage, between, denied

CHANGE: eks.TagChange = {"cost-center": "4711"}


def cluster() -> eks.Cluster:
    """Two groups, one of them with a tag of its own, a Fargate profile, logs."""
    web = eks.NodeGroup(name="web", scaling=between(1, 4, 2))
    jobs = eks.FargateProfile(name="jobs", selectors=[eks.Selector(namespace="jobs")])
    groups = [web, web.replace(name="orders", tags={"team": "orders"})]
    return eks.Cluster(name="web", node_groups=groups, fargate_profiles=[jobs], logging=["api"])


def scene() -> Stage:
    """The cluster. Load balancers, which Rust has Kubernetes make, cannot be had here."""
    stage = Stage()
    stage.create(cluster())
    return stage


def tag(stage: Stage, change: eks.TagChange = CHANGE, options: eks.TagOptions | None = None) -> eks.TagReport:
    return stage.eks.tag("web", change, options).result()


def counts(report: eks.TagReport) -> dict[str, int]:
    """What the report says of each kind: how many carry the tags."""
    return {things.kind: len(things.names) for things in report.tagged}


def deny(stage: Stage, service: str, operation: str | None = None) -> None:
    message = f"User is not authorized to perform: {service}:{operation or '*'}"
    stage.fault(denied(message=message), service=service, operation=operation)
