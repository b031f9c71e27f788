"""A process definition in, a running case out. Knows no database, no tenant, no web.

`read`, `lint` and `habits` judge a file, `compile` makes it runnable; `start`, `complete`,
`answer`, `fire`, `deliver` and `jump` each take a case's state as bytes and give the next one in a
`Moved`. `plan` compares two versions, `migrate` takes a case from one to the other. Time and FEEL
are given.
Refusals are the named errors of `bpmn.problems`, each with a Chinese sentence.
"""

from bpmn.changes import Change, Changes, Gone, Stand, plan
from bpmn.drawing import Drawing
from bpmn.expressions import Expressions
from bpmn.habits import habits
from bpmn.migrate import CannotMigrate, Conversion, migrate
from bpmn.moved import Moved, OpenTask, ServiceCall, Thrown
from bpmn.moves import Ambiguous, NotWaiting, answer, complete, correct, deliver, fire, look, start
from bpmn.problems import (
    BadData,
    BadState,
    Malformed,
    NoSuchTask,
    Problem,
    Refused,
    Stuck,
    Unreadable,
)
from bpmn.process import Process, compile
from bpmn.reader import read
from bpmn.rules import lint
from bpmn.sendback import CannotJump, jump
from bpmn.steps import StepSpec

__all__ = [
    "Ambiguous",
    "BadData",
    "BadState",
    "CannotJump",
    "CannotMigrate",
    "Change",
    "Changes",
    "Conversion",
    "Drawing",
    "Expressions",
    "Gone",
    "Malformed",
    "Moved",
    "NoSuchTask",
    "NotWaiting",
    "OpenTask",
    "Problem",
    "Process",
    "Refused",
    "ServiceCall",
    "Stand",
    "StepSpec",
    "Stuck",
    "Thrown",
    "Unreadable",
    "answer",
    "compile",
    "complete",
    "correct",
    "deliver",
    "fire",
    "habits",
    "jump",
    "lint",
    "look",
    "migrate",
    "plan",
    "read",
    "start",
]
