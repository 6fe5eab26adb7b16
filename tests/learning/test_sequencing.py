"""Where a learner is in a package: the official cases, a 1.2 list, and what each part does."""

import json
from typing import Any

import pytest

from portal.learning import prerequisites
from portal.learning.sequencing import Navigator, Progress, unsupported
from tests.learning.official import CASES, Case

# What is asked is the sequencer; a case whose tree is not in the data cannot be asked.
DRIVEN = [name for name, case in CASES.items() if case["manifest"]]
# Each begins with what the one before it has left to the learner.
FOLLOWS = {"OB-03c": "OB-03a", "OB-08b": "OB-08a", "OB-09b": "OB-09a"}
NOT_YET = {"CM-04a": "a choice its parent forbids is expected to be delivered"}


def drive(name: str) -> tuple[list[str], dict[str, Any]]:
    before = drive(FOLLOWS[name])[1] if name in FOLLOWS else None
    case = Case(name, before)
    return case.drive(), case.navigator.state["shared"]


@pytest.mark.parametrize("name", DRIVEN)
def test_an_official_case(name: str, request: pytest.FixtureRequest) -> None:
    if name in NOT_YET:
        request.applymarker(pytest.mark.xfail(reason=NOT_YET[name], strict=True))
    assert drive(name)[0] == []


# -- a list: SCORM 1.2 -------------------------------------------------------------------------


def item(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "title": name.title(), "href": f"{name}.html", **more}


def course(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "root", "title": "Course", "children": list(children), **more}


LIST = course(item("one"), item("two", prerequisites="one"), item("three", prerequisites="one&two"))
DONE = Progress(completion="completed")
PASSED = Progress(completion="completed", success="passed", score=90)


def test_a_list_is_walked_in_order_and_what_is_barred_waits() -> None:
    navigator = Navigator(LIST, None, "1.2")
    assert navigator.begin().deliver == "one"
    assert [row.can_choose for row in navigator.contents()] == [True, False, False]
    assert navigator.contents()[1].status == "barred"
    refused = navigator.request("choice", "three").refused
    assert refused == "“Three” opens once “One” and “Two” are done."
    # Going on leads nowhere yet, which is no end, and one may try: a last word opens what follows.
    assert navigator.valid()["continue"]
    step = navigator.request("continue")
    assert not (step.ended or step.deliver)
    assert step.refused == "“Two” opens once “One” is done."
    assert navigator.request("choice", "one").deliver == "one"
    navigator.report("one", DONE)
    assert navigator.valid()["choice"]["two"]
    assert navigator.request("continue").deliver == "two"
    navigator.report("two", PASSED)
    assert navigator.request("continue").deliver == "three"
    assert navigator.request("previous").deliver == "two"
    # Opened again, nothing of it is forgotten.
    assert navigator.rollup().completion == "incomplete"
    navigator.request("choice", "three")
    navigator.report("three", DONE)
    assert navigator.request("continue").ended
    whole = navigator.rollup()
    assert (whole.completion, whole.success, whole.score) == ("completed", "passed", 90)


def test_going_on_passes_by_what_is_barred() -> None:
    tree = course(item("one"), item("two", prerequisites="three"), item("three"))
    navigator = Navigator(tree, None, "1.2")
    navigator.begin()
    assert navigator.request("continue").deliver == "three"
    navigator.report("three", DONE)
    assert navigator.request("previous").deliver == "two"


def test_a_failed_item_fails_the_list() -> None:
    navigator = Navigator(LIST, None, "1.2")
    navigator.begin()
    navigator.report("one", Progress(completion="incomplete", success="failed", score=40))
    assert navigator.rollup().success == "failed"
    assert navigator.contents()[0].status == "failed"


STATES = {"A": "passed", "B": "completed", "C": "failed", "D": "incomplete", "E": "not attempted"}


