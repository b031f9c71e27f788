"""Piccolo's CRUD bound to the scope in force, with Chinese titles and our own refusals in words.

Piccolo answers what the database refuses with the database's English; and its panel can only show
an error that comes in one of two shapes. So the writing methods are called without Piccolo's own
handler, and everything refused becomes an answer the panel shows as it is (`_said`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import orjson
import pydantic
from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from piccolo_api.crud.endpoints import PiccoloCRUD
from piccolo_api.crud.validators import apply_validators

from admin.choices import choices_of, seen_places
from admin.labels import COLUMNS, FIXED, HINTS, NEEDED
from onewindow import db
from onewindow.db.scope import CrossTenant
from onewindow.db.scoped import raw_allowed
from onewindow.errors import Invalid, NotThere, Refusal
from onewindow.people import staffing
from onewindow.people.tables import Person, Post
from onewindow.tenants import queries as tenants
from onewindow.tenants.actions import create_tenant
from onewindow.tenants.tables import Department, Tenant
from onewindow.web.errors import sentence
from onewindow.web.i18n import N_, language
from onewindow.web.i18n import gettext as _
from onewindow.workdays import queries as workdays


def _bare(name: str) -> Callable[..., Any]:
    """Piccolo's method without its validators (they run in ours) and without its error handler."""
    method: Any = getattr(PiccoloCRUD, name).__wrapped__.__wrapped__
    return method  # type: ignore[no-any-return]


PLACE = "tenant"
"""The column that says whose a row is: shown, never written."""


class NotHere(Refusal):
    status = 422
    text = "这里不能填写“{column}”。"


class FixedHere(Refusal):
    status = 422
    text = "“{column}”不能在这里修改。"


class NoSuchRow(NotThere):
    text = "没有找到这一行，或者它不属于本机构。"


class Unfit(Refusal):
    status = 422
    text = "有内容缺失或格式不对，请检查后再保存。"


