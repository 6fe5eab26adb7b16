"""Feedback on its way: given, read, taken back, asked for, answered, declined."""

import re
from datetime import timedelta
from typing import Any

import peewee
import pytest

from portal import clock, db, privacy
from portal.assignments.models import Assignment
from portal.feedback import overview, prompting
from portal.feedback.asking import DUTY, FeedbackRequest
from portal.feedback.models import LINE, THEM, Note, NoteReader
from portal.growth import hub
from tests.cast import TODAY

WORDS = {"saw": "You asked the question.", "more": "Ask it earlier.", "readers": THEM}


def owed() -> list[Assignment]:
    return list(Assignment.select().where(Assignment.kind == DUTY, Assignment.is_open()))


def test_one_chooses_whom_and_reads_by_name_who_will_see_it(as_: Any, who: Any) -> None:
    ben = as_("ben")
    address = ben.get("/feedback/new?person=erin castellanos").headers["Location"]
    assert address == f"/feedback/people/{who.erin.id}/new"
    page = ben.get(address).text
    assert "Erin alone" in page
    line = "Erin and whoever leads Erin: today Dora Lindqvist and Mara Okafor, later whoever"
    assert line in page and "neither those who lead Erin nor HR" in page
    assert "Those of today keep it" in page and "in HR opens none of it" in page
    for strange in ("Ben Hartmann", "Nobody", "Lev Abramov", ""):
        refused = ben.get(f"/feedback/new?person={strange}")
        assert refused.status_code == 422, strange


def test_feedback_is_given_read_and_acknowledged_in_one_tap(as_: Any, who: Any) -> None:
    assert "data-draft=" in as_("ben").get(f"/feedback/people/{who.erin.id}/new").text
    ben = as_("ben")
    sent = ben.post(f"/feedback/people/{who.erin.id}", data=WORDS)
    gone = ben.get(sent.headers["Location"]).text
    assert f'data-draft-gone="feedback-{who.erin.id}"' in gone
    assert gone.count("data-draft-gone") == 1
    note = Note.get()
    assert (note.giver_id, note.about_id, note.readers) == (who.ben.id, who.erin.id, THEM)
    erin = as_("erin")
    page = erin.get("/feedback").text
    assert "You asked the question." in page and "Ben Hartmann" in page and "nobody else" in page
    answer = erin.hx(f"{note.url}/acknowledgment", f"note-{note.id}")
    assert f'id="note-{note.id}"' in answer.text and "You have read it." in answer.text
    erin.post(f"{note.url}/acknowledgment")
    assert "Erin has read it." in as_("ben").get("/feedback?show=given").text


def test_one_of_the_two_prompts_is_enough_and_none_is_not(as_: Any, who: Any) -> None:
    address, ben = f"/feedback/people/{who.erin.id}", as_("ben")
    refused = ben.post(address, data=WORDS | {"saw": "", "more": " "})
    assert refused.status_code == 422 and "one of the two" in refused.text
    for wrong in ({"readers": ""}, {"readers": "everybody"}, {"saw": "x" * 2001}):
        assert ben.post(address, data=WORDS | wrong).status_code == 422, wrong
    assert ben.post(address, data=WORDS | {"giver": "1"}).status_code == 400
    assert not Note.select().exists()
    assert ben.post(address, data=WORDS | {"saw": ""}).status_code == 303


def test_where_nobody_leads_them_nobody_else_is_offered(as_: Any, who: Any) -> None:
    page = as_("erin").get(f"/feedback/people/{who.dora.id}/new").text
    assert "Dora alone" in page and "whoever leads Dora" not in page


def test_words_are_never_changed_and_no_row_goes(who: Any, said: Any) -> None:
    note = said(who.ben, who.erin, LINE)
    for changed in ({"saw": "Other"}, {"readers": THEM}, {"giver": who.ida}):
        with pytest.raises(peewee.DatabaseError), db.write():
            Note.update(**changed).where(Note.id == note.id).execute()
    with pytest.raises(peewee.DatabaseError), db.write():
        Note.delete().execute()
    Note.forget([note.id])
    assert Note.get().saw == "" and Note.get().forgotten_at is not None


def test_it_is_taken_back_within_a_day_and_stands_after_all(
    as_: Any, who: Any, said: Any, move_clock: Any
) -> None:
    note, ben = said(who.ben, who.erin), as_("ben")
    answer = ben.post(f"{note.url}/withdrawal", follow_redirects=True).text
    assert "Taken back." in answer and "CANARY" not in as_("erin").get("/feedback").text
    undo = re.search(rf'action="({note.url}/restoration)"', answer)
    assert undo and "stands again" in ben.post(undo[1], follow_redirects=True).text
    assert "CANARY" in as_("erin").get("/feedback").text
    move_clock(hours=25)
    assert "Its day is over" in ben.post(f"{note.url}/withdrawal", follow_redirects=True).text
    assert "CANARY" in as_("erin").get("/feedback").text


