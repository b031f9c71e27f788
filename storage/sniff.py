"""What a file really is: its first bytes, its inside and its name must tell the same story.

One opinion alone is easily fooled (a zip reads as a docx, a page of HTML can end in a PDF), so a
file passes only where all of them agree and the material accepts the kind. Everything else is
refused with a sentence that tells the sender what to do.
"""

import re
from collections.abc import Collection
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import BinaryIO

import puremagic

from storage import archives
from storage.kinds import (
    ARCHIVES,
    DEFAULT,
    IMAGES,
    KINDS,
    MARKUP,
    OTHERS,
    PROGRAMS,
    SIGNATURES,
    Kind,
)
from storage.problems import Refused

HEAD = 4096
TAIL = 66_000


def sniff(path: Path, filename: str, allowed: Collection[str] = DEFAULT) -> Kind:
    """The kind of the file at `path`, sent as `filename`, if it is one of `allowed` (kind names).

    Raises `Refused`, its code one of: empty-file, no-extension, unsafe-name, kind-not-accepted,
    name-disagrees, unknown-content, program-file, mixed-content, damaged-file, and those of
    `storage.archives`. Reads a few KB, and the directory of an archive.
    """
    extension = _extension(filename)
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(HEAD)
        file.seek(max(size - TAIL, 0))
        tail = file.read(TAIL)
        if not head:
            raise Refused("empty-file", "“{name}”是空文件，请重新选择。", name=_short(filename))
        _refuse_foreign(head, filename, allowed)
        kind = _look(file, head, tail, size, filename)
    if extension not in kind.extensions:
        raise Refused(
            "name-disagrees",
            "“{name}”的扩展名是 .{extension}，内容却是另一种格式（{kind}）。"
            "请上传原始文件，不要直接修改扩展名。",
            name=_short(filename),
            extension=extension,
            kind=kind.label,
        )
    _second_opinion(head, kind, filename)
    if kind.name not in allowed:
        raise Refused(
            "kind-not-accepted",
            "“{name}”的格式（{kind}）不符，本材料接受 {accepted}。",
            name=_short(filename),
            kind=kind.label,
            accepted=accepted(allowed),
        )
    return kind


def accepted(allowed: Collection[str]) -> str:
    """The accepted kinds as a sentence says them: `PDF、JPG、PNG`."""
    return "、".join(name.upper() for name in KINDS if name in allowed)


def _extension(filename: str) -> str:
    name = PureWindowsPath(PurePosixPath(filename).name).name
    # Control characters, and those that turn the direction of writing ("gnp.exe" read backwards).
    if name != filename or re.search(
        r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", name
    ):
        raise Refused(
            "unsafe-name", "文件名含有不允许的字符，请改名后重新上传。", detail=repr(filename)
        )
    stem, _, extension = name.rpartition(".")
    if not stem or not extension:
        raise Refused(
            "no-extension",
            "“{name}”没有扩展名，无法确认类型。请上传带 .pdf、.jpg 等扩展名的原始文件。",
            name=_short(filename),
        )
    return extension.casefold()


def _refuse_foreign(head: bytes, filename: str, allowed: Collection[str]) -> None:
    for start, what in PROGRAMS:
        if head.startswith(start):
            raise Refused(
                "program-file",
                "“{name}”其实是程序（{what}），不能上传。",
                name=_short(filename),
                what=what,
            )
    for where, start, what, advice in OTHERS:
        if head[where:].startswith(start):
            raise _unacceptable(filename, what, advice, allowed)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().casefold()
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = head.decode("utf-16", "replace").lstrip("\ufeff").lstrip().casefold()
    if text.startswith("<"):
        what = next((what for mark, what in MARKUP if mark in text), "XML 文件")
        raise _unacceptable(filename, what, "", allowed)


