"""Making, changing and publishing matters. A published version is frozen; a change is a new one."""

from collections import OrderedDict
from datetime import datetime
from typing import Any

import orjson

from onewindow import db, rooms
from onewindow.errors import FieldProblem, Forbidden, Invalid, NotThere, Refusal, Stale
from onewindow.matters import lengths
from onewindow.matters.checks import check
from onewindow.matters.definition import KEY, read_definition
from onewindow.matters.findings import Finding
from onewindow.matters.mending import in_shape, mended
from onewindow.matters.package import Package, assembled, without_origin
from onewindow.people.gate import Actor


class AlreadyScheduled(Refusal):
    text = "v{number} 已排定发布时间，现在不能另建草稿。请先取消排定，它会变回草稿。"


class NotPublishable(Refusal):
    """Checks found errors; `findings` has them all."""

    status = 422
    text = "还有 {count} 处问题需要修改，暂不能发布。"

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(count=sum(f.severity == "error" for f in findings))


def require_configurator(actor: Actor) -> None:
    if not actor.is_any("configurator", "operator"):
        raise Forbidden


_found: OrderedDict[str, list[Finding]] = OrderedDict()
_KEPT = 64


async def findings_of(package: Package) -> list[Finding]:
    """What the checks say, found beside the event loop: a large matter takes a part of a second.
    The same package isn't checked twice while somebody works on it."""
    key = package.hash
    if key not in _found:
        _found[key] = await rooms.at_bench(_checked, package)
        if len(_found) > _KEPT:
            _found.popitem(last=False)
    return _found[key]


def _checked(package: Package) -> list[Finding]:
    return check(package, rooms.feel())


async def save_draft(
    tenant: int,
    package: Package,
    *,
    by: int | None,
    now: datetime,
    note: str = "",
    based_on: int | None = None,
) -> int:
    """Keep `package` as the draft of its matter in `tenant`, making the matter if it is new.
    `based_on` is the version it was begun from. What a package says of the matter above it was
    made of stays in it only where the place adopted that matter.

    Returns the version's id. A draft may be wrong in its parts, but it must name its matter.
    """
    if not KEY.fullmatch(str(package.definition.get("key", ""))):
        read_definition(package.definition)  # says so, with all else that is wrong
    definition = mended(package.definition)
    async with db.transaction():
        matter = await db.fetchval(
            "insert into matter (tenant, key, name, name_en, item_type, handling, department)"
            " values ($1, $2, $3, $4, $5, $6, $7)"
            " on conflict (tenant, key) do update set key = excluded.key returning id",
            tenant,
            definition.key,
            definition.name.zh[: lengths.NAME],
            definition.name.en[: lengths.NAME_EN],
            definition.item_type,
            definition.handling,
            definition.department[:40],
        )
        scheduled = await db.fetchval(
            "select number from matter_version where matter = $1 and state = 'scheduled'", matter
        )
        if scheduled is not None:
            raise AlreadyScheduled(number=scheduled)
        if "upstream" in package.definition and not await db.fetchval(
            "select 1 from matter_adoption where matter = $1", matter
        ):
            package = without_origin(package)
        version: int = await db.fetchval(
            "insert into matter_version (tenant, matter, number, state, hash, definition, process,"
            " decisions, forms, tests, note, created_at, created_by, changed_at, changed_by,"
            " based_on) select $1, $2,"
            " coalesce((select max(number) from matter_version where matter = $2), 0) + 1, 'draft',"
            " $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $11, $12"
            " on conflict (matter) where state = 'draft' do update set hash = excluded.hash,"
            " definition = excluded.definition, process = excluded.process,"
            " decisions = excluded.decisions, forms = excluded.forms, tests = excluded.tests,"
            " note = excluded.note, changed_at = excluded.changed_at,"
            " changed_by = excluded.changed_by returning id",
            tenant,
            matter,
            package.hash,
            _json(package.definition),
            package.process,
            _json(dict(package.decisions)),
            _json(dict(package.forms)),
            _json(dict(package.tests)),
            note,
            now,
            by,
            based_on,
        )
    return version


async def publish(version: int, *, by: int | None, now: datetime) -> None:
    """Check the draft and freeze it; new cases use it from now. Raises NotPublishable.

    People come here through the gate (`onewindow.publishing`). A matter that takes nothing in for a
    while goes on doing so.
    """
    package = await package_of(version)
    findings = await findings_of(package)
    if any(finding.severity == "error" for finding in findings):
        raise NotPublishable(findings)
    definition = read_definition(package.definition)
    async with db.transaction():
        frozen = await db.fetchrow(
            "update matter_version set state = 'published', hash = $2, published_by = $4,"
            " published_at = $3::timestamptz, effective_on = ($3::timestamptz)::date"
            " where id = $1 and state in ('draft', 'scheduled') returning matter, tenant",
            version,
            package.hash,
            now,
            by,
        )
        if frozen is None:
            raise Stale("这一版已经发布过了。")
        await db.execute(
            "update matter set current_version = $2, name = $3, name_en = $4,"
            " state = case state when 'suspended' then state else 'published' end,"
            " item_type = $5, handling = $6, department = $7 where id = $1",
            frozen["matter"],
            version,
            definition.name.zh,
            definition.name.en,
            definition.item_type,
            definition.handling,
            definition.department,
        )


