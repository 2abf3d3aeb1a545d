"""A kubeconfig that cannot be written: the cluster is there all the same, and nothing in the file is lost."""

from functools import partial
from pathlib import Path

import eks

from ..stage import Stage, left, refused, writes


def test_a_file_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """Waiting for a lock is Rust's to test: here it would take the wall's time."""
    stage = Stage()
    info = stage.create(eks.Cluster(name="web", node_groups=[]))
    before = writes(stage)

    broken, other, directory = (tmp_path / name for name in ("broken", "other", "directory"))
    broken.write_text("clusters: [\n  - name: precious\n")
    other.write_text("kind: Something\nclusters: precious\n")
    directory.mkdir()
    for path in (broken, other, directory):
        error = refused(eks.FileError, partial(info.write_kubeconfig, path))
        assert isinstance(error, OSError)
        assert str(path) in f"{error.resource} {error}"
    assert broken.read_text() == "clusters: [\n  - name: precious\n"
    assert other.read_text() == "kind: Something\nclusters: precious\n"

    assert info.write_kubeconfig(tmp_path / "config") == str(tmp_path / "config")
    assert (tmp_path / "config").read_text() == info.kubeconfig()
    assert writes(stage) == before, "none of this is AWS's business"
    stage.delete("web")
    assert left(stage) == []
