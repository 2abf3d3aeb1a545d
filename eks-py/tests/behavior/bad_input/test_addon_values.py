"""Configuration values of add-ons that break the schema that EKS has of them: refused before the first write."""

from typing import Any

import pytest

import eks

from ..stage import Stage, asked, broken, denied, left, refused, writes


def cluster(name: str, configuration: Any) -> eks.Cluster:
    addon = eks.Addon(name=name, configuration=configuration)
    return eks.Cluster(name="web", node_groups=[], addons=[addon])


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            cluster("kube-proxy", {"mode": "nftables", "podLabel": {}}),
            {
                (
                    "addons[0].configuration.podLabel",
                    "podLabel",
                    "be a known key of kube-proxy v1.36.0-eksbuild.2 (ipvs, mode, podAnnotations, podLabels, "
                    "resources); did you mean `podLabels`?",
                ),
                (
                    "addons[0].configuration.mode",
                    "a value",
                    "be one of `iptables`, `ipvs`, for kube-proxy v1.36.0-eksbuild.2",
                ),
            },
        ),
        (
            # The text of an object, in YAML.
            cluster("coredns", "replicaCount: many\nautoScaling: {minReplicas: 1}\n"),
            {
                (
                    "addons[0].configuration.autoScaling.minReplicas",
                    "a value",
                    "be at least 2, for coredns v1.13.2-eksbuild.6",
                ),
                (
                    "addons[0].configuration.autoScaling.enabled",
                    "",
                    "be given: coredns v1.13.2-eksbuild.6 needs it",
                ),
                (
                    "addons[0].configuration.replicaCount",
                    "a value",
                    "be a whole number, for coredns v1.13.2-eksbuild.6",
                ),
            },
        ),
        (
            cluster("no-such-addon", {"a": 1}),
            {
                (
                    "addons[0].name",
                    "no-such-addon",
                    "be an add-on that EKS has for this version of Kubernetes",
                )
            },
        ),
    ],
)
def test_each_is_named_with_what_is_allowed(spec: eks.Cluster, expected: set[tuple[str, str, str]]) -> None:
    stage = Stage()
    for call in (lambda: stage.plan(spec), lambda: stage.create(spec)):
        assert set(broken(refused(eks.InvalidSpecError, call))) == expected
    assert left(stage) == []
    assert writes(stage) == []


def test_an_apply_asks_about_what_changes() -> None:
    """Of a cluster that is there only what changes is held against its schema, in the version that it has or is to have."""
    stage = Stage()
    good = cluster("coredns", {"replicaCount": 3})
    stage.create(good)
    assert asked(stage, "DescribeAddonConfiguration") == 1
    stage.apply(good)
    assert asked(stage, "DescribeAddonConfiguration") == 1, "nothing changes"
    before = writes(stage)
    error = refused(eks.InvalidSpecError, lambda: stage.apply(cluster("coredns", {"replicaCount": "3"})))
    assert broken(error)[0][0] == "addons[0].configuration.replicaCount"
    assert good.addons is not None
    [addon] = good.addons
    old = good.replace(addons=[addon.replace(version="v0.0.1-eksbuild.1")])
    error = refused(eks.InvalidSpecError, lambda: stage.apply(old))
    assert broken(error) == [
        ("addons[0].version", "v0.0.1-eksbuild.1", "be a version of coredns that EKS has")
    ]
    assert writes(stage) == before


def test_who_may_not_ask_is_told_by_eks() -> None:
    """Where nobody may ask for the schema, EKS has the last word, as it has of what its schema does not say."""
    stage = Stage()
    stage.fault(denied(), operation="DescribeAddonConfiguration")
    error = refused(eks.InvalidSpecError, lambda: stage.create(cluster("coredns", {"replicaCount": "3"})))
    assert error.code == "InvalidParameterException"
    assert "$.replicaCount: string found, integer expected" in str(error)
