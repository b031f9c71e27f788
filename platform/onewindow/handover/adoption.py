"""Matters taken over from places above: adopted, brought up to date piece by piece, watched.

Which matter another is made of is a row of `matter_adoption`; of which version it is made stands in
each of its own versions (`upstream` in matter.json), frozen with it. What a version may differ in
is `inheritance`'s to say; the publish gate asks `breaches`, which fails closed: an adopted matter
whose origin can't be read is not published.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from onewindow import db
from onewindow.errors import Forbidden, Invalid, NotThere, Refusal
from onewindow.handover import inheritance
from onewindow.matters import actions, drafts
from onewindow.matters.difference import Change, difference
from onewindow.matters.findings import Finding
from onewindow.matters.package import Package, assembled, without_origin
from onewindow.people.gate import Actor
from onewindow.people.queries import office_names
from onewindow.tenants.queries import places
from onewindow.web.i18n import N_

NOTE = N_("沿用上级事项")


class AlreadyHere(Refusal):
    text = "本机构已有代码为“{key}”的事项，不能再沿用。"


class OriginUnknown(Refusal):
    """An adopted version that doesn't say, or can't prove, what it was made of."""

    text = "读不到它所沿用的上级版本，暂不能发布。"


@dataclass(frozen=True, slots=True)
class Offer:
    """A matter above that could be adopted."""

    id: int
    key: str
    name: str
    name_en: str
    tenant: int
    number: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """What an adopted matter is made of. `taken` is the version its draft (or, without one, the
    version in force) was made of; `newest` the one now in force above (None: withdrawn)."""

    matter: int
    key: str
    upstream: int
    upstream_tenant: int
    taken: int
    kept: Mapping[str, int]
    newest: int | None

    @property
    def is_behind(self) -> bool:
        return self.newest is not None and self.newest != self.taken


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed above since a piece was taken: the piece, its changes, the version it is at."""

    piece: str
    changes: tuple[Change, ...]
    at: int
    kept: bool
    """Left on purpose, the last time somebody looked."""


async def offers(tenant: int) -> list[Offer]:
    """Matters of the places above that this place has none of its own instead of, by name."""
    rows = await db.fetch(
        "select m.id, m.key, m.name, m.name_en, m.tenant, v.number from tenant t"
        " join matter m on m.tenant = any(t.path) and m.tenant <> t.id and m.state = 'published'"
        " join matter_version v on v.id = m.current_version where t.id = $1"
        " and not exists (select 1 from matter o where o.tenant = t.id and o.key = m.key)"
        " order by m.name limit 500",
        tenant,
    )
    return [Offer(**row) for row in rows]


async def adopt(actor: Actor, upstream: int, *, at: datetime) -> str:
    """Take a matter above over as a draft of one's own; its key. Raises NotThere for a matter that
    isn't above, AlreadyHere."""
    actions.require_configurator(actor)
    row = await db.fetchrow(
        "select m.key, m.tenant, o.key as tenant_key, v.id as version, v.number from matter m"
        " join tenant o on o.id = m.tenant join matter_version v on v.id = m.current_version"
        " where m.id = $1 and m.state = 'published'",
        upstream,
    )
    above = [place.id for place in (await places()).path(actor.tenant)]
    if row is None or row["tenant"] == actor.tenant or row["tenant"] not in above:
        raise NotThere
    key: str = row["key"]
    if await db.fetchval("select 1 from matter where tenant = $1 and key = $2", actor.tenant, key):
        raise AlreadyHere(key=key)
    package = await actions.package_of(row["version"])
    made = _from(package, row["tenant_key"], row["number"], {})
    async with db.transaction():
        draft = await actions.save_draft(actor.tenant, package, by=actor.id, now=at, note=str(NOTE))
        await db.execute(
            "insert into matter_adoption (tenant, matter, upstream, upstream_version, overrides,"
            " kept, changed_at, changed_by) select $1, id, $3, $4, '{}', '[]', $5, $6"
            " from matter where tenant = $1 and key = $2",
            actor.tenant,
            key,
            upstream,
            row["version"],
            at,
            actor.id,
        )
        await actions.write_draft(draft, made, by=actor.id, now=at)
    return key


