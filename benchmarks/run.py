"""`make bench`: OneWindow beside the bare database and a peer, on this machine, in one run.

The contenders take turns round by round, so that whatever else the machine does hits all alike;
what is reported are medians of rounds, and ratios. Figures go to benchmarks/latest.json.

    python benchmarks/run.py [--quick] [--with-setup]
"""

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import asyncpg
import bare
import house as houses
import orjson
import peer as peers
from load import Browser, Connection, Timings, percentile, press
from machine import Meter
from workload import sizes

HERE = Path(__file__).parent
LATEST = HERE / "latest.json"
CLIENTS = (1, 8)
AIMS = {
    "vs_viewflow": {"c1": "≥ 5", "c8": "≥ 5"},
    "vs_pgbench": {"c1": "≥ 0.25", "c8": ""},
    "statements_per_completion": "≤ 6",
    "commits_per_completion": "1",
    "inbox_p95_ratio": "≤ 1.5",
    "after_50_corrections_ratio": "≤ 1.2",
    "state_bytes": "≤ 6144",
    "first_run_s": "≤ 180",
    "later_run_s": "≤ 5",
}
SMALL, LARGE = 10_000, 1_000_000


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="short rounds: is the harness right?")
    asked.add_argument("--with-setup", action="store_true", help="time `make run` in a new clone")
    options = asked.parse_args()
    seconds, rounds = (3.0, 2) if options.quick else (10.0, 3)
    figures: dict[str, Any] = {}
    folder = Path(tempfile.gettempdir()) / f"onewindow-bench-{os.getpid()}"
    folder.mkdir(mode=0o711)
    try:
        with houses.database(folder / "db") as (dsn, postgres):
            asyncio.run(_all(figures, folder, dsn, postgres, seconds, rounds, options.quick))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    figures |= _setup() if options.with_setup else _setup_before()
    LATEST.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    _print(figures)


async def _all(
    figures: dict[str, Any],
    folder: Path,
    dsn: str,
    postgres: int,
    seconds: float,
    rounds: int,
    quick: bool,
) -> None:
    house = houses.House(folder, await houses.create_database(dsn, "house"), postgres)
    await houses.furnish(house)
    bare_dsn = await houses.create_database(dsn, "bare")
    await bare.set_up(bare_dsn)
    python = await asyncio.to_thread(peers.environment, HERE.parent / "var" / "bench-peer")
    peer = peers.Peer(folder, await houses.create_database(dsn, "peer"), python)
    await asyncio.to_thread(peer.set_up)
    print(f"payloads in bytes: {sizes()}; peer: {peers.version(python)}")
    print(
        f"bare database by {'pgbench' if bare.pgbench() else 'a loop on asyncpg (no pgbench here)'}"
    )
    house.open()
    await asyncio.to_thread(peer.open)
    try:
        await _compare(figures, house, peer, bare_dsn, folder, seconds, rounds)
    finally:
        peer.close()
        house.close()
    house.open(worker=False)
    try:
        figures |= await _counted(house, 10 if quick else 40)
        figures["after_50_corrections_ratio"] = await _corrected(house, 4 if quick else 12)
        figures["state_bytes"] = await _value(house.dsn, "select max(length(state)) from case_run")
        figures["inbox_p95_ratio"] = await _inbox(house, 60 if quick else 300)
    finally:
        house.close()


async def _compare(
    figures: dict[str, Any],
    house: houses.House,
    peer: peers.Peer,
    bare_dsn: str,
    folder: Path,
    seconds: float,
    rounds: int,
) -> None:
    """Round by round: OneWindow, the peer, the bare database; with one client and with eight."""
    for key in ("vs_viewflow", "vs_pgbench", "completions_per_s", "p95_ms"):
        figures[key] = {}
    others, cpu = [], []
    for count in CLIENTS:
        ours, theirs = await house.clients(count), await peer.clients(count)
        for clients in (ours, theirs):
            await press(clients, 1.0)
        rates: dict[str, list[float]] = {"ours": [], "theirs": [], "bare": []}
        slow: list[float] = []
        for number in range(rounds):
            await houses.settle(house.dsn)
            with Meter(house.parts) as meter:
                timings = await press(ours, seconds)
            others.append(meter.others)
            slow.append(timings.ms("complete", 0.95))
            rates["ours"].append(timings.completions_per_s)
            spent = sum(value for name, value in meter.cpu.items() if name != "generator")
            cpu.append(1000 * spent / max(timings.cases, 1))
            _say(f"OneWindow, {count} clients, round {number + 1}", timings)
            timings = await press(theirs, seconds)
            rates["theirs"].append(timings.completions_per_s)
            _say(f"peer, {count} clients, round {number + 1}", timings)
            script = folder / "bare.sql"
            rates["bare"].append(
                await bare.transactions_per_s(bare_dsn, count, seconds / 2, script)
            )
            print(f"  bare database: {rates['bare'][-1]:.0f} transactions/s")
        middle = {name: statistics.median(values) for name, values in rates.items()}
        key = f"c{count}"
        figures["vs_viewflow"][key] = round(middle["ours"] / middle["theirs"], 2)
        figures["vs_pgbench"][key] = round(middle["ours"] / middle["bare"], 3)
        figures["completions_per_s"][key] = round(middle["ours"], 1)
        figures["p95_ms"][key] = round(statistics.median(slow), 2)
    figures["cpu_ms_per_case"] = round(statistics.median(cpu), 1)
    print(f"cores kept busy by others meanwhile: {statistics.median(others):.2f} (median)")


