"""Running cases go over to another version: rehearsed, in batches, with what was done kept."""

from datetime import datetime
from typing import Any

import pytest
from browsing import Browser, words
from casework import case_row, do, record, task_of, waiting
from cast import Cast
from newer import WITHOUT_INSPECT, publish
from world import Town, package_of

from onewindow import clock, db, jobs

NEW = "/configure/matters/food-business/migrations/new"
REHEARSAL = "/configure/matters/food-business/migrations/rehearsal"
MIGRATIONS = "/configure/matters/food-business/migrations"


@pytest.fixture
async def configurator(desk_of: Any) -> Browser:
    return await desk_of("wu.fan")


async def migrate(configurator: Browser, **form: str) -> str:
    """Begin and let it run; the migration's address."""
    begun = await configurator.send_form(
        MIGRATIONS, {"from": "1", "to": "2", "reason": "统一按新规定办理。", **form}
    )
    assert begun.status_code == 303, words(begun)
    await jobs.drain()
    return begun.headers["location"]


async def test_cases_stay_on_their_version_until_somebody_moves_them(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    receipt = await cast.food("review")
    before = await case_row(receipt)
    with db.as_system():
        task = await db.fetchrow(
            "select * from task where id = $1", await task_of(receipt, "review")
        )
    version = await publish(
        town, ('name="审查"', 'name="材料审查"'), ('ow:limit="3wd"', 'ow:limit="9wd"')
    )
    assert (await case_row(receipt))["version"] == before["version"]
    shown = await migrate(configurator)
    after = await case_row(receipt)
    assert after["version"] == version
    with db.as_system():
        moved = await db.fetchrow("select * from task where id = $1", task["id"])
    assert (moved["name"], moved["due"], moved["opened_at"], moved["uid"]) == (
        "材料审查", task["due"], task["opened_at"], task["uid"],
    )  # fmt: skip
    kept = ("state", "promised_due", "statutory_due", "accepted_at", "number", "draft")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    line = (await record(receipt))[-1]
    assert (line["kind"], line["by_name"], line["why"]) == (
        "case.migrated", "吴凡", "统一按新规定办理。",
    )  # fmt: skip
    assert "改按第 2 版办理" in words(await cast.manager.get(f"/cases/{receipt}"))
    assert "已迁移" in words(await configurator.get(shown))
    await do(cast.reviewer, receipt, "review")
    assert await waiting(receipt) == {"check"}


async def test_a_rehearsal_says_who_stays_and_why_and_changes_nothing(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    at_inspect, at_review = await cast.food("inspect"), await cast.food("review")
    await publish(town, *WITHOUT_INSPECT)
    page = words(await configurator.get(NEW))
    assert "从 v1（在办 2 件）" in page
    assert "取消了的环节" in page
    # What is likely is suggested, and may be overruled.
    said = words(await configurator.send_form(REHEARSAL, {"element-inspect": ""}))
    assert "可迁移 1 件" in said
    assert "留在原版本 1 件" in said
    assert "环节“现场核查（两人）”已取消，未指定去处。" in said
    said = words(await configurator.send_form(REHEARSAL, {"element-inspect": "site_visit"}))
    assert "可迁移 2 件" in said
    for receipt in (at_inspect, at_review):
        assert (await case_row(receipt))["version"] != (await version_in_force())
    task = await task_of(at_inspect, "inspect")
    await migrate(configurator, **{"element-inspect": "site_visit"})
    assert await waiting(at_inspect) == {"site_visit"}
    assert await task_of(at_inspect, "site_visit") == task


async def version_in_force() -> int:
    with db.as_system():
        number: int = await db.fetchval(
            "select current_version from matter where key = 'food-business' and tenant ="
            " (select id from tenant where key = 'qingxi')"
        )
    return number


async def test_cases_are_chosen_and_what_stays_can_be_tried_again(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    first, second = await cast.food("inspect"), await cast.food("accept")
    await publish(town, *WITHOUT_INSPECT)
    shown = await migrate(configurator, **{"step": "inspect", "element-inspect": ""})
    assert (await case_row(first))["version"] != await version_in_force()
    said = words(await configurator.get(shown))
    assert "在“现场核查（两人）”" in said
    assert "未指定去处" in said
    report = await configurator.get(f"{shown}/report")
    lines = report.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "没有迁移,环节“现场核查（两人）”已取消，未指定去处。" in lines[1]
    await do(cast.reviewer, first, "inspect")
    token = await configurator.csrf_token()
    await configurator.post(f"{shown}/attempts", headers={"x-csrftoken": token})
    await jobs.drain()
    assert (await case_row(first))["version"] == await version_in_force()
    assert (await case_row(second))["version"] != await version_in_force()


async def test_a_migration_is_paused_and_one_bad_case_stops_nobody(
    town: Town, cast: Cast, configurator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onewindow.cases import migrations

    monkeypatch.setattr(migrations, "BATCH", 1)
    receipts = [await cast.food() for _ in range(3)]
    with db.as_system():
        await db.execute(
            "update case_run set state = 'spoilt' where case_id = $1",
            (await case_row(receipts[1]))["id"],
        )
    version = await publish(town)
    begun = await configurator.send_form(MIGRATIONS, {"reason": "试"})
    shown, token = begun.headers["location"], await configurator.csrf_token()
    migration = int(shown.rpartition("/")[2])
    with db.as_tenant(town.tenants["qingxi"]):
        await migrations.carry_on(migration, clock.now())
    await configurator.post(f"{shown}/pause", headers={"x-csrftoken": token})
    await jobs.drain()
    standing = [(await case_row(receipt))["version"] == version for receipt in receipts]
    assert standing == [True, False, False]
    assert "已暂停" in words(await configurator.get(shown))
    await configurator.delete(f"{shown}/pause", headers={"x-csrftoken": token})
    await jobs.drain()
    standing = [(await case_row(receipt))["version"] == version for receipt in receipts]
    assert standing == [True, False, True]
    said = words(await configurator.get(shown))
    assert "已完成" in said
    assert "办件的流程状态无法读取" in said


async def test_of_two_migrations_at_once_the_second_is_told_who_was_first(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    receipts = [await cast.food("review") for _ in range(2)]
    await publish(town, ('name="审查"', 'name="材料审查"'))
    form = {"from": "1", "to": "2", "reason": "统一按新规定办理。"}
    begun = [await configurator.send_form(MIGRATIONS, form) for _ in range(2)]
    assert "吴凡从" in words(await configurator.get(NEW))
    await jobs.drain()
    first, second = [words(await configurator.get(each.headers["location"])) for each in begun]
    assert "2 已迁移" in first
    assert "0 已迁移" in second
    assert "已由吴凡的另一次迁移转到 v2。" in second
    for receipt in receipts:
        moves = [line for line in await record(receipt) if line["kind"] == "case.migrated"]
        assert len(moves) == 1
    assert "吴凡从" not in words(await configurator.get(NEW))


async def test_added_variables_come_from_the_answers_or_the_cases_stay(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    receipt = await cast.food("inspect")
    package = package_of("food-business")
    declared = (
        '<ow:variable name="channel" type="string"/><ow:variable name="level" type="number"/>'
    )
    head, _found, _rest = package.process.partition("<ow:variable ")
    await publish(
        town,
        (head[-200:] + "<ow:variable ", head[-200:] + declared + "<ow:variable "),
        variables={**package.definition["variables"], "channel": "=filing.channel"},
    )
    assert "没有给出取值" in words(await configurator.send_form(REHEARSAL, {}))
    wrong = await configurator.send_form(MIGRATIONS, {"value-level": "1 +", "reason": "试"})
    assert wrong.status_code == 422
    await migrate(configurator, **{"value-level": "2 + 1"})
    with db.as_system():
        data = await db.fetchval(
            "select data from case_run where case_id = $1", (await case_row(receipt))["id"]
        )
    assert '"channel": "online"' in data
    assert '"level": 3' in data


async def test_answers_are_shown_on_the_form_they_were_given_on(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    receipt = await cast.food("review")
    shipped = package_of("food-business")
    forms = {key: form for key, form in shipped.forms.items() if key != "accept"}
    await publish(town, ('ow:form="accept"', 'ow:form="inspect"'), forms=forms)
    before = words(await cast.manager.get(f"/cases/{receipt}"))
    assert "本件按第 1 版办理，现行是第 2 版。" in before
    await migrate(configurator)
    after = words(await cast.manager.get(f"/cases/{receipt}"))
    note = shipped.forms["accept"]["components"][0]["label"]
    assert note in before
    assert note in after
    assert "本件按第 1 版办理" not in after


async def test_only_the_configurator_of_the_place_migrates(desk_of: Any, cast: Cast) -> None:
    for login in ("li.min", "sun.yue", "lu.jia"):
        desk = await desk_of(login)
        for method, address in (("GET", NEW), ("POST", MIGRATIONS), ("GET", f"{MIGRATIONS}/1")):
            token = await desk.csrf_token()
            answer = await desk.request(method, address, headers={"x-csrftoken": token})
            if login == "lu.jia" and address != f"{MIGRATIONS}/1":
                continue  # has a food licence of her own to configure
            assert answer.status_code in (403, 404), (login, address)


async def test_the_heat_map_counts_a_step_where_it_was_done_and_without_days_off(
    town: Town, cast: Cast, configurator: Browser
) -> None:
    friday, monday = "2026-11-13T16:00:00+08:00", "2026-11-16T10:00:00+08:00"
    receipt = await cast.food("review")
    with db.as_system():
        await db.execute(
            "update task set opened_at = $1, done_at = $2 where element = 'inspect'",
            datetime.fromisoformat(friday), datetime.fromisoformat(monday),
        )  # fmt: skip
    await publish(town)
    await migrate(configurator)
    await do(cast.reviewer, receipt, "review")

    async def table(version: str) -> dict[str, list[str]]:
        answer = await configurator.get(
            "/configure/matters/food-business/running/table",
            params={"version": version, "since": "2026-11-01", "until": "2026-12-31"},
        )
        rows = [line.split(",") for line in answer.text.splitlines()[1:]]
        return {row[0]: row[1:] for row in rows}

    old, new, both = await table("1"), await table("2"), await table("")
    assert old["现场核查（两人）"] == ["0", "0", "1", "0", "18.00", "18.00", "0.000"]
    assert [old["审查"][2], new["审查"][2], both["审查"][2]] == ["0", "1", "1"]
    assert [new["现场核查（两人）"][2], both["现场核查（两人）"][2]] == ["0", "1"]
    assert [old["审核"][0], new["审核"][0]] == ["0", "1"]
