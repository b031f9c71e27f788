"""Reading what a page or a program sent: a form or JSON, with the same names."""

from collections.abc import Mapping
from typing import Any

import orjson
from litestar import Request

from onewindow.errors import Invalid


async def said(request: Request) -> Mapping[str, Any]:
    """The body of a request as names and values, whether form or JSON. Raises Invalid for JSON
    that isn't an object; a form's repeated name becomes a list."""
    if request.content_type[0] == "application/json":
        raw = await request.body()
        try:
            body = orjson.loads(raw or b"{}")
        except orjson.JSONDecodeError:
            raise Invalid({}, "提交的内容不是有效的 JSON。") from None
        if not isinstance(body, dict):
            raise Invalid({}, "提交的内容应为一个 JSON 对象。")
        return body
    form = await request.form()
    return {
        name: values if len(values) > 1 else values[0]
        for name in form
        if (values := form.getall(name))
    }


def field(body: Mapping[str, Any], name: str) -> str:
    """A text field; missing or of another kind counts as empty."""
    value = body.get(name, "")
    return value.strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def json_field(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A field holding an object: JSON text in a form, the object itself in JSON."""
    value = body.get(name) or {}
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise Invalid({name: "提交的内容无法识别，请刷新页面重试。"}) from None
    if not isinstance(value, dict):
        raise Invalid({name: "提交的内容无法识别，请刷新页面重试。"})
    return value


def wants_json(request: Request) -> bool:
    """Whether a program asks: it accepts JSON and no page or fragment of one."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept
