"""Matters of the places above: taking one over, following what changes there; and, for the place
above, who made what of its own matters."""

from typing import Any

from litestar import Request, Router, delete, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from admin.configure.doors import matter_of
from onewindow import clock
from onewindow.errors import Invalid, NotThere, Refusal
from onewindow.handover import adoption
from onewindow.matters import actions
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.errors import sentence
from onewindow.web.i18n import language
from onewindow.web.requests import field, said
from onewindow.web.templates import page


@get("/configure/adoptions")
async def show_offers(clerk: Clerk) -> Template:
    """Matters of the places above that could be taken over."""
    return await _offers(clerk)


@post("/configure/adoptions", status_code=200)
async def adopt(request: Request, clerk: Clerk) -> Redirect | Template:
    """Take a matter over as a draft; on to what this place lacks for it."""
    actions.require_configurator(clerk)
    chosen = field(await said(request), "matter")
    try:
        key = await adoption.adopt(clerk, int(chosen) if chosen.isdigit() else 0, at=clock.now())
    except adoption.AlreadyHere as refusal:
        return await _offers(clerk, refused=refusal)
    return Redirect(f"/configure/matters/{key}/draft/arrival", status_code=303)


async def _offers(clerk: Actor, *, refused: Refusal | None = None) -> Template:
    actions.require_configurator(clerk)
    tree = await places()
    return page(
        "configure/adoptions.html",
        status=refused.status if refused else 200,
        offers=[
            (each, tree[each.tenant].named(language()))
            for each in await adoption.offers(clerk.tenant)
        ],
        refused=sentence(refused) if refused else "",
    )


@get("/configure/matters/{key:str}/upstream")
async def show_drift(clerk: Clerk, key: FromPath[str], done: str = "") -> Template:
    """What changed above since."""
    return await _drift(clerk, key, done=done)


@post("/configure/matters/{key:str}/upstream", status_code=200)
async def take(request: Request, clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """Take the pieces chosen into a draft; what isn't chosen is kept as it is, on purpose."""
    body = await said(request)
    chosen: Any = body.get("pieces", [])
    pieces = {chosen} if isinstance(chosen, str) else set(map(str, chosen))
    try:
        lost = await adoption.take(clerk, key, pieces, at=clock.now())
    except NotThere:
        raise
    except Refusal as refusal:
        return await _drift(clerk, key, refused=refusal)
    if lost:
        return await _drift(clerk, key, done="taken", lost=lost)
    return Redirect(f"/configure/matters/{key}/upstream?done=taken", status_code=303)


async def _drift(
    clerk: Actor,
    key: str,
    *,
    done: str = "",
    lost: tuple[str, ...] = (),
    refused: Refusal | None = None,
) -> Template:
    matter = await matter_of(clerk, key)
    found = await adoption.adoption_of(clerk.tenant, key)
    if found is None:
        raise NotThere
    return page(
        "configure/upstream.html",
        status=refused.status if refused else 200,
        matter=matter,
        adoption=found,
        above=(await places())[found.upstream_tenant].named(language()),
        drift=await adoption.drift(found),
        done=done == "taken",
        lost=lost,
        refused=sentence(refused) if refused else "",
        problems=refused.fields if isinstance(refused, Invalid) else (),
    )


@delete("/configure/matters/{key:str}/upstream", status_code=200)
async def stop(clerk: Clerk, key: FromPath[str]) -> Redirect | Template:
    """The matter is the place's own from now on; its draft is where to go on."""
    await matter_of(clerk, key)
    try:
        await adoption.stop(clerk, key, at=clock.now())
    except NotThere:
        raise
    except Refusal as refusal:
        return await _drift(clerk, key, refused=refusal)
    return Redirect(f"/configure/matters/{key}?done=stopped", status_code=303)


@get("/configure/matters/{key:str}/adopters")
async def show_adopters(clerk: Clerk, key: FromPath[str]) -> Template:
    """Which places made a matter of their own of this one, and of which version."""
    matter = await matter_of(clerk, key)
    return page(
        "configure/adopters.html",
        matter=matter,
        adopters=await adoption.adopters(clerk, matter["id"]),
        newest=await adoption.newest_number(matter["id"]),
    )


routes = [
    Router(
        "/",
        route_handlers=[show_offers, adopt, show_drift, take, stop, show_adopters],
        dependencies=DEPENDENCIES,
    )
]
