"""The grammar of a checklist plan: what HR may write, and what is said on which line."""

import json
import time
from pathlib import Path

import pytest

from portal.checklists import parser
from portal.checklists.parser import STEP_TEMPLATE, Known
from portal.documents.parser import read

KNOWN = Known(
    functions=frozenset({"it", "finance", "legal"}),
    has_person=lambda email: email == "helen@halden.example",
    opens={
        "policy": lambda slug: slug == "code-of-conduct",
        "form": lambda slug: slug == "thirty-days",
    },
)
CONTENT = Path(__file__).parents[2] / "content" / "checklists"


def plan_of(body, *head):
    """Line 1 of the body is line 5 of the source, and one later for each line of `head`."""
    front = "\n".join(["---", "kind: checklist", "title: T", *head, "---", ""])
    source = read(front + body)
    assert source.problems == []
    plan = parser.parse(source, KNOWN)
    assert json.loads(json.dumps(plan.structure)) == plan.structure
    return plan


def steps_of(body, *head):
    return [step for phase in plan_of(body, *head).structure["phases"] for step in phase["steps"]]


def step_of(line):
    (step,) = steps_of(f"## P\n- [ ] {line}")
    return step


def problems_of(body, *head):
    return [(p.level, p.line, p.message) for p in plan_of(body, *head).problems]


def problem_of(line):
    """The one problem of a step, which stands on line 6."""
    ((level, at, message),) = problems_of(f"## P\n- [ ] {line}")
    assert at == 6
    return level, message


HOUSE = """## Before day one
- [ ] Order laptop @it due:start-5
- [ ] Meet your buddy @buddy due:start+1
## First week
- [ ] Sign the code of conduct policy:code-of-conduct due:start+3
## 30 / 60 / 90 days
- [ ] 30-day conversation form:thirty-days @employee @manager due:start+30
"""


def test_the_example_of_the_house_is_understood_without_a_word():
    plan = plan_of(HOUSE, "success: First pull request merged")
    assert plan.problems == []
    assert plan.structure["transition"] == "onboarding"
    assert plan.structure["anchor"] == "start"
    assert plan.structure["success"] == "First pull request merged"
    assert [phase["title"] for phase in plan.structure["phases"]] == [
        "Before day one", "First week", "30 / 60 / 90 days",
    ]  # fmt: skip
    assert plan.structure["phases"][2]["steps"] == [
        {
            "key": "30-day-conversation",
            "line": 12,
            "title": "30-day conversation",
            "detail": "",
            "owners": ["employee", "manager"],
            "due": "start+30",
            "minutes": None,
            "at": None,
            "optional": False,
            "opens": {"kind": "form", "slug": "thirty-days"},
            "thing": None,
        }
    ]


def test_every_token_at_the_end_of_the_line_counts_in_any_order():
    step = step_of("Say **hello** minutes:10 @it, @helen@halden.example optional due:start+5w")
    assert step["title"] == "Say **hello**"
    assert step["owners"] == ["it", "helen@halden.example"]
    assert (step["due"], step["minutes"], step["optional"]) == ("start+5w", 10, True)


@pytest.mark.parametrize(
    "title",
    [
        "Ask @it about the badge",
        "Write to help@halden.example",
        "Read https://halden.example/start",
        "Meet at 10:30",
        "Bring: passport",
        "An optional lunch",
        "Learn chapter:one.",
        "Pay 5 @ 3",
        "Read [the page](https://a.example)",
    ],
)
def test_what_stands_in_the_sentence_is_text(title):
    assert problems_of(f"## P\n- [ ] {title} @hr due:start") == []
    assert step_of(f"{title} @hr due:start")["title"] == title
    assert step_of(title)["title"] == title


def test_a_step_without_an_owner_goes_to_hr_with_a_warning():
    assert step_of("Order cake due:start")["owners"] == ["hr"]
    level, message = problem_of("Order cake due:start")
    assert level == "warning" and "goes to HR" in message


