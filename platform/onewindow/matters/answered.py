"""Answers that expressions of matter.json read, and no form asks for."""

import re
from collections.abc import Iterable, Iterator

import forms
from feel import Feel
from onewindow.matters.definition import Definition
from onewindow.matters.package import Package

_STRING = re.compile(r'"[^"]*"')
_ANSWER = re.compile(r"\banswers((?:\s*\.\s*[^\W\d]\w*)+)")


def strange_answers(
    package: Package, definition: Definition, feel: Feel
) -> Iterator[tuple[str, str, str]]:
    """(where it stands, the answer, the expression) of each that reads what no form has."""
    asked: dict[str, set[str]] = {}
    for key, schema in package.forms.items():
        try:
            compiled = forms.compile(schema, feel)
        except forms.BadForm:
            return  # said by the checks; which fields it has can't be told
        asked[key] = {path for field in compiled.fields for path in _steps(field.path)}
    of_apply = asked.get(definition.apply_form, set())
    everywhere = set().union(*asked.values(), asked, *(_within(key, asked[key]) for key in asked))
    for path, text, later in _formulas(definition):
        known = everywhere if later else of_apply
        for found in _ANSWER.findall(_STRING.sub('""', text)):
            name = re.sub(r"\s", "", found).lstrip(".")
            if name not in known and not any(name.startswith(f"{each}.") for each in known):
                yield path, name, text


def _formulas(definition: Definition) -> Iterator[tuple[str, str, bool]]:
    """(path, expression, whether the answers of every form are at hand)."""
    for name, text in definition.variables.items():
        yield f"variables.{name}", text, False
    if definition.summary:
        yield "summary", definition.summary, False
    for material in definition.materials:
        if material.when:
            yield f"materials.{material.key}.when", material.when, False
    plans = {"certificate": definition.certificate} | {
        f"certificates.{key}": plan for key, plan in definition.certificates.items()
    }
    for path, plan in plans.items():
        if plan is None:
            continue
        for place, field in enumerate(plan.fields):
            yield f"{path}.fields[{place}].value", field.value, True
        if plan.when:
            yield f"{path}.when", plan.when, True


def _steps(path: str) -> Iterator[str]:
    """ "site.town" → "site", "site.town"."""
    parts = path.split(".")
    yield from (".".join(parts[: n + 1]) for n in range(len(parts)))


def _within(key: str, names: Iterable[str]) -> set[str]:
    return {f"{key}.{name}" for name in names}
