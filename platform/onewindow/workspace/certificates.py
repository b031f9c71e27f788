"""The register of certificates: find one, see its standing, revoke it."""

from urllib.parse import urlencode

from litestar import Request, Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases.rules import ReasonNeeded, require_reason
from onewindow.delivery import actions
from onewindow.delivery.queries import register
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.gate import Actor
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_
from onewindow.web.i18n import gettext as _
from onewindow.web.paging import Pages
from onewindow.web.requests import field, said, wants_json
from onewindow.web.templates import page

PAGE = 50


@get("/certificates")
async def show_register(request: Request, clerk: Clerk, q: FromQuery[str] = "") -> Template:
    """Certificates of the tenants one may read, newest first."""
    return await _list(request, clerk, q, done=request.query_params.get("done", ""))


@post("/certificates/{code:str}/revocation", status_code=200)
async def revoke(request: Request, clerk: Clerk, code: FromPath[str]) -> Redirect | Template:
    """Revoke a certificate: `why`."""
    body = await said(request)
    try:
        why = require_reason(N_("撤销理由"), field(body, "why"))
        await actions.revoke(clerk, code, why=why, now=clock.now())
    except ReasonNeeded as refusal:
        if wants_json(request):
            raise
        return await _list(request, clerk, field(body, "q"), wrong=(code, sentence(refusal)))
    q = field(body, "q")
    return Redirect(f"/certificates?{urlencode({'q': q, 'done': 'revoked'})}", status_code=303)


@get("/certificates/{code:str}/revocation")
async def show_again(clerk: Clerk, code: FromPath[str]) -> Redirect:
    """To the register: somebody reloads the page that asked them for a reason."""
    return Redirect("/certificates", status_code=303)


async def _list(
    request: Request,
    clerk: Actor,
    q: str,
    *,
    done: str = "",
    wrong: tuple[str, str] | None = None,
) -> Template:
    """The register; `wrong` is the code of a certificate whose revocation wasn't taken, and why."""
    words = q.strip()[:60]
    pages = Pages.read(request, "/certificates", {"q": words} if words else {}, "before")
    rows = await register(clerk, words=words, before=pages.number, limit=PAGE + 1)
    return page(
        "workspace/register.html",
        status=422 if wrong else 200,
        rows=rows[:PAGE],
        words=words,
        today=clock.today(),
        may_revoke=clerk.is_any(*actions.MAY_REVOKE),
        tenant=clerk.tenant,
        pages=pages.ending(rows[PAGE - 1]["id"] if len(rows) > PAGE else None),
        wrong=wrong,
        done=_("证照已撤销，查验页已同步显示。") if done == "revoked" else "",
    )


routes = [
    Router("/", route_handlers=[show_register, revoke, show_again], dependencies=DEPENDENCIES)
]
