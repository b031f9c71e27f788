"""`onewindow run`: what it starts it stops, however it ends, and the next start recovers."""

import asyncio
import os
import shlex
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from run.programs import PATIENCE, Town, living

from onewindow.run import place, postmaster
from onewindow.run.postgres import EmbeddedPostgres


@pytest.fixture
def town(open_folder: Path) -> Iterator[Town]:
    made = Town(open_folder)
    yield made
    made.clear()


def data(town: Town) -> Path:
    root = town.var / "postgres"
    return (place.left_behind(root) or root) / "data"


def rows(town: Town) -> int:
    async def count(dsn: str) -> int:
        connection = await asyncpg.connect(dsn)
        try:
            return int(await connection.fetchval("select count(*) from kept"))
        finally:
            await connection.close()

    with EmbeddedPostgres(town.var / "postgres") as dsn:
        return asyncio.run(count(dsn))


def nothing_runs(town: Town) -> bool:
    return not town.alive("web", "worker", "grandchild") and not postmaster.running_on(data(town))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_all_says_who_can_sign_in_and_stops_in_order(
    town: Town, number: signal.Signals
) -> None:
    process = town.start()
    town.until(lambda: "Ctrl-C" in town.said(), "ready")
    assert f"http://localhost:{town.port}" in town.said()
    assert "李静" in town.said()

    process.send_signal(number)
    assert process.wait(PATIENCE) == 0
    assert (town.here / "order").read_text() == "web\nworker\n"
    assert nothing_runs(town)
    assert "serving" in (town.var / "log" / "web.log").read_text()
    assert "serving" not in town.said()


def test_killed_it_leaves_nothing_running_and_the_next_start_has_every_row(town: Town) -> None:
    process = town.start()
    town.until_ready()
    process.kill()
    town.until(lambda: nothing_runs(town), "all gone after the kill")

    again = town.start()
    town.until_ready()
    again.terminate()
    assert again.wait(PATIENCE) == 0
    assert rows(town) == 2


def test_a_start_right_after_a_kill_does_not_stumble_over_what_still_runs(town: Town) -> None:
    town.programs["web"] = town.programs["web"].replace("os._exit(0)", "pass")
    process = town.start()
    town.until_ready()
    first = town.pid("web")
    process.kill()
    again = town.start()
    town.until_ready()
    assert town.pid("web") != first
    again.terminate()
    assert again.wait(PATIENCE) == 0
    assert nothing_runs(town)


def test_killing_everything_at_once_loses_nothing(town: Town) -> None:
    process = town.start()
    town.until_ready()
    server = postmaster.running_on(data(town))
    assert server is not None
    for pid in (process.pid, server.pid, town.pid("web"), town.pid("worker")):
        os.kill(pid, signal.SIGKILL)
    process.wait(PATIENCE)  # its lock goes with it, a moment after the signal
    orphan = town.pid("grandchild")
    again = town.start()
    town.until_ready()
    assert not living(orphan)
    again.terminate()
    assert again.wait(PATIENCE) == 0
    assert rows(town) == 2


def test_a_second_start_says_that_one_is_running(town: Town) -> None:
    town.start()
    town.until_ready()
    assert town.start().wait(PATIENCE) == 1
    assert "running already" in town.said()
    assert f"http://localhost:{town.port}" in town.said()
    assert town.up()


def test_a_port_in_use_is_named_and_another_proposed(town: Town) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", town.port))
        taken.listen()
        assert town.start().wait(PATIENCE) == 1
    assert f"make run PORT={town.port + 1}" in town.said()


def test_programs_that_end_by_themselves_are_started_again(town: Town) -> None:
    town.start()
    town.until_ready()
    web, worker = town.pid("web"), town.pid("worker")
    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    town.until(lambda: town.pid("web") != web and town.pid("worker") != worker, "started again")
    town.until(town.up, "up again")


def test_a_database_that_is_killed_is_recovered_while_running(town: Town) -> None:
    town.start()
    town.until_ready()
    server = postmaster.running_on(data(town))
    assert server is not None
    os.kill(server.pid, signal.SIGKILL)

    def recovered() -> bool:
        now = postmaster.running_on(data(town))
        return now is not None and now.pid != server.pid and now.ready

    town.until(recovered, "database back")
    assert rows(town) == 1


def test_a_program_that_keeps_ending_stops_the_run_with_its_last_words(town: Town) -> None:
    town.programs["worker"] = "import sys; sys.exit('no such queue')"
    process = town.start()
    assert process.wait(PATIENCE) == 1
    assert "no such queue" in town.said()
    assert not town.alive("web")
    assert postmaster.running_on(data(town)) is None


def test_data_that_cannot_be_prepared_stop_the_start_with_the_reason(town: Town) -> None:
    town.programs["prepare"] = "raise SystemExit('migration 7 failed')"
    assert town.start().wait(PATIENCE) == 1
    assert "migration 7 failed" in town.said()
    assert postmaster.running_on(data(town)) is None


def test_a_web_server_that_does_not_start_is_told_with_its_last_words(town: Town) -> None:
    town.programs["web"] = "import sys; sys.exit('cannot import name x')"
    assert town.start().wait(PATIENCE) == 1
    assert "cannot import name x" in town.said()
    assert postmaster.running_on(data(town)) is None


def test_it_stops_when_make_which_started_it_is_killed(town: Town) -> None:
    # Without `exec`, bash stays as the parent, as make does.
    line = shlex.join(town.command(with_parent=True))
    parent = town.start(["/bin/bash", "-c", f"{line}; true"])
    town.until_ready()
    parent.kill()
    town.until(lambda: nothing_runs(town), "all gone after its parent was killed")


def test_stopping_while_it_starts_leaves_nothing_behind(town: Town) -> None:
    town.programs["prepare"] = (
        "import pathlib, sys, time; pathlib.Path(sys.argv[1], 'begun').touch(); time.sleep(60)"
    )
    process = town.start()
    town.until((town.here / "begun").exists, "preparing")
    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert postmaster.running_on(data(town)) is None
