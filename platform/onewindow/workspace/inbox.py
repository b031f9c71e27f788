"""The inbox: tasks of one's lanes, kept filters and views, many tasks at once, live numbers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import structlog
from litestar import Request, Response, Router, delete, get, post
from litestar.response import Redirect, ServerSentEvent, Template

from bpmn.dialect import STAGE_NAMES
from onewindow import clock, db
from onewindow.cases import inbox as box
from onewindow.cases import live, steps
from onewindow.cases.inbox import Filters
from onewindow.cases.queries import task_for
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal
from onewindow.matters.queries import catalogue
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.publishing import reviews
from onewindow.web.errors import field_messages, sentence
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.web.paging import Pages
from onewindow.web.requests import field as said_field
from onewindow.web.requests import said, wants_json
from onewindow.web.templates import page
from onewindow.workdays.queries import not_announced
from onewindow.workspace.lights import Lights
from onewindow.workspace.work import choices

MOST = 200

log = structlog.get_logger("onewindow.inbox")


class Broken(Refusal):
    status = 500
    text = "系统出了问题，这一件没有办理，我们已经记录下来。"


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of doing something with many tasks: how many it was done with, and for the others
    their case and why not. `problems` and `typed` are of the dialog, when nothing was tried."""

    act: str
    done: int = 0
    refused: tuple[tuple[str, str], ...] = ()
    ticked: frozenset[int] = frozenset()
    problems: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        if self.problems:
            return 422
        return 409 if self.refused and not self.done else 200

    @property
    def message(self) -> str:
        """ "3 件已签收，1 件没有签收。" """
        parts = []
        if self.done:
            parts.append(_(str(DONE[self.act]), n=self.done))
        if self.refused:
            parts.append(_(str(NOT_DONE[self.act]), n=len(self.refused)))
        return _("，").join(parts) + _("。") if parts else ""


DONE = {"claim": N_("{n} 件已签收"), "transfer": N_("{n} 件已转办")}
# How an address says it.
PAST = {"claim": "claimed", "transfer": "transferred"}
NOT_DONE = {"claim": N_("{n} 件没有签收"), "transfer": N_("{n} 件没有转办")}


@get("/inbox")
async def show_inbox(request: Request, clerk: Clerk) -> Template | Response[Any]:
    """Tasks of the clerk's lanes, soonest due first. The filters last used are kept."""
    query = dict(request.query_params)
    views = await box.saved_views(clerk)
    wanted = {name: value for name, value in query.items() if name in Filters.__slots__}
    if not wanted and "" in views and not wants_json(request):
        wanted = views[""]
    filters = Filters.read(wanted)
    if "keep" in query:
        await box.save_view(clerk, filters)
    if wants_json(request):
        return await _as_data(clerk, filters, query.get("after", ""))
    tried = None
    for act in DONE:
        if query.get(PAST[act], "").isdigit():
            tried = Tried(act, done=int(query[PAST[act]]))
    done = await _done(clerk, query.get("done", ""))
    pages = Pages.read(request, "/inbox", filters.as_dict(), "after")
    return await _page(clerk, filters, views, pages, tried=tried, done=done)


@post("/inbox/claims", status_code=200)
async def claim_many(request: Request, clerk: Clerk) -> Template | Redirect:
    """Take every ticked task that is still free; say which were not, and why."""
    body = await said(request)
    now = clock.now()
    tried = await _with_each(
        clerk, "claim", _ticked(body), lambda task: steps.claim(clerk, task, now=now)
    )
    if not tried.refused:
        return Redirect(f"/inbox?whose=mine&claimed={tried.done}", status_code=303)
    return await _again(request, clerk, body, tried)


