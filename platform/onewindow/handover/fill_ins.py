"""What an import left to be filled in, kept beside the draft until somebody has seen to it.

Lint goes on saying what keeps a draft from being published. These are reminders of what only the
file knew ("was done by the group accounting"), so they warn and never stop anything. One is done
with when what it asks for is there, or, where that can't be told, when its element was changed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

import bpmn
from bpmn.foreign import Adopted
from onewindow import db
from onewindow.matters.findings import Finding
from onewindow.matters.package import Package
from onewindow.web.i18n import gettext as _

_ASKED = {
    "assign-to-fill": "assign", "form-to-make": "form", "limit-to-fill": "limit",
    "script-dropped": "operation",
}  # fmt: skip
"""Code → the attribute whose being there settles it."""
WORDS = frozenset({"what", "gateway", "type", "called", "namespace"})
"""Params of a report that hold words of ours (“数字”), to be said in the reader's language."""


def of_import(adopted: Adopted) -> list[dict[str, Any]]:
    """What is worth keeping of a report: fill-ins that lint doesn't say by itself."""
    drawing = bpmn.read(adopted.xml)
    said = {(problem.element, problem.code) for problem in bpmn.lint(drawing)}
    return [
        {
            "element": entry.element,
            "code": entry.code,
            "text": entry.text,
            "params": dict(entry.params),
            "line": entry.line,
            "print": _print(drawing, entry.element or ""),
        }
        for entry in adopted.to_fill_in
        if (entry.element, entry.code) not in said
    ]


async def keep(version: int, entries: Iterable[Mapping[str, Any]]) -> None:
    """Keep these with a draft, instead of any it had."""
    await db.execute(
        "update matter_version set imported = $2 where id = $1 and state = 'draft'",
        version,
        orjson.dumps(list(entries)).decode(),
    )


async def left(version: int, package: Package) -> list[Finding]:
    """What is still to be filled in of a draft that was imported, as warnings."""
    kept = orjson.loads(
        await db.fetchval("select imported from matter_version where id = $1", version) or "[]"
    )
    return still_open(kept, package) if kept else []


def still_open(kept: Iterable[Mapping[str, Any]], package: Package) -> list[Finding]:
    """Those of an import's entries that nobody has seen to yet. Pure."""
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        return []
    return [
        Finding(
            "process.bpmn",
            entry["code"],
            entry["text"],
            {k: _(v) if k in WORDS else v for k, v in entry["params"].items()},
            entry["element"] or "",
            None,
            "warning",
        )
        for entry in kept
        if _is_open(entry, drawing, package)
    ]


def _is_open(entry: Mapping[str, Any], drawing: bpmn.Drawing, package: Package) -> bool:
    element, params = entry["element"] or "", entry["params"]
    match entry["code"]:
        case "variable-to-give":
            name = params.get("variable")
            given = package.definition.get("variables")
            return name in drawing.variables and name not in (given or {})
        case "decision-to-make":
            return element in drawing.nodes and params.get("key") not in package.decisions
        case code if code in _ASKED:
            node = drawing.nodes.get(element)
            return node is not None and not node.ow.get(_ASKED[code])
    return _print(drawing, element) == entry["print"] != ""


def _print(drawing: bpmn.Drawing, element: str) -> str:
    """A fingerprint of an element as it is drawn, whatever line it stands on; "" for none."""
    for scope in drawing.scopes.values():
        for flow in scope.flows:
            if flow.id == element:
                said = (flow.source, flow.target, flow.condition, flow.name)
                default = scope.nodes.get(flow.source)
                return _hash((said, default.default if default is not None else None))
    node, inner = drawing.nodes.get(element), drawing.scopes.get(element)
    if node is None and inner is None:
        return ""
    drawn: list[Any] = []
    if node is not None:
        loop = node.loop
        drawn += [node.tag, node.name, dict(node.ow), node.event.kind, node.event.name]
        drawn += [node.event.timer, node.attached_to]
        drawn += [loop.count, loop.collection, loop.completion, loop.condition] if loop else []
    if inner is not None:
        drawn += [sorted(inner.nodes), [(f.id, f.condition) for f in inner.flows]]
    return _hash(drawn)


def _hash(value: Any) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
