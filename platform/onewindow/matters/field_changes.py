"""A field of a form that was given another name: what else in the draft follows it.

The form's own expressions follow in the designer. Here are the others: fields that steps read or
hide (`ow:fields`), matter.json (variables, summary, conditions, certificates, the applicant), other
forms' expressions, answers in tests. Only what certainly means this field is changed; what may mean
it, or another form's field of the same name, stays and is counted. Routing variables and columns of
decision tables have names of their own and are never touched; a variable that the field sets by
being called like it is counted, too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import bpmn
import forms
from bpmn import dialect
from feel import Feel, FeelError
from onewindow.errors import Invalid, NotThere
from onewindow.matters.form_changes import uses
from onewindow.matters.package import Package
from onewindow.matters.written import answers_in, in_form, in_matter

NAME = re.compile(r"[^\W\d]\w*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
    r"""|<[\w:.-]+(?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""",
    re.DOTALL,
)
_FORM = re.compile(r""":form\s*=\s*(["'])(.*?)\1""")
_FIELDS = re.compile(r"""(:fields\s*=\s*)(["'])(.*?)\2""", re.DOTALL)

Path = tuple[str, ...]


@dataclass(slots=True)
class Renamed:
    """`changed`: part → places where the new name stands now; `left`: part → places where the old
    one is written and can't be told to mean this field."""

    package: Package
    changed: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Change:
    """One field's change of name, and what it means to each form. `tops`: form → the first parts
    of its fields' paths, which is how answers of several forms are put together."""

    form: str
    before: Path
    after: Path
    applies: bool
    tops: Mapping[str, frozenset[str]]
    feel: Feel

    def renamed(self, path: str) -> str:
        """A path as it is now; the same if it isn't the field's nor below it."""
        parts = tuple(path.split("."))
        follows = parts[: len(self.before)] == self.before
        return ".".join(self.after + parts[len(self.before) :]) if follows else path

    def alone(self, *others: str) -> bool:
        """Whether among all forms but `others` only this one has the old name, and none the new."""
        taken = {self.before[0], self.after[0]}
        return not any(
            taken & tops for key, tops in self.tops.items() if key not in (self.form, *others)
        )


def with_other_name(package: Package, form: str, before: str, after: str, feel: Feel) -> Renamed:
    """Other parts of the draft with a field of `form` under the name it has now, as a path
    ("site.area"). Blocking: some milliseconds. Raises NotThere without such a form, Invalid unless
    the form has `after` in the place of `before`."""
    if form not in package.forms:
        raise NotThere
    own = _paths(package.forms[form])
    (place, _, name), (same_place, _, other) = before.rpartition("."), after.rpartition(".")
    plain = NAME.fullmatch(name) and NAME.fullmatch(other) and place == same_place
    if before in own or after not in own or not plain:
        raise Invalid({"to": "表单里没有这样改过名的字段，请先保存表单。"})
    apply_form = str(package.definition.get("apply_form", "apply"))
    tops = {
        key: frozenset(path.partition(".")[0] for path in _paths(schema))
        for key, schema in package.forms.items()
    }
    change = _Change(
        form, tuple(before.split(".")), tuple(after.split(".")), form == apply_form, tops, feel
    )
    done = Renamed(package)
    _matter(done, change)
    _drawing(done, change)
    for key in package.forms:
        if key not in (form, apply_form):  # which sees nothing but its own
            _form(done, change, key)
    _tests(done, change)
    return done


def _paths(schema: Any) -> set[str]:
    """Every path of a form, of groups and lists too."""
    paths = (name.path.split(".") for name in forms.names(schema))
    return {".".join(path[: n + 1]) for path in paths for n in range(len(path))}


# ---- matter.json --------------------------------------------------------------------------------


def _matter(done: Renamed, change: _Change) -> None:
    """Expressions before a certificate see the application's answers alone; a certificate's see
    every form's, those of one form below its key too."""
    whole, ours = ("answers", *change.before), ("answers", change.form, *change.before)

    def follow(text: str, later: bool) -> str:
        if not later and not change.applies:
            return text
        plain = not later or (
            change.alone() and not {change.before[0], change.after[0]} & change.tops.keys()
        )
        sure = ([whole] if plain else []) + ([ours] if later else [])
        return _followed(done, "definition", change, text, sure, whole)

    definition = in_matter(done.package.definition, follow)
    holder = definition.get("holder")
    if change.applies and isinstance(holder, dict):
        now = {name: _held(path, change) for name, path in holder.items()}
        done.changed["definition"] += sum(now[name] != path for name, path in holder.items())
        definition = {**definition, "holder": now}
    done.package = replace(done.package, definition=definition)


def _held(paths: Any, change: _Change) -> Any:
    """`credit_code | id_number`, blanks as they were."""
    if not isinstance(paths, str):
        return paths
    return re.sub(r"[^|\s]+", lambda path: change.renamed(path[0]), paths)


# ---- other forms --------------------------------------------------------------------------------


def _form(done: Renamed, change: _Change, key: str) -> None:
    """Another form's expressions, which see what was answered before by its bare name: unless it
    has a field of that name itself."""
    if change.before[0] in change.tops[key]:
        return
    sure = [change.before] if change.alone(key) and change.after[0] not in change.tops[key] else []
    part = f"forms/{key}"
    schema = in_form(
        done.package.forms[key],
        lambda text: _followed(done, part, change, text, sure, change.before),
    )
    done.package = replace(done.package, forms={**done.package.forms, key: schema})


# ---- the drawing --------------------------------------------------------------------------------


def _drawing(done: Renamed, change: _Change) -> None:
    def step(tag: re.Match[str]) -> str:
        form, fields = _FORM.search(tag[0]), _FIELDS.search(tag[0])
        if tag[0].startswith("<!") or not form or not fields:
            return tag[0]
        try:
            access = dialect.parse_fields(fields[3])
        except bpmn.Malformed:
            return tag[0]
        if form[2] != change.form:
            # A field of the same name shown for reading is filled in from this one's answer.
            reads = access.get(change.before[0]) == "read"
            done.left["process"] += reads and change.before[0] in change.tops.get(form[2], ())
            return tag[0]
        renamed = {path: change.renamed(path) for path in access}
        count = sum(path != now for path, now in renamed.items())
        if len(set(renamed.values())) < len(renamed):  # the new name has its own access already
            done.left["process"] += count
            return tag[0]
        done.changed["process"] += count
        written = re.sub(r"[^;:\s]+(?=\s*:)", lambda path: renamed.get(path[0], path[0]), fields[3])
        return tag[0][: fields.start(3)] + written + tag[0][fields.end(3) :]

    done.package = replace(done.package, process=_TAG.sub(step, done.package.process))
    done.left["process"] += _feeds_a_variable(done.package, change)


def _feeds_a_variable(package: Package, change: _Change) -> bool:
    """Whether a routing variable was set by this field, being called like it: which of the two
    names is to be kept, only who drew it can tell."""
    if len(change.before) > 1 or change.form not in uses(package):
        return False
    try:
        return change.before[0] in bpmn.read(package.process.encode()).variables
    except bpmn.Unreadable:
        return False


# ---- tests --------------------------------------------------------------------------------------


def _tests(done: Renamed, change: _Change) -> None:
    steps = {use.step for use in uses(done.package).get(change.form, ())}
    tests = {}
    for key, test in done.package.tests.items():
        part = f"tests/{key}"

        def given(answers: Any, part: str = part) -> Any:
            now, count, left = _answered(answers, change.before, change.after[-1])
            done.changed[part] += count
            done.left[part] += left
            return now

        def asked(path: str, part: str = part) -> str:
            done.changed[part] += change.renamed(path) != path
            return change.renamed(path)

        tests[key] = answers_in(test, steps, change.applies, given, asked)
    done.package = replace(done.package, tests=tests)


def _answered(answers: Any, path: Path, name: str) -> tuple[Any, int, int]:
    """Answers with the last part of `path` called `name`, in every row of lists on the way; how
    many were renamed, and how many not since both names are there."""
    if isinstance(answers, list):
        rows = [_answered(row, path, name) for row in answers]
        return (
            [row for row, _n, _left in rows],
            sum(n for _, n, _ in rows),
            sum(x for *_, x in rows),
        )
    first, *below = path
    if not isinstance(answers, dict) or first not in answers:
        return answers, 0, 0
    if below:
        inner, count, left = _answered(answers[first], tuple(below), name)
        return {**answers, first: inner}, count, left
    if name in answers:
        return answers, 0, 1
    return {name if each == first else each: value for each, value in answers.items()}, 1, 0


# ---- expressions --------------------------------------------------------------------------------


def _followed(
    done: Renamed, part: str, change: _Change, text: str, sure: list[Path], meant: Path
) -> str:
    """An expression with the last part of each `sure` path renamed wherever it is used. Where else
    it may be read, as `meant` or in a roundabout way, is counted as left."""
    name = change.before[-1]
    if name not in text:
        return text
    below = meant[: -len(change.before)]  # what the fields' names stand below: "answers" or nothing
    known = {".".join((*below, top)) for tops in change.tops.values() for top in tops}
    try:
        found = change.feel.uses(text, known)
        hits = {use.places[len(path) - 1] for use in found for path in sure if _is(use.path, path)}
        now = _put(text, hits, change.after[-1])
        new = ".".join((*below, change.after[0]))
        again = [use.path for use in change.feel.uses(now, known | {new})]
    except FeelError:  # said by the checks
        return text
    if again != [_now(use.path, sure, change.after[-1]) for use in found]:
        done.left[part] += len(hits)  # the new name would read as something else there
        return text
    done.changed[part] += len(hits)
    done.left[part] += _doubtful(text, meant, [use.path for use in found], hits)
    return now


def _doubtful(text: str, meant: Path, used: list[Path], but: Iterable[tuple[int, int]]) -> int:
    """How often the field may be read where no place of `but` ends: by the path it is meant by, as
    a column of its list's rows, whatever a row is called there, or by its name as a text."""
    plain = _STRING.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', text)
    ends = {end for _start, end in but}

    def written(pattern: str) -> int:
        places = re.finditer(rf"(?<![\w.]){pattern}(?!\w)", plain)
        return sum(found.end() not in ends for found in places)

    mentions = written(r"\s*\.\s*".join(map(re.escape, meant)))
    if mentions or meant[:-1] not in used:
        return mentions
    return int(f'"{meant[-1]}"' in text or written(rf"(?:\w+\s*\.\s*)?{re.escape(meant[-1])}") > 0)


def _is(path: Path, wanted: Path) -> bool:
    return path[: len(wanted)] == wanted


def _now(path: Path, sure: Iterable[Path], name: str) -> Path:
    for each in sure:
        if _is(path, each):
            return (*each[:-1], name, *path[len(each) :])
    return path


def _put(text: str, places: Iterable[tuple[int, int]], name: str) -> str:
    for start, end in sorted(places, reverse=True):
        text = text[:start] + name + text[end:]
    return text
