"""Files that aren't taken at all, each with a sentence and, where there is one, the line."""

import pytest

import bpmn
from bpmn.testing import definition, element, end, flow, path, start, subprocess, user

GOOD = definition(start(), user("a"), end(), path("start a end"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-xml"),
        (b"\x00\x01", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (GOOD[:-10], "not-xml"),
        (b"<?xml version='1.0' encoding='utf-8'?>\xff\xfe<a/>", "not-xml"),
        (b"<a>" * 300 + b"</a>" * 300, "not-xml"),
        (b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "dtd-refused"),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "dtd-refused"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"), "dtd-refused"),
        (
            b"<!DOCTYPE l [<!ENTITY a 'aaaaaaaaaa'>"
            + b"".join(
                b"<!ENTITY %c '%s'>" % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12)
            )
            + b"]><l>&m;</l>",
            "dtd-refused",
        ),
        (b"<?php echo 1 ?><a/>", "xml-instruction-refused"),
        (GOOD.replace(b"<bpmn:userTask", b"<?run me?><bpmn:userTask"), "xml-instruction-refused"),
        (b"<a>" + b"<b/>" * 20_001 + b"</a>", "too-many-elements"),
        (b" " * 2_000_001, "file-too-large"),
        (b"<html/>", "not-bpmn"),
        (b"<definitions/>", "not-bpmn"),
        (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>', "no-process"),
        (definition(start(), *(user(f"u{i}") for i in range(300)), end()), "too-many-nodes"),
        (definition(start(), *(flow("a", "b", id=f"f{i}") for i in range(1001))), "too-many-flows"),
    ],
)  # fmt: skip
def test_refused(data, code):
    with pytest.raises(bpmn.Unreadable) as refused:
        bpmn.read(data)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert problem.message.endswith("。") or code == "not-xml"
    assert problem.message in refused.value.message


def test_where_xml_breaks_is_told():
    with pytest.raises(bpmn.Unreadable) as refused:
        bpmn.read(GOOD.replace(b"</bpmn:userTask>", b"</bpmn:task>"))
    assert refused.value.problems[0].line > 1


def test_comments_and_odd_encodings_are_fine():
    text = GOOD.decode().replace("<bpmn:userTask", "<!-- 注释 --><bpmn:userTask", 1)
    data = ('<?xml version="1.0" encoding="gb18030"?>' + text).encode("gb18030")
    assert list(bpmn.read(data).nodes) == ["start", "a", "end"]


def test_a_pool_without_content_is_only_a_picture():
    drawing = bpmn.read(GOOD.replace(b"</bpmn:definitions>",
                                     b'<bpmn:process id="pool"/></bpmn:definitions>'))  # fmt: skip
    assert drawing.main is not None
    assert drawing.main.id == "process"
    assert bpmn.lint(drawing) == []


def test_compile_refuses_with_every_error_lint_finds(feel):
    xml = definition(start(), user("a", ow_assign=None), xor_without_way(), end(), path("start a"))
    with pytest.raises(bpmn.Unreadable) as refused:
        bpmn.compile(xml, feel)
    codes = {problem.code for problem in refused.value.problems}
    assert {"assign-missing", "dead-end", "unreachable"} <= codes
    assert "处问题" in refused.value.message


def xor_without_way() -> str:
    return element("exclusiveGateway", "g")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([start(), user("a"), user("a"), end(), path("start a end")], "duplicate-id"),
        ([start(), user("a"), end(), flow("start", "a"), flow("a", "b")], "dangling-reference"),
        ([start(), user("End"), end(), path("start End end")], "reserved-id"),
        ([start(), element("scriptTask", "a"), end(), path("start a end")], "unsupported-element"),
        (
            [start(), user("a"), end(), path("start a end"), path("start end")],
            "implicit-split",
        ),
        (
            [start(), element("callActivity", "a", calledElement="x"), end(), path("start a end")],
            "call-target-missing",
        ),
        ([start(), subprocess("a", user("u")), end(), path("start a end")], "one-start-needed"),
        ([start(), user("a", ow_limit="soon"), end(), path("start a end")], "limit-malformed"),
        ([start(), user("a"), end(), path("start a end"), start("again")], "one-start-needed"),
    ],
)
def test_what_cant_be_built_is_refused_even_without_lint(feel, parts, code):
    with pytest.raises(bpmn.Unreadable) as refused:
        bpmn.compile(definition(*parts), feel, linted=True)
    assert refused.value.problems[0].code == code
