"""Saying something without one's name: what the page promises, sending it once, and reading it."""

import json
import re
from typing import Any

import pytest

from portal.assignments import reminders
from portal.assignments.models import Assignment
from portal.audit import Event
from portal.mail.models import Letter
from portal.people.positions import Position
from portal.reviews import gathering
from portal.reviews.answers import DUTY, Closed, Nominee, Response
from portal.reviews.models import Cycle
from portal.reviews.steps import UPWARD
from tests import cast
from tests.reviews.conftest import after, review_of
from tests.reviews.saying import FOUR, cycle_with, name_all, nominees, say, step_of, words_of


def page_of(as_: Any, name: str, address: str) -> str:
    return " ".join(as_(name).get(address).text.split())


@pytest.fixture
def named(cycle: Cycle, move_clock: Any) -> dict[str, Nominee]:
    """The step is under way, and four were asked about Erin."""
    after(move_clock, 0)
    return name_all(cycle)


def url(nominee: Nominee) -> str:
    return f"/reviews/answers/{nominee.id}"


# -- the page ----------------------------------------------------------------------------------


def test_before_the_first_question_it_says_who_reads_it_and_what_cannot_be_ruled_out(
    as_: Any, named: Any
) -> None:
    page = page_of(as_, "ben", url(named["ben"]))
    promise, question = page.index('id="promise"'), page.index("How was this year?")
    assert promise < question
    for words in (
        "HR, Erin’s managers and Erin read what was said once the step is over",
        "from Sun 29 Nov on",
        "only where at least three answered it",
        "4 people are asked; Erin, whoever leads them and HR know who. You need not answer, and"
        " nobody is told whether you did, only how many did once the step is over.",
        "Everybody gets the same reminders",
        "whoever runs the server and compares its database, logs or backups",
    ):
        assert words in page[promise:question], words


def test_the_draft_never_leaves_the_device(as_: Any, named: Any) -> None:
    page = page_of(as_, "ben", url(named["ben"]))
    assert f'data-draft="answer-{named["ben"].id}"' in page
    assert "data-draft-url" not in page
    assert "/draft" not in page


def test_it_is_sent_once_and_the_receipt_says_nothing_of_it(as_: Any, named: Any) -> None:
    ben = as_("ben")
    sent = ben.post(url(named["ben"]), data=words_of(named["ben"], words="CANARY of ben"))
    assert sent.status_code == 303
    receipt = ben.get(url(named["ben"])).text
    assert "You have answered." in receipt
    assert "CANARY" not in receipt
    assert f'data-draft-gone="answer-{named["ben"].id}"' in receipt
    assert not re.search(r"<time|18 Nov", receipt)
    assert owed("ben") == 0


def owed(name: str) -> int:
    mine = (Assignment.kind == DUTY) & (Assignment.person == cast.person(name))
    return Assignment.select().where(mine, Assignment.is_open()).count()


def test_what_cannot_be_sent_is_drawn_again_and_kept_nowhere(as_: Any, named: Any) -> None:
    data = words_of(named["ben"], rating="", words="CANARY of ben")
    refused = as_("ben").post(url(named["ben"]), data=data)
    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert "CANARY of ben" in refused.text
    assert Response.select().count() == 0
    assert "CANARY" not in as_("ben").get(url(named["ben"])).text


def test_a_second_answer_is_shown_once_and_changes_nothing(as_: Any, named: Any) -> None:
    ben = as_("ben")
    ben.post(url(named["ben"]), data=words_of(named["ben"], words="First"))
    again = ben.post(url(named["ben"]), data=words_of(named["ben"], words="Second"))
    assert again.status_code == 409
    assert "you have answered already" in again.text
    assert "Second" in again.text
    assert [row.answer for row in Response.select() if "irst" in row.answer] == ['"First"']
    assert Response.select().count() == 2


