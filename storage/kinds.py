"""The kinds of files a centre takes, and the names of those it doesn't.

A kind's `name` is what a material's list of accepted types says ("pdf", "jpg", …).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that can be accepted: its name, media type, extensions and Chinese name."""

    name: str
    media_type: str
    extensions: tuple[str, ...]
    label: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",), "PDF 文档"),
        Kind("jpg", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPG 图片"),
        Kind("png", "image/png", ("png",), "PNG 图片"),
        Kind("webp", "image/webp", ("webp",), "WebP 图片"),
        Kind(
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ("docx",),
            "Word 文档",
        ),
        Kind(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ("xlsx",),
            "Excel 表格",
        ),
        Kind("ofd", "application/ofd", ("ofd",), "OFD 版式文件"),
        Kind("zip", "application/zip", ("zip",), "ZIP 压缩包"),
    )
}

DEFAULT = frozenset(KINDS) - {"zip"}
"""What a material accepts that doesn't say otherwise; archives only where one asks for them."""

IMAGES = frozenset({"jpg", "png", "webp"})
ARCHIVES = frozenset({"docx", "xlsx", "ofd", "zip"})

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)
"""First bytes that decide; WebP and the archives need a closer look."""

PROGRAMS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"\xca\xfe\xba\xbe", "程序文件"),
    (b"\xcf\xfa\xed\xfe", "macOS 程序"),
    (b"\xce\xfa\xed\xfe", "macOS 程序"),
    (b"\xfe\xed\xfa", "macOS 程序"),
    (b"#!", "脚本程序"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "Windows 快捷方式"),
    (b"dex\n", "安卓程序"),
    (b"MSCF", "Windows 安装包"),
    (b"<?php", "脚本程序"),
)

OTHERS: tuple[tuple[int, bytes, str, str], ...] = (
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "旧版 Office 文档",
        "请另存为 DOCX、XLSX 或 PDF 后上传。",
    ),
    (4, b"ftyphei", "HEIC 照片", "请在手机相机设置中改为“兼容性最佳”，或导出为 JPG 后上传。"),
    (4, b"ftypmif1", "HEIC 照片", "请在手机相机设置中改为“兼容性最佳”，或导出为 JPG 后上传。"),
    (4, b"ftypavif", "AVIF 图片", "请另存为 JPG 或 PNG 后上传。"),
    (4, b"ftyp", "视频文件", ""),
    (0, b"GIF8", "GIF 图片", "请另存为 JPG 或 PNG 后上传。"),
    (0, b"BM", "BMP 图片", "请另存为 JPG 或 PNG 后上传。"),
    (0, b"II*\x00", "TIFF 图片", "请另存为 JPG、PNG 或 PDF 后上传。"),
    (0, b"MM\x00*", "TIFF 图片", "请另存为 JPG、PNG 或 PDF 后上传。"),
    (0, b"Rar!", "RAR 压缩包", "请解压后逐个上传。"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "请解压后逐个上传。"),
    (0, b"\x1f\x8b", "GZIP 压缩包", "请解压后逐个上传。"),
    (0, b"PK\x05\x06", "空的压缩包", ""),
    (0, b"{\\rtf", "RTF 文档", "请另存为 DOCX 或 PDF 后上传。"),
    (0, b"%!PS", "PostScript 文档", "请另存为 PDF 后上传。"),
    (0, b"CAJ", "CAJ 文档", "请转换为 PDF 后上传。"),
)
"""Where, which bytes, what it is and what the sender can do about it."""

MARKUP: tuple[tuple[str, str], ...] = (
    ("<svg", "SVG 图形"),
    ("<!doctype html", "网页"),
    ("<html", "网页"),
    ("<head", "网页"),
    ("<body", "网页"),
    ("<script", "网页"),
    ("<iframe", "网页"),
    ("<?xml", "XML 文件"),
)
"""How text that a browser would run begins, or goes on within its first lines."""

_PROGRAMS = """
exe com scr pif msi msp bat cmd ps1 psm1 vbs vbe js jse wsf wsh hta lnk url jar dll sys cpl reg apk
app dmg pkg sh desktop iso img html htm svg xhtml mht mhtml php asp aspx jsp docm xlsm pptm dotm
xlam chm scf inf
"""

PROGRAM_EXTENSIONS = frozenset(_PROGRAMS.split())
"""What an archive mustn't hold."""
