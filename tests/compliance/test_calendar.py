"""The compliance calendar: a year, a month, a file and a link, each as far as one may see."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from portal import clock, db
from portal.compliance import feed, year
from portal.compliance.models import Coverage, Requirement
from portal.compliance.windows import AuditWindow
from portal.documents.models import Document
from portal.people.grants import Grant
from portal.people.passes import Pass
from portal.people.positions import Position
from tests.cast import TODAY
from tests.compliance.conftest import KIND, TARGET
from tests.reach import knock

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def requirement(drill: Any) -> Requirement:
    with db.write():
        made: Requirement = Requirement.create(
            kind=KIND, target=TARGET, created_at=clock.now(), checked_on=TODAY
        )
    return made


def cover(person: Any, requirement: Requirement, due_on: date, **more: Any) -> None:
    values = {
        "since": date(2025, 1, 1), "event_on": date(2025, 1, 1), "recorded_at": clock.now(),
        "due_on": due_on, "late_on": due_on + timedelta(days=1),
    }  # fmt: skip
    with db.write():
        Coverage.create(requirement=requirement, person=person, **{**values, **more})


@pytest.fixture
def filled(who: Any, requirement: Requirement) -> None:
    """Three turns on the 1st of December, one on the 20th, one in January, one gone by."""
    for person in (who.erin, who.ben, who.olga):
        cover(person, requirement, DECEMBER)
    cover(who.otto, requirement, date(2026, 12, 20))
    cover(who.ida, requirement, date(2027, 1, 31))
    cover(who.dora, requirement, date(2026, 10, 5))
    AuditWindow.plan(
        by=who.helen, name="Annual accounts", starts_on=date(2026, 12, 28),
        ends_on=date(2027, 1, 5),
    )  # fmt: skip


def words(viewer: Any, first: date, last: date) -> list[str]:
    return [entry.words for entry in year.entries(feed.reach_of(viewer), first, last)]


def file(answer: Any) -> dict[str, Any]:
    """The entries of a calendar file by their title."""
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    return {str(event["summary"]): event for event in events}


# -- what stands in it -------------------------------------------------------------------------


def test_turns_are_counted_and_nobody_is_named(as_: Any, who: Any, filled: None) -> None:
    assert words(who.helen, DECEMBER, date(2026, 12, 31)) == [
        "Fire drill: 3 people", "Fire drill: 1 person", "Annual accounts",
    ]  # fmt: skip
    months = year.year(feed.reach_of(who.helen), 2026)
    assert [month.due for month in months[9:]] == [1, 0, 4]
    assert [entry.words for entry in months[11].summed()] == [
        "Annual accounts", "Fire drill: 4 people",
    ]  # fmt: skip
    january = year.year(feed.reach_of(who.helen), 2027)[0]
    assert [entry.days for entry in january.summed()] == ["28 Dec–5 Jan", "31"]
    page = as_("helen").get("/compliance/calendar?year=2026").text
    for name in ("Erin", "Ben", "Olga", "Otto"):
        assert name not in page


def test_a_month_has_every_day_and_an_audit_each_of_its_days(who: Any, filled: None) -> None:
    days = year.month(feed.reach_of(who.helen), DECEMBER)
    assert len(days) == 31 and days[0].column == 2
    assert [day.on.day for day in days if day.entries] == [1, 20, 28, 29, 30, 31]
    assert len(year.month(feed.reach_of(who.helen), date(2028, 2, 1))) == 29


def test_whoever_leaves_before_owes_it_to_nobody(who: Any, requirement: Requirement) -> None:
    cover(who.erin, requirement, DECEMBER, until=date(2026, 11, 30))
    assert words(who.helen, DECEMBER, date(2026, 12, 31)) == []


def test_texts_to_be_looked_at_again_stand_in_it(as_: Any, who: Any) -> None:
    texts = {}
    for kind, title in (("policy", "Travel policy"), ("page", "Welcome")):
        text = f"---\nkind: {kind}\ntitle: {title}\n---\n## How\nBy train.\n"
        texts[title] = Document.start(kind, title, by=who.helen)
        texts[title].publish(text, by=who.helen)
        with db.write():
            Document.update(review_on=date(2026, 12, 9)).where(
                Document.id == texts[title].id
            ).execute()
    found = words(who.helen, DECEMBER, date(2026, 12, 31))
    assert found == ["Review: Travel policy", "Review: Welcome"]
    assert words(who.audrey, DECEMBER, date(2026, 12, 31)) == ["Review: Travel policy"]
    assert words(who.dora, DECEMBER, date(2026, 12, 31)) == []
    texts["Welcome"].retire(by=who.helen)
    assert len(words(who.helen, DECEMBER, date(2026, 12, 31))) == 1


def test_a_manager_sees_their_line_and_no_audit(as_: Any, who: Any, filled: None) -> None:
    assert words(who.mara, DECEMBER, date(2027, 1, 31)) == ["Fire drill: 2 people"]
    assert words(who.otto, DECEMBER, date(2027, 1, 31)) == ["Fire drill: 1 person"]
    page = as_("mara").get("/compliance/calendar?month=2026-12").text
    assert "Annual accounts" not in page and "of the line" not in page


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("year=2027", 200), ("year=x", 200), ("year=99999", 200), ("year=-1", 200),
        ("month=2026-12", 200), ("month=2026-12-24", 200), ("month=2026-13", 200),
        ("month=x", 200), ("month=1000-01", 404), ("month=2999-12", 404),
    ],
)  # fmt: skip
def test_any_address_is_answered(as_: Any, filled: None, asked: str, status: int) -> None:
    assert as_("helen").get(f"/compliance/calendar?{asked}").status_code == status


# -- as a file and as a link -------------------------------------------------------------------


def test_the_file_counts_and_names_nobody(as_: Any, filled: None) -> None:
    events = file(as_("helen").get("/compliance/calendar.ics"))
    assert set(events) == {
        "Fire drill: 3 people", "Fire drill: 1 person", "Annual accounts",
    }  # fmt: skip
    audit = events["Annual accounts"]
    assert (audit["dtstart"].dt, audit["dtend"].dt) == (date(2026, 12, 28), date(2027, 1, 6))
    since = file(as_("helen").get("/compliance/calendar.ics?from=2026-10-01"))
    assert len(since) == 3
    mine = file(as_("mara").get("/compliance/calendar.ics"))
    assert set(mine) == {"Fire drill: 2 people"}


def link(client: Any) -> str:
    """The address of a new link, as its page shows it this once."""
    page = client.post("/compliance/calendar/link").text
    return "/compliance" + page[: page.index("</code>")].rpartition("/compliance")[2]


def fetch(stranger: Any, address: str) -> Any:
    return stranger.get(address)


def test_the_link_shows_what_its_owner_may_see_on_the_day_it_is_asked(
    as_: Any, stranger: Any, who: Any, filled: None, move_clock: Any
) -> None:
    address = link(as_("mara"))
    assert set(file(fetch(stranger, address))) == {"Fire drill: 2 people"}
    with db.write():
        Position.take(who.ben, by=None, starts_on=TODAY, manager=who.otto)
    assert set(file(fetch(stranger, address))) == {"Fire drill: 1 person"}
    with db.write():
        for person in (who.erin, who.nia):
            Position.take(person, by=None, starts_on=TODAY, manager=who.otto)
    assert fetch(stranger, address).status_code == 404


def test_an_auditors_link_ends_with_the_grant(
    as_: Any, stranger: Any, who: Any, filled: None
) -> None:
    address = link(as_("audrey"))
    assert "Annual accounts" in file(fetch(stranger, address))
    Grant.get(Grant.person == who.audrey).end(by=who.adam)
    assert fetch(stranger, address).status_code == 404


def test_a_new_link_ends_the_one_before_and_it_can_be_switched_off(
    as_: Any, stranger: Any, filled: None
) -> None:
    helen = as_("helen")
    first, second = link(helen), link(helen)
    assert fetch(stranger, first).status_code == 404
    answer = fetch(stranger, second)
    assert answer.status_code == 200
    tag = answer.headers["ETag"]
    again = stranger.get(second, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert "On since" in helen.get("/compliance/calendar/link").text
    helen.post("/compliance/calendar/link/ending")
    assert fetch(stranger, second).status_code == 404


def test_a_link_for_something_else_opens_no_calendar(
    as_: Any, stranger: Any, who: Any, filled: None, world: Any
) -> None:
    given = Pass.give(who.helen, "calendar_named", by=who.helen, days=3)
    token = given.token(world.app.config["SECRET_KEY"])
    assert stranger.get(f"/compliance/calendar/{token}.ics").status_code == 404
    assert stranger.get("/compliance/calendar/1-x.ics").status_code == 404


def test_making_and_ending_a_link_is_for_whoever_has_the_calendar(as_: Any) -> None:
    table = dict.fromkeys(("erin", "ben", "olga", "ida", "adam", "nia"), 404)
    has = dict.fromkeys(("helen", "audrey", "dora", "mara", "otto"), 200)
    knock(as_, table | has, "/compliance/calendar/link", nowhere="/compliance/x", data={})
    ends = dict.fromkeys(has, 303)
    knock(as_, table | ends, "/compliance/calendar/link/ending", nowhere="/compliance/x", data={})


def test_the_file_is_the_same_bytes_all_day(as_: Any, filled: None, move_clock: Any) -> None:
    helen = as_("helen")
    first = helen.get("/compliance/calendar.ics").data
    move_clock(to=datetime(2026, 11, 18, 17, tzinfo=UTC))
    assert helen.get("/compliance/calendar.ics").data == first
