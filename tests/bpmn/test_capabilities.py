"""What a drawing may hold, each run from start to end. Every test runs warm and cold."""

from datetime import UTC, date, datetime, timedelta

import pytest

import bpmn
from bpmn.testing import (
    boundary,
    catch,
    definition,
    document,
    element,
    end,
    event,
    flow,
    given,
    inclusive,
    multiple,
    named,
    parallel,
    path,
    process,
    service,
    start,
    subprocess,
    throw,
    timer,
    user,
    xor,
)

# ---- tasks --------------------------------------------------------------------------------------


def test_user_manual_and_plain_tasks_wait_for_somebody(walk):
    case = walk(
        definition(
            start(),
            user("u"),
            element("manualTask", "m", ow_assign="role:guide"),
            element("task", "t", ow_assign="role:guide"),
            end(),
            path("start u m t end"),
        )
    )
    assert case.open == ["u"]
    assert case.do("u").passed == ("u", "m")
    case.do("m")
    assert not case.last.ended
    case.do("t")
    assert case.last.ended
    assert case.open == []


def test_what_a_step_asks_for_is_read_from_its_attributes(walk):
    case = walk(
        definition(
            start(),
            user(
                "check",
                name="审核",
                ow_stage="check",
                ow_form="check",
                ow_assign="at:county department:housing role:checker post:head person:li",
                ow_limit="3wd",
                ow_outcomes="agree:同意|Agree;disagree:不同意",
                ow_fields="area:read;note:hide",
                ow_papers="notice receipt",
            ),
            user("decide", ow_differs_from="check"),
            end(),
            path("start check decide end"),
        )
    )
    step = case.task("check").step
    assert (step.name, step.kind, step.stage, step.form) == ("审核", "human", "check", "check")
    assert case.task("check").assign == step.assign
    assert (step.assign.at, step.assign.department, step.assign.role) == (
        "county",
        "housing",
        "checker",
    )
    assert (step.assign.post, step.assign.person) == ("head", "li")
    assert str(step.limit) == "3wd"
    assert [(o.id, o.zh, o.en) for o in step.outcomes] == [
        ("agree", "同意", "Agree"),
        ("disagree", "不同意", "不同意"),
    ]
    assert step.fields == {"area": "read", "note": "hide"}
    assert step.papers == ("notice", "receipt")
    assert case.process.steps["decide"].differs_from == ("check",)


def test_a_service_waits_for_its_answer_with_inputs_worked_out(walk):
    case = walk(
        definition(
            start(),
            service("pay", inputs={"amount": "fee * 2", "to": '"财政"'}),
            user("after"),
            end(),
            path("start pay after end"),
            fee="number",
        ),
        fee=21,
    )
    (call,) = case.last.services
    assert (call.step.id, call.step.operation) == ("pay", "send_paper")
    assert call.inputs == {"amount": 42, "to": "财政"}
    assert case.last.live == ()
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.complete(case.process, case.last.state, call.id, {}, case.now)
    moved = case.answer("pay", fee=7)
    assert moved.closed == (call.id,)
    assert moved.services == ()
    assert case.open == ["after"]
    assert case.data == {"fee": 7}


def test_a_business_rule_task_decides_at_once(walk):
    table = b"""<?xml version="1.0" encoding="UTF-8"?>
    <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
        namespace="urn:test">
      <decision id="level" name="level"><decisionTable id="t" hitPolicy="FIRST">
        <input id="i"><inputExpression id="e"><text>area</text></inputExpression></input>
        <output id="o" name="level"/>
        <rule id="r1"><inputEntry id="a"><text>&gt; 100</text></inputEntry>
          <outputEntry id="b"><text>"large"</text></outputEntry></rule>
        <rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>
          <outputEntry id="f"><text>"small"</text></outputEntry></rule>
      </decisionTable></decision></definitions>"""
    case = walk(
        definition(
            start(),
            user("measure"),
            element("businessRuleTask", "rule", ow_decision="sizes", ow_result="level"),
            xor("g", default="g_small"),
            user("large"),
            user("small"),
            end(),
            path("start measure rule g"),
            flow("g", "large", 'level = "large"'),
            path("g small end"),
            path("large end"),
            area="number",
            level="string",
        ),
        decisions={"sizes": table},
    )
    case.do("measure", area=120)
    assert case.open == ["large"]
    assert case.data == {"area": 120, "level": "large"}


