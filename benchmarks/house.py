"""OneWindow as it runs for real, put up for measuring: database, two web processes, a worker.

Places, people and the matter are made by the product's own actions; everybody signs in through the
page. Everything lies in a folder of its own and is thrown away afterwards.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from load import Browser, Connection, timed
from workload import ANSWERS, APPLY, DOES, OUTCOMES, ROLES

from onewindow import clock, db, rooms, schema
from onewindow.matters import actions as matters
from onewindow.matters.package import read_folder
from onewindow.people import staffing
from onewindow.run import health, postmaster
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.tenants.actions import create_department, create_tenant
from onewindow.workdays.actions import seed_calendar

HERE = Path(__file__).parent
PASSWORD = "bench-marks at the window"
WEB_PROCESSES = 2

# One city, two counties, four townships, each with a service centre of three people. The county
# that is measured is one of seven tenants, as it would be.
PLACES = {
    "yunchuan": ("云川市", "city", None, "459000"),
    "qingxi": ("青溪县", "county", "yunchuan", "459021"),
    "baishi": ("白石县", "county", "yunchuan", "459022"),
    "linjiang": ("临江镇", "township", "qingxi", "459021101"),
    "songling": ("松岭乡", "township", "qingxi", "459021201"),
    "hewan": ("河湾镇", "township", "baishi", "459022101"),
    "shiqiao": ("石桥镇", "township", "baishi", "459022102"),
}
COUNTY = "qingxi"
POSTS = {
    "clerk": ("window", "综合窗口岗", "window_clerk"),
    "reviewer": ("review", "会审岗", "reviewer"),
    "decider": ("decide", "决定岗", "decider"),
}


class DidNotStart(Exception):
    """A server didn't come up; the message ends with what it said."""


@dataclass
class House:
    """A running OneWindow. `dsn` is the owner's address of its database."""

    folder: Path
    dsn: str
    postgres: int
    port: int = 0
    web: subprocess.Popen[bytes] | None = None
    worker: subprocess.Popen[bytes] | None = None
    tenants: dict[str, int] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, list[int]]:
        """Its processes by part, for `machine.Meter`."""
        running = {"web": self.web, "worker": self.worker}
        parts = {name: [each.pid] for name, each in running.items() if each is not None}
        return {**parts, "postgres": [self.postgres]}

    def open(self, *, worker: bool = True) -> None:
        """Start the web processes, and a worker."""
        self.port = free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": self.dsn,
            "STORAGE_URL": f"folder://{self.folder}/objects",
            "ONEWINDOW_VAR": str(self.folder),
            "ONEWINDOW_SECRET_KEY": "a key for measuring and nothing else",
            "ONEWINDOW_PORT": str(self.port),
            "ONEWINDOW_WEB_PROCESSES": str(WEB_PROCESSES),
            "ONEWINDOW_LOG_FORMAT": "json",
        }
        self.web = self._start("web", "serve", environment)
        if worker:
            self.worker = self._start("worker", "worker", environment)
        where = health.address("127.0.0.1", self.port)
        wait_for(lambda: health.ask(where) is None, self.web, self.folder / "web.log")

    def close(self) -> None:
        """Stop them."""
        for process in (self.web, self.worker):
            if process is not None:
                process.terminate()
        for process in (self.web, self.worker):
            if process is not None:
                end(process)
        self.web = self.worker = None

    def _start(self, name: str, command: str, environment: Any) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "onewindow.cli", command],
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def clients(self, count: int) -> list["Clerks"]:
        """That many clients, each with three people signed in at a connection of its own."""
        return [await Clerks.signed_in(self.port) for _ in range(count)]


class Clerks:
    """A client of OneWindow: a window clerk, a reviewer and a decider take a case to its end."""

    BODIES = {
        step: orjson.dumps(
            {
                "answers": answers,
                "outcome": OUTCOMES.get(step, "submit"),
            }
        )
        for step, answers in ANSWERS.items()
    }
    START = orjson.dumps({"answers": APPLY})

    def __init__(self, people: dict[str, Browser]) -> None:
        self.people = people

    @classmethod
    async def signed_in(cls, port: int) -> "Clerks":
        connection = Connection("127.0.0.1", port)
        people = {role: Browser(connection, "ow_csrf") for role in ROLES}
        for role, browser in people.items():
            await browser.sign_in(
                "/sign-in", {"name": f"{COUNTY}.{role}", "password": PASSWORD}, "_csrf_token"
            )
        return cls(people)

    async def case(self, note: Callable[[str, float], None]) -> None:
        """One case from start to end."""
        started = await timed("start", note, self.start())
        open_tasks = started["opened"]
        while open_tasks:
            task = open_tasks.pop(0)
            done = await timed("complete", note, self.complete(task))
            open_tasks += done["opened"]

    async def start(self) -> Any:
        return await self.people["clerk"].post("/counter/approval-6/cases", self.START)

    async def complete(self, task: dict[str, Any]) -> Any:
        step = task["element"]
        person = self.people[DOES[step]]
        return await person.post(f"/tasks/{task['id']}/completion", self.BODIES[step])


@contextmanager
def database(folder: Path) -> Iterator[tuple[str, int]]:
    """The embedded PostgreSQL as `make run` starts it, fsync on: (owner's address, process)."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = EmbeddedPostgres(folder / "postgres", max_connections=120, log=folder / "postgres.log")
    address = server.start()
    try:
        running = postmaster.running_on(folder / "postgres" / "data")
        assert running is not None
        yield address, running.pid
    finally:
        server.stop()
        shutil.rmtree((folder / "postgres" / "data").resolve(), ignore_errors=True)


async def furnish(house: House) -> None:
    """Schema, places, people, and approval-6 published in the county."""
    await schema.migrate(house.dsn)
    await db.start(house.dsn)
    try:
        with db.as_system():
            house.tenants = await _places()
            await _people(house.tenants)
            package = read_folder(HERE / "approval-6")
            now = clock.now()
            version = await matters.save_draft(house.tenants[COUNTY], package, by=None, now=now)
            await matters.publish(version, by=None, now=now)
    finally:
        await rooms.close_rooms()
        await db.stop()


async def _places() -> dict[str, int]:
    tenants: dict[str, int] = {}
    for key, (name, level, parent, region) in PLACES.items():
        tenants[key] = await create_tenant(
            key, name, level=level, parent=tenants.get(parent or ""), region_code=region
        )
        await create_department(tenants[key], "service-centre", "政务服务中心")
    await seed_calendar(tenants["yunchuan"])
    return tenants


async def _people(tenants: dict[str, int]) -> None:
    for place, tenant in tenants.items():
        for role, (key, name, works_as) in POSTS.items():
            await staffing.create_post(tenant, "service-centre", key, name, works_as)
            person = await staffing.hire(
                tenant, f"{place}.{role}", f"{name}员", PASSWORD, must_change_password=False
            )
            await staffing.appoint(tenant, key, person)


async def settle(dsn: str) -> None:
    """Fresh statistics and an empty write-ahead log, so that every round begins alike."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
    finally:
        await connection.close()


async def create_database(dsn: str, name: str) -> str:
    """Another database on the same server; its address."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"create database {name}")
    finally:
        await connection.close()
    before, _slash, after = dsn.rpartition("/onewindow?")
    return f"{before}/{name}?{after}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, seconds: float = 90
) -> None:
    """Until `ready`; raises `DidNotStart` when the process ends or time is up."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise DidNotStart(log.read_text(errors="replace")[-3000:])
        time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process that was told to stop has ended; insist after a while."""
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
