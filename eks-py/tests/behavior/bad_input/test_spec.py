"""Specs that break a rule which needs no account: refused before the first call."""

from functools import partial
from typing import Any

import pytest

import eks

from ..stage import Stage, broken, calls, refused

NAME = "be 1 to 100 characters: letters, digits, `-` and `_`, beginning with a letter or digit"
GROUP_NAME = "be 1 to 63 characters: letters, digits, `-` and `_`, beginning with a letter or digit"
KEY = (
    "be a Kubernetes key: an optional DNS prefix of at most 253 characters and `/`, then 1 to 63 letters, digits, "
    "`-`, `_` and `.` that begin and end with a letter or digit"
)
TAINTS = [{"key": f"t{number}", "effect": "NoSchedule"} for number in range(51)]


def group(**keys: Any) -> dict[str, Any]:
    """A cluster with one node group."""
    return {"name": "web", "nodeGroups": [keys]}


def network(**keys: Any) -> dict[str, Any]:
    """A cluster in this network."""
    return {"name": "web", "network": keys}


CASES: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"name": "-web"}, ("name", "-web", NAME)),
    ({"name": "web.example"}, ("name", "web.example", NAME)),
    ({"name": "x" * 101}, ("name", "x" * 101, NAME)),
    (group(name="x" * 64), ("nodeGroups[0].name", "x" * 64, GROUP_NAME)),
    (group(scaling={"min": 3, "max": 2}), ("nodeGroups[0].scaling.min", "3", "be at most `max` (2)")),
    (group(scaling={"max": 0}), ("nodeGroups[0].scaling.max", "0", "be at least 1")),
    (group(taints=TAINTS), ("nodeGroups[0].taints", "51", "be at most 50 taints")),
    (
        {"name": "web", "nodeGroups": [{"name": "a"}, {"name": "a"}]},
        ("nodeGroups[1].name", "a", "be given once; it is also at `nodeGroups[0].name`"),
    ),
    (group(labels={"-key": ""}), ("nodeGroups[0].labels.-key", "-key", KEY)),
    (group(taints=[{"key": "a/b/c", "effect": "NoSchedule"}]), ("nodeGroups[0].taints[0].key", "a/b/c", KEY)),
    (
        network(privateSubnets=["subnet-1"]),
        ("network.privateSubnets", "subnet-1", "be at least two subnets, in two availability zones"),
    ),
    (
        group(subnets=["subnet-1"]),
        (
            "nodeGroups[0].subnets",
            "subnet-1",
            "be left to the library: the network is a new one, and these cannot be in it",
        ),
    ),
    (network(zones=["us-west-2a"]), ("network.zones", "1", "be two to eight zones")),
    (network(cidr="10.0.0.0/8"), ("network.cidr", "10.0.0.0/8", "have a prefix length of 16 to 24")),
    (
        {"name": "web", "serviceCidr": "172.20.0.0/16", "network": {"cidr": "172.20.64.0/18"}},
        ("serviceCidr", "172.20.0.0/16", "not overlap the VPC's block, 172.20.64.0/18"),
    ),
    ({"name": "web", "region": "Oregon"}, ("region", "Oregon", "be a region, such as `us-west-2`")),
    # The client's region is us-west-2.
    (
        network(zones=["us-east-1a", "us-east-1b"]),
        ("network.zones[0]", "us-east-1a", "be a zone of `region` (us-west-2)"),
    ),
]


def create(stage: Stage, spec: Any) -> None:
    """Most of it is told at once, what has to do with the client's region by the operation."""
    stage.eks.create(spec).result()


def test_nothing_is_called_for_a_spec_that_breaks_a_rule() -> None:
    """The same for a mapping and for the class."""
    stage = Stage()
    for spec, rule in CASES:
        for given in (spec, eks.Cluster.from_dict(spec)):
            error = refused(eks.InvalidSpecError, partial(stage.eks.plan, given))
            assert broken(error)[0] == rule, spec
            created = refused(eks.InvalidSpecError, partial(create, stage, given))
            assert str(created) == str(error)
    assert calls(stage) == []


@pytest.mark.parametrize(
    "name", ["", "-web", "web.example", "../web", "arn:aws:eks:us-west-2:1:cluster/web", "x" * 101]
)
def test_nothing_is_called_for_a_name_that_no_cluster_can_have(name: str) -> None:
    stage = Stage()
    for call in (
        lambda: stage.eks.describe(name),
        lambda: stage.eks.plan_delete(name),
        lambda: stage.eks.continue_create(name).result(),
        lambda: stage.delete(name),
    ):
        assert broken(refused(eks.InvalidSpecError, call)) == [("name", name, NAME)]
    assert calls(stage) == []


@pytest.mark.parametrize(
    ("yaml", "field", "suggestion"),
    [
        ("name: web\nnodGroups: []", "nodGroups", "did you mean `nodeGroups`?"),
        ("name: web\nnodeGroups: [{scalling: {}}]", "nodeGroups[0].scalling", "did you mean `scaling`?"),
    ],
)
def test_misspelt_keys_come_with_a_suggestion(yaml: str, field: str, suggestion: str) -> None:
    error = refused(eks.InvalidSpecError, lambda: eks.Cluster.from_yaml(yaml))
    [violation] = error.violations
    assert violation.field == field
    assert suggestion in violation.rule


def test_handles_that_are_none() -> None:
    stage = Stage()
    create = stage.eks.create(eks.Cluster(name="web", node_groups=[]))
    create.result()
    assert create.handle is not None
    later = create.handle.replace('"version":1', '"version":2,"more":true')
    assert later != create.handle
    before = len(calls(stage))
    for text, message in [
        ("", "this is no handle of an operation"),
        ("{}", "this is no handle of an operation"),
        ('{"name": "web"}', "this is no handle of an operation"),
        (later, "the handle has version 2, and this library reads up to 1"),
    ]:
        error = refused(eks.InvalidSpecError, partial(stage.eks.resume, text))
        assert message in str(error)
    assert len(calls(stage)) == before
