"""Folders that PostgreSQL's account can walk to, whoever runs the tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that every account can enter.

    pytest's own folders are closed to others, and each new run of pytest closes them again.
    """
    with tempfile.TemporaryDirectory(prefix="onewindow-run-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)
        yield folder
