"""One V8 isolate with limits: time, memory and nothing of Python, files or network inside."""

import json
import re
import threading
from collections.abc import Sequence
from typing import Any

from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

from feel.problems import FeelError, Problem

HEAP_BYTES = 64 << 20

_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Isolate:
    """A fresh isolate with `scripts` loaded, in order.

    After `Spent` it must be closed and replaced: V8 may be in any state.
    """

    def __init__(self, scripts: Sequence[str]) -> None:
        self._v8 = _open_outside_any_event_loop()
        for script in scripts:
            self.load(script)
        self._v8.set_hard_memory_limit(HEAP_BYTES)

    def load(self, script: str) -> None:
        self._v8.eval(script + "\n;0")

    def call(self, function: str, arguments: Sequence[Any], timeout: float) -> Any:
        """The JSON value that the global `function` returns for JSON `arguments`.

        Raises FeelError (`script-error`) when the function throws, and Spent (`timeout`,
        `out-of-memory`) when a limit was reached.
        """
        if not _FUNCTION.fullmatch(function):
            raise ValueError(f"not a function's name: {function!r}")
        # As one string literal, parsed by JSON.parse: in a JavaScript literal the key
        # "__proto__" would set a prototype instead of an entry.
        text = json.dumps(json.dumps(arguments, ensure_ascii=False, separators=(",", ":")))
        code = f"JSON.stringify({function}(...JSON.parse({text})) ?? null)"
        try:
            answer = self._v8.eval(code, timeout_sec=timeout)
        except JSTimeoutException as error:
            raise Spent(
                Problem("timeout", "计算超过 {seconds} 秒，已停止", {"seconds": timeout})
            ) from error
        except JSOOMException as error:
            raise Spent(Problem("out-of-memory", "计算占用内存过多，已停止")) from error
        except JSEvalException as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else ""
            raise FeelError(
                Problem("script-error", "计算出错：{reason}", {"reason": reason})
            ) from error
        return json.loads(str(answer))

    def close(self) -> None:
        self._v8.close()


class Spent(FeelError):
    """A limit was reached; the isolate is not to be used again."""


def _open_outside_any_event_loop() -> MiniRacer:
    """MiniRacer binds to the event loop running in the thread that creates it, and then knows
    no time limits there; so it is created in a thread that has none."""
    made: list[MiniRacer] = []
    thread = threading.Thread(target=lambda: made.append(MiniRacer()), name="feel-open")
    thread.start()
    thread.join()
    return made[0]
