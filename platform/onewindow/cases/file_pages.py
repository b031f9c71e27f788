"""Files of a case over HTTP: in and out only through the case's rights."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from onewindow import clock, db, rooms
from onewindow.cases import files
from onewindow.cases.queries import CaseView, case_for, materials_of
from onewindow.errors import Invalid, NotThere
from onewindow.matters.versions import version_of
from onewindow.people.access import DEPENDENCIES, Person
from onewindow.people.gate import Actor
from onewindow.web.i18n import gettext as _
from onewindow.web.i18n import language
from onewindow.web.requests import wants_json
from onewindow.web.templates import page

IMMUTABLE = "private, max-age=86400, immutable"

MOST_PAGES = 50

# Files that people sent us do nothing at all in a browser. PDFs that we made are shown: browsers
# refuse to open one inside a sandbox.
FOREIGN = "sandbox; default-src 'none'"
OURS = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"


@get("/cases/{number:str}/files/{file:uuid}")
async def download(
    person: Person, number: FromPath[str], file: FromPath[UUID], request: Request
) -> Stream:
    """A file's bytes, with ranges; always as a download, never run by the browser."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    return await stream_object(
        request, row["object_key"], row["size"], row["media_type"], row["name"]
    )


@get("/cases/{number:str}/files/{file:uuid}/preview")
async def show_preview(
    person: Person,
    number: FromPath[str],
    file: FromPath[UUID],
    at: FromQuery[int] = 0,
    small: FromQuery[bool] = False,
) -> Response[bytes]:
    """A picture of page `at` (from 0), or a small one."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    data, media_type = await files.preview(row, max(at, 0), small=small)
    return Response(data, media_type=media_type, headers={"cache-control": IMMUTABLE})


@get("/cases/{number:str}/files/{file:uuid}/view")
async def view(person: Person, number: FromPath[str], file: FromPath[UUID]) -> Template:
    """A file to look at in the page: its pages one below the other."""
    case = await case_for(person, number)
    row = await files.file_of(case, file)
    if not _is_seen(row):
        raise NotThere
    material = (await version_of(case.version)).definition.material(row["material"])
    same = [each for each in await materials_of(case.id) if each["material"] == row["material"]]
    return page(
        "cases/file.html",
        case=case,
        file=row,
        material=material.name.in_(language()) if material else "",
        others=[
            (each["name"], f"/cases/{number}/files/{each['uid']}/view", each["uid"] == file, None)
            for each in same
            if _is_seen(each)
        ],
        back=_back(person, case, row),
        pages=min(row["pages"] or 1, MOST_PAGES),
    )


@post("/cases/{number:str}/materials/{material:str}", request_max_body_size=None)
async def upload(
    request: Request, person: Person, number: FromPath[str], material: FromPath[str]
) -> Response[Any] | Template:
    """Take one file in as multipart field `file`.

    Answers with its row for the list; a program that asks for JSON and no fragment (`x-fragment`)
    is told its name and size.
    """
    case = await case_for(person, number)
    filename, chunks = await uploaded(request)
    row = await files.add_file(
        person, case, material=material, filename=filename, chunks=chunks, now=clock.now()
    )
    if wants_json(request) and "x-fragment" not in request.headers:
        return Response({"file": str(row["uid"]), "name": row["name"], "size": row["size"]})
    return page("cases/file_row.html", file=file_shown(case.row, row, may_remove=True))


@delete("/cases/{number:str}/files/{file:uuid}", status_code=200)
async def remove(person: Person, number: FromPath[str], file: FromPath[UUID]) -> Response[str]:
    """Take a file out again; the row in the list is replaced by nothing."""
    case = await case_for(person, number)
    await files.remove_file(person, case, file, now=clock.now())
    return Response("", media_type="text/html")


def file_shown(case: Any, row: Any, *, may_remove: bool = False) -> dict[str, Any]:
    """A file as the files macro shows it. `case` and `row` are rows of their tables."""
    number = case["receipt_number"] or case["uid"]
    address = f"/cases/{number}/files/{row['uid']}"
    seen = _is_seen(row)
    return {
        "name": row["name"],
        "size": row["size"],
        "url": address,
        "preview": f"{address}/preview?small=1" if seen else "",
        "view": f"{address}/view" if seen else "",
        "kind": "pdf" if row["media_type"] == "application/pdf" else "",
        "remove": address if may_remove else "",
    }


def _is_seen(row: Any) -> bool:
    """Whether there is a picture of it: PDF and images, but no office documents."""
    return row["media_type"] == "application/pdf" or row["media_type"].startswith("image/")


def _back(person: Actor, case: CaseView, row: Any) -> tuple[str, str]:
    """Where a file was opened from: the materials while they are written, else the case."""
    number = case.receipt_number or case.uid
    if case.state in files.OPEN_FOR_FILES and not (person.is_staff and case.receipt_number):
        return _("上传材料"), f"/applications/{number}/materials#material-{row['material']}"
    name = case.matter_name_en if language() == "en" and case.matter_name_en else case.matter_name
    return name, f"/{'cases' if person.is_staff else 'applications'}/{number}"


async def uploaded(request: Request) -> tuple[str, AsyncIterator[bytes]]:
    """The name and the bytes of multipart field `file`, read as they arrive.

    Nothing is kept in memory but the piece under way. Raises Invalid for anything else.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise Invalid({"file": "请选择要上传的文件。"})
    parts = _parts(request, options["boundary"])
    async for part in parts:
        if isinstance(part, MultipartSegment) and part.name == "file" and part.filename:
            return part.filename, _bytes(parts)
    raise Invalid({"file": "请选择要上传的文件。"})


async def _parts(request: Request, boundary: str) -> AsyncIterator[Any]:
    """Segments and their bytes, in order; None ends a segment."""
    try:
        with PushMultipartParser(boundary, max_segment_count=10) as parser:
            async for chunk in request.stream():
                for part in parser.parse(chunk):
                    yield part
                if parser.closed:
                    return
    except MultipartError:
        raise Invalid({"file": "上传中断，请重新选择文件。"}) from None


async def _bytes(parts: AsyncIterator[Any]) -> AsyncIterator[bytes]:
    async for part in parts:
        if part is None:
            return
        yield bytes(part)


def content_disposition(name: str, *, inline: bool = False) -> str:
    """A file under a name in any script (RFC 6266): to be kept, or shown and kept by that name."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


async def stream_object(
    request: Request, key: str, size: int, media_type: str, name: str, *, inline: bool = False
) -> Stream:
    """An object as a response; one range of bytes is honoured. Gives the connection back first.

    `inline` is for what the platform made itself: the browser shows it.
    """
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
        "content-disposition": content_disposition(name, inline=inline),
        "cache-control": "private, no-cache",
        "content-security-policy": OURS if inline else FOREIGN,
    }
    if status == 206:
        headers["content-range"] = f"bytes {start}-{end - 1}/{size}"
    return Stream(chunks(), status_code=status, media_type=media_type, headers=headers)


def _range(header: str, size: int) -> tuple[int, int, int]:
    """Start, end (exclusive) and status for a Range header; anything odd means the whole."""
    unit, _equals, spec = header.partition("=")
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
    Router(
        "/",
        route_handlers=[download, show_preview, view, upload, remove],
        dependencies=DEPENDENCIES,
    )
]
