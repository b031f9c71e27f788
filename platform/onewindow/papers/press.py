"""The inside of a typesetting worker: facts in, PDF out. See `typesetting` for the way here.

What a layout is given, all of it as JSON or text in `sys.inputs`: `facts` (see `facts`), `fonts`
(families by role), `language`, and drawings: `seal` and `qr` as SVG, empty where there is none.
"""

import json
import os
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import segno
import typst

from onewindow.clock import ZONE
from onewindow.papers import seals
from onewindow.papers.fonts import FontShelf
from storage.problems import Refused

LAYOUTS = Path(__file__).parent / "layouts"
FONTS_SETTING = "ONEWINDOW_PAPER_FONTS"


def typeset(
    layout: str, facts: dict[str, Any], language: str, most_pages: int
) -> tuple[dict[str, Any], bytes]:
    """`{"pages"}` and the PDF (PDF/A-2b). Raises `Refused`: glyph-missing, paper-too-long,
    too-many-pages and what `seal` refuses."""
    shelf = _shelf()
    words = json.dumps(facts, ensure_ascii=False)
    lacking = shelf.lacking(words)
    if lacking:
        raise Refused(
            "glyph-missing",
            "字库里没有“{chars}”，无法排印。请在站点的字体目录中加入含有这些字的字体。",
            chars=lacking[:20],
        )
    link = facts.get("verify_url") or facts.get("track_url") or ""
    stamp = facts.get("seal")
    inputs = {
        "facts": words,
        "fonts": json.dumps(shelf.roles, ensure_ascii=False),
        "language": language,
        "seal": seal(**stamp) if stamp else "",
        "qr": qr(link) if link else "",
    }
    try:
        pdf = _compiler(layout).compile(
            sys_inputs=inputs, format="pdf", pdf_standards=["a-2b"], timestamp=_dated(facts)
        )
    except typst.TypstError as error:
        if "paper-too-long" in error.message:
            raise Refused(
                "paper-too-long", "内容太多，一页放不下。请精简文字或减少栏目后重试。"
            ) from error
        raise
    assert isinstance(pdf, bytes)
    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        pages = len(document)
    if pages > most_pages:
        raise Refused("too-many-pages", "文书超过 {most} 页的上限，请精简内容。", most=most_pages)
    return {"pages": pages}, pdf


def seal(name: str, purpose: str = "", code: str = "") -> str:
    """The seal as SVG; `Refused`: seal-unfit."""
    try:
        return seals.draw(_shelf().seal, name, purpose, code)
    except seals.Unsealable as error:
        raise Refused(
            "seal-unfit", _SEAL_WORDS[error.why], str(error), what=error.what[:60]
        ) from error


_SEAL_WORDS = {
    "name": "印章名称应为 1 到 40 个字：“{what}”。",
    "purpose": "印章用途不能超过 12 个字：“{what}”。",
    "code": "印章编号不能超过 18 位：“{what}”。",
    "characters": "印章字体里没有这些字：{what}。",
}


@lru_cache(256)
def qr(link: str) -> str:
    """A QR code as SVG without a ground, one unit a module, a quiet zone of one module."""
    out = BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", border=1, xmldecl=False, svgns=True, omitsize=False, dark="#1c1a17"
    )
    return out.getvalue().decode()


def _dated(facts: dict[str, Any]) -> datetime:
    """The day the paper bears, else today: PDF/A wants a date, and a paper made twice is one."""
    for name in ("issued_on", "date", "received_at"):
        found = re.search(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})", facts.get(name) or "")
        if found:
            with suppress(ValueError):
                year, month, day = (int(number) for number in found.groups())
                return _fixed(datetime(year, month, day, tzinfo=ZONE))
    return _fixed(datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0))


def _fixed(moment: datetime) -> datetime:
    """The same moment with a bare offset: PDF knows no zones."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))


@lru_cache(1)
def _shelf() -> FontShelf:
    site = os.environ.get(FONTS_SETTING)
    return FontShelf(Path(site) if site else None)


@lru_cache(8)
def _compiler(layout: str) -> typst.Compiler:
    return typst.Compiler(
        input=LAYOUTS / f"{layout}.typ",
        root=LAYOUTS,
        font_paths=_shelf().typst,
        ignore_system_fonts=True,
    )
