"""What programs may do with an access token: which scope an address needs, how often they may ask.

Pure but for the meter. The gate asks before a request goes further; the tokens themselves are in
`tokens.py`.
"""

import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from typing import Any

from onewindow.errors import Refusal, TooMany
from onewindow.web.i18n import N_

SCOPES = {
    "matters:read": N_("查看事项、草稿和检查结果"),
    "matters:write": N_("新建和修改草稿"),
    "matters:publish": N_("发布、停办事项，送审和确认，迁移办件"),
}
A_MINUTE = 300
"""Requests a minute of one token, or unknown tokens a minute from one machine, in each process."""


_THINGS = frozenset(
    {
        "matters", "form-blocks", "expressions", "certificate-numbers", "reviews", "adoptions",
        "drawings",
    }
)  # fmt: skip
"""What lies under /api that programs may use."""
_READ = frozenset(
    {"", "draft", "versions", "materials", "difference", "running", "upstream", "adopters"}
)
"""What is read of a matter with the least scope. Migrations aren't: they name applicants."""


class ScopeMissing(Refusal):
    status = 403
    text = "这个访问令牌没有“{scope}”的权限。"


class TokenUnknown(Refusal):
    status = 401
    text = "访问令牌不对，或者已撤销、已到期。"


class NotForTokens(Refusal):
    status = 403
    text = "访问令牌不能用在这个地址。"


def scope_needed(method: str, path: str) -> str | None:
    """The scope a request needs; None for what no token may do.

    Reading and changing drafts is told from everything else, which needs the right to publish: an
    address added later is closed to lesser tokens until it is named here.
    """
    _empty, api, thing, *below = (path if path.startswith("/") else "/").split("/") + [""] * 2
    reads = method in ("GET", "HEAD")
    if api != "api" or thing not in _THINGS:
        return None
    if thing in ("form-blocks", "adoptions"):
        return "matters:read" if reads else "matters:write"
    if thing == "reviews":
        return "matters:read" if reads else "matters:publish"
    if thing != "matters":
        return "matters:read"
    part = below[1]
    if reads and part in _READ:
        return "matters:read"
    drafting = not below[0] or part == "upstream"
    if part == "draft":
        drafting = below[2] not in ("publication", "review")
    return "matters:write" if drafting else "matters:publish"


def bearer_of(scope: Mapping[str, Any]) -> str | None:
    """The token of an `Authorization: Bearer` header on an address of the API; None elsewhere, so
    that pages and panel never see one."""
    if not scope["path"].startswith("/api/"):
        return None
    for name, value in scope["headers"]:
        if name == b"authorization":
            kind, _space, token = value.decode("latin-1").partition(" ")
            if kind.lower() == "bearer" and token.strip():
                return str(token.strip())
    return None


def refusal_of(scope: Mapping[str, Any], token: int, scopes: Collection[str]) -> Refusal | None:
    """Why a request that came with a token goes no further; None when it may.

    `token` 0: it opens nothing.
    """
    client = scope.get("client") or ("",)
    if wait := _meter.wait(f"token:{token}" if token else f"address:{client[0]}"):
        return TooMany(retry_after=wait)
    if not token:
        return TokenUnknown()
    needed = scope_needed(scope["method"], scope["path"])
    if needed is None:
        return NotForTokens()
    return None if needed in scopes else ScopeMissing(scope=needed)


class _Meter:
    """Requests by caller in the running minute. In memory: each process keeps its own count."""

    def __init__(self) -> None:
        self.counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, caller: str) -> int:
        """Counts one request; the seconds to wait when it is one too many, else 0."""
        now = time.monotonic()
        began, count = self.counts.pop(caller, (now, 0))
        if now - began >= 60:
            began, count = now, 0
        self.counts[caller] = (began, count + 1)
        while len(self.counts) > 10_000:
            self.counts.popitem(last=False)
        return 0 if count < A_MINUTE else max(1, int(began + 60 - now) + 1)


_meter = _Meter()
