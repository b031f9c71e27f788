"""Built browser files: immutable, because a file's name changes when its content does."""

import mimetypes
from functools import lru_cache
from pathlib import Path

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Response

from onewindow.errors import NotThere
from onewindow.web.assets import PREFIX, folder

FOR_EVER = "public, max-age=31536000, immutable"

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@get(
    PREFIX + "{name:path}",
    include_in_schema=False,
    opt={"public": True, "exclude_from_csrf": True},
    sync_to_thread=False,
)
def static_file(request: Request, name: FromPath[Path]) -> Response[bytes]:
    """A file of the browser build; brotli is made by the build and sent to whoever takes it."""
    accepts = request.headers.get("accept-encoding", "")
    try:
        body, media_type, encoding = _read(str(name).lstrip("/"), "br" in accepts)
    except (OSError, ValueError):  # not there, a folder, longer than a name can be, a NUL in it
        raise NotThere from None
    headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
    if encoding:
        headers["content-encoding"] = encoding
    return Response(body, media_type=media_type, headers=headers)


@lru_cache(maxsize=256)
def _read(name: str, packed: bool) -> tuple[bytes, str, str]:
    """Content, media type and encoding; the whole build is a few megabytes, so it stays in memory.

    Only names of the build folder itself are known: no separators, so no way out of it. Raises
    FileNotFoundError for all others.
    """
    if "/" in name or "\\" in name or name.startswith(".") or name == "manifest.json":
        raise FileNotFoundError(name)
    path = folder() / name
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    brotli = path.with_name(name + ".br")
    if packed and brotli.is_file():
        return brotli.read_bytes(), media_type, "br"
    return path.read_bytes(), media_type, ""
