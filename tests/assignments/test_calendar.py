"""The calendar link: shown once, neutral, right at each fetch, and over when its owner leaves."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from portal.people.functions import Function
from portal.people.passes import Pass
from tests import cast
from tests.cast import TODAY
from tests.reach import knock

SOON = TODAY + timedelta(days=5)


def link(client: Any, **data: str) -> str:
    """A new address, as the page shows it once."""
    page = client.post("/calendar/link", data=data)
    assert page.status_code == 200
    (address,) = re.findall(r"<code>\S+?(/calendar/\S+?\.ics)</code>", page.text)
    return str(address)


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.status_code
    return list(Calendar.from_ical(answer.data).walk("VEVENT"))


def test_the_address_is_shown_once_and_stored_nowhere(as_: Any, stranger: Any) -> None:
    erin = as_("erin")
    address = link(erin)
    assert events(stranger.get(address)) == []
    page = erin.get("/calendar").text
    token = address.split("/")[-1]
    assert token not in page and "On since" in page
    kept = Pass.get(Pass.purpose == "calendar")
    assert token[:-4].partition("-")[2] not in (kept.nonce, kept.address)


def test_an_entry_says_that_there_is_something_not_what(
    as_: Any, owe: Any, who: Any, stranger: Any
) -> None:
    owe(who.erin, "Exit interview of Ben", due=SOON, minutes=2, about=who.ben)
    owe(who.erin, "Talk about pay", due=SOON, at="14:30", minutes=45)
    answer = stranger.get(link(as_("erin")))
    titles = [str(event["summary"]) for event in events(answer)]
    assert titles == [
        "Something to do: 2 min, open the portal",
        "Something to attend: 45 min, open the portal",
    ]
    for word in (b"Exit", b"Ben", b"pay", b"Erin"):
        assert word not in answer.data


def test_titles_stand_in_it_when_its_owner_wants_them(
    as_: Any, owe: Any, who: Any, stranger: Any
) -> None:
    duty = owe(who.erin, "Sign the policy", due=SOON)
    (event,) = events(stranger.get(link(as_("erin"), is_named="y")))
    assert str(event["summary"]) == "Sign the policy"
    assert str(event["url"]).endswith(duty.url)


def test_a_meeting_stands_at_its_hour_at_the_place_and_a_duty_on_its_day(
    as_: Any, owe: Any, who: Any, stranger: Any
) -> None:
    berlin = who.erin.position().location
    owe(who.erin, due=SOON)
    owe(who.erin, due=SOON, at="14:30", minutes=45, location=berlin)
    whole, timed = events(stranger.get(link(as_("erin"))))
    assert whole["dtstart"].dt == SOON
    assert timed["dtstart"].dt == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert timed["dtend"].dt - timed["dtstart"].dt == timedelta(minutes=45)


def test_only_what_one_owes_oneself_stands_in_it_and_only_while_it_is_open(
    as_: Any, owe: Any, who: Any, stranger: Any
) -> None:
    mine = owe(who.erin, due=SOON)
    owe(who.ben, due=SOON)
    owe(who.erin)
    owe(None, due=SOON, function=Function.named("it"))
    address = link(as_("erin"))
    assert len(events(stranger.get(address))) == 1
    mine.settle(by=who.erin)
    assert events(stranger.get(address)) == []
    assert len(events(stranger.get(link(as_("ida"))))) == 1


def test_a_moved_duty_is_the_same_entry_with_a_higher_sequence(
    as_: Any, owe: Any, who: Any, stranger: Any
) -> None:
    duty = owe(who.erin, due=SOON)
    address = link(as_("erin"))
    (before,) = events(stranger.get(address))
    duty.move(SOON + timedelta(days=1), "", by=who.helen)
    (after,) = events(stranger.get(address))
    assert after["uid"] == before["uid"]
    assert (int(before["sequence"]), int(after["sequence"])) == (0, 1)


def test_a_new_address_ends_the_old_one_and_switching_off_ends_all(as_: Any, stranger: Any) -> None:
    erin = as_("erin")
    first = link(erin)
    second = link(erin, is_named="y")
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    third = link(erin)
    assert stranger.get(second).status_code == 404
    erin.post("/calendar/link/ending")
    assert stranger.get(third).status_code == 404
    assert "Off." in erin.get("/calendar").text


def test_it_ends_on_departure_and_after_a_year(
    as_: Any, who: Any, stranger: Any, move_clock: Any
) -> None:
    erins, bens = link(as_("erin")), link(as_("ben"))
    who.erin.depart(
        by=who.helen, last_day_on=TODAY, access_ends_at=datetime(2026, 11, 18, 17, tzinfo=UTC)
    )
    assert stranger.get(erins).status_code == 200
    move_clock(to=datetime(2026, 11, 18, 17, 1, tzinfo=UTC))
    assert stranger.get(erins).status_code == 404
    move_clock(to=datetime(2027, 11, 30, tzinfo=UTC))
    assert stranger.get(bens).status_code == 404


@pytest.mark.parametrize("token", ["1-x", "x", "1", "999999-" + "0" * 43, "1-" + "0" * 43, "é-1"])
def test_a_guessed_address_is_a_404_of_the_same_bytes(as_: Any, stranger: Any, token: str) -> None:
    link(as_("erin"))
    nowhere = stranger.get("/calendar/0-0.ics")
    answer = stranger.get(f"/calendar/{token}.ics")
    assert (answer.status_code, answer.data) == (404, nowhere.data)


def test_the_address_opens_the_feed_and_nothing_else(as_: Any, stranger: Any) -> None:
    token = link(as_("erin")).split("/")[-1][:-4]
    assert stranger.get(f"/pass/{token}").status_code == 404
    assert stranger.post(f"/pass/{token}").status_code == 404
    assert stranger.get("/").status_code == 303


def test_nothing_is_sent_again_that_did_not_change(
    as_: Any, owe: Any, who: Any, stranger: Any, move_clock: Any
) -> None:
    owe(who.erin, due=SOON)
    address = link(as_("erin"))
    first = stranger.get(address)
    assert first.headers["Cache-Control"] == "private, max-age=900"
    move_clock(hours=1)
    again = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    owe(who.erin, due=SOON)
    changed = stranger.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_fetch_asks_at_most_six_questions_and_leaves_no_trace(
    as_: Any, owe: Any, who: Any, stranger: Any, queries: Any
) -> None:
    for n in range(20):
        owe(who.ida, due=date(2026, 12, 1) + timedelta(days=n))
    address = link(as_("ida"))
    with queries() as seen:
        assert len(events(stranger.get(address))) == 20
    assert len(seen) <= 6, seen
    assert not [sql for sql in seen if not sql.lstrip(" (").upper().startswith("SELECT")]


def test_the_page_is_everybodys_own(as_: Any, stranger: Any) -> None:
    page, led = ({**dict.fromkeys(cast.NAMES, status), "lev": 303} for status in (200, 303))
    knock(as_, page, "/calendar", nowhere="/nothing")
    knock(as_, page, "/calendar/link", data={}, nowhere="/nothing")
    assert Pass.select().where(Pass.purpose == "calendar").count() == len(page) - 1
    ottos = link(as_("otto"))
    del led["otto"]
    knock(as_, led, "/calendar/link/ending", data={}, nowhere="/nothing")
    assert events(stranger.get(ottos)) == [], "each ends their own"
    assert as_("erin").post("/calendar/link", data={"person": "1"}).status_code == 400
