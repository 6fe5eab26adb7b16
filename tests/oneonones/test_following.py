"""What follows when people move and leave; and what comes from elsewhere: calendar, agendas."""

import re
from datetime import timedelta
from typing import Any

from portal import clock
from portal.assignments import feed
from portal.assignments.models import Assignment
from portal.documents.models import Document
from portal.oneonones import following, planning
from portal.oneonones.models import OneOnOne, Talk
from portal.oneonones.notes import PrivateNote
from portal.oneonones.points import TalkPoint
from portal.people.dotted import DottedLine
from tests.cast import TODAY
from tests.oneonones.conftest import POINT, TOMORROW, again, begin, follows, moved


def test_the_new_lead_begins_afresh_and_sees_nothing_of_it(as_: Any, who: Any, full: Any) -> None:
    moved(who)
    as_("otto").post(
        f"/one-on-ones/with/{who.erin.id}", data={"weeks": "1", "next_on": str(TOMORROW)}
    )
    new = OneOnOne.get(OneOnOne.lead == who.otto)
    for address in (new.url, f"{new.url}/talks", "/one-on-ones", "/one-on-ones/export", "/"):
        assert "CANARY" not in as_("otto").get(address).text, address
    assert "Earlier" in as_("erin").get("/one-on-ones").text
    answer = as_("erin").get(f"/one-on-ones/with/{who.otto.id}")
    assert answer.headers["Location"] == new.url
    old = as_("erin").get(f"/one-on-ones/with/{who.mara.id}")
    assert old.headers["Location"] == full.url


def test_it_ends_by_itself_and_the_duty_with_it(who: Any, full: Any) -> None:
    assert following.end_out_of_line() == 0
    moved(who)
    one = OneOnOne.get()
    assert one.ended_at == clock.now() and following.end_out_of_line() == 0
    kinds = Assignment.select(Assignment.kind).where(Assignment.is_open()).tuples()
    # What somebody said they would do, they still owe.
    assert {kind for (kind,) in kinds} & {"one_on_one", "action"} == {"action"}
    back = begin(who.erin, who.otto)
    assert back.id != one.id


def test_it_ends_when_one_of_the_two_leaves_and_private_notes_go_with_their_author(
    as_: Any, who: Any, full: Any, move_clock: Any
) -> None:
    client = as_("erin")
    last = TODAY + timedelta(days=3)
    who.erin.depart(by=who.helen, last_day_on=last, access_ends_at=clock.end_of_day(last, "UTC"))
    assert following.forget_leavers() == 0 and client.get(full.url).status_code == 200
    move_clock(days=5)
    following.end_out_of_line()
    assert OneOnOne.get().ended_at and client.get(full.url).status_code == 303
    assert following.forget_leavers() == 1
    assert [note.author_id for note in PrivateNote.select()] == [who.mara.id]
    assert "CANARY shared" in as_("mara").get(f"{Talk.get(Talk.number == 1).url}").text


def test_whoever_has_left_adds_nothing_though_they_may_still_sign_in(
    as_: Any, who: Any, full: Any, move_clock: Any
) -> None:
    """The lead's last day is over; nobody else leads their people yet, and no clock has run."""
    last = TODAY + timedelta(days=1)
    who.mara.depart(by=who.helen, last_day_on=last, access_ends_at=None)
    move_clock(days=3)
    assert OneOnOne.get().ended_at is None
    for name in ("erin", "mara"):
        assert as_(name).post(f"{full.url}/points", data=POINT).status_code == 403, name
    said = {"weeks": "1", "next_on": str(TOMORROW + timedelta(days=9))}
    following.end_out_of_line()
    for name, other in (("erin", who.mara), ("mara", who.erin), ("mara", who.ben)):
        answer = as_(name).post(f"/one-on-ones/with/{other.id}", data=said)
        assert answer.status_code in (403, 404), (name, other)
    assert OneOnOne.select().count() == 1