async def stop(actor: Actor, key: str, *, at: datetime) -> None:
    """Make an adopted matter the place's own from now on: nothing is fixed above any more, nothing
    is told of what changes there. The version in force and its cases stay as they are.

    Raises NotThere, and AlreadyScheduled: what was scheduled was judged as an adopted matter.
    """
    actions.require_configurator(actor)
    found = await adoption_of(actor.tenant, key)
    if found is None:
        raise NotThere
    async with db.transaction():
        await db.execute("delete from matter_adoption where matter = $1", found.matter)
        draft = await drafts.begin(actor.tenant, key, by=actor.id, at=at)
        if "upstream" in draft.package.definition:
            await actions.write_draft(draft.id, without_origin(draft.package), by=actor.id, now=at)


async def adoption_of(tenant: int, key: str) -> Adoption | None:
    """What the tenant's matter is made of; None for one that is all its own."""
    row = await db.fetchrow(
        "select a.matter, m.key, a.upstream, u.tenant as upstream_tenant, n.number as newest,"
        " coalesce(d.definition, c.definition) -> 'upstream' as said, t.number as first"
        " from matter_adoption a join matter m on m.id = a.matter"
        " join matter u on u.id = a.upstream"
        " left join matter_version d on d.matter = m.id and d.state in ('draft', 'scheduled')"
        " left join matter_version c on c.id = m.current_version"
        " left join matter_version n on n.id = u.current_version and u.state <> 'withdrawn'"
        " left join matter_version t on t.id = a.upstream_version"
        " where a.tenant = $1 and m.key = $2",
        tenant,
        key,
    )
    if row is None:
        return None
    said = orjson.loads(row["said"] or "null") or {}
    return Adoption(
        row["matter"],
        row["key"],
        row["upstream"],
        row["upstream_tenant"],
        said.get("version") or row["first"] or 0,
        said.get("kept") or {},
        row["newest"],
    )


async def upper_of(adoption: Adoption, said: Mapping[str, Any] | None) -> Package:
    """The upper version a package says it is made of, with the pieces it kept of older ones.

    Raises OriginUnknown when it says nothing, or names versions that aren't published ones of the
    matter it was adopted from, or that matter isn't above any more.
    """
    if not said:
        raise OriginUnknown
    owner = await db.fetchval("select tenant from matter where id = $1", adoption.matter)
    tree = await places()
    if adoption.upstream_tenant not in tree[owner].path or owner == adoption.upstream_tenant:
        raise OriginUnknown
    kept: dict[str, int] = dict(said.get("kept") or {})
    numbers = {said.get("version"), *kept.values()}
    rows = await db.fetch(
        "select v.id, v.number from matter_version v join tenant t on t.id = v.tenant"
        " where v.matter = $1 and v.state in ('published', 'withdrawn') and t.key = $2"
        " and v.number = any($3)",
        adoption.upstream,
        str(said.get("tenant", "")),
        [number for number in numbers if isinstance(number, int)],
    )
    found = {row["number"]: await actions.package_of(row["id"]) for row in rows}
    if set(found) != numbers:
        raise OriginUnknown
    return inheritance.mixed(
        found[said["version"]], {piece: found[number] for piece, number in kept.items()}
    )


async def breaches(tenant: int, package: Package) -> list[Change] | None:
    """What keeps an adopted matter from being published; None for a matter of the place's own.

    Raises OriginUnknown. A package that says it was adopted where nobody adopted it is refused too.
    """
    key, said = str(package.definition.get("key", "")), package.definition.get("upstream")
    adoption = await adoption_of(tenant, key)
    if adoption is None:
        if said:
            raise OriginUnknown
        return None
    upper = await upper_of(adoption, said)
    return inheritance.violations(upper, package, names=await office_names(tenant))


async def findings(tenant: int, package: Package) -> list[Finding] | None:
    """What breaks the rules of an adopted matter, as the studio lists it; None for an own one."""
    try:
        found = await breaches(tenant, package)
    except OriginUnknown as unknown:
        return [Finding("matter.json", unknown.code, unknown.text, element="upstream")]
    if found is None:
        return None
    return [
        Finding(
            change.part,
            "fixed-above",
            "这一项由上级规定，不能改：{sentence}。",
            {"sentence": change.sentence},
            change.element,
        )
        for change in found
    ]


async def drift(adoption: Adoption) -> list[Drift]:
    """What is different above from what the place's draft (or version in force) was made of, piece
    by piece: all that could be taken."""
    if adoption.newest is None:
        return []
    newest = await _version(adoption.upstream, adoption.newest)
    found: list[Drift] = []
    for number in sorted({adoption.taken, *adoption.kept.values()} - {adoption.newest}):
        older = await _version(adoption.upstream, number)
        pieces: dict[str, list[Change]] = {}
        for change in difference(older, newest).changes:
            pieces.setdefault(inheritance.piece_of(change), []).append(change)
        found += [
            Drift(piece, tuple(changes), number, piece in adoption.kept)
            for piece, changes in pieces.items()
            if adoption.kept.get(piece, adoption.taken) == number
        ]
    return found


