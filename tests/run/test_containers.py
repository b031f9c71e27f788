"""Dockerfile and docker-compose.yml: read by a parser, and their very commands run by hand.

No container engine is needed: what would run inside is run here, with the environment and the
commands that the files hold, on a real PostgreSQL and a real S3 server.
"""

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rgw
import yaml

from onewindow.cli import parser
from onewindow.run import health
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
PINNED = re.compile(r"^[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}$")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)


def filled(text: str, given: dict[str, str]) -> str:
    """`text` with Compose's `${NAME}`, `${NAME:-default}` and `${NAME:?error}` filled in."""

    def value(found: re.Match[str]) -> str:
        name, way, rest = found[1], found[2], found[3] or ""
        if given.get(name):
            return given[name]
        assert way != ":?", f"{name} must be given: {rest}"
        return rest

    return re.sub(r"\$\{(\w+)(?:(:-|:\?)([^}]*))?\}", value, text)


# --- read ---------------------------------------------------------------------------------------


def test_every_image_is_pinned_by_tag_and_digest() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    images += [line.split()[0] for line in instructions("FROM")]
    assert len(images) == 6
    for image in images:
        assert PINNED.match(image), image


def test_every_command_is_one_of_ours() -> None:
    for service in OURS.values():
        assert parser().parse_args(service["command"]).command is not None
    assert instructions("ENTRYPOINT") == ['["onewindow"]']
    checks = [
        service["healthcheck"].get("test") for service in OURS.values() if "healthcheck" in service
    ]
    checks += [yaml.safe_load(line.partition("CMD ")[2]) for line in instructions("HEALTHCHECK")]
    for check in filter(None, checks):
        program, *arguments = [word for word in check if word != "CMD"]
        assert program == "onewindow"
        assert parser().parse_args(arguments).command is not None


def test_every_setting_that_is_given_exists() -> None:
    known = {variable(name) for name in Settings.model_fields}
    given = set(re.findall(r"(ONEWINDOW_[A-Z_]+|DATABASE_URL|STORAGE_URL)=", DOCKERFILE))
    for service in OURS.values():
        given |= service["environment"].keys()
    assert given <= known


def test_no_secret_has_a_default() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in ("POSTGRES_PASSWORD", "S3_PASSWORD", "ONEWINDOW_SECRET_KEY"):
        assert re.findall(rf"\$\{{{name}(:.)", text)
        assert set(re.findall(rf"\$\{{{name}(:.)", text)) == {":?"}


def test_everything_long_lived_is_watched_restarted_and_reaped() -> None:
    for name, service in SERVICES.items():
        assert service["init"] is True, name
        if name != "migrate":
            assert service["restart"] == "unless-stopped", name
            assert "test" in service.get("healthcheck", {"test": HEALTHCHECK_OF_THE_IMAGE}), name
    assert SERVICES["web"]["deploy"]["replicas"] == 2
    for name in ("web", "worker"):
        assert SERVICES[name]["depends_on"]["migrate"]["condition"] == (
            "service_completed_successfully"
        )


HEALTHCHECK_OF_THE_IMAGE = instructions("HEALTHCHECK")[0]


def test_ours_run_without_rights_and_leave_time_to_finish() -> None:
    assert instructions("USER") == ["onewindow"]
    for name, service in OURS.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert int(service["stop_grace_period"].rstrip("s")) > Settings().stop_seconds, name


def test_volumes_and_configurations_that_are_named_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"]
        for config in service.get("configs", []):
            assert config["source"] in COMPOSE["configs"]


def test_the_image_holds_what_the_program_reads_and_no_more_goes_to_the_builder() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"}
    packages = {"platform", "bpmn", "forms", "storage", "admin"}
    assert sent == packages | {"pyproject.toml", "README.md", "LICENSE", "requirements.lock"}
    built = {"admin/studio/dist", "platform/feel/bundle", "forms/bundle", "bpmn/bundle"}
    copied = {
        line.split()[-1].removeprefix("/app/")
        for line in instructions("COPY")
        if line.startswith("--from=browser")
    }
    assert copied == built


