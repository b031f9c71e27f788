"""What programs can ask: the OpenAPI document of everything under /api, and a page to read it on.

The document is Litestar's own, cut down to /api, with what it can't know: which scope of an access
token an address needs, what bodies look like, examples. The page is drawn here from the same
document; nothing is fetched from elsewhere.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from litestar import Request, Response, get
from litestar.response import Template

from admin.configure.api_examples import EXAMPLES
from onewindow.people.bearers import SCOPES, scope_needed
from onewindow.settings import settings
from onewindow.web.i18n import N_, language
from onewindow.web.templates import page

METHODS = ("get", "post", "put", "delete")
GROUPS = (
    ("/migrations", "在办件"),
    ("/running", "在办件"),
    ("/reviews", "发布"),
    ("/draft/review", "发布"),
    ("/suspension", "发布"),
    ("/withdrawal", "发布"),
    ("/difference", "版本"),
    ("/adoptions", "沿用与导入"),
    ("/upstream", "沿用与导入"),
    ("/adopters", "沿用与导入"),
    ("/drawings", "沿用与导入"),
    ("/draft/publication", "发布"),
    ("/versions", "版本"),
    ("/draft/play", "试运行与测试"),
    ("/draft/tests", "试运行与测试"),
    ("/draft", "草稿"),
    ("/api/matters", "事项"),
    ("", "其他"),
)
ORDER = (
    N_("事项"), N_("草稿"), N_("试运行与测试"), N_("发布"), N_("版本"), N_("在办件"),
    N_("沿用与导入"), N_("其他"),
)  # fmt: skip
ERROR = {
    "code": "invalid",
    "status": 422,
    "message": "…",
    "fields": [{"field": "key", "message": "…"}],
}


@get("/api/openapi.json", include_in_schema=False, opt={"public": True})
async def document(request: Request) -> Response[bytes]:
    """The document, for tools that make clients of it."""
    return Response(orjson.dumps(described(request)), media_type="application/json")


@get("/api/docs", include_in_schema=False, opt={"public": True})
async def read(request: Request) -> Template:
    """The same as a page."""
    found = described(request)
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            groups.setdefault(operation["tags"][0], []).append(
                {
                    "method": method.upper(),
                    "path": path,
                    "id": operation["operationId"],
                    "summary": (language() == "zh" and operation.get("x-zh"))
                    or operation["summary"],
                    "scope": operation.get("x-scope"),
                    "parameters": operation.get("parameters", ()),
                    "body": _shown(operation.get("requestBody", {}).get("content", {})),
                    "answers": [
                        (status, _shown(answer.get("content", {})))
                        for status, answer in sorted(operation["responses"].items())
                        if answer.get("content")
                    ],
                }
            )
    return page(
        "configure/api.html",
        groups=[(name, groups[name]) for name in map(str, ORDER) if name in groups],
        scopes=SCOPES,
        url=found["servers"][0]["url"],
        error=_pretty(ERROR),
    )


def described(request: Request) -> dict[str, Any]:
    """The OpenAPI document of /api. It takes a quarter of a second to make, so it is made once."""
    made: dict[str, Any] | None = request.app.state.get("described")
    if made is None:
        made = request.app.state["described"] = _made(request.app.openapi_schema.to_schema())
    return made


def _made(whole: Mapping[str, Any]) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for path, operations in sorted(whole["paths"].items()):
        if path.startswith("/api/"):
            kept = {method: operations[method] for method in METHODS if method in operations}
            paths[path] = {m: _operation(path, m, each) for m, each in kept.items()}
    return {
        "openapi": "3.1.0",
        "info": {**whole["info"], "title": "OneWindow API"},
        "servers": [{"url": settings.public_url.rstrip("/")}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token from /account/tokens (owt_…).",
                }
            },
            "schemas": {"Error": {"type": "object", "examples": [ERROR]}},
        },
    }


def _operation(path: str, method: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """One operation, said completely."""
    example = EXAMPLES.get(f"{method.upper()} {path}", {})
    summary = (known.get("description") or known.get("summary") or "").strip()
    name = next(str(name) for part, name in GROUPS if part in path)
    scope = scope_needed(method.upper(), path)
    told: dict[str, Any] = {
        "operationId": f"{method}{path.replace('/', '_').replace('{', '').replace('}', '')}",
        "tags": [name],
        "summary": summary,
        "parameters": [
            {key: value for key, value in parameter.items() if key in ("name", "in", "required")}
            | {"schema": {"type": parameter.get("schema", {}).get("type", "string")}}
            for parameter in known.get("parameters", ())
        ]
        + [
            {"name": name, "in": kind, "required": False, "schema": {"type": "string"},
             "description": text}
            for kind, told_by in (("query", "query"), ("header", "headers"))
            for name, text in example.get(told_by, {}).items()
        ],
        "responses": {
            status: {
                "description": text,
                **({"content": _content(example["answer"])} if at == 0 and "answer" in example else
                   {"content": _content(ERROR)} if at else {}),
            }
            for at, (status, text) in enumerate(
                [(str(example.get("status", 200)), "OK"), ("4XX", "refused")]
            )
        },
        "x-scope": scope,
        "x-zh": example.get("zh", ""),
    }  # fmt: skip
    if "body" in example:
        told["requestBody"] = {"required": True, "content": _content(example["body"])}
    if scope is None:
        told["security"] = []
        told["description"] = "For signed-in browsers only; no access token opens it."
    return told


def _content(example: Any) -> dict[str, Any]:
    """A body by its media type: JSON values, or (media type, text)."""
    if isinstance(example, tuple):
        kind, text = example
        return {kind: {"schema": {"type": "string"}, "example": text}}
    kind = "array" if isinstance(example, list) else "object"
    return {"application/json": {"schema": {"type": kind}, "example": example}}


def _shown(content: Mapping[str, Any]) -> tuple[str, str] | None:
    for kind, body in content.items():
        example = body.get("example", "")
        return kind, example if isinstance(example, str) else _pretty(example)
    return None


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


routes = [document, read]
