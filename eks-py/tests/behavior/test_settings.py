"""A control plane whose settings change, and what is kept in it: one kind of update after the other."""

import eks

from .stage import Stage, broken, calls, died, left, refused, writes

VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
EDIT = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy"
KEY = "arn:aws:kms:us-west-2:123456789012:key/11111111-2222-3333-4444-555555555555"
BARE = eks.Cluster(name="web", node_groups=[], addons=[eks.Addon(name="vpc-cni")])
"""A cluster without nodes, which comes soonest."""


def role(stage: Stage) -> str:
    """A role that has nothing to do with the cluster: another one's."""
    return stage.create(BARE.replace(name="other")).role_arn


def sent(stage: Stage, since: int, operation: str) -> int:
    """The calls of this name since that write."""
    return sum(it.endswith(":" + operation) for it in writes(stage)[since:])


def policies(stage: Stage, arn: str) -> set[str]:
    [role] = [it for it in stage.eks.describe_in_full("web").roles if it.arn == arn]
    return {policy.rsplit("/")[1] for policy in role.attached_policies or ()}


def entry(principal: str, group: str | None, *given: eks.AccessPolicy) -> eks.AccessEntry:
    groups = [] if group is None else [group]
    return eks.AccessEntry(principal_arn=principal, kubernetes_groups=groups, policies=given)


def test_access_entries_follow() -> None:
    stage = Stage()
    principal = role(stage)
    view, edit = eks.AccessPolicy(policy_arn=VIEW), eks.AccessPolicy(policy_arn=EDIT)
    before = BARE.replace(access_entries=[entry(principal, "readers", view, edit)])
    stage.create(before)
    assert stage.plan(before).is_empty()

    shop = eks.AccessPolicy(policy_arn=VIEW, scope=eks.AccessScopeNamespaces(namespaces=["shop"]))
    after = BARE.replace(access_entries=[entry(principal, "writers", shop).replace(username="reader")])
    plan = str(stage.plan(after))
    assert "readers" in plan and "writers" in plan, plan
    since = len(writes(stage))
    stage.apply(after)
    assert sent(stage, since, "UpdateAccessEntry") == 1
    assert sent(stage, since, "AssociateAccessPolicy") == 1
    assert sent(stage, since, "DisassociateAccessPolicy") == 1
    assert stage.another_process().plan(after).is_empty()

    # What the last spec had goes, to the last one.
    none = BARE.replace(access_entries=[entry(principal, None)])
    since = len(writes(stage))
    stage.apply(none)
    assert sent(stage, since, "DisassociateAccessPolicy") == 1
    assert stage.another_process().plan(none).is_empty()


def test_entries_come_with_the_mode_that_has_them() -> None:
    """EKS knows of no entries before the mode has them, and does not even list them."""
    stage = Stage()
    principal = role(stage)
    stage.create(BARE.replace(access_config=eks.AccessConfig(authentication_mode="configMap")))
    entries = [entry(principal, None, eks.AccessPolicy(policy_arn=VIEW))]
    since = len(writes(stage))
    # Each of the two specs may be; together they may not.
    error = refused(eks.InvalidSpecError, lambda: stage.apply(BARE.replace(access_entries=entries)))
    assert broken(error)[0][0] == "accessConfig.authenticationMode"
    assert writes(stage)[since:] == []
    both = eks.AccessConfig(authentication_mode="apiAndConfigMap")
    opened = BARE.replace(access_config=both, access_entries=entries)
    stage.apply(opened)
    assert sent(stage, since, "CreateAccessEntry") == 1
    assert sent(stage, since, "AssociateAccessPolicy") == 1
    assert stage.another_process().plan(opened).is_empty()


def test_secrets_are_encrypted_and_stay_so() -> None:
    stage = Stage()
    stage.create(BARE)
    encrypted = BARE.replace(secrets_encryption=eks.SecretsEncryption(key_arn=KEY))
    assert f"secretsEncryption.keyArn unset → {KEY}" in str(stage.plan(encrypted))
    since = len(writes(stage))
    took = stage.seconds_of(lambda: stage.apply(encrypted))
    assert sent(stage, since, "AssociateEncryptionConfig") == 1
    assert took > 600, "EKS goes through all that is stored"
    assert stage.another_process().plan(encrypted).is_empty()

    # Unset is left alone; another key is refused.
    since = len(writes(stage))
    stage.apply(BARE)
    other = eks.SecretsEncryption(key_arn=KEY.replace("1111-2222", "9999-2222"))
    error = refused(eks.InvalidSpecError, lambda: stage.apply(BARE.replace(secrets_encryption=other)))
    assert broken(error)[0][0] == "secretsEncryption.keyArn"
    assert writes(stage)[since:] == []
    # An alias may stand for that key.
    alias = eks.SecretsEncryption(key_arn="arn:aws:kms:us-west-2:123456789012:alias/web")
    steps = stage.plan(BARE.replace(secrets_encryption=alias)).steps
    assert not any(step.id.startswith("updateClusterConfig") for step in steps)