def test_a_step_that_opens_a_duty_is_the_employees_own():
    step = step_of("Sign policy:code-of-conduct due:start")
    assert step["owners"] == ["employee"]
    assert step["opens"] == {"kind": "policy", "slug": "code-of-conduct"}
    assert problems_of("## P\n- [ ] Sign policy:code-of-conduct due:start") == []


def test_a_step_without_a_date_has_none_and_a_warning():
    assert step_of("Order cake @hr")["due"] is None
    assert problem_of("Order cake @hr") == (
        "warning",
        "This step has no date and will not be reminded of: add due:start+5.",
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("X @itt due:start", "There is no owner “@itt”. Did you mean “@it”?"),
        ("X @mananger due:start", "Did you mean “@manager”?"),
        ("X @zzz due:start", "There are @buddy, @employee, @finance, @hr, @it, @legal, @manager."),
        ("X @nobody@x.example due:start", "Nobody here has the address “nobody@x.example”."),
        ("X @it due:start+5y", "Write start, start-5 (days), start+5w (working days)"),
        ("X @it due:soon+5", "“soon” is no day to count from"),
        ("X @it due:", "is no due date"),
        ("X @it due: start+5", "Write due:start+5, without a space after the colon."),
        ("X @it due:start+2000", "more than 1,000 days"),
        ("X @it due:end-3", "counts from the first day: write due:start-3."),
        ("X @it due:start due:start+1", "a step has one due date"),
        ("X @it due:start minutes:1 minutes:2", "one length in minutes"),
        ("X @it due:start minutes:ten", "“minutes:ten” is no length of time: write 1 to 1,440."),
        ("X @it due:start minutes:0", "no length of time"),
        ("X @it due:start minutes:١", "no length of time"),
        ("X due:start policy:travel", "There is no policy “travel”."),
        ("X due:start policy:", "There is no policy “”."),
        ("X @it due:start polcy:travel", "Did you mean “policy:”? If it is part of the sentence"),
        ("X @it due:start policy:code-of-conduct form:thirty-days", "one thing to open"),
        ("X @it due:start at:9:30", "is no time of day: write at:09:30 or at:14:00."),
        ("X @it due:start at:24:00", "is no time of day"),
        ("X @it due:start at:", "is no time of day"),
        ("X @it due:start at:10:00 at:11:00", "a step has one time of day"),
        ("X @it at:10:00", "“at:10:00” is a time without a day: add due:start+5."),
        ("X @it due:start access:", "“access:” names nothing: write access:github"),
        ("X @it due:start access:git_hub", "“access:git_hub” names nothing: write access:github"),
        ("X @it due:start collect:", "“collect:” names nothing: write collect:laptop"),
        ("X @it due:start equipment:all", "one line each, as equipment:laptop."),
        ("X @it due:start access:all", "one line each, as access:github."),
        ("X @it due:start access:github equipment:laptop", "one thing to open, hand out or take"),
        ("X @it due:start access:github form:thirty-days", "one thing to open, hand out or take"),
        ("X @it @hr due:start access:github", "one proof, so one owner: make a line for each."),
        ("X @it @hr due:start revoke:all", "name one, or nobody for whoever gave it."),
        ("X @it due:start acces:github", "Did you mean “access:”?"),
        ("@it due:start", "does not say what to do"),
        ("x" * 301 + " @it due:start", "300 characters at most"),
        ("X " + "@it " * 40 + "due:start", "too many"),
    ],
)  # fmt: skip
def test_a_mistake_is_an_error_that_says_what_to_write(line, sentence):
    errors = [
        (at, message)
        for level, at, message in problems_of(f"\n## P\n- [ ] {line}")
        if level == "error"
    ]
    assert [at for at, _ in errors] == [7]
    assert sentence in errors[0][1]
    assert errors[0][1][-1] in ".?"


def test_owners_are_matched_whatever_their_case():
    step = step_of(
        "X @IT @Helen@Halden.example DUE:START+5 Minutes:5 Optional Policy:Code-of-Conduct"
    )
    assert step["owners"] == ["it", "helen@halden.example"]
    assert step["opens"] == {"kind": "policy", "slug": "code-of-conduct"}
    assert (step["due"], step["minutes"], step["optional"]) == ("start+5", 5, True)


