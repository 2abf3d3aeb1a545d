"""What a node group can have beside a size: each gets to AWS, needs nothing more, and leaves nothing behind."""

import pytest

import eks

from .stage import Stage, fixed, how, left, made, refused, writes


def life(stage: Stage, group: eks.NodeGroup) -> eks.ClusterDetails:
    """Creates a cluster with this group, plans to nothing, and gives what is there."""
    cluster = eks.Cluster(name="shop", node_groups=[group])
    info = stage.create(cluster)
    assert info.node_groups[0].status == "active"
    plan = stage.plan(cluster)
    assert plan.is_empty(), str(plan)
    return stage.eks.describe_in_full("shop")


def goes(stage: Stage) -> None:
    stage.delete("shop")
    assert left(stage) == []


@pytest.mark.parametrize(
    ("instance_type", "image"),
    [
        ("g5.xlarge", "AL2023_x86_64_NVIDIA"),
        ("m6g.large", "AL2023_ARM_64_STANDARD"),
        ("m5.large", "AL2023_x86_64_STANDARD"),
    ],
)
def test_accelerators_choose_the_image(instance_type: str, image: str) -> None:
    stage = Stage()
    group = eks.NodeGroup(name="web", instance_types=[instance_type], scaling=fixed(1))
    assert life(stage, group).images[0].ami_type == image
    goes(stage)


def test_a_launch_template_has_what_the_group_asks_for() -> None:
    """The template's options and tags are not told by this language; its role is."""
    stage = Stage()
    group = eks.NodeGroup(
        name="web",
        scaling=fixed(1),
        metadata_options=eks.MetadataOptions(http_tokens="required", http_put_response_hop_limit=1),
        node_repair_config=eks.NodeRepairConfig(enabled=True),
        own_role=True,
        tags={"team": "blue"},
    )
    details = life(stage, group)
    [role] = [it for it in details.roles if "node group web" in it.used_by]
    assert "web" in role.arn.rsplit("/")[1], "its own stack's role"
    assert made(stage)["AWS::EC2::LaunchTemplate"] == 1
    goes(stage)


def test_an_image_of_ones_own_is_told_of_its_cluster() -> None:
    stage = Stage()
    details = life(stage, eks.NodeGroup(name="web", scaling=fixed(1), ami="ami-0123456789abcdef0"))
    assert details.images[0].ami_type == "CUSTOM"
    goes(stage)


def test_spot_is_spot() -> None:
    """Whether AWS has it as spot is told by what another capacity would change."""
    stage = Stage()
    group = eks.NodeGroup(name="web", instance_types=["m5.large", "m5a.large"], capacity="spot")
    assert "spot" in (how(stage.plan(eks.Cluster(name="shop", node_groups=[group])), "node group web") or "")
    life(stage, group)
    on_demand = eks.Cluster(name="shop", node_groups=[group.replace(capacity="onDemand")])
    error = refused(eks.InvalidSpecError, lambda: stage.plan(on_demand))
    assert error.violations[0].field == "nodeGroups[0].capacity"
    goes(stage)


def test_an_ssh_key_that_is_not_there_is_refused_before_the_first_write() -> None:
    stage = Stage()
    group = eks.NodeGroup(name="web", scaling=fixed(1), ssh_key="me")
    cluster = eks.Cluster(name="shop", node_groups=[group])
    error = refused(eks.InvalidSpecError, lambda: stage.create(cluster))
    assert error.violations == (
        eks.Violation(
            field="nodeGroups[0].sshKey", value="me", rule="be an EC2 key pair of this region and account"
        ),
    )
    assert writes(stage) == []