def test_who_leads_them_that_day_is_written_down(who: Any, said: Any) -> None:
    said(who.mara, who.erin, LINE)
    said(who.ben, who.erin, THEM)
    readers = {row.person_id for row in NoteReader.select()}
    assert readers == {who.dora.id}, "whoever gave it reads it anyway"


# -- requests ----------------------------------------------------------------------------------


def test_one_asks_up_to_five_people_and_sees_who_has_not_answered(as_: Any, who: Any) -> None:
    erin = as_("erin")
    sent = {
        "people": "Ben Hartmann, Olga Søndergaard; ida@halden.example,",
        "question": "What should I do more of?",
    }  # fmt: skip
    answer = erin.post("/feedback/requests", data=sent, follow_redirects=False)
    page = erin.get(answer.headers["Location"]).text
    assert page.count("Not yet") == 3 and "It waits for 3 of 3." in page
    assert {duty.due_on for duty in owed()} == {TODAY + timedelta(days=7)}
    today = as_("ben").get("/").text
    assert "Give Erin Castellanos feedback" in today and "What should I" not in today
    ask = next(duty for duty in owed() if duty.person_id == who.ben.id)
    form = as_("ben").get(ask.url).text
    assert "What should I do more of?" in form and "Erin alone" in form and "Olga" not in form
    assert as_("ben").post(ask.url, data=WORDS).status_code == 303
    note = Note.get()
    assert note.question == "What should I do more of?" and note.duty_id == ask.id
    as_("olga").post(f"{owed()[0].url}/refusal")
    page = erin.get(answer.headers["Location"]).text
    for words in ("Answered", "Does not answer", "Not yet", "It waits for 1 of 3."):
        assert words in page, words
    assert "You asked the question." in erin.get("/feedback").text


def test_whom_one_cannot_ask_is_said_at_the_field(as_: Any, who: Any) -> None:
    sent = {"people": "Ben Hartmann", "question": "How?"}
    mara, about = as_("mara"), f"/feedback/requests?about={who.erin.id}"
    for address, wrong, words in (
        ("/feedback/requests", {"people": "Mara Okafor"}, "Ask somebody else"),
        ("/feedback/requests", {"question": ""}, "Ask one question"),
        ("/feedback/requests", {"people": "Nobody"}, "Choose a name that is offered"),
        ("/feedback/requests", {"people": "Ben Hartmann, Erin Castellanos, Dora Lindqvist, "
                                "Otto Weiß, Ida Sørensen, Adam Farouk"}, "At most 5"),
        (about, {"people": "Ben Hartmann, Erin Castellanos"}, "Erin reads the answers anyway."),
    ):  # fmt: skip
        answer = mara.post(address, data=sent | wrong)
        assert answer.status_code == 422 and words in answer.text, (wrong, words)
    assert not FeedbackRequest.select().exists()


def test_a_manager_asks_about_a_report_and_the_form_says_who_reads_it(as_: Any, who: Any) -> None:
    for strange in ("", "x", "-1", "9" * 30):
        address = f"/feedback/requests/new?about={strange}"
        assert as_("mara").get(address).status_code == 404, strange
    assert "today Dora Lindqvist" in as_("mara").get("/feedback/requests/new").text
    assert "Nobody else does." in as_("dora").get("/feedback/requests/new").text
    page = as_("mara").get(f"/feedback/requests/new?about={who.erin.id}").text
    assert "Erin reads every answer, always" in page and "Dora Lindqvist" in page
    sent = {"people": "Ida Sørensen", "question": "How was the handover?"}
    as_("mara").post(f"/feedback/requests?about={who.erin.id}", data=sent)
    (duty,) = owed()
    form = as_("ida").get(duty.url).text
    assert "Erin reads your answer, always. So does Mara Okafor, who asked" in form
    assert 'name="readers"' not in form
    chosen = as_("ida").post(duty.url, data={"saw": "Good.", "more": "", "readers": THEM})
    assert chosen.status_code == 303 and Note.get().readers == LINE, "nothing is to be chosen"
    assert "Good." in as_("mara").get(f"/feedback/people/{who.erin.id}").text
    erin = as_("erin").get("/feedback").text
    assert "Good." in erin and "How was the handover?" in erin
    assert "asked by Mara Okafor about you" in as_("erin").get("/feedback?show=requests").text


def test_saying_no_is_one_tap_and_can_be_thought_over(as_: Any, who: Any, asked: Any) -> None:
    ask, ben = asked(who.erin, who.erin, who.ben)[0], as_("ben")
    said = ben.post(f"{ask.url}/refusal", follow_redirects=True).text
    assert "Erin sees that you do not answer." in said and owed() == []
    undo = re.search(rf'action="({ask.url}/reconsideration)"', said)
    assert undo and "It is yours again." in ben.post(undo[1], follow_redirects=True).text
    assert len(owed()) == 1


