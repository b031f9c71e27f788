"""How values are written in tenants' texts: what is printed of them, and the filters.

Every writer is bounded, and takes the text's language from the filling it is part of.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context, LoopContext

LONGEST_VALUE = 20_000
LANGUAGE = "_language"
"""The name a filling keeps its language under: "zh" or "en"."""


class Unfit(ValueError):
    """A value that can't be written; its words are Chinese and shown."""


class TooMuch(Exception):
    """More than a text may hold."""


def plain(value: Any, depth: int = 0) -> Any:
    """A fact as texts may see it: plain, bounded, without methods worth calling."""
    if depth > 6:
        raise Unfit("内容嵌套过深")
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    if isinstance(value, str):
        return _bounded(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one, depth + 1) for name, one in value.items()}
    if isinstance(value, Collection):
        return [plain(one, depth + 1) for one in value]
    return _bounded(str(value))


def _bounded(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        raise TooMuch
    return text


def _written(value: Any, english: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("Yes" if value else "No") if english else ("是" if value else "否")
    if isinstance(value, date):
        return _day(value, english)
    if isinstance(value, list):
        return (", " if english else "、").join(_written(each, english) for each in value)
    if isinstance(value, Mapping | LoopContext):
        raise Unfit("要填入的是一组内容，请写明其中哪一项")
    return str(value)


def _day(value: date, english: bool) -> str:
    if english:
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _english(context: Context) -> bool:
    return bool(context.get(LANGUAGE) == "en")


@pass_context
def printed(context: Context, value: Any) -> str:
    if isinstance(value, Undefined):
        return str(value)  # raises, naming what is missing
    return _written(value, _english(context))


def _default(value: Any, other: Any = "") -> Any:
    return other if isinstance(value, Undefined) or value in (None, "") else value


@pass_context
def _join(context: Context, value: Any, between: Any = None) -> str:
    if not isinstance(value, list):
        raise Unfit("join 只能用于列表")
    english = _english(context)
    glue = str(between) if between is not None else ", " if english else "、"
    if len(glue) * len(value) > LONGEST_VALUE:
        raise TooMuch
    return _bounded(glue.join(_written(one, english) for one in value))


@pass_context
def _date(context: Context, value: Any) -> str:
    """A date in words; ISO texts are read as dates."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            raise Unfit(f"“{value[:20]}”不是日期") from None
    if not isinstance(value, date):
        raise Unfit("date 只能用于日期")
    return _day(value, _english(context))


@pass_context
def _hour(context: Context, value: Any) -> str:
    """Day, hour and minute of an aware moment, in its own zone."""
    if not isinstance(value, datetime):
        raise Unfit("time 只能用于时刻")
    return f"{_day(value, _english(context))} {value:%H:%M}"


def _money(value: Any) -> str:
    """Money is kept in 分; people read 元."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit("money 只能用于以分为单位的整数")
    return f"{Decimal(value) / 100:,.2f}"


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _last(value: Any) -> Any:
    return value[-1] if isinstance(value, list) and value else None


def _length(value: Any) -> int:
    if not isinstance(value, list | str):
        raise Unfit("length 只能用于列表或文字")
    return len(value)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "default": _default,
    "join": _join,
    "date": _date,
    "time": _hour,
    "money": _money,
    "first": _first,
    "last": _last,
    "length": _length,
    "trim": lambda value: _written(value, english=False).strip(),
    "upper": lambda value: _written(value, english=False).upper(),
    "lower": lambda value: _written(value, english=False).lower(),
}
