"""Looking at uploads in a worker: facts, pictures, harmless copies, and what can't hurt us."""

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import uploads
from PIL import Image

import storage
from storage.kinds import KINDS

HOLLOW_PDF = b"%PDF-1.7\n" + bytes(900) + b"startxref\n0\n%%EOF"


@pytest.fixture(scope="module")
def examiner() -> Iterator[storage.Examiner]:
    examiner = storage.Examiner()
    yield examiner
    examiner.close()


@pytest.fixture
def saved(tmp_path: Path):
    def save(data: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    return save


async def test_an_accepted_file_is_described(examiner: storage.Examiner, saved) -> None:
    examined = await examiner.examine(saved(uploads.pdf(pages=3)), "三页.pdf")
    assert examined == storage.Examined(KINDS["pdf"], 3, None, None, signed=False, active=False)
    examined = await examiner.examine(saved(uploads.photo((120, 90))), "横拍.jpg")
    assert (examined.width, examined.height) == (90, 120), "as it is seen, not as it is stored"
    examined = await examiner.examine(saved(uploads.signed_pdf()), "已签.pdf", {"pdf"})
    assert (examined.signed, examined.active) == (True, False)
    examined = await examiner.examine(saved(uploads.scripted_pdf()), "脚本.pdf")
    assert (examined.signed, examined.active) == (False, True)
    assert (await examiner.examine(saved(uploads.ofd()), "a.ofd")).kind is KINDS["ofd"]


@pytest.mark.parametrize(
    ("data", "filename", "code", "words"),
    [
        (uploads.locked_pdf(), "a.pdf", "pdf-locked", "打开密码"),
        (HOLLOW_PDF, "a.pdf", "damaged-file", "PDF 已损坏"),
        (uploads.pdf(pages=1001), "a.pdf", "too-many-pages", "上限 1000 页"),
        (uploads.bomb_png(50_000, 50_000), "a.png", "too-many-pixels", "上限 8000 万像素"),
        (uploads.bomb_png(9_500, 9_500), "a.png", "too-many-pixels", "请缩小"),
        (uploads.image("PNG")[:60] + uploads.image("PNG")[-12:], "a.png", "damaged-file", "损坏"),
        (uploads.docx(), "a.pdf", "name-disagrees", "Word 文档"),
    ],
)
async def test_a_file_that_cannot_be_opened_is_refused_in_words(
    examiner: storage.Examiner, saved, data: bytes, filename: str, code: str, words: str
) -> None:
    with pytest.raises(storage.Refused) as refusal:
        await examiner.examine(saved(data), filename)
    assert refusal.value.code == code, refusal.value
    assert words in refusal.value.message


async def test_a_picture_is_made_anew_upright_and_tells_no_place(
    examiner: storage.Examiner, saved
) -> None:
    photo = uploads.photo((1200, 900))
    assert b"SecretPhone" in photo
    picture = await examiner.picture(saved(photo), side=600)
    assert (picture.width, picture.height, picture.media_type) == (450, 600, "image/webp")
    assert b"SecretPhone" not in picture.data
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (450, 600)
        assert not image.getexif()


async def test_a_transparent_picture_stays_transparent(examiner: storage.Examiner, saved) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (255, 0, 0, 0)).save(out, "PNG")
    picture = await examiner.picture(saved(out.getvalue()))
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.mode == "RGBA"
        assert image.getpixel((20, 20))[3] == 0


async def test_a_pages_picture_keeps_within_its_pixels(examiner: storage.Examiner, saved) -> None:
    path = saved(uploads.pdf(pages=2))
    page = await examiner.page(path, 1, width=800)
    assert (page.width, page.pages, page.media_type) == (800, 2, "image/webp")
    page = await examiner.page(path, 0, width=400, form="png")
    assert page.data.startswith(b"\x89PNG")
    with pytest.raises(storage.Refused, match="没有第 3 页"):
        await examiner.page(path, 2)
    long = await examiner.page(saved(uploads.pdf(size=(20, 14_000))), 0, width=1200)
    assert long.width * long.height < 13_000_000
    assert long.height <= 16_000, "WebP can't be higher"


async def test_thumbnails_fit_their_square(examiner: storage.Examiner, saved) -> None:
    for data, kind in ((uploads.photo((1200, 900)), "jpg"), (uploads.pdf(), "pdf")):
        thumbnail = await examiner.thumbnail(saved(data), KINDS[kind], side=200)
        assert max(thumbnail.width, thumbnail.height) == 200


async def test_a_harmless_copy_has_lost_everything_that_runs(
    examiner: storage.Examiner, saved
) -> None:
    copy = await examiner.harmless(saved(uploads.scripted_pdf()))
    assert copy.data is not None
    with pikepdf.open(io.BytesIO(copy.data)) as pdf:
        assert len(pdf.pages) == 1
        everything = "".join(repr(held) for held in pdf.objects)
    for word in ("JavaScript", "Launch", "alert", "EmbeddedFile", "cmd.exe", "RichMediaContent"):
        assert word not in everything, word
    again = await examiner.harmless(saved(copy.data))
    assert again.data is None, "nothing is left to remove"


async def test_a_signed_document_is_left_alone_or_copied_but_never_changed(
    examiner: storage.Examiner, saved
) -> None:
    clean = await examiner.harmless(saved(uploads.signed_pdf()))
    assert clean == storage.Harmless(None, signed=True)
    original = uploads.signed_pdf(active=True)
    path = saved(original)
    copy = await examiner.harmless(path)
    assert copy.signed
    assert copy.data is not None
    assert path.read_bytes() == original


async def test_a_look_that_takes_too_long_is_a_refusal_and_the_next_one_works(saved) -> None:
    hasty = storage.Examiner(seconds=0.05)
    try:
        path = saved(uploads.flat_png(6000))
        with pytest.raises(storage.OutOfTime, match="用时过长"):
            await hasty.picture(path)
        assert (await hasty.examine(saved(uploads.pdf()), "a.pdf")).pages == 1
    finally:
        hasty.close()


async def test_a_look_that_wants_too_much_memory_is_a_refusal(saved) -> None:
    tight = storage.Examiner(memory=400 << 20)
    try:
        with pytest.raises(storage.OutOfMemory, match="过于复杂"):
            await tight.picture(saved(uploads.flat_png(8000)))
        assert (await tight.examine(saved(uploads.pdf()), "a.pdf")).pages == 1
    finally:
        tight.close()


async def test_an_upload_lands_is_looked_at_and_kept_once(
    examiner: storage.Examiner, store: storage.Store
) -> None:
    data = uploads.pdf(pages=2)
    for fresh in (True, False):
        async with storage.landed(storage.chunked(data), limit=1 << 20) as upload:
            examined = await examiner.examine(upload.path, "图纸.pdf", {"pdf"})
            kept = await store.keep(upload, "files/", examined.kind.media_type)
        assert kept == storage.Stored(
            f"files/{upload.sha256[:2]}/{upload.sha256}", upload.sha256, len(data), fresh
        )
        assert not upload.path.exists()
    assert await store.get_bytes(kept.key) == data
    assert (await store.stat(kept.key)).media_type == "application/pdf"


async def test_what_is_too_large_never_lands(tmp_path: Path) -> None:
    with pytest.raises(storage.TooLarge, match="1 KB"):
        async with storage.landed(storage.chunked(bytes(2000)), 1024, folder=tmp_path):
            pytest.fail("it landed")
    await asyncio.sleep(0)
    assert list(tmp_path.iterdir()) == []
