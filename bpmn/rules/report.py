"""How rules say what they found."""

from typing import Any

from bpmn.drawing import Drawing, Flow, Node, Scope
from bpmn.problems import Problem


def error(
    code: str, text: str, at: Node | Flow | Scope | int, *, line: int = 0, **params: Any
) -> Problem:
    """A finding that keeps a definition from being published.

    `at` may be a bare line where nothing has an id; `line` points at a part of `at`.
    """
    if isinstance(at, int):
        return Problem(code, text, params, line=at)
    params.setdefault("name", at.name or at.id)
    return Problem(code, text, params, at.id, line or at.line)


def warning(
    code: str, text: str, at: Node | Flow | Scope | int, *, line: int = 0, **params: Any
) -> Problem:
    """A finding the person who publishes should have seen."""
    found = error(code, text, at, line=line, **params)
    return Problem(found.code, found.text, found.params, found.element, found.line, "warning")


def loop_names(drawing: Drawing, node: Node) -> frozenset[str]:
    """Names that only instances see: items of the loops around a node, its own included, also
    around the call activities that call its process."""
    names: set[str] = set()
    seen: set[str] = set()
    pending = [node]
    while pending:
        holder = pending.pop()
        if holder.id in seen:
            continue
        seen.add(holder.id)
        if holder.loop is not None and holder.loop.item is not None:
            names.add(holder.loop.item)
        outside = drawing.nodes.get(holder.scope)
        if outside is not None:
            pending.append(outside)
        else:
            pending.extend(each for each in drawing.nodes.values() if each.called == holder.scope)
    return frozenset(names)
