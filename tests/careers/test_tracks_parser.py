"""What a track says, and what is said of it where it cannot be understood."""

import random

import pytest

from portal.careers import parser
from portal.careers.criteria_parser import Known
from portal.documents.models import Parsed
from portal.documents.parser import read
from tests.careers.written import ENGINEERING

HEAD = "---\nkind: track\ntitle: Engineering\n---\n"
RUNG = "## Engineer\nrole: Engineer\nlevel: L2\n"
KNOWN = Known(
    rows=lambda slug: {"L1": 3, "L2": 2} if slug == "talk" else None,
    course=lambda slug: slug == "first-week",
    certificate={"forklift": "Forklift license"}.get,
    tracks=lambda slug: frozenset({"account-executive"}) if slug == "sales" else None,
    roles=lambda: ["Accountant", "Engineer"],
)


def parsed(body: str, known: Known = KNOWN) -> Parsed:
    return parser.parse(read(HEAD + body), known)


def said(body: str) -> list[tuple[int, str]]:
    """Each problem as its line in the body and its message."""
    return [(one.line - 4, one.message) for one in parsed(body).problems]


def test_a_track_is_read_whole() -> None:
    found = parser.parse(read(ENGINEERING))
    assert found.problems == []
    rungs = found.structure["rungs"]
    assert [one["slug"] for one in rungs] == [
        "engineer", "senior-engineer", "staff-engineer", "engineering-manager", "tester",
    ]  # fmt: skip
    senior = rungs[1]
    assert (senior["role"], senior["level"], senior["kind"]) == ("Engineer", "L2", "individual")
    assert senior["to"] == [["", "staff-engineer"], ["", "engineering-manager"]]
    assert "nobody has built here" in senior["words_html"]
    assert [(one["key"], one.get("number", 0), one["words"]) for one in senior["criteria"]] == [
        ("months", 18, ""),
        ("competency:code-quality", 0, ""),
        ("competency:communication", 2, "Others understand hard matters"),
        ("course:giving-feedback", 0, ""),
        ("certificate:forklift", 0, ""),
        ("review", 2, ""),
        ("own:a-change-that-others-build-on", 0, "A change that others build on"),
    ]
    assert (senior["criteria"][5]["of"], senior["criteria"][5]["at"]) == (3, 3)
    assert rungs[4]["to"] == [["", "engineer"], ["sales", "account-executive"]]


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("Only words\n", 1, "A track has rungs"),
        ("- [ ] months:12\n" + RUNG, 1, "asks something of no rung"),
        ("### Engineer\nrole: Engineer\n", 1, "begins with ##"),
        ("##\nrole: Engineer\n", 1, "has a name"),
        ("## Engineer\nlevel: L2\n", 1, "Say the role"),
        (RUNG + "kind: boss\n", 4, "“kind” is one of"),
        (RUNG + "rolle: Engineer\n", 4, "Did you mean “role:”"),
        (RUNG + "level: L3\n", 4, "Line 7 says the level"),
        (RUNG + "\nWords.\nto: engineer\n", 6, "right under the heading"),
        (RUNG + "to: engineer\n", 4, "does not lead to itself"),
        (RUNG + "to: enginer-two\n", 4, "no rung “enginer-two”"),
        (RUNG + "to: Big Boss\n", 4, "Write, for example, big-boss"),
        (RUNG + "to: sales/nobody\n", 4, "The track “sales” has no rung “nobody”"),
        (RUNG + "- [ ] months:12\nMore words\n", 5, "stand above them"),
        (RUNG + "- [ ] months:soon\n", 4, "number of months"),
        (RUNG + "- [ ] monts:12\n", 4, "Did you mean “months:”"),
        (RUNG + "- [ ]\n", 4, "Say what is asked"),
        (RUNG + "- [ ] review:4 of 2 at 3\n", 4, "at most 2"),
        (RUNG + "- [ ] review:well\n", 4, "“review:2 of 3 at 4”"),
        (RUNG + "- [ ] course:First_Week\n", 4, "course:first-week"),
        (RUNG + "- [ ] course:first-week=3\n", 4, "Only a competency has rows"),
        (RUNG + "- [ ] competency:talk=9\n", 4, "from 1 to 7"),
        (RUNG + "- [ ] months:12\n- [ ] months:6\n", 5, "Line 8 asks this"),
        (RUNG + "## Engineer\nrole: Other\n", 4, "a rung of this name"),
        (RUNG + "## Other\nrole: engineer\nlevel: l2\n", 5, "this role on this level"),
    ],
)
def test_a_mistake_is_said_at_its_line(body: str, line: int, message: str) -> None:
    errors = [one for one in parsed(body).problems if one.level == "error"]
    assert [(one.line - 4, message in one.message) for one in errors] == [(line, True)], errors


