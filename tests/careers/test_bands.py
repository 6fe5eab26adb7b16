"""Pay bands: settled from a day on, corrected by another row, and seen by whom they say."""

import random
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal import clock
from portal.audit.models import Event, Personal
from portal.careers import band_access, band_lists, tracks
from portal.careers.bands import (
    EVERYONE,
    HOLDERS,
    HR,
    LEADS,
    SHOWN_TO,
    NoBand,
    PayBand,
    place_of,
)  # fmt: skip
from portal.documents import exchange
from portal.people.grants import Grant
from portal.people.positions import Position
from tests import cast
from tests.careers import written
from tests.reach import knock

NOBODY = {**dict.fromkeys(cast.NAMES, 404), "lev": 303}
YEAR = date(2026, 1, 1)
# Amounts that stand nowhere else, so that they can be looked for.
CANARIES = (61_379, 87_143)
SENIOR = {"role": "Engineer", "level": "L2"}


@pytest.fixture
def track(database: Any) -> tracks.Track:
    """Erin is an engineer on L1, Ben a senior one; Mara leads both and stands on manager."""
    for name, level in (("erin", "L1"), ("ben", "L2"), ("mara", "L3")):
        Position.take(cast.person(name), by=None, starts_on=YEAR, level=level)
    return written.engineering()


def settle(shown_to: str = HR, starts_on: date = YEAR, **said: Any) -> PayBand:
    low, high = CANARIES
    given = {"currency": "EUR", "low": low, "high": high, **SENIOR, **said}
    return PayBand.settle(by=cast.person("helen"), shown_to=shown_to, starts_on=starts_on, **given)


def test_a_band_is_settled_changed_ended_and_its_history_stays(database: Any) -> None:
    events = Event.select().where(Event.subject_kind == "pay_band")
    first = settle()
    assert settle() == first and events.count() == 1
    corrected = settle(low=62_000, role=" engineer ")
    raised = settle(starts_on=date(2027, 1, 1), low=70_000, high=90_000)
    place = place_of("Engineer", "L2")
    assert PayBand.in_force(cast.TODAY)[place] == corrected
    assert PayBand.in_force(date(2027, 1, 1))[place] == raised
    assert PayBand.in_force(date(2025, 12, 31)) == {}
    assert raised.withdraw(by=None) and not raised.withdraw(by=None)
    assert not corrected.withdraw(by=None)
    ended = corrected.end(date(2026, 12, 1), by=None)
    assert PayBand.in_force(date(2026, 12, 1)) == {}
    assert [(past.band, past.state) for past in band_lists.history(place, cast.TODAY)] == [
        (raised, "withdrawn or corrected"),
        (ended, "planned"),
        (corrected, "in force"),
        (first, "withdrawn or corrected"),
    ]
    assert [event.tag for event in events.order_by(Event.seq)] == [
        "pay_band.settled", "pay_band.settled", "pay_band.settled", "pay_band.withdrawn",
        "pay_band.ended",
    ]  # fmt: skip
    for wrong in ({"low": 0}, {"low": 5, "high": 4}, {"shown_to": "me"}, {"role": " "}):
        with pytest.raises(NoBand):
            settle(**{"shown_to": HR, **wrong})


@pytest.mark.parametrize(
    ("shown_to", "sees"),
    [
        (HR, {"helen"}),
        # Mara and Dora lead Ben, who stands there, and Erin, one step below.
        (LEADS, {"helen", "mara", "dora"}),
        # Nia has no level yet: the lowest rung of her role counts, one step below.
        (HOLDERS, {"helen", "mara", "dora", "ben", "erin", "nia"}),
        (EVERYONE, set(cast.NAMES) - {"audrey", "lev"}),
    ],
)
def test_a_band_says_who_sees_it(track: Any, as_: Any, shown_to: str, sees: set[str]) -> None:
    settle(shown_to)
    rung = track.rung("senior-engineer")
    for name in cast.NAMES:
        person = cast.person(name)
        if name == "lev":
            # He has left: no door opens.
            continue
        assert (band_access.band_of(person, rung) is not None) is (name in sees), name
        if name == "audrey":
            continue
        for address in (track.url, "/careers/tracks", "/"):
            page = as_(name).get(address).text
            assert ("61,379" in page) is (name in sees and address == track.url), (name, address)


def test_one_step_below_is_below_and_what_is_not_in_force_is_seen_by_nobody(track: Any) -> None:
    ben, erin, rungs = cast.person("ben"), cast.person("erin"), track.rungs
    for rung in rungs:
        settle(HOLDERS, role=rung.role, level=rung.level)
    assert set(band_access.bands_of(ben, rungs)) == {
        "engineering/senior-engineer", "engineering/staff-engineer",
        "engineering/engineering-manager",
    }  # fmt: skip
    # The tester's is on her own level: from there no step up leads to it.
    assert set(band_access.bands_of(erin, rungs)) == {
        "engineering/engineer", "engineering/senior-engineer",
    }  # fmt: skip
    settle(EVERYONE, starts_on=cast.TODAY + timedelta(days=1), low=70_000, high=90_000)
    assert band_access.band_of(ben, rungs[1]).low == CANARIES[0]
    settle(EVERYONE).end(cast.TODAY, by=None)
    assert band_access.band_of(ben, rungs[1]) is None
    assert band_access.band_of(cast.person("helen"), rungs[1]) is None


