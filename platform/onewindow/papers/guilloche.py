"""The border and ground of certificates: interlaced curves, as engravers draw them, all vectors.

The drawings are shipped beside the layouts; after a change here draw them anew by
`python -m onewindow.papers.guilloche`. Lengths are millimetres from the page's upper left.
"""

from collections.abc import Callable, Iterable, Iterator
from math import cos, pi, sin
from pathlib import Path

Point = tuple[float, float]

LAYOUTS = Path(__file__).parent / "layouts"
SHEETS = {"landscape": (297.0, 210.0), "portrait": (210.0, 297.0)}

EDGE = 9.0  # from the page's edge to the outer line
BAND = 8.0  # width of the braided band
CORNER = 13.0  # side of a corner's square

INK = "#a9834a"
SOFT = "#c9ab78"
PALE = "#efe3c8"
FAINT = "#f1e8d2"
PAPER = "#fffdf8"


def sheet(width: float, height: float) -> str:
    """The whole drawing for a page of this size, as SVG."""
    parts = [
        f'<rect width="{width:g}" height="{height:g}" fill="{PAPER}"/>',
        *_ground(width, height),
        *_rosette(width / 2, height / 2, min(width, height) * 0.33),
        *_frame(width, height),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" fill="none" stroke-linejoin="round">\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _ground(width: float, height: float) -> Iterator[str]:
    """Fine waves over the whole inside, too light to disturb reading."""
    inset = EDGE + BAND + 1.6
    left, right = inset, width - inset
    lines = []
    rows = int((height - 2 * inset) / 3.6)
    step = (height - 2 * inset) / rows
    waves = round((right - left) / 22)
    for row in range(rows):
        middle = inset + step * (row + 0.5)

        def wave(t: float, middle: float = middle) -> Point:
            swell = sin(2 * pi * waves * t) + 0.45 * sin(2 * pi * waves * 2 * t + middle / 9)
            return left + (right - left) * t, middle + 0.95 * swell

        lines.append(_curve(wave, waves * 7))
    yield _strokes(lines, FAINT, 0.16)


def _rosette(x: float, y: float, radius: float) -> Iterator[str]:
    """A flower of many turns in the middle of the page."""
    for petals, inner, outer, strands in (
        (24, 0.78, 1.0, 6),
        (18, 0.50, 0.80, 8),
        (12, 0.16, 0.54, 8),
    ):
        lines = _flower(x, y, radius * inner, radius * outer, petals, strands)
        yield _strokes(lines, PALE, 0.18)


def _frame(width: float, height: float) -> Iterator[str]:
    inside = EDGE + BAND
    yield _box(EDGE - 1.6, width, height, INK, 0.75)
    yield _box(EDGE - 0.4, width, height, SOFT, 0.2)
    yield _box(inside + 0.4, width, height, SOFT, 0.2)
    yield _box(inside + 1.5, width, height, INK, 0.35)

    middle = EDGE + BAND / 2
    start = EDGE + CORNER
    for flipped, length, across in ((False, width, height), (True, height, width)):
        for offset in (middle, across - middle):
            yield from _braid(start, length - start, offset, flipped)
    half = CORNER / 2
    for x in (EDGE + half, width - EDGE - half):
        for y in (EDGE + half, height - EDGE - half):
            yield from _corner(x, y)


def _braid(start: float, end: float, offset: float, flipped: bool) -> Iterator[str]:
    """Two ribbons of strands that cross each other along one side of the page."""
    swing = BAND / 2 - 0.55
    waves = round((end - start) / 11.5)
    for shift, colour in ((0.0, INK), (pi / 2, SOFT)):
        lines = []
        for strand in range(9):
            height = swing * cos(pi * strand / 8)

            def ribbon(t: float, height: float = height, shift: float = shift) -> Point:
                along = start + (end - start) * t
                aside = offset + height * sin(2 * pi * waves * t + shift)
                return (aside, along) if flipped else (along, aside)

            lines.append(_curve(ribbon, waves * 4))
        yield _strokes(lines, colour, 0.13)


def _corner(x: float, y: float) -> Iterator[str]:
    """A square with a flower: where the bands of two sides meet."""
    half = CORNER / 2 - 0.5
    box = f"M{_n(x - half)} {_n(y - half)}h{_n(2 * half)}v{_n(2 * half)}h{_n(-2 * half)}z"
    yield f'<path d="{box}" fill="{PAPER}" stroke="{INK}" stroke-width="0.3"/>'
    for inner, outer, strands, colour in ((0.50, 0.94, 5, INK), (0.12, 0.60, 4, SOFT)):
        lines = _flower(x, y, half * inner, half * outer, 8, strands)
        yield _strokes(lines, colour, 0.14)


def _flower(x: float, y: float, inner: float, outer: float, petals: int, strands: int) -> list[str]:
    """Closed curves around a centre, each between two radii, each turned a little further."""
    middle, swing = (inner + outer) / 2, (outer - inner) / 2

    def turned(shift: float) -> Callable[[float], Point]:
        def at(t: float) -> Point:
            angle = 2 * pi * t
            radius = middle + swing * cos(petals * angle + shift)
            return x + radius * cos(angle), y + radius * sin(angle)

        return at

    return [
        _curve(turned(2 * pi * strand / strands), petals * 4, closed=True)
        for strand in range(strands)
    ]


def _box(inset: float, width: float, height: float, colour: str, pen: float) -> str:
    return (
        f'<rect x="{_n(inset)}" y="{_n(inset)}" width="{_n(width - 2 * inset)}" '
        f'height="{_n(height - 2 * inset)}" stroke="{colour}" stroke-width="{pen:g}"/>'
    )


def _strokes(lines: list[str], colour: str, pen: float) -> str:
    return f'<path d="{"".join(lines)}" stroke="{colour}" stroke-width="{pen:g}"/>'


def _curve(at: Callable[[float], Point], pieces: int, *, closed: bool = False) -> str:
    """A smooth path of `pieces` Bézier curves along `at`, which takes 0…1 (Hermite's tangents)."""
    hair = 1e-5

    def tangent(t: float) -> Point:
        (x0, y0), (x1, y1) = at(t - hair), at(t + hair)
        return (x1 - x0) / (6 * hair * pieces), (y1 - y0) / (6 * hair * pieces)

    x, y = (round(number, 2) for number in at(0.0))
    words = [f"M{_n(x)} {_n(y)}c"]
    for piece in range(1, pieces + 1):
        end, goal = at(piece / pieces), tangent(piece / pieces)
        begin = tangent((piece - 1) / pieces)
        # Relative and rounded: what was lost by rounding is made up for by the next curve.
        numbers = [*begin, end[0] - goal[0] - x, end[1] - goal[1] - y, end[0] - x, end[1] - y]
        numbers = [round(number, 2) for number in numbers]
        x, y = x + numbers[4], y + numbers[5]
        words.append("".join(_packed(numbers)))
    return "".join(words) + ("z" if closed else "")


def _packed(numbers: Iterable[float]) -> Iterator[str]:
    for number in numbers:
        word = _n(number).replace("0.", ".", 1) if abs(number) < 1 else _n(number)
        yield word if word.startswith("-") else f" {word}"


def _n(number: float) -> str:
    """Two digits are a hundredth of a millimetre: finer than any printer."""
    word = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if word in ("", "-0") else word


if __name__ == "__main__":
    for name, (wide, high) in SHEETS.items():
        (LAYOUTS / f"certificate-{name}.svg").write_text(sheet(wide, high), encoding="utf-8")