def test_a_due_date_in_the_middle_is_text_with_a_warning():
    level, message = problem_of("Report due:start+5 to everybody @hr due:start")
    assert level == "warning"
    assert message == "“due:start+5” counts only at the end of the line; here it is text."


def test_offboarding_counts_from_the_last_day():
    assert plan_of("", "transition: offboarding").structure["anchor"] == "end"
    assert steps_of("- [ ] X @it due:end-3", "transition: Offboarding")[0]["due"] == "end-3"
    assert steps_of("- [ ] X @it due:today+2", "transition: offboarding")[0]["due"] == "today+2"
    ((level, line, message),) = problems_of("- [ ] X @it due:start-3w", "transition: offboarding")
    assert (level, line) == ("error", 6)
    assert message == "A plan for “offboarding” counts from the last day: write due:end-3w."


def test_an_unknown_transition_is_an_error_on_its_line():
    ((level, line, message),) = problems_of("- [ ] X @it due:start", "transition: onbording")
    assert (level, line) == ("error", 4)
    assert "there are onboarding, offboarding, promotion" in message


def test_unknown_front_matter_is_a_warning():
    ((level, line, message),) = problems_of("- [ ] X @it due:start", "sucess: yes")
    assert (level, line) == ("warning", 4)
    assert message == "“sucess” is not read here. Did you mean “success”?"


def test_a_meeting_has_a_time_of_day():
    step = step_of("Welcome @manager due:start at:09:30 minutes:30")
    assert (step["at"], step["minutes"], step["due"]) == ("09:30", 30, "start")
    assert problems_of("## P\n- [ ] Meet at 10:00 @hr due:start") == []


@pytest.mark.parametrize(
    ("word", "thing"),
    [
        ("access:github", {"verb": "access", "name": "github"}),
        ("equipment:macbook-pro", {"verb": "equipment", "name": "macbook-pro"}),
        ("revoke:github", {"verb": "revoke", "name": "github"}),
        ("collect:ALL", {"verb": "collect", "name": "all"}),
    ],
)
def test_what_is_handed_out_and_taken_back_is_a_thing_with_a_name(word, thing):
    step = step_of(f"Do it @it due:start {word}")
    assert (step["thing"], step["opens"], step["owners"]) == (thing, None, ["it"])
    assert problems_of(f"## P\n- [ ] Do it @it due:start {word}") == []


def test_what_is_taken_back_goes_to_whoever_gave_it_unless_the_line_names_one():
    (step,) = steps_of("- [ ] Close it revoke:all due:end", "transition: offboarding")
    assert step["owners"] == []
    assert problems_of("- [ ] Close it revoke:all due:end", "transition: offboarding") == []
    assert step_of("Hand it out due:start access:github")["owners"] == ["hr"]


def test_a_colon_in_a_sentence_is_no_handing_out():
    for title in ("Check access: badge and parking", "Count equipment: chairs, lamps"):
        assert problems_of(f"## P\n- [ ] {title} @hr due:start") == []
    level, message = problem_of("Check access:github before lunch @hr due:start")
    assert level == "warning" and "counts only at the end" in message


@pytest.mark.parametrize("transition", ["promotion", "transfer", "leave", "return", "other"])
def test_every_other_transition_counts_from_its_day(transition):
    plan = plan_of("- [ ] X @hr due:start", f"transition: {transition}")
    assert (plan.problems, plan.structure["anchor"]) == ([], "start")


def test_success_by_says_when_the_manager_is_asked():
    plan = plan_of("- [ ] X @hr due:start", "success: Ships alone", "success-by: start+60")
    assert (plan.problems, plan.structure["success_by"]) == ([], "start+60")
    assert plan_of("- [ ] X @hr due:start").structure["success_by"] is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("soon", "“soon” is no day to count from"),
        ("end+60", "counts from the first day: write success-by: start+60."),
    ],
)
def test_a_wrong_success_by_is_an_error_on_its_line(typed, sentence):
    body = "- [ ] X @hr due:start"
    ((level, line, message),) = problems_of(body, "success: Ships", f"success-by: {typed}")
    assert (level, line) == ("error", 5) and sentence in message


