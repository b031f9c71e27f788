"""The panel through its own API: what its pages send, and what they can show of the answer."""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from browsing import Browser
from world import PASSWORD, Town, package_of

from admin.labels import COLUMNS, TABLES
from bpmn.dialect import parse_limit
from onewindow import db
from onewindow.workdays.queries import due_date

DeskOf = Callable[..., Awaitable[Browser]]
API = "/admin/api/tables"


class Panel:
    """Somebody at the panel: requests with the headers that its scripts send."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {
            "accept": "application/json",
            "x-csrftoken": self.browser.cookies["csrftoken"],
            "origin": "https://window.test",
        }
        return await self.browser.request(method, f"{API}/{path}", headers=headers, **more)

    async def make(self, table: str, **values: Any) -> httpx.Response:
        return await self.ask("POST", f"{table}/", json=values)

    async def change(self, table: str, row: int, **values: Any) -> httpx.Response:
        # The panel's form sends PUT with every field.
        return await self.ask("PUT", f"{table}/{row}/", json=values)


@pytest.fixture
async def panel(desk_of: DeskOf) -> Panel:
    """吴凡, who configures 青溪县."""
    desk = await desk_of("wu.fan")
    assert (await desk.get("/admin/")).status_code == 200
    return Panel(desk)


def said(answer: httpx.Response) -> str:
    """What the panel shows of a refusal: it knows these two shapes and no other."""
    if answer.status_code == 422:
        body = answer.json()
        assert set(body) == {"custom_form_error"}, body
        return str(body["custom_form_error"])
    assert answer.headers["content-type"].startswith("text/plain"), answer.text
    return answer.text


async def own(sql: str, *values: Any) -> Any:
    with db.as_system():
        return await db.fetchval(sql, *values)


async def draft_of(town: Town, matter: str = "food-business") -> int:
    """A draft beside the published version of 青溪县's matter."""
    tenant = town.tenants["qingxi"]
    with db.as_system():
        return await db.fetchval(
            "insert into matter_version (tenant, matter, number, state, definition, process,"
            " decisions, forms, hash, note, created_at) select tenant, matter, 2, 'draft',"
            " definition, process, decisions, forms, hash, '', now() from matter_version v"
            " where v.tenant = $1 and (select key from matter m where m.id = v.matter) = $2"
            " returning id",
            tenant,
            matter,
        )


async def test_the_panel_speaks_chinese_of_tables_groups_and_columns(panel: Panel) -> None:
    page = await panel.browser.get("/admin/")
    assert '<html lang="zh-CN">' in page.text
    groups = (await panel.browser.get("/admin/api/tables/grouped/")).json()["grouped"]
    assert {group: set(tables) for group, tables in groups.items()} == {
        group: {name for name, (place, _title) in TABLES.items() if place == group}
        for group, _title in TABLES.values()
    }
    for name in TABLES:
        schema = (await panel.ask("GET", f"{name}/schema/")).json()
        titles = {key: about["title"] for key, about in schema["properties"].items()}
        assert titles, name
        titles.pop("tenant", None)  # whose a row is: shown, never written
        assert titles.items() <= COLUMNS[name].items(), name


async def test_whatever_is_made_in_the_panel_belongs_to_ones_own_tenant_and_is_on_record(
    panel: Panel, town: Town
) -> None:
    made = await panel.make("department", key="archives", name="档案局", phone="0459-1")
    assert made.status_code == 201, made.text
    row = await own("select to_jsonb(d) from department d where key = 'archives'")
    assert json.loads(row) | {"id": 0} == {
        "id": 0, "tenant": town.tenants["qingxi"], "key": "archives", "name": "档案局",
        "name_en": "", "phone": "0459-1", "complaint_phone": "", "window": "", "active": True,
    }  # fmt: skip
    changed = await panel.change("department", json.loads(row)["id"], window="二楼 B 区")
    assert changed.status_code == 200
    trail = await panel.ask("GET", "audit_entry/?table=department&__order=-id")
    lines = trail.json()["rows"]
    assert [line["operation"] for line in lines[:2]] == ["update", "insert"]
    assert {line["person"] for line in lines[:2]} == {town.people["wu.fan"]}
    assert json.loads(lines[0]["before"]) == {"window": ""}
    assert json.loads(lines[0]["after"]) == {"window": "二楼 B 区"}
    gone = await panel.ask("DELETE", f"department/{json.loads(row)['id']}/")
    assert gone.status_code == 204
    assert await own("select count(*) from department where key = 'archives'") == 0


