"""A real S3 server for tests: Ceph's RADOS gateway from Debian's `radosgw`, with data in memory.

One monitor, one object store daemon in memory and the gateway, all in a folder of their own on free
ports of this machine; works as root and as anybody else. By hand: `python tests/rgw.py` prints the
store's address and serves until Ctrl-C.

    with rgw.running() as server:
        store = storage.open(server.address("bucket"))
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw")

_CONFIGURATION = """
[global]
fsid = {fsid}
mon host = v2:127.0.0.1:{mon_port}
keyring = {folder}/keyring
run dir = {folder}
pid file = {folder}/$name.pid
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
ms bind msgr1 = false
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd crush update on start = false
mon max pg per osd = 1000
mon allow pool size one = true
mon warn on pool no redundancy = false
{owner}
[mon]
mon data = {folder}/mon
mon cluster log file = {folder}/cluster.log
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd class load list = *
osd class default list = *
[client]
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw data = {folder}/rgw
rgw thread pool size = 64
rgw enable usage log = false
rgw dns name = 127.0.0.1
"""


class NotStarted(Exception):
    """The server didn't come up; says which program failed and how."""


def missing() -> list[str]:
    """The programs that aren't installed (Debian: `apt install radosgw`)."""
    return [name for name in (*PROGRAMS, "radosgw-admin") if shutil.which(name) is None]


@dataclass
class Server:
    """A running server: one user, no buckets yet."""

    folder: Path
    port: int
    access_key: str
    secret_key: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def address(self, bucket: str, *, secret: str | None = None, port: int | None = None) -> str:
        """What `storage.open` takes; another `secret` or `port` to see things go wrong."""
        login = f"{self.access_key}:{secret or self.secret_key}"
        return f"s3://{login}@127.0.0.1:{port or self.port}/{bucket}?secure=0"

    def stop(self) -> None:
        """End what was started, gateway first, and remove the folder."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)  # it holds nothing that is worth saving
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    server = start()
    try:
        yield server
    finally:
        server.stop()


def start(tries: int = 3) -> Server:
    """A server that answers, in about ten seconds; `NotStarted` when it won't come up.

    A free port may be taken by somebody else before we use it, hence the tries.
    """
    for left in reversed(range(tries)):
        server = Server(
            folder=Path(tempfile.mkdtemp(prefix="rgw-")),
            port=free_port(),
            access_key="test" + secrets.token_hex(6),
            secret_key=secrets.token_hex(16),
        )
        try:
            _start(server)
        except (NotStarted, subprocess.TimeoutExpired, OSError) as error:
            log = _last_lines(server.folder)
            server.stop()
            if not left:
                raise NotStarted(f"{error}\n{log}") from error
        except BaseException:
            server.stop()
            raise
        else:
            return server
    raise AssertionError("unreachable")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start(server: Server) -> None:
    folder = server.folder
    for name in ("mon", "osd", "rgw"):
        (folder / name).mkdir()
    fsid, osd = str(uuid.uuid4()), str(uuid.uuid4())
    mon_port = free_port()
    configuration = folder / "ceph.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            fsid=fsid,
            folder=folder,
            mon_port=mon_port,
            port=server.port,
            # Root's daemons would otherwise become the user "ceph", who may not exist.
            owner="setuser = root\nsetgroup = root" if os.geteuid() == 0 else "",
        )
    )
    conf = ("-c", str(configuration))
    keys = ("ceph-authtool", str(folder / "keyring"), "--gen-key")
    _run(*keys, "--create-keyring", "-n", "mon.", "--cap", "mon", "allow *")
    everything = [word for who in ("mon", "osd", "mgr") for word in ("--cap", who, "allow *")]
    _run(*keys, "-n", "client.admin", *everything)
    _run(*keys, "-n", "osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *")
    monmap = str(folder / "monmap")
    _run(
        "monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"v2:127.0.0.1:{mon_port}", monmap
    )
    _run(
        "ceph-mon", *conf, "-i", "a", "--mkfs",
        "--monmap", monmap, "--keyring", str(folder / "keyring"),
    )  # fmt: skip
    _spawn(server, "ceph-mon", *conf, "-i", "a", "-f")
    _run("ceph", *conf, "--connect-timeout", "20", "osd", "create", osd)
    _run("ceph-osd", *conf, "-i", "0", "--mkfs", "--osd-uuid", osd)
    _run("ceph", *conf, "osd", "crush", "add", "osd.0", "1", "root=default", "host=local")
    _spawn(server, "ceph-osd", *conf, "-i", "0", "-f")
    gateway = _spawn(server, "radosgw", *conf, "-n", "client.admin", "-f")
    _wait(lambda: _answers(server.port), gateway, seconds=40)
    _run(
        "radosgw-admin", *conf, "-n", "client.admin", "user", "create",
        "--uid", "tests", "--display-name", "tests",
        "--access-key", server.access_key, "--secret-key", server.secret_key,
    )  # fmt: skip


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip()
        raise NotStarted(f"{' '.join(command[:1])} ended with {done.returncode}: {words[-500:]}")


def _spawn(server: Server, *command: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for pytest, which then stops us in order
    )
    server.processes.append(process)
    return process


def _wait(ready: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise NotStarted(f"the gateway ended with {process.returncode}")
        if time.monotonic() > until:
            raise NotStarted(f"the gateway didn't answer within {seconds:.0f} s")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
    except urllib.error.HTTPError:
        return True  # a refusal is an answer too
    except OSError:
        return False
    return True


def _last_lines(folder: Path) -> str:
    parts = []
    for log in sorted(folder.glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-5:]
        parts.append(f"-- {log.name}\n" + "\n".join(lines))
    return "\n".join(parts)


if __name__ == "__main__":
    began = time.monotonic()
    with running() as here:
        print(f"{here.address('onewindow')}  (ready in {time.monotonic() - began:.1f} s)")
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
