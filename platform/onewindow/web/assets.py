"""The browser code that `npm run build` made: names in the manifest → addresses with a hash."""

import json
import re
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

PREFIX = "/static/"

_HERE = Path(__file__).resolve()


@cache
def folder() -> Path:
    """Where the built files are: beside the packages when installed, in the work tree otherwise."""
    for root in (_HERE.parents[2], _HERE.parents[3]):
        if (root / "admin" / "studio").is_dir():
            return root / "admin" / "studio" / "dist"
    return _HERE.parents[3] / "admin" / "studio" / "dist"


class NotBuilt(Exception):
    """The browser code has not been built, or `name` is not part of it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not in the browser build; run `npm run build` in admin/studio")


def manifest() -> dict[str, str]:
    """Logical name ("app.js") → file name with its content hash ("app-3FQ2K7XA.js").

    Looks at the file's time whenever asked, so that a new build is served without a restart.
    """
    path = folder() / "manifest.json"
    try:
        return _manifest(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _manifest(path: Path, _written: int) -> dict[str, str]:
    return json.loads(path.read_text("utf-8"))


def asset(name: str) -> str:
    """The address of a built file, safe to cache for ever because its name carries its hash."""
    try:
        return PREFIX + manifest()[name]
    except KeyError:
        raise NotBuilt(name) from None


def icon(name: str, label: str | None = None, size: str = "") -> Markup:
    """A Tabler icon from the sprite. Without a label it is decoration and hidden from readers.

    Names are written as literals (`icon("inbox")`, `icon="inbox"`): the build collects them.
    """
    kind = f"icon {size}".strip()
    href = f"{asset('icons.svg')}#{name}"
    if label:
        return Markup(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>'
        ).format(kind, label, href)
    return Markup('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>').format(
        kind, href
    )


def icons() -> frozenset[str]:
    """The names in the built sprite."""
    sprite = (folder() / manifest().get("icons.svg", "missing")).read_text("utf-8")
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))
