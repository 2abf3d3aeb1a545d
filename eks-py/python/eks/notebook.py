"""What notebooks and terminals are shown."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from ._models import ClusterInfo, Plan
    from .operation import Operation

    T = TypeVar("T")


def plan_html(plan: Plan) -> str:
    """A plan: what it makes as a picture, its timeline, and its words to unfold."""
    parts = [plan.map_svg(), plan.timeline_svg(), _details("As text", f"<pre>{_escaped(str(plan))}</pre>")]
    return "".join(f"<div>{part}</div>" for part in parts if part)


def operation_html(operation: Operation[Any]) -> str:
    """An operation: expected beside actual."""
    plan = operation.plan
    state = "has ended" if operation.done else "is running"
    head = f"<p>The {_escaped(operation.verb)} {state}.</p>"
    return head if plan is None else f"{head}<div>{plan.progress_svg()}</div>"


def info_html(info: ClusterInfo) -> str:
    """A cluster: its settings, and its node groups as a table."""
    rows = [
        ("cluster", info.name),
        ("status", info.status),
        ("Kubernetes", info.version),
        ("region", info.region),
        ("endpoint", info.endpoint or "not yet"),
        ("nodes", f"{sum(node.ready for node in info.nodes)} of {len(info.nodes)} Ready"),
    ]
    groups = [
        (group.name, ", ".join(group.instance_types), f"{group.min} to {group.max}", str(group.desired), group.status)
        for group in info.node_groups
    ]
    profiles = [(profile.name, profile.status) for profile in info.fargate_profiles]
    tables = [_table((), rows)]
    if groups:
        tables.append(_table(("node group", "instance types", "bounds", "wanted", "status"), groups))
    if profiles:
        tables.append(_table(("Fargate profile", "status"), profiles))
    return "".join(tables)


def show(operation: Operation[T]) -> T:
    """Shows what happens until it ends, and gives what it came to."""
    display = _notebook_display()
    if display is not None:
        shown = display(operation, display_id=True)
        for _ in operation:
            shown.update(operation)
        shown.update(operation)
        return operation.result()
    bar = _bar(operation)
    for event in operation:
        if bar is None:
            print(event, flush=True)
        else:
            plan = operation.plan
            if plan is not None:
                bar.total = len(plan.steps)
                bar.n = sum(step.state.state in ("done", "skipped") for step in plan.steps)
            bar.set_postfix_str(str(event))
    if bar is not None:
        bar.close()
    return operation.result()


def _notebook_display() -> Any:
    """IPython's ``display``, where there is a notebook to show pictures in."""
    import sys

    shell = sys.modules.get("IPython")
    if shell is None or type(shell.get_ipython()).__name__ != "ZMQInteractiveShell":
        return None
    from IPython.display import display

    return display


def _bar(operation: Operation[Any]) -> Any:
    import sys

    if not sys.stderr.isatty():
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return None
    return tqdm(desc=operation.verb, unit="step")


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    top = f"<thead>{_row(head, 'th')}</thead>" if head else ""
    body = "".join(_row(row, "td") for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def _row(cells: tuple[str, ...], tag: str) -> str:
    written = "".join(f'<{tag} style="text-align:left">{_escaped(cell)}</{tag}>' for cell in cells)
    return f"<tr>{written}</tr>"


def _details(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>{body}</details>"


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