class ScopedCRUD(PiccoloCRUD):
    """What a person of the panel reads and writes is what their scope allows, and no more."""

    @property
    def names(self) -> dict[str, str]:
        return dict(COLUMNS[self.table._meta.tablename])

    @property
    def pydantic_model_filters(self) -> type[pydantic.BaseModel]:
        # A column that is called otherwise in the database would only answer to that other name.
        model = super().pydantic_model_filters
        model.model_config["populate_by_name"] = True
        model.model_rebuild(force=True)
        return model

    async def get_schema(self, request: Request) -> JSONResponse:
        response = await super().get_schema(request)
        schema = orjson.loads(response.body)
        known, hints = self.names, HINTS.get(self.table._meta.tablename, {})
        choices = await choices_of(self.table._meta.tablename)
        # Piccolo lists a column by its name in the database, and asks for it by ours.
        ours = {
            column._meta.db_column_name: column._meta.name for column in self.table._meta.columns
        }
        described = {ours.get(name, name): about for name, about in schema["properties"].items()}
        schema["properties"] = {
            name: {
                **about,
                "title": _(known[name]),
                "extra": {
                    **about["extra"],
                    "help_text": _(hints[name]) if name in hints else None,
                    "choices": _offered(choices[name]) if name in choices else None,
                },
            }
            for name, about in described.items()
            if name in known
        }
        schema["extra"]["help_text"] = None
        await self._show_places(schema)
        return JSONResponse(schema)

    async def _show_places(self, schema: dict[str, Any]) -> None:
        """Whose a row is, where more than one place is in sight; a place itself says it anyway."""
        seen = await seen_places()
        if len(seen) > 1 and self.table is not Tenant:
            schema["properties"][PLACE] = {
                "type": "integer",
                "title": _("所属机构"),
                "extra": {"choices": _offered(seen), "help_text": None, "nullable": False},
            }
            return
        for columns in ("visible_column_names", "visible_filter_names"):
            listed = schema["extra"].get(columns, [])
            schema["extra"][columns] = [name for name in listed if name != PLACE]

    async def get_ids(self, request: Request) -> Response:
        # Piccolo searches by raw SQL made of the guarded query; row-level security holds too.
        with raw_allowed():
            response = await self._answered(super().get_ids, request)
        if self.table not in (Department, Post) or response.status_code != 200:
            return response
        return JSONResponse(await self._with_places(orjson.loads(response.body)))

    async def _with_places(self, named: dict[str, str]) -> dict[str, str]:
        """Choices of several places say whose each is: most places have a "综合窗口岗"."""
        rows = await self.table.select(self.table.id, self.table.tenant)
        whose = {str(row["id"]): row["tenant"] for row in rows}
        if len(set(whose.values())) < 2:
            return named
        tree = await tenants.places()
        return {
            id: _("{title}（{kind}）", title=name, kind=tree[whose[id]].named(language()))
            for id, name in named.items()
        }

    async def root(self, request: Request) -> Response:
        return await self._answered(super().root, request)

    async def get_count(self, request: Request) -> Response:
        return await self._answered(super().get_count, request)

    async def detail(self, request: Request) -> Response:
        """One row, read, changed or taken out."""
        return await self._answered(self._of_row, request)

    async def _of_row(self, request: Request) -> Response:
        key = str(request.path_params.get("row_id", ""))
        if not key.isdecimal():
            raise NoSuchRow
        await self._row(row := int(key))
        match request.method:
            case "GET":
                return await self.get_single(request, row)
            case "DELETE":
                return await self.delete_single(request, row)
            case method:
                write = self.put_single if method == "PUT" else self.patch_single
                return await write(request, row, await request.json())

    @apply_validators
    async def post_single(self, request: Request, data: dict[str, Any]) -> Response:
        """Make a row. What isn't said takes the column's own default, never an empty value."""
        return await self._written(self._make, request, data)

    @apply_validators
    async def patch_single(self, request: Request, row_id: Any, data: dict[str, Any]) -> Response:
        """Change named columns of a row."""
        return await self._written(self._change, request, row_id, data)

    async def put_single(self, request: Request, row_id: Any, data: dict[str, Any]) -> Response:
        # Piccolo runs no hooks on PUT; as a PATCH it does.
        return await self.patch_single(request, row_id, data)

    @apply_validators
    async def delete_single(self, request: Request, row_id: Any) -> Response:
        """Take a row out. One that isn't there, or isn't one's own, is said to be missing."""
        return await self._written(self._remove, request, row_id)

    async def delete_all(self, request: Request, params: dict[str, Any] | None = None) -> Response:
        return JSONResponse({"detail": _("不能一次删除全部。")}, status_code=405)

    async def _make(self, request: Request, data: dict[str, Any]) -> Response:
        self._require_named(data)
        self._require_filled(data)
        if self.table is Person:
            return JSONResponse({"id": await _hired(data)}, status_code=201)
        if self.table is Tenant:
            return JSONResponse([{"id": await _founded(data)}], status_code=201)
        columns = {column._meta.name: column for column in self.table._meta.columns}
        unsaid = {name: column for name, column in columns.items() if name not in data}
        values = {
            name: default
            for name, column in unsaid.items()
            if (default := _default(column)) is not None
        } | data
        self._require_fitting(self.pydantic_model, values)
        return self._checked(await _bare("post_single")(self, request, values))

    async def _change(self, request: Request, row_id: Any, data: dict[str, Any]) -> Response:
        if self.table is Person and not data.get("password"):
            data.pop("password", None)
        self._require_named(data)
        before = await self._row(row_id)
        self._require_filled({**before, **data})
        said = self._require_fitting(self.pydantic_model_optional, data)
        for name in FIXED.get(self.table._meta.tablename, ()):
            if name in data and getattr(said, name) != before[name]:
                raise FixedHere(column=_(self.names[name]))
        return self._checked(await _bare("patch_single")(self, request, row_id, data))

    async def _remove(self, request: Request, row_id: Any) -> Response:
        await self._row(row_id)
        answer = self._checked(await _bare("delete_single")(self, request, row_id))
        if await self.table.exists().where(self.table._meta.primary_key == row_id):
            raise CrossTenant  # seen from above, but not one's own
        return answer

    async def _answered(self, read: Callable[..., Any], *args: Any) -> Response:
        try:
            answer: Response = await read(*args)
        except _REFUSED as refused:
            return _said(refused, self.names)
        return answer

    async def _written(self, write: Callable[..., Any], *args: Any) -> Response:
        answer = await self._answered(write, *args)
        # After the write, so that nobody keeps what was just replaced.
        tenants.forget()
        workdays.forget()
        return answer

    async def _row(self, row_id: Any) -> Mapping[str, Any]:
        try:
            row = await self.table.select().where(self.table._meta.primary_key == row_id).first()
        except asyncpg.DataError:  # no key is as long as that
            row = None
        if row is None:
            raise NoSuchRow
        found: Mapping[str, Any] = row
        return found

    def _require_named(self, data: Mapping[str, Any]) -> None:
        """Only what the panel shows can be written: not rights, homes or keys by another name."""
        for name in data:
            if name not in self.names:
                raise NotHere(column=name[:40])

    def _require_filled(self, data: Mapping[str, Any]) -> None:
        lacking = [
            name
            for name in NEEDED.get(self.table._meta.tablename, ())
            if data.get(name) is None or not str(data[name]).strip()
        ]
        if lacking:
            raise Invalid({name: N_("请填写。") for name in lacking})

    def _require_fitting(self, model: Any, values: dict[str, Any]) -> Any:
        try:
            return model(**self._clean_data(values))
        except pydantic.ValidationError as wrong:
            places = [str(error["loc"][0]) for error in wrong.errors() if error["loc"]]
            raise Invalid({place: N_("内容不符合要求。") for place in places}) from None

    def _checked(self, answer: Response) -> Response:
        if answer.status_code >= 400:
            raise Unfit
        return answer


