"""Where a matter's cases are and how long its steps take: on the drawing, and as a table.

Configurators see their own matters, supervisors those of every place they look after.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Request, Response, Router, get
from litestar.params import FromPath
from litestar.response import Template

from admin.configure.spreadsheet import as_csv
from onewindow import clock, db
from onewindow.cases.heat import StepHeat, heat_of
from onewindow.errors import Forbidden, NotThere
from onewindow.matters.drawing import drawing_in
from onewindow.matters.queries import published_versions
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.navigation import OVERSEERS
from onewindow.web.templates import page
from onewindow.workdays.queries import calendar_of

MEASURES = {
    "now": N_("在办件数"),
    "median": N_("用时中位数"),
    "p90": N_("九成在此时间内办完"),
    "overdue": N_("超期率"),
}
USUAL = timedelta(days=90)
LEVELS = 5


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a version (0: all), a period, the measure that colours the drawing."""

    version: int
    since: date
    until: date
    by: str

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "View":
        until = _day(query.get("until", "")) or clock.today()
        since = _day(query.get("since", "")) or until - USUAL
        by = query.get("by", "now")
        version = query.get("version", "")
        return cls(
            int(version) if version.isdigit() and len(version) < 6 else 0,
            min(since, until),
            until,
            by if by in MEASURES else "now",
        )


@get("/configure/running")
async def show_matters(clerk: Clerk) -> Template:
    """The matters with cases under way, of every place the clerk looks after."""
    _require_overseer(clerk)
    rows = await db.fetch(
        "select m.key, m.name, m.name_en, o.key as place, o.name as place_name,"
        " o.name_en as place_name_en, count(*) as running,"
        " count(*) filter (where c.promised_due < $2) as overdue"
        " from cases c join matter m on m.id = c.matter join tenant o on o.id = m.tenant"
        " where m.tenant = any($1) and c.closed_at is null and c.state <> 'draft'"
        " group by m.id, o.id order by overdue desc, running desc, m.id",
        list(clerk.visible),
        clock.now(),
    )
    return page("configure/running-matters.html", rows=rows)


