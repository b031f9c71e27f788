"""The counter: a window clerk or village agent files for a citizen who stands before them.

The same pages as at home then take over (`portal`), with both identities kept: the applicant is who
the form names, the filer is who sits at the window.
"""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from onewindow import clock, db
from onewindow.cases import filing
from onewindow.cases.application import Channel
from onewindow.cases.rules import AT_WINDOW
from onewindow.errors import Forbidden
from onewindow.matters.search import find
from onewindow.matters.words import handling_name
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.requests import json_field, said
from onewindow.web.templates import page


@get("/counter")
async def show_counter(clerk: Clerk, q: FromQuery[str] = "") -> Template:
    """Matters this window takes in, and applications begun here but not handed in."""
    _require_window(clerk)
    drafts = await db.fetch(
        "select c.uid, c.updated_at, c.applicant_name, m.name, m.name_en from cases c"
        " join matter m on m.id = c.matter where c.state = 'draft' and c.filed_by = $1"
        " order by c.updated_at desc limit 20",
        clerk.id,
    )
    return page(
        "workspace/counter.html",
        offers=await find(q, clerk.tenant),
        drafts=drafts,
        words=q,
        handling_name=handling_name,
    )


@post("/counter/{matter:str}/applications", status_code=200)
async def begin(clerk: Clerk, matter: FromPath[str]) -> Redirect:
    """Begin an application at the window."""
    _require_window(clerk)
    uid = await filing.start_draft(
        clerk, matter=matter, place=clerk.tenant, channel=_channel(clerk), now=clock.now()
    )
    return Redirect(f"/applications/{uid}/form", status_code=303)


@post("/counter/{matter:str}/cases", status_code=201)
async def file(request: Request, clerk: Clerk, matter: FromPath[str]) -> Response[Any]:
    """File a complete application at once (JSON: `answers`): the door for a counter's own programs.

    Answers with the receipt number and the tasks now open. A matter that wants files from the
    applicant is filed through the pages.
    """
    _require_window(clerk)
    body = await said(request)
    filed = await filing.file(
        clerk,
        matter=matter,
        answers=json_field(body, "answers"),
        channel=_channel(clerk),
        now=clock.now(),
    )
    where = f"/cases/{quote(filed.receipt_number, safe='')}"
    return Response(filed, headers={"location": where})


def _channel(clerk: Actor) -> Channel:
    return "agent" if clerk.is_any("village_agent") else "window"


def _require_window(clerk: Actor) -> None:
    if not clerk.is_any(*AT_WINDOW):
        raise Forbidden


routes = [Router("/", route_handlers=[show_counter, begin, file], dependencies=DEPENDENCIES)]
