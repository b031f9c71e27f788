"""The page and the server say the same: every shipped form in a real Chromium.

The viewer runs as pages bundle it, under a content policy that allows nothing inline, in a browser
whose clock is in New York: the day is China's nevertheless.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, opened, page_of, served
from conftest import HERE, LIBRARY, SINKS, name_of, read
from playwright.sync_api import Browser, Page
from submissions import TODAY, Submissions

import forms
from feel import Feel

DAY = date.fromisoformat(TODAY)
GIVEN: dict[str, Any] = {"districts": [{"label": "东区", "value": "a"}, "430000"]}
EACH = 8  # submissions a form; with the sinks well over two hundred


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    folder = tmp_path_factory.mktemp("viewer")
    with opened(folder) as browser, served(folder) as address:
        yield browser, address


@pytest.fixture(scope="module")
def page(site: tuple[Browser, str]) -> Page:
    return page_of(*site)


@pytest.fixture(autouse=True)
def nothing_went_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in ("page", "phone"):
        if name in request.fixturenames:
            used: Any = request.getfixturevalue(name)
            assert used.problems == []
            assert used.evaluate("violations") == []


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def compare(page: Page, form: forms.Form, sent: dict[str, Any], **more: Any) -> None:
    """Open the form with these answers stored, submit, and judge what the page would send."""
    given = json.loads(json.dumps({**GIVEN, **sent}))
    access, lang = more.get("access", {}), more.get("lang", "zh")
    options = {"schema": form.definition, "data": given, "today": TODAY, **more}
    said = page.evaluate("options => verdict(options)", options)
    server = form.verdict(said["data"], given=given, today=DAY, access=access, lang=lang)
    there = [
        (e["id"] or "", e["path"], e["label"], e["code"], e["message"]) for e in said["errors"]
    ]
    here = [(e.id, e.path, e.label, e.code, e.message) for e in server.errors]
    assert there == here
    hidden = {path for path, mode in access.items() if mode == "hide"}
    if not hidden:
        assert canonical(said["data"]) == canonical(server.data)
    # What is judged is what form-js has drawn, and it would submit the same values.
    assert said["drawn"] == said["judged"]
    if not said["errors"]:
        assert said["complaints"] == []
    # Nothing the server takes as it was sent would have been judged otherwise in the page.
    raw = form.verdict(sent, given=given, today=DAY, access=access, lang=lang)
    if raw.ok:
        assert there == []
        assert canonical(raw.data) == canonical(server.data)


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_page_and_server_agree_on_a_shipped_form(path: Path, page: Page, feel: Feel) -> None:
    definition = read(path)
    form = forms.compile(definition, feel)
    for sent in Submissions(definition, 7).take(EACH):
        compare(page, form, sent)


@pytest.mark.parametrize("path", SINKS, ids=name_of)
def test_page_and_server_agree_on_everything_a_form_may_hold(
    path: Path, page: Page, feel: Feel
) -> None:
    definition = read(path)
    form = forms.compile(definition, feel)
    for sent in Submissions(definition, 8).take(45):
        compare(page, form, sent)


@pytest.mark.parametrize(
    "access",
    [
        {"*": "read", "people.cert": "edit", "paid": "edit"},
        {"people.name": "read", "capital": "hide"},
        {"people": "hide", "applicant.kind": "read", "urgent": "hide"},
    ],
)
def test_page_and_server_agree_whatever_somebody_may_do(
    access: dict[str, Any], page: Page, sink: forms.Form
) -> None:
    for sent in Submissions(dict(sink.definition), 9).take(12):
        compare(page, sink, sent, access=access, lang="en")


def test_hidden_answers_never_reach_the_expressions_of_a_page(page: Page, form: Any) -> None:
    made = form(
        {"type": "textfield", "key": "secret", "label": "密"},
        {"type": "text", "text": "看 {{secret}}{{applicant.name}}"},
    )
    data = {"secret": "机密", "applicant": {"name": "张三"}}
    options = {"schema": made.definition, "data": data, "access": {"secret": "hide"}}
    page.evaluate("options => mount(options)", options)
    assert page.inner_text(".ow-text") == "看 张三"
    assert page.evaluate("mounted.submit().data") == {}


# --- filling in, as people do ---------------------------------------------------------


def mount(page: Page, definition: Any, data: Any = None, **more: Any) -> None:
    options = {"schema": definition, "data": data or {}, "today": TODAY, **more}
    page.evaluate("options => mount(options)", options)


def problems(page: Page) -> dict[str, str]:
    """What is wrong by the page's own verdict, by path."""
    errors = page.evaluate("mounted.submit().errors")
    return {error["path"]: error["message"] for error in errors}


