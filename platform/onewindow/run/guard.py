"""Stops an embedded PostgreSQL when the last process that uses it has gone, killed ones included.

Every user of the server has a guard: a small process that reads a pipe held by its user. The pipe
ends when the user lets go or dies, however it dies. The guard then tries for the exclusive lock on
the file on which every user holds a shared one; having it means that nobody is left.

Run as `python -m onewindow.run.guard <data directory> <file of users>`.
"""

import fcntl
import os
import signal
import sys
from pathlib import Path

from onewindow.run import postmaster


def main(data: str, users: str) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it ends when the pipe ends, not before
    while os.read(0, 64):
        pass
    with open(users) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else uses it, and has a guard too
        postmaster.stop(Path(data))


if __name__ == "__main__":
    main(*sys.argv[1:])
