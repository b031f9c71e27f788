"""Looking at uploads: what they are, how they look, and copies that do no harm.

Every look is a call into a worker process (`storage.workers`), so a file that was made to hang or
to fill the memory costs one worker and gets a refusal, not the server.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.kinds import DEFAULT, KINDS, Kind
from storage.workers import Answer, Workers

_MODULE = "storage.preview"


@dataclass(frozen=True, slots=True)
class Examined:
    """What an accepted file is. `pages` of a PDF, `width` and `height` (pixels) of a picture;
    `signed` and `active` (scripts, attachments, actions) of a PDF."""

    kind: Kind
    pages: int | None
    width: int | None
    height: int | None
    signed: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that is safe to show; sizes in pixels. `pages` when it was made from a PDF."""

    data: bytes
    media_type: str
    width: int
    height: int
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Harmless:
    """`data` is None when the original is harmless as it is. A copy of a signed PDF is for looking
    at only: it has lost the signature."""

    data: bytes | None
    signed: bool


class Examiner:
    """Looks at files in `count` worker processes; `seconds` and `memory` (bytes) bound each look.

    Methods raise `Refused` with a sentence for the sender: what `storage.sniff` refuses, and
    too-many-pixels, too-many-pages, pdf-locked, damaged-file, no-such-page, took-too-long,
    took-too-much.
    """

    def __init__(self, count: int = 1, *, seconds: float = 30, memory: int = 1536 << 20) -> None:
        self._workers = Workers((_MODULE,), count=count, memory=memory)
        self._seconds = seconds

    async def examine(
        self, path: Path, filename: str, allowed: Collection[str] = DEFAULT
    ) -> Examined:
        """What the file sent as `filename` is, if it is one of the `allowed` kinds and opens."""
        facts, _ = await self._look(
            "examine", path, filename=filename, allowed=sorted(set(allowed) & KINDS.keys())
        )
        return Examined(
            kind=KINDS[facts["kind"]],
            pages=facts["pages"],
            width=facts["width"],
            height=facts["height"],
            signed=facts["signed"],
            active=facts["active"],
        )

    async def picture(self, path: Path, side: int = 3000) -> Picture:
        """An image made anew, upright, at most `side` long, free of EXIF and the place it names."""
        return _picture(await self._look("picture", path, side=side))

    async def page(
        self, path: Path, number: int = 0, *, width: int = 1200, form: str = "webp"
    ) -> Picture:
        """Page `number` (from 0) of a PDF, `width` wide, as "webp" or "png"."""
        return _picture(await self._look("page", path, number=number, width=width, form=form))

    async def thumbnail(self, path: Path, kind: Kind, side: int = 320) -> Picture:
        """A small picture of an image or of a PDF's first page."""
        return _picture(await self._look("thumbnail", path, kind=kind.name, side=side))

    async def harmless(self, path: Path) -> Harmless:
        """A PDF without what runs or reaches out."""
        facts, data = await self._look("harmless", path)
        return Harmless(data if facts["changed"] else None, facts["signed"])

    def close(self) -> None:
        self._workers.close()

    async def _look(self, function: str, path: Path, **values: Any) -> Answer:
        return await self._workers.acall(
            f"{_MODULE}:{function}", seconds=self._seconds, path=str(path), **values
        )


def _picture(answer: Answer) -> Picture:
    facts, data = answer
    return Picture(data, facts["media_type"], facts["width"], facts["height"], facts.get("pages"))
