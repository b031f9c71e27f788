"""The embedded PostgreSQL, started for real."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from onewindow.run import binaries, place, postmaster
from onewindow.run.postgres import EmbeddedPostgres, NotStarted

ROOT = os.geteuid() == 0


@pytest.fixture
def server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    embedded = EmbeddedPostgres(open_folder / "postgres")
    yield embedded
    embedded.stop()


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def home(embedded: EmbeddedPostgres) -> Path:
    return place.left_behind(embedded.root) or embedded.root


async def test_it_starts_empty_and_keeps_rows_over_a_restart(server: EmbeddedPostgres) -> None:
    assert await ask(server.start(), "select current_database()") == "onewindow"
    await ask(server.dsn, "create table kept as select 7 as n")
    server.stop()
    assert postmaster.running_on(home(server) / "data") is None
    assert await ask(server.start(), "select n from kept") == 7


async def test_its_settings_are_durable_and_closed_to_the_network(
    server: EmbeddedPostgres,
) -> None:
    dsn = server.start()
    for name, value in {
        "fsync": "on",
        "synchronous_commit": "on",
        "jit": "off",
        "listen_addresses": "",
        "max_connections": "100",
        "server_encoding": "UTF8",
    }.items():
        assert await ask(dsn, f"show {name}") == value, name
    assert home(server).stat().st_mode & 0o077 == 0


async def test_a_killed_server_comes_back_with_every_committed_row(
    server: EmbeddedPostgres,
) -> None:
    dsn = server.start()
    await ask(dsn, "create table kept as select generate_series(1, 1000)")
    running = postmaster.running_on(home(server) / "data")
    assert running is not None
    os.kill(running.pid, signal.SIGKILL)

    with EmbeddedPostgres(server.root) as again:
        assert await ask(again, "select count(*) from kept") == 1000


async def test_it_stops_with_its_last_user_and_not_before(server: EmbeddedPostgres) -> None:
    server.start()
    with EmbeddedPostgres(server.root) as joined:
        server.stop()
        assert await ask(joined, "select 1") == 1
    assert postmaster.running_on(home(server) / "data") is None


@pytest.mark.parametrize("lingers", [0.0, 1.0], ids=["at once", "its lock a moment later"])
async def test_a_user_that_is_killed_leaves_no_server_behind(
    server: EmbeddedPostgres, lingers: float
) -> None:
    """What a dying process holds open is closed in no certain order, nor all at once."""
    program = (
        "import sys, time; from onewindow.run.postgres import EmbeddedPostgres;"
        "print(EmbeddedPostgres(sys.argv[1]).start(), flush=True); time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(server.root)], stdout=subprocess.PIPE, text=True
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline().startswith("postgresql://")
        with (home(server) / "users").open() as held:
            fcntl.flock(held, fcntl.LOCK_SH)
            user.kill()
            user.wait()
            time.sleep(lingers)
    deadline = time.monotonic() + 90
    while postmaster.running_on(home(server) / "data") is not None:
        assert time.monotonic() < deadline, "the server outlived its only user"
        time.sleep(0.05)
    assert await ask(server.start(), "select 1") == 1


async def test_a_left_over_process_number_that_is_in_use_again_does_not_stop_a_start(
    server: EmbeddedPostgres,
) -> None:
    server.start()
    server.stop()
    stale = home(server) / "data" / "postmaster.pid"
    somebody = subprocess.Popen(["sleep", "60"], **identity(stale.parent))
    try:
        stale.write_text(f"{somebody.pid}\n{stale.parent}\n1700000000\n5432\n\n\n1 1\nready\n")
        os.chown(stale, stale.parent.stat().st_uid, stale.parent.stat().st_gid)
        assert await ask(server.start(), "select 1") == 1
    finally:
        somebody.kill()
        somebody.wait()


def identity(folder: Path) -> dict[str, int]:
    return {"user": folder.stat().st_uid, "group": folder.stat().st_gid} if ROOT else {}


async def test_an_interrupted_first_start_is_begun_anew(server: EmbeddedPostgres) -> None:
    server.root.mkdir()
    half = server.root / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert await ask(server.start(), "select 1") == 1


async def test_a_path_too_long_for_a_socket_is_no_obstacle(open_folder: Path) -> None:
    deep = open_folder / ("政务服务中心" * 6) / "var" / "postgres"
    assert len(os.fsencode(deep)) > 108
    deep.parent.parent.mkdir(mode=0o755)
    with EmbeddedPostgres(deep) as dsn:
        assert await ask(dsn, "select 1") == 1


@pytest.mark.skipif(not ROOT, reason="only root hands PostgreSQL to another account")
async def test_a_checkout_that_only_root_can_enter_gets_its_data_elsewhere(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = open_folder / "elsewhere"
    monkeypatch.setattr(place, "ELSEWHERE", (str(elsewhere),))
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    embedded = EmbeddedPostgres(closed / "var" / "postgres")
    try:
        await ask(embedded.start(), "create table kept as select 1 as n")
        embedded.stop()
        assert place.left_behind(embedded.root) is not None
        assert list(elsewhere.iterdir()) == [place.left_behind(embedded.root)]

        moved = open_folder / "moved"
        closed.rename(moved)
        with EmbeddedPostgres(moved / "var" / "postgres") as dsn:
            assert await ask(dsn, "select n from kept") == 1
    finally:
        embedded.stop()


@pytest.mark.skipif(not ROOT, reason="only root hands PostgreSQL to another account")
async def test_programs_that_only_root_can_read_are_copied_once(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = binaries.find()
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    package = found.folder.parents[1]
    (closed / package.name).symlink_to(package)
    (closed / f"{package.name}.libs").symlink_to(package.with_name(f"{package.name}.libs"))
    hidden = closed / package.name / found.folder.parent.name / "bin"
    monkeypatch.setattr(place, "ELSEWHERE", (str(open_folder / "elsewhere"),))
    monkeypatch.setattr(binaries, "find", lambda _: binaries.Binaries(hidden, found.major))
    for _ in range(2):
        with EmbeddedPostgres(open_folder / "postgres") as dsn:
            assert await ask(dsn, "select 1") == 1
    assert len(list(open_folder.glob("postgresql-*"))) == 1


def test_data_of_a_version_that_is_not_installed_are_refused_in_words(open_folder: Path) -> None:
    data = open_folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(binaries.NoPostgreSQL, match="made by PostgreSQL 9"):
        EmbeddedPostgres(open_folder / "postgres").start()


def test_a_server_that_cannot_start_says_why(server: EmbeddedPostgres) -> None:
    server.start()
    server.stop()
    (home(server) / "data" / "postgresql.conf").write_text("shared_buffers = plenty\n")
    with pytest.raises(NotStarted, match="shared_buffers"):
        server.start()


@pytest.mark.skipif(
    not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
    reason="no PostgreSQL is installed on this system",
)
async def test_the_systems_own_programs_will_do(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = next(Path("/usr/lib/postgresql").glob("*/bin"))
    monkeypatch.setenv("PG_BIN", str(installed))
    version = await ask(server.start(), "show server_version")
    assert str(version).startswith(installed.parent.name)
