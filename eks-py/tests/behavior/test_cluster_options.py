"""Options of a control plane: each gets to AWS, a second create finds nothing to do, and a delete leaves nothing."""

import eks

from .stage import Stage, how, left, refused, writes

KEY = "arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def test_all_together() -> None:
    stage = Stage()
    cluster = eks.Cluster(
        name="web",
        secrets_encryption=eks.SecretsEncryption(key_arn=KEY),
        access_config=eks.AccessConfig(authentication_mode="api"),
        zonal_shift=True,
        control_plane_tier="tier-xl",
    )
    expected = f"encrypted with {KEY}, zonal shift, scaling tier tier-xl, access by entries alone"
    assert how(stage.plan(cluster), "control plane") == expected
    stage.create(cluster)
    assert stage.plan(cluster).is_empty()
    error = refused(eks.AlreadyExistsError, lambda: stage.create(cluster.replace(zonal_shift=False)))
    assert "zonalShift was true and is now false" in str(error)
    stage.delete("web")
    assert left(stage) == []


def test_what_is_protected_is_not_deleted_and_nothing_is_touched() -> None:
    stage = Stage()
    cluster = eks.Cluster(name="web", deletion_protection=True)
    stage.create(cluster)
    before = len(writes(stage))
    error = refused(eks.ConflictError, lambda: stage.delete("web"))
    assert "deletion protection off" in (error.hint or "")
    assert len(writes(stage)) == before

    stage.apply(cluster.replace(deletion_protection=False))
    stage.delete("web")
    assert left(stage) == []


def test_a_creator_who_is_no_administrator_goes_by_what_eks_says() -> None:
    stage = Stage()
    access = eks.AccessConfig(bootstrap_cluster_creator_admin_permissions=False)
    info = stage.create(eks.Cluster(name="web", access_config=access))
    assert (len(info.node_groups), len(info.nodes)) == (1, 0)
    stage.delete("web")
    assert left(stage) == []


def test_without_kubernetes_eks_is_taken_at_its_word() -> None:
    stage = Stage(settings=eks.Settings(trouble=eks.Trouble(api_server_unreachable=True)))
    began = stage.sim.now()
    info = stage.create(eks.Cluster(name="web"), eks.CreateOptions(without_kubernetes=True))
    assert (len(info.node_groups), len(info.nodes)) == (1, 0)
    # Nobody has waited five minutes for an API server that does not answer.
    assert (stage.sim.now() - began).total_seconds() < 900
    stage.delete("web")
    assert left(stage) == []
