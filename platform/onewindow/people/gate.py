"""The gate: every request passes here first, pages and panel alike.

One statement turns the session cookie (or, under /api/, a program's access token) into the person
and their tenant scope and sets that scope on the connection the request will use. Behind the gate
nothing asks again who somebody is: pages take `Actor`, the database takes its settings. A request
without a session is the public's.
"""

import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from onewindow import db
from onewindow.errors import SignInNeeded
from onewindow.people import bearers

SESSION_COOKIE = "id"  # Piccolo Admin reads the same cookie by this name

CHOOSE_PASSWORD = "/account/password"  # noqa: S105 - an address
STAYS_OPEN = (CHOOSE_PASSWORD, "/sign-out", "/sign-in", "/favicon.ico")
"""What somebody who must choose a new password can still reach."""

SLOW = 1.0
"""Seconds. Of a request whose body took longer it is asked again at its end who sent it: whoever
revokes a token or ends a session is told that it opens nothing any more."""
_STILL_OPENS = {
    "token": "select 1 from access_token"
    " where token_hash = $1 and revoked_at is null and ends_at > now()",
    "session": "select 1 from session where token_hash = $1 and ends_at > now()",
}

ASGIApp = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Actor:
    """The person signed in, in the office they act for.

    `lanes` are the queues whose tasks they may take as holder of a post, `backup_lanes` those of
    absent colleagues they stand in for. `visible` are the tenants they may read. Applicants have no
    tenant (0) and no roles. `offices` are (id, name, English name) of where they hold posts; the
    one they act for comes first.
    """

    id: int
    session: int
    name: str
    kind: str
    username: str
    phone: str
    id_number: str | None
    language: str
    must_change_password: bool
    tenant: int
    tenant_key: str
    tenant_name: str
    tenant_name_en: str
    visible: tuple[int, ...]
    roles: frozenset[str]
    lanes: tuple[str, ...]
    backup_lanes: tuple[str, ...]
    posts: str
    offices: tuple[tuple[int, str, str], ...]
    token: int = 0
    """The access token a program came with instead of a session; 0 for people."""
    scopes: frozenset[str] = frozenset()
    """What that token may do."""
    posts_by_lane: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_staff(self) -> bool:
        return self.kind == "staff"

    @property
    def is_applicant(self) -> bool:
        return self.kind == "applicant"

    def post_in(self, lane: str) -> str:
        """Department and post in which they do the tasks of a lane; all of theirs for a lane that
        none of them serves (a colleague's, or their own)."""
        return self.posts_by_lane.get(lane, self.posts)

    def is_any(self, *roles: str) -> bool:
        """Whether they hold one of these roles in the office they act for."""
        return not self.roles.isdisjoint(roles)

    @property
    def scope(self) -> db.Scope:
        return db.Scope(
            tenant=self.tenant,
            visible=self.visible,
            person=self.id,
            applicant=self.id if self.is_applicant else 0,
        )


def token_hash(token: str) -> str:
    """What is stored of a session's token: its SHA-256, so that a leaked table opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


class Gate:
    """ASGI: opens the request's connection, sets `scope["state"]["actor"]` and the tenant scope.

    `open_paths` (static files, health) need neither a person nor a connection.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        idle: timedelta,
        open_paths: tuple[str, ...] = ("/static/", "/health"),
    ) -> None:
        self.app = app
        self.idle = idle
        self.open_paths = open_paths

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self.open_paths):
            await self.app(scope, receive, send)
            return
        bearer = bearers.bearer_of(scope)
        token = bearer or session_token(scope)
        async with entered(token, self.idle, bearer=bearer is not None) as (actor, half_signed_in):
            state = scope.setdefault("state", {})
            state["actor"] = actor
            if bearer is not None:  # told by `web.site.Guard`, which needs no CSRF token of them
                known = (actor.token, actor.scopes) if actor is not None else (0, ())
                state["bearer"], state["refused"] = True, bearers.refusal_of(scope, *known)
            # Signed in by password, the second factor still to come: only that page knows them.
            state["half_signed_in"] = half_signed_in
            # A token that opens nothing any more: idle, ended elsewhere, or forged.
            state["session_ended"] = bool(token) and actor is None and half_signed_in is None
            if actor and actor.must_change_password and not _stays_open(scope["path"]):
                await _to_password_page(scope, send)
            else:
                kind = "session" if bearer is None else "token"
                if actor and token:
                    receive = _asked_again(receive, kind, token)
                await self.app(scope, receive, send)


