"""The gate: whether answers have the shape a form's own page would send.

A compiled JSON Schema looks at types, options that are written in the definition, and bounds, for
every field at once. It lets pass what a person can get wrong (judging says that in words) and
refuses what only another program can send. Nothing reaches V8 without having passed it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import jsonschema_rs
import orjson

from forms.sheet import MOST_ROWS, MULTIPLE_TYPES, Node, Path, Sheet

LARGEST_ANSWERS = 256 * 1024

# Longer than any limit of a field: where people type too much they are told so by judging.
_LONGEST_TEXT = 100_000
_MOST_CHOICES = 500

_TEXT = {"type": ["string", "null"], "maxLength": _LONGEST_TEXT}
_REGION_PARTS = ("province", "city", "county", "town", "street", "code")

Schema = dict[str, Any]


class Gate:
    """The compiled schema of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._nodes: dict[Path, Node] = {}
        self.schema = self._scope(sheet.nodes, ())
        self._validator = jsonschema_rs.Draft202012Validator(self.schema)

    def passes(self, answers: dict[str, Any]) -> bool:
        return self._validator.is_valid(answers)

    def refusals(self, answers: dict[str, Any]) -> Iterator[tuple[Node | None, Path, str]]:
        """What was refused: the node (None: nothing a form knows), its path, a problem's code."""
        seen: set[tuple[Path, str]] = set()
        for error in self._validator.iter_errors(answers):
            path, node = self._place(error.instance_path)
            choice = error.schema_path and error.schema_path[-1] == "enum"
            code = "option" if choice else "type"
            if error.schema_path and error.schema_path[-1] == "maxItems" and node is not None:
                code = "max-rows" if node.kind == "list" else "option"
            if (path, code) not in seen:
                seen.add((path, code))
                yield node, path, code

    def _place(self, instance_path: list[str | int]) -> tuple[Path, Node | None]:
        """The deepest node on the way to where an error stands, and the path to that node."""
        found: tuple[Path, Node | None] = (tuple(map(str, instance_path)), None)
        address: Path = ()
        for length, step in enumerate(instance_path, start=1):
            if not isinstance(step, str):
                continue
            address = (*address, step)
            node = self._nodes.get(address)
            if node is not None:
                found = tuple(map(str, instance_path[:length])), node
        return found

    def _scope(self, nodes: list[Node], address: Path) -> Schema:
        """The schema of one scope: the answers as a whole, or a row."""
        root = _record()
        for node in nodes:
            self._add(root, node, address)
        return root

    def _add(self, root: Schema, node: Node, address: Path) -> None:
        if node.kind == "group":
            for inner in node.nodes:
                self._add(root, inner, address)
        elif node.mode != "edit":
            return  # stored values count; what was sent is never looked at
        elif node.kind == "list":
            row = self._scope(node.nodes, address + node.local)
            rows = {"type": ["array", "null"], "maxItems": MOST_ROWS, "items": row}
            self._put(root, node, address, rows)
        elif node.kind == "value":
            self._put(root, node, address, _value(node.component))

    def _put(self, root: Schema, node: Node, address: Path, schema: Schema) -> None:
        self._nodes[address + node.local] = node
        at = root["properties"]
        for step in node.local[:-1]:
            at = at.setdefault(step, _record())["properties"]
        at[node.local[-1]] = schema


def weight(answers: Mapping[str, Any]) -> int | None:
    """Bytes the answers take as JSON; None for what isn't JSON at all."""
    try:
        return len(orjson.dumps(answers))
    except (TypeError, orjson.JSONEncodeError, RecursionError):
        return None


def _record() -> Schema:
    return {"type": ["object", "null"], "properties": {}}


def _value(field: Mapping[str, Any]) -> Schema:
    type_ = field["type"]
    if type_ == "expression":
        return {}
    if type_ in ("number", "money"):
        # Text that is no number stays as typed; judging asks for a number.
        return {"type": ["number", "string", "null"], "maxLength": _LONGEST_TEXT}
    if type_ == "checkbox":
        return {"type": ["boolean", "null"]}
    if type_ == "region":
        return {
            "type": ["object", "null"],
            "properties": dict.fromkeys(_REGION_PARTS, _TEXT),
        }
    if type_ in ("radio", "select"):
        return _choice(field, nothing=True)
    if type_ in MULTIPLE_TYPES:
        return {
            "type": ["array", "null"],
            "items": _choice(field, nothing=False),
            "uniqueItems": True,
            "maxItems": _MOST_CHOICES,
        }
    return _TEXT


def _choice(field: Mapping[str, Any], *, nothing: bool) -> Schema:
    """One choice; options that are found or computed elsewhere are looked up when judging."""
    none = [None] if nothing else []
    if "values" not in field or "valuesKey" in field:
        return {"type": ["string", "number", "boolean", *(["null"] if nothing else [])]}
    return {"enum": [*(choice["value"] for choice in choices(field)), *none]}


def choices(field: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The options written in a definition, read as js/types.js reads them."""
    return [choice for choice in map(_as_choice, field.get("values") or []) if choice]


def _as_choice(option: Any) -> dict[str, Any] | None:
    if _is_scalar(option):
        return None if option == "" else {"value": option, "label": scalar_text(option)}
    if not isinstance(option, dict) or not _is_scalar(option.get("value")):
        return None
    value, label = option["value"], option.get("label")
    if value == "":
        return None
    named = isinstance(label, str) and bool(label)
    return {"value": value, "label": label if named else scalar_text(value)}


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def scalar_text(value: Any) -> str:
    """A scalar as JavaScript writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float):
        return str(value)
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f")
    digits, exponent = repr(value).split("e")
    return f"{digits}e{int(exponent):+d}"
