"""Pods with IAM roles: the OIDC provider and its roles, pod identity associations, those of add-ons."""

import eks

from .stage import Stage, calls, died, left, refused, writes

READ = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
FULL = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
CNI = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}],
}


def association(service_account: str, *arns: str) -> eks.PodIdentityAssociation:
    return eks.PodIdentityAssociation(
        namespace="shop", service_account=service_account, policy_arns=arns or [READ], policy_document=DOCUMENT
    )


def addons(*arns: str) -> list[eks.Addon]:
    node = eks.AddonPodIdentityAssociation(service_account="aws-node", policy_arns=arns)
    return [
        eks.Addon(name="vpc-cni", pod_identity_associations=[node]),
        eks.Addon(name="eks-pod-identity-agent"),
    ]


def cluster() -> eks.Cluster:
    """One of everything but for a role that somebody else has made."""
    dns = eks.ServiceAccountRole(
        namespace="kube-system", service_account="external-dns", policy_document=DOCUMENT
    )
    return eks.Cluster(
        name="web",
        node_groups=[],
        addons=addons(CNI),
        pod_identity_associations=[association("orders"), association("mail")],
        service_account_roles=[dns],
        tags={"team": "shop"},
    )


def changed() -> eks.Cluster:
    """With something else of everything: one association changes, one goes, one comes; a role goes, another comes."""
    metrics = eks.ServiceAccountRole(
        namespace="monitoring", service_account="prometheus", policy_arns=[READ]
    )
    orders = association("orders", FULL).replace(disable_session_tags=True)
    return cluster().replace(
        pod_identity_associations=[orders, association("bills")],
        service_account_roles=[metrics],
        addons=addons(CNI, READ),
    )


def accounts(info: eks.ClusterInfo) -> list[str]:
    return [it.service_account for it in info.pod_identity_associations]


def roles(info: eks.ClusterInfo) -> list[str]:
    return [it.service_account for it in info.service_account_roles]


def test_pods_get_their_roles_and_nothing_is_left() -> None:
    stage = Stage()
    info = stage.create(cluster())
    assert accounts(info) == ["mail", "orders"], "the add-on's is told with the add-on"
    [cni] = [addon for addon in info.addons if addon.name == "vpc-cni"]
    assert list(cni.pod_identity_roles) == ["aws-node"]
    orders = info.pod_identity_associations[1]
    assert (orders.service_account, orders.tags["team"]) == ("orders", "shop")

    [dns] = info.service_account_roles
    assert (dns.namespace, dns.service_account) == ("kube-system", "external-dns")
    assert info.issuer is not None and info.oidc_provider_arn is not None
    issuer = info.issuer.removeprefix("https://")
    assert info.oidc_provider_arn.endswith(f":oidc-provider/{issuer}")

    # Whoever looks later is told the same.
    later = stage.another_process().eks.describe("web")
    assert later.service_account_roles == info.service_account_roles
    assert later.pod_identity_associations == info.pod_identity_associations
    assert later.oidc_provider_arn == info.oidc_provider_arn

    sent = len(writes(stage))
    again = stage.another_process()
    assert again.create(cluster()).service_account_roles == info.service_account_roles
    assert again.plan(cluster()).is_empty()
    assert writes(stage)[sent:] == []
    assert any(it.endswith("-identity") for it in stage.delete("web").deleted)
    assert left(stage) == []


def test_roles_that_need_no_issuer_cost_no_time() -> None:
    """A role that trusts EKS is made beside the control plane, not after it."""
    stage = Stage()
    stage.create(cluster().replace(service_account_roles=[]))
    order = writes(stage)
    last = max(at for at, it in enumerate(order) if it.endswith(":CreateStack"))
    assert last < order.index("eks:CreateAddon")
    resources = stage.sim.ledger().resources
    stack = [it for it in resources if it.kind == "AWS::CloudFormation::Stack"][-1]
    addon = next(it for it in resources if it.kind == "AWS::EKS::Addon")
    assert stack.created < addon.created


def test_a_changed_spec_changes_roles_and_associations() -> None:
    stage = Stage()
    stage.create(cluster())
    text = str(stage.plan(changed()))
    assert "change roles of service accounts" in text
    assert "give service account shop/bills its role" in text
    assert "give service account shop/orders another role" in text
    info = stage.apply(changed())
    assert accounts(info) == ["bills", "mail", "orders"], "what the spec has no more stays"
    assert info.pod_identity_associations[2].disable_session_tags
    assert roles(info) == ["external-dns", "prometheus"]
    assert stage.another_process().plan(changed()).is_empty()

    # Another spec keeps what is spare, too; `prune` takes it.
    prune = eks.ApplyOptions(prune=True)
    more = [*changed().pod_identity_associations, association("stock")]
    other = changed().replace(pod_identity_associations=more)
    info = stage.apply(other)
    assert accounts(info) == ["bills", "mail", "orders", "stock"]
    assert len(info.service_account_roles) == 2
    info = stage.apply(other, prune)
    assert accounts(info) == ["bills", "orders", "stock"]
    assert roles(info) == ["prometheus"]
    assert stage.another_process().plan(other).is_empty()

    # Nothing of it at all: the stack goes.
    nothing = eks.Cluster(name="web", node_groups=[], addons=addons(CNI)[1:])
    info = stage.apply(nothing, prune)
    assert (info.pod_identity_associations, info.oidc_provider_arn) == ((), None)
    assert not any("-identity/" in it for it in left(stage))
    stage.delete("web")
    assert left(stage) == []


def test_an_apply_that_is_killed_goes_on() -> None:
    """Killed at every so many calls, and gone on with by the same call: everything as the new spec wants it, nothing of the old
    one left. Rust kills at every fourth.
    """
    prune = eks.ApplyOptions(prune=True)

    def prepare() -> Stage:
        stage = Stage()
        stage.create(cluster())
        return stage

    stage = prepare()
    first = len(calls(stage))
    undisturbed = stage.apply(changed(), prune)
    every = range(first, len(calls(stage)))
    assert len(every) > 20, every
    deaths = (eks.EffectDieAfterAccept(), eks.EffectDieBeforeAccept())
    for turn, call in enumerate(every[::30]):
        stage = prepare()
        stage.die_at(call, deaths[turn % 2])
        died(stage.eks.apply(changed(), prune).result)
        stage.sim.clear_faults()
        after = stage.another_process()
        info = after.apply(changed(), prune)
        assert (roles(info), accounts(info)) == (roles(undisturbed), accounts(undisturbed)), call
        assert after.plan(changed()).is_empty(), call


def test_a_policy_that_is_not_there_is_told() -> None:
    """What is wrong with a role is told in IAM's words, and the next call goes on: CloudFormation took the change back."""
    missing = "arn:aws:iam::123456789012:policy/missing"
    wrong = cluster().replace(pod_identity_associations=[association("orders", missing)])
    stage = Stage()
    error = refused(eks.FailedError, lambda: stage.create(wrong))
    assert "missing" in str(error)
    stage.delete("web")

    stage.create(cluster())
    error = refused(eks.FailedError, lambda: stage.apply(wrong))
    assert error.resource is not None
    stage.apply(changed())
    assert stage.another_process().plan(changed()).is_empty()