def _look(file: BinaryIO, head: bytes, tail: bytes, size: int, filename: str) -> Kind:
    if head.startswith(b"PK\x03\x04"):
        return KINDS[archives.look(file, tail, size)]
    name = _signed(head)
    if name is None:
        raise Refused(
            "unknown-content",
            "无法识别“{name}”的内容，文件可能已损坏。请打开检查后重新导出再上传。",
            detail=_named_by_puremagic(head),
            name=_short(filename),
        )
    if archives.ends_as_archive(tail):
        raise _mixed(filename, KINDS[name].label, "压缩包")
    if name == "pdf":
        _look_at_pdf(head, tail, filename)
    if name in IMAGES and not _ends_well(name, head, tail, size):
        raise Refused(
            "damaged-file",
            "“{name}”不完整，可能没有保存或传输完。请打开检查后重新上传。",
            name=_short(filename),
        )
    return KINDS[name]


def _signed(head: bytes) -> str | None:
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return next((name for start, name in SIGNATURES if head.startswith(start)), None)


def _look_at_pdf(head: bytes, tail: bytes, filename: str) -> None:
    if b"startxref" not in tail and b"%%EOF" not in tail:
        raise Refused(
            "damaged-file",
            "“{name}”不完整，可能没有保存或传输完。请打开检查后重新上传。",
            name=_short(filename),
        )
    # Between the version and the first object only comments belong; a page of HTML put there
    # would run in a browser that guesses.
    lead = head[: head.find(b" obj")] if b" obj" in head else head
    if re.search(rb"<\s*(script|html|svg|iframe|!doctype)", lead, re.IGNORECASE):
        raise _mixed(filename, KINDS["pdf"].label, "网页")


def _ends_well(name: str, head: bytes, tail: bytes, size: int) -> bool:
    """Does the picture end where it should, with nothing but padding or a camera's own data after?

    Phones append a film or depth data to a JPEG, so there the end need only exist.
    """
    if name == "jpg":
        return b"\xff\xd9" in tail or size > TAIL
    if name == "png":
        end = tail.rfind(b"IEND\xaeB`\x82")
        return end >= 0 and b"<" not in tail[end + 8 :]
    declared = int.from_bytes(head[4:8], "little") + 8
    return declared in (size, size + 1, size - 1)


def _second_opinion(head: bytes, kind: Kind, filename: str) -> None:
    """Refuse what `puremagic` is sure is something else altogether."""
    try:
        opinions = puremagic.magic_string(head)
    except puremagic.PureError:
        return
    family = (
        {extension for name in ARCHIVES for extension in KINDS[name].extensions}
        if kind.name in ARCHIVES
        else set(kind.extensions)
    )
    if any(opinion.extension.lstrip(".") in family for opinion in opinions):
        return
    best = max(opinions, key=lambda opinion: opinion.confidence, default=None)
    if best is not None and best.confidence >= 0.5:
        raise _mixed(filename, kind.label, best.name or best.extension)


def _named_by_puremagic(head: bytes) -> str:
    try:
        return ", ".join(match.name for match in puremagic.magic_string(head)[:3])
    except puremagic.PureError:
        return "nothing known"


def _unacceptable(filename: str, what: str, advice: str, allowed: Collection[str]) -> Refused:
    return Refused(
        "kind-not-accepted",
        "“{name}”的内容（{kind}）不在可接受的格式（{accepted}）之内。{advice}",
        name=_short(filename),
        kind=what,
        accepted=accepted(allowed),
        advice=advice,
    )


def _mixed(filename: str, kind: str, other: str) -> Refused:
    return Refused(
        "mixed-content",
        "“{name}”（{kind}）里夹带了其他格式的内容（{other}），不能上传。请重新导出后再上传。",
        name=_short(filename),
        kind=kind,
        other=other,
    )


def _short(filename: str) -> str:
    """A file name fit for a sentence: no control characters, long ones cut in the middle."""
    name = "".join(char if char.isprintable() else "?" for char in filename)
    return name if len(name) <= 40 else f"{name[:24]}…{name[-14:]}"
