"""The panel: which tables, in which groups, for whom.

It is an ASGI app of its own beside the pages. The gate in front of both has already set who asks
and their tenant scope; the panel adds that only configurators and operators come in.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextvars import ContextVar
from json import JSONDecodeError
from typing import Any

import orjson
import piccolo_admin.endpoints as piccolo
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from piccolo.columns import Column
from piccolo_admin.endpoints import (
    AdminRouter,
    GroupedTableNamesResponseModel,
    MetaResponseModel,
    OrderBy,
    TableConfig,
    TranslationListResponse,
    UserResponseModel,
)
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from admin import rules
from admin.choices import seen_places
from admin.crud import PLACE, ScopedCRUD
from admin.labels import COLUMNS, TABLES
from admin.words import CHINESE, ENGLISH, PHRASES, TAG
from onewindow import clock
from onewindow.audit.tables import AuditEntry
from onewindow.db.scoped import narrowed
from onewindow.delivery.tables import Certificate
from onewindow.matters.tables import Matter, MatterVersion
from onewindow.papers.tables import PaperText
from onewindow.people.gate import Actor
from onewindow.people.tables import Person, Post, PostHolder, Session
from onewindow.tenants.tables import Department, Tenant
from onewindow.web.assets import asset
from onewindow.web.i18n import LANGUAGES, N_, TAGS, language
from onewindow.web.i18n import gettext as _
from onewindow.web.navigation import nav_for
from onewindow.web.templates import THEME_COOKIE
from onewindow.workdays.queries import not_announced
from onewindow.workdays.tables import CalendarDay

KEEPERS = ("configurator", "operator")
READ_ONLY = (Certificate, AuditEntry)
SITE = N_("一窗 · 后台管理")
HERE = "/admin/"

_actor: ContextVar[Actor] = ContextVar("panel_actor")


def may_enter(actor: Actor | None) -> bool:
    """Whether somebody keeps configuration in the office they act for."""
    return actor is not None and actor.is_staff and actor.is_any(*KEEPERS)


def build_panel(
    *, https: bool, hosts: Sequence[str] = ()
) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """The panel as an ASGI app, to be called with `root_path` ending in /admin.

    `hosts`: names under which people reach it. Over HTTPS a change must come from a page of theirs.
    """
    # Piccolo Admin makes its own CRUD and router; these two names are how it is given ours.
    piccolo.PiccoloCRUD = ScopedCRUD  # type: ignore[misc]
    piccolo.AdminRouter = Panel  # type: ignore[misc]
    # Rights can't be given away here (`crud`, `labels`), so keepers may look after people too.
    piccolo.superuser_validators = _anybody_inside
    panel = piccolo.create_admin(
        tables=[_table(table, *hooks) for table, hooks in _TABLES],
        auth_table=Person,
        session_table=Session,
        site_name=str(SITE),
        default_language_code=CHINESE.language_code,
        translations=[CHINESE, ENGLISH],
        allowed_hosts=list(hosts),
        auto_include_related=False,
        production=https,
        page_size=20,
    )

    for part in _apps(panel):
        part.add_exception_handler(RequestValidationError, _unreadable)
        part.add_exception_handler(JSONDecodeError, _unreadable)

    async def narrow(scope: Any, receive: Any, send: Any) -> None:
        token = _actor.set(scope["state"]["actor"])
        try:
            with narrowed():
                await panel(scope, receive, send)
        finally:
            _actor.reset(token)

    return narrow


class Panel(AdminRouter):
    """Piccolo's router with our page around it, in the reader's language, with names people can
    read and only the doors that are open to them."""

    async def get_root(self, request: Request) -> HTMLResponse:
        return HTMLResponse(_dressed(self.template, await _set_up(request, _actor.get())))

    def get_meta(self) -> MetaResponseModel:
        meta: MetaResponseModel = super().get_meta()
        meta.site_name = _(str(SITE))
        return meta

    def get_user(self, request: Request) -> UserResponseModel:
        actor = _actor.get()
        return UserResponseModel(username=actor.name, user_id=str(actor.id))

    def get_sidebar_links(self) -> dict[str, str]:
        groups = nav_for(_actor.get().roles)
        return {
            _(str(door.label)): door.href
            for group in groups
            for door in group.doors
            if door.href != HERE
        }

    def get_table_list_grouped(self) -> GroupedTableNamesResponseModel:
        tables = super().get_table_list_grouped()
        return GroupedTableNamesResponseModel(
            grouped={_(group): names for group, names in tables.grouped.items()},
            ungrouped=tables.ungrouped,
        )

    def get_translation_list(self) -> TranslationListResponse:
        listed: TranslationListResponse = super().get_translation_list()
        listed.default_language_code = TAG[language()]
        return listed


async def _set_up(request: Request, actor: Actor) -> dict[str, Any]:
    """What our script in Piccolo's page has to know."""
    seen = await seen_places()
    other = next(tag for tag in TAGS if tag != language())
    return {
        "language": TAG[language()],
        # As Piccolo makes a title of a table's name.
        "names": {table.replace("_", " "): _(title) for table, (_group, title) in TABLES.items()},
        "phrases": PHRASES[language()],
        "theme": request.cookies.get(THEME_COOKIE, "system"),
        "other": {"href": f"{HERE}?lang={other}", "name": LANGUAGES[other], "lang": TAGS[other]},
        "tenant": actor.tenant,
        "places": seen if len(seen) > 1 else {},
        "others": _("下级机构的数据也列在这里，只能查看，由该机构自己维护。")
        if len(seen) > 1
        else "",
        "foreign": _("这一行属于{place}，只能查看，由该机构自己维护。", place="%s"),
        "frozen": _("已发布的版本不能修改。请在“事项配置”页新建草稿，改好后重新发布。"),
        "notices": {"calendar_day": "\n".join(await _of_calendar(actor))},
        "read_only": [table._meta.tablename for table in READ_ONLY],
    }


