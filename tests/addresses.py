"""Who may see what at each address of the site: the rules `test_routes.py` holds it to."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from things import Things
from world import answers_of

Body = Callable[[Things], dict[str, Any]]


@dataclass(frozen=True)
class Rule:
    """What an address does with what isn't the caller's.

    open     the same for everybody; nothing in it is anybody's
    own      shows or changes the caller's own; called as it is, it shows no foreign word
    refused  names a foreign thing in its address: 404 or 403 (or "sign in"), and no foreign word
    harmless foreign things in its body change nothing and aren't shown
    account  the caller's own account, no address or body could name another's: not called here
    """

    kind: str
    body: Body = lambda foreign: {}
    file: bool = False
    json: bool = False


def complete(foreign: Things) -> dict[str, Any]:
    return {"answers": json.dumps(answers_of("food-business")["inspect"]), "outcome": "done"}


def application(foreign: Things) -> dict[str, Any]:
    return {"answers": json.dumps(answers_of("food-business")["apply"]), "revision": 0}


def rehearsed(foreign: Things) -> dict[str, Any]:
    """A play that begins at a place of somebody else's."""
    start = {"at": "2026-03-02T09:00:00+08:00", "place": foreign["place"], "answers": {}}
    return {"scenario": {"start": start}}


OWN, OPEN, ACCOUNT, REFUSED = Rule("own"), Rule("open"), Rule("account"), Rule("refused")

