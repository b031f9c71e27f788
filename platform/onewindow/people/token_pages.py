"""One's own access tokens: made, shown once, revoked."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from onewindow import clock
from onewindow.errors import FieldProblem, Invalid
from onewindow.people import tokens
from onewindow.people.access import DEPENDENCIES, Clerk
from onewindow.people.bearers import SCOPES
from onewindow.people.gate import Actor
from onewindow.people.sign_in_pages import AnyRequest
from onewindow.web.errors import field_messages
from onewindow.web.requests import field, said
from onewindow.web.templates import page


@get("/")
async def tokens_page(clerk: Clerk, done: str = "") -> Response[Any]:
    """The tokens that still open something."""
    return await _page(clerk, done=done)


@post("/")
async def make_token(clerk: Clerk, request: AnyRequest) -> Response[Any]:
    """A new token, shown in this very answer and nowhere else."""
    body = await said(request)
    chosen = body.get("scopes", [])
    asked = {
        "name": field(body, "name"),
        "scopes": [chosen] if isinstance(chosen, str) else [str(each) for each in chosen],
        "days": int(days) if (days := field(body, "days")).isdigit() else 0,
    }
    try:
        token = await tokens.make(clerk, **asked, at=clock.now())
    except Invalid as refusal:
        return await _page(clerk, status=422, asked=asked, problems=refusal.fields)
    return await _page(clerk, token=token)


@post("/{token:int}/closure")
async def revoke_token(clerk: Clerk, token: FromPath[int]) -> Response[Any]:
    await tokens.revoke(clerk, token, at=clock.now())
    return Redirect("/account/tokens?done=revoked", status_code=303)


async def _page(
    clerk: Actor,
    *,
    status: int = 200,
    token: str = "",
    asked: dict[str, Any] | None = None,
    problems: tuple[FieldProblem, ...] = (),
    done: str = "",
) -> Response[Any]:
    return page(
        "people/tokens.html",
        status=status,
        headers={"cache-control": "no-store"},
        token=token,
        living=await tokens.living(clerk, at=clock.now()),
        scopes=SCOPES,
        lasts=tokens.LASTS,
        asked=asked or {"name": "", "scopes": ["matters:read", "matters:write"], "days": 90},
        problems=problems,
        errors=field_messages(problems),
        done=done,
    )


routes = [
    Router(
        "/account/tokens",
        route_handlers=[tokens_page, make_token, revoke_token],
        dependencies=DEPENDENCIES,
    )
]
