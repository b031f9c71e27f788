"""Jinja for every page: the environment, what each template may count on, and `page()`.

A page function ends with `return page("cases/case.html", case=case)`. Every template then has

- `me`: the signed-in person or None (see `Me`), `lang` ("zh" or "en"), `nav` (sidebar groups),
  `csrf_token`, `path`, `place` (name of the place whose portal this is), `theme`, `request`;
- `_("…{n}…", n=3)` and `ngettext`, `ui.…` (every macro of `templates/macros/`), `asset("app.js")`,
  `icon("inbox")`, `now()`;
- the filters of `words.py`: `date`, `datetime`, `limit`, `span`, `money`, `size`, `pick`, …

Undefined names are errors, so a misspelt variable fails its test and not a citizen's page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2 import TemplateNotFound as JinjaNotFound
from litestar import Request
from litestar.exceptions import TemplateNotFoundException
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template as TemplateResponse
from litestar.utils.scope.state import ScopeState

from onewindow.web.assets import asset, icon
from onewindow.web.i18n import LANGUAGES, TAGS, gettext, language, ngettext
from onewindow.web.navigation import nav_for
from onewindow.web.words import FILTERS

FOLDER = Path(__file__).parent / "templates"
THEME_COOKIE = "ow_theme"
CSRF_COOKIE = "ow_csrf"

_token: ContextVar[str] = ContextVar("csrf_token", default="")
_within: ContextVar[str] = ContextVar("fields_within", default="")


class Me(Protocol):
    """What pages need to know about the person who is signed in."""

    name: str
    tenant_name: str
    # Offices the person can act for, as (id, name) or (id, name, English name).
    offices: Sequence[tuple[Any, ...]]
    roles: Collection[str]
    # Staff see the workspace, everybody else the portal.
    is_staff: bool


def page(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> TemplateResponse:
    """The answer of a page function: a template with its context, whole or a fragment."""
    return TemplateResponse(
        template,
        context=context,
        status_code=status,
        headers=dict(headers or {}),
        media_type="text/html",
    )


class Engine(JinjaTemplateEngine):
    """Litestar's Jinja engine that gives every template what it may count on."""

    def __init__(
        self,
        environment: Environment,
        me: Callable[[Request], Me | None],
        place: Callable[[Request], str],
    ) -> None:
        super().__init__(engine_instance=environment)
        # Litestar registers a function of this name; ours is the value itself (see `common`).
        environment.globals.pop("csrf_token", None)
        self.me = me
        self.place = place

    def get_template(self, template_name: str) -> Any:
        try:
            return _Bound(self.engine.get_template(template_name), self)
        except JinjaNotFound as missing:
            raise TemplateNotFoundException(template_name=missing.name) from missing

    def common(self, request: Request) -> dict[str, Any]:
        """The part of the context that is the same for every page."""
        me = self.me(request)
        return {
            "me": me,
            "lang": language(),
            "nav": nav_for(me.roles) if me is not None and me.is_staff else [],
            "csrf_token": csrf_token(request),
            "path": request.scope["path"],
            "place": self.place(request),
            "theme": _theme(request),
            "fragment": "hx-request" in request.headers and "hx-boosted" not in request.headers,
        }


class _Bound:
    """A template that renders with the common context underneath its own."""

    def __init__(self, template: Template, engine: Engine) -> None:
        self.template = template
        self.engine = engine

    def render(self, **context: Any) -> str:
        common = self.engine.common(context["request"])
        token, within = _token.set(common["csrf_token"]), _within.set("")
        try:
            return self.template.render(**{**common, **context})
        finally:
            _token.reset(token)
            _within.reset(within)


def current_token() -> str:
    """The CSRF token of the page being rendered, for macros, which don't see its context."""
    return _token.get()


def fields_within(id_: str) -> None:
    """From here on fields belong to the dialog `id_` ("": to the page)."""
    _within.set(id_)


def field_id(name: str) -> str:
    """The id of a field's control, unique on a page that has several dialogs."""
    return f"{_within.get()}-{name}" if _within.get() else name


def csrf_token(request: Request) -> str:
    """The token a form has to send back; the cookie's own when nothing is routed (error pages)."""
    token = ScopeState.from_scope(request.scope).csrf_token
    return token if isinstance(token, str) else request.cookies.get(CSRF_COOKIE, "")


def environment(*, development: bool = False) -> Environment:
    """The Jinja environment; in development changed templates are read again."""
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=development,
    )
    env.filters.update(FILTERS)
    env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        language=language,
        current_token=current_token,
        fields_within=fields_within,
        field_id=field_id,
        asset=asset,
        icon=icon,
        now=lambda: datetime.now(UTC),
        languages=LANGUAGES,
        language_tags=TAGS,
        ui=Macros(env),
    )
    return env


class Macros:
    """Every macro of `templates/macros/*.html` as `ui.<name>`, so pages need no imports.

    Macros see globals and their arguments only, never the page's context; the one thing forms need
    from the request, the CSRF token, comes from the request being answered (`current_token`).
    """

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._homes: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        home = self._homes.get(name) or self._find(name)
        return getattr(self._env.get_template(home).module, name)

    def _find(self, name: str) -> str:
        for path in sorted((FOLDER / "macros").glob("*.html")):
            home = f"macros/{path.name}"
            for exported in vars(self._env.get_template(home).module):
                if not exported.startswith("_"):
                    self._homes.setdefault(exported, home)
        if name not in self._homes:
            raise AttributeError(f"no macro named {name} in templates/macros/")
        return self._homes[name]


def _theme(request: Request) -> str:
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in ("light", "dark") else "system"
