"""A browser for tests: httpx on the ASGI application, with what pages expect of a browser."""

import json
import re
from typing import Any, Self

import httpx
import world

from onewindow.web.templates import CSRF_COOKIE

ADDRESS = "http://window.test"


class Browser(httpx.AsyncClient):
    """Keeps cookies, sends the CSRF token with everything that changes something, and takes
    redirects only when told to. `address` is the machine it seems to come from."""

    def __init__(self, app: Any, *, address: str = "10.1.1.1", **more: Any) -> None:
        more.setdefault("headers", {"accept": "text/html", "user-agent": CHROME})
        super().__init__(
            transport=httpx.ASGITransport(app, client=(address, 40000)),
            **{"base_url": ADDRESS, **more},
        )
        self.office: int | None = None

    async def send_form(
        self, url: str, data: dict[str, Any] | None = None, *, token: str | None = None, **more: Any
    ) -> httpx.Response:
        """Post a form as a page of ours would, with the token that its page carried."""
        if token is None:
            token = await self.csrf_token()
        return await self.post(url, data={"_csrf_token": token, **(data or {})}, **more)

    async def csrf_token(self) -> str:
        """The token of this browser, fetched with a page at first."""
        if CSRF_COOKIE not in self.cookies:
            await self.get("/sign-in")
        return self.cookies[CSRF_COOKIE]

    async def sign_in(self, login: str, password: str = world.PASSWORD) -> httpx.Response:
        """Sign in through the page; fails the test if it doesn't work."""
        answer = await self.send_form("/sign-in", {"name": login, "password": password})
        assert answer.status_code == 303, answer.text
        return answer

    def carry(self, token: str | None) -> None:
        """Come with this session token, stolen or planted."""
        self.cookies.set("id", str(token), domain="window.test", path="/")

    @property
    def session_token(self) -> str | None:
        return self.cookies.get("id")

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self


def words(answer: httpx.Response) -> str:
    """The text of a page without its tags, white space squeezed."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def form_of(answer: httpx.Response) -> dict[str, Any]:
    """What the form of a page begins with: schema, data, access, problems."""
    found = re.search(r"<script[^>]*data-form-setup[^>]*>(.*?)</script>", answer.text, re.S)
    assert found is not None, words(answer)
    setup: dict[str, Any] = json.loads(found[1])
    return setup


CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0"
)
