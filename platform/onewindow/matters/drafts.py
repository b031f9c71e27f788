"""A draft in its parts: "definition", "process", "forms/apply", "decisions/fee", "tests/refused".

Editors load and save one part at a time. Each has a fingerprint (ETag); a save names the one it was
made from, so that nobody writes over what somebody else saved meanwhile: that save is refused with
who and when, and both texts are still there. A draft may be wrong; it may not be unreadable.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

import bpmn
import forms
from bpmn import safexml
from onewindow import db
from onewindow.errors import Invalid, NotThere, Refusal, Stale
from onewindow.matters import actions
from onewindow.matters.definition import KEY
from onewindow.matters.mending import in_shape
from onewindow.matters.package import (
    MAX_ALL,
    MAX_FILE,
    MAX_FILES,
    Package,
    assembled,
    shallow,
)

WHOLE = ("definition", "process")
KINDS = ("forms", "decisions", "tests")
DERIVED = ("process", "decisions", "forms")
"""Properties of matter.json that only list the other parts: they follow those by themselves."""
STILL_HERE = timedelta(seconds=60)
"""An editor that hasn't been heard of for longer has gone."""

Content = dict[str, Any] | str
"""JSON parts are objects, the drawing and decision tables are XML text."""


class ChangedMeanwhile(Refusal):
    """The part isn't what the save was made from. `etag` is of what is there now."""

    status = 412
    code = "changed"
    text = "{who}已在{at}改过这一部分，您的修改还没有保存。"

    def __init__(self, who: str, at: str, etag: str) -> None:
        self.etag = etag
        super().__init__(who=who, at=at)


class AlreadyThere(Refusal):
    status = 412
    text = "已有名为“{name}”的部分，请换一个名称。"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft, the number of the version it was begun from, and who changed it last. `etags` has
    every part's fingerprint."""

    id: int
    matter: int
    key: str
    number: int
    hash: str
    based_on: int | None
    changed_at: datetime | None
    changed_by: str
    package: Package

    @property
    def etags(self) -> dict[str, str]:
        return {part: etag(content) for part, content in parts_of(self.package).items()}


@dataclass(frozen=True, slots=True)
class Outline:
    """Which draft it is and what state it is in."""

    id: int
    hash: str


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody else who has the draft open."""

    name: str
    part: str
    since: datetime


def parts_of(package: Package) -> dict[str, Content]:
    """Every part by its name, matter.json and the drawing first."""
    return {
        "definition": package.definition,
        "process": package.process,
        **{f"forms/{key}": form for key, form in package.forms.items()},
        **{f"decisions/{name}": table for name, table in package.decisions.items()},
        **{f"tests/{key}": test for key, test in package.tests.items()},
    }


def etag(content: Content) -> str:
    """A part's fingerprint: 32 hexadecimal digits."""
    if isinstance(content, dict):
        plain = {name: value for name, value in content.items() if name not in DERIVED}
        data = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    else:
        data = content.encode()
    return hashlib.sha256(data).hexdigest()[:32]


def with_part(package: Package, part: str, content: Content) -> Package:
    """The package with one part put in. Raises Invalid for content that can't be kept at all."""
    _require_keepable(part, content)
    kind, _slash, name = part.partition("/")
    if part in WHOLE:
        changed = replace(package, **{part: content})
    elif kind in KINDS and KEY.fullmatch(name):
        changed = replace(package, **{kind: {**getattr(package, kind), name: content}})
    else:
        raise Invalid({"part": "名称只能用小写字母、数字、连字符和下划线，不超过 60 个字符。"})
    return _listed(changed)


def without_part(package: Package, part: str) -> Package:
    """The package without a form, decision table or test. Raises NotThere."""
    kind, _slash, name = part.partition("/")
    if kind not in KINDS or name not in getattr(package, kind):
        raise NotThere
    left = {key: each for key, each in getattr(package, kind).items() if key != name}
    return _listed(replace(package, **{kind: left}))


def _listed(package: Package) -> Package:
    """matter.json names its forms in the order they were given, new ones last."""
    listed = in_shape(package.definition).get("forms", ())
    named = [key for key in dict.fromkeys(listed) if key in package.forms]
    forms = [*named, *(key for key in package.forms if key not in named)]
    return assembled(
        {**package.definition, "forms": forms},
        package.process,
        package.decisions,
        package.forms,
        package.tests,
    )


def _require_keepable(part: str, content: Content) -> None:
    is_xml = part == "process" or part.startswith("decisions/")
    if is_xml != isinstance(content, str):
        raise Invalid({part: "应为 XML 文本。" if is_xml else "应为一个 JSON 对象。"})
    if isinstance(content, dict) and not shallow(content):
        raise Invalid({part: "内容嵌套太深。"})
    size = len(content.encode() if isinstance(content, str) else orjson.dumps(content))
    if size > MAX_FILE:
        raise Invalid({part: "内容过大，最多 2 MB。"})
    if isinstance(content, str):
        if "\x00" in content:
            raise Invalid({part: "内容里有不能保存的字符。"})
        try:
            safexml.parse(content.encode())
        except bpmn.Unreadable as unreadable:
            raise Invalid({part: unreadable.problems[0].message}) from None
    elif b"\\u0000" in orjson.dumps(content):
        raise Invalid({part: "内容里有不能保存的字符。"})


_SELECT = """
select v.id, v.matter, m.key, v.number, v.hash, b.number as based_on, v.changed_at,
       coalesce(p.name, '') as changed_by, v.definition, v.process, v.decisions, v.forms, v.tests
from matter m join matter_version v on v.matter = m.id
left join matter_version b on b.id = v.based_on
left join person p on p.id = v.changed_by
where m.tenant = $1 and m.key = $2 and v.state = 'draft'
"""


