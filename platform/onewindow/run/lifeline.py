"""Children die with their parent, however it dies, and begin when it says so.

The parent keeps the writing ends of two pipes and gives each child the reading ends. Nothing is
ever written: a pipe ends when the parent closes it or dies, killed or not, on every Unix, and
whichever of its threads started the child.
"""

import os
import signal
import threading
import time

LIFE, START = "OW_LIFELINE", "OW_START"


class Lifeline:
    """The parent's end."""

    def __init__(self) -> None:
        self._life, self._hold_life = os.pipe()  # none of them is inherited unless asked for
        self._start, self._hold_start = os.pipe()
        self._started = False

    @property
    def child_ends(self) -> list[int]:
        """What to pass on to a child."""
        return [self._life, self._start]

    @property
    def environment(self) -> dict[str, str]:
        """What tells a child which of its open files are these."""
        return {LIFE: str(self._life), START: str(self._start)}

    def let_start(self) -> None:
        """Let the children begin that wait in `wait_for_start`, and later ones at once."""
        if not self._started:
            os.close(self._hold_start)
            self._started = True

    def close(self) -> None:
        """Tell all children to stop."""
        self.let_start()
        for end in (self._life, self._hold_life, self._start):
            os.close(end)


def hold(seconds: float) -> None:
    """In a child: when the parent is gone, stop as on SIGTERM, and by force after `seconds`.

    Does nothing in a process that was given no lifeline. It is taken off the environment, so that
    a grandchild doesn't take a number for a pipe that it hasn't got.
    """
    pipe = _taken(LIFE)
    if pipe is None:
        return
    watch(pipe, seconds)


def watch(pipe: int, seconds: float) -> None:
    """When `pipe` ends, stop as on SIGTERM, and by force after `seconds`."""
    threading.Thread(target=_wait, args=(pipe, seconds), name="lifeline", daemon=True).start()


def wait_for_start() -> None:
    """In a child: wait until the parent lets it begin; what takes long to load is loaded before."""
    pipe = _taken(START)
    if pipe is not None:
        while os.read(pipe, 1):
            pass
        os.close(pipe)


def _taken(name: str) -> int | None:
    number = os.environ.pop(name, None)
    if number is None:
        return None
    os.set_inheritable(int(number), False)
    return int(number)


def _wait(pipe: int, seconds: float) -> None:
    while os.read(pipe, 1):
        pass
    _signal(signal.SIGTERM)
    time.sleep(seconds)
    _signal(signal.SIGKILL)


def _signal(number: signal.Signals) -> None:
    """To us and to all we started: our parent made us the leader of a group."""
    if os.getpgid(0) == os.getpid():
        os.killpg(os.getpid(), number)
    else:
        os.kill(os.getpid(), number)
