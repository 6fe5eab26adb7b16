"""Between a question and its answer people move, leave, close, press twice and think again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from portal import clock
from portal.assignments.models import Assignment
from portal.feedback import prompting
from portal.feedback.asking import DUTY, FeedbackAsk, FeedbackRequest
from portal.feedback.models import LINE, THEM, Note
from portal.mail.models import Letter
from portal.people.models import Person
from portal.text import render_markdown
from tests.cast import TODAY
from tests.feedback.conftest import moves_to

SEEN = r'name="seen" value="([0-9,]+)"'
WORDS = {"saw": "You asked the question.", "more": "Ask it earlier."}


def open_duties() -> int:
    return int(Assignment.select().where(Assignment.kind == DUTY, Assignment.is_open()).count())


def state_of(ask: FeedbackAsk) -> str:
    return FeedbackAsk.now(ask.duty).state


def leaves(person: Person, by: Person) -> None:
    ends = clock.end_of_day(TODAY, "Europe/Berlin")
    person.depart(by=by, last_day_on=TODAY, access_ends_at=ends)


def test_who_no_longer_leads_them_gets_no_answer(
    as_: Any, who: Any, asked: Any, led_by_otto: Callable[[], None]
) -> None:
    """The form would say that Mara reads it, and she could not."""
    ask = asked(who.mara, who.erin, who.ida)[0]
    led_by_otto()
    ida = as_("ida")
    page = ida.get(ask.url).text
    assert "No answer is needed any more." in page and "So does Mara" not in page
    late = ida.post(ask.url, data=WORDS)
    assert late.status_code == 409 and "You asked the question." in late.text
    assert not Note.select().exists() and open_duties() == 0
    assert FeedbackRequest.get().closed_at is not None


def test_such_questions_end_by_themselves(
    who: Any, asked: Any, led_by_otto: Callable[[], None]
) -> None:
    mine, own = asked(who.mara, who.erin, who.ida)[0], asked(who.erin, who.erin, who.ida)[0]
    other = asked(who.mara, who.ben, who.ida)[0]
    led_by_otto()
    assert prompting.follow() == 1
    assert [state_of(one) for one in (mine, own, other)] == ["ended", "waiting", "waiting"]


def test_what_was_typed_too_late_may_go_as_feedback_of_ones_own(
    as_: Any, who: Any, asked: Any
) -> None:
    ask, ben = asked(who.erin, who.erin, who.ben)[0], as_("ben")
    ask.request.close(by=who.erin)
    late = ben.post(ask.url, data=WORDS | {"readers": LINE})
    assert late.status_code == 409
    for words in ("No answer is needed any more.", "was not sent", *WORDS.values(),
                  f'action="/feedback/people/{who.erin.id}"'):  # fmt: skip
        assert words in late.text, words
    unchosen = ben.post(ask.url, data=WORDS)
    assert unchosen.status_code == 409 and WORDS["saw"] in unchosen.text
    assert not Note.select().exists()
    ben.post(f"/feedback/people/{who.erin.id}", data=WORDS | {"readers": LINE})
    assert Note.get().duty_id is None


def test_an_answer_sent_twice_is_one_and_another_one_is_not_lost(
    as_: Any, who: Any, asked: Any
) -> None:
    ask, ben = asked(who.erin, who.erin, who.ben)[0], as_("ben")
    sent = WORDS | {"readers": THEM}
    assert ben.post(ask.url, data=sent).status_code == 303
    assert ben.post(ask.url, data=sent).status_code == 303
    other = ben.post(ask.url, data=sent | {"saw": "In another tab."})
    assert other.status_code == 409 and "You have answered already." in other.text
    assert "In another tab." in other.text and Note.select().count() == 1


def test_the_same_feedback_praise_or_question_twice_is_one(
    as_: Any, who: Any, in_force: Any, move_clock: Any
) -> None:
    ben = as_("ben")
    for address, data in (
        (f"/feedback/people/{who.erin.id}", WORDS | {"readers": THEM}),
        ("/praise", {"people": "Erin Castellanos, Ida Sørensen", "text": "Good.",
                     "value": "We help first", "shown": "public"}),
        ("/feedback/requests", {"people": "Erin Castellanos, Ida Sørensen", "question": "How?"}),
    ):  # fmt: skip
        assert [ben.post(address, data=data).status_code for _ in range(2)] == [303, 303]
    assert Letter.select().count() == 3 and open_duties() == 2
    assert "Good." in as_("olga").get("/praise").text
    assert as_("olga").get("/praise").text.count("Good.") == 1
    ben.post(f"/feedback/people/{who.erin.id}", data=WORDS | {"readers": LINE})
    ben.post(f"/feedback/people/{who.ida.id}", data=WORDS | {"readers": THEM})
    assert Note.select().count() == 3, "other readers, or another person, is another one"
    move_clock(hours=25)
    ben.post(f"/feedback/people/{who.erin.id}", data=WORDS | {"readers": THEM})
    assert Note.select().count() == 4


def test_an_answer_taken_back_after_the_question_was_closed_is_owed_no_more(
    who: Any, asked: Any
) -> None:
    ask = asked(who.erin, who.erin, who.ben)[0]
    note = Note.answer(ask, by=who.ben, readers=THEM, **WORDS)
    assert note is not None
    ask.request.close(by=who.erin)
    note.withdraw(by=who.ben)
    assert state_of(ask) == "ended" and open_duties() == 0
    assert note.restore(by=who.ben) and state_of(ask) == "answered"


def test_what_was_taken_back_and_declined_stays_taken_back(who: Any, asked: Any) -> None:
    ask = asked(who.erin, who.erin, who.ben)[0]
    note = Note.answer(ask, by=who.ben, readers=THEM, **WORDS)
    assert note is not None
    note.withdraw(by=who.ben)
    FeedbackAsk.now(ask.duty).decline(by=who.ben)
    assert not note.restore(by=who.ben) and state_of(ask) == "declined"


def test_a_no_is_not_thought_over_once_the_question_is_closed(who: Any, asked: Any) -> None:
    ask = asked(who.erin, who.erin, who.ben)[0]
    ask.decline(by=who.ben)
    stale = FeedbackAsk.now(ask.duty)
    ask.request.close(by=who.erin)
    assert not stale.reconsider(by=who.ben) and open_duties() == 0


def test_who_was_asked_and_leaves_is_not_waited_for(
    as_: Any, who: Any, asked: Any, move_clock: Any
) -> None:
    asks = asked(who.erin, who.erin, who.ben, who.ida)
    leaves(who.ben, who.helen)
    move_clock(days=2)
    Assignment.end_of_leavers()
    assert [state_of(one) for one in asks] == ["ended", "waiting"]
    assert "It waits for 1 of 2." in as_("erin").get(asks[0].request.url).text


def test_nobody_answers_about_somebody_who_has_left(
    as_: Any, who: Any, asked: Any, move_clock: Any
) -> None:
    ask = asked(who.mara, who.erin, who.ida)[0]
    leaves(who.erin, who.helen)
    move_clock(days=2)
    late = as_("ida").post(ask.url, data=WORDS, follow_redirects=True)
    assert late.status_code == 200 and "No answer is needed any more." in late.text
    assert not Note.select().exists()
    as_("ida").get(f"/feedback/people/{who.erin.id}/new")
    assert "Give feedback" not in as_("helen").get(f"/feedback/people/{who.erin.id}").text


def test_what_stood_again_is_told_though_its_letter_had_come_to_nothing(
    who: Any, said: Any, praised: Any, sent: Any
) -> None:
    for give in (lambda: said(who.ben, who.erin), lambda: praised(who.ben, who.erin)):
        thing = give()
        thing.withdraw(by=who.ben)
        assert not Letter.select().where(Letter.withdrawn_at.is_null()).exists()
        thing.restore(by=who.ben)
        (fresh,) = Letter.select().where(Letter.withdrawn_at.is_null())
        assert fresh.person_id == who.erin.id
        fresh.mark_sent(dict(sent())[fresh])
        thing.withdraw(by=who.ben)
        thing.restore(by=who.ben)
        assert not Letter.select().where(Letter.is_open()).exists(), "told once is enough"
        fresh.withdraw()


def test_who_reads_shared_feedback_is_what_the_form_said(
    as_: Any, who: Any, said: Any, move_clock: Any, led_by_otto: Callable[[], None]
) -> None:
    """Then: Mara and Dora keep it. Now: Otto reads it. In between: only as long as they lead."""
    note = said(who.ben, who.erin, LINE)
    led_by_otto()
    assert [as_(name).get(note.url).status_code for name in ("mara", "dora", "otto")] == [200] * 3
    moves_to(who.erin, who.dora)
    move_clock(days=1)
    assert [as_(name).get(note.url).status_code for name in ("mara", "dora", "otto")] == [
        200, 200, 404
    ]  # fmt: skip
    assert "whoever led Erin then or does now" in as_("ben").get("/feedback?show=given").text


def test_ones_own_is_saved_as_a_file(as_: Any, who: Any, said: Any, praised: Any) -> None:
    said(who.ben, who.erin, saw="To Erin")
    said(who.erin, who.ben, LINE, saw="By Erin")
    said(who.mara, who.ben, LINE, saw="Of Ben by Mara")
    praised(who.ben, who.erin, who.ida, text="A private word", public=False)
    taken = praised(who.erin, who.ida, text="Taken back")
    taken.withdraw(by=who.erin)
    answer = as_("erin").get("/feedback/export")
    assert answer.mimetype == "text/markdown" and "attachment" in answer.headers[
        "Content-Disposition"
    ]  # fmt: skip
    for words in ("To Erin", "By Erin", "A private word", "Ben Hartmann", "to Ben Hartmann",
                  "shared with those who lead", "private"):  # fmt: skip
        assert words in answer.text, words
    assert "Of Ben by Mara" not in answer.text and "Taken back" not in answer.text
    assert "To Erin" not in as_("mara").get("/feedback/export").text
    assert as_("audrey").get("/feedback/export").status_code == 404


def test_a_sent_form_is_no_draft_any_more_and_a_later_one_is_left_alone(
    as_: Any, who: Any, in_force: Any
) -> None:
    ben = as_("ben")
    for form, name, address, data in (
        ("/praise/new", "praise", "/praise",
         {"people": "Erin Castellanos", "text": "Good.", "value": "We help first",
          "shown": "public"}),
        ("/feedback/requests/new", "request", "/feedback/requests",
         {"people": "Erin Castellanos", "question": "How?"}),
        (f"/feedback/people/{who.erin.id}/new", f"feedback-{who.erin.id}",
         f"/feedback/people/{who.erin.id}", WORDS | {"readers": THEM}),
    ):  # fmt: skip
        assert f'data-draft="{name}"' in ben.get(form).text
        after = ben.post(address, data=data).headers["Location"]
        assert f'data-draft-gone="{name}"' in ben.get(after).text
        assert "data-draft-gone" not in ben.get(after).text, "what is begun later stays"


def test_the_day_of_taking_back_is_one_day(who: Any, said: Any, move_clock: Any) -> None:
    note = said(who.ben, who.erin)
    move_clock(hours=23)
    assert note.withdraw(by=who.ben)
    move_clock(hours=25)
    assert not note.restore(by=who.ben)
    assert clock.now() - note.given_at > timedelta(hours=24)


def test_nobody_reads_it_whom_the_form_did_not_name(
    as_: Any, who: Any, asked: Any, move_clock: Any
) -> None:
    """Between opening the form and sending it, somebody else began to lead her."""
    ask, ben = asked(who.dora, who.erin, who.ben)[0], as_("ben")
    free = f"/feedback/people/{who.erin.id}"
    seen = {
        address: re.findall(SEEN, ben.get(page).text)[0]
        for address, page in ((free, f"{free}/new"), (ask.url, ask.url))
    }
    moves_to(who.erin, who.dora)
    move_clock(days=1)
    late = ben.post(free, data=WORDS | {"readers": LINE, "seen": seen[free]})
    assert late.status_code == 422 and "Somebody else leads them" in late.text
    assert WORDS["saw"] in late.text and "today Dora Lindqvist, later" in late.text
    asked_late = ben.post(ask.url, data=WORDS | {"seen": seen[ask.url]})
    assert asked_late.status_code == 422 and "Somebody else leads them" in asked_late.text
    assert not Note.select().exists()
    fresh = re.findall(SEEN, late.text)[0]
    again = ben.post(free, data=WORDS | {"readers": LINE, "seen": fresh})
    alone_too = ben.post(free, data=WORDS | {"readers": THEM, "seen": seen[free]})
    assert (again.status_code, alone_too.status_code) == (303, 303), "alone concerns nobody else"


def test_no_words_in_the_file_pass_for_somebody_elses_or_fetch_anything(
    as_: Any, who: Any, said: Any, praised: Any
) -> None:
    forged = "Fine.\n\n### 2026-01-01, Mara Okafor\r\n\n**What I saw:** Bad\u2028### Again"
    evil = "![x](https://e.example/x) [a](https://e.example) <img src=x> \\[b] &lt;"
    said(who.ben, who.erin, saw=forged)
    praised(who.ben, who.erin, text=f"{forged} {evil}")
    said(who.erin, who.ben, saw=evil)
    text = as_("erin").get("/feedback/export").text
    mine = [line for line in text.splitlines() if "Mara Okafor" in line or "Again" in line]
    assert len(mine) == 4 and all(line.startswith("> ") for line in mine)
    for line in text.splitlines():
        assert line.startswith(("> ", "#", "**", "*")) or line in ("", ">", "Nothing."), line
    drawn = render_markdown(text)
    assert not [tag for tag in ("<img", "<a ", "<h4") if tag in drawn]
    headings = re.findall(r"<h3[^>]*>(.*?)</h3>", drawn.replace("<blockquote>", "\n"))
    assert "![x](https://e.example/x)" in drawn and headings


def test_the_task_says_in_like_words_whether_it_is_ones_own_question(who: Any, asked: Any) -> None:
    titles = [asked(who.nia, who.nia, who.ben)[0], asked(who.mara, who.erin, who.ben)[0]]
    assert [one.duty.title for one in titles] == [
        "Give Nia Novak feedback", "Give feedback on Erin Castellanos"
    ]  # fmt: skip