async def _counted(house: houses.House, cases: int) -> dict[str, Any]:
    """Statements and durable commits of completions alone, counted by PostgreSQL itself.

    Statements are lines of its log with log_statement = all; commits are transactions that wrote
    (each draws one transaction id).
    """
    clients = await house.clients(1)
    waiting = [(await clients[0].start())["opened"] for _ in range(cases)]
    log = house.folder / "db" / "postgres.log"
    owner = await asyncpg.connect(house.dsn)
    try:
        await asyncio.sleep(1.5)  # hints of the starts are out
        await owner.execute("alter system set log_statement = 'all'")
        await owner.execute("select pg_reload_conf()")
        await asyncio.sleep(0.5)
        before = int(await owner.fetchval("select pg_current_xact_id()::text"))
        at = log.stat().st_size
        completions = 0
        for opened in waiting:
            while opened:
                opened += (await clients[0].complete(opened.pop(0)))["opened"]
                completions += 1
        await asyncio.sleep(1)
        with log.open("rb") as lines:
            lines.seek(at)
            said = lines.read().decode(errors="replace")
        after = int(await owner.fetchval("select pg_current_xact_id()::text"))
        await owner.execute("alter system reset log_statement")
        await owner.execute("select pg_reload_conf()")
    finally:
        await owner.close()
    statements = sum(
        ("LOG:  execute" in line or "LOG:  statement" in line) and "pg_current_xact_id" not in line
        for line in said.splitlines()
    )
    return {
        "statements_per_completion": round(statements / completions, 2),
        "commits_per_completion": round((after - before - 1) / completions, 2),
    }


async def _corrected(house: houses.House, times: int) -> float:
    """A completion after the case was sent back fifty times, beside one on a fresh case."""
    client = (await house.clients(1))[0]
    owner = await asyncpg.connect(house.dsn)
    try:
        old = await _at_decision(client)
        for _ in range(50):
            old = await _sent_back(client, owner, old)
        fresh_ms, old_ms = [], []
        for _ in range(times):
            task = await _returned(client, owner, await _at_decision(client))
            fresh_ms.append(await _one(client, task))
            task = await _returned(client, owner, old)
            old_ms.append(await _one(client, task))
            old = await _open(owner, old["case"], "decide")
    finally:
        await owner.close()
    return round(statistics.median(old_ms) / statistics.median(fresh_ms), 2)


async def _at_decision(client: houses.Clerks) -> dict[str, Any]:
    started = await client.start()
    opened = started["opened"]
    while opened[0]["element"] != "decide":
        opened += (await client.complete(opened.pop(0)))["opened"]
    return {**opened[0], "case": started["receipt_number"]}


async def _returned(client: houses.Clerks, owner: Any, task: dict[str, Any]) -> dict[str, Any]:
    body = orjson.dumps({"target": "review_a", "why": "请补充审查意见。"})
    await client.people["decider"].post(f"/tasks/{task['id']}/return", body)
    return await _open(owner, task["case"], "review_a")


async def _sent_back(client: houses.Clerks, owner: Any, task: dict[str, Any]) -> dict[str, Any]:
    await client.complete(await _returned(client, owner, task))
    return await _open(owner, task["case"], "decide")


async def _one(client: houses.Clerks, task: dict[str, Any]) -> float:
    began = time.perf_counter()
    await client.complete(task)
    return time.perf_counter() - began


