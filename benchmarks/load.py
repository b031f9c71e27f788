"""A load generator that takes little of the machine from what it measures: a bare HTTP/1.1 client
on asyncio, and clients that each do one case after another, waiting for every answer.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

import orjson


class Answer(NamedTuple):
    status: int
    headers: bytes
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)


class Failed(Exception):
    """The server said no, or nothing."""


def header(head: bytes, name: bytes) -> bytes | None:
    for line in head.split(b"\r\n"):
        key, colon, value = line.partition(b":")
        if colon and key.lower() == name:
            return value.strip()
    return None


class Connection:
    """One keep-alive connection with one request at a time; made again when it was closed."""

    def __init__(self, host: str, port: int) -> None:
        self.address = (host, port)
        self._wire: _Wire | None = None

    async def ask(self, method: str, path: str, headers: bytes = b"", body: bytes = b"") -> Answer:
        """Send a request (`headers` are whole lines) and wait for its answer."""
        if self._wire is None or self._wire.closed:
            loop = asyncio.get_running_loop()
            _transport, self._wire = await loop.create_connection(_Wire, *self.address)
        return await self._wire.send(
            b"%s %s HTTP/1.1\r\nHost: bench\r\n%sContent-Length: %d\r\n\r\n%s"
            % (method.encode(), path.encode(), headers, len(body), body)
        )

    def close(self) -> None:
        if self._wire is not None:
            self._wire.close()


class _Wire(asyncio.Protocol):
    """A TCP connection: whole requests in, whole answers out. Answers must tell their length."""

    def __init__(self) -> None:
        self.closed = False
        self._transport: Any = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._heard = b""
        self._body_at = 0
        self._length = 0

    def send(self, request: bytes) -> "asyncio.Future[Answer]":
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting

    def close(self) -> None:
        self.closed = True
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._body_at:
            end = self._heard.find(b"\r\n\r\n")
            if end < 0:
                return
            length = header(self._heard[:end], b"content-length")
            if length is None:
                self._tell(Failed(f"an answer that doesn't tell its length: {self._heard!r}"))
                return self.close()
            self._body_at, self._length = end + 4, int(length)
        if len(self._heard) < self._body_at + self._length:
            return
        head, body = self._heard[: self._body_at - 4], self._heard[self._body_at :]
        self._heard, self._body_at = b"", 0
        if (header(head, b"connection") or b"").lower() == b"close":
            self.close()
        self._tell(Answer(int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        self.closed = True
        self._tell(Failed(f"the connection was lost: {error}"))

    def _tell(self, what: Answer | Exception) -> None:
        if self._waiting is None or self._waiting.done():
            return
        if isinstance(what, Exception):
            self._waiting.set_exception(what)
        else:
            self._waiting.set_result(what)


class Browser:
    """A signed-in person at a connection: sends their cookies and the CSRF token."""

    def __init__(self, connection: Connection, csrf_cookie: str) -> None:
        self.connection = connection
        self.csrf_cookie = csrf_cookie
        self.cookies: dict[str, str] = {}
        self._lines = b""

    async def sign_in(self, page: str, form: Mapping[str, str], token_field: str) -> None:
        """Fetch the sign-in page, then send name and password with its token."""
        self._keep(await self.connection.ask("GET", page, b"Accept: text/html\r\n"))
        form = {**form, token_field: self.cookies[self.csrf_cookie]}
        answer = await self.connection.ask(
            "POST",
            page,
            self._cookie() + b"Content-Type: application/x-www-form-urlencoded\r\n",
            urlencode(form).encode(),
        )
        if answer.status not in (200, 302, 303):
            raise Failed(f"{page}: {answer.status} {answer.body[:300]!r}")
        self._keep(answer)
        self._lines = (
            self._cookie()
            + b"Accept: application/json\r\nContent-Type: application/json\r\n"
            + f"X-CSRFToken: {self.cookies[self.csrf_cookie]}\r\n".encode()
        )

    async def post(self, path: str, body: bytes) -> Any:
        """Send JSON; the JSON of the answer. Raises `Failed` for anything but success."""
        answer = await self.connection.ask("POST", path, self._lines, body)
        if answer.status not in (200, 201):
            raise Failed(f"{path}: {answer.status} {answer.body[:300].decode(errors='replace')}")
        return answer.json()

    async def page(self, path: str) -> Answer:
        """Fetch a page as people see it."""
        answer = await self.connection.ask("GET", path, self._cookie() + b"Accept: text/html\r\n")
        if answer.status != 200:
            raise Failed(f"{path}: {answer.status}")
        return answer

    def _cookie(self) -> bytes:
        return b"Cookie: %s\r\n" % "; ".join(f"{k}={v}" for k, v in self.cookies.items()).encode()

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"set-cookie":
                key, _, content = value.strip().decode().partition(";")[0].partition("=")
                self.cookies[key] = content


class Client(Protocol):
    """Does one case from start to end; calls `note(operation, seconds)` for each request."""

    async def case(self, note: Callable[[str, float], None]) -> None: ...


@dataclass
class Timings:
    """What one round of load gave."""

    seconds: float = 0.0
    cases: int = 0
    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def completions_per_s(self) -> float:
        return len(self.taken["complete"]) / self.seconds

    def ms(self, operation: str, share: float) -> float:
        """The time, in milliseconds, within which `share` of the requests were answered."""
        return percentile(self.taken[operation], share) * 1000


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


async def press(clients: list[Any], seconds: float) -> Timings:
    """Let every client do case after case for `seconds`; what was begun is finished and counted."""
    timings = Timings()
    began = time.perf_counter()

    def note(operation: str, taken: float) -> None:
        timings.taken[operation].append(taken)

    async def keep_on(client: Client) -> None:
        while time.perf_counter() - began < seconds:
            await client.case(note)
            timings.cases += 1

    await asyncio.gather(*map(keep_on, clients))
    timings.seconds = time.perf_counter() - began
    return timings


async def timed(operation: str, note: Callable[[str, float], None], answer: Awaitable[Any]) -> Any:
    began = time.perf_counter()
    said = await answer
    note(operation, time.perf_counter() - began)
    return said