def test_a_message_leaves_with_only_the_payload_named(walk):
    case = walk(
        definition(
            start(),
            element("sendTask", "tell", given({"number": "amount"}), messageRef="done"),
            throw("also", given({"text": '"好"'}), event("message", "done")),
            end("end", event("message", "done")),
            path("start tell also end"),
            amount="number",
            head=named("message", "done"),
        ),
        amount=3,
    )
    assert case.last.ended
    assert [(m.message, m.element, m.data) for m in case.last.messages] == [
        ("done", "tell", {"number": 3}),
        ("done", "also", {"text": "好"}),
        ("done", "end", {}),
    ]


def test_a_receive_task_takes_its_message_and_declared_variables_only(walk):
    case = walk(
        definition(
            start(),
            element("receiveTask", "paid", messageRef="payment"),
            user("after"),
            end(),
            path("start paid after end"),
            amount="number",
            head=named("message", "payment"),
        )
    )
    assert case.open == []
    assert not case.last.ended
    with pytest.raises(bpmn.NotWaiting):
        case.hear("other")
    case.hear("payment", amount="12.5", secret="x")
    assert case.open == ["after"]
    assert case.data == {"amount": 12.5}
    with pytest.raises(bpmn.NotWaiting):
        case.hear("payment")


def test_correlation_tells_waiting_places_apart(walk):
    case = walk(
        definition(
            start(),
            element(
                "receiveTask",
                "reply",
                multiple(collection="units", item="unit", result="replies", result_item="said"),
                messageRef="reply_message",
                ow_correlation="unit",
            ),
            user("after"),
            end(),
            path("start reply after end"),
            units="list",
            replies="list",
            said="string",
            head=named("message", "reply_message"),
        ),
        units=["a", "b"],
    )
    with pytest.raises(bpmn.Ambiguous):
        case.hear("reply_message", said="?")
    with pytest.raises(bpmn.NotWaiting):
        case.hear("reply_message", correlation="c")
    case.hear("reply_message", correlation="b", said="B")
    assert case.open == []
    case.hear("reply_message", correlation="a", said="A")
    assert case.open == ["after"]
    assert case.data["replies"] == ["A", "B"]


# ---- gateways -----------------------------------------------------------------------------------


def choice(**kinds: str) -> bytes:
    return definition(
        start(),
        user("a"),
        xor("g", default="g_c"),
        user("b"),
        user("c"),
        end(),
        path("start a g"),
        flow("g", "b", "x > 1"),
        path("g c end"),
        path("b end"),
        **kinds,
    )


def test_an_exclusive_gateway_takes_the_flow_whose_condition_holds_or_the_default(walk):
    for x, expected in ((5, "b"), (1, "c")):
        case = walk(choice(x="number"))
        case.do("a", x=x)
        assert case.open == [expected]


def test_a_condition_on_a_missing_fact_stops_the_case_instead_of_taking_the_default(walk):
    case = walk(choice(x="number"))
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a")
    assert stuck.value.code in ("condition-undecided", "expression-failed")
    assert stuck.value.element == "g"
    assert case.do("a", x=2).live[0].step.id == "b"  # nothing was lost


def test_conditions_are_tried_in_the_order_they_were_drawn_whatever_the_picture(walk):
    case = walk(
        definition(
            start(),
            xor("g", default="g_c"),
            user("a"),
            user("b"),
            user("c"),
            end(),
            path("start g"),
            flow("g", "b", "x > 1"),
            flow("g", "a", "x > 0"),
            path("g c end"),
            path("a end"),
            path("b end"),
            x="number",
        ),
        x=9,
    )
    assert case.open == ["b"]


