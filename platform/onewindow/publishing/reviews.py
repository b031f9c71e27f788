"""The word of the supervising tenant on a matter: asked for, given, bound to what was looked at.

New, changed, delegated and cancelled matters are confirmed by the place right above before they
take effect. What is confirmed is one state of a version (its hash): whatever changes it afterwards
makes the confirmation void. Everything said is a row of `matter_review`, which nobody changes; what
the place above says is written by `judge_matter` (schema/sql/functions.sql) alone, which checks
again who they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import bpmn
from bpmn.dialect import HUMAN_TASKS
from onewindow import db
from onewindow.cases import live
from onewindow.errors import Forbidden, Invalid, NotThere, Stale
from onewindow.matters.package import Package
from onewindow.people.gate import Actor
from onewindow.tenants.queries import places, settings_of
from onewindow.tenants.rules import LEVELS, Place
from onewindow.web.i18n import N_

About = Literal["new", "changed", "delegated", "cancelled"]
Word = Literal["comment", "returned", "confirmed"]
ABOUT: Mapping[str, object] = {
    "new": N_("新增"), "changed": N_("变更"), "delegated": N_("下放"), "cancelled": N_("取消"),
}  # fmt: skip
REVIEWERS = ("configurator", "supervisor")
"""Roles of the place above that confirm; `judge_matter` asks for the same."""
LONGEST = 2000


class NobodyAbove(Invalid):
    text = "本机构的事项不需要上级确认。"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the confirmation of a version stands.

    `above` is who confirms, None where nobody needs to. `state`: "none" (not asked), "asked",
    "returned", "confirmed", or "void": what was asked about has changed since. `last` is the row
    that decides it, `talk` all rows of the version, oldest first.
    """

    above: Place | None
    state: Literal["none", "asked", "returned", "confirmed", "void"]
    last: Mapping[str, Any] | None
    talk: tuple[Mapping[str, Any], ...]

    @property
    def is_cleared(self) -> bool:
        return self.above is None or self.state == "confirmed"


async def confirms(tenant: int) -> Place | None:
    """The place that confirms the matters of a tenant; None where none needs to."""
    tree = await places()
    parent = tree[tenant].parent
    if parent is None or (await settings_of(tenant)).confirmation == "none":
        return None
    return tree[parent]


async def standing(tenant: int, version: int, hash: str, *, cancels: bool = False) -> Standing:
    """How far the confirmation of a version's state is; of taking it back, with `cancels`."""
    talk = tuple(
        await db.fetch(
            "select id, hash, kind, about, place, text, by, by_name, by_office, at"
            " from matter_review where version = $1 order by id limit 500",
            version,
        )
    )
    mine = [row for row in talk if (row["about"] == "cancelled") == cancels]
    deciding = [row for row in mine if row["kind"] in ("asked", "returned", "confirmed")]
    last = deciding[-1] if deciding else None
    state: Any = "none" if last is None else "void" if last["hash"] != hash else last["kind"]
    return Standing(await confirms(tenant), state, last, talk)


async def ask(
    actor: Actor, version: int, *, about: About, text: str, now: datetime, seen: str
) -> None:
    """Put a version before the place above. `seen` is the hash its page was made from: raises
    Stale when somebody has changed it since, or asked already; NobodyAbove where nobody is asked.
    """
    above = await confirms(actor.tenant)
    if above is None:
        raise NobodyAbove
    async with db.transaction():
        row = await db.fetchrow(
            "select hash from matter_version where id = $1 and tenant = $2 for update",
            version,
            actor.tenant,
        )
        if row is None:
            raise NotThere
        if row["hash"] != seen:
            raise Stale("草稿刚刚有改动，请刷新后再送审。")
        now_stands = await standing(actor.tenant, version, seen, cancels=about == "cancelled")
        if now_stands.state in ("asked", "confirmed"):
            raise Stale("已经送审，不用重复送。")
        await db.execute(
            "insert into matter_review (tenant, version, hash, kind, about, text, by, by_name,"
            " by_office, at) values ($1, $2, $3, 'asked', $4, $5, $6, $7, $8, $9)",
            actor.tenant,
            version,
            seen,
            about,
            text.strip()[:LONGEST],
            actor.id,
            actor.name,
            actor.tenant_name,
            now,
        )
    live.changed(above.id)


async def judge(
    actor: Actor,
    version: int,
    word: Word,
    *,
    seen: str,
    text: str = "",
    place: str = "",
    now: datetime,
) -> None:
    """Say something of a matter below: comment on a place, return it with reasons, or confirm it.

    `seen` is the hash that was looked at. Raises Invalid without a text where one is needed,
    Forbidden for whoever asked themselves, Stale when the question isn't open any more.
    """
    said = text.strip()[:LONGEST]
    if not said and word != "confirmed":
        raise Invalid({"text": "请写明意见。" if word == "comment" else "请写明退回的理由。"})
    if not actor.is_any(*REVIEWERS):
        raise Forbidden
    made = await db.fetchval(
        "select judge_matter($1, $2, $3, $4, $5, $6)", version, seen, word, place[:200], said, now
    )
    if made is None:
        asker = await db.fetchval(
            "select by from matter_review where version = $1 and kind = 'asked'"
            " order by id desc limit 1",
            version,
        )
        if asker == actor.id:
            raise Forbidden("送审人不能确认自己送审的事项，请由另一位同事确认。")
        raise Stale("这个事项已经处理过，或者送审后又有改动，请刷新查看。")
    live.changed(actor.tenant)


_OPEN = """
select r.id, r.version, r.hash, r.about, r.text, r.by_name, r.at, v.number, v.state,
       m.id as matter, m.key, m.name, m.name_en, m.current_version, t.id as tenant,
       t.key as tenant_key, t.name as tenant_name, t.name_en as tenant_name_en
from tenant t join matter_review r on r.tenant = t.id
join matter_version v on v.id = r.version and v.hash = r.hash
join matter m on m.id = v.matter
where t.parent = $1 and r.kind = 'asked' and not exists (
    select 1 from matter_review l where l.version = r.version and l.id > r.id
       and (l.kind in ('returned', 'confirmed') or l.kind = 'asked'))
"""


async def waiting(actor: Actor) -> list[Mapping[str, Any]]:
    """What waits for the word of the actor's place, the oldest question first."""
    if not actor.is_any(*REVIEWERS):
        return []
    return await db.fetch(_OPEN + " order by r.id limit 200", actor.tenant)


async def waiting_count(actor: Actor) -> int:
    """How many wait; 0 for whoever isn't asked."""
    return len(await waiting(actor))


def about_of(before: Package | None, after: Package) -> About:
    """What a draft is to the one in force: new, delegated (a step moves to a lower level) or else
    changed."""
    if before is None:
        return "new"
    old, new = _lowest(before), _lowest(after)
    return "delegated" if new > old else "changed"


def _lowest(package: Package) -> int:
    """How far down the tree a drawing reaches: the lowest level it names."""
    try:
        drawing = bpmn.read(package.process.encode())
    except bpmn.Unreadable:
        return -1
    named = [
        term.removeprefix("at:")
        for node in drawing.nodes.values()
        if node.tag in HUMAN_TASKS
        for term in node.ow.get("assign", "").split()
        if term.startswith("at:")
    ]
    return max((LEVELS.index(level) for level in named if level in LEVELS), default=-1)
