"""What there is to translate, and what of it has no English yet: `python -m onewindow.web.i18n`.

    python -m onewindow.web.i18n             list texts without English; exit 1 when there are any
    python -m onewindow.web.i18n --update    also write them, empty, into messages.po

Collected are `_()`, `ngettext()` and `{% trans %}` in templates, and in Python: `_`, `N_`,
`gettext`, `ngettext`; the Chinese sentence of a refusal or problem (`text = "…"` in a class,
`Problem("code", "…")`, arguments named `text`, `message`, `advice` or `label`); and, because leaf
rooms speak to people only through problems, every Chinese literal in them. A line that ends with
`# not for people` is left out, and so are docstrings.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import extract_from_ast

from onewindow.web.i18n import LANGUAGES, LOCALE, SOURCE, catalogue
from onewindow.web.templates import FOLDER, environment

PACKAGE = Path(__file__).resolve().parents[1]
SOURCES = PACKAGE.parent
ROOT = SOURCES.parent

LEAVES = (SOURCES / "feel", ROOT / "bpmn", ROOT / "forms", ROOT / "storage")
SKIPPED = {
    "migrations",
    "demo",
    "library",
    "node_modules",
    "styleguide",
    "styleguide.py",
    "testing.py",
}
# What is compared with or searched by isn't said to anybody.
SILENT = {"compile", "frozenset", "set"}

FUNCTIONS = {"_", "N_", "gettext", "ngettext"}
SPOKEN = {"text", "message", "advice", "label"}
EXEMPT = "# not for people"

_DATED = re.compile(
    rb'"(Report-Msgid-Bugs-To|P\w+-(Creation|Revision)-Date|Last-Translator|Language-Team'
    rb"|Generated-By):.*\n"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Found:
    """A text and the first place it was seen at (path from the root, line)."""

    text: str
    path: str
    line: int


def collect() -> dict[str, Found]:
    """Every text for people in templates and Python, by text."""
    found: dict[str, Found] = {}
    for item in (*_templates(), *_packages()):
        found.setdefault(item.text, item)
    return found


def missing(language: str) -> list[Found]:
    """What has no translation into `language`."""
    known = catalogue(language)
    return [item for text, item in collect().items() if text not in known]


def update(language: str) -> int:
    """Write the missing texts, empty, into messages.po; tells how many were added."""
    path = LOCALE / language / "LC_MESSAGES" / "messages.po"
    catalog = _read(path, language)
    lost = missing(language)
    for item in lost:
        if item.text not in catalog:
            catalog.add(item.text, locations=[(item.path, item.line)])
    path.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalog, width=100, include_lineno=False, ignore_obsolete=True)
    # Who and when is git's to know; here it would only make every change look like two.
    path.write_bytes(_DATED.sub(b"", written.getvalue()))
    return len(lost)


def main(arguments: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if arguments is None else arguments
    status = 0
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        lost = missing(language)
        for item in lost:
            print(f"{item.path}:{item.line}: {item.text}")
        print(f"{language}: {len(lost)} of {len(collect())} texts have no translation")
        if lost and "--update" in arguments:
            update(language)
        status = status or int(bool(lost))
    return status


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="OneWindow", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _templates() -> Iterator[Found]:
    env = environment()
    for path in sorted(FOLDER.rglob("*.html")):
        if SKIPPED & set(path.relative_to(FOLDER).parts):
            continue
        for line, _function, message in extract_from_ast(
            env.parse(path.read_text("utf-8")), FUNCTIONS, babel_style=False
        ):
            for text in message:
                if text:
                    yield Found(text, str(path.relative_to(ROOT)), line)


def _packages() -> Iterator[Found]:
    for root in (PACKAGE, ROOT / "admin", *LEAVES):
        for path in sorted(root.rglob("*.py")):
            if not SKIPPED & set(path.relative_to(root).parts):
                yield from _python(path, whole=root in LEAVES)


def _python(path: Path, *, whole: bool) -> Iterator[Found]:
    source = path.read_text("utf-8")
    if not _CHINESE.search(source):
        return
    lines = source.splitlines()
    tree = ast.parse(source)
    for spoken in [tree] if whole else _told(tree):
        for node in _literals(spoken):
            if EXEMPT not in lines[node.lineno - 1]:
                yield Found(node.value, str(path.relative_to(ROOT)), node.lineno)


def _told(tree: ast.Module) -> Iterator[ast.AST]:
    """The expressions that stand where a text for people stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in FUNCTIONS:
                yield from node.args[:2] if name == "ngettext" else node.args[:1]
            elif name[:1].isupper():
                yield from (part for part in node.args if isinstance(part, ast.Constant))
            yield from (word.value for word in node.keywords if word.arg in SPOKEN)
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield node.exc
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.Assign) and _name(part.targets[0]) in SPOKEN:
                    yield part.value
                elif isinstance(part, ast.AnnAssign) and _name(part.target) in SPOKEN:
                    yield from [part.value] if part.value else []


def _literals(root: ast.AST) -> Iterator[ast.Constant]:
    """Chinese string literals under `root`, without docstrings and pieces of f-strings."""
    left_out: set[int] = set()
    for node in ast.walk(root):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            left_out.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            left_out.update(id(part) for part in node.values)
        elif isinstance(node, ast.Call) and _name(node.func) in SILENT:
            left_out.update(id(part) for part in ast.walk(node))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in left_out
            and _CHINESE.search(node.value)
        ):
            yield node


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
