"""What an application holds so far: its answers, its files, and what a correction asks of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from onewindow import db
from onewindow.cases import queries
from onewindow.cases.application import wanted_materials
from onewindow.cases.file_pages import file_shown
from onewindow.cases.queries import CaseView
from onewindow.cases.rules import State
from onewindow.cases.words import asked as asked_words
from onewindow.matters.versions import Version
from onewindow.web.i18n import language


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a notice asks for: about a material (its key), a question of the form (its path),
    or the application. `words` name what it is about, too.

    `since`: when it was asked; what was changed after that is an answer to it.
    """

    text: str
    words: str
    material: str
    field: str
    since: datetime
    due: datetime


async def asked_of(case: CaseView, version: Version) -> list[Asked]:
    """What the notice that isn't answered yet asks for; nothing when there is none."""
    if case.state != State.CORRECTING:
        return []
    notice = await db.fetchrow(
        "select items, at, due from correction where case_id = $1 and answered_at is null"
        " order by at desc limit 1",
        case.id,
    )
    if notice is None:
        return []
    return [
        Asked(
            item["text"],
            asked_words(item, version),
            item.get("material", ""),
            item.get("field", ""),
            notice["at"],
            notice["due"],
        )
        for item in orjson.loads(notice["items"])
    ]


async def answers_so_far(case: CaseView, version: Version) -> dict[str, Any]:
    """The draft's answers, or those last handed in."""
    if case.draft is not None:
        return dict(orjson.loads(case.draft))
    if case.state == State.DRAFT:
        return {}
    return (await queries.answers_of(case.id)).get(version.definition.apply_form, {})


async def materials_so_far(
    case: CaseView, version: Version, asked: Sequence[Asked] = ()
) -> list[dict[str, Any]]:
    """The materials this application needs, with their files and what a correction asks of them."""
    answers = await answers_so_far(case, version)
    uploaded = await queries.materials_of(case.id)
    wanted = wanted_materials(version, answers)
    # A correction may be about a material that the answers now make unnecessary: it stays shown.
    named = {each.material for each in asked}
    wanted += [m for m in version.definition.materials if m.key in named and m not in wanted]
    lang = language()
    return [
        {
            "key": material.key,
            "name": material.name.in_(lang),
            "required": material.necessity == "required" and not material.shared,
            "shared": material.shared,
            "deferrable": material.necessity == "deferrable",
            "standard": material.standard.in_(lang) if material.standard else "",
            "notes": material.notes.in_(lang) if material.notes else "",
            "types": list(material.types),
            "max_mb": material.max_mb,
            "max_files": material.max_files,
            "asked": [each for each in asked if each.material == material.key],
            "files": [
                file_shown(case.row, row, may_remove=True)
                for row in uploaded
                if row["material"] == material.key
            ],
            "newest": max(
                (row["at"] for row in uploaded if row["material"] == material.key), default=None
            ),
        }
        for material in sorted(wanted, key=lambda m: m.key not in named)
    ]
