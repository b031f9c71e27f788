"""Taking running cases to another version: choosing them, saying where removed steps lead, the
rehearsal, and how it goes."""

from datetime import datetime, timedelta
from typing import Any

import orjson
from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import migration_of
from admin.configure.migration_form import SHOWN, Asked, grouped, passage_of, show_form
from admin.configure.spreadsheet import as_csv
from onewindow import clock
from onewindow.cases import migrations
from onewindow.errors import Refusal
from onewindow.matters import actions
from onewindow.matters.queries import own_matter
from onewindow.matters.versions import Version, version_of
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import said
from onewindow.web.templates import page
from onewindow.web.words import date_words, machine_time

STATES = {
    "running": N_("正在迁移"),
    "paused": N_("已暂停"),
    "done": N_("已完成"),
}
BECAME = {
    "waiting": N_("等待迁移"),
    "moved": N_("已迁移"),
    "stays": N_("没有迁移"),
    "failed": N_("迁移出错"),
}


@get("/configure/matters/{key:str}/migrations/new")
async def show_new(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """Choose cases and say where removed steps lead. `from` and `to` are numbers of versions."""
    return await show_form(await _matter(clerk, key), Asked(dict(request.query_params)))


@post("/configure/matters/{key:str}/migrations/rehearsal", status_code=200)
async def rehearse(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """The same page with a verdict on each case; nothing is written."""
    return await show_form(await _matter(clerk, key), Asked(await said(request)), rehearsed=True)


@get("/configure/matters/{key:str}/migrations/rehearsal")
async def show_again(clerk: Clerk, key: FromPath[str]) -> Redirect:
    """Somebody reloads the page that told them the verdicts."""
    return Redirect(f"/configure/matters/{key}/migrations/new", status_code=303)


@post("/configure/matters/{key:str}/migrations", status_code=200)
async def begin(request: Request, clerk: Clerk, key: FromPath[str]) -> Template | Redirect:
    """Begin; what can't be begun comes back with what was typed."""
    asked = Asked(await said(request))
    matter = await _matter(clerk, key)
    try:
        passage, _versions = await passage_of(matter, asked)
        if passage is None:
            raise migrations.SameVersion
        migration = await migrations.begin(
            clerk, passage, asked.choice, reason=asked.text("reason"), now=clock.now()
        )
    except Refusal as refused:
        return await show_form(matter, asked, rehearsed=True, refused=refused)
    return Redirect(f"/configure/matters/{key}/migrations/{migration}", status_code=303)


@get("/configure/matters/{key:str}/migrations")
async def show_all(clerk: Clerk, key: FromPath[str]) -> Template:
    """A matter's migrations, newest first."""
    matter = await _matter(clerk, key)
    return page(
        "configure/migrations.html",
        matter=matter,
        migrations=await migrations.migrations_of(matter["id"], clerk.tenant),
        states=STATES,
    )


@get("/configure/matters/{key:str}/migrations/{migration:int}")
async def show_one(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> Template:
    """How a migration goes; the page looks again by itself while it does."""
    matter = await _matter(clerk, key)
    row = await migration_of(matter, migration)
    left = await migrations.items_of(migration, states=("stays", "failed"), limit=SHOWN)
    return page(
        "configure/migration.html",
        matter=matter,
        migration=row,
        chosen=await _chosen_words(row),
        mapped=await _mapped_words(row),
        left=left,
        groups=grouped((each["text"], each["params"]) for each in left),
        states=STATES,
        became=BECAME,
    )


@post("/configure/matters/{key:str}/migrations/{migration:int}/pause", status_code=200)
async def pause(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> Redirect:
    await migration_of(await _matter(clerk, key), migration)
    await migrations.pause(migration)
    return Redirect(f"/configure/matters/{key}/migrations/{migration}", status_code=303)


@delete("/configure/matters/{key:str}/migrations/{migration:int}/pause", status_code=200)
async def resume(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> Redirect:
    await migration_of(await _matter(clerk, key), migration)
    await migrations.resume(migration, tenant=clerk.tenant, now=clock.now())
    return Redirect(f"/configure/matters/{key}/migrations/{migration}", status_code=303)


@post("/configure/matters/{key:str}/migrations/{migration:int}/attempts", status_code=200)
async def try_again(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> Redirect:
    """Once more for the cases that stayed or failed."""
    await migration_of(await _matter(clerk, key), migration)
    await migrations.try_again(migration, tenant=clerk.tenant, now=clock.now())
    return Redirect(f"/configure/matters/{key}/migrations/{migration}", status_code=303)


@get("/configure/matters/{key:str}/migrations/{migration:int}/report")
async def report(clerk: Clerk, key: FromPath[str], migration: FromPath[int]) -> Response[bytes]:
    """Every case and what became of it, as a table for spreadsheets (CSV)."""
    row = await migration_of(await _matter(clerk, key), migration)
    lines = [[_("编号"), _("申请人"), _("结果"), _("原因"), _("时间")]]
    for item in await migrations.items_of(migration):
        lines.append(
            [
                item["number"] or "",
                item["applicant_name"],
                _(str(BECAME[item["state"]])),
                _(item["text"], **item["params"]) if item["text"] else "",
                machine_time(item["at"]) if item["at"] else "",
            ]
        )
    name = f"{key}-v{row['from_number']}-v{row['to_number']}-{migration}.csv"
    return as_csv(lines, name)


# ---- one that was begun -------------------------------------------------------------------------


async def _chosen_words(row: Any) -> str:
    choice = orjson.loads(row["chosen"])
    version = await version_of(row["from_version"])
    tree = {place.id: place for place in await places()}
    words = []
    if choice.get("step"):
        words.append(_("在“{step}”", step=version.step_name(choice["step"], language())))
    if choice.get("place") in tree:
        words.append(_("在{place}收件", place=tree[choice["place"]].named(language())))
    if choice.get("since"):
        words.append(_("{day} 起收件", day=date_words(datetime.fromisoformat(choice["since"]))))
    if choice.get("until"):
        day = datetime.fromisoformat(choice["until"]) - timedelta(days=1)
        words.append(_("{day} 止收件", day=date_words(day)))
    if choice.get("overdue"):
        words.append(_("已超期"))
    return _("、").join(words) or _("全部在办件")


async def _mapped_words(row: Any) -> list[tuple[str, str]]:
    old, new = await version_of(row["from_version"]), await version_of(row["to_version"])
    elements = orjson.loads(row["mapping"]).get("elements", {})

    def name(version: Version, id: str) -> str:
        found = version.process.elements.get(id)
        if language() == "en" and id in version.definition.steps:
            return version.definition.steps[id]
        return (found.name if found else "") or id

    return [
        (name(old, one), name(new, other) if other is not None else _("不再等待"))
        for one, other in elements.items()
    ]


async def _matter(clerk: Actor, key: str) -> Any:
    actions.require_configurator(clerk)
    return await own_matter(clerk.tenant, key)


routes = [
    Router(
        "/",
        route_handlers=[
            show_new,
            rehearse,
            show_again,
            begin,
            show_all,
            show_one,
            pause,
            resume,
            try_again,
            report,
        ],
        dependencies=DEPENDENCIES,
    )
]