def test_what_comes_after_the_close_is_shown_once_and_not_kept(
    as_: Any, named: Any, move_clock: Any
) -> None:
    after(move_clock, 11)
    late = as_("ben").post(url(named["ben"]), data=words_of(named["ben"], words="Late words"))
    assert late.status_code == 409
    assert "this is over" in late.text
    assert "Late words" in late.text
    assert Response.select().count() == 0
    over = page_of(as_, "ben", url(named["ben"]))
    assert "nobody is asked any more" in over
    assert "<form" not in over.split("<main")[1].split("</main")[0].replace('class="post"', "")


def test_htmx_gets_the_form_or_the_words_back_as_a_fragment(as_: Any, named: Any) -> None:
    ben = as_("ben")
    bad = ben.hx(url(named["ben"]), "questionnaire", data=words_of(named["ben"], rating=""))
    assert bad.status_code == 422
    assert bad.text.lstrip().startswith('<form class="questionnaire" id="questionnaire"')
    done = ben.hx(url(named["ben"]), "questionnaire", data=words_of(named["ben"]))
    assert done.headers["HX-Redirect"] == url(named["ben"])
    twice = ben.hx(url(named["ben"]), "questionnaire", data=words_of(named["ben"]))
    assert twice.status_code == 409
    assert 'id="questionnaire"' in twice.text


def test_a_field_nobody_drew_is_refused(as_: Any, named: Any) -> None:
    data = {**words_of(named["ben"]), "person": "1"}
    assert as_("ben").post(url(named["ben"]), data=data).status_code == 400
    assert Response.select().count() == 0


# -- three or none -----------------------------------------------------------------------------


def read(as_: Any, name: str, cycle: Cycle) -> str:
    return page_of(as_, name, f"/reviews/{review_of(cycle, 'erin').id}/said")


def test_readers_get_all_answers_to_a_question_together_when_the_step_is_over(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any
) -> None:
    assert say(named["ben"], "Zebra", "1")
    assert say(named["olga"], "Apple", "2")
    assert say(named["ida"], "Mango", "2")
    for name in ("mara", "helen", "erin"):
        assert not re.search("Zebra|Apple|Mango", read(as_, name, cycle))
    after(move_clock, 11)
    for name in ("mara", "helen", "erin", "dora"):
        page = read(as_, name, cycle)
        assert page.index("Apple") < page.index("Mango") < page.index("Zebra")
        assert re.search(r"Good.*?number\">2<", page), name


def test_fewer_than_three_are_read_by_nobody_and_nothing_of_them_is_kept(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any
) -> None:
    for name in ("ben", "olga"):
        say(named[name], "CANARY")
    after(move_clock, 11)
    page = read(as_, "mara", cycle)
    assert "Fewer than three were asked or answered" in page
    assert "CANARY" not in page
    assert Response.select().count() == 0


def test_a_question_that_fewer_than_three_answered_is_read_by_nobody(
    as_: Any, forms: Any, move_clock: Any
) -> None:
    cycle = cycle_with("> What went well? (optional)")
    after(move_clock, 0)
    named = name_all(cycle)
    for name, words in (("ben", "CANARY one"), ("olga", "CANARY two"), ("otto", "")):
        say(named[name], words)
    after(move_clock, 11)
    page = read(as_, "mara", cycle)
    assert "CANARY" not in page
    assert "Fewer than three answered this" in page
    assert {row.question for row in Response.select()} == {"how-was-this-year"}


def test_nothing_at_all_is_not_sent(as_: Any, forms: Any, move_clock: Any) -> None:
    cycle = cycle_with("> What went well? (optional)", rating="> How was this year? (optional)")
    after(move_clock, 0)
    ben = name_all(cycle)["ben"]
    empty = as_("ben").post(url(ben), data=words_of(ben, rating="", words=""))
    assert empty.status_code == 422
    assert "Answer at least one question." in empty.text


def test_whoever_was_asked_does_not_read_what_the_others_said(
    as_: Any, cycle: Cycle, move_clock: Any
) -> None:
    after(move_clock, 0)
    named = name_all(cycle, (*FOUR, "helen", "dora"))
    for name in FOUR:
        say(named[name], "CANARY")
    after(move_clock, 11)
    assert "CANARY" in read(as_, "mara", cycle)
    for name in ("helen", "dora"):
        page = read(as_, name, cycle)
        assert "CANARY" not in page
        assert "You were asked yourself" in page


