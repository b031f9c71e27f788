"""Finding cases by number, applicant or matter, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onewindow import db
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places

PAGE = 50


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """What is looked for: words, a state, a matter's key, a place's key (and all below it)."""

    words: str = ""
    state: str = ""
    matter: str = ""
    place: str = ""

    def as_dict(self) -> dict[str, str]:
        named = {
            "q": self.words,
            "state": self.state,
            "matter": self.matter,
            "place": self.place,
        }
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True)
class Found:
    rows: list[Mapping[str, Any]]
    next: int | None


_SHOWN = """
select c.id, c.receipt_number, c.number, c.state, c.applicant_name, c.summary, c.submitted_at,
       c.accepted_at, c.promised_due, c.closed_at, m.name as matter_name,
       m.name_en as matter_name_en, o.name as tenant_name, o.name_en as tenant_name_en
from cases c join matter m on m.id = c.matter join tenant o on o.id = c.tenant
"""
# A case is found by the tenants that handle it and by those that take part in it.
_LATEST = (
    _SHOWN
    + """
where c.state <> 'draft' and (c.tenant = any($1) or c.participants && $1)
  and ($2::bigint is null or c.id < $2)
  and ($3 = '' or c.state = $3) and ($4 = '' or m.key = $4)
order by c.id desc limit $5
"""
)
_FOUND = (
    _SHOWN
    + """
where c.id in (select cases_found($6, $1, $3, $4, $2, $5))
order by c.id desc
"""  # sql/functions.sql
)


async def search(actor: Actor, wanted: CaseSearch, *, before: int | None = None) -> Found:
    """A page of cases the actor's scope reaches, newest first. Words are a number, any part of an
    applicant's name, or of a matter's."""
    among = await _among(actor, wanted.place)
    asked = [among, before, wanted.state, wanted.matter, PAGE + 1]
    if wanted.words:
        rows = await db.fetch(_FOUND, *asked, wanted.words)
    else:
        rows = await db.fetch(_LATEST, *asked)
    shown = rows[:PAGE]
    return Found(shown, shown[-1]["id"] if len(rows) > PAGE else None)


async def _among(actor: Actor, place: str) -> list[int]:
    """The tenants to look in: all the actor reads, or those of them at or below a place."""
    if not place:
        return list(actor.visible)
    tree = await places()
    below = next((tree.subtree(each.id) for each in tree if each.key == place), [])
    return [each.id for each in below if each.id in actor.visible]
