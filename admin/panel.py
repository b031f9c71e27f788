"""The panel: which tables, in which groups, for whom.

It is an ASGI app of its own beside the pages. The gate in front of both has already set who asks
and their tenant scope; the panel adds that only configurators and operators come in.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from json import JSONDecodeError
from typing import Any

import orjson
import piccolo_admin.endpoints as piccolo
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from piccolo.columns import Column
from piccolo_admin.endpoints import AdminRouter, TableConfig
from piccolo_admin.translations.data import ENGLISH, SIMPLIFIED_CHINESE
from piccolo_api.crud.hooks import Hook, HookType
from piccolo_api.crud.validators import Validators
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from admin import rules
from admin.crud import ScopedCRUD
from admin.labels import COLUMNS, TABLES
from onewindow.audit.tables import AuditEntry
from onewindow.db.scoped import narrowed
from onewindow.delivery.tables import Certificate
from onewindow.matters.tables import Matter, MatterVersion
from onewindow.papers.tables import PaperText
from onewindow.people.gate import Actor
from onewindow.people.tables import Person, Post, PostHolder, Session
from onewindow.tenants.tables import Department, Tenant
from onewindow.web.assets import asset
from onewindow.web.i18n import TAGS, language
from onewindow.web.i18n import gettext as _
from onewindow.workdays.tables import CalendarDay

KEEPERS = ("configurator", "operator")
READ_ONLY = (Certificate, AuditEntry)
LINKS = {
    "回到待办": "/inbox",
    "事项配置": "/configure/matters",
    "人员账号": "/people",
    "运行作业": "/operations/jobs",
}


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
        site_name="一窗 · 后台管理",
        default_language_code="zh-CN",
        translations=[SIMPLIFIED_CHINESE, ENGLISH],
        sidebar_links=LINKS,
        allowed_hosts=list(hosts),
        auto_include_related=False,
        production=https,
        page_size=20,
    )

    for part in _apps(panel):
        part.add_exception_handler(RequestValidationError, _unreadable)
        part.add_exception_handler(JSONDecodeError, _unreadable)

    async def narrow(scope: Any, receive: Any, send: Any) -> None:
        with narrowed():
            await panel(scope, receive, send)

    return narrow


class Panel(AdminRouter):
    """Piccolo's router with our page around it and names people can read."""

    async def get_root(self, request: Request) -> HTMLResponse:
        return HTMLResponse(_dressed(self.template))


def _dressed(template: str) -> str:
    """Piccolo's page with our colours and with tables called as people call them."""
    names = {
        # As Piccolo makes a title of a table's name.
        table.replace("_", " "): _(title)
        for table, (_group, title) in TABLES.items()
    }
    ours = (
        f'<link rel="stylesheet" href="{asset("panel.css")}">'
        f'<script type="application/json" id="panel-names">{_json(names)}</script>'
        f'<script type="module" src="{asset("panel.js")}"></script></head>'
    )
    return template.replace('<html lang="en">', f'<html lang="{TAGS[language()]}">').replace(
        "</head>", ours
    )


def _json(value: object) -> str:
    return orjson.dumps(value).decode().replace("<", "\\u003c")


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
    refuse = [_read_only]
    return TableConfig(
        table_class=table,
        visible_columns=[
            table._meta.primary_key,
            *(column for column in shown if column._meta.name not in large),
        ],
        visible_filters=[column for column in shown if column._meta.name not in large],
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
