"""What a play sees of the tenant it is played for: read once, then nothing more is asked.

`world_of` takes a tenant as it is: its tree, calendars, posts and their holders, own wordings.
`plain_world` needs no database: one place of each level, the national holidays, everybody's posts
taken for granted. It is for checking a folder of files.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from bpmn.dialect import Limit
from onewindow import clock, db
from onewindow.errors import NotThere, Refusal
from onewindow.people import rules as people
from onewindow.tenants.queries import places
from onewindow.tenants.rules import LEVELS, Level, Place, Places
from onewindow.workdays import national
from onewindow.workdays import rules as workdays
from onewindow.workdays.queries import calendar_of
from onewindow.workdays.rules import Calendar

APPLICANT = -1
"""Stands for the id of the applicant of a play."""


class NotOffered(Refusal):
    status = 422
    text = "“{place}”不办理这个事项：应为事项所属机构，或其下级机构的代码或层级。"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who serves a lane."""

    id: int
    login: str
    name: str
    backup: bool = False


@dataclass(frozen=True, slots=True)
class World:
    """`holders` and `names` go by (tenant, lane) and (tenant, key of a department or post);
    `holders` is None where every lane counts as served. `wordings` are rows of own paper texts."""

    owner: int
    places: Places
    calendars: Mapping[int, Calendar]
    holders: Mapping[tuple[int, str], tuple[Holder, ...]] | None = None
    names: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    staff: Mapping[str, Holder] = field(default_factory=dict)
    wordings: tuple[Mapping[str, str | int], ...] = ()

    def place(self, asked: str) -> int:
        """Where something is handed in: "" the owner, a level at or below it, or a tenant's key.

        Raises NotOffered for a place outside.
        """
        if asked in ("", "owner"):
            return self.owner
        within = [each for each in self.places.subtree(self.owner) if each.active]
        for each in within:
            if asked in (each.key, each.level) and each.id in self.calendars:
                return each.id
        raise NotOffered(place=asked)

    def due(self, tenant: int, limit: Limit, start: datetime) -> datetime:
        return workdays.due(limit, start, self.calendar(tenant), clock.ZONE)

    def later(self, limit: Limit, start: datetime) -> datetime:
        """The same time of day so much later: working days by the owner's calendar."""
        local = clock.local(start)
        match limit.unit:
            case "h":
                return start + timedelta(hours=limit.amount)
            case "d":
                day = local.date() + timedelta(days=limit.amount)
            case "wd":
                day = workdays.add_workdays(local.date(), limit.amount, self.calendar(self.owner))
            case "mo":
                every_day = Calendar(frozenset(range(7)))
                day = clock.local(workdays.due(limit, start, every_day, clock.ZONE)).date()
        return datetime.combine(day, local.timetz()).astimezone(start.tzinfo)

    def serving(self, tenant: int, lane: str) -> tuple[Holder, ...] | None:
        """Who may take tasks of a lane; None where that isn't known and anybody may."""
        if lane == f"person:{APPLICANT}":
            return None
        if self.holders is None:
            return () if lane == "/applicant" else None
        if lane.startswith("person:"):
            return tuple(each for each in self.staff.values() if lane == f"person:{each.id}")
        return self.holders.get((tenant, lane), ())

    def lane_words(self, tenant: int, lane: str, language: str) -> str:
        """A lane with the names that the tenant's departments, posts and people have."""
        kind, _colon, key = lane.partition(":")
        if kind == "person":
            name = next((each.name for each in self.staff.values() if str(each.id) == key), "")
            return people.lane_name(lane, language, person=name)
        if kind != "post":
            key = lane.partition("/")[0]
        zh, en = self.names.get((tenant, key), ("", ""))
        names = {key: (en or zh) if language == "en" else zh} if zh else {}
        return people.lane_name(lane, language, departments=names, posts=names)

    def offices(self, tenant: int) -> dict[str, tuple[str, str]]:
        """Names of a place's departments and posts by key, in Chinese and in English."""
        return {
            key: (zh, en or zh) for (place, key), (zh, en) in self.names.items() if place == tenant
        }

    def calendar(self, tenant: int) -> Calendar:
        """The days worked in a place."""
        # A drawing may send a task anywhere up the tree; what wasn't asked for works as its owner.
        return self.calendars.get(tenant) or self.calendars[self.owner]


async def world_of(
    owner: int, *, filed_at: Iterable[str] = (), logins: Collection[str] = ()
) -> World:
    """The tenant as it is now. `filed_at`: the places that scenarios name; `logins`: people that
    a drawing names. Raises NotThere for an unknown tenant."""
    tree = await places()
    tree[owner]
    below = [each for each in tree.subtree(owner) if each.active]
    nearby = {*tree[owner].path}
    for asked in {*filed_at}:
        found = next((each for each in below if asked in (each.key, each.level)), None)
        nearby |= {*found.path} if found is not None else set()
    tenants = sorted(nearby)
    rows = await db.fetch(
        "select tenant, key, name, name_en from department where tenant = any($1)"
        " union all select tenant, key, name, name_en from post where tenant = any($1)",
        tenants,
    )
    wordings = await db.fetch(
        "select tenant, paper, title, body from paper_text where tenant = any($1)", tenants
    )
    with db.as_system():
        serving = await db.fetch(
            "select distinct l.tenant, l.lane, l.backup, p.id, p.username, p.name"
            " from lane_holder l join person p on p.id = l.person"
            " where l.tenant = any($1) order by p.name, p.id",
            tenants,
        )
        named = await db.fetch(
            "select id, username, name from person where kind = 'staff' and active"
            " and username = any($1)",
            [people.typed_name(login) for login in logins],
        )
    holders: dict[tuple[int, str], tuple[Holder, ...]] = {}
    for row in serving:
        lane = (row["tenant"], row["lane"])
        holder = Holder(row["id"], row["username"], row["name"], row["backup"])
        holders[lane] = (*holders.get(lane, ()), holder)
    return World(
        owner=owner,
        places=tree,
        calendars={tenant: await calendar_of(tenant) for tenant in tenants},
        holders=holders,
        names={(row["tenant"], row["key"]): (row["name"], row["name_en"]) for row in rows},
        staff={row["username"]: Holder(row["id"], row["username"], row["name"]) for row in named},
        wordings=tuple(dict(row) for row in wordings),
    )


@lru_cache(4)
def plain_world(level: Level = "county") -> World:
    """A tenant of `level` with one place of each level around it. Raises NotThere for no level."""
    if level not in LEVELS:
        raise NotThere
    tree = Places(
        Place(
            id=number,
            key=each,
            name=f"示例{_PLAIN[each]}",
            name_en=f"Sample {each}",
            level=each,
            parent=number - 1 or None,
            path=tuple(range(1, number + 1)),
            region_code="000000000000"[: (6, 6, 9, 12)[number - 1]],
            overrides={"announced_years": list(national.YEARS)} if number == 1 else {},
        )
        for number, each in enumerate(LEVELS, 1)
    )
    days = [day for year in national.YEARS for day in national.schedule(year)]
    calendar = Calendar(
        weekly=frozenset(range(5)),
        closed=frozenset(day.day for day in days if not day.worked),
        worked=frozenset(day.day for day in days if day.worked),
        announced=frozenset(national.YEARS),
    )
    return World(
        owner=LEVELS.index(level) + 1,
        places=tree,
        calendars={place.id: calendar for place in tree},
    )


_PLAIN: Mapping[str, str] = {"city": "市", "county": "县", "township": "镇", "village": "村"}
