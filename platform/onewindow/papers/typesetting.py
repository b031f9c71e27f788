"""Papers as PDF: certificates, notices and vouchers from shipped layouts and a case's facts.

    pdf = typesetting.render("letter", {"title": "受理通知书", "to": "陈素云", ...})
    pdf = await typesetting.arender("certificate", facts)
    svg = typesetting.seal("青溪县市场监督管理局", "电子证照专用章", "4501020012345")

Layouts are Typst files; what they may be told is in `facts`. The work is done by warm worker
processes with limits on time, memory and pages. The same facts give the same bytes, so a job that
runs twice makes one paper.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from onewindow import rooms
from onewindow.errors import Refusal
from onewindow.papers.facts import checked
from onewindow.papers.press import FONTS_SETTING
from storage import Refused, Workers

_PRESS = "onewindow.papers.press"
SECONDS = 10.0
MEMORY = 1 << 30
PAGES = 30


class Unprintable(Refusal):
    """The facts fit, but no paper comes of them: too long, a character no font has, a seal's name
    that fits no seal. `code` tells which."""

    status = 422
    text = "文书无法生成。"

    def __init__(self, text: str | None = None, /, *, code: str = "unprintable", **params: Any):
        self.code = code
        super().__init__(text, **params)


class Typesetter:
    """A pool of typesetting workers; `fonts` is the folder of a site's own fonts."""

    def __init__(self, fonts: Path | None = None, *, count: int = 1) -> None:
        settings = {FONTS_SETTING: str(fonts)} if fonts else {}
        self._workers = Workers((_PRESS,), count=count, memory=MEMORY, settings=settings)

    def render(self, layout: str, facts: Mapping[str, Any], *, language: str = "zh") -> bytes:
        """The paper as PDF/A-2b. Raises `UnknownLayout`, `UnfitFacts` or `Unprintable`."""
        try:
            return self._workers.call(
                f"{_PRESS}:typeset", seconds=SECONDS, **_order(layout, facts, language)
            )[1]
        except Refused as refused:
            raise _said(refused) from refused

    async def arender(
        self, layout: str, facts: Mapping[str, Any], *, language: str = "zh"
    ) -> bytes:
        """`render`, without holding up the loop."""
        try:
            answer = await self._workers.acall(
                f"{_PRESS}:typeset", seconds=SECONDS, **_order(layout, facts, language)
            )
        except Refused as refused:
            raise _said(refused) from refused
        return answer[1]

    def seal(self, name: str, purpose: str = "", code: str = "") -> str:
        """A round seal as SVG, 42 mm wide; `Unprintable` when no seal can be made of it."""
        try:
            svg, _ = self._workers.call(
                f"{_PRESS}:seal", seconds=SECONDS, name=name, purpose=purpose, code=code
            )
        except Refused as refused:
            raise _said(refused) from refused
        return str(svg)

    def close(self) -> None:
        self._workers.close()


_fonts: Path | None = None


def use_fonts(folder: Path | None) -> None:
    """Set papers in a site's own fonts from now on; told once by the composition root."""
    global _fonts
    if folder != _fonts:
        close()
        _fonts = folder


def render(layout: str, facts: Mapping[str, Any], *, language: str = "zh") -> bytes:
    """`Typesetter.render` on this process's own workers."""
    return _usual().render(layout, facts, language=language)


async def arender(layout: str, facts: Mapping[str, Any], *, language: str = "zh") -> bytes:
    """`Typesetter.arender` on this process's own workers."""
    return await _usual().arender(layout, facts, language=language)


def seal(name: str, purpose: str = "", code: str = "") -> str:
    """`Typesetter.seal` on this process's own workers."""
    return _usual().seal(name, purpose, code)


def close() -> None:
    """End this process's workers; the next paper starts fresh ones."""
    if _usual.cache_info().currsize:
        _usual().close()
        _usual.cache_clear()


@lru_cache(1)
def _usual() -> Typesetter:
    rooms.at_closing(close)
    return Typesetter(_fonts)


def _order(layout: str, facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "layout": layout,
        "facts": checked(layout, facts),
        "language": "en" if language == "en" else "zh",
        "most_pages": PAGES,
    }


_PLAINLY = {
    "took-too-long": "文书排版用时过长，已停止。请精简内容后重试。",
    "took-too-much": "文书内容过多或过于复杂，无法排版。请精简内容后重试。",
}


def _said(refused: Refused) -> Unprintable:
    text = _PLAINLY.get(refused.code, refused.text)
    return Unprintable(text, code=refused.code, **refused.params)
