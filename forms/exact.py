"""The verdict without V8, for forms whose every part has a twin here: js/judge.js in Python.

`exact` gives None for a form that isn't of that kind. The few odd values whose meaning only the
engine knows raise Unsure; the caller then asks V8.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from forms.conditions import Seen, Unsupported, Unsure, condition
from forms.judging import Acceptor, Found, Judger, acceptor, judger
from forms.messages import Lang, sentence, template
from forms.problems import FieldError
from forms.reading import names_of
from forms.sheet import MISSING, MOST_ROWS, Node, Sheet, get_at, set_at

__all__ = ["Exact", "Unsure", "exact"]

_NUMBER = re.compile(r"\.[0-9]+(?=\.|$)")

Holds = Callable[[Seen], bool]


@dataclass(slots=True)
class _Place:
    """A node with its twins compiled. `key`: its path, if that is one step long."""

    node: Node
    key: str | None
    edit: bool
    hide: Holds | None
    unsettles: bool  # hiding it may change what another condition says
    accept: Acceptor
    judge: Judger
    initial: Any
    places: "list[_Place]"


class _Scope(NamedTuple):
    """The answers as a whole, or a row: values as filled in, visible values, what is seen."""

    source: dict[str, Any]
    visible: dict[str, Any]
    seen: Seen
    path: tuple[str, ...]
    rows: str


_Instance = tuple[_Place, _Scope]


@dataclass(frozen=True, slots=True)
class _Rule:
    holds: Holds
    message: str
    node: Node | None
    reads: tuple[str, ...]


@dataclass(slots=True)
class Exact:
    """Judges answers to one sheet. Made by `exact`."""

    places: list[_Place]
    rules: list[_Rule]
    roots: frozenset[str]
    rounds: int
    lang: Lang
    hidden: list[Node]

    def judge(
        self, given: dict[str, Any], answers: dict[str, Any], today: str
    ) -> tuple[dict[str, Any], list[FieldError]]:
        """What to store, and everything that is wrong. Raises Unsure."""
        data: dict[str, Any] = {}
        _fill(self.places, given, answers, data)
        day = date.fromisoformat(today)
        others = {name: value for name, value in given.items() if name not in self.roots}
        visible, instances = self._settle(others, data, day)
        errors = self._errors(instances, today)
        if self.rules:
            errors += self._broken_rules(instances, {**others, **visible}, day, errors)
        if self.hidden:
            _carry(self.hidden, given, visible)
        return visible, errors

    def _settle(
        self, others: dict[str, Any], data: dict[str, Any], today: date
    ) -> tuple[dict[str, Any], list[_Instance]]:
        """Hides until nothing changes; once is enough if no condition reads what is hidden."""
        visible = data
        shown: dict[str, Any] = {}
        instances: list[_Instance] = []
        for _ in range(self.rounds):
            context = {**others, **visible}
            instances, shown = [], {}
            scope = _Scope(data, shown, Seen(context, context, today, {}), (), "")
            settled = self._visit(self.places, scope, instances)
            if settled or shown == visible:
                break
            visible = shown
        return shown, instances

    def _visit(self, places: list[_Place], scope: _Scope, instances: list[_Instance]) -> bool:
        """Shows what isn't hidden. Whether nothing was hidden that a condition reads."""
        source, visible, seen, _, _ = scope
        settled = True
        for place in places:
            if place.hide is not None and place.hide(seen):
                settled = settled and not place.unsettles
            elif place.node.kind == "group":
                settled = self._visit(place.places, scope, instances) and settled
            else:
                instances.append((place, scope))
                if place.node.kind == "list":
                    settled = self._visit_rows(place, scope, instances) and settled
                elif place.key is not None:
                    visible[place.key] = source[place.key]
                else:
                    set_at(visible, place.node.local, get_at(source, place.node.local))
        return settled

    def _visit_rows(self, place: _Place, scope: _Scope, instances: list[_Instance]) -> bool:
        node = place.node
        rows: list[dict[str, Any]] = get_at(scope.source, node.local)
        seen_rows = get_at(scope.seen.this, node.local)
        kept: list[dict[str, Any]] = [{} for _ in rows]
        set_at(scope.visible, node.local, kept)
        settled = True
        for index, row in enumerate(rows):
            inner = _Scope(
                row,
                kept[index],
                Seen(scope.seen.data, _row_of(seen_rows, index), scope.seen.today, {}),
                (*scope.path, *node.local, str(index)),
                scope.rows + _row_label(node.label, index + 1, self.lang),
            )
            settled = self._visit(place.places, inner, instances) and settled
        return settled

    def _errors(self, instances: list[_Instance], today: str) -> list[FieldError]:
        errors: list[FieldError] = []
        for place, scope in instances:
            if place.node.mode == "read":
                continue
            if place.key is not None:
                value = scope.visible[place.key]
            else:
                value = get_at(scope.visible, place.node.local)
            found = place.judge(value, today)
            if found is not None:
                errors.append(self._error(place.node, scope, found))
        return errors

    def _broken_rules(
        self,
        instances: list[_Instance],
        names: dict[str, Any],
        today: date,
        errors: list[FieldError],
    ) -> list[FieldError]:
        wrong = {_NUMBER.sub("", error.path) for error in errors}
        root = Seen(names, names, today, {})
        broken: list[FieldError] = []
        for rule in self.rules:
            if wrong and _reads_wrong(rule, wrong):
                continue
            if rule.node is None:
                broken += self._broken_whole(rule, root, instances)
            elif rule.node.mode != "read":
                found = ("rule", {"message": rule.message})
                for place, scope in instances:
                    if place.node is rule.node:
                        row = Seen(names, scope.visible, today, {}) if scope.path else root
                        if not rule.holds(row):
                            broken.append(self._error(rule.node, scope, found))
        return broken

    def _broken_whole(
        self, rule: _Rule, root: Seen, instances: list[_Instance]
    ) -> list[FieldError]:
        editable = any(p.node.mode != "read" and p.node.kind == "value" for p, _ in instances)
        if not editable or rule.holds(root):
            return []
        params = {"message": rule.message}
        return [FieldError("", "", "", "rule", rule.message, params, template("rule", params))]

    def _error(self, node: Node, scope: _Scope, found: tuple[str, dict[str, Any]]) -> FieldError:
        code, params = found
        words = {"label": node.label, **params}
        return FieldError(
            id=node.id,
            path=".".join((*scope.path, *node.local)),
            label=scope.rows + node.label,
            code=code,
            message=sentence(code, words, self.lang),
            params=words,
            text=template(code, words),
        )