async def draft_of(tenant: int, key: str) -> Draft:
    """The draft of the tenant's matter `key`. Raises NotThere when it has none."""
    return _read(await db.fetchrow(_SELECT, tenant, key))


def _read(row: Mapping[str, Any] | None) -> Draft:
    if row is None:
        raise NotThere
    package = Package(
        orjson.loads(row["definition"]),
        row["process"],
        orjson.loads(row["decisions"]),
        orjson.loads(row["forms"]),
        orjson.loads(row["tests"]),
    )
    names = ("id", "matter", "key", "number", "hash", "based_on", "changed_at", "changed_by")
    return Draft(*(row[name] for name in names), package=package)


async def save_part(
    tenant: int,
    key: str,
    part: str,
    content: Content,
    *,
    made_from: str | None,
    by: int,
    at: datetime,
) -> Draft:
    """Put one part into the draft; `made_from` is the fingerprint it was loaded with, None for a
    part that is new. Raises ChangedMeanwhile, AlreadyThere, Invalid; nothing is written then."""
    if isinstance(content, str) or shallow(content):  # what isn't is refused below
        content = forms.upright(content)
    if part == "definition" and isinstance(content, dict):
        actions.require_same_key(content, key)
    async with db.transaction():
        draft = _read(await db.fetchrow(_SELECT + " for update of v", tenant, key))
        before = parts_of(draft.package).get(part)
        if before is None and made_from is not None:
            raise Stale("这一部分刚刚被他人删除。")
        if before is not None and made_from is None:
            raise AlreadyThere(name=part.rpartition("/")[2])
        if before is not None and etag(before) != made_from:
            if etag(before) == etag(content):
                return draft  # the answer to the first try was lost on its way
            raise _changed(draft, etag(before))
        return await _write(draft, with_part(draft.package, part, content), by, at)


async def drop_part(tenant: int, key: str, part: str, *, by: int, at: datetime) -> Draft:
    """Take a form, decision table or test out of the draft."""
    async with db.transaction():
        draft = _read(await db.fetchrow(_SELECT + " for update of v", tenant, key))
        return await _write(draft, without_part(draft.package, part), by, at)


async def change(
    tenant: int, key: str, how: Callable[[Package], Package], *, by: int, at: datetime
) -> Draft:
    """Change several parts at once, as they are now; what `how` raises leaves all as it was."""
    async with db.transaction():
        draft = _read(await db.fetchrow(_SELECT + " for update of v", tenant, key))
        return await _write(draft, _listed(how(draft.package)), by, at)


async def _write(draft: Draft, package: Package, by: int, at: datetime) -> Draft:
    parts = parts_of(package)
    size = sum(
        len(each if isinstance(each, str) else orjson.dumps(each)) for each in parts.values()
    )
    if len(parts) > MAX_FILES or size > MAX_ALL:
        raise Invalid({}, "这个事项的内容过多，不能再保存更多。")
    await actions.write_draft(draft.id, package, by=by, now=at)
    return replace(draft, package=package, hash=package.hash, changed_at=at)


def _changed(draft: Draft, now_there: str) -> ChangedMeanwhile:
    at = draft.changed_at.isoformat() if draft.changed_at else ""
    return ChangedMeanwhile(draft.changed_by or "他人", at, now_there)


async def begin(
    tenant: int, key: str, *, number: int | None = None, by: int, at: datetime
) -> Draft:
    """The matter's draft: the one there is, or a new one made of the version in force, or of
    version `number` (an older one is published anew in this way)."""
    try:
        return await draft_of(tenant, key)
    except NotThere:
        pass
    version = await db.fetchval(
        "select v.id from matter m join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and v.state = 'published'"
        " and case when $3::int is null then v.id = m.current_version else v.number = $3 end",
        tenant,
        key,
        number,
    )
    if version is None:
        raise NotThere
    package = await actions.package_of(version)
    await actions.save_draft(tenant, package, by=by, now=at, based_on=version)
    return await draft_of(tenant, key)


async def outline_of(tenant: int, key: str) -> Outline:
    """The draft but for its content, which may be large. Raises NotThere."""
    row = await db.fetchrow(
        "select v.id, v.hash from matter m join matter_version v on v.matter = m.id"
        " where m.tenant = $1 and m.key = $2 and v.state = 'draft'",
        tenant,
        key,
    )
    if row is None:
        raise NotThere
    return Outline(**row)


async def here(
    draft: Draft | Outline, person: int, name: str, part: str, at: datetime
) -> list[Editor]:
    """Note that somebody has the draft open at `part`; tells who else has."""
    await db.execute(
        "insert into draft_editor (tenant, version, person_id, name, part, since, seen_at)"
        " select tenant, id, $2, $3, $4, $5, $5 from matter_version where id = $1"
        " on conflict (version, person_id) do update set part = excluded.part,"
        " seen_at = excluded.seen_at, since = case when draft_editor.seen_at < $6"
        " then excluded.since else draft_editor.since end",
        draft.id,
        person,
        name,
        part[:120],
        at,
        at - STILL_HERE,
    )
    rows = await db.fetch(
        "select name, part, since from draft_editor"
        " where version = $1 and person_id <> $2 and seen_at >= $3 order by since limit 20",
        draft.id,
        person,
        at - STILL_HERE,
    )
    return [Editor(**row) for row in rows]
