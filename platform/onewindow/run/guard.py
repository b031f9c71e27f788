"""Stops an embedded PostgreSQL when the last process that uses it has gone, killed ones included.

Every user of the server has a guard: a small process that reads a pipe held by its user. The pipe
ends when the user lets go or dies, however it dies. The guard then tries for the exclusive lock on
the file on which every user holds a shared one; having it means that nobody is left.

A user that lets go says so before, when its lock is gone already. One that was killed says nothing,
and its lock may outlive its pipe for a moment: then the guard tries again for a while.

Run as `python -m onewindow.run.guard <data directory> <file of users>`.
"""

import fcntl
import os
import signal
import sys
import time
from pathlib import Path
from typing import IO

from onewindow.run import postmaster

KILLED_SECONDS = 10.0


def main(data: str, users: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when the pipe ends, not before
    let_go = False
    while os.read(0, 64):
        let_go = True
    patience = 0.0 if let_go else KILLED_SECONDS
    with open(users) as file:
        if _alone(file, time.monotonic() + patience):
            postmaster.stop(Path(data))
        # Otherwise somebody else uses it, and has a guard too.


def _alone(file: IO[str], deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        else:
            return True


if __name__ == "__main__":
    main(*sys.argv[1:])
