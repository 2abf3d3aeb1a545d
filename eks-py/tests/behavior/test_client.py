"""What a client is told, and what it passes on."""

import eks

from .stage import REGION, Stage, refused


def test_one_client_serves_several_regions() -> None:
    """The spec names the region of what it creates, wherever its client is."""
    stage = Stage()
    info = stage.create(eks.Cluster(name="web", node_groups=[], region="eu-central-1"))
    assert info.region == "eu-central-1"
    error = refused(eks.NotFoundError, lambda: stage.eks.describe("web"))
    assert REGION in str(error)
    assert stage.in_region("eu-central-1").eks.describe("web").arn == info.arn
