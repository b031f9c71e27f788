"""What is different: between two versions of a matter, between two people's hands in a draft."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import matter_of, version_of
from onewindow import db
from onewindow.errors import Invalid, NotThere
from onewindow.matters import drafts
from onewindow.matters.actions import package_of, require_configurator
from onewindow.matters.difference import Difference, difference
from onewindow.matters.package import MAX_FILE, Package
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.queries import office_names
from onewindow.web.requests import field, said
from onewindow.web.templates import page


@get("/configure/matters/{key:str}/versions/{old:int}/difference/{new:int}")
async def show(
    clerk: Clerk, key: FromPath[str], old: FromPath[int], new: FromPath[int]
) -> Template:
    """Two versions: their drawings beside each other, then every change in words."""
    matter = await matter_of(clerk, key)
    before, after = await version_of(matter, old), await version_of(matter, new)
    versions = await db.fetch(
        "select number, state, id = $2 as current from matter_version where matter = $1"
        " order by number desc limit 100",
        matter["id"],
        matter["current_version"],
    )
    changes = difference(
        await package_of(before["id"]),
        await package_of(after["id"]),
        names=await office_names(matter["tenant"]),
    )
    return page(
        "configure/difference.html",
        matter=matter,
        old=before,
        new=after,
        versions=versions,
        changes=changes,
    )


@get("/configure/matters/{key:str}/difference")
async def choose(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect:
    """To the comparison of the two versions chosen (`old`, `new`)."""
    matter = await matter_of(clerk, key)
    chosen = [request.query_params.get(name, "") for name in ("old", "new")]
    if not all(number.isdigit() for number in chosen):
        raise NotThere
    old, new = chosen
    return Redirect(
        f"/configure/matters/{matter['key']}/versions/{old}/difference/{new}", status_code=303
    )


@post(
    "/configure/matters/{key:str}/draft/comparison",
    status_code=200,
    request_max_body_size=6 * MAX_FILE,
)
async def compare(request: Request, clerk: Clerk, key: FromPath[str]) -> Template:
    """What two people made of one `part` of a draft, in words: a piece of a page. `theirs` and
    `mine` are their contents, `base` what both began with; without it, what mine has otherwise."""
    require_configurator(clerk)
    draft, body = await drafts.draft_of(clerk.tenant, key), await said(request)
    names = await office_names(clerk.tenant)
    theirs, mine = (_with(draft.package, body, side) for side in ("theirs", "mine"))
    changes: dict[str, Difference] = {}
    if body.get("base") is None:
        changes["both"] = difference(theirs, mine, names=names)
    else:
        base = _with(draft.package, body, "base")
        changes["theirs"] = difference(base, theirs, names=names)
        changes["mine"] = difference(base, mine, names=names)
    return page("configure/comparison.html", **changes)


def _with(package: Package, body: Mapping[str, Any], side: str) -> Package:
    content = body.get(side)
    if not isinstance(content, (str, dict)):
        raise Invalid({side: "缺少内容。"})
    return drafts.with_part(package, field(body, "part"), content)


routes = [Router("/", route_handlers=[show, choose, compare], dependencies=DEPENDENCIES)]