@post("/inbox/transfers", status_code=200)
async def transfer_many(request: Request, clerk: Clerk) -> Template | Redirect:
    """Hand every ticked task to one colleague, with one reason; say which could not be."""
    body = await said(request)
    tasks = _ticked(body)
    to, why = said_field(body, "to"), said_field(body, "why")
    problems = [
        *([] if to.isdigit() else [FieldProblem("to", N_("请选择接手的同事。"))]),
        *([] if why else [FieldProblem("why", N_("请写明转办理由。"))]),
    ]
    if problems:
        if wants_json(request):
            raise Invalid(problems)
        return await _again(
            request,
            clerk,
            body,
            Tried(
                "transfer",
                ticked=frozenset(tasks),
                problems=field_messages(problems),
                typed={"to": to, "why": why},
            ),
        )
    now = clock.now()
    tried = await _with_each(
        clerk,
        "transfer",
        tasks,
        lambda task: steps.transfer(clerk, task, to=int(to), why=why, now=now),
    )
    if not tried.refused:
        return Redirect(f"/inbox?transferred={tried.done}", status_code=303)
    return await _again(request, clerk, body, tried)


@get(["/inbox/claims", "/inbox/transfers", "/inbox/views"])
async def show_again(clerk: Clerk) -> Redirect:
    """To the inbox: somebody reloads a page that told them what came of something."""
    return Redirect("/inbox", status_code=303)


@post("/inbox/views", status_code=200)
async def keep_view(request: Request, clerk: Clerk) -> Redirect:
    """Keep the present filters under a name; without one they are named by what they narrow."""
    body = await said(request)
    filters = Filters.read({key: str(value) for key, value in body.items()})
    name = said_field(body, "name")[:60] or _name_of(filters)
    await box.save_view(clerk, filters, name=name)
    return Redirect(f"/inbox?{urlencode(filters.as_dict())}", status_code=303)


@delete("/inbox/views", status_code=200)
async def drop_view(request: Request, clerk: Clerk) -> Redirect:
    """Forget the kept view called `name`."""
    await box.drop_view(clerk, request.query_params.get("name", ""))
    return Redirect("/inbox", status_code=303)


@get("/live")
async def live_counts(request: Request, clerk: Clerk) -> ServerSentEvent:
    """How many tasks wait, and how many matters to confirm: now and whenever that changes
    (server-sent events)."""
    await db.let_go()  # a stream lasts for hours; connections don't

    async def counts() -> AsyncIterator[dict[str, str]]:
        async for _hint in live.hints(clerk.tenant):
            with db.use(clerk.scope):
                total = await box.count(clerk)
                asked = await reviews.waiting_count(clerk)
            yield {"event": "inbox", "data": _count(total)}
            yield {"event": "reviews", "data": str(asked)}

    return ServerSentEvent(counts())


async def _with_each(
    clerk: Actor, act: str, tasks: Sequence[int], do: Callable[[int], Awaitable[None]]
) -> Tried:
    """Do something with each of many tasks, each by itself, and say what came of each: also of one
    where something broke, which must not hide what was done before it."""
    done, refused = 0, []
    for task in tasks:
        try:
            await do(task)
            done += 1
        except Refusal as refusal:
            refused.append(await _told(clerk, task, refusal))
        except Exception:
            log.exception("one of many tasks", act=act, task=task)
            refused.append(await _told(clerk, task, Broken()))
    return Tried(act, done, tuple(refused))


async def _page(
    clerk: Actor,
    filters: Filters,
    views: Mapping[str, dict[str, str]],
    pages: Pages,
    *,
    tried: Tried | None = None,
    done: dict[str, str] | None = None,
) -> Template:
    now = clock.now()
    lights = await Lights.of(clerk.tenant, now)
    shown = await box.inbox(clerk, filters, now=now, soon=lights.soon, after=pages.mark)
    total = await box.count(clerk)
    latest = max((row["due"] for row in shown.rows if row["due"]), default=now)
    return page(
        "workspace/inbox.html",
        status=tried.status if tried else 200,
        rows=[
            {
                **dict(row),
                **lights.of_task(row),
                "step": _named(row["name"], row["name_en"]),
                "matter": _named(row["matter_name"], row["matter_name_en"]),
                "mine": row["assignee"] == clerk.id,
                "backup": row["lane"] in clerk.backup_lanes and row["lane"] not in clerk.lanes,
            }
            for row in shown.rows
        ],
        filters=filters,
        query=urlencode({**filters.as_dict(), pages.name: pages.mark}),
        pages=pages.ending(shown.next),
        total=_count(total),
        counts={"inbox": _count(total) if total else ""},
        views=[
            (name, f"/inbox?{urlencode(view)}" if view else "/inbox?whose=all", view)
            for name, view in views.items()
            if name
        ],
        stages=[(key, _(name)) for key, name in STAGE_NAMES.items()],
        matters=[(each.name, each.title(language())) for each in await catalogue(clerk.tenant)],
        colleagues=await choices(clerk),
        suggested=_name_of(filters) if filters.as_dict() else "",
        has_backup=bool(clerk.backup_lanes) or filters.whose == "backup",
        announced=await not_announced(clerk.tenant, now, max(latest, now)),
        tried=tried,
        done=done,
    )


