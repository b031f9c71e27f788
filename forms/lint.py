"""Whether a definition may be used: every problem with where it stands and what to do.

Structure is looked at here; what expressions and patterns say is in `lint_expressions`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from forms import lint_expressions
from forms.engine import Engine
from forms.lint_components import Component, labelled, options, problem, values
from forms.problems import Problem
from forms.sheet import CHOICE_TYPES, VALUE_TYPES
from forms.vocabulary import (
    ADORNERS,
    CUSTOM,
    DEEPEST,
    LARGEST_DEFINITION,
    MOST_COMPONENTS,
    MOST_RULES,
    PROPERTIES,
    REFUSED_TYPES,
    RESERVED,
    SAID,
    VALIDATIONS,
)

Address = tuple[str, ...]

_NAME = re.compile(r"[^\W\d_]\w{0,63}")
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")


def check(
    definition: Any, *, known: Collection[str] | None = None, feel: Engine | None = None
) -> list[Problem]:
    """Everything wrong with a definition, in its order; empty when it may be published.

    `known`: names that expressions may use beyond the form's own, with dots for what is below
    them ("applicant.name"); None: names aren't looked at. `feel`: the engine that reads
    expressions and patterns; without it only their outside is checked.
    """
    problem = _unusable(definition)
    if problem is not None:
        return [problem]
    problems = list(_Structure(definition).problems())
    if problems:
        return problems
    return lint_expressions.check(definition, known, feel)


def _unusable(definition: Any) -> Problem | None:
    """What keeps from looking any further."""
    if not isinstance(definition, Mapping) or not isinstance(definition.get("components"), list):
        return problem("not-a-form")
    try:
        size = len(orjson.dumps(definition))
    except (TypeError, RecursionError, orjson.JSONEncodeError):
        return problem("not-json")
    if size > LARGEST_DEFINITION:
        most = LARGEST_DEFINITION // 1024
        return problem("form-too-large", size=-(-size // 1024), most=most)
    count = _count(definition["components"])
    if count > MOST_COMPONENTS:
        return problem("too-many-components", count=count, most=MOST_COMPONENTS)
    return None


def _count(components: list[Any]) -> int:
    nested = (c.get("components") for c in components if isinstance(c, Mapping))
    return len(components) + sum(_count(inner) for inner in nested if isinstance(inner, list))


class _Structure:
    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.definition = definition
        self.ids: set[str] = set()
        self.keys: dict[tuple[str, ...], str] = {}

    def problems(self) -> Iterator[Problem]:
        form = self.definition
        yield from self._properties(form, "default", "", str(form.get("id") or ""))
        yield from self._components(form["components"], "components", (), None, 1)
        yield from self._rules(form.get("rules"))

    def _components(
        self, components: list[Any], at: str, address: Address, within: Component | None, depth: int
    ) -> Iterator[Problem]:
        for index, component in enumerate(components):
            path = f"{at}[{index}]"
            if not isinstance(component, Mapping) or not isinstance(component.get("type"), str):
                yield problem("not-a-component", path)
            elif depth > DEEPEST:
                yield problem("too-deep", path, most=DEEPEST)
            else:
                yield from self._component(component, path, address, within, depth)

    def _component(
        self, component: Component, at: str, address: Address, within: Component | None, depth: int
    ) -> Iterator[Problem]:
        type_ = component["type"]
        id_ = str(component.get("id") or component.get("key") or component.get("path") or "")
        if type_ in REFUSED_TYPES:
            yield problem("type-refused", at, id_, type=type_, instead=REFUSED_TYPES[type_])
            return
        if type_ not in PROPERTIES or type_ == "default":
            yield problem("type-unknown", at, id_, type=type_)
            return
        yield from self._properties(component, type_, at, id_)
        yield from self._id(component, at)
        steps: tuple[str, ...] = ()
        if type_ in VALUE_TYPES or type_ == "dynamiclist" or component.get("path"):
            name = "key" if type_ in VALUE_TYPES else "path"
            found = list(self._key(component, name, at, id_, address))
            yield from found
            if not found:
                steps = tuple(component[name].split("."))
        if type_ in VALUE_TYPES and type_ != "expression":
            yield from labelled(component, at, id_)
        if type_ in CHOICE_TYPES:
            yield from options(component, at, id_)
        yield from values(component, at, id_, within)
        if isinstance(component.get("components"), list):
            inner = component if type_ == "dynamiclist" else within
            path = f"{at}.components"
            yield from self._components(
                component["components"], path, address + steps, inner, depth + 1
            )

    def _properties(self, component: Component, type_: str, at: str, id_: str) -> Iterator[Problem]:
        known = PROPERTIES[type_]
        spoken = {f"{name}En" for name in SAID if name in known}
        for name in component:
            if name not in known and name not in spoken:
                yield problem("property-unknown", _at(at, name), id_, type=type_, name=name)
        for name, allowed in (
            ("validate", VALIDATIONS.get(type_, ("required",))),
            ("properties", CUSTOM.get(type_, ())),
            ("conditional", ("hide",)),
            ("appearance", ADORNERS),
            ("layout", ("row", "columns")),
        ):
            inner = component.get(name)
            if inner is None:
                continue
            if not isinstance(inner, Mapping):
                yield problem("bad-property", _at(at, name), id_, name=name, wanted="一组属性")
                continue
            for key in inner:
                if key not in allowed:
                    where = f"{_at(at, name)}.{key}"
                    yield problem("property-unknown", where, id_, type=type_, name=f"{name}.{key}")

    def _id(self, component: Component, at: str) -> Iterator[Problem]:
        id_ = component.get("id")
        if id_ is None:
            return
        if not isinstance(id_, str) or not _ID.fullmatch(id_):
            yield problem("bad-id", f"{at}.id", str(id_), name=id_)
        elif id_ in self.ids:
            yield problem("duplicate-id", f"{at}.id", id_, name=id_)
        else:
            self.ids.add(id_)

    def _key(
        self, component: Component, name: str, at: str, id_: str, address: Address
    ) -> Iterator[Problem]:
        key = component.get(name)
        where = f"{at}.{name}"
        if not key:
            yield problem("no-key" if name == "key" else "no-path", where, id_)
            return
        if not isinstance(key, str) or not all(map(_NAME.fullmatch, key.split("."))):
            yield problem("bad-key", where, id_, name=key)
            return
        for step in key.split("."):
            if step in RESERVED:
                yield problem("reserved-key", where, id_, name=step)
                return
        yield from self._claim((*address, *key.split(".")), component["type"], where, id_)

    def _claim(self, address: Address, type_: str, where: str, id_: str) -> Iterator[Problem]:
        """Two fields can't keep their values in one place, nor one inside the other."""
        name = ".".join(address)
        before = self.keys.get(address)
        if before is not None and not before == type_ == "group":
            yield problem("duplicate-key", where, id_, name=name)
            return
        for length in range(1, len(address)):
            if self.keys.get(address[:length]) in VALUE_TYPES:
                yield problem("key-inside", where, id_, name=name, other=".".join(address[:length]))
                return
        if type_ not in ("group", "dynamiclist"):
            for other in self.keys:
                if len(other) > len(address) and other[: len(address)] == address:
                    yield problem("key-inside", where, id_, name=name, other=".".join(other))
                    return
        self.keys[address] = type_

    def _rules(self, rules: Any) -> Iterator[Problem]:
        if rules is None:
            return
        if not isinstance(rules, list):
            yield problem("bad-property", "rules", name="rules", wanted="列表")
            return
        if len(rules) > MOST_RULES:
            yield problem("too-many-rules", "rules", count=len(rules), most=MOST_RULES)
        for index, rule in enumerate(rules):
            yield from self._rule(rule, f"rules[{index}]")

    def _rule(self, rule: Any, at: str) -> Iterator[Problem]:
        if not isinstance(rule, Mapping) or not all(
            isinstance(rule.get(name), str) and rule[name] for name in ("when", "message")
        ):
            yield problem("bad-rule", at)
            return
        for name in rule:
            if name not in ("when", "message", "messageEn", "field"):
                yield problem("property-unknown", f"{at}.{name}", type="rule", name=name)
        field = rule.get("field")
        if field is None:
            return
        if not isinstance(field, str):
            yield problem("bad-property", f"{at}.field", name="field", wanted="文字")
            return
        paths = {".".join(key) for key, type_ in self.keys.items() if type_ != "group"}
        if field not in paths and field not in self.ids:
            yield problem("rule-field", f"{at}.field", str(field), name=field)


def _at(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name
