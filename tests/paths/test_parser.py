"""The grammar of a path: what is understood, and what is said about what is not."""

from pathlib import Path

import pytest

from portal.documents.parser import read
from portal.documents.reading import check
from portal.paths.parser import MAX_STEPS, parse, text_of
from portal.paths.who import WhoError, read_who

CONTENT = Path(__file__).resolve().parents[2] / "content"
OPENS = {
    "course": {"feedback", "safety", "quiz"}.__contains__,
    "policy": {"conduct"}.__contains__,
}


def path(body, *head):
    source = "\n".join(["---", "kind: path", "title: A path", *head, "---", body])
    return parse(read(source), OPENS)


def steps(body, *head):
    found = path(body, *head)
    assert not [one for one in found.problems if one.level == "error"], found.problems
    return [step for section in found.structure["sections"] for step in section["steps"]]


def complaint(body, *head):
    """The one problem, as line and message; the body begins on the line after the head."""
    problems = path(body, *head).problems
    assert len(problems) == 1, problems
    return problems[0].line - 4 - len(head), problems[0].message


def test_a_step_opens_one_thing_and_may_have_words_days_and_marks():
    found = steps(
        "## Foundations\n"
        "- course:feedback due:14\n"
        "- Read how we work policy:conduct due:7\n"
        "1. course:safety (optional)\n"
        "- [ ] course:quiz gate\n- course:quiz\n".replace("\n- course:quiz\n", "\n")
    )
    assert [step["key"] for step in found] == [
        "course:feedback", "policy:conduct", "course:safety", "course:quiz",
    ]  # fmt: skip
    assert [step["due"] for step in found] == [14, 7, None, None]
    assert found[1]["title"] == "Read how we work" and found[0]["title"] == ""
    assert found[2]["optional"] and found[3]["gate"]


def test_sections_keep_their_words_and_the_head_says_order_days_and_whom():
    found = path(
        "Where it leads.\n## One\nSome words.\n- course:feedback\n",
        "order: free", "due: 90 days", "assigned-to: new managers and department = Sales",
    ).structure  # fmt: skip
    assert found["intro"] == "Where it leads." and found["sections"][0]["intro"] == "Some words."
    assert (found["order"], found["due"]) == ("free", 90)
    assert found["assigned_to"] == {"group": "new managers", "rule": "department = Sales"}


def test_without_sections_there_is_one_and_the_order_is_strict():
    found = path("- course:feedback\n").structure
    assert [one["title"] for one in found["sections"]] == ["Steps"]
    assert (found["order"], found["due"], found["assigned_to"]) == ("strict", None, None)


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("- course:nothing\n", 1, "There is no course “nothing” in force."),
        ("- curse:safety\n", 1, "Did you mean “course:”?"),
        ("- course:safety policy:conduct\n", 1, "one thing"),
        ("- course:safety due:0\n", 1, "no number of days"),
        ("- course:safety due:soon\n", 1, "no number of days"),
        ("- course:safety due:3 due:4\n", 1, "one “due”"),
        ("- course:safety\n- course:safety\n", 2, "Line 5 has this step already."),
        ("- course:feedback\n- course:safety and then\n", 2, "only at the end of the line"),
        ("- course:safety (optional)\n", 1, "Every step is optional"),
        ("- course:safety gate optional\n- course:feedback", 1, "cannot be optional"),
        ("Words alone.\n", 1, "A path needs a step"),
        ("## \n- course:safety\n", 1, "This section has no name"),
        ("- due:4\n- course:safety\n", 1, "opens nothing"),
    ],
)
def test_what_cannot_be_understood_is_said_on_its_line(body, line, words):
    at, message = complaint(body)
    assert at == line and words in message


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("order: loose", "strict"),
        ("due: soon", "no number of days"),
        ("assigned-to: departmen = Sales", "Did you mean “department”?"),
    ],
)
def test_what_the_head_says_wrongly_is_said_on_its_line(head, words):
    problem = path("- course:safety\n", head).problems[0]
    assert problem.line == 4 and words in problem.message


def test_some_things_are_only_worth_a_remark():
    found = path("## Empty\n## One\n- a word\n- course:safety\n- course:quiz gate\n").problems
    assert {one.level for one in found} == {"warning"}
    said = " ".join(one.message for one in found)
    assert "“Empty” has no steps" in said
    assert "only text" in said and "Nothing comes after this gate" in said


def test_a_path_has_an_end():
    body = "".join(f"- course:c{number}\n" for number in range(MAX_STEPS + 1))
    source = read(f"---\nkind: path\ntitle: Long\n---\n{body}")
    found = parse(source, {"course": lambda slug: True})
    assert any("60 steps at most" in one.message for one in found.problems)
    assert sum(len(one["steps"]) for one in found.structure["sections"]) == MAX_STEPS


def test_no_text_makes_it_fail():
    for body in ("- :", "- course:", "#", "##", "- due:", "- (", "- )(", "\0", "- " + "x" * 5_000):
        path(body)


def test_people_read_and_find_the_words_and_not_what_the_portal_reads():
    source = read(
        "---\nkind: path\ntitle: A\n---\n## One\n- Read this policy:conduct due:3\n- course:x\n"
    )
    assert text_of(source) == "## One\n- Read this\n\n"


def test_whom_it_is_assigned_to_is_said_in_words():
    assert read_who("Managers").spoken == "whoever leads somebody"
    assert read_who("newcomers and location = Berlin").spoken.endswith("of location Berlin")
    assert read_who("everyone").group == ""
    with pytest.raises(WhoError):
        read_who("managers or everyone")


@pytest.mark.parametrize("file", sorted((CONTENT / "paths").glob("*.md")), ids=lambda p: p.stem)
def test_the_starter_paths_say_nothing_wrong_but_for_what_is_not_published_yet(file, app):
    problems = [one for one in check("path", file.read_text()).problems if not one.needs]
    assert problems == []
    for one in check("path", file.read_text()).problems:
        kind, slug = one.needs.split(":")
        folder = {"course": "courses", "policy": "policies", "form": "forms"}[kind]
        assert (CONTENT / folder / f"{slug}.md").exists(), one.needs
