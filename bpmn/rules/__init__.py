"""Lint: everything that keeps a drawing from running as its author means it.

Each module covers one subject; each finding has a code, a Chinese sentence that says how to mend
it, the element's id and the line. An "error" keeps a definition from being published.
"""

from bpmn.drawing import Drawing
from bpmn.expressions import Expressions
from bpmn.problems import Problem
from bpmn.rules import formulas, happenings, ours, repeats, shape, tokens, ways


def lint(drawing: Drawing, feel: Expressions | None = None) -> list[Problem]:
    """Every problem found, in the order of the file's lines. Without `feel` the expressions
    themselves aren't read."""
    found = [
        *shape.check(drawing),
        *ways.check(drawing),
        *tokens.check(drawing),
        *happenings.check(drawing),
        *repeats.check(drawing),
        *ours.check(drawing),
        *formulas.check(drawing, feel),
    ]
    return sorted(found, key=lambda problem: (problem.line, problem.severity))
