"""The web server as a process of its own: several of them at one address, and what they bound."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from run.programs import PATIENCE, living

APP = """
import asyncio, os

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        if os.environ.get("BROKEN"):
            return await send({"type": "lifespan.startup.failed", "message": "no database"})
        await send({"type": "lifespan.startup.complete"})
        await receive()
        return await send({"type": "lifespan.shutdown.complete"})
    if scope["path"] == "/slow":
        await asyncio.sleep(2)
    if scope["path"] == "/stream":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b".", "more_body": True})
            await asyncio.sleep(0.1)
    size = 0
    while (message := await receive()).get("more_body") or message.get("body"):
        size += len(message["body"])
        if not message.get("more_body"):
            break
    said = f"{os.getpid()} {size}".encode()
    length = (b"content-length", str(len(said)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": said})
"""
SERVE = """
import logging, sys
from onewindow.run import lifeline, web
logging.basicConfig(level="INFO")
web.HEADING_SECONDS = 2
sys.exit(web.Server("small:app", host="127.0.0.1", port=int(sys.argv[1]), count=2,
                    stop_seconds=4).run())
"""


class Running:
    def __init__(self, folder: Path, **environment: str) -> None:
        (folder / "small.py").write_text(APP)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = folder / "log"
        paths = os.pathsep.join(filter(None, [str(folder), *sys.path]))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-c", SERVE, str(self.port)],
                env={**os.environ, "PYTHONPATH": paths, **environment},
                stdout=log,
                stderr=log,
            )

    def pid(self) -> int | None:
        """Of the process that answers; None while none does."""
        address = f"http://127.0.0.1:{self.port}/"
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return int(answer.read().split()[0])
        except OSError:
            return None

    def pids(self) -> set[int]:
        """Of both; whoever is free takes a connection, so it takes some."""
        found: set[int] = set()

        def both() -> bool:
            waiting = [self.connect(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(6)]
            for each in waiting:
                found.add(int(read(each)[1].split()[0]))
                each.close()
            return len(found) == 2

        until(both)
        return found

    def connect(self, said: bytes) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        made.sendall(said)
        return made


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it hangs"
        time.sleep(0.05)


def read(connection: socket.socket) -> tuple[int, bytes]:
    """An answer's status and body; 0 if the server closed without one."""
    answer = http.client.HTTPResponse(connection)
    try:
        answer.begin()
        return answer.status, answer.read()
    except (ConnectionError, http.client.HTTPException):
        return 0, b""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    until(running.pid)
    yield running
    running.process.kill()
    running.process.wait()


def test_two_processes_answer_and_one_that_crashes_is_replaced(server: Running) -> None:
    before = server.pids()
    victim = before.pop()
    os.kill(victim, signal.SIGKILL)
    until(lambda: not living(victim))
    after = server.pids()
    assert victim not in after
    assert before < after


def test_it_stops_in_good_order_and_an_endless_answer_doesnt_keep_it(server: Running) -> None:
    children = server.pids()
    slow = server.connect(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    stream = server.connect(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
    assert stream.recv(100).startswith(b"HTTP/1.1 200")
    time.sleep(0.5)
    server.process.terminate()
    assert read(slow)[0] == 200  # what was under way is finished
    assert server.process.wait(PATIENCE) == 0
    assert not any(map(living, children))
    stream.close()


def test_no_process_outlives_a_server_that_is_killed(server: Running) -> None:
    children = server.pids()
    server.process.kill()
    until(lambda: not any(map(living, children)))


def test_what_cannot_start_ends_the_server(tmp_path: Path) -> None:
    running = Running(tmp_path, BROKEN="1")
    assert running.process.wait(PATIENCE) == 1
    assert "no database" in running.log.read_text()


def test_a_heading_without_end_is_refused_and_a_large_body_is_not(server: Running) -> None:
    endless = server.connect(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ")

    def goes_on() -> None:
        for _ in range(200):
            endless.sendall(b"x" * 65536)

    with pytest.raises(ConnectionError):
        goes_on()
    many = server.connect(b"GET / HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000)
    assert read(many)[0] in (0, 400)
    body = b"y" * 1_000_000
    large = server.connect(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + body)
    assert read(large)[1].endswith(b" 1000000")


def test_a_heading_that_never_comes_holds_no_place(server: Running) -> None:
    silent = server.connect(b"")
    slow = server.connect(b"GET / HTTP/1.1\r\nHost: ")
    assert read(silent)[0] == read(slow)[0] == 0
    # Between two requests on a kept connection there is more time than that.
    kept = server.connect(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert read(kept)[0] == 200
    time.sleep(3)
    kept.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert read(kept)[0] == 200