async def _hired(data: Mapping[str, Any]) -> int:
    """A member of staff from the panel's form, with a password to be changed at first use."""
    words = {name: str(data.get(name) or "") for name in COLUMNS["person"]}
    async with db.transaction():
        person = await staffing.hire(
            db.current().tenant,
            words["username"],
            words["name"],
            words["password"],
            phone=words["phone"],
            panel=data.get("admin") is True,
        )
        active = data.get("active") is not False
        await Person.update({Person.email: words["email"] or None, Person.active: active}).where(
            Person.id == person
        )
    return person


async def _founded(data: Mapping[str, Any]) -> int:
    """A tenant right below the one whose keeper makes it."""
    words = {name: str(data.get(name) or "") for name in COLUMNS["tenant"]}
    return await create_tenant(
        words["key"],
        words["name"],
        name_en=words["name_en"],
        level=words["level"],
        parent=db.current().tenant,
        region_code=words["region_code"],
        credit_code=words["credit_code"],
    )


def _offered(choices: Mapping[Any, str]) -> dict[str, dict[str, Any]]:
    """Choices as Piccolo's forms and tables read them."""
    return {str(value): {"display_name": word, "value": value} for value, word in choices.items()}


def _default(column: Any) -> Any:
    value = column.get_default_value()
    return value.python() if hasattr(value, "python") else value


_REFUSED = (
    Refusal,
    CrossTenant,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    ValueError,
    TypeError,
    OverflowError,
)


def _said(wrong: Exception, names: Mapping[str, str]) -> Response:
    """The sentence for whoever sits at the panel, in a shape the panel shows: `custom_form_error`
    for 422, plain words for every other status."""
    status, sentence = _sentence(wrong, names)
    if status == 422:
        return JSONResponse({"custom_form_error": sentence}, status_code=422)
    return PlainTextResponse(sentence, status_code=status)


def _sentence(wrong: Exception, names: Mapping[str, str]) -> tuple[int, str]:
    match wrong:
        case Invalid():
            parts = "；".join(
                f"{_(names.get(each.field, each.field))}：{_(each.text, **each.params)}"
                for each in wrong.fields
            )
            return 422, f"{_(wrong.text, **wrong.params)} {parts}".strip()
        case Refusal():
            return wrong.status, sentence(wrong)
        case CrossTenant() | asyncpg.InsufficientPrivilegeError():
            return 403, _("只能修改本机构的数据。")
        case asyncpg.UniqueViolationError():
            return 422, _("已有相同的代码或记录。")
        case asyncpg.ForeignKeyViolationError() | asyncpg.RestrictViolationError():
            return 422, _("引用的数据不存在，或仍有其他数据引用它。")
    return Unfit.status, _(Unfit.text)
