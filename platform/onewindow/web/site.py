"""The parts of the Litestar app that make every page look and behave alike.

    parts = site(secret=settings.secret, https=settings.https, development=settings.development,
                 place=place_name, readings={storage.NotThere: lambda error: NotThere()})
    litestar = parts.litestar([*routes], dependencies=…, plugins=…)
    app = parts.wrap(dispatcher)        # outermost: language and headers for pages *and* panel

The gate puts whoever is signed in where `me` looks (`scope["state"]["actor"]`); nothing here reads
sessions or tables.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from litestar import Litestar, Request, get
from litestar.config.csrf import CSRFConfig
from litestar.middleware import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.response import Redirect
from litestar.template import TemplateConfig
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Receive, Scope, Send

from onewindow.errors import Refusal
from onewindow.web import errors, styleguide
from onewindow.web.assets import asset
from onewindow.web.headers import SecureHeaders
from onewindow.web.i18n import LANGUAGES, SOURCE, choose_language, set_language
from onewindow.web.static import static_file
from onewindow.web.templates import CSRF_COOKIE, Engine, Me, environment

LANGUAGE_COOKIE = "ow_lang"
CSRF_HEADER = "x-csrftoken"


@dataclass(frozen=True, slots=True)
class Site:
    """Ready-made options and routes; see the module's example."""

    options: dict[str, Any]
    route_handlers: list[ControllerRouterHandler]
    https: bool
    language: str = SOURCE

    def litestar(self, route_handlers: Sequence[ControllerRouterHandler], **more: Any) -> Litestar:
        """A Litestar app with the site's options; `more` wins where both say something."""
        options = {**self.options, **more}
        handlers = {**self.options["exception_handlers"], **more.get("exception_handlers", {})}
        options["exception_handlers"] = handlers
        return Litestar(route_handlers=[*self.route_handlers, *route_handlers], **options)

    def wrap(self, app: ASGIApp) -> ASGIApp:
        """`app` with the reader's language chosen and secure headers on every response."""
        speaking = Languages(SeeOther(app), https=self.https, otherwise=self.language)
        return SecureHeaders(speaking, https=self.https)


def site(
    *,
    secret: str,
    https: bool = False,
    language: str = SOURCE,
    development: bool = False,
    me: Callable[[Request], Me | None] = lambda request: request.scope["state"].get("actor"),
    place: Callable[[Request], str] = lambda request: "",
    sign_in: str = "/sign-in",
    readings: Mapping[type[Exception], Callable[[Exception], Refusal]] | None = None,
) -> Site:
    """Build the site's parts.

    `secret` signs CSRF tokens and must be the same in every process. `me` finds the signed-in
    person of a request, `place` the name of the place whose portal is shown ("青溪县"). `readings`
    maps errors of leaf rooms to refusals. `language` is spoken with whoever names none.
    `development` adds the style guide and rereads templates.
    """
    engine = Engine(environment(development=development), me, place)
    guarded = CSRFConfig(
        secret=secret,
        cookie_name=CSRF_COOKIE,
        header_name=CSRF_HEADER,
        cookie_secure=https,
        cookie_httponly=True,
        cookie_samesite="lax",
    )
    return Site(
        options={
            "template_config": TemplateConfig(instance=engine),
            # How log lines look is for the process to say (`onewindow.run.logs`), once for all.
            "logging_config": None,
            # Described for programs, as JSON: the pages for people that Litestar would add fetch
            # scripts and fonts from elsewhere.
            "openapi_config": OpenAPIConfig(
                title="OneWindow",
                version=version("onewindow"),
                render_plugins=[JsonRenderPlugin()],
                use_handler_docstrings=True,
            ),
            "exception_handlers": errors.handlers(sign_in=sign_in, readings=readings or {}),
            "middleware": [DefineMiddleware(Guard, config=guarded)],
        },
        route_handlers=[static_file, favicon, *(styleguide.routes if development else ())],
        https=https,
        language=language,
    )


@get("/favicon.ico", include_in_schema=False, opt={"public": True}, sync_to_thread=False)
def favicon() -> Redirect:
    return Redirect(asset("favicon.svg"), status_code=301)


class Guard(CSRFMiddleware):
    """A token of the page with everything that changes something, but for programs: what carries an
    access token in a header comes from no other site's page. The gate has looked at theirs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope["state"]
        if refused := state.get("refused"):
            raise refused
        if state.get("bearer"):
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class Languages:
    """ASGI wrapper: chooses the language of the answer and remembers `?lang=` in a cookie.

    `otherwise` is spoken with whoever has not said, and whose browser does not say either.
    """

    def __init__(self, app: ASGIApp, *, https: bool, otherwise: str) -> None:
        self.app = app
        self.otherwise = otherwise
        self.secure = "; Secure" if https else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request: Request = Request(scope)
        wish = _asked_for(scope["query_string"])
        cookie = request.cookies.get(LANGUAGE_COOKIE)
        accepts = request.headers.get("accept-language")
        set_language(choose_language(wish, cookie, accepts, self.otherwise))
        if wish not in LANGUAGES or wish == cookie:
            await self.app(scope, receive, send)
            return

        async def send_and_remember(message: Message) -> None:
            if message["type"] == "http.response.start":
                value = f"{LANGUAGE_COOKIE}={wish}; Path=/; Max-Age=31536000; SameSite=Lax"
                header = (b"set-cookie", (value + self.secure).encode())
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        await self.app(scope, receive, send_and_remember)


class SeeOther:
    """ASGI wrapper: what answers a change with 302 means 303.

    Litestar's `Redirect` says 302, and browsers repeat a DELETE at the new address on that.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_see_other(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 302:
                message["status"] = 303
            await send(message)

        reading = scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS")
        await self.app(scope, receive, send if reading else send_see_other)


def _asked_for(query: bytes) -> str:
    """The value of `lang` in a query string, which may be anything anybody typed."""
    wishes = [part[5:] for part in query.split(b"&") if part.startswith(b"lang=")]
    return wishes[-1].decode("latin-1") if wishes else ""