@pytest.mark.parametrize(
    ("script", "is_met"),
    [
        ("", True), ("A", True), ("C", False), ("A&B", True), ("A & D", False), ("D|A", True),
        ("~D", True), ("~A", False), ('A="passed"', True), ("C=f", True),
        ('D<>"incomplete"', False),
        ("A=c", False), ("E=n", True), ('E="not attempted"', True), ("2*{A,B,C}", True),
        ("3*{A,B,C}", False), ("{A,B}", True), ("{A,C}", False), ("(C|A)&~(D)", True),
        ("A&(B|C", True), ("&&", True), ("A=nonsense", True), ("(" * 200, True),
    ],
)  # fmt: skip
def test_a_script_of_prerequisites(script: str, is_met: bool) -> None:
    assert prerequisites.are_met(script, STATES.__getitem__) is is_met


def test_what_is_not_followed_is_said() -> None:
    said = unsupported(course(item("one", prerequisites="one&"), item("two", prerequisites="six")))
    assert any("“One”" in one and "cannot be read" in one for one in said)
    assert any("“six”" in one for one in said)
    random = course(item("one"), seq={"randomization": {"reorderChildren": True}})
    assert any("chance" in one for one in unsupported(random))
    assert unsupported(LIST) == []


# -- flow and choice ---------------------------------------------------------------------------

FLOW = {"controls": {"flow": True}}


def test_what_was_left_is_resumed_whether_or_not_it_said_so() -> None:
    tree = course(item("one"), item("two"), seq=FLOW)
    for leaves in (lambda n: n.request("suspendAll"), lambda n: None):
        navigator = Navigator(tree, None, "2004")
        navigator.begin()
        navigator.request("continue")
        leaves(navigator)
        state = json.loads(json.dumps(navigator.state))
        again = Navigator(tree, state, "2004")
        assert again.begin().deliver == "two"
        assert again.is_resumed("two")


def test_without_flow_the_first_that_can_be_chosen_begins() -> None:
    navigator = Navigator(course(item("one"), item("two")), None, "2004")
    assert navigator.begin().deliver == "one"
    assert not navigator.valid()["continue"]
    assert navigator.request("continue").refused
    assert navigator.request("choice", "two").deliver == "two"
    assert navigator.request("choice", "nowhere").refused


def test_only_forward_is_only_forward() -> None:
    seq = {"controls": {"flow": True, "forwardOnly": True, "choice": False}}
    navigator = Navigator(course(item("one"), item("two"), seq=seq), None, "2004")
    navigator.begin()
    navigator.request("continue")
    assert not navigator.valid()["previous"]
    assert not any(row.can_choose for row in navigator.contents())
    assert navigator.request("previous").refused
    assert navigator.current == "two"


def test_hidden_controls_and_rows() -> None:
    tree = course(item("one", hide=["continue", "exit"]), item("two", isVisible=False), seq=FLOW)
    navigator = Navigator(tree, None, "2004")
    navigator.begin()
    assert navigator.valid()["hidden"] == ["continue", "exit"]
    assert [row.is_visible for row in navigator.contents()] == [True, False]


def test_who_says_unknown_wants_nothing_concluded() -> None:
    for said, completion in (
        ("", "completed"),
        ("unknown", "unknown"),
        ("incomplete", "incomplete"),
    ):
        navigator = Navigator(course(item("one"), seq=FLOW), None, "2004")
        navigator.begin()
        navigator.report("one", Progress(completion=said))
        navigator.request("exitAll")
        assert navigator.rollup().completion == completion


def test_a_hundred_items_are_shown_at_once() -> None:
    tree = course(*(item(f"item-{n}") for n in range(100)), seq=FLOW)
    navigator = Navigator(tree, None, "2004")
    navigator.begin()
    assert len(navigator.contents()) == 100


@pytest.mark.parametrize("kind", ["exit", "exitAll", "continue", "nonsense", "choice", "jump"])
def test_a_request_before_anything_runs_is_refused(kind: str) -> None:
    navigator = Navigator(LIST, None, "2004")
    assert navigator.request(kind, "two" if kind == "jump" else "").refused
