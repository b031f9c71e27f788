"""The one FEEL engine: thread-safe, bounded, and alive after whatever an admin writes."""

import atexit
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from feel.isolate import Isolate, Spent

BUNDLE = Path(__file__).with_name("bundle") / "feel.js"
TIMEOUT = 0.25


class Feel:
    """Expressions evaluated in a V8 isolate that is opened on first use.

    One lock: calls from several threads queue. After a time-out or memory exhaustion the
    isolate is discarded and the next call opens a fresh one; `generation` counts them.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._isolate: Isolate | None = None
        self._bundles: list[Path] = [BUNDLE]
        self._hooks: list[Callable[[], None]] = []
        self.generation = 0
        atexit.register(self.close)

    def load_bundle(self, path: Path) -> None:
        """Load a script into the isolate, now and into every fresh one. Idempotent."""
        with self._lock:
            if path in self._bundles:
                return
            self._bundles.append(path)
            if self._isolate is not None:
                self._isolate.load(path.read_text("utf-8"))

    def on_fresh(self, hook: Callable[[], None]) -> None:
        """Call `hook` whenever a fresh isolate has its bundles, before anybody uses it."""
        self._hooks.append(hook)

    def call(self, function: str, *arguments: Any, timeout: float = TIMEOUT) -> Any:
        """The JSON value of a function that a bundle registered as a global.

        Raises FeelError: `timeout`, `out-of-memory`, `script-error`.
        """
        with self._lock:
            isolate = self._isolate or self._open()
            try:
                return isolate.call(function, arguments, timeout)
            except Spent:
                self.close()
                raise

    def close(self) -> None:
        """Give the isolate back; the next call opens a fresh one."""
        with self._lock:
            isolate, self._isolate = self._isolate, None
            if isolate is not None:
                isolate.close()

    def _open(self) -> Isolate:
        self._isolate = Isolate([path.read_text("utf-8") for path in self._bundles])
        self.generation += 1
        for hook in self._hooks:
            hook()
        return self._isolate
