"""Where expressions and answers stand in the parts of a draft: each rewritten in its place.

Drafts may be wrong: whatever isn't of the kind it should be is left as it is.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

_TEMPLATE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_EXPRESSIONS = ("readonly", "expression", "valuesExpression", "dataSource")
_LIMITS = ("min", "max", "minLength", "maxLength")
_TEXTS = ("text", "textEn", "description", "descriptionEn")

Rewrite = Callable[[str], str]


def in_matter(definition: Mapping[str, Any], change: Callable[[str, bool], str]) -> dict[str, Any]:
    """matter.json with every expression over answers as `change(expression, later)` gives it;
    `later`: whether the answers of every form are at hand."""

    def early(text: str) -> str:
        return change(text, False)

    def late(text: str) -> str:
        return change(text, True)

    def plan(one: Any) -> Any:
        fields = _each(_at(one, "fields"), lambda each: _with(each, ("value",), late))
        whole = _with(one, ("when",), late)
        return {**whole, "fields": fields} if isinstance(fields, list) else whole

    now = dict(_with(definition, ("summary",), early))
    for name, rewritten in (
        ("variables", lambda one: _with(one, tuple(one), early)),
        ("certificate", plan),
        ("certificates", lambda one: {key: plan(each) for key, each in one.items()}),
    ):
        if isinstance(now.get(name), dict):
            now[name] = rewritten(now[name])
    if "materials" in now:
        now["materials"] = _each(now["materials"], lambda one: _with(one, ("when",), early))
    return now


def in_form(schema: Any, change: Rewrite) -> Any:
    """A form with each of its expressions as `change` gives it."""
    if not isinstance(schema, dict):
        return schema
    now = _component(schema, change)
    if "rules" in now:
        now = {**now, "rules": _each(now["rules"], lambda rule: _with(rule, ("when",), change))}
    return now


def _component(one: Any, change: Rewrite) -> Any:
    def template(text: str) -> str:
        # "=" before it, as it is read; it isn't written there.
        return _TEMPLATE.sub(lambda found: "{{" + change("=" + found[1])[1:] + "}}", text)

    now = _with(_with(one, _EXPRESSIONS, change), _TEXTS, template, sign="")
    if not isinstance(now, dict):
        return now
    for name, keys in (("conditional", ("hide",)), ("validate", _LIMITS)):
        if name in now:
            now = {**now, name: _with(now[name], keys, change)}
    if "components" in now:
        now = {**now, "components": _each(now["components"], lambda each: _component(each, change))}
    return now


def answers_in(
    test: Mapping[str, Any],
    steps: Collection[str],
    applies: bool,
    change: Callable[[Any], Any],
    asked: Rewrite,
) -> dict[str, Any]:
    """A test with the answers to one form, which `steps` show or which `applies`, as `change` gives
    them; and the questions that a correction asks for, by their paths, as `asked` does."""

    def act(one: Any) -> Any:
        done, step = _at(one, "do"), _at(one, "step")
        if (done == "answer" and applies) or (done == "complete" and str(step) in steps):
            return {**one, "answers": change(one["answers"])} if "answers" in one else one
        if done == "correct" and applies and "items" in one:
            items = _each(one["items"], lambda item: _with(item, ("field",), asked, sign=""))
            return {**one, "items": items}
        return one

    now = dict(test)
    start = now.get("start")
    if applies and isinstance(start, dict) and "answers" in start:
        now["start"] = {**start, "answers": change(start["answers"])}
    if "acts" in now:
        now["acts"] = _each(now["acts"], act)
    return now


def _with(one: Any, names: Collection[str], change: Rewrite, sign: str = "=") -> Any:
    """An object with the texts under these names changed, if they begin with `sign`."""
    if not isinstance(one, dict):
        return one
    texts = {name: one[name] for name in names if isinstance(one.get(name), str)}
    return {**one, **{name: change(text) for name, text in texts.items() if text.startswith(sign)}}


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    return [change(each) for each in value] if isinstance(value, list) else value


def _at(one: Any, name: str) -> Any:
    return one.get(name) if isinstance(one, Mapping) else None