async def test_choices_of_several_places_say_whose_each_is(panel: Panel) -> None:
    offered = (await panel.ask("GET", "post/ids/")).json()
    assert {"综合窗口岗（青溪县）", "综合窗口岗（临江镇）"} <= set(offered.values())
    for query in ("search=综合窗口岗", "limit=1"):
        found = (await panel.ask("GET", f"post/ids/?{query}")).json()
        assert found.items() <= offered.items()


async def test_refusals_come_in_words_the_panel_can_show(panel: Panel, town: Town) -> None:
    department = await own(
        "select id from department where tenant = $1 and key = 'civil-affairs'",
        town.tenants["qingxi"],
    )
    for answer, status, words in (
        (await panel.make("department", key="civil-affairs", name="又一个"), 422, "已有相同的代码"),
        (await panel.make("department", name="没有代码"), 422, ""),
        (await panel.make("department", key="x" * 41, name="太长"), 422, "“代码”的内容"),
        (await panel.make("department", key="x", name="名", tenant=3), 422, "这里不能填写“tenant”"),
        (
            await panel.make("post", key="p", name="岗", department=department, role="king"),
            422,
            "角色",
        ),
        (await panel.make("post", key="p", name="岗", department=99999, role="guide"), 422, "引用"),
        (await panel.make("calendar_day", day="明天", worked=False), 422, "日期"),
        (await panel.ask("DELETE", f"department/{department}/"), 422, "仍有其他数据引用它"),
        (await panel.change("department", 999999, name="没有"), 404, "没有找到这一行"),
        (await panel.ask("DELETE", "department/999999/"), 404, "没有找到这一行"),
    ):
        assert answer.status_code == status, (answer.status_code, answer.text, words)
        assert words in said(answer)
        assert "violates" not in answer.text
        assert "select" not in answer.text.lower()
    tenant, me = town.tenants["qingxi"], town.people["wu.fan"]
    matter = await own("select id from matter where tenant = $1 limit 1", tenant)
    trail = await own("select id from audit_entry where tenant = $1 limit 1", tenant)
    for path in (f"audit_entry/{trail}", f"matter/{matter}", f"person/{me}", f"tenant/{tenant}"):
        answer = await panel.ask("DELETE", f"{path}/")
        assert (answer.status_code, answer.json()["detail"]) == (405, "这里只能查看。"), path
    assert (await panel.ask("DELETE", "department/")).status_code == 405


async def test_nonsense_is_refused_without_breaking_anything(panel: Panel) -> None:
    before = await own("select count(*) from department")
    for method, path, more in (
        ("POST", "department/", {"json": {"key": "a\x00b", "name": "名"}}),
        ("POST", "department/", {"json": {"key": ["a"], "name": {"b": 1}}}),
        ("POST", "department/", {"json": {"key": None, "name": None}}),
        ("POST", "department/", {"content": b"{", "json": None}),
        ("POST", "department/", {"json": [1, 2]}),
        ("PUT", "department/abc/", {"json": {"name": "名"}}),
        ("PUT", "department/99999999999999999999/", {"json": {"name": "名"}}),
        ("GET", "department/abc/", {}),
        ("GET", "department/99999999999999999999/", {}),
        ("GET", "department/?__page=0&__page_size=-1", {}),
        ("GET", "department/?__page=x", {}),
        ("GET", "department/?__page=99999999999999999999", {}),
        ("GET", "department/?__order=nothing", {}),
        ("GET", "department/?nothing=1", {}),
        ("GET", "department/?active=maybe", {}),
        ("GET", "department/?name=%00", {}),
        ("GET", "department/ids/?limit=-5&offset=x", {}),
        ("GET", "department/ids/?search=%25%27%3B--", {}),
        ("GET", "matter_version/?matter=99999999999999999999", {}),
        ("GET", "calendar_day/?day=2026-13-45", {}),
        ("GET", "audit_entry/?at=yesterday", {}),
    ):
        answer = await panel.ask(method, path, **{k: v for k, v in more.items() if v is not None})
        assert answer.status_code < 500, (method, path, answer.status_code, answer.text[:200])
    assert await own("select count(*) from department") == before


SCRIPTED = {
    "type": "default",
    "components": [{"type": "html", "content": "<script>alert(1)</script>", "key": "x"}],
}


