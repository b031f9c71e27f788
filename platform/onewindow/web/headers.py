"""The headers every response leaves with, whoever made it: pages, panel, errors, files."""

from collections.abc import Iterable

from litestar.types import ASGIApp, Message, Receive, Scope, Send

from onewindow.web.assets import PREFIX

# Nothing inline, nothing from elsewhere. Style *attributes* are allowed because bpmn-js and form-js
# place things with them; style elements are not.
PAGES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "object-src": "'none'",
    "frame-src": "'self' blob:",
    "worker-src": "'self' blob:",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}

# Piccolo Admin's built Vue pages bring style elements of their own.
PANEL = PAGES | {"style-src": "'self' 'unsafe-inline'", "style-src-attr": "'unsafe-inline'"}

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
    (b"x-frame-options", b"SAMEORIGIN"),
)
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def policy(rules: dict[str, str], extra_images: Iterable[str] = ()) -> bytes:
    """The rules as one Content-Security-Policy value."""
    images = " ".join([rules["img-src"], *extra_images])
    return "; ".join(f"{k} {v}" for k, v in (rules | {"img-src": images}).items()).encode()


class SecureHeaders:
    """ASGI wrapper that adds what is missing; a response that sets one of these itself keeps it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = (*ALWAYS, HSTS) if https else ALWAYS
        self.pages = policy(PAGES)
        self.panel = policy(PANEL)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                names = {name.lower() for name, _value in headers}
                csp = self.panel if path.startswith("/admin/") else self.pages
                for name, value in (*self.always, (b"content-security-policy", csp)):
                    if name not in names:
                        headers.append((name, value))
                if b"cache-control" not in names and not path.startswith(PREFIX):
                    # Pages show what a person may see now; shared computers are common at windows.
                    headers.append((b"cache-control", b"private, no-store"))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, send_with_headers)
