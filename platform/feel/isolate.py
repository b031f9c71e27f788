"""One V8 isolate: JavaScript with a clock and a heap limit, and nothing else.

There are no files, no network, no modules and nothing of Python inside, and code can't be made
from strings. We call mini-racer's C interface ourselves: its `MiniRacer` class hands every call
to an event loop in a thread of its own (ten times the cost of a crossing, and a thread to leave
behind in a fork), and ties itself to the caller's event loop where there is one.
"""

import contextlib
import itertools
import queue
import re
import time
from collections.abc import Sequence
from typing import Any

import orjson
from py_mini_racer import LibAlreadyInitializedError, init_mini_racer

from feel.problems import FeelError, problem

HEAP_BYTES = 64 << 20

_FLAGS = ("--single-threaded", "--disallow-code-generation-from-strings")
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# Types of values in mini-racer's C interface (mini_racer's value.h).
_NULL, _TEXT, _UNDEFINED = 1, 5, 11
_FAILED, _UNPARSABLE, _OUT_OF_MEMORY, _TIMED_OUT, _TERMINATED = 200, 201, 202, 203, 204

_SLICES = 4
_LOAD_SECONDS = 10.0
_STOP_SECONDS = 2.0


class Isolate:
    """A fresh isolate. After `Spent` it must be closed: V8 may be in any state."""

    def __init__(self) -> None:
        self._dll = _library()
        self._answers: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
        self._ids = itertools.count(1)
        callback = self._dll.mr_init_context.argtypes[0]
        # Called by V8's thread; kept here because C holds no reference to it.
        self._callback = callback(lambda task, handle: self._answers.put((task, handle)))
        self._context = self._dll.mr_init_context(self._callback)

    def limit_heap(self) -> None:
        """From now on; loading the scripts may briefly need more."""
        self._dll.mr_set_hard_memory_limit(self._context, HEAP_BYTES)

    def load(self, script: str) -> None:
        """Run a script that registers functions. Raises FeelError (`script-error`)."""
        self._run(script + "\n;null", _LOAD_SECONDS)

    def call(self, function: str, arguments: bytes, timeout: float) -> bytes:
        """JSON of what the global `function` returns for a JSON array of `arguments`.

        Raises FeelError (`script-error`) when it throws, and Spent (`timeout`,
        `out-of-memory`) when a limit was reached.
        """
        if not _FUNCTION.fullmatch(function):
            raise ValueError(f"not a function's name: {function!r}")
        # As a string for JSON.parse: in a JavaScript literal the key "__proto__" would set a
        # prototype, and V8 compiles a literal more slowly than it parses JSON.
        literal = orjson.dumps(arguments.decode()).decode()
        code = f"JSON.stringify({function}(...JSON.parse({literal}))??null)"
        return self._run(code, timeout)

    def close(self) -> None:
        self._dll.mr_free_context(self._context)

    def _run(self, code: str, timeout: float) -> bytes:
        source = code.encode()
        handle = self._dll.mr_alloc_string_val(self._context, source, len(source), _TEXT)
        number = next(self._ids)
        task = self._dll.mr_eval(self._context, handle, number)
        try:
            answer = self._answer(number, timeout)
        except BaseException:  # time is up, or the caller's thread is interrupted
            self._dll.mr_cancel_task(self._context, task)
            with contextlib.suppress(Spent):
                self._dll.mr_free_value(self._context, self._answer(number, _STOP_SECONDS))
            raise
        finally:
            self._dll.mr_free_value(self._context, handle)
        try:
            return self._bytes(answer)
        finally:
            self._dll.mr_free_value(self._context, answer)

    def _answer(self, number: int, timeout: float) -> Any:
        """The answer's handle. `timeout` is meant for computing: on a machine so busy that our
        process hardly ran meanwhile, it is given again, a few times."""
        computed = time.process_time()
        for _ in range(_SLICES):
            with contextlib.suppress(queue.Empty):
                answered, handle = self._answers.get(timeout=timeout)
                assert answered == number, "one question at a time"
                return handle
            if time.process_time() - computed > timeout / 2:
                break
        raise Spent(problem("timeout", seconds=timeout))

    def _bytes(self, handle: Any) -> bytes:
        held = handle.contents
        kind = held.type
        if kind in (_NULL, _UNDEFINED):
            return b"null"
        content: bytes = held.value.bytes_val[0 : held.len] if kind == _TEXT or kind >= 200 else b""
        if kind == _TEXT:
            return content
        if kind == _OUT_OF_MEMORY or (
            kind == _TERMINATED and self._dll.mr_hard_memory_limit_reached(self._context)
        ):
            raise Spent(problem("out-of-memory"))
        if kind in (_TIMED_OUT, _TERMINATED):
            raise Spent(problem("timeout", seconds=0))
        reason = next(iter(content.decode(errors="replace").strip().splitlines()), "")
        raise FeelError(problem("script-error", reason=reason or f"V8 {kind}"))


class Spent(FeelError):
    """A limit was reached; the isolate is not to be used again."""


def call_json(isolate: Isolate, function: str, arguments: Sequence[Any], timeout: float) -> Any:
    return orjson.loads(isolate.call(function, orjson.dumps(arguments), timeout))


def _library() -> Any:
    with contextlib.suppress(LibAlreadyInitializedError):
        init_mini_racer(flags=_FLAGS)
    return init_mini_racer(ignore_duplicate_init=True)
