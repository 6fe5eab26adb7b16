"""Did it help: asked once, of whoever leads them, and shown in fives without a name."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from portal import privacy
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents.models import Document
from portal.documents.reading import check
from portal.learning import helped, taking
from portal.learning.helped import ASKED, Helped
from portal.learning.models import Completion
from portal.people.models import Person, Position
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

COURSE = """---
kind: course
title: Giving feedback
format: page
minutes: 10
audience: everyone
{asks}---
Read this.
"""


@pytest.fixture
def write(who: Any) -> Callable[..., Document]:
    """`write("ask-after: 6 weeks")`: a course in force."""

    def written(asks: str = "ask-after: 6 weeks\n") -> Document:
        document = Document.start("course", "Giving feedback", by=who.helen)
        document.publish(COURSE.format(asks=asks), by=who.helen)
        return document

    return written


def done(course: Document, person: Person, ago: int = 42, by: Any = None) -> Completion:
    assert course.current is not None
    on = TODAY - timedelta(days=ago)
    return taking.complete(
        course, course.current, person, how="recorded", by=by or cast.person("helen"), done_on=on
    )


def open_questions() -> list[tuple[int, int]]:
    rows = Assignment.select().where(Assignment.kind == ASKED, Assignment.is_open())
    return [(duty.person_id, duty.target) for duty in rows.order_by(Assignment.id)]


def test_the_key_is_read_in_days_weeks_and_months(who: Any, write: Any) -> None:
    assert write().current.parsed["ask_after"] == 42
    assert write("ask-after: 10 days\n").current.parsed["ask_after"] == 10
    assert write("ask-after: 2 months\n").current.parsed["ask_after"] == 60
    assert write("").current.parsed["ask_after"] is None
    for wrong in ("soon", "6", "0 weeks", "600 days", "6 years"):
        said = check("course", COURSE.format(asks=f"ask-after: {wrong}\n")).problems
        assert any("6 weeks" in problem.message for problem in said), wrong


def test_the_manager_is_asked_once_after_the_time(who: Any, write: Any) -> None:
    course = write()
    asked, fresh = done(course, who.erin), done(course, who.ben, ago=41)
    assert helped.ask() == 1 and open_questions() == [(who.mara.id, asked.id)]
    assert helped.ask() == 0
    duty = Assignment.get(Assignment.kind == ASKED)
    assert duty.about_id == who.erin.id and "Giving feedback" in duty.title
    assert helped.ask(TODAY + timedelta(days=1)) == 1
    assert open_questions()[-1] == (who.mara.id, fresh.id)
    duty.settle(by=who.mara)
    assert helped.ask(TODAY + timedelta(days=2)) == 0


def test_nobody_is_asked_of_leavers_of_whom_nobody_leads_or_of_long_ago(
    who: Any, write: Any
) -> None:
    course = write()
    done(course, who.lev)
    done(course, who.dora)
    done(course, who.ben, ago=100)
    taking.withdraw(done(course, who.erin), "A mistake", by=who.helen)
    done(write(""), who.olga)
    assert helped.ask() == 0 and open_questions() == []


def test_an_answer_is_one_tap_and_can_be_taken_back(as_: Any, who: Any, write: Any) -> None:
    completion = done(write(), who.erin)
    helped.ask()
    mara, address = as_("mara"), f"/learning/helped/{completion.id}"
    today = mara.get("/").text
    assert f'action="{address}/yes"' in today and "help Erin Castellanos?" in today
    page = mara.get(address).text
    assert "never who said it of whom" in page and page.index("never who said") < page.index(
        'name="answer"'
    )
    assert mara.post(address, data={"answer": "maybe"}).status_code == 422
    sent = mara.post(address, data={"answer": "hardly", "note": "Too short."})
    assert sent.status_code == 303 and open_questions() == []
    assert Helped.get().answer == "hardly" and "You said: Hardly" in mara.get(address).text
    mara.post(f"{address}/yes")
    assert Helped.get().answer == "hardly"
    mara.post(f"{address}/withdrawal")
    assert Helped.of(completion) is None and len(open_questions()) == 1
    assert (Helped.get().answer, Helped.get().note) == ("", "")
    mara.post(f"{address}/yes")
    assert Helped.get().answer == "clearly"
    said = "".join(event.data for event in Event.select())
    assert "hardly" not in said and "clearly" not in said and "Too short" not in said


@pytest.mark.one_database
def test_only_whoever_was_asked_answers(as_: Any, who: Any, write: Any) -> None:
    completion = done(write(), who.erin)
    helped.ask()
    asked = {**dict.fromkeys(cast.NAMES, 404), "mara": 200, "lev": 303}
    address, nowhere = f"/learning/helped/{completion.id}", "/learning/helped/999999"
    knock(as_, asked, address, nowhere=nowhere)
    acts = asked | {"mara": 303}
    knock(as_, acts, address, data={"answer": "no"}, nowhere=nowhere)
    knock(as_, acts, f"{address}/withdrawal", data={}, nowhere=f"{nowhere}/withdrawal")
    knock(as_, acts, f"{address}/yes", data={}, nowhere=f"{nowhere}/yes")
    sees = {**dict.fromkeys(cast.NAMES, 404), "helen": 200, "lev": 303}
    knock(as_, sees, "/learning/helped", nowhere="/learning/nothing/at/all")


def answered(course: Document, people: list[Person], answers: str) -> None:
    """One letter an answer: each by whoever leads them."""
    letters = {name[0]: name for name in ("clearly", "somewhat", "hardly", "no", "unknown")}
    for person, letter in zip(people, answers, strict=False):
        completion = done(course, person)
        manager = helped.manager_of(person, TODAY) or cast.person("dora")
        Helped.say(completion, letters[letter], f"CANARY {letter} {person.id}", by=manager)


def test_answers_are_hidden_below_five_and_move_in_fives(as_: Any, who: Any, write: Any) -> None:
    course = write()
    people = [who.erin, who.ben, who.olga, who.mara, who.ida, who.adam, who.otto, who.nia]
    answered(course, people[:4], "cscn")
    page = as_("helen").get("/learning/helped").text
    assert "Fewer than 5 answers so far" in page and "CANARY" not in page
    answered(course, people[4:5], "h")
    (five,) = helped.spreads(Document.select())
    assert five.shown == 5 and dict(five.counts)["Yes, clearly"] == 2
    page = as_("helen").get("/learning/helped").text
    assert "Of 5" in page and "CANARY h" in page
    answered(course, people[5:8], "nnn")
    (still,) = helped.spreads(Document.select())
    assert still.counts == five.counts and still.notes == five.notes == sorted(five.notes)
    for name in ("Erin", "Ben", "Olga", "Mara", "Dora"):
        assert name not in page.partition("<main")[2].partition("</main")[0], name


def test_a_question_follows_whoever_leads_and_ends_with_a_departure(
    who: Any, write: Any, move_clock: Any
) -> None:
    course = write()
    of_erin, of_ben = done(course, who.erin), done(course, who.ben)
    helped.ask()
    assert helped.follow() == 0
    held = who.erin.position()
    Position.take(
        who.erin, by=who.helen, starts_on=TODAY, role=held.role, team=held.team,
        manager=who.otto, location=held.location,
    )  # fmt: skip
    who.ben.depart(by=who.helen, last_day_on=date(2026, 11, 17), access_ends_at=cast.NOW)
    assert helped.follow() == 2
    assert open_questions() == [(who.otto.id, of_erin.id)] and of_ben.id
    taking.withdraw(of_erin, "A mistake", by=who.helen)
    assert helped.follow() == 1 and open_questions() == []


def test_after_its_time_an_answer_has_no_name_and_still_counts(
    who: Any, write: Any, move_clock: Any
) -> None:
    course = write()
    answered(course, [who.erin, who.ben, who.olga, who.mara, who.ida], "ccsnu")
    kept = privacy.records["did_it_help"]
    assert kept.is_past is not None and kept.goes is not None
    assert kept.select().where(kept.goes(who.erin.id)).count() == 1
    kept.erase([row.id for row in kept.select()], None)
    assert not kept.select().exists()
    assert not Helped.select().where(Helped.manager.is_null(False)).exists()
    (spread,) = helped.spreads(Document.select())
    assert spread.shown == 5 and spread.notes == []


def test_the_spread_asks_few_questions(as_: Any, who: Any, write: Any, queries: Any) -> None:
    for _ in range(4):
        answered(write(), [who.erin, who.ben, who.olga, who.mara, who.ida], "ccsnu")
    helen = as_("helen")
    helen.get("/learning/helped")
    with queries() as seen:
        assert helen.get("/learning/helped").status_code == 200
    assert len(seen) <= 8
    completion = done(write(), who.erin)
    helped.ask()
    mara = as_("mara")
    mara.get(f"/learning/helped/{completion.id}")
    with queries() as seen:
        assert mara.get(f"/learning/helped/{completion.id}").status_code == 200
    assert len(seen) <= 8, seen


def test_who_takes_back_their_own_answer_learns_nobody_elses(who: Any, write: Any) -> None:
    """The sixth answer does not come in for it: the difference would be that one answer."""
    course = write()
    people = [who.erin, who.ben, who.olga, who.mara, who.ida, who.adam, who.otto]
    answered(course, people, "cscnhun")
    (before,) = helped.spreads(Document.select())
    own = Completion.get(Completion.person == who.ben)
    assert Helped.take_back(own, by=who.mara)
    (without,) = helped.spreads(Document.select())
    assert (before.shown, without.shown, without.notes) == (5, 0, [])
    assert Helped.say(own, "no", "", by=who.mara)
    (after,) = helped.spreads(Document.select())
    assert after.shown == 5 and dict(after.counts)["No"] == 2
    assert dict(after.counts)["I cannot tell"] == 0
