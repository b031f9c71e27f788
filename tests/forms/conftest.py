"""What the tests of forms share: the engine, the definitions, a browser."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # for the helpers beside the tests

import forms
from feel import Feel

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LIBRARY = sorted((ROOT / "forms/library").glob("*/*.json"))
SINKS = [HERE / "plain_sink.json", HERE / "kitchen_sink.json"]

Compile = Callable[..., forms.Form]


def read(path: Path) -> dict[str, Any]:
    definition: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return definition


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.fixture(scope="session", autouse=True)
def bundles() -> None:
    """The isolate's bundles, built again when a source is newer."""
    studio = ROOT / "admin/studio"
    for name, sources, bundle in (
        ("feel", "platform/feel/js", "platform/feel/bundle/feel.js"),
        ("forms", "forms/js", "forms/bundle/forms.js"),
    ):
        newest = max(path.stat().st_mtime for path in (ROOT / sources).iterdir())
        newest = max(newest, (ROOT / "forms/messages.json").stat().st_mtime)
        built = ROOT / bundle
        if not built.exists() or built.stat().st_mtime < newest:
            subprocess.run(["node", "build.mjs", name], cwd=studio, check=True, capture_output=True)


@pytest.fixture(scope="session")
def feel(bundles: None) -> Iterator[Feel]:
    engine = Feel()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def form(feel: Feel) -> Compile:
    """`form(component, …, rules=[…])`: a small form of these components."""

    def make(*components: dict[str, Any], **more: Any) -> forms.Form:
        whole = {"type": "default", "id": "form", "components": list(components), **more}
        return forms.compile(whole, feel)

    return make


@pytest.fixture(scope="session")
def sink(feel: Feel) -> forms.Form:
    """A form of everything, which needs the engine."""
    return forms.compile(read(HERE / "kitchen_sink.json"), feel)


@pytest.fixture(scope="session")
def plain_sink(feel: Feel) -> forms.Form:
    """A form of everything that has a twin in Python."""
    return forms.compile(read(HERE / "plain_sink.json"), feel)
