"""What only a folder has to promise: whole files after a crash, and no way out of it."""

import hashlib
import os
from pathlib import Path

import pytest

import storage


async def test_files_can_be_opened_by_hand(tmp_path: Path) -> None:
    store = storage.open(f"folder://{tmp_path}")
    await store.put_bytes("papers/1.pdf", b"%PDF-1.7 whole", media_type="application/pdf")
    (file,) = (path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    assert file.read_bytes().startswith(b"%PDF-1.7 whole")
    assert file.parent.parent.parent == tmp_path / "objects"


async def test_keys_that_differ_only_in_case_are_two_objects(tmp_path: Path) -> None:
    store = storage.open(f"folder://{tmp_path}")
    await store.put_bytes("Key", b"1", media_type="a/b")
    await store.put_bytes("key", b"2", media_type="a/b")
    assert await store.get_bytes("Key") == b"1"


async def test_a_damaged_file_is_trouble_not_content(tmp_path: Path) -> None:
    store = storage.open(f"folder://{tmp_path}")
    await store.put_bytes("k", b"x" * 1000, media_type="a/b")
    (file,) = (path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    os.truncate(file, 900)
    with pytest.raises(storage.Unavailable):
        await store.get("k")


async def test_an_object_that_holds_our_own_trailer_is_read_as_it_is(tmp_path: Path) -> None:
    store = storage.open(f"folder://{tmp_path}")
    await store.put_bytes("first", b"hello", media_type="text/plain")
    (file,) = (path for path in (tmp_path / "objects").rglob("*") if path.is_file())
    nested = file.read_bytes()
    await store.put_bytes("second", nested, media_type="a/b")
    assert await store.get_bytes("second") == nested


async def test_a_reader_keeps_what_it_opened_while_it_is_replaced(tmp_path: Path) -> None:
    store = storage.open(f"folder://{tmp_path}")
    await store.put_bytes("k", b"old" * 1000, media_type="a/b")
    reading = await store.get("k")
    await store.put_bytes("k", b"new", media_type="a/b")
    await store.delete("k")
    assert await storage.gathered(reading) == b"old" * 1000


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = storage.open(f"folder://{tmp_path}/file/objects")
    with pytest.raises(storage.Unavailable):
        await store.ready()
    with pytest.raises(storage.Unavailable):
        await store.put_bytes("k", b"1", media_type="a/b")


@pytest.mark.parametrize(
    "address",
    [
        "folder://relative/path",
        "folder:relative",
        "s3://127.0.0.1:9000/bucket",
        "s3://key:hush@127.0.0.1:9000",
        "s3://key:hush@127.0.0.1:9000/bucket/deeper",
        "s3://key:hush@127.0.0.1:9000/bucket?sekure=0",
        "ftp://key:hush@example.cn/x",
        "/srv/objects",
        "",
    ],
)
def test_an_address_that_means_nothing_is_refused_without_its_secret(address: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011 - the message is what is looked at
        storage.open(address)
    assert "hush" not in str(refusal.value)


async def test_hashing_counts_and_hashes_what_passed() -> None:
    hashing = storage.Hashing(storage.chunked(b"abc" * 100, size=7), limit=300)
    assert await storage.gathered(hashing) == b"abc" * 100
    assert hashing.size == 300
    assert hashing.sha256 == hashlib.sha256(b"abc" * 100).hexdigest()


@pytest.mark.parametrize(
    ("size", "words"),
    [(999, "999 B"), (20 << 20, "20 MB"), (1536 << 20, "1.5 GB"), (10 << 10, "10 KB")],
)
def test_sizes_are_said_as_people_say_them(size: int, words: str) -> None:
    assert storage.spoken_size(size) == words