@asynccontextmanager
async def entered(
    token: str | None, idle: timedelta, *, bearer: bool = False
) -> AsyncIterator[tuple[Actor | None, dict[str, Any] | None]]:
    """Everything inside acts as the session's person, on one connection: what the gate does for a
    request, for whoever else acts as somebody (the demo town, tests).

    Gives the person, or None with what is known of somebody whose second step is still to come.
    """
    async with db.hold() as held:
        answer = await held.connection.fetchval(
            "select gate($1, $2, $3)", token_hash(token) if token else "", idle, bearer
        )
        known = orjson.loads(answer) if answer else None
        whole = known is not None and known["second_factor"]
        actor = _actor(known) if known is not None and whole else None
        held.scope = actor.scope if actor is not None else db.PUBLIC
        with db.use(held.scope):
            yield actor, None if whole else known


def _asked_again(receive: Any, kind: str, token: str) -> Any:
    """What takes its time to come in is let through only if the token still opens then."""
    began = time.monotonic()

    async def received() -> Any:
        message = await receive()
        slow = time.monotonic() - began > SLOW
        if slow and message["type"] == "http.request" and not message.get("more_body"):
            with db.as_system():
                still = await db.fetchval(_STILL_OPENS[kind], token_hash(token))
            if still is None:
                raise bearers.TokenUnknown if kind == "token" else SignInNeeded
        return message

    return received


def session_token(scope: Mapping[str, Any]) -> str | None:
    """The session cookie's value, or None."""
    for name, value in scope["headers"]:
        if name == b"cookie":
            # By hand: http.cookies drops every cookie after one it doesn't like.
            for pair in value.decode("latin-1").split(";"):
                key, _equals, token = pair.strip().partition("=")
                if key == SESSION_COOKIE:
                    return token.strip('"') or None
    return None


def _stays_open(path: str) -> bool:
    return any(path == page or path.startswith(page + "/") for page in STAYS_OPEN)


async def _to_password_page(scope: MutableMapping[str, Any], send: Any) -> None:
    """Pages and panel alike lead to the one page on which a new password is chosen."""
    status, headers = 303, [(b"location", CHOOSE_PASSWORD.encode())]
    if any(name == b"hx-request" for name, _value in scope["headers"]):
        # htmx would follow a redirect into a fragment of the page.
        status, headers = 200, [(b"hx-redirect", CHOOSE_PASSWORD.encode())]
    headers.append((b"content-length", b"0"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _actor(known: dict[str, Any]) -> Actor:
    return Actor(
        id=known["person"],
        session=known["session"],
        name=known["name"],
        kind=known["kind"],
        username=known["username"],
        phone=known["phone"],
        id_number=known["id_number"],
        language=known["language"],
        must_change_password=known["must_change_password"],
        tenant=known["tenant"],
        tenant_key=known["tenant_key"],
        tenant_name=known["tenant_name"],
        tenant_name_en=known["tenant_name_en"],
        visible=tuple(known["visible"]),
        roles=frozenset(known["roles"]),
        lanes=tuple(known["lanes"]),
        backup_lanes=tuple(known["backup_lanes"]),
        posts=known["posts"],
        offices=tuple(
            sorted(
                (tuple(each) for each in known["offices"]), key=lambda o: o[0] != known["tenant"]
            )
        ),
        token=known["token"] or 0,
        scopes=frozenset(known["scopes"] or ()),
        posts_by_lane={
            lane: known["post_names"][str(post)]
            for lane, post in known["lane_posts"].items()
            if str(post) in known["post_names"]
        },
    )
