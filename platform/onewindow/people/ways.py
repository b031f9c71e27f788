"""Where people are sent after they signed in, and which addresses they may be sent to."""

from urllib.parse import urlsplit

from litestar.datastructures import Cookie

from onewindow.people import sessions
from onewindow.people.gate import SESSION_COOKIE, Actor
from onewindow.settings import settings
from onewindow.web.navigation import nav_for

PORTAL = "/"
NO_OFFICE = "/account/posts"
"""For staff with no post today, or away from all of them: the page that says so."""


def safe(address: str) -> str:
    """`address` if it is a page of ours to come back to, else "".

    A full address, "//host" or "/\\host" would lead somebody who trusts us to somewhere else.
    """
    if not address.startswith("/") or address[1:2] in ("/", "\\"):
        return ""
    if any(ord(letter) < 32 for letter in address) or "\\" in address:
        return ""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or parts.path.startswith(("/sign-in", "/sign-out")):
        return ""
    return address


def home_of(actor: Actor) -> str:
    """The first page of the person signed in."""
    return _first_door(actor.roles) if actor.is_staff else PORTAL


async def home_at(person: int, *, kind: str, office: int | None) -> str:
    """The first page of somebody who is just signing in."""
    if kind != "staff":
        return PORTAL
    return _first_door(await sessions.roles_at(person, office))


def session_cookie(token: str) -> Cookie:
    """The cookie that carries a session. It ends with the browser: windows share computers."""
    return Cookie(
        key=SESSION_COOKIE,
        value=token,
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
    )


def _first_door(roles: frozenset[str]) -> str:
    doors = [door.href for group in nav_for(roles) for door in group.doors]
    return doors[0] if doors else NO_OFFICE
