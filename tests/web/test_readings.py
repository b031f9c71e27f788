"""What leaf rooms and the database refuse reaches people as sentences, with the right status."""

import re
from typing import Any

import pytest
from browsing import Browser
from world import Town

import bpmn
import storage
from feel import FeelError
from feel.problems import problem
from onewindow.asgi import READINGS
from onewindow.web.i18n import gettext, speaking

AS_JSON = {"accept": "application/json"}
TYPED_NONSENSE = (
    "/cases?q=%00",
    "/cases?before=99999999999999999999999",
    "/cases/%00",
    "/certificates?before=99999999999999999999999",
    "/certificates/%00",
    "/inbox?words=%00",
    "/inbox?after=never_99999999999999999999999",
)

REFUSED: list[tuple[Exception, int]] = [
    (bpmn.CannotJump("流程里没有可以退回到的步骤“{target}”。", target="x"), 409),
    (bpmn.Stuck("“{name}”的{what}出错：{detail}。", name="核", what="条件", detail="除以零"), 409),
    (bpmn.NoSuchTask(), 409),
    (bpmn.BadData(name="amount", type="数字", value="很多"), 422),
    (bpmn.Unreadable([bpmn.Problem("not-xml", "文件不是 XML。")]), 422),
    (bpmn.BadState(reason="版本不符"), 500),
    (storage.NotThere(), 404),
    (storage.TooLarge(20 << 20), 413),
    (storage.Unavailable("connection refused"), 503),
    (storage.Refused("file-broken", "文件“{name}”已损坏。", name="图.pdf"), 422),
    (FeelError(problem("no-decision", decision="care")), 422),
]


def read(error: Exception) -> Any:
    """As the exception handlers choose: by the nearest class."""
    return READINGS[next(kind for kind in type(error).__mro__ if kind in READINGS)](error)


@pytest.mark.parametrize(("error", "status"), REFUSED, ids=lambda value: type(value).__name__)
def test_a_rooms_refusal_is_told_in_its_own_sentence(error: Any, status: int) -> None:
    refusal = read(error)
    assert refusal.status == status
    assert refusal.message == error.message
    assert refusal.code == error.code
    assert "{" not in refusal.message


@pytest.mark.parametrize("error", [bpmn.NoSuchTask(), storage.Unavailable(), storage.NotThere()])
def test_the_sentence_is_translated_by_its_template(error: Any) -> None:
    refusal = read(error)
    with speaking("en"):
        assert not re.search("[一-鿿]", gettext(refusal.text, **refusal.params))


@pytest.mark.parametrize("address", TYPED_NONSENSE)
async def test_what_no_column_can_hold_is_refused_in_words(
    address: str, town: Town, desk_of: Any
) -> None:
    clerk: Browser = await desk_of("li.min")
    answer = await clerk.get(address, headers=AS_JSON)
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code == 400:
        assert "无法识别" in answer.json()["message"]
    assert (await clerk.get("/inbox")).status_code == 200


async def test_the_description_for_programs_needs_nothing_from_elsewhere(
    town: Town, browser: Browser
) -> None:
    answer = await browser.get("/schema/openapi.json")
    assert answer.json()["info"]["title"] == "OneWindow"
    for address in ("/schema", "/schema/redoc", "/schema/swagger"):
        assert "https://" not in (await browser.get(address)).text.split('"paths"')[0]


async def test_without_a_database_every_address_says_so(
    town: Town, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> Any:
        raise ConnectionRefusedError("nobody listens")

    with monkeypatch.context() as patched:
        patched.setattr("onewindow.people.gate.db.hold", refused)
        page = await browser.get("/inbox")
        assert page.status_code == 503
        assert "服务暂时不可用，请稍后再试。" in page.text
        assert "content-security-policy" in page.headers
        for method in ("GET", "POST"):
            told = await browser.request(method, "/matters", headers=AS_JSON)
            assert (told.status_code, told.json()["code"]) == (503, "not-ready")
    assert (await browser.get("/matters")).status_code == 200
