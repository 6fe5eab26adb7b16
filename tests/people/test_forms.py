"""Bad input, form by form: a sentence at its field, 422, and nothing changes."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from portal import forms
from portal.audit import Event
from portal.people.models import Person
from portal.people.org import Location
from portal.people.positions import Position
from tests import cast

EDIT = "/people/{erin}/edit"
MOVE = "/people/{erin}/position"
LEAVE = "/people/{erin}/departure"
DAYS = "/settings/locations/{place}"
HOLDERS = "/settings/holders"
TWICE = "2026-12-25 A\n2026-12-25 B"
BACKWARDS = {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}
AGAIN = {"email": "helen@halden.example", "kind": "hr"}
ERIN, LEV = "erin@halden.example", "lev@halden.example"
NUL = "NUL character"
ONE_LINE = "on one line"
PERSON = {"name": "Erin Castellanos", "email": "erin@halden.example"}
POSITION = {"starts_on": "2026-12-01", "role": "Lead", "employment": "permanent"}
DEPARTURE = {"last_day_on": "2026-12-31", "access_ends_on": "2026-12-31"}
COMPANY = {"name": "Brightwater", "zone": "Europe/Berlin", "hue": "10", "digest_hour": "8"}
PLACE = {"name": "Lisbon", "zone": "Europe/Lisbon", "weekdays": "Mon-Fri"}
HOLDER = {"function": "Legal", "email": "otto@halden.example"}
GRANT = {"email": "dora@halden.example", "kind": "auditor"}

BAD: list[tuple[str, str, dict[str, str], str, str]] = [
    ("helen", EDIT, PERSON | {"name": ""}, "name", "Type the full name"),
    ("helen", EDIT, PERSON | {"name": "E\0rin"}, "name", NUL),
    ("helen", EDIT, PERSON | {"name": "Erin\r\nBcc: x"}, "name", ONE_LINE),
    ("helen", EDIT, PERSON | {"name": "Erin\u2028Bcc"}, "name", ONE_LINE),
    ("helen", EDIT, PERSON | {"name": "=?utf-8?q?x?="}, "name", "=?"),
    ("helen", EDIT, PERSON | {"name": "x" * 121}, "name", "At most 120"),
    ("helen", EDIT, PERSON | {"number": "9" * 41}, "number", "At most 40"),
    ("helen", EDIT, PERSON | {"email": "erin"}, "email", "not an e-mail"),
    ("helen", EDIT, PERSON | {"email": "a@b.c\n"}, "email", "not an e-mail"),
    ("helen", EDIT, PERSON | {"email": "Mara@Halden.example"}, "email", "Mara"),
    ("helen", EDIT, PERSON | {"number": "7"}, "number", "Mara"),
    ("helen", EDIT, PERSON | {"second_email": "x\0@y.zz"}, "second_email", NUL),
    ("helen", MOVE, POSITION | {"starts_on": ""}, "starts_on", "from which"),
    ("helen", MOVE, POSITION | {"starts_on": "29.02.2027"}, "starts_on", "date"),
    ("helen", MOVE, POSITION | {"starts_on": "2027-02-29"}, "starts_on", "date"),
    ("helen", MOVE, POSITION | {"starts_on": "20261201"}, "starts_on", "date"),
    ("helen", MOVE, POSITION | {"starts_on": "0001-01-01"}, "starts_on", "reach"),
    ("helen", MOVE, POSITION | {"role": ""}, "role", "Type the role"),
    ("helen", MOVE, POSITION | {"team": "999999"}, "team", "valid choice"),
    ("helen", MOVE, POSITION | {"location": "x"}, "location", "valid choice"),
    ("helen", MOVE, POSITION | {"employment": "slave"}, "employment", "valid"),
    ("helen", MOVE, POSITION | {"manager": "no@x.yy"}, "manager", "Nobody"),
    ("helen", MOVE, POSITION | {"manager": ERIN}, "manager", "same"),
    ("helen", MOVE, POSITION | {"manager": LEV}, "manager", "left"),
    ("helen", MOVE, POSITION | {"buddy": "audrey@halden.example"}, "buddy", "Nobody"),
    ("helen", "/people/{mara}/position", POSITION | {"manager": ERIN}, "manager", "circle"),
    ("helen", "/people/{lev}/position", POSITION, "starts_on", "last day"),
    ("helen", LEAVE, DEPARTURE | {"last_day_on": ""}, "last_day_on", "the last"),
    ("helen", LEAVE, DEPARTURE | {"access_ends_on": ""}, "access_ends_on", "until"),
    ("helen", LEAVE, DEPARTURE | {"notice_on": "2027-01-01"}, "last_day_on", "after"),
    ("helen", LEAVE, DEPARTURE | {"reason": "x" * 301}, "reason", "At most"),
    ("helen", LEAVE, DEPARTURE | {"voluntary": "maybe"}, "voluntary", "valid"),
    ("erin", "/me", {"zone": "Mars/Olympus"}, "zone", "valid choice"),
    ("erin", "/me", {"zone": ""}, "zone", "Choose a time zone"),
    ("erin", "/me", {"zone": "UTC", "pronouns": "x" * 41}, "pronouns", "At most 40"),
    ("erin", "/me", {"zone": "UTC", "phone": "1\n2"}, "phone", ONE_LINE),
    ("erin", "/me", {"zone": "UTC", "theme": "pink"}, "theme", "valid choice"),
    ("helen", "/people/import", {"pasted": " "}, "file", "Choose a file"),
    ("helen", "/settings/company", COMPANY | {"name": ""}, "name", "Type the company"),
    ("helen", "/settings/company", COMPANY | {"hue": "361"}, "hue", "0 to 359"),
    ("helen", "/settings/company", COMPANY | {"hue": "1_0"}, "hue", "whole number"),
    ("helen", "/settings/company", COMPANY | {"hue": "9" * 5000}, "hue", "whole number"),
    ("helen", "/settings/company", COMPANY | {"digest_hour": "24"}, "digest_hour", "0 to 23"),
    ("helen", "/settings/locations", PLACE | {"name": "berlin"}, "place-name", "already"),
    ("helen", "/settings/locations", PLACE | {"weekdays": "Mon-Fre-x"}, "weekdays", "Mon-Fri"),
    ("helen", "/settings/locations", PLACE | {"weekdays": "Moonday"}, "weekdays", "Mon-Fri"),
    ("helen", "/settings/locations", PLACE | {"zone": "Berlin"}, "place-zone", "valid choice"),
    ("helen", DAYS, PLACE | {"holidays": "2027-02-29 X"}, "holidays", "Line 1"),
    ("helen", DAYS, PLACE | {"holidays": "2026-12-24 A\n25.12.2026"}, "holidays", "Line 2"),
    ("helen", DAYS, PLACE | {"holidays": TWICE}, "holidays", "line 1"),
    ("helen", HOLDERS, HOLDER | {"function": ""}, "function", "Name the function"),
    ("helen", HOLDERS, HOLDER | {"function": "Manager"}, "function", "another name"),
    ("helen", HOLDERS, HOLDER | {"function": "hr"}, "function", "HR grant"),
    ("helen", HOLDERS, HOLDER | {"email": LEV}, "email", "Nobody"),
    ("helen", HOLDERS, HOLDER | {"location": "77"}, "location", "valid choice"),
    ("helen", HOLDERS, HOLDER | BACKWARDS, "holder-until", "before"),
    ("adam", "/settings/grants", GRANT | {"kind": "king"}, "kind", "valid choice"),
    ("adam", "/settings/grants", GRANT | {"email": "nobody@x.yy"}, "grant-email", "Nobody"),
    ("adam", "/settings/grants", GRANT | {"ends_on": "2026-11-17"}, "ends_on", "passed"),
    ("adam", "/settings/grants", AGAIN, "grant-email", "already"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "address", "data", "field", "said"), BAD)
def test_a_bad_value_is_answered_at_its_field(
    name: str, address: str, data: dict[str, str], field: str, said: str, as_: Any, who: Any
) -> None:
    who.mara.correct(by=None, number="7")
    client, place = as_(name), Location.get().id
    before = state()
    ids = {one: getattr(who, one).id for one in cast.NAMES}
    answer = client.post(address.format(place=place, **ids), data=data)
    assert answer.status_code == 422
    error = answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert said in error, (said, error)
    assert 'id="error-summary"' in answer.text
    assert state() == before


def state() -> list[Any]:
    counts = [Event.select().count(), Position.select().count(), Location.select().count()]
    return counts + list(Person.select().order_by(Person.id).tuples())


@pytest.mark.parametrize("address", ["/me", EDIT, "/sign-in", "/settings/company"])
def test_a_field_that_the_form_does_not_know_is_refused(address: str, as_: Any, who: Any) -> None:
    client = as_("helen")
    before = state()
    for extra in ("hired_on", "is_hr", "access_ends_at", "name-0", "id"):
        answer = client.post(address.format(erin=who.erin.id), data={extra: "x"})
        assert answer.status_code == 400
        assert f"The form has no field called “{extra}”." in answer.text
    assert state() == before


def test_the_name_of_a_strange_field_is_shown_as_text(as_: Any) -> None:
    page = as_("erin").post("/me", data={"<svg onload=alert(1)>": "x"}).text
    assert "<svg onload" not in page and "&lt;svg onload" in page


def test_half_a_character_is_refused_at_its_field() -> None:
    class Form(forms.Form):
        line = forms.line("Line", 20)
        lines = forms.lines("Lines", 20)
        email = forms.email()

    form = Form(MultiDict(dict.fromkeys(("line", "lines", "email"), "x\ud800@y.zz")))
    assert not form.validate()
    assert {*form.errors} == {"line", "lines", "email"}
    assert "half of a character" in form.line.errors[0]


def test_what_was_typed_is_still_there_after_an_error(as_: Any, who: Any) -> None:
    data = PERSON | {"name": "", "phone": "+49 30 4711", "pronouns": '"><svg onload=x>'}
    page = as_("helen").post(f"/people/{who.erin.id}/edit", data=data).text
    assert "+49 30 4711" in page and "<svg onload" not in page


def test_a_field_that_is_not_sent_is_an_empty_one(as_: Any, who: Any) -> None:
    assert as_("erin").post("/me", data={"zone": "UTC"}).status_code == 303
    assert cast.person("erin").zone == "UTC"
