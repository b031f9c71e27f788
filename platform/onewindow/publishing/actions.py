"""Bringing a version into force, now or at a time; taking a matter from the catalogue and back.

A person publishes through the gate. Seeding and benchmarks go by `matters.actions.publish`, which
runs the checks alone (docs/decisions/0005).
"""

from datetime import datetime
from typing import Any, Literal

from onewindow import db
from onewindow.db import queue
from onewindow.errors import FieldProblem, Invalid, NotThere, Refusal, Stale
from onewindow.matters import actions as matters
from onewindow.people.gate import Actor
from onewindow.publishing import reviews
from onewindow.publishing.gate import Hurdle, Judgement, judge
from onewindow.web.i18n import N_

LONGEST_NOTE = 300
LONGEST_REASON = 500
DUE = "matter.publish"
"""The job that publishes a scheduled version."""


class GateShut(Refusal):
    """Something hard isn't cleared; `judgement` has everything."""

    status = 422
    text = "还有 {count} 项没有通过：{which}。"

    def __init__(self, judgement: Judgement, stopping: tuple[Hurdle, ...] = ()) -> None:
        self.judgement = judgement
        stopping = stopping or judgement.stopping
        which = "、".join(hurdle.title for hurdle in stopping)
        super().__init__(count=len(stopping), which=which)


class NotConfirmed(Refusal):
    text = "取消事项须经{above}确认。请先送审，确认后再取消。"


async def publish(
    actor: Actor,
    version: int,
    *,
    seen: str,
    note: str = "",
    at: datetime | None = None,
    now: datetime,
) -> None:
    """Bring a draft into force now, or `at` a later time, if the gate lets it through.

    `seen` is the hash its page was made from. Raises GateShut, Stale when the draft has changed
    since, Invalid for a time that has passed.
    """
    matters.require_configurator(actor)
    if at is not None and at <= now:
        raise Invalid([FieldProblem("at", N_("生效时间须晚于现在。"), label=N_("生效时间"))])
    judgement = await judge(version, now=now)
    if judgement.tenant != actor.tenant:
        raise NotThere
    if judgement.hash != seen:
        raise Stale("草稿刚刚有改动，请看过新的检查结果再发布。")
    if not judgement.green:
        raise GateShut(judgement)
    async with db.transaction():
        await _keep_note(version, note, seen)
        if at is None:
            await matters.publish(version, by=actor.id, now=now)
        else:
            await _schedule(actor, version, at)


async def ask(actor: Actor, version: int, *, seen: str, text: str = "", now: datetime) -> None:
    """Put a draft before the place above, once nothing else keeps it from being published: what is
    mended afterwards would have to be confirmed again. Raises GateShut, and as `reviews.ask`.
    """
    matters.require_configurator(actor)
    judgement = await judge(version, now=now)
    if judgement.unready:
        raise GateShut(judgement, judgement.unready)
    await reviews.ask(actor, version, about=judgement.about, text=text, now=now, seen=seen)


async def _keep_note(version: int, note: str, seen: str) -> None:
    """The note, on the very state that was judged: the row is locked until the end."""
    kept = await db.fetchval(
        "update matter_version set note = $2 where id = $1 and hash = $3"
        " and state in ('draft', 'scheduled') returning id",
        version,
        note.strip()[:LONGEST_NOTE],
        seen,
    )
    if kept is None:
        raise Stale("草稿刚刚有改动，请看过新的检查结果再发布。")


async def _schedule(actor: Actor, version: int, at: datetime) -> None:
    scheduled = await db.fetchval(
        "update matter_version set state = 'scheduled', publish_at = $2, published_by = $3"
        " where id = $1 and state in ('draft', 'scheduled') returning id",
        version,
        at,
        actor.id,
    )
    if scheduled is None:
        raise Stale
    once = f"publish:{version}:{at.isoformat()}"
    await queue.put(DUE, {"version": version}, at=at, once=once)


async def unschedule(actor: Actor, version: int) -> None:
    """Make a scheduled version a draft again. Its job finds nothing to do."""
    matters.require_configurator(actor)
    back = await db.fetchval(
        "update matter_version set state = 'draft', publish_at = null, published_by = null"
        " where id = $1 and tenant = $2 and state = 'scheduled' returning id",
        version,
        actor.tenant,
    )
    if back is None:
        raise Stale("这一版已经发布，或者已经取消排定。")


