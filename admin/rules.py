"""What the panel's rows must fulfil before they are saved: the same checks as everywhere else."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request

from onewindow import clock
from onewindow.errors import Forbidden, Invalid, Refusal
from onewindow.matters import actions as matters
from onewindow.matters.package import Package
from onewindow.papers.texts import fill
from onewindow.people.rules import POST_ROLES
from onewindow.tenants import queries as tenants
from onewindow.tenants.rules import inherited
from onewindow.workdays import queries as workdays


class Frozen(Refusal):
    text = "已发布的版本不能修改。请新建草稿，改好后重新发布。"


class Findings(Refusal):
    status = 422
    text = "定义有 {count} 处需要修改：{findings}"


def _changed(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {column._meta.name: value for column, value in values.items()}


async def tenant_settings(row_id: Any, values: dict[Any, Any], request: Request) -> dict[Any, Any]:
    """Settings must be readable together with those they inherit; and no place exempts itself from
    the confirmation of the one above."""
    changed = _changed(values)
    if "settings" in changed:
        own = _json(changed["settings"], "settings")
        *above, place = (await tenants.places()).path(int(row_id))
        inherited([*(each.overrides for each in above), own])
        actor = request.scope["state"]["actor"]
        was, will = (each.get("confirmation") for each in (place.overrides, own))
        if above and will == "none" != was and "operator" not in actor.roles:
            raise Forbidden("要不要上级确认，不由本机构自己定：请平台运维设置。")
    tenants.forget()
    workdays.forget()
    return values


async def post(row: Any) -> Any:
    """A post carries a role of the platform."""
    if row.role not in POST_ROLES:
        raise Invalid({"role": f"角色应为以下之一：{'、'.join(POST_ROLES)}"})
    return row


async def post_changed(row_id: Any, values: dict[Any, Any]) -> dict[Any, Any]:
    role = _changed(values).get("role")
    if role is not None and role not in POST_ROLES:
        raise Invalid({"role": f"角色应为以下之一：{'、'.join(POST_ROLES)}"})
    return values


async def calendar_day(row: Any) -> Any:
    workdays.forget()
    return row


async def calendar_day_changed(row_id: Any, values: dict[Any, Any]) -> dict[Any, Any]:
    workdays.forget()
    return values


async def matter(row: Any) -> Any:
    """A new matter is a draft: publishing a version of it opens it."""
    row.state = "draft"
    return row


async def version(row: Any, request: Request) -> Any:
    """A new draft: checked as a whole, kept when it can at least be read."""
    row.state = "draft"
    row.created_at = clock.now()
    await _require_readable(
        Package(
            _json(row.definition, "definition"),
            row.process,
            _json(row.decisions, "decisions"),
            _json(row.forms, "forms"),
        )
    )
    return row


async def version_changed(row_id: Any, values: dict[Any, Any]) -> dict[Any, Any]:
    """A draft's parts may change, checked with what they are held against; its state never here."""
    changed = _changed(values)
    before = await matters.package_of(int(row_id))
    if not await matters.is_draft(int(row_id)):
        raise Frozen
    if changed.get("state", "draft") != "draft":
        raise Forbidden("发布请在“事项配置”页进行，那里会做全部检查。")
    package = Package(
        _json(changed.get("definition", before.definition), "definition"),
        changed.get("process", before.process),
        _json(changed.get("decisions", dict(before.decisions)), "decisions"),
        _json(changed.get("forms", dict(before.forms)), "forms"),
    )
    await _require_readable(package)
    return values


async def paper_text(row: Any) -> Any:
    """A wording must be fillable."""
    fill(row.body, SAMPLE)
    return row


async def paper_text_changed(row_id: Any, values: dict[Any, Any]) -> dict[Any, Any]:
    body = _changed(values).get("body")
    if body is not None:
        fill(body, SAMPLE)
    return values


SAMPLE: Mapping[str, Any] = {
    "applicant": "张某", "matter": "示例事项", "number": "0001", "receipt_number": "0001",
    "received_on": "2026年1月4日", "accepted_on": "2026年1月5日", "acceptance_due": "2026年1月8日",
    "promised_due": "2026年1月12日", "statutory_due": "2026年2月2日", "promised": "5 个工作日",
    "statutory": "20 个工作日", "reasons": "……", "legal_basis": "……",
    "correction_due": "2026年1月20日", "items": (),
}  # fmt: skip


async def _require_readable(package: Package) -> None:
    found = await matters.findings_of(package)
    findings = [finding for finding in found if finding.severity == "error"]
    if findings:
        said = "；".join(
            f"{f.part}{f' 第 {f.line} 行' if f.line else ''}"
            f"{f'（{f.element}）' if f.element else ''} {f.message}"
            for f in findings[:10]
        )
        raise Findings(count=len(findings), findings=said)


def _json(value: Any, name: str) -> dict[str, Any]:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as wrong:
            raise Invalid({name: f"JSON 第 {wrong.lineno} 行第 {wrong.colno} 列有误。"}) from None
    if not isinstance(value, dict):
        raise Invalid({name: "应为一个 JSON 对象。"})
    return value
