"""The register of certificates: find one, see its standing, revoke it."""

from urllib.parse import urlencode

from litestar import Request, Router, get, post
from litestar.response import Redirect, Template

from onewindow import clock
from onewindow.cases.rules import require_reason
from onewindow.delivery import actions
from onewindow.delivery.queries import register
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.settings import settings
from onewindow.web.i18n import N_
from onewindow.web.requests import field, said
from onewindow.web.templates import page

PAGE = 50


@get("/certificates")
async def show_register(clerk: Clerk, q: str = "", before: str = "") -> Template:
    """Certificates of the tenants one may read, newest first."""
    words = q.strip()[:60]
    rows = await register(
        clerk, words=words, before=int(before) if before.isdigit() else None, limit=PAGE + 1
    )
    more = len(rows) > PAGE
    return page(
        "workspace/register.html",
        rows=rows[:PAGE],
        words=words,
        today=clock.today(settings.zone),
        may_revoke=clerk.is_any(*actions.MAY_REVOKE),
        older=f"/certificates?{urlencode({'q': words, 'before': rows[PAGE - 1]['id']})}"
        if more
        else None,
    )


@post("/certificates/{code:str}/revocation", status_code=200)
async def revoke(request: Request, clerk: Clerk, code: str) -> Redirect:
    """Revoke a certificate: `why`."""
    body = await said(request)
    why = require_reason(N_("撤销理由"), field(body, "why"))
    await actions.revoke(clerk, code, why=why, now=clock.now())
    return Redirect("/certificates", status_code=303)


routes = [Router("/", route_handlers=[show_register, revoke], dependencies=DEPENDENCIES)]
