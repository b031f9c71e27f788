"""The inbox: task rows of one's lanes, soonest due first, without ever loading a workflow.

Each lane is read from its own index up to a page and the pages are merged, so the cost follows the
page, not the number of waiting tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from onewindow import db
from onewindow.people.gate import Actor

PAGE = 50
COUNT_TO = 999

Whose = Literal["all", "mine", "lane", "backup"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What an inbox is narrowed to. `words` match number, applicant or matter."""

    whose: Whose = "all"
    stage: str = ""
    matter: str = ""
    words: str = ""
    light: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """From a query string; what isn't known is ignored."""
        whose = query.get("whose", "all")
        return cls(
            whose=whose if whose in ("all", "mine", "lane", "backup") else "all",  # type: ignore
            stage=query.get("stage", "")[:12],
            matter=query.get("matter", "")[:120],
            words=query.get("words", "").strip()[:60],
            light=query.get("light", "")[:6],
        )

    def as_dict(self) -> dict[str, str]:
        """What differs from the default: for addresses and saved views."""
        plain = Filters()
        return {
            name: getattr(self, name)
            for name in self.__slots__
            if getattr(self, name) != getattr(plain, name)
        }


@dataclass(frozen=True, slots=True)
class InboxPage:
    rows: list[Mapping[str, Any]]
    next: str | None


_COLUMNS = """t.id, t.element, t.stage, t.name, t.name_en, t.case_number, t.matter_name,
    t.matter_name_en, t.applicant_name, t.summary, t.lane, t.fallback, t.assignee, t.opened_at,
    t.due, t.state"""

# $1 tenant, $2 lanes, $3 me, $4 stage, $5 matter, $6 words, $7 like, $8/$9 after (due, id),
# $10 limit, $11 due before, $12 due from
_NARROWED = """
    and ($4 = '' or t.stage = $4) and ($5 = '' or t.matter_name = $5)
    and ($6 = '' or t.case_number = $6 or t.applicant_name like $7 or t.matter_name like $7)
    and ($11::timestamptz is null or t.due < $11) and ($12::timestamptz is null or t.due >= $12)
    and ($8::timestamptz is null or (coalesce(t.due, 'infinity'), t.id) > ($8, $9::bigint))
    order by t.due, t.id limit $10
"""
_OF_LANES = f"""
    select x.* from unnest($2::text[]) as l(lane) cross join lateral (
        select {_COLUMNS} from task t
        where t.tenant = $1 and t.lane = l.lane and t.state = 'open' and t.assignee is null
        {_NARROWED}
    ) x
"""
_MINE = f"""
    select * from (
        select {_COLUMNS} from task t
        where t.assignee = $3 and t.tenant = $1 and t.state = 'open'
        {_NARROWED}
    ) y
"""


async def inbox(
    actor: Actor,
    filters: Filters,
    *,
    now: datetime,
    soon: datetime,
    after: str = "",
    limit: int = PAGE,
) -> InboxPage:
    """A page of the actor's inbox. `soon` is the end of the next working day: due until then is
    yellow. `after` is the `next` of the page before."""
    lanes = _lanes(actor, filters.whose)
    parts = [_OF_LANES] if lanes else []
    if filters.whose in ("all", "mine"):
        parts.append(_MINE)
    if not parts:
        return InboxPage([], None)
    due, last = _after(after)
    before, start = {"red": (now, None), "yellow": (soon, now)}.get(filters.light, (None, None))
    rows = await db.fetch(
        # Naming every parameter's type lets one statement serve with or without a part.
        f"select * from ({' union all '.join(parts)}) z"
        " where ($1::int, $2::text[], $3::int) is not null"
        " order by due, id limit $10",
        actor.tenant,
        lanes,
        actor.id,
        filters.stage,
        filters.matter,
        filters.words,
        f"%{filters.words.replace('%', '').replace('_', '')}%",
        due,
        last,
        limit + 1,
        before,
        start,
    )
    shown = rows[:limit]
    more = len(rows) > limit
    return InboxPage(shown, _next(shown[-1]) if more else None)


async def count(actor: Actor) -> int:
    """Open tasks the actor may do, counted up to COUNT_TO: "999+" says enough."""
    total: int = await db.fetchval(
        "select count(*) from ("
        " (select 1 from task where tenant = $1 and lane = any($2) and state = 'open'"
        "  and assignee is null limit $4)"
        " union all (select 1 from task where assignee = $3 and tenant = $1 and state = 'open'"
        "  limit $4)) x",
        actor.tenant,
        list(actor.lanes + actor.backup_lanes),
        actor.id,
        COUNT_TO + 1,
    )
    return min(total, COUNT_TO + 1)


async def save_view(actor: Actor, filters: Filters, *, name: str = "") -> None:
    """Keep filters under a name; the empty name is the one the inbox opens with."""
    await db.execute(
        "insert into saved_view (tenant, person_id, page, name, query) values ($1,$2,'inbox',$3,$4)"
        " on conflict (person_id, tenant, page, name) do update set query = excluded.query",
        actor.tenant,
        actor.id,
        name.strip()[:60],
        orjson.dumps(filters.as_dict()).decode(),
    )


async def saved_views(actor: Actor) -> dict[str, dict[str, str]]:
    """The actor's kept filters by name."""
    rows = await db.fetch(
        "select name, query from saved_view where person_id = $1 and tenant = $2"
        " and page = 'inbox' order by name",
        actor.id,
        actor.tenant,
    )
    return {row["name"]: orjson.loads(row["query"]) for row in rows}


def _lanes(actor: Actor, whose: Whose) -> list[str]:
    match whose:
        case "mine":
            return []
        case "backup":
            return [lane for lane in actor.backup_lanes if lane not in actor.lanes]
        case "lane":
            return list(actor.lanes)
    # A lane held and stood in for is one lane: its tasks are listed once.
    return list(dict.fromkeys(actor.lanes + actor.backup_lanes))


def _after(mark: str) -> tuple[datetime | None, int]:
    try:
        due, _, last = mark.partition("_")
        if due == "never":
            return datetime.max.replace(tzinfo=None), int(last)
        return datetime.fromisoformat(due), int(last)
    except ValueError:
        return None, 0


def _next(row: Mapping[str, Any]) -> str:
    due = row["due"]
    return f"{due.isoformat() if due is not None else 'never'}_{row['id']}"


async def drop_view(actor: Actor, name: str) -> None:
    """Forget a kept view."""
    await db.execute(
        "delete from saved_view where person_id = $1 and tenant = $2 and page = 'inbox'"
        " and name = $3",
        actor.id,
        actor.tenant,
        name,
    )
