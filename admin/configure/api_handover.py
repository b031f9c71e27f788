"""/api for matters that come from elsewhere: of the places above, and drawn with other tools."""

from typing import Any

from litestar import Request, Router, delete, get, post
from litestar.params import FromPath

import bpmn
from admin.configure.api_publication import told_change
from admin.configure.doors import matter_of
from admin.configure.imports import read_drawing, told_entry
from onewindow import clock, db
from onewindow.errors import Invalid, NotThere
from onewindow.handover import adoption
from onewindow.matters import actions
from onewindow.matters.package import MAX_FILE
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.tenants.queries import places
from onewindow.web.requests import field, said


@get("/api/adoptions")
async def show_offers(clerk: Clerk) -> list[dict[str, Any]]:
    """Matters of the places above that could be taken over."""
    actions.require_configurator(clerk)
    tree = await places()
    return [
        {
            "place": tree[each.tenant].key,
            "key": each.key,
            "name": {"zh": each.name, "en": each.name_en},
            "version": each.number,
        }
        for each in await adoption.offers(clerk.tenant)
    ]


@post("/api/adoptions", status_code=201)
async def adopt(request: Request, clerk: Clerk) -> dict[str, Any]:
    """Take the matter `key` of the `place` above over, as a draft of one's own."""
    actions.require_configurator(clerk)
    body = await said(request)
    matter = await db.fetchval(
        "select m.id from matter m join tenant t on t.id = m.tenant where t.key = $1"
        " and m.key = $2",
        field(body, "place"),
        field(body, "key"),
    )
    return {"key": await adoption.adopt(clerk, matter or 0, at=clock.now())}


@get("/api/matters/{key:str}/upstream")
async def show_drift(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Which matter above this one was made of, and piece by piece what changed there since."""
    await matter_of(clerk, key)
    found = await adoption.adoption_of(clerk.tenant, key)
    if found is None:
        raise NotThere
    return {
        "place": (await places())[found.upstream_tenant].key,
        "taken": found.taken,
        "newest": found.newest,
        "behind": found.is_behind,
        "drift": [
            {
                "piece": each.piece,
                "at": each.at,
                "kept": each.kept,
                "changes": [told_change(change) for change in each.changes],
            }
            for each in await adoption.drift(found)
        ],
    }


@post("/api/matters/{key:str}/upstream", status_code=200)
async def take(request: Request, clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Take these `pieces` into a draft; all others are kept as they are, on purpose. `lost`: own
    changes that no longer fit."""
    await matter_of(clerk, key)
    pieces = (await said(request)).get("pieces")
    if not isinstance(pieces, list) or not all(isinstance(each, str) for each in pieces):
        raise Invalid({"pieces": "应为一个文字列表，没有要采用的写 []。"})
    lost = await adoption.take(clerk, key, set(pieces), at=clock.now())
    return {"key": key, "lost": list(lost)}


@delete("/api/matters/{key:str}/upstream", status_code=200)
async def stop_adopting(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Make the matter the place's own: nothing is fixed above any more. Its draft is begun if there
    is none; the version in force and running cases stay."""
    await matter_of(clerk, key)
    await adoption.stop(clerk, key, at=clock.now())
    return {"key": key}


@get("/api/matters/{key:str}/adopters")
async def show_adopters(clerk: Clerk, key: FromPath[str]) -> dict[str, Any]:
    """Which places below made a matter of their own of this one, and of which version."""
    matter = await matter_of(clerk, key)
    tree = await places()
    return {
        "newest": await adoption.newest_number(matter["id"]),
        "adopters": [
            {
                "place": tree[each["tenant"]].key,
                "name": {"zh": each["place"], "en": each["place_en"]},
                "state": each["state"],
                "version": each["version"],
                "drafted": each["drafted"],
                "kept": each["kept"],
            }
            for each in await adoption.adopters(clerk, matter["id"])
        ],
    }


@post("/api/drawings", status_code=200, request_max_body_size=2 * MAX_FILE)
async def convert(request: Request, clerk: Clerk) -> dict[str, Any]:
    """A BPMN file of another tool as a process of ours, with the report of what was rewritten, left
    out, or is to be filled in. Nothing is kept: PUT …/draft/parts/process does that."""
    actions.require_configurator(clerk)
    adopted = read_drawing(await request.body())
    drawing = bpmn.read(adopted.xml)
    names = {node.id: node.name for node in drawing.nodes.values()}
    report = []
    for each in adopted.report:
        told = told_entry(each, names)
        told["message"] = told.pop("text")
        report.append({"severity": each.severity, "code": each.code, **told})
    return {"name": adopted.name, "process": adopted.xml.decode(), "report": report}


routes = [
    Router(
        "/",
        route_handlers=[
            show_offers,
            adopt,
            show_drift,
            take,
            stop_adopting,
            show_adopters,
            convert,
        ],
        dependencies=DEPENDENCIES,
    )
]
