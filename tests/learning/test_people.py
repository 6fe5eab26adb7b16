"""Who takes a course and how far they are: each once, in words, asked for, counted, as a file."""

import csv
import io
import re
from datetime import date
from typing import Any

from portal import db
from portal.assignments.duties import Cause, Opening
from portal.assignments.nudges import Nudge
from portal.audit import Event
from portal.compliance import exemptions, following
from portal.documents.models import Document
from portal.learning import figures, items, people, quizzing, requiring
from portal.learning.people import Asked, Everyone
from portal.learning.standing import Standing
from portal.learning.taking import withdraw
from portal.people.models import Person
from portal.people.org import Team, Teams
from tests import cast
from tests.learning.courses import (
    RIGHT,
    SAFETY,
    WRONG,
    feedback,
    publish,
    records,
    require,
    safety,
    takes,
    tries,
)
from tests.learning.test_certificates import words
from tests.reach import knock

__all__ = ["feedback", "safety"]

MATERIAL = SAFETY.replace("Leave, close the door, call.", "Leave, close the door, call 112.")


def rows(viewer: Person, course: Document, **asked: Any) -> dict[str, people.Row]:
    query = Everyone(viewer, course, viewer.today()).listed(Asked(**asked), Teams())
    return {row.person.first_name.lower(): row for row in people.rows_of(list(query))}


def states(viewer: Person, course: Document, **asked: Any) -> dict[str, str]:
    return {name: row.state for name, row in rows(viewer, course, **asked).items()}


def counts(viewer: Person, course: Document) -> dict[str, int]:
    return Everyone(viewer, course, viewer.today()).counts(Asked(), Teams())


def why(course: Document, person: Person) -> list[str]:
    return people.why(Standing.of(Document.get_by_id(course.id), cast.person(person.first_name)))


# -- where they stand --------------------------------------------------------------------------


def test_each_stands_once_by_what_counts_today(safety: Any, who: Any, move_clock: Any) -> None:
    require(safety, "department = Engineering")
    takes(safety, who.erin)
    tries(safety, who.ben, {})
    quizzing.begin(safety, who.mara, by=who.mara)
    takes(safety, who.olga)
    assert states(who.helen, safety) == {
        "ben": people.NOT_PASSED, "dora": people.NOT_BEGUN, "mara": people.BEGUN,
        "erin": people.DONE, "olga": people.DONE,
    }  # fmt: skip
    assert list(states(who.helen, safety)) == ["ben", "dora", "mara", "erin", "olga"]
    quizzing.begin(safety, who.erin, by=who.erin)
    assert states(who.helen, safety)["erin"] == people.DONE, "taking it again takes nothing away"


def test_what_has_ended_or_was_of_an_earlier_text_is_to_be_taken_again(
    safety: Any, who: Any, move_clock: Any
) -> None:
    takes(safety, who.erin)
    takes(safety, who.ben)
    move_clock(days=1)
    publish(MATERIAL, is_material=True)
    takes(safety, who.ben)
    assert states(who.helen, safety) == {"erin": people.AGAIN, "ben": people.DONE}
    move_clock(days=732)
    assert states(cast.person("helen"), safety)["ben"] == people.AGAIN


def test_the_excused_and_the_withdrawn_and_leavers(safety: Any, who: Any) -> None:
    asked = require(safety, "department = Sales")
    exemptions.exempt(asked, [who.otto], until=None, reason="Fire fighter", by=who.helen)
    withdraw(records(safety, who.olga), "A mistake.", by=who.helen)
    following.follow_all()
    with db.write():
        records(safety, who.lev)
    assert states(who.helen, safety) == {"olga": people.NOT_BEGUN, "otto": people.EXCUSED}