REQUIRED = {"validate": {"required": True}}


@pytest.fixture
def small(form: Any) -> forms.Form:
    member = [
        {"type": "textfield", "key": "name", "label": "成员姓名", **REQUIRED},
        {"type": "checkbox", "key": "works", "label": "在职"},
        {
            "type": "textfield",
            "key": "employer",
            "label": "单位",
            "conditional": {"hide": "=this.works != true"},
        },
    ]
    made: forms.Form = form(
        {"type": "textfield", "key": "name", "label": "姓名", **REQUIRED},
        {"type": "idnumber", "key": "id_number", "label": "身份证号码"},
        {"type": "money", "key": "income", "label": "收入"},
        {"type": "number", "key": "area", "label": "面积", "decimalDigits": 2},
        {"type": "datetime", "key": "born", "label": "出生日期", "properties": {"range": "past"}},
        {"type": "datetime", "key": "hour", "label": "时间", "subtype": "time"},
        {
            "type": "dynamiclist",
            "path": "members",
            "label": "家庭成员",
            "defaultRepetitions": 0,
            "properties": {"maxRows": 2},
            "components": member,
        },
    )
    return made


def test_what_is_typed_becomes_what_is_stored(page: Page, small: forms.Form) -> None:
    mount(page, small.definition)
    page.get_by_label("姓名").fill("  张三 ")
    page.get_by_label("身份证号码").fill("１１０１０５ 19491231002x")
    page.get_by_label("收入").fill("¥1，234.5")
    page.get_by_label("面积").fill("１２。５")
    page.get_by_label("出生日期").fill("1949年12月3日")
    page.get_by_label("时间").fill("9：30")
    page.get_by_label("姓名").focus()
    assert page.get_by_label("收入").input_value() == "1,234.50"
    assert page.get_by_label("出生日期").input_value() == "1949-12-03"
    assert "壹仟贰佰叁拾肆元伍角整" in page.inner_text("#place")
    assert page.evaluate("mounted.submit()") == {
        "data": {
            "name": "张三",
            "id_number": "11010519491231002X",
            "income": 123450,
            "area": 12.5,
            "born": "1949-12-03",
            "hour": "09:30",
            "members": [],
        },
        "errors": [],
    }


def test_what_can_not_be_read_stays_as_typed_and_is_asked_for(
    page: Page, small: forms.Form
) -> None:
    mount(page, small.definition, {"name": "张三"})
    page.get_by_label("收入").fill("一千二")
    page.get_by_label("出生日期").fill("腊月初三")
    page.get_by_label("姓名").focus()
    assert page.get_by_label("收入").input_value() == "一千二"
    assert page.evaluate("mounted.getData().born") == "腊月初三"
    assert problems(page) == {
        "income": "请填写金额（元），最多两位小数，例如 1200.00",
        "born": "请填写正确的日期，例如 2026-11-22",
    }
    server = small.verdict(page.evaluate("mounted.getData()"))
    assert [error.path for error in server.errors] == ["income", "born"]


def test_messages_come_when_a_field_is_left_and_go_when_it_is_mended(
    page: Page, small: forms.Form
) -> None:
    mount(page, small.definition)
    number = page.get_by_label("身份证号码")
    number.press_sequentially("1101")
    assert page.locator(".field-error").count() == 0
    page.get_by_label("姓名").focus()
    page.get_by_label("收入").focus()
    # The empty name is asked for when the form is sent, not when somebody passes by.
    assert page.locator(".field-error").all_inner_texts() == ["公民身份号码应为 18 位"]
    number.fill("11010519491231002X")
    assert page.locator(".field-error").count() == 0


def test_rows_are_added_filled_in_and_removed_with_the_keyboard(
    page: Page, small: forms.Form
) -> None:
    mount(page, small.definition, {"name": "张三"})
    add = page.get_by_role("button", name="增加一项")
    add.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("李四")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("县医院")
    add.click()
    page.keyboard.type("王五")
    assert page.get_by_role("button", name="最多 2 项").is_disabled()
    assert page.evaluate("mounted.submit().data.members") == [
        {"name": "李四", "works": True, "employer": "县医院"},
        {"name": "王五", "works": False},
    ]
    page.get_by_role("button", name="删除家庭成员 1").click()
    assert page.evaluate("mounted.submit().data.members") == [{"name": "王五", "works": False}]
    page.get_by_role("button", name="删除家庭成员 1").click()
    assert page.evaluate("mounted.submit().data.members") == []