@get("/configure/matters/{key:str}/running")
async def show_running(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """The heat map: `version`, `since`, `until`, `by`; `at`: the place that owns the matter."""
    matter, places = await watched(clerk, key, request.query_params.get("at", ""))
    view = View.of(request.query_params)
    versions, version, steps = await figures(matter, view)
    levels, scale = _scale(view.by, steps)
    return page(
        "configure/running.html",
        matter=matter,
        places=places,
        versions=versions,
        version=version,
        view=view,
        measures=[(key, _(str(name))) for key, name in MEASURES.items()],
        rows=[_told(version, step) for step in steps],
        marks={id: f"heat-{level}" for id, level in levels.items()},
        notes={
            step.element: _shown(view.by, step)
            for step in steps
            if (_value(view.by, step) or 0) > 0 or (view.by != "now" and step.done)
        },
        scale=scale,
        totals=(sum(step.now for step in steps), sum(step.overdue for step in steps)),
        configures=clerk.is_any("configurator") and clerk.tenant == matter["tenant"],
    )


@get("/configure/matters/{key:str}/running/process", media_type="application/xml")
async def show_process(request: Request, clerk: Clerk, key: FromPath[str]) -> Response[bytes]:
    """The drawing under the heat."""
    matter, _places = await watched(clerk, key, request.query_params.get("at", ""))
    _versions, version, _steps = await figures(matter, View.of(request.query_params))
    return Response(drawing_in(version, language()), media_type="application/xml")


@get("/configure/matters/{key:str}/running/table")
async def download(request: Request, clerk: Clerk, key: FromPath[str]) -> Response[bytes]:
    """The same figures for spreadsheets (CSV); times in hours."""
    matter, _places = await watched(clerk, key, request.query_params.get("at", ""))
    view = View.of(request.query_params)
    _versions, version, steps = await figures(matter, view)
    heads = (
        _("环节"), _("在办"), _("其中超期"), _("期间办结"), _("其中超期办结"),
        _("用时中位数（小时）"), _("九成用时（小时）"), _("超期率"),
    )  # fmt: skip
    lines: list[list[Any]] = [list(heads)]
    for step in steps:
        share = step.overdue_share
        lines.append(
            [
                step_named(version, step),
                step.now,
                step.overdue,
                step.done,
                step.late,
                _hours(step.median),
                _hours(step.p90),
                "" if share is None else f"{share:.3f}",
            ]
        )
    return as_csv(lines, f"{key}-running-{view.since}-{view.until}.csv")


async def watched(clerk: Actor, key: str, at: str) -> tuple[Any, list[Any]]:
    """The matter, of the place asked for, else one's own, else the first; and every place that has
    one of this key. Raises NotThere."""
    _require_overseer(clerk)
    rows = await db.fetch(
        "select m.*, o.key as place, o.name as place_name, o.name_en as place_name_en"
        " from matter m join tenant o on o.id = m.tenant"
        " where m.key = $1 and m.tenant = any($2) and m.current_version is not null"
        " order by m.tenant <> $3, o.id",
        key,
        list(clerk.visible),
        clerk.tenant,
    )
    found = next((row for row in rows if not at or row["place"] == at), None)
    if found is None:
        raise NotThere
    return found, rows


async def figures(matter: Any, view: View) -> tuple[list[Any], Version, list[StepHeat]]:
    """The versions, the one that is drawn, and each of its steps with its figures, as drawn; steps
    of other versions that it doesn't have come last."""
    versions = await published_versions(matter["id"])
    chosen = next((row for row in versions if row["number"] == view.version), None)
    version = await version_of(chosen["id"] if chosen else matter["current_version"])
    drawn = {step.id: step for step in version.process.steps.values() if step.kind == "human"}
    working = {id for id, step in drawn.items() if step.limit and step.limit.unit == "wd"}
    heat = await heat_of(
        matter["id"],
        [chosen["id"]] if chosen else [row["id"] for row in versions],
        since=clock.start_of_day(view.since),
        until=clock.start_of_day(view.until + timedelta(days=1)),
        now=clock.now(),
        working=working,
        calendar=await calendar_of(matter["tenant"]),
    )
    empty = {
        id: StepHeat(id, version.step_name(id), "", 0, 0, 0, 0, None, None)
        for id in drawn
        if id not in heat
    }
    known = [{**empty, **heat}[id] for id in drawn]
    return versions, version, known + [step for id, step in heat.items() if id not in drawn]


# ---- colours and words --------------------------------------------------------------------------


def _value(by: str, step: StepHeat) -> float | None:
    match by:
        case "median":
            return step.median.total_seconds() if step.median is not None else None
        case "p90":
            return step.p90.total_seconds() if step.p90 is not None else None
        case "overdue":
            return step.overdue_share
    return float(step.now)


def _scale(by: str, steps: list[StepHeat]) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """Each step's level, 0 (nothing) to 5 (the most), and what each level means in words."""
    values = {step.element: value for step in steps if (value := _value(by, step)) is not None}
    most = max(values.values(), default=0.0)
    if not most:
        return dict.fromkeys(values, 0), [(0, _in_words(by, 0))] if values else []
    counted = [step for step in steps if step.element in values]
    working = bool(counted) and all(step.working for step in counted)
    levels = {id: math.ceil(LEVELS * value / most) for id, value in values.items()}
    ends = [most * level / LEVELS for level in range(1, LEVELS + 1)]
    words = [
        (level, _("至 {value}", value=_in_words(by, end, working=working)))
        for level, end in enumerate(ends, 1)
    ]
    # Whole cases: levels that no count can have are left out.
    if by == "now" and most < LEVELS:
        words = [
            (math.ceil(LEVELS * count / most), _in_words(by, count))
            for count in range(1, int(most) + 1)
        ]
    return levels, [(0, _in_words(by, 0)), *words]


def _shown(by: str, step: StepHeat) -> str:
    if by in ("median", "p90"):
        return length_words(getattr(step, by), working=step.working)
    return _in_words(by, _value(by, step) or 0)


def _in_words(by: str, value: float, *, working: bool = False) -> str:
    if by == "now":
        return _("{n} 件", n=math.ceil(value))
    if by == "overdue":
        return f"{round(value * 100)}%"
    return length_words(timedelta(seconds=value), working=working)


def length_words(length: timedelta | None, *, working: bool = False) -> str:
    """How long something took: minutes, hours or days, as exact as is of use; `working`: in
    working days of 24 hours, as limits count them."""
    if length is None:
        return ""
    hours = length.total_seconds() / 3600
    if hours < 1:
        return _("{n} 分钟", n=round(hours * 60))
    if hours < (24 if working else 48):
        return _("{n} 小时", n=_rounded(hours))
    return _("{n} 个工作日" if working else "{n} 天", n=_rounded(hours / 24))


def _rounded(number: float) -> float:
    return int(rounded) if (rounded := round(number, 1)).is_integer() else rounded


def _told(version: Version, step: StepHeat) -> dict[str, Any]:
    share = step.overdue_share
    return {
        "name": step_named(version, step),
        "elsewhere": step.element not in version.process.steps,
        "now": step.now,
        "overdue": step.overdue,
        "done": step.done,
        "late": step.late,
        "median": length_words(step.median, working=step.working),
        "p90": length_words(step.p90, working=step.working),
        "share": "" if share is None else f"{round(share * 100)}%",
    }


def step_named(version: Version, step: StepHeat) -> str:
    if step.element in version.process.steps:
        return version.step_name(step.element, language())
    return step.name_en if language() == "en" and step.name_en else step.name


def _hours(length: timedelta | None) -> str:
    return "" if length is None else f"{length.total_seconds() / 3600:.2f}"


def _day(text: str) -> date | None:
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        return None
    return day if 2000 < day.year < 2200 else None


def _require_overseer(clerk: Actor) -> None:
    if not clerk.is_any("configurator", *OVERSEERS):
        raise Forbidden


routes = [
    Router(
        "/",
        route_handlers=[show_matters, show_running, show_process, download],
        dependencies=DEPENDENCIES,
    )
]
