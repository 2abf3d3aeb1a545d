"""Scenarios have the names that they have in Rust: none that Rust does not know, and none that is missing without a reason."""

import re
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
RUST = Path(__file__).parents[3] / "tests" / "behavior"
SCENARIO = re.compile(r"#\[test\]\n(?:\s*#\[.*\n)*\s*fn (\w+)\(")


def in_rust() -> dict[str, set[str]]:
    """The scenarios of each file, such as `promises/weather`."""
    files = {path.relative_to(RUST).with_suffix(""): path for path in RUST.rglob("*.rs")}
    found = {str(name): set(SCENARIO.findall(path.read_text())) for name, path in files.items()}
    return {name: scenarios for name, scenarios in found.items() if scenarios}


def here() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in HERE.rglob("test_*.py"):
        if path != Path(__file__):
            name = path.relative_to(HERE).with_name(path.stem.removeprefix("test_"))
            found[str(name)] = set(re.findall(r"^def test_(\w+)\(", path.read_text(), re.MULTILINE))
    return found


def left_out() -> dict[str, set[str]]:
    """What the README of this folder gives reasons for: lines of a file's name and its scenarios."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, scenarios in re.findall(r"^- `([\w/]+)`: (.+)$", (HERE / "README.md").read_text(), re.MULTILINE):
        found[name] |= set(re.findall(r"`(\w+)`", scenarios))
    return found


def test_every_scenario_is_one_of_rust() -> None:
    rust = in_rust()
    assert sum(map(len, rust.values())) > 300, "Rust's scenarios are not found any more"
    for name, scenarios in here().items():
        assert scenarios <= rust.get(name, set()), name


def test_what_is_left_out_is_told() -> None:
    mine, told = here(), left_out()
    for name, scenarios in in_rust().items():
        assert scenarios - mine.get(name, set()) == told.get(name, set()), name
