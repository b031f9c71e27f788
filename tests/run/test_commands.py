"""The command line, in both languages, as people and scripts meet it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from onewindow.run import console, prepared
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.run.reset import StillRunning, remove
from onewindow.run.speech import table, width

ROOT = Path(__file__).resolve().parents[2]


def onewindow(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command without a terminal, without a home, in a language."""
    return subprocess.run(
        [sys.executable, "-m", "onewindow.cli", *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_alone_it_lists_its_commands_in_the_language_of_the_terminal() -> None:
    english, chinese = onewindow(LANG="C.UTF-8"), onewindow(LANG="zh_CN.UTF-8", PYTHONUTF8="1")
    assert english.returncode == chinese.returncode == 0
    assert "start everything on this machine" in english.stdout
    assert "在本机启动一切" in chinese.stdout
    assert "启动" in onewindow(LANG="C.UTF-8", ONEWINDOW_LANGUAGE="zh", PYTHONUTF8="1").stdout


def test_it_speaks_chinese_also_where_the_terminal_is_said_to_know_only_ascii() -> None:
    shown = onewindow("settings", LC_ALL="C", ONEWINDOW_LANGUAGE="zh")
    assert shown.returncode == 0
    assert "监听端口" in shown.stdout


def test_settings_are_listed_with_values_and_without_secrets() -> None:
    shown = onewindow(
        "settings",
        DATABASE_URL="postgresql://u:geheim@h/d",
        ONEWINDOW_SECRET_KEY="geheim" * 6,
        ONEWINDOW_PROT="80",
    )
    assert "postgresql://u:********@h/d" in shown.stdout
    assert "geheim" not in shown.stdout + shown.stderr
    assert "Unknown: ONEWINDOW_PROT" in shown.stdout


def test_what_destroys_asks_first_and_without_a_terminal_needs_to_be_told(tmp_path: Path) -> None:
    kept = tmp_path / "log" / "web.log"
    kept.parent.mkdir()
    kept.touch()
    refused = onewindow("reset", ONEWINDOW_VAR=str(tmp_path))
    assert refused.returncode == 1
    assert "--yes" in refused.stderr
    assert kept.exists()
    assert onewindow("reset", "--yes", ONEWINDOW_VAR=str(tmp_path)).returncode == 0
    assert not kept.exists()


def test_options_count_as_settings(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = onewindow("run", "--port", str(port), ONEWINDOW_VAR=str(tmp_path))
    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in refused.stderr


def test_a_real_database_is_never_given_to_the_demo_by_accident() -> None:
    refused = onewindow("demo", "--yes", DATABASE_URL="postgresql://a@127.0.0.1:1/b")
    assert refused.returncode == 1
    assert "ONEWINDOW_DEMO=1" in refused.stderr


def test_reset_removes_what_is_ours_and_nothing_else(open_folder: Path) -> None:
    (open_folder / "thesis.txt").touch()
    (open_folder / "objects").mkdir()
    with EmbeddedPostgres(open_folder / "postgres"), pytest.raises(StillRunning):
        list(remove(open_folder))
    gone = list(remove(open_folder))
    assert {path.name for path in gone} == {"postgres", "objects"}
    assert [path.name for path in open_folder.iterdir()] == ["thesis.txt"]


async def test_a_database_remembers_for_which_source_it_was_prepared(open_folder: Path) -> None:
    people = [["li", "it's", "李静"]]
    with EmbeddedPostgres(open_folder / "postgres", durable=False) as dsn:
        assert await prepared.recall(dsn, "this") is None
        await prepared.remember(dsn, "this", people)
        assert await prepared.recall(dsn, "this") == people
        assert await prepared.recall(dsn, "that") is None
        await prepared.forget(dsn)
        assert await prepared.recall(dsn, "this") is None


def test_a_change_of_source_or_choice_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "SOURCE", tmp_path)
    (tmp_path / "tables.py").write_text("a")
    before = prepared.fingerprint(True)
    assert prepared.fingerprint(True) == before
    assert prepared.fingerprint(False) != before
    (tmp_path / "tables.py").write_text("b")
    assert prepared.fingerprint(True) != before


def test_columns_line_up_when_some_of_them_are_chinese() -> None:
    lines = table([["林秋", "a"], ["li", "临江镇"]], indent=0).splitlines()
    assert lines == ["林秋  a", "li    临江镇"]
    assert width("临江镇 a") == 8


def test_log_lines_are_told_as_prose_and_quiet_ones_not_at_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    quiet = '{"event": "GET /", "level": "info", "timestamp": "2026-11-22T09:00:00Z"}'
    loud = '{"event": "job failed", "level": "error", "job": 7, "exception": "Traceback …"}'
    for line in (quiet, loud, "Segmentation fault", "{not json"):
        console.hear_trouble("web", line)
    told = capsys.readouterr().out
    assert "GET /" not in told
    assert "ERROR" in told
    assert "job=7" in told
    assert "Traceback …" in told
    assert "Segmentation fault" in told
    assert "{not json" in told


def test_platform_is_not_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
