"""How dates, limits, money and sizes are written for people: the filters of every template.

Times are shown in the one legal time (`clock.ZONE`); a naive datetime is a
mistake of the caller and is refused.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from jinja2 import pass_context

from onewindow import clock
from onewindow.web.i18n import _, language, pick

NONE = "–"

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def date_words(value: date | datetime | None) -> str:
    """2026年11月22日 · 22 November 2026. None is shown as a dash."""
    if value is None:
        return NONE
    day = _local(value)
    if language() == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def short_date(value: date | datetime | None) -> str:
    """11月22日 · 22 Nov: for dense tables where the year is plain."""
    if value is None:
        return NONE
    day = _local(value)
    if language() == "en":
        return f"{day.day} {_MONTHS[day.month - 1][:3]}"
    return f"{day.month}月{day.day}日"


def datetime_words(value: datetime | None) -> str:
    """2026年11月22日 14:05 · 22 November 2026, 14:05. None is shown as a dash."""
    if value is None:
        return NONE
    comma = "," if language() == "en" else ""
    return f"{date_words(value)}{comma} {time_words(value)}"


def short_datetime(value: datetime | None) -> str:
    """11月22日 14:05 · 22 Nov 14:05."""
    return NONE if value is None else f"{short_date(value)} {time_words(value)}"


def time_words(value: datetime | None) -> str:
    """14:05."""
    return NONE if value is None else f"{_local(value):%H:%M}"


def machine_time(value: date | datetime | None) -> str:
    """The value of a <time datetime="…"> attribute (ISO 8601)."""
    return "" if value is None else _local(value).isoformat()


def limit_words(left: int | None, unit: str = "wd") -> str:
    """What is left of a limit: "剩 2 个工作日", "今天到期", "逾期 3 个工作日".

    `left` counts whole units until the due date, negative when past; None: nothing is running.
    `unit` as in `ow:limit`: wd working days, d natural days, h hours, mo months.
    """
    if left is None:
        return NONE
    if left == 0:
        return _("今天到期") if unit != "h" else _("不足 1 小时")
    if left > 0:
        return _("剩 {span}", span=span_words(f"{left}{unit}"))
    return _("逾期 {span}", span=span_words(f"{-left}{unit}"))


def span_words(limit: str | None) -> str:
    """A limit as a definition writes it, in words: "5wd" → "5 个工作日"."""
    if not limit:
        return NONE
    number = limit.rstrip("abcdefghijklmnopqrstuvwxyz")
    n, unit = int(number), limit[len(number) :]
    match unit:
        case "wd":
            return _("{n} 个工作日", n=n)
        case "d":
            return _("{n} 天", n=n)
        case "h":
            return _("{n} 小时", n=n)
        case "mo":
            return _("{n} 个月", n=n)
    return limit


def money_words(cents: int | None) -> str:
    """Integer 分 → "1,234.50 元" · "¥1,234.50"; whole yuan are shown without decimals."""
    if cents is None:
        return NONE
    sign, (yuan, fen) = "-" if cents < 0 else "", divmod(abs(cents), 100)
    amount = f"{sign}{yuan:,}" + (f".{fen:02}" if fen else "")
    return f"¥{amount}" if language() == "en" else f"{amount} 元"


def size_words(octets: int | None) -> str:
    """Bytes → "820 KB", "1.2 MB" (powers of 1024, as file dialogs show them)."""
    if octets is None:
        return NONE
    if octets < 1024:
        return _("{n} 字节", n=octets)
    size = float(octets)
    for unit in ("KB", "MB", "GB", "TB"):
        size /= 1024
        if size < 1024 or unit == "TB":
            break
    return f"{size:.0f} {unit}" if size >= 10 or unit == "KB" else f"{size:.1f} {unit}"


def masked(text: str | None, head: int = 3, tail: int = 4) -> str:
    """An ID or phone number with its middle hidden: "138****0001"."""
    if not text:
        return NONE
    if len(text) <= head + tail:
        return text[:1] + "*" * (len(text) - 1)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def _local(value: date | datetime) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime can't be shown: which zone is it in?")
        return clock.local(value)
    return value


def _spoken(words: Callable[..., str]) -> Callable[..., str]:
    """Keep Jinja from folding a constant into the template: the answer depends on the reader."""

    @pass_context
    def filter_(_context: Any, *args: Any, **kwargs: Any) -> str:
        return words(*args, **kwargs)

    return filter_


FILTERS = {
    "date": _spoken(date_words),
    "short_date": _spoken(short_date),
    "datetime": _spoken(datetime_words),
    "short_datetime": _spoken(short_datetime),
    "time": _spoken(time_words),
    "iso": machine_time,
    "limit": _spoken(limit_words),
    "span": _spoken(span_words),
    "money": _spoken(money_words),
    "size": _spoken(size_words),
    "masked": masked,
    "pick": _spoken(pick),
}
