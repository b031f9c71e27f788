"""Finding cases: by number, applicant or matter, in the places one may read."""

from typing import Any

from litestar import Request, Router, get
from litestar.response import Template

from onewindow import clock
from onewindow.cases.rules import OVER, State
from onewindow.cases.search import CaseSearch, search
from onewindow.cases.words import STATE_TONES, state_name
from onewindow.matters.queries import catalogue, everywhere
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places
from onewindow.web.i18n import language
from onewindow.web.paging import Pages
from onewindow.web.templates import page
from onewindow.workspace.lights import Lights


@get("/cases")
async def show_cases(request: Request, clerk: Clerk) -> Template:
    """Find cases of the tenants one may read, newest first."""
    query = request.query_params
    wanted = CaseSearch(
        words=query.get("q", "").strip()[:60],
        state=query.get("state", "")[:24],
        matter=query.get("matter", "")[:60],
        place=query.get("place", "")[:40],
    )
    pages = Pages.read(request, "/cases", wanted.as_dict(), "before")
    found = await search(clerk, wanted, before=pages.number)
    lights = await Lights.of(clerk.tenant, clock.now())
    return page(
        "workspace/search.html",
        state_name=state_name,
        state_tone=STATE_TONES.get,
        found=[{**dict(row), **_light(row, lights)} for row in found.rows],
        wanted=wanted,
        states=[(state.value, state_name(state)) for state in State if state is not State.DRAFT],
        matters=await _matters(clerk),
        places=await _places(clerk),
        pages=pages.ending(found.next),
    )


def _light(row: Any, lights: Lights) -> dict[str, str]:
    """The light towards the promised day while the case is under way; nothing afterwards."""
    if row["promised_due"] is None or row["closed_at"] or State(row["state"]) in OVER:
        return {"light": "", "left": ""}
    return lights.of_task({"due": row["promised_due"], "state": "open"})


async def _matters(clerk: Actor) -> list[tuple[str, str]]:
    """Matters of the places one reads, and those one's own place offers."""
    offers = [each for each in await everywhere() if each.tenant in clerk.visible]
    named = {each.key: each.title(language()) for each in await catalogue(clerk.tenant)}
    named |= {each.key: each.title(language()) for each in offers}
    return sorted(named.items(), key=lambda each: each[1])


async def _places(clerk: Actor) -> list[tuple[str, str]]:
    """The places one reads, from the top down; empty when there is only one's own."""
    tree = await places()
    seen = [tree[tenant] for tenant in clerk.visible]
    if len(seen) < 2:
        return []
    english = language() == "en"
    return [
        (place.key, "\u3000" * (len(place.path) - 1) + ((english and place.name_en) or place.name))
        for place in sorted(seen, key=lambda each: each.path)
    ]


routes = [Router("/", route_handlers=[show_cases], dependencies=DEPENDENCIES)]