def test_a_search_a_state_and_a_team_narrow_the_list(safety: Any, who: Any) -> None:
    require(safety)
    takes(safety, who.erin)
    assert set(states(who.helen, safety, words="oster") or {}) == set()
    assert set(states(who.helen, safety, words="søren")) == {"ida"}
    assert set(states(who.helen, safety, state=people.DONE)) == {"erin"}
    sales = Team.get(Team.name == "Sales")
    assert set(states(who.helen, safety, team=sales.id)) == {"otto", "olga"}
    found = counts(who.helen, safety)
    assert (found[""], found[people.DONE], found[people.NOT_BEGUN]) == (9, 1, 8)


def test_overdue_is_asked_of_the_duty(safety: Any, who: Any, move_clock: Any) -> None:
    require(safety, "department = Sales", first_days=5)
    move_clock(days=6)
    assert set(states(cast.person("helen"), safety, state="overdue")) == {"olga", "otto"}
    assert counts(cast.person("helen"), safety)["overdue"] == 2


# -- who sees it -------------------------------------------------------------------------------


def test_hr_auditors_and_managers_open_it_and_nobody_else(as_: Any, safety: Any, who: Any) -> None:
    require(safety)
    may = {
        "helen": 200, "audrey": 200, "dora": 200, "mara": 200, "otto": 200, "erin": 404,
        "ben": 404, "olga": 404, "ida": 404, "adam": 404, "nia": 404,
    }  # fmt: skip
    here, nowhere = f"/learning/courses/{safety.id}", "/learning/courses/999"
    knock(as_, may, f"{here}/people", nowhere=f"{nowhere}/people")
    knock(as_, may, f"{here}/people/file", nowhere=f"{nowhere}/people/file", data={})
    asks = may | {"audrey": 403}
    knock(as_, asks, f"{here}/people/nudge", nowhere=f"{nowhere}/people/nudge")
    sent = {name: 303 if status == 200 else status for name, status in asks.items()}
    whom = {"person": "", "team": ""}
    knock(as_, sent, f"{here}/people/nudge", nowhere=f"{nowhere}/people/nudge", data=whom)
    hr = {name: 200 if name == "helen" else 404 for name in may}
    knock(as_, hr, f"{here}/questions", nowhere=f"{nowhere}/questions")
    line = dict.fromkeys(may, 404) | {"helen": 200, "dora": 200, "mara": 200}
    knock(as_, line, f"{here}/people/{who.erin.id}", nowhere=f"{here}/people/999")


def test_a_manager_sees_the_line_and_counts_nobody_else(as_: Any, safety: Any, who: Any) -> None:
    require(safety)
    for person in (who.erin, who.olga, who.helen):
        takes(safety, person)
    assert set(states(who.mara, safety)) == {"erin", "ben"}
    assert figures.of(who.mara, safety).completed == 1
    page = words(as_("mara").get(f"/learning/courses/{safety.id}/people").text)
    assert "Erin" in page and "Olga" not in page and "Completed by 1" in page


def test_a_course_only_others_may_find_is_none_for_a_manager(as_: Any, who: Any) -> None:
    course = publish(SAFETY.replace("audience: everyone", "audience: department = Sales"))
    assert as_("mara").get(f"/learning/courses/{course.id}/people").status_code == 404
    opening = Opening(cause=Cause("hand", 1), about=who.erin)
    requiring.open_planned(who.erin, course.slug, opening)
    assert as_("mara").get(f"/learning/courses/{course.id}/people").status_code == 200
    assert as_("otto").get(f"/learning/courses/{course.id}/people").status_code == 200


# -- why it is not complete --------------------------------------------------------------------


def test_why_it_is_not_complete_is_said_in_words(safety: Any, who: Any, move_clock: Any) -> None:
    assert why(safety, who.erin) == ["It has not been begun."]
    attempt = quizzing.begin(safety, who.erin, by=who.erin)
    quizzing.keep_answers(attempt, {"who-may-call-for-help": ["everyone"]}, by=who.erin)
    assert why(safety, who.erin) == ["The questions are not sent in: 1 of 2 answered."]
    move_clock(days=1)
    publish(MATERIAL, is_material=True)
    assert "They began text 1; by now text 2 is in force." in why(safety, who.erin)
    tries(safety, who.erin, {})
    said = why(safety, who.erin)
    assert said[0].startswith("0 of 2 answers were right, 0 %.") and "try again" in said[-1]


