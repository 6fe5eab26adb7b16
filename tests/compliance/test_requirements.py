"""Requirement pages: listed, written with a preview, changed, ended; everybody's state, nudges."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.audit import Event, Look
from portal.compliance import following, people, words
from portal.compliance.models import Coverage, Exemption, Requirement, Terms
from portal.compliance.needs import Fact
from portal.compliance.schedule import Rhythm
from portal.mail.models import Letter
from portal.people.models import Person
from tests import cast
from tests.compliance.conftest import KIND, TARGET
from tests.reach import knock

HOME = "/compliance/requirements"
READ = {name: 404 for name in cast.NAMES if name != "lev"} | {"helen": 200, "audrey": 200}
WRITE = READ | {"audrey": 403}
LIST_WRITE = READ | {"audrey": 404}
POSTED = {name: 303 if status == 200 else status for name, status in WRITE.items()}
TERMS = {
    "audience": "department = Engineering", "every_months": "12", "counted_from": "completion",
    "fixed_on": "", "starts_on": "2026-11-18", "first_days": "14", "joiner_days": "7",
    "lead_days": "30", "grace_days": "0",
}  # fmt: skip
NEW = TERMS | {"thing": f"{KIND}:{TARGET}"}


@pytest.fixture
def required(require: Any) -> Requirement:
    """The fire drill, once a year for Engineering, followed."""
    requirement: Requirement = require("department = Engineering", every_months=12)
    following.follow(requirement)
    return requirement


@pytest.fixture
def page(required: Requirement) -> str:
    return f"{HOME}/{required.id}"


# -- who may -------------------------------------------------------------------------------------


def test_hr_and_the_auditor_read_and_nobody_else(as_: Any, page: str) -> None:
    knock(as_, READ, HOME, nowhere="/compliance/nothing")
    knock(as_, READ, page, nowhere=f"{HOME}/999999")
    knock(as_, READ, f"{page}/history", nowhere=f"{HOME}/999999/history")
    knock(as_, READ, f"{page}/file", nowhere=f"{HOME}/999999/file", data={})


def test_only_hr_writes(as_: Any, page: str, require: Any) -> None:
    knock(as_, LIST_WRITE, f"{HOME}/new", nowhere="/compliance/nothing")
    knock(as_, LIST_WRITE, f"{HOME}/preview", nowhere=f"{HOME}/nothing/x", data=NEW)
    made = LIST_WRITE | {"helen": 303}
    knock(as_, made, HOME, nowhere="/compliance/nothing", data=NEW)
    knock(as_, WRITE, f"{page}/edit", nowhere=f"{HOME}/999999/edit")
    knock(as_, WRITE, f"{page}/preview", nowhere=f"{HOME}/999999/preview", data=TERMS)
    knock(as_, POSTED, page, nowhere=f"{HOME}/999999", data=TERMS)
    knock(as_, WRITE, f"{page}/nudge", nowhere=f"{HOME}/999999/nudge")
    knock(as_, POSTED, f"{page}/nudge", nowhere=f"{HOME}/999999/nudge", data={})
    knock(as_, WRITE, f"{page}/exemption", nowhere=f"{HOME}/999999/exemption")
    knock(as_, POSTED, f"{page}/end", nowhere=f"{HOME}/999999/end", data={})
    knock(as_, POSTED, f"{page}/resumption", nowhere=f"{HOME}/999999/resumption", data={})


def test_excusing_is_hrs(as_: Any, page: str, who: SimpleNamespace) -> None:
    data = {"person": str(who.erin.id), "reason": "On leave", "until": ""}
    knock(as_, POSTED, f"{page}/exemption", nowhere=f"{HOME}/999999/exemption", data=data)
    back = f"{page}/people/{who.erin.id}/asking"
    knock(as_, POSTED, back, nowhere=f"{HOME}/999999/people/1/asking", data={})
    assert as_("helen").post(f"{page}/people/{who.otto.id}/asking").status_code == 404


def test_an_auditors_reading_is_noted(as_: Any, page: str, who: SimpleNamespace) -> None:
    as_("helen").get(page)
    assert Look.select().count() == 0
    as_("audrey").get(page)
    look = Look.get()
    assert (look.person_id, look.subject_kind) == (who.audrey.id, "requirement")


def test_an_auditor_finds_no_button_and_no_way_into_files(as_: Any, page: str) -> None:
    shown = as_("audrey").get(page).text
    assert "Erin Castellanos" in shown
    for way in ('href="/people/', "/nudge", "/exemption", "/edit", "/end", "Excuse those"):
        assert way not in shown, way
    assert "Require something" not in as_("audrey").get(HOME).text


# -- the list ------------------------------------------------------------------------------------


def test_the_list_says_what_of_whom_how_often_and_how_far(
    as_: Any, required: Requirement, drill: Any, who: SimpleNamespace
) -> None:
    drill.done[who.erin.id] = Fact(cast.TODAY, "drill:1")
    following.refresh(KIND, TARGET, [who.erin.id])
    shown = as_("helen").get(HOME).text
    for said in (
        "Fire drill", "Department Engineering", "<span>Every year</span>",
        "1 of 4", "25 %",
    ):  # fmt: skip
        assert said in shown, said


def test_the_empty_list_teaches(as_: Any) -> None:
    assert "A policy in force asks for itself" in as_("helen").get(HOME).text
    assert "Nothing is required of anybody yet." in as_("audrey").get(HOME).text


def test_what_has_ended_stands_in_a_list_of_its_own(as_: Any, required: Requirement) -> None:
    helen = as_("helen")
    helen.post(f"{HOME}/{required.id}/end")
    assert "Fire drill" not in helen.get(HOME).text
    assert "Fire drill" in helen.get(f"{HOME}?list=ended").text


# -- written -------------------------------------------------------------------------------------


def test_hr_requires_something_and_the_duties_follow(as_: Any, drill: Any) -> None:
    answer = as_("helen").post(HOME, data=NEW)
    made = Requirement.get()
    assert (answer.status_code, answer.location) == (303, f"{HOME}/{made.id}")
    terms = made.terms()
    assert terms.audience == "department = Engineering"
    assert terms.rhythm == Rhythm(every_months=12, joiner_days=7)
    assert following.follow_all() == 5
    assert Assignment.select().where(Assignment.kind == KIND).count() == 4


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("thing", "", "Choose what is required."),
        ("thing", "drill:99", "Not a valid choice"),
        ("thing", "nothing:1", "Not a valid choice"),
        ("audience", "departement = Sales", "Did you mean “department”?"),
        ("audience", "(" * 400, "Brackets may be nested"),
        ("every_months", "7", "Not a valid choice"),
        ("counted_from", "moon", "Not a valid choice"),
        ("counted_from", "date", "Give the date for everyone"),
        ("fixed_on", "31.12.2026", "This is not a date"),
        ("starts_on", "", "Say from which day."),
        ("first_days", "-1", "A number from 0 to 365"),
        ("lead_days", "336", "leaves 335 days at most"),
        ("grace_days", "91", "A number from 0 to 90"),
    ],
)
def test_a_mistake_is_said_at_its_field_and_changes_nothing(
    as_: Any, drill: Any, field: str, typed: str, said: str
) -> None:
    answer = as_("helen").post(HOME, data=NEW | {field: typed})
    assert answer.status_code == 422
    assert said in answer.text and "<title>Error:" in answer.text
    assert Requirement.select().count() == 0
    preview = as_("helen").hx(f"{HOME}/preview", "hits", data=NEW | {field: typed})
    assert preview.status_code == 200 and "Whom it hits" in preview.text


def test_a_field_the_form_does_not_know_is_refused(as_: Any, drill: Any, page: str) -> None:
    assert as_("helen").post(HOME, data=NEW | {"source": "policy"}).status_code == 400
    assert as_("helen").post(page, data=NEW).status_code == 400


# -- whom it hits --------------------------------------------------------------------------------


def preview(client: Any, address: str = f"{HOME}/preview", **typed: str) -> str:
    data = (NEW if address == f"{HOME}/preview" else TERMS) | typed
    answer = client.hx(address, "hits", data=data)
    assert answer.status_code == 200
    assert 'id="hits"' in answer.text and "<html" not in answer.text
    return " ".join(answer.text.split())


def test_the_preview_counts_names_departments_and_duties(as_: Any, drill: Any) -> None:
    shown = preview(as_("helen"))
    assert ">5 people</p>" in shown and ">Ben Hartmann, Dora Lindqvist, Erin Cast" in shown
    assert "<dt>Engineering</dt><dd>5</dd>" in shown
    assert "asked today, due Wed 2 Dec" in shown and ">4</span><span>asked today" in shown
    assert ">1</span><span>not here yet" in shown
    assert "Ada, who did it on 31 Jan 2026, does it again by 31 Jan 2027" in shown
    assert (
        Requirement.select().count() == 0
        and Event.select().where(Event.subject_kind == "requirement").count() == 0
    )


def test_the_preview_says_what_the_next_run_does(
    as_: Any, drill: Any, who: SimpleNamespace
) -> None:
    """The same numbers as the rows that follow."""
    drill.done[who.erin.id] = Fact(cast.TODAY - timedelta(days=10), "drill:1")
    drill.done[who.ben.id] = Fact(cast.TODAY - timedelta(days=360), "drill:2")
    shown = preview(as_("helen"), audience="everyone")
    as_("helen").post(HOME, data=NEW | {"audience": "everyone"})
    following.follow_all()
    rows = list(Coverage.select().where(Coverage.is_known()))
    assert f">{len(rows)} people</p>" in shown
    opened = [row.due_on for row in rows if row.opened_for]
    for day in set(opened):
        assert f">{opened.count(day)}</span><span>asked today, due" in shown, day
    valid = sum(bool(row.done_on and row.due_on >= cast.TODAY) for row in rows)
    assert valid == 2 and f"{valid} of them have it already" in shown


def test_the_preview_compares_with_the_present_terms(
    as_: Any, page: str, who: SimpleNamespace
) -> None:
    shown = preview(as_("helen"), f"{page}/preview", audience="department in (Sales, People)")
    assert "more, 5 fewer" in shown
    assert "No longer: Ben Hartmann" in shown and "Otto Weiß" in shown
    same = preview(as_("helen"), f"{page}/preview", every_months="24")
    assert "The same people as now." in same


@pytest.mark.parametrize("audience", ["everyone", "team = Platform", "department = Sales"])
def test_what_a_change_was_said_to_do_it_does(
    as_: Any, page: str, required: Requirement, audience: str
) -> None:
    before = {row.person_id for row in Coverage.select().where(Coverage.is_known())}
    shown = preview(as_("helen"), f"{page}/preview", audience=audience)
    as_("helen").post(page, data=TERMS | {"audience": audience})
    following.follow_all()
    ahead = Coverage.select().where(Coverage.is_known(), Coverage.is_ahead(cast.TODAY))
    after = {row.person_id for row in ahead}
    assert f">{len(after)} people</p>" in shown
    for number, word in ((len(after - before), "more"), (len(before - after), "fewer")):
        assert (f"{number} {word}" in shown) == bool(number), word


def test_the_preview_warns_of_what_would_be_overdue_at_once(as_: Any, drill: Any) -> None:
    shown = preview(as_("helen"), starts_on="2026-01-01")
    assert "overdue at once" in shown
    assert "first asked Fri 1 Jan 2027" in preview(as_("helen"), starts_on="2027-01-01")


def test_a_rule_that_means_nobody_or_cannot_be_read_is_said(as_: Any, drill: Any) -> None:
    assert "Nobody at work is meant" in preview(as_("helen"), audience="department = Moon")
    assert "cannot be read at column 1" in preview(as_("helen"), audience="depart = Moon")


def test_without_javascript_the_preview_comes_with_the_page(as_: Any, drill: Any) -> None:
    answer = as_("helen").post(f"{HOME}/preview", data=NEW | {"thing": ""})
    assert answer.status_code == 200 and "Choose what is required first." in answer.text
    assert "Please correct" not in answer.text
    answer = as_("helen").post(f"{HOME}/preview", data=NEW)
    assert ">5 people</p>" in answer.text and "<html" in answer.text
    assert 'value="department = Engineering"' in answer.text


# -- changed and ended ---------------------------------------------------------------------------


def test_a_change_holds_from_today_and_the_history_tells_it_in_words(
    as_: Any, page: str, required: Requirement, move_clock: Any
) -> None:
    move_clock(days=10)
    helen = as_("helen")
    helen.post(page, data=TERMS | {"every_months": "24", "audience": "everyone"})
    shown = helen.get(f"{page}/history").text
    for said in (
        "Wed 18 Nov to Fri 27 Nov", "Sat 28 Nov, until further notice",
        "how often: every year → every 2 years", "of whom: department Engineering → everyone",
        "Said by Helen Brandt",
    ):  # fmt: skip
        assert said in shown, said
    same = helen.post(page, data=TERMS | {"every_months": "24", "audience": "everyone"})
    assert same.status_code == 303
    assert Terms.select().where(Terms.is_known()).count() == 2


def test_other_terms_from_a_later_day_leave_the_present_ones_until_then(
    as_: Any, page: str, required: Requirement, who: SimpleNamespace, move_clock: Any
) -> None:
    later = cast.TODAY + timedelta(days=10)
    typed = {"audience": "department = Sales", "starts_on": str(later)}
    as_("helen").post(page, data=TERMS | typed)
    following.follow_all()
    duties = Assignment.select().where(Assignment.is_open(), Assignment.kind == KIND)
    assert {duty.person_id for duty in duties} >= {who.erin.id, who.ben.id}
    move_clock(days=10)
    following.follow_all()
    assert {duty.person_id for duty in duties.clone()} == {who.otto.id, who.olga.id}


def test_it_ends_and_can_be_taken_back_as_if_it_never_had(
    as_: Any, page: str, required: Requirement, who: SimpleNamespace
) -> None:
    helen = as_("helen")
    due = Assignment.get(Assignment.person == who.erin, Assignment.kind == KIND).due_on
    helen.post(f"{page}/end")
    following.follow_all()
    assert not Assignment.select().where(Assignment.is_open(), Assignment.kind == KIND).exists()
    assert "Required until" in helen.get(page).text
    assert helen.get(f"{page}/edit").status_code == 403
    helen.post(f"{page}/resumption")
    following.follow_all()
    again = Assignment.get(
        Assignment.is_open(), Assignment.person == who.erin, Assignment.kind == KIND
    )
    assert again.due_on == due
    (terms,) = Terms.select().where(Terms.is_known())
    assert (terms.holds_from, terms.holds_until) == (cast.TODAY, None)
    spans = Coverage.select().where(Coverage.is_known(), Coverage.person == who.erin)
    assert [(row.since, row.until) for row in spans] == [(cast.TODAY, None)]


def test_required_again_after_months_it_leaves_the_gap(
    as_: Any, page: str, required: Requirement, move_clock: Any, who: SimpleNamespace
) -> None:
    as_("helen").post(f"{page}/end")
    following.follow_all()
    move_clock(days=90)
    as_("helen").post(f"{page}/resumption")
    following.follow_all()
    back = cast.TODAY + timedelta(days=90)
    known = Terms.select().where(Terms.is_known()).order_by(Terms.holds_from)
    assert [(one.holds_from, one.holds_until) for one in known] == [
        (cast.TODAY, cast.TODAY), (back, None)
    ]  # fmt: skip
    spans = Coverage.select().where(Coverage.is_known(), Coverage.person == who.erin)
    assert sorted((row.since, row.until) for row in spans) == [
        (cast.TODAY, cast.TODAY), (back, None)
    ]  # fmt: skip
    duty = Assignment.get(Assignment.is_open(), Assignment.person == who.erin)
    assert duty.due_on == back + timedelta(days=14)


def test_what_a_text_keeps_is_shown_and_changed_in_the_text(
    as_: Any, plan: Any, who: SimpleNamespace
) -> None:
    kept = Requirement.set(
        kind="checklist", target=plan.id, audience="everyone", rhythm=Rhythm(),
        starts_on=cast.TODAY, by=who.helen, source="checklist",
    )  # fmt: skip
    helen, page = as_("helen"), f"{HOME}/{kept.id}"
    following.follow_all()
    assert "changes with the next publication" in helen.get(page).text
    answer = helen.get(f"{page}/edit")
    assert (answer.status_code, answer.location) == (303, f"{plan.url}/edit")
    for address in (page, f"{page}/end", f"{page}/resumption", f"{page}/preview"):
        assert helen.post(address, data=TERMS).status_code == 403


# -- everybody's state ---------------------------------------------------------------------------


def test_each_state_is_said(
    as_: Any, page: str, required: Requirement, drill: Any, who: SimpleNamespace, move_clock: Any
) -> None:
    drill.done[who.erin.id] = Fact(cast.TODAY, "drill:1")
    following.refresh(KIND, TARGET, [who.erin.id])
    data = {"person": str(who.ben.id), "reason": "On leave", "until": "2026-12-31"}
    as_("helen").post(f"{page}/exemption", data=data)
    shown = as_("helen").get(page).text
    for said in ("Done", "valid until Thu 18 Nov 2027", "Excused", "until Thu 31 Dec", "Not here"):
        assert said in shown, said
    move_clock(days=20)
    following.follow_all()
    total, departments = people.by_department(
        required, cast.TODAY + timedelta(days=20), people.Teams()
    )
    assert (total.done, total.overdue, total.excused, total.open) == (1, 3, 1, 0)
    assert [name for _, name, _ in departments] == ["Engineering"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=erin", {"Erin Castellanos"}),
        ("?q=nobody", set()),
        ("?state=ahead", {"Nia Novak"}),
        ("?state=open&q=ma", {"Ben Hartmann", "Mara Okafor"}),
        ("?state=nonsense&q=dora", {"Dora Lindqvist"}),
        ("?team=99999999", set()),
        ("?team=x&q=ben", {"Ben Hartmann"}),
    ],
)
def test_the_list_is_searched_and_filtered(
    as_: Any, page: str, query: str, found: set[str]
) -> None:
    answer = as_("helen").hx_get(page + query, "standing")
    names = {"Ben Hartmann", "Dora Lindqvist", "Erin Castellanos", "Mara Okafor", "Nia Novak"}
    assert {name for name in names if f">{name}<" in answer.text} == found
    assert "<html" not in answer.text


def test_the_file_holds_the_list_and_is_in_the_trail(
    as_: Any, page: str, who: SimpleNamespace
) -> None:
    with db.write():
        Person.update(name="=cmd()").where(Person.id == who.ben.id).execute()
    answer = as_("audrey").post(f"{page}/file")
    lines = answer.text.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("name,email,department,state")
    assert len(lines) == 6
    assert "\n=cmd" not in answer.text
    assert "2026-12-02" in answer.text and "not here yet" in answer.text
    event = Event.select().where(Event.tag == "requirement.exported").get()
    assert (event.facts["people"], event.by_id) == (5, who.audrey.id)


# -- asked for and excused -----------------------------------------------------------------------


def test_a_nudge_says_first_whom_it_reaches(
    as_: Any, page: str, who: SimpleNamespace, move_clock: Any
) -> None:
    helen = as_("helen")
    assert "Nobody to nudge" in helen.get(f"{page}/nudge").text
    move_clock(days=20)
    following.follow_all()
    helen = as_("helen")
    assert "Nudge 5 people." in helen.get(f"{page}/nudge").text
    assert "Nudge 1 person." in helen.get(f"{page}/nudge?person={who.erin.id}").text
    helen.post(f"{page}/nudge", data={"person": str(who.erin.id)})
    assert Letter.select().where(Letter.kind == "nudge").count() == 1
    assert "nudged today already" in helen.get(f"{page}/nudge").text
    helen.post(f"{page}/nudge")
    assert Letter.select().where(Letter.kind == "nudge").count() == 5
    assert helen.get(f"{page}/nudge?person=zz").status_code == 404


def test_excusing_asks_for_a_reason_and_a_day_ahead(
    as_: Any, page: str, who: SimpleNamespace
) -> None:
    helen = as_("helen")
    shown = helen.get(f"{page}/exemption?person={who.erin.id}&person={who.ben.id}&person=x").text
    assert "Erin Castellanos" in shown and "Excuse 2 people" in shown
    good = {"person": [str(who.erin.id), str(who.ben.id)], "reason": "Leave", "until": ""}
    for wrong, said in (
        ({"reason": ""}, "Say why"),
        ({"until": "2026-11-17"}, "Today or later"),
        ({"until": "soon"}, "This is not a date"),
        ({"person": [str(who.otto.id)]}, "Nobody is chosen"),
        ({"person": [str(who.helen.id)]}, "Nobody is chosen"),
        ({"person": ["9" * 30, "-1", ""]}, "Nobody is chosen"),
    ):
        answer = helen.post(f"{page}/exemption", data=good | wrong)
        assert answer.status_code == 422 and said in answer.text, wrong
    assert Exemption.select().count() == 0
    assert helen.post(f"{page}/exemption", data=good).status_code == 303
    assert Exemption.select().count() == 2
    helen.post(f"{page}/people/{who.erin.id}/asking")
    assert Exemption.select().where(Exemption.is_known()).count() == 1


def test_nobody_in_hr_excuses_themselves(as_: Any, require: Any, who: SimpleNamespace) -> None:
    requirement = require()
    following.follow(requirement)
    page, helen = f"{HOME}/{requirement.id}", as_("helen")
    shown = helen.get(page).text
    assert f'value="{who.helen.id}" form="excuse"' not in shown
    assert f'value="{who.erin.id}" form="excuse"' in shown
    assert helen.post(f"{page}/people/{who.helen.id}/asking").status_code == 403


# -- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "said"),
    [
        (Rhythm(), "Once"),
        (Rhythm(every_months=3), "Every quarter"),
        (Rhythm(every_months=13), "Every 13 months"),
        (
            Rhythm(every_months=12, counted_from="event"),
            "Every year, from the day each person was hired or moved",
        ),
        (
            Rhythm(every_months=12, counted_from="date", fixed_on=cast.TODAY),
            "Every year, by 18 November",
        ),
        (
            Rhythm(every_months=6, counted_from="date", fixed_on=cast.TODAY),
            "Every half-year, counted from 18 Nov 2026",
        ),
        (Rhythm(counted_from="date", fixed_on=cast.TODAY), "Once, by 18 Nov 2026"),
    ],
)
def test_a_rhythm_reads_as_a_sentence(rhythm: Rhythm, said: str) -> None:
    assert words.rhythm(rhythm) == said


def test_the_example_clamps_as_the_calendar_does() -> None:
    told = words.example(Rhythm(every_months=13, lead_days=0), cast.TODAY)
    assert told == "Ada, who did it on 31 Jan 2026, does it again by 28 Feb 2027."
    assert "never asked again" in words.example(Rhythm(), cast.TODAY)
    assert "was hired on 15 Mar 2024" in words.example(
        Rhythm(every_months=12, counted_from="event"), cast.TODAY
    )


# -- how many questions a page asks --------------------------------------------------------------


@pytest.fixture
def thousand(require: Any, who: SimpleNamespace) -> Requirement:
    """The drill asked of a thousand people, some of them done, late and excused."""
    requirement: Requirement = require()
    with db.write():
        people_ = [
            Person.draft(name=f"Person {n:04}", email=f"p{n}@halden.example", hired_on=cast.TODAY)
            for n in range(1_000)
        ]
        Person.enroll(people_, by=None)
        Coverage.insert_many(
            [
                {
                    "requirement": requirement.id, "person": person.id, "since": cast.TODAY,
                    "until": None, "event_on": cast.TODAY, "recorded_at": who.erin.id and cast.NOW,
                    "done_on": cast.TODAY if n % 3 else None, "due_on": cast.TODAY,
                    "opens_on": cast.TODAY,
                    "late_on": cast.TODAY + timedelta(days=1 - n % 2),
                }
                for n, person in enumerate(people_)
            ]
        ).execute()  # fmt: skip
        requirement.checked_on = cast.TODAY
        requirement.save()
    return requirement


@pytest.mark.parametrize(
    ("address", "most"),
    [("", 8), ("/{id}", 8), ("/{id}/history", 8), ("/{id}/nudge", 8), ("/{id}/edit", 8)],
)
def test_pages_ask_few_questions_of_a_thousand_people(
    as_: Any, thousand: Requirement, queries: Any, address: str, most: int
) -> None:
    helen = as_("helen")
    at = HOME + address.format(id=thousand.id)
    helen.get(at)
    with queries() as seen:
        assert helen.get(at).status_code == 200
    assert len(seen) <= most, seen


def test_the_preview_asks_as_many_questions_however_many_people(
    as_: Any, thousand: Requirement, queries: Any
) -> None:
    helen = as_("helen")
    at = f"{HOME}/{thousand.id}/preview"
    with queries() as seen:
        shown = preview(helen, at, audience="everyone")
    assert "1,0" in shown
    assert len(seen) <= 18, seen
