"""A real Chromium with the form viewer in a page under a strict content policy."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent

# Nothing inline at all, not even style attributes: what CSSOM sets isn't inline.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The browser's path. Without one the test fails, unless it was said that there is none."""
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if found:
        return found
    if os.environ.get("ONEWINDOW_WITHOUT_BROWSER") == "1":
        pytest.skip("ONEWINDOW_WITHOUT_BROWSER=1: forms are not compared in a browser")
    pytest.fail(
        "No Chromium found: install it (apt-get install chromium) or name it in CHROMIUM; "
        "ONEWINDOW_WITHOUT_BROWSER=1 leaves these tests out."
    )


def build_viewer(folder: Path) -> None:
    """The viewer alone, as pages bundle it."""
    script = ROOT / "admin/studio/build/forms.mjs"
    command = ["node", str(script), "--viewer", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT / "admin/studio")


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP, with the policy."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Handler(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Browser]:
    """A browser, with the viewer and its page in `folder`."""
    chromium()
    build_viewer(folder)
    for name in ("page.html", "page.js", "page.css"):
        shutil.copy(HERE / "page" / name, folder / name)
    with started() as browser:
        yield browser


@contextlib.contextmanager
def started() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


def page_of(browser: Browser, address: str, **context: object) -> Page:
    """A fresh page with the viewer loaded. Whatever goes wrong in it fails the test."""
    page = browser.new_context(locale="zh-CN", timezone_id="America/New_York", **context).new_page()
    page.problems = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda said: said.type == "error" and page.problems.append(said.text),  # type: ignore[attr-defined]
    )
    page.goto(f"{address}/page.html")
    page.wait_for_function("window.ready === true")
    return page
