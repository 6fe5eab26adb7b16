"""Lines of report: everyone below at any depth, today; they end and move with the positions."""

from datetime import date, timedelta
from typing import Any

from portal import clock, db
from portal.people import access
from portal.people.models import Person
from portal.people.positions import Position
from tests import cast


def line(person: Person) -> set[str]:
    below = Person.select().where(Person.id.in_(cast.person(_first(person)).line()))
    return {_first(one) for one in below}


def _first(person: Person) -> str:
    return str(person.email.partition("@")[0])


def seen_by(viewer: str) -> set[str]:
    return {_first(one) for one in access.visible_to(cast.person(viewer))}


def test_a_line_goes_down_over_every_level(who: Any) -> None:
    assert line(who.dora) == {"mara", "erin", "ben", "nia"}
    assert line(who.mara) == {"erin", "ben", "nia"}
    assert line(who.erin) == set()
    assert line(who.otto) == {"olga"}


def test_leading_is_the_same_from_below(who: Any) -> None:
    leads = {
        (one.first_name, other.first_name)
        for one in Person.select()
        for other in Person.select()
        if one.leads(other)
    }
    assert leads == {
        ("Dora", "Mara"), ("Dora", "Erin"), ("Dora", "Ben"), ("Dora", "Nia"),
        ("Mara", "Erin"), ("Mara", "Ben"), ("Mara", "Nia"), ("Otto", "Olga"),
    }  # fmt: skip


def test_a_leaver_is_in_the_line_until_the_last_day(who: Any, move_clock: Any) -> None:
    last_day = cast.TODAY + timedelta(days=2)
    ends = clock.end_of_day(last_day, "Europe/Berlin")
    who.erin.depart(by=who.helen, last_day_on=last_day, access_ends_at=ends)
    assert "erin" in line(who.dora)
    move_clock(days=2)
    assert "erin" in line(who.dora)
    move_clock(days=1)
    assert "erin" not in line(who.dora) and "erin" not in seen_by("mara")
    assert "erin" not in seen_by("otto") and "erin" in seen_by("helen")


def test_a_circle_in_the_data_ends(who: Any) -> None:
    with db.write():
        Position.update(manager=who.erin).where(Position.person == who.dora).execute()
    assert line(who.dora) == {"dora", "mara", "erin", "ben", "nia"}
    assert not who.dora.leads(who.dora)
    assert cast.person("erin").leads(who.dora) and cast.person("dora").leads(who.erin)
    assert access.relation(cast.person("erin"), who.erin) == "self"


def test_somebody_who_reports_to_themselves_is_no_trouble(who: Any) -> None:
    with db.write():
        Position.update(manager=who.dora).where(Position.person == who.dora).execute()
    assert line(who.dora) == {"dora", "mara", "erin", "ben", "nia"}
    assert not cast.person("dora").leads(who.dora)


def test_a_transfer_moves_who_sees_the_file_on_that_very_day(
    who: Any, as_: Any, move_clock: Any
) -> None:
    Position.take(who.erin, by=who.helen, starts_on=cast.MONDAY, manager=who.otto)

    def relations() -> list[str]:
        erin = cast.person("erin")
        return [access.relation(cast.person(name), erin) for name in ("mara", "dora", "otto")]

    def first_days() -> list[bool]:
        address = f"/people/{who.erin.id}"
        return ["First day" in as_(name).get(address).text for name in ("mara", "otto")]

    assert (relations(), first_days()) == (["manager", "manager", "colleague"], [True, False])
    move_clock(to=clock.end_of_day(cast.MONDAY - timedelta(days=1), "Europe/Berlin"))
    assert relations() == ["manager", "manager", "colleague"]
    move_clock(seconds=1)
    assert (relations(), first_days()) == (["colleague", "colleague", "manager"], [False, True])


def test_a_joiner_is_seen_by_the_line_the_buddy_and_hr_and_by_all_from_day_one(
    who: Any, move_clock: Any
) -> None:
    seeing = [name for name in cast.NAMES if name != "lev" and "nia" in seen_by(name)]
    assert seeing == ["helen", "dora", "mara", "ben", "nia"]
    move_clock(days=5)
    seeing = [
        name for name in cast.NAMES if name not in ("lev", "audrey") and "nia" in seen_by(name)
    ]
    assert len(seeing) == 10
    assert "nia" not in seen_by("audrey")


def test_the_list_of_reports_obeys_who_looks(who: Any, as_: Any) -> None:
    address = f"/people/{who.mara.id}"
    for name, sees in (
        ("dora", True),
        ("helen", True),
        ("mara", True),
        ("otto", False),
        ("erin", False),
    ):
        page = as_(name).get(address).text
        assert "Reports to Mara" in page and "Erin Castellanos" in page
        assert ("Nia Novak" in page) == sees, name


def test_the_manager_of_a_day_gone_by_is_read_off_the_history(who: Any) -> None:
    Position.take(who.erin, by=who.helen, starts_on=date(2026, 6, 1), manager=who.otto)
    assert who.erin.position(date(2026, 5, 31)).manager == who.mara
    assert who.erin.position(date(2026, 6, 1)).manager == who.otto
