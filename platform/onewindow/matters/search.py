"""Finding a matter by the words people use, not by what the catalogue calls it.

A citizen types “低保”, “开饭馆要办什么”, "open a shop". Each word is looked for in a matter's name,
the keywords its configurator gave it, description, certificate, conditions, questions and
materials; a Chinese phrase that isn't there as it stands still counts when at least half of its
pairs of characters are. A catalogue has some hundreds of matters, so this is done in memory.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from onewindow import db
from onewindow.matters.queries import Offer, catalogue, everywhere

Texts = tuple[tuple[int, str], ...]

_FILLER = re.compile(
    r"我想要?|我要|想要?|怎么|怎样|如何|哪里|哪儿|需要|什么|可以|能不能|请问|手续|办理|申请|申办|申领|"
    r"要办|办个|办一个|一个|[办吗呢吧的了去？?，,。！!]|\b(?:how|to|do|i|we|want|need|apply|for|get|a|an|the|my)\b"
)
_LETTERS = re.compile(r"[一-鿿]")

# What a matter says of itself never changes within a version.
_texts: dict[int, Texts] = {}
_KEPT = 2000


async def find(words: str, place: int | None = None, *, item_type: str = "") -> list[Offer]:
    """Matters that fit `words`, best first: those offered at `place`, or everybody's own.

    Without words: all of them, by name.
    """
    offers = await (catalogue(place, limit=500) if place is not None else everywhere())
    if item_type:
        offers = [offer for offer in offers if offer.item_type == item_type]
    pieces = pieces_of(words)
    if not pieces:
        return offers
    texts = await _texts_of(offers)
    scored = [(score(pieces, (*texts[offer.version], *_where(offer))), offer) for offer in offers]
    found = [(points, offer) for points, offer in scored if points > 0]
    found.sort(key=lambda each: -each[0])
    return [offer for _points, offer in found]


def pieces_of(words: str) -> list[str]:
    """What is worth looking for in what somebody typed."""
    plain = words.strip().lower()[:60]
    return _FILLER.sub(" ", plain).split() or plain.split()


def score(pieces: Sequence[str], texts: Texts) -> float:
    """How well texts (weight, text) fit; 0 when one of the pieces isn't in them at all."""
    total = 0.0
    for piece in pieces:
        points = sum(weight * _fits(piece, text) for weight, text in texts)
        if points == 0:
            return 0
        total += points
    return total


def _fits(piece: str, text: str) -> float:
    if piece in text:
        return 2.0
    if len(piece) < 3 or not _LETTERS.search(piece):
        return 0.0
    pairs = [piece[k : k + 2] for k in range(len(piece) - 1)]
    share = sum(pair in text for pair in pairs) / len(pairs)
    return share if share >= 0.5 else 0.0


def _where(offer: Offer) -> Texts:
    return ((1, f"{offer.tenant_name}{offer.tenant_name_en}".lower()),)


async def _texts_of(offers: Sequence[Offer]) -> dict[int, Texts]:
    missing = [offer.version for offer in offers if offer.version not in _texts]
    if missing:
        if len(_texts) + len(missing) > _KEPT:
            _texts.clear()
            missing = [offer.version for offer in offers]
        for row in await db.fetch(
            "select id, definition from matter_version where id = any($1)", missing
        ):
            _texts[row["id"]] = _said(orjson.loads(row["definition"]))
    return {offer.version: _texts.get(offer.version, ()) for offer in offers}


def _said(definition: Mapping[str, Any]) -> Texts:
    """What a definition says of its matter, weighted by how much it is about it."""
    guide = definition.get("guide", {})
    certificate = definition.get("certificate") or {}
    parts: list[tuple[int, Any]] = [
        (8, definition.get("name")),
        (6, definition.get("keywords")),
        (4, definition.get("description")),
        (4, certificate.get("name")),
        (2, guide.get("result")),
        (2, [each.get("q") for each in guide.get("questions", ())]),
        (1, guide.get("conditions")),
        (1, [each.get("name") for each in definition.get("materials", ())]),
    ]
    return tuple((weight, text.lower()) for weight, part in parts if (text := _plain(part)))


def _plain(part: Any) -> str:
    if isinstance(part, Mapping):
        return " ".join(str(text) for text in part.values())
    if isinstance(part, list):
        return " ".join(_plain(each) for each in part)
    return part if isinstance(part, str) else ""
