"""What every store promises, on a folder and on a real S3 server."""

import asyncio
import gc
import hashlib
import os
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

import storage
from storage.store import INCOMING

MB = 1 << 20


async def noise(size: int, chunk: int = 64 * 1024) -> AsyncIterator[bytes]:
    """`size` bytes as a browser would send them, never more than a chunk in memory."""
    block = os.urandom(chunk)
    for start in range(0, size, chunk):
        yield block[: min(chunk, size - start)]


async def breaking_off(size: int) -> AsyncIterator[bytes]:
    async for chunk in noise(size):
        yield chunk
    raise ConnectionResetError("the applicant closed the page")


async def read(store: storage.Store, key: str, start: int = 0, end: int | None = None) -> bytes:
    return await storage.gathered(await store.get(key, start, end))


async def test_what_is_put_comes_back_with_its_size_and_type(store: storage.Store) -> None:
    await store.put("papers/1.pdf", storage.chunked(b"%PDF-1.7 ..."), media_type="application/pdf")
    assert await store.stat("papers/1.pdf") == storage.Stat(12, "application/pdf")
    reading = await store.get("papers/1.pdf")
    assert (reading.size, reading.media_type) == (12, "application/pdf")
    assert await storage.gathered(reading) == b"%PDF-1.7 ..."
    assert await store.get_bytes("papers/1.pdf") == b"%PDF-1.7 ..."


async def test_an_empty_object_is_an_object(store: storage.Store) -> None:
    await store.put_bytes("empty", b"", media_type="text/plain")
    assert await store.stat("empty") == storage.Stat(0, "text/plain")
    assert await read(store, "empty") == b""


async def test_a_media_type_may_carry_its_charset(store: storage.Store) -> None:
    await store.put_bytes("t", "汉字".encode(), media_type="text/plain; charset=utf-8")
    assert (await store.stat("t")).media_type == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, None), (0, 10), (3, 7), (9, None), (9, 10), (5, 5), (7, 3), (4, 99), (10, None), (50, 60)],
)
async def test_a_range_is_cut_to_what_is_there(
    store: storage.Store, start: int, end: int | None
) -> None:
    await store.put_bytes("digits", b"0123456789", media_type="text/plain")
    reading = await store.get("digits", start, end)
    assert reading.size == 10
    assert await storage.gathered(reading) == b"0123456789"[start:end]


async def test_a_missing_object_says_so_everywhere_but_in_delete(store: storage.Store) -> None:
    with pytest.raises(storage.NotThere, match="找不到这个文件"):
        await store.get("nobody/here")
    with pytest.raises(storage.NotThere):
        await store.stat("nobody/here")
    with pytest.raises(storage.NotThere):
        await store.move("nobody/here", "somebody/there")
    assert not await store.exists("nobody/here")
    await store.delete("nobody/here")


async def test_a_deleted_object_is_gone(store: storage.Store) -> None:
    await store.put_bytes("a", b"1", media_type="text/plain")
    assert await store.exists("a")
    await store.delete("a")
    assert not await store.exists("a")


async def test_a_moved_object_keeps_its_type_and_leaves_nothing_behind(
    store: storage.Store,
) -> None:
    await store.put_bytes("from", b"new", media_type="image/png")
    await store.put_bytes("to", b"old one", media_type="text/plain")
    await store.move("from", "to")
    assert await read(store, "to") == b"new"
    assert (await store.stat("to")).media_type == "image/png"
    assert not await store.exists("from")


@pytest.mark.parametrize("size", [100, 12 * MB])
async def test_a_sender_who_breaks_off_changes_nothing(store: storage.Store, size: int) -> None:
    await store.put_bytes("kept", b"as it was", media_type="text/plain")
    with pytest.raises(ConnectionResetError):
        await store.put("kept", breaking_off(size), media_type="image/png")
    with pytest.raises(ConnectionResetError):
        await store.put("new", breaking_off(size), media_type="image/png")
    assert await read(store, "kept") == b"as it was"
    assert not await store.exists("new")


async def test_a_cancelled_upload_changes_nothing(store: storage.Store) -> None:
    waiting = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        async for chunk in noise(9 * MB):
            yield chunk
        waiting.set()
        await asyncio.sleep(60)

    upload = asyncio.create_task(store.put("half", stalling(), media_type="image/png"))
    await waiting.wait()
    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload
    assert not await store.exists("half")


