"""Drawing small processes in tests, without a modeler.

    definition(start(), user("review"), end(), path("start review end"))

Elements are strings of XML; ids are names where no name is given.
"""

from collections.abc import Mapping
from html import escape
from itertools import pairwise

from bpmn import dialect

_HEAD = (
    f'<bpmn:definitions xmlns:bpmn="{dialect.BPMN}" xmlns:ow="{dialect.OW}" '
    f'xmlns:xsi="{dialect.XSI}" id="definitions" targetNamespace="urn:test">'
)


def definition(*parts: str, head: str = "", **variables: str) -> bytes:
    """A file with one process of these parts; `variables` are name=type."""
    return document(head, process("process", *parts, **variables))


def document(*parts: str) -> bytes:
    """A file of whole processes, messages and so on."""
    return "\n".join([_HEAD, *parts, "</bpmn:definitions>"]).encode()


def process(identity: str, *parts: str, **variables: str) -> str:
    declared = "".join(
        f'<ow:variable name="{name}" type="{kind}"/>' for name, kind in variables.items()
    )
    return element(
        "process", identity, extension(declared), *parts, name="测试流程", isExecutable="true"
    )


def element(tag: str, identity: str, *inner: str, **attributes: str | None) -> str:
    """Any BPMN element; attributes beginning with `ow_` are ours (`ow_differs_from`)."""
    attributes.setdefault("name", identity)
    given = "".join(
        f' {_attribute(name)}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f'<bpmn:{tag} id="{identity}"{given}>' + "\n".join(inner) + f"</bpmn:{tag}>"


def extension(content: str) -> str:
    return f"<bpmn:extensionElements>{content}</bpmn:extensionElements>" if content else ""


def start(identity: str = "start") -> str:
    return element("startEvent", identity)


def end(identity: str = "end", *inner: str) -> str:
    return element("endEvent", identity, *inner)


def user(identity: str, *inner: str, **attributes: str | None) -> str:
    attributes.setdefault("ow_assign", "role:reviewer")
    return element("userTask", identity, *inner, **attributes)


def service(identity: str, *inner: str, inputs: Mapping[str, str] | None = None) -> str:
    return element("serviceTask", identity, given(inputs or {}), *inner, ow_operation="send_paper")


def given(inputs: Mapping[str, str]) -> str:
    """`ow:input` children."""
    return extension(
        "".join(
            f'<ow:input name="{name}" value="{escape(value)}"/>' for name, value in inputs.items()
        )
    )


def xor(identity: str, default: str | None = None) -> str:
    return element("exclusiveGateway", identity, default=default)


def parallel(identity: str) -> str:
    return element("parallelGateway", identity)


def inclusive(identity: str, default: str | None = None) -> str:
    return element("inclusiveGateway", identity, default=default)


def boundary(identity: str, host: str, event: str, *, interrupting: bool = True) -> str:
    return element(
        "boundaryEvent",
        identity,
        event,
        attachedToRef=host,
        cancelActivity="true" if interrupting else "false",
    )


def catch(identity: str, event: str, **attributes: str | None) -> str:
    return element("intermediateCatchEvent", identity, event, **attributes)


def throw(identity: str, *inner: str) -> str:
    return element("intermediateThrowEvent", identity, *inner)


def timer(text: str, kind: str = "timeDuration") -> str:
    expression = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{expression}</bpmn:timerEventDefinition>"


def event(kind: str, reference: str | None = None) -> str:
    """An event definition: message, signal, error, escalation, terminate, cancel …"""
    pointing = f' {kind}Ref="{reference}"' if reference else ""
    return f"<bpmn:{kind}EventDefinition{pointing}/>"


def named(kind: str, identity: str, code: str | None = None) -> str:
    """A message, signal, error or escalation, to be put before the process."""
    coded = f' {kind}Code="{code}"' if code else ""
    return f'<bpmn:{kind} id="{identity}" name="{identity}"{coded}/>'


def subprocess(identity: str, *parts: str, tag: str = "subProcess", **attributes: str) -> str:
    return element(tag, identity, *parts, **attributes)


def multiple(
    *, sequential: bool = False, count: str | None = None, completion: str | None = None,
    **ow: str,
) -> str:  # fmt: skip
    """Multi-instance characteristics; `ow` are collection, item, result, result_item."""
    inner = f"<bpmn:loopCardinality>{escape(count)}</bpmn:loopCardinality>" if count else ""
    if completion:
        inner += f"<bpmn:completionCondition>{escape(completion)}</bpmn:completionCondition>"
    ours = "".join(f' {_attribute("ow_" + name)}="{escape(text)}"' for name, text in ow.items())
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{str(sequential).lower()}"{ours}>{inner}</{tag}>'


def path(ids: str) -> str:
    """Flows along "a b c", named a_b and b_c."""
    steps = ids.split()
    return "\n".join(flow(one, other) for one, other in pairwise(steps))


def flow(source: str, target: str, condition: str | None = None, *, id: str | None = None) -> str:
    inner = (
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
        f"{escape(condition)}</bpmn:conditionExpression>"
        if condition is not None
        else ""
    )
    return element(
        "sequenceFlow", id or f"{source}_{target}", inner, sourceRef=source, targetRef=target
    )


def _attribute(name: str) -> str:
    return f"ow:{name[3:].replace('_', '-')}" if name.startswith("ow_") else name
