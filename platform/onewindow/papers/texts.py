"""Tenants' own words in papers: plain text with placeholders, filled from a case's facts.

    fill("{{ applicant }}：您申请的“{{ matter }}”已受理。", facts)

Written in a small part of Jinja2: placeholders with a few filters, `{% if %}`, and `{% for %}` over
lists. Whoever writes such a text is a clerk or a configurator, perhaps of another tenant, so it is
let do nothing else: no calls, no arithmetic, no assignments, no attributes but those of the facts.
Everything is bounded (length, steps, time), and every refusal says in words what to change.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from types import CodeType
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from onewindow.errors import Refusal
from onewindow.papers.writing import FILTERS, LANGUAGE, TooMuch, Unfit, plain, printed

LONGEST_TEXT = 20_000
LONGEST_RESULT = 100_000
STEPS = 5_000
SECONDS = 1.0
DEEPEST = 2


class BadText(Refusal):
    """A text that can't be filled; `code` says why, the sentence what to do."""

    status = 422
    text = "文书文字有误。"

    def __init__(self, code: str, text: str, **params: Any) -> None:
        self.code = code
        super().__init__(text, **params)


def fill(text: str, facts: Mapping[str, Any], *, language: str = "zh") -> str:
    """The text with its placeholders filled from `facts` (texts, numbers, dates, lists, mappings).

    Nothing is printed for None, 是/否 for booleans, dates in words. `language` is "zh" or "en".
    Raises `BadText`; its codes: text-too-long, text-syntax, text-forbidden, unknown-name,
    text-too-much, text-value.
    """
    template = Template.from_code(_environment, _compiled(text), _environment.globals.copy())
    clock = _Clock()
    parts: list[str] = []
    length = 0
    try:
        names = {name: plain(value) for name, value in facts.items()}
        told = {**names, _CLOCK: clock, LANGUAGE: language}
        for part in template.generate(told):
            clock.tick(free=True)
            length += len(part)
            if length > LONGEST_RESULT:
                raise _too_much()
            parts.append(part)
    except TooMuch as error:
        raise _too_much() from error
    except UndefinedError as error:
        raise BadText(
            "unknown-name",
            "文书文字里的“{name}”没有对应的内容，可用的有：{known}。",
            name=_missing(error),
            known="、".join(sorted(facts)[:40]) or "无",
        ) from error
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        why = str(error) if isinstance(error, Unfit) else "内容的类型与写法不符"
        raise BadText("text-value", "文书文字里有内容无法填入：{why}。", why=why) from error
    return "".join(parts)


def check(text: str, known: Collection[str] | None = None) -> list[BadText]:
    """What is wrong with a text, without facts: empty is fine. `known` are the names it may use."""
    try:
        tree = _read(text)
    except BadText as problem:
        return [problem]
    strange = sorted(find_undeclared_variables(tree) - set(known)) if known is not None else []
    return [
        BadText(
            "unknown-name",
            "文书文字里的“{name}”没有对应的内容，可用的有：{known}。",
            name=name,
            known="、".join(sorted(known or ())[:40]) or "无",
        )
        for name in strange
        if name not in (_CLOCK, LANGUAGE)
    ]


# What a text may be made of

_CLOCK = "_clock"

_PARTS: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For),
    *(nodes.Name, nodes.Const, nodes.TemplateData, nodes.Getattr, nodes.Getitem, nodes.Filter),
    *(nodes.Test, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr),
    *(nodes.List, nodes.Tuple),
)
_TESTS = frozenset({"defined", "undefined", "none", "string", "number", "even", "odd"})
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex"})
_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "调用",
    nodes.Assign: "赋值（set）",
    nodes.AssignBlock: "赋值（set）",
    nodes.Macro: "宏（macro）",
    nodes.Include: "引用（include）",
    nodes.Import: "引用（import）",
    nodes.FromImport: "引用（import）",
    nodes.Extends: "继承（extends）",
    nodes.Block: "块（block）",
    nodes.BinExpr: "运算",
    nodes.UnaryExpr: "运算",
    nodes.Concat: "拼接（~）",
    nodes.Slice: "切片",
    nodes.Dict: "字典",
}


