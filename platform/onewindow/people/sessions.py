"""Signed-in browsers: made, renamed, ended. Only the hash of a token is ever stored.

What a session is worth is decided in one place, the SQL function `gate`; here its rows are written.
Times are the database's, so that machines need not agree.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from onewindow import db
from onewindow.people.gate import token_hash
from onewindow.people.rules import Kind, device

HALF_SIGNED_IN = timedelta(minutes=10)
"""How long somebody may take to type the second step's code."""


@dataclass(frozen=True, slots=True)
class Browser:
    """What the person sees of one of their sessions."""

    id: int
    here: bool
    kind: Kind
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


async def open_session(
    person: int,
    *,
    address: str = "",
    agent: str = "",
    lasts: timedelta,
    second_factor: bool = True,
    office: int | None = None,
) -> str:
    """A new session's token, said only now. `second_factor` False: the code is still to come."""
    token = secrets.token_urlsafe(32)
    with db.as_system():
        await db.execute(
            "insert into session (token_hash, person, office, created_at, seen_at, ends_at,"
            " second_factor, address, agent)"
            " values ($1, $2, $3, now(), now(), now() + $4, $5, $6, $7)",
            token_hash(token),
            person,
            office,
            lasts if second_factor else min(lasts, HALF_SIGNED_IN),
            second_factor,
            address[:45],
            agent[:200],
        )
    return token


async def renew(session: int, *, lasts: timedelta | None = None) -> str | None:
    """Give a session a new token, so that the old one opens nothing; None if it has ended.

    With `lasts` the second step is done too, and the session runs its full time from now.
    """
    token = secrets.token_urlsafe(32)
    with db.as_system():
        found = await db.fetchval(
            "update session set token_hash = $2, second_factor = second_factor or $3::interval"
            " is not null, ends_at = coalesce(now() + $3, ends_at), seen_at = now()"
            " where id = $1 and ends_at > now() returning id",
            session,
            token_hash(token),
            lasts,
        )
    return token if found is not None else None


async def person_of(token: str, *, idle: timedelta) -> int | None:
    """Whose whole, living session this token opens."""
    with db.as_system():
        person = await db.fetchval(
            "select s.person from session s join person p on p.id = s.person and p.active"
            " where s.token_hash = $1 and s.second_factor and s.ends_at > now()"
            " and s.seen_at + $2 > now()",
            token_hash(token),
            idle,
        )
    return int(person) if person is not None else None


async def end_token(token: str) -> None:
    """End the session of this token, if there is one."""
    with db.as_system():
        await db.execute("delete from session where token_hash = $1", token_hash(token))


async def end_all(person: int, *, but: int | None = None) -> int:
    """End a person's sessions, perhaps but one; how many were ended."""
    with db.as_system():
        status = await db.execute(
            "delete from session where person = $1 and id is distinct from $2", person, but
        )
    return int(status.rpartition(" ")[2])


async def end_one(person: int, session: int) -> None:
    """End one of the person's own sessions; another's looks as if it weren't there."""
    with db.as_system():
        await db.execute("delete from session where id = $1 and person = $2", session, person)


async def browsers_of(person: int, *, here: int | None, idle: timedelta) -> list[Browser]:
    """The living sessions of a person, this one first, then by last use."""
    with db.as_system():
        rows = await db.fetch(
            "select id, address, agent, created_at, seen_at from session"
            " where person = $1 and second_factor and ends_at > now() and seen_at + $3 > now()"
            " order by id is distinct from $2, seen_at desc",
            person,
            here,
            idle,
        )
    return [
        Browser(
            row["id"],
            row["id"] == here,
            *device(row["agent"]),
            row["address"],
            row["created_at"],
            row["seen_at"],
        )
        for row in rows
    ]


async def sit_at(session: int, person: int, office: int) -> bool:
    """Act for another office from now on; False where the person holds no post today."""
    with db.as_system():
        status = await db.execute(
            "update session set office = $3 where id = $1 and person = $2"
            " and exists (select 1 from tenant where id = $3 and active)"
            " and (exists (select 1 from lane_holder"
            "  where person = $2 and tenant = $3 and not backup)"
            "  or exists (select 1 from person where id = $2 and superuser))",
            session,
            person,
            office,
        )
    return status == "UPDATE 1"


async def first_office(person: int) -> int | None:
    """Where somebody sits after signing in: their home tenant if they serve there, else where they
    have held a post longest; a platform operator without a post, at home."""
    with db.as_system():
        office = await db.fetchval(
            "select coalesce((select l.tenant from lane_holder l"
            "  join tenant t on t.id = l.tenant and t.active"
            "  join post_holder h on h.person = l.person and h.post = l.post"
            "  where l.person = p.id and not l.backup group by l.tenant"
            "  order by l.tenant <> p.tenant, min(h.id) limit 1),"
            " case when p.superuser then p.tenant end)"
            " from person p where p.id = $1 and p.kind = 'staff'",
            person,
        )
    return int(office) if office is not None else None


async def seat_of(session: int) -> tuple[str, int | None]:
    """The kind of person a session belongs to, and the office they sit in."""
    with db.as_system():
        row = await db.fetchrow(
            "select p.kind, s.office from session s join person p on p.id = s.person"
            " where s.id = $1",
            session,
        )
    return (row["kind"], row["office"]) if row is not None else ("", None)


async def roles_at(person: int, office: int | None) -> frozenset[str]:
    """The roles somebody has in an office today, as the gate will find them."""
    if office is None:
        return frozenset()
    with db.as_system():
        rows = await db.fetch(
            "select role from lane_holder where person = $1 and tenant = $2 and not backup"
            " union select 'operator' from person where id = $1 and superuser",
            person,
            office,
        )
    return frozenset(row["role"] for row in rows)


async def forget_ended() -> None:
    """Drop sessions past their absolute end. Safe to run at any time."""
    with db.as_system():
        await db.execute("delete from session where ends_at < now() - interval '1 day'")
