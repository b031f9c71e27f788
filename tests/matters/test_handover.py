"""Matters that come from elsewhere: drawings of other tools, packages, and what a place lacks."""

import base64
import io
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browsing import Browser, words
from world import Town, package_of

import bpmn
from bpmn.foreign import adopt
from onewindow import clock, db
from onewindow.errors import Invalid
from onewindow.handover import assigning, fill_ins, importing
from onewindow.handover.arriving import arrival
from onewindow.matters import actions as matters
from onewindow.matters import drafts
from onewindow.matters.package import Package, read_zip, write_zip
from onewindow.rehearsal.scenarios import run_all

DeskOf = Callable[..., Awaitable[Browser]]
NOW = clock.now()
FOREIGN = Path(__file__).parents[1] / "bpmn/foreign"
CAMUNDA = (FOREIGN / "camunda7.bpmn").read_bytes()
ASKED = {
    "key": "travel", "name": "差旅审批", "department": "market-supervision",
    "item_type": "public_service", "handling": "promised", "legal_basis": "《某某办法》第三条",
}  # fmt: skip


async def sent(browser: Browser, data: bytes, name: str, **more: Any) -> Any:
    token = await browser.csrf_token()
    return await browser.post(
        "/configure/packages", data={"_csrf_token": token, **more}, files={"file": (name, data)}
    )


# ---- drawings -----------------------------------------------------------------------------------


async def test_a_foreign_drawing_is_reported_on_before_anything_is_kept_and_then_a_draft(
    town: Town, browser_of: DeskOf
) -> None:
    browser = await browser_of("wu.fan")
    report = await sent(browser, CAMUNDA, "travel.bpmn")
    assert report.status_code == 200
    for said in ("导入报告", "需要补充", "embedded:app:forms/review.html", "差旅审批", "没有带入"):
        assert said in words(report) + report.text
    with db.as_system():
        assert await db.fetchval("select count(*) from matter where key = 'travel'") == 0
    drawing = base64.b64encode(CAMUNDA).decode()
    made = await browser.send_form("/configure/drawings", {**ASKED, "drawing": drawing})
    assert made.headers["location"] == "/configure/matters/travel/draft/arrival"
    draft = (await browser.get("/api/matters/travel/draft")).json()
    assert {"definition", "process", "forms/apply"} == set(draft["parts"])
    findings = (await browser.get("/api/matters/travel/draft/findings")).json()["findings"]
    left = {(each["code"], each["element"]) for each in findings if each["severity"] == "warning"}
    assert {("form-to-make", "review"), ("assign-to-fill", "review")} <= left
    assert {("variable-to-give", "travel")} <= left


async def test_what_an_import_left_open_goes_when_it_is_filled_in(
    town: Town, browser_of: DeskOf
) -> None:
    adopted = adopt(CAMUNDA)
    kept = fill_ins.of_import(adopted)
    package = replace(package_of("sole-trader"), process=adopted.xml.decode())

    def codes(changed: Package) -> set[tuple[str, str]]:
        return {(each.code, each.element) for each in fill_ins.still_open(kept, changed)}

    before = codes(package)
    assert ("assign-to-fill", "review") in before
    filled = package.process.replace(
        'name="审查" ow:limit="3d"', 'name="审查" ow:limit="3d" ow:assign="role:reviewer"'
    )
    assert filled != package.process
    assert before - codes(replace(package, process=filled)) == {("assign-to-fill", "review")}
    given = {**package.definition, "variables": {"amount": "=1", "urgent": "=true"}}
    gone = before - codes(replace(package, definition=given))
    assert gone == {("variable-to-give", "travel")}
    assert codes(replace(package, process="<a/>")) == set()


