"""When a field of a form got another name: what else in the draft uses the old one, and follows.

/api/matters/{key}/draft/forms/{form}/renaming   GET what would change · POST change it
"""

from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath

from admin.configure.packages import DraftDiffers
from onewindow import clock, rooms
from onewindow.errors import Invalid
from onewindow.matters import actions, drafts
from onewindow.matters.field_changes import Renamed, with_other_name
from onewindow.matters.package import Package
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.web.requests import field, said


@get("/api/matters/{key:str}/draft/forms/{form:str}/renaming")
async def show(
    request: Request, clerk: Clerk, key: FromPath[str], form: FromPath[str]
) -> dict[str, Any]:
    """What a field's new name (`to`, a path of the saved form) would change in other parts that use
    the old one (`from`), and where the old name may mean another field (`left`)."""
    actions.require_configurator(clerk)
    draft = await drafts.draft_of(clerk.tenant, key)
    names = request.query_params
    done = await _renamed(draft.package, form, names.get("from", ""), names.get("to", ""))
    return _told(draft.package, done)


@post("/api/matters/{key:str}/draft/forms/{form:str}/renaming", status_code=200)
async def follow(
    request: Request, clerk: Clerk, key: FromPath[str], form: FromPath[str]
) -> dict[str, Any]:
    """Change it. Header If-Match: the hash of the draft that was looked at; 412 when it isn't that
    any more, and nothing is written."""
    actions.require_configurator(clerk)
    body = await said(request)
    looked_at = request.headers.get("if-match", "").strip('"')
    if not looked_at:
        raise Invalid({"from": "请在 If-Match 中说明看过的是哪一份草稿（hash）。"})
    draft = await drafts.draft_of(clerk.tenant, key)
    differs = DraftDiffers(
        who=draft.changed_by or "–", at=draft.changed_at.isoformat() if draft.changed_at else "–"
    )
    if draft.package.hash != looked_at:
        raise differs
    done = await _renamed(draft.package, form, field(body, "from"), field(body, "to"))

    def followed(package: Package) -> Package:
        if package.hash != looked_at:
            raise differs
        return done.package

    if done.changed.total():
        draft = await drafts.change(clerk.tenant, key, followed, by=clerk.id, at=clock.now())
    return _told(draft.package, done)


async def _renamed(package: Package, form: str, before: str, after: str) -> Renamed:
    return await rooms.at_bench(lambda: with_other_name(package, form, before, after, rooms.feel()))


def _told(package: Package, done: Renamed) -> dict[str, Any]:
    return {"hash": package.hash, "changed": dict(+done.changed), "left": dict(+done.left)}


routes = [Router("/", route_handlers=[show, follow], dependencies=DEPENDENCIES)]
