"""Pictures of files and harmless copies of them, made inside a worker process.

These functions read hostile files with libraries of a hundred thousand lines: call them through
`storage.Examiner`, which runs them in a worker with limits on time and memory. Each takes a path
and answers JSON-like facts, or facts and bytes; all lengths are pixels.
"""

import io
import warnings
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
from pikepdf import Array, Dictionary, Stream
from pikepdf.sanitize import Sanitizer
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdfium2 import PdfiumError

from storage.problems import Refused
from storage.sniff import sniff

PIXELS = 80_000_000
"""The largest picture that is opened: above any phone's, far below a bomb's."""

SIDE = 3000
PAGES = 1000
PAGE_PIXELS = 12_000_000
LONGEST = 16_000
"""No WebP can have a longer side."""

OBJECTS = 400_000

_ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def examine(path: str, filename: str, allowed: list[str]) -> dict[str, Any]:
    """What the file is, if it is accepted, and that it can be opened at all.

    `{"kind", "pages", "width", "height", "signed", "active"}`: pages of a PDF, size of a picture as
    it is seen; whether a PDF is signed, and whether it holds scripts, attachments or actions.
    """
    kind = sniff(Path(path), filename, allowed).name
    facts: dict[str, Any] = {"kind": kind, "pages": None, "width": None, "height": None}
    facts |= {"signed": False, "active": False}
    if kind == "pdf":
        with _opened_pdf(path) as pdf:
            facts |= {"pages": len(pdf.pages), "signed": _is_signed(pdf), "active": _is_active(pdf)}
    elif kind in ("jpg", "png", "webp"):
        with _opened_image(path) as image:
            _load(image)
            turned = image.getexif().get(_ORIENTATION, 1) >= 5
            width, height = reversed(image.size) if turned else image.size
            facts |= {"width": width, "height": height}
    return facts


def picture(path: str, side: int = SIDE) -> tuple[dict[str, Any], bytes]:
    """An image made anew as WebP, upright, at most `side` long, without EXIF and anything else."""
    with _opened_image(path) as image:
        # JPEG can be decoded at a fraction of its size: much faster, much less memory.
        image.draft("RGB", (side, side))
        _load(image)
        # Smaller first, upright then: turning a big picture would need it twice in memory.
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        return _as_webp(ImageOps.exif_transpose(image), quality=82)


def page(
    path: str, number: int = 0, width: int = 1200, form: str = "webp"
) -> tuple[dict[str, Any], bytes]:
    """A page of a PDF (counted from 0) as a picture `width` wide; `form` is "webp" or "png"."""
    try:
        document = pypdfium2.PdfDocument(path)
    except PdfiumError as error:
        raise _unreadable_pdf(str(error)) from error
    with document:
        if not 0 <= number < len(document):
            raise Refused("no-such-page", "没有第 {page} 页。", page=number + 1)
        sheet = document[number]
        wide, high = sheet.get_size()
        if not (wide > 0 and high > 0):
            raise _unreadable_pdf(f"a page of {wide} by {high}")
        scale = (width - 0.01) / wide  # the renderer rounds up
        # A page may be a kilometre long: the picture of it stays within its pixels.
        scale *= min(1.0, (PAGE_PIXELS / (wide * high * scale * scale)) ** 0.5)
        scale = min(scale, LONGEST / max(wide, high))
        image = sheet.render(scale=scale, may_draw_forms=False).to_pil()
        if form == "png":
            out = io.BytesIO()
            image.convert("RGB").save(out, "PNG", optimize=False)
            return _facts(image, "image/png", pages=len(document)), out.getvalue()
        facts, data = _as_webp(image.convert("RGB"), quality=80)
        return facts | {"pages": len(document)}, data


def thumbnail(path: str, kind: str, side: int = 320) -> tuple[dict[str, Any], bytes]:
    """A small picture of an image or of a PDF's first page, as WebP."""
    if kind != "pdf":
        return picture(path, side)
    facts, data = page(path, 0, side)
    if facts["height"] > side:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
            image.thumbnail((side, side))
            facts, data = _as_webp(image, quality=80)
    return facts, data


def harmless(path: str) -> tuple[dict[str, Any], bytes]:
    """A copy of a PDF without scripts, attachments, media and actions that reach out.

    `{"signed", "changed"}` and the copy; no bytes at all when there was nothing to remove, so that
    a signed document without tricks is shown as it is. The copy of a signed one has lost its
    signature: it is for looking at, and never takes the place of the original.
    """
    with _opened_pdf(path) as pdf:
        signed = _is_signed(pdf)
        if not _is_active(pdf):
            return {"signed": signed, "changed": False}, b""
        _SANITISER.apply(pdf)
        _remove_leftovers(pdf)
        out = io.BytesIO()
        pdf.save(out)
    return {"signed": signed, "changed": True}, out.getvalue()