async def package_of(version: int) -> Package:
    """The parts of a version, to check, show or export."""
    row: Any = await db.fetchrow(
        "select definition, process, decisions, forms, tests from matter_version where id = $1",
        version,
    )
    if row is None:
        raise NotThere
    return Package(
        orjson.loads(row["definition"]),
        row["process"],
        orjson.loads(row["decisions"]),
        orjson.loads(row["forms"]),
        orjson.loads(row["tests"]),
    )


async def edit_draft(
    version: int,
    *,
    definition: str,
    process: str,
    forms: str,
    decisions: str,
    by: int | None = None,
    now: datetime,
) -> list[Finding]:
    """Replace a draft's parts by edited text; returns what the checks say. Raises Invalid for
    text that isn't JSON, naming the line, or that is about another matter."""
    parts: dict[str, Any] = {}
    problems = []
    inside = {"definition": object, "forms": dict, "decisions": str}
    for name, text in (("definition", definition), ("forms", forms), ("decisions", decisions)):
        try:
            parts[name] = orjson.loads(text)
            if not isinstance(parts[name], dict):
                problems.append(FieldProblem(name, "应为一个 JSON 对象。"))
            elif wrong := [k for k, v in parts[name].items() if not isinstance(v, inside[name])]:
                problems.append(FieldProblem(name, "“{part}”的内容不对。", {"part": wrong[0]}))
        except orjson.JSONDecodeError as error:
            problems.append(
                FieldProblem(
                    name,
                    "JSON 第 {line} 行第 {column} 列有误。",
                    {"line": error.lineno, "column": error.colno},
                )
            )
    if problems:
        raise Invalid(problems)
    known = await db.fetchrow(
        "select m.key, v.tests from matter_version v join matter m on m.id = v.matter"
        " where v.id = $1",
        version,
    )
    require_same_key(parts["definition"], known["key"])
    package = assembled(
        parts["definition"],
        process,
        parts["decisions"],
        parts["forms"],
        orjson.loads(known["tests"]),
    )
    await write_draft(version, package, by=by, now=now)
    return await findings_of(package)


def require_same_key(definition: dict[str, Any], key: str) -> None:
    """Cases, addresses and papers find the matter by its key: raises Invalid for another."""
    if definition.get("key") != key:
        raise Invalid(
            [FieldProblem("definition", "事项代码（key）不能改，应为“{key}”。", {"key": key})]
        )


async def write_draft(version: int, package: Package, *, by: int | None, now: datetime) -> None:
    """Replace all parts of a draft; a matter that never was anything else is called as it says.
    Raises Stale for a version that is no draft (any more)."""
    saved = await db.fetchval(
        "update matter_version set definition = $2, process = $3, decisions = $4, forms = $5,"
        " tests = $6, hash = $7, changed_at = $8, changed_by = $9"
        " where id = $1 and state = 'draft' returning matter",
        version,
        _json(package.definition),
        package.process,
        _json(dict(package.decisions)),
        _json(dict(package.forms)),
        _json(dict(package.tests)),
        package.hash,
        now,
        by,
    )
    if saved is None:
        raise Stale("已发布的版本不能修改，请另建草稿。")
    name = in_shape(package.definition).get("name", {})
    if name.get("zh"):
        await db.execute(
            "update matter set name = $2, name_en = $3 where id = $1 and current_version is null"
            " and (name, name_en) <> ($2, $3)",
            saved,
            name["zh"][: lengths.NAME],
            name.get("en", "")[: lengths.NAME_EN],
        )


async def drop_draft(version: int) -> bool:
    """Throw a draft away. Whether its matter went with it, having no other version.

    Raises Stale for a version that is no draft (any more).
    """
    async with db.transaction():
        matter = await db.fetchval(
            "delete from matter_version where id = $1 and state = 'draft' returning matter", version
        )
        if matter is None:
            raise Stale("已发布的版本不能修改，请另建草稿。")
        gone = await db.fetchval(
            "delete from matter where id = $1 and current_version is null"
            " and not exists (select 1 from matter_version where matter = $1) returning 1",
            matter,
        )
    return gone is not None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


async def is_draft(version: int) -> bool:
    """Whether a version may still change."""
    return bool(
        await db.fetchval("select 1 from matter_version where id = $1 and state = 'draft'", version)
    )
