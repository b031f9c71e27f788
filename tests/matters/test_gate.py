"""The gate: what a draft must clear, who confirms it, and when it comes into force."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from browsing import Browser
from world import Town

from onewindow import clock, db, jobs
from onewindow.errors import Forbidden, Invalid, Stale
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.package import Package
from onewindow.people.gate import Actor, entered
from onewindow.people.sessions import first_office, open_session
from onewindow.publishing import actions, reviews
from onewindow.publishing.gate import Hurdle, judge
from onewindow.tenants.actions import change_settings
from onewindow.tenants.queries import forget

DeskOf = Callable[..., Awaitable[Browser]]
KEY = "food-business"
NOW = clock.now()
REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.ForeignKeyViolationError)


@pytest.fixture
async def acting(town: Town) -> Any:
    """`async with acting("wu.fan") as person`: inside, one is that person in their first office."""

    def by(login: str) -> Any:
        return _Acting(town.people[login])

    return by


class _Acting:
    def __init__(self, person: int) -> None:
        self.person = person

    async def __aenter__(self) -> Actor:
        office = await first_office(self.person)
        token = await open_session(self.person, lasts=timedelta(hours=1), office=office)
        self.inside = entered(str(token), timedelta(hours=1))
        actor, _half = await self.inside.__aenter__()
        assert actor is not None
        return actor

    async def __aexit__(self, *raised: Any) -> None:
        await self.inside.__aexit__(*raised)


async def drafted(tenant: int, change: Callable[[Package], Package] = lambda it: it) -> int:
    """A draft of the food licence with a change."""
    draft = await drafts.begin(tenant, KEY, by=1, at=NOW)
    await matters.write_draft(draft.id, change(draft.package), by=1, now=NOW)
    return draft.id


def redrawn(before: str, after: str) -> Callable[[Package], Package]:
    def change(package: Package) -> Package:
        assert before in package.process
        return replace(package, process=package.process.replace(before, after))

    return change


def redefined(**changes: Any) -> Callable[[Package], Package]:
    return lambda package: replace(package, definition={**package.definition, **changes})


async def hash_of(version: int) -> str:
    hash: str = await db.fetchval("select hash from matter_version where id = $1", version)
    return hash


async def state_of(version: int) -> str:
    state: str = await db.fetchval("select state from matter_version where id = $1", version)
    return state


async def hurdle(version: int, key: str) -> Hurdle:
    judgement = await judge(version, now=NOW)
    return next(each for each in judgement.hurdles if each.key == key)


def said(hurdle: Hurdle) -> str:
    return " ".join(reason.text for reason in hurdle.reasons)


async def test_a_shipped_matter_comes_through_with_a_word_about_what_is_lacking(
    town: Town, acting: Any
) -> None:
    async with acting("wu.fan") as keeper:
        judgement = await judge(await drafted(keeper.tenant), now=NOW)
    assert judgement.green, [(each.title, each.reasons) for each in judgement.stopping]
    assert not judgement.changes
    assert {each.key for each in judgement.warning} <= {"staff", "tests"}


@pytest.mark.parametrize(
    ("change", "key", "reason", "link"),
    [
        (
            redrawn('ow:form="inspect" ow:limit="2wd"', 'ow:form="inspect" ow:limit="9wd"'),
            "limits",
            "最长路径需要 12 个工作日，超过承诺时限（5 个工作日）：现场核查（两人） 9",
            "settings/limits#element=limits.promised",
        ),
        (
            redrawn('ow:outcomes="grant:准予许可|Grant"', 'ow:outcomes="grant:准予|G;deny:不予|D"'),
            "refusals",
            "“决定”的结果“不予”会被记成同意",
            "process#element=decide",
        ),
        (
            redrawn("department:market-supervision role:decider", "department:housing role:guide"),
            "staff",
            "“决定”由导办员办理，青溪县没有人。",
            "process#element=decide",
        ),
        (
            lambda package: redrawn('differs-from="review"', 'differs-from="check"')(
                redrawn("role:decider", "role:checker")(package)
            ),
            "staff",
            "“决定”由市场监督管理局 · 审核办理，青溪县只有一个人，而“不得同一人”的环节也只能由他办",
            "process#element=decide",
        ),
        (
            redefined(summary="=answers.floor_aera"),
            "names",
            "表达式用到的“floor_aera”不是表单里的字段",
            "settings/basics#element=summary",
        ),
        (
            redefined(papers={"denied": {"body": {"zh": "{{ nobody }}", "en": "x"}}}),
            "samples",
            "样张生成不了",
            "settings/papers#element=papers.denied",
        ),
        (
            lambda package: replace(package, tests={"broken": {"name": "写坏的场景"}}),
            "tests",
            "“写坏的场景”没有通过",
            "tests#element=broken",
        ),
        (
            redrawn('ow:limit="2wd"', 'ow:limit="2zz"'),
            "lint",
            "时限“2zz”看不懂",
            "process#element=",
        ),
    ],
)
async def test_each_hurdle_names_its_reason_and_where_to_mend_it(
    town: Town, acting: Any, change: Any, key: str, reason: str, link: str
) -> None:
    async with acting("wu.fan") as keeper:
        version = await drafted(keeper.tenant, change)
        found = await hurdle(version, key)
        assert found.stops
        assert reason in said(found)
        assert found.reasons[0].link.startswith(link)
        seen = await hash_of(version)
        with pytest.raises(actions.GateShut) as shut:
            await actions.publish(keeper, version, seen=seen, now=NOW)
        assert found.title in shut.value.message
        assert await state_of(version) == "draft"


async def test_only_what_was_looked_at_is_published_and_a_pause_goes_on(
    town: Town, acting: Any
) -> None:
    async with acting("wu.fan") as keeper:
        version = await drafted(keeper.tenant, redefined(keywords=["饭馆"]))
        seen = await hash_of(version)
        matter = await db.fetchval("select matter from matter_version where id = $1", version)
        await actions.suspend(keeper, matter, reason="系统升级。", now=NOW)
        with pytest.raises(Stale):
            await actions.publish(keeper, version, seen="0" * 64, now=NOW)
        await actions.publish(keeper, version, seen=seen, note="加了检索词", now=NOW)
        row = await db.fetchrow(
            "select m.state, m.current_version, v.note from matter m join matter_version v"
            " on v.id = m.current_version where m.id = $1",
            matter,
        )
    assert dict(row) == {"state": "suspended", "current_version": version, "note": "加了检索词"}


async def test_who_configures_elsewhere_cannot_publish_it(town: Town, acting: Any) -> None:
    async with acting("wu.fan") as keeper:
        version = await drafted(keeper.tenant)
        seen = await hash_of(version)
    for login in ("lu.jia", "sun.yue", "li.min"):
        async with acting(login) as other:
            with pytest.raises(Exception) as refused:  # noqa: PT011  # missing or forbidden
                await actions.publish(other, version, seen=seen, now=NOW)
            assert getattr(refused.value, "status", None) in (403, 404)


# ---- at a time ----------------------------------------------------------------------------------


async def scheduled(keeper: Actor, at: datetime) -> int:
    version = await drafted(keeper.tenant, redefined(keywords=["饭馆"]))
    seen = await hash_of(version)
    await actions.publish(keeper, version, seen=seen, at=at, now=NOW)
    return version


async def test_a_scheduled_version_comes_into_force_by_its_job_and_not_before(
    town: Town, acting: Any
) -> None:
    at = NOW + timedelta(hours=1)
    async with acting("wu.fan") as keeper:
        with pytest.raises(Invalid):
            await scheduled(keeper, NOW)
        version = await scheduled(keeper, at)
        assert await state_of(version) == "scheduled"
        with pytest.raises(matters.AlreadyScheduled):
            await drafts.begin(keeper.tenant, KEY, by=1, at=NOW)
        await actions.publish_due(version, NOW)
        assert await state_of(version) == "scheduled"
    with db.as_system():
        job = await db.fetchrow(
            "select convert_from(payload, 'UTF8') as body, execute_after > now() as later"
            " from pgqueuer where entrypoint = $1",
            actions.DUE,
        )
    assert job["later"]
    assert f'"version":{version}' in job["body"]
    with clock.at(at + timedelta(seconds=1)), db.as_tenant(town.tenants["qingxi"]):
        await jobs.KINDS[actions.DUE]({"version": version})
        await jobs.KINDS[actions.DUE]({"version": version})  # jobs may run twice
        assert await state_of(version) == "published"


async def test_what_fails_at_its_time_stays_a_draft_and_says_why(town: Town, acting: Any) -> None:
    at = NOW + timedelta(hours=1)
    async with acting("wu.fan") as keeper:
        version = await scheduled(keeper, at)
    with db.as_system():  # the decider leaves before it comes into force
        await db.execute(
            "delete from post_holder where post in (select id from post where key = 'food-decide')"
        )
    with clock.at(at), db.as_tenant(town.tenants["qingxi"]):
        await jobs.KINDS[actions.DUE]({"version": version})
        assert await state_of(version) == "draft"
        why = await db.fetchval("select text from matter_review where kind = 'failed'")
    assert "“决定”由市场监督管理局 · 决定办理，青溪县没有人。" in why


async def test_a_schedule_can_be_cancelled(town: Town, acting: Any) -> None:
    at = NOW + timedelta(hours=1)
    async with acting("wu.fan") as keeper:
        version = await scheduled(keeper, at)
        await actions.unschedule(keeper, version)
        assert await state_of(version) == "draft"
        await actions.publish_due(version, at)
        assert await state_of(version) == "draft"


# ---- confirmation -------------------------------------------------------------------------------


async def asked(acting: Any) -> tuple[int, str]:
    """白石县 asks the city about a change."""
    async with acting("lu.jia") as keeper:
        version = await drafted(keeper.tenant, redefined(keywords=["饭馆"]))
        seen = await hash_of(version)
        with pytest.raises(actions.GateShut):
            await actions.publish(keeper, version, seen=seen, now=NOW)
        await actions.ask(keeper, version, seen=seen, text="加检索词", now=NOW)
        with pytest.raises(Stale):
            await actions.ask(keeper, version, seen=seen, now=NOW)
    return version, seen


async def test_the_place_above_confirms_and_then_it_can_be_published(
    town: Town, acting: Any
) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        (waiting,) = await reviews.waiting(supervisor)
        assert (waiting["tenant_key"], waiting["about"]) == ("baishi", "changed")
        with pytest.raises(Invalid):
            await reviews.judge(supervisor, version, "returned", seen=seen, now=NOW)
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
        assert await reviews.waiting(supervisor) == []
        with pytest.raises(Stale):
            await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    async with acting("lu.jia") as keeper:
        assert "孙悦" in (await hurdle(version, "confirmation")).said
        await actions.publish(keeper, version, seen=seen, now=NOW)
        assert await state_of(version) == "published"


async def test_a_change_after_confirming_makes_it_void(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    async with acting("lu.jia") as keeper:
        draft = await drafts.draft_of(keeper.tenant, KEY)
        changed = redefined(keywords=["酒楼"])(draft.package)
        await matters.write_draft(version, changed, by=keeper.id, now=NOW)
        found = await hurdle(version, "confirmation")
        assert found.stops
        assert "不再有效" in said(found)
        await actions.ask(keeper, version, seen=await hash_of(version), now=NOW)


async def test_returned_with_reasons_it_can_be_asked_again(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        told = {"seen": seen, "now": NOW}
        await reviews.judge(supervisor, version, "comment", text="为什么？", place="检索词", **told)
        await reviews.judge(supervisor, version, "returned", text="检索词不妥。", **told)
    async with acting("lu.jia") as keeper:
        standing = await reviews.standing(keeper.tenant, version, seen)
        assert [row["kind"] for row in standing.talk] == ["asked", "comment", "returned"]
        assert "检索词不妥。" in said(await hurdle(version, "confirmation"))
        await actions.ask(keeper, version, seen=seen, now=NOW)


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("lu.jia", "who asked"),
        ("qian.lan", "a window clerk of the city"),
        ("wu.fan", "the neighbour's configurator"),
        ("ma.chao", "the township below"),
        ("13800000001", "an applicant"),
    ],
)
async def test_nobody_else_can_write_a_confirmation_whatever_the_application_does(
    town: Town, acting: Any, login: str, why: str
) -> None:
    version, seen = await asked(acting)
    forged = (
        "insert into matter_review (tenant, version, hash, kind, about, at)"
        " values ($1, $2, $3, 'confirmed', 'changed', now())"
    )
    person = town.people[login]
    token = await open_session(person, lasts=timedelta(hours=1), office=await first_office(person))
    async with entered(str(token), timedelta(hours=1)) as (_actor, _half):
        made = await db.fetchval(
            "select judge_matter($1, $2, 'confirmed', '', '', now())", version, seen
        )
        assert made is None, why
        with pytest.raises(REFUSED):
            await db.execute(forged, town.tenants["baishi"], version, seen)


async def test_the_city_reads_a_draft_below_and_cannot_change_it(town: Town, acting: Any) -> None:
    version, seen = await asked(acting)
    async with acting("sun.yue"):
        assert await hash_of(version) == seen
        changed = await db.execute("update matter_version set note = 'x' where id = $1", version)
        assert changed == "UPDATE 0"
        await db.execute("update matter_review set kind = 'confirmed'")
        await db.execute("delete from matter_review")
    with db.as_system():
        assert await db.fetchval("select kind from matter_review") == "asked"


async def test_a_confirmation_is_of_one_state_only(town: Town, acting: Any) -> None:
    version, _seen = await asked(acting)
    async with acting("sun.yue") as supervisor:
        with pytest.raises(Stale):
            await reviews.judge(supervisor, version, "confirmed", seen="0" * 64, now=NOW)


async def test_places_may_settle_that_nobody_confirms(town: Town, acting: Any) -> None:
    with db.as_system():
        await change_settings(town.tenants["baishi"], {"confirmation": "none"})
    forget()
    async with acting("lu.jia") as keeper:
        version = await drafted(keeper.tenant)
        assert (await hurdle(version, "confirmation")).passed
        with pytest.raises(reviews.NobodyAbove):
            await actions.ask(keeper, version, seen=await hash_of(version), now=NOW)


# ---- taking a matter from the catalogue ---------------------------------------------------------


async def test_withdrawing_needs_a_word_from_above_and_tells_applicants_why(
    town: Town, acting: Any, browser: Browser
) -> None:
    async with acting("lu.jia") as keeper:
        row = await db.fetchrow(
            "select m.id, m.current_version, v.hash from matter m join matter_version v"
            " on v.id = m.current_version where m.tenant = $1 and m.key = $2",
            keeper.tenant,
            KEY,
        )
        with pytest.raises(actions.NotConfirmed):
            await actions.withdraw(keeper, row["id"], reason="职能调整。", now=NOW)
        version, seen = row["current_version"], row["hash"]
        await reviews.ask(keeper, version, about="cancelled", text="调整", now=NOW, seen=seen)
    async with acting("sun.yue") as supervisor:
        await reviews.judge(supervisor, version, "confirmed", seen=seen, now=NOW)
    async with acting("lu.jia") as keeper:
        with pytest.raises(Invalid):
            await actions.withdraw(keeper, row["id"], reason=" ", now=NOW)
        await actions.withdraw(keeper, row["id"], reason="职能划转到市里。", now=NOW)
    told = await browser.get("/matters/baishi/food-business")
    assert told.status_code == 410
    assert "职能划转到市里。" in told.text


async def test_a_suspended_matter_can_be_read_about_but_not_applied_for(
    town: Town, acting: Any, desk_of: DeskOf
) -> None:
    async with acting("wu.fan") as keeper:
        matter = await db.fetchval(
            "select id from matter where tenant = $1 and key = $2", keeper.tenant, KEY
        )
        with pytest.raises(Invalid):
            await actions.suspend(keeper, matter, reason="", now=NOW)
        await actions.suspend(keeper, matter, reason="系统升级，周五恢复。", now=NOW)
    applicant = await desk_of("13800000001")
    guide = await applicant.get("/matters/linjiang/food-business")
    assert guide.status_code == 200
    assert "系统升级，周五恢复。" in guide.text
    assert "在线申请" not in guide.text
    token = await applicant.csrf_token()
    refused = await applicant.post(
        "/matters/linjiang/food-business/applications", headers={"x-csrftoken": token}
    )
    assert refused.status_code == 409
    async with acting("wu.fan") as keeper:
        await actions.resume(keeper, matter, now=NOW)
    assert "在线申请" in (await applicant.get("/matters/linjiang/food-business")).text


async def test_a_supervisor_of_the_city_cannot_suspend_it(town: Town, acting: Any) -> None:
    with db.as_system():
        matter = await db.fetchval(
            "select m.id from matter m join tenant t on t.id = m.tenant"
            " where m.key = $1 and t.key = 'baishi'",
            KEY,
        )
    async with acting("sun.yue") as supervisor:
        with pytest.raises(Forbidden):
            await actions.suspend(supervisor, matter, reason="x", now=NOW)


async def test_programs_are_told_the_same_and_publish_by_the_same_gate(
    town: Town, desk_of: DeskOf
) -> None:
    keeper = await desk_of("wu.fan")
    address = f"/api/matters/{KEY}/draft/publication"
    headers = {"x-csrftoken": await keeper.csrf_token(), "accept": "application/json"}
    with db.as_tenant(town.tenants["qingxi"]):
        version = await drafted(town.tenants["qingxi"], redrawn('ow:limit="2wd"', 'ow:limit="9wd"'))
    shut = await keeper.post(address, headers=headers, json={})
    assert (shut.status_code, shut.json()["code"]) == (422, "gate-shut")
    (stopping,) = [each for each in shut.json()["hurdles"] if each["key"] == "limits"]
    assert stopping["reasons"][0]["link"] == (
        f"/configure/matters/{KEY}/draft/settings/limits#element=limits.promised"
    )
    with db.as_tenant(town.tenants["qingxi"]):
        draft = await drafts.draft_of(town.tenants["qingxi"], KEY)
        mended = redrawn('ow:limit="9wd"', 'ow:limit="2wd"')(draft.package)
        await matters.write_draft(version, mended, by=1, now=NOW)
    told = (await keeper.get(address, headers=headers)).json()
    assert told["green"]
    stale = await keeper.post(address, headers=headers, json={"hash": draft.hash})
    assert stale.status_code == 409
    for at, status in (("2026-13-01", 422), ("2001-01-01T00:00:00+08:00", 422)):
        refused = await keeper.post(address, headers=headers, json={"at": at})
        assert refused.status_code == status
    done = await keeper.post(address, headers=headers, json={"hash": told["hash"]})
    assert done.json()["state"] == "published"