def test_who_may_see_more_sees_all_that_others_see(track: Any, queries: Any) -> None:
    """Whatever is chosen: nobody sees more by one choice than by the next, and many rungs cost as
    many questions as one."""
    draw = random.Random(11)
    rungs = track.rungs
    people = [cast.person(name) for name in cast.NAMES]
    before: dict[int, set[str]] = {}
    for shown_to in SHOWN_TO:
        for rung in rungs:
            settle(shown_to, role=rung.role, level=rung.level)
        for person in people:
            some = draw.sample(rungs, draw.randint(1, len(rungs)))
            found = band_access.bands_of(person, rungs)
            assert before.get(person.id, set()) <= set(found)
            assert set(band_access.bands_of(person, some)) == set(found) & {r.key for r in some}
            assert all(band_access.band_of(person, one) == found.get(one.key) for one in some)
            before[person.id] = set(found)
    mara, among = cast.person("mara"), tracks.all_in_force()
    settle(LEADS, role=rungs[0].role, level=rungs[0].level)
    assert mara.has_reports and mara.held_now
    with queries() as seen:
        band_access.bands_of(mara, rungs, among)
    assert len(seen) <= 2


def test_hr_keeps_the_bands_and_nobody_else_learns_that_there_are_any(
    track: Any, as_: Any, who: SimpleNamespace
) -> None:
    hr = NOBODY | {"helen": 200}
    band = settle(EVERYONE)
    said = {"currency": "eur", "low": "61379", "high": "87143", "shown_to": "hr"}
    said |= {"starts_on": "2026-03-01"}
    for address in ("", "/new", f"/{band.id}"):
        knock(as_, hr, f"/careers/bands{address}", nowhere="/careers/bands/999999")
    knock(as_, hr, "/careers/bands/export", data={}, nowhere="/careers/bands/999999/end")
    posts = NOBODY | {"helen": 303}
    here = f"/careers/bands/{band.id}"
    rows = (("", said | {"role": "Buyer"}), (f"/{band.id}", said))
    rows += ((f"/{band.id}/end", {"ends_on": "2027-02-01"}), (f"/{band.id}/withdrawal", {}))
    for address, data in rows:
        nowhere = "/careers/bands/999999" + address.removeprefix(f"/{band.id}")
        knock(as_, posts, f"/careers/bands{address}", data=data, nowhere=nowhere)
    helen = as_("helen")
    before = PayBand.select().count()
    for wrong in ({"low": "9", "high": "8"}, {"currency": "EU1"}, {"starts_on": "1999-01-01"}):
        answer = helen.post(here, data=said | wrong)
        assert answer.status_code == 422 and b"<title>Error:" in answer.data, wrong
    ending = helen.post(f"{here}/end", data={"ends_on": "2026-01-01"})
    assert ending.status_code == 422 and b"after the day" in ending.data
    assert helen.post("/careers/bands", data=said).status_code == 422
    assert PayBand.select().count() == before
    assert b"You stand on this rung yourself" not in helen.get(here).data
    Position.take(who.helen, by=None, starts_on=cast.TODAY, **SENIOR)
    assert b"You stand on this rung yourself" in as_("helen").get(here).data
    Grant.select().where(Grant.person == who.helen).get().end(by=None)
    assert as_("helen").get("/careers/bands").status_code == 404


def test_amounts_stand_on_no_page_in_no_event_letter_search_or_file_of_others(
    track: Any, as_: Any, who: SimpleNamespace
) -> None:
    band = settle(HR)
    as_("helen").post("/careers/bands/export")
    band.end(date(2027, 5, 1), by=who.helen)
    for event in Event.select():
        assert not any(str(amount) in event.data for amount in CANARIES)
    assert not Personal.select().where(Personal.payload.contains(str(CANARIES[0]))).exists()
    shown = ("61379", "61,379", "87143", "87,143")
    addresses = (
        track.url, "/careers/tracks", "/", "/search?q=engineer", "/palette?q=engineer", "/audit",
        "/careers/bands", f"/careers/bands/{band.id}", "/me", "/letters",
    )  # fmt: skip
    for name in set(cast.NAMES) - {"helen", "lev"}:
        client = as_(name)
        for address in addresses:
            page = client.get(address).text
            assert not any(amount in page for amount in shown), (name, address)
            assert "pay band" not in page.lower() and "Pay bands" not in page, (name, address)
    trail = as_("helen").get("/audit").text
    assert "settled what is paid: Engineer, L2" in trail
    assert not any(amount in trail for amount in shown)
    assert not any(amount.encode() in exchange.export() for amount in shown)


def test_pages_ask_few_questions_and_the_file_has_every_row(
    track: Any, as_: Any, queries: Any
) -> None:
    for rung in track.rungs:
        settle(LEADS, role=rung.role, level=rung.level)
    settle(role="=Buyer", level="", shown_to=EVERYONE)
    for name, address in (("helen", "/careers/bands"), ("helen", track.url), ("mara", track.url)):
        client = as_(name)
        client.get(address)
        with queries() as seen:
            page = client.get(address).text
        assert "61,379" in page and len(seen) <= 8, (name, address, len(seen))
    table = as_("helen").post("/careers/bands/export").text
    assert table.count("61379") == 6 and "\r\n'=Buyer," in table
    assert clock.today() == cast.TODAY
