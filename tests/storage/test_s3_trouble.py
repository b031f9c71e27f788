"""What happens when the S3 server refuses us, is away, or goes away in the middle."""

import asyncio
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import rgw

import storage

MB = 1 << 20


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[storage.Store]:
    store = storage.open(address)
    yield store
    await store.close()


async def assert_unavailable(store: storage.Store) -> None:
    for attempt in (
        store.ready(),
        store.stat("k"),
        store.get("k"),
        store.put_bytes("k", b"1", media_type="a/b"),
        store.put("k", storage.chunked(bytes(20 * MB)), media_type="a/b"),
        store.delete("k"),
        store.move("k", "l"),
    ):
        with pytest.raises(storage.Unavailable, match="文件库暂时无法使用"):
            await attempt


async def test_a_wrong_secret_is_the_stores_trouble_not_the_readers(s3_server: rgw.Server) -> None:
    async with opened(s3_server.address("bucket", secret="guessed")) as store:
        await assert_unavailable(store)


async def test_a_server_that_is_down_is_unavailable_within_seconds() -> None:
    address = f"s3://key:secret@127.0.0.1:{rgw.free_port()}/bucket?secure=0"
    began = time.monotonic()
    async with opened(address) as store:
        await assert_unavailable(store)
    assert time.monotonic() - began < 10


async def test_a_bucket_that_vanished_is_unavailable_for_writing(s3_server: rgw.Server) -> None:
    async with opened(s3_server.address("never-made")) as store:
        with pytest.raises(storage.Unavailable):
            await store.put_bytes("k", b"1", media_type="a/b")


async def test_a_connection_cut_in_the_middle_never_looks_like_the_end(
    s3_server: rgw.Server,
) -> None:
    bucket = f"t-{uuid.uuid4().hex}"
    async with opened(s3_server.address(bucket)) as store:
        await store.ready()
        await store.put_bytes("big", bytes(8 * MB), media_type="a/b")

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes the request on and a part of the answer back."""
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", s3_server.port)
        far_writer.write(await reader.readuntil(b"\r\n\r\n"))
        for _ in range(20):
            writer.write(await far_reader.read(64 * 1024))
        await writer.drain()
        writer.close()
        far_writer.close()

    async with await asyncio.start_server(cut, "127.0.0.1", 0) as middle:
        port = middle.sockets[0].getsockname()[1]
        async with opened(s3_server.address(bucket, port=port)) as store:
            reading = await store.get("big")
            assert reading.size == 8 * MB
            with pytest.raises(storage.Unavailable):
                await storage.gathered(reading)


async def test_a_presigned_url_downloads_under_its_chinese_name_and_expires(
    s3_server: rgw.Server,
) -> None:
    address = s3_server.address(f"t-{uuid.uuid4().hex}")
    async with opened(address) as store:
        assert await store.presign("k", 60, "证书.pdf") is None, "browsers don't reach this one"
    async with opened(f"{address}&public=http://127.0.0.1:{s3_server.port}") as store:
        await store.ready()
        await store.put_bytes("k", b"%PDF", media_type="application/pdf")
        url = await store.presign("k", 60, "食品经营许可证 (副本).pdf")
        assert url is not None
        with await asyncio.to_thread(urllib.request.urlopen, url) as answer:
            assert answer.read() == b"%PDF"
            disposition = answer.headers["content-disposition"]
        assert disposition.startswith("attachment; filename*=UTF-8''%E9%A3%9F")
        with pytest.raises(urllib.error.HTTPError):
            await asyncio.to_thread(
                urllib.request.urlopen, url.replace("X-Amz-Date=2", "X-Amz-Date=1")
            )