def test_success_by_without_success_has_nothing_to_ask():
    ((level, line, message),) = problems_of("- [ ] X @hr due:start", "success-by: start+60")
    assert (level, line) == ("error", 4) and "say that too" in message


# ---------------------------------------------------------------- what belongs where

SHAPE = """Welcome to the plan.
- a plain list is fine here

## First day
Everyone meets.

- [ ] One @it due:start
      Details of **one**.

      - nested
          - deeper
lazy end of the paragraph

A stray paragraph.
* [ ] Two @it due:start
  - [ ] sub-point
## Second
1. [ ] Three @it due:start
"""


def test_paragraphs_introduce_and_what_is_moved_in_is_detail():
    plan = plan_of(SHAPE)
    assert plan.structure["intro"] == "Welcome to the plan.\n- a plain list is fine here"
    first, second = plan.structure["phases"]
    assert first["intro"] == "Everyone meets.\n\nA stray paragraph."
    assert [step["title"] for step in first["steps"]] == ["One", "Two"]
    assert first["steps"][0]["detail"] == (
        "Details of **one**.\n\n- nested\n    - deeper\nlazy end of the paragraph"
    )
    assert first["steps"][1]["detail"] == "- [ ] sub-point"
    assert second["steps"][0]["title"] == "Three"
    assert plan.problems == []


def test_details_are_moved_back_to_the_margin():
    (step,) = steps_of("- [ ] One @it due:start\n      Why.\n\n      - a\n          - b\n\n\n")
    assert step["detail"] == "Why.\n\n- a\n    - b"
    (step,) = steps_of("- [ ] One @it due:start\n\tWhy.")
    assert step["detail"] == "Why."


def test_a_step_outside_any_phase_makes_a_phase_of_its_own():
    (phase,) = plan_of("- [ ] One @it due:start").structure["phases"]
    assert phase["title"] == "Steps"


@pytest.mark.parametrize(
    "line",
    ["- [ ] X", "* [ ] X", "+ [ ] X", "1. [ ] X", "2) [ ] X", "-[ ] X", "- [] X", "  - [ ] X"],
)
def test_a_step_may_begin_as_people_type_it(line):
    assert [step["title"] for step in steps_of(f"## P\n{line} @it due:start")] == ["X"]
    assert problems_of(f"## P\n{line} @it due:start") == []


def test_a_ticked_box_is_a_step_with_a_warning():
    ((level, line, message),) = problems_of("- [x] One @it due:start")
    assert (level, line) == ("warning", 5) and "in place of [x]" in message
    assert steps_of("- [X] One @it due:start")[0]["title"] == "One"


def test_a_link_in_a_list_is_no_step():
    assert steps_of("- [x](https://a.example)") == []


def test_a_list_item_among_steps_is_asked_about():
    ((level, line, message),) = problems_of("- [ ] One @it due:start\n- Two @it due:start")
    assert (level, line) == ("warning", 6) and "begins with “- [ ]”" in message
    assert problems_of("## P\n- Two @it due:start\n- [ ] One @it due:start")[0][1] == 6


def test_owners_of_a_step_under_a_step_are_asked_about():
    body = "- [ ] One @it due:start\n      - [ ] Two @finance due:start+1"
    ((level, line, message),) = problems_of(body)
    assert (level, line) == ("warning", 6) and "belongs to the step above" in message


def test_deeper_headings_and_hashtags_are_no_phases():
    plan = plan_of("## P\n### Note\n#1 rule\n- [ ] One @it due:start")
    assert [phase["title"] for phase in plan.structure["phases"]] == ["P"]
    assert plan.structure["phases"][0]["intro"] == "### Note\n#1 rule"


