"""Filling a form: drafts, what may be sent, two devices, sending once and taking back."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from portal.assignments.models import Assignment
from portal.audit import Event
from portal.documents.models import Document
from portal.questionnaires.models import Closed, Conflict, Submission
from portal.questionnaires.questionnaire import MAX_ANSWERS_CHARS, MAX_TEXT_CHARS
from tests.questionnaires.conftest import MONTH, answers, given

TEXT = "what-should-we-have-told-you-earlier"


def send(client: Any, submission: Submission, where: str = "submission", **fields: Any) -> Any:
    fields.setdefault("version", str(Submission.get_by_id(submission.id).version))
    return client.post(f"/forms/{submission.id}/{where}", data=MultiDict(fields))


def fresh(submission: Submission) -> Submission:
    return Submission.get_by_id(submission.id)  # type: ignore[no-any-return]


def test_a_form_stands_on_today_with_its_minutes(as_: Any, nias: Submission) -> None:
    duty = nias.duties().first()
    assert (duty.title, duty.url, duty.minutes) == ("Thirty days", f"/forms/{nias.id}", 3)


def test_the_page_says_who_reads_it_and_how_long_before_it_is_sent(
    as_: Any, nias: Submission
) -> None:
    page = as_("nia").get(f"/forms/{nias.id}").text
    assert "HR and your managers read it once you have sent it." in page
    assert "It is erased 30 days after you sent it." in page
    assert "Nobody else sees it before you send it." in page


def test_others_are_told_the_same_in_words_that_fit_them(as_: Any, nias: Submission) -> None:
    page = as_("helen").get(f"/forms/{nias.id}/readers").text
    assert "HR and Nia’s managers read it once it is sent." in page
    assert "It is erased 30 days after it was sent." in page


def test_a_draft_is_kept_valid_or_not_and_leaves_no_event(as_: Any, nias: Submission) -> None:
    client, before = as_("nia"), Event.select().count()
    answer = send(
        client,
        nias,
        "draft",
        **{f"q-{TEXT}": "  Half a\r\nsentence", "q-how-many-days-were-you-away": "a few"},
    )
    assert answer.status_code == 303
    assert fresh(nias).given == {TEXT: "  Half a\nsentence", "how-many-days-were-you-away": "a few"}
    assert (fresh(nias).version, Event.select().count()) == (1, before)
    page = client.get(f"/forms/{nias.id}").text
    assert "Half a\nsentence" in page and 'value="a few"' in page


def test_saving_in_the_background_answers_with_how_it_stands(as_: Any, nias: Submission) -> None:
    answer = as_("nia").hx(
        f"/forms/{nias.id}/draft", "questionnaire", data={"version": "0", f"q-{TEXT}": "Words"}
    )
    assert answer.status_code == 200
    assert 'id="draft-version" name="version" value="1"' in answer.text
    assert "1 of 8 answered" in answer.text and "<form" not in answer.text


def test_what_is_complete_is_sent_and_the_duty_is_settled(
    as_: Any, nias: Submission, who: Any
) -> None:
    answer = send(as_("nia"), nias, **answers())
    assert (answer.status_code, answer.location) == (303, f"/forms/{nias.id}")
    sent = fresh(nias)
    assert (sent.state, sent.given) == ("sent", given())
    duty = nias.duties().first()
    assert (duty.outcome, duty.settled_by_id) == ("done", who.nia.id)
    event = Event.select().where(Event.tag == "submission.submitted").get()
    assert (event.by_id, event.about_id) == (who.nia.id, who.nia.id)
    assert "coffee" not in event.data


def test_margins_are_cut_when_it_is_sent(as_: Any, nias: Submission) -> None:
    send(as_("nia"), nias, **answers(**{f"q-{TEXT}": "\n\n Where the coffee is. \n"}))
    assert fresh(nias).given[TEXT] == "Where the coffee is."


WRONG = {
    "a rating left out": ({"q-how-well-did-you-find-your-way": ""}, "Choose one of these."),
    "a text of blanks": ({f"q-{TEXT}": " \n "}, "Write an answer."),
    "yes or no left out": ({"q-would-you-choose-us-again": ""}, "Choose one of these."),
    "a number in words": ({"q-how-many-days-were-you-away": "two"}, "not a whole number"),
    "a number out of bounds": ({"q-how-many-days-were-you-away": "31"}, "from 0 to 30"),
    "a number in other digits": ({"q-how-many-days-were-you-away": "٣"}, "not a whole number"),
    "a day that is none": ({"q-since-when-do-you-know-your-goals": "2026-02-30"}, "not a date"),
    "a day long gone": ({"q-since-when-do-you-know-your-goals": "0026-02-03"}, "out of reach"),
    "two lines": ({"q-what-do-you-call-your-project": "a\nb"}, "on one line"),
    "a long line": ({"q-what-do-you-call-your-project": "a" * 301}, "at most 300"),
    "a long text": ({f"q-{TEXT}": "a" * (MAX_TEXT_CHARS + 1)}, "at most 10,000"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_sent_is_said_at_the_question_and_kept(
    as_: Any, nias: Submission, what: str
) -> None:
    changed, words = WRONG[what]
    answer = send(as_("nia"), nias, **answers(**changed))
    assert answer.status_code == 422
    assert answer.text.count(words) >= 2, "in the summary and at the question"
    assert "<title>Error: " in answer.text
    ((name, value),) = changed.items()
    kept = fresh(nias)
    assert kept.is_open and kept.given.get(name[2:], "") == value
    assert kept.given["would-you-choose-us-again" if "again" not in name else TEXT]


REFUSED = {
    "an unknown field": {"q-salary": "1"},
    "a field of the table": {"submitted_at": "2026-01-01"},
    "a choice that is not offered": {"q-which-team-next": "moon"},
    "a row that is not there": {"q-how-well-did-you-find-your-way": "3"},
    "two answers to one question": {"q-would-you-choose-us-again": ["yes", "no"]},
    "more ticks than boxes": {"q-which-were-ready": ["laptop"] * 3},
    "no version": {"version": ""},
    "a version that is no number": {"version": "٣"},
    "a version beyond numbers": {"version": "9" * 30},
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("where", ["draft", "submission"])
def test_what_no_form_of_ours_sends_is_refused(
    as_: Any, nias: Submission, what: str, where: str
) -> None:
    answer = send(as_("nia"), nias, where, **{**answers(), **REFUSED[what]})
    assert answer.status_code == 400
    assert (fresh(nias).version, fresh(nias).given) == (0, {})


def test_more_than_can_be_kept_is_said_and_nothing_is_lost(as_: Any, nias: Submission) -> None:
    client = as_("nia")
    answer = send(client, nias, "draft", **{f"q-{TEXT}": "ä" * (MAX_ANSWERS_CHARS + 1)})
    assert answer.status_code == 422 and "120,000 characters at most" in answer.text
    assert send(client, nias, "draft", **{f"q-{TEXT}": "a\0b"}).status_code == 422
    assert send(client, nias, "draft", **{f"q-{TEXT}": "漢" * MAX_ANSWERS_CHARS}).status_code == 303
    huge = client.post(
        f"/forms/{nias.id}/draft", data={"version": "1", f"q-{TEXT}": "a" * 2_000_000}
    )
    assert huge.status_code == 413
    assert fresh(nias).given == {TEXT: "漢" * MAX_ANSWERS_CHARS}


@pytest.mark.parametrize("hostile", ["{{7*7}}", '"><svg onload=alert(1)>', "</textarea><script>"])
def test_whatever_is_written_is_shown_as_it_is(as_: Any, nias: Submission, hostile: str) -> None:
    fields = answers(**{f"q-{TEXT}": hostile, "q-what-do-you-call-your-project": hostile})
    client = as_("nia")
    send(client, nias, "draft", **fields)
    pages = [client.get(f"/forms/{nias.id}").text]
    send(client, nias, **fields)
    pages += [
        client.get(f"/forms/{nias.id}").text,
        as_("helen").get(f"/forms/{nias.id}/answers").text,
    ]
    for page in pages:
        assert (
            "<svg onload" not in page
            and "<script>" not in page
            and "49" not in page.split("main")[1]
        )


# -- two devices -----------------------------------------------------------------------------


def test_two_devices_are_both_shown_and_nothing_is_overwritten(as_: Any, nias: Submission) -> None:
    laptop, phone = as_("nia"), as_("nia")
    send(laptop, nias, "draft", version="0", **{f"q-{TEXT}": "From the laptop"})
    answer = send(phone, nias, "draft", version="0", **{f"q-{TEXT}": "From the phone"})
    assert answer.status_code == 409
    assert "From the laptop" in answer.text and "From the phone</textarea>" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert fresh(nias).given == {TEXT: "From the laptop"}


@pytest.mark.parametrize(
    ("choice", "kept"), [({"take": TEXT}, "From the laptop"), ({"keep": TEXT}, "From the phone")]
)
def test_one_tap_chooses_for_each_question(
    as_: Any, nias: Submission, choice: dict[str, str], kept: str
) -> None:
    send(as_("nia"), nias, "draft", version="0", **{f"q-{TEXT}": "From the laptop"})
    fields = {"choosing": "1", "version": "1", f"q-{TEXT}": "From the phone", **choice}
    answer = send(as_("nia"), nias, "draft", **fields)
    assert answer.status_code == 303
    assert fresh(nias).given == {TEXT: kept}


def test_choosing_goes_on_until_every_question_is_decided(as_: Any, nias: Submission) -> None:
    line = "what-do-you-call-your-project"
    send(as_("nia"), nias, "draft", version="0", **{f"q-{TEXT}": "L", f"q-{line}": "L"})
    mine = {"choosing": "1", "version": "1", f"q-{TEXT}": "P", f"q-{line}": "P"}
    first = send(as_("nia"), nias, "draft", keep=TEXT, **mine)
    assert first.status_code == 409
    assert f'name="kept" value="{TEXT}"' in first.text
    assert f'id="q-{line}-other"' in first.text and f'id="q-{TEXT}-other"' not in first.text
    assert fresh(nias).given == {TEXT: "L", line: "L"}
    done = send(as_("nia"), nias, "draft", kept=TEXT, take=line, **mine)
    assert done.status_code == 303
    assert fresh(nias).given == {TEXT: "P", line: "L"}


@pytest.mark.parametrize(("choice", "kept"), [({"take": "*"}, "L"), ({"keep": "*"}, "P")])
def test_one_tap_chooses_for_all(as_: Any, nias: Submission, choice: Any, kept: str) -> None:
    send(as_("nia"), nias, "draft", version="0", **{f"q-{TEXT}": "L"})
    fields = {"choosing": "1", "version": "1", f"q-{TEXT}": "P", **choice}
    assert send(as_("nia"), nias, "draft", **fields).status_code == 303
    assert fresh(nias).given == {TEXT: kept}


def test_a_third_device_during_the_choice_is_shown_too(as_: Any, nias: Submission) -> None:
    for version, words in (("0", "One"), ("1", "Two")):
        send(as_("nia"), nias, "draft", version=version, **{f"q-{TEXT}": words})
    fields = {"choosing": "1", "version": "1", f"q-{TEXT}": "Three", "keep": TEXT}
    answer = send(as_("nia"), nias, "draft", **fields)
    assert answer.status_code == 409 and "Two" in answer.text
    assert fresh(nias).given == {TEXT: "Two"}


def test_nothing_is_sent_before_a_choice_is_made(as_: Any, nias: Submission) -> None:
    send(as_("nia"), nias, "draft", version="0", **{f"q-{TEXT}": "From the laptop"})
    assert send(as_("nia"), nias, **answers(version="0")).status_code == 409
    fields = answers(version="1", choosing="1")
    assert send(as_("nia"), nias, **fields).status_code == 409
    assert fresh(nias).is_open


def test_the_same_words_from_two_devices_are_no_conflict(as_: Any, nias: Submission) -> None:
    for _ in range(2):
        assert send(as_("nia"), nias, "draft", version="0", **{f"q-{TEXT}": "X"}).status_code == 303
    assert fresh(nias).version == 1


# -- sent ------------------------------------------------------------------------------------


def test_what_was_sent_never_changes(as_: Any, nias: Submission) -> None:
    client = as_("nia")
    send(client, nias, **answers())
    for where in ("draft", "submission"):
        answer = send(client, nias, where, **answers(**{f"q-{TEXT}": "Something else"}))
        assert answer.status_code == 303
    assert fresh(nias).given == given()
    with pytest.raises(Closed):
        fresh(nias).save_draft({}, fresh(nias).version)


def test_twenty_taps_send_it_once(nias: Submission, who: Any, database: Any) -> None:
    from portal import db

    def tap(n: int) -> bool:
        db.database.connect(reuse_if_open=True)
        try:
            return Submission.get_by_id(nias.id).submit(given(), 0, by=who.nia)
        finally:
            db.database.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(tap, range(20))) == [False] * 19 + [True]
    assert Event.select().where(Event.tag == "submission.submitted").count() == 1


def test_the_model_refuses_what_the_form_would(nias: Submission, who: Any) -> None:
    with pytest.raises(ValueError, match="Choose one of these"):
        nias.submit({}, 0, by=who.nia)
    nias.save_draft({TEXT: "x"}, 0)
    with pytest.raises(Conflict):
        fresh(nias).submit(given(), 0, by=who.nia)


def test_the_receipt_shows_what_was_sent_and_forgets_the_draft_on_the_device(
    as_: Any, nias: Submission, who: Any
) -> None:
    client = as_("nia")
    send(client, nias, **answers())
    page = client.get(f"/forms/{nias.id}").text
    assert "Where the coffee is." in page and "2 At home" in page and "Sent on " in page
    assert f'data-draft-gone="form-{nias.id}" data-draft-person="{who.nia.id}"' in page


def test_it_is_taken_back_within_a_day_while_nobody_has_read_it(
    as_: Any, nias: Submission, move_clock: Any
) -> None:
    client = as_("nia")
    send(client, nias, **answers())
    move_clock(hours=23)
    assert client.post(f"/forms/{nias.id}/taking-back").status_code == 303
    back = fresh(nias)
    assert (back.state, back.given, back.purge_on) == ("begun", given(), None)
    assert nias.duties().first().settled_at is None
    assert client.post(f"/forms/{nias.id}/taking-back").status_code == 303, "twice is no harm"


def test_it_is_not_taken_back_once_it_was_read(as_: Any, nias: Submission) -> None:
    client = as_("nia")
    send(client, nias, **answers())
    as_("helen").get(f"/forms/{nias.id}/answers")
    page = client.get(f"/forms/{nias.id}").text
    assert "read by Helen Brandt" in page and "Take it back" not in page
    assert client.post(f"/forms/{nias.id}/taking-back").status_code == 303
    assert "It was read meanwhile, so it stays sent." in client.get(f"/forms/{nias.id}").text
    assert fresh(nias).state == "sent"


def test_it_is_not_taken_back_after_a_day(as_: Any, nias: Submission, move_clock: Any) -> None:
    send(as_("nia"), nias, **answers())
    move_clock(hours=25)
    as_("nia").post(f"/forms/{nias.id}/taking-back")
    assert fresh(nias).state == "sent"


def test_when_its_duty_has_ended_it_is_filled_no_more(as_: Any, nias: Submission) -> None:
    """A list that was stopped, a step that somebody else does now, a last day."""
    nias.duties().first().settle(by=None, outcome="ended")
    client = as_("nia")
    page = client.get(f"/forms/{nias.id}").text
    assert "Nobody is asked for this any more." in page and "<textarea" not in page
    for where in ("draft", "submission"):
        assert send(client, nias, where, **answers()).status_code == 303
    assert (fresh(nias).given, fresh(nias).state) == ({}, "ended")
    assert "Not asked for" in client.get("/forms").text


def test_it_stays_with_the_revision_it_was_opened_with(
    as_: Any, nias: Submission, month: Document, who: Any
) -> None:
    month.publish(
        MONTH.replace("Would you choose us again?", "Would you come again?"), by=who.helen
    )
    page = as_("nia").get(f"/forms/{nias.id}").text
    assert "Would you choose us again?" in page and "Would you come again?" not in page
    assert send(as_("nia"), nias, **answers()).status_code == 303


def test_answers_survive_an_edit_of_other_words(month: Document, give: Any, who: Any) -> None:
    moved = MONTH.replace("## Facts\n", "> One more?\n## Other facts\n").replace("At home", "There")
    month.publish(moved, by=who.helen)
    keys = [q.key for q in give(Document.get_by_id(month.id), "ben").questionnaire.questions]
    assert set(given()) < set(keys)


def test_asked_twice_it_is_one_form_with_two_causes(month: Document, give: Any) -> None:
    from portal.assignments.duties import Cause

    first = give(month, "nia", cause=Cause("checklist", 7))
    again = give(month, "nia", cause=Cause("checklist", 8))
    assert first.id == again.id
    assert Assignment.select().count() == 1
    assert first.duties().first().causes.count() == 2
    assert give(month, "mara", about="nia").id != first.id


def test_sent_once_it_is_asked_anew(as_: Any, month: Document, give: Any) -> None:
    first = give(month, "nia")
    send(as_("nia"), first, **answers())
    assert give(month, "nia").id != first.id


def test_a_form_about_somebody_else_says_about_whom(as_: Any, month: Document, give: Any) -> None:
    about_nia = give(month, "mara", about="nia")
    page = as_("mara").get(f"/forms/{about_nia.id}").text
    assert "About <b>Nia Novak</b>" in page
    assert "HR and Nia’s managers read it" in page
    assert about_nia.duties().first().title == "Thirty days — Nia Novak"


def test_the_key_for_drafts_is_ones_own_and_never_stored(as_: Any) -> None:
    nia, mara = as_("nia").get("/me/draft-key"), as_("mara").get("/me/draft-key")
    assert nia.headers["Cache-Control"] == "no-store"
    assert nia.json["keys"] == as_("nia").get("/me/draft-key").json["keys"]
    assert nia.json["keys"] != mara.json["keys"]
    assert len(json.dumps(nia.json["keys"][0])) == 46


def test_pages_ask_little_and_stay_small(as_: Any, nias: Submission, queries: Any) -> None:
    client = as_("nia")
    with queries() as seen:
        page = client.get(f"/forms/{nias.id}")
    assert len(seen) <= 8, seen
    assert len(page.data) < 30_000
    with queries() as seen:
        client.hx(f"/forms/{nias.id}/draft", "x", data={"version": "0", f"q-{TEXT}": "w"})
    assert len(seen) <= 8, seen
