"""Signing in through an identity provider: there and back (see `identity.py`)."""

import base64
import hashlib
import hmac
import secrets
from typing import Annotated, Any

import orjson
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.params import QueryParameter
from litestar.response import Redirect

from onewindow import clock
from onewindow.people import identity, ways
from onewindow.people.registration import person_of
from onewindow.people.sign_in_pages import AnyRequest, enter
from onewindow.settings import settings

COOKIE = "ow_identity"
SECONDS = 600


@get("/sign-in/with/{key:str}", opt={"public": True})
async def leave(key: str, then: Annotated[str, QueryParameter(name="next")] = "") -> Response[Any]:
    """Off to the provider, with what is needed to recognise the answer kept in a cookie."""
    provider = identity.provider_keyed(key)
    kept: dict[str, Any] = {
        "key": key,
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "verifier": secrets.token_urlsafe(48),
        "next": ways.safe(then),
        "until": int(clock.now().timestamp()) + SECONDS,
    }
    challenge = hashlib.sha256(kept["verifier"].encode()).digest()
    address = await provider.authorisation_url(
        redirect_uri=_return_address(key),
        state=kept["state"],
        nonce=kept["nonce"],
        code_challenge=base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
    )
    cookie = Cookie(
        key=COOKIE,
        value=_signed(kept),
        path="/sign-in/with",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",  # strict would not come back with the provider's redirect
        max_age=SECONDS,
    )
    return Redirect(address, status_code=303, cookies=[cookie])


@get("/sign-in/with/{key:str}/return", opt={"public": True})
async def come_back(
    request: AnyRequest,
    key: str,
    code: str = "",
    answered: Annotated[str, QueryParameter(name="state")] = "",
) -> Response[Any]:
    """Back with a code: who is it? Raises NotVouchedFor for an answer we didn't ask for."""
    provider = identity.provider_keyed(key)
    kept = _read(request.cookies.get(COOKIE, ""))
    asked = kept and kept["key"] == key and hmac.compare_digest(kept["state"], answered)
    if not kept or not asked or not code:
        raise identity.NotVouchedFor(provider=provider.name["zh"])
    who = await provider.identify(
        code=code,
        redirect_uri=_return_address(key),
        nonce=kept["nonce"],
        code_verifier=kept["verifier"],
    )
    answer = await enter(request, await person_of(who), "applicant", kept["next"])
    answer.delete_cookie(COOKIE, path="/sign-in/with")
    return answer


def _return_address(key: str) -> str:
    return f"{settings.public_url}/sign-in/with/{key}/return"


def _signed(kept: dict[str, Any]) -> str:
    body = base64.urlsafe_b64encode(orjson.dumps(kept)).decode()
    return f"{body}.{_signature(body)}"


def _read(text: str) -> dict[str, Any] | None:
    """What we put into the cookie, if it is ours and not too old."""
    body, _dot, signature = text.rpartition(".")
    if not body or not hmac.compare_digest(_signature(body), signature):
        return None
    kept: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(body))
    return kept if kept["until"] > clock.now().timestamp() else None


def _signature(body: str) -> str:
    return hmac.new(settings.secret, b"identity:" + body.encode(), hashlib.sha256).hexdigest()


routes = [leave, come_back]
