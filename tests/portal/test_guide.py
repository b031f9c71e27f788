"""The guide: what it must disclose, what somebody in particular has to bring, and beginning."""

import json
import re
from urllib.parse import parse_qs, urlsplit

from browsing import Browser, words
from casework import begin

from onewindow import db

GUIDE = "/matters/qingxi/food-business"
APPLICATIONS = f"{GUIDE}/applications"


async def test_the_guide_makes_the_eight_disclosures(browser: Browser) -> None:
    said = words(await browser.get(GUIDE))
    for disclosed in (
        "食品经营许可",  # the item
        "《中华人民共和国食品安全法》",  # its basis
        "已取得营业执照",  # conditions
        "现场核查（两人）",  # procedure
        "经营布局和操作流程图",  # materials
        "不收费",  # fees
        "10 个工作日",  # limits
        "0459-2212345",  # contact
        "12345",  # complaints
    ):
        assert disclosed in said, disclosed
    assert "青溪县市场监督管理局" in said


async def test_steps_are_told_by_their_departments_not_by_the_lanes_they_are_drawn_in(
    browser: Browser,
) -> None:
    told = re.findall(
        r'way-name">([^<]+)</span><span[^>]*>([^ <]+)', (await browser.get(GUIDE)).text
    )
    assert {("受理", "青溪县政务服务中心"), ("决定", "青溪县市场监督管理局")} <= set(told)
    below = await browser.get("/matters/linjiang/food-business")
    told = re.findall(r'way-name">([^<]+)</span><span[^>]*>([^ <]+)', below.text)
    assert ("决定", "青溪县市场监督管理局") in told
    assert ("受理", "临江镇便民服务中心") in told


async def test_the_drawing_of_the_process_is_named_in_the_readers_language(
    browser: Browser,
) -> None:
    chinese = await browser.get(f"{GUIDE}/process")
    assert chinese.headers["content-type"].startswith("application/xml")
    assert "现场核查（两人）" in chinese.text
    english = await browser.get(f"{GUIDE}/process", params={"lang": "en"})
    assert "Inspect on site (two inspectors)" in english.text
    assert not re.search(r'name="[^"]*[一-鿿]', english.text)


async def test_a_few_choices_narrow_the_list_of_materials(browser: Browser) -> None:
    before = words(await browser.get(GUIDE))
    assert "授权委托书" in before
    assert "视情况提交" in before
    mine = words(
        await browser.get(GUIDE, params={"business": "catering", "agent": "self", "nonsense": "1"})
    )
    assert "经营布局和操作流程图" in mine
    assert "授权委托书" not in mine
    assert "视情况提交" not in mine
    assert "另有 2 项材料不用准备" in mine
    filing = words(await browser.get(GUIDE, params={"business": "prepackaged", "agent": "agent"}))
    assert "经营布局和操作流程图" not in filing
    assert "授权委托书" in filing


async def test_a_question_that_another_answer_makes_pointless_is_not_asked(
    browser: Browser,
) -> None:
    trader = "/matters/qingxi/sole-trader"
    shop = await browser.get(trader, params={"place_kind": "shop"})
    assert 'id="need-premises_proof"' in shop.text
    online = await browser.get(trader, params={"place_kind": "online"})
    assert 'id="need-premises_proof"' not in online.text
    said = words(online)
    assert "网络经营场所使用证明" in said
    assert "经营场所申报承诺书" not in said


async def test_conditions_that_no_choice_settles_stay_open(browser: Browser) -> None:
    said = words(await browser.get("/matters/linjiang/subsistence-allowance"))
    assert re.search(r"重病诊断证明 视情况提交", said)


async def test_a_matter_not_handled_here_says_so(browser: Browser) -> None:
    answer = await browser.get("/matters/yunchuan/food-business")
    assert answer.status_code == 404
    assert "这里不办理这个事项" in words(answer)
    with db.as_system():
        await db.execute("update matter set state = 'suspended' where key = 'food-business'")
    guide = words(await browser.get(GUIDE))
    assert "暂停受理期间不能申请。" in guide
    assert "在线申请" not in guide


async def test_whoever_has_to_sign_in_comes_back_and_begins_with_what_they_chose(
    browser: Browser,
) -> None:
    chosen = {"business": "catering", "agent": "self", "unasked": "x"}
    answer = await browser.send_form(APPLICATIONS, chosen)
    assert answer.status_code == 303
    way = urlsplit(answer.headers["location"])
    assert way.path == "/sign-in"
    back = parse_qs(way.query)["next"][0]
    assert back == f"{APPLICATIONS}?business=catering&agent=self"

    token = await browser.csrf_token()
    signed_in = await browser.post(
        "/sign-in",
        data={
            "_csrf_token": token,
            "name": "13800000001",
            "password": "yun-chuan window",
            "next": back,
        },
    )
    assert signed_in.headers["location"] == back
    page = await browser.get(back)
    assert "以“张伟”的身份申请" in words(page)
    sent = dict(re.findall(r'name="(business|agent|anew)" value="(\w+)"', page.text))
    begun = await browser.send_form(APPLICATIONS, sent)
    case = begun.headers["location"]
    assert re.fullmatch(r"/applications/[0-9a-f-]{36}", case)
    with db.as_system():
        draft = json.loads(await db.fetchval("select draft from cases"))
    assert draft == {"business": "catering", "agent": "self"}


async def test_somebody_with_a_draft_is_asked_whether_to_go_on_with_it(zhang: Browser) -> None:
    first = await begin(zhang, "food-business", "qingxi")
    again = await zhang.send_form(APPLICATIONS)
    assert again.headers["location"] == APPLICATIONS
    page = await zhang.get(APPLICATIONS)
    assert f'href="/applications/{first}"' in page.text
    assert "您有没提交的申请" in words(page)
    anew = await zhang.send_form(APPLICATIONS, {"anew": "yes"})
    assert anew.headers["location"].startswith("/applications/")
    assert first not in anew.headers["location"]
    # A draft for another place is another matter to them.
    elsewhere = await zhang.send_form("/matters/baishi/food-business/applications")
    assert elsewhere.headers["location"].startswith("/applications/")


async def test_clerks_are_offered_the_window_and_refused_in_words(window: Browser, desk_of) -> None:
    page = await window.get(GUIDE)
    assert 'action="/counter/food-business/applications"' in page.text
    assert "在线申请" not in words(page)
    refused = await window.send_form(APPLICATIONS)
    assert refused.status_code == 403
    assert "请用申请人账号办理" in words(refused)
    reviewer = await desk_of("chen.gang")
    assert "窗口收件" not in words(await reviewer.get(GUIDE)).replace("从“窗口收件”", "")


async def test_beginning_needs_somebody_signed_in(browser: Browser) -> None:
    answer = await browser.get(APPLICATIONS)
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["next"] == [APPLICATIONS]
