"""A form: a definition that was checked, ready to judge answers and to show them."""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from feel import CHINA_TIME, FeelError
from forms.engine import BUNDLE, Engine
from forms.exact import Exact, Unsure, exact
from forms.gate import LARGEST_ANSWERS, Gate, choices, weight
from forms.lint import check
from forms.messages import Lang, sentence, template
from forms.problems import BadForm, FieldError, Verdict
from forms.render import Section, answer_text, flat, read
from forms.sheet import MISSING, Access, Node, Sheet, get_at, set_at
from forms.upright import upright

# Far more than any form takes; a pattern or expression that runs on is stopped here.
_SECONDS = 1.0
_MOST_SHEETS = 64
_MOST_FORMS = 300

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    `path` leads to its answer ("applicant.name"); inside a list it leaves out the row number
    ("members.income") and `list` is the path of the list. `options` are the choices written in
    the definition, `(value, label)`.
    """

    id: str
    path: str
    label: str
    type: str
    required: bool
    options: tuple[tuple[Any, str], ...] = ()
    list: str | None = None

    @property
    def key(self) -> str:
        return self.path.rsplit(".", 1)[-1]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody may be asked to look at again: a field, or a whole list. `path` leads to its
    answer and names it in a problem (`FieldError.path`)."""

    id: str
    path: str
    label: str


@dataclass(frozen=True, slots=True)
class _Opened:
    """A sheet with what was compiled for it."""

    sheet: Sheet
    gate: Gate
    exact: Exact | None