@pytest.mark.parametrize("announced", [10, 1000])
async def test_more_or_less_than_announced_is_refused(store: storage.Store, announced: int) -> None:
    with pytest.raises(storage.WrongSize, match="没有传完整"):
        await store.put("k", noise(500), size=announced, media_type="text/plain")
    assert not await store.exists("k")
    await store.put("k", noise(500), size=500, media_type="text/plain")


@pytest.mark.parametrize("size", [3, 4 * MB, 9 * MB])
async def test_a_content_is_kept_once(store: storage.Store, size: int) -> None:
    data = os.urandom(size)
    digest = hashlib.sha256(data).hexdigest()
    first = await store.put_content(storage.chunked(data), "files/", media_type="image/png")
    assert first == storage.Stored(f"files/{digest[:2]}/{digest}", digest, size, fresh=True)
    again = await store.put_content(storage.chunked(data), "files/", media_type="image/png")
    assert again == storage.Stored(first.key, digest, size, fresh=False)
    assert await read(store, first.key) == data
    assert await store.sweep(timedelta(days=-1)) == 0, "nothing is left of the temporary copies"


async def test_two_uploads_of_one_content_at_once_end_as_one(store: storage.Store) -> None:
    data = os.urandom(5 * MB)
    both = await asyncio.gather(
        *(store.put_content(storage.chunked(data), "files/", media_type="a/b") for _ in range(2))
    )
    assert both[0].key == both[1].key
    assert await read(store, both[0].key) == data


@pytest.mark.parametrize("limit", [100, 5 * MB])
async def test_more_than_the_limit_is_refused_while_it_comes(
    store: storage.Store, limit: int
) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield bytes(65536)

    with pytest.raises(storage.TooLarge) as refusal:
        await store.put_content(endless(), "files/", limit)
    assert sent <= limit + 2 * 65536
    assert ("5 MB" if limit > 100 else "100 B") in refusal.value.message
    assert await store.sweep(timedelta(days=-1)) == 0


async def test_64_mb_pass_through_little_memory(store: storage.Store) -> None:
    gc.collect()
    tracemalloc.start()
    try:
        stored = await store.put_content(noise(64 * MB), "files/", 100 * MB)
        read_back = hashlib.sha256()
        async for chunk in await store.get(stored.key):
            read_back.update(chunk)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read_back.hexdigest() == stored.sha256
    assert stored.size == 64 * MB
    assert peak < 40 * MB, f"{peak / MB:.0f} MB"


async def test_readings_that_nobody_finishes_hold_nothing(store: storage.Store) -> None:
    await store.put("big", noise(2 * MB), media_type="video/mp4")
    for _ in range(70):  # more than the S3 store has connections
        await anext(await store.get("big"))
        async with await store.get("big"):
            pass
    assert len(await read(store, "big")) == 2 * MB


async def test_abandoned_uploads_are_swept(store: storage.Store) -> None:
    await store.put_bytes(f"{INCOMING}left-by-a-crash", b"half", media_type="a/b")
    await store.put_bytes("kept", b"whole", media_type="a/b")
    assert await store.sweep(timedelta(days=1)) == 0
    assert await store.sweep(timedelta(seconds=-5)) == 1
    assert not await store.exists(f"{INCOMING}left-by-a-crash")
    assert await store.exists("kept")


@pytest.mark.parametrize(
    "key",
    [
        *("", "/", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b"),
        *("文件", "a b", "a\\b", "a\x00b", "a\nb", "a?b", "x" * 201),
    ],
)
async def test_a_key_that_code_should_never_make_is_refused(store: storage.Store, key: str) -> None:
    for attempt in (
        store.put_bytes(key, b"", media_type="a/b"),
        store.get(key),
        store.stat(key),
        store.delete(key),
        store.move(key, "fine"),
        store.move("fine", key),
    ):
        with pytest.raises(storage.problems.BadKey):
            await attempt


async def test_getting_ready_twice_is_fine(store: storage.Store) -> None:
    await store.put_bytes("k", b"1", media_type="a/b")
    await store.ready()
    assert await store.exists("k")
