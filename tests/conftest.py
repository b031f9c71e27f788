"""What tests of the application share: a real PostgreSQL, a small town, a browser without a screen.

`town` gives a test a database of its own, copied in some fifteen milliseconds from a template that
is made once for the whole run (also when the run has several workers). `browser` sends requests
through the whole application, as a browser would: cookies, CSRF tokens, redirects not followed.
A room whose tests want the town after a busy week overrides `town` by `busy_town`.

The application is imported inside the fixtures: tests of the leaf rooms run without it.
"""

import asyncio
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from browsing import Browser
    from cast import Cast
    from playwright.async_api import Browser as Chromium
    from world import Town

ROOM = "OW_TEST_ROOM"
TEMPLATE = "town"
BUSY = "busy"


def pytest_configure(config: pytest.Config) -> None:
    """One folder for the whole run, known to all workers by the environment."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a shell leaves it to what runs in the background; ours would stay deaf to it too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        room = tempfile.mkdtemp(prefix="onewindow-tests-")
        # Root hands PostgreSQL to another account, which must be able to walk in.
        os.chmod(room, 0o711)
        os.environ[ROOM] = room


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput") and ROOM in os.environ:
        shutil.rmtree(os.environ.pop(ROOM), ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The owner's address of a server that holds the database `town` as a template."""
    from onewindow.run.postgres import EmbeddedPostgres

    room = Path(os.environ[ROOM])
    server = EmbeddedPostgres(room / "postgres", durable=False, max_connections=200)
    dsn = server.start()
    try:
        _have_template(dsn, TEMPLATE)
        yield dsn
    finally:
        _cool_down()
        server.stop()


@pytest.fixture(scope="session")
def busy(postgres: str) -> Path:
    """The folder with the objects of the database `busy`, a template too (`busy.py`)."""
    _have_template(postgres, BUSY)
    return Path(os.environ[ROOM]) / "busy-objects"


@pytest.fixture
async def town(postgres: str, tmp_path: Path) -> "AsyncIterator[Town]":
    """The town in a database of this test's own, with the application's rooms open on it."""
    async with opened(postgres, tmp_path / "objects") as town:
        yield town


@pytest.fixture
async def busy_town(postgres: str, busy: Path) -> "AsyncIterator[Town]":
    """The same town after a busy week (`busy.py`), in a database of this test's own."""
    async with opened(postgres, busy, BUSY) as town:
        yield town


@asynccontextmanager
async def opened(postgres: str, objects: Path, template: str = TEMPLATE) -> "AsyncIterator[Town]":
    """A town from a template, with the application's rooms open on it."""
    import world

    from onewindow import db, rooms

    async with database_of(postgres, template) as dsn:
        await db.start(dsn)
        await rooms.open_rooms(f"folder://{objects}")
        forget_all()
        try:
            yield await world.look_up(dsn)
        finally:
            # The engines that know no database stay warm for the next test.
            await rooms.store().close()
            await db.stop()


SETTINGS = {
    "secret_key": "a key for tests and nothing else, long enough",
    "public_url": "http://window.test",
    "demo": True,
}


@pytest.fixture(scope="session")
def app() -> Iterator[Any]:
    """The whole application but for its lifespan: `town` opens what it needs."""
    from onewindow import asgi
    from onewindow.settings import settings

    with settings.using(**SETTINGS):
        yield asgi.build(settings)


@pytest.fixture(scope="session")
async def _chromium() -> "AsyncIterator[Chromium]":
    from playwright.async_api import async_playwright
    from screens import ARGUMENTS, CHROMIUM

    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest.fixture
async def chromium(_chromium: "Chromium") -> "AsyncIterator[Chromium]":
    """A real browser. Starting one takes a second, so it stays; what was opened in it doesn't."""
    yield _chromium
    for context in _chromium.contexts:
        await context.close()


@pytest.fixture
async def browser(town: "Town", app: Any) -> "AsyncIterator[Browser]":
    """A browser in which nobody is signed in."""
    from browsing import Browser

    async with Browser(app) as opened:
        yield opened


