"""Taking an import back: all of it, only while nothing it touched was changed, and never twice."""

from datetime import date
from typing import Any

import pytest

from portal.audit import Event
from portal.people import access, undoing
from portal.people.importing import Import
from portal.people.models import Person
from portal.people.positions import Position
from portal.people.signing import Device
from tests import cast
from tests.people.files import apply, read, rows

HEAD = "number,email,name,start,role,phone,manager"
TOVE = "901,tove@halden.example,Tove Øst,2026-12-01,Engineer,,mara@halden.example"
ERIN = ",erin@halden.example,Erin Castellanos,2024-03-01,Lead,123,otto@halden.example"


def told(person: Person) -> list[tuple[str, str, str]]:
    rows = Position.history_of(person)
    return [(row.role, str(row.starts_on), str(row.ends_on or "")) for row in rows]


def imported(as_: Any) -> tuple[Any, Import]:
    helen = as_("helen")
    assert read(helen, rows(TOVE, ERIN, head=HEAD)).status_code == 200
    assert apply(helen).status_code == 303
    return helen, Import.get()


def visible(name: str) -> set[str]:
    return {one.first_name for one in access.visible_to(cast.person(name))}


def test_all_of_it_is_as_before_and_who_was_new_is_on_no_list(as_: Any, who: Any) -> None:
    before = told(who.erin)
    helen, kept = imported(as_)
    assert told(who.erin) != before and cast.person("erin").phone == "123"
    assert f"/people/imports/{kept.id}/undoing" in helen.get("/people").text
    assert "Take this import back" in helen.get(f"/people/imports/{kept.id}").text
    assert helen.post(f"/people/imports/{kept.id}/undoing").location == "/people/import"
    assert told(who.erin) == before and cast.person("erin").phone == ""
    assert who.erin.position().manager == who.mara
    assert Person.by_email("tove@halden.example") is None
    assert "Tove" not in visible("helen") | visible("mara")
    tove = Person.get(Person.name == "Tove Øst")
    assert (tove.is_staff, tove.is_active) == (False, False)
    assert "Taken back" in helen.get(f"/people/imports/{kept.id}").text
    assert "taken back" in helen.get("/people/import").text
    # What was known meanwhile stays readable.
    assert any(row.role == "Lead" and row.superseded_at for row in Position.all_of(who.erin))


def test_twice_is_once(as_: Any) -> None:
    helen, kept = imported(as_)
    helen.post(f"/people/imports/{kept.id}/undoing")
    events = Event.select().count()
    helen.post(f"/people/imports/{kept.id}/undoing")
    assert undoing.undo(kept, by=None) == [] and Event.select().count() == events


def test_who_came_by_mistake_may_come_in_truth(as_: Any, who: Any) -> None:
    helen, kept = imported(as_)
    first = Person.get(Person.name == "Tove Øst").id
    helen.post(f"/people/imports/{kept.id}/undoing")
    read(helen, rows(TOVE.replace("2026-12-01", "2026-12-07"), head=HEAD))
    apply(helen)
    tove = cast.person("tove")
    assert (tove.id, tove.hired_on, tove.is_active) == (first, date(2026, 12, 7), True)
    assert told(tove) == [("Engineer", "2026-12-07", "")]
    last = Import.select().order_by(Import.id.desc()).first()
    assert undoing.undo(last, by=who.helen) == []
    hired = Person.hire(
        by=None, name="Tove Øst", email="TOVE@halden.example", starts_on=cast.MONDAY, details={},
        role="Engineer",
    )  # fmt: skip
    assert hired.id == first and hired.is_active and cast.person("tove").is_staff


def change_phone(who: Any) -> None:
    who.erin = cast.person("erin")
    who.erin.correct(by=None, phone="999")


def change_position(who: Any) -> None:
    Position.take(who.erin, by=None, starts_on=date(2027, 1, 1), role="Head")


def sign_in(who: Any) -> None:
    Device.sign_in(cast.person("tove"), how="test", agent="x", address="")


def lead(who: Any) -> None:
    Position.take(who.ben, by=None, starts_on=cast.TODAY, manager=cast.person("tove"))


def leave(who: Any) -> None:
    cast.person("tove").depart(
        by=None, last_day_on=date(2026, 12, 24), access_ends_at=cast.NOW.replace(year=2027)
    )


@pytest.mark.parametrize(
    ("changing", "line", "said"),
    [
        (change_phone, 3, "phone was changed since"),
        (change_position, 3, "position was changed since"),
        (sign_in, 2, "has used the portal"),
        (lead, 2, "is the manager or buddy of others"),
        (leave, 2, "position was changed since"),
    ],
)
def test_what_was_changed_since_stands_in_the_way_row_by_row(
    changing: Any, line: int, said: str, as_: Any, who: Any, move_clock: Any
) -> None:
    helen, kept = imported(as_)
    move_clock(hours=1)
    changing(who)
    events, known = Event.select().count(), told(who.erin)
    answer = helen.post(f"/people/imports/{kept.id}/undoing")
    assert answer.status_code == 422
    assert f"Line {line}<" in answer.text and said in answer.text
    assert "Nothing was changed" in answer.text
    assert Event.select().count() == events and told(who.erin) == known
    assert cast.person("tove").is_staff


def test_nobody_takes_back_what_concerns_themselves(as_: Any, who: Any) -> None:
    from portal.people.grants import Grant

    helen, kept = imported(as_)
    Grant.give(who.erin, "hr", by=None, starts_on=cast.TODAY)
    answer = as_("erin").post(f"/people/imports/{kept.id}/undoing")
    assert answer.status_code == 422 and "somebody else in HR" in answer.text
    assert helen.post(f"/people/imports/{kept.id}/undoing").status_code == 303


def test_another_of_hr_takes_an_import_back(as_: Any, who: Any) -> None:
    from portal.people.grants import Grant

    _, kept = imported(as_)
    Grant.give(who.ida, "hr", by=None, starts_on=cast.TODAY)
    assert as_("ida").post(f"/people/imports/{kept.id}/undoing").status_code == 303
    assert Person.by_email("tove@halden.example") is None


def test_a_guest_who_became_a_colleague_is_a_guest_again(as_: Any, who: Any) -> None:
    helen = as_("helen")
    text = "email,name,start,role\naudrey@halden.example,Audrey Lemaire,2026-11-23,Controller\n"
    read(helen, text)
    apply(helen)
    assert cast.person("audrey").is_staff
    assert helen.post(f"/people/imports/{Import.get().id}/undoing").status_code == 303
    audrey = cast.person("audrey")
    assert (audrey.is_staff, audrey.is_active, audrey.grants) == (False, True, {"auditor"})
    assert Position.history_of(audrey) == []
