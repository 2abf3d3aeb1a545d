"""The generated classes by themselves: they need no native library."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import re
import subprocess
import sys
import types
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parent.parent / "python" / "eks"

try:
    import eks._models as models
except ImportError:  # Without the native library, the classes are there all the same.
    package = types.ModuleType("eks")
    package.__path__ = [str(PACKAGE)]
    sys.modules["eks"] = package
    models = importlib.import_module("eks._models")

from eks._base import EMPTY  # noqa: E402
from eks._models import (  # noqa: E402
    AccessPolicy,
    AccessScopeNamespaces,
    Addon,
    ApplyOptions,
    Cluster,
    ClusterInfo,
    CreateOptions,
    Disk,
    Event,
    EventStepDone,
    FargateProfile,
    GivenNetwork,
    Network,
    NewNetwork,
    NodeGroup,
    NodeGroupInfo,
    Plan,
    Replaceable,
    ReplaceableNodeGroup,
    Scaling,
    Selector,
    StepKind,
    StepKindCreateNodeGroup,
    Taint,
    TaintChange,
    TaintEffect,
)

ODD = {"example.com/app_kubernetesIo": "x", "nodeGroups": "y", "café/ключ": "", "a.b-c": "d"}


def everything() -> Cluster:
    return Cluster(
        name="kubelabs-cluster",
        version="1.34",
        node_groups=[
            NodeGroup(
                name="kubelabs-group",
                instance_types=["t3.medium"],
                scaling=Scaling(min=1, max=4, desired=2),
                labels=ODD,
                taints=[Taint(key="app", value="batch", effect="NoSchedule")],
                disk=Disk(size_gib=100, encrypted=True),
                subnets=["subnet-1", "subnet-2"],
            ),
            NodeGroup(subnets="private", capacity="spot"),
        ],
        fargate_profiles=[FargateProfile(name="web", selectors=[Selector(namespace="web", labels=ODD)])],
        addons=[Addon(name="coredns", configuration={"replicaCount": 3, "on": [True, None, 1.5, "é"]})],
        network=NewNetwork(cidr="10.0.0.0/16", nat="perZone"),
        tags=ODD,
        logging=["api", "audit"],
        zonal_shift=True,
    )


STEP_DONE = {"at": 1, "elapsed": 2, "event": "stepDone", "step": "a", "action": "do it", "seconds": 1.5}
GROUP = {
    "name": "web",
    "physicalName": "web-1a",
    "status": "active",
    "instanceTypes": ["m5.large"],
    "min": 1,
    "max": 3,
    "desired": 2,
    "version": None,
    "releaseVersion": "1.34.1-20261101",
}
PLAN: dict[str, Any] = {
    "goal": "create",
    "cluster": "web",
    "region": "us-west-2",
    "version": "1.34",
    "contents": [{"what": "network", "how": "a new VPC"}],
    "map": None,
    "cost": {"items": [], "byUse": []},
    "steps": [
        {
            "id": "node group web",
            "action": {"kind": "createNodeGroup", "group": "web"},
            "resource": "node group web",
            "after": [],
            "state": {"state": "skipped", "reason": "it is there"},
            "expected": {"min": 1.0, "typical": 2.0, "p95": 3.0},
        }
    ],
    "actual": {"node group web": {"beganSeconds": None, "endedSeconds": 2.0, "refusedSeconds": None, "refusals": 0}},
    "elapsedSeconds": 0.0,
    "expectedSeconds": 2.0,
    "criticalPath": ["node group web"],
    "notes": [],
}

OBJECTS = [
    everything(),
    Cluster(),
    AccessPolicy(policy_arn="arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"),
    AccessPolicy(policy_arn="a", scope=AccessScopeNamespaces(namespaces=["web"])),
    TaintChange(set=[Taint(key="a", effect="NoExecute")], remove=[{"key": "b"}]),
    CreateOptions(timeout_seconds=60, preflight=True),
    Event.from_dict(STEP_DONE),
    Plan.from_dict(PLAN),
]


def named(model: object) -> str:
    return type(model).__name__


@pytest.mark.parametrize("model", OBJECTS, ids=named)
class TestEveryObject:
    def test_its_repr_makes_it_again(self, model: Any) -> None:
        assert eval(repr(model), vars(models)) == model

    def test_its_json_form_makes_it_again(self, model: Any) -> None:
        kind: Any = model.__class__
        assert kind.from_dict(model.to_dict()) == model
        assert kind.from_json(model.to_json()) == model
        assert kind.from_dict(json.loads(json.dumps(model.to_dict()))) == model

    def test_its_copies_are_equal_and_have_its_hash(self, model: Any) -> None:
        for twin in (pickle.loads(pickle.dumps(model)), copy.copy(model), copy.deepcopy(model), model.replace()):
            assert twin == model
            assert hash(twin) == hash(model)
            assert type(twin) is type(model)

    def test_it_cannot_be_changed(self, model: Any) -> None:
        fields: dict[str, Any] = model._fields
        for name in [*fields, "another"]:
            with pytest.raises(AttributeError, match=rf"replace\({name}="):
                setattr(model, name, None)
            with pytest.raises(AttributeError):
                delattr(model, name)
        assert not hasattr(model, "__dict__")


def test_json_keys_are_camel_case_and_those_of_users_are_theirs() -> None:
    written = everything().to_dict()
    group = written["nodeGroups"][0]
    assert group["instanceTypes"] == ["t3.medium"]
    assert group["labels"] == ODD
    assert written["tags"] == ODD
    assert written["fargateProfiles"][0]["selectors"][0]["labels"] == ODD
    assert written["addons"][0]["configuration"] == {"replicaCount": 3, "on": [True, None, 1.5, "é"]}


def test_what_is_not_set_is_not_written_and_an_empty_list_of_groups_is() -> None:
    assert Cluster().to_dict() == {}
    assert Cluster(node_groups=[], tags={}).to_dict() == {"nodeGroups": []}
    assert CreateOptions(preflight=False).to_dict() == {}
    assert CreateOptions(preflight=True).to_dict() == {"preflight": True}


def test_what_to_dict_gives_is_the_callers() -> None:
    cluster = everything()
    written = cluster.to_dict()
    written["tags"]["new"] = "x"
    written["nodeGroups"].clear()
    written["addons"][0]["configuration"]["replicaCount"] = 5
    assert cluster == everything()


def test_lists_are_tuples_and_maps_refuse_to_be_changed() -> None:
    source: dict[str, Any] = {"a": [1], "b": {"c": 1}}
    addon = Addon(name="coredns", configuration=source)
    source["a"].append(2)
    assert addon.configuration == {"a": (1,), "b": {"c": 1}}
    cluster = everything()
    assert isinstance(cluster.node_groups, tuple)
    tags: Any = cluster.tags
    changes: list[Any] = [
        lambda: tags.update(x="y"),
        lambda: tags.__setitem__("x", "y"),
        lambda: tags.pop("a.b-c"),
        lambda: tags.clear(),
        lambda: tags.setdefault("x", "y"),
        lambda: addon.configuration["b"].update(c=2),
    ]
    for change in changes:
        with pytest.raises(TypeError, match="read-only"):
            change()
    assert {**cluster.tags, "x": "y"}["x"] == "y"
    assert cluster == everything()
    assert EMPTY == {}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Cluster(nodegroups=[]), "Cluster: unexpected keyword 'nodegroups'; did you mean 'node_groups'?"),  # type: ignore[call-arg]
        (lambda: Cluster(nodeGroups=[]), "did you mean 'node_groups'?"),  # type: ignore[call-arg]
        (lambda: Cluster().replace(nam="web"), "Cluster: unexpected keyword 'nam'; did you mean 'name'?"),
        (lambda: Cluster("web"), "Cluster takes keywords only, such as Cluster(name=...)"),  # type: ignore[call-arg]
        (lambda: Taint(key="a"), "effect"),  # type: ignore[call-arg]
        (lambda: Network(), "Network is made as one of GivenNetwork, NewNetwork"),
        (lambda: Cluster.from_dict({"nodGroups": []}), "Cluster: unknown key 'nodGroups'; did you mean 'nodeGroups'?"),
        (lambda: Cluster.from_dict({"node_groups": []}), "did you mean 'nodeGroups'?"),
        (lambda: Cluster(node_groups=[{"nam": "x"}]), "NodeGroup: unknown key 'nam'; did you mean 'name'?"),
        (lambda: Cluster(network={"privateSubnet": []}), "did you mean 'privateSubnets'?"),
        (lambda: Cluster(network={"cidr": "10.0.0.0/16", "vpc": "vpc-1"}), "Network: unknown key"),
        (lambda: Taint.from_dict({"key": "a"}), "Taint: the key 'effect' is missing"),
        (lambda: Cluster.from_dict([]), "Cluster: [] must be a mapping in JSON form"),  # type: ignore[arg-type]
    ],
)
def test_unknown_names(call: Any, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Cluster(name=5), "Cluster.name: 5 must be a str"),  # type: ignore[arg-type]
        (lambda: Cluster(version=1.34), "Cluster.version: 1.34 must be a str"),  # type: ignore[arg-type]
        (lambda: Cluster(zonal_shift="yes"), "Cluster.zonal_shift: 'yes' must be a bool"),  # type: ignore[arg-type]
        (lambda: Cluster(zonal_shift=1), "Cluster.zonal_shift: 1 must be a bool"),  # type: ignore[arg-type]
        (lambda: Scaling(min=True), "Scaling.min: True must be an int"),
        (lambda: Scaling(min=1.0), "Scaling.min: 1.0 must be an int"),  # type: ignore[arg-type]
        (lambda: Scaling(min="1"), "Scaling.min: '1' must be an int"),  # type: ignore[arg-type]
        (lambda: Cluster(tags={"cost": 1}), "Cluster.tags['cost']: 1 must be a str"),  # type: ignore[dict-item]
        (lambda: Cluster(tags={1: "cost"}), "Cluster.tags: a key: 1 must be a str"),  # type: ignore[dict-item]
        (lambda: Cluster(tags=["cost"]), "Cluster.tags: ['cost'] must be a mapping"),  # type: ignore[arg-type]
        (lambda: NodeGroup(instance_types="m5.large"), "NodeGroup.instance_types: 'm5.large' must be a list or tuple"),  # type: ignore[arg-type]
        (lambda: NodeGroup(instance_types=["m5.large", 5]), "NodeGroup.instance_types[1]: 5 must be a str"),  # type: ignore[list-item]
        (lambda: NodeGroup(instance_types=None), "NodeGroup.instance_types: None must be a list or tuple"),  # type: ignore[arg-type]
        (lambda: NodeGroup(scaling=[1, 4]), "NodeGroup.scaling: [1, 4] must be a Scaling, or a mapping"),  # type: ignore[arg-type]
        (lambda: NodeGroup(scaling=Disk()), "NodeGroup.scaling: Disk() must be a Scaling"),  # type: ignore[arg-type]
        (lambda: NodeGroup(subnets=5), "NodeGroup.subnets: 5 must be a str, or a list or tuple, each item a str"),  # type: ignore[arg-type]
        (lambda: NodeGroup(subnets=[5]), "NodeGroup.subnets[0]: 5 must be a str"),  # type: ignore[list-item]
        (lambda: AccessPolicy(policy_arn="a", scope=5), "AccessPolicy.scope: 5 must be a str, or an AccessScopeNamespaces"),  # type: ignore[arg-type]
        (lambda: Cluster(node_groups=NodeGroup()), "Cluster.node_groups: NodeGroup() must be a list or tuple"),  # type: ignore[arg-type]
        (lambda: Cluster(network=Scaling()), "Cluster.network: Scaling() must be a Network"),  # type: ignore[arg-type]
        (lambda: Addon(name="a", configuration={1: 2}), "Addon.configuration: a key: 1 must be a str"),
        (lambda: Addon(name="a", configuration={"a": b"b"}), "Addon.configuration['a']: b'b' must be JSON"),
    ],
)
def test_wrong_types_name_field_value_and_rule(call: Any, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        call()
    assert said in str(raised.value)


LONE: Any = "a\ud800"


@pytest.mark.parametrize(
    "call",
    [
        lambda: Cluster(name=LONE),
        lambda: Cluster(tags={LONE: "a"}),
        lambda: Cluster(tags={"a": LONE}),
        lambda: NodeGroup(instance_types=[LONE]),
        lambda: NodeGroup(subnets=LONE),
        lambda: Addon(name="a", configuration={"a": [LONE]}),
        lambda: Cluster.from_dict({"name": LONE}),
    ],
)
def test_lone_surrogates_are_no_text(call: Any) -> None:
    with pytest.raises(ValueError, match="lone surrogates") as raised:
        call()
    # It can be printed.
    str(raised.value).encode()


def test_numbers_that_json_does_not_have_are_refused() -> None:
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            Addon(name="a", configuration={"a": number})


def test_a_str_does_for_an_enum() -> None:
    class Effect(str, Enum):
        NEVER = "NoSchedule"

    taints = [Taint(key="a", effect="NoSchedule"), Taint(key="a", effect=TaintEffect.NO_SCHEDULE)]
    mine: Any = Effect.NEVER
    taints.append(Taint(key="a", effect=mine))
    assert len(set(taints)) == 1
    assert all(type(taint.effect) is str for taint in taints)


def test_a_mapping_in_json_form_does_for_an_object() -> None:
    group = {"name": "web", "scaling": {"min": 1, "max": 4}}
    assert Cluster(node_groups=[group]) == Cluster(node_groups=[NodeGroup(name="web", scaling=Scaling(min=1, max=4))])
    assert Cluster(network={}).network == NewNetwork()
    assert Cluster(network={"controlPlaneSubnets": "private"}).network == NewNetwork(control_plane_subnets="private")
    given = Cluster(network={"privateSubnets": ["subnet-1"]}).network
    assert given == GivenNetwork(private_subnets=["subnet-1"])
    assert isinstance(given, Network)
    assert Network.from_dict({"vpc": "vpc-1"}) == GivenNetwork(vpc="vpc-1")


def test_one_of_several_objects_is_known_by_its_keys() -> None:
    options = ApplyOptions(allow_replace=[ReplaceableNodeGroup(node_group="orders"), {"fargateProfile": "web"}])
    assert options.to_dict() == {"allowReplace": [{"nodeGroup": "orders"}, {"fargateProfile": "web"}]}
    assert ApplyOptions.from_dict(options.to_dict()) == options
    assert isinstance(options.allow_replace[1], Replaceable)


def test_other_sequences_do_for_a_list() -> None:
    types = ["m5.large", "m6i.large"]
    wanted = NodeGroup(instance_types=types)
    loose: Any = NodeGroup
    for given in (tuple(types), iter(types), dict.fromkeys(types).keys()):
        assert loose(instance_types=given) == wanted


def test_replace_changes_what_it_names() -> None:
    cluster = everything()
    other = cluster.replace(name="web", node_groups=[])
    assert (other.name, other.node_groups, other.tags) == ("web", (), cluster.tags)
    assert cluster == everything()
    assert other != cluster
    with pytest.raises(TypeError, match=r"Cluster\.name"):
        cluster.replace(name=5)


def test_equality_goes_by_kind_and_fields() -> None:
    assert Scaling(min=1) == Scaling(min=1)
    assert Scaling(min=1) != Scaling(max=1)
    assert Cluster() != NodeGroup()
    assert Cluster() != {}
    assert len({Scaling(min=1), Scaling(min=1), Scaling()}) == 2
    assert Cluster(tags={"a": "1", "b": "2"}) == Cluster(tags={"b": "2", "a": "1"})
    assert hash(Cluster(tags={"a": "1", "b": "2"})) == hash(Cluster(tags={"b": "2", "a": "1"}))


class WebGroup(NodeGroup):
    """A group with a constructor of its own."""

    def __init__(self, team: str) -> None:
        super().__init__(name=team, labels={"team": team})

    @property
    def team(self) -> str:
        return self.labels["team"]


class SmallGroup(NodeGroup):
    """A group as it is."""


def test_subclasses() -> None:
    group = WebGroup("orders")
    assert group.team == "orders"
    cluster = Cluster(node_groups=[group])
    assert cluster.node_groups is not None and cluster.node_groups[0] is group
    assert Cluster.from_dict(cluster.to_dict()) == cluster
    assert group == NodeGroup(name="orders", labels={"team": "orders"})
    larger = group.replace(scaling=Scaling(min=3))
    assert type(larger) is WebGroup and larger.team == "orders"
    twin = pickle.loads(pickle.dumps(group))
    assert type(twin) is WebGroup and twin == group
    with pytest.raises(AttributeError):
        group.name = "web"  # type: ignore[misc]
    assert isinstance(SmallGroup.from_dict({"name": "web"}), SmallGroup)
    loose: Any = SmallGroup
    with pytest.raises(TypeError, match="did you mean 'name'"):
        loose(nam="web")


def test_an_answer_of_a_newer_library_is_read() -> None:
    group = NodeGroupInfo.from_dict({**GROUP, "sunshine": {"a": 1}})
    assert group == NodeGroupInfo.from_dict(GROUP)
    assert group.to_dict() == GROUP
    assert group.version is None
    assert StepKind.from_dict({"kind": "paintItBlue", "how": "slowly"}) == StepKind(kind="paintItBlue")
    with pytest.raises(TypeError, match="NodeGroupInfo: the key 'status' is missing"):
        NodeGroupInfo.from_dict({key: value for key, value in GROUP.items() if key != "status"})


def test_variants_are_classes() -> None:
    event = Event.from_dict(STEP_DONE)
    assert isinstance(event, EventStepDone)
    assert (event.event, event.seconds, event.at) == ("stepDone", 1.5, 1)
    assert event.to_dict() == STEP_DONE
    assert event == EventStepDone(at=1, elapsed=2, step="a", action="do it", seconds=1.5)
    plan = Plan.from_dict(PLAN)
    assert plan.to_dict() == PLAN
    assert "costBefore" not in PLAN and plan.cost_before is None
    assert plan.steps[0].action == StepKindCreateNodeGroup(group="web")
    assert plan.steps[0].state.state == "skipped"
    assert plan.actual["node group web"].ended_seconds == 2.0
    assert Event.from_dict({"at": 1, "elapsed": 2, "event": "planned", "plan": PLAN}).to_dict()["plan"]["goal"] == "create"


def test_fields_are_described() -> None:
    # Python 3.13 takes the indentation away.
    assert re.search(r"^ +size_gib: ", Disk.__doc__ or "", re.MULTILINE)
    for name in models.__all__:
        described = getattr(models, name)
        if isinstance(described, type) and described.__module__ == "eks._models":
            text = described.__doc__ or ""
            assert text, name
            # Links of rustdoc, and paths of Rust.
            assert "](" not in text and not re.search(r"`[A-Z]\w+::[a-z]", text), name
            for field in getattr(described, "_fields", {}):
                told = re.search(rf"^ +{field}: ", text, re.MULTILINE)
                assert told or field == getattr(described, "_tag", None), f"{name}.{field}"


def test_help_shows_the_keywords() -> None:
    import inspect

    assert list(inspect.signature(Taint).parameters) == ["key", "effect", "value"]
    assert list(inspect.signature(WebGroup).parameters) == ["team"]


def test_importing_the_classes_imports_nothing_else() -> None:
    code = (
        "import sys, types; before = set(sys.modules); p = types.ModuleType('eks'); p.__path__ = [sys.argv[1]]; "
        "sys.modules['eks'] = p; import eks._models; print(sorted(set(sys.modules) - before))"
    )
    told = subprocess.run([sys.executable, "-S", "-c", code, str(PACKAGE)], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['__future__', 'eks', 'eks._base', 'eks._methods', 'eks._models']"


def test_importing_the_package_imports_nothing_else() -> None:
    """Not even `typing`, which takes as long as all of it."""
    import eks._native

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules); import eks; "
        "print([name for name in sorted(set(sys.modules) - before) if not name.startswith('eks')])"
    )
    installed = str(Path(eks._native.__file__).parent.parent)
    told = subprocess.run([sys.executable, "-S", "-c", code, installed], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['__future__']"


def test_names_of_answers_are_there() -> None:
    assert ClusterInfo._fields["certificate_authority"] == ("certificateAuthority", "?str")