async def test_a_draft_is_checked_as_a_whole_when_its_bpmn_or_json_is_edited(
    panel: Panel, town: Town
) -> None:
    draft = await draft_of(town)
    shipped = package_of("food-business")
    for column, text, words in (
        ("process", "<bpmn", "process.bpmn"),
        ("process", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "process.bpmn"),
        ("process", shipped.process.replace('ow:form="check"', 'ow:form="chekc"'), "chekc"),
        ("definition", '{"schema": "onewindow.matter/1",\n "key": }', "JSON 第 2 行"),
        ("definition", json.dumps({**shipped.definition, "limits": {}}), "limits.statutory"),
        ("definition", "[]", "JSON 对象"),
        ("forms", json.dumps({**shipped.forms, "apply": SCRIPTED}), "forms/apply"),
        ("decisions", "{", "JSON 第 1 行"),
    ):  # fmt: skip
        answer = await panel.change("matter_version", draft, **{column: text})
        assert answer.status_code == 422, (column, answer.text)
        assert words in said(answer), (column, said(answer))
    unchanged = await own("select process from matter_version where id = $1", draft)
    assert unchanged == shipped.process

    answer = await panel.change(
        "matter_version",
        draft,
        process=shipped.process.replace('name="审查"', 'name="书面审查"'),
        note="环节改名",
    )
    assert answer.status_code == 200, answer.text
    assert "书面审查" in await own("select process from matter_version where id = $1", draft)


async def test_a_published_version_is_frozen_in_the_panel_and_below_it(
    panel: Panel, town: Town
) -> None:
    tenant = town.tenants["qingxi"]
    version = await own("select current_version from matter where tenant = $1 limit 1", tenant)
    for values in ({"note": "改一下"}, {"process": "<bpmn/>"}, {"state": "draft"}):
        answer = await panel.change("matter_version", version, **values)
        assert answer.status_code == 409
        assert said(answer) == "已发布的版本不能修改。请新建草稿，改好后重新发布。"
    draft = await draft_of(town)
    answer = await panel.change("matter_version", draft, state="published")
    assert answer.status_code == 403
    assert "事项配置" in said(answer)
    matter = await own("select matter from matter_version where id = $1", draft)
    for values in ({"state": "withdrawn"}, {"key": "other"}):
        answer = await panel.change("matter", matter, **values)
        assert answer.status_code == 422
        assert "不能在这里修改" in said(answer)
    assert (await panel.change("matter", matter, name="食品经营许可（新）")).status_code == 200
    # And whoever finds another way meets the same in the database.
    with db.as_tenant(tenant), pytest.raises(Exception, match="cannot be changed"):
        await db.execute("update matter_version set process = '' where id = $1", version)


async def test_a_day_closed_in_the_panel_moves_the_next_due_date(panel: Panel, town: Town) -> None:
    tenant, limit = town.tenants["qingxi"], parse_limit("3wd")
    monday = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)

    async def due(place: str) -> date:
        with db.as_tenant(town.tenants[place]):
            return (await due_date(town.tenants[place], limit, monday)).date()

    assert await due("qingxi") == date(2026, 3, 5)
    made = await panel.make("calendar_day", day="2026-03-04", worked=False, note="县庆")
    assert made.status_code == 201, made.text
    assert (await due("qingxi"), await due("linjiang")) == (date(2026, 3, 6), date(2026, 3, 6))
    assert await due("baishi") == date(2026, 3, 5)
    row = await own("select id from calendar_day where tenant = $1", tenant)
    assert (await panel.change("calendar_day", row, worked=True, day="2026-03-07")).is_success
    assert await due("qingxi") == date(2026, 3, 5)
    assert (await panel.ask("DELETE", f"calendar_day/{row}/")).status_code == 204
    assert await due("qingxi") == date(2026, 3, 5)
    again = await panel.make("calendar_day", day="2026-03-04", worked=False)
    assert again.status_code == 201
    assert await due("qingxi") == date(2026, 3, 6)


