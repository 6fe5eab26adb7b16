"""What nobody can infer: from letters, from what is put off, from sums less what is shown, from who
has left, from rows that change, from what was purged."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments import reminders
from portal.assignments.models import Assignment, Reminder
from portal.audit import Event
from portal.documents.models import Document
from portal.mail.models import Letter, kinds
from portal.people.models import Position
from portal.privacy import records
from portal.reviews import control, gathering, nominating, steering
from portal.reviews.answers import DUTY, Nominee, Response
from portal.reviews.models import Cycle
from portal.reviews.steps import PEERS
from tests import cast
from tests.competencies.written import CODE, publish
from tests.conftest import ON_POSTGRES
from tests.reviews.conftest import after, review_of
from tests.reviews.saying import FOUR, THREE, cycle_with, name_all, nominees, say, step_of
from tests.reviews.test_anonymity import masked, taken_back


@pytest.fixture
def named(cycle: Cycle, move_clock: Any) -> dict[str, Nominee]:
    after(move_clock, 0)
    return name_all(cycle)


@pytest.mark.skipif(ON_POSTGRES, reason="A page there ends what would be taken back.")
def test_letters_reminders_and_the_outbox_are_the_same_whoever_has_answered(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    """While the step goes on: what was written, to whom, under which subject, and when again."""
    helen = as_("helen")
    helen.get("/letters")

    def world(*answered: str) -> tuple[Any, ...]:
        said: list[Any] = []
        with taken_back():
            for name in answered:
                say(named[name])
            for day in range(1, 11):
                move_clock(to=cast.NOW + timedelta(days=day))
                if day == 5:
                    gathering.remind(step_of(cycle), by=who.helen)
                reminders.write_digests()
                for letter in Letter.select().where(Letter.is_open()):
                    with helen.application.app_context():
                        message = kinds[letter.kind].render(letter)
                    if message is None:
                        letter.withdraw()
                        continue
                    letter.mark_sent(message)
                    said.append((message.to, re.sub("/snooze/.*", "", message.text)))
            outbox = masked(helen.get("/letters").data)
            letters = Letter.select(
                Letter.key, Letter.data, Letter.subject, Letter.sent_at, Letter.withdrawn_at
            )
            told = Reminder.select(Reminder.assignment, Reminder.rung, Reminder.at)
            rows = sorted(letters.tuples(), key=str), sorted(told.tuples(), key=str)
        return *rows, sorted(said), outbox

    nobody, three = world(), world("ben", "olga", "otto")
    to_ben = [text for to, text in nobody[2] if to.startswith("ben")]
    assert len([text for text in to_ben if "done or not" in text]) > 3
    assert nobody == three


def test_what_is_put_off_leaves_no_event_and_stops_no_letter(
    as_: Any, named: Any, move_clock: Any
) -> None:
    duty = Assignment.get(Assignment.kind == DUTY, Assignment.person == cast.person("ben"))
    ben, page = as_("ben"), f"/assignments/{duty.id}"
    events = Event.select().count()
    until = (cast.NOW + timedelta(days=9)).date()
    assert ben.post(f"{page}/snooze", data={"until": until}).status_code == 303
    assert Assignment.get_by_id(duty.id).snoozed_until == until
    reminders.write_digests()
    assert duty.id in Letter.get(Letter.person_id == duty.person_id).facts["own"]
    assert ben.post(f"{page}/wake").status_code == 303
    assert Event.select().count() == events


def test_days_that_move_move_for_all_whoever_has_answered(
    cycle: Cycle, named: Any, who: Any
) -> None:
    say(named["ben"])
    phase = step_of(cycle)
    last_day = phase.closes_on + timedelta(days=9)
    steering.move(cycle, PEERS, phase.opens_on, last_day, with_later=True, by=who.helen)
    say(named["olga"])
    steering.follow_days()
    say(named["otto"])
    duties = Assignment.select().where(Assignment.kind == DUTY)
    assert {(one.due_on, one.remind_on, one.moved) for one in duties} == {
        (last_day, last_day - timedelta(days=3), 0)
    }
    assert not Event.select().where(Event.tag == "private_duty.moved").exists()


def test_no_sum_less_what_is_shown_tells_how_few_answered(
    cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    of_ben = name_all(cycle, ("erin", "olga", "otto"), about="ben")
    for nominee in (*named.values(), of_ben["erin"]):
        say(nominee)
    after(move_clock, 11)
    (summary,) = control.of_many([Cycle.get_by_id(cycle.id)], who.helen)
    step = summary.step(PEERS)
    assert step is not None
    assert (step.total, step.done) == (7, 4), "of Ben neither one nor none, but too few to show"


def test_who_has_left_does_not_make_it_three(
    as_: Any, cycle: Cycle, move_clock: Any, who: Any
) -> None:
    review, phase = review_of(cycle, "erin"), step_of(cycle)
    for name in THREE:
        nominating.propose(review, phase, cast.person(name), by=who.mara, is_decided=True)
    last_day = cast.TODAY - timedelta(days=1)
    who.otto.depart(by=who.helen, last_day_on=last_day, access_ends_at=cast.NOW)
    after(move_clock, 0)
    assert not Assignment.select().where(Assignment.kind == DUTY).exists()
    page = as_("mara").get(f"{review.url}/nominees").text
    assert "At least three who work here are needed" in page
    nominating.propose(review, phase, who.ida, by=who.mara, is_decided=True)
    asked = Assignment.select(Assignment.target).where(Assignment.kind == DUTY).tuples()
    assert {row for (row,) in asked} == {
        one.id for name, one in nominees(cycle, "erin").items() if name != "otto"
    }


def test_whoever_was_asked_does_not_read_once_the_list_of_who_was_is_purged(
    as_: Any, cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 0)
    named = name_all(cycle, ("helen", *FOUR))
    for name in FOUR:
        say(named[name], "CANARY")
    after(move_clock, 11)
    later = cast.TODAY + timedelta(days=365)
    asked = records["review_nominees"]
    assert asked.is_past is not None
    past = asked.select().where(asked.is_past(later))
    assert past.count() == 0
    page = f"/reviews/{review_of(cycle, 'erin').id}/said"
    assert "CANARY" not in as_("helen").get(page).text
    with db.write():
        Response.delete().execute()
    assert past.count() == 5


def test_a_number_means_the_same_to_all_who_choose_it_and_who_read_it(
    as_: Any, forms: Any, move_clock: Any, who: Any, queries: Any
) -> None:
    for name in ("erin", "ben"):
        Position.take(cast.person(name), by=None, starts_on=cast.TODAY, level="L2")
    publish("competency", "code-quality", CODE)
    rows = "How good is the code?\n( ) competency:code-quality"
    cycle = cycle_with("> What went well?", rating=rows)
    after(move_clock, 0)
    named = name_all(cycle)
    ben = as_("ben")
    address = f"/reviews/answers/{named['ben'].id}"
    assert "can read in one sitting" in ben.get(address).text
    Document.named("competency", "code-quality").publish(  # type: ignore[union-attr]
        CODE.replace("2 Proficient: hands in what one can read in one sitting", "2 Poor: cannot"),
        by=who.helen,
    )
    with queries() as seen:
        page = ben.get(address).text
    assert "can read in one sitting" in page and "Poor" not in page
    assert len(seen) <= 7
    for name in FOUR:
        say(named[name])
    after(move_clock, 11)
    said = as_("mara").get(f"/reviews/{review_of(cycle, 'erin').id}/said").text
    assert "2 Proficient" in said and "Poor" not in said
