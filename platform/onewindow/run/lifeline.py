"""Children die with their parent, however it dies.

The parent keeps the writing end of a pipe and gives each child the reading end. Nothing is ever
written: the pipe ends when the parent does, killed or not, on every Unix, and whichever of its
threads started the child.
"""

import os
import signal
import threading
import time

VARIABLE = "OW_LIFELINE"


class Lifeline:
    """The parent's end. Closing it tells all children to stop."""

    def __init__(self) -> None:
        self.child_end, self._own_end = os.pipe()  # neither is inherited unless asked for

    @property
    def environment(self) -> dict[str, str]:
        """What a child must find in its environment, with `child_end` passed on to it."""
        return {VARIABLE: str(self.child_end)}

    def close(self) -> None:
        os.close(self.child_end)
        os.close(self._own_end)


def hold(seconds: float) -> None:
    """In a child: when the parent is gone, stop as on SIGTERM, and by force after `seconds`.

    Does nothing in a process that was given no lifeline. It is taken off the environment, so that
    a grandchild doesn't take a number for a pipe that it hasn't got.
    """
    number = os.environ.pop(VARIABLE, None)
    if number is None:
        return
    pipe = int(number)
    os.set_inheritable(pipe, False)
    threading.Thread(target=_wait, args=(pipe, seconds), name="lifeline", daemon=True).start()


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
