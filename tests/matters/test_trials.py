"""Decision tables tried outside any case: what they ask, what they answer, rows kept with them."""

import json
from typing import Any

import pytest

from feel import Feel
from feel.isolate import Spent
from onewindow.matters.checks import check
from onewindow.matters.findings import Finding
from onewindow.matters.package import Package, assembled
from onewindow.matters.samples import sample_answers
from onewindow.matters.trials import differing, kept_rows, look, tried


@pytest.fixture(scope="module")
def feel() -> Feel:
    return Feel()


def fees(*rules: tuple[str, str, str], rows: object = None, policy: str = "UNIQUE") -> bytes:
    """What a day and square metre costs, by place and area."""
    kept = (
        f'<extensionElements><ow:rows xmlns:ow="urn:onewindow:dmn:1">{json.dumps(rows)}</ow:rows>'
        "</extensionElements>" if rows else ""
    )  # fmt: skip
    body = "".join(
        f'<rule id="r{n}"><inputEntry id="p{n}"><text>{place}</text></inputEntry>'
        f'<inputEntry id="a{n}"><text>{area}</text></inputEntry>'
        f'<outputEntry id="f{n}"><text>{fee}</text></outputEntry></rule>'
        for n, (place, area, fee) in enumerate(rules, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="fees"'
        f' namespace="urn:test"><decision id="fee" name="占道费">{kept}'
        f'<decisionTable id="table" hitPolicy="{policy}"><input id="i1" label="位置">'
        '<inputExpression id="e1" typeRef="string"><text>place</text></inputExpression>'
        '<inputValues id="v1"><text>"footway","carriageway"</text></inputValues></input>'
        '<input id="i2" label="面积"><inputExpression id="e2" typeRef="number"><text>area</text>'
        f'</inputExpression></input><output id="o" name="fee" typeRef="number"/>{body}'
        "</decisionTable></decision></definitions>"
    ).encode()


WHOLE = (('"footway"', "-", "0.3"), ('"carriageway"', "&lt; 50", "0.5"),
         ('"carriageway"', "&gt;= 50", "0.8"))  # fmt: skip


def test_a_table_says_what_it_asks_and_every_rule_is_hit_by_the_rows_made_for_it(
    feel: Feel,
) -> None:
    looked = look(fees(*WHOLE), "", feel)
    assert [(each.name, each.label, each.type) for each in looked.asked] == [
        ("place", "位置", "string"), ("area", "面积", "number"),
    ]  # fmt: skip
    assert looked.asked[0].options == ("footway", "carriageway")
    answers = tried(fees(*WHOLE), looked.decision, looked.rows, feel)
    assert {number for answer in answers for number in answer.rules} == {1, 2, 3}
    [one, wrong] = tried(
        fees(*WHOLE), "fee", [{"place": "carriageway", "area": 60}, {"place": "roof"}], feel
    )
    assert (one.value, one.rules) == (0.8, (3,))
    assert wrong.wrong is not None


def test_a_kept_row_notices_when_its_answer_changes(feel: Feel) -> None:
    rows = [
        {"given": {"place": "footway", "area": 12}, "expect": 0.3},
        {"given": {"place": "carriageway", "area": 50}, "expect": 0.5},
        {"odd": 1},
        7,
    ]
    table = fees(*WHOLE, rows=rows)
    assert [row.expect for row in kept_rows(table)["fee"]] == [0.3, 0.5]
    [(decision, number, _row, answer)] = differing(table, feel)
    assert (decision, number, answer.value) == ("fee", 2, 0.8)


def test_the_checks_tell_overlaps_gaps_and_changed_answers(feel: Feel) -> None:
    broken = fees(
        ('"footway"', "&lt;= 20", "0.3"), ('"footway"', "&gt;= 20", "0.4"),
        rows=[{"given": {"place": "footway", "area": 1}, "expect": 0.9}],
    )  # fmt: skip
    found = {each.code: each for each in check(_asking(broken), feel) if "dmn" in each.part}
    assert found["decision-overlap"].severity == "error"
    assert "面积 20" in found["decision-overlap"].message
    assert found["decision-gap"].severity == "warning"
    assert "carriageway" in found["decision-gap"].message
    assert "应得 0.9，现在是：0.3" in found["decision-row-differs"].message
    assert _codes(check(_asking(fees(*WHOLE)), feel)) == set()


class Counting(Feel):
    """FEEL that counts the decisions it is asked for."""

    asked = 0

    def decide(self, *of: Any) -> Any:
        self.asked += 1
        return super().decide(*of)


def test_rows_that_use_up_their_time_are_not_all_waited_for() -> None:
    endless = "count(for a in 1..9999, b in 1..9999 return a)"
    feel = Counting()
    answers = tried(fees(("-", "-", endless)), "fee", [{"place": "footway", "area": 1}] * 50, feel)
    assert feel.asked == 3
    assert len(answers) == 50
    assert all(isinstance(answer.wrong, Spent) for answer in answers)


def test_samples_answer_every_field_in_its_kind() -> None:
    answers = sample_answers(
        {
            "apply": {
                "components": [
                    {"type": "group", "path": "shop", "components": [
                        {"type": "textfield", "key": "name", "label": "店铺名称"},
                        {"type": "number", "key": "area", "validate": {"max": 20}}]},
                    {"type": "dynamiclist", "path": "staff", "components": [
                        {"type": "idnumber", "key": "id"}]},
                    {"type": "radio", "key": "kind", "values": [{"value": "a"}, {"value": "b"}]},
                    {"type": "datetime", "subtype": "date", "key": "on"},
                    {"type": "text", "text": "nothing to answer"},
                ]
            },
            "accept": {"components": [{"type": "checkbox", "key": "fine"}]},
        }
    )  # fmt: skip
    assert answers == {
        "shop": {"name": "青溪县禾苗百货店", "area": 20},
        "staff": [{"id": "459021198506120027"}],
        "kind": "a", "on": "2026-03-02", "fine": True,
    }  # fmt: skip


def _asking(table: bytes) -> Package:
    """A matter whose drawing declares what the table reads."""
    from onewindow.matters.blank import Office, blank

    name = {"zh": "临时占用城市道路许可", "en": "Occupying a road"}
    office = Office("city-management", {"zh": "城市管理局", "en": "City management"})
    package = blank("road", name, office, legal_basis="《城市道路管理条例》第三十一条")
    declared = (
        '<bpmn:extensionElements><ow:variable name="place" type="string"/>'
        '<ow:variable name="area" type="number"/></bpmn:extensionElements><bpmn:laneSet'
    )
    process = package.process.replace("<bpmn:laneSet", declared, 1)
    return assembled(package.definition, process, {"fee": table.decode()}, package.forms)


def _codes(findings: list[Finding]) -> set[str]:
    return {each.code for each in findings if each.part.startswith("decisions")}
