"""A matter's definition as a thing to hand over: a folder in a checkout, or a zip with a hash.

Either way it becomes a `Package`: the parts as text, nothing interpreted yet. The hash is over a
canonical form of the parts, so the same definition has the same hash however it travelled.
"""

import hashlib
import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from onewindow.errors import FieldProblem, Invalid
from onewindow.matters.definition import KEY

MAX_FILES = 200
MAX_FILE = 2 * 1024 * 1024
MAX_ALL = 16 * 1024 * 1024
MAX_DEPTH = 60
"""Levels of nested JSON; a form of groups within lists has some twenty."""


@dataclass(frozen=True, slots=True)
class Package:
    """definition: matter.json · process: BPMN XML · decisions: name → DMN · forms: key → JSON ·
    tests: key → scenario."""

    definition: dict[str, Any]
    process: str
    decisions: Mapping[str, str]
    forms: Mapping[str, dict[str, Any]]
    tests: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical parts, in hexadecimal."""
        parts: dict[str, Any] = {
            "definition": self.definition,
            "process": self.process,
            "decisions": dict(self.decisions),
            "forms": dict(self.forms),
        }
        if self.tests:
            parts["tests"] = dict(self.tests)
        return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def without_origin(package: "Package") -> "Package":
    """The package as nobody's but its own: not saying any more what matter above it was made of."""
    definition = {name: each for name, each in package.definition.items() if name != "upstream"}
    return assembled(definition, package.process, package.decisions, package.forms, package.tests)


def assembled(
    definition: dict[str, Any],
    process: str,
    decisions: Mapping[str, str],
    forms: Mapping[str, dict[str, Any]],
    tests: Mapping[str, dict[str, Any]] | None = None,
) -> Package:
    """A package whose definition names its parts as every other does, wherever they came from: so
    folder, zip and editor agree on the hash."""
    names = [f"decisions/{name}.dmn" for name in sorted(decisions)]
    return Package(
        {**definition, "process": "process.bpmn", "decisions": names},
        process,
        decisions,
        forms,
        tests or {},
    )


def read_folder(folder: Path, forms: Path | None = None) -> Package:
    """Read `matter.json`, the drawing, decisions and tests of `folder`, forms of `forms` (or its
    own)."""
    definition = _object(_text(folder / "matter.json"), "matter.json")
    forms = forms if forms is not None else _forms_of(folder)
    return assembled(
        definition,
        _text(folder / str(definition.get("process", "process.bpmn"))),
        {Path(name).stem: _text(folder / name) for name in definition.get("decisions", ())},
        _objects(forms, "forms"),
        _objects(folder / "tests", "tests"),
    )


def read_zip(data: bytes) -> Package:
    """Read an exported matter. Raises Invalid for anything that isn't one, or was changed."""
    parts = _members(data)
    for needed in ("matter.json", "process.bpmn", "hash"):
        if needed not in parts:
            raise Invalid({"file": f"事项包缺少 {needed}。"})
    package = assembled(
        _object(parts["matter.json"], "matter.json"),
        parts["process.bpmn"],
        {
            PurePosixPath(name).stem: text
            for name, text in parts.items()
            if name.startswith("decisions/") and name.endswith(".dmn")
        },
        *(
            {
                PurePosixPath(name).stem: _object(text, name)
                for name, text in parts.items()
                if name.startswith(f"{kind}/") and name.endswith(".json")
            }
            for kind in ("forms", "tests")
        ),
    )
    if package.hash != parts["hash"].strip():
        raise Invalid({"file": "事项包的内容与其校验值不符，可能在传送中被改动。"})
    return package


def _members(data: bytes) -> dict[str, str]:
    """The texts of a zip by path. Nothing is unpacked to disk; no more is read than was announced,
    and what was announced has its limits."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, OSError):
        raise Invalid({"file": "这不是一个有效的事项包（zip）。"}) from None
    if len(members) > MAX_FILES or sum(member.file_size for member in members) > MAX_ALL:
        raise Invalid({"file": "事项包过大。"})
    parts: dict[str, str] = {}
    for member in members:
        path = PurePosixPath(member.filename)
        plain = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not plain or not _expected(path) or str(path) in parts or member.file_size > MAX_FILE:
            raise _refused("事项包中的文件“{name}”不能接收。", path)
        try:
            parts[str(path)] = archive.read(member).decode("utf-8")
        except (UnicodeDecodeError, zipfile.BadZipFile, RuntimeError, EOFError, zlib.error):
            raise _refused("事项包中的文件“{name}”已损坏。", path) from None
    return parts


def _expected(path: PurePosixPath) -> bool:
    """Whether a package has such a file: other files are let be, parts need a proper name."""
    if path.is_absolute() or ".." in path.parts:
        return False
    kind = path.parts[0] if len(path.parts) > 1 else ""
    if kind not in ("decisions", "forms", "tests"):
        return True
    return len(path.parts) == 2 and KEY.fullmatch(path.stem) is not None


def _refused(text: str, path: PurePosixPath) -> Invalid:
    return Invalid([FieldProblem("file", text, {"name": str(path)[:80]})])


def write_zip(package: Package) -> bytes:
    """The package as a zip; the same package always gives the same bytes."""
    package = assembled(
        package.definition, package.process, package.decisions, package.forms, package.tests
    )
    files = {
        "matter.json": _pretty(package.definition),
        "process.bpmn": package.process,
        **{f"decisions/{name}.dmn": text for name, text in sorted(package.decisions.items())},
        **{f"forms/{key}.json": _pretty(form) for key, form in sorted(package.forms.items())},
        **{f"tests/{key}.json": _pretty(test) for key, test in sorted(package.tests.items())},
        "hash": package.hash + "\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return out.getvalue()


def _pretty(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n"


def _forms_of(folder: Path) -> Path:
    """A matter's own `forms`; those of a shipped one (bpmn/library) lie in forms/library."""
    own, whole = folder / "forms", folder.resolve()
    shipped = whole.parents[2] / "forms" / "library" / whole.name if len(whole.parents) > 2 else own
    return own if own.is_dir() or not shipped.is_dir() else shipped


def _objects(folder: Path, kind: str) -> dict[str, dict[str, Any]]:
    """The JSON files of a folder by name; a folder that isn't there has none."""
    return {
        path.stem: _object(_text(path), f"{kind}/{path.name}")
        for path in sorted(folder.glob("*.json"))
    }


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise Invalid({path.name: "文件过大。"})
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Invalid({path.name: "缺少这个文件。"}) from None
    except UnicodeDecodeError:
        raise Invalid({path.name: "文件不是 UTF-8 编码的文本。"}) from None


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as wrong:
        at = {"line": wrong.lineno, "column": wrong.colno}
        raise Invalid([FieldProblem(name, "JSON 第 {line} 行第 {column} 列有误。", at)]) from None
    if not isinstance(value, dict):
        raise Invalid({name: "应为一个 JSON 对象。"})
    if not shallow(value):
        raise Invalid({name: "内容嵌套太深。"})
    return value


def shallow(value: Any) -> bool:
    """Whether a JSON value is nested no deeper than whatever walks through it can bear."""
    level = [value]
    for _depth in range(MAX_DEPTH):
        level = [
            below
            for each in level
            if isinstance(each, dict | list)
            for below in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return True
    return False
