"""Setting up staff: people, posts, who holds which, and who stands in (AB岗)."""

from datetime import date

import asyncpg

from onewindow import clock, db
from onewindow.errors import Invalid, NotThere
from onewindow.people import passwords, rules
from onewindow.tenants.actions import KeyTaken
from onewindow.tenants.rules import KEY


async def hire(
    tenant: int,
    username: str,
    name: str,
    password: str,
    *,
    phone: str = "",
    id_number: str | None = None,
    language: str = "zh",
    must_change_password: bool = True,
    panel: bool = False,
    superuser: bool = False,
) -> int:
    """Give a member of staff an account; their id. They choose their own password at first use.

    `panel`: may enter the admin panel. Raises Invalid or KeyTaken (the login name).
    """
    login = rules.typed_name(username)
    problems = {}
    if not rules.LOGIN.fullmatch(login):
        problems["username"] = "登录名由小写字母、数字和 . _ - 组成，以字母开头，2 至 40 个字符。"
    if not name.strip():
        problems["name"] = "请填写姓名。"
    if phone and not rules.MOBILE.fullmatch(rules.typed_name(phone)):
        problems["phone"] = "请填写 11 位手机号码。"
    if id_number and not rules.is_id_number(rules.typed_name(id_number)):
        problems["id_number"] = "身份证号码不正确，请核对。"
    if problem := rules.password_problem(password, (login, name, phone, id_number or "")):
        problems["password"] = problem
    if problems:
        raise Invalid(problems)
    try:
        async with db.transaction():
            return int(
                await db.fetchval(
                    "insert into person (tenant, kind, username, name, password, phone, id_number,"
                    " language, must_change_password, active, admin, superuser)"
                    " values ($1, 'staff', $2, $3, $4, $5, $6, $7, $8, true, $9, $10) returning id",
                    tenant,
                    login,
                    name.strip(),
                    await passwords.stretched(password),
                    rules.typed_name(phone),
                    rules.typed_name(id_number) if id_number else None,
                    language,
                    must_change_password,
                    panel or superuser,
                    superuser,
                )
            )
    except asyncpg.UniqueViolationError as taken:
        if "id_number" in (taken.constraint_name or ""):
            raise Invalid({"id_number": "这个身份证号码已有账号。"}) from None
        raise KeyTaken(key=login) from None


async def create_post(
    tenant: int,
    department: str,
    key: str,
    name: str,
    role: str,
    *,
    name_en: str = "",
    backup: str | None = None,
) -> int:
    """A post in a department of the tenant's centre; its id.

    `backup` is the key of the post whose holders take over in absence; it can be named later
    (`stand_in`). Raises Invalid, KeyTaken, or NotThere for an unknown department or backup.
    """
    problems = {}
    if not KEY.fullmatch(key):
        problems["key"] = "代码由小写字母、数字和连字符组成，以字母开头，2 至 40 个字符。"
    if not name.strip():
        problems["name"] = "请填写名称。"
    if role not in rules.POST_ROLES:
        problems["role"] = "没有这个角色。"
    if problems:
        raise Invalid(problems)
    sits_in = await db.fetchval(
        "select id from department where tenant = $1 and key = $2", tenant, department
    )
    if sits_in is None:
        raise NotThere
    stands_in = await _post(tenant, backup) if backup is not None else None
    try:
        async with db.transaction():
            return int(
                await db.fetchval(
                    "insert into post (tenant, department, key, name, name_en, role, backup,"
                    " active) values ($1, $2, $3, $4, $5, $6, $7, true) returning id",
                    tenant,
                    sits_in,
                    key,
                    name.strip(),
                    name_en.strip(),
                    role,
                    stands_in,
                )
            )
    except asyncpg.UniqueViolationError:
        raise KeyTaken(key=key) from None


async def stand_in(tenant: int, post: str, backup: str | None) -> None:
    """Name the post that takes over `post` in absence; None: nobody. Both by key, same tenant."""
    a, b = await _post(tenant, post), await _post(tenant, backup) if backup is not None else None
    if a == b:
        raise Invalid({"backup": "岗位不能由自己顶岗，请另选 B 岗。"})
    await db.execute("update post set backup = $2 where id = $1", a, b)


async def appoint(
    tenant: int, post: str, person: int, *, since: date | None = None, until: date | None = None
) -> int:
    """Let a person hold a post from a day on (today), perhaps until a last day; the holding's id.

    A person may hold several posts, in several tenants. Saying it twice changes the last day only.
    """
    first = since or clock.today()
    if until is not None and until < first:
        raise Invalid({"until": "结束日期不能早于开始日期。"})
    return int(
        await db.fetchval(
            'insert into post_holder (tenant, post, person, since, "until", away)'
            " values ($1, $2, $3, $4, $5, false)"
            ' on conflict (post, person, since) do update set "until" = excluded."until"'
            " returning id",
            tenant,
            await _post(tenant, post),
            person,
            first,
            until,
        )
    )


async def _post(tenant: int, key: str) -> int:
    id = await db.fetchval("select id from post where tenant = $1 and key = $2", tenant, key)
    if id is None:
        raise NotThere
    return int(id)
