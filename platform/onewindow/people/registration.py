"""Applicants' own accounts.

In the demo somebody is who they say they are; a real site lets an identity provider say it
(`identity.py`) and keeps this door closed.
"""

from datetime import timedelta

import asyncpg

from onewindow import db
from onewindow.errors import Invalid, TooMany
from onewindow.people import attempts, passwords, rules
from onewindow.people.identity import Identity
from onewindow.tenants.queries import places

RUNGS = (rules.Rung(20, timedelta(hours=1), timedelta(hours=1)),)
"""Registrations from one address: enough for a help desk, too few to try out phone numbers."""


class TooManyRegistrations(TooMany):
    text = "您所在网络的注册次数过多，请在 {minutes} 分钟后再试。"


async def register(
    name: str, id_number: str, phone: str, password: str, *, address: str = "", language: str = "zh"
) -> int:
    """Open an applicant's account; the person's id. They sign in by phone or ID number.

    Raises Invalid with a problem for each field, or TooManyRegistrations.
    """
    name, id_number, phone = name.strip(), rules.typed_name(id_number), rules.typed_name(phone)
    problems = {}
    if not 2 <= len(name) <= 60:
        problems["name"] = "请填写身份证上的姓名。"
    if not rules.is_id_number(id_number):
        problems["id_number"] = "身份证号码不正确，请核对 18 位号码。"
    if not rules.MOBILE.fullmatch(phone):
        problems["phone"] = "请填写 11 位手机号码。"
    if problem := rules.password_problem(password, (name, phone, id_number)):
        problems["password"] = problem
    if problems:
        raise Invalid(problems)
    if address:
        await _count(address)
    return await _create(name, id_number, phone, await passwords.stretched(password), language)


async def person_of(identity: Identity) -> int:
    """The applicant an identity provider vouches for: found by ID number, else made.

    Such an account has no password of its own; the provider is its only way in.
    """
    with db.as_system():
        found = await db.fetchval(
            "select id from person where id_number = $1 and kind = 'applicant'", identity.id_number
        )
    if found is not None:
        return int(found)
    return await _create(identity.name, identity.id_number, identity.phone, "", identity.language)


async def _create(name: str, id_number: str, phone: str, stretched: str, language: str) -> int:
    root = (await places()).roots()[0]
    try:
        with db.as_system():
            return int(
                await db.fetchval(
                    "insert into person (tenant, kind, username, name, password, phone, id_number,"
                    " language, active)"
                    " values ($1, 'applicant', $2, $3, $4, $5, $6, $7, true) returning id",
                    root.id,
                    phone or id_number,
                    name,
                    stretched,
                    phone,
                    id_number,
                    language,
                )
            )
    except asyncpg.UniqueViolationError as taken:
        if "id_number" in (taken.constraint_name or ""):
            raise Invalid({"id_number": "这个身份证号码已经注册，请直接登录。"}) from None
        raise Invalid({"phone": "这个手机号码已经注册，请直接登录。"}) from None


async def _count(address: str) -> None:
    try:
        await attempts.begin(attempts.key_of("register", address), "", rungs=RUNGS)
    except attempts.NameLocked as locked:
        raise TooManyRegistrations(retry_after=locked.retry_after, **locked.params) from None
