"""The same promises for every store: each test that asks for `store` runs on all of them."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import rgw

import storage


@pytest.fixture(scope="session")
def s3_server() -> Iterator[rgw.Server]:
    """A real S3 server for the whole run; left out, and said so, where it can't be had."""
    missing = rgw.missing()
    if missing:
        reason = f"no S3 server: {', '.join(missing)} not installed (Debian: apt install radosgw)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    with rgw.running() as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[storage.Store]:
    """An empty store, ready."""
    if request.param == "folder":
        opened = storage.open(f"folder://{tmp_path}/objects")
    else:
        server: rgw.Server = request.getfixturevalue("s3_server")
        opened = storage.open(server.address(f"t-{uuid.uuid4().hex}"))
    await opened.ready()
    yield opened
    await opened.close()