async def _of_calendar(actor: Actor) -> list[str]:
    """What to know before days are entered."""
    unknown = await not_announced(actor.tenant, clock.now())
    inherits = _("上级机构录入的节假日和调休自动沿用，这里只需填写本机构不同的日子。")
    return [inherits, *([unknown] if unknown else [])]


def _dressed(template: str, known: dict[str, Any]) -> str:
    """Piccolo's page with our colours and our script, which runs before Piccolo's own."""
    ours = (
        f'<link rel="stylesheet" href="{asset("panel.css")}">'
        f'<link rel="icon" href="{asset("favicon.svg")}" type="image/svg+xml">'
        f'<script type="application/json" id="panel-setup">{_json(known)}</script>'
        f'<script src="{asset("panel.js")}"></script>'
    )
    return (
        template.replace('<html lang="en">', f'<html lang="{TAGS[language()]}">')
        .replace("<title>Piccolo Admin</title>", f"<title>{_(str(SITE))}</title>{ours}")
        .replace(
            "We're sorry but the Piccolo Admin doesn't work properly without JavaScript enabled.",
            _("后台管理需要启用浏览器的 JavaScript。"),
        )
    )


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode().replace("<", "\\u003c")


def _anybody_inside(piccolo_crud: Any, request: Request) -> None:
    """Piccolo's own rule for its user table, which we don't need."""


def _apps(part: Any) -> Iterator[FastAPI]:
    """The panel's applications: Piccolo mounts several in each other, wrapped."""
    while part is not None and not isinstance(part, FastAPI):
        part = getattr(part, "app", None)
    if part is not None:
        yield part
        for route in part.routes:
            yield from _apps(getattr(route, "app", None) if isinstance(route, Mount) else None)


async def _unreadable(request: Request, wrong: Exception) -> JSONResponse:
    """What the panel sent can't be read at all: said of the fields, in the panel's shape."""
    sentence = _("提交的内容无法识别，请检查后重新提交。")
    if isinstance(wrong, RequestValidationError):
        fields = [str(error["loc"][-1]) for error in wrong.errors() if len(error["loc"]) > 1]
        known = {name: title for columns in COLUMNS.values() for name, title in columns.items()}
        named = "、".join(dict.fromkeys(_(known[name]) for name in fields if name in known))
        if named:
            sentence = _("“{columns}”的内容无法识别，请检查格式。", columns=named)
        sentence += "".join(_where(error["input"]) for error in wrong.errors())
    return JSONResponse({"custom_form_error": sentence}, status_code=422)


