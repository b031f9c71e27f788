"""The bare database: what the seven statements of one completion cost without any product around.

PostgreSQL's own pgbench runs them, prepared, over the same socket. Where it is missing, a loop on
asyncpg does, as lean as it can be, and the report says so.
"""

import asyncio
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import orjson

from onewindow.run import binaries

HERE = Path(__file__).parent / "bare"
CASES, TASKS = 20_000, 60_000

NEW_DATA = orjson.dumps(
    {f"field_{n}": f"{n:032x} words typed by a clerk here" for n in range(1, 53)}
).decode()

# What a completion can't do without: read the case under a lock, write its new state (4 KB), finish
# the task, open the next two, put it on record; begin and commit around it.
SEVEN = (
    "begin",
    "select id, tenant, status, revision, data from bare_case where id = $1 for update",
    f"update bare_case set data = '{NEW_DATA}'::jsonb || jsonb_build_object('field_1', $2::text),"
    " revision = revision + 1, updated_at = now() where id = $1",
    "update bare_task set state = 'done', done_at = now(), assignee = $2 where id = $1",
    "insert into bare_task (tenant, case_id, name, state, lane, due)"
    " values (1, $1, 'review_a', 'open', 'lane1', now() + interval '3 days'),"
    " (1, $1, 'review_b', 'open', 'lane2', now() + interval '3 days')",
    "insert into bare_event (tenant, case_id, kind, actor, data)"
    """ values (1, $1, 'task.completed', $2, '{"task": "accept", "outcome": "approve"}')""",
    "commit",
)


async def set_up(dsn: str) -> None:
    """Make the tables and rows in the empty database at `dsn`."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute((HERE / "setup.sql").read_text())
    finally:
        await connection.close()


def pgbench() -> str | None:
    """The program, beside PostgreSQL's own ones or on the path."""
    beside = binaries.find().folder / "pgbench"
    return str(beside) if os.access(beside, os.X_OK) else shutil.which("pgbench")


async def transactions_per_s(dsn: str, clients: int, seconds: float, script: Path) -> float:
    """Transactions a second of `clients` at once."""
    program = pgbench()
    if program is None:
        return await _by_asyncpg(dsn, clients, seconds)
    script.write_text(_script())
    parts = urlsplit(dsn)
    command = [
        program, "--no-vacuum", "--protocol=prepared", f"--file={script}", f"--client={clients}",
        f"--jobs={min(clients, 2)}", f"--time={max(1, round(seconds))}",
        f"--host={parse_qs(parts.query)['host'][0]}", f"--username={parts.username}",
        parts.path[1:],
    ]  # fmt: skip
    running = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(program)
    )
    said, trouble = await running.communicate()
    found = re.search(rb"tps = ([\d.]+)", said)
    if running.returncode or found is None:
        raise RuntimeError(f"pgbench failed: {trouble.decode(errors='replace')[-800:]}")
    return float(found[1])


def _script() -> str:
    """The seven statements in pgbench's own language."""
    case, task, actor = ":case", ":task", ":actor"
    filled = [
        SEVEN[0],
        SEVEN[1].replace("$1", case),
        SEVEN[2].replace("$1", case).replace("$2::text", f"({actor})::text"),
        SEVEN[3].replace("$1", task).replace("$2", actor),
        SEVEN[4].replace("$1", case),
        SEVEN[5].replace("$1", case).replace("$2", actor),
        SEVEN[6],
    ]
    chosen = (
        f"\\set case random(1, {CASES})\n\\set task random(1, {TASKS})\n"
        "\\set actor random(1, 1000000)\n"
    )
    return chosen + "".join(f"{statement};\n" for statement in filled)


def _environment(program: str) -> dict[str, str]:
    libraries = Path(program).parent.parent / "lib"
    return {"PATH": os.defpath, "LD_LIBRARY_PATH": str(libraries)}


async def _by_asyncpg(dsn: str, clients: int, seconds: float) -> float:
    began = time.perf_counter()

    async def keep_on() -> int:
        connection = await asyncpg.connect(dsn)
        try:
            read, change, finish, open_two, record = [
                await connection.prepare(statement) for statement in SEVEN[1:-1]
            ]
            done = 0
            while time.perf_counter() - began < seconds:
                case, task = random.randint(1, CASES), random.randint(1, TASKS)
                actor = random.randint(1, 1_000_000)
                async with connection.transaction():
                    await read.fetch(case)
                    await change.fetch(case, str(actor))
                    await finish.fetch(task, actor)
                    await open_two.fetch(case)
                    await record.fetch(case, actor)
                done += 1
            return done
        finally:
            await connection.close()

    done = sum(await asyncio.gather(*(keep_on() for _ in range(clients))))
    return done / (time.perf_counter() - began)