def _read(text: str) -> nodes.Template:
    """The text as a tree that holds only what is allowed."""
    if len(text) > LONGEST_TEXT:
        raise BadText("text-too-long", "文书文字不能超过 {most} 个字。", most=LONGEST_TEXT)
    try:
        tree = _environment.parse(text)
    except TemplateSyntaxError as error:
        raise BadText(
            "text-syntax",
            "文书文字第 {line} 行写法有误，请检查花括号是否成对、条件和循环是否有结尾。",
            line=error.lineno,
        ) from error
    except RecursionError:
        raise _too_much() from None
    _allow(tree, loops=0)
    return tree


def _allow(node: nodes.Node, loops: int) -> None:
    line = node.lineno or 1
    if not isinstance(node, _PARTS):
        what = next((word for kind, word in _WORDS.items() if isinstance(node, kind)), "这种写法")
        raise _forbidden(what, line)
    if isinstance(node, nodes.For):
        loops += 1
        if loops > DEEPEST or node.recursive:
            raise _forbidden(f"超过 {DEEPEST} 层的循环", line)
        if not isinstance(node.iter, nodes.Name | nodes.Getattr | nodes.Getitem):
            raise _forbidden("对列表以外内容的循环", line)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise _forbidden(f"过滤器 {node.name}", line)
    if isinstance(node, nodes.Filter) and (node.dyn_args or node.dyn_kwargs):
        raise _forbidden("展开参数", line)
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        raise _forbidden(f"判断 {node.name}", line)
    name = getattr(node, "attr", None) or getattr(node, "name", None)
    if isinstance(node, nodes.Name | nodes.Getattr) and str(name).startswith("_"):
        raise _forbidden(f"以下划线开头的名称 {name}", line)
    if isinstance(node, nodes.Name) and name in ("self", "super", "caller"):
        raise _forbidden(f"名称 {name}", line)
    for child in node.iter_child_nodes():
        if isinstance(child, nodes.Keyword | nodes.Pair):
            raise _forbidden("带名称的参数", line)
        _allow(child, loops)


@lru_cache(256)
def _compiled(text: str) -> CodeType:
    tree = _read(text)
    for loop in tree.find_all(nodes.For):
        # Every step of a loop is counted, and only lists are walked.
        clock = nodes.Name(_CLOCK, "load", lineno=loop.lineno)
        loop.iter = nodes.Filter(loop.iter, _EACH, [clock], [], None, None, lineno=loop.lineno)
    tree.set_environment(_environment)
    try:
        return _environment.compile(tree, "text", "text")
    except (RecursionError, SyntaxError, MemoryError):  # nested deeper than Python itself can read
        raise _too_much() from None


class _Clock:
    """What one filling may still spend."""

    def __init__(self) -> None:
        self.steps = STEPS
        self.until = time.monotonic() + SECONDS

    def tick(self, *, free: bool = False) -> None:
        self.steps -= not free
        if self.steps < 0 or time.monotonic() > self.until:
            raise _too_much()


class _Environment(ImmutableSandboxedEnvironment):
    """Facts are mappings, lists and plain values; nothing of theirs but their contents is seen."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)  # raises, naming what is missing
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)


_EACH = "_each"


def _each(value: Any, clock: _Clock) -> Iterator[Any]:
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, list):
        raise Unfit("循环的对象不是列表")
    for one in value:
        clock.tick()
        yield one


def _missing(error: UndefinedError) -> str:
    found = str(error).split("'")
    return _short(found[-2] if len(found) > 2 else str(error))


def _forbidden(what: str, line: int) -> BadText:
    return BadText(
        "text-forbidden",
        "文书文字第 {line} 行用了不允许的写法：{what}。只能用占位符、条件和对列表的循环。",
        line=line,
        what=_short(what),
    )


def _too_much() -> BadText:
    return BadText("text-too-much", "文书文字填写后过长或循环过多，请精简。")


def _short(words: str) -> str:
    return words if len(words) <= 80 else words[:79] + "…"


def _made() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined,
        finalize=printed,
        autoescape=False,
        optimized=False,  # constants are not worked out before they were looked at
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=(),
    )
    environment.globals.clear()
    environment.filters = {**FILTERS, _EACH: _each}
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    return environment


_environment = _made()
