"""Python's values as FEEL's, and back.

| Python                     | FEEL                          | comes back as              |
|----------------------------|-------------------------------|----------------------------|
| None, bool, str, list, dict| null, boolean, string, …      | the same                   |
| int (to 2^53), float       | number (a double)             | int if whole, else float   |
| Decimal                    | number                        | int or float               |
| date                       | date                          | date                       |
| datetime, aware            | date and time, local clock    | datetime, aware            |
| time                       | time                          | time                       |
| timedelta                  | days and time duration        | timedelta                  |
| (none)                     | years and months duration     | ISO text, "P1Y2M"          |
"""

import re
from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import orjson

from feel.problems import FeelError, problem

MAX_CONTEXT_BYTES = 1 << 20

_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_STRICT_INTEGER
)
_DAYS_AND_TIME = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>-?[\d.]+)D)?"
    r"(?:T(?:(?P<hours>-?[\d.]+)H)?(?:(?P<minutes>-?[\d.]+)M)?(?:(?P<seconds>-?[\d.]+)S)?)?"
)


class Crossing:
    """Encodes and decodes with the `tag` that marks dates and durations in one isolate.

    The tag is random, so that nothing in an applicant's answers can pose as a date.
    """

    def __init__(self, tag: str) -> None:
        self._tag = tag
        self._mark = f'"{tag}":'.encode()

    def encode(self, names: Mapping[str, Any]) -> bytes:
        """JSON of a context. Raises FeelError (`unusable-value`, `context-too-large`,
        `forbidden-name`), and ValueError for a naive datetime, which is our own mistake."""
        try:
            body = orjson.dumps(dict(names), self._typed, _OPTIONS)
        except orjson.JSONEncodeError as error:
            if isinstance(error.__cause__, ValueError):
                raise error.__cause__ from None
            raise FeelError(problem("unusable-value", reason=str(error))) from error
        if len(body) > MAX_CONTEXT_BYTES:
            raise FeelError(problem("context-too-large", size=len(body), most=MAX_CONTEXT_BYTES))
        if b'"__proto__":' in body:
            raise FeelError(problem("forbidden-name", name="__proto__"))
        return body

    def _typed(self, value: Any) -> Any:
        match value:
            case datetime():
                if value.tzinfo is None:
                    raise ValueError(f"a datetime without time zone: {value!r}")
                return {self._tag: "date time", "text": value.isoformat()}
            case date():
                return {self._tag: "date", "text": value.isoformat()}
            case time():
                return {self._tag: "time", "text": value.isoformat()}
            case timedelta():
                return {self._tag: "duration", "text": _duration_text(value)}
            case Decimal():
                return int(value) if value == value.to_integral_value() else float(value)
            case Mapping():
                return dict(value)
            case Set():
                return list(value)
        raise TypeError(f"{type(value).__name__}")

    def decode(self, body: bytes) -> Any:
        value = orjson.loads(body)
        return self._plain(value) if self._mark in body else value

    def _plain(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        if not isinstance(value, dict):
            return value
        kind = value.get(self._tag)
        if kind is None:
            return {name: self._plain(entry) for name, entry in value.items()}
        text: str = value["text"]
        match kind:
            case "date":
                return date.fromisoformat(text)
            case "date time":
                return datetime.fromisoformat(text)
            case "time":
                return time.fromisoformat(text)
        return _duration(text)


def _duration_text(length: timedelta) -> str:
    sign = "-" if length < timedelta(0) else ""
    length = abs(length)
    seconds = length.seconds + length.microseconds / 1_000_000
    return f"{sign}P{length.days}DT{seconds:f}S"


def _duration(text: str) -> timedelta | str:
    """Days and below as timedelta; with years or months, whose days differ, the text."""
    found = _DAYS_AND_TIME.fullmatch(text)
    if not found:
        return text
    parts = {
        unit: float(number)
        for unit, number in found.groupdict().items()
        if unit != "sign" and number
    }
    length = timedelta(**parts)
    return -length if found["sign"] else length
