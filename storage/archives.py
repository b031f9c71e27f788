"""The inside of zip containers: office documents, OFD and plain archives.

Only the directory and a few small parts are read, with limits; nothing is ever unpacked.
"""

import struct
import zipfile
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from lxml import etree  # type: ignore[import-untyped]

from storage.kinds import PROGRAM_EXTENSIONS
from storage.problems import Refused

ENTRIES = 3000
UNPACKED = 600 << 20
RATIO = 200
_PART = 2 << 20
_END = struct.Struct("<4s4H2LH")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN = {
    f"{_OFFICE}wordprocessingml.document.main+xml": "docx",
    f"{_OFFICE}spreadsheetml.sheet.main+xml": "xlsx",
}


def look(file: BinaryIO, tail: bytes, size: int) -> str:
    """The kind ("docx", "xlsx", "ofd" or "zip") of a file that begins as an archive does.

    Raises `Refused`: damaged-file, mixed-content, archive-too-big, archive-locked,
    archive-unsafe-path, archive-holds-program, document-with-macros, document-reaches-out.
    """
    _check_directory(tail, size)
    try:
        with zipfile.ZipFile(file) as archive:
            entries = _checked(archive)
            if "OFD.xml" in entries:
                kind = _ofd(archive)
            elif "[Content_Types].xml" in entries:
                kind = _office(archive, entries)
            else:
                kind = "zip"
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, EOFError) as error:
        raise _damaged(str(error)) from error
    if kind == "zip":
        _refuse_programs(entries)
    return kind


def ends_as_archive(tail: bytes) -> bool:
    """Would a program that opens archives from their end take this for one?"""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < _END.size:
        return False
    *_, comment = _END.unpack_from(tail, end)
    return end + _END.size + int(comment) >= len(tail) - 16


def _check_directory(tail: bytes, size: int) -> None:
    """Look at the end record before anybody reads a directory that may have millions of rows."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < _END.size:
        raise _damaged("no end of directory")
    _, disk, _, _, entries, length, offset, comment = _END.unpack_from(tail, end)
    if entries > ENTRIES or length > 4 << 20 or disk:
        raise _too_big(f"{entries} entries, directory of {length} bytes")
    at = size - len(tail) + end
    if offset + length != at or at + _END.size + comment != size:
        raise _mixed("bytes between or behind the archive's own")


def _checked(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    unpacked = 0
    for entry in archive.infolist():
        name = entry.filename
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
            raise Refused(
                "archive-unsafe-path",
                "压缩内容里有不安全的路径，不能上传。请重新压缩后再上传。",
                detail=repr(name),
            )
        if name in entries:
            raise _damaged(f"twice in the archive: {name!r}")
        if entry.flag_bits & 0x1:
            raise Refused(
                "archive-locked", "文件设有密码，工作人员无法打开。请去掉密码后重新上传。"
            )
        unpacked += entry.file_size
        if unpacked > UNPACKED or entry.file_size > RATIO * max(entry.compress_size, 4096):
            raise _too_big(f"{name!r} unpacks to {entry.file_size} bytes")
        entries[name] = entry
    if entries and min(entry.header_offset for entry in entries.values()):
        raise _mixed("bytes before the archive's own")
    return entries


def _ofd(archive: zipfile.ZipFile) -> str:
    """GB/T 33190: the root part is an `OFD` element of the standard's namespace."""
    root = _parse(archive, "OFD.xml")
    name = etree.QName(root)
    if name.localname != "OFD" or "ofdspec.org" not in (name.namespace or ""):
        raise _damaged(f"OFD.xml holds {root.tag}")
    return "ofd"


def _office(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str:
    """ECMA-376 part 2: the content types say which main part the package has."""
    types: dict[str, str] = {}
    for element in _parse(archive, "[Content_Types].xml"):
        if not isinstance(element.tag, str):
            continue
        kind = (element.get("ContentType") or "").strip()
        if "macroenabled" in kind.casefold() or "vbaproject" in kind.casefold():
            raise _macros(kind)
        types[kind] = (element.get("PartName") or "").lstrip("/")
    for name in entries:
        if name.casefold().endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in name:
            raise _macros(name)
        if name.endswith(".rels"):
            _refuse_reaching_out(archive, name)
    for media, kind in _MAIN.items():
        if media in types:
            if types[media] not in entries:
                raise _damaged(f"no part {types[media]!r}")
            return kind
    return "zip"


def _refuse_reaching_out(archive: zipfile.ZipFile, name: str) -> None:
    """Links in the text are fine; a template or an object from elsewhere runs when it is opened."""
    for element in _parse(archive, name):
        if not isinstance(element.tag, str) or element.get("TargetMode") != "External":
            continue
        kind = (element.get("Type") or "").rpartition("/")[2]
        if kind in ("attachedTemplate", "oleObject", "frame", "subDocument", "externalLinkPath"):
            raise Refused(
                "document-reaches-out",
                "文档引用了外部的模板或对象，不能上传。请另存为 PDF 后上传。",
                detail=f"{name}: {kind}",
            )


def _refuse_programs(entries: dict[str, zipfile.ZipInfo]) -> None:
    for name in entries:
        if PurePosixPath(name).suffix.lstrip(".").casefold() in PROGRAM_EXTENSIONS:
            raise Refused(
                "archive-holds-program",
                "压缩包里有程序或脚本（{name}），不能上传。",
                name=PurePosixPath(name).name[-40:],
            )


def _parse(archive: zipfile.ZipFile, name: str) -> Any:
    with archive.open(name) as part:
        text = part.read(_PART + 1)
    if len(text) > _PART:
        raise _too_big(f"{name} is over {_PART} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text, parser)
    if root.getroottree().docinfo.doctype:
        raise _damaged(f"{name} declares a document type")
    return root


def _mixed(detail: str) -> Refused:
    return Refused(
        "mixed-content", "这个文件夹带了其他内容，不能上传。请重新导出后再上传。", detail
    )


def _damaged(detail: str) -> Refused:
    return Refused("damaged-file", "文件已损坏，无法打开。请检查后重新导出再上传。", detail)


def _too_big(detail: str) -> Refused:
    return Refused("archive-too-big", "文件展开后过大，不能上传。请拆分后再上传。", detail)


def _macros(detail: str) -> Refused:
    return Refused(
        "document-with-macros", "文档里含有宏，不能上传。请另存为不含宏的文档或 PDF。", detail
    )