_SANITISER = (
    Sanitizer()
    .remove_javascript()
    .remove_attachments()
    .remove_external_access()
    .remove_multimedia()
    .remove_collection()
)


# Images


def _opened_image(path: str) -> Image.Image:
    try:
        return Image.open(path, formats=("JPEG", "PNG", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(str(error)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise _broken_image(str(error)) from error


def _load(image: Image.Image) -> None:
    if image.width * image.height > PIXELS:
        raise _too_many_pixels(f"{image.width} by {image.height}")
    try:
        image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(str(error)) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise _broken_image(str(error)) from error


def _as_webp(image: Image.Image, quality: int) -> tuple[dict[str, Any], bytes]:
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    out = io.BytesIO()
    # A new image: what the old one carries besides its pixels isn't even known here.
    plain = image.convert("RGBA" if clear else "RGB")
    plain.info = {}
    plain.save(out, "WEBP", quality=quality, method=3, exif=b"", xmp=b"", icc_profile=None)
    return _facts(plain, "image/webp"), out.getvalue()


def _facts(image: Image.Image, media_type: str, **more: Any) -> dict[str, Any]:
    return {"width": image.width, "height": image.height, "media_type": media_type, **more}


def _too_many_pixels(detail: str) -> Refused:
    return Refused(
        "too-many-pixels",
        "图片尺寸过大（上限 {limit} 万像素），请缩小后再上传。",
        detail,
        limit=PIXELS // 10_000,
    )


def _broken_image(detail: str) -> Refused:
    return Refused("damaged-file", "图片已损坏，无法打开。请重新拍摄或导出后再上传。", detail)


# PDF


def _opened_pdf(path: str) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.open(path)
    except pikepdf.PasswordError as error:
        raise _locked_pdf() from error
    except (pikepdf.PdfError, ValueError, OSError) as error:
        raise _unreadable_pdf(str(error)) from error
    pages = len(pdf.pages)
    if pages > PAGES or len(pdf.objects) > OBJECTS:
        raise Refused(
            "too-many-pages", "PDF 页数或内容过多（上限 {limit} 页），请拆分后再上传。", limit=PAGES
        )
    if not pages:
        raise _unreadable_pdf("no pages")
    return pdf


_ACTIVE_KEYS = ("/JS", "/AA", "/EF", "/RichMediaContent", "/XFA", "/Collection")
_ACTIVE_ACTIONS = (
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
)


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    return any("/ByteRange" in held for held in _dictionaries(pdf))


def _is_active(pdf: pikepdf.Pdf) -> bool:
    return any(next(_active_keys(held), None) for held in _dictionaries(pdf))


def _remove_leftovers(pdf: pikepdf.Pdf) -> None:
    """What hides in corners the sanitiser doesn't visit, and XFA, which is a program of its own."""
    for held in _dictionaries(pdf):
        for key in list(_active_keys(held)):
            del held[key]
    root = pdf.Root
    if "/Names" in root and isinstance(root.Names, Dictionary):
        for name in ("/JavaScript", "/EmbeddedFiles"):
            if name in root.Names:
                del root.Names[name]


def _active_keys(held: Any) -> Any:
    for key in list(held.keys()):
        value = held[key]
        if key in _ACTIVE_KEYS or (
            isinstance(value, Dictionary) and str(value.get("/S", "")) in _ACTIVE_ACTIONS
        ):
            yield key


def _dictionaries(pdf: pikepdf.Pdf) -> Any:
    """Every dictionary of the document, those inside others included, each once."""
    waiting: list[tuple[Any, int]] = [(held, 0) for held in pdf.objects]
    while waiting:
        held, depth = waiting.pop()
        if isinstance(held, Array):
            inner = list(held)
        elif isinstance(held, Dictionary | Stream):
            inner = [value for _, value in held.items()]
            yield held
        else:
            continue
        if depth < 60:
            waiting += [
                (value, depth + 1)
                for value in inner
                if isinstance(value, pikepdf.Object) and not value.is_indirect
            ]


def _locked_pdf() -> Refused:
    return Refused("pdf-locked", "PDF 设有打开密码，工作人员无法查看。请去掉密码后重新上传。")


def _unreadable_pdf(detail: str) -> Refused:
    if "password" in detail.casefold():
        return _locked_pdf()
    return Refused(
        "damaged-file", "PDF 已损坏，无法打开。请重新导出或打印为 PDF 后再上传。", detail
    )
