"""What the commands of `onewindow` do; cli.py has their names and options.

Each imports what it needs by itself, so that `health` and `settings` answer at once and the
supervisor stays small. Each takes the options it was called with and returns an exit code.
"""

import argparse
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from onewindow.run.speech import bold, dim, language, red, say, table

if TYPE_CHECKING:
    from onewindow.settings import Settings

T = TypeVar("T")


def run(asked: argparse.Namespace) -> int:
    """Everything on this machine."""
    import asyncio

    from onewindow.run import database
    from onewindow.run.supervisor import Plan, Supervisor, onewindow

    settings = _settings()
    for name in _misspelt():
        print(dim(say(f"不认识的设置 {name}", f"Unknown setting {name}")), file=sys.stderr)
    embedded = database.embedded(settings) if settings.database_url is None else None
    environment = {
        **os.environ,
        **database.environment(settings),
        "ONEWINDOW_HOST": settings.host,
        "ONEWINDOW_LOG_FORMAT": "json",
        "PYTHONUNBUFFERED": "1",
    }
    plan = Plan(
        var=settings.var,
        host=settings.host,
        port=settings.port,
        prepare=onewindow("migrate", "--with-demo", *(["--if-changed"] if embedded else [])),
        web=onewindow("serve"),
        workers=[onewindow("worker")] * settings.worker_processes,
        environment=environment,
        database=embedded,
        parent=os.getppid() if asked.with_parent else None,
        stop_seconds=settings.stop_seconds,
        verbose=asked.verbose,
    )
    return asyncio.run(Supervisor(plan).run())


def serve(asked: argparse.Namespace) -> int:
    """The web server alone."""
    import gc
    import importlib

    from onewindow.run import lifeline, logs
    from onewindow.run.database import database
    from onewindow.run.web import Server

    settings = _settings()
    with database(settings):
        settings.secret  # noqa: B018 - refuse to start without one, rather than at the first need
        logs.set_up(settings.log_level, settings.log_format)
        lifeline.hold(settings.stop_seconds)
        # Loaded once, here, for all the processes that the server forks; the application itself
        # is built in each of them.
        gc.disable()
        importlib.import_module("onewindow.asgi")
        gc.freeze()  # what was loaded stays; collections needn't look at it, nor copy it by that
        gc.enable()
        lifeline.wait_for_start()
        return Server(
            "onewindow.asgi:app",
            host=settings.host,
            port=settings.port,
            count=settings.web_processes,
            stop_seconds=settings.stop_seconds,
        ).run()


def worker(asked: argparse.Namespace) -> int:
    """A worker alone."""
    import uvloop

    from onewindow.jobs import run_worker
    from onewindow.run import lifeline, logs
    from onewindow.run.database import database
    from onewindow.run.health import signs_of_life

    settings = _settings()
    (settings.var / "run").mkdir(parents=True, exist_ok=True)

    async def work() -> None:
        async with signs_of_life(settings.var / "run"):
            await run_worker()

    with database(settings):
        settings.secret  # noqa: B018 - as above
        logs.set_up(settings.log_level, settings.log_format)
        lifeline.hold(settings.stop_seconds)
        lifeline.wait_for_start()
        uvloop.run(work())
    return 0


def migrate(asked: argparse.Namespace) -> int:
    """Bring the database up to date."""
    import json

    import uvloop

    from onewindow.run import lifeline, logs, prepared
    from onewindow.run.database import database

    settings = _settings()
    with database(settings) as address:
        logs.set_up(settings.log_level, settings.log_format)
        lifeline.hold(settings.stop_seconds)
        seeding = asked.with_demo and settings.with_demo
        source, sign_ins = prepared.fingerprint(seeding), None
        if asked.if_changed:
            sign_ins = uvloop.run(prepared.recall(address, source))
        if sign_ins is None:
            sign_ins = _prepare(settings, address, seeding)
            if asked.if_changed:
                uvloop.run(prepared.remember(address, source, sign_ins))
    if asked.with_demo:
        print(json.dumps({"sign_ins": sign_ins}, ensure_ascii=False))
    return 0


def _prepare(settings: "Settings", address: str, seeding: bool) -> list[list[str]]:
    """Bring schema and store up to date, fill an empty database; who can sign in then."""
    import uvloop

    from onewindow import rooms, schema

    async def open_store() -> None:
        await rooms.store().ready()

    uvloop.run(schema.migrate(address))
    uvloop.run(_in_the_house(settings, open_store))
    if not seeding:
        return []
    from onewindow import demo

    uvloop.run(_in_the_house(settings, demo.seed_if_empty))
    return [list(row) for row in demo.sign_ins()]


def demo(asked: argparse.Namespace) -> int:
    """The demo town as new."""
    import uvloop

    from onewindow import demo as town
    from onewindow import schema
    from onewindow.run import logs, prepared
    from onewindow.run.database import database

    settings = _settings()
    if not settings.with_demo:
        print(
            say(
                "演示数据未启用：这会清空数据库。确要如此，请设 ONEWINDOW_DEMO=1。",
                "The demo town is off here, and this would empty the database. "
                "If you mean it, set ONEWINDOW_DEMO=1.",
            ),
            file=sys.stderr,
        )
        return 1
    question = say(
        "数据库中的全部内容将被演示数据取代。",
        "All that is in the database gives way to demo data.",
    )
    if not _sure(question, asked.yes):
        return 1
    with database(settings) as address:
        logs.set_up(settings.log_level, settings.log_format)
        uvloop.run(prepared.forget(address))  # until the town stands, should we be interrupted
        uvloop.run(schema.migrate(address))
        uvloop.run(_in_the_house(settings, town.reset))
    return 0


