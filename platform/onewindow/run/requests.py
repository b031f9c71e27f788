"""A line in the log for every web request: who, what, how it ended, how long it took.

The address without what follows its question mark: there stand names that were searched for.
"""

import logging
import time
from typing import Any

log = logging.getLogger("onewindow.requests")


class Logged:
    """ASGI around the whole application, inside whatever knows the client's real address."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting)
        finally:
            said = {
                "client": scope["client"][0] if scope.get("client") else "",
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round((time.perf_counter() - began) * 1000, 1),
            }
            log.info("request", extra=said)
