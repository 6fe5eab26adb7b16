"""Two people giving one name in the same instant: the slower one is told, and nothing fails.

The form's own look at who has a name is made blind, as it is when somebody is faster by a moment.
"""

from typing import Any

import peewee
import pytest

from portal import db
from portal.audit import Event
from portal.people import teams
from portal.people.forms import PersonForm
from portal.people.models import Person
from portal.people.org import Location, Team
from portal.people.races import twins
from tests import cast


def test_an_address_or_a_number_given_twice_at_once(as_: Any, who: Any, monkeypatch: Any) -> None:
    who.ben.correct(by=None, number="77")
    helen = as_("helen")
    monkeypatch.setattr("portal.people.views._refuse_twin", lambda form, person: None)
    events = Event.select().count()
    for wrong, said in (
        ({"email": "BEN@halden.example"}, "Somebody else has this address."),
        ({"email": "erin@halden.example", "number": "77"}, "Somebody else has it."),
    ):
        answer = helen.post(
            f"/people/{who.erin.id}/edit", data={"name": "Erin Castellanos", **wrong}
        )
        assert answer.status_code == 422 and said in answer.text
    assert cast.person("erin").number is None
    assert Event.select().count() == events


def test_a_place_given_twice_at_once(as_: Any, monkeypatch: Any) -> None:
    helen = as_("helen")
    monkeypatch.setattr(Location, "called", classmethod(lambda cls, name: None))
    data = {"name": "Berlin", "zone": "Europe/Lisbon", "weekdays": "Mon-Fri"}
    answer = helen.post("/settings/locations", data=data)
    assert answer.status_code == 422 and "There is a place with this name already" in answer.text
    lisbon = Location.open(by=None, name="Lisbon", zone="Europe/Lisbon")
    answer = helen.post(f"/settings/locations/{lisbon.id}", data=data)
    assert answer.status_code == 422 and "There is a place with this name already" in answer.text
    assert Location.get_by_id(lisbon.id).name == "Lisbon"


def test_a_team_renamed_twice_at_once(as_: Any, monkeypatch: Any) -> None:
    helen = as_("helen")
    platform = Team.get(Team.name == "Platform")
    teams.found("Tools", platform.parent, by=None)
    monkeypatch.setattr(teams, "_refuse_twin", lambda *args: None)
    data = {"name": "Tools", "parent": str(platform.parent_id)}
    answer = helen.post(f"/teams/{platform.id}", data=data)
    assert answer.status_code == 422 and "There is a team of this name already." in answer.text
    assert Team.get_by_id(platform.id).name == "Platform"


def test_a_refusal_that_is_no_race_goes_on(who: Any) -> None:
    form = PersonForm(data={"email": "ben@halden.example"})
    same = Person.update(folded_email="ben@halden.example").where(Person.id == who.erin.id)
    with twins(form, email="Somebody else has this address."), db.write():
        same.execute()
    assert form.email.errors == ["Somebody else has this address."]
    with pytest.raises(peewee.IntegrityError), twins(form, number="Taken."), db.write():
        same.execute()
