"""FEEL for everything an admin writes: expressions, unary tests, decision tables.

    feel = Feel()
    feel.evaluate("amount > 1000 and 地区 = \\"云川市\\"", {"amount": 1200, "地区": "云川市"})
    feel.evaluate("add working days(accepted, 5)", {"accepted": day}, calendar=calendar)

The room knows no database, tenant or web, and runs no asyncio. JavaScript side: js/, bundled by
admin/studio/build/feel.mjs.
"""

from feel.calendar import CHINA_TIME, Calendar
from feel.checking import Use
from feel.decisions import Decided, Decision, DecisionModel, Rule, Step
from feel.engine import Feel
from feel.problems import BadDecision, FeelError, Problem

__all__ = [
    "CHINA_TIME",
    "BadDecision",
    "Calendar",
    "Decided",
    "Decision",
    "DecisionModel",
    "Feel",
    "FeelError",
    "Problem",
    "Rule",
    "Step",
    "Use",
]
