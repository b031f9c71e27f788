"""Whether a definition may be used: every problem with where it stands and what to do.

Structure is looked at here; what expressions and patterns say is in `lint_expressions`.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from forms import lint_expressions
from forms.engine import Engine
from forms.problems import Problem
from forms.sheet import CHOICE_TYPES, MULTIPLE_TYPES, VALUE_TYPES
from forms.vocabulary import (
    ADORNERS,
    CUSTOM,
    DEEPEST,
    LARGEST_DEFINITION,
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MOST_COMPONENTS,
    MOST_OPTIONS,
    MOST_RULES,
    PROPERTIES,
    RANGES,
    REFUSED_TYPES,
    RESERVED,
    SAID,
    SUBTYPES,
    TEXTS,
    VALIDATIONS,
)

Component = Mapping[str, Any]
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


def problem(code: str, path: str = "", id_: str = "", **params: Any) -> Problem:
    return Problem(code, TEXTS[code], params, path, id_)


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
            yield from _labelled(component, at, id_)
        if type_ in CHOICE_TYPES:
            yield from _options(component, at, id_)
        yield from _values(component, at, id_, within)
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


def _part(component: Component, name: str) -> Mapping[str, Any]:
    """A group of properties; an empty one where something else stands, which is said elsewhere."""
    part = component.get(name)
    return part if isinstance(part, Mapping) else {}


def _at(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _labelled(component: Component, at: str, id_: str) -> Iterator[Problem]:
    names = [name for name in ("label", "dateLabel", "timeLabel") if component.get(name)]
    if not names:
        yield problem("no-label", f"{at}.label", id_)
    for name in names:
        label = component[name]
        if not isinstance(label, str):
            yield problem("bad-property", f"{at}.{name}", id_, name=name, wanted="文字")
        elif label.startswith("=") or "{{" in label:
            yield problem("label-expression", f"{at}.{name}", id_)


def _options(component: Component, at: str, id_: str) -> Iterator[Problem]:
    sources = [name for name in ("values", "valuesKey", "valuesExpression") if name in component]
    if len(sources) > 1:
        yield problem("options-twice", at, id_)
        return
    if not sources or component[sources[0]] in ([], "", None):
        yield problem("no-options", f"{at}.values", id_)
        return
    values = component.get("values")
    if values is None:
        return
    if not isinstance(values, list):
        yield problem("bad-property", f"{at}.values", id_, name="values", wanted="列表")
        return
    if len(values) > MOST_OPTIONS:
        count = len(values)
        yield problem("too-many-options", f"{at}.values", id_, count=count, most=MOST_OPTIONS)
    seen: set[tuple[bool, Any]] = set()
    for number, option in enumerate(values, start=1):
        where = f"{at}.values[{number - 1}]"
        if not _is_option(option):
            yield problem("bad-option", where, id_, number=number)
            continue
        key = (isinstance(option["value"], bool), option["value"])
        if key in seen:
            yield problem("duplicate-option", where, id_, value=option["value"])
        seen.add(key)
    default = component.get("defaultValue")
    if default is not None and not _is_known(component, default, seen):
        yield problem("default-not-option", f"{at}.defaultValue", id_)


def _is_option(option: Any) -> bool:
    return (
        isinstance(option, Mapping)
        and isinstance(option.get("label"), str)
        and bool(option["label"])
        and isinstance(option.get("value"), str | int | float)
        and option["value"] != ""
        and all(name in ("label", "labelEn", "value", "hint", "hintEn") for name in option)
    )


def _is_known(component: Component, default: Any, known: set[tuple[bool, Any]]) -> bool:
    chosen = default if component["type"] in MULTIPLE_TYPES else [default]
    return isinstance(chosen, list) and all(
        isinstance(one, str | int | float) and (isinstance(one, bool), one) in known
        for one in chosen
    )


def _values(component: Component, at: str, id_: str, within: Component | None) -> Iterator[Problem]:
    """Single properties that have a wrong value."""
    for name, wanted, fits in _FITTING:
        value = component.get(name)
        if value is not None and not fits(value):
            yield problem("bad-property", f"{at}.{name}", id_, name=name, wanted=wanted)
    for name in (*SAID, "labelEn"):
        value = component.get(name)
        most = {"text": LONGEST_TEXT, "description": LONGEST_DESCRIPTION}.get(name, LONGEST_LABEL)
        if isinstance(value, str) and len(value) > most:
            yield problem("too-long", f"{at}.{name}", id_, name=name, length=len(value), most=most)
    yield from _limits(component, at, id_)
    yield from _rows(component, at, id_)
    custom = _part(component, "properties")
    if custom.get("range") is not None and custom["range"] not in RANGES:
        wanted = "、".join(RANGES)
        yield problem("bad-property", f"{at}.properties.range", id_, name="range", wanted=wanted)
    required = _part(component, "validate").get("required")
    if component["type"] == "checkbox" and required and component.get("defaultValue") is True:
        yield problem("ticked-for-you", f"{at}.defaultValue", id_)
    readonly = component.get("readonly") or component.get("disabled")
    if within is not None and isinstance(readonly, str):
        yield problem("read-only-expression-in-list", f"{at}.readonly", id_)
    elif within is not None and readonly and within.get("allowAddRemove", True):
        yield problem("read-only-column", f"{at}.readonly", id_)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 500


def _is_step(value: Any) -> bool:
    try:
        return 0 < float(value) < 1e15 and not isinstance(value, bool)
    except (TypeError, ValueError):
        return False


_FITTING = (
    ("label", "文字", _is_text),
    ("description", "文字", _is_text),
    ("text", "文字", _is_text),
    ("placeholder", "文字", _is_text),
    ("labelEn", "文字", _is_text),
    ("descriptionEn", "文字", _is_text),
    ("disabled", "是非值", _is_flag),
    ("showOutline", "是非值", _is_flag),
    ("searchable", "是非值", _is_flag),
    ("readonly", "是非值，或以“=”开头的表达式", lambda v: _is_flag(v) or _is_text(v)),
    ("decimalDigits", "0 至 10 的整数", lambda v: _is_count(v) and v <= 10),
    ("increment", "大于 0 的数", _is_step),
    ("defaultRepetitions", "0 至 500 的整数", _is_count),
    ("isRepeating", "true", lambda v: v is True),
    ("allowAddRemove", "是非值", _is_flag),
    ("subtype", "date、time 或 datetime", lambda v: v in SUBTYPES),
    ("timeSerializingFormat", "no_timezone", lambda v: v == "no_timezone"),
    ("components", "列表", lambda v: isinstance(v, list)),
    ("expression", "以“=”开头的表达式", _is_text),
    ("computeOn", "change 或 presubmit", lambda v: v in ("change", "presubmit")),
)


def _limits(component: Component, at: str, id_: str) -> Iterator[Problem]:
    validate = _part(component, "validate")
    whole = component["type"] == "money"
    for name in ("min", "max", "minLength", "maxLength"):
        limit = validate.get(name)
        if limit is None or (isinstance(limit, str) and limit.startswith("=")):
            continue
        counted = whole or "Length" in name
        number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if not number or (counted and limit != int(limit)) or abs(limit) > 2**53 - 1:
            wanted = "整数（分）" if whole else "整数" if counted else "数字"
            wanted += "，或以“=”开头的表达式"
            yield problem("bad-property", f"{at}.validate.{name}", id_, name=name, wanted=wanted)
            return
    for least, most in (("min", "max"), ("minLength", "maxLength")):
        pair = validate.get(least), validate.get(most)
        low, high = (limit if isinstance(limit, int | float) else None for limit in pair)
        if low is not None and high is not None and low > high:
            yield problem("bad-limits", f"{at}.validate.{least}", id_)
    for name, wanted, fits in (
        ("required", "是非值", _is_flag),
        ("patternErrorMessage", "文字", _is_text),
        ("pattern", "文字", _is_text),
        ("validationType", "email（手机号请用 mobile 组件）", _PRESETS.__contains__),
    ):
        value = validate.get(name)
        if value is not None and not fits(value):
            yield problem("bad-property", f"{at}.validate.{name}", id_, name=name, wanted=wanted)


_PRESETS = ("", "email", "custom")


def _rows(component: Component, at: str, id_: str) -> Iterator[Problem]:
    if component["type"] != "dynamiclist":
        return
    custom = _part(component, "properties")
    limits = []
    for name in ("minRows", "maxRows"):
        written = custom.get(name)
        if written is None:
            continue
        whole = re.fullmatch(r"[0-9]{1,3}", str(written)) and int(written) <= MOST_OPTIONS
        if isinstance(written, bool) or not whole:
            yield problem("bad-rows", f"{at}.properties.{name}", id_)
            return
        limits.append(int(written))
    if len(limits) == 2 and limits[0] > limits[1]:
        yield problem("bad-rows", f"{at}.properties.minRows", id_)
