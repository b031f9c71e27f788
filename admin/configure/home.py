"""The home of a matter: its versions and who confirmed them, what is scheduled, what runs, and the
verbs that change its place in the catalogue."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import STATES, matter_of
from onewindow import clock, db
from onewindow.errors import Invalid, Refusal
from onewindow.handover import adoption
from onewindow.matters import drafts
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.publishing import actions, reviews
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _
from onewindow.web.requests import field, said
from onewindow.web.templates import page

DONE = {
    "published": N_("已发布，新的申请按新版本办理。"),
    "scheduled": N_("已排定，到时自动发布。"),
    "unscheduled": N_("已取消排定，变回草稿。"),
    "suspended": N_("已暂停受理，在办的办件继续办理。"),
    "resumed": N_("已恢复受理。"),
    "withdrawn": N_("事项已取消，在办的办件继续办理。"),
    "asked": N_("已送审。"),
    "dropped": N_("草稿已删除。"),
    "stopped": N_("已解除沿用，事项由本机构自己维护。"),
}
NOTICES: Mapping[str, tuple[object, str]] = {
    "suspended": (N_("暂停受理"), "yellow"),
    "resumed": (N_("恢复受理"), "green"),
    "withdrawn": (N_("取消事项"), "red"),
}
SAID: Mapping[str, tuple[object, str]] = {
    "asked": (N_("送审 v{n}（{about}）"), "blue"),
    "comment": (N_("对 v{n} 的意见"), "neutral"),
    "returned": (N_("退回 v{n}"), "red"),
    "confirmed": (N_("确认 v{n}（{about}）"), "green"),
    "failed": (N_("v{n} 没有按时发布"), "red"),
}


class DraftInTheWay(Refusal):
    text = "已有草稿 v{number}。请先发布或者删除它，再恢复到旧版本。"


@get("/configure/matters/{key:str}")
async def show_matter(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """One matter, with everything one may want to know of it."""
    return await _page(clerk, key, done=request.query_params.get("done", ""))


@post("/configure/matters/{key:str}/drafts", status_code=200)
async def begin_draft(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """A draft of the version in force, or of version `from`, to be published anew. One that is
    there already is gone on with, never overwritten."""
    matter = await matter_of(clerk, key)
    number = field(await said(request), "from")
    present = await db.fetchval(
        "select number from matter_version where matter = $1 and state = 'draft'", matter["id"]
    )
    if number and present is not None:
        return await _page(clerk, key, refused=DraftInTheWay(number=present))
    if present is None:
        wanted = int(number) if number.isdigit() else None
        try:
            await drafts.begin(clerk.tenant, key, number=wanted, by=clerk.id, at=clock.now())
        except Refusal as refusal:
            return await _page(clerk, key, refused=refusal)
    return Redirect(f"/configure/matters/{key}/draft", status_code=303)


@post("/configure/matters/{key:str}/suspension", status_code=200)
async def suspend(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Take no new applications for a while, or take them again (`resume`)."""
    matter = await matter_of(clerk, key)
    body = await said(request)
    reason, resumes = field(body, "reason"), bool(field(body, "resume"))
    try:
        if resumes:
            await actions.resume(clerk, matter["id"], reason=reason, now=clock.now())
        else:
            await actions.suspend(clerk, matter["id"], reason=reason, now=clock.now())
    except Invalid as invalid:
        return await _page(clerk, key, refused=invalid, opened="suspend", typed=reason)
    done = "resumed" if resumes else "suspended"
    return Redirect(f"/configure/matters/{key}?done={done}", status_code=303)


