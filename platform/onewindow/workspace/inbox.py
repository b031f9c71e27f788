"""The inbox and the search for cases, for clerks, reviewers and supervisors."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, Router, delete, get, post
from litestar.response import Redirect, ServerSentEvent, Template

from bpmn.dialect import STAGE_NAMES
from onewindow import clock, db
from onewindow.cases import inbox as box
from onewindow.cases import live, steps
from onewindow.cases.inbox import Filters
from onewindow.cases.rules import STATE_NAMES
from onewindow.cases.search import CaseSearch, search
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.errors import Invalid, Refusal
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.queries import colleagues
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import field, said, wants_json
from onewindow.web.templates import page
from onewindow.workspace.lights import Lights


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
    now = clock.now()
    lights = await Lights.of(clerk.tenant, now)
    shown = await box.inbox(clerk, filters, now=now, soon=lights.soon, after=query.get("after", ""))
    if wants_json(request):
        return Response({"results": [_as_json(row) for row in shown.rows], "next": shown.next})
    return page(
        "workspace/inbox.html",
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
        next=f"/inbox?{urlencode({**filters.as_dict(), 'after': shown.next})}"
        if shown.next
        else None,
        total=await box.count(clerk),
        views={name: f"/inbox?{urlencode(view)}" for name, view in views.items() if name},
        stages=[(key, _(name)) for key, name in STAGE_NAMES.items()],
        colleagues=[(each.id, f"{each.name}（{each.posts}）") for each in await colleagues(clerk)],
        done=query.get("done"),
    )


@post("/inbox/claims", status_code=200)
async def claim_many(request: Request, clerk: Clerk) -> Redirect:
    """Take every ticked task that is still free; say how many were not."""
    body = await said(request)
    late = 0
    for task in _ticked(body):
        try:
            await steps.claim(clerk, task, now=clock.now())
        except Refusal:
            late += 1
    return Redirect(
        f"/inbox?whose=mine&late={late}" if late else "/inbox?whose=mine", status_code=303
    )


@post("/inbox/transfers", status_code=200)
async def transfer_many(request: Request, clerk: Clerk) -> Redirect:
    """Hand every ticked task to one colleague, with one reason."""
    body = await said(request)
    to = field(body, "to")
    if not to.isdigit():
        raise Invalid({"to": _("请选择接手的同事。")})
    for task in _ticked(body):
        await steps.transfer(clerk, task, to=int(to), why=field(body, "why"), now=clock.now())
    return Redirect("/inbox", status_code=303)


@post("/inbox/views", status_code=200)
async def keep_view(request: Request, clerk: Clerk) -> Redirect:
    """Keep the present filters under a name."""
    body = await said(request)
    name = field(body, "name")
    if not name:
        raise Invalid({"name": _("请给这个视图起个名字。")})
    filters = Filters.read({key: str(value) for key, value in body.items()})
    await box.save_view(clerk, filters, name=name)
    return Redirect(f"/inbox?{urlencode(filters.as_dict())}", status_code=303)


@delete("/inbox/views/{name:str}", status_code=200)
async def drop_view(clerk: Clerk, name: str) -> Redirect:
    """Forget a kept view."""
    await box.drop_view(clerk, name)
    return Redirect("/inbox", status_code=303)


@get("/live")
async def live_counts(request: Request, clerk: Clerk) -> ServerSentEvent:
    """The number of tasks waiting, now and whenever it changes (server-sent events)."""
    await db.let_go()  # a stream lasts for hours; connections don't

    async def counts() -> AsyncIterator[dict[str, str]]:
        async for _hint in live.hints(clerk.tenant):
            with db.use(clerk.scope):
                total = await box.count(clerk)
            shown = f"{box.COUNT_TO}+" if total > box.COUNT_TO else str(total)
            yield {"event": "inbox", "data": shown}

    return ServerSentEvent(counts())


@get("/cases")
async def show_cases(request: Request, clerk: Clerk) -> Template:
    """Find cases of the tenants one may read, newest first."""
    query = request.query_params
    wanted = CaseSearch(
        words=query.get("q", "").strip()[:60],
        state=query.get("state", "")[:24],
        matter=query.get("matter", "")[:60],
    )
    before = query.get("before", "")
    found = await search(clerk, wanted, before=int(before) if before.isdigit() else None)
    return page(
        "workspace/search.html",
        state_name=state_name,
        state_tone=STATE_TONES.get,
        found=found.rows,
        wanted=wanted,
        states=[(state.value, _(name)) for state, name in STATE_NAMES.items() if state != "draft"],
        older=f"/cases?{urlencode({**wanted.as_dict(), 'before': found.next})}"
        if found.next
        else None,
    )


def _ticked(body: Any) -> list[int]:
    ticked = body.get("task", [])
    numbers = [ticked] if isinstance(ticked, str) else ticked
    tasks = [int(number) for number in numbers if str(number).isdigit()][:200]
    if not tasks:
        raise Invalid({}, "请先勾选任务。")
    return tasks


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
            keep_view,
            drop_view,
            live_counts,
            show_cases,
        ],
        dependencies=DEPENDENCIES,
    )
]