def test_where_the_same_lead_comes_back_it_goes_on_with_what_was_open(
    as_: Any, who: Any, full: Any
) -> None:
    """Somebody mistyped a line of report, and mended it an hour later."""
    moved(who)
    follows(who.erin, who.mara)
    said = {"weeks": "1", "next_on": str(TOMORROW)}
    answer = as_("mara").post(f"/one-on-ones/with/{who.erin.id}", data=said)
    assert answer.headers["Location"] == full.url
    page = as_("erin").get(full.url).text
    assert "CANARY point" in page and "This ended" not in page
    one = again(full)
    assert (one.weeks, one.next.planned_on, one.ended_at) == (1, TOMORROW, None)
    duties = Assignment.select().where(Assignment.kind == "one_on_one", Assignment.is_open())
    assert [duty.due_on for duty in duties] == [TOMORROW]


def test_an_entry_keeps_its_name_when_it_moves_and_says_which_word_is_the_later(
    app: Any, who: Any, pair: Any
) -> None:
    def entry() -> list[str]:
        given = feed.make_link(who.erin, is_named=True)
        file = feed.file_of(given, "http://127.0.0.1:5000").decode().replace("\r\n ", "")
        return re.findall(r"(?:UID|SEQUENCE|DTSTART;VALUE=DATE):(.*)\r", file)

    before = dict(enumerate(sorted(entry())))
    planning.move(again(pair), TOMORROW + timedelta(days=7), by=who.mara)
    after = dict(enumerate(sorted(entry())))
    uid = f"one-on-one-{pair.id}-1@127.0.0.1"
    assert uid in before.values() and uid in after.values()
    assert int(after[0]) > int(before[0]) and str(after[1]) > str(before[1])


def test_a_ready_agenda_is_taken_over_by_the_two(as_: Any, who: Any, pair: Any) -> None:
    source = "---\nkind: agenda\ntitle: Start\nsummary: x\naudience: everyone\nowner: @hr\n---\n"
    document = Document.start("agenda", "Start", by=who.helen)
    document.publish(f"{source}- How are you?\n- What is next?\n", by=who.helen)
    assert "How are you?" in as_("erin").get(f"{pair.url}/agenda").text
    for _ in range(2):
        answer = as_("erin").post(f"{pair.url}/agenda", data={"agenda": str(document.id)})
        assert answer.status_code == 303
    assert [point.words for point in TalkPoint.select()] == ["How are you?", "What is next?"]
    assert as_("erin").post(f"{pair.url}/agenda", data={"agenda": "7777"}).status_code == 422


def test_who_has_two_leads_talks_with_each_and_each_sees_only_their_own(
    as_: Any, who: Any, full: Any
) -> None:
    said = {"weeks": "2", "next_on": str(TOMORROW)}
    otto = as_("otto")
    assert otto.get(f"/one-on-ones/with/{who.erin.id}").status_code == 404
    line = DottedLine.draw(who.erin, who.otto, "The fair", by=who.helen, starts_on=TODAY)
    assert "Erin Castellanos" in otto.get("/one-on-ones").text
    assert "Otto" in as_("erin").get("/one-on-ones").text
    begun = otto.post(f"/one-on-ones/with/{who.erin.id}", data=said)
    assert begun.status_code == 303
    theirs = OneOnOne.get(OneOnOne.lead == who.otto)
    assert (theirs.report_id, begun.headers["Location"]) == (who.erin.id, theirs.url)
    assert following.end_out_of_line() == 0
    assert otto.get(full.url).status_code == as_("mara").get(theirs.url).status_code == 404
    assert "Otto" in as_("erin").get("/one-on-ones").text
    line.end(TODAY - timedelta(days=1), by=who.helen)
    assert otto.post(f"{theirs.url}/points", data=POINT).status_code == 403
    assert following.end_out_of_line() == 1 and again(full).ended_at is None


def test_whoever_leads_nobody_and_is_led_by_nobody_reads_why_the_list_is_empty(
    as_: Any, who: Any
) -> None:
    page = as_("dora").get("/one-on-ones").text
    assert "Mara Okafor" in page
    assert "You have nobody to talk with here yet" in as_("ida").get("/one-on-ones").text
