"""Passwords are stretched by argon2id and compared away from the event loop.

The parameters are argon2-cffi's defaults, RFC 9106's second recommendation (3 passes over 64 MiB):
about a tenth of a second of one sign-in, so at most four run at a time.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from onewindow.people.rules import plain_password

_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(4, thread_name_prefix="argon2")


async def stretched(password: str) -> str:
    """What is stored of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, stretched_here, password)


async def fits(password: str, stored: str | None) -> bool:
    """Whether this is the password. Without a stored one it takes as long, and is not."""
    return await asyncio.get_running_loop().run_in_executor(_threads, fits_here, password, stored)


def stretched_here(password: str) -> str:
    """As `stretched`, in this thread: for callers that can't wait (Piccolo's own)."""
    return _hasher.hash(plain_password(password))


def fits_here(password: str, stored: str | None) -> bool:
    """As `fits`, in this thread."""
    try:
        return _hasher.verify(stored or _of_nobody(), plain_password(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_stretched(text: str) -> bool:
    """Whether this is what `stretched` gives, not a password."""
    return text.startswith("$argon2id$")


def is_outdated(stored: str) -> bool:
    """Whether it was made with weaker parameters than today's."""
    return is_stretched(stored) and _hasher.check_needs_rehash(stored)


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody's password")
