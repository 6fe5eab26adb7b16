"""On the job: said, confirmed by whom the course names, sent back, never one's own."""

import io
from datetime import date, timedelta
from typing import Any

import pytest

from portal import privacy
from portal.assignments.models import Assignment, Cause
from portal.documents.models import Document, check
from portal.documents.parser import Problem
from portal.learning import practice
from portal.learning.models import Attempt, Completion
from portal.learning.practice import Practice, StillWaiting
from portal.mail.models import Letter, kinds
from portal.people.functions import Function, Holder
from portal.people.models import Person, Position
from tests import cast
from tests.reach import knock
from tests.uploads.files import PNG

ON_THE_JOB = """---
kind: course
title: Lead a meeting
summary: Have led one from the invitation to the notes.
audience: everyone
format: practice
confirmed-by: manager
minutes: 60
---
## What to show
Who came, and what was decided.
"""
SAID = "I led the planning meeting on Tuesday."


def publish(by: Person, confirmed_by: str = "manager") -> Document:
    document = Document.start("course", "Lead a meeting", by=by)
    document.publish(ON_THE_JOB.replace("by: manager", f"by: {confirmed_by}"), by=by)
    return Document.get_by_id(document.id)  # type: ignore[no-any-return]


@pytest.fixture
def course(who: Any) -> Document:
    return publish(who.helen)


def duty_of(found: Practice) -> Assignment:
    duty = found.duty
    assert duty is not None
    return duty


def again(found: Practice) -> Practice:
    return Practice.get_by_id(found.id)  # type: ignore[no-any-return]


def test_the_manager_confirms_and_that_completes_the_course(course: Any, who: Any) -> None:
    owed = Assignment.assign(
        kind="course", target=course.id, title="Lead a meeting", cause=Cause("hr", 1), by=None,
        person=who.erin,
    )  # fmt: skip
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    duty = duty_of(sent)
    assert (duty.person_id, duty.about_id) == (who.mara.id, who.erin.id)
    assert practice.confirm(sent, "Well led.", by=who.mara)
    assert not practice.confirm(again(sent), by=who.mara)
    [done] = Completion.select().where(Completion.person == who.erin)
    assert (done.how, done.recorded_by_id) == ("confirmed", who.mara.id)
    attempt = Attempt.get_by_id(done.attempt_id)
    assert attempt.is_done and attempt.ended_at and attempt.success == "passed"
    assert Assignment.get_by_id(owed.id).outcome == "done"
    assert Assignment.get_by_id(duty.id).outcome == "done"


def test_what_is_sent_back_is_sent_again_and_its_history_kept(
    course: Any, who: Any, app: Any
) -> None:
    first = practice.send(course, who.erin, SAID, by=who.erin)
    with pytest.raises(StillWaiting):
        practice.send(course, who.erin, "More", by=who.erin)
    assert practice.send_back(first, "Who was there?", by=who.mara)
    [letter] = Letter.select().where(Letter.kind == "practice_answer")
    with app.test_request_context():
        message = kinds[letter.kind].render(letter)
    assert message.subject == "What you did was sent back" and "Who was there?" in message.text
    second = practice.send(course, who.erin, SAID + " Five came.", by=who.erin)
    assert second.attempt_id == first.attempt_id
    assert [one.outcome for one in Practice.of(course.id, who.erin.id)] == ["", "sent_back"]


@pytest.mark.parametrize(
    ("named", "person", "asked"),
    [
        ("manager", "dora", "hr"),  # Nobody stands above Dora.
        ("hr", "erin", "hr"),
        ("@it", "erin", "it"),
        ("@it", "ida", "hr"),  # Ida holds IT alone.
        ("@facilities", "erin", "hr"),  # Nobody holds it.
    ],
)
def test_who_confirms(who: Any, named: str, person: str, asked: str) -> None:
    course = publish(who.helen, f'"{named}"')
    sent = practice.send(course, cast.person(person), SAID, by=cast.person(person))
    assert duty_of(sent).function.slug == asked


def test_a_function_that_is_not_there_is_said_at_its_line(who: Any) -> None:
    found = check("course", ON_THE_JOB.replace("by: manager", 'by: "@moon"'))
    [problem] = [one for one in found.problems if one.level == "error"]
    assert isinstance(problem, Problem) and problem.line == 7 and "“moon”" in problem.message


def test_another_manager_gets_what_waits(course: Any, who: Any) -> None:
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    assert practice.follow_confirmers() == 0
    Position.take(who.erin, by=who.helen, starts_on=cast.TODAY, role="Engineer", manager=who.otto)
    assert practice.follow_confirmers() == 1 and practice.follow_confirmers() == 0
    assert duty_of(sent).person_id == who.otto.id


def test_where_the_manager_has_left_and_where_the_learner_has(
    course: Any, who: Any, move_clock: Any
) -> None:
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    theirs = practice.send(course, who.olga, SAID, by=who.olga)
    for person in (who.mara, who.olga):
        person.depart(
            by=who.helen, last_day_on=date(2026, 11, 20),
            access_ends_at=cast.NOW + timedelta(days=2),
        )  # fmt: skip
    move_clock(days=4)
    Assignment.end_of_leavers()
    assert practice.follow_confirmers() == 2
    assert duty_of(sent).function.slug == "hr"
    assert again(theirs).outcome == "withdrawn" and theirs.duty is None