def test_it_says_what_ended_what_changed_and_what_comes_first(
    safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, "department = Engineering", lead_days=30)
    takes(safety, who.erin)
    assert why(safety, who.erin) == []
    takes(safety, who.ben)
    move_clock(days=1)
    publish(FEEDBACK)
    later = MATERIAL.replace("minutes: 12", "minutes: 12\nbefore: giving-feedback")
    publish(later, is_material=True)
    said = why(safety, who.ben)
    assert said[0].startswith("Text 1 was completed on Wed 18 Nov. What is asked has changed")
    assert said[-1] == "First comes “Giving feedback”."
    move_clock(days=800)
    assert why(safety, who.ben)[0].startswith("What was completed on Wed 18 Nov 2026 ended on")


FEEDBACK = SAFETY.replace("Safety basics", "Giving feedback")


def test_no_try_left_is_said(who: Any) -> None:
    course = publish(SAFETY.replace("minutes: 12", "minutes: 12\nattempts: 1"))
    tries(course, who.erin, {})
    assert why(course, who.erin)[-1] == "No try is left: HR may give another."


def test_one_persons_page_shows_attempts_and_no_answers(as_: Any, safety: Any, who: Any) -> None:
    require(safety)
    tries(safety, who.erin, WRONG)
    page = as_("mara").get(f"/learning/courses/{safety.id}/people/{who.erin.id}")
    said = words(page.text)
    assert "Why it is not complete" in said and "Not passed" in said and "50 %" in said
    assert "Finish the mail" not in page.text and "What comes first" not in page.text


# -- asked for ---------------------------------------------------------------------------------


def test_a_manager_nudges_one_and_all_but_only_their_own(
    as_: Any, safety: Any, who: Any, move_clock: Any
) -> None:
    require(safety, first_days=5)
    move_clock(days=3)
    mara, here = as_("mara"), f"/learning/courses/{safety.id}/people"
    answer = mara.hx(f"{here}/nudge", f"person-{who.erin.id}", data={"person": who.erin.id})
    assert answer.status_code == 200 and f'id="person-{who.erin.id}"' in answer.text
    assert "asked today" in answer.text
    assert "Nudge 1 person" in words(mara.get(f"{here}/nudge").text)
    plain = mara.post(f"{here}/nudge", data={})
    assert (plain.status_code, plain.location) == (303, here)
    assert {nudge.person_id for nudge in Nudge.select()} == {who.erin.id, who.ben.id}
    mara.post(f"{here}/nudge", data={"person": who.olga.id})
    assert Nudge.select().count() == 2


def test_the_list_is_saved_as_it_is_filtered(as_: Any, safety: Any, who: Any) -> None:
    require(safety)
    takes(safety, who.erin)
    here = f"/learning/courses/{safety.id}/people/file"
    answer = as_("helen").post(f"{here}?state=done", data={})
    found = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["name"], row["state"], row["valid until"]) for row in found] == [
        ("Erin Castellanos", "completed", "2028-11-18")
    ]
    event = Event.select().order_by(Event.seq.desc()).first()
    assert (event.tag, event.facts) == ("document.exported", {"people": 1})


# -- in figures --------------------------------------------------------------------------------


def test_the_figures_of_a_course(safety: Any, who: Any, move_clock: Any) -> None:
    for number, name in enumerate(("erin", "ben", "olga"), 1):
        person = getattr(who, name)
        quizzing.begin(safety, person, by=person)
        move_clock(minutes=4 * number)
        tries(safety, person)
    tries(safety, who.otto, {})
    quizzing.begin(safety, who.ida, by=who.ida)
    found = figures.of(who.helen, safety)
    assert (found.begun, found.completed, found.median, found.first) == (5, 3, 8, 75)
    empty = figures.of(who.helen, publish(FEEDBACK))
    assert (empty.begun, empty.completed, empty.median, empty.first) == (0, 0, None, None)


