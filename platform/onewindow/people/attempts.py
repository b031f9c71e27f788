"""Counting failed tries in the database, so that every process sees the same count.

A try is written down as failed before the password is looked at, under a lock on its key, and
turned into a success afterwards. So any number of requests at once, in any number of processes, get
no more tries between them than one would.
"""

import hashlib
from datetime import datetime

from onewindow import clock, db
from onewindow.errors import TooMany
from onewindow.people.rules import (
    ADDRESS_RUNGS,
    NAME_RUNGS,
    REMEMBERED,
    Rung,
    locked_until,
    tries_left,
)


class NameLocked(TooMany):
    text = "连续输错次数过多，为保护账号已暂时锁定，请在 {minutes} 分钟后再试。"
    advice = "如果忘记了密码，工作人员请联系管理员重置，申请人请到服务窗口办理。"


class AddressLocked(TooMany):
    text = "您所在网络的登录失败次数过多，请在 {minutes} 分钟后再试。"


def key_of(kind: str, name: str) -> str:
    """What is stored of a name: its SHA-256, so that mistyped passwords don't lie in a table."""
    return hashlib.sha256(f"{kind}:{name}".encode()).hexdigest()


async def begin(
    key: str,
    address: str,
    *,
    rungs: tuple[Rung, ...] = NAME_RUNGS,
    address_rungs: tuple[Rung, ...] = ADDRESS_RUNGS,
) -> tuple[int, int]:
    """Write a try down as failed: (its id, how many tries are left if it stays so).

    Raises NameLocked or AddressLocked, and then nothing is written: trying on doesn't lengthen it.
    """
    now = clock.now()
    with db.as_system():
        async with db.transaction():
            # The lock ends with the transaction, before the slow part begins.
            await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
            failures = await _failures_since_success(key, now)
            _refuse(NameLocked, locked_until(failures, now, rungs), now)
            if address:
                _refuse(
                    AddressLocked,
                    locked_until(await _failures_from(address, now), now, address_rungs),
                    now,
                )
            id = await db.fetchval(
                "insert into sign_in_attempt (name_hash, address, at) values ($1, $2, $3)"
                " returning id",
                key,
                address,
                now,
            )
    return int(id), tries_left([*failures, now], now)


async def succeeded(attempt: int) -> None:
    """The try was right: failures before it count no longer for its key."""
    with db.as_system():
        await db.execute("update sign_in_attempt set succeeded = true where id = $1", attempt)


async def once(key: str) -> bool:
    """Whether `key` is used for the first time; how a one-time code stays one. Atomic."""
    with db.as_system():
        async with db.transaction():
            await db.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", key)
            if await db.fetchval("select 1 from sign_in_attempt where name_hash = $1", key):
                return False
            await db.execute(
                "insert into sign_in_attempt (name_hash, address, at, succeeded)"
                " values ($1, '', $2, true)",
                key,
                clock.now(),
            )
            return True


async def locks_of(keys: list[str]) -> datetime | None:
    """Until when any of these keys is locked, for whoever looks after accounts."""
    now = clock.now()
    with db.as_system():
        ends = [locked_until(await _failures_since_success(key, now), now) for key in keys]
    return max((end for end in ends if end is not None), default=None)


async def forgive(keys: list[str]) -> None:
    """Unlock: what failed before now counts no longer."""
    with db.as_system():
        await db.execute("delete from sign_in_attempt where name_hash = any($1)", keys)


async def forget_old() -> None:
    """Drop what no rule looks at any more. Safe to run at any time."""
    with db.as_system():
        await db.execute("delete from sign_in_attempt where at < $1", clock.now() - 2 * REMEMBERED)


async def _failures_since_success(key: str, now: datetime) -> list[datetime]:
    rows = await db.fetch(
        "select at from sign_in_attempt where name_hash = $1 and at > $2 and not succeeded"
        " and at > coalesce((select max(at) from sign_in_attempt"
        " where name_hash = $1 and succeeded), '-infinity') order by at desc limit 100",
        key,
        now - REMEMBERED,
    )
    return [row["at"] for row in rows]


async def _failures_from(address: str, now: datetime) -> list[datetime]:
    longest = max(rung.window + rung.wait for rung in ADDRESS_RUNGS)
    most = max(rung.failures for rung in ADDRESS_RUNGS)
    rows = await db.fetch(
        "select at from sign_in_attempt where address = $1 and at > $2 and not succeeded"
        " order by at desc limit $3",
        address,
        now - longest,
        most,
    )
    return [row["at"] for row in rows]


def _refuse(refusal: type[TooMany], until: datetime | None, now: datetime) -> None:
    if until is not None:
        seconds = max(int((until - now).total_seconds()), 1)
        raise refusal(retry_after=seconds, minutes=-(-seconds // 60))
