"""Where another house vouches for who somebody is: the seam for OpenID Connect.

OneWindow checks passwords itself only where nothing better is there. A province's identity
platform (统一身份认证) is an `IdentityProvider`; it is written against this protocol in a package
of its own and named in the settings as `package.module:factory`. The sign-in page offers what is
configured, and only the password form when nothing is.

The flow is OpenID Connect's authorisation code flow with PKCE (RFC 7636):

1. `GET /sign-in/with/<key>` makes a state, a nonce and a code verifier, keeps them in a short-lived
   signed cookie, and sends the browser to `authorisation_url(...)`.
2. The platform sends the browser back to `/sign-in/with/<key>/return?code=…&state=…`.
3. `identify(...)` trades the code for an ID token, verifies it, and says who it is.
4. The applicant's account is found by ID number or made (`registration.person_of`), and a session
   is opened as after a password.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Protocol, runtime_checkable

from onewindow.errors import NotThere, Refusal

Assurance = Literal["L1", "L2", "L3", "L4"]
"""How sure the platform is, in the national platform's levels (L3: real name with a face check)."""


class NotVouchedFor(Refusal):
    """The platform didn't confirm who this is: cancelled, expired, tampered with, or too weak."""

    status = 403
    text = "未能通过“{provider}”确认您的身份，请重新登录。"


@dataclass(frozen=True, slots=True)
class Identity:
    """A natural person as a provider knows them.

    subject is the provider's own stable id (OpenID Connect's `sub`); name and id_number are the
    verified real name and citizen's ID number; phone may be empty.
    """

    subject: str
    name: str
    id_number: str
    phone: str = ""
    assurance: Assurance = "L2"
    language: str = "zh"


@runtime_checkable
class IdentityProvider(Protocol):
    """One platform that can vouch for applicants."""

    key: str
    """Lower-case name in addresses and settings, such as "province"."""
    name: dict[str, str]
    """What its button says, {"zh": …, "en": …}."""

    async def authorisation_url(
        self, *, redirect_uri: str, state: str, nonce: str, code_challenge: str
    ) -> str:
        """Where to send the browser. `code_challenge` is S256 of a verifier kept on our side."""
        ...

    async def identify(
        self, *, code: str, redirect_uri: str, nonce: str, code_verifier: str
    ) -> Identity:
        """Trade the code for who it is.

        Must verify the ID token's signature, issuer, audience, expiry and `nonce`. Raises
        NotVouchedFor; errors of the network travel as they are and are answered with 503.
        """
        ...


_providers: dict[str, IdentityProvider] = {}


def configure(names: Sequence[str], **options: Any) -> None:
    """Offer the providers named as `package.module:factory`; called once, when the site is built.

    Each factory is called with `options` (settings it may need) and gives an IdentityProvider.
    Raises ValueError for a name that leads nowhere: better at the start than at the first sign-in.
    """
    _providers.clear()
    for name in names:
        module, _colon, factory = name.partition(":")
        try:
            provider = getattr(import_module(module), factory)(**options)
        except (ImportError, AttributeError, ValueError) as unknown:
            raise ValueError(f"no identity provider at {name!r}") from unknown
        if not isinstance(provider, IdentityProvider):
            raise ValueError(f"{name!r} is no IdentityProvider")
        _providers[provider.key] = provider


def providers() -> tuple[IdentityProvider, ...]:
    """What the sign-in page offers besides the password."""
    return tuple(_providers.values())


def provider_keyed(key: str) -> IdentityProvider:
    """Raises NotThere."""
    try:
        return _providers[key]
    except KeyError:
        raise NotThere from None


@contextmanager
def offering(*offered: IdentityProvider) -> Iterator[None]:
    """Only these providers inside the block; the seam for tests."""
    before = dict(_providers)
    _providers.clear()
    _providers.update({provider.key: provider for provider in offered})
    try:
        yield
    finally:
        _providers.clear()
        _providers.update(before)
