"""What stays of somebody who is erased, as giver and as receiver; and what nobody may count."""

from typing import Any

from portal import db
from portal.assignments.models import Assignment
from portal.feedback.asking import FeedbackRequest
from portal.feedback.models import LINE, Note
from portal.feedback.opting_out import PraiseOptOut
from portal.feedback.praise import Praise
from portal.mail.models import Letter
from portal.people.models import Person
from portal.privacy import records
from portal.retention.erasing import Erasure
from portal.retention.outlook import outlook
from portal.retention.records import totals

CLASSES = ("feedback", "feedback_requests", "praise")


def test_words_to_them_go_and_words_by_them_stay_without_their_name(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any
) -> None:
    lev = who.lev
    to_lev, by_lev = said(who.ben, lev, LINE), said(lev, who.erin, saw="By Lev, to Erin")
    praised(who.ben, lev, text="For Lev alone")
    for_two = praised(who.ben, lev, who.erin, text="For two")
    praised(lev, who.erin, text="Praise by Lev")
    PraiseOptOut.choose(lev, out=True)
    about = asked(who.mara, lev, who.ida)[0]
    asked(lev, lev, who.ben)
    titles = {duty.title for duty in Assignment.select()}
    assert titles == {"Give feedback on Lev Abramov", "Give Lev Abramov feedback"}
    erasure = Erasure.begin(lev, by=who.helen, reason="They asked for it")
    assert erasure.work()

    gone = Note.get_by_id(to_lev.id)
    assert (gone.saw, gone.more) == ("", "") and gone.forgotten_at is not None
    assert not PraiseOptOut.select().exists()
    assert {one.text for one in Praise.select()} == {"For two", "Praise by Lev"}
    assert [each.person_id for each in Praise.get_by_id(for_two.id).people] == [who.erin.id]
    assert {one.question for one in FeedbackRequest.select()} == {""}
    assert all("Lev" not in duty.title for duty in Assignment.select())
    assert Note.get_by_id(by_lev.id).saw == "By Lev, to Erin"
    for name, address in (
        ("erin", "/feedback"), ("erin", "/feedback?show=praise"), ("ben", "/feedback?show=given"),
        ("olga", "/praise"), ("mara", about.request.url), ("ida", about.url),
        ("erin", "/feedback/export"), ("ben", "/feedback/export"),
    ):  # fmt: skip
        page = as_(name).get(address)
        assert page.status_code == 200 and "Abramov" not in page.text, (name, address)


def test_how_often_somebody_speaks_is_nobodys_to_count(
    who: Any, said: Any, praised: Any, asked: Any
) -> None:
    """A number that grows when a letter is written would tell who wrote."""

    def counted(person: Person) -> Any:
        return outlook(person.id)

    people = [who.ben, who.mara, who.dora, who.ida]
    before = [counted(person) for person in people]
    with db.write():
        said(who.ben, who.erin, LINE)
        praised(who.ben, who.erin, public=False)
        asked(who.ben, who.ben, who.ida)
    assert [counted(person) for person in people] == before


def test_what_was_taken_back_is_counted_nowhere(
    as_: Any, who: Any, said: Any, praised: Any, asked: Any
) -> None:
    def shown() -> Any:
        seen = outlook(who.lev.id)
        lines = {line.kept.name: line.total for line in seen.lines if line.kept.model is not Letter}
        traces = {trace.column.name: trace.count for trace in seen.traces}
        counted = totals([records[name] for name in CLASSES])
        return lines, traces.get("note.about", 0), counted

    before = shown()
    said(who.ben, who.lev).withdraw(by=who.ben)
    praised(who.ben, who.lev).withdraw(by=who.ben)
    asked(who.mara, who.lev, who.ida)
    assert shown() == before, "nor is a class that is private"
    said(who.ben, who.lev)
    praised(who.ben, who.lev)
    lines, about, counted = shown()
    assert (lines["feedback"], lines["praise"], about) == (1, 1, 1)
    assert counted == {"feedback": 1, "praise": 1}
    assert "not counted" in as_("helen").get("/retention").text
    Erasure.begin(who.lev, by=who.helen, reason="They asked for it").work()
    assert not [note for note in Note.select() if note.saw], "and goes all the same"
