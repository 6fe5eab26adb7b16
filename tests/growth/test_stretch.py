"""Stretch tasks: offered, asked for, given, done, confirmed; seats under a race, and closing."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from portal import db
from portal.assignments.models import Assignment
from portal.growth.mentoring import NotPossible
from portal.growth.seats import StretchSeat
from portal.growth.stretches import Stretch
from portal.mail.models import Letter
from tests import cast
from tests.growth.conftest import again, task, wants

FORM = {
    "title": "Run the demo day", "text": "", "takes": "two days", "seats": "2",
    "until": "2026-12-20", "audience": "",
}  # fmt: skip


def owed(name: str) -> list[str]:
    rows = Assignment.select().where(Assignment.is_open(), Assignment.person == cast.person(name))
    return [row.title for row in rows]


def test_a_manager_offers_a_task_and_everybody_finds_it(as_: Any, who: Any, things: Any) -> None:
    mara = as_("mara")
    data = FORM | {"competency": str(things.talking.id)}
    for wrong, said in (
        ({"seats": "0"}, "A number from 1 to 20"), ({"until": "2026-01-01"}, "That day is over."),
        ({"audience": "department ="}, "cannot be read"), ({"competency": ""}, "what one learns"),
        ({"until": "2028-01-01"}, "A year ahead at most."), ({"title": ""}, "what is to be done"),
    ):  # fmt: skip
        refused = mara.post("/growth/stretch/new", data=data | wrong)
        assert refused.status_code == 422 and said in refused.text, wrong
    page = mara.post("/growth/stretch/new", data=data, follow_redirects=True).text
    assert "It is on the board." in page and "Nobody has asked yet" in page
    seen = as_("olga").get("/growth/stretch").text
    assert "Run the demo day" in seen and "You learn talking; it takes two days." in seen
    assert "2 of 2 seats free" in seen


def test_it_goes_from_asking_to_confirmed(as_: Any, who: Any, things: Any) -> None:
    given = task()
    erin, mara = as_("erin"), as_("mara")
    page = erin.post(f"{given.url}/request", data={"wish": "To dare."}, follow_redirects=True).text
    assert "Mara answers you." in page and "You asked" in page
    assert owed("mara") == ["Answer who asks for “Run the demo day”"]
    seat = StretchSeat.get()
    page = mara.get(given.url).text
    assert "To dare." in page and "Give it to Erin" in page
    mara.post(f"/growth/stretch/seats/{seat.id}/acceptance")
    assert owed("erin") == ["Stretch task: Run the demo day"] and not owed("mara")
    assert "no seat left" in as_("ben").get("/growth/stretch").text
    report = f"/growth/stretch/seats/{seat.id}/report"
    assert erin.post(report, data={"said": ""}).status_code == 422
    erin.post(report, data={"said": "CANARY I spoke."})
    assert not owed("erin") and owed("mara") == ["Confirm what was done: “Run the demo day”"]
    refusal = f"/growth/stretch/seats/{seat.id}/refusal"
    refused = mara.post(refusal, data={"word": ""})
    assert refused.status_code == 422 and "Say why" in refused.text
    mara.post(refusal, data={"word": "The list is missing."})
    assert owed("erin") and "The list is missing." in erin.get(given.url).text
    erin.post(report, data={"said": "All of it."})
    page = mara.post(f"/growth/stretch/seats/{seat.id}/confirmation", follow_redirects=True).text
    assert "Confirmed. Thank Erin." in page and not owed("mara")
    assert "Well done." in erin.get(given.url).text
    assert again(seat).state == "confirmed"


def test_no_and_giving_back_free_the_seat(as_: Any, who: Any, things: Any) -> None:
    given = task()
    first, second = wants("erin", given), wants("ben", given)
    as_("mara").post(f"/growth/stretch/seats/{first.id}/refusal", data={"word": "Next time."})
    assert "Next time." in as_("erin").get(given.url).text
    second.accept(by=who.mara)
    assert "seat, free" not in as_("olga").get("/growth/stretch").text
    as_("ben").post(f"/growth/stretch/seats/{second.id}/withdrawal")
    assert again(second).state == "given back" and not owed("ben")
    assert wants("erin", given).id != first.id, "one may ask again"


def test_asking_twice_is_asking_once(who: Any, things: Any) -> None:
    given = task()
    assert wants("erin", given).id == wants("erin", given).id
    with pytest.raises(NotPossible, match="yourself"):
        wants("mara", given)


def test_of_two_who_are_given_the_last_seat_at_once_one_gets_it(who: Any, things: Any) -> None:
    given = task()
    seats, gate, lost = [wants("erin", given), wants("ben", given)], threading.Barrier(2), []

    def accept(seat: StretchSeat) -> None:
        db.database.connect(reuse_if_open=True)
        gate.wait()
        try:
            seat.accept(by=who.mara)
        except NotPossible as error:
            lost.append(str(error))
        finally:
            db.database.close()

    both = [threading.Thread(target=accept, args=(seat,)) for seat in seats]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(again(seat).state for seat in seats) == ["accepted", "asked"]
    assert len(lost) == 1 and "All seats are taken" in lost[0]


def test_the_poster_is_told_when_all_seats_are_taken(as_: Any, who: Any, things: Any) -> None:
    given = task()
    first, second = wants("erin", given), wants("ben", given)
    first.accept(by=who.mara)
    page = (
        as_("mara")
        .post(f"/growth/stretch/seats/{second.id}/acceptance", follow_redirects=True)
        .text
    )
    assert "All seats are taken." in page and again(second).state == "asked"


def test_closing_ends_what_waits_and_keeps_what_was_given(as_: Any, who: Any, things: Any) -> None:
    given = task(seats=2)
    kept, waits = wants("erin", given), wants("ben", given)
    kept.accept(by=who.mara)
    mara = as_("mara")
    assert "Nobody may ask" in mara.post(f"{given.url}/closing", follow_redirects=True).text
    assert (again(kept).state, again(waits).state) == ("accepted", "closed")
    assert not owed("mara"), "nothing is left to answer"
    olga = as_("olga")
    assert "Run the demo day" not in olga.get("/growth/stretch").text
    late = olga.post(f"{given.url}/request", data={"wish": "I would love to."})
    assert late.status_code == 422 and "closed a moment ago" in late.text
    assert "I would love to." in late.text, "nothing that was typed is lost"
    assert "before you had an answer" in as_("ben").get(given.url).text
    with pytest.raises(NotPossible, match="closed"):
        wants("olga", given)
    mara.post(f"{given.url}/reopening")
    assert "Run the demo day" in as_("olga").get("/growth/stretch").text


def test_who_is_late_at_the_form_is_told_there(as_: Any, who: Any, things: Any) -> None:
    given = task()
    olga = as_("olga")
    assert "Ask for it" in olga.get(given.url).text
    wants("erin", given).accept(by=who.mara)
    late = olga.post(f"{given.url}/request", data={"wish": "I would love to."})
    assert late.status_code == 422 and "last seat was given" in late.text
    assert "I would love to." in late.text


def test_its_day_ends_asking(as_: Any, who: Any, things: Any, move_clock: Any) -> None:
    given = task(until=cast.TODAY + timedelta(days=2))
    move_clock(days=3)
    page = as_("olga").get(given.url).text
    assert "Its day is over" in page and "Ask for it" not in page
    assert "Run the demo day" in as_("mara").get("/growth/stretch?list=over").text
    with pytest.raises(NotPossible, match="Its day is over"):
        wants("olga", given)


def test_a_rule_says_to_whom_it_is_open(as_: Any, things: Any) -> None:
    given = task(audience="department = Sales")
    assert as_("olga").get(given.url).status_code == 200
    assert as_("erin").get(given.url).status_code == 404
    assert as_("erin").post(f"{given.url}/request", data={"wish": ""}).status_code == 404
    assert "Run the demo day" not in as_("erin").get("/growth/stretch").text


def test_it_is_changed_and_what_it_was_stays_allowed(as_: Any, who: Any, things: Any) -> None:
    given = task()
    things.talking.retire(by=who.helen)
    mara = as_("mara")
    data = FORM | {"competency": str(things.talking.id), "title": "Another", "seats": "3"}
    assert "Saved." in mara.post(f"{given.url}/edit", data=data, follow_redirects=True).text
    assert (again(given).title, again(given).seats) == ("Another", 3)


def test_where_its_poster_has_left_hr_answers(who: Any, things: Any, move_clock: Any) -> None:
    given = task()
    seat = wants("erin", given)
    seat.accept(by=who.mara)
    who.mara.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=None)
    move_clock(days=2)
    again(seat).report("Done.", by=who.erin)
    duty = Assignment.get(Assignment.kind == "stretch_answer", Assignment.is_open())
    assert duty.person_id is None and duty.function.slug == "hr"


def test_hr_answers_as_well_and_never_for_themselves(as_: Any, who: Any, things: Any) -> None:
    given = task(seats=2)
    mine, hers = wants("helen", given), wants("erin", given)
    helen = as_("helen")
    assert helen.post(f"/growth/stretch/seats/{mine.id}/acceptance").status_code == 403
    assert helen.post(f"/growth/stretch/seats/{hers.id}/acceptance").status_code == 303
    assert Stretch.select().count() == 1 and again(mine).state == "asked"


def test_all_who_ask_are_one_duty_that_ends_with_the_last_answer(who: Any, things: Any) -> None:
    given = task(seats=3)
    first, second, third = (wants(name, given) for name in ("erin", "ben", "olga"))
    assert owed("mara") == ["Answer who asks for “Run the demo day”"]
    first.accept(by=who.mara)
    second.decline("No.", by=who.mara)
    assert owed("mara") == ["Answer who asks for “Run the demo day”"]
    third.withdraw(by=who.olga)
    assert not owed("mara")


def test_whoever_offers_it_takes_it_back_with_a_word(as_: Any, who: Any, things: Any) -> None:
    given = task()
    seat = wants("erin", given)
    seat.accept(by=who.mara)
    refusal = f"/growth/stretch/seats/{seat.id}/refusal"
    assert "Take it back" in as_("mara").get(given.url).text
    as_("mara").post(refusal, data={"word": "You are away for a month."})
    assert again(seat).state == "taken back" and not owed("erin")
    page = as_("erin").get(given.url).text
    assert "Mara took it back." in page and "away for a month" in page
    assert "one seat, free" in as_("ben").get("/growth/stretch").text
    late = as_("mara").post(refusal, data={"word": "Again."}, follow_redirects=True).text
    assert "answered already" in late


def test_changing_a_task_that_was_closed_meanwhile_leaves_it_closed(who: Any, things: Any) -> None:
    given = task()
    open_in_another_window = again(given)
    given.close(by=who.mara)
    open_in_another_window.change(by=who.helen, title="Another")
    assert again(given).title == "Another" and again(given).closed_at


def test_an_answer_about_a_task_leaves_as_a_letter(who: Any, things: Any) -> None:
    given = task(seats=2)
    seat = wants("erin", given)
    seat.accept(by=who.mara)
    seat.report("Done.", by=who.erin)
    seat.confirm(by=who.mara)
    wants("ben", given).withdraw(by=who.ben)
    told = [row.person_id for row in Letter.select().where(Letter.kind == "growth_answer")]
    assert told == [who.erin.id], "that it is theirs stands on Today"
