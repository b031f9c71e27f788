from bpmn.drawing import Drawing
from bpmn.problems import Problem


def lint(drawing: Drawing, feel: object = None) -> list[Problem]:
    return []