async def _open(owner: Any, case: str, step: str) -> dict[str, Any]:
    id = await owner.fetchval(
        "select t.id from task t join cases c on c.id = t.case_id"
        " where c.receipt_number = $1 and t.element = $2 and t.state = 'open'",
        case,
        step,
    )
    return {"id": id, "element": step, "case": case}


async def _inbox(house: houses.House, requests: int) -> float:
    """The 95th percentile of a reviewer's inbox page with a million waiting tasks, beside ten
    thousand, spread over seven tenants and three lanes each."""
    owner = await asyncpg.connect(house.dsn)
    try:
        await owner.execute("update task set state = 'cancelled' where state = 'open'")
        slow = []
        filled = 0
        for wanted in (SMALL, LARGE):
            await owner.execute(_FILL, wanted - filled)
            filled = wanted
            await owner.execute("vacuum analyze task")
            reviewer = Browser(Connection("127.0.0.1", house.port), "ow_csrf")
            await reviewer.sign_in(
                "/sign-in",
                {"name": f"{houses.COUNTY}.reviewer", "password": houses.PASSWORD},
                "_csrf_token",
            )
            for _ in range(10):
                await reviewer.page("/inbox")
            taken = []
            for _ in range(requests):
                began = time.perf_counter()
                await reviewer.page("/inbox")
                taken.append(time.perf_counter() - began)
            slow.append(percentile(taken, 0.95) * 1000)
            print(f"inbox with {wanted:,} tasks: p95 {slow[-1]:.1f} ms")
    finally:
        await owner.close()
    return round(slow[1] / slow[0], 2)


_FILL = """
insert into task (tenant, case_id, uid, element, stage, name, case_number, matter_name,
                  applicant_name, lane, opened_at, due, state)
select t.id, (select max(id) from cases), gen_random_uuid(), 'review_a', 'review', '审查',
       'N' || g, '云川事项', '申请人' || g % 1000,
       (array['service-centre/reviewer', 'service-centre/window_clerk', 'service-centre/decider'])
           [1 + g % 3],
       now(), now() + (g % 5000) * interval '1 minute', 'open'
from generate_series(1, $1) g
join (select id, row_number() over (order by id) - 1 as at, count(*) over () as n from tenant) t
  on t.at = (g / 3) % t.n
"""


async def _value(dsn: str, sql: str) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


def _setup() -> dict[str, float]:
    """Seconds of `make run` in a new clone until people can sign in: the first time, and again."""
    clone = Path(tempfile.mkdtemp(prefix="onewindow-first-run-"))
    clone.chmod(0o755)
    try:
        subprocess.run(["git", "clone", "--quiet", HERE.parent, clone / "it"], check=True)
        first, later = (_make_run(clone / "it") for _ in range(2))
    finally:
        shutil.rmtree(clone, ignore_errors=True)
    return {"first_run_s": first, "later_run_s": later}


def _make_run(checkout: Path) -> float:
    port = houses.free_port()
    heard = checkout.parent / "heard"
    began = time.monotonic()
    with heard.open("wb") as out:
        running = subprocess.Popen(
            ["make", "run", f"PORT={port}"],
            cwd=checkout,
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        while "Ctrl-C" not in heard.read_text(errors="replace"):
            if running.poll() is not None or time.monotonic() - began > 900:
                raise SystemExit(heard.read_text(errors="replace")[-3000:])
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
            return round(time.monotonic() - began, 1)
    finally:
        os.killpg(running.pid, signal.SIGINT)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)


def _setup_before() -> dict[str, Any]:
    """What was measured last with --with-setup; null when nothing was."""
    known = orjson.loads(LATEST.read_bytes()) if LATEST.exists() else {}
    print("first_run_s and later_run_s are those of the last run --with-setup")
    return {name: known.get(name) for name in ("first_run_s", "later_run_s")}


def _say(who: str, timings: Timings) -> None:
    print(
        f"  {who}: {timings.completions_per_s:.0f} completions/s,"
        f" p50 {timings.ms('complete', 0.5):.1f} ms, p95 {timings.ms('complete', 0.95):.1f} ms"
    )
    sys.stdout.flush()


def _print(figures: dict[str, Any]) -> None:
    print(f"\n{'figure':<32}{'reached':>12}   aim")
    for name, value in figures.items():
        if isinstance(value, dict):
            for key, each in value.items():
                aim = AIMS.get(name, {})
                print(f"{f'{name}.{key}':<32}{each:>12}   {aim.get(key, '') if aim else ''}")
        else:
            print(f"{name:<32}{value!s:>12}   {AIMS.get(name, '')}")


if __name__ == "__main__":
    main()
