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
    """Names that only instances see: items of the loops around a node, its own included."""
    names: set[str] = set()
    loops = [node.loop]
    for scope in drawing.ancestors(node.scope):
        holder = drawing.nodes.get(scope)
        loops.append(holder.loop if holder is not None else None)
    for loop in loops:
        if loop is not None:
            names.update(filter(None, (loop.item,)))
    return frozenset(names)