RULES: Mapping[str, Rule] = {
    "GET /": OWN,
    "GET /static/{name}": OPEN,
    "GET /favicon.ico": OPEN,
    "GET /health": OPEN,
    "GET /unavailable": OPEN,
    # The addresses described for programs; whose names could be in there?
    "GET /schema": OPEN,
    "GET /schema/openapi.json": OPEN,
    "GET /schema/{path}": OPEN,
    "GET /sign-in": OPEN,
    "POST /sign-in": ACCOUNT,
    "GET /sign-in/code": OPEN,
    "POST /sign-in/code": ACCOUNT,
    "GET /sign-in/with/{key}": OPEN,
    "GET /sign-in/with/{key}/return": OPEN,
    "GET /register": OPEN,
    "POST /register": ACCOUNT,
    "POST /sign-out": ACCOUNT,
    "POST /office": Rule("harmless", lambda foreign: {"office": foreign["tenant"]}),
    "GET /account": OWN,
    "POST /account/language": ACCOUNT,
    "GET /account/password": OWN,
    "POST /account/password": ACCOUNT,
    "GET /account/second-step": OWN,
    "POST /account/second-step": ACCOUNT,
    "POST /account/second-step/confirmation": ACCOUNT,
    "POST /account/second-step/removal": ACCOUNT,
    "POST /account/sessions/closure": ACCOUNT,
    "POST /account/sessions/{session}/closure": Rule("harmless"),
    "GET /account/posts": OWN,
    "POST /account/posts": Rule(
        "harmless", lambda foreign: {"holding": foreign["holding"], "away": "yes"}
    ),
    "GET /account/tokens": OWN,
    "POST /account/tokens": ACCOUNT,
    "POST /account/tokens/{token}/closure": Rule("harmless"),
    "GET /people": OWN,
    "GET /people/{login}": REFUSED,
    "POST /people/{login}/password": REFUSED,
    "POST /people/{login}/second-step/recovery": REFUSED,
    "POST /people/{login}/unlocking": REFUSED,
    "POST /people/{login}/closure": REFUSED,
    "POST /people/{login}/reopening": REFUSED,
    "GET /places/{place}": OPEN,
    "GET /matters": OPEN,
    "GET /matters/{place}/{key}/applications": OPEN,
    "GET /matters/{place}/{key}": OPEN,
    "GET /matters/{place}/{key}/process": OPEN,
    "POST /matters/{place}/{key}/applications": ACCOUNT,
    "GET /applications": OWN,
    "GET /applications/{number}": REFUSED,
    "DELETE /applications/{number}": REFUSED,
    "GET /applications/{number}/form": REFUSED,
    "POST /applications/{number}/form": Rule("refused", application),
    "PUT /applications/{number}/answers": Rule("refused", application),
    "GET /applications/{number}/materials": REFUSED,
    "GET /applications/{number}/check": REFUSED,
    "POST /applications/{number}/submission": Rule("refused", lambda foreign: {"truthful": "yes"}),
    "GET /applications/{number}/receipt": REFUSED,
    "POST /applications/{number}/correction": REFUSED,
    "GET /applications/{number}/correction": REFUSED,
    "GET /applications/{number}/withdrawal": REFUSED,
    "POST /applications/{number}/withdrawal": Rule("refused", lambda foreign: {"why": "x"}),
    "GET /track": OPEN,
    "POST /track": Rule(
        "harmless", lambda foreign: {"number": foreign["number"], "password": "000000"}
    ),
    "GET /track/{number}": OPEN,
    # The one thing a stranger may learn by its unguessable code: `tests/delivery`.
    "GET /certificates/{code}": Rule("verified"),
    "GET /cases/{number}/certificates/{code}": REFUSED,
    "GET /cases/{number}/papers/{paper}": REFUSED,
    "GET /inbox": OWN,
    "GET /inbox/claims": OWN,
    "GET /inbox/transfers": OWN,
    "GET /inbox/views": OWN,
    "POST /inbox/claims": Rule("harmless", lambda foreign: {"task": foreign["task"]}),
    "POST /inbox/transfers": Rule(
        "harmless",
        lambda foreign: {"task": foreign["task"], "to": foreign["person"], "why": "x"},
    ),
    "POST /inbox/views": ACCOUNT,
    "DELETE /inbox/views": Rule("harmless", lambda foreign: {"name": foreign["name"]}),
    "GET /live": Rule("stream"),
    "GET /cases": OWN,
    "GET /cases/{number}": REFUSED,
    "GET /cases/{number}/process": REFUSED,
    "GET /counter": OWN,
    "POST /counter/{matter}/applications": ACCOUNT,
    "POST /counter/{matter}/cases": ACCOUNT,
    "GET /certificates": OWN,
    "POST /certificates/{code}/revocation": Rule("refused", lambda foreign: {"why": "x"}),
    "GET /certificates/{code}/revocation": OWN,
    "GET /cases/{number}/repair": REFUSED,
    "POST /cases/{number}/repair": Rule("refused", lambda f: {"act": "retry"}),
    "GET /cases/{number}/repairs": REFUSED,
    "POST /cases/{number}/repairs": Rule("refused", lambda f: {"act": "retry", "reason": "x"}),
    "GET /operations/jobs": OWN,
    "POST /operations/jobs/attempts": Rule("harmless"),
    "POST /operations/jobs/{job}/attempts": REFUSED,
    "DELETE /operations/jobs/{job}": REFUSED,
    # A matter is named by its key in one's own tenant: the other's of the same key isn't reached.
    "GET /configure/matters": OWN,
    "GET /configure/matters/{key}": OWN,
    # The studio. A draft, too, is that of one's own matter of this key.
    "GET /configure/matters/new": OWN,
    "POST /configure/matters/new": Rule(
        "harmless", lambda f: {"key": "walked", "source": f"{f['tenant']}/food-business"}
    ),
    "GET /configure/matters/{key}/draft": OWN,
    "GET /configure/matters/{key}/draft/process": OWN,
    "GET /configure/matters/{key}/draft/process/people": OWN,
    "GET /configure/matters/{key}/draft/forms": OWN,
    "POST /configure/matters/{key}/draft/forms": Rule("harmless", lambda f: {"form": "walked"}),
    "GET /configure/matters/{key}/draft/forms/{form}": OWN,
    "POST /configure/matters/{key}/draft/forms/{form}/key": Rule(
        "harmless", lambda f: {"form": "walked-away"}
    ),
    "DELETE /configure/matters/{key}/draft/forms/{form}": Rule("harmless"),
    "GET /configure/matters/{key}/draft/decisions": OWN,
    "POST /configure/matters/{key}/draft/decisions": Rule(
        "harmless", lambda f: {"name": "walked", "title": "x"}
    ),
    "GET /configure/matters/{key}/draft/decisions/{name}": OWN,
    "GET /configure/matters/{key}/draft/settings": OWN,
    "GET /configure/matters/{key}/draft/settings/{section}": OWN,
    "GET /configure/matters/{key}/draft/guide": OWN,
    "GET /configure/matters/{key}/draft/guide/process": OWN,
    "GET /configure/matters/{key}/draft/papers/{paper}": OWN,
    "GET /configure/matters/{key}/draft/certificates/{name}": OWN,
    "GET /configure/matters/{key}/draft/play": OWN,
    "GET /configure/matters/{key}/draft/play/process": OWN,
    "GET /configure/matters/{key}/draft/tests": OWN,
    "GET /configure/matters/{key}/versions/{number}/process-view": OWN,
    "GET /configure/form-blocks": OWN,
    "POST /configure/form-blocks/{key}/name": Rule("harmless", lambda f: {"name": "x"}),
    "DELETE /configure/form-blocks/{key}": Rule("harmless"),
    "PUT /api/form-blocks/{key}": Rule(
        "harmless", lambda f: {"name": "x", "schema": {"components": []}}, json=True
    ),
    "GET /api/matters": OWN,
    "POST /api/matters": Rule(
        "harmless",
        lambda f: {"name": {"zh": "x"}, "copy": {"tenant": f["tenant"], "key": f["key"]}},
        json=True,
    ),
    "GET /api/matters/{key}/materials": OWN,
    "POST /api/matters/{key}/draft": Rule("harmless"),
    "GET /api/matters/{key}/draft": OWN,
    "GET /api/matters/{key}/draft/surroundings": OWN,
    "GET /api/matters/{key}/draft/findings": OWN,
    "POST /api/matters/{key}/draft/findings": Rule(
        "harmless", lambda f: {"part": "process", "content": "<x/>"}, json=True
    ),
    "GET /api/matters/{key}/draft/parts/{part}": OWN,
    "PUT /api/matters/{key}/draft/parts/{part}": Rule("harmless", lambda f: {"x": 1}, json=True),
    "DELETE /api/matters/{key}/draft/parts/{part}": Rule("harmless"),
    "POST /api/matters/{key}/draft/presence": Rule("harmless", lambda f: {"part": "process"}),
    "POST /api/matters/{key}/draft/play": Rule("harmless", rehearsed, json=True),
    "POST /api/matters/{key}/draft/play/papers/{paper}": Rule("harmless", rehearsed, json=True),
    "POST /api/matters/{key}/draft/tests/run": Rule("harmless"),
    "GET /api/matters/{key}/draft/forms/{form}/given": OWN,
    "POST /api/matters/{key}/draft/forms/{form}/verdict": Rule(
        "harmless", lambda f: {"answers": {}}, json=True
    ),
    "GET /api/matters/{key}/draft/forms/{form}/renaming": OWN,
    "POST /api/matters/{key}/draft/forms/{form}/renaming": Rule(
        "harmless", lambda f: {"from": "floor_area", "to": "walked_away"}
    ),
    "POST /api/matters/{key}/draft/decisions/{name}/name": Rule(
        "harmless", lambda f: {"to": "walked-away"}
    ),
    "POST /api/matters/{key}/draft/decisions/{name}/examination": Rule("harmless"),
    "POST /api/matters/{key}/draft/decisions/{name}/trial": Rule(
        "harmless", lambda f: {"rows": [{}]}, json=True
    ),
    "GET /api/certificate-numbers": OWN,
    "POST /api/expressions/check": Rule("harmless", lambda f: {"expression": "1"}, json=True),
    "POST /api/expressions/evaluate": Rule("harmless", lambda f: {"expression": "1"}, json=True),
    "POST /configure/matters/{key}/drafts": Rule("harmless"),
    "POST /configure/matters/{key}/suspension": Rule("harmless", lambda f: {"resume": "yes"}),
    "GET /configure/matters/{key}/versions/{number}": OWN,
    "POST /configure/matters/{key}/versions/{number}": Rule("harmless"),
    "DELETE /configure/matters/{key}/versions/{number}": Rule("harmless"),
    "GET /configure/matters/{key}/versions/{number}/package": OWN,
    "GET /configure/matters/{key}/versions/{number}/process": OWN,
    "POST /configure/matters/{key}/withdrawal": Rule("harmless", lambda f: {"reason": "x"}),
    "DELETE /configure/matters/{key}/schedule": Rule("harmless"),
    "GET /configure/matters/{key}/difference": OWN,
    "GET /configure/matters/{key}/versions/{old}/difference/{new}": OWN,
    "GET /configure/matters/{key}/draft/publication": OWN,
    "POST /configure/matters/{key}/draft/publication": Rule("harmless"),
    "POST /configure/matters/{key}/draft/review": Rule("harmless"),
    "POST /configure/matters/{key}/draft/comparison": Rule("harmless", json=True),
    "GET /api/matters/{key}/draft/publication": OWN,
    "POST /api/matters/{key}/draft/publication": Rule("harmless"),
    "GET /configure/reviews": OWN,
    "GET /configure/reviews/{tenant}/{key}/{number}": REFUSED,
    "POST /configure/reviews/{tenant}/{key}/{number}": Rule("refused", lambda f: {"word": "x"}),
    "GET /configure/reviews/{tenant}/{key}/{number}/process": REFUSED,
    "GET /configure/reviews/{tenant}/{key}/{number}/guide": REFUSED,
    "GET /configure/reviews/{tenant}/{key}/{number}/guide/process": REFUSED,
    "GET /configure/reviews/{tenant}/{key}/{number}/certificates/{name}": REFUSED,
    "GET /configure/running": OWN,
    "GET /configure/matters/{key}/running": OWN,
    "GET /configure/matters/{key}/running/process": OWN,
    "GET /configure/matters/{key}/running/table": OWN,
    "GET /configure/matters/{key}/migrations": OWN,
    "GET /configure/matters/{key}/migrations/new": OWN,
    "GET /configure/matters/{key}/migrations/rehearsal": OWN,
    "POST /configure/matters/{key}/migrations/rehearsal": Rule("harmless"),
    "POST /configure/matters/{key}/migrations": Rule("harmless"),
    "GET /configure/matters/{key}/migrations/{migration}": REFUSED,
    "POST /configure/matters/{key}/migrations/{migration}/pause": REFUSED,
    "DELETE /configure/matters/{key}/migrations/{migration}/pause": REFUSED,
    "POST /configure/matters/{key}/migrations/{migration}/attempts": REFUSED,
    "GET /configure/matters/{key}/migrations/{migration}/report": REFUSED,
    # Described for programs, the same for everybody.
    "GET /api/docs": OPEN,
    "GET /api/openapi.json": OPEN,
    "GET /api/matters/{key}": OWN,
    "GET /api/matters/{key}/versions": OWN,
    "GET /api/matters/{key}/versions/{number}/package": OWN,
    "PUT /api/matters/{key}/draft/package": Rule("harmless"),
    "GET /api/matters/{key}/difference": OWN,
    "POST /api/matters/{key}/suspension": Rule("harmless", lambda f: {"resume": True}, json=True),
    "POST /api/matters/{key}/withdrawal": Rule("harmless", lambda f: {"reason": "x"}, json=True),
    "DELETE /api/matters/{key}/draft/publication": Rule("harmless"),
    "POST /api/matters/{key}/draft/review": Rule("harmless", lambda f: {"text": "x"}, json=True),
    "GET /api/reviews": OWN,
    "GET /api/reviews/{tenant}/{key}/{number}": REFUSED,
    "POST /api/reviews/{tenant}/{key}/{number}": Rule(
        "refused", lambda f: {"kind": "confirmed"}, json=True
    ),
    "GET /api/matters/{key}/running": OWN,
    "GET /api/matters/{key}/migrations": OWN,
    "POST /api/matters/{key}/migrations/rehearsal": Rule(
        "harmless", lambda f: {"from": 1, "cases": {"place": f["place"]}}, json=True
    ),
    "POST /api/matters/{key}/migrations": Rule(
        "harmless", lambda f: {"from": 1, "cases": {"place": f["place"]}}, json=True
    ),
    "GET /api/matters/{key}/migrations/{migration}": REFUSED,
    "POST /api/matters/{key}/migrations/{migration}/pause": REFUSED,
    "DELETE /api/matters/{key}/migrations/{migration}/pause": REFUSED,
    "POST /api/matters/{key}/migrations/{migration}/attempts": REFUSED,
    "GET /api/matters/{key}/migrations/{migration}/report": REFUSED,
    "GET /api/adoptions": OWN,
    "POST /api/adoptions": Rule(
        "harmless", lambda f: {"place": f["place"], "key": f["key"]}, json=True
    ),
    "GET /api/matters/{key}/upstream": OWN,
    "DELETE /api/matters/{key}/upstream": OWN,
    "POST /api/matters/{key}/upstream": Rule("harmless", lambda f: {"pieces": []}, json=True),
    "GET /api/matters/{key}/adopters": OWN,
    "POST /api/drawings": Rule("harmless"),
    "GET /api/form-blocks": OWN,
    "GET /api/form-blocks/{key}": OWN,
    "DELETE /api/form-blocks/{key}": Rule("harmless"),
    "GET /configure/adoptions": OWN,
    "POST /configure/adoptions": Rule("harmless", lambda foreign: {"matter": "1"}),
    "GET /configure/matters/{key}/adopters": OWN,
    "GET /configure/matters/{key}/upstream": OWN,
    "DELETE /configure/matters/{key}/upstream": OWN,
    "POST /configure/matters/{key}/upstream": Rule("harmless"),
    "GET /configure/matters/{key}/draft/arrival": OWN,
    "POST /configure/matters/{key}/draft/arrival": Rule("harmless"),
    "GET /configure/drawings": OWN,
    "POST /configure/drawings": Rule("harmless", lambda foreign: {"drawing": "", "into": "x"}),
    "GET /configure/packages": OWN,
    "POST /configure/packages": Rule("harmless", file=True),
    **{
        f"GET /tasks/{{task}}/{form}": REFUSED
        for form in ("completion", "claim", "transfer", "correction", "refusal", "return")
    },
    "POST /tasks/{task}/completion": Rule("refused", complete),
    "POST /tasks/{task}/claim": REFUSED,
    "DELETE /tasks/{task}/claim": REFUSED,
    "POST /tasks/{task}/transfer": Rule(
        "refused", lambda foreign: {"to": foreign["person"], "why": "x"}
    ),
    "POST /tasks/{task}/correction": Rule("refused", lambda foreign: {"other": "x"}),
    "POST /tasks/{task}/refusal": Rule(
        "refused", lambda foreign: {"reasons": "x", "legal_basis": "x"}
    ),
    "POST /tasks/{task}/return": Rule("refused", lambda foreign: {"target": "accept", "why": "x"}),
    "GET /cases/{number}/files/{file}": REFUSED,
    "DELETE /cases/{number}/files/{file}": REFUSED,
    "GET /cases/{number}/files/{file}/preview": REFUSED,
    "GET /cases/{number}/files/{file}/view": REFUSED,
    "GET /cases/{number}/files/{file}/pane": REFUSED,
    "POST /cases/{number}/materials/{material}": Rule("refused", file=True),
}

# Which case of the other county an address is tried with, where it isn't the closed one.
TRIED_WITH = {
    "DELETE /applications/{number}": "draft",
    "GET /applications/{number}/form": "draft",
    "POST /applications/{number}/form": "draft",
    "PUT /applications/{number}/answers": "draft",
    "GET /applications/{number}/materials": "draft",
    "GET /applications/{number}/check": "draft",
    "POST /applications/{number}/submission": "draft",
    "POST /applications/{number}/correction": "correcting",
    "POST /applications/{number}/withdrawal": "open",
    "DELETE /cases/{number}/files/{file}": "draft",
    "POST /cases/{number}/materials/{material}": "draft",
}
