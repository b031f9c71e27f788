"""Applicants' own accounts, and the seam for those who can vouch for them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import Browser, words
from world import PASSWORD, Town

from onewindow import db
from onewindow.people import identity
from onewindow.people.attempts import key_of
from onewindow.people.identity import Identity
from onewindow.settings import settings

PERSON = {
    "name": "王芳",
    "id_number": "45902119850612006X",
    "phone": "139 0000 0003",
    "password": "lotus pond at dusk",
}


async def sql(statement: str, *values: object) -> Any:
    with db.as_system():
        return await db.fetchval(statement, *values)


async def test_an_applicant_registers_and_is_signed_in(browser: Browser, town: Town) -> None:
    assert "注册申请人账号" in words(await browser.get("/register?next=/account"))
    answer = await browser.send_form("/register", {**PERSON, "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "王芳" in words(await browser.get("/account"))
    kind, home = await sql(
        "select array[kind, tenant::text] from person where username = '13900000003'"
    )
    assert (kind, int(home)) == ("applicant", town.tenants["yunchuan"])
    await browser.send_form("/sign-out")
    await browser.sign_in("45902119850612006x", PERSON["password"])


@pytest.mark.parametrize(
    ("field_name", "value", "said"),
    [
        ("name", "", "请填写身份证上的姓名"),
        ("id_number", "459021198506120021", "身份证号码不正确"),
        ("phone", "12345", "请填写 11 位手机号码"),
        ("password", "13900000003", "不要包含您的姓名"),
        ("phone", "13800000001", "这个手机号码已经注册"),
        ("id_number", "459021199003070018", "这个身份证号码已经注册"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_the_rest_is_kept(
    browser: Browser, field_name: str, value: str, said: str
) -> None:
    answer = await browser.send_form("/register", {**PERSON, field_name: value})
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'id="{field_name}-error"' in answer.text
    assert PERSON["password"] not in answer.text
    if field_name != "name":
        assert 'value="王芳"' in answer.text


async def test_registration_is_closed_outside_the_demo(browser: Browser) -> None:
    with settings.using(demo=False):
        assert "本站暂不开放网上注册" in words(await browser.get("/register"))
        assert (await browser.send_form("/register", PERSON)).status_code == 403
        assert "注册申请人账号" not in words(await browser.get("/sign-in"))
    assert not await sql("select 1 from person where username = '13900000003'")


async def test_one_address_cannot_register_without_end(browser: Browser) -> None:
    await sql(
        "insert into sign_in_attempt (name_hash, address, at) select $1, '', now()"
        " from generate_series(1, 20) returning 1",
        key_of("register", "10.1.1.1"),
    )
    answer = await browser.send_form("/register", PERSON)
    assert answer.status_code == 429
    assert "注册次数过多" in words(answer)


# --- the seam -----------------------------------------------------------------------------------


@dataclass
class Province:
    """A provider as a test needs it: it vouches for whoever holds the code."""

    key: str = "province"
    name: dict[str, str] = field(default_factory=lambda: {"zh": "省统一身份认证", "en": "Province"})
    seen: dict[str, str] = field(default_factory=dict)

    async def authorisation_url(self, **asked: str) -> str:
        self.seen = asked
        return f"https://id.example/authorise?state={asked['state']}"

    async def identify(self, **answered: str) -> Identity:
        if answered["code"] != "good" or answered["nonce"] != self.seen["nonce"]:
            raise identity.NotVouchedFor(provider=self.name["zh"])
        return Identity("sub-1", "王芳", "45902119850612006X", "13900000003", assurance="L3")


def made_for_settings(**_options: Any) -> Province:
    return Province()


async def test_with_nothing_configured_only_the_password_is_offered(browser: Browser) -> None:
    assert "/sign-in/with/" not in (await browser.get("/sign-in")).text
    assert (await browser.get("/sign-in/with/province")).status_code == 404


async def test_a_provider_vouches_for_an_applicant(browser: Browser, app: Any) -> None:
    with identity.offering(Province()):
        assert "省统一身份认证" in words(await browser.get("/sign-in"))
        away = await browser.get("/sign-in/with/province?next=/account")
        state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
        back = await browser.get(f"/sign-in/with/province/return?code=good&state={state}")
        assert back.headers["location"] == "/account"
        assert "王芳" in words(await browser.get("/account"))
        # The same person again, not a second account; and no password opens it.
        await browser.send_form("/sign-out")
        away = await browser.get("/sign-in/with/province")
        state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
        await browser.get(f"/sign-in/with/province/return?code=good&state={state}")
        assert await sql("select count(*) from person where name = '王芳'") == 1
        async with Browser(app) as other:
            tried = await other.send_form("/sign-in", {"name": "13900000003", "password": PASSWORD})
            assert tried.status_code == 422


@pytest.mark.parametrize(
    "answer", ["code=good&state=forged", "code=bad&state={state}", "state={state}", ""]
)
async def test_an_answer_nobody_asked_for_opens_nothing(browser: Browser, answer: str) -> None:
    with identity.offering(Province()):
        away = await browser.get("/sign-in/with/province")
        state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
        back = await browser.get(f"/sign-in/with/province/return?{answer.format(state=state)}")
        assert back.status_code == 403
        assert "未能通过“省统一身份认证”确认您的身份" in words(back)
        assert browser.session_token is None


def test_providers_are_named_in_the_settings() -> None:
    with identity.offering():
        identity.configure([f"{__name__}:made_for_settings"])
        assert [provider.key for provider in identity.providers()] == ["province"]
        with pytest.raises(ValueError, match="nowhere"):
            identity.configure(["onewindow.nowhere:nothing"])
        with pytest.raises(ValueError, match="no IdentityProvider"):
            identity.configure(["builtins:dict"])
