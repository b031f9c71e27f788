"""The verdict without V8, for forms whose every part has a twin here: js/judge.js in Python.

`exact` gives None for a form that isn't of that kind. The few odd values whose meaning only the
engine knows raise Unsure; the caller then asks V8.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.conditions import Seen, Unsupported, Unsure, condition
from forms.judging import Acceptor, Found, Judger, acceptor, judger
from forms.messages import Lang, sentence, template
from forms.problems import FieldError
from forms.reading import names_of
from forms.sheet import MISSING, MOST_ROWS, Node, Sheet, get_at, set_at

__all__ = ["Exact", "Unsure", "exact"]

Holds = Callable[[Seen], bool]


@dataclass(slots=True)
class _Place:
    """A node with its twins compiled."""

    node: Node
    hide: Holds | None
    accept: Acceptor
    judge: Judger
    initial: Any
    places: "list[_Place]"


@dataclass(slots=True)
class _Instance:
    """A visible place: a node, in the row it stands in."""

    place: _Place
    scope: "_Scope"


@dataclass(slots=True)
class _Scope:
    """The answers as a whole, or a row: values as filled in, visible values, what is seen."""

    source: dict[str, Any]
    visible: dict[str, Any]
    seen: Seen
    path: tuple[str, ...] = ()
    rows: str = ""


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
    carries: bool
    _nodes: list[Node] = field(default_factory=list)

    def judge(
        self, given: dict[str, Any], answers: dict[str, Any], today: str
    ) -> tuple[dict[str, Any], list[FieldError]]:
        """What to store, and everything that is wrong. Raises Unsure."""
        day = date.fromisoformat(today)
        data: dict[str, Any] = {}
        _fill(self.places, given, answers, data)
        visible, instances = self._settle(given, data, day)
        errors = self._errors(instances, today)
        if self.carries:
            _carry(self._nodes, given, visible)
        return visible, errors

    def _settle(
        self, given: dict[str, Any], data: dict[str, Any], today: date
    ) -> tuple[dict[str, Any], list[_Instance]]:
        others = {name: value for name, value in given.items() if name not in self.roots}
        visible = data
        for _ in range(self.rounds):
            context = {**others, **visible}
            instances: list[_Instance] = []
            shown: dict[str, Any] = {}
            scope = _Scope(data, shown, Seen(context, context, today, {}))
            self._visit(self.places, scope, instances)
            if self.rounds == 1 or shown == visible:
                return shown, instances
            visible = shown
        return visible, instances

    def _visit(self, places: list[_Place], scope: _Scope, instances: list[_Instance]) -> None:
        for place in places:
            node = place.node
            if place.hide is not None and place.hide(scope.seen):
                continue
            if node.kind == "group":
                self._visit(place.places, scope, instances)
                continue
            instances.append(_Instance(place, scope))
            if node.kind == "list":
                self._visit_rows(place, scope, instances)
            else:
                set_at(scope.visible, node.local, get_at(scope.source, node.local))

    def _visit_rows(self, place: _Place, scope: _Scope, instances: list[_Instance]) -> None:
        node = place.node
        rows: list[dict[str, Any]] = get_at(scope.source, node.local)
        seen_rows = get_at(scope.seen.this, node.local)
        kept: list[dict[str, Any]] = [{} for _ in rows]
        set_at(scope.visible, node.local, kept)
        for index, row in enumerate(rows):
            seen = _row_of(seen_rows, index)
            inner = _Scope(
                row,
                kept[index],
                Seen(scope.seen.data, seen, scope.seen.today, {}),
                (*scope.path, *node.local, str(index)),
                scope.rows + _row_label(node.label, index + 1, self.lang),
            )
            self._visit(place.places, inner, instances)

    def _errors(self, instances: list[_Instance], today: str) -> list[FieldError]:
        errors: list[FieldError] = []
        wrong: set[str] = set()
        for instance in instances:
            node = instance.place.node
            if node.mode == "read":
                continue
            value = get_at(instance.scope.visible, node.local)
            found = _rows_problem(node, value) if node.kind == "list" else None
            if node.kind == "value":
                found = instance.place.judge(value, today)
            if found is not None:
                errors.append(self._error(instance, found))
                wrong.add(node.path)
        for rule in self.rules:
            if not _reads_wrong(rule, wrong):
                errors += self._broken(rule, instances)
        return errors

    def _broken(self, rule: _Rule, instances: list[_Instance]) -> list[FieldError]:
        found = ("rule", {"message": rule.message})
        if rule.node is not None:
            return [
                self._error(instance, found)
                for instance in instances
                if instance.place.node is rule.node
                and rule.node.mode != "read"
                and not rule.holds(instance.scope.seen)
            ]
        editable = any(
            instance.place.node.mode != "read" and instance.place.node.kind == "value"
            for instance in instances
        )
        if not editable or rule.holds(instances[0].scope.seen):
            return []
        params = found[1]
        return [FieldError("", "", "", "rule", rule.message, params, template("rule", params))]

    def _error(self, instance: _Instance, found: tuple[str, dict[str, Any]]) -> FieldError:
        code, params = found
        node, scope = instance.place.node, instance.scope
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
    try:
        places = _places(sheet.nodes, roots)
        rules = [_rule(rule, sheet, roots) for rule in sheet.definition.get("rules") or []]
    except Unsupported:
        return None
    hides = [(node.component.get("conditional") or {}).get("hide") for node in sheet.walk()]
    conditions = len(list(filter(None, hides)))
    return Exact(
        places=places,
        rules=rules,
        roots=roots,
        rounds=conditions + 2 if conditions else 1,
        lang=sheet.lang,
        carries=any(node.mode == "hide" for node in sheet.walk()),
        _nodes=sheet.nodes,
    )


def _places(nodes: list[Node], roots: frozenset[str]) -> list[_Place]:
    return [_place(node, roots) for node in nodes if node.kind != "display" and node.mode != "hide"]


def _place(node: Node, roots: frozenset[str]) -> _Place:
    field_ = node.component
    if field_["type"] == "expression" or isinstance(field_.get("readonly"), str):
        raise Unsupported
    hide = (field_.get("conditional") or {}).get("hide")
    place = _Place(
        node=node,
        hide=condition(hide, roots) if isinstance(hide, str) and hide.startswith("=") else None,
        accept=_nothing,
        judge=_no_problem,
        initial=None,
        places=_places(node.nodes, roots),
    )
    if node.kind == "value":
        place.accept = acceptor(field_)
        place.judge = judger(field_)
        place.initial = place.accept(field_.get("defaultValue"))
    return place


def _nothing(value: Any) -> Any:
    return None


def _no_problem(value: Any, today: str) -> Found:
    return None


def _rule(rule: dict[str, Any], sheet: Sheet, roots: frozenset[str]) -> _Rule:
    node = sheet.by_path.get(rule.get("field") or "")
    holds = condition(rule["when"], roots)
    return _Rule(holds, rule["message"], node, names_of(rule["when"], node))


def _reads_wrong(rule: _Rule, wrong: set[str]) -> bool:
    return any(
        (rule.node is not None and path == rule.node.path)
        or any(
            name == path or path.startswith(f"{name}.") or name.startswith(f"{path}.")
            for name in rule.reads
        )
        for path in wrong
    )


def _fill(places: list[_Place], given: Any, answers: Any, scope: dict[str, Any]) -> None:
    for place in places:
        node = place.node
        if node.kind == "group":
            _fill(place.places, given, answers, scope)
        elif node.kind == "list":
            set_at(scope, node.local, _fill_rows(place, given, answers))
        else:
            set_at(scope, node.local, _fill_value(place, given, answers))


def _fill_value(place: _Place, given: Any, answers: Any) -> Any:
    node = place.node
    if node.mode == "edit":
        answered = get_at(answers, node.local)
        if answered is not MISSING:
            return place.accept(answered)
    stored = get_at(given, node.local) if given else MISSING
    if stored is MISSING:
        return _fresh(place.initial)
    return _fresh(stored) if node.mode == "read" else place.accept(stored)


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
    answered = MISSING if node.mode == "read" else get_at(answers, node.local)
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


def _rows_problem(node: Node, rows: list[Any]) -> Found:
    if node.fixed:
        return None
    count = len(rows)
    if node.least is not None and count < node.least:
        return "min-rows", {"min": node.least, "count": count}
    return ("max-rows", {"max": node.most, "count": count}) if count > node.most else None


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
