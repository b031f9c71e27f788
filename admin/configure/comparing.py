"""The page that shows what is different between two versions of a matter."""

from litestar import Request, Router, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import matter_of, version_of
from onewindow import db
from onewindow.errors import NotThere
from onewindow.matters.actions import package_of
from onewindow.matters.difference import difference
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.queries import office_names
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


routes = [Router("/", route_handlers=[show, choose], dependencies=DEPENDENCIES)]
