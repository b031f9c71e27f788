"""Materials of a case: files come in, are looked at, kept once, and go out by the case's rights.

Bytes live in object storage under their hash, one prefix for each tenant, so what one tenant holds
says nothing to another. Rows say which case and which material a content answers.
"""

import re
import unicodedata
from collections.abc import AsyncIterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import storage
from onewindow import db, rooms
from onewindow.cases.queries import CaseView, speaks_for_applicant
from onewindow.cases.record import entry, note
from onewindow.cases.rules import State
from onewindow.errors import Forbidden, Invalid, NotThere, Refusal
from onewindow.matters.versions import version_of
from onewindow.people.gate import Actor
from onewindow.settings import settings

OPEN_FOR_FILES = frozenset({State.DRAFT, State.CORRECTING})
PAGE_WIDTH = 1200


class NotNow(Refusal):
    text = "办件已经提交，目前不能再增减材料。"


class EnoughFiles(Refusal):
    status = 422
    text = "“{material}”最多上传 {most} 个文件。"


async def add_file(
    actor: Actor,
    case: CaseView,
    *,
    material: str,
    filename: str,
    chunks: AsyncIterable[bytes],
    now: datetime,
) -> Mapping[str, Any]:
    """Take a file in under `material`; returns its row.

    What it is follows from its content, not its name. Raises storage.Refused with the sentence for
    the sender, storage.TooLarge, EnoughFiles, NotNow.
    """
    require_may_change(actor, case)
    version = await version_of(case.version)
    wanted = version.definition.material(material)
    if wanted is None:
        raise NotThere
    await _require_room(case.id, material, wanted.name.zh, wanted.max_files)
    name = clean_name(filename)
    limit = min(wanted.max_mb, settings.upload_max_mb) << 20
    await db.let_go()  # a slow line must not hold a database connection
    async with storage.landed(chunks, limit=limit) as upload:
        examined = await rooms.examiner().examine(upload.path, name, allowed=wanted.types)
        kept = await rooms.store().keep(upload, f"files/{case.tenant}/", examined.kind.media_type)
    at_window = actor.is_staff
    async with db.transaction():
        # Counted again under the case's row lock: two uploads may have passed the first count.
        await db.execute("select 1 from cases where id = $1 for update", case.id)
        await _require_room(case.id, material, wanted.name.zh, wanted.max_files)
        row = await db.fetchrow(
            "insert into case_material (tenant, case_id, material, uid, name, media_type, size,"
            " sha256, object_key, pages, trust, by, at)"
            " values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13) returning *",
            case.tenant,
            case.id,
            material,
            uuid4(),
            name,
            examined.kind.media_type,
            kept.size,
            kept.sha256,
            kept.key,
            examined.pages,
            "B" if at_window else "C",
            actor.id,
            now,
        )
        if case.state != State.DRAFT:
            await note(case, entry(actor, "material.added", now, detail={"name": name}))
    return dict(row)


async def remove_file(actor: Actor, case: CaseView, file: UUID, *, now: datetime) -> None:
    """Take a file out of the case again. Its row stays, marked; its bytes go with the archive."""
    require_may_change(actor, case)
    removed = await db.fetchrow(
        "update case_material set removed_at = $3 where case_id = $1 and uid = $2"
        " and removed_at is null returning name",
        case.id,
        file,
        now,
    )
    if removed is None:
        raise NotThere
    if case.state != State.DRAFT:
        await note(case, entry(actor, "material.removed", now, detail={"name": removed["name"]}))


async def file_of(case: CaseView, file: UUID) -> Mapping[str, Any]:
    """A file's row, through the case the reader has already been let into."""
    row = await db.fetchrow(
        "select * from case_material where case_id = $1 and uid = $2 and removed_at is null",
        case.id,
        file,
    )
    if row is None:
        raise NotThere
    return row


async def preview(row: Mapping[str, Any], page: int, *, small: bool = False) -> tuple[bytes, str]:
    """A picture of a file's page (from 0) and its media type; made once, then kept.

    Raises NotThere for what has no picture (a Word file).
    """
    kind = "thumb" if small else f"page-{page}"
    key = f"previews/{row['tenant']}/{row['sha256'][:2]}/{row['sha256']}-{kind}.webp"
    store = rooms.store()
    try:
        data = await store.get_bytes(key)
        return data, "image/webp"
    except storage.NotThere:
        pass
    is_pdf = row["media_type"] == "application/pdf"
    if not is_pdf and not row["media_type"].startswith("image/"):
        raise NotThere
    await db.let_go()
    examiner = rooms.examiner()
    async with storage.landed(await store.get(row["object_key"])) as local:
        if small:
            by_type = {each.media_type: each for each in storage.KINDS.values()}
            picture = await examiner.thumbnail(local.path, by_type[row["media_type"]])
        elif is_pdf:
            picture = await examiner.page(local.path, page, width=PAGE_WIDTH)
        else:
            picture = await examiner.picture(local.path)
    if picture.media_type == "image/webp":
        await store.put_bytes(key, picture.data, media_type=picture.media_type)
    return picture.data, picture.media_type


def require_may_change(actor: Actor, case: CaseView) -> None:
    """Files change while the application is written or corrected, by whoever writes it."""
    if State(case.state) not in OPEN_FOR_FILES:
        raise NotNow
    writes_it = case.applicant == actor.id or case.filed_by == actor.id
    if not writes_it and not (case.state == State.CORRECTING and speaks_for_applicant(actor, case)):
        raise Forbidden


def clean_name(filename: str) -> str:
    """A file name as it may be shown and offered: no path, no control or direction marks."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    name = re.sub(r"\s+", " ", name).strip(" .")
    if not name:
        raise Invalid({"file": "文件没有名称，请重新选择。"})
    if len(name) > 200:
        stem, dot, extension = name.rpartition(".")
        name = (
            stem[: 199 - len(extension)] + dot + extension
            if dot and len(extension) < 12
            else name[:200]
        )
    return name


async def _require_room(case: int, material: str, name: str, most: int) -> None:
    count = await db.fetchval(
        "select count(*) from case_material where case_id = $1 and material = $2"
        " and removed_at is null",
        case,
        material,
    )
    if count >= most:
        raise EnoughFiles(material=name, most=most)