@pytest.mark.parametrize(
    ("body", "message", "needs"),
    [
        (RUNG + "- [ ] competency:nothing\n", "no competency “nothing”", "competency:nothing"),
        (RUNG + "- [ ] competency:talk=3\n", "has 2 rows on L2", ""),
        ("## A\nrole: A\n- [ ] competency:talk\n", "says nothing for a rung without", ""),
        (RUNG + "- [ ] course:nothing\n", "no course “nothing” in force", "course:nothing"),
        (RUNG + "- [ ] certificate:no\n", "no certificate “no” in use", "certificate:no"),
        (RUNG + "to: support/trainer\n", "No track “support” is in force", "track:support"),
        ("## A\nrole: Acountant\n", "Did you mean “Accountant”?", ""),
    ],
)
def test_what_may_come_later_is_a_remark(body: str, message: str, needs: str) -> None:
    [problem] = parsed(body).problems
    assert problem.level == "warning" and message in problem.message and problem.needs == needs


def test_what_is_there_is_no_remark() -> None:
    asked = "- [ ] competency:talk=2\n- course:first-week\n* [x] certificate:forklift\n"
    assert said(RUNG + "to: sales/account-executive\n" + asked) == []
    last = parsed(RUNG + asked).structure["rungs"][0]["criteria"][2]
    assert last["title"] == "Forklift license"
    # Its own address before a rung is the same as none.
    two = "## A\nrole: A\nlevel: L1\nto: engineering/b\n## B\nrole: B\nlevel: L2\n- [ ] Words\n"
    assert said(two) == [] and parsed(two).structure["rungs"][0]["to"] == [["", "b"]]


def test_a_role_beside_one_like_it_in_the_same_track_is_meant_so() -> None:
    two = "## A\nrole: Engineer\nlevel: L1\nto: b\n## B\nrole: Engineer I\nlevel: L2\n- [ ] Words\n"
    assert said(two) == []
    # Nor is one that is like nothing else: it may be filled later.
    assert said("## A\nrole: Astronaut\n") == []


def test_rungs_lead_in_circles_on_one_level_alone() -> None:
    def rung(name: str, level: str, to: str) -> str:
        return f"## {name}\nrole: {name}\nlevel: {level}\nto: {to}\n- [ ] Words\n"

    assert said(rung("A", "L2", "b") + rung("B", "L2", "c") + rung("C", "L2", "a")) == []
    back = rung("A", "L1", "b") + rung("B", "L2", "c") + rung("C", "L3", "a")
    assert [(line, "leads back to “a”" in words) for line, words in said(back)] == [(14, True)]
    # Names without a number stand in the order of the text.
    named = rung("A", "junior", "b") + rung("B", "senior", "a")
    assert [line for line, _ in said(named)] == [9]
    # A level named again stands where it was named first.
    assert [line for line, _ in said(named + "## C\nrole: C\nlevel: junior\nto: b\n")] == [9]
    # Down again is no circle where nothing leads up from there.
    down = rung("A", "L3", "b") + "## B\nrole: B\nlevel: L2\n- [ ] Words\n"
    assert said(down) == []


def test_whatever_is_typed_is_read_without_an_exception_and_errors_name_lines_there_are() -> None:
    draw = random.Random(8)
    lines = [*ENGINEERING.split("\n")[5:], "## ", "to: ,,/", "- [ ] review:", "- [ ] :", "***", "#"]
    for _ in range(150):
        body = "\n".join(draw.choices(lines, k=draw.randint(0, 40)))
        found = parsed(body)
        last = body.count("\n") + 5
        assert all(1 <= one.line <= last for one in found.problems), body
        for rung in found.structure["rungs"]:
            keys = [one["key"] for one in rung["criteria"]]
            assert len(keys) == len(set(keys)) and all(len(key) <= 80 for key in keys)
