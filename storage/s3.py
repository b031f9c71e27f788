"""A store on an S3 server (MinIO, Ceph, SeaweedFS, a cloud), through the MinIO SDK.

The SDK is synchronous, so every call runs in one of the store's own threads, over one shared pool
of connections. Bodies never lie in memory whole: uploads go in parts, downloads come in chunks.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import BinaryIO, ParamSpec, TypeVar, cast
from urllib.parse import quote, urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import CopySource
from minio.error import InvalidResponseError, S3Error, ServerError
from urllib3.exceptions import HTTPError

from storage.pipe import Pipe
from storage.problems import NotThere, TooLarge, Unavailable
from storage.store import INCOMING, Stat, Store, checked_key
from storage.streams import CHUNK, Reading, of_size
from storage.threads import Threads

P = ParamSpec("P")
T = TypeVar("T")

CONNECTIONS = 64
THREADS = 32
PART = 8 << 20
LARGEST = 5 << 40
_CONNECT_SECONDS = 5
_READ_SECONDS = 60


class S3Store(Store):
    """Objects in one bucket of an S3 server."""

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        region: str,
        secure: bool,
        public: str | None = None,
    ) -> None:
        """`public` is the address browsers reach the server under; None: they don't."""
        self.bucket = bucket
        self._pool = urllib3.PoolManager(
            maxsize=CONNECTIONS,
            block=True,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
            # One quiet second try: enough for a connection the server closed while it was idle.
            retries=urllib3.Retry(
                total=2, backoff_factor=0.1, status_forcelist=(500, 502, 503, 504),
                raise_on_status=False, allowed_methods=None,
            ),
        )  # fmt: skip
        # A fixed region spares the SDK a request that many servers don't answer.
        self._client = Minio(
            endpoint,
            access_key=access_key,
            secret_key=secret_key,
            secure=secure,
            region=region,
            http_client=self._pool,
        )
        self._public: Minio | None = None
        if public is not None:
            parts = urlsplit(public)
            self._public = Minio(
                parts.netloc,
                access_key=access_key,
                secret_key=secret_key,
                secure=parts.scheme != "http",
                region=region,
            )
        self._threads = Threads(THREADS, "storage-s3")

    async def put(
        self,
        key: str,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        media_type: str,
    ) -> None:
        checked_key(key)
        pipe = Pipe()
        # The length is always given as unknown: the SDK then reads to the end of the stream, and
        # an error there, ours included, aborts the upload before anything becomes visible.
        upload = self._threads.start(
            self._call,
            key,
            partial(
                self._client.put_object,
                bucket_name=self.bucket,
                object_name=key,
                data=cast(BinaryIO, pipe),
                length=-1,
                content_type=media_type,
                part_size=PART,
                num_parallel_uploads=1,
            ),
        )
        await pipe.feed(of_size(chunks, size), into=upload)

    async def get(self, key: str, start: int = 0, end: int | None = None) -> Reading:
        checked_key(key)
        start = max(start, 0)
        if end is not None and end <= start:
            return await self._nothing(key)
        length = 0 if end is None else end - start
        try:
            response = await self._do(
                key, self._client.get_object, self.bucket, key, offset=start, length=length
            )
        except _BeyondTheEnd:
            return await self._nothing(key)
        headers = response.headers
        # "bytes 10-19/4096" for a range; a whole object says its length only.
        size = int(headers.get("content-range", "").rpartition("/")[2] or headers["content-length"])

        def release() -> None:
            # Closing first: what wasn't read must not wait in a connection that is used again.
            response.close()
            response.release_conn()

        return Reading(
            self._read(key, response),
            size=size,
            media_type=headers.get("content-type", "application/octet-stream"),
            release=release,
        )

    async def stat(self, key: str) -> Stat:
        found = await self._do(
            checked_key(key), self._client.stat_object, bucket_name=self.bucket, object_name=key
        )
        return Stat(found.size or 0, found.content_type or "application/octet-stream")

    async def delete(self, key: str) -> None:
        await self._do(checked_key(key), self._client.remove_object, self.bucket, key)

    async def move(self, source: str, target: str) -> None:
        await self._do(
            checked_key(source),
            self._client.copy_object,
            self.bucket,
            checked_key(target),
            CopySource(self.bucket, source),
        )
        await self.delete(source)

    async def presign(self, key: str, seconds: int, filename: str) -> str | None:
        if self._public is None:
            return None
        return await self._do(
            checked_key(key),
            self._public.presigned_get_object,
            self.bucket,
            key,
            expires=timedelta(seconds=seconds),
            response_headers={
                "response-content-disposition": "attachment; filename*=UTF-8''"
                + quote(filename, safe="")
            },
        )

    async def ready(self) -> None:
        await self._do("", self._prepare)

    async def sweep(self, older: timedelta) -> int:
        return await self._do("", self._sweep, datetime.now(UTC) - older)

    async def close(self) -> None:
        self._threads.close()
        self._pool.clear()

    async def _do(self, key: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._threads.run(self._call, key, partial(function, *args, **kwargs))

    async def _nothing(self, key: str) -> Reading:
        """An empty range of an object that is there."""
        stat = await self.stat(key)
        return Reading(_empty(), size=stat.size, media_type=stat.media_type, release=lambda: None)

    async def _read(
        self, key: str, response: urllib3.response.BaseHTTPResponse
    ) -> AsyncIterator[bytes]:
        while part := await self._do(key, response.read, CHUNK):
            yield part

    # What follows runs in threads.

    def _call(self, key: str, function: Callable[[], T]) -> T:
        """Call the SDK, and say what went wrong in this room's words."""
        try:
            return function()
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchObject", "ResourceNotFound"):
                raise NotThere(key) from error
            if error.code == "InvalidRange":
                raise _BeyondTheEnd from error
            if error.code == "EntityTooLarge":
                raise TooLarge(LARGEST, detail=key) from error
            raise Unavailable(f"{error.code}: {error.message}") from error
        except (InvalidResponseError, ServerError, HTTPError, OSError) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _prepare(self) -> None:
        if not self._client.bucket_exists(self.bucket):
            self._client.make_bucket(self.bucket)

    def _sweep(self, before: datetime) -> int:
        swept = 0
        for found in self._client.list_objects(self.bucket, prefix=INCOMING, recursive=True):
            if found.object_name and found.last_modified and found.last_modified < before:
                self._client.remove_object(self.bucket, found.object_name)
                swept += 1
        return swept


class _BeyondTheEnd(Exception):
    """The range asked for begins where the object has already ended."""


async def _empty() -> AsyncIterator[bytes]:
    return
    yield b""