def test_the_same_tools_are_pinned_here_and_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    uv = re.search(r"^UV_PIN := (uv==\S+)$", makefile, re.MULTILINE)
    assert uv is not None
    assert uv[1] in DOCKERFILE


# --- run ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def s3_server() -> Iterator[rgw.Server]:
    if rgw.missing():
        pytest.skip(f"not installed: {', '.join(rgw.missing())}")
    with rgw.running() as server:
        yield server


class Containers:
    """What the composed services run, run here with their environment."""

    def __init__(self, folder: Path, database: str, store: str) -> None:
        self.folder = folder
        secrets = {
            "POSTGRES_PASSWORD": "p" * 64,
            "S3_PASSWORD": "s" * 64,
            "ONEWINDOW_SECRET_KEY": "k" * 64,
        }
        image = dict(re.findall(r"(\w+)=(\S+)", " ".join(instructions("ENV"))))
        self.environment = {
            "PATH": os.environ["PATH"],
            **{name: value for name, value in image.items() if name.startswith("ONEWINDOW_")},
            **{
                name: filled(str(value), secrets)
                for name, value in SERVICES["web"]["environment"].items()
            },
            "DATABASE_URL": database,
            "STORAGE_URL": store,
            "ONEWINDOW_HOST": "127.0.0.1",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, service: str, name: str, port: int = 0) -> subprocess.Popen[bytes]:
        environment = {
            **self.environment,
            "ONEWINDOW_VAR": str(self.folder / name),
            "ONEWINDOW_PORT": str(port),
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "onewindow.cli", *SERVICES[service]["command"]],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self.running[name]

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def check(self, service: str, name: str, port: int = 0) -> bool:
        """What the service's health check says."""
        test = SERVICES[service].get("healthcheck", {}).get("test") or yaml.safe_load(
            HEALTHCHECK_OF_THE_IMAGE.partition("CMD ")[2]
        )
        arguments = [word for word in test if word not in ("CMD", "onewindow")]
        asked = subprocess.run(
            [sys.executable, "-m", "onewindow.cli", *arguments],
            env={
                **self.environment,
                "ONEWINDOW_VAR": str(self.folder / name),
                "ONEWINDOW_PORT": str(port),
            },
            capture_output=True,
            check=False,
        )
        return asked.returncode == 0

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def until(condition: Any, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def test_the_composed_commands_start_serve_and_stop_together(
    open_folder: Path, s3_server: rgw.Server
) -> None:
    with EmbeddedPostgres(open_folder / "postgres") as database:
        containers = Containers(open_folder, database, s3_server.address("onewindow"))
        try:
            migrated = containers.start("migrate", "migrate").wait(120)
            assert migrated == 0, containers.said("migrate")

            ports = free_ports(2)
            for number, port in enumerate(ports, 1):
                containers.start("web", f"web-{number}", port)
            containers.start("worker", "worker")
            for number, port in enumerate(ports, 1):
                name = f"web-{number}"
                until(
                    lambda port=port: health.ask(health.address("127.0.0.1", port)) is None,
                    f"{name} well\n{containers.said(name)}",
                )
                assert containers.check("web", name, port)
            until(
                lambda: containers.check("worker", "worker"),
                f"worker well\n{containers.said('worker')}",
            )

            for process in containers.running.values():
                process.send_signal(signal.SIGTERM)
            for name, process in containers.running.items():
                grace = int(SERVICES["web"]["stop_grace_period"].rstrip("s"))
                assert process.wait(grace) == 0, f"{name}\n{containers.said(name)}"
            assert not containers.check("web", "web-1", ports[0])
            assert not containers.check("worker", "worker")
        finally:
            containers.stop()


def test_a_real_database_without_a_key_is_refused_in_a_sentence(open_folder: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "onewindow.cli", "serve"],
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        cwd=open_folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stderr.startswith("ONEWINDOW_SECRET_KEY is not set.")


def test_shell_words_in_the_documents_are_commands() -> None:
    documented = (ROOT / "docs" / "operating.md").read_text()
    for line in re.findall(
        r"onewindow (?:migrate|serve|worker|health|demo|matter)[^`#\n]*", documented
    ):
        parser().parse_args(shlex.split(line)[1:])
