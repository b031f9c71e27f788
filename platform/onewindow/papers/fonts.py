"""Which fonts papers are set in: a site's own first, then what comes along, then the system's.

Official papers want 仿宋 text and 小标宋 titles (GB/T 9704-2012 §5.2.3); their usual fonts may not
be given away, so a site that has them puts them into its fonts folder and they are found by name.
Otherwise Noto Serif SC and Noto Sans SC serve, from the wheel that is installed with OneWindow, so
that a paper looks the same on every machine; last come the system's Noto CJK.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

_SERIF = ("Noto Serif SC", "Source Han Serif SC", "思源宋体", "Noto Serif CJK SC")
_SANS = ("Noto Sans SC", "Source Han Sans SC", "思源黑体", "Noto Sans CJK SC")

WANTED: Mapping[str, tuple[str, ...]] = {
    "title": (
        *("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "方正小标宋简体", "方正小标宋_GBK"),
        *("FZDaBiaoSong-B06S", "STZhongsong", "华文中宋", *_SERIF),
    ),
    "text": (
        *("FangSong_GB2312", "仿宋_GB2312", "FZFangSong-Z02S", "方正仿宋_GBK", "FangSong", "仿宋"),
        *("STFangsong", "FandolFang R", "FandolFang", *_SERIF),
    ),
    "song": ("SimSun", "宋体", "FZShuSong-Z01S", "STSong", *_SERIF),
    "hei": ("SimHei", "黑体", "FZHei-B01S", "STHeiti", *_SANS),
    "kai": (
        *("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "LXGW WenKai", "FandolKai"),
        *_SERIF,
    ),
}
"""Families by the part they play, best first."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font's file, its place in a collection, and whether it has to be thickened to look bold."""

    family: str
    path: str
    index: int
    thicken: bool


class FontShelf:
    """The fonts at hand in this process."""

    def __init__(self, site: Path | None = None) -> None:
        """`site` is a folder of a site's own fonts (TTF, OTF, TTC); it may be empty or missing."""
        self.folders = [folder for folder in (site, _wheel()) if folder and folder.is_dir()]
        self.typst = typst.Fonts(
            include_system_fonts=_wheel() is None,
            include_embedded_fonts=True,
            font_paths=self.folders,
        )
        self._found = [font for font in self.typst.fonts() if font.path]

    @cached_property
    def roles(self) -> dict[str, dict[str, object]]:
        """For the layouts: families of each role, best first, and whether bold must be feigned."""
        have = {font.family for font in self._found}
        roles: dict[str, dict[str, object]] = {}
        for role, wanted in WANTED.items():
            families = [family for family in wanted if family in have]
            # A title font is heavy by itself; Noto's regular isn't, and may have no bold beside it.
            noto = not families or families[0] in (*_SERIF, *_SANS)
            roles[role] = {
                "families": families or ["Libertinus Serif"],
                "thicken": noto and not self._has_bold(families[0]) if families else True,
            }
        return roles

    @cached_property
    def seal(self) -> Face:
        """Seals are cut in 宋体 (国发〔1999〕25号): as bold as it can be had."""
        for family in (*WANTED["title"], *WANTED["song"]):
            fonts = [font for font in self._found if font.family == family]
            if fonts:
                best = max(fonts, key=lambda font: font.weight)
                assert best.path is not None
                heavy = best.weight >= 600 or family not in (*_SERIF, *_SANS)
                return Face(family, best.path, best.index, thicken=not heavy)
        raise LookupError("no Chinese font at all: install pylopdf-fonts-zh-cn or Noto CJK")

    @cached_property
    def characters(self) -> frozenset[int]:
        """Every code point some font here can draw."""
        covered: set[int] = set()
        for path, index in {(font.path, font.index) for font in self._found}:
            with TTFont(path, fontNumber=index, lazy=True) as font:
                covered.update(font.getBestCmap() or ())
        return frozenset(covered)

    def lacking(self, text: str) -> str:
        """The characters of `text` that no font here has; blanks and controls don't count."""
        return "".join(
            sorted(
                char
                for char in set(text)
                if char.isprintable() and ord(char) not in self.characters
            )
        )

    def _has_bold(self, family: str) -> bool:
        return any(font.family == family and font.weight >= 600 for font in self._found)


def _wheel() -> Path | None:
    found = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    return Path(found.origin).parent if found and found.origin else None