class Form:
    """Made by `compile`; never changes, and may be used by many threads."""

    def __init__(self, definition: Mapping[str, Any], feel: Engine, hash_: str) -> None:
        self.definition = definition
        self.hash = hash_
        self._feel = feel
        self._opened: OrderedDict[tuple[Any, ...], _Opened] = OrderedDict()
        self._lock = threading.Lock()
        plain = self._open({}, "zh")
        self.exact: bool = plain.exact is not None
        self.fields: tuple[Field, ...] = tuple(
            _field(node) for node in plain.sheet.walk() if node.kind == "value"
        )

    def verdict(
        self,
        answers: Mapping[str, Any],
        *,
        given: Mapping[str, Any] | None = None,
        access: Mapping[str, Access] | None = None,
        partial: bool = False,
        lang: Lang = "zh",
        today: date | None = None,
    ) -> Verdict:
        """Whether `answers` will do, as the form's own page would say it, and what to store.

        `given`: stored values. What may only be read or not even be seen is taken from there,
        never from `answers`; expressions see its other names; an answer that was left out keeps
        its value. `access`: "read", "edit" or "hide" by path or id; "*" for all that isn't
        named; children follow their container. `partial`: a draft, of which only types are
        judged. `today` is the day in China, by default the one it is. Never raises on account
        of answers, whatever they are.
        """
        opened = self._open(access or {}, lang)
        given = dict(given or {})
        refused = _refusals(opened, answers, lang)
        if refused:
            return Verdict(False, {}, tuple(refused))
        sent = upright(dict(answers))
        if partial:
            return Verdict(True, _draft(opened.sheet, given, sent))
        day = (today or datetime.now(UTC).astimezone(CHINA_TIME).date()).isoformat()
        if opened.exact is not None:
            try:
                data, found = opened.exact.judge(given, sent, day)
            except Unsure:
                pass
            else:
                return Verdict(not found, data, tuple(found))
        return self._ask(opened.sheet, given, sent, day)

    def render(
        self, data: Mapping[str, Any], lang: Lang = "zh", names: Mapping[str, Any] | None = None
    ) -> list[tuple[str, str]]:
        """Answers as (label, text), groups and lists included, for checking and for reading.

        `names`: the given values where options are looked up by `valuesKey`.
        """
        return flat(self.sections(data, lang, names))

    def sections(
        self,
        data: Mapping[str, Any],
        lang: Lang = "zh",
        names: Mapping[str, Any] | None = None,
        access: Mapping[str, Access] | None = None,
        conceal: Callable[[str], str] = str,
    ) -> list[Section]:
        """The same in sections: a group, or one entry of a list, with its title and depth.
        `conceal`: what may be seen of a citizen's identity number."""
        sheet = self._open(access or {}, lang).sheet
        return list(read(sheet.nodes, data, lang, names or {}, conceal))

    def questions(self, lang: Lang = "zh") -> dict[str, Question]:
        """Everything the form asks, by path, in its order; a list is one question."""
        return {
            node.path: Question(node.id, node.path, node.label)
            for node in self._open({}, lang).sheet.walk()
            if node.kind in ("value", "list") and node.within is None and node.label
        }

    def answered(self, data: Mapping[str, Any], lang: Lang = "zh") -> list[tuple[Question, str]]:
        """The questions that were asked, each with its answer in words, or its entries' number."""
        nodes = {node.path: node for node in self._open({}, lang).sheet.walk()}
        found = []
        for question in self.questions(lang).values():
            node = nodes[question.path]
            value = get_at(dict(data), node.local)
            if value is MISSING:
                continue
            found.append((question, answer_text(node, value, lang)))
        return found

    def asked(self, access: Mapping[str, Access]) -> frozenset[str]:
        """The names at the top of `answers` that somebody with this access fills in. One of which
        a part may only be read, or not even be seen, is not among them."""
        modes: dict[str, set[Access]] = {}
        for node in self._open(access, "zh").sheet.walk():
            if node.kind in ("value", "list"):
                modes.setdefault(node.path.partition(".")[0], set()).add(node.mode)
        return frozenset(name for name, found in modes.items() if found == {"edit"})

    def _open(self, access: Mapping[str, Access], lang: Lang) -> _Opened:
        key = (lang, *sorted(access.items()))
        with self._lock:
            if key in self._opened:
                self._opened.move_to_end(key)
                return self._opened[key]
            sheet = Sheet(self.definition, dict(access), lang)
            opened = _Opened(sheet, Gate(sheet), exact(sheet))
            self._opened[key] = opened
            if len(self._opened) > _MOST_SHEETS:
                self._opened.popitem(last=False)
            return opened

    def _ask(
        self, sheet: Sheet, given: dict[str, Any], answers: dict[str, Any], today: str
    ) -> Verdict:
        """The verdict of the very code that runs in the browser."""
        question = (self.hash, sheet.access, sheet.lang, given, answers, today)
        try:
            said = self._said(question)
        except FeelError as error:
            log.warning("form %s was not judged: %s", self.definition.get("id"), error)
            return Verdict(False, {}, (_whole("unjudged", {}, sheet.lang),))
        errors = tuple(
            FieldError(
                id=found["id"] or "",
                path=found["path"],
                label=found["label"],
                code=found["code"],
                message=found["message"],
                params=found["params"],
                text=template(found["code"], found["params"]),
            )
            for found in said["errors"]
        )
        return Verdict(not errors, said["data"], errors)

    def _said(self, question: tuple[Any, ...]) -> Any:
        """The engine's answer. Memory may have been short because of others: asked again once,
        of a fresh isolate; what takes too long would take too long again."""
        try:
            said = self._feel.call("formsVerdict", *question, timeout=_SECONDS)
        except FeelError as error:
            if error.code != "out-of-memory":
                raise
            said = None
        if said is None:  # a fresh isolate
            self._feel.call("formsOpen", self.hash, self.definition)
            said = self._feel.call("formsVerdict", *question, timeout=_SECONDS)
        return said


_forms: OrderedDict[tuple[str, int], Form] = OrderedDict()
_forms_lock = threading.Lock()


