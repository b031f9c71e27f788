"""Twins of js/types.js: per field, what it accepts and what is wrong with it.

For fields whose judgement needs no engine. `acceptor` and `judger` look at the definition once and
return a function; what only V8 can judge raises Unsupported.
"""

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from forms.conditions import Unsupported
from forms.gate import choices, scalar_text
from forms.identity import (
    credit_code_problem,
    id_number_problem,
    mobile_problem,
    phone_problem,
    range_problem,
    writing_problem,
)
from forms.patterns import pattern_of
from forms.render import yuan
from forms.sheet import CHOICE_TYPES, MULTIPLE_TYPES, flag_property

Found = tuple[str, dict[str, Any]] | None
Judger = Callable[[Any, str], Found]
Acceptor = Callable[[Any], Any]

LONGEST = {"textfield": 500, "textarea": 5000}
LARGEST = 2**53 - 1
REGION_PARTS = ("province", "city", "county", "town", "street")
_REGION_KEPT = (*REGION_PARTS, "code")
_REGION_REQUIRED = ("province", "city", "county", "street")
_MUNICIPALITIES = frozenset(("北京市", "天津市", "上海市", "重庆市"))
_ASKS = {"datetime": "required-choice", "checkbox": "required-tick"} | dict.fromkeys(
    CHOICE_TYPES, "required-choice"
)

# What JavaScript trims, which isn't what Python does.
_SPACE = (
    "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)
_SPACES = re.compile(f"[{_SPACE}]")
_ODD = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BREAKS = re.compile("[\r\n\t]")
_LINE_ENDS = re.compile("\r\n?")
_UPPER = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def one_line(text: str) -> str:
    if _ODD.search(text):
        text = _BREAKS.sub(" ", _UNWRITABLE.sub("", text))
    return text.strip(_SPACE)


def many_lines(text: str) -> str:
    if _ODD.search(text):
        text = _LINE_ENDS.sub("\n", _UNWRITABLE.sub("", text))
    return text.strip(_SPACE)


def compact(text: str) -> str:
    return _SPACES.sub("", one_line(text)).translate(_UPPER)


def acceptor(field: Mapping[str, Any]) -> Acceptor:
    """The value as the form keeps it; the type's empty value when it doesn't fit."""
    type_ = field["type"]
    if type_ in _TEXTS:
        clean = _TEXTS[type_]
        return lambda value: clean(value) if isinstance(value, str) else ""
    if type_ in MULTIPLE_TYPES:
        return _ones_acceptor(field)
    if type_ in CHOICE_TYPES:
        return _one_acceptor(field)
    return _ACCEPTORS[type_]


def _one_acceptor(field: Mapping[str, Any]) -> Acceptor:
    """One choice; open again if the definition no longer offers it."""
    known = _offered(field)
    return lambda value: value if _is_scalar(value) and _key(value) in known else None


def _ones_acceptor(field: Mapping[str, Any]) -> Acceptor:
    known = _offered(field)

    def accept(value: Any) -> list[Any]:
        chosen = value if _is_choice_list(value) else []
        return [one for one in chosen if _key(one) in known]

    return accept


def _offered(field: Mapping[str, Any]) -> set[tuple[bool, Any]]:
    if "valuesKey" in field or "values" not in field:
        raise Unsupported
    return {_key(choice["value"]) for choice in choices(field)}


_TEXTS: Mapping[str, Callable[[str], str]] = {
    "textfield": one_line,
    "textarea": many_lines,
    "idnumber": compact,
    "creditcode": compact,
    "mobile": compact,
}


def _accept_number(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value) or None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) <= LARGEST else value
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _accept_date(value: Any) -> Any:
    return (one_line(value) or None) if isinstance(value, str) else None


def _accept_region(value: Any) -> Any:
    if not isinstance(value, dict):
        return None
    cleaned: dict[str, str] = {}
    for part in _REGION_KEPT:
        text = value.get(part)
        if text is None:
            continue
        if not isinstance(text, str):
            return None
        text = one_line(text)
        if text:
            cleaned[part] = text
    return cleaned or None


_ACCEPTORS: Mapping[str, Acceptor] = {
    "number": _accept_number,
    "money": _accept_number,
    "datetime": _accept_date,
    "checkbox": lambda value: value is True,
    "region": _accept_region,
}


def _is_scalar(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int)


def _is_choice_list(value: Any) -> bool:
    if not isinstance(value, list) or not all(map(_is_scalar, value)):
        return False
    return len({_key(one) for one in value}) == len(value)


def _key(value: Any) -> tuple[bool, Any]:
    """True and 1 are equal to Python, and different options."""
    return isinstance(value, bool), value


def judger(field: Mapping[str, Any]) -> Judger:
    """What is wrong with an accepted value: (code, params) or None, given today's date."""
    type_ = field["type"]
    required = (field.get("validate") or {}).get("required")
    missing: Found = (_ASKS.get(type_, "required"), {}) if required else None
    tick = type_ == "checkbox"
    judge = _JUDGERS[type_](field)

    def judged(value: Any, today: str) -> Found:
        if value is None or value == "" or value == [] or (tick and value is False):
            return missing
        return judge(value, today)

    return judged


