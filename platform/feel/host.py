"""Keeps one isolate at hand: opened late, replaced when spent, never carried through a fork."""

import atexit
import os
import secrets
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import orjson

from feel.isolate import Isolate, Spent

_BUNDLE = Path(__file__).with_name("bundle") / "feel.js"


class Host:
    """One lock: calls of several threads queue for the isolate."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._lock = threading.RLock()
        self._isolate: Isolate | None = None
        self._bundles = [_BUNDLE]
        self._hooks: list[Callable[[], None]] = []
        self.tag = f"feel:{secrets.token_hex(8)}"
        self.generation = 0
        _hosts.add(self)

    def call(self, function: str, arguments: bytes, timeout: float) -> bytes:
        """As Isolate.call; the time spent waiting for the lock doesn't count."""
        with self._lock:
            isolate = self._isolate or self._open()
            try:
                return isolate.call(function, arguments, timeout)
            except Spent:
                self.close()
                raise
            except BaseException as error:
                if not isinstance(error, Exception):
                    self.close()  # interrupted in the middle
                raise

    def load_bundle(self, path: Path) -> None:
        with self._lock:
            if path in self._bundles:
                return
            if self._isolate is not None:
                self._isolate.load(_script(path))
            self._bundles.append(path)

    def on_fresh(self, hook: Callable[[], None]) -> None:
        with self._lock:
            self._hooks.append(hook)

    def close(self) -> None:
        with self._lock:
            isolate, self._isolate = self._isolate, None
            if isolate is not None:
                isolate.close()

    def _open(self) -> Isolate:
        isolate = Isolate()
        try:
            for path in self._bundles:
                isolate.load(_script(path))
            isolate.limit_heap()
            isolate.call("feelSetup", orjson.dumps([self._zone, self.tag]), 5.0)
        except BaseException:
            isolate.close()
            raise
        self._isolate = isolate
        self.generation += 1
        try:
            for hook in self._hooks:
                hook()
        except BaseException:
            self.close()
            raise
        return isolate

    def rest(self) -> None:
        """Wait for the call under way, and let none begin until `resume`."""
        self._lock.acquire()

    def resume(self) -> None:
        self._lock.release()

    def forget(self) -> None:
        """In a forked child: the parent's isolate has no threads here and can't even be closed."""
        self._lock = threading.RLock()
        self._isolate = None


def _script(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise RuntimeError(f"{path} isn't built: run `npm run build` in admin/studio") from error


_hosts: weakref.WeakSet[Host] = weakref.WeakSet()


def _close_all() -> None:
    for host in list(_hosts):
        host.close()


# A fork in the middle of a call would copy V8 with its inner locks held, and the child would
# wait for them for ever. So a fork waits until every engine is at rest.
_resting: list[Host] = []


def _rest_all() -> None:
    for host in list(_hosts):
        host.rest()
        _resting.append(host)


def _resume_all() -> None:
    while _resting:
        _resting.pop().resume()


def _forget_all() -> None:
    _resting.clear()
    for host in list(_hosts):
        host.forget()


# A V8 thread that calls back into a finished interpreter would hang the exit.
atexit.register(_close_all)
os.register_at_fork(before=_rest_all, after_in_parent=_resume_all, after_in_child=_forget_all)
