"""/api for taking running cases to another version.

A rehearsal and a migration say the same things: {from, to, cases, elements, values, reason}. Unlike
a page's form, nothing that can't be read is passed over: a filter mistyped would take more cases
along than were meant.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from litestar import Request, Router, delete, get, post
from litestar.params import FromPath

from admin.configure.doors import matter_of, migration_of
from onewindow import clock
from onewindow.cases import migrations
from onewindow.cases.migrations import Choice
from onewindow.cases.passage import Passage
from onewindow.errors import Invalid
from onewindow.matters.queries import published_versions
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.tenants.queries import places
from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field, json_field, said

STAYS = ""
"""Said of a removed step: its cases stay."""


@get("/api/matters/{key:str}/migrations")
async def show_migrations(clerk: Clerk, key: FromPath[str]) -> list[dict[str, Any]]:
    """A matter's migrations, newest first."""
    matter = await matter_of(clerk, key)
    tree = await places()
    return [_told(row, tree) for row in await migrations.migrations_of(matter["id"], clerk.tenant)]


@post("/api/matters/{key:str}/migrations/rehearsal", status_code=200)
async def rehearse(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """A verdict on each chosen case, and what the new version asks to be said; nothing is written.
    Removed steps that aren't named lead where it is likely; "" keeps their cases where they are."""
    matter = await matter_of(clerk, key)
    body = await said(request)
    passage, choice = await _passage(matter, body), await _choice(body)
    now = clock.now()
    cases = await migrations.chosen(passage.old.id, choice, now)
    return {
        "from": passage.old.number,
        "to": passage.new.number,
        "elements": dict(passage.conversion.elements),
        "values": dict(passage.conversion.values),
        "removed": [
            {
                "id": gone.stand.id,
                "name": gone.stand.name,
                "fitting": [each.id for each in gone.fitting],
                "droppable": gone.droppable,
            }
            for gone in passage.changes.removed
        ],
        "variables": dict(passage.changes.variables_added),
        "cases": [
            {
                "number": each.number,
                "applicant": each.applicant,
                "steps": list(each.steps),
                "goes": not each.text,
                "message": _(each.text, **each.params) if each.text else "",
            }
            for each in await migrations.rehearse(passage, cases, now)
        ],
    }


@post("/api/matters/{key:str}/migrations", status_code=201)
async def begin(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Begin to take the chosen cases over, in batches; the same body as a rehearsal, and why."""
    matter = await matter_of(clerk, key)
    body = await said(request)
    passage, choice = await _passage(matter, body), await _choice(body)
    reason = field(body, "reason")
    id = await migrations.begin(clerk, passage, choice, reason=reason, now=clock.now())
    return await _one(matter, id)


@get("/api/matters/{key:str}/migrations/{migration:int}")
async def show_migration(
    clerk: Clerk, key: FromPath[str], migration: FromPath[int]
) -> dict[str, Any]:
    """How a migration goes: running, paused or done, and how many cases came to what."""
    return await _one(await matter_of(clerk, key), migration)


@post("/api/matters/{key:str}/migrations/{migration:int}/pause", status_code=200)
async def pause(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> dict[str, Any]:
    """Begin no other batch; the one under way is finished."""
    matter = await matter_of(clerk, key)
    await migration_of(matter, migration)
    await migrations.pause(migration)
    return await _one(matter, migration)


@delete("/api/matters/{key:str}/migrations/{migration:int}/pause", status_code=200)
async def resume(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> dict[str, Any]:
    """Go on with a paused migration."""
    matter = await matter_of(clerk, key)
    await migration_of(matter, migration)
    await migrations.resume(migration, tenant=clerk.tenant, now=clock.now())
    return await _one(matter, migration)


@post("/api/matters/{key:str}/migrations/{migration:int}/attempts", status_code=200)
async def try_again(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> dict[str, Any]:
    """Once more for the cases that stayed or failed."""
    matter = await matter_of(clerk, key)
    await migration_of(matter, migration)
    await migrations.try_again(migration, tenant=clerk.tenant, now=clock.now())
    return await _one(matter, migration)


@get("/api/matters/{key:str}/migrations/{migration:int}/report")
async def report(
    clerk: Clerk, key: FromPath[str], migration: FromPath[int]
) -> list[dict[str, Any]]:
    """Every case and what became of it: waiting, moved, stays or failed, with the reason."""
    await migration_of(await matter_of(clerk, key), migration)
    return [
        {
            "number": item["number"],
            "applicant": item["applicant_name"],
            "state": item["state"],
            "message": _(item["text"], **item["params"]) if item["text"] else "",
            "at": item["at"].isoformat() if item["at"] else None,
        }
        for item in await migrations.items_of(migration)
    ]


# ---- what was asked -----------------------------------------------------------------------------


async def _passage(matter: Mapping[str, Any], body: Mapping[str, Any]) -> Passage:
    """From version `from` to version `to`, left out: the one in force."""
    numbers = {row["number"]: row["id"] for row in await published_versions(matter["id"])}
    old = numbers.get(_number(body, "from"))
    new = numbers.get(_number(body, "to")) if "to" in body else matter["current_version"]
    if old is None or new is None:
        raise Invalid({"from" if old is None else "to": "没有这个版本。"})
    if old == new:
        raise migrations.SameVersion
    plain = await Passage.between(old, new, {})
    return await Passage.between(old, new, _mapping(body, plain.changes))


def _number(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) else 0


def _mapping(body: Mapping[str, Any], changes: Any) -> dict[str, Any]:
    """Where removed steps lead and the values of added variables. Raises Invalid for a step that
    wasn't removed, a place it can't lead to, a variable that wasn't added."""
    given, values = json_field(body, "elements"), json_field(body, "values")
    wrong: dict[str, str] = {}
    removed = {gone.stand.id: gone for gone in changes.removed}
    for id, target in given.items():
        gone = removed.get(id)
        if gone is None:
            wrong[f"elements.{id}"] = N_("这个环节没有被删去。")
        elif not _leads(gone, target):
            wrong[f"elements.{id}"] = N_("办件不能这样接到新版本。")
    for name, text in values.items():
        if name not in changes.variables_added or not isinstance(text, str) or len(text) > 2000:
            wrong[f"values.{name}"] = N_("不是新增的变量，或者取值不是表达式。")
    if wrong:
        raise Invalid(wrong)
    elements: dict[str, str | None] = {}
    for id, gone in removed.items():
        target = given.get(id, gone.likely or STAYS)
        if target != STAYS:
            elements[id] = target
    return {"elements": elements, "values": values}


def _leads(gone: Any, target: Any) -> bool:
    if target is None:
        return bool(gone.droppable)
    return target == STAYS or target in [each.id for each in gone.fitting]


async def _choice(body: Mapping[str, Any]) -> Choice:
    """Which cases: {step, since, until, place, overdue}, days as 2026-11-22, `until` included."""
    asked = json_field(body, "cases")
    wrong = {
        f"cases.{name}": N_("没有这个条件。")
        for name in set(asked) - {"step", "since", "until", "place", "overdue"}
    }
    days: dict[str, date] = {}
    for name in ("since", "until"):
        try:
            if asked.get(name):
                days[name] = date.fromisoformat(asked[name])
        except (TypeError, ValueError):
            wrong[f"cases.{name}"] = N_("应为日期，如 2026-11-22。")
    step, place, overdue = asked.get("step", ""), 0, asked.get("overdue", False)
    if not isinstance(step, str):
        wrong["cases.step"] = N_("应为文字。")
    if not isinstance(overdue, bool):
        wrong["cases.overdue"] = N_("应为 true 或 false。")
    if key := asked.get("place"):
        place = next((each.id for each in await places() if each.key == key), 0)
        if not place:
            wrong["cases.place"] = N_("没有这个机构。")
    if wrong:
        raise Invalid(wrong)
    since, until = days.get("since"), days.get("until")
    return Choice(
        step=step,
        since=clock.start_of_day(since) if since else None,
        until=clock.start_of_day(until + timedelta(days=1)) if until else None,
        place=place,
        overdue=overdue,
    )


# ---- what is answered ---------------------------------------------------------------------------


async def _one(matter: Mapping[str, Any], id: int) -> dict[str, Any]:
    return _told(await migration_of(matter, id), await places())


def _told(row: Mapping[str, Any], tree: Any) -> dict[str, Any]:
    chosen = orjson.loads(row["chosen"])
    if "place" in chosen:
        chosen["place"] = next((each.key for each in tree if each.id == chosen["place"]), "")
    for name, back in (("since", timedelta()), ("until", timedelta(days=1))):
        if name in chosen:
            at = clock.local(datetime.fromisoformat(chosen[name]))
            chosen[name] = (at.date() - back).isoformat()
    counts = ("all", "moved", "stays", "failed", "waiting")
    return {
        "id": row["id"],
        "from": row["from_number"],
        "to": row["to_number"],
        "state": row["state"],
        "reason": row["reason"],
        "by_name": row["by_name"],
        "at": row["at"].isoformat(),
        "ended_at": row["ended_at"].isoformat() if row["ended_at"] else None,
        "cases": chosen,
        **orjson.loads(row["mapping"]),
        **{name: row[name] for name in counts},
    }


routes = [
    Router(
        "/",
        route_handlers=[
            show_migrations,
            rehearse,
            begin,
            show_migration,
            pause,
            resume,
            try_again,
            report,
        ],
        dependencies=DEPENDENCIES,
    )
]
