"""Whether a OneWindow answers: asked by the supervisor, by containers and by people."""

import asyncio
import http.client
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

PATH = "/health"
# A worker shows a sign of life this often, and counts as dead after this long without one.
SIGN_SECONDS, FRESH_SECONDS = 5, 30
SIGNS = "worker-*.alive"


def address(host: str, port: int) -> str:
    """Where to ask a server that listens on `host`: a wildcard isn't an address one can ask."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def ask(base: str, seconds: float = 5) -> str | None:
    """None when the server at `base` is well, else what is wrong."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("GET", PATH, headers={"Accept": "application/json"})
        answer = connection.getresponse()
        said = answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as wrong:
        return f"{base}: {wrong}"
    finally:
        connection.close()
    return None if answer.status == 200 else f"{base}: {answer.status} {said}"


def ask_worker(folder: Path) -> str | None:
    """None when a worker has shown a sign of life in `folder` lately, else what is wrong."""
    signs = [sign.stat().st_mtime for sign in folder.glob(SIGNS)]
    if not signs:
        return f"no worker has run here ({folder})"
    age = time.time() - max(signs)
    return None if age < FRESH_SECONDS else f"the worker's last sign of life was {age:.0f} s ago"


@asynccontextmanager
async def signs_of_life(folder: Path) -> AsyncIterator[None]:
    """Touch a file in the folder `folder` for as long as the event loop turns inside the block."""
    _sweep(folder)
    sign = folder / f"worker-{os.getpid()}.alive"

    async def show() -> None:
        while True:
            sign.touch()
            await asyncio.sleep(SIGN_SECONDS)

    showing = asyncio.create_task(show())
    try:
        yield
    finally:
        showing.cancel()
        sign.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove the last signs of workers that were killed."""
    for sign in folder.glob(SIGNS):
        if time.time() - sign.stat().st_mtime > FRESH_SECONDS:
            sign.unlink(missing_ok=True)