def test_without_a_default_and_without_a_condition_that_holds_the_case_says_so(walk):
    xml = definition(
        start(),
        user("a"),
        xor("g"),
        user("b"),
        user("c"),
        end(),
        path("start a g"),
        flow("g", "b", "x > 1"),
        flow("g", "c", "x > 5"),
        path("b end"),
        path("c end"),
        x="number",
    )
    case = walk(xml, linted=True)
    with pytest.raises(bpmn.Stuck) as stuck:
        case.do("a", x=0)
    assert (stuck.value.code, stuck.value.element) == ("no-way-on", "g")
    assert "条件都不成立" in stuck.value.message


FORK = (
    start(),
    parallel("fork"),
    user("a"),
    user("b"),
    parallel("join"),
    user("z"),
    end(),
    path("start fork a join z end"),
    path("fork b join"),
)


def test_a_parallel_join_waits_for_every_branch(walk):
    case = walk(definition(*FORK))
    assert case.open == ["a", "b"]
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    assert case.open == ["z"]


def test_the_branches_of_a_second_pass_are_waited_for_anew(walk):
    """The library's own join lets the second pass through on tokens of the first."""
    case = walk(
        definition(
            *FORK[:-3],
            end(),
            user("prepare"),
            xor("again", default="again_end"),
            path("start prepare fork a join z again"),
            path("fork b join"),
            path("again end"),
            flow("again", "prepare", "redo"),
            redo="boolean",
        )
    )
    for _ in range(3):
        case.do("prepare")
        case.do("a")
        assert case.open == ["b"]
        case.do("b")
        case.do("z", redo=True)
    case.do("prepare")
    case.do("b")
    assert case.open == ["a"]
    case.do("a")
    case.do("z", redo=False)
    assert case.last.ended


def test_what_one_branch_sets_isnt_undone_by_another_that_never_touched_it(walk):
    """The library merges branches whole: the last to arrive overwrites with its older copy."""
    case = walk(definition(*FORK, x="string", y="string"), x="old", y="old")
    case.do("a", x="new from a")
    case.do("b", y="new from b")
    assert case.data == {"x": "new from a", "y": "new from b"}


def inclusive_case(*, long: bool = False) -> bytes:
    return definition(
        start(),
        inclusive("fork", default="fork_c"),
        user("a"),
        user("a2"),
        user("b"),
        user("c"),
        inclusive("join"),
        user("z"),
        end(),
        path("start fork"),
        flow("fork", "a", "x > 0"),
        flow("fork", "b", "x > 1"),
        path("fork c join z end"),
        path("a a2 join"),
        path("b join"),
        x="number",
    )


@pytest.mark.parametrize(("x", "opened"), [(0, ["c"]), (1, ["a"]), (2, ["a", "b"])])
def test_an_inclusive_gateway_opens_what_holds_and_joins_what_was_opened(walk, x, opened):
    case = walk(inclusive_case(), x=x)
    assert case.open == opened
    for step in (["b"] if x == 2 else []) + (["a", "a2"] if x else ["c"]):
        assert "z" not in case.open
        case.do(step)
    assert case.open == ["z"]


def test_an_inclusive_join_waits_for_a_sub_process_that_may_still_lead_to_it(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            subprocess("sub", start("s1"), user("inner"), end("e1"), path("s1 inner e1")),
            xor("maybe", default="maybe_other"),
            user("b"),
            user("other"),
            inclusive("join"),
            user("z"),
            end(),
            path("start fork a join z end"),
            path("fork sub maybe"),
            flow("maybe", "b", "x"),
            path("b join"),
            path("maybe other end"),
            x="boolean",
        )
    )
    case.do("a")
    assert case.open == ["inner"]
    case.do("inner", x=True)
    assert case.open == ["b"]
    case.do("b")
    assert case.open == ["z"]


def test_an_inclusive_join_goes_on_when_the_other_token_has_ended_elsewhere(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            user("decide"),
            xor("maybe", default="maybe_gone"),
            user("b"),
            end("gone"),
            inclusive("join"),
            user("z"),
            end(),
            path("start fork a join z end"),
            path("fork decide maybe gone"),
            flow("maybe", "b", "x"),
            path("b join"),
            x="boolean",
        )
    )
    case.do("a")
    assert case.open == ["decide"]
    case.do("decide", x=False)
    assert case.open == ["z"]