def test_who_asked_needs_no_more_answers(as_: Any, who: Any, asked: Any) -> None:
    ask = asked(who.erin, who.erin, who.ben, who.ida)[0]
    as_("erin").post(f"{ask.request.url}/closing")
    assert owed() == []
    assert "No answer is needed any more." in as_("ben").get(ask.url).text
    late = as_("ben").post(ask.url, data=WORDS, follow_redirects=True).text
    assert "No answer is needed any more." in late and not Note.select().exists()
    as_("ben").post(f"{ask.url}/reconsideration")
    assert owed() == []


def test_an_answer_taken_back_is_owed_again(as_: Any, who: Any, asked: Any) -> None:
    ask, ben = asked(who.erin, who.erin, who.ben)[0], as_("ben")
    ben.post(ask.url, data=WORDS)
    first = Note.get()
    ben.post(f"{first.url}/withdrawal")
    assert len(owed()) == 1
    ben.post(ask.url, data=WORDS | {"saw": "Better words."})
    assert "stays taken back" in ben.post(f"{first.url}/restoration", follow_redirects=True).text
    assert "Better words." in as_("erin").get("/feedback").text


def test_a_request_ends_when_whoever_asked_leaves(who: Any, asked: Any, move_clock: Any) -> None:
    asked(who.erin, who.erin, who.ben)
    who.erin.depart(
        by=who.helen, last_day_on=TODAY, access_ends_at=clock.end_of_day(TODAY, "Europe/Berlin")
    )
    assert prompting.follow() == 0
    move_clock(days=3)
    assert prompting.follow() == 1 and owed() == []


# -- lists and numbers -------------------------------------------------------------------------


@pytest.mark.parametrize("show", ["", "praise", "given", "requests", "shared"])
def test_each_list_takes_as_many_queries_however_long_it_is(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any, queries: Any, show: str
) -> None:
    counts = []
    for more in (1, 12):
        for _ in range(more):
            said(who.ben, who.erin, LINE)
            said(who.erin, who.ida)
            praised(who.ben, who.erin, who.ida)
            praised(who.erin, who.ben)
            asked(who.erin, who.erin, who.ben, who.ida)
            asked(who.ben, who.ben, who.erin)
        reader = as_("mara" if show == "shared" else "erin")
        reader.get("/feedback")
        with queries() as seen:
            assert reader.get(f"/feedback?show={show}").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts


def test_the_page_of_a_person_takes_as_many_queries_however_long_it_is(
    as_: Any, who: Any, said: Any, queries: Any
) -> None:
    counts = []
    for more in (1, 12):
        for _ in range(more):
            said(who.ben, who.erin, LINE)
        mara = as_("mara")
        with queries() as seen:
            mara.get(f"/feedback/people/{who.erin.id}")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8, counts


def test_the_hub_counts_what_is_ones_own(who: Any, said: Any, praised: Any, asked: Any) -> None:
    said(who.ben, who.erin)
    said(who.mara, who.erin).acknowledge(by=who.erin)
    praised(who.ben, who.erin, public=False)
    asked(who.ben, who.ben, who.erin)
    counts = hub.of(who.erin).counts
    assert {name: counts[name] for name in ("unread", "feedback", "praised", "asked")} == {
        "unread": 1, "feedback": 2, "praised": 1, "asked": 1,
    }  # fmt: skip
    assert overview.columns(who.audrey) == {}


def test_words_go_when_their_time_is_over_and_what_was_taken_back_after_a_day(
    who: Any, said: Any, praised: Any, asked: Any, move_clock: Any
) -> None:
    said(who.ben, who.erin).withdraw(by=who.ben)
    said(who.mara, who.erin)
    praised(who.ben, who.erin)
    asked(who.erin, who.erin, who.ben)

    def past(name: str, before: Any = None) -> int:
        kept = privacy.records[name]
        return int(kept.select().where(kept.is_past(before)).count())

    assert past("feedback") == 0
    move_clock(days=2)
    assert past("feedback") == 1 and past("praise") == 0
    later = TODAY + timedelta(days=1)
    assert (past("feedback", later), past("praise", later)) == (2, 1)
    assert past("feedback_requests", later) == 1 and past("feedback_requests") == 0
    kept = privacy.records["feedback_requests"]
    with db.write():
        kept.erase([row.id for row in kept.select()], None)
    assert FeedbackRequest.get().question == "" and "Erin" not in owed()[0].title


def test_each_empty_list_says_what_to_do(as_: Any) -> None:
    erin = as_("erin")
    for show, words in (
        ("", "comes most easily when one asks"), ("praise", "No praise yet"),
        ("given", "one thing you saw this week"), ("requests", "You have asked nobody yet"),
        ("strange", "comes most easily"),
    ):  # fmt: skip
        assert words in erin.get(f"/feedback?show={show}").text, show
