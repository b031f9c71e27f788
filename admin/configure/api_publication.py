"""/api for what leads to a version in force and out of it: differences, confirmation, suspension.

The same actions as the pages of `comparing`, `confirming` and `home`, for programs.
"""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath

from admin.configure.confirming import question
from admin.configure.doors import matter_of, version_of
from onewindow import clock, db
from onewindow.errors import Forbidden, Invalid, NotThere
from onewindow.matters import drafts
from onewindow.matters.actions import package_of
from onewindow.matters.difference import Change, difference
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.queries import office_names
from onewindow.publishing import actions, reviews
from onewindow.web.requests import field, said

WORDS: Mapping[str, reviews.Word] = {
    "comment": "comment",
    "returned": "returned",
    "confirmed": "confirmed",
}


@get("/api/matters/{key:str}/difference")
async def show_difference(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Every change between versions `from` (left out: the one in force) and `to` (left out: the
    draft), with what became of each element of the drawing."""
    matter = await matter_of(clerk, key)
    old = await _version(matter, request.query_params.get("from", ""), matter["current_version"])
    new = await _version(matter, request.query_params.get("to") or "draft", None)
    if new is None:
        raise NotThere
    found = difference(
        await package_of(old["id"]) if old else None,
        await package_of(new["id"]),
        names=await office_names(matter["tenant"]),
    )
    return {
        "from": old["number"] if old else None,
        "to": new["number"],
        "changes": [told_change(each) for each in found.changes],
        "marks": dict(found.marks),
    }


@post("/api/matters/{key:str}/suspension", status_code=200)
async def suspend(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Take no new applications for a while ({reason}, which applicants read), or take them again
    ({resume: true}). Running cases go on."""
    matter = await matter_of(clerk, key)
    body = await said(request)
    reason = field(body, "reason")
    if body.get("resume") is True:
        await actions.resume(clerk, matter["id"], reason=reason, now=clock.now())
        return {"key": key, "state": "published"}
    await actions.suspend(clerk, matter["id"], reason=reason, now=clock.now())
    return {"key": key, "state": "suspended"}


@post("/api/matters/{key:str}/withdrawal", status_code=200)
async def withdraw(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Take the matter from the catalogue: state `withdrawn`. Where the place above must confirm
    that first and hasn't, it is asked: state `asked`."""
    matter = await matter_of(clerk, key)
    reason = field(await said(request), "reason")
    state = await actions.cancel(clerk, matter["id"], reason=reason, now=clock.now())
    return {"key": key, "state": state}


@post("/api/matters/{key:str}/draft/review", status_code=200)
async def ask(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Put the draft before the place that confirms it. `hash` makes sure of what is asked about;
    without it, it is what stands now."""
    await matter_of(clerk, key)
    draft = await drafts.draft_of(clerk.tenant, key)
    body = await said(request)
    seen = field(body, "hash") or draft.hash
    await actions.ask(clerk, draft.id, seen=seen, text=field(body, "text"), now=clock.now())
    return {"key": key, "number": draft.number, "hash": seen, "state": "asked"}


@get("/api/reviews")
async def show_reviews(clerk: Clerk) -> list[dict[str, Any]]:
    """What the places below ask the caller's place to confirm, the oldest question first."""
    if not clerk.is_any(*reviews.REVIEWERS):
        raise Forbidden
    return [_asked(row) for row in await reviews.waiting(clerk)]


@get("/api/reviews/{tenant:str}/{key:str}/{number:int}")
async def show_review(
    clerk: Clerk, tenant: FromPath[str], key: FromPath[str], number: FromPath[int]
) -> dict[str, Any]:
    """One question: every change against the version in force, the drawing, what was said."""
    asked = await question(clerk, tenant, key, number)
    package = await package_of(asked["version"])
    current = asked["current_version"]
    is_other = current is not None and current != asked["version"]
    before = await package_of(current) if is_other else None
    found = difference(before, package, names=await office_names(asked["tenant"]))
    standing = await reviews.standing(
        asked["tenant"], asked["version"], asked["hash"], cancels=asked["about"] == "cancelled"
    )
    names = ("kind", "about", "place", "text", "by_name", "by_office", "at")
    return {
        **_asked(asked),
        "changes": [told_change(each) for each in found.changes],
        "marks": dict(found.marks),
        "process": package.process,
        "talk": [{name: row[name] for name in names} for row in standing.talk],
    }


@post("/api/reviews/{tenant:str}/{key:str}/{number:int}", status_code=200)
async def judge(
    request: Request,
    clerk: Clerk,
    tenant: FromPath[str],
    key: FromPath[str],
    number: FromPath[int],
) -> dict[str, Any]:
    """Say something of it: `kind` comment, returned or confirmed, `text`, the `place` meant. `hash`
    makes sure of what is judged; without it, it is what was asked about."""
    asked = await question(clerk, tenant, key, number)
    body = await said(request)
    word = WORDS.get(field(body, "kind"))
    if word is None:
        raise Invalid({"kind": "应为 comment、returned 或 confirmed。"})
    await reviews.judge(
        clerk,
        asked["version"],
        word,
        seen=field(body, "hash") or asked["hash"],
        text=field(body, "text"),
        place=field(body, "place"),
        now=clock.now(),
    )
    return {"tenant": tenant, "key": key, "number": number, "kind": word}


def told_change(change: Change) -> dict[str, Any]:
    """A change as programs read it; `sentence` is in the reader's language. Long texts are `pieces`
    (same, added or removed) instead of `before` and `after`."""
    return {
        "kind": change.kind,
        "part": change.part.removesuffix(".dmn"),
        "element": change.element,
        "area": change.area,
        "sentence": change.sentence,
        "before": change.before,
        "after": change.after,
        "pieces": [list(piece) for piece in change.pieces],
    }


async def _version(matter: Mapping[str, Any], wanted: str, other: int | None) -> Any:
    """The version of a number, the draft, or by default the `other` one."""
    if wanted.isdigit() and len(wanted) < 9:
        return await version_of(matter, int(wanted))
    if wanted not in ("", "draft"):
        raise NotThere
    return await db.fetchrow(
        "select id, number from matter_version where matter = $1"
        " and (case when $2 then state = 'draft' else id = $3 end)",
        matter["id"],
        wanted == "draft",
        other,
    )


def _asked(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tenant": row["tenant_key"],
        "key": row["key"],
        "number": row["number"],
        "name": {"zh": row["name"], "en": row["name_en"]},
        "about": row["about"],
        "hash": row["hash"],
        "text": row["text"],
        "by_name": row["by_name"],
        "at": row["at"].isoformat(),
    }


routes = [
    Router(
        "/",
        route_handlers=[
            show_difference,
            suspend,
            withdraw,
            ask,
            show_reviews,
            show_review,
            judge,
        ],
        dependencies=DEPENDENCIES,
    )
]
