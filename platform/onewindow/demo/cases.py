"""Playing the demo's cases: somebody signs in, files, others do their steps, on earlier days.

Each line of `cases.json` names who files what where, and the acts that follow, in order. An act
without a date follows the one before by a few hours.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any

from onewindow import clock, db, jobs
from onewindow.cases import clockwork, files, filing, queries, steps, verbs
from onewindow.cases.application import Channel, wanted_materials
from onewindow.matters.versions import Version, version_of
from onewindow.papers import typesetting
from onewindow.people.gate import Actor, entered
from onewindow.people.sessions import open_session

HOUR = timedelta(hours=1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


WRITTEN_ON = date(2026, 11, 22)
"""When the answers were written: their dates are near this day, before it or after."""


def as_of_today(answers: Any) -> Any:
    """The answers as they would be written today: dates within two years of their own day move
    along with it. Others (of birth, of a foundation) stay."""
    today = clock.today()

    def moved(value: Any) -> Any:
        match value:
            case dict():
                return {name: moved(each) for name, each in value.items()}
            case list():
                return [moved(each) for each in value]
            case str() if _DATE.fullmatch(value):
                away = date.fromisoformat(value) - WRITTEN_ON
                return (today + away).isoformat() if abs(away) < timedelta(days=730) else value
        return value

    return moved(answers)


class Play:
    """One run through the cases: who is who, and what time it is."""

    def __init__(
        self, town: Mapping[str, Any], tenants: Mapping[str, int], content: Callable[[str], Any]
    ) -> None:
        self.town = town
        self.tenants = tenants
        self.content = content

    async def case(self, plan: Mapping[str, Any]) -> None:
        """Play one case."""
        now = clock.now() - timedelta(days=plan.get("days_ago", 1))
        now = now.replace(hour=1, minute=plan.get("minute", 12), second=0, microsecond=0)
        answers = self.answers(plan)
        async with self.acting(plan["filed_by"], plan["place"]) as actor:
            with clock.at(now):
                receipt = await self.file(actor, plan, answers, now)
                await jobs.drain()
        for act in plan.get("acts", ()):
            now += timedelta(days=act.get("later_days", 0)) or 2 * HOUR
            now = min(now, clock.now())
            with clock.at(now):
                await self.act(receipt, act, answers, now)
                await jobs.drain()

    async def file(
        self, actor: Actor, plan: Mapping[str, Any], answers: Mapping[str, Any], now: datetime
    ) -> str:
        channel: Channel = "online" if actor.is_applicant else plan.get("channel", "window")
        uid = await filing.start_draft(
            actor,
            matter=plan["matter"],
            place=self.tenants[plan["place"]],
            channel=channel,
            now=now,
        )
        case = await queries.case_for(actor, str(uid))
        version = await version_of(case.version)
        apply = answers[version.definition.apply_form]
        await filing.save_draft(actor, case, answers=apply, revision=0, now=now)
        if plan.get("draft"):
            return str(uid)
        for material in wanted_materials(version, apply):
            if material.necessity == "required" and not material.shared:
                await files.add_file(
                    actor,
                    case,
                    material=material.key,
                    filename=f"{material.name.zh}.pdf",
                    chunks=_sheet(material.name.zh, actor.name),
                    now=now,
                )
        receipt = await filing.submit(
            actor, await queries.case_for(actor, str(uid)), answers=apply, now=now
        )
        return receipt

    async def act(
        self, receipt: str, act: Mapping[str, Any], answers: Mapping[str, Any], now: datetime
    ) -> None:
        """One act: `by` does `step` (or `verb` there)."""
        async with self.acting(act["by"], act.get("at", "")) as actor:
            case = await queries.case_for(actor, receipt)
            match act.get("verb", "complete"):
                case "answer_correction":
                    await verbs.answer_correction(actor, case, answers=None, now=now)
                    return
                case "withdraw":
                    await verbs.withdraw(actor, case, why=act["why"], now=now)
                    return
                case "time_passes":
                    with db.as_tenant(case.tenant):
                        await clockwork.fire_timers(case.id, now)
                    return
            version = await version_of(case.version)
            task = await _task(case.id, act["step"])
            match act.get("verb", "complete"):
                case "claim":
                    await steps.claim(actor, task, now=now)
                case "correct":
                    items = [verbs.Missing(**item) for item in act["items"]]
                    await verbs.request_correction(actor, task, items=items, now=now)
                case "refuse":
                    await verbs.refuse(
                        actor,
                        task,
                        facts=act.get("facts", ""),
                        reasons=act["reasons"],
                        legal_basis=act["legal_basis"],
                        now=now,
                    )
                case "return":
                    await verbs.return_to(actor, task, target=act["to"], why=act["why"], now=now)
                case _:
                    await steps.complete(
                        actor,
                        task,
                        answers=_form_answers(version, act["step"], answers),
                        outcome=act.get("outcome", _first_outcome(version, act["step"])),
                        why=act.get("why", ""),
                        now=now,
                    )

    def answers(self, plan: Mapping[str, Any]) -> dict[str, Any]:
        """Answers by form: the matter's own set, a variant of it, and what the plan changes."""
        known = dict(self.content(f"answers/{plan['matter']}.json"))
        variants = known.pop("variants", {})
        answers = as_of_today({**known, **variants.get(plan.get("variant", ""), {})})
        for form, changes in plan.get("answers", {}).items():
            answers[form] = {**answers.get(form, {}), **changes}
        return answers

    @asynccontextmanager
    async def acting(self, login: str, place: str) -> AsyncIterator[Actor]:
        """Act as somebody, signed in like anybody, in an office of theirs."""
        with db.as_system():
            person = await db.fetchrow(
                "select p.id, p.kind, coalesce((select h.tenant from post_holder h"
                " where h.person = p.id and ($2 = 0 or h.tenant = $2) order by h.id limit 1),"
                " (select h.tenant from post_holder h where h.person = p.id order by h.id limit 1))"
                " as office from person p where p.username = $1",
                login,
                self.tenants.get(place, 0),
            )
        token = await open_session(person["id"], lasts=HOUR, office=person["office"])
        async with entered(token, HOUR) as (actor, _half):
            assert actor is not None, login
            yield actor
        with db.as_system():
            await db.execute("delete from session where person = $1", person["id"])


async def play(
    plans: list[Mapping[str, Any]],
    town: Mapping[str, Any],
    tenants: Mapping[str, int],
    content: Callable[[str], Any],
) -> None:
    """Play every case, in order."""
    played = Play(town, tenants, content)
    for plan in plans:
        try:
            await played.case(plan)
        except Exception as wrong:
            wrong.add_note(f"in the demo case {plan['matter']} of {plan['filed_by']}")
            raise


async def _task(case: int, step: str) -> int:
    task: int | None = await db.fetchval(
        "select id from task where case_id = $1 and element = $2 and state = 'open'", case, step
    )
    if task is None:
        raise LookupError(f"no open task {step}")
    return task


def _first_outcome(version: Version, step: str) -> str:
    outcomes = version.process.steps[step].outcomes
    return outcomes[0].id if outcomes else ""


def _form_answers(version: Version, step: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    form = version.process.steps[step].form
    return dict(answers.get(form, {})) if form else {}


async def _sheet(title: str, holder: str) -> AsyncIterator[bytes]:
    """A page that stands for a scan of a material."""
    yield await typesetting.arender(
        "letter",
        {
            "title": title[:60],
            "body": "本页为演示用材料，内容从略。\n以上材料真实有效，复印件与原件一致。",
            "signer": holder,
            "mark": "演示材料",
        },
    )