def race() -> bytes:
    return definition(
        start(),
        element("eventBasedGateway", "race"),
        catch("paid", event("message", "payment")),
        catch("late", timer("P3D")),
        user("thanks"),
        user("remind"),
        end(),
        path("start race paid thanks end"),
        path("race late remind end"),
        head=named("message", "payment"),
    )


def test_an_event_gateway_takes_the_message_that_comes_first(walk):
    case = walk(race())
    assert case.last.next_due == case.now + timedelta(days=3)
    case.hear("payment")
    assert case.open == ["thanks"]
    assert case.last.next_due is None
    assert "paid" in case.last.passed


def test_an_event_gateway_takes_the_timer_that_comes_first(walk):
    case = walk(race())
    case.wait(days=2, hours=23)
    assert case.open == []
    case.wait(hours=1)
    assert case.open == ["remind"]
    with pytest.raises(bpmn.NotWaiting):
        case.hear("payment")


# ---- sub-processes ------------------------------------------------------------------------------


def test_a_sub_process_runs_inside_and_goes_on_outside(walk):
    case = walk(
        definition(
            start(),
            subprocess("sub", start("s1"), user("in1"), user("in2"), end("e1"),
                       path("s1 in1 in2 e1")),
            user("out"),
            end(),
            path("start sub out end"),
            x="number",
        )
    )
    case.do("in1", x=1)
    case.do("in2")
    assert case.open == ["out"]
    assert case.data == {"x": 1}


def test_a_call_activity_runs_another_process_of_the_file(walk):
    case = walk(
        document(
            process("main", start(), element("callActivity", "call", calledElement="other"),
                    user("out"), end(), path("start call out end")),
            process("other", start("s1"), user("inner"), end("e1"), path("s1 inner e1"),
                    x="number"),
        )
    )
    assert case.process.id == "main"
    case.do("inner", x=4)
    assert case.open == ["out"]
    assert case.data == {"x": 4}


def test_sub_processes_nest(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "outer",
                start("s1"),
                subprocess("middle", start("s2"), user("deep"), end("e2"), path("s2 deep e2")),
                end("e1"),
                path("s1 middle e1"),
            ),
            end(),
            path("start outer end"),
        )
    )
    case.do("deep")
    assert case.last.ended


def test_terminate_ends_everything_at_once(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            user("b"),
            end("stop", event("terminate")),
            end(),
            path("start fork a stop"),
            path("fork b end"),
        )
    )
    other = case.task("b").id
    moved = case.do("a")
    assert moved.ended
    assert other in moved.closed


def test_terminate_in_a_sub_process_ends_only_that(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), parallel("fork"), user("a"), user("b"),
                end("stop", event("terminate")), end("e1"),
                path("s1 fork a stop"), path("fork b e1"),
            ),
            user("out"),
            end(),
            path("start sub out end"),
        )
    )  # fmt: skip
    case.do("a")
    assert case.open == ["out"]


def test_an_error_is_caught_at_the_border_it_arose_behind_and_nowhere_else(walk):
    """With the library's own events both sub-processes would be interrupted."""

    def sub(name: str) -> str:
        return subprocess(
            f"sub_{name}",
            start(f"s_{name}"), user(f"in_{name}"), end(f"fail_{name}", event("error", "bad")),
            path(f"s_{name} in_{name} fail_{name}"),
        )  # fmt: skip

    case = walk(
        definition(
            start(),
            parallel("fork"),
            sub("one"),
            sub("two"),
            boundary("caught_one", "sub_one", event("error", "bad")),
            boundary("caught_two", "sub_two", event("error", "bad")),
            user("mend_one"),
            user("mend_two"),
            end(),
            path("start fork sub_one end"),
            path("fork sub_two end"),
            path("caught_one mend_one end"),
            path("caught_two mend_two end"),
            head=named("error", "bad", "E1"),
        )
    )
    case.do("in_one")
    assert case.open == ["in_two", "mend_one"]
    case.do("mend_one")
    case.do("in_two")
    case.do("mend_two")
    assert case.last.ended


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_reaches_the_border_interrupting_or_not(walk, interrupting):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), user("one"), throw("up", event("escalation", "help")),
                user("two"), end("e1"), path("s1 one up two e1"),
            ),
            boundary("heard", "sub", event("escalation", "help"), interrupting=interrupting),
            user("chief"),
            user("out"),
            end(),
            path("start sub out end"),
            path("heard chief end"),
            head=named("escalation", "help", "X"),
        )
    )  # fmt: skip
    case.do("one")
    assert case.open == (["chief"] if interrupting else ["chief", "two"])