def test_hard_questions_are_counted_at_the_first_try_and_never_of_a_few(
    as_: Any, safety: Any, who: Any
) -> None:
    people_ = [who.erin, who.ben, who.olga, who.otto, who.ida]
    for person in people_[:4]:
        tries(safety, person, WRONG)
        tries(safety, person, RIGHT)
    page = words(as_("helen").get(f"/learning/courses/{safety.id}/questions").text)
    assert page.count("fewer than 5 people so far") == 2 and "%" not in page
    tries(safety, people_[4], RIGHT)
    first, second = items.of(Document.get_by_id(safety.id))
    assert (first.label, first.asked, first.right) == (
        "What comes first when something burns?", 5, 1,
    )  # fmt: skip
    assert (second.asked, second.right) == (5, 5)
    page = words(as_("helen").get(f"/learning/courses/{safety.id}/questions").text)
    assert re.search(r"something burns\? 20 % 5", page)


# -- a manager's people ------------------------------------------------------------------------


def test_a_manager_has_a_row_for_each_of_the_line(
    as_: Any, safety: Any, feedback: Any, who: Any, move_clock: Any
) -> None:
    require(safety, first_days=5)
    takes(safety, who.erin)
    quizzing.begin(feedback, who.ben, by=who.ben)
    move_clock(days=6)
    said = words(as_("mara").get("/learning/team").text)
    assert "Safety basics 1 overdue owed by 1 Your people" in said
    assert said.index("Ben") < said.index("Erin")
    assert "1 overdue" in said and "under way: Giving feedback" in said and "1 completed" in said
    assert "Olga" not in said and "Mara" not in said


def test_only_who_leads_has_a_team_page(as_: Any, database: Any) -> None:
    may = {name: 404 for name in cast.NAMES if name != "lev"}
    may |= {"dora": 200, "mara": 200, "otto": 200}
    knock(as_, may, "/learning/team", nowhere="/learning/nowhere")


# -- many --------------------------------------------------------------------------------------


def test_the_pages_ask_the_database_as_often_for_many_as_for_few(
    as_: Any, safety: Any, feedback: Any, who: Any, queries: Any
) -> None:
    require(safety)
    here = f"/learning/courses/{safety.id}"
    pages = {
        "helen": [f"{here}/people", f"{here}/questions", f"{here}/people/{who.erin.id}"],
        "dora": [f"{here}/people", f"{here}/people/{who.erin.id}", "/learning/team"],
    }

    def asked() -> dict[tuple[str, str], int]:
        found = {}
        for name, addresses in pages.items():
            client = as_(name)
            for address in addresses:
                client.get(address)
                with queries() as seen:
                    assert client.get(address).status_code == 200
                found[name, address] = len(seen)
        return found

    few = asked()
    for person in (who.erin, who.ben, who.mara, who.olga, who.otto):
        tries(safety, person, WRONG)
        takes(safety, person)
        quizzing.begin(feedback, person, by=person)
    many = asked()
    assert many == few or all(many[one] <= few[one] + 1 for one in few), (few, many)
    assert max(many.values()) <= 8, many


def test_a_days_difference_of_the_clock_is_no_difference(
    safety: Any, who: Any, move_clock: Any
) -> None:
    takes(safety, who.erin)
    row = rows(who.helen, safety)["erin"]
    assert (row.done_on, row.holds_until) == (cast.TODAY, date(2028, 11, 18))
    assert row.touched_on == cast.TODAY and row.tries == 1
    last = date(2028, 11, 18) - cast.TODAY
    move_clock(days=last.days)
    assert states(cast.person("helen"), safety)["erin"] == people.DONE
    move_clock(days=1)
    assert states(cast.person("helen"), safety)["erin"] == people.AGAIN
