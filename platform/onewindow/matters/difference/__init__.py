"""What is different between two versions of a matter, in words a person reads. Pure.

    for change in difference(before, after).changes:
        print(change.sentence)      # 环节“审查”的时限由 3 个工作日改为 2 个工作日

Sentences are in the language of the request. Each part of a package has a module that compares it;
whatever such a module can't read is compared as text, so that no change is ever left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import bpmn
from onewindow.matters.difference.change import Change, Kind, Piece
from onewindow.matters.difference.decisions import decision_changes
from onewindow.matters.difference.forms import form_changes
from onewindow.matters.difference.process import ProcessNames, process_changes
from onewindow.matters.difference.settings import settings_changes
from onewindow.matters.form_changes import own_title
from onewindow.matters.mending import in_shape
from onewindow.matters.package import Package
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language

__all__ = ["Change", "Difference", "Kind", "Piece", "difference"]


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, in the order of the studio's rail: process, forms, decisions, settings, tests.

    `marks` colours the drawings: element → what became of it. Flows that came or went with a node
    are marked but not listed.
    """

    changes: tuple[Change, ...]
    marks: Mapping[str, Kind]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def by_area(self) -> dict[str, list[Change]]:
        """Area (“流程”, “表单“申请表””, “申请材料” …) → its changes."""
        areas: dict[str, list[Change]] = {}
        for change in self.changes:
            areas.setdefault(change.area, []).append(change)
        return areas

    def count(self, kind: Kind) -> int:
        return sum(change.kind == kind for change in self.changes)


def difference(
    before: Package | None, after: Package, *, names: Mapping[str, str] | None = None
) -> Difference:
    """What it takes to get from one to the other; `before` None: the matter is new.

    `names` says what departments and posts are called (“department:housing” → “住房局”).
    """
    if before is None:
        before = Package({}, "", {}, {})
    written = (before.definition, after.definition)
    before, after = (
        replace(each, definition=in_shape(each.definition)) for each in (before, after)
    )
    called = _FormNames(before, after)
    process, marks = process_changes(before, after, ProcessNames(names or {}))
    return Difference(
        (
            *process,
            *_keyed(before.forms, after.forms, called, form_changes, "forms/{key}"),
            *_keyed(
                before.decisions, after.decisions, _table, decision_changes, "decisions/{key}.dmn"
            ),
            *settings_changes(before.definition, after.definition, names or {}),
            *_unreadable(written, (before.definition, after.definition)),
            *_tests(before.tests, after.tests),
        ),
        marks,
    )


_Compare = Callable[[Any, Any, str, str], Iterator[Change]]


def _keyed(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    called: Callable[[str], str],
    compare: _Compare,
    part: str,
) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        where = part.format(key=key)
        name = called(key)
        if key not in before:
            yield Change("added", where, name, subject=name)
        elif key not in after:
            yield Change("removed", where, name, subject=name)
        elif before[key] != after[key]:
            found = list(compare(before[key], after[key], where, name))
            yield from found or [Change("changed", where, name, subject=name)]


class _FormNames:
    """A form is called by its title, one without by the step that uses it."""

    def __init__(self, *packages: Package) -> None:
        self.steps: dict[str, str] = {}
        self.titles: dict[str, str] = {}
        self.apply = ""
        for package in packages:
            self.apply = package.definition.get("apply_form", self.apply)
            english = package.definition.get("steps", {}) if language() == "en" else {}
            try:
                drawing = bpmn.read(package.process.encode())
            except bpmn.Unreadable:
                continue
            for node in drawing.nodes.values():
                if form := node.ow.get("form"):
                    self.steps[form] = english.get(node.id, node.label)

            for key, schema in package.forms.items():
                if title := own_title(schema):
                    self.titles[key] = title

    def __call__(self, key: str) -> str:
        if key in self.titles:
            return _("表单“{name}”", name=self.titles[key])
        if key == self.apply:
            return _("申请表单")
        return _("表单“{name}”", name=self.steps.get(key, key))


def _table(key: str) -> str:
    return _("决策表“{name}”", name=key)


def _unreadable(
    written: tuple[Mapping[str, Any], ...], read: tuple[Mapping[str, Any], ...]
) -> Iterator[Change]:
    """That something differs which nothing can read."""
    left = [
        {n: v for n, v in w.items() if v != r.get(n)} for w, r in zip(written, read, strict=True)
    ]
    if left[0] != left[1]:
        yield Change("changed", "matter.json", _("事项信息"), subject=_("事项信息"))


def _tests(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    area = _("测试场景")
    for key in dict.fromkeys([*before, *after]):
        scenario = after.get(key, before.get(key))
        name = scenario.get("name", key) if isinstance(scenario, Mapping) else key
        kind: Kind = "changed"
        if key not in before:
            kind = "added"
        elif key not in after:
            kind = "removed"
        elif before[key] == after[key]:
            continue
        yield Change(kind, f"tests/{key}", area, subject=_("测试场景“{name}”", name=name))
