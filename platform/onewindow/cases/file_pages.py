"""Files of a case over HTTP: in and out only through the case's rights."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post
from litestar.response import Stream, Template
from multipart import PushMultipartParser, parse_options_header

from onewindow import clock, rooms
from onewindow.cases import files
from onewindow.cases.queries import case_for
from onewindow.errors import Invalid
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.web.requests import wants_json
from onewindow.web.templates import page

IMMUTABLE = "private, max-age=86400, immutable"


@get("/cases/{number:str}/files/{file:uuid}")
async def download(person: Person, number: str, file: UUID, request: Request) -> Stream:
    """A file's bytes, with ranges; always as a download, never run by the browser."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    return await stream_object(
        request, row["object_key"], row["size"], row["media_type"], row["name"]
    )


@get("/cases/{number:str}/files/{file:uuid}/preview")
async def show_preview(
    person: Person, number: str, file: UUID, at: int = 0, small: bool = False
) -> Response[bytes]:
    """A picture of page `at` (from 0), or a small one."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    data, media_type = await files.preview(row, max(at, 0), small=small)
    return Response(data, media_type=media_type, headers={"cache-control": IMMUTABLE})


@get("/cases/{number:str}/files/{file:uuid}/view")
async def view(person: Person, number: str, file: UUID) -> Template:
    """A file to look at in the page: its pages one below the other."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    return page(
        "cases/file.html", case=case, file=row, pages=min(row["pages"] or 1, 50)
    )


def content_disposition(name: str) -> str:
    """Offers a download under a name in any script (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name)}"


async def stream_object(
    request: Request, key: str, size: int, media_type: str, name: str, *, inline: bool = False
) -> Stream:
    """An object as a response; one range of bytes is honoured. Gives the connection back first."""
    from onewindow import db

    await db.let_go()
    start, end, status = _range(request.headers.get("range", ""), size)
    reading = await rooms.store().get(key, start, end)

    async def chunks() -> Any:
        async with reading:
            async for chunk in reading:
                yield chunk

    headers = {
        "content-length": str(end - start),
        "accept-ranges": "bytes",
        "content-disposition": "inline" if inline else content_disposition(name),
        "cache-control": "private, no-cache",
        "content-security-policy": "sandbox; default-src 'none'",
    }
    if status == 206:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(chunks(), status_code=status, media_type=media_type, headers=headers)


def _range(header: str, size: int) -> tuple[int, int, int]:
    """Start, end (exclusive) and status for a Range header; anything odd means the whole."""
    unit, _, spec = header.partition("=")
    first, dash, last = spec.partition("-")
    if unit != "bytes" or not dash or "," in spec:
        return 0, size, 200
    try:
        if first:
            start, end = int(first), min(int(last) + 1 if last else size, size)
        else:
            start, end = max(size - int(last), 0), size
    except ValueError:
        return 0, size, 200
    return (start, end, 206) if 0 <= start < end else (0, size, 200)


routes = [
    Router("/", route_handlers=[download, show_preview, view], dependencies=DEPENDENCIES)
]