def test_a_day_is_chosen_from_the_calendar_with_the_keyboard(page: Page, small: forms.Form) -> None:
    mount(page, small.definition, {"name": "张三", "born": "2026-11-20"})
    page.get_by_label("出生日期").focus()
    page.keyboard.press("ArrowDown")
    calendar = page.locator(".flatpickr-calendar.open")
    assert "11月" in calendar.inner_text()
    assert calendar.locator(".flatpickr-day.today").get_attribute("aria-label").endswith("22日")  # type: ignore[union-attr]
    assert calendar.locator(".today.flatpickr-disabled").count() == 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.get_by_label("出生日期").input_value() == "2026-11-19"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert calendar.count() == 0
    assert page.evaluate("mounted.submit().data.born") == "2026-11-19"


def test_changes_are_told_for_saving(page: Page, small: forms.Form) -> None:
    mount(page, small.definition)
    page.evaluate(
        "window.told = []; mounted.on('changed', () => told.push(mounted.getData().name))"
    )
    page.get_by_label("姓名").press_sequentially("张三")
    page.evaluate("mounted.submit()")
    assert page.evaluate("told") == ["张", "张三"]
    draft = small.verdict(page.evaluate("mounted.getData()"), partial=True)
    assert draft.ok
    assert draft.data["name"] == "张三"


def test_every_error_leads_to_a_control_that_takes_the_focus(page: Page, sink: forms.Form) -> None:
    mount(page, sink.definition, {"people": [{"age": 5}, {"jobs": [{}]}], "urgent": True})
    errors = page.evaluate("mounted.submit({ focus: true }).errors")
    assert page.evaluate("document.activeElement.id") == errors[0]["domId"]
    assert len(errors) > 15
    for error in errors:
        assert page.evaluate("error => mounted.focus(error)", error), error["path"]
        assert page.evaluate("document.activeElement.id") == error["domId"]
        box = page.locator(f"[id='{error['domId']}-error']")
        assert error["message"] in box.inner_text()


def test_errors_the_server_found_are_shown_at_their_fields(page: Page, small: forms.Form) -> None:
    mount(page, small.definition, {"members": [{"name": "李四"}, {"name": ""}]})
    server = small.verdict({"members": [{"name": "李四"}, {"name": ""}]})
    sent = [{"id": e.id, "path": e.path, "message": e.message} for e in server.errors]
    page.evaluate("errors => mounted.show(errors)", sent)
    shown = page.locator(".field-error").all_inner_texts()
    assert shown == ["请填写姓名", "请填写成员姓名"]


# --- what people see and hear ---------------------------------------------------------

NAMELESS = """() => [...document.querySelectorAll('#place :is(input, select, textarea, button)')]
    .filter((one) => one.offsetParent !== null)
    .filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim()))
    .map((one) => one.outerHTML)"""
ADRIFT = """() => ['aria-describedby', 'aria-labelledby', 'for']
    .flatMap((name) => [...document.querySelectorAll(`[${name}]`)]
      .flatMap((one) => one.getAttribute(name).split(' ')))
    .filter((id) => id && !document.getElementById(id))"""
TWICE = """() => [...document.querySelectorAll('[id]')].map(({ id }) => id)
    .filter((id, at, all) => all.indexOf(id) !== at)"""


def test_every_control_has_a_name_and_its_hint_and_error_are_read_with_it(
    page: Page, sink: forms.Form
) -> None:
    mount(page, sink.definition, {"people": [{}, {"jobs": [{}]}], "business": "catering"})
    page.evaluate("mounted.submit()")
    page.wait_for_selector(".field-error")
    assert page.evaluate(NAMELESS) == []
    assert page.evaluate(ADRIFT) == []
    assert page.evaluate(TWICE) == []
    assert page.locator("[aria-invalid=true]").count() > 10


