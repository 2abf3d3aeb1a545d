"""A cluster from eksctl's ClusterConfig."""

import re
from pathlib import Path

import eks

from .stage import Stage, left

SUITE = Path(__file__).parents[3] / "tests" / "behavior"


def config() -> str:
    """What Rust's scenarios read, from there."""
    found = re.search(r'const CONFIG: &str = "(.*?)";', (SUITE / "cluster_config.rs").read_text(), re.DOTALL)
    assert found is not None
    return found[1]


def test_it_is_created_and_leaves_nothing() -> None:
    """What it says is there, with what eksctl adds; nothing more is to be done; and it goes without a trace."""
    stage = Stage()
    cluster = eks.Cluster.from_cluster_config(config())
    info = stage.create(cluster)
    assert all(group.status == "active" for group in info.node_groups)
    names = {addon.name for addon in info.addons}
    assert names >= {"vpc-cni", "kube-proxy", "coredns", "metrics-server"}
    assert all(addon.status == "active" for addon in info.addons)

    plan = stage.plan(cluster)
    assert plan.is_empty(), str(plan)
    # Written and read, it is the same cluster still.
    assert eks.Cluster.from_cluster_config(cluster.to_cluster_config()) == cluster

    stage.delete("shop")
    assert left(stage) == []


def test_eksctls_labels_and_roles_are_there() -> None:
    stage = Stage()
    stage.create(eks.Cluster.from_cluster_config(config()))
    for name in ("front", "orders"):
        labels = {"alpha.eksctl.io/cluster-name": "shop", "alpha.eksctl.io/nodegroup-name": name}
        assert stage.eks.plan_label("shop", name, labels).is_empty()
    used_by = [it.used_by for it in stage.eks.describe_in_full("shop").roles]
    of_nodes = [it for it in used_by if any(user.startswith("node group") for user in it)]
    assert len(of_nodes) == 2, "each has its own"