async def _again(request: Request, clerk: Actor, body: Mapping[str, Any], tried: Tried) -> Template:
    """The inbox as it was, with what came of what was tried."""
    filters = Filters.read(dict(parse_qsl(said_field(body, "shown"))))
    pages = Pages("/inbox", filters.as_dict(), "after", ())
    return await _page(clerk, filters, await box.saved_views(clerk), pages, tried=tried)


async def _as_data(clerk: Actor, filters: Filters, after: str) -> Response[Any]:
    now = clock.now()
    lights = await Lights.of(clerk.tenant, now)
    shown = await box.inbox(clerk, filters, now=now, soon=lights.soon, after=after)
    return Response({"results": [_as_json(row) for row in shown.rows], "next": shown.next})


async def _told(clerk: Actor, task: int, refusal: Refusal) -> tuple[str, str]:
    """The case's number and the sentence; a task one may not know of has no number."""
    try:
        number = str((await task_for(clerk, task))["c_receipt_number"])
    except NotThere:
        number = ""
    if isinstance(refusal, Invalid) and refusal.fields:
        first = refusal.fields[0]
        return number, _(first.text, **first.params)
    return number, sentence(refusal)


async def _done(clerk: Actor, task: str) -> dict[str, str] | None:
    """What was just completed, to say so."""
    if not task.isdigit():
        return None
    try:
        row = await task_for(clerk, int(task))
    except NotThere:
        return None
    return {
        "step": _named(row["name"], row["name_en"]),
        "applicant": row["c_applicant_name"],
        "number": row["c_receipt_number"],
    }


def _ticked(body: Mapping[str, Any]) -> list[int]:
    ticked = body.get("task", [])
    numbers = [ticked] if isinstance(ticked, str) else ticked
    tasks = [int(number) for number in numbers if str(number).isdigit()][:MOST]
    if not tasks:
        raise Invalid({}, "请先勾选任务。")
    return tasks


def _name_of(filters: Filters) -> str:
    """What a view is called when nobody names it: what it is narrowed to."""
    parts = [
        {"mine": _("我已签收"), "lane": _("待签收"), "backup": _("代岗")}.get(filters.whose, ""),
        {"red": _("已超期"), "yellow": _("临期")}.get(filters.light, ""),
        _(STAGE_NAMES[filters.stage]) if filters.stage in STAGE_NAMES else "",
        filters.matter,
        filters.words,
    ]
    return " · ".join(part for part in parts if part)[:60] or _("全部")


def _count(total: int) -> str:
    return f"{box.COUNT_TO}+" if total > box.COUNT_TO else str(total)


def _named(zh: str, en: str) -> str:
    return en if language() == "en" and en else zh


def _as_json(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "element": row["element"],
        "case": row["case_number"],
        "applicant": row["applicant_name"],
        "due": row["due"].isoformat() if row["due"] else None,
    }


routes = [
    Router(
        "/",
        route_handlers=[
            show_inbox,
            claim_many,
            transfer_many,
            show_again,
            keep_view,
            drop_view,
            live_counts,
        ],
        dependencies=DEPENDENCIES,
    )
]
