"""The largest matter anybody may draw: 300 nodes, a form of 200 fields, a table of 1,000 rules."""

from typing import Any

from onewindow.matters.package import Package

NODES, FIELDS, RULES = 300, 200, 1000
_ACROSS = 20

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
    xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
    xmlns:ow="urn:onewindow:bpmn:1" id="big_definitions" targetNamespace="urn:onewindow:matter:big">
  <bpmn:process id="big" name="大事项" isExecutable="true">
    <bpmn:extensionElements><ow:variable name="area" type="number" />
      <ow:variable name="rate" type="number" /></bpmn:extensionElements>"""


def package(like: Package) -> Package:
    """A big matter; what isn't big about it is taken from a small one."""
    definition = {
        **like.definition,
        "key": "big",
        "name": {"zh": "大事项", "en": "Big matter"},
        "forms": ["apply"],
        "apply_form": "apply",
        "holder": {"name": "field_1", "id_number": "field_2"},
        "summary": None,
        "variables": {"area": "=answers.field_3"},
        "steps": {},
        "limits": {**like.definition["limits"], "statutory": "999wd", "promised": "999wd"},
    }
    definition = {name: value for name, value in definition.items() if value is not None}
    return Package(definition, drawing(), {"rates": table()}, {"apply": form()})


def drawing(nodes: int = NODES) -> str:
    """A row of steps, one after another, drawn in lines of twenty."""
    steps = ["start", "rate", *(f"step_{n}" for n in range(1, nodes - 2)), "end"]
    body, shapes, edges = [_HEAD], [], []
    for n, step in enumerate(steps):
        flows = (f"<bpmn:incoming>f{n}</bpmn:incoming>" if n else "") + (
            f"<bpmn:outgoing>f{n + 1}</bpmn:outgoing>" if n + 1 < len(steps) else ""
        )
        x, y = 160 + n % _ACROSS * 150, 100 + n // _ACROSS * 120
        if step in ("start", "end"):
            body.append(f'<bpmn:{step}Event id="{step}" name="{step}">{flows}</bpmn:{step}Event>')
            shapes.append(_shape(step, x + 32, y + 22, 36, 36))
        elif step == "rate":
            body.append(
                '<bpmn:businessRuleTask id="rate" name="定费率" ow:decision="rates"'
                f' ow:result="rate">{flows}</bpmn:businessRuleTask>'
            )
            shapes.append(_shape(step, x, y, 100, 80))
        else:
            stage = "accept" if n == 2 else "review"
            body.append(
                f'<bpmn:userTask id="{step}" name="第 {n - 1} 步" ow:stage="{stage}" ow:limit="1wd"'
                ' ow:assign="department:service-centre role:window_clerk"'
                f' ow:outcomes="done:完成|Done">{flows}</bpmn:userTask>'
            )
            shapes.append(_shape(step, x, y, 100, 80))
        if n:
            before = steps[n - 1]
            body.append(f'<bpmn:sequenceFlow id="f{n}" sourceRef="{before}" targetRef="{step}" />')
            edges.append(
                f'<bpmndi:BPMNEdge id="f{n}_di" bpmnElement="f{n}">'
                f'<di:waypoint x="{x - 50}" y="{y + 40}" /><di:waypoint x="{x}" y="{y + 40}" />'
                "</bpmndi:BPMNEdge>"
            )
    return "".join(
        [
            *body,
            '</bpmn:process><bpmndi:BPMNDiagram id="big_diagram">'
            '<bpmndi:BPMNPlane id="big_plane" bpmnElement="big">',
            *shapes,
            *edges,
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>",
        ]
    )


def _shape(step: str, x: int, y: int, width: int, height: int) -> str:
    return (
        f'<bpmndi:BPMNShape id="{step}_di" bpmnElement="{step}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}" /></bpmndi:BPMNShape>'
    )


def form(fields: int = FIELDS) -> dict[str, Any]:
    """Text fields and numbers, two a row; every tenth is asked for on a condition."""
    components: list[dict[str, Any]] = []
    for n in range(1, fields + 1):
        number = n % 3 == 0
        component: dict[str, Any] = {
            "type": "number" if number else "textfield",
            "id": f"field_{n}",
            "key": f"field_{n}",
            "label": f"第 {n} 项",
            "labelEn": f"Item {n}",
            "validate": {"required": True} if number else {"required": True, "maxLength": 80},
            "layout": {"row": f"row_{(n + 1) // 2}", "columns": 8},
        }
        if n % 10 == 0:
            component["conditional"] = {"hide": "=field_3 = null or field_3 < 10"}
        components.append(component)
    return {"type": "default", "schemaVersion": 19, "id": "big_apply", "components": components}


def table(rules: int = RULES) -> str:
    """Rates by area: each rule one step of the scale."""
    rows = "".join(
        f'<rule id="rule_{n}"><inputEntry id="in_{n}"><text>[{n}..{n + 1})</text></inputEntry>'
        f'<outputEntry id="out_{n}"><text>{n / 10}</text></outputEntry></rule>'
        for n in range(rules)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates_file"'
        ' name="费率" namespace="urn:onewindow:matter:big">'
        '<decision id="rates" name="费率"><variable id="rates_value" name="rate" />'
        '<decisionTable id="rates_table" hitPolicy="UNIQUE"><input id="area_in" label="面积">'
        '<inputExpression id="area_text" typeRef="number"><text>area</text></inputExpression>'
        '</input><output id="rate_out" name="rate" label="费率" typeRef="number" />'
        f"{rows}</decisionTable></decision></definitions>"
    )