def test_a_holder_of_the_function_confirms_but_never_their_own(who: Any, as_: Any) -> None:
    course = publish(who.helen, '"@it"')
    Holder.appoint(Function.named("it"), who.erin, by=None, starts_on=cast.TODAY)
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    here = f"{sent.url}/confirmation"
    assert as_("erin").post(here).status_code == 403
    assert as_("ida").post(here).status_code == 303
    assert again(sent).answered_by_id == who.ida.id


NOBODY = dict.fromkeys(cast.NAMES, 404) | {"lev": 303}
ANSWERS = NOBODY | {"erin": 403, "mara": 303, "helen": 403}
VERBS: dict[str, tuple[dict[str, int], dict[str, str] | None]] = {
    "": (NOBODY | dict.fromkeys(("erin", "mara", "helen"), 200), None),
    # There was no file with it.
    "/file": (NOBODY, None),
    "/confirmation": (ANSWERS, {"note": ""}),
    "/return": (ANSWERS, {"note": "Who came?"}),
    "/withdrawal": (ANSWERS | {"erin": 303, "mara": 403}, {}),
}


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_sent_is_for_them_whoever_is_asked_and_hr(
    course: Any, who: Any, as_: Any, verb: str
) -> None:
    """Being above the manager who is asked is not being asked; HR reads and answers nothing."""

    def sent() -> str:
        for one in Practice.select():
            practice.withdraw(one, by=who.erin)
        return f"/learning/practice/{practice.send(course, who.erin, SAID, by=who.erin).id}{verb}"

    table, data = VERBS[verb]
    nowhere = f"/learning/practice/999999{verb}"
    knock(as_, table, "", data=data, before=sent, nowhere=nowhere)


def test_the_pages_from_the_form_to_the_answer(course: Any, who: Any, as_: Any) -> None:
    erin, mara = as_("erin"), as_("mara")
    here = f"/learning/courses/{course.id}"
    assert "Say what you did" in erin.get(here).text
    empty = erin.post(f"{here}/practice", data={"said": " "})
    assert empty.status_code == 422 and "Say what you did." in empty.text
    file = (io.BytesIO(PNG), "notes.png")
    sent = erin.post(
        f"{here}/practice", data={"said": SAID, "file": file}, content_type="multipart/form-data"
    )
    assert (sent.status_code, sent.location) == (303, here)
    assert "With Mara Okafor since" in erin.get(here).text
    [found] = Practice.select()
    twice = erin.post(f"{here}/practice", data={"said": SAID})
    assert twice.status_code == 422 and "Take it back" in twice.text
    page = mara.get(found.url)
    assert SAID in page.text and "Confirm: Erin has done it" in page.text
    assert mara.get(f"{found.url}/file").data == PNG
    bare = mara.post(f"{found.url}/return", data={"note": ""})
    assert bare.status_code == 422 and "Say what is missing" in bare.text
    assert mara.post(f"{found.url}/return", data={"note": "Who came?"}).status_code == 303
    form = erin.get(f"{here}/practice").text
    assert "Who came?" in form and SAID in form
    erin.post(f"{here}/practice", data={"said": SAID + " Five came."})
    second = Practice.select().order_by(Practice.id.desc()).first()
    page = mara.get(second.url).text
    assert "Sent before" in page and "Who came?" in page
    erin.post(f"{second.url}/withdrawal")
    assert mara.get(second.url).status_code == 404
    erin.post(f"{here}/practice", data={"said": SAID + " Five came."})
    third = Practice.select().order_by(Practice.id.desc()).first()
    assert mara.post(f"{third.url}/confirmation", data={"note": ""}).status_code == 303
    assert Completion.select().where(Completion.person == who.erin).count() == 1
    assert "confirmed" in erin.get(third.url).text and mara.get(third.url).status_code == 200


def test_an_erasure_takes_the_words_and_leaves_that_it_was_confirmed(course: Any, who: Any) -> None:
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    practice.confirm(sent, "Well led.", by=who.mara)
    record = privacy.records["practice"]

    def found() -> list[int]:
        return [row.id for row in record.select().where(record.goes(who.erin.id))]

    assert found() == [sent.id]
    record.erase(found(), who.helen)
    assert found() == [] and again(sent).said == again(sent).note == ""
    assert again(sent).outcome == "confirmed" and again(sent).answered_by_id == who.mara.id
    old = record.select().where(record.is_past(date(2030, 1, 1)))
    assert list(old) == []


def test_its_page_asks_little(as_: Any, course: Any, who: Any, queries: Any) -> None:
    sent = practice.send(course, who.erin, SAID, by=who.erin)
    practice.send_back(sent, "Who came?", by=who.mara)
    practice.send(course, who.erin, SAID, by=who.erin)
    for name in ("erin", "mara", "helen"):
        client = as_(name)
        client.get("/me")
        with queries() as seen:
            assert client.get(f"/learning/courses/{course.id}").status_code == 200
        assert len(seen) <= 8, (name, "\n".join(seen))
