"""The plans, forms and pages that ship: what they promise, held for each of them."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from portal.assignments.due import Due
from portal.checklists import parser as plans
from portal.documents.parser import Source, read
from portal.documents.terms import COMMON_KEYS
from portal.questionnaires import parser as forms
from portal.questionnaires.terms import read_terms

pytestmark = pytest.mark.one_database

CONTENT = Path(__file__).resolve().parents[2] / "content"
PLANS = {path.stem: path for path in sorted((CONTENT / "checklists").glob("*.md"))}
FORMS = {path.stem: path for path in sorted((CONTENT / "forms").glob("*.md"))}
COMPETENCIES = {path.stem for path in (CONTENT / "competencies").glob("*.md")}
PAGES = {path.stem: path for path in sorted((CONTENT / "pages").glob("*.md"))}
EVERYTHING = {**PLANS, **FORMS, **PAGES}

FUNCTIONS = frozenset({"it", "finance", "legal", "facilities", "executive"})
KNOWN = plans.Known(functions=FUNCTIONS, opens={"form": FORMS.__contains__})
COMFORTABLE_STEPS = 15
DAY_MINUTES = 180

# What the list of the product asks for: each transition, and what its plans are about.
TRANSITIONS = {
    "onboarding-general": "onboarding",
    "onboarding-engineering": "onboarding",
    "onboarding-sales": "onboarding",
    "onboarding-managers": "onboarding",
    "offboarding": "offboarding",
    "promotion": "promotion",
    "transfer": "transfer",
    "parental-leave": "leave",
    "return-from-leave": "return",
    "compliance-year": "other",
    "manager-first-90-days": "other",
    "first-portal-launch": "other",
    "hr-first-90-days": "other",
}
ONBOARDING = [name for name, transition in TRANSITIONS.items() if transition == "onboarding"]

# A step tells somebody what to do, so it begins with a verb. A new verb is added here on purpose.
VERBS = frozenset(
    """
    agree announce answer ask catch change check choose clear close compare confirm decide
    delete end enter explain file fill fix get give go hand have hold import invite keep
    learn list listen look make meet mend move name open order pass pay plan practice
    prepare promote put read run say see send set settle shorten show sign sit start take
    talk tell try walk welcome write
    """.split()
)


def source_of(path: Path) -> Source:
    return read(path.read_text(encoding="utf-8"))


def plan_of(name: str) -> plans.Plan:
    return plans.parse(source_of(PLANS[name]), KNOWN)


def steps_of(name: str) -> list[dict[str, Any]]:
    return [step for phase in plan_of(name).structure["phases"] for step in phase["steps"]]


every_plan = pytest.mark.parametrize("name", PLANS)
every_form = pytest.mark.parametrize("name", FORMS)
every_onboarding = pytest.mark.parametrize("name", ONBOARDING)


# -- all of them -------------------------------------------------------------------------------


def test_the_whole_list_ships() -> None:
    assert {name: plan_of(name).structure["transition"] for name in PLANS} == TRANSITIONS


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_starter_says_what_it_is_and_who_keeps_it(name: str) -> None:
    source = source_of(EVERYTHING[name])
    assert source.problems == []
    assert source.meta["owner"] == "@hr" and source.meta["review-every"] == "12 months"
    assert source.meta["summary"].endswith(".")
    assert {"kind", "title"} <= set(source.meta)
    if source.meta["kind"] == "page":
        assert set(source.meta) <= COMMON_KEYS


def test_a_link_leads_to_a_text_that_ships() -> None:
    places = {"page": PAGES, "checklist": PLANS, "form": FORMS}
    found = [
        (path.name, kind, slug)
        for path in EVERYTHING.values()
        for kind, slug in re.findall(r"\]\(/documents/(\w+)/([\w-]+)\)", path.read_text())
    ]
    assert found
    assert [link for link in found if link[2] not in places[link[1]]] == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_starter_fits_any_company(name: str) -> None:
    words = EVERYTHING[name].read_text()
    assert not re.search(r"[\w.]+@[\w.]+", words)
    assert "Halden" not in words and "http" not in words


# -- plans -------------------------------------------------------------------------------------


@every_plan
def test_a_plan_is_read_without_a_problem(name: str) -> None:
    assert plan_of(name).problems == []


@every_plan
def test_a_plan_is_short_enough_to_be_finished(name: str) -> None:
    assert 8 <= len(steps_of(name)) <= COMFORTABLE_STEPS


@every_plan
def test_a_plan_says_when_it_worked(name: str) -> None:
    assert 30 <= len(plan_of(name).structure["success"]) <= 160


@every_plan
def test_a_step_has_an_owner_a_date_minutes_and_says_what_done_is(name: str) -> None:
    for step in steps_of(name):
        has_giver = (step["thing"] or {}).get("verb") in ("revoke", "collect")
        assert step["owners"] or has_giver, step["title"]
        assert step["due"] and step["minutes"], step["title"]
        assert len(step["detail"].split()) >= 12, step["title"]
        says_done = "Done when" in " ".join(step["detail"].split())
        assert says_done or step["opens"] or step["optional"] or has_giver, step["title"]


@every_plan
def test_a_step_begins_with_what_to_do(name: str) -> None:
    for step in steps_of(name):
        first = step["title"].split()[0].lower().rstrip(",")
        assert first in VERBS, step["title"]
        assert not step["title"].endswith("."), step["title"]
        assert len(step["title"]) <= 80, step["title"]


@every_plan
def test_no_day_asks_more_than_three_hours_of_the_person(name: str) -> None:
    days = defaultdict(list)
    for step in steps_of(name):
        if "employee" in step["owners"]:
            days[step["due"]].append(step["minutes"])
    too_full = {due: found for due, found in days.items() if len(found) > 1}
    assert {due: sum(found) for due, found in too_full.items() if sum(found) > DAY_MINUTES} == {}


@every_plan
def test_steps_stand_in_the_order_of_their_days(name: str) -> None:
    """Within a phase: nobody looks for Tuesday under Friday."""
    for phase in plan_of(name).structure["phases"]:
        days = [_days(step["due"]) for step in phase["steps"]]
        assert days == sorted(days), phase["title"]


def _days(due: str) -> float:
    found = Due.parse(due)
    return found.offset * {"d": 1.0, "w": 1.4, "m": 30.0}[found.unit]


@every_plan
def test_a_meeting_is_in_the_working_day_and_has_two_sides(name: str) -> None:
    for step in steps_of(name):
        if step["at"]:
            assert "09:00" <= step["at"] <= "16:00", step["title"]
            hosts_alone = {"buddy", "hr"}
            assert len(step["owners"]) > 1 or set(step["owners"]) <= hosts_alone, step["title"]


# -- onboarding and leaving --------------------------------------------------------------------


@every_onboarding
def test_an_onboarding_covers_what_every_start_needs(name: str) -> None:
    steps = steps_of(name)
    opened = [step["opens"]["slug"] for step in steps if step["opens"]]
    assert opened == [
        "new-starter-details", "first-week", "thirty-days", "sixty-days", "ninety-days",
    ]  # fmt: skip
    things = {(step["thing"]["verb"], step["thing"]["name"]) for step in steps if step["thing"]}
    assert {("equipment", "laptop"), ("equipment", "badge"), ("access", "email")} <= things
    owners = {owner for step in steps for owner in step["owners"]}
    assert {"employee", "manager", "buddy", "hr", "it", "facilities"} <= owners
    assert [step["at"] for step in steps if step["due"] == "start" and "manager" in step["owners"]]
    assert plan_of(name).structure["success_by"] == "start+90"


@every_onboarding
def test_the_details_are_given_before_the_first_day(name: str) -> None:
    (step,) = (s for s in steps_of(name) if (s["opens"] or {}).get("slug") == "new-starter-details")
    assert Due.parse(step["due"]).offset < 0 and step["owners"] == ["employee"]


@every_onboarding
def test_the_talks_are_for_both(name: str) -> None:
    talks = [s for s in steps_of(name) if (s["opens"] or {}).get("slug", "").endswith("-days")]
    assert [(talk["due"], talk["at"]) for talk in talks] == [
        ("start+30", "10:00"), ("start+60", "10:00"), ("start+90", "10:00"),
    ]  # fmt: skip
    assert all(talk["owners"] == ["employee", "manager"] for talk in talks)


def test_leaving_takes_back_all_that_was_handed_out() -> None:
    steps = steps_of("offboarding")
    things = {step["thing"]["verb"]: step for step in steps if step["thing"]}
    assert {verb: step["thing"]["name"] for verb, step in things.items()} == {
        "collect": "all", "revoke": "all",
    }  # fmt: skip
    assert {step["due"] for step in things.values()} == {"end"}
    opened = [step["opens"]["slug"] for step in steps if step["opens"]]
    assert opened == ["knowledge-transfer", "exit-interview"]
    owners = {owner for step in steps for owner in step["owners"]}
    assert {"employee", "manager", "hr", "it", "finance", "legal"} <= owners


@pytest.mark.parametrize("name", ["transfer", "parental-leave"])
def test_whoever_goes_writes_down_the_work_first(name: str) -> None:
    steps = steps_of(name)
    (step,) = (step for step in steps if (step["opens"] or {}).get("slug") == "knowledge-transfer")
    assert step["owners"] == ["employee"]
    assert Due.parse(step["due"]).offset < 0


# -- forms -------------------------------------------------------------------------------------


def questions_of(name: str) -> list[dict[str, Any]]:
    found = forms.parse(source_of(FORMS[name]), forms.Known(functions=FUNCTIONS))
    return [question for section in found.sections for question in section["questions"]]


@every_form
def test_a_form_is_read_without_a_problem(name: str) -> None:
    anchors = {"competency": COMPETENCIES.__contains__}
    source, known = source_of(FORMS[name]), forms.Known(functions=FUNCTIONS, sources=anchors)
    assert forms.parse(source, known).problems == []
    assert read_terms(source, known)[1] == []


@every_form
def test_a_form_takes_less_than_ten_minutes_on_a_phone(name: str) -> None:
    limit = {"exit-interview": 12, "new-starter-details": 15, "annual-review": 10}.get(name, 9)
    assert 4 <= len(questions_of(name)) <= limit
    if name != "knowledge-transfer":
        source = source_of(FORMS[name])
        assert forms.parse(source, forms.Known(functions=FUNCTIONS)).minutes <= 10


@every_form
def test_an_anchor_says_what_one_would_see(name: str) -> None:
    for question in questions_of(name):
        for anchor in question.get("anchors", ()):
            _, _, seen = anchor
            assert len(seen.split()) >= 4, (question["title"], anchor)


@every_form
def test_a_form_says_first_who_reads_it(name: str) -> None:
    source = source_of(FORMS[name])
    terms, _ = read_terms(source, forms.Known(functions=FUNCTIONS))
    summary = source.meta["summary"]
    subject = r"Both read|the person|Whoever leads"
    named = {"hr": "HR", "manager": "manager", "subject": subject}
    assert all(re.search(named[reader], summary, re.IGNORECASE) for reader in terms.readers)
    assert terms.readers or terms.hand_over.title() in summary


def test_day_7_30_and_90_ask_the_same_so_that_they_compare() -> None:
    asked = [
        (question["key"], question["anchors"])
        for name in ("first-week", "thirty-days", "ninety-days")
        for question in questions_of(name)
        if question["title"].startswith("Knowing what you know today")
    ]
    assert len(asked) == 3 and asked[0] == asked[1] == asked[2]


def test_the_details_are_for_finance_alone_and_do_not_stay() -> None:
    source = source_of(FORMS["new-starter-details"])
    terms, _ = read_terms(source, forms.Known(functions=FUNCTIONS))
    assert (terms.readers, terms.hand_over, terms.keep) == ((), "finance", "30 days")


def test_the_exit_interview_is_hr_s_and_can_be_left_empty() -> None:
    terms, _ = read_terms(source_of(FORMS["exit-interview"]), forms.Known(functions=FUNCTIONS))
    assert terms.readers == ("hr",)
    assert all(question["optional"] for question in questions_of("exit-interview"))


def test_every_form_is_opened_by_a_plan_a_path_or_a_review() -> None:
    opened = {step["opens"]["slug"] for name in PLANS for step in steps_of(name) if step["opens"]}
    paths = [*(CONTENT / "paths").glob("*.md"), *(CONTENT / "reviews").glob("*.md")]
    opened |= {slug for path in paths for slug in re.findall(r"form:([\w-]+)", path.read_text())}
    assert opened == set(FORMS)