def test_auto_mode_goes_on_changes_and_goes_off() -> None:
    stage = Stage()
    # Its default node group is there still when the spec, with Auto Mode, has none.
    plain = eks.Cluster(name="web")
    info = stage.create(plain)
    on = plain.replace(auto_mode=eks.AutoMode(enabled=True))
    assert "autoMode" in str(stage.plan(on))
    assert stage.apply(on).auto_mode
    # facts/aws.md §11.2
    policy = "AmazonEKSComputePolicy"
    assert policy in policies(stage, info.role_arn)
    assert stage.another_process().plan(on).is_empty()
    # Whoever goes on with the create of this name finds the spec that holds now.
    continued = stage.another_process().eks.continue_create("web").result()
    assert continued.node_groups == (), "the spec has none"
    assert len(stage.eks.describe("web").node_groups) == 1

    since = len(writes(stage))
    fewer = plain.replace(auto_mode=eks.AutoMode(enabled=True, node_pools=["system"]))
    assert "autoMode.nodePools general-purpose system → system" in str(stage.plan(fewer))
    stage.apply(fewer)
    assert sent(stage, since, "UpdateClusterConfig") == 1

    # EKS keeps the role that its node pools have.
    other = eks.AutoMode(enabled=True, node_role_arn="arn:aws:iam::123456789012:role/other")
    error = refused(eks.InvalidSpecError, lambda: stage.apply(plain.replace(auto_mode=other)))
    assert broken(error)[0][0] == "autoMode.nodeRoleArn"

    off = plain.replace(auto_mode=eks.AutoMode(enabled=False))
    assert not stage.apply(off).auto_mode
    assert policy not in policies(stage, info.role_arn), "not needed any more"
    assert stage.another_process().plan(off).is_empty()
    stage.delete("web")
    assert left(stage) == []


def test_the_control_plane_moves_within_a_network_of_its_own() -> None:
    stage = Stage()
    assert len(stage.create(BARE).subnets) == 6
    inside = BARE.replace(network=eks.NewNetwork(control_plane_subnets="private"))
    assert len(stage.apply(inside).subnets) == 3
    assert stage.another_process().plan(inside).is_empty()
    # Unset is left alone.
    assert stage.plan(BARE).is_empty()


def everything(principal: str) -> tuple[eks.Cluster, eks.Cluster]:
    """Everything of a control plane at once: before and after."""
    view = eks.AccessPolicy(policy_arn=VIEW)
    shop = eks.AccessPolicy(policy_arn=VIEW, scope=eks.AccessScopeNamespaces(namespaces=["shop"]))
    before = BARE.replace(
        access_entries=[entry(principal, "readers", view)],
        network=eks.NewNetwork(control_plane_subnets="public"),
    )
    cni = eks.Addon(name="vpc-cni", configuration={"env": {"WARM_IP_TARGET": "2"}})
    after = before.replace(
        access_entries=[entry(principal, "writers", shop)],
        access_config=eks.AccessConfig(authentication_mode="api"),
        addons=[cni, eks.Addon(name="eks-pod-identity-agent")],
        network=eks.NewNetwork(control_plane_subnets="private"),
        logging=["audit"],
        endpoint_access=eks.EndpointAccess(private=True, public=True),
        upgrade_policy="standard",
        zonal_shift=True,
        deletion_protection=True,
        auto_mode=eks.AutoMode(enabled=True),
        secrets_encryption=eks.SecretsEncryption(key_arn=KEY),
    )
    return before, after


def test_everything_at_once() -> None:
    """EKS takes one kind of update at a time, and sometimes has one that it tells nobody of (facts/aws.md §2.2): the steps
    follow each other, and each kind is sent once for good.
    """
    for trouble in (eks.Trouble(), eks.Trouble(hidden_update=1.0, hidden_update_seconds=700.0)):
        stage = Stage(settings=eks.Settings(trouble=trouble))
        before, after = everything(role(stage))
        stage.create(before)
        since = len(calls(stage))
        stage.apply(after)
        accepted = [it.operation for it in calls(stage)[since:] if it.outcome == "accepted"]
        assert accepted.count("UpdateClusterConfig") == 8, "one of each kind"
        assert accepted.count("AssociateEncryptionConfig") == 1
        wrote = len(writes(stage))
        assert stage.another_process().plan(after).is_empty()
        stage.apply(after)
        assert writes(stage)[wrote:] == []


def test_killed_on_the_way() -> None:
    """Killed at every 300th call, and gone on with by the same call. Rust kills at every thirteenth."""

    def account() -> tuple[Stage, eks.Cluster]:
        stage = Stage()
        before, after = everything(role(stage))
        stage.create(before)
        return stage, after

    stage, after = account()
    first = len(calls(stage))
    stage.apply(after)
    for call in range(first, len(calls(stage)), 300):
        stage, after = account()
        stage.die_at(call)
        died(stage.eks.apply(after).result)
        stage.sim.clear_faults()
        stage = stage.another_process()
        stage.apply(after)
        assert stage.plan(after).is_empty(), call