@pytest.fixture
async def browser_of(town: "Town", app: Any) -> "AsyncIterator[Callable[..., Awaitable[Browser]]]":
    """`await browser_of("li.min")` → a browser of its own with that person signed in."""
    from browsing import Browser

    opened: list[Browser] = []

    async def signed_in(login: str, **more: Any) -> Browser:
        browser = Browser(app, **more)
        opened.append(browser)
        await browser.sign_in(login)
        return browser

    yield signed_in
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def desk_of(town: "Town", app: Any) -> "AsyncIterator[Callable[..., Awaitable[Browser]]]":
    """`await desk_of("he.jing", "linjiang")` → a browser whose session was opened without the
    sign-in page, which takes its time on purpose. Where they sit: as after signing in, or there."""
    opened: list[Browser] = []
    yield desks(app, town, opened)
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def cast(desk_of: "Callable[..., Awaitable[Browser]]") -> "Cast":
    """Everybody of a food licence in 青溪县, each at their desk (`cast.py`)."""
    from cast import assemble

    return await assemble(desk_of)


def desks(
    app: Any, town: "Town", opened: "list[Browser] | None" = None
) -> "Callable[..., Awaitable[Browser]]":
    """What `desk_of` gives."""
    from datetime import timedelta

    from browsing import Browser

    from onewindow.people.sessions import first_office, open_session

    async def at_desk(login: str, place: str | None = None, **more: Any) -> Browser:
        browser = Browser(app, **more)
        if opened is not None:
            opened.append(browser)
        person = town.people[login]
        browser.office = town.tenants[place] if place else await first_office(person)
        browser.carry(await open_session(person, lasts=timedelta(hours=12), office=browser.office))
        return browser

    return at_desk


@asynccontextmanager
async def database_of(postgres: str, template: str = TEMPLATE) -> AsyncIterator[str]:
    """A database copied from the template, dropped at the end; its address."""
    import asyncpg

    name = f"t_{os.getpid()}_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(postgres)
    try:
        await owner.execute(f"create database {name} template {template} strategy file_copy")
        try:
            yield named(postgres, name)
        finally:
            await owner.execute(f"drop database {name} with (force)")
    finally:
        await owner.close()


def named(dsn: str, database: str) -> str:
    """The address of another database of the same server."""
    before, _slash, after = dsn.rpartition("/onewindow?")
    return f"{before}/{database}?{after}"


def forget_all() -> None:
    """Empty what the process keeps of a database: the next one has the same ids. The town's own
    matters are the same in every copy and stay compiled."""
    for name in ("onewindow.tenants.queries", "onewindow.workdays.queries"):
        module = sys.modules.get(name)
        if module is not None:
            module.forget()
    versions, world = sys.modules.get("onewindow.matters.versions"), sys.modules.get("world")
    if versions is not None and world is not None:
        for version in [id for id in versions._kept if id > len(world.MATTERS)]:
            del versions._kept[version]


def _cool_down() -> None:
    rooms = sys.modules.get("onewindow.rooms")
    if rooms is not None:
        rooms._store = None
        asyncio.run(rooms.close_rooms())


def _have_template(dsn: str, name: str) -> None:
    """Make a template unless another worker has."""
    room = Path(os.environ[ROOM])
    with open(room / "template.lock", "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (room / f"{name}.ready").exists():
            _make_template(dsn, name)
            (room / f"{name}.ready").touch()


def _make_template(dsn: str, name: str) -> None:
    """In a process of its own, so that nothing of it stays behind: no loop, no pool, no cache."""
    made = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, dsn, name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.fail(f"the town can't be built:\n{made.stderr[-6000:]}", pytrace=False)


async def _template(dsn: str, name: str) -> None:
    import asyncpg

    owner = await asyncpg.connect(dsn)
    await owner.execute(f"drop database if exists {name} with (force)")
    copied = "" if name == TEMPLATE else f" template {TEMPLATE}"
    await owner.execute(f"create database {name}{copied}")
    await owner.close()
    await (_town if name == TEMPLATE else _busy_town)(named(dsn, name))


async def _town(dsn: str) -> None:
    import world

    from onewindow import db, rooms, schema

    await schema.migrate(dsn)
    await db.start(dsn)
    await world.build()
    await rooms.close_rooms()  # publishing woke the FEEL engine
    await db.stop()


async def _busy_town(dsn: str) -> None:
    import busy
    import world

    from onewindow import asgi, db, rooms
    from onewindow.settings import settings

    with settings.using(**SETTINGS):
        app = asgi.build(settings)
        await db.start(dsn)
        await rooms.open_rooms(f"folder://{os.environ[ROOM]}/busy-objects")
        town = await world.look_up(dsn)
        await busy.build(town, desks(app, town))
        await rooms.close_rooms()
        await db.stop()


if __name__ == "__main__":
    asyncio.run(_template(*sys.argv[1:]))
