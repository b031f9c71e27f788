"""Round seals as pure vectors: no font is needed to show them, no bitmap to be cut out.

Form after 国发〔1999〕25号 and GB/T 33481: a ring of 42 mm, a star, the office's name around it
from left to right, a purpose line below the star and a number along the lower edge. Lengths are
millimetres, the origin is the centre and y points up until the very end.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import atan2, cos, hypot, pi, radians, sin

from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from onewindow.papers.fonts import Face

RED = "#d7000f"
DIAMETER = 42.0
LONGEST_NAME = 40
LONGEST_PURPOSE = 12
LONGEST_CODE = 18

_R = DIAMETER / 2
_RING = 1.15  # the ring's thickness
_STAR = 0.30 * _R
_GAP = 0.7  # between anything and anything
_CODE_HIGH = 1.75
_CODE_FOOT = _R - _RING - 0.15 - 0.75  # the circle the figures stand on

_drawing = threading.Lock()  # fontTools reads its tables lazily, which two threads mustn't do


class Unsealable(Exception):
    """A seal that can't be drawn; `why` is one of name, purpose, code, characters."""

    def __init__(self, why: str, what: str) -> None:
        self.why = why
        self.what = what
        super().__init__(f"{why}: {what}")


@dataclass(frozen=True, slots=True)
class _Arc:
    """Where the name stands: cells of `wide` by `high`, their feet on a circle of radius `foot`,
    their middles spread over `span` radians."""

    foot: float
    high: float
    wide: float
    span: float

    def end(self) -> list[tuple[float, float]]:
        """Points around the edge of the cell at the right end."""
        angle = pi / 2 - self.span / 2
        steps = [step / 4 for step in range(5)]
        around = [(self.foot + self.high * step, aside) for step in steps for aside in (-1.0, 1.0)]
        around += [(self.foot, 2 * step - 1) for step in steps]
        return [
            (
                r * cos(angle) + aside * self.wide / 2 * sin(angle),
                r * sin(angle) - aside * self.wide / 2 * cos(angle),
            )
            for r, aside in around
        ]


@lru_cache(256)
def draw(face: Face, name: str, purpose: str = "", code: str = "", colour: str = RED) -> str:
    """The seal of the office `name` as SVG, 42 mm wide, with a transparent ground.

    `name` up to 40 characters, `purpose` (行政审批专用章) up to 12, `code` (seal number) up to 18
    digits. Raises `Unsealable`, also for a character the font hasn't.
    """
    name, purpose, code = name.strip(), purpose.strip(), code.strip()
    for why, what, longest in (
        ("name", name, LONGEST_NAME),
        ("purpose", purpose, LONGEST_PURPOSE),
        ("code", code, LONGEST_CODE),
    ):
        if len(what) > longest or (why == "name" and not what):
            raise Unsealable(why, what)
    with _drawing:
        pen = _Glyphs(face)
        missing = "".join(sorted({char for char in name + purpose + code if not pen.has(char)}))
        if missing:
            raise Unsealable("characters", missing)
        _draw_purpose(pen, purpose)
        _draw_name(pen, name, purpose, code)
        _draw_code(pen, code)
        words = pen.path()
    label = escape(f"{name} {purpose}".strip(), quote=True)
    pen_words = f' stroke="{colour}" stroke-width="0.16" stroke-linejoin="round"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{DIAMETER:g}mm" height="{DIAMETER:g}mm" '
        f'viewBox="{-_R:g} {-_R:g} {DIAMETER:g} {DIAMETER:g}" role="img" aria-label="{label}" '
        f'fill="{colour}">'
        f'<circle r="{_R - _RING / 2 - 0.15:.2f}" fill="none" stroke="{colour}" '
        f'stroke-width="{_RING:g}"/><path d="{_star()}"/>'
        f'<path d="{words}"{pen_words if face.thicken else ""}/></svg>'
    )


def _star() -> str:
    inner = _STAR * sin(radians(18)) / sin(radians(54))
    points = []
    for corner in range(10):
        r = inner if corner % 2 else _STAR
        angle = radians(90 + 36 * corner)
        points.append(f"{r * cos(angle):.2f} {-r * sin(angle):.2f}")
    return "M" + "L".join(points) + "z"


def _draw_purpose(pen: "_Glyphs", purpose: str) -> None:
    wide, high, foot = _purpose_size(purpose)
    for place, char in enumerate(purpose):
        left = (place - len(purpose) / 2) * wide
        pen.cell(char, Transform().translate(left, foot), wide * 0.95, high)


