"""The gate: what a draft must clear, and when it comes into force."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from browsing import Browser
from drafting import KEY, NOW, drafted, hash_of, hurdle, redefined, redrawn, said, state_of
from world import Town

from onewindow import clock, db, jobs
from onewindow.errors import Invalid, Stale
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.package import Package
from onewindow.people.gate import Actor
from onewindow.publishing import actions
from onewindow.publishing.gate import judge

DeskOf = Callable[..., Awaitable[Browser]]


def overlapping(package: Package) -> Package:
    """A filing for retail is one for wholesale too."""
    others = package.definition["certificates"]
    too_wide = others["filing_wholesale"] | {"when": '=answers.business = "prepackaged"'}
    return redefined(certificates=others | {"filing_wholesale": too_wide})(package)


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
            overlapping,
            "samples",
            "几种证照的条件同时成立",
            "settings/papers",
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


async def test_what_only_some_places_lack_and_what_nobody_can_know_yet_is_told_apart(
    town: Town, acting: Any
) -> None:
    def changed(package: Package) -> Package:
        steps = (
            (
                "at:filing department:service-centre role:window_clerk",
                "at:filing role:window_clerk",
            ),
            ("department:market-supervision role:decider", "department:housing role:guide"),
            (
                'ow:assign="department:market-supervision role:reviewer"',
                'ow:assign="=if true then &quot;role:reviewer&quot; else &quot;role:checker&quot;"',
            ),
        )
        for old, new in steps:
            package = redrawn(old, new)(package)
        return package

    async with acting("wu.fan") as keeper:
        version = await drafted(keeper.tenant, changed)
        found = await hurdle(version, "staff")
        assert found.stops
        assert [reason.soft for reason in found.reasons] == [False, True, True]
        assert "由公式算出" in found.said


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