def compile(definition: Mapping[str, Any], feel: Engine) -> Form:
    """The form of a definition; kept, so that asking again costs nothing.

    Raises BadForm with every problem and what to do about it.
    """
    try:
        hash_ = hashlib.sha256(orjson.dumps(definition, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except (TypeError, orjson.JSONEncodeError):
        raise BadForm("", check(definition)) from None
    key = (hash_, id(feel))
    with _forms_lock:
        form = _forms.get(key)
        if form is not None and form._feel is feel:
            _forms.move_to_end(key)
            return form
    feel.load_bundle(BUNDLE)
    problems = check(definition, feel=feel)
    if problems:
        raise BadForm(str(definition.get("id") or ""), problems)
    form = Form(orjson.loads(orjson.dumps(definition)), feel, hash_)
    with _forms_lock:
        _forms[key] = form
        if len(_forms) > _MOST_FORMS:
            _forms.popitem(last=False)
    return form


def _refusals(opened: _Opened, answers: Any, lang: Lang) -> list[FieldError]:
    """What no page of ours would send: too much, no JSON, wrong types, foreign options."""
    size = weight(answers) if isinstance(answers, dict) else None
    if size is None:
        return [_whole("unreadable", {}, lang)]
    if size > LARGEST_ANSWERS:
        return [_whole("too-large", {"kilobytes": LARGEST_ANSWERS // 1024}, lang)]
    if opened.gate.passes(answers):
        return []
    return [
        _refusal(node, path, code, answers, lang)
        for node, path, code in opened.gate.refusals(answers)
    ]


def _refusal(
    node: Node | None, path: tuple[str, ...], code: str, answers: Any, lang: Lang
) -> FieldError:
    params: dict[str, Any] = {"label": node.label if node else ""}
    if code == "max-rows" and node is not None:
        params |= {"max": node.most, "count": len(_at(answers, path))}
    return FieldError(
        id=node.id if node else "",
        path=".".join(path),
        label=node.label if node else "",
        code=code,
        message=sentence(code, params, lang),
        params=params,
        text=template(code, params),
    )


def _at(answers: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        answers = answers[int(step) if isinstance(answers, list) else step]
    return answers


def _whole(code: str, params: Mapping[str, Any], lang: Lang) -> FieldError:
    """An error about the answers as a whole."""
    return FieldError("", "", "", code, sentence(code, params, lang), params, template(code, {}))


def _draft(sheet: Sheet, given: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """What was typed so far, of known fields only; what may not be edited as it is stored.

    Nothing is hidden or computed: the person may change their mind about a condition, and finds
    what they typed.
    """
    data: dict[str, Any] = {}
    _draft_scope(sheet.nodes, given, answers, data)
    return data


def _draft_scope(nodes: list[Node], given: Any, answers: Any, scope: dict[str, Any]) -> None:
    for node in nodes:
        if node.kind == "group":
            _draft_scope(node.nodes, given, answers, scope)
        elif node.kind != "display":
            value = get_at(answers if node.mode == "edit" else given, node.local)
            if value is not MISSING and node.component["type"] != "expression":
                known = _draft_rows(node, given, value) if node.kind == "list" else value
                set_at(scope, node.local, known)


def _draft_rows(node: Node, given: Any, rows: Any) -> Any:
    if node.mode != "edit" or not isinstance(rows, list):
        return rows
    stored = get_at(given, node.local) if node.fixed else MISSING
    before: list[Any] = stored if isinstance(stored, list) else []
    kept: list[dict[str, Any]] = []
    for index, row in enumerate(rows[: len(before)] if node.fixed else rows):
        kept.append({})
        _draft_scope(node.nodes, before[index] if node.fixed else {}, row, kept[-1])
    return kept


def _field(node: Node) -> Field:
    validate = node.component.get("validate") or {}
    return Field(
        id=node.id,
        path=node.path,
        label=node.label,
        type=node.component["type"],
        required=bool(validate.get("required")),
        options=tuple((choice["value"], choice["label"]) for choice in choices(node.component)),
        list=node.within.path if node.within else None,
    )
