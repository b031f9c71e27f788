"""Without signing in: following by receipt number and password, and checking a certificate."""

import re
from datetime import date

import pytest
from browsing import Browser, words
from casework import apply_for, ask_correction

from onewindow import db
from onewindow.cases.rules import query_password
from onewindow.settings import settings


@pytest.fixture
async def receipt(zhang: Browser) -> str:
    return await apply_for(zhang, "food-business", "qingxi")


def password(receipt: str) -> str:
    return query_password(settings.secret, receipt)


async def track(browser: Browser, number: str, code: str):
    return await browser.send_form("/track", {"number": number, "password": code})


async def test_number_and_password_open_one_case_and_no_names(
    browser: Browser, receipt: str
) -> None:
    answer = await track(browser, receipt, password(receipt))
    said = words(answer)
    assert answer.status_code == 200
    assert "窗口将在" in said
    assert "青******" in said
    for private in ("青溪县林记面馆", "张伟", "13800138000", "110101198506120004"):
        assert private not in answer.text
    assert f"/track/{receipt}?lang=en" in answer.text  # the other language knows the number


async def test_numbers_may_be_typed_as_they_are_printed(browser: Browser, receipt: str) -> None:
    spaced = f" {receipt[:8].lower()} {receipt[8:]} "
    wide = password(receipt).translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    assert (await track(browser, spaced, wide)).status_code == 200


async def test_a_wrong_or_missing_password_is_said_at_its_field(
    browser: Browser, receipt: str
) -> None:
    wrong = await track(browser, receipt, "x")
    assert wrong.status_code == 422
    assert "收件编号或查询密码不正确" in words(wrong)
    assert f'value="{receipt}"' in wrong.text
    unknown = await track(browser, "SJ000", "123456")
    assert words(unknown).count("收件编号或查询密码不正确") == words(wrong).count(
        "收件编号或查询密码不正确"
    )
    empty = await track(browser, "", "")
    assert "请输入收件编号。" in words(empty)
    assert "请输入查询密码。" in words(empty)


async def test_guessing_is_stopped_in_words_that_fit(browser: Browser, receipt: str) -> None:
    for _again in range(30):
        answer = await track(browser, receipt, "000000")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert re.search(r"查询密码连续输错次数过多，请在 \d+ 分钟后再试", words(answer))
    assert "retry-after" in answer.headers
    # Also the right one has to wait then.
    assert (await track(browser, receipt, password(receipt))).status_code == 429


async def test_a_correction_is_told_with_the_way_to_answer_it(
    browser: Browser, window: Browser, receipt: str
) -> None:
    await ask_correction(window, receipt)
    said = words(await track(browser, receipt, password(receipt)))
    assert "平面布局图没有标注操作流程" in said
    assert "登录后补正" in said


async def test_the_receipts_code_leads_to_a_page_that_knows_the_number(
    browser: Browser, receipt: str
) -> None:
    page = await browser.get(f"/track/{receipt}")
    assert f'value="{receipt}"' in page.text


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "证照有效"),
        ({"valid_until": date(2020, 1, 1)}, "证照已过期"),
        ({"state": "replaced"}, "证照已换发"),
        ({"state": "revoked"}, "证照已撤销"),
    ],
)
async def test_a_certificate_says_whether_it_is_valid_and_no_more_than_it_must(
    browser: Browser, receipt: str, changes: dict[str, object], verdict: str
) -> None:
    row = {"state": "valid", "valid_until": None} | changes
    with db.as_system():
        case = await db.fetchrow("select * from cases")
        await db.execute(
            "insert into certificate (tenant, case_id, code, number, name, name_en, holder,"
            " holder_id, issuer, issued_on, valid_until, state, revoked_at, fields, object_key,"
            " size) values ($1, $2, 'abcdefgh12345678', 'JY1', '食品经营许可证',"
            " 'Food business licence', '青溪县林记面馆', '92110108MA7K2P0R8U', '市场监督管理局',"
            " '2019-01-02', $3, $4, now(), $5, '', 0)",
            case["tenant"],
            case["id"],
            row["valid_until"],
            row["state"],
            '[{"key":"a","label":"经营场所","label_en":"Premises","value":"滨河路 18 号",'
            '"public":true},{"key":"b","label":"负责人","label_en":"Head","value":"林秋",'
            '"public":false}]',
        )
    said = words(await browser.get("/certificates/abcdefgh12345678"))
    assert verdict in said
    assert "滨河路 18 号" in said
    assert "林秋" not in said
    english = words(await browser.get("/certificates/abcdefgh12345678?lang=en"))
    assert "Food business licence" in english
    assert "Premises" in english


async def test_an_unknown_certificate_is_a_warning_not_a_dead_end(browser: Browser) -> None:
    answer = await browser.get("/certificates/AAAAAAAAAAAAAAAA")
    said = words(answer)
    assert answer.status_code == 404
    assert "没有查到这张证照" in said
    assert "12345" in said
