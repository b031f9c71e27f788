"""The calendar a tenant works by: its own days over its parents', day by day.

Kept in the process for a while, like the tree of tenants; `forget` after a change made here.
"""

import time
from datetime import date, datetime, timedelta

from bpmn.dialect import Limit
from onewindow import clock, db
from onewindow.clock import local
from onewindow.tenants.queries import places
from onewindow.web.i18n import gettext as _
from onewindow.workdays import rules
from onewindow.workdays.rules import Calendar

KEPT_SECONDS = 10.0
AHEAD = timedelta(days=60)
"""How far before a year nobody has announced the notice about it begins."""

_kept: dict[int, tuple[float, Calendar]] = {}


async def calendar_of(tenant: int) -> Calendar:
    """The days worked in this tenant. Raises NotThere."""
    kept = _kept.get(tenant)
    now = time.monotonic()
    if kept is not None and now - kept[0] < KEPT_SECONDS:
        return kept[1]
    tree = await places()
    path, settings = tree[tenant].path, tree.settings(tenant)
    rows = await db.fetch(
        "select day, worked from calendar_day where tenant = any($1)"
        " order by array_position($1, tenant)",
        list(path),
    )
    days: dict[date, bool] = {row["day"]: row["worked"] for row in rows}  # the nearest comes last
    calendar = Calendar(
        weekly=settings.weekdays,
        closed=frozenset(day for day, worked in days.items() if not worked),
        worked=frozenset(day for day, worked in days.items() if worked),
        announced=frozenset(settings.announced_years),
    )
    # Inside a transaction the days may be ones that will be rolled back.
    if db.engine.current_transaction.get() is None:
        _kept[tenant] = (now, calendar)
    return calendar


def forget() -> None:
    """Read calendars anew next time: days or settings were changed here."""
    _kept.clear()


async def due_date(tenant: int, limit: Limit, start: datetime) -> datetime:
    """When something that began at `start` is due in this tenant; see `rules.due`."""
    return rules.due(limit, start, await calendar_of(tenant), clock.ZONE)


async def workdays_left(tenant: int, due_at: datetime, now: datetime) -> int:
    """Working days until a due date: 0 on its day, negative after it."""
    return rules.workdays_left(due_at, now, await calendar_of(tenant), clock.ZONE)


async def announced_years(tenant: int) -> frozenset[int]:
    """The years whose holidays are entered for this tenant or above it."""
    return (await calendar_of(tenant)).announced


async def not_announced(tenant: int, now: datetime, until: datetime | None = None) -> str | None:
    """The notice that holidays aren't known for a year between now and `until` (two months ahead).

    In the reader's language, for pages and the panel; None when all are known.
    """
    calendar = await calendar_of(tenant)
    last = local(until if until is not None else now + AHEAD).date()
    years = rules.unannounced(calendar, local(now).date(), last)
    if not years:
        return None
    return _(
        "{years} 年的节假日安排尚未录入，落在其中的期限暂按每周工作日推算，"
        "录入后新产生的期限按实际安排计算。",
        years="、".join(map(str, years)),
    )
