"""The command `onewindow`: the names and options of its commands, and how refusals are told."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from onewindow import commands as does
from onewindow import matter_commands
from onewindow.run.speech import red, say

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. What a person can mend is told in a sentence, not a trace."""
    program = parser()
    asked = program.parse_args(arguments)
    if asked.command is None:
        program.print_help()
        return 0
    for name in ("host", "port"):  # before anything reads the settings
        if getattr(asked, name, None):
            os.environ[f"ONEWINDOW_{name.upper()}"] = getattr(asked, name)
    command: Command = asked.command
    try:
        return command(asked)
    except KeyboardInterrupt:
        return 130
    except Exception as wrong:
        sentence = _sentence(wrong)
        if sentence is None:
            raise
        print(red(sentence), file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    """What `onewindow` understands."""
    program = argparse.ArgumentParser(
        prog="onewindow",
        description=say(
            "一窗：政务服务中心的低代码审批平台。",
            "OneWindow: approval for government service centres.",
        ),
        epilog=say(
            "设置由环境变量给出，见 onewindow settings。",
            "Settings come from the environment; see: onewindow settings",
        ),
    )
    program.set_defaults(command=None)
    commands = program.add_subparsers(title=say("命令", "commands"), metavar=say("命令", "command"))

    def add(name: str, command: Command, zh: str, en: str) -> argparse.ArgumentParser:
        said = say(zh, en)
        added = commands.add_parser(name, help=said, description=said)
        added.set_defaults(command=command)
        return added

    whole = add(
        "run",
        does.run,
        "在本机启动一切：数据库、网站和后台；Ctrl-C 停止",
        "start everything on this machine: database, web server, worker; Ctrl-C stops it",
    )
    whole.add_argument(
        "--verbose", action="store_true", help=say("显示全部日志", "show all log lines")
    )
    whole.add_argument(
        "--with-parent",
        action="store_true",
        help=say("启动它的进程结束时也停止", "stop too when the process that started it ends"),
    )
    web = add("serve", does.serve, "只启动网站", "start the web server alone")
    for listening in (whole, web):
        listening.add_argument("--host", help=say("监听地址", "address to listen on"))
        listening.add_argument("--port", help=say("监听端口", "port to listen on"))
    add("worker", does.worker, "只启动后台进程", "start a worker alone")

    data = add(
        "migrate",
        does.migrate,
        "把数据库升级到本版本；可重复执行",
        "bring the database up to date; safe to repeat",
    )
    data.add_argument(
        "--with-demo",
        action="store_true",
        help=say(
            "空库装入演示城市（ONEWINDOW_DEMO 允许时）",
            "fill an empty database with the demo town where ONEWINDOW_DEMO allows it",
        ),
    )
    data.add_argument(
        "--if-changed",
        action="store_true",
        help=say(
            "此前已为同一版本准备过的数据库不再检查",
            "leave a database alone that was prepared for this very source before",
        ),
    )
    town = add("demo", does.demo, "把演示城市恢复原样", "put the demo town back as it was")
    clean = add(
        "reset",
        does.reset,
        "删除 run 在本机留下的一切",
        "delete all that `run` has left on this machine",
    )
    for asking in (town, clean):
        asking.add_argument("--yes", action="store_true", help=say("不再询问", "do not ask"))

    shown = add(
        "settings",
        does.settings,
        "列出全部设置：名称、现值、默认值、含义",
        "list every setting: name, value, default, meaning",
    )
    shown.add_argument("--short", action="store_true", help=say("不列含义", "without the meanings"))
    shown.add_argument(
        "--markdown",
        action="store_true",
        help=say("输出文档中的表格", "the table of docs/operating.md"),
    )
    _add_matters(commands)
    signs = add("health", does.health, "网站是否正常", "whether the web server is well")
    signs.add_argument(
        "--worker", action="store_true", help=say("改问后台进程", "ask about the worker instead")
    )
    return program


def _add_matters(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    said = say(
        "检查、测试、比较、发布、交出或接收一个事项",
        "check, test, compare, publish, hand over a matter, or take one in",
    )
    matter = commands.add_parser("matter", help=said, description=said)
    ways = matter.add_subparsers(
        title=say("命令", "commands"), metavar=say("命令", "command"), required=True
    )

    out = ways.add_parser(
        "export",
        help=say("把已发布的事项存为 zip 文件", "write a published matter to a zip file"),
    )
    out.set_defaults(command=does.export_matter)
    taken = ways.add_parser(
        "import",
        help=say(
            "把 zip 文件或目录读为事项草稿", "read a zip file or a folder as the draft of a matter"
        ),
    )
    taken.set_defaults(command=does.import_matter)
    for way in (out, taken):
        way.add_argument("tenant", help=say("机构代码，如 qingxi", "key of the tenant, as qingxi"))
    out.add_argument("matter", help=say("事项代码", "key of the matter"))
    out.add_argument(
        "file",
        nargs="?",
        type=Path,
        help=say("文件名，默认为事项代码.zip", "default: <matter>.zip"),
    )
    taken.add_argument("file", type=Path, help=say("zip 文件或目录", "zip file or folder"))
    matter_commands.add_to(ways)


def _sentence(wrong: Exception) -> str | None:
    """What to tell about `wrong`, or None when it is a defect that needs its trace."""
    from onewindow.errors import Refusal
    from onewindow.run.binaries import NoPostgreSQL
    from onewindow.run.place import NoPlace
    from onewindow.run.postgres import NotStarted
    from onewindow.run.reset import StillRunning
    from onewindow.run.supervisor import CannotRun
    from onewindow.settings import MissingSecret
    from storage import Unavailable

    kinds = (
        CannotRun,
        MissingSecret,
        NoPlace,
        NoPostgreSQL,
        NotStarted,
        Refusal,
        StillRunning,
        Unavailable,
    )
    return str(wrong) if isinstance(wrong, kinds) else None


if __name__ == "__main__":
    sys.exit(main())
