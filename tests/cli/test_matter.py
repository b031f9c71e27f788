"""`onewindow matter lint | test | diff | publish`: what a build machine gets told."""

import asyncio
import contextlib
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from world import LIBRARY

from onewindow.cli import main, parser
from onewindow.handover.server import NotAllowed, Server, Unreachable

KEY = "food-business"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The food licence as a folder of its own."""
    made = tmp_path / KEY
    shutil.copytree(LIBRARY / "bpmn/library" / KEY, made)
    shutil.copytree(LIBRARY / "forms/library" / KEY, made / "forms")
    return made


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEWINDOW_LANGUAGE", "zh")
    monkeypatch.delenv("ONEWINDOW_TOKEN", raising=False)


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: Any) -> tuple[int, str, str]:
        try:
            code = main(["matter", *map(str, arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def spoil(folder: Path, was: str, now: str, file: str = "process.bpmn") -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, now, 1), encoding="utf-8")


# ---- without a server ---------------------------------------------------------------------------


def test_a_sound_folder_passes_and_its_scenarios_too(folder: Path, run: Run) -> None:
    assert run("lint", folder)[0] == 0
    code, out, _err = run("test", folder, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["ok"] is True
    assert {each["key"] for each in told["tests"]} >= {"licence", "denied"}


def test_findings_name_file_line_and_code_in_words_json_and_annotations(
    folder: Path, run: Run
) -> None:
    spoil(folder, 'role:window_clerk"', 'role:king"')
    code, out, _err = run("lint", folder)
    assert code == 1
    assert "process.bpmn:" in out
    assert "assign-unknown-role" in out
    code, out, _err = run("lint", folder, "--json")
    [wrong] = [each for each in json.loads(out)["findings"] if each["severity"] == "error"]
    assert (code, wrong["file"], wrong["element"]) == (1, "process.bpmn", "accept")
    line = (folder / "process.bpmn").read_text().splitlines()[wrong["line"] - 1]
    assert 'id="accept"' in line or "role:king" in line or "ow:" in line
    code, out, _err = run("lint", folder, "--github")
    assert code == 1
    assert out.startswith(f"::error file={folder}/process.bpmn,line=")


def test_a_scenario_that_goes_otherwise_fails_with_what_was_different(
    folder: Path, run: Run
) -> None:
    spoil(folder, 'ow:form="inspect" ow:limit="2wd"', 'ow:form="inspect" ow:limit="1wd"')
    code, out, _err = run("test", folder)
    assert code == 1
    assert "FAIL" in out
    assert "期限应为 2 个工作日" in out


@pytest.mark.parametrize("command", ["lint", "test"])
def test_what_cannot_be_read_is_another_exit_code(
    command: str, folder: Path, run: Run, tmp_path: Path
) -> None:
    code, _out, err = run(command, tmp_path / "nowhere")
    assert code == 2
    assert "matter.json" in err
    spoil(folder, '"schema"', '"schema" "', "matter.json")
    code, out, _err = run(command, folder, "--json")
    assert code == 2
    assert json.loads(out)["ok"] is False
    assert run(command)[0] == 2


def test_a_server_is_asked_only_with_a_token_and_only_in_private(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _out, err = run("diff", folder, "--server", "https://window.example")
    assert (code, "ONEWINDOW_TOKEN" in err) == (2, True)
    monkeypatch.setenv("ONEWINDOW_TOKEN", "owt_x")
    code, _out, err = run("diff", folder, "--server", "http://window.example")
    assert (code, "https" in err) == (2, True)
    code, _out, err = run("diff", folder, "--server", "http://127.0.0.1:9")
    assert (code, "连不上服务器" in err) == (2, True)
    with pytest.raises(Unreachable):
        Server("ftp://window.example", "owt_x")


# ---- with one -----------------------------------------------------------------------------------


@pytest.fixture
async def server(town: Any, app: Any) -> Any:
    """The application behind a real socket, as programs meet it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    serving = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    )
    task = asyncio.create_task(serving.serve())
    while not serving.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    serving.should_exit = True
    await task


async def token_of(browser_of: Any, *scopes: str) -> str:
    browser = await browser_of("wu.fan")
    answer = await browser.send_form(
        "/account/tokens", {"name": "仓库", "scopes": list(scopes), "days": 30}
    )
    text: str = answer.text
    start = text.index("owt_", text.index('id="new-token"'))
    return text[start : start + 47]


async def asked(folder: Path, token: str, *arguments: str) -> tuple[int, Any]:
    """The command in a thread of this process, whose rooms stay open."""
    line = ["matter", arguments[0], str(folder), *arguments[1:], "--json"]
    told = io.StringIO()

    def run() -> int:
        found = parser().parse_args(line)
        with contextlib.redirect_stdout(told):
            return int(found.command.__wrapped__(found))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONEWINDOW_TOKEN", token)
        code = await asyncio.to_thread(run)
    return code, json.loads(told.getvalue())


async def on_its_own(folder: Path, token: str, *arguments: str) -> tuple[int, Any]:
    """The command as a build machine runs it: a process of its own."""
    done = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "onewindow.cli", "matter", arguments[0], str(folder),
        *arguments[1:], "--json",
        env={**os.environ, "ONEWINDOW_TOKEN": token, "ONEWINDOW_LANGUAGE": "zh"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await done.communicate()
    assert out, err.decode()
    return done.returncode or 0, json.loads(out)


async def test_a_build_machine_compares_is_stopped_by_the_gate_and_publishes(
    folder: Path, server: str, browser_of: Any
) -> None:
    every = await token_of(browser_of, "matters:read", "matters:write", "matters:publish")
    there = ("--server", server)
    code, told = await asked(folder, every, "diff", *there)
    assert (code, told["same"]) == (0, True)
    code, told = await asked(folder, every, "publish", *there)
    assert (code, told["state"]) == (0, "unchanged")

    spoil(folder, 'ow:form="inspect" ow:limit="2wd"', 'ow:form="inspect" ow:limit="1wd"')
    code, told = await asked(folder, every, "diff", *there)
    assert code == 1
    assert told["changes"][0]["element"] == "inspect"
    code, told = await asked(folder, every, "publish", *there)
    assert (code, told["code"]) == (1, "gate-shut")
    assert "tests" in [each["key"] for each in told["hurdles"]]

    for test in (folder / "tests").glob("*.json"):
        test.unlink()
    code, told = await asked(folder, every, "publish", *there)
    assert (code, told["code"]) == (1, "draft-there")
    code, told = await asked(folder, every, "publish", *there, "--replace", "--note", "缩短")
    assert (code, told["state"], told["number"]) == (0, "published", 2)
    assert (await asked(folder, every, "diff", *there))[0] == 0

    reader = await token_of(browser_of, "matters:read")
    spoil(folder, 'ow:limit="1wd"', 'ow:limit="2wd"')
    code, told = await on_its_own(folder, reader, "publish", *there)
    assert (code, told["ok"]) == (2, False)
    assert "matters:write" in told["message"]
    with pytest.raises(NotAllowed, match="令牌"):
        await asked(folder, "owt_made-up", "diff", *there)
