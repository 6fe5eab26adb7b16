"""The plan of a review, line by line: what is understood, and what is said of the rest."""

import pytest

from portal.documents.parser import read
from portal.reviews import parser
from portal.reviews.parser import KnownForm

FORMS = {
    "annual": KnownForm(frozenset({"How was this year?"}), 4),
    "endless": KnownForm(frozenset(), 16),
}
HEAD = "---\nkind: review\ntitle: T\n"
WRITTEN = "- manager form:annual opens:1 closes:9"
# What stands in the front matter and in the body, on which line something is wrong (from the front
# matter’s first), and what is said of it.
WRONG = [
    ("", "- slef form:annual closes:9\n" + WRITTEN, 5, "Did you mean “self”?"),
    ("", "- manager annual closes:9 form:annual", 5, "We do not know “annual” here"),
    ("", "- manager form:annual opens 1 closes:9", 5, "We do not know “opens 1” here"),
    ("", "- manager closes:9", 5, "Say which form"),
    ("", "- manager form:nothing closes:9", 5, "There is no form “nothing” in force"),
    ("", "- manager form:endless closes:9", 5, "asks 16 questions"),
    ("", "- manager form:annual", 5, "Say when this step closes"),
    ("", "- manager form:annual opens:9 closes:1", 5, "close before it opens"),
    ("", "- manager form:annual opens:x closes:9", 5, "is no number of days"),
    ("", "- manager form:annual closes:9 opens:-401", 5, "is no number of days"),
    ("", "- manager form:annual form:annual closes:9", 5, "A step has one “form”"),
    ("", f"{WRITTEN}\n{WRITTEN}", 6, "Line 5 has this step already"),
    ("", f"{WRITTEN}\n- release form:annual opens:10", 6, "Nobody fills a form"),
    ("", f"{WRITTEN}\n- release opens:9", 6, "opens before “manager” has closed"),
    ("", f"{WRITTEN}\n- release opens:10\n- reply opens:2 closes:9", 7, "could reply no more"),
    ("", f"{WRITTEN}\n- calibration\n- release", 6, "which question is calibrated"),
    ("rating: How?\n", WRITTEN, 4, "has no rating “How?”"),
    ("rating: How was this year?\n", f"{WRITTEN}\n- calibration closes:12", 7, "needs a step"),
    ("", "- self form:annual closes:9\n- release opens:10", 6, "Without a manager’s review"),
    ("", "- self form:annual closes:9\n- reply closes:12", 6, "nothing to reply to"),
    ("for: team is Sales\n", WRITTEN, 4, "cannot be read at column"),
    ("begins: birthday\n", WRITTEN, 4, "cannot begin with “birthday”"),
    ("audience: everyone\n", WRITTEN, 4, "audience"),
    ("", "Nothing but words.", 5, "needs a step “self” or “manager”"),
]


@pytest.mark.parametrize(("head", "body", "line", "said"), WRONG)
def test_what_cannot_be_is_said_beside_its_line(head: str, body: str, line: int, said: str) -> None:
    found = parser.parse(read(f"{HEAD}{head}---\n{body}\n"), FORMS)
    assert [(one.line, said in one.message) for one in found.problems] == [(line, True)], found


def test_a_list_of_the_guide_is_no_list_of_steps() -> None:
    guide = "## The conversation\n- Release\n- Manager\n- reply: to all of it\n"
    source = read(f"{HEAD}---\nWhy.\n{WRITTEN}\n- release\n{guide}")
    found = parser.parse(source, FORMS)
    assert found.problems == []
    assert [step["name"] for step in found.structure["steps"]] == ["manager", "release"]
    assert found.structure["intro"] == "Why." and found.structure["guide"] == guide.strip()
    assert parser.text_of(source) == f"Why.\n{guide}"
