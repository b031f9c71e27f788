"""Where a refusal becomes an answer: a designed page, a toast for htmx, or JSON for API clients.

Unexpected errors get an incident number that is shown to the person and written to the log with
the traceback, so that a phone call to the window finds the right line.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import structlog
from litestar import MediaType, Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Response
from markupsafe import escape

from onewindow import clock
from onewindow.errors import (
    FieldProblem,
    Forbidden,
    Invalid,
    NotThere,
    Refusal,
    SignInNeeded,
    Stale,
    TooMany,
)
from onewindow.web.i18n import gettext
from onewindow.web.templates import page

log = structlog.get_logger("onewindow.web")

Handler = Callable[[Request, Any], Response]
Readings = Mapping[type[Exception], Callable[[Exception], Refusal]]


class PageExpired(Refusal):
    """The form's token is missing or old: another tab signed out, or cookies were cleared."""

    status = 403
    text = "页面已失效，请返回上一页刷新后重新提交。"


class WrongMethod(Refusal):
    status = 405
    text = "这个地址不能这样访问。"


class TooLarge(Refusal):
    status = 413
    text = "提交的内容太大，请减小后再试。"


class BadRequest(Refusal):
    status = 400
    text = "提交的内容无法识别，请检查后重新提交。"


class Fault(Refusal):
    """Our own mistake, as it is told to people."""

    status = 500
    text = "系统出了问题，我们已经记录下来。请稍后再试。"


class NotReady(Refusal):
    """Something behind us doesn't answer (database, object storage)."""

    status = 503
    text = "服务暂时不可用，请稍后再试。您已提交的内容不会丢失。"


_BY_STATUS: dict[int, type[Refusal]] = {
    400: BadRequest,
    401: SignInNeeded,
    403: Forbidden,
    404: NotThere,
    405: WrongMethod,
    409: Stale,
    413: TooLarge,
    422: Invalid,
    429: TooMany,
    503: NotReady,
}


def handlers(*, sign_in: str, readings: Readings) -> dict[type[Exception], Handler]:
    """Litestar's `exception_handlers`. `readings` tells how to read a leaf room's error:
    `{storage.NotThere: lambda error: NotThere()}`."""

    def refused(request: Request, refusal: Refusal) -> Response:
        return answer(request, refusal, sign_in=sign_in)

    def http(request: Request, error: HTTPException) -> Response:
        return answer(request, _from_http(error), sign_in=sign_in)

    def unexpected(request: Request, error: Exception) -> Response:
        incident = _incident()
        log.error(
            "unexpected",
            incident=incident,
            method=request.method,
            path=request.scope["path"],
            exc_info=error,
        )
        return answer(request, Fault(), sign_in=sign_in, incident=incident)

    table: dict[type[Exception], Handler] = {
        Refusal: refused,
        HTTPException: http,
        Exception: unexpected,
    }
    for kind, read in readings.items():
        table[kind] = lambda request, error, read=read: refused(request, read(error))
    return table


def answer(
    request: Request, refusal: Refusal, *, sign_in: str = "/sign-in", incident: str = ""
) -> Response:
    """The refusal in the shape the client asked for."""
    message = sentence(refusal)
    headers = {}
    if isinstance(refusal, TooMany) and refusal.retry_after:
        headers["retry-after"] = str(refusal.retry_after)
    way_in = f"{sign_in}?next={quote(_here(request), safe='')}"
    context = {
        "refusal": refusal,
        "message": message,
        "advice": gettext(refusal.advice) if refusal.advice else "",
        "incident": incident,
        "sign_in": way_in if isinstance(refusal, SignInNeeded) else "",
    }
    if _wants_json(request):
        return _json(refusal, message, incident, headers)
    if "hx-request" in request.headers:
        # The fragment that was asked for stays as it is, with whatever was typed into it.
        headers |= {"hx-retarget": "#toasts", "hx-reswap": "beforeend"}
        return _drawn("errors/toast.html", refusal.status, headers, context)
    if isinstance(refusal, SignInNeeded) and request.method in ("GET", "HEAD"):
        return Redirect(way_in, status_code=303, headers=headers)
    return _drawn("errors/refusal.html", refusal.status, headers, context)


def sentence(refusal: Refusal) -> str:
    """What the refusal says in the reader's language; words of ours inside it ("要求补正") too."""
    params = {
        name: gettext(value) if isinstance(value, str) else value
        for name, value in refusal.params.items()
    }
    return gettext(refusal.text, **params)


def field_messages(problems: tuple[FieldProblem, ...] | list[FieldProblem]) -> dict[str, str]:
    """Field id → the first sentence about it, in the reader's language."""
    said: dict[str, str] = {}
    for problem in problems:
        said.setdefault(problem.field, gettext(problem.text, **problem.params))
    return said


def _drawn(
    template: str, status: int, headers: dict[str, str], context: dict[str, Any]
) -> Response:
    return _LastResort(page(template, status=status, headers=headers, **context), context)


class _LastResort(Response):
    """The page about an error, or bare words when even that page can't be drawn."""

    def __init__(self, drawn: Response, context: dict[str, Any]) -> None:
        super().__init__(b"", status_code=drawn.status_code, media_type=MediaType.HTML)
        self.drawn = drawn
        self.context = context

    def to_asgi_response(self, app: Any, request: Request, **kwargs: Any) -> Any:
        try:
            return self.drawn.to_asgi_response(app, request, **kwargs)
        except Exception as error:
            log.error("error-page-failed", path=request.scope["path"], exc_info=error)
            self.content = (
                "<!doctype html><meta charset=utf-8><title>OneWindow 一窗</title>"
                f"<h1>{escape(self.context['message'])}</h1><p>{escape(self.context['incident'])}"
            ).encode()
            return super().to_asgi_response(app, request, **kwargs)


def _json(refusal: Refusal, message: str, incident: str, headers: dict[str, str]) -> Response:
    body: dict[str, Any] = {"code": refusal.code, "status": refusal.status, "message": message}
    if isinstance(refusal, Invalid):
        body["fields"] = [
            {"field": problem.field, "message": gettext(problem.text, **problem.params)}
            for problem in refusal.fields
        ]
    if incident:
        body["incident"] = incident
    return Response(body, status_code=refusal.status, headers=headers, media_type=MediaType.JSON)


def _from_http(error: HTTPException) -> Refusal:
    """Litestar's own refusals in our words; its details are for developers, not for people."""
    if error.status_code == 403 and "CSRF" in str(error.detail):
        return PageExpired()
    if isinstance(error, ValidationException):
        extra = error.extra if isinstance(error.extra, list) else []
        return Invalid(
            [
                FieldProblem(str(entry.get("key", "")), "填写的内容不符合要求。")
                for entry in extra
                if isinstance(entry, dict)
            ]
        )
    kind = _BY_STATUS.get(error.status_code)
    if kind is None:
        kind = Fault if error.status_code >= 500 else BadRequest
    refusal = kind()
    refusal.status = error.status_code
    return refusal


def _wants_json(request: Request) -> bool:
    if request.scope["path"].startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def _here(request: Request) -> str:
    """Path and query to come back to after signing in (never another host)."""
    query = request.scope.get("query_string", b"").decode("latin-1")
    return request.scope["path"] + (f"?{query}" if query else "")


def _incident() -> str:
    """Short enough to be read over the phone; no letters that sound or look alike."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    day = clock.today().strftime("%m%d")
    return f"{day}-" + "".join(secrets.choice(alphabet) for _i in range(6))