def exact(sheet: Sheet) -> Exact | None:
    """The twin of a sheet, or None if a part of it needs the engine."""
    roots = frozenset(sheet.roots)
    conditions = {node.id: hide_of(node) for node in sheet.walk() if hide_of(node)}
    try:
        read = {
            name
            for node in sheet.walk()
            if node.id in conditions
            for name in names_of(conditions[node.id], node)
        }
        places = _places(sheet.nodes, roots, read)
        rules = [_rule(rule, sheet, roots) for rule in sheet.definition.get("rules") or []]
    except Unsupported:
        return None
    hidden = [node for node in sheet.nodes if any(n.mode == "hide" for n in node.walk())]
    return Exact(places, rules, roots, len(conditions) + 2, sheet.lang, hidden)


def hide_of(node: Node) -> str:
    hide = (node.component.get("conditional") or {}).get("hide")
    return hide if isinstance(hide, str) else ""


def _places(nodes: list[Node], roots: frozenset[str], read: set[str]) -> list[_Place]:
    return [
        _place(node, roots, read)
        for node in nodes
        if node.kind != "display" and node.mode != "hide"
    ]


def _place(node: Node, roots: frozenset[str], read: set[str]) -> _Place:
    component = node.component
    if component["type"] == "expression" or isinstance(component.get("readonly"), str):
        raise Unsupported
    hide = hide_of(node)
    place = _Place(
        node=node,
        key=node.local[0] if len(node.local) == 1 else None,
        edit=node.mode == "edit",
        hide=condition(hide, roots) if hide else None,
        unsettles=any(_touches(inner.path, read) for inner in node.walk() if inner.path),
        accept=_nothing,
        judge=_rows_judger(node),
        initial=None,
        places=_places(node.nodes, roots, read),
    )
    if node.kind == "value":
        place.accept = acceptor(component)
        place.judge = judger(component)
        place.initial = place.accept(component.get("defaultValue"))
    return place


