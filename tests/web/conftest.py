"""A site of its own for the tests of what all pages share: no database, a few small routes."""

import shutil
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from litestar import Request, delete, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromQuery
from litestar.response import Redirect

from onewindow.errors import FieldProblem, Forbidden, Invalid, NotThere, SignInNeeded, TooMany
from onewindow.web import assets
from onewindow.web.site import site
from onewindow.web.templates import FOLDER as TEMPLATES

STUDIO = Path(__file__).resolve().parents[2] / "admin" / "studio"


class Cupboard(Exception):
    """Stands for a leaf room's own error."""


@get("/nothing")
async def nothing() -> None:
    raise NotThere


@get("/forbidden")
async def forbidden() -> None:
    raise Forbidden("只有{who}可以办理。", who="审核人员")


@get("/private", opt={"public": False})
async def private() -> None:
    raise SignInNeeded


@post("/private")
async def post_private() -> None:
    raise SignInNeeded


@post("/people")
async def people() -> None:
    raise Invalid([FieldProblem("name", "请填写{what}。", {"what": "姓名"}, label="姓名")])


@get("/busy")
async def busy() -> None:
    raise TooMany(retry_after=30)


@get("/broken")
async def broken() -> None:
    raise ValueError("secret detail")


@get("/cupboard")
async def cupboard() -> None:
    raise Cupboard


@get("/numbers")
async def numbers(n: FromQuery[int]) -> int:
    return n


@delete("/things/1", status_code=302)
async def drop() -> Redirect:
    return Redirect("/styleguide")


@post("/files")
async def take(request: Request) -> str:
    form = await request.form()
    file = form["file"]
    assert isinstance(file, UploadFile)
    return str(len(await file.read()))


@pytest.fixture(scope="session", autouse=True)
def browser_build() -> None:
    """The pages need the browser build; make it where nobody has since the sources changed."""
    built = assets.folder() / "manifest.json"
    if built.exists() and built.stat().st_mtime > max(
        path.stat().st_mtime for path in _sources() if path.is_file()
    ):
        return
    node = shutil.which("node")
    if node is None:
        pytest.fail("the browser code is not built and there is no node: run `make build`")
    subprocess.run([node, "build.mjs", "pages"], cwd=STUDIO, check=True)


def _sources() -> Iterator[Path]:
    """What the build reads: browser code, and templates and Python for the icons they name."""
    yield from (STUDIO / "src").rglob("*")
    yield from (STUDIO / "build").glob("*.mjs")
    yield from TEMPLATES.rglob("*.html")
    yield from TEMPLATES.parents[1].rglob("*.py")


@pytest.fixture(scope="session")
def small_site():
    parts = site(
        secret="a secret of the tests, long enough",
        development=True,
        readings={Cupboard: lambda error: NotThere("柜子里没有这份文件。")},
    )
    routes = [
        nothing, forbidden, private, post_private, people, busy, broken, cupboard, numbers, drop,
        take,
    ]  # fmt: skip
    return parts.wrap(parts.litestar(routes))


@pytest.fixture
async def client(small_site) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=small_site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://town.test") as client:
        yield client


@pytest.fixture(scope="module")
def address(small_site) -> Iterator[str]:
    """The site on a real port, for browsers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(small_site, host="127.0.0.1", port=port, log_level="error", lifespan="on")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=60)
