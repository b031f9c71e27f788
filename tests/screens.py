"""Screens for tests: the town served from this very process, and real Chromiums on it.

Fixtures that a folder's conftest takes in by name: `site`, `chromium`, `screen_of`.

`LATE=500 make test ARGS=tests/studio`: pages on a machine with too much to do (`late.js`).
"""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect
from world import Town

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# A machine with two cores that does something else besides is no reason to fail.
expect.set_options(timeout=30_000)

ScreenOf = Callable[..., Awaitable[Page]]
LATE = int(os.environ.get("LATE") or 0)


async def be_late(page: Page, milliseconds: int) -> None:
    """From its next address on the page is on a machine with too much to do."""
    script = Path(__file__).with_name("late.js").read_text("utf-8")
    await page.add_init_script(f"({script})({milliseconds})")


@pytest.fixture
async def site(town: Town, app: Any) -> AsyncIterator[str]:
    """The town's address on a port of its own, with hints for open inboxes."""
    from onewindow.cases import live

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # The rooms are open already: `town` has seen to it.
    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    )
    async with live.listening(town.dsn):
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        server.force_exit = True  # streams of open inboxes don't end by themselves
        await serving


@pytest.fixture
async def screen_of(chromium: Browser, site: str, town: Town) -> AsyncIterator[ScreenOf]:
    """`await screen_of("li.min")` → a page of that person's own, signed in; paths are enough for
    `goto`. At the end no page may have had an error of its own."""
    from onewindow.people.sessions import first_office, open_session

    troubles: list[str] = []

    async def at(login: str, *, lang: str = "zh", width: int = 1440) -> Page:
        person = town.people[login]
        token = await open_session(
            person, lasts=timedelta(hours=1), office=await first_office(person)
        )
        context = await chromium.new_context(
            base_url=site, locale="zh-CN", viewport={"width": width, "height": 900}
        )
        await context.add_cookies(
            [
                {"name": "id", "value": str(token), "url": site},
                {"name": "ow_lang", "value": lang, "url": site},
            ]
        )
        page = await context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"{login}: {error}"))
        if LATE:
            await be_late(page, LATE)
        return page

    yield at
    assert troubles == []
