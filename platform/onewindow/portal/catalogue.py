"""Finding a matter: by place, or by saying what one wants; open to everybody."""

from typing import Any

from litestar import Request, Router, get
from litestar.datastructures import Cookie
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from onewindow.matters.search import find
from onewindow.matters.words import ITEM_TYPES, handling_name, item_type_name
from onewindow.people.access import DEPENDENCIES, Visitor
from onewindow.people.ways import home_of
from onewindow.portal.waiting import waiting_for
from onewindow.settings import settings
from onewindow.tenants.queries import places, settings_of, tenant_by_key
from onewindow.tenants.rules import Place
from onewindow.tenants.words import address_words, hours_words
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.templates import page

PLACE_COOKIE = "ow_place"
MOST = 60
YEAR = 365 * 24 * 3600


@get("/")
async def home(request: Request[Any, Any, Any], visitor: Visitor) -> Template | Redirect:
    """Staff go to their first door; everybody else says what they want, or where they want it."""
    if visitor is not None and visitor.is_staff and visitor.tenant:
        return Redirect(home_of(visitor))
    applicant = visitor if visitor is not None and visitor.is_applicant else None
    return page(
        "portal/home.html",
        tree=_tree(await places()),
        here=await remembered(request),
        place_name=_name,
        waiting=await waiting_for(applicant) if applicant else [],
    )


@get("/matters")
async def search(request: Request[Any, Any, Any], q: FromQuery[str] = "") -> Template:
    """Matters of every place that fit some words; those of the place last chosen come first."""
    words = q.strip()[:60]
    here = await remembered(request)
    offers = await find(words)
    if here is not None:
        near = set(here.path)
        offers.sort(key=lambda offer: offer.tenant not in near)
    tree = await places()
    return page(
        "portal/search.html",
        offers=offers[:MOST],
        more=len(offers) > MOST,
        words=words,
        here=here,
        place_name=_name,
        place_of=lambda offer: tree.full_name(offer.tenant, language()),
        handling_name=handling_name,
        item_type_name=item_type_name,
    )


@get("/places/{place:str}")
async def show_place(
    place: FromPath[str], q: FromQuery[str] = "", type: FromQuery[str] = ""
) -> Template:
    """What can be applied for at a place."""
    here = await tenant_by_key(place)
    words = q.strip()[:60]
    item_type = type if type in ITEM_TYPES else ""
    offers = await find(words, here.id, item_type=item_type)
    kinds = {offer.item_type for offer in (await find("", here.id) if item_type else offers)}
    settled = await settings_of(here.id)
    answer = page(
        "portal/place.html",
        here=here,
        name=(await places()).full_name(here.id, language()),
        centre=await address_words(here.id),
        hours=hours_words(settled),
        phone=settled.phone,
        complaint_phone=settled.complaint_phone,
        offers=offers,
        words=words,
        type=item_type,
        types=[(key, _(str(text))) for key, text in ITEM_TYPES.items() if words or key in kinds],
        handling_name=handling_name,
        item_type_name=item_type_name,
    )
    answer.set_cookie(remembering(here))
    return answer


async def remembered(request: Request[Any, Any, Any]) -> Place | None:
    """The place somebody chose last time, if it is still there."""
    key = request.cookies.get(PLACE_COOKIE, "")
    return next((each for each in await places() if each.key == key and each.active), None)


def remembering(place: Place) -> Cookie:
    """Nothing secret: so that the next visit begins where the last one ended."""
    return Cookie(
        key=PLACE_COOKIE,
        value=place.key,
        path="/",
        max_age=YEAR,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
    )


def _tree(tree: Any) -> list[dict[str, Any]]:
    """Places as the home page lists them: each city with its counties, each with what is below."""

    def branch(place: Place) -> dict[str, Any]:
        below = [branch(child) for child in tree.children(place.id) if child.active]
        return {"place": place, "below": below}

    return [branch(root) for root in tree.roots() if root.active]


def _name(place: Place) -> str:
    return str(place.named(language()))


routes = [Router("/", route_handlers=[home, search, show_place], dependencies=DEPENDENCIES)]
