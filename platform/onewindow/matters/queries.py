"""Which matters can be applied for where, and finding them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onewindow import db
from onewindow.errors import NotThere


@dataclass(frozen=True, slots=True)
class Offer:
    """A published matter as a place offers it: its own, or one of a tenant above it.

    `tenant` owns and handles it; `place` takes the application in.
    """

    place: int
    tenant: int
    matter: int
    version: int
    key: str
    name: str
    name_en: str
    item_type: str
    handling: str
    department: str
    tenant_key: str
    tenant_name: str
    tenant_name_en: str

    def title(self, language: str) -> str:
        return self.name_en if language == "en" and self.name_en else self.name


# A place offers its own matters and those of the tenants above it (县事乡办: the township's window
# takes in what the county handles); where both have one, the nearer wins.
_OFFERED = """
select distinct on (m.key) p.id as place, m.tenant, m.id as matter, m.current_version as version,
       m.key, m.name, m.name_en, m.item_type, m.handling, m.department, o.key as tenant_key,
       o.name as tenant_name, o.name_en as tenant_name_en
from tenant p
join matter m on m.tenant = any(p.path)
join tenant o on o.id = m.tenant
where p.id = $1 and p.active and m.current_version is not null
"""
_OPEN = _OFFERED + " and m.state = 'published'"
_NEAREST = " order by m.key, array_position(p.path, m.tenant) desc"


async def offered(place: int, key: str) -> Offer:
    """The matter `key` at tenant `place`. Raises NotThere when it isn't offered there."""
    row = await db.fetchrow(_OPEN + " and m.key = $2" + _NEAREST, place, key)
    if row is None:
        raise NotThere
    return Offer(**row)


@dataclass(frozen=True, slots=True)
class Closed:
    """A matter that a place knows but takes in no more: `state` suspended or withdrawn, why (as
    applicants read it) and since when."""

    offer: Offer
    state: str
    reason: str
    since: datetime | None


async def closed(place: int, key: str) -> Closed:
    """The matter `key` that isn't taken in at a place (any more). Raises NotThere for one the place
    never had."""
    row = await db.fetchrow(
        "select f.*, m.state, n.reason, n.at from ("
        + _OFFERED
        + " and m.key = $2 and m.state in ('suspended', 'withdrawn')"
        + _NEAREST
        + ") f join matter m on m.id = f.matter left join lateral (select reason, at"
        " from matter_notice where matter = m.id and kind = m.state order by id desc limit 1) n"
        " on true",
        place,
        key,
    )
    if row is None:
        raise NotThere
    known = dict(row)
    state, reason, since = known.pop("state"), known.pop("reason"), known.pop("at")
    return Closed(Offer(**known), state, reason or "", since)


async def catalogue(
    place: int, *, words: str = "", item_type: str = "", limit: int = 100
) -> list[Offer]:
    """Matters offered at a place, by name; `words` narrow by name in either language."""
    rows: list[Mapping[str, Any]] = await db.fetch(
        _OPEN
        + " and ($2 = '' or m.name ilike $3 or m.name_en ilike $3)"
        + " and ($4 = '' or m.item_type = $4)"
        + _NEAREST
        + " limit $5",
        place,
        words,
        f"%{words.replace('%', '').replace('_', '')}%",
        item_type,
        limit,
    )
    return sorted((Offer(**row) for row in rows), key=lambda offer: offer.name)


async def everywhere(*, limit: int = 2000) -> list[Offer]:
    """Every published matter at the tenant that owns it, by name."""
    rows: list[Mapping[str, Any]] = await db.fetch(
        "select m.tenant as place, m.tenant, m.id as matter, m.current_version as version, m.key,"
        " m.name, m.name_en, m.item_type, m.handling, m.department, o.key as tenant_key,"
        " o.name as tenant_name, o.name_en as tenant_name_en"
        " from matter m join tenant o on o.id = m.tenant"
        " where o.active and m.state = 'published' and m.current_version is not null"
        " order by m.id limit $1",
        limit,
    )
    return sorted((Offer(**row) for row in rows), key=lambda offer: offer.name)


async def own_matter(tenant: int, key: str) -> Mapping[str, Any]:
    """A matter of the tenant's own, published or not. Raises NotThere."""
    row = await db.fetchrow("select * from matter where tenant = $1 and key = $2", tenant, key)
    if row is None:
        raise NotThere
    return row


async def published_versions(matter: int) -> list[Mapping[str, Any]]:
    """Versions that cases may stand on (id, number, published_at, running), newest first."""
    return await db.fetch(
        "select v.id, v.number, v.published_at,"
        " (select count(*) from cases c where c.version = v.id and c.closed_at is null"
        "  and c.state <> 'draft') as running"
        " from matter_version v where v.matter = $1 and v.state not in ('draft', 'scheduled')"
        " order by v.number desc limit 100",
        matter,
    )
