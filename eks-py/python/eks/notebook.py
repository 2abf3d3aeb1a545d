"""What notebooks and terminals are shown."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, TypeVar

    from ._models import ClusterInfo, Plan
    from .operation import Operation

    T = TypeVar("T")


def plan_html(plan: Plan) -> str:
    """A plan: what it makes as a picture, its timeline, and its words to unfold."""
    words = _details("As text", f"<pre>{_escaped(str(plan))}</pre>")
    if plan.is_empty():
        return f"<p>There is nothing to do: cluster {_escaped(plan.cluster)} is as it is wanted.</p>{words}"
    return "".join(_fitting(picture) for picture in (plan.map_svg(), plan.timeline_svg()) if picture) + words


def operation_html(operation: Operation[Any]) -> str:
    """An operation: how it stands in a line, and expected beside actual once it has looked."""
    plan = operation.plan
    if not operation.done:
        look = "looks at what is there" if plan is None else "is under way"
        words = f"<p>The {_escaped(operation.verb)} {look}.</p>"
    else:
        words = _end_html(operation)
    return words if plan is None else words + _fitting(plan.progress_svg())


def _end_html(operation: Operation[Any]) -> str:
    from .errors import EksError

    try:
        operation.result(0)
    except EksError as error:
        hint = f"<br>{_escaped(error.hint)}" if error.hint else ""
        return f"<p><b>The {_escaped(operation.verb)} has failed</b>: {_escaped(str(error))}{hint}</p>"
    return f"<p>The {_escaped(operation.verb)} is done.</p>"


def info_html(info: ClusterInfo) -> str:
    """A cluster: its settings, and what belongs to it as tables."""
    rows = [
        ("cluster", info.name),
        ("status", info.status),
        ("Kubernetes", info.version),
        ("region", info.region),
        ("endpoint", info.endpoint or "not yet"),
        ("nodes", f"{sum(node.ready for node in info.nodes)} of {len(info.nodes)} Ready"),
        ("add-ons", ", ".join(_with_status(addon.name, addon.status) for addon in info.addons) or "none"),
    ]
    if info.auto_mode:
        rows.append(("Auto Mode", "on"))
    if info.expires:
        rows.append(("expires", info.expires))
    groups = [
        (group.name, ", ".join(group.instance_types), str(group.min), str(group.max), str(group.desired), group.status)
        for group in info.node_groups
    ]
    profiles = [
        (profile.name, ", ".join(selector.namespace for selector in profile.selectors), profile.status)
        for profile in info.fargate_profiles
    ]
    tables = [_table((), rows)]
    if groups:
        tables.append(_table(("node group", "instance types", "min", "max", "desired", "status"), groups))
    if profiles:
        tables.append(_table(("Fargate profile", "namespaces", "status"), profiles))
    return "".join(tables)


def show(operation: Operation[T]) -> T:
    """Shows what happens until it ends, and gives what it came to."""
    display = _notebook_display()
    if display is not None:
        shown = display(operation, display_id=True)
        for _ in operation:
            shown.update(operation)
        # The picture of the end is that of its end, also where it has failed.
        _settled(operation)
        shown.update(operation)
        return operation.result()
    bar = _bar(operation)
    for event in operation:
        if bar is None:
            print(event, flush=True)
        else:
            _move(bar, operation, str(event))
    if bar is not None:
        _settled(operation)
        _move(bar, operation, "")
        bar.close()
    return operation.result()


def _settled(operation: Operation[Any]) -> None:
    """Waits for the end; how it was is told elsewhere."""
    from .errors import EksError

    try:
        operation.result()
    except EksError:
        pass


def _notebook_display() -> Callable[..., Any] | None:
    """IPython's ``display``, where there is a notebook to show pictures in."""
    import sys

    # Nobody is in a notebook who has not imported it.
    ipython: Any = sys.modules.get("IPython")
    if ipython is None or not hasattr(ipython.get_ipython(), "kernel"):
        return None
    display: Callable[..., Any] = ipython.display.display
    return display


def _bar(operation: Operation[Any]) -> Any:
    import sys
    from importlib import import_module

    if not sys.stderr.isatty():
        return None
    try:
        tqdm: Any = import_module("tqdm.auto")
    except ImportError:
        return None
    return tqdm.tqdm(desc=operation.verb, unit="step")


def _move(bar: Any, operation: Operation[Any], words: str) -> None:
    plan = operation.plan
    if plan is not None:
        bar.total = len(plan.steps)
        bar.n = sum(step.state.state in ("done", "skipped") for step in plan.steps)
    bar.set_postfix_str(words)


def _with_status(name: str, status: str) -> str:
    return name if status == "active" else f"{name} ({status})"


def _fitting(picture: str) -> str:
    """A picture as wide as it is, or as the page where that is narrower."""
    fitting = picture.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)
    return f"<div>{fitting}</div>"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = f"<thead>{_row('th', head)}</thead>" if head else ""
    return f"<table>{top}<tbody>{''.join(_row('td', row) for row in rows)}</tbody></table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    whole = "".join(f'<{tag} style="text-align:left">{_escaped(cell)}</{tag}>' for cell in cells)
    return f"<tr>{whole}</tr>"


def _details(title: str, body: str) -> str:
    return f"<details><summary>{title}</summary>{body}</details>"


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