def _draw_name(pen: "_Glyphs", name: str, purpose: str, code: str) -> None:
    arc = _arc(len(name), purpose, code)
    for place, char in enumerate(name):
        turn = arc.span / 2 - (arc.span * place / (len(name) - 1) if len(name) > 1 else 0)
        at = Transform().rotate(turn).translate(-arc.wide / 2, arc.foot)
        pen.cell(char, at, arc.wide, arc.high)


def _draw_code(pen: "_Glyphs", code: str) -> None:
    for place, char in enumerate(code):
        turn = (place - (len(code) - 1) / 2) * _code_step(code)
        # Feet towards the ring, so that the number reads from left to right along the bottom.
        pen.digit(char, Transform().rotate(turn).translate(0, -_CODE_FOOT), _CODE_HIGH)


def _purpose_size(purpose: str) -> tuple[float, float, float]:
    """Width of a character, height, and the line's lower edge."""
    high = 0.19 * _R
    return min(high, 1.24 * _R / max(len(purpose), 1)), high, -0.61 * _R


def _code_step(code: str) -> float:
    """The angle from one figure to the next: a long number must not climb up to the purpose."""
    return min(radians(5.2), radians(66) / max(len(code), 1))


def _arc(count: int, purpose: str, code: str) -> _Arc:
    """The largest characters that keep clear of the star, the purpose line and the number.

    A short name keeps to the upper half; a longer one spreads around the ring until it would meet
    what stands below, and is condensed from there on, as seal cutters do.
    """
    head = _R - _RING - 0.15 - 1.0  # where the characters' heads are
    wished = radians(min(max(105 + 13 * count, 130), 290))
    arc = None
    for high in (_R * tenth / 100 for tenth in range(30, 18, -1)):
        foot = head - high
        span = wished
        while True:
            step = span / max(count - 1, 1)
            wide = min(high * 0.95, step * (foot + 0.3 * high) * 0.9)
            arc = _Arc(foot, high, wide, span if count > 1 else 0.0)
            if span < pi or not _collides(arc, purpose, code):
                break
            span -= radians(2)
        if arc.wide >= 0.62 * arc.high:
            break
    assert arc is not None
    return arc


def _collides(arc: _Arc, purpose: str, code: str) -> bool:
    wide, high, foot = _purpose_size(purpose)
    half = wide * len(purpose) / 2
    for x, y in arc.end():
        if purpose and x < half + _GAP and foot - _GAP < y < foot + high + _GAP:
            return True
        # The number's corner, as an angle from straight down.
        reach = (len(code) + 1) / 2 * _code_step(code)
        if code and y < 0 and atan2(x, -y) < reach + _GAP / hypot(x, y):
            return True
        if x < _GAP:  # it would meet its own beginning
            return True
    return False


class _Glyphs:
    """Outlines of a font, put where they belong and gathered into one path."""

    def __init__(self, face: Face) -> None:
        font = _opened(face.path, face.index)
        self._glyphs = font.getGlyphSet()
        self._names = font.getBestCmap()
        self._em: int = font["head"].unitsPerEm
        self._pen = SVGPathPen(self._glyphs, ntos=_n)

    def has(self, char: str) -> bool:
        return ord(char) in self._names

    def cell(self, char: str, at: Transform, wide: float, high: float) -> None:
        """An ideograph, its em square squeezed into `wide` by `high` with its corner at `at`."""
        name = self._names[ord(char)]
        # Letters and figures are narrower than the square: middled in it.
        indent = (self._em - self._glyphs[name].width) / 2
        fit = at.scale(wide / self._em, high / self._em).translate(indent, 0.12 * self._em)
        self._draw(name, fit)

    def digit(self, char: str, at: Transform, high: float) -> None:
        """A figure `high` tall in its own width, its foot's middle at `at`."""
        name = self._names[ord(char)]
        scale = high / (0.72 * self._em)
        self._draw(name, at.scale(scale, scale).translate(-self._glyphs[name].width / 2, 0))

    def path(self) -> str:
        return str(self._pen.getCommands())

    def _draw(self, name: str, at: Transform) -> None:
        downwards = Transform(1, 0, 0, -1).transform(at)  # SVG's y points down
        self._glyphs[name].draw(TransformPen(self._pen, downwards))


@lru_cache(8)
def _opened(path: str, index: int) -> TTFont:
    return TTFont(path, fontNumber=index, lazy=True)


def _n(number: float) -> str:
    word = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if word in ("", "-0") else word