async def test_a_drawing_can_take_the_place_of_the_one_in_a_draft(
    town: Town, browser_of: DeskOf
) -> None:
    browser = await browser_of("wu.fan")
    with db.as_tenant(town.tenants["qingxi"]):
        before = await drafts.begin(town.tenants["qingxi"], "food-business", by=1, at=NOW)
    answer = await browser.send_form(
        "/configure/drawings",
        {"drawing": base64.b64encode(CAMUNDA).decode(), "into": "food-business"},
    )
    assert answer.status_code == 303
    with db.as_tenant(town.tenants["qingxi"]):
        after = await drafts.draft_of(town.tenants["qingxi"], "food-business")
    assert "差旅审批" in after.package.process
    assert after.package.forms == before.package.forms
    assert "与现行版本 v1 的不同" in words(await browser.get(answer.headers["location"]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": "food-business"}, "已有代码为“food-business”的事项"),
        ({"key": "Travel!"}, "小写字母"),
        ({"department": "nowhere"}, "请选择本机构的部门"),
        ({"name": ""}, "请填写事项名称"),
        ({"legal_basis": ""}, "法律依据"),
    ],
)
async def test_what_a_new_matter_lacks_is_said_beside_its_field_and_nothing_is_lost(
    town: Town, browser_of: DeskOf, change: dict[str, str], said: str
) -> None:
    browser = await browser_of("wu.fan")
    drawing = base64.b64encode(CAMUNDA).decode()
    answer = await browser.send_form("/configure/drawings", {**ASKED, "drawing": drawing, **change})
    assert answer.status_code == 422
    assert said in words(answer)
    assert drawing in answer.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "这个文件是空的"),
        (b"hello", "XML"),
        (b"<html/>", "不是 BPMN 2.0"),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE|实体"),
        (b"PK\x03\x04 not a zip", "不是一个有效的事项包"),
    ],
)
async def test_what_is_no_drawing_and_no_package_is_refused_with_a_reason(
    town: Town, browser_of: DeskOf, data: bytes, said: str
) -> None:
    answer = await sent(await browser_of("wu.fan"), data, "x.bpmn")
    assert answer.status_code == 422
    assert any(each in words(answer) for each in said.split("|"))


async def test_only_who_configures_may_bring_anything_in(town: Town, browser_of: DeskOf) -> None:
    clerk = await browser_of("li.min")
    assert (await sent(clerk, CAMUNDA, "x.bpmn")).status_code == 403
    drawing = base64.b64encode(CAMUNDA).decode()
    answer = await clerk.send_form("/configure/drawings", {**ASKED, "drawing": drawing})
    assert answer.status_code == 403


# ---- packages -----------------------------------------------------------------------------------


def test_a_package_travels_whole_with_its_tests_and_nothing_of_the_tenant() -> None:
    package = replace(package_of("food-business"), tests={"granted": {"name": "准予"}})
    data = write_zip(package)
    assert read_zip(data) == replace(package, tests={"granted": {"name": "准予"}})
    assert read_zip(data).hash == package.hash
    names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    assert "tests/granted.json" in names
    assert {name.split("/")[0] for name in names} == {
        "matter.json", "process.bpmn", "forms", "tests", "hash",
    }  # fmt: skip


async def test_a_package_over_a_matter_becomes_a_draft_with_the_difference_shown(
    town: Town, browser_of: DeskOf
) -> None:
    browser = await browser_of("wu.fan")
    package = package_of("food-business")
    changed = replace(package, process=package.process.replace('name="审核"', 'name="严格审核"'))
    assert changed.process != package.process
    answer = await sent(browser, write_zip(changed), "food.zip")
    assert answer.headers["location"] == "/configure/matters/food-business/draft/arrival"
    page = words(await browser.get(answer.headers["location"]))
    assert "与现行版本 v1 的不同" in page
    assert "严格审核" in page
    again = await sent(browser, write_zip(package), "food.zip")
    assert "已有未发布的草稿" in words(again)
    assert (await sent(browser, write_zip(package), "food.zip", replace="yes")).status_code == 303


