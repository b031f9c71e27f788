"""Looking after other people's accounts: what a configurator does when somebody can't get in.

Own tenant only; a platform operator, everywhere they can see. Each act is in the audit trail under
the keeper's name.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from onewindow import clock, db
from onewindow.errors import Forbidden, NotThere
from onewindow.people import attempts, credentials, passwords, rules, sessions
from onewindow.people.gate import Actor

# No letters or digits that look or sound alike: it is read out over the phone.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class NotAKeeper(Forbidden):
    text = "只有配置管理员可以维护他人账号。"


class NotOneself(Forbidden):
    text = "不能在这里维护自己的账号，请到“账户与安全”中办理。"


@dataclass(frozen=True, slots=True)
class Kept:
    """An account as its keeper sees it."""

    id: int
    login: str
    name: str
    tenant: int
    posts: str
    active: bool
    second_step: bool
    must_change_password: bool
    last_sign_in: datetime | None
    sessions: int
    locked_until: datetime | None = None


async def accounts(
    actor: Actor, text: str = "", *, after: int | None = None, most: int = 50
) -> list[Kept]:
    """Staff accounts that this keeper looks after, by name, those that are closed last; `text` is
    part of a name or login, `after` the account the page before ended with."""
    _require_keeper(actor)
    return await _kept(
        actor, "(p.name ilike $2 or p.username ilike $2)", f"%{_plain(text)}%", most, after
    )


async def account_for(actor: Actor, login: str) -> Kept:
    """One account, with whether it is locked. Raises NotThere for any the keeper can't see."""
    _require_keeper(actor)
    found = await _kept(actor, "p.username = $2", rules.typed_name(login), 1)
    if not found:
        raise NotThere
    kept = found[0]
    locked = await attempts.locks_of(await _keys(kept.id))
    return Kept(
        **{**{name: getattr(kept, name) for name in Kept.__slots__}, "locked_until": locked}
    )


async def give_password(actor: Actor, kept: Kept) -> str:
    """A one-time password to be told to the person, said only now; they must choose their own.

    Ends all their sessions and lifts a lock.
    """
    _require_may_keep(actor, kept)
    groups = ("".join(secrets.choice(_ALPHABET) for _i in range(4)) for _j in range(4))
    password = "-".join(groups)
    await _write(
        actor,
        "update person set password = $2, must_change_password = true where id = $1",
        kept.id,
        await passwords.stretched(password),
    )
    await sessions.end_all(kept.id)
    await unlock(actor, kept)
    return password


async def recover_second_step(actor: Actor, kept: Kept) -> None:
    """The phone is lost: take the second step off, so that the person can set it up anew."""
    _require_may_keep(actor, kept)
    await _write(
        actor, "update person set totp_on = false, totp_secret = '' where id = $1", kept.id
    )
    await sessions.end_all(kept.id)


async def unlock(actor: Actor, kept: Kept) -> None:
    """Lift a lock before its time."""
    _require_may_keep(actor, kept)
    await attempts.forgive(await _keys(kept.id))


async def close_account(actor: Actor, kept: Kept) -> None:
    """Nobody signs in with it any more; what they did stays under their name."""
    _require_may_keep(actor, kept)
    await _write(actor, "update person set active = false where id = $1", kept.id)
    await sessions.end_all(kept.id)


async def reopen_account(actor: Actor, kept: Kept) -> None:
    """Let somebody in again whose account was closed."""
    _require_may_keep(actor, kept)
    await _write(actor, "update person set active = true where id = $1", kept.id)


async def _kept(
    actor: Actor, condition: str, value: str, most: int, after: int | None = None
) -> list[Kept]:
    with db.as_system():
        rows = await db.fetch(
            "select p.id, p.username as login, p.name, p.tenant, p.active,"
            " p.totp_on as second_step, p.must_change_password,"
            " p.last_login at time zone 'UTC' as last_sign_in,"
            " (select count(*) from session s where s.person = p.id and s.ends_at > now())"
            "  as sessions,"
            " coalesce((select string_agg(distinct x.name, '、') from post_holder h"
            "  join post x on x.id = h.post where h.person = p.id"
            "  and (h.until is null or h.until >= $4)), '') as posts"
            f" from person p where p.kind = 'staff' and p.tenant = any($1) and {condition}"
            " and ($5::int is null or (not p.active, p.name, p.id) >"
            "  (select not x.active, x.name, x.id from person x where x.id = $5))"
            " order by not p.active, p.name, p.id limit $3",
            list(_looked_after(actor)),
            value,
            most,
            clock.today(),
            after,
        )
    return [Kept(**dict(row)) for row in rows]


def _looked_after(actor: Actor) -> tuple[int, ...]:
    return actor.visible if "operator" in actor.roles else (actor.tenant,)


def _require_keeper(actor: Actor) -> None:
    if not actor.is_any(*rules.KEEPERS):
        raise NotAKeeper


def _require_may_keep(actor: Actor, kept: Kept) -> None:
    _require_keeper(actor)
    if kept.tenant not in _looked_after(actor):
        raise NotThere
    if kept.id == actor.id:
        raise NotOneself


async def _keys(person: int) -> list[str]:
    with db.as_system():
        row = await db.fetchrow(
            "select username, phone, id_number from person where id = $1", person
        )
    return credentials.keys_of(person, [row["username"], row["phone"], row["id_number"]])


async def _write(actor: Actor, sql: str, *values: object) -> None:
    # The system's role, because a platform operator writes outside their own tenant; but under
    # the keeper's name, which the audit trail takes from the scope.
    with db.use(db.Scope(system=True, person=actor.id)):
        await db.execute(sql, *values)


def _plain(text: str) -> str:
    """Text for LIKE without its wildcards."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
