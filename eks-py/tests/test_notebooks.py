"""The notebooks of the examples run from their first cell to their last and leave nothing behind, and what is stored in them is
what they say.

``python eks-py/tests/test_notebooks.py`` runs them and stores what they say now.
"""

from pathlib import Path
from typing import Any

import pytest

# Neither has types.
nbformat: Any = pytest.importorskip("nbformat")
nbclient: Any = pytest.importorskip("nbclient")

NOTEBOOKS = sorted((Path(__file__).parents[2] / "examples" / "notebooks").glob("*.ipynb"))


def run(notebook: Any) -> None:
    """Runs it in a kernel of its own; a cell that fails is an error that shows it."""
    client = nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, record_timing=False, coalesce_streams=True)
    client.execute()
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            # For whoever sees the picture its text is a burden: a plan is thousands of characters long.
            if "text/html" in data:
                data.pop("text/plain", None)
            # Of a display that is updated: an id of this run.
            output.get("transient", {}).clear()


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def said(notebook: Any) -> list[list[tuple[str, str]]]:
    """Of each cell what it shows: texts as they are, of pictures and tables that they are there."""

    def shown(output: Any) -> tuple[str, str]:
        if output.output_type == "stream":
            return "text", output.text
        kinds = sorted(output.data)
        return ", ".join(kinds), output.data.get("text/plain", "")

    return [[shown(output) for output in cell.outputs] for cell in code_cells(notebook)]


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"quickstart", "gpu_costs"}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_is_stored_in_it_and_leaves_nothing(path: Path) -> None:
    stored = nbformat.read(path, as_version=4)
    notebook = nbformat.read(path, as_version=4)
    ask = nbformat.v4.new_code_cell("assert left == (), left\nprint('nothing is left')")
    notebook.cells.append(ask)
    run(notebook)
    assert [output.text for output in notebook.cells.pop().outputs] == ["nothing is left\n"]
    assert said(notebook) == said(stored), "store it anew: python eks-py/tests/test_notebooks.py"
    assert any("text/html" in kinds for cell in said(stored) for kinds, _ in cell), "there are pictures to see"


if __name__ == "__main__":
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        run(notebook)
        notebook.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        nbformat.write(notebook, path)
        print(path.name)
