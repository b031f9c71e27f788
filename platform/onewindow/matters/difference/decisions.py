"""Two decision files: their tables row by row."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from bpmn.safexml import parse
from onewindow.matters.difference.change import Change
from onewindow.matters.difference.values import altered
from onewindow.web.i18n import gettext as _

ANY = "-"
"""What an empty cell of a condition means."""


@dataclass(frozen=True, slots=True)
class Rule:
    id: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as it is read."""

    name: str
    hit_policy: str
    columns: tuple[tuple[str, str], ...]
    """(what it is called, its expression or type)"""
    rules: tuple[Rule, ...]

    @property
    def headings(self) -> list[str]:
        """What its columns are called, those of its notes left out."""
        return [name for name, _kind in self.columns]


def decision_changes(before: str, after: str, part: str, area: str) -> Iterator[Change]:
    """What is different in the tables of one file; nothing when it can't be read."""
    try:
        old, new = tables_in(before), tables_in(after)
    except ValueError:
        return
    for id in dict.fromkeys([*old, *new]):
        if id not in old or id not in new:
            table = new.get(id) or old[id]
            kind: Any = "added" if id not in old else "removed"
            yield Change(kind, part, area, _("决策“{name}”", name=table.name), id)
        else:
            yield from _table_changes(old[id], new[id], part, area)


def _table_changes(old: Table, new: Table, part: str, area: str) -> Iterator[Change]:
    subject = _("决策“{name}”", name=new.name)
    if old.hit_policy != new.hit_policy:
        what = _("命中策略")
        yield altered(part, area, subject, "", what, old.hit_policy, new.hit_policy)
    headings = new.headings
    if old.columns != new.columns:
        yield from _column_changes(old, new, part, area, subject)
    places = {rule.id: place for place, rule in enumerate(new.rules, 1)}
    for was, is_now in _pairs(old.rules, new.rules):
        if was is None and is_now is not None:
            row = _("第 {n} 条规则（{said}）", n=places[is_now.id], said=_said(is_now))
            yield Change("added", part, area, row, is_now.id)
        elif is_now is None and was is not None:
            row = _("原第 {n} 条规则（{said}）", n=old.rules.index(was) + 1, said=_said(was))
            yield Change("removed", part, area, row, was.id)
        elif was is not None and is_now is not None and old.columns == new.columns:
            row = _("第 {n} 条规则", n=places[is_now.id])
            for place, (one, other) in enumerate(zip(was.cells, is_now.cells, strict=False)):
                if one != other:
                    what = headings[place] if place < len(headings) else _("备注")
                    yield altered(part, area, row, is_now.id, f"“{what}”", one or ANY, other or ANY)


def _column_changes(old: Table, new: Table, part: str, area: str, subject: str) -> Iterator[Change]:
    was, is_now = dict(old.columns), dict(new.columns)
    for name in dict.fromkeys([*was, *is_now]):
        column = _("{table}的“{name}”列", table=subject, name=name)
        if name not in was or name not in is_now:
            kind: Any = "added" if name not in was else "removed"
            yield Change(kind, part, area, column, name)
        elif was[name] != is_now[name]:
            yield altered(part, area, column, name, _("表达式"), was[name], is_now[name])


def _pairs(
    old: tuple[Rule, ...], new: tuple[Rule, ...]
) -> Iterator[tuple[Rule | None, Rule | None]]:
    """Rules that belong together: by id, else those alike in what they say."""
    by_id = {rule.id: rule for rule in old}
    taken = {rule.id for rule in new if rule.id in by_id}
    free = [rule for rule in old if rule.id not in taken]
    for rule in new:
        if rule.id in by_id:
            yield by_id[rule.id], rule
            continue
        same = next((each for each in free if _alike(each, rule) > 0.6), None)
        if same is not None:
            free.remove(same)
        yield same, rule
    for rule in free:
        yield rule, None


def _alike(one: Rule, other: Rule) -> float:
    return difflib.SequenceMatcher(None, one.cells, other.cells, autojunk=False).ratio()


def _said(rule: Rule) -> str:
    return " | ".join(cell or ANY for cell in rule.cells)


def tables_in(xml: str) -> dict[str, Table]:
    """The tables of a file by id. Raises ValueError for one that can't be read."""
    try:
        root = parse(xml.encode())
    except Exception as error:  # whatever the parser refuses it for
        raise ValueError from error
    found = {}
    for decision in _inside(root, "decision"):
        id = decision.get("id", "")
        for table in _inside(decision, "decisionTable"):
            inputs = [
                (each.get("label") or asked, asked)
                for each in _inside(table, "input")
                for asked in (_text(each, "inputExpression"),)
            ]
            outputs = [
                (each.get("label") or each.get("name") or decision.get("name", ""),
                 each.get("typeRef", ""))
                for each in _inside(table, "output")
            ]  # fmt: skip
            found[id] = Table(
                decision.get("name") or id,
                table.get("hitPolicy", "UNIQUE"),
                (*inputs, *outputs),
                tuple(_rule(each, place) for place, each in enumerate(_inside(table, "rule"))),
            )
    return found


def _rule(element: Any, place: int) -> Rule:
    entries = [*_inside(element, "inputEntry"), *_inside(element, "outputEntry")]
    return Rule(
        element.get("id") or f"rule-{place}",
        tuple("".join(entry.itertext()).strip() for entry in entries),
    )


def _text(element: Any, name: str) -> str:
    return "".join("".join(each.itertext()).strip() for each in _inside(element, name))


def _inside(element: Any, name: str) -> list[Any]:
    """Children of this name, whatever edition of DMN they are written in."""
    return [
        each
        for each in element
        if isinstance(each.tag, str) and etree.QName(each).localname == name
    ]