@post("/configure/matters/{key:str}/withdrawal", status_code=200)
async def withdraw(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Take the matter from the catalogue; where the place above must confirm that and hasn't, it
    is asked instead."""
    matter = await matter_of(clerk, key)
    reason = field(await said(request), "reason")
    try:
        done = await actions.cancel(clerk, matter["id"], reason=reason, now=clock.now())
    except Invalid as invalid:
        return await _page(clerk, key, refused=invalid, opened="withdraw", typed=reason)
    except Refusal as refusal:
        return await _page(clerk, key, refused=refusal)
    return Redirect(f"/configure/matters/{key}?done={done}", status_code=303)


@delete("/configure/matters/{key:str}/schedule", status_code=200)
async def unschedule(clerk: Clerk, key: FromPath[str]) -> Redirect:
    """Make the scheduled version a draft again."""
    matter = await matter_of(clerk, key)
    version = await db.fetchval(
        "select id from matter_version where matter = $1 and state = 'scheduled'", matter["id"]
    )
    await actions.unschedule(clerk, version or 0)
    return Redirect(f"/configure/matters/{key}?done=unscheduled", status_code=303)


async def _cancelling(clerk: Actor, matter: Mapping[str, Any]) -> reviews.Standing | None:
    """How far the confirmation of taking the matter back is; None before its first version."""
    row = await db.fetchrow(
        "select id, hash from matter_version where id = $1", matter["current_version"]
    )
    if row is None:
        return None
    return await reviews.standing(clerk.tenant, row["id"], row["hash"], cancels=True)


def _agreed(cancelling: reviews.Standing | None) -> str:
    """The reason for taking the matter back that the place above agreed to; "" without one."""
    if cancelling is None or cancelling.state != "confirmed":
        return ""
    asked = [row for row in cancelling.talk if row["about"] == "cancelled"]
    return next((row["text"] for row in reversed(asked) if row["kind"] == "asked"), "")


async def _page(
    clerk: Actor,
    key: str,
    *,
    done: str = "",
    refused: Refusal | None = None,
    opened: str = "",
    typed: str = "",
) -> Template:
    matter = await matter_of(clerk, key)
    versions = await _versions(matter["id"])
    cancelling = await _cancelling(clerk, matter)
    record = await _record(matter["id"])
    current = next((each for each in versions if each["id"] == matter["current_version"]), None)
    return page(
        "configure/matter.html",
        status=refused.status if refused else 200,
        matter=matter,
        versions=versions,
        current=current,
        draft=next((each for each in versions if each["state"] == "draft"), None),
        scheduled=next((each for each in versions if each["state"] == "scheduled"), None),
        running=sum(each["running"] for each in versions),
        notice=next((each for each in record if each["kind"] in NOTICES), None),
        failed=_unanswered(record, versions),
        cancelling=cancelling,
        agreed=_agreed(cancelling),
        adoption=await adoption.adoption_of(clerk.tenant, key),
        adopters=len(await adoption.adopters(clerk, matter["id"])),
        record=record[:20],
        states=STATES,
        done=DONE.get(done, ""),
        refused=sentence(refused) if refused else "",
        problems=refused.fields if isinstance(refused, Invalid) else (),
        opened=opened,
        typed=typed,
    )


async def _versions(matter: int) -> list[dict[str, Any]]:
    """All versions, newest first, each with the number of the one before it that was in force, of
    the one it was begun from, who confirmed it, and how many cases stand on it."""
    rows = await db.fetch(
        "select v.id, v.number, v.state, v.hash, v.note, v.published_at, v.publish_at,"
        " v.changed_at, p.name as by_name, e.name as changed_name, b.number as based_on,"
        " (select max(o.number) from matter_version o where o.matter = v.matter"
        "   and o.number < v.number and o.state = 'published') as before,"
        " (select count(*) from cases c where c.version = v.id and c.closed_at is null"
        "   and c.state <> 'draft') as running,"
        " r.by_name as confirmed_by, r.by_office as confirmed_at"
        " from matter_version v left join person p on p.id = v.published_by"
        " left join person e on e.id = v.changed_by left join matter_version b on b.id = v.based_on"
        " left join lateral (select by_name, by_office from matter_review r where r.version = v.id"
        "   and r.hash = v.hash and r.kind = 'confirmed' and r.about <> 'cancelled'"
        "   order by r.id desc limit 1) r on true"
        " where v.matter = $1 order by v.number desc limit 100",
        matter,
    )
    return [dict(row) for row in rows]


async def _record(matter: int) -> list[dict[str, Any]]:
    """What was said and done about the matter as a whole, newest first, as a timeline shows it."""
    rows = await db.fetch(
        "select kind, '' as about, '' as place, reason as text, by_name, '' as by_office, at,"
        " 0 as number"
        " from matter_notice where matter = $1 union all"
        " select r.kind, r.about, r.place, r.text, r.by_name, r.by_office, r.at, v.number"
        " from matter_review r join matter_version v on v.id = r.version where v.matter = $1"
        " order by at desc limit 60",
        matter,
    )
    return [{**dict(row), **_told(row)} for row in rows]


def _told(row: Mapping[str, Any]) -> dict[str, str]:
    text, tone = {**NOTICES, **SAID}.get(row["kind"], (row["kind"], "neutral"))
    about = _(str(reviews.ABOUT.get(row["about"] or "changed", "")))
    who = f"{row['by_office']} {row['by_name']}".strip()
    return {
        "what": _(str(text), n=row["number"], about=about),
        "who": who or _("系统"),
        "why": _("：").join(part for part in (row["place"], row["text"]) if part),
        "tone": tone,
    }


def _unanswered(
    record: list[dict[str, Any]], versions: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """A publication that failed at its time, while nobody has published since."""
    failed = next((each for each in record if each["kind"] == "failed"), None)
    if failed is None:
        return None
    later = [each["published_at"] for each in versions if each["published_at"]]
    return None if any(at > failed["at"] for at in later) else failed


routes = [
    Router(
        "/",
        route_handlers=[show_matter, begin_draft, suspend, withdraw, unschedule],
        dependencies=DEPENDENCIES,
    )
]
