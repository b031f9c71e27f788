"""Where an embedded PostgreSQL can live, and as whom it runs.

PostgreSQL refuses to run as root. Started by root (a container, a build machine), it runs as an
unprivileged account instead, and that account must be able to walk to its data, its programs and
its socket, which it can't when the checkout lies in /root. Then all of it moves to a folder that
the account can reach, and a link is left behind.
"""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onewindow.run.binaries import Binaries

# sockaddr_un holds 104 bytes on macOS and the BSDs, 108 on Linux, with the closing zero.
LONGEST_SOCKET = 103
SOCKET = ".s.PGSQL.5432"

# For root, in this order; the last two are there even when the first is read-only.
ELSEWHERE = ("/var/lib/onewindow", "/var/tmp/onewindow", "/tmp/onewindow")  # noqa: S108


class NoPlace(Exception):
    """Nobody to run PostgreSQL as, or nowhere to put it."""


@dataclass(frozen=True)
class Account:
    """An unprivileged account that root hands PostgreSQL to."""

    name: str
    uid: int
    gid: int

    @property
    def identity(self) -> dict[str, object]:
        """Arguments of `subprocess` that make a process run as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_reach(self, path: Path) -> bool:
        """Whether this account can walk to `path`; tried, since modes, ACLs and mounts count."""
        tried = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
            cwd="/",
            check=False,
            **self.identity,  # type: ignore[call-overload]
        )
        return bool(tried.returncode == 0)

    def own(self, folder: Path) -> None:
        """Make `folder` this account's own, closed to everybody else but root."""
        os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)


@dataclass(frozen=True)
class Place:
    """Where one embedded PostgreSQL lives."""

    home: Path  # holds `data` and the lock files
    sockets: Path
    binaries: Binaries
    account: Account | None  # None: as ourselves

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def identity(self) -> dict[str, object]:
        return self.account.identity if self.account else {}


def account() -> Account | None:
    """Whom to run PostgreSQL as: ourselves (None), or for root the first account that will do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "onewindow", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoPlace(
        "PostgreSQL refuses to run as root, and there is no account named postgres or nobody to "
        "run it as. Add one (useradd --system postgres) or start as an ordinary user."
    )


def settle(root: Path, binaries: Binaries) -> Place:
    """Make `root`, or what stands in for it, ready to hold a server, and say where that is.

    The same root always leads to the same place.
    """
    root = root.absolute()
    root.mkdir(parents=True, exist_ok=True)
    who = account()
    if who is None:
        root.chmod(0o700)
        return Place(root, _sockets(root, None), binaries, None)
    who.own(root)
    home = root if who.can_reach(root) else _home_elsewhere(root, who)
    if not who.can_reach(Path(binaries["postgres"])):
        binaries = _copied(binaries, home.parent)
    return Place(home, _sockets(home, who), binaries, who)


def left_behind(root: Path) -> Path | None:
    """The home that stands in for `root` because its account can't reach it, if there is one."""
    link = root / "data"
    return link.resolve().parent if link.is_symlink() else None


def _home_elsewhere(root: Path, who: Account) -> Path:
    if (home := left_behind(root)) and home.is_dir() and who.can_reach(home):
        return home  # also after the checkout was moved
    name = f"{root.parent.parent.name}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:8]}"
    home = _first_reachable(ELSEWHERE, who) / name
    home.mkdir(exist_ok=True)
    who.own(home)
    data, link = home / "data", root / "data"
    if link.is_dir() and not link.is_symlink():  # made while the account could still reach it
        shutil.move(link, data)
    link.unlink(missing_ok=True)
    link.symlink_to(data)
    return home


def _first_reachable(folders: Sequence[str], who: Account) -> Path:
    for folder in map(Path, folders):
        try:
            folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and who.can_reach(folder):
            return folder
    raise NoPlace(
        f"The account {who.name} can reach none of {', '.join(folders)}; free one of them."
    )


def _copied(binaries: Binaries, to: Path) -> Binaries:
    """The same programs in a folder that the account can reach, copied there once.

    The folders keep their places to each other: programs from a wheel look for its libraries in
    `<package>.libs` beside the package.
    """
    install = binaries.folder.parent
    package = install.parent
    stamp = f"{install}:{install.stat().st_mtime_ns}:{os.path.getsize(binaries['postgres'])}"
    folder = to / f"postgresql-{binaries.major}-{hashlib.sha256(stamp.encode()).hexdigest()[:8]}"
    copy = Path(package.name, install.name)
    if not folder.exists():
        draft = Path(tempfile.mkdtemp(dir=to))
        for part in ("lib", "share"):
            shutil.copytree(
                install / part, draft / copy / part, ignore=shutil.ignore_patterns("*.a")
            )
        if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        (draft / copy / "bin").mkdir()
        for program in ("postgres", "initdb"):
            shutil.copy2(binaries[program], draft / copy / "bin" / program)
        _readable(draft)
        try:
            draft.rename(folder)
        except OSError:  # another process was quicker
            shutil.rmtree(draft)
    return replace(binaries, folder=folder / copy / "bin")


def _readable(tree: Path) -> None:
    for folder, _, files in os.walk(tree):
        os.chmod(folder, 0o755)  # noqa: S103 - public programs, nothing else
        for name in files:
            path = os.path.join(folder, name)
            os.chmod(path, 0o755 if os.access(path, os.X_OK) else 0o644, follow_symlinks=True)


def _sockets(home: Path, who: Account | None) -> Path:
    """`home`, unless the socket's path would be too long: then a short folder of its own."""
    if len(os.fsencode(home / SOCKET)) <= LONGEST_SOCKET:
        return home
    owner = who.uid if who else os.geteuid()
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    folder = Path("/tmp") / f"onewindow-{owner}-{digest}"  # noqa: S108
    try:
        folder.mkdir(mode=0o700)
        if who:
            who.own(folder)
    except FileExistsError:
        # /tmp is everybody's: only a folder of our own, closed to others, will do.
        found = folder.lstat()
        if found.st_uid != owner or found.st_mode & 0o077 or folder.is_symlink():
            raise NoPlace(f"{folder} isn't ours; remove it, it may be a trap.") from None
    return folder
