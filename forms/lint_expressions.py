"""Whether a definition's expressions, patterns and templates can be read and mean something."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.engine import BUNDLE, Engine
from forms.problems import Problem
from forms.sheet import VALUE_TYPES, Node, Sheet
from forms.vocabulary import LONGEST_EXPRESSION, LONGEST_PATTERN, REFUSED_FUNCTIONS, TEXTS

_SECONDS = 5.0
_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!][^>]*>")
_REGION_PARTS = ("province", "city", "county", "town", "street", "code")


@dataclass(frozen=True, slots=True)
class _Written:
    """An expression in its place. `decides`: whether it decides what is shown or computed."""

    text: str
    path: str
    node: Node | None
    decides: bool = False


def check(
    definition: Mapping[str, Any], known: Collection[str] | None, feel: Engine | None
) -> list[Problem]:
    sheet = Sheet(definition, {})
    paths = dict(_paths(definition["components"], sheet.nodes, "components"))
    written = list(_expressions(definition, sheet, paths))
    problems = [*_outside(written), *_texts(sheet, paths)]
    if feel is None or problems:
        return problems
    feel.load_bundle(BUNDLE)
    patterns = list(_patterns(sheet, paths))
    texts = [one.text for one in written], [pattern for pattern, _, _ in patterns]
    said = feel.call("formsLint", *texts, timeout=_SECONDS)
    for (pattern, path, node), compiles in zip(patterns, said["patterns"], strict=True):
        if not compiles:
            problems.append(_problem("bad-pattern", path, node))
        elif _runs_on(pattern):
            problems.append(_problem("slow-pattern", path, node))
    scope = _Scope(sheet, known)
    for one, found in zip(written, said["expressions"], strict=True):
        problems += _inside(one, found["names"], scope, feel)
    reads = [found["names"] for found in said["expressions"]]
    problems += _cycles(sheet, written, reads, paths)
    return problems


def _problem(code: str, at: str, node: Node | None, **params: Any) -> Problem:
    return Problem(code, TEXTS[code], params, at, node.id if node else "")


def _paths(
    components: list[dict[str, Any]], nodes: list[Node], at: str
) -> Iterator[tuple[str, str]]:
    """Where each node's component stands in the JSON, by the node's id."""
    for index, node in enumerate(nodes):
        path = f"{at}[{index}]"
        yield node.id, path
        inner = components[index].get("components") or []
        yield from _paths(inner, node.nodes, f"{path}.components")


def _expressions(
    definition: Mapping[str, Any], sheet: Sheet, paths: Mapping[str, str]
) -> Iterator[_Written]:
    for node in sheet.walk():
        at, field = paths[node.id], node.component
        hide = (field.get("conditional") or {}).get("hide")
        if hide:
            yield _Written(str(hide), f"{at}.conditional.hide", node, decides=True)
        if isinstance(field.get("readonly"), str):
            yield _Written(field["readonly"], f"{at}.readonly", node, decides=True)
        if field["type"] == "expression":
            text = str(field.get("expression") or "")
            yield _Written(text, f"{at}.expression", node, decides=True)
        for name in ("min", "max", "minLength", "maxLength"):
            limit = (field.get("validate") or {}).get(name)
            if isinstance(limit, str):
                yield _Written(limit, f"{at}.validate.{name}", node)
        for name in ("valuesExpression", "dataSource"):
            if field.get(name):
                yield _Written(str(field[name]), f"{at}.{name}", node)
        for name in ("text", "description"):
            for found in _TEMPLATE.finditer(str(field.get(name) or "")):
                yield _Written("=" + found[1].strip(), f"{at}.{name}", node)
    for index, rule in enumerate(definition.get("rules") or []):
        node_ = sheet.by_path.get(rule.get("field") or "")
        yield _Written(rule["when"], f"rules[{index}].when", node_)


def _outside(written: list[_Written]) -> Iterator[Problem]:
    for one in written:
        name = one.path.rsplit(".", 1)[-1]
        if not one.text.startswith("=") or not one.text[1:].strip():
            yield _problem("not-expression", one.path, one.node, name=name)
        elif len(one.text) > LONGEST_EXPRESSION:
            length, most = len(one.text), LONGEST_EXPRESSION
            yield _problem("too-long", one.path, one.node, name=name, length=length, most=most)


def _texts(sheet: Sheet, paths: Mapping[str, str]) -> Iterator[Problem]:
    for node in sheet.walk():
        if node.component["type"] != "text":
            continue
        path = f"{paths[node.id]}.text"
        for name in ("text", "textEn"):
            text = str(node.component.get(name) or "")
            if _TAG.search(text):
                yield _problem("text-html", path, node)
            if "![" in text:
                yield _problem("text-image", path, node)
            if re.search(r"\{\{\s*[#/]", text):
                yield _problem("text-block", path, node)


def _patterns(sheet: Sheet, paths: Mapping[str, str]) -> Iterator[tuple[str, str, Node]]:
    for node in sheet.walk():
        pattern = (node.component.get("validate") or {}).get("pattern")
        if pattern:
            yield pattern, f"{paths[node.id]}.validate.pattern", node


_TIMES = r"(?:[*+]|\{\d+,\d*\})"
_REPEATED_GROUP = re.compile(rf"\((?:[^()\\]|\\.)*{_TIMES}(?:[^()\\]|\\.)*\){_TIMES}")


def _runs_on(pattern: str) -> bool:
    """Repetition inside repetition: the usual way to a search without end."""
    return len(pattern) > LONGEST_PATTERN or bool(_REPEATED_GROUP.search(pattern))


class _Scope:
    """The names expressions may use: the form's own, those around it, and those of a row."""

    def __init__(self, sheet: Sheet, known: Collection[str] | None) -> None:
        self.known = known
        self.own = frozenset(_names(sheet.nodes, ""))

    def of(self, node: Node | None) -> Collection[str] | None:
        if self.known is None:
            return None
        rows = node.within if node else None
        columns = _names(rows.nodes, "this.") if rows else (f"this.{name}" for name in self.own)
        return {*self.own, *self.known, *columns, *_SPECIAL}


