"""Reading people: who someone is, whom one may hand a task to, which posts one holds.

Who serves a lane (`lane_holder`) is not for the application's role to read, so these queries run as
the system and say their tenant themselves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bpmn.dialect import Assign
from onewindow import db
from onewindow.errors import NotThere
from onewindow.people import rules
from onewindow.people.gate import Actor
from onewindow.web.i18n import language


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody one works with: `posts` as "食品审查岗、食品审核岗"."""

    id: int
    login: str
    name: str
    posts: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """A post somebody holds, with what happens to its tasks while they are away."""

    id: int
    tenant: int
    department: str
    department_en: str
    post: str
    post_en: str
    role: str
    since: date
    until: date | None
    away: bool
    backup: str
    backup_en: str
    stand_ins: str

    def role_name(self, language: str) -> str:
        return rules.role_name(self.role, language)


@dataclass(frozen=True, slots=True)
class Account:
    """One's own account, as its page shows it."""

    id: int
    login: str
    name: str
    phone: str
    id_number: str | None
    language: str
    has_password: bool
    second_step: bool
    pending_secret: str
    created_at: datetime


async def lane_of(assign: Assign, *, applicant: int | None = None) -> str:
    """The lane a step's tasks wait in; looks up the id behind `person:<login>`.

    A login that doesn't exist gives a lane nobody serves, so the fallback lane takes the task.
    """
    person = None
    if assign.person is not None:
        # By a function, not as the system: tasks are opened inside a transaction of whoever acts,
        # who may be an applicant and see no staff at all.
        person = await db.fetchval("select staff_named($1)", rules.typed_name(assign.person))
    return rules.lane_of(assign, person=person or 0, applicant=applicant)


async def lane_words(tenant: int, lane: str, language: str = "zh") -> str:
    """A lane with the names that the tenant's departments, posts and people have."""
    kind, _colon, key = lane.partition(":")
    if kind == "person":
        with db.as_system():
            name = await db.fetchval("select name from person where id = $1", int(key))
        return rules.lane_name(lane, language, person=name or "")
    table, key = ("post", key) if kind == "post" else ("department", lane.partition("/")[0])
    row = await db.fetchrow(
        f"select name, name_en from {table} where tenant = $1 and key = $2",
        tenant,
        key,
    )
    names = {key: (language == "en" and row["name_en"]) or row["name"]} if row is not None else {}
    return rules.lane_name(lane, language, departments=names, posts=names)


async def person_named(actor: Actor, login: str) -> Colleague:
    """The member of staff with this login name, serving today where the actor does.

    Raises NotThere for anybody else: strangers and the unknown look alike.
    """
    found = await _serving(actor.tenant, "p.username = $2", rules.typed_name(login))
    if not found:
        raise NotThere
    return found[0]


async def colleagues(actor: Actor, lane: str | None = None) -> list[Colleague]:
    """Who else serves where the actor does today (in this lane), by name; for transfers."""
    found = await _serving(actor.tenant, "($2::text is null or h.lane = $2)", lane)
    return [colleague for colleague in found if colleague.id != actor.id]


async def names_of(people: Iterable[int]) -> dict[int, str]:
    """Id → name, for showing who did something. Ids nobody has are left out."""
    with db.as_system():
        rows = await db.fetch("select id, name from person where id = any($1)", list(set(people)))
    return {row["id"]: row["name"] for row in rows}


async def holdings_of(person: int, today: date) -> list[Holding]:
    """The posts somebody holds, or will hold, in every tenant; past ones are left out."""
    with db.as_system():
        rows = await db.fetch(
            "select h.id, h.tenant, d.name as department, d.name_en as department_en,"
            " x.name as post, x.name_en as post_en, x.role, h.since, h.until, h.away,"
            " coalesce(b.name, '') as backup, coalesce(b.name_en, '') as backup_en,"
            " coalesce((select string_agg(p.name, '、' order by p.name) from post_holder s"
            "  join person p on p.id = s.person and p.active where s.post = b.id and not s.away"
            "  and s.person <> h.person"
            "  and s.since <= $2 and (s.until is null or s.until >= $2)), '') as stand_ins"
            " from post_holder h join post x on x.id = h.post and x.active"
            " join department d on d.id = x.department left join post b on b.id = x.backup"
            " where h.person = $1 and (h.until is null or h.until >= $2)"
            " order by h.tenant, h.id",
            person,
            today,
        )
    return [Holding(**dict(row)) for row in rows]


async def account_of(actor: Actor) -> Account:
    """The actor's own account. Raises NotThere for one that has gone."""
    row = await db.fetchrow(
        "select id, username as login, name, phone, id_number, language, totp_on as second_step,"
        " password <> '' as has_password, case when totp_on then '' else totp_secret end"
        " as pending_secret, created_at from person where id = $1",
        actor.id,
    )
    if row is None:
        raise NotThere
    return Account(**dict(row))


async def _serving(tenant: int, condition: str, value: Any) -> list[Colleague]:
    with db.as_system():
        rows = await db.fetch(
            "select p.id, p.username, p.name, string_agg(distinct x.name, '、') as posts"
            " from lane_holder h join person p on p.id = h.person join post x on x.id = h.post"
            f" where h.tenant = $1 and {condition}"
            " group by p.id, p.username, p.name order by p.name, p.id",
            tenant,
            value,
        )
    return [Colleague(row["id"], row["username"], row["name"], row["posts"]) for row in rows]


async def office_names(tenant: int) -> Mapping[str, str]:
    """What the departments and posts of a tenant and those above and below it are called."""
    name = "coalesce(nullif(name_en, ''), name) as name" if language() == "en" else "name"
    rows = await db.fetch(
        "select distinct on (kind, key) kind, key, name from ("
        f" select 'department' as kind, tenant, key, {name} from department"
        f" union all select 'post', tenant, key, {name} from post) named"
        " where tenant = $1 or tenant = any($2) order by kind, key, tenant <> $1",
        tenant,
        list(db.current().visible),
    )
    return {f"{row['kind']}:{row['key']}": row["name"] for row in rows}
