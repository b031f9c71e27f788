"""Cases kept as objects between moves, so that the next move needn't restore them.

The key is the state itself, so a warm case can't be stale. It is taken out for the time of a move
and put back under the state the move produced: whoever fails, rolls back or comes second finds
nothing here and restores from the bytes.
"""

import threading
from collections import OrderedDict

from bpmn.case import Case

SIZE = 512
"""Cases kept; about 10 KB each."""


class WarmCases:
    def __init__(self, size: int = SIZE) -> None:
        self.size = size
        self._cases: OrderedDict[bytes, Case] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, state: bytes) -> Case | None:
        """The case in this state, now the caller's alone."""
        with self._lock:
            return self._cases.pop(state, None)

    def put(self, state: bytes, case: Case) -> None:
        with self._lock:
            self._cases[state] = case
            while len(self._cases) > self.size:
                self._cases.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._cases.clear()

    def __len__(self) -> int:
        return len(self._cases)
