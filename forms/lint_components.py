"""Whether the properties of one component have values that make sense."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms.problems import Problem
from forms.sheet import MULTIPLE_TYPES
from forms.vocabulary import (
    LONGEST_DESCRIPTION,
    LONGEST_LABEL,
    LONGEST_TEXT,
    MOST_OPTIONS,
    RANGES,
    SAID,
    SUBTYPES,
    TEXTS,
)

Component = Mapping[str, Any]


def problem(code: str, path: str = "", id_: str = "", **params: Any) -> Problem:
    return Problem(code, TEXTS[code], params, path, id_)


def part(component: Component, name: str) -> Mapping[str, Any]:
    """A group of properties; an empty one where something else stands, which is said elsewhere."""
    part = component.get(name)
    return part if isinstance(part, Mapping) else {}


def labelled(component: Component, at: str, id_: str) -> Iterator[Problem]:
    names = [name for name in ("label", "dateLabel", "timeLabel") if component.get(name)]
    if not names:
        yield problem("no-label", f"{at}.label", id_)
    for name in names:
        label = component[name]
        if not isinstance(label, str):
            yield problem("bad-property", f"{at}.{name}", id_, name=name, wanted="文字")
        elif label.startswith("=") or "{{" in label:
            yield problem("label-expression", f"{at}.{name}", id_)


def options(component: Component, at: str, id_: str) -> Iterator[Problem]:
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


def values(component: Component, at: str, id_: str, within: Component | None) -> Iterator[Problem]:
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
    custom = part(component, "properties")
    if custom.get("range") is not None and custom["range"] not in RANGES:
        wanted = "、".join(RANGES)
        yield problem("bad-property", f"{at}.properties.range", id_, name="range", wanted=wanted)
    required = part(component, "validate").get("required")
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
    validate = part(component, "validate")
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
    custom = part(component, "properties")
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
