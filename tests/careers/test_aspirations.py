"""Aspirations: theirs, shown to whom they choose at once, and without any trace beside."""

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from portal import privacy
from portal.audit import Event
from portal.careers import access, leaving
from portal.careers.aspirations import LINE, LINE_AND_HR, NOBODY, Aspiration
from portal.mail.models import Letter
from tests import cast
from tests.careers import ladder
from tests.careers.ladder import move_under

CANARY = "CANARY to lead the lab one day"
LEAD = "craft/lead"


@pytest.fixture
def things(who: Any) -> SimpleNamespace:
    return ladder.make()


def hope(as_: Any, shared: str, rung: str = LEAD, name: str = "erin") -> int:
    data = {"rung": rung, "note": CANARY, "shared": shared}
    return int(as_(name).post("/careers/aspirations", data=data).status_code)


def own_pages(who: Any) -> tuple[str, ...]:
    return f"/careers/people/{who.erin.id}", "/careers/team", "/careers/team?show=line"


def pages(who: Any) -> tuple[str, ...]:
    person = who.erin.id
    return (
        *own_pages(who), f"/people/{person}", f"/people/{person}/history",
        f"/growth/people/{person}",
        "/audit", "/audit/looks", "/letters", "/retention", "/retention/register",
        f"/retention/people/{person}", "/palette?q=CANARY", "/palette?q=lead", "/careers",
        "/careers/file", "/careers/moves", "/careers/openings", "/hr", "/team",
    )  # fmt: skip


def readers(as_: Any, who: Any, addresses: tuple[str, ...]) -> set[str]:
    """Who finds the words there, besides their owner."""
    found = set()
    for name, page in product(("mara", "dora", "helen", "otto", "ben"), addresses):
        text = as_(name).get(page).text
        if "CANARY to lead" in text or ("Team Lead" in text and "/careers/people" in page):
            found.add(name)
    return found


def test_who_reads_it_is_whom_the_owner_has_chosen_at_once(as_: Any, who: Any, things: Any) -> None:
    assert hope(as_, NOBODY) == 303
    mine = Aspiration.get()
    expected = {
        NOBODY: set(), LINE: {"mara", "dora"}, LINE_AND_HR: {"mara", "dora", "helen"},
    }  # fmt: skip
    for shared in (NOBODY, LINE, LINE_AND_HR, NOBODY):
        data = {"note": CANARY, "shared": shared}
        assert as_("erin").post(mine.url, data=data).status_code == 303
        assert readers(as_, who, own_pages(who)) == expected[shared], shared
    assert readers(as_, who, pages(who)) == set(), "nor anywhere else"
    assert CANARY in as_("erin").get("/careers").text
    assert CANARY in as_("erin").get("/careers/file").text


def test_it_leaves_no_trace(as_: Any, who: Any, things: Any) -> None:
    client = as_("erin")
    client.get("/careers")
    before = Event.select().count(), Letter.select().count()
    hope(as_, LINE_AND_HR)
    mine = Aspiration.get()
    for shared in (LINE, NOBODY):
        client.post(mine.url, data={"note": "", "shared": shared})
    client.post(f"{mine.url}/end")
    signed_in = Event.select().where(Event.tag.startswith("device")).count()
    events = Event.select().count() - before[0]
    assert events <= signed_in and Letter.select().count() == before[1]
    assert not [row.tag for row in Event.select() if "aspiration" in row.tag]
    assert not Aspiration.select().count()
    column = privacy.columns["aspiration.person"]
    assert not column.is_counted and privacy.records["aspirations"].is_private


def test_whoever_led_them_once_reads_nothing_and_whoever_leads_them_now_does(
    as_: Any, who: Any, things: Any
) -> None:
    hope(as_, LINE)
    move_under("erin", "otto")
    assert readers(as_, who, own_pages(who)) == {"otto"}


def test_three_at_most_each_once_and_never_of_the_rung_they_stand_on(
    as_: Any, who: Any, things: Any
) -> None:
    again = ladder.TRACK.replace("title: Craft", "title: Arts")
    ladder.publish("track", "arts", "Arts", again.replace("role: ", "role: Arts "))
    assert hope(as_, NOBODY) == 303 and hope(as_, LINE) == 303
    assert [one.shared for one in Aspiration.select()] == [LINE], "said again it is changed"
    assert hope(as_, NOBODY, "craft/engineer") == 422, "they stand there"
    for shared in ("", "everyone"):
        assert hope(as_, shared, "craft/builder") == 422
    assert hope(as_, NOBODY, "craft/builder") == hope(as_, NOBODY, "arts/lead") == 303
    assert hope(as_, NOBODY, "arts/builder") == 422
    assert Aspiration.select().count() == 3
    assert "three is the most" in as_("erin").get("/careers/aspirations/new").text


def test_one_whose_rung_is_gone_can_still_be_forgotten(as_: Any, who: Any, things: Any) -> None:
    hope(as_, LINE)
    things.track.retire(by=who.helen)
    page = as_("erin").get("/careers").text
    assert "not in force any more" in page and CANARY in page
    mine = Aspiration.get()
    assert as_("erin").get(mine.url).status_code == 200
    as_("erin").post(f"{mine.url}/end")
    assert not Aspiration.select().count()


def test_it_goes_with_whom_it_is_of(as_: Any, who: Any, things: Any, move_clock: Any) -> None:
    hope(as_, LINE_AND_HR)
    who.erin.depart(by=who.helen, last_day_on=cast.TODAY, access_ends_at=cast.NOW)
    move_clock(days=3)
    leaving.end_of_leavers()
    assert not Aspiration.select().count()


def test_the_rule_is_the_same_for_everybody(who: Any, things: Any) -> None:
    for owner, shared in product(("erin", "mara", "helen", "otto"), (NOBODY, LINE, LINE_AND_HR)):
        person = cast.person(owner)
        rung = ladder.rung("lead")
        one = Aspiration.aim(rung, "", shared, by=person)
        for name in cast.NAMES:
            viewer = cast.person(name)
            sees = access.aspirations_visible_to(viewer).where(Aspiration.id == one.id).exists()
            leads = viewer.leads(person) and shared != NOBODY
            is_hr = viewer.is_hr and shared == LINE_AND_HR
            assert sees is (name == owner or leads or is_hr), (owner, shared, name)