def test_nothing_is_read_of_a_cycle_that_was_ended_before_the_step_was_over(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    for name in FOUR:
        say(named[name], "CANARY")
    cycle.end(by=who.helen)
    gathering.gather()
    assert Response.select().count() == 8
    move_clock(minutes=11)
    gathering.gather()
    assert Response.select().count() == 0
    assert "CANARY" not in read(as_, "mara", cycle)


def test_what_was_said_of_somebody_left_out_goes_at_the_close(
    cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    for name in FOUR:
        say(named[name])
    review_of(cycle, "erin").skip("On leave", by=who.helen)
    after(move_clock, 11)
    assert Response.select().count() == 0


def test_nobody_answers_about_somebody_left_out(cycle: Cycle, named: Any, who: Any) -> None:
    review_of(cycle, "erin").skip("On leave", by=who.helen)
    with pytest.raises(Closed):
        say(named["ben"])


# -- upward ------------------------------------------------------------------------------------


def test_three_reports_are_asked_by_themselves_and_two_are_not(
    cycle: Cycle, move_clock: Any, who: Any, as_: Any
) -> None:
    after(move_clock, 0)
    assert nominees(cycle, "mara", UPWARD) == {}
    Position.take(who.ida, by=who.helen, starts_on=cast.TODAY, manager=who.mara)
    after(move_clock, 1)
    asked = nominees(cycle, "mara", UPWARD)
    assert sorted(asked) == ["ben", "erin", "ida"]
    page = page_of(as_, "erin", url(asked["erin"]))
    assert "You report to Mara" in page
    assert "3 people are asked; everybody knows who reports to Mara." in page
    for name in asked:
        assert say(asked[name], f"From {name}")
    after(move_clock, 11)
    (shown,) = Response.shown(review_of(cycle, "mara"), [step_of(cycle, UPWARD)]).values()
    assert len(shown["what-went-well"]) == 3


# -- reminders ---------------------------------------------------------------------------------


def test_all_who_are_asked_are_reminded_alike(
    cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    reminders.write_digests()
    say(named["ben"])
    move_clock(days=1)
    assert gathering.remind(step_of(cycle), by=who.helen)
    said = Event.select().where(Event.tag == "phase.reminded").get()
    assert json.loads(said.data) == {"cycle": cycle.id, "step": "peers"}
    before = {letter.id for letter in Letter.select()}
    reminders.write_digests()
    written = {letter.person_id for letter in Letter.select() if letter.id not in before}
    assert {who.ben.id, who.olga.id, who.otto.id, who.ida.id} <= written


def test_after_the_close_nobody_is_reminded(
    cycle: Cycle, named: Any, move_clock: Any, who: Any
) -> None:
    after(move_clock, 11)
    assert not gathering.remind(step_of(cycle), by=who.helen)


# -- the form's own time -----------------------------------------------------------------------


def test_what_was_said_goes_when_its_form_says_so(forms: Any, move_clock: Any) -> None:
    cycle = cycle_with("> What went well?", terms="keep: 30 days\n")
    after(move_clock, 0)
    named = name_all(cycle)
    for name in FOUR:
        say(named[name])
    after(move_clock, 11)
    after(move_clock, 40)
    assert Response.select().count() == 8
    after(move_clock, 43)
    assert Response.select().count() == 0


def test_the_pages_ask_few_questions_of_the_database(
    as_: Any, cycle: Cycle, named: Any, move_clock: Any, queries: Any
) -> None:
    def asks(name: str, address: str) -> int:
        client = as_(name)
        client.get("/")
        with queries() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    assert asks("ben", url(named["ben"])) <= 6
    for name in FOUR:
        say(named[name])
    after(move_clock, 11)
    said = f"/reviews/{review_of(cycle, 'erin').id}/said"
    # The first time in an hour it is noted as well that she has read it.
    assert asks("mara", said) <= 9
    assert asks("mara", said) <= 8
    assert asks("ben", url(named["ben"])) <= 4
