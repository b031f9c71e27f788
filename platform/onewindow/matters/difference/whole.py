"""All a new matter says, in the words in which differences are told. Pure.

A new matter has none to be compared with: it is compared with a hollow of itself, in which every
form, field, material and certificate has its name and nothing else.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from onewindow.matters.difference import Change, difference
from onewindow.matters.difference.settings import PART
from onewindow.matters.mending import in_shape
from onewindow.matters.package import Package

_NAMES = ("key", "path", "id", "label", "labelEn", "dateLabel", "dateLabelEn", "text", "textEn",
          "showOutline", "defaultRepetitions", "isRepeating", "allowAddRemove")  # fmt: skip
"""What a component is called, and what only its looks or its kind tell."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something of a matter by its name, and what is said of it: (property, value) in words."""

    name: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Area:
    """Things that belong together. `part` is the form they are of, or matter.json."""

    part: str
    name: str
    things: tuple[Thing, ...]


def whole(package: Package, *, names: Mapping[str, str] | None = None) -> list[Area]:
    """Everything by areas (“表单“申请表””, “申请材料” …), in the order of the studio's rail. The
    drawing, decision tables and tests aren't among it: they are looked at as they are."""
    package = replace(package, definition=in_shape(package.definition), tests={})
    found = difference(_hollow(package), package, names=names)
    areas: dict[tuple[str, str], list[Change]] = {}
    for change in found.changes:
        areas.setdefault((change.part, change.area), []).append(change)
    return [Area(part, area, tuple(_things(changes))) for (part, area), changes in areas.items()]


def _things(changes: Iterable[Change]) -> Iterator[Thing]:
    for (name, _element), some in groupby(changes, _of):
        yield Thing(name, tuple((each.what, _bare(each.after)) for each in some if each.what))


def _of(change: Change) -> tuple[str, str]:
    """Which thing a change is of: two may have the same name."""
    holder = change.element.rpartition(".")[0] if change.part == PART else change.element
    return change.subject, holder


def _hollow(package: Package) -> Package:
    of = package.definition
    certificate = of.get("certificate")
    definition = {
        "materials": [_only(each, "key", "name") for each in of.get("materials", ())],
        "guide": {
            "fees": [_only(each, "name") for each in of.get("guide", {}).get("fees", ())],
            "questions": [_only(each, "q") for each in of.get("guide", {}).get("questions", ())],
        },
        "certificate": _named(certificate) if certificate else None,
        "certificates": {key: _named(each) for key, each in of.get("certificates", {}).items()},
        "papers": {key: {} for key in of.get("papers", {})},
        **_only(of, "apply_form", "steps"),
    }
    forms = {key: _blank(form) for key, form in package.forms.items()}
    return replace(package, definition=definition, forms=forms)


def _named(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_only(plan, "name", "layout"),
        "fields": [_only(each, "key", "label") for each in plan.get("fields", ())],
    }


def _blank(form: Any) -> Any:
    """A form, or a component of one, without what it says but for its name."""
    if not isinstance(form, Mapping):
        return form
    kept = _only(form, *_NAMES)
    if form.get("type") == "group":
        kept["type"] = "group"
    inside, rules = form.get("components"), form.get("rules")
    if inside:
        kept["components"] = [_blank(each) for each in inside]
    if rules:
        kept["rules"] = [_only(each, "message") for each in rules]
    return kept


def _only(thing: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: thing[name] for name in names if name in thing}


def _bare(text: str) -> str:
    """Without the quotes around the whole: here nothing stands beside it."""
    inner = text[1:-1]
    return inner if text[:1] == "“" and text[-1:] == "”" and "“" not in inner else text
