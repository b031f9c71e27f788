"""A matter's decision tables, held against the steps that ask them and against themselves."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import bpmn
from bpmn.rules.report import loop_names
from feel import BadDecision, Feel
from feel.dmn import read_dmn
from onewindow.matters.findings import Finding, finding_of
from onewindow.matters.package import Package
from onewindow.matters.trials import as_json, differing, look


def decisions(
    package: Package, drawing: bpmn.Drawing, process: bpmn.Process, feel: Feel
) -> Iterator[Finding]:
    """Tables that tasks ask are there and read only what those tasks can give them."""
    names: dict[str, set[str]] = {key: set(process.plan.names) for key in package.decisions}
    for element, asked in process.plan.decisions.items():
        task = drawing.nodes[element]
        if asked.key in names:
            names[asked.key] |= loop_names(drawing, task)
        else:
            yield Finding(
                "process.bpmn", "decision-file-missing", "“{task}”要用的决策表“{key}”不存在。",
                {"task": task.label, "key": asked.key}, element, task.line,
            )  # fmt: skip
    tables = {key: text.encode() for key, text in package.decisions.items()}
    problems = {
        key: _of_decision(table, frozenset(names[key]), feel) for key, table in tables.items()
    }
    for key, found in problems.items():
        yield from (finding_of(f"decisions/{key}.dmn", problem) for problem in found)
    for key, table in tables.items():
        if not problems[key]:
            yield from _table(f"decisions/{key}.dmn", table, feel)
    if not any(problems.values()):
        try:
            bpmn.compile(package.process.encode(), feel, decisions=tables)
        except bpmn.Unreadable as unreadable:  # several decisions in a file, none of them named
            yield from (finding_of("process.bpmn", problem) for problem in unreadable.problems)


FEW = 5
"""Gaps and the like of one table that are told: a table that has one often has a hundred."""


@lru_cache(64)  # every save asks anew, and tables seldom change
def _table(part: str, table: bytes, feel: Feel) -> tuple[Finding, ...]:
    return tuple(_left_open(part, table, feel))


def _left_open(part: str, table: bytes, feel: Feel) -> Iterator[Finding]:
    """What a table that can be read leaves open, and kept rows it answers differently now."""
    for decision in read_dmn(table).decisions:
        looked = look(table, decision, feel)
        found, name = looked.coverage, looked.name
        for overlap in found.overlaps[:FEW]:
            one, other = overlap.rules
            yield Finding(
                part, "decision-overlap",
                "决策表“{table}”第 {one} 条和第 {other} 条规则会同时成立（{where}），"
                "这张表不允许：请改条件，或者改用“首条”等命中策略。",
                {"table": name, "one": one, "other": other, "where": looked.said(overlap.where)},
                looked.rules[other - 1],
            )  # fmt: skip
        for gap in found.gaps[:FEW]:
            yield Finding(
                part, "decision-gap", "决策表“{table}”没有规则管到：{where}。结果会是空的。",
                {"table": name, "where": looked.said(gap)}, decision, severity="warning",
            )  # fmt: skip
        for number in found.unreached[:FEW]:
            yield Finding(
                part, "decision-unreached", "决策表“{table}”第 {number} 条规则永远用不上。",
                {"table": name, "number": number}, looked.rules[number - 1], severity="warning",
            )  # fmt: skip
    for decision, number, row, answer in differing(table, feel):
        got = answer.wrong.message if answer.wrong else as_json(answer.value)
        yield Finding(
            part, "decision-row-differs",
            "第 {number} 条测试数据（{given}）应得 {expected}，现在是：{got}。",
            {"number": number, "given": as_json(row.given), "expected": as_json(row.expect),
             "got": got}, decision,
        )  # fmt: skip


@lru_cache(64)
def _of_decision(table: bytes, known: frozenset[str], feel: Feel) -> list[Any]:
    """What is wrong with a DMN file, held against the names a process gives it."""
    problems: list[Any] = list(feel.check_decision(table, known))
    try:
        model = read_dmn(table)
    except BadDecision:
        return problems  # said already
    missing = {name for each in model.decisions.values() for name in each.inputs} - known
    return problems + [
        bpmn.Problem(
            "decision-input-unknown",
            "决策表要用“{name}”，但流程没有声明这个变量（ow:variable）。",
            {"name": name},
        )
        for name in sorted(missing)
    ]