def _text(field: Mapping[str, Any]) -> Judger:
    validate = field.get("validate") or {}
    least, most = _number_of(validate, "minLength"), _number_of(validate, "maxLength")
    if most is None:
        most = LONGEST[field["type"]]
    email = validate.get("validationType") == "email"
    pattern = pattern_of(validate["pattern"]) if validate.get("pattern") else None
    if pattern is not None and most > LONGEST["textfield"]:
        raise Unsupported  # a long text may take a pattern long; V8 can be stopped
    own = validate.get("patternErrorMessage")
    unmatched: Found = ("pattern", {"message": own} if own else {})

    def judge(value: str, today: str) -> Found:
        length = len(value)
        if least is not None and length < least:
            return "min-length", {"min": scalar_text(least), "length": length}
        if length > most:
            return "max-length", {"max": scalar_text(most), "length": length}
        if email and not _EMAIL.fullmatch(value):
            return "email", {}
        return unmatched if pattern is not None and not pattern.search(value) else None

    return judge


_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")


def _number(field: Mapping[str, Any]) -> Judger:
    validate = field.get("validate") or {}
    least, most = _number_of(validate, "min"), _number_of(validate, "max")
    digits = field.get("decimalDigits")
    step = float(field.get("increment") or 0)
    multiple = _multiple_of(step) if step else None

    def judge(value: Any, today: str) -> Found:
        if isinstance(value, str):
            return "number", {}
        if abs(value) > LARGEST:
            return "number-size", {}
        if isinstance(digits, int) and isinstance(value, float) and decimals_of(value) > digits:
            return ("decimals", {"digits": digits}) if digits else ("integer", {})
        if multiple is not None and not multiple(value):
            return "step", {"step": scalar_text(step)}
        if least is not None and value < least:
            return "min", {"min": scalar_text(least)}
        if most is not None and value > most:
            return "max", {"max": scalar_text(most)}
        return None

    return judge


def _money(field: Mapping[str, Any]) -> Judger:
    validate = field.get("validate") or {}
    least, most = _number_of(validate, "min"), _number_of(validate, "max")
    least = 0 if least is None else least

    def judge(value: Any, today: str) -> Found:
        if not isinstance(value, int) or abs(value) > LARGEST:
            return ("money" if isinstance(value, str) else "type"), {}
        if value < least:
            return "money-min", {"min": yuan(int(least))}
        if most is not None and value > most:
            return "money-max", {"max": yuan(int(most))}
        return None

    return judge


def _date(field: Mapping[str, Any]) -> Judger:
    subtype = field.get("subtype") or "date"
    range_ = (field.get("properties") or {}).get("range")
    if range_ is None and field.get("disallowPassedDates"):
        range_ = "today-or-future"

    def judge(value: str, today: str) -> Found:
        writing = writing_problem(value, subtype)
        if writing:
            return writing, {}
        outside = None if subtype == "time" else range_problem(value, range_, today)
        return (outside, {}) if outside else None

    return judge


def _choice(field: Mapping[str, Any]) -> Judger:
    return lambda value, today: None  # what isn't offered was not accepted


def _region(field: Mapping[str, Any]) -> Judger:
    listed = (field.get("properties") or {}).get("parts")
    parts: tuple[str, ...] = _REGION_REQUIRED
    if isinstance(listed, str):
        named = re.split(r"[\s,，]+", listed)
        parts = tuple(part for part in REGION_PARTS if part in named)

    def judge(value: dict[str, str], today: str) -> Found:
        direct = value.get("province") in _MUNICIPALITIES
        for part in parts:
            if not value.get(part) and not (direct and part == "city"):
                return f"region-{part}", {}
        longest = max(map(len, value.values()))
        return ("max-length", {"max": "100", "length": longest}) if longest > 100 else None

    return judge


def _coded(problem: Callable[[str, str], str | None]) -> Judger:
    def judge(value: str, today: str) -> Found:
        code = problem(value, today)
        return (code, {}) if code else None

    return judge


def _phone(text: str, today: str) -> str | None:
    return phone_problem(text)


def _mobile(text: str, today: str) -> str | None:
    return mobile_problem(text)


_JUDGERS: Mapping[str, Callable[[Mapping[str, Any]], Judger]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "money": _money,
    "datetime": _date,
    "checkbox": lambda field: lambda value, today: None,
    "region": _region,
    "idnumber": lambda field: _coded(id_number_problem),
    "creditcode": lambda field: _coded(lambda text, today: credit_code_problem(text)),
    "mobile": lambda field: _coded(_phone if flag_property(field, "landline") else _mobile),
} | dict.fromkeys(CHOICE_TYPES, _choice)


def _number_of(validate: Mapping[str, Any], name: str) -> Any:
    """A limit written as a number; one that has to be computed is left to V8."""
    limit = validate.get(name)
    if isinstance(limit, str):
        raise Unsupported
    return limit


def decimals_of(number: float) -> int:
    """Decimals of the shortest text that reads back as the same double: 1.50 has one."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return max(0, -int(exponent))


def _multiple_of(step: float) -> Callable[[Any], bool]:
    divisor = Decimal(repr(step))

    def multiple(value: Any) -> bool:
        number = Decimal(repr(value))
        scale = min(_exponent(number), _exponent(divisor))
        whole = _units(divisor, scale)
        return whole == 0 or _units(number, scale) % whole == 0

    return multiple


def _exponent(number: Decimal) -> int:
    return min(0, int(number.as_tuple().exponent))


def _units(number: Decimal, scale: int) -> int:
    sign, digits, exponent = number.as_tuple()
    units = int("".join(map(str, digits))) * int(10 ** (int(exponent) - scale))
    return -units if sign else units
