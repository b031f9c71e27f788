"""Who somebody says they are, and whether the password bears it out.

A wrong password, an unknown name and a name that is locked can't be told apart by their wording,
and the first two not by the time they take.
"""

from dataclasses import dataclass
from typing import Any

from onewindow import db
from onewindow.errors import Forbidden, Refusal
from onewindow.people import attempts, passwords
from onewindow.people.rules import NAME_RUNGS, PASSWORD_MOST, typed_name


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose password was right."""

    id: int
    name: str
    kind: str
    second_step: bool
    must_change_password: bool


class WrongPassword(Refusal):
    status = 422
    text = "账号或密码不正确，还可以再试 {left} 次。"


class LastWrongPassword(WrongPassword):
    text = "账号或密码不正确，账号已暂时锁定，请在 {minutes} 分钟后再试。"


class AccountClosed(Forbidden):
    """Told only to somebody who knew the password."""

    text = "该账号已停用。"
    advice = "如有疑问，请联系管理员。"


async def check(typed: str, password: str, *, address: str = "") -> Known:
    """The person behind a name and password.

    The name may be a login name, a phone number or an ID number. Raises WrongPassword,
    AccountClosed, attempts.NameLocked or attempts.AddressLocked.
    """
    name = typed_name(typed)
    attempt, left = await attempts.begin(attempts.key_of("sign-in", name), address)
    person = await _person_named(name)
    usable = person is not None and len(password) <= PASSWORD_MOST
    stored = person["password"] if person is not None and usable else None
    if not await passwords.fits(password[:PASSWORD_MOST], stored) or person is None:
        raise wrong(left)
    await attempts.succeeded(attempt)
    if not person["active"]:
        raise AccountClosed
    await _remember(person["id"], password, outdated=passwords.is_outdated(person["password"]))
    return Known(
        id=person["id"],
        name=person["name"],
        kind=person["kind"],
        second_step=person["totp_on"],
        must_change_password=person["must_change_password"],
    )


async def confirm(person: int, password: str, *, address: str = "") -> None:
    """Ask a person who is signed in for their password again. Raises as `check` does."""
    attempt, left = await attempts.begin(attempts.key_of("confirm", str(person)), address)
    with db.as_system():
        stored = await db.fetchval("select password from person where id = $1 and active", person)
    if len(password) > PASSWORD_MOST or not await passwords.fits(password, stored):
        raise wrong(left)
    await attempts.succeeded(attempt)


def wrong(left: int) -> WrongPassword:
    """The refusal for a wrong password with so many tries left."""
    minutes = int(NAME_RUNGS[0].wait.total_seconds() // 60)
    return WrongPassword(left=left) if left else LastWrongPassword(minutes=minutes)


def keys_of(person: int, names: list[str]) -> list[str]:
    """Under which keys a person's failed tries are counted; `names`: all they can sign in by."""
    keys = [attempts.key_of("sign-in", typed_name(name)) for name in names if name]
    return [*keys, attempts.key_of("confirm", str(person)), attempts.key_of("code", str(person))]


async def _person_named(name: str) -> Any:
    # A login name wins over a phone number: an applicant's phone is their login name, and a clerk
    # may have an applicant's account of their own with the same phone. A phone that several share
    # opens none of theirs.
    with db.as_system():
        rows = await db.fetch(
            "select id, name, kind, password, active, totp_on, must_change_password,"
            " case when username = $1 then 0 when id_number = $1 then 1 else 2 end as how"
            " from person where username = $1 or id_number = $1 or phone = $1 and $1 <> ''"
            " order by how, id limit 3",
            name,
        )
    if not rows or (rows[0]["how"] == 2 and len(rows) > 1):
        return None
    return rows[0]


async def _remember(person: int, password: str, *, outdated: bool) -> None:
    again = await passwords.stretched(password) if outdated else None
    with db.as_system():
        await db.execute(
            "update person set last_login = now() at time zone 'UTC',"
            " password = coalesce($2, password) where id = $1",
            person,
            again,
        )
