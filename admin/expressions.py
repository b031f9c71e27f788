"""What the expression editor asks: is this expression right, and what is it for a sample?

    POST /api/expressions/check     {expression, names, unary?}
      → {problems: [{code, message, start, end}]}
    POST /api/expressions/evaluate  {expression, names, unary?, value?}
      → {value, text, type} or {problem}

`names` is a list of names in scope for the one (null: names aren't checked) and an object of values
for the other. Both answer with FEEL's own verdict, within FEEL's limits.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from litestar import Request, Router, post

from feel import FeelError, Problem
from onewindow import rooms
from onewindow.errors import Invalid
from onewindow.matters.actions import require_configurator
from onewindow.matters.package import shallow
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.web.i18n import gettext
from onewindow.web.requests import said
from onewindow.workdays.queries import calendar_of

LONGEST_TEXT = 400


@post("/api/expressions/check", status_code=200)
async def check(request: Request[Any, Any, Any], clerk: Clerk) -> dict[str, Any]:
    """Syntax, and names not in scope; no problems: fine."""
    require_configurator(clerk)
    body = await said(request)
    expression, unary, names = _text_of(body), bool(body.get("unary")), body.get("names")
    known = isinstance(names, list) and all(isinstance(name, str) for name in names)
    if names is not None and not known:
        raise Invalid({"names": "填写的内容不符合要求。"})

    def look() -> list[Problem]:
        return rooms.feel().check(expression, names, unary=unary)

    found = await rooms.at_bench(look)
    return {"problems": [_told(problem) for problem in found]}


@post("/api/expressions/evaluate", status_code=200)
async def evaluate(request: Request[Any, Any, Any], clerk: Clerk) -> dict[str, Any]:
    """The value for these names, with the working days of the person's office."""
    require_configurator(clerk)
    body = await said(request)
    expression, names = _text_of(body), body.get("names", {})
    if not isinstance(names, dict) or not shallow(body):
        raise Invalid({"names": "填写的内容不符合要求。"})
    calendar = await calendar_of(clerk.tenant)

    def work_out() -> Any:
        feel = rooms.feel()
        if body.get("unary"):
            return feel.unary(expression, body.get("value"), names, calendar=calendar)
        return feel.evaluate(expression, names, calendar=calendar)

    try:
        value = await rooms.at_bench(work_out)
    except FeelError as error:
        return {"problem": _told(error.problem)}
    return {"value": _plain(value), "text": _text(value), "type": _kind(value)}


def _text_of(body: Mapping[str, Any]) -> str:
    expression = body.get("expression")
    if not isinstance(expression, str):
        raise Invalid({"expression": "填写的内容不符合要求。"})
    return expression


def _told(problem: Problem) -> dict[str, Any]:
    where = gettext(problem.where, **problem.params) if problem.where else ""
    message = where + gettext(problem.text, **problem.params)
    place = {"start": problem.start, "end": problem.end}
    return {"code": problem.code, "message": message, **place}


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    ((int, float), "number"),
    (str, "string"),
    (datetime, "date time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "duration"),
    (list, "list"),
    (Mapping, "context"),
)


def _kind(value: Any) -> str:
    """FEEL's name for the kind of a value."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "nil")


def _text(value: Any) -> str:
    """The value as an expression would write it, cut where it is long."""
    if isinstance(value, date | time | timedelta):
        return str(_plain(value))
    text = orjson.dumps(_plain(value)).decode()
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


def _plain(value: Any) -> Any:
    """As JSON has it."""
    match value:
        case timedelta():
            return _duration(value)
        case date() | time():
            return value.isoformat()
        case list():
            return [_plain(one) for one in value]
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
    return value


def _duration(value: timedelta) -> str:
    """ISO 8601, as FEEL writes durations: "P3DT4H"."""
    seconds = int(abs(value).total_seconds())
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    clock = "".join(f"{count}{unit}" for count, unit in parts if count)
    text = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta() else "") + f"P{text or '0D'}"


routes = [Router("/", route_handlers=[check, evaluate], dependencies=DEPENDENCIES)]
