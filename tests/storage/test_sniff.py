"""What a file is, and what is refused with which words."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import uploads

import storage
from storage.kinds import DEFAULT, KINDS
from storage.sniff import sniff

ALL = frozenset(KINDS)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>\n"
EXE = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes(600)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def sent(tmp_path: Path):
    """Looks at `data` as if it had been sent as `filename`."""

    def look(data: bytes, filename: str, allowed=ALL) -> storage.Kind:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return sniff(path, filename, allowed)

    return look


@pytest.mark.parametrize(
    ("data", "filename", "kind"),
    [
        (uploads.pdf(), "申请书.pdf", "pdf"),
        (uploads.pdf(), "申请书.PDF", "pdf"),
        (uploads.signed_pdf(), "signed.pdf", "pdf"),
        (uploads.photo(), "IMG_0001.JPG", "jpg"),
        (uploads.photo(), "照片.jpeg", "jpg"),
        (uploads.photo() + b"a film the phone adds", "动态照片.jpg", "jpg"),
        (uploads.image("JPEG", progressive=True), "p.jpg", "jpg"),
        (uploads.image("PNG"), "截图.png", "png"),
        (uploads.image("WEBP"), "w.webp", "webp"),
        (uploads.image("WEBP", lossless=True), "w.webp", "webp"),
        (uploads.docx(), "申请书.docx", "docx"),
        (uploads.linked_docx("hyperlink"), "有链接.docx", "docx"),
        (uploads.xlsx(), "名单.xlsx", "xlsx"),
        (uploads.ofd(), "电子发票.ofd", "ofd"),
        (uploads.archive({"图纸/一层.pdf": b"x", "图纸/二层.dwg": b"y"}), "图纸.zip", "zip"),
        (uploads.archive({}), "空.zip", None),
    ],
)
def test_files_as_people_send_them(sent, data: bytes, filename: str, kind: str | None) -> None:
    if kind is None:
        with pytest.raises(storage.Refused):
            sent(data, filename)
    else:
        assert sent(data, filename) is KINDS[kind]


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xE2, 0xDB, 0xEE, 0xED, 0xFE])
def test_a_jpeg_is_known_whichever_segment_comes_first(sent, marker: int) -> None:
    data = b"\xff\xd8\xff" + bytes([marker]) + b"\x00\x10rest" + bytes(100) + b"\xff\xd9"
    assert sent(data, "a.jpg").name == "jpg"


def _zip_with_prefix(prefix: bytes) -> bytes:
    """A self-extracting archive: offsets are right, but something else comes first."""
    out = io.BytesIO(prefix)
    out.seek(0, 2)
    with zipfile.ZipFile(out, "a") as whole:
        whole.writestr("a.txt", "x")
    return out.getvalue()


def _bomb_zip() -> bytes:
    return uploads.archive({"zeros.txt": bytes(50 << 20)})


def _many_entries() -> bytes:
    return uploads.archive({f"{n}.txt": b"" for n in range(3001)})


def _zip_locked() -> bytes:
    data = bytearray(uploads.archive({"a.txt": b"x"}))
    data[6] |= 1  # the flag of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # and of the directory
    return bytes(data)


def _zip_twice() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as whole:
        whole.writestr("a.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            whole.writestr("a.txt", "2")
    return out.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    "<Types>&b;</Types>"
)
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"


@pytest.mark.parametrize(
    ("data", "filename", "code", "words"),
    [
        (b"", "空.pdf", "empty-file", "“空.pdf”是空文件"),
        (uploads.pdf(), "申请书", "no-extension", "没有扩展名"),
        (uploads.pdf(), ".pdf", "no-extension", "没有扩展名"),
        (uploads.pdf(), "../../etc/a.pdf", "unsafe-name", "文件名含有不允许的字符"),
        (uploads.pdf(), "c:\\a.pdf", "unsafe-name", "改名后重新上传"),
        (uploads.pdf(), "fdp\u202efdp.pdf", "unsafe-name", "改名"),
        (uploads.pdf(), "a\x00.pdf", "unsafe-name", "改名"),
        # Something else under a harmless name.
        (EXE, "说明.pdf", "program-file", "“说明.pdf”其实是程序（Windows 程序）"),
        (b"\x7fELF" + bytes(100), "a.jpg", "program-file", "Linux 程序"),
        (b"#!/bin/sh\nrm -rf /\n", "a.pdf", "program-file", "脚本程序"),
        (HTML, "a.pdf", "kind-not-accepted", "（网页）不在可接受的格式"),
        (SVG, "a.png", "kind-not-accepted", "（SVG 图形）"),
        (SVG, "a.svg", "kind-not-accepted", "（SVG 图形）"),
        (b"\xef\xbb\xbf \n" + SVG, "a.svg", "kind-not-accepted", "（SVG 图形）"),
        (b'<?xml version="1.0"?>\n' + SVG, "a.svg", "kind-not-accepted", "（SVG 图形）"),
        (HTML.decode().encode("utf-16"), "a.pdf", "kind-not-accepted", "（网页）"),
        (uploads.image("PNG"), "a.jpg", "name-disagrees", "内容却是另一种格式（PNG 图片）"),
        (uploads.pdf(), "a.docx", "name-disagrees", "（PDF 文档）"),
        (uploads.archive({"a.txt": b"x"}), "a.docx", "name-disagrees", "（ZIP 压缩包）"),
        (uploads.ofd(), "a.docx", "name-disagrees", "（OFD 版式文件）"),
        (uploads.docx(), "a.ofd", "name-disagrees", "（Word 文档）"),
        (uploads.docx(), "a.xlsx", "name-disagrees", "（Word 文档）"),
        # What can be helped.
        (b"\x00\x00\x00\x18ftypheic" + bytes(99), "IMG.heic", "kind-not-accepted", "兼容性最佳"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999), "a.doc", "kind-not-accepted", "另存为"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(99), "a.rar", "kind-not-accepted", "解压后逐个上传"),
        (uploads.image("GIF"), "a.gif", "kind-not-accepted", "GIF 图片"),
        (uploads.image("BMP"), "a.bmp", "kind-not-accepted", "BMP 图片"),
        (uploads.image("TIFF"), "a.tif", "kind-not-accepted", "TIFF 图片"),
        ("就是一段文字".encode(), "a.pdf", "unknown-content", "无法识别“a.pdf”的内容"),
        # Two in one.
        (HTML + uploads.pdf(), "a.pdf", "kind-not-accepted", "网页"),
        (b"%PDF-1.7\n" + HTML + uploads.pdf(), "a.pdf", "mixed-content", "夹带"),
        (uploads.pdf() + uploads.archive({"a": b"x"}), "a.pdf", "mixed-content", "压缩包"),
        (uploads.photo() + uploads.archive({"a": b"x"}), "a.jpg", "mixed-content", "压缩包"),
        (uploads.image("PNG") + HTML, "a.png", "damaged-file", "不完整"),
        (_zip_with_prefix(b"PK\x03\x04" + EXE), "a.zip", "mixed-content", "夹带"),
        (uploads.archive({"a": b"x"}) + EXE, "a.zip", "mixed-content", "夹带"),
        # Broken off.
        (uploads.pdf()[:200], "a.pdf", "damaged-file", "不完整"),
        (uploads.image("PNG")[:-20], "a.png", "damaged-file", "不完整"),
        (uploads.image("WEBP")[:-20], "a.webp", "damaged-file", "不完整"),
        (uploads.photo()[:-20], "a.jpg", "damaged-file", "不完整"),
        (uploads.docx()[:-30], "a.docx", "damaged-file", "已损坏"),
        (uploads.archive({"OFD.xml": "<x/>"}), "a.ofd", "damaged-file", "已损坏"),
        (uploads.archive({"OFD.xml": "<x"}), "a.ofd", "damaged-file", "已损坏"),
        (uploads.docx({"[Content_Types].xml": ENTITIES}), "a.docx", "damaged-file", "已损坏"),
        (_zip_twice(), "a.zip", "damaged-file", "已损坏"),
        # Tricks of containers.
        (_bomb_zip(), "a.zip", "archive-too-big", "展开后过大"),
        (_many_entries(), "a.zip", "archive-too-big", "展开后过大"),
        (_zip_locked(), "a.zip", "archive-locked", "设有密码"),
        (uploads.archive({"../../x": b"x"}), "a.zip", "archive-unsafe-path", "不安全的路径"),
        (uploads.archive({"/etc/x": b"x"}), "a.zip", "archive-unsafe-path", "不安全的路径"),
        (uploads.archive({"资料/装我.EXE": b"x"}), "a.zip", "archive-holds-program", "装我.EXE"),
        (uploads.archive({"a.pdf.lnk": b"x"}), "a.zip", "archive-holds-program", "a.pdf.lnk"),
        (uploads.docx({"word/vbaProject.bin": b"x"}), "a.docx", "document-with-macros", "含有宏"),
        (uploads.docx(main=MACROS), "a.docx", "document-with-macros", "含有宏"),
        (uploads.linked_docx("attachedTemplate"), "a.docx", "document-reaches-out", "外部的模板"),
        (uploads.linked_docx("oleObject"), "a.docx", "document-reaches-out", "另存为 PDF"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how_it_is_said(
    sent, data: bytes, filename: str, code: str, words: str
) -> None:
    with pytest.raises(storage.Refused) as refusal:
        sent(data, filename)
    assert refusal.value.code == code, refusal.value
    assert words in refusal.value.message
    assert refusal.value.text.format(**refusal.value.params) == refusal.value.message


def test_a_material_accepts_only_its_own_kinds(sent) -> None:
    with pytest.raises(storage.Refused, match="本材料接受 PDF、JPG") as refusal:
        sent(uploads.image("PNG"), "截图.png", {"jpg", "pdf"})
    assert refusal.value.code == "kind-not-accepted"


def test_archives_are_accepted_only_where_asked_for() -> None:
    assert "zip" not in DEFAULT
    assert {"pdf", "jpg", "png", "webp", "docx", "xlsx", "ofd"} == DEFAULT


def test_a_directory_of_millions_is_not_even_read(sent) -> None:
    data = bytearray(uploads.archive({"a.txt": b"x"}))
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", data, end + 8, 0xFFFF, 0xFFFF)
    with pytest.raises(storage.Refused) as refusal:
        sent(bytes(data), "a.zip")
    assert refusal.value.code == "archive-too-big"


def test_long_names_are_cut_in_sentences(sent) -> None:
    with pytest.raises(storage.Refused) as refusal:
        sent(b"", "长" * 200 + ".pdf")
    assert len(refusal.value.message) < 80
