"""Seals: everything on them can be read, however long the office's name is."""

import io
from itertools import combinations

import pytest
import typst
from PIL import Image, ImageChops

from onewindow.papers import seals
from onewindow.papers.fonts import FontShelf

FACE = FontShelf().seal
SHORT = "青溪县民政局"
LONG = "新疆维吾尔自治区伊犁哈萨克自治州示范县住房和城乡建设局"
LONGEST = "云川市青溪县临江镇人民政府社会事务与退役军人服务管理综合办公室（民政、残联、老龄）"


def drawn(body: str) -> Image.Image:
    """A drawing in millimetres around the centre, as ink (white on black), 10 pixels to each."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="42mm" height="42mm" '
        f'viewBox="-21 -21 42 42">{body}</svg>'
    )
    source = f"#set page(width: 42mm, height: 42mm, margin: 0mm)\n#image(bytes({_quoted(svg)}))"
    png = typst.compile(source.encode(), format="png", ppi=254)
    assert isinstance(png, bytes)
    return Image.open(io.BytesIO(png)).convert("L").point(lambda grey: 255 if grey < 128 else 0)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def parts(name: str, purpose: str, code: str) -> dict[str, Image.Image]:
    images = {}
    for part, draw in {
        "name": lambda pen: seals._draw_name(pen, name, purpose, code),
        "purpose": lambda pen: seals._draw_purpose(pen, purpose),
        "code": lambda pen: seals._draw_code(pen, code),
    }.items():
        pen = seals._Glyphs(FACE)
        draw(pen)
        images[part] = drawn(f'<path d="{pen.path()}" stroke="black" stroke-width="0.16"/>')
    ring = seals._R - seals._RING / 2 - 0.15
    images["ring"] = drawn(
        f'<circle r="{ring}" fill="none" stroke="black" stroke-width="{seals._RING}"/>'
    )
    images["star"] = drawn(f'<path d="{seals._star()}"/>')
    return images


@pytest.mark.parametrize("code", ["", "4501020012345", "450102001234567890"])
@pytest.mark.parametrize("purpose", ["", "受理专用章", "行政审批专用章", "最低生活保障审核专用章"])
@pytest.mark.parametrize("name", ["云", "民政局", SHORT, "青溪县市场监督管理局", LONG, LONGEST])
def test_nothing_on_a_seal_touches_anything_else(name: str, purpose: str, code: str) -> None:
    images = parts(name, purpose, code)
    for one, other in combinations(images, 2):
        both = ImageChops.multiply(images[one], images[other])
        assert both.getbbox() is None, f"{one} meets {other}"


@pytest.mark.parametrize("count", range(2, seals.LONGEST_NAME + 1))
def test_characters_of_a_name_stay_legible(count: int) -> None:
    arc = seals._arc(count, "行政审批专用章", "4501020012345")
    assert arc.wide >= 1.2, "millimetres"
    assert arc.high / arc.wide < 3.6
    step = arc.span / (count - 1)
    assert step * arc.foot > arc.wide * 0.8, "neighbours don't climb onto each other"


def test_a_seal_is_vectors_only_and_says_what_it_is() -> None:
    svg = seals.draw(FACE, SHORT, "业务专用章", "4501020012345")
    assert svg.startswith("<svg ")
    assert 'width="42mm"' in svg
    assert f'aria-label="{SHORT} 业务专用章"' in svg
    assert "<text" not in svg
    assert "<image" not in svg
    assert len(svg) < 60_000


@pytest.mark.parametrize(
    ("seal", "why"),
    [
        (("", "", ""), "name"),
        (("局" * 41, "", ""), "name"),
        (("民政局", "章" * 13, ""), "purpose"),
        (("民政局", "", "1" * 19), "code"),
        (("民\U00020bb7局", "", ""), "characters"),
    ],
)
def test_a_seal_that_cannot_be_drawn_says_why(seal: tuple[str, str, str], why: str) -> None:
    with pytest.raises(seals.Unsealable) as refusal:
        seals.draw(FACE, *seal)
    assert refusal.value.why == why


def test_a_name_cannot_smuggle_markup_into_the_svg() -> None:
    svg = seals.draw(FACE, '"><script>')
    assert "<script" not in svg
