"""/api/matters/{key}: whole versions for programs that keep matters elsewhere, such as in Git.

GET  /api/matters/{key}                              what stands
GET  /api/matters/{key}/versions                     every version
GET  /api/matters/{key}/versions/{number}/package    one of them as a zip
PUT  /api/matters/{key}/draft/package                a zip as the draft, all at once
"""

from typing import Any

from litestar import Request, Response, Router, get, put
from litestar.params import FromPath

from admin.configure.doors import matter_of, version_of
from onewindow import clock, db
from onewindow.cases.file_pages import content_disposition
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal
from onewindow.handover import importing
from onewindow.matters import actions, drafts
from onewindow.matters.package import MAX_ALL, read_zip, write_zip
from onewindow.people.access import DEPENDENCIES, Clerk


class DraftDiffers(Refusal):
    """The draft isn't what the caller thought it was."""

    status = 412
    code = "changed"
    text = "服务器上的草稿不是所说的那一份：{who}在{at}改过。"


@get("/api/matters/{key:str}")
async def show_matter(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """A matter's state, its version in force and its draft, each with its hash."""
    matter = await matter_of(clerk, key)
    rows = await db.fetch(
        "select v.number, v.state, v.hash, v.changed_at, p.name as changed_by, v.id"
        " from matter_version v left join person p on p.id = v.changed_by"
        " where v.matter = $1 and (v.id = $2 or v.state in ('draft', 'scheduled'))",
        matter["id"],
        matter["current_version"],
    )

    def told(row: Any) -> dict[str, Any] | None:
        if row is None:
            return None
        at = row["changed_at"]
        return {
            "number": row["number"], "hash": row["hash"], "changed_by": row["changed_by"],
            "changed_at": at.isoformat() if at else None,
        }  # fmt: skip

    return {
        "key": matter["key"],
        "name": {"zh": matter["name"], "en": matter["name_en"]},
        "state": matter["state"],
        "version": told(next((r for r in rows if r["id"] == matter["current_version"]), None)),
        "draft": told(next((r for r in rows if r["state"] == "draft"), None)),
        "scheduled": told(next((r for r in rows if r["state"] == "scheduled"), None)),
    }


@get("/api/matters/{key:str}/versions")
async def show_versions(clerk: Clerk, key: FromPath[str]) -> list[dict[str, Any]]:
    """Every version, newest first."""
    matter = await matter_of(clerk, key)
    rows = await db.fetch(
        "select number, state, hash, note, published_at from matter_version where matter = $1"
        " order by number desc limit 1000",
        matter["id"],
    )
    return [
        {**dict(row), "published_at": row["published_at"] and row["published_at"].isoformat()}
        for row in rows
    ]


@get("/api/matters/{key:str}/versions/{number:int}/package", media_type="application/zip")
async def show_package(clerk: Clerk, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """A version, the draft's number too, as a zip: matter.json, process.bpmn, decisions/, forms/,
    tests/ and a hash over them."""
    version = await version_of(await matter_of(clerk, key), number)
    package = await actions.package_of(version["id"])
    return Response(
        write_zip(package),
        media_type="application/zip",
        headers={
            "content-disposition": content_disposition(f"{key}-v{number}.zip"),
            "etag": f'"{package.hash}"',
            "cache-control": "no-store",
        },
    )


@put("/api/matters/{key:str}/draft/package", request_max_body_size=MAX_ALL)
async def take_package(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Make a zip the matter's draft, the matter too if it is new. If-Match: the hash of the draft
    it replaces; If-None-Match: * where there must be none. 412 when that isn't so."""
    actions.require_configurator(clerk)
    package = read_zip(await request.body())
    said = package.definition.get("key")
    if said != key:
        problem = FieldProblem("key", "包里的事项是“{said}”，地址里是“{key}”。",
                               {"said": str(said), "key": key})  # fmt: skip
        raise Invalid([problem])
    replaces = request.headers.get("if-match", "").strip('"')
    if not replaces and request.headers.get("if-none-match") != "*":
        raise Invalid({"key": "请在 If-Match 中说明要替换的草稿（hash），或写 If-None-Match: *。"})
    try:
        there: drafts.Draft | None = await drafts.draft_of(clerk.tenant, key)
    except NotThere:
        there = None
    if (there.hash if there else "") != replaces:
        at = there.changed_at.isoformat() if there and there.changed_at else "–"
        raise DraftDiffers(who=there.changed_by if there else "–", at=at)
    await importing.take_package(clerk.tenant, package, over=True, by=clerk.id, at=clock.now())
    draft = await drafts.draft_of(clerk.tenant, key)
    return {"key": key, "number": draft.number, "hash": draft.hash}


routes = [
    Router(
        "/",
        route_handlers=[show_matter, show_versions, show_package, take_package],
        dependencies=DEPENDENCIES,
    )
]
