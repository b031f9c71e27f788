"""Settings: typed, documented, and told without their secrets."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from onewindow.settings import (
    MissingSecret,
    Settings,
    document,
    explain,
    meaning,
    shown,
    unknown,
    variable,
)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting in the environment."""
    for name in map(variable, Settings.model_fields):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_typed_and_explained_in_both_languages(name: str) -> None:
    assert Settings.model_fields[name].annotation is not None
    assert meaning(name).endswith(".")
    assert meaning(name, "zh").endswith("。")


def test_every_setting_is_documented_with_its_default_and_meaning() -> None:
    documented = (ROOT / "docs" / "operating.md").read_text()
    for row in document().splitlines():
        assert row in documented, "run: onewindow settings --markdown"


@pytest.mark.usefixtures("bare")
def test_with_nothing_set_all_is_kept_under_the_checkout() -> None:
    settings = Settings()
    assert settings.var == ROOT / "var"
    assert settings.storage_url == f"folder://{ROOT}/var/objects"
    assert settings.public_url == "http://localhost:8800"
    assert settings.database_url is None
    assert settings.with_demo
    assert not settings.secure_cookies


@pytest.mark.usefixtures("bare")
def test_variables_set_fields_and_empty_ones_count_as_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@c/d")
    monkeypatch.setenv("ONEWINDOW_PORT", "80")
    monkeypatch.setenv("ONEWINDOW_PUBLIC_URL", "https://window.example.cn/")
    monkeypatch.setenv("ONEWINDOW_LANGUAGE", "")
    settings = Settings()
    assert settings.database_url == "postgresql://a:b@c/d"
    assert settings.port == 80
    assert settings.public_url == "https://window.example.cn"
    assert settings.secure_cookies
    assert settings.language == "zh"
    assert not settings.with_demo, "a real database gets no public passwords unless asked for"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"database_url": "mysql://x"}, "DATABASE_URL: must begin with postgresql://"),
        ({"storage_url": "ftp://x"}, "STORAGE_URL: must begin with folder:// or s3://"),
        ({"port": 70000}, "ONEWINDOW_PORT: Input should be less than or equal to 65535"),
        ({"public_url": "window.cn"}, "ONEWINDOW_PUBLIC_URL: must begin with http"),
        ({"trusted_proxies": "proxy"}, "ONEWINDOW_TRUSTED_PROXIES: 'proxy' does not appear"),
        ({"secret_key": "short"}, "ONEWINDOW_SECRET_KEY:"),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**given)
    assert explain(refused.value).startswith(sentence)
    assert "short" not in explain(refused.value).replace("String should have", "")


def test_a_process_with_a_wrong_setting_ends_without_a_trace() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "onewindow.cli", "settings"],
        env={**os.environ, "ONEWINDOW_PORT": "eighty"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("ONEWINDOW_PORT: ")
    assert "Traceback" not in ended.stderr


@pytest.mark.usefixtures("bare")
def test_the_embedded_database_comes_with_a_key_that_is_made_once(tmp_path: Path) -> None:
    first = Settings(var=tmp_path).secret
    assert len(first) >= 32
    assert Settings(var=tmp_path).secret == first
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.usefixtures("bare")
def test_a_real_database_needs_a_key_from_the_environment(tmp_path: Path) -> None:
    with pytest.raises(MissingSecret):
        _ = Settings(var=tmp_path, database_url="postgresql://a/b").secret
    given = Settings(database_url="postgresql://a/b", secret_key="k" * 32)
    assert given.secret == b"k" * 32


def test_keys_and_passwords_are_never_shown() -> None:
    settings = Settings(
        database_url="postgresql://u:pass@h/d",
        storage_url="s3://key:pass@h:9000/b?secure=0",
        secret_key="pass" * 10,
    )
    for name in Settings.model_fields:
        assert "pass" not in shown(name, getattr(settings, name))
    assert shown("storage_url", settings.storage_url) == "s3://key:********@h:9000/b?secure=0"


def test_misspelt_variables_are_found() -> None:
    names = {"ONEWINDOW_PORT": "1", "ONEWINDOW_PROT": "1", "PORT": "1"}
    assert unknown(names) == ["ONEWINDOW_PROT"]


def test_a_test_changes_settings_for_a_block_only(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path / "before")
    with settings.using(var=tmp_path / "inside", port=9):
        assert settings.storage_url == f"folder://{tmp_path}/inside/objects"
        assert settings.public_url == "http://localhost:9"
    assert settings.storage_url == f"folder://{tmp_path}/before/objects"
    with pytest.raises(ValidationError), settings.using(port=-1):
        pass
    assert settings.port == 8800
