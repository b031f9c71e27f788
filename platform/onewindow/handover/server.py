"""A OneWindow server seen from a program: its REST API, asked with an access token."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from onewindow.errors import Refusal
from onewindow.matters.package import Package, read_zip, write_zip

SECONDS = 60


class Unreachable(Refusal):
    text = "连不上服务器 {url}：{why}"


class NotAllowed(Refusal):
    """The token opens nothing, or not this."""

    text = "{message}"


class Refused(Refusal):
    """The server said no; `told` is what it answered."""

    text = "{message}"

    def __init__(self, status: int, told: dict[str, Any]) -> None:
        self.status = status
        self.told = told
        super().__init__(message=str(told.get("message") or f"HTTP {status}"))


class Server:
    """Speaks for whoever the token is of. Plain HTTP is taken for this machine only: a token sent
    in the clear is anybody's."""

    def __init__(self, url: str, token: str, language: str = "zh") -> None:
        self.url = url.rstrip("/")
        parts = urllib.parse.urlsplit(self.url)
        near = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unreachable("服务器地址应以 https:// 开头：{url}", url=url)
        if parts.scheme == "http" and not near:
            raise Unreachable("为免泄露访问令牌，只通过 https 连接别的机器：{url}", url=url)
        self.token = token
        self.language = language

    def package(self, key: str, number: int) -> Package:
        """A version as the server has it."""
        return read_zip(self._ask("GET", f"/api/matters/{key}/versions/{number}/package")[0])

    def matter(self, key: str) -> dict[str, Any] | None:
        """What the server knows of a matter; None if it has none of this key."""
        try:
            return self._json("GET", f"/api/matters/{key}")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def put(self, key: str, package: Package, replaces: str | None) -> dict[str, Any]:
        """Make the package the matter's draft. `replaces` is the hash of the draft it takes the
        place of; None: there must be none."""
        guard = {"if-match": f'"{replaces}"'} if replaces else {"if-none-match": "*"}
        headers = {"content-type": "application/zip", **guard}
        path = f"/api/matters/{key}/draft/package"
        return _read(self._ask("PUT", path, write_zip(package), headers)[0])

    def publish(self, key: str, hash: str, *, at: str = "", note: str = "") -> dict[str, Any]:
        """Publish the draft of this hash through the gate, now or at a time."""
        body = json.dumps({"hash": hash, "at": at, "note": note}).encode()
        path = f"/api/matters/{key}/draft/publication"
        return _read(self._ask("POST", path, body, {"content-type": "application/json"})[0])

    def _json(self, method: str, path: str) -> dict[str, Any]:
        return _read(self._ask(method, path)[0])

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[bytes, Any]:
        request = urllib.request.Request(  # noqa: S310 - http and https only, see above
            self.url + path,
            data=body,
            method=method,
            headers={
                "authorization": f"Bearer {self.token}",
                "accept": "application/json, application/zip",
                "accept-language": self.language,
                **(headers or {}),
            },
        )
        try:
            with _opener.open(request, timeout=SECONDS) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            told = _read(error.read())
            if error.code == 401:
                raise NotAllowed("访问令牌无效、已过期或已撤销。") from None
            if error.code == 403:
                raise NotAllowed(message=str(told.get("message") or error)) from None
            raise Refused(error.code, told) from None
        except (urllib.error.URLError, OSError, TimeoutError) as error:
            why = str(getattr(error, "reason", error))
            raise Unreachable(url=self.url, why=why) from None


class _Stay(urllib.request.HTTPRedirectHandler):
    """No redirects are followed: the token would go along to wherever they lead."""

    def redirect_request(self, *_asked: Any, **_more: Any) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def _read(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {"items": found}
