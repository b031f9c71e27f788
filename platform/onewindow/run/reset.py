"""Throwing away what `onewindow run` has made."""

import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

from onewindow.run import place, postmaster
from onewindow.run.speech import say

# By name, so that a var folder that was set to a wrong place loses nothing else.
OURS = ("postgres", "objects", "log", "run", "secret.key")


class StillRunning(Exception):
    """What was to be deleted is in use."""


def remove(var: Path) -> Iterator[Path]:
    """Delete database, files, logs and key in `var`; what was deleted, one by one.

    Raises `StillRunning` while OneWindow or its database runs.
    """
    home = place.left_behind(var / "postgres") or var / "postgres"
    if _running(var) or postmaster.running_on(home / "data") is not None:
        raise StillRunning(
            say("OneWindow 正在运行，请先停止。", "OneWindow is running; stop it first.")
        )
    if home != var / "postgres" and home.exists():
        shutil.rmtree(home)
        yield home
    for path in (var / name for name in OURS):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
            yield path
        elif path.exists():
            path.unlink()
            yield path


def _running(var: Path) -> bool:
    lock = var / "run" / "onewindow.json"
    if not lock.exists():
        return False
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
