"""What programs ask of a running OneWindow: is it well, and who is really asking."""

from pathlib import Path
from typing import Any

import pytest

from onewindow import asgi, db, schema
from onewindow.run import health
from onewindow.run.postgres import EmbeddedPostgres
from onewindow.settings import settings

KEY = "a key for tests and nothing else, long enough"


async def asked(
    app: Any, client: str, forwarded: str = "", query: str = ""
) -> tuple[int, dict[str, Any]]:
    """The status of GET /health from `client`, and the scope as the application saw it."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": health.PATH,
        "raw_path": health.PATH.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"h"), (b"x-forwarded-for", forwarded.encode())],
        "client": (client, 1),
        "server": ("h", 80),
        "state": {},
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"], scope


async def test_a_server_is_well_while_its_database_answers_and_again_when_it_is_back(
    open_folder: Path,
) -> None:
    database = EmbeddedPostgres(open_folder / "postgres", durable=False)
    address = database.start()
    try:
        await schema.migrate(address)
        await db.start(address)
        with settings.using(secret_key=KEY):
            app = asgi.build(settings)
        assert (await asked(app, "10.0.0.1"))[0] == 200
        database.stop()
        assert (await asked(app, "10.0.0.1"))[0] == 503
        database.start()
        assert (await asked(app, "10.0.0.1"))[0] == 200
    finally:
        await db.stop()
        database.stop()


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [("10.0.0.0/24", "203.0.113.9"), ("192.168.0.1", "10.0.0.1"), ("", "10.0.0.1")],
)
async def test_only_a_trusted_proxy_says_who_is_asking(trusted: str, seen: str) -> None:
    with settings.using(secret_key=KEY, trusted_proxies=trusted):
        _, scope = await asked(asgi.build(settings), "10.0.0.1", "1.1.1.1, 203.0.113.9")
    assert scope["client"][0] == seen


async def test_a_request_is_logged_without_what_was_searched_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for wanted, lines in ((True, 1), (False, 0)):
        caplog.clear()
        with settings.using(secret_key=KEY, log_requests=wanted), caplog.at_level("INFO"):
            await asked(asgi.build(settings), "10.0.0.1", query="words=%E5%BC%A0")
        said = [vars(line) for line in caplog.records if line.message == "request"]
        assert len(said) == lines
        for line in said:
            assert (line["client"], line["path"]) == ("10.0.0.1", health.PATH)
            assert "words" not in str(line)


def test_nobody_listening_is_told_and_not_thrown() -> None:
    assert "refused" in str(health.ask("http://127.0.0.1:1"))


def test_a_wildcard_is_not_an_address_to_ask() -> None:
    assert health.address("0.0.0.0", 8800) == "http://127.0.0.1:8800"
    assert health.address("::", 8800) == "http://[::1]:8800"
    assert health.address("10.1.2.3", 80) == "http://10.1.2.3:80"
