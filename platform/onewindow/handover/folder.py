"""A matter as a folder of files, in a checkout: checked and tested without a server or database."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onewindow import rooms
from onewindow.matters.checks import check
from onewindow.matters.findings import Finding
from onewindow.matters.package import Package, read_folder
from onewindow.rehearsal.scenarios import Result, run
from onewindow.rehearsal.world import plain_world
from onewindow.tenants.rules import Level
from onewindow.web.i18n import gettext


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a line of output: `file` is relative to the folder, `line` 0 where unknown."""

    file: str
    line: int
    severity: str
    code: str
    message: str
    element: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def opened(folder: Path, forms: Path | None = None) -> Package:
    """The folder's package. Raises Invalid for what can't be read."""
    return read_folder(folder, forms)


def lint(package: Package, folder: Path, forms: Path | None = None) -> list[Told]:
    """Everything the server's checks would say, errors first."""
    return [_told(finding, folder, forms) for finding in check(package, rooms.feel())]


def test(package: Package, level: Level) -> list[Result]:
    """Every scenario of `tests/`, in a place of this level with posts and calendar taken for
    granted."""
    return run(package, plain_world(level))


def _told(finding: Finding, folder: Path, forms: Path | None) -> Told:
    file, path = _file_of(finding.part, folder, forms)
    where = gettext(finding.where, **finding.params) if finding.where else ""
    return Told(
        file,
        finding.line or _line_of(path, finding.element),
        finding.severity,
        finding.code,
        where + gettext(finding.text, **finding.params),
        finding.element,
    )


def _file_of(part: str, folder: Path, forms: Path | None) -> tuple[str, Path]:
    """What a part's file is called in the folder, and where it is."""
    kind, _slash, name = part.partition("/")
    if kind == "forms":
        name = name.removesuffix(".json") + ".json"
        return f"forms/{name}", (forms or folder / "forms") / name
    if kind in ("definition", "json"):
        part = "matter.json"
    if kind == "tests":
        part = f"tests/{name.removesuffix('.json')}.json"
    if kind == "decisions":
        found = [each for each in folder.rglob(Path(part).name) if each.is_file()]
        return (str(found[0].relative_to(folder)), found[0]) if found else (part, folder / part)
    return part, folder / part


def _line_of(file: Path, element: str) -> int:
    """The first line that names what a finding is about; 0 where that can't be told."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    names = [step for step in re.findall(r"[^.\[\]]+", element) if not step.isdigit()]
    if not names:
        return 0
    mark = f'id="{element}"' if file.suffix in (".bpmn", ".dmn") else f'"{names[-1]}"'
    return next((number for number, line in enumerate(lines, 1) if mark in line), 0)


def results_told(results: list[Result]) -> list[Mapping[str, Any]]:
    """The outcome of every scenario, as data."""
    return [
        {
            "key": result.key,
            "name": result.name,
            "ok": result.ok,
            "seconds": round(result.seconds, 3),
            "differences": [
                {"act": each.act, "text": each.text, "step": each.step}
                for each in result.differences
            ],
        }
        for result in results
    ]