async def take(actor: Actor, key: str, pieces: Collection[str], *, at: datetime) -> tuple[str, ...]:
    """Bring these pieces of the place's draft (begun if there is none) to the newest upper version;
    all others of the drift are kept as they are, on purpose. Own changes stay.

    The overrides that no longer fit are given back. Raises NotThere, OriginUnknown, Invalid.
    """
    actions.require_configurator(actor)
    adoption = await adoption_of(actor.tenant, key)
    if adoption is None or adoption.newest is None:
        raise NotThere
    waiting = await drift(adoption)
    if unknown := set(pieces) - {each.piece for each in waiting}:
        raise Invalid({"pieces": f"上级版本里没有“{sorted(unknown)[0]}”这一项变化。"})
    draft = await drafts.begin(actor.tenant, key, by=actor.id, at=at)
    own = draft.package
    said = own.definition.get("upstream")
    before = await upper_of(adoption, said)
    kept = {each.piece: each.at for each in waiting if each.piece not in pieces}
    newest = await _version(adoption.upstream, adoption.newest)
    upper = inheritance.mixed(
        newest,
        {piece: await _version(adoption.upstream, number) for piece, number in kept.items()},
    )
    made = inheritance.composed(upper, inheritance.overrides_of(before, own))
    tenant_key = (await places())[adoption.upstream_tenant].key
    package = _from(made.package, tenant_key, adoption.newest, kept)
    async with db.transaction():
        await actions.write_draft(draft.id, package, by=actor.id, now=at)
        await db.execute(
            "update matter_adoption set upstream_version = (select id from matter_version"
            " where matter = $2 and number = $3), kept = $4, overrides = $5, changed_at = $6,"
            " changed_by = $7 where matter = $1",
            adoption.matter,
            adoption.upstream,
            adoption.newest,
            orjson.dumps(sorted(kept)).decode(),
            orjson.dumps(inheritance.overrides_of(upper, package)).decode(),
            at,
            actor.id,
        )
    return made.lost


async def adopters(actor: Actor, matter: int) -> list[dict[str, Any]]:
    """Who made a matter of their own of this one, of which version, and whether it is in force:
    of the places the actor may see."""
    rows = await db.fetch(
        "select a.tenant, t.name as place, t.name_en as place_en, m.state, m.key,"
        " c.definition -> 'upstream' as said, c.number as own_version, d.number as draft,"
        " d.definition -> 'upstream' as drafted, a.changed_at from matter_adoption a"
        " join tenant t on t.id = a.tenant join matter m on m.id = a.matter"
        " left join matter_version c on c.id = m.current_version"
        " left join matter_version d on d.matter = m.id and d.state in ('draft', 'scheduled')"
        " where a.upstream = $1 order by t.path",
        matter,
    )
    return [
        {
            **dict(row),
            "version": _number(row["said"]),
            "kept": (orjson.loads(row["said"] or "null") or {}).get("kept") or {},
            "drafted": _number(row["drafted"]),
        }
        for row in rows
        if row["tenant"] in actor.visible
    ]


def _number(said: str | None) -> int | None:
    number = (orjson.loads(said or "null") or {}).get("version")
    return int(number) if number else None


def _from(package: Package, tenant: str, number: int, kept: Mapping[str, int]) -> Package:
    """The package saying what it is made of."""
    upstream = {"tenant": tenant, "version": number, "kept": dict(kept)}
    return assembled(
        {**package.definition, "upstream": upstream},
        package.process,
        package.decisions,
        package.forms,
        package.tests,
    )


async def _version(matter: int, number: int) -> Package:
    version = await db.fetchval(
        "select id from matter_version where matter = $1 and number = $2"
        " and state in ('published', 'withdrawn')",
        matter,
        number,
    )
    if version is None:
        raise Forbidden
    return await actions.package_of(version)


async def newest_number(matter: int) -> int | None:
    """The number of a matter's version in force."""
    number: int | None = await db.fetchval(
        "select v.number from matter m join matter_version v on v.id = m.current_version"
        " where m.id = $1",
        matter,
    )
    return number
