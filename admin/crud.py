"""Piccolo's CRUD bound to the scope in force, with Chinese titles and our own refusals in words."""

from typing import Any

import asyncpg
import orjson
from fastapi import Request
from fastapi.responses import JSONResponse, Response
from piccolo_api.crud.endpoints import PiccoloCRUD
from starlette.exceptions import HTTPException

from admin.labels import COLUMNS
from onewindow.db.scope import CrossTenant
from onewindow.db.scoped import raw_allowed
from onewindow.errors import Invalid, Refusal
from onewindow.web.i18n import gettext as _


class ScopedCRUD(PiccoloCRUD):
    """What a person of the panel reads and writes is what their scope allows, and no more."""

    @property
    def names(self) -> dict[str, str]:
        return dict(COLUMNS[self.table._meta.tablename])

    async def get_schema(self, request: Request) -> JSONResponse:
        response = await super().get_schema(request)
        schema = orjson.loads(response.body)
        known = self.names
        schema["properties"] = {
            name: {**about, "title": _(known[name])}
            for name, about in schema["properties"].items()
            if name in known
        }
        return JSONResponse(schema)

    async def get_ids(self, request: Request) -> Response:
        # Piccolo searches by raw SQL made of the guarded query; row-level security holds too.
        with raw_allowed():
            return await super().get_ids(request)

    async def put_single(self, request: Request, row_id: Any, data: dict[str, Any]) -> Response:
        # Piccolo runs no hooks on PUT; as a PATCH it does.
        return await self.patch_single(request, row_id, data)

    async def post_single(self, request: Request, data: dict[str, Any]) -> Response:
        try:
            return await super().post_single(request, data)
        except _REFUSED as refused:
            raise _said(refused) from None

    async def patch_single(self, request: Request, row_id: Any, data: dict[str, Any]) -> Response:
        try:
            return await super().patch_single(request, row_id, data)
        except AssertionError:
            raise HTTPException(404, _("没有找到这一行，或者它不属于本机构。")) from None
        except _REFUSED as refused:
            raise _said(refused) from None

    async def delete_single(self, request: Request, row_id: Any) -> Response:
        try:
            return await super().delete_single(request, row_id)
        except _REFUSED as refused:
            raise _said(refused) from None

    async def delete_all(self, request: Request, params: dict[str, Any] | None = None) -> Response:
        raise HTTPException(405, _("不能一次删除全部。"))


_REFUSED = (Refusal, CrossTenant, asyncpg.PostgresError, ValueError)


def _said(wrong: Exception) -> HTTPException:
    """The sentence for whoever sits at the panel."""
    match wrong:
        case Invalid():
            parts = "；".join(f"{each.field}：{each.message}" for each in wrong.fields)
            return HTTPException(422, f"{wrong.message} {parts}".strip())
        case Refusal():
            return HTTPException(wrong.status, wrong.message)
        case CrossTenant() | asyncpg.InsufficientPrivilegeError():
            return HTTPException(403, _("只能修改本机构的数据。"))
        case asyncpg.UniqueViolationError():
            return HTTPException(409, _("已有相同的代码或记录。"))
        case asyncpg.ForeignKeyViolationError():
            return HTTPException(409, _("引用的数据不存在，或仍有其他数据引用它。"))
        case asyncpg.DataError() | asyncpg.NotNullViolationError():
            return HTTPException(422, _("有内容缺失或格式不对，请检查后再保存。"))
    return HTTPException(422, str(wrong))
