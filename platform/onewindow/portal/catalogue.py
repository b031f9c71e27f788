"""Finding a matter and reading its guide; open to everybody."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases import filing
from onewindow.errors import Forbidden, SignInNeeded
from onewindow.matters.queries import catalogue, offered
from onewindow.matters.versions import version_of
from onewindow.matters.words import ITEM_TYPES, handling_name, item_type_name
from onewindow.people.access import DEPENDENCIES, Visitor
from onewindow.tenants.queries import places, tenant_by_key
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.templates import page


@get("/")
async def home(visitor: Visitor) -> Template | Redirect:
    """Staff go to their inbox; everybody else chooses where they want something done."""
    if visitor is not None and visitor.is_staff and visitor.tenant:
        return Redirect("/inbox")
    return page("portal/home.html", tree=_tree(await places()), place_name=_name)


@get("/places/{place:str}")
async def show_place(place: str, q: str = "", type: str = "") -> Template:
    """What can be applied for at a place."""
    here = await tenant_by_key(place)
    item_type = type if type in ITEM_TYPES else ""
    return page(
        "portal/place.html",
        here=here,
        name=(await places()).full_name(here.id, language()),
        offers=await catalogue(here.id, words=q.strip()[:60], item_type=item_type),
        words=q,
        type=item_type,
        types=[(key, _(str(text))) for key, text in ITEM_TYPES.items()],
        handling_name=handling_name,
        item_type_name=item_type_name,
    )


@get("/matters/{place:str}/{key:str}")
async def show_guide(place: str, key: str) -> Template:
    """The guide of a matter: the eight disclosures, what to bring, how it goes."""
    here = await tenant_by_key(place)
    offer = await offered(here.id, key)
    version = await version_of(offer.version)
    return page(
        "portal/guide.html",
        here=here,
        name=(await places()).full_name(here.id, language()),
        offer=offer,
        version=version,
        definition=version.definition,
        fees="；".join(
            f"{fee.name.in_(language())} {fee.standard.in_(language())}"
            for fee in version.definition.guide.fees
        ),
        handling_name=handling_name,
        item_type_name=item_type_name,
    )


@get("/matters/{place:str}/{key:str}/process", media_type="application/xml")
async def show_process(place: str, key: str) -> Response[bytes]:
    """The drawing of the published process, as the guide shows it."""
    here = await tenant_by_key(place)
    offer = await offered(here.id, key)
    version = await version_of(offer.version)
    return Response(version.process_xml, media_type="application/xml")


@post("/matters/{place:str}/{key:str}/applications", status_code=200)
async def begin(visitor: Visitor, place: str, key: str) -> Redirect:
    """Begin an application; who isn't signed in is asked to, and comes back to the guide."""
    if visitor is None:
        raise SignInNeeded
    if not visitor.is_applicant:
        raise Forbidden("请用申请人账号办理；窗口人员请从“窗口收件”代为提交。")
    here = await tenant_by_key(place)
    uid = await filing.start_draft(
        visitor, matter=key, place=here.id, channel="online", now=clock.now()
    )
    return Redirect(f"/applications/{uid}", status_code=303)


def _tree(tree: Any) -> list[dict[str, Any]]:
    """Places as the home page lists them: each city with its counties, each with what is below."""

    def branch(place: Any) -> dict[str, Any]:
        below = [branch(child) for child in tree.children(place.id) if child.active]
        return {"place": place, "below": below}

    return [branch(root) for root in tree.roots() if root.active]


def _name(place: Any) -> str:
    return str(place.named(language()))


routes = [
    Router(
        "/",
        route_handlers=[home, show_place, show_guide, show_process, begin],
        dependencies=DEPENDENCIES,
    )
]
