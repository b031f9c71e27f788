"""The inside of a worker process: `python -m storage.worker <memory> <module>...`.

Reads calls from standard input and answers on standard output until the input ends. See
`storage.workers` for what crosses.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from io import FileIO
from typing import Any

from storage.problems import StorageProblem
from storage.workers import HEAD, send


def main() -> None:
    memory, *names = sys.argv[1:]
    # Whatever a library prints must not end up between our messages.
    requests, answers = FileIO(os.dup(0), "rb"), FileIO(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us
    modules = {name: importlib.import_module(name) for name in names}
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # From here on a hostile file decides what libraries complain about: not in our log.
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    send(answers, b"{}", b"")
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            words, blob = _message(requests)
            answer, data = _answer(modules, json.loads(words), blob)
            send(answers, json.dumps(answer, ensure_ascii=False).encode(), data)


def _answer(
    modules: dict[str, Any], request: dict[str, Any], blob: bytes
) -> tuple[dict[str, Any], bytes]:
    module, _, function = request["function"].partition(":")
    values = request["values"]
    if blob:
        values["blob"] = blob
    try:
        value = getattr(modules[module], function)(**values)
    except StorageProblem as problem:
        words = {"code": problem.code, "text": problem.text, "detail": problem.detail}
        return {"refused": words | {"params": dict(problem.params)}}, b""
    except MemoryError as error:
        return {"memory": str(error) or "MemoryError"}, b""
    except Exception:  # whatever it is, the caller's log is where it belongs
        return {"failed": traceback.format_exc(limit=8)}, b""
    if isinstance(value, bytes):
        return {"value": None}, value
    if isinstance(value, tuple):
        return {"value": value[0]}, value[1]
    return {"value": value}, b""


def _message(stream: FileIO) -> tuple[bytes, bytes]:
    words, blob = HEAD.unpack(_exactly(stream, HEAD.size))
    return _exactly(stream, words), _exactly(stream, blob)


def _exactly(stream: FileIO, size: int) -> bytes:
    got = bytearray()
    while len(got) < size:
        part = stream.read(min(size - len(got), 1 << 20))
        if not part:
            raise EOFError
        got += part
    return bytes(got)


if __name__ == "__main__":
    main()
