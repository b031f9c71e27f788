"""The whole thing running as `make run` starts it, with the demo town, in a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A machine with two cores that does something else besides is no reason to fail.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """Its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    room = tempfile.mkdtemp(prefix="onewindow-journey-")
    os.chmod(room, 0o711)  # root hands PostgreSQL to another account, which must walk in
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "STORAGE_URL") and not name.startswith("ONEWINDOW_")
    }
    environment |= {
        "ONEWINDOW_VAR": room,
        "ONEWINDOW_PORT": str(port),
        "ONEWINDOW_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    terminal = Path(room) / "terminal"
    with terminal.open("wb") as out:
        program = subprocess.Popen(
            [sys.executable, "-m", "onewindow.cli", "run"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _until_up(program, address, terminal)
        yield address
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(60)
        except subprocess.TimeoutExpired:
            program.kill()
        shutil.rmtree(room, ignore_errors=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def _until_up(program: subprocess.Popen[bytes], address: str, terminal: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        if program.poll() is not None:
            pytest.fail(f"it stopped:\n{terminal.read_text()}", pytrace=False)
        # The console's last line is written when everything is ready, the demo town included.
        if "Ctrl-C" in terminal.read_text():
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=2):
                    return
            except OSError:
                pass
        time.sleep(0.2)
    pytest.fail(f"it isn't up:\n{terminal.read_text()}", pytrace=False)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]
    """Let fixtures know whether their test failed: then they leave pictures behind."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
