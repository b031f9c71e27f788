"""What somebody in particular has to bring: a few questions narrow the list of materials.

A matter's materials may depend on the application's answers (`when`). The questions are those of
its application form that the conditions ask about and that are answered by choosing, so nothing is
configured twice. What depends on anything else stays on the list as "it depends".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from feel import FeelError
from onewindow import rooms
from onewindow.matters.definition import Material
from onewindow.matters.versions import Version

Wanted = Literal["yes", "no", "perhaps"]

_ASKED = re.compile(r"\banswers\.([A-Za-z_]\w*)")
_CHOICES = frozenset({"radio", "select"})


@dataclass(frozen=True, slots=True)
class Question:
    """One of the application form's questions, with the answer given so far ("" for none)."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Need:
    material: Material
    wanted: Wanted


def questions(version: Version, given: Mapping[str, str], language: str) -> list[Question]:
    """The questions that decide what to bring, leaving out those another answer makes pointless."""
    answers = answered(version, given)
    hidden = _hidden(version, answers)
    return [
        Question(
            key=each["key"],
            label=_said(each, language),
            options=tuple((str(o["value"]), _said(o, language)) for o in each["values"]),
            chosen=answers.get(each["key"], ""),
        )
        for each in _deciding(version)
        if each["key"] not in hidden
    ]


def answered(version: Version, given: Mapping[str, str]) -> dict[str, str]:
    """Of what somebody sent, the answers to these questions that are among the choices."""
    return {
        each["key"]: given[each["key"]]
        for each in _deciding(version)
        if given.get(each["key"]) in {option["value"] for option in each["values"]}
    }


def needs(version: Version, given: Mapping[str, str]) -> list[Need]:
    """Every material of the matter: wanted, not wanted, or it depends on what isn't said yet."""
    answers = answered(version, given)
    # What won't be asked is settled: it stays empty.
    empty = dict.fromkeys(_hidden(version, answers, for_good=True))
    settled: dict[str, str | None] = {**empty, **answers}
    return [Need(each, _wanted(each, settled)) for each in version.definition.materials]


def _wanted(material: Material, settled: Mapping[str, str | None]) -> Wanted:
    if material.when is None:
        return "yes"
    if not set(_ASKED.findall(material.when)) <= set(settled):
        return "perhaps"
    try:
        holds = rooms.feel().evaluate(material.when, {"answers": dict(settled)})
    except FeelError:
        return "perhaps"
    return "yes" if holds is True else "no"


def _deciding(version: Version) -> list[Mapping[str, Any]]:
    """The components that are answered by choosing and that some material's condition names."""
    conditions = [each.when for each in version.definition.materials if each.when]
    asked = {key for condition in conditions for key in _ASKED.findall(condition)}
    return [each for each in _fields(version) if each["key"] in asked and _is_choice(each)]


def _hidden(version: Version, answers: Mapping[str, str], *, for_good: bool = False) -> set[str]:
    """Fields that these answers hide from the form; `for_good`: whatever else may be answered."""
    fields = list(_fields(version))
    names = {each["key"]: answers.get(each["key"]) for each in fields}
    hidden: set[str] = set()
    for each in fields:
        condition = (each.get("conditional") or {}).get("hide")
        if not condition:
            continue
        if for_good and not rooms.feel().names(condition) <= {*answers, *hidden}:
            continue
        try:
            if rooms.feel().evaluate(condition, names) is True:
                hidden.add(each["key"])
        except FeelError:
            continue  # asked in case of doubt
    return hidden


def _is_choice(component: Mapping[str, Any]) -> bool:
    values = component.get("values") or ()
    return component.get("type") in _CHOICES and all(
        isinstance(option.get("value"), str) for option in values
    )


def _fields(version: Version) -> Iterator[Mapping[str, Any]]:
    """Components whose answers stand at the top of the form's answers, each with its key."""

    def walk(components: Any) -> Iterator[Mapping[str, Any]]:
        for each in components or ():
            if each.get("type") == "group" and not each.get("path"):
                yield from walk(each.get("components"))
            elif "key" in each and "." not in str(each["key"]):
                yield each

    yield from walk(version.schemas[version.definition.apply_form].get("components"))


def _said(part: Mapping[str, Any], language: str) -> str:
    return str((part.get("labelEn") if language == "en" else "") or part.get("label") or "")
