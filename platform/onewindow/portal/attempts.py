"""How often somebody may guess a query password: the same memory as behind sign-in."""

import hashlib
from datetime import timedelta

from onewindow import clock, db

WINDOW = timedelta(minutes=10)
MOST_FOR_NUMBER = 5
MOST_FOR_ADDRESS = 30


async def too_many_tries(number: str, address: str) -> bool:
    """Whether this receipt number, or this address, was tried too often lately."""
    with db.as_system():
        row = await db.fetchrow(
            "select count(*) filter (where name_hash = $1) as of_number,"
            " count(*) filter (where address = $2) as of_address"
            " from sign_in_attempt where at > $3 and (name_hash = $1 or address = $2)"
            " and not succeeded",
            _hash(number),
            address,
            clock.now() - WINDOW,
        )
    return row["of_number"] >= MOST_FOR_NUMBER or row["of_address"] >= MOST_FOR_ADDRESS


async def note_try(number: str, address: str) -> None:
    """Remember a wrong password."""
    with db.as_system():
        await db.execute(
            "insert into sign_in_attempt (name_hash, address, at, succeeded)"
            " values ($1, $2, $3, false)",
            _hash(number),
            address,
            clock.now(),
        )


def _hash(number: str) -> str:
    return hashlib.sha256(f"track:{number}".encode()).hexdigest()