_SPECIAL = ("this", "parent", "i", "_this_", "_parent_", "_i_")


def _names(nodes: list[Node], before: str) -> Iterator[str]:
    """Names with dots for what is below, as `feel.check` takes them."""
    for node in nodes:
        name = before + ".".join(node.local)
        if node.kind == "group":
            yield from _names(node.nodes, before)
        elif node.kind == "list":
            yield from (name, *_names(node.nodes, f"{name}."))
        elif node.component["type"] == "region":
            yield from (f"{name}.{part}" for part in _REGION_PARTS)
        elif node.component["type"] in VALUE_TYPES:
            yield name


def _inside(one: _Written, names: list[str], scope: _Scope, feel: Engine) -> Iterator[Problem]:
    for name in names:
        if name in REFUSED_FUNCTIONS:
            reason = REFUSED_FUNCTIONS[name]
            yield _problem("function-refused", one.path, one.node, reason=reason)
            return
    for found in feel.check(one.text, scope.of(one.node)):
        yield _problem("bad-expression", one.path, one.node, reason=found.message)


def _cycles(
    sheet: Sheet, written: list[_Written], reads: list[list[str]], paths: Mapping[str, str]
) -> Iterator[Problem]:
    """Fields that are shown or computed depending on each other have no settled answer."""
    needs: dict[str, set[str]] = {node.id: set() for node in sheet.walk()}
    nodes = {node.id: node for node in sheet.walk()}
    for node in sheet.walk():
        for inner in node.nodes:
            needs[inner.id].add(node.id)  # what is inside is hidden with it
    for one, names in zip(written, reads, strict=True):
        if one.decides and one.node is not None:
            for name in names:
                needs[one.node.id] |= _read(name, one.node, sheet)
    for ring in _rings(needs):
        labels = [nodes[id_].label or nodes[id_].path or id_ for id_ in (*ring, ring[0])]
        yield _problem("cycle", paths[ring[0]], nodes[ring[0]], path=" → ".join(labels))


def _read(name: str, node: Node, sheet: Sheet) -> set[str]:
    """Ids of the nodes whose value a name reads."""
    path = name.removeprefix("?")
    for this in ("this.", "_this_."):
        if path.startswith(this):
            path = (f"{node.within.path}." if node.within else "") + path.removeprefix(this)
    return {
        other.id
        for other in sheet.walk()
        if other.path
        and (
            other.path == path
            or (other.kind == "value" and path.startswith(f"{other.path}."))
            or (
                other.kind == "value" and other.within is None and other.path.startswith(f"{path}.")
            )
        )
    }


def _rings(needs: Mapping[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def follow(id_: str, trail: list[str]) -> list[str] | None:
        if id_ in trail:
            return trail[trail.index(id_) :]
        if id_ in done:
            return None
        for next_ in sorted(needs[id_]):
            ring = follow(next_, [*trail, id_])
            if ring:
                return ring
        done.add(id_)
        return None

    for id_ in needs:
        ring = follow(id_, [])
        if ring:
            yield ring
            return
