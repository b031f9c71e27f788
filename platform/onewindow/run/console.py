"""What `onewindow run` shows in the terminal: few lines, each worth reading.

Everything the programs say is in var/log; here appears only what somebody should know.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from onewindow.run.speech import bold, dim, red, say, table

_QUIET = {"debug", "info"}
_FIELDS_SHOWN_ELSEWHERE = {"event", "level", "timestamp", "logger", "exception"}


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show that `title` is under way, and how long it took."""
    started = time.monotonic()
    rewritable = sys.stdout.isatty()
    if rewritable:
        _write(f"  … {title}", end="")
    try:
        yield
    except BaseException:
        _write("" if rewritable else f"  ✗ {title}")
        raise
    took = dim(f"{time.monotonic() - started:.1f} s")
    _write(f"{chr(13) if rewritable else ''}  ✓ {title}  {took}")


def ready(url: str, sign_ins: Sequence[Sequence[str]], logs: Path) -> None:
    """Where it is and who can sign in."""
    _write("")
    _write(f"  {bold('OneWindow 一窗')}  {bold(url)}")
    if sign_ins:
        _write("")
        _write("  " + say("可以这样登录（演示数据，密码公开）：", "Who can sign in (demo data):"))
        _write("")
        heads = say("帐号 密码 姓名 单位 岗位", "Login Password Name Place Post").split()
        _write(table([heads[: len(sign_ins[0])], *sign_ins], indent=4))
    _write("")
    _write(dim("  " + say(f"日志在 {logs}；按 Ctrl-C 停止。", f"Logs: {logs}. Ctrl-C stops it.")))


def stopping() -> None:
    _write("")
    _write("  " + say("正在停止…", "Stopping …"))


def trouble(text: str) -> None:
    """Something went wrong that somebody should read."""
    _write(red(f"  ! {text}"))


def hear_all(name: str, line: str) -> None:
    """Show what a program says."""
    _write(f"{dim(name.ljust(8))} {readable(line)}")


def hear_trouble(name: str, line: str) -> None:
    """Show what a program says when it is a warning, an error or not a log line at all."""
    told = _log_line(line)
    if line and (told is None or str(told.get("level", "")).lower() not in _QUIET):
        hear_all(name, line)


def readable(line: str) -> str:
    """A JSON log line as prose; any other line as it is."""
    told = _log_line(line)
    if told is None:
        return line
    more = " ".join(
        f"{name}={value}" for name, value in told.items() if name not in _FIELDS_SHOWN_ELSEWHERE
    )
    level = str(told.get("level", "")).upper()
    text = (
        f"{str(told.get('timestamp', ''))[11:19]} {level:<7} {told['event']} {dim(more)}".rstrip()
    )
    return f"{text}\n{told['exception']}" if told.get("exception") else text


def _log_line(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and "event" in told else None


def _write(text: str, end: str = "\n") -> None:
    # A terminal that was closed must not keep us from stopping in good order.
    with suppress(OSError, ValueError):
        print(text, end=end, flush=True)
