"""The door to V8: what forms need of `feel.Feel`, and the script they bring along."""

from pathlib import Path
from typing import Any, Protocol

# Built from js/ by admin/studio/build/forms.mjs.
BUNDLE = Path(__file__).with_name("bundle") / "forms.js"


class Engine(Protocol):
    """What forms need of `feel.Feel`."""

    def load_bundle(self, path: Path) -> None: ...
    def call(self, function: str, *arguments: Any, timeout: float = ...) -> Any: ...
    def check(self, expression: str, known: Any) -> list[Any]: ...
