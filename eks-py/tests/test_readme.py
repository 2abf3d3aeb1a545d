"""What the README shows runs as it stands, in its order, and its table of errors is whole."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import eks

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
TESTS = [block for block in BLOCKS if "\ndef test_" in block]


def test_its_blocks_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, each with what those before it have left."""
    pytest.importorskip("boto3")
    pytest.importorskip("kubernetes")
    # What boto3 finds without looking for it on the network.
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    names: dict[str, Any] = {"__name__": "readme"}
    text = README.read_text()
    for block in BLOCKS:
        if block in TESTS:
            continue
        # With the line numbers of the README.
        line = text[: text.index(block)].count("\n")
        exec(compile("\n" * line + block, str(README), "exec"), names)
    assert names["report"].found
    # One block shows a cluster and lets it be.
    assert {it.id for it in names["sim"].left() if it.kind == "AWS::EKS::Cluster"} == {"lab"}


def test_its_tests_pass(tmp_path: Path) -> None:
    """With the fixtures as pytest finds them."""
    [block] = TESTS
    (tmp_path / "test_mine.py").write_text(block)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_its_table_of_errors_is_whole() -> None:
    rows = re.findall(r"^\| `(\w+)` \|(?: `(\w+)`)? \|", README.read_text(), re.MULTILINE)
    kinds = {it.__name__: it for it in vars(eks).values() if isinstance(it, type) and issubclass(it, eks.EksError)}
    assert {name for name, _ in rows} == kinds.keys() - {"EksError"}
    for name, built_in in rows:
        bases = {base.__name__ for base in kinds[name].__bases__}
        assert bases == {"EksError", *([built_in] if built_in else [])}, name
