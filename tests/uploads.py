"""Files as people send them, and as people shouldn't."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

_OFFICE = "application/vnd.openxmlformats-officedocument."
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS_OF_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = f"{_OFFICE}wordprocessingml.document.main+xml"
EXCEL = f"{_OFFICE}spreadsheetml.sheet.main+xml"


def image(form: str, size: tuple[int, int] = (120, 90), **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, form, **options)
    return out.getvalue()


def flat_png(side: int) -> bytes:
    """Quick to make, small, and much work to open."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "#d7000f").save(out, "PNG", compress_level=1)
    return out.getvalue()


def photo(size: tuple[int, int] = (120, 90)) -> bytes:
    """A phone's picture: lying on its side, with maker and place in its EXIF."""
    noise = Image.effect_noise(size, 60).convert("RGB")
    exif = noise.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    noise.save(out, "JPEG", exif=exif)
    return out.getvalue()


def bomb_png(width: int, height: int) -> bytes:
    """A few KB that claim to be enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * min(height, 1000)), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def pdf(pages: int = 1, size: tuple[float, float] = (595, 842)) -> bytes:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=size)
    return _saved(document)


def locked_pdf() -> bytes:
    document = pikepdf.open(io.BytesIO(pdf()))
    out = io.BytesIO()
    document.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def scripted_pdf() -> bytes:
    """Runs JavaScript when opened, starts programs, carries an attachment and a film."""
    document = pikepdf.open(io.BytesIO(pdf()))
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert('boo')"))
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.attachments["evil.exe"] = b"MZ" * 100
    document.Root.Names.JavaScript = Dictionary(Names=Array([String("a"), script]))
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    page = document.pages[0].obj
    page.AA = Dictionary(O=launch)
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=launch)
    film = Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9])
    page.Annots = document.make_indirect(Array([document.make_indirect(link), film]))
    document.Root.Corner = Dictionary(Deep=Array([Dictionary(Hidden=script)]))
    return _saved(document)


def signed_pdf(*, active: bool = False) -> bytes:
    """Has the dictionary every signed PDF has; whether it verifies doesn't matter here."""
    document = pikepdf.open(io.BytesIO(scripted_pdf() if active else pdf()))
    signature = Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=String("x"))
    field = Dictionary(FT=Name.Sig, T=String("s"), V=document.make_indirect(signature))
    document.Root.AcroForm = Dictionary(Fields=[document.make_indirect(field)], SigFlags=3)
    return _saved(document)


def archive(parts: Mapping[str, str | bytes], **options: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as whole:
        for name, part in parts.items():
            whole.writestr(name, part)
    return out.getvalue()


def content_types(main: str, part: str) -> str:
    return (
        '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/></Types>'
    )


def docx(more: Mapping[str, str | bytes] | None = None, main: str = WORD) -> bytes:
    parts = {
        "[Content_Types].xml": content_types(main, "word/document.xml"),
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"/>',
        "word/document.xml": "<w:document xmlns:w='w'>申请书</w:document>",
    }
    return archive(parts | dict(more or {}))


def linked_docx(kind: str) -> bytes:
    """A document that points outside by a relation of this kind ("hyperlink", …)."""
    return docx(
        {
            "word/_rels/document.xml.rels": (
                f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
                f'Type="{_KINDS_OF_RELATION}/{kind}" Target="http://evil.example/x" '
                'TargetMode="External"/></Relationships>'
            )
        }
    )


def xlsx() -> bytes:
    return archive(
        {
            "[Content_Types].xml": content_types(EXCEL, "xl/workbook.xml"),
            "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"/>',
            "xl/workbook.xml": "<workbook/>",
        }
    )


def ofd() -> bytes:
    return archive(
        {
            "OFD.xml": '<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" '
            'Version="1.0" DocType="OFD"/>',
            "Doc_0/Document.xml": "<x/>",
        }
    )


def _saved(document: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
