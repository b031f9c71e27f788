"""Languages: Chinese is the source, every other language is a catalogue.

The Chinese sentence in the code is the key. `{name}` placeholders are filled after translation:

    _("{n} 件待办", n=3)

English lives in `locale/en/LC_MESSAGES/*.po` (all files are read, so each feature may keep its own)
and is read as it is at the first use; nothing is compiled. Where English needs a plural, the entry
there has one (`msgid_plural` equal to `msgid`) and `n` chooses; the code doesn't care.

`python -m onewindow.web.i18n` lists Chinese texts that have no English yet; see `translations.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

SOURCE = "zh"
LANGUAGES = {"zh": "中文", "en": "English"}
LOCALE = Path(__file__).parent / "locale"

# BCP 47 tags for <html lang>: browsers choose Chinese glyph shapes and line breaks by them.
TAGS = {"zh": "zh-CN", "en": "en"}

_current: ContextVar[str] = ContextVar("language", default=SOURCE)


def language() -> str:
    """The language of the request being answered: a key of LANGUAGES."""
    return _current.get()


def set_language(chosen: str) -> None:
    """Speak `chosen` for the rest of this request or job; unknown languages mean Chinese."""
    _current.set(chosen if chosen in LANGUAGES else SOURCE)


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Speak `chosen` inside the block, e.g. to write a message in its reader's language."""
    token = _current.set(chosen if chosen in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _current.reset(token)


def choose_language(
    query: str | None, cookie: str | None, accept: str | None, otherwise: str = SOURCE
) -> str:
    """`?lang=` beats the cookie, the cookie beats Accept-Language, which beats `otherwise`."""
    for wish in (query, cookie):
        if wish in LANGUAGES:
            return wish
    wishes = []
    for place, part in enumerate((accept or "").split(",")[:20]):
        tag, _sep, weight = part.strip().partition(";q=")
        short = tag.split("-")[0].lower()
        if short in LANGUAGES:
            try:
                wishes.append((-float(weight or 1), place, short))
            except ValueError:
                continue
    return min(wishes)[2] if wishes else otherwise


def gettext(text: str, /, **params: Any) -> str:
    """`text` in the current language with its placeholders filled.

    When a parameter is markup (it has `__html__`), the result is markup and all else is escaped.
    """
    entry = catalogue(language()).get(text, text)
    if not isinstance(entry, str):
        entry = entry[0 if params.get("n") == 1 else 1]
    return _fill(entry, params)


_ = gettext


def ngettext(singular: str, plural: str, n: int, /, **params: Any) -> str:
    """The form for `n`; Chinese has one form, so both arguments are usually the same."""
    return gettext(singular if n == 1 or singular == plural else plural, n=n, **params)


class Later(str):
    """A Chinese text that is translated when a page shows it, not when the module is loaded.

    It is its own msgid everywhere else, so it can be compared, stored and used as a key.
    """

    __slots__ = ()

    def __html__(self) -> str:
        return str(escape(gettext(str(self))))


def N_(text: str) -> Later:  # noqa: N802  (the customary name of "mark, translate later")
    """Mark a text in a constant for translation."""
    return Later(text)


def pick(texts: Mapping[str, str] | str | None) -> str:
    """What a definition says in the current language: `{"zh": …, "en": …}` → one string.

    Content that nobody translated is shown in Chinese; a plain string is shown as it is.
    """
    if not texts:
        return ""
    if isinstance(texts, str):
        return texts
    return texts.get(language()) or texts.get(SOURCE) or next(iter(texts.values()), "")


@cache
def catalogue(name: str) -> dict[str, str | tuple[str, ...]]:
    """msgid → translation (or its plural forms) of one language, from all of its .po files."""
    entries: dict[str, str | tuple[str, ...]] = {}
    for path in sorted((LOCALE / name / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=name):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, str):
                    if message.string:
                        entries[message.id] = str(message.string)
                elif all(message.string):
                    entries[message.id[0]] = tuple(message.string)
    return entries


def _fill(text: str, params: Mapping[str, Any]) -> str:
    if not params:
        return text
    if any(hasattr(value, "__html__") for value in params.values()):
        return Markup(escape(text)).format(**params)  # noqa: S704  (escaped just here)
    return text.format(**params)


if __name__ == "__main__":
    from onewindow.web.translations import main

    raise SystemExit(main())
