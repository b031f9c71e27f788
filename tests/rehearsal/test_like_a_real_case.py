"""A play and a real case go the same way: the shipped scenarios, acted out for real beside it.

Each act is done twice, by the play in memory and by people of the town through the actions behind
their pages. After each, what stands must be the same: open steps, lanes, due times, state, papers.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from world import Town, package_of

from onewindow import clock, db, jobs
from onewindow.cases import clockwork, filing, queries, steps, verbs
from onewindow.cases.application import For
from onewindow.demo.cases import Play as Acting
from onewindow.people.gate import Actor
from onewindow.rehearsal import acts, scenarios
from onewindow.rehearsal.expect import handed_out
from onewindow.rehearsal.picture import picture
from onewindow.rehearsal.play import Play
from onewindow.rehearsal.scenario import (
    Act,
    Answer,
    Complete,
    Correct,
    Refuse,
    Return,
    Scenario,
    Wait,
    Withdraw,
    read_scenario,
)

APPLICANT = "13800000001"

SCENARIOS = [
    ("food-business", "qingxi", "licence", ""),
    ("food-business", "qingxi", "correction", "linjiang"),
    ("food-business", "baishi", "filing", ""),
    ("sole-trader", "qingxi", "not-accepted", ""),
    ("construction-permit", "yunchuan", "granted", ""),
    ("construction-permit", "yunchuan", "withdrawn", "qingxi"),
    ("subsistence-allowance", "qingxi", "objection", "linjiang"),
    ("subsistence-allowance", "qingxi", "denied", "songling"),
]


@pytest.mark.parametrize(
    ("matter", "owner", "name", "place"), SCENARIOS, ids=lambda part: str(part) or "here"
)
async def test_a_play_goes_as_the_real_case_does(
    town: Town, matter: str, owner: str, name: str, place: str
) -> None:
    package = package_of(matter)
    test = {**package.tests[name]}
    start = {**test["start"], "place": place, "applicant": {"phone": APPLICANT}}
    scenario = read_scenario({**test, "start": start})
    with db.as_system():
        world = await scenarios.world_for(package, town.tenants[owner], [{"start": start}])
    version = scenarios.version_for(package, world)
    play = Play(version, world, scenario.start)
    play.begin()
    real = Real(Acting({}, town.tenants, dict), matter, owner, place or owner, scenario)
    await real.begin()
    await same(play, real)
    for act in scenario.acts:
        who = {each["step"]: each for each in picture(play, scenario)["open"]}
        doer = who[act.step]["people"][0]["login"] if hasattr(act, "step") else ""
        where = who[act.step]["place"] if hasattr(act, "step") else ""
        before = play.now
        acts.do(play, act)
        await real.act(act, doer, where, before, play.now)
        await same(play, real)
    assert scenarios.judge(name, test | {"start": start}, version, world).ok or place


async def same(play: Play, real: "Real") -> None:
    """What stands in the play and in the database."""
    with db.as_system():
        case = await db.fetchrow("select * from cases where id = $1", real.id)
        tasks = await db.fetch(
            "select element, tenant, lane, fallback, due, state from task where case_id = $1"
            " and state in ('open', 'held') order by id",
            real.id,
        )
        papers = await db.fetch("select paper from paper where case_id = $1 order by id", real.id)
        issued = await db.fetch("select plan from certificate where case_id = $1", real.id)
        run = await db.fetchrow("select data, ended from case_run where case_id = $1", real.id)
    assert str(play.state) == case["state"]
    assert sorted(
        (task.step.id, task.tenant, _lane(task.lane, case), task.fallback, task.due, task.state)
        for task in play.waiting
    ) == sorted(
        (row["element"], row["tenant"], row["lane"], row["fallback"], row["due"], row["state"])
        for row in tasks
    )
    for column in ("acceptance_due", "correction_due", "promised_due", "statutory_due"):
        assert play.columns.get(column) == case[column], column
    for column in ("accepted_at", "decided_at", "issued_at", "closed_at", "closing"):
        assert play.columns.get(column) == case[column], column
    assert play.columns.get("decision", "") == case["decision"]
    assert play.running == (not run["ended"])
    assert (play.who.name, play.who.id_number) == (case["applicant_name"], case["applicant_id"])
    assert play.summary == case["summary"]
    made = [paper.key for paper in handed_out(play)]
    assert [key for key in made if not key.startswith("certificate")] == [
        row["paper"] for row in papers
    ]
    assert [key.partition(":")[2] for key in made if key.startswith("certificate")] == [
        row["plan"] for row in issued
    ]


def _lane(lane: str, case: Mapping[str, Any]) -> str:
    return f"person:{case['applicant']}" if lane == "person:-1" else lane


@dataclass
class Real:
    """The case as people bring it on its way."""

    acting: Acting
    matter: str
    owner: str
    place: str
    scenario: Scenario
    id: int = 0
    uid: str = ""

    async def begin(self) -> None:
        start = self.scenario.start
        online = start.channel == "online"
        now = start.at
        async with self.as_filer() as actor:
            with clock.at(now):
                uid = await filing.start_draft(
                    actor,
                    matter=self.matter,
                    place=self.acting.tenants[self.place],
                    channel=start.channel,
                    now=now,
                )
                case = await queries.case_for(actor, str(uid))
                self.id, self.uid = case.id, str(uid)
                await hand_in_everything(case.id, case.version)
                known = None if online else For("", "", APPLICANT)
                await filing.submit(actor, case, answers=start.answers, filed_for=known, now=now)
                await jobs.drain()

    async def act(
        self, act: Act, login: str, where: str, before: datetime, after: datetime
    ) -> None:
        with clock.at(before):
            match act:
                case Wait():
                    await self.wait(after)
                case Answer():
                    async with self.as_filer() as actor:
                        case = await queries.case_for(actor, self.uid)
                        await verbs.answer_correction(actor, case, answers=act.answers, now=before)
                case Withdraw():
                    async with self.as_filer() as actor:
                        case = await queries.case_for(actor, self.uid)
                        await verbs.withdraw(actor, case, why=act.why, now=before)
                case _:
                    async with self.acting.acting(login, await key_of(where)) as actor:
                        await self.do(actor, act, before)
            await jobs.drain()

    async def do(self, actor: Actor, act: Act, now: datetime) -> None:
        assert isinstance(act, Complete | Correct | Refuse | Return)
        task: int = await db.fetchval(
            "select id from task where case_id = $1 and element = $2 and state = 'open'",
            self.id,
            act.step,
        )
        match act:
            case Complete():
                await steps.complete(
                    actor, task, answers=act.answers, outcome=act.outcome, why=act.why, now=now
                )
            case Correct():
                items = [verbs.Missing(each.text, each.material) for each in act.items]
                await verbs.request_correction(actor, task, items=items, now=now)
            case Refuse():
                await verbs.refuse(
                    actor,
                    task,
                    facts=act.facts,
                    reasons=act.reasons,
                    legal_basis=act.legal_basis,
                    now=now,
                )
            case Return():
                await verbs.return_to(actor, task, target=act.to, why=act.why, now=now)

    async def wait(self, until: datetime) -> None:
        with db.as_system():
            tenant = await db.fetchval("select tenant from cases where id = $1", self.id)
        with db.as_tenant(tenant):
            while (
                due := await db.fetchval(
                    "select next_due from case_run where case_id = $1 and next_due <= $2",
                    self.id,
                    until,
                )
            ) is not None:
                with clock.at(due):
                    await clockwork.fire_timers(self.id, due)

    def as_filer(self) -> AbstractAsyncContextManager[Actor]:
        windows = {"qingxi": "li.min", "baishi": "zheng.shuang", "linjiang": "lin.xiao"}
        online = self.scenario.start.channel == "online"
        return self.acting.acting(APPLICANT if online else windows[self.place], self.place)


async def key_of(name: str) -> str:
    with db.as_system():
        key: str = await db.fetchval("select key from tenant where name = $1", name)
    return key


async def hand_in_everything(case: int, version: int) -> None:
    """Every material of the matter, without the bytes of its file."""
    with db.as_system():
        row = await db.fetchrow("select tenant from cases where id = $1", case)
        materials = await db.fetch(
            "select m->>'key' as key from matter_version v,"
            " jsonb_array_elements(v.definition::jsonb->'materials') m where v.id = $1",
            version,
        )
        for each in materials:
            await db.execute(
                "insert into case_material (tenant, case_id, material, uid, name, media_type, size,"
                " sha256, object_key, at) values ($1, $2, $3, $4, 'x.pdf', 'application/pdf', 1,"
                " '', '', now())",
                row["tenant"],
                case,
                each["key"],
                uuid4(),
            )
