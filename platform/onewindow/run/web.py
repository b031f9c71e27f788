"""The web server: uvicorn in several processes, which share one socket and what was loaded.

uvicorn's own manager begins each process anew, so that each loads everything again; here they are
forked from one that has loaded it. A process that crashes is replaced, one that can't start ends
the server, and none outlives the server, whatever ends that.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
import time
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from socket import socket
from typing import Any

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from onewindow.cases import live
from onewindow.run import lifeline

log = structlog.get_logger()

HEADING_BYTES = 64 << 10
HEADING_SECONDS = 30
"""What a request's address and headers may weigh, and take to arrive: a client that goes on and on
would fill the memory, one that never finishes would hold a place."""
KEEP_ALIVE_SECONDS = 75
PAUSE_SECONDS = 0.5
"""Before a process that crashed is replaced."""


class Bounded(HttpToolsProtocol):
    """uvicorn's HTTP, which sets neither bound."""

    _heading = 0
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._expect_heading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heading_is_there()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._waiting is None:
            self._expect_heading()

    def on_headers_complete(self) -> None:
        self._heading_is_there()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._waiting is not None and not self.transport.is_closing():
            self._heading += len(data)
            if self._heading > HEADING_BYTES:
                self.send_400_response("Too long a heading.")

    def _expect_heading(self) -> None:
        self._heading = 0
        self._waiting = self.loop.call_later(HEADING_SECONDS, self.transport.close)

    def _heading_is_there(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class _Answering(uvicorn.Server):
    """uvicorn's server, which would wait for event streams to end and then tear them down."""

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        live.let_go()
        await super().shutdown(sockets)


class Server:
    """`count` processes that answer at one address. `run` returns when all have ended."""

    def __init__(
        self,
        app: str,
        *,
        host: str,
        port: int,
        count: int,
        stop_seconds: float,
    ) -> None:
        self._stop_seconds = stop_seconds
        self._config = uvicorn.Config(
            app,
            host=host,
            port=port,
            loop="uvloop",
            http=Bounded,
            ws="none",
            lifespan="on",
            log_config=None,  # its lines go up to the root logger like all others
            # `asgi.build` knows whom to believe, and writes down who asked for what.
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            # What is still being answered by then is given up.
            timeout_graceful_shutdown=max(1, int(stop_seconds) - 1),
        )
        self._count = count
        self._children: list[BaseProcess] = []
        self._life, self._hold_life = os.pipe()
        self._stopping = False
        self._failed = False

    def run(self) -> int:
        """The exit code: 1 if a process couldn't start. Ends on SIGTERM and SIGINT."""
        place = self._config.bind_socket()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._children = [self._start(place) for _ in range(self._count)]
        while not self._stopping:
            wait([child.sentinel for child in self._children], timeout=0.2)
            self._replace_the_dead(place)
        self._end()
        return int(self._failed)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _start(self, place: socket) -> BaseProcess:
        child = multiprocessing.get_context("fork").Process(target=self._serve, args=(place,))
        child.start()
        return child

    def _replace_the_dead(self, place: socket) -> None:
        for index, child in enumerate(self._children):
            if child.is_alive() or self._stopping:
                continue
            if child.exitcode == STARTUP_FAILURE:
                self._failed = self._stopping = True
                return
            log.error("web process ended and is replaced", code=child.exitcode)
            time.sleep(PAUSE_SECONDS)
            self._children[index] = self._start(place)

    def _end(self) -> None:
        for child in self._children:
            child.terminate()
        deadline = time.monotonic() + self._stop_seconds
        for child in self._children:
            child.join(max(0.0, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()

    def _serve(self, place: socket) -> None:
        """In a child: answer until told to stop, or until the parent is gone."""
        os.close(self._hold_life)
        lifeline.watch(self._life, self._stop_seconds)
        server = _Answering(self._config)
        server.run(sockets=[place])
        if not server.started:
            sys.exit(STARTUP_FAILURE)
