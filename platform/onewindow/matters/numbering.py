"""Numbers that people see, from patterns such as "JY2{region}{serial:7}"."""

import re
from dataclasses import dataclass
from datetime import datetime

from onewindow.errors import Refusal

WIDEST = 20
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\d+))?\}")


class BadPattern(Refusal, ValueError):
    """An unknown placeholder, a serial that is missing, there twice or longer than any number."""

    status = 422
    text = "编号规则“{pattern}”不对：须有且只有一处序号，不超过 20 位，其他占位只能用已有的。"


@dataclass(frozen=True, slots=True)
class Numbering:
    """A number but for its serial: prefix + serial in `width` digits + suffix.

    The serial counts within `period` (a date or a year, as the pattern's other parts say).
    """

    prefix: str
    width: int
    suffix: str
    period: str


def numbering(pattern: str, day: datetime, **values: str) -> Numbering:
    """Fill a number pattern: {serial:n}, {date} (yyyymmdd), {year}, {month}, and `values`.

    The serial starts anew each day if the pattern holds {date} or {day}, each month for {month},
    each year for {year}, and never otherwise. Raises BadPattern.
    """
    known = {
        **values,
        "date": f"{day:%Y%m%d}",
        "year": f"{day:%Y}",
        "month": f"{day:%m}",
        "day": f"{day:%d}",
    }
    names = [match[1] for match in _PLACEHOLDER.finditer(pattern)]
    if names.count("serial") != 1:
        raise BadPattern(pattern=pattern)
    period = (
        known["date"] if {"date", "day"} & set(names)
        else f"{day:%Y%m}" if "month" in names
        else known["year"] if "year" in names
        else ""
    )  # fmt: skip
    parts: list[str] = [""]
    width = 0
    end = 0
    for match in _PLACEHOLDER.finditer(pattern):
        parts[-1] += pattern[end : match.start()]
        end = match.end()
        if match[1] == "serial":
            width = int(match[2] or 4)
            if width > WIDEST:
                raise BadPattern(pattern=pattern)
            parts.append("")
        elif match[1] in known:
            parts[-1] += known[match[1]]
        else:
            raise BadPattern(pattern=pattern)
    parts[-1] += pattern[end:]
    return Numbering(parts[0], width, parts[1], period)
