"""FEEL for everything an admin writes: expressions, decision tables, form rules."""

from feel.engine import Feel
from feel.problems import FeelError, Problem

__all__ = ["Feel", "FeelError", "Problem"]