async def publish_due(version: int, now: datetime) -> None:
    """Publish a scheduled version whose time has come, if the gate still lets it through; else make
    it a draft again and put on record why. Safe to run twice, and too early."""
    row: Any = await db.fetchrow(
        "select tenant, hash, published_by from matter_version"
        " where id = $1 and state = 'scheduled' and publish_at <= $2",
        version,
        now,
    )
    if row is None:
        return
    judgement = await judge(version, now=now)
    if judgement.green:
        await matters.publish(version, by=row["published_by"], now=now)
        return
    why = "\n".join(
        f"{hurdle.title}：{reason.text}"
        for hurdle in judgement.stopping
        for reason in hurdle.reasons
    )
    async with db.transaction():
        back = await db.fetchval(
            "update matter_version set state = 'draft', publish_at = null, published_by = null"
            " where id = $1 and state = 'scheduled' returning id",
            version,
        )
        if back is not None:
            await db.execute(
                "insert into matter_review (tenant, version, hash, kind, text, at)"
                " values ($1, $2, $3, 'failed', $4, $5)",
                row["tenant"],
                version,
                row["hash"],
                why[: reviews.LONGEST],
                now,
            )


async def suspend(actor: Actor, matter: int, *, reason: str, now: datetime) -> None:
    """Take no new applications for a while; running cases go on. Applicants read the reason."""
    said = _required(reason, N_("请写明暂停受理的原因，申请人会看到。"))
    await _turn(actor, matter, "published", "suspended", "suspended", said, now)


async def resume(actor: Actor, matter: int, *, now: datetime, reason: str = "") -> None:
    """Take applications again."""
    await _turn(actor, matter, "suspended", "published", "resumed", reason.strip(), now)


async def withdraw(actor: Actor, matter: int, *, reason: str, now: datetime) -> None:
    """Take a matter from the catalogue for good; running cases go on. Where the place above has to
    confirm, it must have (`reviews.ask` with about = cancelled)."""
    said = _required(reason, N_("请写明取消的原因，申请人会看到。"))
    row = await db.fetchrow(
        "select v.id, v.hash from matter m join matter_version v on v.id = m.current_version"
        " where m.id = $1 and m.tenant = $2",
        matter,
        actor.tenant,
    )
    if row is None:
        raise NotThere
    standing = await reviews.standing(actor.tenant, row["id"], row["hash"], cancels=True)
    if not standing.is_cleared and standing.above is not None:
        raise NotConfirmed(above=standing.above.name)
    await _turn(actor, matter, None, "withdrawn", "withdrawn", said, now)


async def cancel(
    actor: Actor, matter: int, *, reason: str, now: datetime
) -> Literal["withdrawn", "asked"]:
    """Withdraw a matter; where the place above must confirm that and hasn't, ask it instead."""
    matters.require_configurator(actor)
    try:
        await withdraw(actor, matter, reason=reason, now=now)
    except NotConfirmed:
        row: Any = await db.fetchrow(
            "select v.id, v.hash from matter m join matter_version v on v.id = m.current_version"
            " where m.id = $1 and m.tenant = $2",
            matter,
            actor.tenant,
        )
        await reviews.ask(
            actor, row["id"], about="cancelled", text=reason, now=now, seen=row["hash"]
        )
        return "asked"
    return "withdrawn"


async def _turn(
    actor: Actor,
    matter: int,
    before: str | None,
    after: str,
    kind: str,
    reason: str,
    now: datetime,
) -> None:
    matters.require_configurator(actor)
    async with db.transaction():
        turned = await db.fetchval(
            "update matter set state = $3 where id = $1 and tenant = $2 and state <> $3"
            " and ($4::text is null or state = $4) returning id",
            matter,
            actor.tenant,
            after,
            before,
        )
        if turned is None:
            raise Stale
        await db.execute(
            "insert into matter_notice (tenant, matter, kind, reason, by, by_name, at)"
            " values ($1, $2, $3, $4, $5, $6, $7)",
            actor.tenant,
            matter,
            kind,
            reason,
            actor.id,
            actor.name,
            now,
        )


def _required(reason: str, text: str) -> str:
    said = reason.strip()
    if not said:
        raise Invalid([FieldProblem("reason", text, label=N_("原因"))])
    if len(said) > LONGEST_REASON:
        raise Invalid([FieldProblem("reason", N_("不能超过 500 个字。"), label=N_("原因"))])
    return said