def _where(text: Any) -> str:
    """The line at which something that looks like JSON goes wrong."""
    if isinstance(text, str) and text.lstrip()[:1] in ("{", "["):
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError as bad:
            return _("JSON 第 {line} 行第 {column} 列有误。", line=bad.lineno, column=bad.colno)
    return ""


def _read_only(piccolo_crud: Any, request: Request) -> None:
    raise HTTPException(405, "这里只能查看。")


def _table(table: Any, *hooks: Hook) -> TableConfig:
    name = table._meta.tablename
    group, _title = TABLES[name]
    shown: list[Column] = [
        column for column in table._meta.columns if column._meta.name in COLUMNS[name]
    ]
    large = {"process", "definition", "forms", "decisions", "settings", "body", "before", "after"}
    large |= {"hash"}  # says nothing to the eye
    short = [column for column in shown if column._meta.name not in large]
    if name != "tenant":
        short.append(getattr(table, PLACE))
    refuse = [_read_only]
    # A row is opened by what it is called; where nothing names it, by its number.
    called = next((column for column in short if column._meta.name in LINKING[name]), None)
    return TableConfig(
        table_class=table,
        visible_columns=short if called is not None else [table._meta.primary_key, *short],
        visible_filters=short,
        link_column=called if called is not None else table._meta.primary_key,
        order_by=[OrderBy(column=getattr(table, by), ascending=up) for by, up in ORDER[name]],
        hooks=list(hooks) or None,
        menu_group=group,
        validators=Validators(
            post_single=refuse, put_single=refuse, patch_single=refuse, delete_single=refuse
        )
        if table in READ_ONLY
        else Validators(delete_single=refuse)
        if table in (Tenant, Person, Matter, MatterVersion)
        else None,
    )


def _hooks(saved: Any = None, changed: Any = None) -> tuple[Hook, ...]:
    # By type, together: Piccolo drops hooks that aren't listed contiguously.
    return (
        *((Hook(HookType.pre_save, saved),) if saved else ()),
        *((Hook(HookType.pre_patch, changed),) if changed else ()),
    )


LINKING = {
    "tenant": ("name",), "department": ("name",), "post": ("name",), "post_holder": (),
    "person": ("name",), "calendar_day": ("day",), "matter": ("name",),
    "matter_version": ("number",), "paper_text": ("title",), "certificate": ("number",),
    "audit_entry": (),
}  # fmt: skip
"""The column whose text opens a row."""

ORDER = {
    "tenant": (("id", True),), "department": (("tenant", True), ("id", True)),
    "post": (("tenant", True), ("department", True), ("id", True)),
    "post_holder": (("tenant", True), ("post", True), ("id", True)),
    "person": (("tenant", True), ("name", True)), "calendar_day": (("day", False),),
    "matter": (("tenant", True), ("name", True)),
    "matter_version": (("matter", True), ("number", False)), "paper_text": (("paper", True),),
    "certificate": (("id", False),), "audit_entry": (("id", False),),
}  # fmt: skip
"""How a table is sorted when it is opened."""

_TABLES: list[tuple[Any, tuple[Hook, ...]]] = [
    (Tenant, _hooks(changed=rules.tenant_settings)),
    (Department, ()),
    (Post, _hooks(rules.post, rules.post_changed)),
    (PostHolder, ()),
    (Person, ()),
    (CalendarDay, _hooks(rules.calendar_day, rules.calendar_day_changed)),
    (Matter, _hooks(rules.matter)),
    (MatterVersion, _hooks(rules.version, rules.version_changed)),
    (PaperText, _hooks(rules.paper_text, rules.paper_text_changed)),
    (Certificate, ()),
    (AuditEntry, ()),
]