async def test_what_a_place_lacks_is_listed_and_mapped_onto_what_it_has(
    town: Town, browser_of: DeskOf
) -> None:
    tenant = town.tenants["baishi"]
    package = package_of("construction-permit")
    with db.as_tenant(tenant):
        await importing.take_package(tenant, package, over=False, by=1, at=NOW)
        found = await arrival(tenant, package)
    assert not found.department_known
    lacking = {step for who in found.lacking for step, _name in who.steps}
    assert {"fire_review", "decide"} <= lacking
    assert "accept" not in lacking

    browser = await browser_of("lu.jia")
    address = "/configure/matters/construction-permit/draft/arrival"
    page = await browser.get(address)
    assert "没有部门“消防审验科”" in words(page)
    assert "没有部门“住房和城乡建设局”，请选择" in words(page)
    form: dict[str, Any] = {"department": "market-supervision", "issuer-0": "{tenant}市监局"}
    for number, who in enumerate(found.people):
        assign = who.assign
        assert assign is not None
        form |= {
            f"at-{number}": "" if who.why else assign.at or "",
            f"department-{number}": "market-supervision" if who.why else assign.department or "",
            f"role-{number}": assign.role or "",
        }
    assert (await browser.send_form(address, form)).status_code == 303
    with db.as_tenant(tenant):
        draft = await drafts.draft_of(tenant, "construction-permit")
        settled = await arrival(tenant, draft.package)
    assert settled.lacking == ()
    assert draft.package.definition["department"] == "market-supervision"
    assert draft.package.definition["certificate"]["issuer"] == "{tenant}市监局"
    before, after = (bpmn.read(each.process.encode()) for each in (package, draft.package))
    assert after.nodes["accept"].ow == before.nodes["accept"].ow
    # The scenarios that came along expect the new people.
    with db.as_tenant(tenant):
        results = await run_all(draft.package, tenant)
    assert [each.text for result in results for each in result.differences] == []
    assert {id: node.tag for id, node in after.nodes.items()} == {
        id: node.tag for id, node in before.nodes.items()
    }


def test_who_does_a_step_is_written_by_the_grammar_or_not_at_all() -> None:
    assert assigning.written(at="county", department="a", role="reviewer", post="") == (
        "at:county department:a role:reviewer"
    )
    assert assigning.written(at="county", department="", role="", post="") == ""
    for wrong in ({"role": "king"}, {"department": '"><x'}, {"at": "moon", "post": "x"}):
        with pytest.raises(Invalid):
            assigning.written(**wrong)


async def test_a_place_that_has_everybody_lacks_nothing(town: Town) -> None:
    with db.as_tenant(town.tenants["qingxi"]):
        found = await arrival(town.tenants["qingxi"], package_of("food-business"))
    assert found.lacking == ()
    assert found.department_known


async def test_versions_come_and_go_whole_by_the_api(town: Town, browser_of: DeskOf) -> None:
    browser = await browser_of("wu.fan")
    api = "/api/matters/food-business"
    stands = (await browser.get(api)).json()
    assert stands["version"]["number"] == 1
    zipped = await browser.get(f"{api}/versions/1/package")
    package = read_zip(zipped.content)
    assert package.hash == stands["version"]["hash"]
    token = {"x-csrftoken": await browser.csrf_token()}
    put = f"{api}/draft/package"
    for headers, status in (
        ({}, 422),
        ({"if-match": '"something else"'}, 412),
        ({"if-none-match": "*"}, 200),
        ({"if-none-match": "*"}, 412),
    ):
        answer = await browser.put(put, content=zipped.content, headers={**token, **headers})
        assert answer.status_code == status, answer.text
    hash = (await browser.get(api)).json()["draft"]["hash"]
    again = {**token, "if-match": f'"{hash}"'}
    assert (await browser.put(put, content=zipped.content, headers=again)).status_code == 200
    other = await browser.put("/api/matters/x/draft/package", content=zipped.content, headers=again)
    assert other.status_code == 422
    stranger = await browser_of("zheng.shuang")
    assert (await stranger.get(api)).status_code == 403


async def test_the_api_is_described_completely_and_read_without_anything_from_elsewhere(
    town: Town, browser: Browser
) -> None:
    told = (await browser.get("/api/openapi.json")).json()
    paths = told["paths"]
    assert "/api/matters/{key}/draft/parts/{part}" in paths
    assert all(path.startswith("/api/") for path in paths)
    operations = [(m, p, each) for p, methods in paths.items() for m, each in methods.items()]
    unsaid = [f"{m} {p}" for m, p, each in operations if not each["summary"] or not each["x-zh"]]
    assert unsaid == []
    page = await browser.get("/api/docs")
    assert page.status_code == 200
    assert "草稿" in words(page)
    assert "//cdn" not in page.text
    assert matters.require_configurator  # the room these addresses open is theirs
