"""The page before publishing: what the gate says, who confirms, when; the same for programs."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure import studio
from admin.configure.doors import matter_of
from onewindow import clock, db
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.publishing import actions, reviews
from onewindow.publishing.gate import Judgement, judge
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_
from onewindow.web.requests import field, said

SOONEST = timedelta(minutes=1)


@get("/configure/matters/{key:str}/draft/publication")
async def show(clerk: Clerk, key: FromPath[str]) -> Template | Redirect:
    """Whether the draft may come into force, each condition with its reason."""
    matter = await matter_of(clerk, key)
    try:
        return await _page(clerk, key)
    except NotThere:  # published, scheduled or dropped meanwhile: its home says so
        return Redirect(f"/configure/matters/{matter['key']}", status_code=303)


@post("/configure/matters/{key:str}/draft/publication", status_code=200)
async def publish(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Publish the draft now, or at the time given."""
    draft = await _draft(clerk, key)
    body = await said(request)
    values = {name: field(body, name) for name in ("note", "when", "at")}
    try:
        at = _moment(values["at"]) if values["when"] == "at" else None
        await actions.publish(
            clerk, draft.id, seen=field(body, "seen"), note=values["note"], at=at, now=clock.now()
        )
    except Refusal as refusal:
        return await _page(clerk, key, refused=refusal, values=values)
    done = "scheduled" if at else "published"
    return Redirect(f"/configure/matters/{key}?done={done}", status_code=303)


@post("/configure/matters/{key:str}/draft/review", status_code=200)
async def ask(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Put the draft before the place that confirms it."""
    draft = await _draft(clerk, key)
    body = await said(request)
    try:
        seen, text = field(body, "seen"), field(body, "text")
        await actions.ask(clerk, draft.id, seen=seen, text=text, now=clock.now())
    except Refusal as refusal:
        return await _page(clerk, key, refused=refusal)
    return Redirect(f"/configure/matters/{key}/draft/publication#review", status_code=303)


@get("/api/matters/{key:str}/draft/publication")
async def tell(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """The gate's judgement: `green`, the draft's `hash`, and every hurdle with its reasons."""
    draft = await _draft(clerk, key)
    return _told(await judge(draft.id, now=clock.now()), key)


@post("/api/matters/{key:str}/draft/publication", status_code=200)
async def publish_by_program(
    request: Request, clerk: Clerk, key: FromPath[str]
) -> Response[dict[str, Any]]:
    """Publish the draft: now, or `at` (ISO, with its offset). `hash` makes sure of what is
    published; without it, it is what stands now. 422 with every hurdle while the gate is shut."""
    draft = await _draft(clerk, key)
    body = await said(request)
    try:
        at = _aware(field(body, "at")) if field(body, "at") else None
        await actions.publish(
            clerk,
            draft.id,
            seen=field(body, "hash") or draft.hash,
            note=field(body, "note"),
            at=at,
            now=clock.now(),
        )
    except actions.GateShut as shut:
        told = {"code": shut.code, "message": sentence(shut), **_told(shut.judgement, key)}
        return Response(told, status_code=shut.status)
    state = "scheduled" if at else "published"
    return Response(
        {"key": key, "number": draft.number, "state": state, "at": at.isoformat() if at else None}
    )


@delete("/api/matters/{key:str}/draft/publication", status_code=200)
async def unschedule_by_program(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Make the scheduled version a draft again."""
    matter = await matter_of(clerk, key)
    row = await db.fetchrow(
        "select id, number from matter_version where matter = $1 and state = 'scheduled'",
        matter["id"],
    )
    if row is None:
        raise NotThere
    await actions.unschedule(clerk, row["id"])
    return {"key": key, "number": row["number"], "state": "draft"}


async def _draft(clerk: Actor, key: str) -> drafts.Draft:
    matters.require_configurator(clerk)
    return await drafts.draft_of(clerk.tenant, key)


async def _page(
    clerk: Actor,
    key: str,
    *,
    refused: Refusal | None = None,
    values: dict[str, str] | None = None,
) -> Template:
    draft = await _draft(clerk, key)
    # A refusal of the gate brings what it saw; anything else is looked at anew.
    shut = refused if isinstance(refused, actions.GateShut) else None
    judgement = shut.judgement if shut else await judge(draft.id, now=clock.now())
    # What was written for a publication that was scheduled and taken back is there still.
    note = await db.fetchval("select note from matter_version where id = $1", draft.id)
    problems = refused.fields if isinstance(refused, Invalid) else ()
    answer = await studio.room(
        clerk,
        key,
        "",
        "configure/publication.html",
        section="publication",
        judgement=judgement,
        about_names=reviews.ABOUT,
        refused=sentence(refused) if refused and not problems else "",
        problems=problems,
        values={"note": note, "when": "now", "at": "", **(values or {})},
        earliest=f"{clock.local(clock.now() + SOONEST):%Y-%m-%dT%H:%M}",
    )
    answer.status_code = refused.status if refused else 200
    return answer


def _moment(text: str) -> datetime:
    """A time as the page's field gives it: local, without an offset."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        problem = FieldProblem("at", N_("请选择生效的日期和时间。"), label=N_("生效时间"))
        raise Invalid([problem]) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.ZONE)


def _aware(text: str) -> datetime:
    try:
        return clock.local(datetime.fromisoformat(text))
    except ValueError:
        problem = FieldProblem("at", N_("应为带时区的 ISO 时间。"), label="at")
        raise Invalid([problem]) from None


def _told(judgement: Judgement, key: str) -> dict[str, Any]:
    address = f"/configure/matters/{key}/draft"
    return {
        "green": judgement.green,
        "hash": judgement.hash,
        "number": judgement.number,
        "hurdles": [
            {
                "key": hurdle.key,
                "title": hurdle.title,
                "passed": hurdle.passed,
                "severity": hurdle.severity,
                "said": hurdle.said,
                "reasons": [
                    {
                        "text": each.text,
                        "link": f"{address}/{each.link}" if each.link else "",
                        "soft": each.soft,
                    }
                    for each in hurdle.reasons
                ],
            }
            for hurdle in judgement.hurdles
        ],
    }


routes = [
    Router(
        "/",
        route_handlers=[show, publish, ask, tell, publish_by_program, unschedule_by_program],
        dependencies=DEPENDENCIES,
    )
]
