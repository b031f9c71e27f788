"""Routing variables: the only data a case keeps in the engine, each with a declared type.

Form answers never come here. Values are kept as JSON; a date is kept as ISO text and handed to
FEEL and to callers as `date`.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from bpmn.dialect import VARIABLE_TYPE_NAMES
from bpmn.problems import BadData

MAX_VALUE_BYTES = 4096
"""One variable, as JSON. Routing needs facts, not documents."""


def coerce(name: str, kind: str, value: Any) -> Any:
    """The value as it is kept. Raises `BadData` when it can't be one of `kind`; None clears."""
    if value is None:
        return None
    kept = _COERCE[kind](value)
    if kept is None:
        raise BadData(name=name, type=VARIABLE_TYPE_NAMES[kind], value=str(value)[:40])
    if isinstance(kept, str | list) and len(orjson.dumps(kept)) > MAX_VALUE_BYTES:
        raise BadData(
            "流程变量“{name}”的值太长（上限 {limit} 字节）；流程里只应放决定走向的事实。",
            code="data-too-large",
            name=name,
            limit=MAX_VALUE_BYTES,
        )
    return kept


def restore(kind: str, kept: Any) -> Any:
    """The kept value as FEEL and callers see it."""
    return date.fromisoformat(kept) if kind == "date" and isinstance(kept, str) else kept


def _number(value: Any) -> int | float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal | str):
        try:
            value = Decimal(value)
        except ArithmeticError:
            return None
        if not value.is_finite() or abs(value.adjusted()) > 300:
            return None
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int) and abs(value) >= 2**53:  # FEEL's numbers are doubles
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int) else None


def _string(value: Any) -> str | None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return None
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))


def _date(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).date().isoformat()
    except ValueError:
        return None


def _list(value: Any) -> list[Any] | None:
    if not isinstance(value, list | tuple):
        return None
    try:
        kept: list[Any] = orjson.loads(orjson.dumps(value))
    except (orjson.JSONEncodeError, RecursionError):
        return None
    return kept


_COERCE: Mapping[str, Any] = {
    "number": _number,
    "string": _string,
    "boolean": _boolean,
    "date": _date,
    "list": _list,
}