def _nothing(value: Any) -> Any:
    return None


def _touches(path: str, read: set[str]) -> bool:
    return any(
        name == path or name.startswith(f"{path}.") or path.startswith(f"{name}.") for name in read
    )


def _rule(rule: dict[str, Any], sheet: Sheet, roots: frozenset[str]) -> _Rule:
    node = sheet.by_path.get(rule.get("field") or "")
    holds = condition(rule["when"], roots)
    return _Rule(holds, rule["message"], node, names_of(rule["when"], node))


def _reads_wrong(rule: _Rule, wrong: set[str]) -> bool:
    if rule.node is not None and rule.node.path in wrong:
        return True
    return any(_touches(path, set(rule.reads)) for path in wrong)


def _fill(places: list[_Place], given: Any, answers: Any, scope: dict[str, Any]) -> None:
    for place in places:
        node = place.node
        if node.kind == "group":
            _fill(place.places, given, answers, scope)
        elif node.kind == "list":
            set_at(scope, node.local, _fill_rows(place, given, answers))
        elif place.key is not None and place.edit and place.key in answers:
            scope[place.key] = place.accept(answers[place.key])
        else:
            set_at(scope, node.local, _fill_value(place, given, answers))


def _fill_value(place: _Place, given: Any, answers: Any) -> Any:
    local = place.node.local
    if place.edit:
        answered = get_at(answers, local)
        if answered is not MISSING:
            return place.accept(answered)
    stored = get_at(given, local) if given else MISSING
    if stored is MISSING:
        return _fresh(place.initial)
    return place.accept(stored) if place.edit else _fresh(stored)


def _fresh(value: Any) -> Any:
    """A copy: nothing that is returned shares a list or an object with what was given."""
    if isinstance(value, list):
        return [_fresh(one) for one in value]
    if isinstance(value, dict):
        return {name: _fresh(one) for name, one in value.items()}
    return value


def _fill_rows(place: _Place, given: Any, answers: Any) -> list[dict[str, Any]]:
    node = place.node
    stored = get_at(given, node.local)
    answered = get_at(answers, node.local) if place.edit else MISSING
    rows = stored if node.fixed or answered is MISSING else answered
    if isinstance(rows, list):
        count = min(len(rows), MOST_ROWS)
    elif rows is not MISSING:
        count = 0
    else:
        count = min(node.component.get("defaultRepetitions", 1), MOST_ROWS)
    from_stored = node.fixed or answered is MISSING
    filled: list[dict[str, Any]] = []
    for index in range(count):
        filled.append({})
        before = _row_of(stored, index) if from_stored else {}
        _fill(place.places, before, _row_of(answered, index), filled[-1])
    return filled


def _row_of(rows: Any, index: int) -> dict[str, Any]:
    if not isinstance(rows, list) or index >= len(rows) or not isinstance(rows[index], dict):
        return {}
    row: dict[str, Any] = rows[index]
    return row


def _rows_judger(node: Node) -> Judger:
    def judge(rows: Any, today: str) -> Found:
        if node.fixed:
            return None
        count = len(rows)
        if node.least is not None and count < node.least:
            return "min-rows", {"min": node.least, "count": count}
        return ("max-rows", {"max": node.most, "count": count}) if count > node.most else None

    return judge


def _row_label(label: str, number: int, lang: Lang) -> str:
    return f"{label}（{number}）" if lang == "zh" else f"{label} ({number}) "


def _carry(nodes: list[Node], given: Any, scope: dict[str, Any]) -> None:
    """Puts back untouched what this person may not see."""
    for node in nodes:
        if node.kind == "group":
            _carry(node.nodes, given, scope)
        elif node.mode == "hide":
            stored = MISSING if node.kind == "display" else get_at(given, node.local)
            if stored is not MISSING:
                set_at(scope, node.local, _fresh(stored))
        elif node.kind == "list" and node.fixed:
            rows = get_at(scope, node.local)
            stored = get_at(given, node.local)
            for index, row in enumerate(rows if isinstance(rows, list) else []):
                _carry(node.nodes, _row_of(stored, index), row)