def test_a_transaction_is_cancelled_to_its_cancel_event(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "deal", start("s1"), user("work"), xor("g", default="g_e1"), end("e1"),
                end("undo", event("cancel")), path("s1 work g e1"), flow("g", "undo", "stop"),
                tag="transaction",
            ),
            boundary("cancelled", "deal", event("cancel")),
            user("after_cancel"),
            user("after"),
            end(),
            path("start deal after end"),
            path("cancelled after_cancel end"),
            stop="boolean",
        )
    )  # fmt: skip
    case.do("work", stop=True)
    assert case.open == ["after_cancel"]


def test_a_signal_reaches_every_place_that_waits_for_it_within_the_case(walk):
    case = walk(
        definition(
            start(),
            parallel("fork"),
            user("a"),
            throw("ring", event("signal", "bell")),
            user("b"),
            boundary("heard", "b", event("signal", "bell")),
            user("c"),
            end(),
            path("start fork a ring end"),
            path("fork b end"),
            path("heard c end"),
            head=named("signal", "bell"),
        )
    )
    case.do("a")
    assert case.open == ["c"]


# ---- boundary events and timers -----------------------------------------------------------------


def guarded(kind: str, *, interrupting: bool) -> bytes:
    return definition(
        start(),
        user("work"),
        boundary("edge", "work", kind, interrupting=interrupting),
        user("next"),
        user("aside"),
        end(),
        path("start work next end"),
        path("edge aside end"),
        head=named("message", "stop"),
    )