def _with_database(asked: argparse.Namespace, work: Callable[[], Awaitable[T]]) -> T:
    import uvloop

    from onewindow.run import logs
    from onewindow.run.database import database

    settings = _settings()
    with database(settings):
        logs.set_up("warning", settings.log_format)
        return uvloop.run(_in_the_house(settings, work))


async def _in_the_house(settings: "Settings", work: Callable[[], Awaitable[T]]) -> T:
    """Do `work` with the database and the leaf rooms open, as pages and jobs have them."""
    from onewindow import db, rooms

    assert settings.database_url is not None
    await db.start(
        settings.database_url, size=settings.pool_max, system_size=settings.system_pool_max
    )
    await rooms.open_rooms(settings.storage_url)
    try:
        return await work()
    finally:
        await rooms.close_rooms()
        await db.stop()


def reset(asked: argparse.Namespace) -> int:
    """Nothing left of earlier runs."""
    from onewindow.run.reset import remove

    settings = _settings()
    question = say(
        f"{settings.var} 中的数据库、文件和日志将被删除。",
        f"The database, files and logs in {settings.var} will be deleted.",
    )
    if not _sure(question, asked.yes):
        return 1
    for gone in remove(settings.var):
        print(dim(f"  {gone}"))
    return 0


def settings(asked: argparse.Namespace) -> int:
    """Every setting: name, value, default, meaning."""
    from onewindow.settings import Settings, document, meaning, shown, variable

    now = _settings()
    if asked.markdown:
        print(document())
        return 0
    rows = [(say("变量", "Variable"), say("现值", "Value"), say("默认值", "Default"))]
    for name, field in Settings.model_fields.items():
        value, default = shown(name, getattr(now, name)), shown(name, field.default)
        rows.append((variable(name), value or "—", default or "—"))
    lines = table(rows, indent=0).split("\n")
    print(bold(lines[0]))
    for name, line in zip(Settings.model_fields, lines[1:], strict=True):
        print(line)
        if not asked.short:
            print(dim(f"    {meaning(name, language())}"))
    for name in _misspelt():
        print(red(say(f"不认识：{name}", f"Unknown: {name}")))
    return 0


def export_matter(asked: argparse.Namespace) -> int:
    """A published matter as a zip file that another place can take in."""
    from onewindow import db
    from onewindow.matters import actions, queries
    from onewindow.matters.package import Package, write_zip
    from onewindow.tenants.queries import tenant_by_key

    file: Path = asked.file or Path(f"{asked.matter}.zip")

    async def read() -> Package:
        with db.as_system():
            place = await tenant_by_key(asked.tenant)
            offer = await queries.offered(place.id, asked.matter)
            return await actions.package_of(offer.version)

    package = _with_database(asked, read)
    file.write_bytes(write_zip(package))
    print(f"{file}  {package.hash}")
    return 0


def import_matter(asked: argparse.Namespace) -> int:
    """A zip file or a folder as the draft of a matter; publishing it is for the studio."""
    from onewindow import clock, db
    from onewindow.matters import actions
    from onewindow.matters.package import read_folder, read_zip
    from onewindow.tenants.queries import tenant_by_key

    file: Path = asked.file
    if not file.exists():
        print(say(f"没有 {file}", f"There is no {file}"), file=sys.stderr)
        return 1
    package = read_folder(file) if file.is_dir() else read_zip(file.read_bytes())

    async def take_in() -> None:
        with db.as_system():
            place = await tenant_by_key(asked.tenant)
        with db.as_tenant(place.id):
            await actions.save_draft(
                place.id, package, by=None, now=clock.now(), note=f"{file.name} {package.hash}"
            )

    _with_database(asked, take_in)
    key = package.definition["key"]
    print(
        say(
            f"{key} 已存为草稿（{package.hash}），检查并发布后生效。",
            f"{key} is kept as a draft ({package.hash}); it takes effect when published.",
        )
    )
    return 0


def health(asked: argparse.Namespace) -> int:
    """Whether it is well."""
    from onewindow.run import health as signs

    settings = _settings()
    if asked.worker:
        wrong = signs.ask_worker(settings.var / "run")
    else:
        wrong = signs.ask(signs.address(settings.host, settings.port))
    print(wrong or say("正常", "well"), file=sys.stderr if wrong else sys.stdout)
    return 1 if wrong else 0


def _settings() -> "Settings":
    """The settings of this process; a wrong one ends it here with a sentence."""
    from onewindow.settings import settings

    return settings


def _misspelt() -> list[str]:
    from onewindow.settings import unknown

    return unknown(os.environ)


def _sure(question: str, yes: bool) -> bool:
    """Whether the person agrees; without a terminal only `--yes` is agreement."""
    if yes:
        return True
    if not sys.stdin.isatty():
        print(f"{question} {say('请加 --yes 确认。', 'Confirm with --yes.')}", file=sys.stderr)
        return False
    return input(f"{question} {say('继续？输入 yes：', 'Go on? Type yes: ')}").strip() == "yes"