async def test_settings_must_fit_with_what_they_inherit(
    panel: Panel, town: Town, desk_of: DeskOf
) -> None:
    tenant = town.tenants["qingxi"]
    for text, words in (
        ('{"receipt_number": "没有流水号"}', "serial"),
        ('{"fallback_lane": "nobody"}', "fallback_lane"),
        ('{"unknown": 1}', "没有这项设置"),
        ("{", "JSON"),
    ):
        answer = await panel.change("tenant", tenant, settings=text)
        assert answer.status_code == 422, (text, answer.text)
        assert words in said(answer)
    answer = await panel.change("tenant", tenant, settings='{"phone": "0459-12345"}')
    assert answer.status_code == 200, answer.text
    # Whose matters are confirmed above can't exempt itself.
    exempt = '{"confirmation": "none"}'
    answer = await panel.change("tenant", tenant, settings=exempt)
    assert answer.status_code == 403, answer.text
    assert "平台运维" in said(answer)
    desk = await desk_of("zhou.ming")
    assert (await desk.get("/admin/")).status_code == 200
    answer = await Panel(desk).change("tenant", tenant, settings=exempt)
    assert answer.status_code == 200, answer.text
    # A county's keeper sees the townships below, and settles only the county.
    answer = await panel.change("tenant", town.tenants["baishi"], name="黑石县")
    assert answer.status_code == 404
    assert await own("select name from tenant where key = 'baishi'") == "白石县"


async def test_a_colleague_hired_in_the_panel_signs_in_and_chooses_a_password(
    panel: Panel, town: Town, browser: Browser
) -> None:
    for values, words in (
        ({"username": "new.one", "name": "新人", "password": "short"}, "密码至少 10 个字符"),
        ({"username": "新人", "name": "新人", "password": PASSWORD}, "登录名由小写字母"),
        ({"username": "li.min", "name": "新人", "password": PASSWORD}, "li.min"),
    ):
        answer = await panel.make("person", **values)
        assert answer.status_code in (409, 422), answer.text
        assert words in said(answer)
    answer = await panel.make("person", username="new.one", name="新人", password=PASSWORD)
    assert answer.status_code == 201, answer.text
    row = await own("select to_jsonb(p) from person p where username = 'new.one'")
    person = json.loads(row)
    assert (person["kind"], person["tenant"]) == ("staff", town.tenants["qingxi"])
    assert (person["superuser"], person["admin"]) == (False, False)
    post = await own(
        "select id from post where tenant = $1 and key = 'window'", town.tenants["qingxi"]
    )
    held = await panel.make("post_holder", post=post, person=person["id"], since="2026-01-01")
    assert held.status_code == 201, held.text
    await browser.sign_in("new.one")
    answer = await browser.get("/inbox")
    assert answer.headers["location"] == "/account/password"


async def test_nobody_raises_their_rights_or_reads_secrets_in_the_panel(
    panel: Panel, town: Town
) -> None:
    me = town.people["wu.fan"]
    for values in (
        {"superuser": True},
        {"kind": "applicant"},
        {"tenant": town.tenants["yunchuan"]},
        {"totp_secret": "A"},
        {"totp_on": False},
        {"password": "another password for me"},
        {"username": "zhou.ming.2"},
    ):
        answer = await panel.change("person", me, **values)
        assert answer.status_code == 422, (values, answer.text)
    before = await own("select password from person where id = $1", me)
    # The form sends the password's field empty: that changes nothing.
    answer = await panel.change("person", me, name="吴凡", password="", phone="13911110000")
    assert answer.status_code == 200, answer.text
    assert await own("select password from person where id = $1", me) == before
    for path in ("person/", f"person/{me}/", "person/ids/", "audit_entry/?table=person"):
        answer = await panel.ask("GET", path)
        assert "argon2" not in answer.text
        assert before not in answer.text
    answer = await panel.ask("GET", "person/?__page_size=100")
    assert {row["kind"] for row in answer.json()["rows"]} == {"staff"}


async def test_over_https_the_panel_takes_changes_from_its_own_pages_only(
    desk_of: DeskOf, town: Town
) -> None:
    desk = await desk_of("wu.fan", base_url="https://window.test")
    assert (await desk.get("/admin/")).status_code == 200
    panel = Panel(desk)
    made = await panel.make("department", key="archives", name="档案局")
    assert made.status_code == 201, made.text
    foreign = await desk.post(
        f"{API}/department/",
        json={"key": "evil", "name": "钓鱼"},
        headers={"x-csrftoken": desk.cookies["csrftoken"], "origin": "https://evil.test"},
    )
    assert foreign.status_code == 403
    assert await own("select count(*) from department where key = 'evil'") == 0


async def test_an_expired_session_writes_nothing(panel: Panel) -> None:
    with db.as_system():
        await db.execute("update session set ends_at = now() - interval '1 second'")
    answer = await panel.make("department", key="late", name="迟到")
    assert answer.status_code in (401, 403, 404)
    assert await own("select count(*) from department where key = 'late'") == 0
