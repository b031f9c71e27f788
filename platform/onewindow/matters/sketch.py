"""A draft as if it were published, for looking at: what is missing is filled in, what is broken is
left out. Cases never see one; publishing asks `checks`."""

import bpmn
from onewindow import rooms
from onewindow.matters.drafts import Draft
from onewindow.matters.mending import mended
from onewindow.matters.versions import Version

_EMPTY = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 targetNamespace="urn:onewindow:matter:empty"><bpmn:process id="empty" isExecutable="true">
 <bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>
 <bpmn:sequenceFlow id="on" sourceRef="start" targetRef="end"/></bpmn:process></bpmn:definitions>"""


def sketched(draft: Draft, tenant: int) -> Version:
    """The draft as a version. Its process is empty while the drawing can't be run."""
    definition = mended(draft.package.definition)
    schemas = dict(draft.package.forms)
    schemas.setdefault(definition.apply_form, {"type": "default", "components": []})
    xml, process = draft.package.process.encode(), None
    try:
        process = bpmn.compile(xml, rooms.feel())
    except bpmn.Unreadable:
        process = bpmn.compile(_EMPTY, rooms.feel(), linted=True)
    return Version(
        id=draft.id,
        tenant=tenant,
        matter=draft.matter,
        matter_key=draft.key,
        number=draft.number,
        state="draft",
        hash=draft.hash,
        definition=definition,
        process_xml=xml,
        schemas=schemas,
        decisions=dict(draft.package.decisions),
        process=process,
    )