def test_an_interrupting_timer_takes_the_task_away(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    task = case.task("work").id
    assert case.last.next_due == case.now + timedelta(days=2)
    moved = case.wait(days=2)
    assert moved.closed == (task,)
    assert case.open == ["aside"]
    assert moved.next_due is None
    with pytest.raises(bpmn.NoSuchTask):
        bpmn.complete(case.process, moved.state, task, {}, case.now)


def test_a_non_interrupting_timer_adds_a_task_once(walk):
    case = walk(guarded(timer("P2D"), interrupting=False))
    case.wait(days=3)
    assert case.open == ["aside", "work"]
    case.wait(days=30)
    assert case.open == ["aside", "work"]
    case.do("work")
    assert case.open == ["aside", "next"]
    case.do("next")
    case.do("aside")
    assert case.last.ended


def test_completing_an_overdue_task_still_wins(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    case.now += timedelta(days=9)
    case.do("work")
    assert case.open == ["next"]
    assert case.last.next_due is None


def test_completing_a_task_drops_its_timer(walk):
    case = walk(guarded(timer("P2D"), interrupting=True))
    case.do("work")
    assert case.last.next_due is None
    case.wait(days=5)
    assert case.open == ["next"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_message_at_the_border(walk, interrupting):
    case = walk(guarded(event("message", "stop"), interrupting=interrupting))
    case.hear("stop")
    assert case.open == (["aside"] if interrupting else ["aside", "work"])


def test_a_timer_on_a_sub_process_takes_all_of_it_away_with_its_own_timers(walk):
    case = walk(
        definition(
            start(),
            subprocess(
                "sub", start("s1"), user("in1"), boundary("inner", "in1", timer("P1D"),
                interrupting=False), user("nudge"), end("e1"), path("s1 in1 e1"),
                path("inner nudge e1"),
            ),
            boundary("edge", "sub", timer("P5D")),
            user("late"),
            end(),
            path("start sub end"),
            path("edge late end"),
        )
    )  # fmt: skip
    case.wait(days=1)
    assert case.open == ["in1", "nudge"]
    case.wait(days=4)
    assert case.open == ["late"]
    assert case.last.next_due is None


def test_an_intermediate_timer_waits(walk):
    case = walk(
        definition(start(), catch("pause", timer("PT90M")), user("a"), end(),
                   path("start pause a end"))
    )
    assert case.last.next_due == case.now + timedelta(minutes=90)
    assert case.wait(minutes=89).opened == ()
    assert [task.step.id for task in case.wait(minutes=1).opened] == ["a"]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("P1M", datetime(2026, 12, 23, 9, tzinfo=UTC)),
        ('= "P2D"', datetime(2026, 11, 25, 9, tzinfo=UTC)),
        ('= duration("PT3H")', datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("= deadline", datetime(2026, 11, 30, tzinfo=UTC)),
        ('= date and time("2026-11-24T00:00:00Z")', datetime(2026, 11, 24, tzinfo=UTC)),
        ("2026-12-01T08:00:00+08:00", datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_timer_may_be_a_duration_a_date_or_feel(walk, text, due):
    xml = definition(
        start(),
        catch("pause", timer(text, "timeDate" if text[0] == "2" else "timeDuration")),
        end(),
        path("start pause end"),
        deadline="date",
    )
    case = walk(xml, deadline=date(2026, 11, 30))
    assert case.last.next_due == due


def test_a_due_time_is_fixed_when_the_timer_is_reached(walk):
    case = walk(
        definition(
            start(), parallel("fork"), catch("pause", timer("= wait")), user("a"), end(),
            path("start fork pause end"), path("fork a end"), wait="string",
        ),
        wait="P3D",
    )  # fmt: skip
    due = case.last.next_due
    case.do("a", wait="P9D")
    assert case.last.next_due == due


def test_several_due_timers_fire_earliest_first(walk):
    case = walk(
        definition(
            start(),
            user("work"),
            boundary("first", "work", timer("P1D"), interrupting=False),
            boundary("second", "work", timer("P2D")),
            user("one"),
            user("two"),
            end(),
            path("start work end"),
            path("first one end"),
            path("second two end"),
        )
    )
    moved = case.wait(days=5)
    assert case.open == ["one", "two"]
    assert [element for element in moved.passed if element in ("first", "second")] == [
        "first",
        "second",
    ]


# ---- loops --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sequential", [False, True])
def test_a_task_is_done_once_for_each_element_and_its_results_gathered_in_order(walk, sequential):
    case = walk(
        definition(
            start(),
            user(
                "review",
                multiple(sequential=sequential, collection="units", item="unit",
                         result="opinions", result_item="review_outcome"),
                name="会审（{unit}）",
                ow_assign='= "department:" + unit',
                ow_outcomes="agree:同意;disagree:不同意",
            ),
            user("sum"),
            end(),
            path("start review sum end"),
            units="list",
            opinions="list",
            note="string",
        ),
        units=["fire", "health", "roads"],
    )  # fmt: skip
    assert len(case.last.live) == (1 if sequential else 3)
    first = case.task("review", 0)
    assert (first.name, first.assign.department) == ("会审（fire）", "fire")
    order = (0, 1, 2) if sequential else (2, 0, 1)
    for index in order:
        outcome = "disagree" if index == 1 else "agree"
        case.do("review", index, outcome=outcome, note=f"by {index}")
    assert case.open == ["sum"]
    assert case.data["opinions"] == ["agree", "disagree", "agree"]
    assert case.data["note"] == f"by {order[-1]}"


@pytest.mark.parametrize("sequential", [False, True])
def test_a_completion_condition_ends_the_rest(walk, sequential):
    case = walk(
        definition(
            start(),
            user("review", multiple(sequential=sequential, count="3",
                                    completion='review_outcome = "disagree"'),
                 ow_outcomes="agree:同意;disagree:不同意"),
            user("sum"),
            end(),
            path("start review sum end"),
        )
    )  # fmt: skip
    case.do("review", 0, outcome="agree")
    assert "sum" not in case.open
    moved = case.do("review", 1, outcome="disagree")
    assert case.open == ["sum"]
    assert len(moved.closed) == (1 if sequential else 2)


def test_an_empty_list_is_passed_by(walk):
    case = walk(
        definition(
            start(), user("review", multiple(collection="units", item="unit")), user("sum"), end(),
            path("start review sum end"), units="list",
        ),
        units=[],
    )  # fmt: skip
    assert case.open == ["sum"]


def joint() -> bytes:
    """Each unit reviews and, if it disagrees, mends; each within its own five days."""
    return definition(
        start(),
        subprocess(
            "unit_case",
            multiple(collection="units", item="unit", result="verdicts",
                     result_item="review_outcome"),
            start("s1"),
            user("review", ow_assign='= "department:" + unit',
                 ow_outcomes="agree:同意;disagree:不同意"),
            xor("ok", default="ok_e1"),
            user("mend"),
            end("e1"),
            path("s1 review ok e1"),
            flow("ok", "mend", 'review_outcome = "disagree"'),
            path("mend e1"),
        ),
        boundary("late", "unit_case", timer("P5D")),
        user("chase"),
        user("sum"),
        end(),
        path("start unit_case sum end"),
        path("late chase end"),
        units="list",
        verdicts="list",
    )  # fmt: skip


def test_what_is_set_in_one_instance_of_a_sub_process_stays_in_it(walk):
    case = walk(joint(), units=["fire", "health"])
    assert {task.assign.department for task in case.last.live} == {"fire", "health"}
    case.do("review", 0, outcome="disagree")
    case.do("review", 1, outcome="agree")
    assert case.open == ["mend"]
    case.do("mend")
    assert case.open == ["sum"]
    assert case.data["verdicts"] == ["disagree", "agree"]
    assert "review_outcome" not in case.data


def test_an_interrupting_timer_takes_every_instance_of_a_sub_process_away(walk):
    """The library leaves the instances as orphans and fails on the next one it looks for."""
    case = walk(joint(), units=["fire", "health", "roads"])
    case.do("review", 1, outcome="disagree")
    gone = {task.id for task in case.last.live}
    moved = case.wait(days=5)
    assert case.open == ["chase"]
    assert set(moved.closed) == gone
    case.do("chase")
    assert case.last.ended


def test_a_called_process_runs_once_for_each_element(walk):
    case = walk(
        document(
            process("main", start(),
                    element("callActivity", "call", multiple(collection="units", item="unit"),
                            calledElement="other"),
                    user("out"), end(), path("start call out end"), units="list"),
            process("other", start("s1"), user("inner", name="{unit}"), end("e1"),
                    path("s1 inner e1")),
        ),
        units=["甲", "乙"],
    )  # fmt: skip
    assert [task.name for task in case.last.live] == ["甲", "乙"]
    case.do("inner", 1)
    case.do("inner", 0)
    assert case.open == ["out"]


def test_a_standard_loop_repeats_while_its_condition_holds_and_no_longer_than_its_bound(walk):
    loop = (
        '<bpmn:standardLoopCharacteristics loopMaximum="3">'
        "<bpmn:loopCondition>again</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    xml = definition(
        start(), user("u", loop), user("n"), end(), path("start u n end"), again="boolean"
    )
    case = walk(xml)
    case.do("u", again=True)
    assert (case.open, case.task("u").index) == (["u"], 1)
    case.do("u", again=False)
    assert case.open == ["n"]
    case = walk(xml)
    for _ in range(3):
        case.do("u", again=True)
    assert case.open == ["n"]


def test_lanes_name_the_innermost(walk):
    lanes = (
        '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="外">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>b</bpmn:flowNodeRef>"
        '<bpmn:childLaneSet id="cs"><bpmn:lane id="l2" name="内">'
        "<bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet>"
        "</bpmn:lane></bpmn:laneSet>"
    )
    case = walk(definition(lanes, start(), user("a"), user("b"), end(), path("start a b end")))
    assert [step.lane for step in case.process.steps.values()] == ["内", "外"]