def test_a_form_that_is_only_shown_has_nothing_to_fill_in(page: Page, sink: forms.Form) -> None:
    data = {"people": [{"name": "张三", "cert": True}], "capital": 123456, "business": "retail"}
    mount(page, sink.definition, data, readonly=True)
    assert page.locator("#place :is(input, select, textarea, button)").count() == 0
    text = page.inner_text("#place")
    for said in ("1,234.56 元", "零售", "张三", "未填写"):
        assert said in text


def test_what_is_shown_reads_as_the_server_writes_it(page: Page, sink: forms.Form) -> None:
    for sent in list(Submissions(dict(sink.definition), 3).take(18))[::3]:
        given = {**GIVEN, **sent}
        data = sink.verdict({}, given=given, today=DAY).data
        mount(page, sink.definition, given, readonly=True)
        shown = page.locator(".ow-shown .ow-value").all_inner_texts()
        expected = [text for label, text in sink.render(data, names=GIVEN) if text != "无"]
        assert list(map(in_one_line, shown)) == list(map(in_one_line, expected))


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def chinese(lines: list[str]) -> list[str]:
    return [line for line in lines if any("\u4e00" <= sign <= "\u9fff" for sign in line)]


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_a_shipped_form_is_complete_in_english(path: Path, page: Page) -> None:
    mount(page, read(path), lang="en")
    errors = page.evaluate("mounted.submit().errors")
    page.wait_for_timeout(30)
    # A hint may quote what stands on a Chinese document.
    page.evaluate("document.querySelectorAll('.field-hint').forEach((hint) => hint.remove())")
    assert chinese(page.inner_text("#place").splitlines()) == []
    assert chinese([error["message"] + error["label"] for error in errors]) == []


def test_the_mark_of_bpmn_io_stays_visible(page: Page, small: forms.Form) -> None:
    mount(page, small.definition)
    mark = page.get_by_title("由 bpmn.io 提供支持")
    assert mark.is_visible()
    assert mark.get_attribute("href") == "https://bpmn.io"
    box = mark.bounding_box()
    assert box is not None
    assert box["width"] > 40


def test_answers_in_texts_are_text_never_markup(page: Page, form: Any) -> None:
    made = form({"type": "text", "text": "**您好** {{who}}"})
    hostile = "<img src=x onerror=alert(1)> [点我](javascript:alert(1)) **粗** ![x](http://x)"
    mount(page, made.definition, {"who": hostile})
    assert page.inner_text(".ow-text") == f"您好 {hostile}"
    assert page.locator(".ow-text :is(img, a)").count() == 0
    assert page.locator(".ow-text strong").all_inner_texts() == ["您好"]


@pytest.fixture(scope="module")
def phone(site: tuple[Browser, str]) -> Page:
    viewport = {"width": 390, "height": 844}
    return page_of(*site, viewport=viewport, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("path", [*LIBRARY, *SINKS], ids=name_of)
def test_a_form_fits_a_phone(path: Path, phone: Page) -> None:
    mount(phone, read(path), {"people": [{"jobs": [{}]}]})
    phone.evaluate("mounted.submit()")
    phone.wait_for_timeout(30)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    narrow = """() => [...document.querySelectorAll('#place :is(input, select, textarea)')]
        .filter((one) => !['radio', 'checkbox'].includes(one.type))
        .filter((one) => one.offsetWidth < 90 || one.offsetHeight < 36).length"""
    assert phone.evaluate(narrow) == 0


def test_a_phone_brings_its_own_pickers_and_keyboards(phone: Page, small: forms.Form) -> None:
    mount(phone, small.definition)
    assert phone.get_by_label("出生日期").get_attribute("type") == "date"
    assert phone.get_by_label("出生日期").get_attribute("max") == "2026-11-21"
    assert phone.get_by_label("收入").get_attribute("inputmode") == "decimal"
    phone.get_by_label("出生日期").fill("1990-05-06")
    assert phone.evaluate("mounted.getData().born") == "1990-05-06"


def test_without_a_browser_the_tests_fail_unless_that_was_said(monkeypatch: Any) -> None:
    for name in ("CHROMIUM", "ONEWINDOW_WITHOUT_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(HERE))
    with pytest.raises(pytest.fail.Exception, match="No Chromium found"):
        chromium()
    monkeypatch.setenv("ONEWINDOW_WITHOUT_BROWSER", "1")
    with pytest.raises(pytest.skip.Exception, match="ONEWINDOW_WITHOUT_BROWSER"):
        chromium()
