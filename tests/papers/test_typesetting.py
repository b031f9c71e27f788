"""Papers as PDF: what is on them, that they fit, and that facts are never taken for markup."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import ImageChops

from onewindow.papers import guilloche, typesetting
from onewindow.papers.facts import UnfitFacts, UnknownLayout
from onewindow.papers.fonts import FontShelf

SEAL = {"name": "青溪县市场监督管理局", "purpose": "行政审批专用章", "code": "4501020012345"}
URL = "https://onewindow.yunchuan.example/certificates/Jx0b3n8F2qWcPzUe"

CERTIFICATE: dict[str, Any] = {
    "title": "食品经营许可证",
    "title_en": "Food business licence",
    "number": "JY14501020000012",
    "holder": "云川市青溪县老街坊餐饮店",
    "fields": [
        {"label": "经营者名称", "value": "云川市青溪县老街坊餐饮店"},
        {"label": "统一社会信用代码", "value": "92450102MA5KXYZ12P"},
        {"label": "法定代表人（负责人）", "value": "陈素云"},
        {"label": "经营场所", "value": "云川市青溪县临江镇人民路18号一层3号商铺"},
    ],
    "valid": "2026年11月22日 至 2031年11月21日",
    "issuer": "青溪县市场监督管理局",
    "issued_on": "2026年11月22日",
    "verify_url": URL,
    "notes": "电子证照与纸质证照具有同等法律效力。",
    "seal": SEAL,
}
LETTER: dict[str, Any] = {
    "title": "受理通知书",
    "number": "青市监受〔2026〕12号",
    "to": "陈素云",
    "body": "您提出的“食品经营许可”申请，决定予以受理。\n收到的材料如下：",
    "table": {"columns": ["材料名称", "份数"], "rows": [["申请书", "1"], ["布局图", "2"]]},
    "after": "请保持电话畅通。",
    "signer": "青溪县市场监督管理局",
    "date": "2026年11月22日",
    "seal": SEAL,
}
VOUCHER: dict[str, Any] = {
    "title": "收件回执",
    "centre": "青溪县临江镇便民服务中心",
    "number": "SJ20261120-0007",
    "password": "K7M4QP",
    "track_url": "https://onewindow.yunchuan.example/track/SJ20261120-0007",
    "applicant": "陈素云",
    "matter": "食品经营许可（新办）",
    "received_at": "2026年11月20日 09:32",
    "receiver": "李敏",
    "fields": [{"label": "承诺时限", "value": "5 个工作日"}],
    "materials": ["申请书", "营业执照"],
    "note": "本回执仅表明已收到材料。",
    "seal": {"name": "青溪县临江镇便民服务中心"},
}
SAMPLES = {"certificate": CERTIFICATE, "letter": LETTER, "voucher": VOUCHER}


@pytest.fixture(scope="module", autouse=True)
def _workers() -> Iterator[None]:
    yield
    typesetting.close()


def read(pdf: bytes) -> list[str]:
    """The text of each page, without blanks: labels are spread, lines are broken."""
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return ["".join(page.split()).replace("\u200b", "").replace("\ufffe", "") for page in pages]


def words_of(pdf: bytes) -> str:
    return "".join(read(pdf))


def compact(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_a_certificate_carries_everything_on_one_sheet(orientation: str) -> None:
    pdf = typesetting.render("certificate", CERTIFICATE | {"orientation": orientation})
    (page,) = read(pdf)
    for words in (
        *("食品经营许可证", "FOOD BUSINESS LICENCE", "编号", "JY14501020000012"),
        *("经营者名称", "云川市青溪县老街坊餐饮店", "法定代表人", "（负责人）", "陈素云"),
        *("有效期限", "2026年11月22日 至 2031年11月21日", "青溪县市场监督管理局", "2026年11月22日"),
        *("扫描二维码核验", "验证地址", URL, "电子证照与纸质证照具有同等法律效力。"),
    ):
        assert compact(words) in page, words
    assert page.count("云川市青溪县老街坊餐饮店") == 1, "the holder isn't said twice"
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        size = tuple(round(length / 72 * 25.4) for length in document[0].get_size())
    assert size == ((297, 210) if orientation == "landscape" else (210, 297))
    assert len(pdf) < 300_000


def test_a_holder_that_no_field_names_gets_a_row() -> None:
    pdf = typesetting.render("certificate", CERTIFICATE | {"holder": "李大勇"})
    assert "持证主体李大勇" in words_of(pdf)


def test_a_certificate_without_seal_names_its_issuer() -> None:
    page = words_of(typesetting.render("certificate", CERTIFICATE | {"seal": None}))
    assert "发证机关" in page
    assert "青溪县市场监督管理局" in page


@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
@pytest.mark.parametrize("count", [0, 1, 12, 18])
def test_few_or_many_fields_fit_one_sheet(orientation: str, count: int) -> None:
    fields = [{"label": f"第{n}栏目", "value": f"内容{n}" * 3} for n in range(count)]
    facts = CERTIFICATE | {"fields": fields, "orientation": orientation}
    (page,) = read(typesetting.render("certificate", facts))
    assert all(f"内容{n}" * 3 in page for n in range(count))


def test_more_than_a_sheet_can_hold_is_refused_not_cut_off() -> None:
    fields = [{"label": "经营范围", "value": "日用百货销售；五金产品零售。" * 200}]
    with pytest.raises(typesetting.Unprintable, match="一页放不下") as refusal:
        typesetting.render("certificate", CERTIFICATE | {"fields": fields})
    assert refusal.value.code == "paper-too-long"
    assert refusal.value.status == 422


def test_a_long_title_is_drawn_together_to_keep_one_line() -> None:
    title = "危险化学品建设项目安全设施设计审查意见书（正本）"
    (page,) = read(typesetting.render("certificate", CERTIFICATE | {"title": title}))
    assert title in page


def test_a_notice_has_its_parts_in_order() -> None:
    facts = LETTER | {
        "contact": [{"label": "联系电话", "value": "0770-1234567"}],
        "receipt": True,
        "track_url": URL,
        "password": "K7M4QP",
    }
    (page,) = read(typesetting.render("letter", facts))
    wanted = ("受理通知书", "青市监受〔2026〕12号", "陈素云：", "决定予以受理", "序号", "材料名称")
    places = [page.index(words) for words in (*wanted, "布局图", "请保持电话畅通", "联系电话")]
    assert places == sorted(places)
    for words in ("2026年11月22日", "查询密码：K7M4QP", "受送达人（签名或盖章）"):
        assert words in page


def test_a_red_headed_notice_keeps_its_office_on_one_line() -> None:
    office = "云川市青溪县临江镇人民政府社会事务与退役军人服务办公室"
    page = words_of(typesetting.render("letter", LETTER | {"office": office}))
    assert page.startswith(office)


def test_a_notice_that_nearly_fits_is_set_closer() -> None:
    body = "\n".join("本段落用来把通知书撑到接近一页的长度，看它能否稍稍收紧。" for _ in range(9))
    pages = read(typesetting.render("letter", LETTER | {"body": body, "receipt": True}))
    assert len(pages) == 1


def test_a_long_notice_numbers_its_pages_and_never_signs_alone() -> None:
    body = "\n".join("根据法律的规定，本段落说明了决定的事实、理由和依据。" * 3 for _ in range(14))
    pages = read(typesetting.render("letter", LETTER | {"body": body, "table": None}))
    assert len(pages) > 1
    assert pages[0].endswith("—1—")
    assert "请保持电话畅通。" in pages[-1]
    assert "2026年11月22日" in pages[-1]


def test_a_table_over_pages_repeats_its_heading() -> None:
    rows = [[f"第{n}份材料", "1"] for n in range(60)]
    table = {"columns": ["材料名称", "份数"], "rows": rows}
    pages = read(typesetting.render("letter", LETTER | {"table": table}))
    assert len(pages) > 1
    assert all("材料名称" in page for page in pages if "份材料1" in page)


def test_a_voucher_has_two_parts_on_one_sheet() -> None:
    (page,) = read(typesetting.render("voucher", VOUCHER))
    for words in ("SJ20261120-0007", "食品经营许可（新办）", "陈素云"):
        assert page.count(words) >= 2, words
    for words in (
        "第一联申请人留存",
        "第二联窗口存根",
        "沿此线裁开",
        "查询密码K7M4QP",
        "2.营业执照",
    ):
        assert words in page
    assert page.count("K7M4QP") == 1, "the office's part doesn't tell the password"


def test_many_materials_go_overleaf() -> None:
    materials = [f"第{n}份材料" for n in range(1, 41)]
    pages = read(typesetting.render("voucher", VOUCHER | {"materials": materials}))
    assert "共40份，清单见附页" in pages[0]
    overleaf = "".join(pages[1:])
    assert all(material in overleaf for material in materials)


@pytest.mark.parametrize("layout", list(SAMPLES))
def test_every_paper_speaks_english_too(layout: str) -> None:
    page = words_of(typesetting.render(layout, SAMPLES[layout], language="en"))
    words = {
        "certificate": ("No.", "Valid", "Scantoverify", "Verifyat"),
        "letter": ("No.",),
        "voucher": ("Part1:applicant", "Receiptno.", "Password", "Cuthere"),
    }
    assert all(word in page for word in words[layout])


@pytest.mark.parametrize("layout", list(SAMPLES))
def test_the_same_facts_give_the_same_bytes_as_an_archive_wants_them(layout: str) -> None:
    pdf = typesetting.render(layout, SAMPLES[layout])
    assert pdf == typesetting.render(layout, SAMPLES[layout])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "2"
            assert metadata["dc:title"] == SAMPLES[layout]["title"]
        fonts = [
            font for page in document.pages for font in (page.Resources.get("/Font") or {}).values()
        ]
        assert fonts
        for font in fonts:
            inside = font.DescendantFonts[0].FontDescriptor
            assert any(f"/FontFile{n}" in inside for n in ("", 2, 3)), "every font is embedded"


HOSTILE = (
    '#eval("1+1") *粗* _斜_ $x^2$ <label> @ref [a](b) `raw` \\ #image("/etc/passwd") {{ 7*7 }}'
)


@pytest.mark.parametrize("layout", list(SAMPLES))
def test_facts_are_never_taken_for_markup(layout: str) -> None:
    text = {"certificate": "holder", "letter": "body", "voucher": "applicant"}[layout]
    page = words_of(typesetting.render(layout, SAMPLES[layout] | {text: HOSTILE}))
    assert compact(HOSTILE) in page


def test_nothing_is_printed_backwards() -> None:
    page = words_of(
        typesetting.render("letter", LETTER | {"body": "申请的“建房\u202eABC”，予以受理。"})
    )
    assert compact("申请的“建房ABC”，予以受理。") in page
    assert "\u202e" not in page


def test_facts_that_do_not_fit_are_all_named() -> None:
    with pytest.raises(UnfitFacts) as refusal:
        typesetting.render("certificate", {"title": "", "number": "1", "fields": [{"value": "x"}]})
    for words in ("title 不能为空", "issuer 缺失", "issued_on 缺失", "fields.0.label 缺失"):
        assert words in refusal.value.message
    with pytest.raises(UnknownLayout, match="没有名为“diploma”的文书版式"):
        typesetting.render("diploma", {})
    with pytest.raises(UnknownLayout):
        typesetting.render("../../etc/passwd", {})


def test_a_character_no_font_has_is_refused_not_printed_as_a_box() -> None:
    with pytest.raises(typesetting.Unprintable, match="字库里没有“\U00020bb7”") as refusal:
        typesetting.render("certificate", CERTIFICATE | {"holder": "\U00020bb7野家"})
    assert refusal.value.code == "glyph-missing"


def test_a_seal_that_cannot_be_cut_is_refused() -> None:
    with pytest.raises(typesetting.Unprintable, match="印章名称应为 1 到 40 个字"):
        typesetting.render("letter", LETTER | {"seal": {"name": "局" * 50}})
    with pytest.raises(typesetting.Unprintable, match="印章用途不能超过 12 个字"):
        typesetting.seal("民政局", "章" * 20)
    assert typesetting.seal("民政局", "业务专用章").startswith("<svg")


@pytest.mark.parametrize(
    ("layout", "facts"),
    [
        ("certificate", CERTIFICATE),
        ("certificate", CERTIFICATE | {"orientation": "portrait"}),
        ("letter", LETTER),
        ("letter", LETTER | {"receipt": True, "track_url": URL}),
        ("voucher", VOUCHER),
        ("voucher", VOUCHER | {"materials": ["材料"] * 16}),
    ],
)
def test_a_seal_is_printed_whole_and_42_mm_wide(layout: str, facts: dict[str, Any]) -> None:
    pdf = typesetting.render(layout, facts)
    with pypdfium2.PdfDocument(io.BytesIO(pdf)) as document:
        sheet = document[len(document) - 1].render(scale=10 * 25.4 / 72).to_pil().convert("RGB")
    red = ImageChops.subtract(sheet.getchannel("R"), sheet.getchannel("G"))
    box = red.point(lambda difference: 255 if difference > 150 else 0).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert right - left == pytest.approx(417, abs=3), "tenths of a millimetre, the ring's own width"
    assert bottom - top == pytest.approx(417, abs=3)
    assert top > 100
    assert bottom < sheet.height - 100, "the printer's margin"


def test_a_paper_without_end_is_refused_and_the_next_one_comes_out() -> None:
    long = {"columns": ["一"] * 8, "rows": [["极长的内容" * 100] * 8 for _ in range(100)]}
    with pytest.raises(typesetting.Unprintable, match=r"上限|用时过长|过于复杂"):
        typesetting.render("letter", LETTER | {"table": long})
    endless = {"columns": ["一"] * 8, "rows": [["极长的内容" * 3000] * 8 for _ in range(400)]}
    with pytest.raises(UnfitFacts, match="内容过长"):
        typesetting.render("letter", LETTER | {"table": endless})
    assert typesetting.render("letter", LETTER).startswith(b"%PDF")


def test_a_paper_of_too_many_pages_is_refused() -> None:
    table = {"columns": ["材料名称"], "rows": [["材料" * 300]] * 100}
    with pytest.raises(typesetting.Unprintable, match="超过 30 页的上限"):
        typesetting.render("letter", LETTER | {"table": table})


async def test_papers_are_made_without_holding_up_the_loop() -> None:
    assert (await typesetting.arender("voucher", VOUCHER)).startswith(b"%PDF")


def test_a_sites_own_fonts_come_first(tmp_path: Path) -> None:
    """A folder with a font of the official name: here a few characters of Noto, named 仿宋."""
    wheel = next(folder for folder in FontShelf().folders if "zh_cn" in folder.name)
    font = TTFont(wheel / "NotoSansSC-Regular.otf")
    cutter = subset.Subsetter()
    cutter.populate(text="受理通知书决定予以您提出的申请，。：“”")
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = "FangSong"
    font["CFF "].cff.fontNames[0] = "FangSong"
    font.save(tmp_path / "fangsong.otf")

    typesetter = typesetting.Typesetter(fonts=tmp_path)
    try:
        pdf = typesetter.render("letter", LETTER)
    finally:
        typesetter.close()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        names = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
    assert any("FangSong" in name for name in names), names
    assert any("Serif" in name for name in names), "what it lacks comes from the usual font"


@pytest.mark.parametrize("name", list(guilloche.SHEETS))
def test_the_shipped_border_is_what_the_code_draws(name: str) -> None:
    shipped = (guilloche.LAYOUTS / f"certificate-{name}.svg").read_text(encoding="utf-8")
    assert shipped == guilloche.sheet(*guilloche.SHEETS[name])


def test_a_worker_knows_nothing_of_the_server() -> None:
    """What typesets hostile facts hasn't even loaded the database driver."""
    code = "import sys, onewindow.papers.press; print('asyncpg' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