def test_phases_may_be_closed_with_hashes_and_need_a_name():
    assert plan_of("## P ##\n- [ ] X @it due:start").structure["phases"][0]["title"] == "P"
    assert problems_of("##\n- [ ] X @it due:start")[0][:2] == ("error", 5)
    assert problems_of("## " + "x" * 121 + "\n- [ ] X @it due:start")[0][:2] == ("error", 5)


# ---------------------------------------------------------------- the whole plan


def test_an_empty_plan_is_complete_at_once_and_says_so():
    plan = plan_of("")
    assert plan.structure["phases"] == []
    assert [(p.level, p.line) for p in plan.problems] == [("warning", 5)]
    assert "complete as soon as it is started" in plan.problems[0].message


def test_a_phase_without_steps_is_asked_about():
    assert ("warning", 5, "The phase “P” has no steps.") in problems_of("## P\n## Q\n- [ ] X @it")


def test_keys_are_unique_and_stay_short():
    titles = ["Same [as](https://a.example)"] * 3 + ["same as 2"] + ["y" * 90] * 2
    body = "\n".join(f"- [ ] {title} @it due:start" for title in titles)
    keys = [step["key"] for step in steps_of(body)]
    assert keys[:4] == ["same-as", "same-as-2", "same-as-3", "same-as-2-2"]
    assert len(set(keys)) == 6
    assert max(map(len, keys)) == 80


def test_two_steps_with_the_same_words_are_asked_about():
    body = "- [ ] One @it due:start\n\n- [ ] ONE @hr due:start"
    assert problems_of(body) == [("warning", 7, "Line 5 has a step with the same words.")]


def test_more_than_fifteen_steps_are_a_warning_at_the_sixteenth():
    body = "\n".join(f"- [ ] Step {n} @it due:start" for n in range(16))
    ((level, line, message),) = problems_of(body)
    assert (level, line) == ("warning", 20) and "16 steps" in message
    assert problems_of(body.rpartition("\n")[0]) == []


def test_two_hundred_steps_are_the_most():
    body = "\n".join(f"- [ ] Step {n} @it due:start" for n in range(205))
    assert len(steps_of(body)) == 200
    errors = [problem for problem in problems_of(body) if problem[0] == "error"]
    assert [line for _, line, _ in errors] == [205]


def test_lines_are_counted_in_the_whole_source():
    lines = ["", "text", "", "- [ ] A @nobody due:start", "  detail", "", "- [ ] B @it due:never"]
    found = problems_of("\n".join(lines), "summary: s", "success: t")
    assert [(level, line) for level, line, _ in found] == [("error", 10), ("error", 13)]


def test_windows_line_ends_change_nothing():
    assert plan_of(SHAPE.replace("\n", "\r\n")) == plan_of(SHAPE)


def test_the_button_inserts_a_step_without_a_problem():
    assert problems_of("## P\n" + STEP_TEMPLATE) == []


@pytest.mark.parametrize(
    "line",
    [
        "- [ ] X " + "@a " * 9_000,
        "- [ ] X " + "a:b " * 7_000,
        "- [ ] " + "x" * 30_000,
        "- [ ] X @" + "a" * 9_000,
        "- [ ] X due:" + "9" * 9_000,
        "- [ ] a:b",
        "- @it",
        "##",
        "\t- [ ]",
    ],
)
def test_a_text_full_of_mistakes_is_read_in_time(line):
    source = read(
        "---\nkind: checklist\ntitle: T\n---\n"
        + "\n\n".join([line] * min(2_000, 250_000 // len(line)))
    )
    began = time.perf_counter()
    assert parser.parse(source, KNOWN).problems
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.name)
def test_the_plans_that_ship_are_without_a_problem(path):
    source = read(path.read_text(encoding="utf-8"))
    forms = {form.stem for form in (CONTENT.parent / "forms").glob("*.md")}
    known = Known(
        functions=frozenset({"it", "finance", "legal", "facilities"}),
        opens={"form": forms.__contains__},
    )
    assert [*source.problems, *parser.parse(source, known).problems] == []
